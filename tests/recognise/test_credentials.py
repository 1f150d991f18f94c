"""What is taken out of a text as a credential, and what is left."""

from __future__ import annotations

import pytest

from prgate.recognise.credentials import NAMED, OTHER, redact, redacted
from prgate.recognise.shapes import PRIVATE_KEY
from tests.hang import no_hang

RANDOM = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "def a_live_long_and_winding_road(ghp_=None): return sk_live",
        "task-force-one-glob-pattern-sk-loading-placeholder-text",
        "is_test_of_the_longest_name = AKIANDMOREOFTHESAMEBUTLONGER",
        "see https://forge.example/acme/pay and git://host/path, http://host:8080/x@y",
        f"xghp_{RANDOM} commit 3f9c2ab41d77e0f5a6b8c9d0e1f2a3b4c5d6e7f8",
    ],
)
def test_words_that_only_resemble_one_stay(text: str) -> None:
    assert text == redacted(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"key = 'ghp_{RANDOM}'", "key = 'ghp_…'"),
        (f"github_pat_{RANDOM}_{RANDOM}.", "gith…."),
        (f"glpat-{RANDOM[:20]}\nglrt-{RANDOM[:20]}", "glpa…\nglrt…"),
        (f"id=ASIA{RANDOM[:16].upper()}", "id=ASIA…"),
        (f"AIza{RANDOM[:35]}", "AIza…"),
        (f"xoxp-123-{RANDOM}", "xoxp…"),
        (f"(rk_test_{RANDOM})", "(rk_t…)"),
        (f"sk-proj-{RANDOM} sk-{RANDOM}{RANDOM}", "sk-p… sk-a…"),
        (f"npm_{RANDOM} pypi-{RANDOM}{RANDOM}", "npm_… pypi…"),
        (f"Bearer eyJ{RANDOM}.eyJ{RANDOM}.{RANDOM}", "Bearer eyJa…"),
        ("https://someone:hunter2@forge.example/a.git", "https://…@forge.example/a.git"),
    ],
)
def test_of_a_credential_four_characters_are_left(text: str, shown: str) -> None:
    assert shown == redacted(text)


@pytest.mark.parametrize(
    "text",
    [
        "token = settings.token; max_tokens: 4096; tokenizer=gpt2-medium-v2; author=dana2024smith; secretary: bob123456",
        "password = os.environ['DB_PASSWORD'] or getpass()",
        "API_KEY=$KEY TOKEN=${TOKEN} SECRET= PASSWORD=true TOKEN=4096 TOKEN=[REDACTED]",
        "mkdir -p build/out2026 && docker run -p 8080:80 image && pytest -p no:randomly",
        "git commit -m 'Fix tokens' --password-stdin --token-file a.txt",
        "http --user-agent x; curl https://acme.dev -o out",
    ],
)
def test_words_at_a_password_s_place_that_cannot_be_one_stay(text: str) -> None:
    assert (text, {}) == redact(text)


@pytest.mark.parametrize(
    ("text", "shown", "kind"),
    [
        ('db_password: "tr0ub4dor"', 'db_password: "…"', NAMED),
        (r"{\"api_key\": \"a1b2c3d4e5\"}", r"{\"api_key\": \"…\"}", NAMED),
        ("export DB_PASSWORD=correcthorse", "export DB_PASSWORD=…", OTHER),
        ("deploy --token abcd-efgh --verbose", "deploy --token … --verbose", OTHER),
        ("deploy --password=hunter2", "deploy --password=…", OTHER),
        ("docker login -u bob -p hunter2 forge.acme.dev", "docker login -u bob -p … forge.acme.dev", OTHER),
        ("sshpass -p 'hunter2' ssh bob@acme.dev", "sshpass -p '…' ssh bob@acme.dev", OTHER),
        ("mysql -u root -phunter2 shop", "mysql -u root -p… shop", OTHER),
        ("curl -H 'Authorization: Bearer abcdef' https://acme.dev", "curl -H 'Authorization: Bearer …' https://acme.dev", OTHER),
        ("curl -u bob:hunter2 https://acme.dev", "curl -u … https://acme.dev", OTHER),
        ("ftp://bob:hunter2@acme.dev/é", "ftp://…@acme.dev/é", OTHER),
        (f"token: ghp_{RANDOM}", "token: ghp_…", "GitHub token"),
        (f"https://bob:glpat-{RANDOM[:20]}@acme.dev", "https://…@acme.dev", "GitLab token"),
    ],
)
def test_a_password_is_taken_out_whole_and_counted(text: str, shown: str, kind: str) -> None:
    assert (shown, {kind: 1}) == redact(text)


def test_each_kind_is_counted_and_the_mark_is_the_caller_s() -> None:
    text = f"a ghp_{RANDOM} b npm_{RANDOM} c ghp_{RANDOM}x PASSWORD=é{RANDOM}é d"
    assert ("a ghp_* b npm_* c ghp_* PASSWORD=* d", {"GitHub token": 2, "npm token": 1, OTHER: 1}) == redact(text, "*")


def test_a_password_that_begins_like_a_credential_is_taken_out_to_its_end() -> None:
    assert ("TOKEN=ghp_… d", {"GitHub token": 1}) == redact(f"TOKEN=ghp_{RANDOM}!{RANDOM[:9]} d")


def test_of_a_private_key_only_its_first_line_is_left() -> None:
    lines = "".join(f"{RANDOM}{RANDOM[::-1]}\n" for _ in range(3))
    text = f"x\n-----BEGIN RSA PRIVATE KEY-----\n{lines}-----END RSA PRIVATE KEY-----\ny = 1"
    assert ("x\n-----BEGIN RSA PRIVATE KEY-----…\ny = 1", {PRIVATE_KEY: 1}) == redact(text)


def test_text_that_is_not_unicode_comes_back_as_it_was() -> None:
    text = "\udcff\ud800é ghp_" + RANDOM + "\udcfe"
    assert "\udcff\ud800é ghp_…\udcfe" == redacted(text)


def test_a_bounded_pattern_cuts_no_character_in_two() -> None:
    for before in ("PASSWORD=", "PASSWORD=a"):
        shown = redacted(before + "é" * 300)
        assert "PASSWORD=…" == shown[:10]
        assert set("é") == set(shown[10:])


@pytest.mark.parametrize("unit", ["curl ", "docker login ", "mysql ", "token=a1", "--token a", "PASSWORD=", "Authorization: Bearer "])
def test_no_text_takes_long_where_words_are_looked_for(unit: str) -> None:
    with no_hang():
        redacted(unit * (1_000_000 // len(unit)))


@pytest.mark.parametrize("unit", ["eyJ", "eyJaaaaaaaa.", "://a:", "ghp_", "sk-ant-", "glpat-", "A", "xoxb-", "://"])
def test_no_text_takes_long(unit: str) -> None:
    with no_hang():
        redacted(unit * (3_000_000 // len(unit)))
