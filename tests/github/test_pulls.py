from __future__ import annotations

import json
from typing import Any

import pytest

from prgate.github.pulls import Pull, open_pulls_of, pull_of, read_pull
from prgate.model.facts import Account, PersonType
from prgate.model.missing import Missing, Why
from tests.github.invented import BASE, HEAD, HOME, pull
from tests.github.telling import Refused, telling

HERE = f"/repos/{HOME}/pulls"


def told(data: Any) -> Pull:
    made = pull_of(data)
    assert isinstance(made, Pull), made
    return made


def missing(data: Any) -> tuple[Why, str]:
    made = pull_of(data)
    assert isinstance(made, Missing), made
    return made.why, made.detail


def put(keys: str, wrong: Any) -> dict[str, Any]:
    made = pull()
    *way, last = keys.split(".")
    part = made
    for key in way:
        part = part[key]
    part[last] = wrong
    return made


@pytest.mark.parametrize(
    ("keys", "wrong", "said"),
    [
        ("number", "7", "number: this is text, not a whole number"),
        ("number", True, "number: this is true or false, not a whole number"),
        ("state", None, "state: this is null, not text"),
        ("draft", "no", "draft: this is text, not true or false or null"),
        ("title", ["x"], "title: this is a list, not text or null"),
        ("body", 7, "body: this is a whole number, not text or null"),
        ("user", "dana", "user: this is no mapping"),
        ("user", {"login": 7}, "user.login: this is a whole number, not text or null"),
        ("labels", None, "labels: this is no list"),
        ("labels", [{"name": "a"}, {"name": None}], "labels[1].name: this is null, not text"),
        ("base.repo", None, "base.repo.full_name: this is null, not text"),
        ("base.repo.full_name", "pay", "base.repo.full_name: `pay` is not a repository, `owner/name`"),
        ("head.repo.full_name", "../..", "head.repo.full_name: `../..` is not a repository, `owner/name`"),
        ("base.sha", "main", "base.sha: `main` is not a full object id in lower case"),
        ("head.sha", HEAD.upper(), f"head.sha: `{HEAD.upper()}` is not a full object id in lower case"),
        ("head", [], "head: this is no mapping"),
        ("comments", None, "comments: this is null, not a whole number"),
        ("comments", -1, "comments: -1 is less than 0"),
    ],
)
def test_a_value_that_is_not_what_github_gives_is_named(keys: str, wrong: Any, said: str) -> None:
    why, detail = missing(put(keys, wrong))
    assert (Why.UNREADABLE, f"the pull request: {said}") == (why, detail)


@pytest.mark.parametrize(("keys", "size"), [("title", 1_001), ("body", 1_000_001), ("head.ref", 1_001), ("base.ref", 1_001)])
def test_a_text_that_the_facts_cannot_hold_is_over_the_limit_not_cut(keys: str, size: int) -> None:
    why, detail = missing(put(keys, "x" * size))
    assert (Why.OVER_LIMIT, True) == (why, detail.startswith(f"the pull request: {keys}: {size} are more than"))


@pytest.mark.parametrize("data", [None, [], "x", {}, {"number": 7}])
def test_what_is_no_pull_request_is_missing(data: Any) -> None:
    assert Why.UNREADABLE is missing(data)[0]


def test_a_pull_request_is_read_with_what_it_goes_into_and_comes_from() -> None:
    assert told(pull()) == Pull(
        number=7,
        state="open",
        draft=False,
        title="Rotate keys",
        body="Because.",
        author=Account("dana", PersonType.USER),
        url=f"https://forge.example/{HOME}/pull/7",
        labels=("risk: high",),
        repository=HOME,
        repository_id=11,
        default_branch="main",
        base_ref="main",
        base_sha=BASE,
        head_ref="rotate",
        head_sha=HEAD,
        head_repository="dana/pay",
        head_repository_id=12,
        comments=0,
    )


def test_a_deleted_fork_an_empty_body_and_a_deleted_author_are_facts() -> None:
    made = told(pull(head=pull()["head"] | {"repo": None}, body=None, title=None, user=None, draft=None))
    assert (None, None, "", "", Account("ghost"), False) == (
        made.head_repository,
        made.head_repository_id,
        made.body,
        made.title,
        made.author,
        made.draft,
    )


@pytest.mark.parametrize(
    ("login", "kind", "account"),
    [
        ("dependabot[bot]", "Bot", Account("dependabot[bot]", PersonType.BOT)),
        ("copilot-swe-agent[bot]", "Bot", Account("copilot-swe-agent[bot]", PersonType.BOT)),
        ("Copilot", "Bot", Account("Copilot", PersonType.BOT)),
        ("dana_acme", "User", Account("dana_acme", PersonType.USER)),
        ("dana-", "User", Account("dana-", PersonType.USER)),
        ("imported", "Mannequin", Account("imported")),
        ("acme", "Organization", Account("acme")),
        ("-dana", "User", Account("ghost", PersonType.USER)),
        ("dänä", "User", Account("ghost", PersonType.USER)),
        ("a\nb", None, Account("ghost")),
        ("x" * 200, "User", Account("ghost", PersonType.USER)),
    ],
)
def test_a_login_that_the_facts_cannot_spell_is_nobody_s(login: str, kind: str | None, account: Account) -> None:
    assert account == told(pull(user={"login": login, "type": kind})).author


def test_half_a_surrogate_pair_never_gets_in() -> None:
    assert Why.UNREADABLE is missing(json.loads('{"number": 7, "state": "open", "title": "\\ud800"}'))[0]


# Over the wire


def test_a_pull_request_that_is_not_there_or_not_whole_is_missing() -> None:
    with telling({f"{HERE}/8": pull(number=8, comments="many"), f"{HERE}/9": Refused(403)}) as forge:
        got = [read_pull(forge.session, HOME, number) for number in (7, 8, 9)]
    assert [Why.FORBIDDEN, Why.UNREADABLE, Why.FORBIDDEN] == [item.why for item in got if isinstance(item, Missing)]


@pytest.mark.parametrize(
    "answer", [pull(number=9), pull(base=pull()["base"] | {"repo": {"full_name": "a/b", "id": 1, "default_branch": "x"}})]
)
def test_an_answer_about_another_pull_request_is_not_taken(answer: dict[str, Any]) -> None:
    with telling({f"{HERE}/7": answer}) as forge:
        got = read_pull(forge.session, HOME, 7)
    assert isinstance(got, Missing)
    assert (Why.FAILED, True) == (got.why, got.detail.startswith(f"asked for pull request 7 of {HOME}, the forge gave "))


def test_a_pull_request_is_one_request_and_case_makes_no_other_repository() -> None:
    with telling({f"{HERE.upper().replace('/REPOS', '/repos').replace('/PULLS', '/pulls')}/7": pull()}) as forge:
        got = read_pull(forge.session, HOME.upper(), 7)
    assert isinstance(got, Pull)
    assert 1 == forge.session.requests


def find(forge: Any) -> tuple[Pull, ...] | Missing:
    return open_pulls_of(forge.session, HOME, owner="dana", branch="rotate", sha=HEAD, head_repository="dana/pay")


def short(number: int, **changes: Any) -> dict[str, Any]:
    return {key: item for key, item in (pull(number=number) | changes).items() if key not in {"commits", "comments", "changed_files"}}


def test_a_head_that_moved_or_lies_in_another_repository_has_no_pull_request() -> None:
    moved = pull()["head"] | {"sha": BASE}
    answers = {
        HERE: [short(1, head=moved), short(2), short(3), short(4), short(5)],
        f"{HERE}/2": pull(number=2, head=moved),
        f"{HERE}/3": pull(number=3, state="closed"),
        f"{HERE}/4": pull(number=4, head=pull()["head"] | {"repo": {"full_name": "dana/other", "id": 9}}),
        f"{HERE}/5": pull(number=5, head=pull()["head"] | {"repo": None}),
    }
    with telling(answers) as forge:
        assert () == find(forge)
    assert f"{HERE}/1" not in forge.asked


def test_every_open_pull_request_with_the_head_is_found_by_number() -> None:
    seen: list[dict[str, str]] = []

    def listed(query: dict[str, str]) -> list[Any]:
        seen.append(query)
        return [short(9), short(7)]

    with telling({HERE: listed, f"{HERE}/7": pull(), f"{HERE}/9": pull(number=9)}) as forge:
        got = find(forge)
    assert not isinstance(got, Missing)
    assert ([7, 9], 3) == ([item.number for item in got], forge.session.requests)
    assert ("open", "dana:rotate") == (seen[0]["state"], seen[0]["head"])


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({}, Why.FORBIDDEN),
        ({HERE: [{"number": 7}]}, Why.UNREADABLE),
        ({HERE: [short(7)], f"{HERE}/7": Refused(403)}, Why.FORBIDDEN),
        ({HERE: [short(number) for number in range(1, 12)]}, Why.OVER_LIMIT),
    ],
)
def test_open_pull_requests_that_cannot_be_told_are_missing(answers: dict[str, Any], why: Why) -> None:
    with telling(answers) as forge:
        got = find(forge)
    assert isinstance(got, Missing)
    assert why is got.why
