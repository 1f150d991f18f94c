"""What is taken for a credential, and what is not."""

from __future__ import annotations

import pytest

from prgate.model.credentials import redacted
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


@pytest.mark.parametrize("unit", ["eyJ", "eyJaaaaaaaa.", "://a:", "ghp_", "sk-ant-", "glpat-", "A", "xoxb-", "://"])
def test_no_text_takes_long(unit: str) -> None:
    with no_hang():
        redacted(unit * (3_000_000 // len(unit)))
