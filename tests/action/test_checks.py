from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from prgate.github.checks import Check, Written, blocked_by, check_name, is_ours, last_word, post_check
from prgate.model.missing import Why
from tests.github.scripted import Say
from tests.github.talk import missing, talk

HEAD = "c" * 40
NAME = "prgate/verdict"
POST = "POST /api/v3/repos/acme/pay/check-runs"
LIST = f"GET /api/v3/repos/acme/pay/commits/{HEAD}/check-runs?filter=all&per_page=100"
ONE = "/api/v3/repos/acme/pay/check-runs/9"
NO = Say(403, {"message": "Resource not accessible by integration"}, acts=False)
INVALID = Say(422, {"message": "Invalid request."}, acts=False)
MADE = Say(201, {"id": 9})


def check(annotations: int = 0) -> Check:
    notes = [{"path": "a.py", "start_line": number, "end_line": number} for number in range(annotations)]
    return Check(NAME, HEAD, 7, "failure", "failure", "1002.1", "https://forge.example/run", {"title": "t", "summary": "s"}, notes)


def run(number: int, given: str | None, *, name: str = NAME) -> dict[str, Any]:
    return {"id": number, "name": name, "external_id": given}


def listed(*checks: dict[str, Any]) -> Say:
    return Say(200, {"total_count": len(checks), "check_runs": list(checks)})


def test_the_name_says_a_branch_that_is_not_trusted() -> None:
    assert [NAME, "prgate/verdict (into x)"] == [check_name(None), check_name("x")]


@pytest.mark.parametrize(
    "given", [None, "", "job 7", "prgate:1 pr=7 own=success", "prgate:1 pr=7 own=pass run=1", " prgate:1 pr=7 own=success run=1", 7]
)
def test_a_check_run_that_is_named_otherwise_is_not_ours(given: str | None) -> None:
    assert not is_ours(run(1, given))
    assert {} == blocked_by([run(1, given)], number=8)
    assert (0, False) == last_word([run(1, given)], number=7)


def test_ours_names_pull_request_conclusion_and_run() -> None:
    assert "prgate:1 pr=7 own=failure run=1002.1" == check().external_id
    assert is_ours(run(1, check().external_id))


def test_only_the_latest_word_of_each_other_pull_request_blocks() -> None:
    checks = [
        run(5, "prgate:1 pr=1 own=failure run=1.1"),
        run(9, "prgate:1 pr=1 own=success run=2.1"),
        run(8, "prgate:1 pr=2 own=action_required run=3.1"),
        run(3, "prgate:1 pr=2 own=success run=4.1"),
        run(7, "prgate:1 pr=3 own=failure run=5.1"),
        run(1, "prgate:1 pr=0 own=failure run=6.1"),
        run(2, "prgate:1 pr=4 own=failure run=7.1", name="prgate/verdict (into x)"),
    ]
    assert {2: "action_required"} == blocked_by(checks, number=3)
    assert {2: "action_required", 3: "failure"} == blocked_by(reversed(checks), number=9)
    assert [(9, False), (8, True), (2, True), (0, False)] == [last_word(checks, number=number) for number in (1, 2, 4, 9)]


def test_a_check_run_without_annotations_is_one_request() -> None:
    with talk(MADE) as forge:
        assert Written(0) == post_check(forge.session, "acme/pay", check())
        assert [POST] == forge.server.paths
        assert {
            "head_sha": HEAD,
            "status": "completed",
            "conclusion": "failure",
            "external_id": check().external_id,
        }.items() <= forge.server.made[0].items()


def test_annotations_go_in_batches_of_fifty() -> None:
    with talk(MADE, Say(200, {}), Say(200, {})) as forge:
        assert Written(120) == post_check(forge.session, "acme/pay", check(120))
        assert [POST, f"PATCH {ONE}", f"PATCH {ONE}"] == forge.server.paths
        assert 50 == len(forge.server.made[0]["output"]["annotations"])


def test_a_refused_check_run_is_missing() -> None:
    with talk(NO) as forge:
        assert Why.FORBIDDEN is missing(post_check(forge.session, "acme/pay", check(3))).why


def test_refused_annotations_are_left_out() -> None:
    with talk(INVALID, MADE) as forge:
        written = post_check(forge.session, "acme/pay", check(60))
        assert isinstance(written, Written)
        assert (0, "answered 422" in missing(written.missing).detail) == (written.annotations, True)
        assert [] == forge.server.made[0]["output"]["annotations"]


def test_a_check_run_that_is_refused_without_annotations_as_well_is_missing() -> None:
    with talk(INVALID, INVALID) as forge:
        assert Why.FAILED is missing(post_check(forge.session, "acme/pay", check(60))).why


def test_a_check_run_without_annotations_that_is_refused_is_not_tried_again() -> None:
    with talk(INVALID) as forge:
        assert Why.FAILED is missing(post_check(forge.session, "acme/pay", check())).why


def test_what_may_have_happened_is_not_sent_again_without_annotations_either() -> None:
    with talk(Say(ends="cut"), NO) as forge:
        assert Why.FORBIDDEN is missing(post_check(forge.session, "acme/pay", check(60))).why
        assert [POST, LIST] == forge.server.paths


@pytest.mark.parametrize(
    "other",
    [
        [],
        [run(8, "prgate:1 pr=7 own=failure run=1001.1")],
        [run(8, "prgate:1 pr=7 own=failure run=1002.1", name="prgate/verdict (into x)")],
    ],
)
def test_one_that_is_not_found_after_a_lost_word_is_made_again(other: list[dict[str, Any]]) -> None:
    with talk(Say(ends="cut"), listed(*other), MADE) as forge:
        assert Written(0) == post_check(forge.session, "acme/pay", check())
        assert 2 == len(forge.server.made)


def test_one_that_is_found_after_a_lost_word_goes_on() -> None:
    with talk(Say(ends="cut"), listed(run(9, check().external_id)), Say(200, {})) as forge:
        assert Written(60) == post_check(forge.session, "acme/pay", check(60))
        assert [POST, LIST, f"PATCH {ONE}"] == forge.server.paths


def test_an_answer_without_a_number_is_said() -> None:
    with talk(Say(201, {})) as forge:
        assert Why.UNREADABLE is missing(post_check(forge.session, "acme/pay", check())).why


def test_annotations_that_are_refused_later_are_counted() -> None:
    with talk(MADE, Say(200, {}), INVALID) as forge:
        written = post_check(forge.session, "acme/pay", check(120))
        assert isinstance(written, Written)
        assert (100, Why.FAILED) == (written.annotations, missing(written.missing).why)


@pytest.mark.parametrize(("there", "sent"), [(100, 1), (50, 2)])
def test_a_batch_is_sent_again_only_if_it_is_not_there(there: int, sent: int) -> None:
    shown = Say(200, {"id": 9, "output": {"annotations_count": there}})
    with talk(MADE, Say(ends="cut"), shown, *[Say(200, {})] * (sent - 1)) as forge:
        assert Written(100) == post_check(forge.session, "acme/pay", check(100))
        assert sent == forge.server.paths.count(f"PATCH {ONE}")


def test_a_batch_that_cannot_be_looked_for_is_not_sent_again() -> None:
    with talk(MADE, Say(ends="cut"), NO) as forge:
        written = post_check(forge.session, "acme/pay", check(100))
        assert isinstance(written, Written)
        assert (50, Why.FORBIDDEN) == (written.annotations, missing(written.missing).why)


def test_a_check_run_that_does_not_count_its_annotations_is_given_the_batch_again() -> None:
    with talk(MADE, Say(ends="cut"), Say(200, {"id": 9}), Say(200, {})) as forge:
        assert Written(100) == post_check(forge.session, "acme/pay", check(100))


def test_a_branchs_check_is_looked_for_under_its_own_name() -> None:
    into = replace(check(), name=check_name("x"))
    with talk(Say(ends="cut"), listed(run(8, into.external_id), run(9, into.external_id, name=into.name))) as forge:
        assert Written(0) == post_check(forge.session, "acme/pay", into)
