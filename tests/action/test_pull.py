"""A pull request judged and published on the test forge, from each of its events."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.action.bench import CODE, Bench
from tests.forge.forge import Forge

ALWAYS = b"version: 1\nextends: [baseline]\npublish: {comment: always}\n"
NEVER = b"version: 1\nextends: [baseline]\npublish: {comment: never}\n"
UNCHECKED = b"version: 1\nextends: [baseline]\npublish: {check: false}\n"
QUIET = b"version: 1\nrules: {hidden-text: block}\n"
BROKEN = b"version: 1\nextends: [baseline]\nruels: {}\n"
MARKER = "<!-- prgate:v1 key=1 -->"


def test_an_agents_crypto_is_judged_commented_on_and_checked(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, local=False)
    pull = bench.open()
    ran = bench.run(bench.opened(pull))
    assert (1, "fail", "failure") == (ran.code, ran.outputs["verdict"], bench.conclusion(bench.head))
    (body,) = bench.ours(pull)
    assert [MARKER, "### prgate: fail. 1 to mend"] == [line.partition(",")[0] for line in body.split("\n")[:2]]
    assert {"version": "2.1.0"}.items() <= json.loads(Path(ran.outputs["sarif-path"]).read_text(encoding="utf-8")).items()
    assert int(ran.outputs["findings"]) == sum(len(result["findings"]) for result in ran.verdict["results"])
    assert ran.verdict["trigger"] == "pull_request_target"
    assert "prgate: fail" in ran.log
    assert "API requests" in ran.summary
    assert "Traceback" not in ran.log


def test_a_second_run_edits_the_comment_and_adds_a_check(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, local=False)
    pull = bench.open()
    assert 1 == bench.run(bench.opened(pull)).code
    forge.review(pull, by="maint-one")
    second = bench.run(bench.opened(pull))
    assert (0, "warn", "neutral") == (second.code, second.outputs["verdict"], bench.conclusion(bench.head))
    (body,) = bench.ours(pull)
    assert "### prgate: warn" in body
    assert 2 == len(bench.checks(bench.head))
    assert "pass" == second.outcome("gate-tampering"), "its own check is no other's"


def test_a_check_of_our_name_by_somebody_else_is_still_a_finding_beside_our_own(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    bench.act(bench.opened(pull))
    forge.check(bench.host, bench.head, "prgate/verdict", app="other-app")
    forge.check(bench.host, bench.head, "prgate/verdict", external_id="a job's own")
    bench.act(bench.opened(pull))
    ran = bench.act(bench.opened(pull))
    assert 2 == len(ran.said("gate-tampering"))
    assert "by the app `other-app`" in "".join(ran.said("gate-tampering"))


def test_an_older_run_of_somebody_elses_check_is_not_told_beside_its_newer_one(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    forge.check(bench.host, bench.head, "prgate/verdict", conclusion="failure", app="other-app")
    forge.check(bench.host, bench.head, "prgate/verdict", conclusion="success", app="other-app")
    (said,) = bench.act(bench.opened(pull)).said("gate-tampering")
    assert "success, by the app `other-app`" in said


def test_a_person_without_agent_marks_is_not_judged_and_hears_nothing(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    bench.repo.checkout("main")
    bench.repo.branch("words")
    bench.repo.write("notes.md", b"Notes\n")
    head = bench.repo.commit("Notes")
    forge.push(bench.host, "words", bench.repo)
    pull = bench.open(head="words")
    ran = bench.act(bench.opened(pull))
    assert (0, "pass", "success") == (ran.code, ran.outputs["verdict"], bench.conclusion(head))
    assert [] == bench.comments(pull)
    assert "not judged" in ran.summary


def test_a_comment_is_settled_once_nothing_is_judged_any_more(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    bench.repo.checkout("main")
    bench.repo.branch("words")
    bench.repo.write("notes.md", b"Notes\n")
    bench.repo.commit("Notes")
    forge.push(bench.host, "words", bench.repo)
    pull = bench.open(head="words")
    forge.comment(pull, f"{MARKER}\nEarlier.", by="github-actions[bot]")
    bench.act(bench.opened(pull))
    (body,) = bench.ours(pull)
    assert body.startswith(f"{MARKER}\n**prgate: not judged any more.**")


def test_findings_that_are_gone_are_gone_from_the_comment(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=QUIET)
    bench.push("Hide", files={"src/hidden.py": "x = '\u202e'\n".encode()})
    pull = bench.open()
    assert 1 == bench.act(bench.opened(pull)).code
    assert ["### prgate: fail. 1 to mend"] == [body.split("\n")[1] for body in bench.ours(pull)]
    bench.push("Show", files={"src/hidden.py": b"x = ''\n"})
    assert 0 == bench.act(bench.opened(pull)).code
    (body,) = bench.ours(pull)
    assert ["prgate: pass" in body, "hidden.py" in body] == [True, False]


@pytest.mark.parametrize(("policy", "comments"), [(QUIET, 0), (QUIET + b"publish: {comment: always}\n", 1)])
def test_a_pass_is_commented_on_where_the_policy_says_always(forge: Forge, tmp_path: Path, policy: bytes, comments: int) -> None:
    bench = Bench(forge, tmp_path, policy=policy)
    pull = bench.open()
    ran = bench.act(bench.opened(pull))
    assert (0, "success", comments) == (ran.code, bench.conclusion(bench.head), len(bench.ours(pull)))


def test_a_person_who_is_not_judged_hears_so_where_the_policy_says_always(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=ALWAYS)
    bench.repo.checkout("main")
    bench.repo.branch("words")
    bench.repo.write("notes.md", b"Notes\n")
    bench.repo.commit("Notes")
    forge.push(bench.host, "words", bench.repo)
    pull = bench.open(head="words")
    bench.act(bench.opened(pull))
    assert ["**prgate: not judged"] == [body.split("\n")[1].partition(" any more")[0] for body in bench.ours(pull)]


def test_nothing_is_commented_on_where_the_policy_says_never(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=NEVER)
    pull = bench.open()
    ran = bench.act(bench.opened(pull))
    assert (1, "failure", []) == (ran.code, bench.conclusion(bench.head), bench.comments(pull))


def test_no_check_is_written_where_the_policy_wants_none(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=UNCHECKED)
    pull = bench.open()
    ran = bench.act(bench.opened(pull))
    assert (1, [], 1) == (ran.code, bench.checks(bench.head), len(bench.ours(pull)))


def test_a_draft_is_judged_and_checked_and_gets_no_comment_of_its_own(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open(draft=True)
    ran = bench.act(bench.opened(pull))
    assert (1, "failure", []) == (ran.code, bench.conclusion(bench.head), bench.ours(pull))


def test_a_broken_policy_on_the_default_branch_is_a_failure_that_says_where(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=BROKEN)
    pull = bench.open()
    ran = bench.run(bench.opened(pull))
    assert (2, "incomplete", "failure") == (ran.code, ran.outputs["verdict"], bench.conclusion(bench.head))
    assert ("", "") == (ran.outputs["report-path"], ran.outputs["sarif-path"])
    assert ".github/prgate.yml:3:1" in ran.log
    for told in (ran.summary, *bench.ours(pull), bench.checks(bench.head)[-1]["output"]["summary"]):
        assert "`.github/prgate.yml` line 3, column 1" in told
        assert "ruels" in told


def test_without_a_policy_the_pack_observe_looks_and_says_so(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=None)
    pull = bench.open()
    ran = bench.act(bench.opened(pull))
    assert (0, "success") == (ran.code, bench.conclusion(bench.head))
    for told in (ran.summary, ran.log, *bench.ours(pull)):
        assert "observe" in told
    assert 1 == len(bench.ours(pull))


def test_a_pull_request_whose_fork_was_deleted_is_judged_by_what_is_left_of_it(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    fork = forge.fork(bench.host, "dev-two")
    bench.repo.write("src/crypto/more.py", CODE)
    head = bench.repo.commit("More")
    forge.push(fork, "agent/seal", bench.repo)
    pull = bench.open(fork=fork, author="dev-two")
    forge.delete_fork(fork)
    ran = bench.act(bench.opened(pull), coverage_artifact="coverage")
    assert (1, "failure", 1) == (ran.code, bench.conclusion(head), len(bench.ours(pull)))
    assert "repository is deleted" in ran.summary


def test_a_private_repository_is_judged_like_any_other(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, private=True, local=False)
    pull = bench.open()
    ran = bench.act(bench.opened(pull))
    assert (1, "failure", 1) == (ran.code, bench.conclusion(bench.head), len(bench.ours(pull)))


def test_a_start_by_hand_judges_the_pull_request_that_is_named(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    ran = bench.act(forge.event("workflow_dispatch", bench.host, inputs={"pr": "1"}), pr="1")
    assert (1, "failure", "workflow_dispatch") == (ran.code, bench.conclusion(bench.head), ran.verdict["trigger"])
    assert 1 == len(bench.ours(pull))


@pytest.mark.parametrize(("inputs", "said"), [({}, "no pull request is named"), ({"pr": "seven"}, "no number of a pull request")])
def test_a_start_by_hand_that_names_none_is_a_mistake_of_its_starter(
    forge: Forge, tmp_path: Path, inputs: dict[str, str], said: str
) -> None:
    bench = Bench(forge, tmp_path)
    ran = bench.run(forge.event("workflow_dispatch", bench.host), **inputs)
    assert 2 == ran.code
    assert said in ran.log
    assert () == forge.requests()


def test_a_command_judges_again(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    said = forge.comment(pull, "/prgate look", by="maint-one")
    ran = bench.act(forge.event("issue_comment", pull, comment=said))
    assert (1, "failure") == (ran.code, bench.conclusion(bench.head))


@pytest.mark.parametrize("body", ["Nice.", " /prgate look", "> /prgate look"])
def test_a_comment_that_is_no_command_costs_no_request(forge: Forge, tmp_path: Path, body: str) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    said = forge.comment(pull, body, by="maint-one")
    forge.forget()
    ran = bench.run(forge.event("issue_comment", pull, comment=said))
    assert (0, ()) == (ran.code, forge.requests())
    assert {"verdict": "", "findings": "0", "report-path": "", "sarif-path": ""} == ran.outputs
    assert "nothing to judge" in ran.log


def test_a_review_judges_again(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    bench.act(bench.opened(pull))
    said = forge.review(pull, by="maint-one")
    ran = bench.act(forge.event("pull_request_review", pull, review=said))
    assert (0, "neutral", "pass") == (ran.code, bench.conclusion(bench.head), ran.outcome("agent-authored-risk"))


def test_a_finished_run_judges_every_pull_request_with_its_head_and_ends_by_the_worst(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=QUIET)
    head = bench.push("Hide", files={"src/hidden.py": "x = '\u202e'\n".encode()})
    first = bench.open()
    forge.push(bench.host, "release", bench.repo, ref="HEAD~1")
    second = bench.open(base="release")
    forge.edit(second, title="The same into another branch")
    ran = bench.act(forge.event("workflow_run", bench.host, run=forge.run(first)))
    assert 1 == ran.code
    assert ran.done
    assert [f"pull request {first.number}", f"pull request {second.number}"] == [result.name for result in ran.done.results]
    assert "failure" == bench.conclusion(head)
    assert "failure" == bench.conclusion(head, "prgate/verdict (into release)")
    assert [1, 1] == [len(bench.ours(pull)) for pull in (first, second)]
    assert "2" == ran.outputs["findings"]


def test_a_finished_run_whose_head_is_no_pull_requests_any_more_is_nothing_to_judge(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    run = forge.run(pull)
    bench.push("More", files={"notes.md": b"Notes\n"})
    ran = bench.act(forge.event("workflow_run", bench.host, run=run))
    assert (0, "") == (ran.code, ran.outputs["verdict"])
    assert f"no open pull request has the head {bench.head[:12]}" in ran.log
    assert [] == bench.comments(pull)
