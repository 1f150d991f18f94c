from __future__ import annotations

import json
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.errors import FormatError, PrgateError
from prgate.github.events import Nothing, OnPull, OnQueue, OnRun, Target, target_of
from prgate.github.pulls import Pull
from prgate.hearing.command import is_command
from tests.github.invented import BASE, HEAD, HOME, pull

EXAMPLES = Path(__file__).parents[1] / "npm" / "node_modules" / "@octokit" / "webhooks-examples" / "api.github.com" / "index.json"
JUDGED = ("pull_request", "pull_request_review", "issue_comment", "workflow_run", "merge_group", "workflow_dispatch")
QUEUED = f"refs/heads/gh-readonly-queue/main/pr-7-{BASE}"


def read(event: str, payload: Any, *, number: int | None = None) -> Target:
    whole = {"repository": {"full_name": HOME, "default_branch": "main"}, **payload}
    return target_of(event, json.dumps(whole).encode(), repository=HOME, number=number)


def why(event: str, payload: Any) -> str:
    target = read(event, payload)
    assert isinstance(target, Nothing)
    return target.why


def refusal(event: str, payload: Any) -> str:
    with pytest.raises(FormatError) as caught:
        read(event, payload)
    return str(caught.value)


def comment(body: str | None, **changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "action": "created",
        "issue": {"number": 7, "state": "open", "pull_request": {"url": "x"}},
        "comment": {"body": body, "user": {"login": "kim", "type": "User"}},
    }
    return made | changes


def run(**changes: Any) -> dict[str, Any]:
    made = {
        "event": "pull_request",
        "head_branch": "rotate",
        "head_sha": HEAD,
        "head_repository": {"full_name": "dana/pay"},
        "path": None,
    }
    return {"action": "completed", "workflow_run": made | changes}


def entry(**changes: Any) -> dict[str, Any]:
    made = {"head_sha": HEAD, "head_ref": QUEUED, "base_sha": BASE, "base_ref": "refs/heads/main"}
    return {"action": "checks_requested", "merge_group": made | changes}


# What is no event of this repository


def test_an_event_of_another_repository_is_refused_and_case_makes_no_other() -> None:
    payload = {"action": "opened", "pull_request": pull()}
    assert refusal("pull_request", payload | {"repository": {"full_name": "mallory/pay"}}) == (
        f"it is about `mallory/pay`, and this run belongs to `{HOME}`"
    )
    assert refusal("push", {"repository": None}).startswith("the event `push`: repository.full_name: this is null")
    assert isinstance(read("pull_request", payload | {"repository": {"full_name": HOME.upper()}}), OnPull)


def test_a_pull_request_into_another_repository_is_refused() -> None:
    other = pull()
    other["base"]["repo"]["full_name"] = "mallory/pay"
    assert (
        refusal("pull_request_target", {"pull_request": other})
        == f"its pull request goes into `mallory/pay`, and this run belongs to `{HOME}`"
    )


@pytest.mark.parametrize(
    "payload",
    [b"", b"{", b"\xff", b"[]", b"7", b'{"repository": 7}', b"[" * 1_000, b'{"repository": {"full_name": "../x"}}', b'{"a": 1e999}'],
)
@pytest.mark.parametrize("event", ["pull_request", "merge_group", "push"])
def test_a_payload_that_is_no_event_is_refused(event: str, payload: bytes) -> None:
    with pytest.raises(FormatError):
        target_of(event, payload, repository=HOME)


def test_a_payload_over_32_mib_is_refused_unread() -> None:
    with pytest.raises(FormatError) as caught:
        target_of("pull_request", b" " * (32 * 1024 * 1024 + 1), repository=HOME)
    assert caught.value.over_limit


def test_a_key_that_stands_twice_is_the_forge_s_own_business() -> None:
    target = target_of("push", f'{{"a": 1, "a": 2, "repository": {{"full_name": "{HOME}"}}}}'.encode(), repository=HOME)
    assert target == Nothing("event `push` is none that prgate judges")


# Pull requests


@pytest.mark.parametrize("event", ["pull_request", "pull_request_target"])
def test_a_closed_pull_request_is_not_judged(event: str) -> None:
    assert why(event, {"action": "closed", "pull_request": pull(state="closed")}) == "pull request #7 is closed"


@pytest.mark.parametrize("event", ["pull_request", "pull_request_target"])
def test_an_open_pull_request_is_judged_as_the_event_tells_it_even_a_draft(event: str) -> None:
    target = read(event, {"action": "synchronize", "pull_request": pull(draft=True)})
    assert isinstance(target, OnPull)
    assert isinstance(target.pull, Pull)
    assert (7, True, HEAD) == (target.number, target.pull.draft, target.pull.head_sha)


def test_a_pull_request_that_the_event_shortens_is_known_by_number_and_head_only() -> None:
    short = pull()
    del short["comments"]
    assert read("pull_request", {"pull_request": short}) == OnPull(7, None, HEAD)


@pytest.mark.parametrize("number", [None, 0, -1, 1.5, "7", True, 2**60])
def test_a_pull_request_without_a_usable_number_is_refused(number: Any) -> None:
    assert "pull_request.number" in refusal("pull_request", {"pull_request": pull(number=number)})


def test_a_review_asks_for_its_open_pull_request() -> None:
    assert why("pull_request_review", {"pull_request": {"number": 7, "state": "closed"}}) == "pull request #7 is closed"
    assert read("pull_request_review", {"action": "submitted", "pull_request": {"number": 7, "state": "open"}}) == OnPull(7, None)


# Comments


@pytest.mark.parametrize(
    "body", [None, "", "looks good", "please /prgate", " /prgate wrote", "/prgatewrote", "/PRGATE", "> /prgate", "\n/prgate", "`/prgate`"]
)
def test_a_comment_that_does_not_start_with_the_command_costs_nothing(body: str | None) -> None:
    assert not is_command(body or "")
    assert why("issue_comment", comment(body)) == "the comment does not start with `/prgate`"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"action": "pinned"}, "the comment was pinned, which says nothing new"),
        ({"issue": {"number": 7, "state": "open"}}, "the comment is on an issue, not on a pull request"),
        ({"issue": {"number": 7, "state": "closed", "pull_request": {}}}, "pull request #7 is closed"),
        *(
            ({"comment": {"body": "/prgate", "user": user}}, "no person wrote the comment; only a person's is a command")
            for user in (None, {}, {"login": "helper[bot]", "type": "Bot"}, {"login": "acme", "type": "Organization"})
        ),
    ],
)
def test_a_command_asks_only_where_a_person_gave_it_on_an_open_pull_request(changes: dict[str, Any], reason: str) -> None:
    assert why("issue_comment", comment("/prgate", **changes)) == reason


@pytest.mark.parametrize("body", ["/prgate", "/prgate wrote src/a.py", "/prgate\nagain", "/prgate\r\n"])
def test_a_command_asks_for_its_pull_request(body: str) -> None:
    assert read("issue_comment", comment(body)) == OnPull(7, None)


@pytest.mark.parametrize("action", ["edited", "deleted"])
def test_a_command_that_is_edited_or_deleted_asks_again(action: str) -> None:
    assert read("issue_comment", comment("/prgate attest 1: read", action=action)) == OnPull(7, None)


@pytest.mark.parametrize(
    ("action", "before", "judged"),
    [("edited", "/prgate attest 1: read", True), ("edited", "hm", False), ("edited", None, False), ("created", "/prgate", False)],
)
def test_what_was_a_command_before_the_edit_asks_again_and_nothing_else_does(action: str, before: str | None, judged: bool) -> None:
    changes = {"changes": {"body": {"from": before}} if before is not None else {}}
    target = read("issue_comment", comment("never mind", action=action, **changes))
    assert target == (OnPull(7, None) if judged else Nothing("the comment does not start with `/prgate`"))


# Runs of other workflows


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (run() | {"action": "requested"}, "the run is requested, not completed"),
        (run(event="pull_request_target"), "a run for `pull_request_target` is on no pull request's head"),
        (run(event="merge_group"), "a run for `merge_group` is on no pull request's head"),
        (run(head_repository=None), "the repository or branch that the run was on is gone"),
        (run(head_branch=None), "the repository or branch that the run was on is gone"),
        *(
            (
                run(event=event, head_branch="main", head_repository={"full_name": HOME}),
                "the run was on the default branch `main`, not on a pull request",
            )
            for event in ("push", "schedule", "issue_comment", "workflow_run")
        ),
    ],
)
def test_a_run_that_says_nothing_about_a_head_is_passed_over(payload: dict[str, Any], reason: str) -> None:
    assert why("workflow_run", payload) == reason


@pytest.mark.parametrize(
    ("changes", "owner", "branch", "origin"),
    [
        ({}, "dana", "rotate", "dana/pay"),
        ({"head_branch": "main"}, "dana", "main", "dana/pay"),
        ({"head_branch": "main", "head_repository": {"full_name": HOME}}, "acme", "main", HOME),
        ({"event": "push", "head_repository": {"full_name": HOME}}, "acme", "rotate", HOME),
    ],
    ids=["fork", "fork-of-main", "main-into-a-release", "pushed-branch"],
)
def test_a_run_names_the_head_that_it_was_on(changes: dict[str, Any], owner: str, branch: str, origin: str) -> None:
    assert read("workflow_run", run(**changes)) == OnRun(owner, branch, HEAD, origin)


def test_a_run_s_list_of_pull_requests_is_not_believed() -> None:
    target = read("workflow_run", run(pull_requests=[{"number": 99, "head": {"sha": BASE}}]))
    assert target == OnRun("dana", "rotate", HEAD, "dana/pay")


# The merge queue, and by hand


def test_a_queue_entry_is_judged_when_checks_are_requested() -> None:
    assert why("merge_group", entry() | {"action": "destroyed"}) == "the queue entry was destroyed; it asks for no checks"
    assert read("merge_group", entry()) == OnQueue(BASE, "main", HEAD, 7)


@pytest.mark.parametrize(
    ("base", "ref", "number"),
    [
        ("refs/heads/main", "refs/heads/anything", None),
        ("refs/heads/main", QUEUED[:-1], None),
        ("refs/heads/main", QUEUED.replace("pr-7", "pr-0"), None),
        ("refs/heads/main", QUEUED.replace("pr-7", "pr-7x"), None),
        ("refs/heads/release", QUEUED, None),
        ("refs/heads/rel/1", f"refs/heads/gh-readonly-queue/rel/1/pr-41-{'ab' * 32}", 41),
    ],
)
def test_the_number_in_a_queue_branch_is_only_read_where_the_name_is_whole(base: str, ref: str, number: int | None) -> None:
    target = read("merge_group", entry(base_ref=base, head_ref=ref))
    assert isinstance(target, OnQueue)
    assert number == target.number


@pytest.mark.parametrize("number", [None, 0, -3])
def test_a_start_by_hand_without_a_pull_request_says_what_to_give(number: int | None) -> None:
    with pytest.raises(PrgateError) as caught:
        read("workflow_dispatch", {}, number=number)
    assert "input `pr`: started by hand, and no pull request is named\n  Give `pr` the number of a pull request." == str(caught.value)


def test_a_start_by_hand_judges_the_number_given() -> None:
    assert read("workflow_dispatch", {"inputs": {"pr": "9"}}, number=7) == OnPull(7, None)


def test_any_other_event_is_passed_over_by_name() -> None:
    assert why("issues", {}) == "event `issues` is none that prgate judges"
    assert why("a\n::error::b", {}) == "event `a\\n::error::b` is none that prgate judges"


# What GitHub really sends


def examples() -> list[tuple[str, dict[str, Any]]]:
    if not EXAMPLES.exists():
        return []
    return [(group["name"], sent) for group in json.loads(EXAMPLES.read_bytes()) for sent in group["examples"] if group["name"] in JUDGED]


@pytest.mark.skipif(not EXAMPLES.exists(), reason="npm packages of the tests are not installed: npm ci --prefix tests/npm")
def test_every_real_payload_is_read() -> None:
    kinds: dict[str, set[str]] = {name: set() for name in JUDGED}
    for name, sent in examples():
        target = target_of(name, json.dumps(sent).encode(), repository=sent["repository"]["full_name"], number=1)
        kinds[name].add(type(target).__name__)
        if name == "pull_request":
            assert sent["action"] == "closed" or (isinstance(target, OnPull) and isinstance(target.pull, Pull))
    assert kinds == {
        "pull_request": {"OnPull", "Nothing"},
        "pull_request_review": {"OnPull"},
        "issue_comment": {"Nothing"},
        "workflow_run": {"Nothing", "OnRun"},
        "merge_group": {"OnQueue"},
        "workflow_dispatch": {"OnPull"},
    }


WHOLE: list[tuple[str, dict[str, Any]]] = [
    ("pull_request", {"action": "opened", "pull_request": pull()}),
    ("pull_request_review", {"pull_request": {"number": 7, "state": "open"}}),
    ("issue_comment", comment("/prgate")),
    ("workflow_run", run()),
    ("merge_group", entry()),
]


@settings(deadline=None, max_examples=300)
@given(data=st.data())
def test_a_payload_with_any_value_replaced_is_a_target_or_refused(data: st.DataObject) -> None:
    event, whole = data.draw(st.sampled_from(WHOLE))
    sent: Any = deepcopy(whole)
    part = sent
    while True:
        key = data.draw(st.sampled_from(sorted(part)))
        if not isinstance(part[key], dict) or not part[key] or data.draw(st.booleans()):
            break
        part = part[key]
    part[key] = data.draw(st.sampled_from([None, True, -1, 1.5, 2**70, "", "x" * 2_000, "\x00/..", [], [[]], {}, {"login": []}]))
    with suppress(FormatError):
        assert isinstance(read(event, sent), Target)
