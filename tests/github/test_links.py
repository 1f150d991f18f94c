from __future__ import annotations

from typing import Any

import pytest

from prgate.github.links import links_of
from prgate.github.pulls import Pull, pull_of
from prgate.model.missing import Missing, Why
from tests.github.invented import HEAD, HERE, HOME, pull
from tests.github.telling import Refused, telling

PAGE = f"https://forge.example/{HOME}"
ISSUE = {"number": 3, "state": "open"}


def asked(body: str, answers: dict[str, Any], **changes: Any) -> tuple[list[dict[str, Any]] | Missing, list[str]]:
    made = pull_of(pull(body=body, **changes))
    assert isinstance(made, Pull)
    with telling(answers) as forge:
        return links_of(forge.session, made), forge.asked


@pytest.mark.parametrize(
    "body",
    [
        "",
        "Fixes #7",
        f"See {PAGE}/issues/7 and {PAGE}/pull/3",
        "other/pay#3",
        "https://forge.example/other/pay/issues/3",
        "https://other.example/acme/pay/issues/3",
        f"https://evil.example/{PAGE}/issues/3",
        f"{PAGE}/issues/new {PAGE}/issues/{3 * 10**15}",
        "`#3` <!-- #3 -->",
        "PR #3",
        "PAY-3",
    ],
)
def test_what_is_no_issue_or_run_of_this_repository_is_not_asked_about(body: str) -> None:
    assert ([], []) == asked(body, {f"{HERE}/issues/3": ISSUE})


def test_an_issue_that_its_host_does_not_know_is_told() -> None:
    links, _ = asked("Fixes #3", {})
    assert [{"kind": "issue", "ref": "#3", "found": False, "state": None, "head": None}] == links


def test_a_number_that_is_a_pull_request_s_is_no_link() -> None:
    links, paths = asked("After #3", {f"{HERE}/issues/3": ISSUE | {"pull_request": {"url": "x"}}})
    assert ([], [f"{HERE}/issues/3"]) == (links, paths)


@pytest.mark.parametrize(
    "body", ["Fixes #3", "GH-3", "ACME/Pay#3", f"{PAGE}/issues/3.", f"{PAGE.upper().replace('HTTPS', 'https')}/issues/3#issuecomment-1"]
)
def test_an_issue_is_found_however_it_is_named_and_asked_about_once(body: str) -> None:
    assert ([{"kind": "issue", "ref": "#3", "found": True, "state": "open", "head": None}], [f"{HERE}/issues/3"]) == asked(
        f"{body}\n{body}", {f"{HERE}/issues/3": ISSUE}
    )


def test_a_run_is_found_with_the_head_that_it_was_on() -> None:
    links, paths = asked(f"{PAGE}/actions/runs/30/job/4", {f"{HERE}/actions/runs/30": {"conclusion": "failure", "head_sha": HEAD}})
    assert ([{"kind": "run", "ref": "actions/runs/30", "found": True, "state": "failure", "head": HEAD}], [f"{HERE}/actions/runs/30"]) == (
        links,
        paths,
    )


def test_the_first_three_are_asked_about() -> None:
    links, paths = asked(f"#9 #3 #4 #3 {PAGE}/issues/5", {f"{HERE}/issues/{number}": ISSUE for number in (3, 4, 5, 9)})
    assert not isinstance(links, Missing)
    assert (["#5", "#9", "#3"], 3) == ([link["ref"] for link in links], len(paths))


@pytest.mark.parametrize(
    ("body", "answer", "why"),
    [
        ("#3", Refused(403), Why.FORBIDDEN),
        ("#3", Refused(500), Why.FAILED),
        ("#3", {"number": 3}, Why.UNREADABLE),
        ("#3", [], Why.UNREADABLE),
        (f"{PAGE}/actions/runs/3", {"head_sha": None}, Why.UNREADABLE),
    ],
)
def test_a_look_up_that_fails_leaves_all_links_missing(body: str, answer: Any, why: Why) -> None:
    links, _ = asked(f"#1 {body}", {f"{HERE}/issues/1": ISSUE, f"{HERE}/issues/3": answer, f"{HERE}/actions/runs/3": answer})
    assert isinstance(links, Missing)
    assert why is links.why
