"""The Action as a repository has it: shipped workflows, the real ``action.yml``, played by act against the test forge."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.action.bench import CHECK, MARK, Bench
from tests.e2e.runner import Runner
from tests.forge.forge import Forge
from tests.forge.handles import Pull
from tests.formats.traces.recorded import STREAM

FORKS = "prgate.yml"
SAME = "same-repository.yml"
APPROVABLE = b"version: 1\nextends: [baseline]\nrules: {lost-coverage: 'off', missing-evidence: 'off', missing-trace: 'off', uncovered-change: 'off'}\n"
TRACED = APPROVABLE.replace(b"missing-trace: 'off'", b"missing-trace: block, foreign-trace: block, unexplained-change: observe")
RECORDED_IN = b"/home/dev/pay"
MEASURED = b"""\
version: 1
rules:
  lost-coverage: {mode: block, on_unknown: block}
  uncovered-change: block
evidence: {coverage: {accept: verified}}
"""
CI = b"name: tests\non: [push, pull_request]\njobs: {test: {runs-on: ubuntu-24.04, steps: [{run: make coverage}]}}\n"
PAY = b"def pay(amount):\n    return amount\n\n\ndef refund(amount):\n    return -amount\n"


def lcov(path: str, **lines: int) -> bytes:
    """A report of one file: hits by line, ``L7=0``."""
    return "".join([f"SF:{path}\n", *(f"DA:{name[1:]},{hits}\n" for name, hits in lines.items()), "end_of_record\n"]).encode()


def from_fork(forge: Forge, bench: Bench) -> Pull:
    """The agent's branch, in a pull request from the fork of somebody without any role."""
    fork = forge.fork(bench.host, "dev-two")
    forge.push(fork, "agent/seal", bench.repo)
    return forge.pull(bench.host, head="agent/seal", fork=fork, author="dev-two", title="Seal messages", body="For PAY-12.")


def attach(bench: Bench, file: Path, session: bytes) -> None:
    """``prgate attach`` of a session's file, in the clone that the branch was pushed from, where it then ran."""
    assert session.count(RECORDED_IN), "it says where it ran"
    file.write_bytes(session.replace(RECORDED_IN, bytes(bench.repo.path)))
    bench.repo.git("remote", "add", "origin", str(bench.host.git.path))
    bench.repo.git("fetch", "--quiet", "origin")
    words: list[str | Path] = [sys.executable, "-I", "-m", "prgate", "attach", file, "--push", "--repo", bench.repo.path]
    done = subprocess.run(words, env={"PATH": os.environ["PATH"], "HOME": str(file.parent)}, capture_output=True, text=True, check=False)
    assert (done.returncode, "pushed to origin" in done.stdout) == (0, True), done.stdout + done.stderr


def rewritten_by(session: bytes) -> tuple[bytes, bytes]:
    """The file that this session of Claude Code wrote anew, as it was and as it then is."""
    (told,) = [json.loads(line)["tool_use_result"] for line in session.split(b"\n") if b'"type":"update"' in line.replace(b": ", b":")]
    return told["originalFile"].encode(), told["content"].encode()


def conclusions(bench: Bench, sha: str) -> list[str]:
    return [run["conclusion"] for run in bench.checks(sha) if run["name"] == CHECK]


def found_by(report: Any, rule: str) -> list[tuple[str, int]]:
    (findings,) = [result["findings"] for result in report["results"] if result["rule"] == rule]
    return [(finding["path"], finding["line"]) for finding in findings]


def outcome_of(report: Any, rule: str) -> str:
    (outcome,) = [result["outcome"] for result in report["results"] if result["rule"] == rule]
    return str(outcome)


def test_the_comment_is_made_once_and_edited_by_the_next_event(forge: Forge, tmp_path: Path, runner: Runner) -> None:
    bench = Bench(forge, tmp_path, policy=APPROVABLE)
    pull = bench.open()
    token = forge.token(bench.host)
    first = runner.run(forge, FORKS, bench.opened(pull), token=token)
    assert (first.code, first.outcome, first.verdict, first.findings) == (1, "failure", "fail", "1"), first.log
    assert (first.report["verdict"], first.sarif["version"]) == ("fail", "2.1.0")
    assert "agent-written crypto" in first.summary.lower()
    assert conclusions(bench, bench.head) == ["failure"]
    (comment,) = bench.comments(pull)
    assert comment["user"]["login"] == "github-actions[bot]"
    assert "src/crypto/seal.py" in comment["body"]

    before = bench.head
    head = bench.push("Take the crypto out" + MARK, files={"src/crypto/seal.py": None, "tests/test_seal.py": None, "notes.md": b"Later\n"})
    again = forge.event("pull_request_target", pull, action="synchronize", before=before)
    second = runner.run(forge, FORKS, again, token=token)
    assert (second.code, second.outcome, second.verdict, second.findings) == (0, "success", "pass", "0"), second.log
    assert conclusions(bench, head) == ["success"]
    assert conclusions(bench, before) == ["failure"]
    (edited,) = bench.comments(pull)
    assert edited["id"] == comment["id"]
    assert head[:7] in edited["body"]


def test_a_maintainer_s_word_turns_the_check_green_and_an_edit_of_it_red_again(forge: Forge, tmp_path: Path, runner: Runner) -> None:
    bench = Bench(forge, tmp_path, policy=APPROVABLE)
    pull = bench.open()
    token = forge.token(bench.host)
    assert (1, "fail") == ((before := bench.act(bench.opened(pull))).code, before.outputs["verdict"])

    said = forge.comment(pull, f"/prgate attest 1 at {bench.head}: read the key handling", by="maint-one")
    green = runner.run(forge, FORKS, forge.event("issue_comment", pull, comment=said), token=token)
    assert (green.code, green.verdict, conclusions(bench, bench.head)[-1]) == (0, "pass", "success"), green.log
    (shown,) = bench.ours(pull)
    assert "read the key handling" in shown
    assert [("maint-one", None)] == [(heard["by"], heard["refused"]) for heard in green.report["commands"]]

    edited = forge.edit_comment(said, f"{said['body']}, and the rest", by="dev-one")
    event = forge.event("issue_comment", pull, action="edited", comment=edited, before=said["body"])
    red = runner.run(forge, FORKS, event, token=token)
    assert (red.code, red.verdict, conclusions(bench, bench.head)[-1]) == (1, "fail", "failure"), red.log
    (shown,) = bench.ours(pull)
    assert "was edited since" in shown


def test_a_token_that_may_only_read_leaves_annotations_and_the_summary_and_fails_by_the_verdict(
    forge: Forge, tmp_path: Path, runner: Runner
) -> None:
    bench = Bench(forge, tmp_path)
    pull = from_fork(forge, bench)
    event = forge.event("pull_request", pull, action="opened")
    job = runner.run(forge, SAME, event, token=forge.read_token(bench.host))
    assert (job.code, job.outcome, job.verdict) == (1, "failure", "fail"), job.log
    assert (bench.comments(pull), bench.checks(pull.head_sha)) == ([], [])
    (annotation,) = [line for line in job.commands if line.startswith("::error ")]
    assert "file=src/crypto/seal.py,line=1,endLine=6" in annotation
    for said in (job.log, job.summary):
        assert "The comment could not be posted" in said
        assert "The check run could not be written" in said


def test_a_pass_that_cannot_be_posted_is_still_a_pass(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=b"version: 1\nrules: {hidden-text: block}\n")
    ran = bench.run(forge.event("pull_request", from_fork(forge, bench), action="opened"), token=forge.read_token(bench.host))
    assert (ran.code, ran.outputs["verdict"]) == (0, "pass"), ran.log
    assert "The check run could not be written" in ran.log


def test_a_pull_request_that_softens_the_policy_is_judged_by_the_one_that_stands(forge: Forge, tmp_path: Path, runner: Runner) -> None:
    bench = Bench(forge, tmp_path)
    trusted = bench.repo.git("rev-parse", "main").decode().strip()
    soft = b"version: 1\nmode: observe\nwaivers: [{rule: agent-authored-risk, paths: ['**'], until: 2027-01-01, by: dev-one, reason: no}]\n"
    head = bench.push("Calm the gate" + MARK, files={".github/prgate.yml": soft})
    pull = bench.open()
    job = runner.run(forge, SAME, forge.event("pull_request", pull, action="opened"), token=forge.token(bench.host))
    assert (job.code, job.verdict) == (1, "fail"), job.log
    assert (job.report["policy"]["source"], job.report["policy"]["commit"]) == ("base:.github/prgate.yml", trusted)
    assert job.report["waivers"] == []
    assert [outcome_of(job.report, rule) for rule in ("gate-tampering", "agent-authored-risk")] == ["fail", "fail"]
    assert conclusions(bench, head) == ["failure"]


def test_coverage_that_arrives_later_changes_the_verdict(forge: Forge, tmp_path: Path, runner: Runner) -> None:
    bench = Bench(forge, tmp_path, policy=MEASURED)
    base = bench.push("Pay", branch="main", files={"src/pay.py": PAY, ".github/workflows/tests.yml": CI})
    bench.repo.branch("agent/fee", "main")
    head = bench.push("Fee" + MARK, branch="agent/fee", files={"src/pay.py": PAY.replace(b"return amount", b"return amount + 1")})
    pull = bench.open(head="agent/fee")
    artifacts = {"coverage_artifact": "coverage", "base_coverage_artifact": "coverage"}
    early = bench.run(bench.opened(pull), **artifacts)
    assert (early.code, early.outputs["verdict"]) == (1, "incomplete"), early.log
    assert conclusions(bench, head) == ["action_required"]
    (comment,) = bench.comments(pull)

    forge.artifact(bench.host, forge.run(bench.host, event="push", sha=base), "coverage", {"lcov.info": lcov("src/pay.py", L2=1, L6=1)})
    run = forge.run(pull)
    forge.artifact(bench.host, run, "coverage", {"lcov.info": lcov("src/pay.py", L2=1, L6=0)})
    event = forge.event("workflow_run", bench.host, run=run)
    inputs = ("coverage-artifact", "base-coverage-artifact")
    job = runner.run(forge, FORKS, event, token=forge.token(bench.host), inputs=inputs)
    assert (job.code, job.verdict) == (1, "fail"), job.log
    assert outcome_of(job.report, "lost-coverage") == "fail"
    assert {item["grade"] for item in job.report["evidence"] if "coverage" in item["kind"]} == {"verified"}
    assert conclusions(bench, head) == ["action_required", "failure"]
    (edited,) = bench.comments(pull)
    assert edited["id"] == comment["id"]
    assert edited["body"] != comment["body"]


def test_an_approval_of_a_forks_pull_request_turns_the_check_green_without_a_push(forge: Forge, tmp_path: Path, runner: Runner) -> None:
    bench = Bench(forge, tmp_path, policy=APPROVABLE)
    pull = from_fork(forge, bench)
    assert bench.run(bench.opened(pull)).outputs["verdict"] == "fail"
    forge.review(pull, by="maint-one")
    heard = forge.run(pull, path=".github/workflows/prgate-review.yml", event="pull_request_review", actor="maint-one")
    job = runner.run(forge, FORKS, forge.event("workflow_run", bench.host, run=heard), token=forge.token(bench.host))
    assert (job.code, job.verdict) == (0, "pass"), job.log
    assert conclusions(bench, pull.head_sha) == ["failure", "success"]
    (comment,) = bench.ours(pull)
    assert "prgate: pass." in comment


def test_an_approval_and_the_session_that_was_attached_turn_the_check_green_without_a_push(
    forge: Forge, tmp_path: Path, runner: Runner
) -> None:
    old, new = rewritten_by(STREAM)
    bench = Bench(forge, tmp_path, policy=TRACED, files={"tests/test_retry.py": old})
    bench.push("Retry" + MARK, files={"tests/test_retry.py": new})
    pull = bench.open()
    first = bench.run(forge.event("pull_request", pull, action="opened"))
    assert ("fail", "fail") == (first.outputs["verdict"], first.outcome("missing-trace"))
    attach(bench, tmp_path / "session.jsonl", STREAM)
    event = forge.event("pull_request_review", pull, review=forge.review(pull, by="maint-one"))
    job = runner.run(forge, SAME, event, token=forge.token(bench.host))
    assert (job.code, job.verdict) == (0, "pass"), job.log
    assert ["pass", "fail", "pass"] == [outcome_of(job.report, rule) for rule in ("missing-trace", "unexplained-change", "foreign-trace")]
    assert [("src/crypto/seal.py", 1), ("tests/test_seal.py", 1)] == found_by(job.report, "unexplained-change"), (
        "and none of the lines that the session wrote"
    )
    assert conclusions(bench, bench.repo.head()) == ["failure", "success"]
    assert len(bench.ours(pull)) == 1


def test_the_approval_of_somebody_without_write_access_turns_nothing_green(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=APPROVABLE)
    pull = from_fork(forge, bench)
    forge.review(pull, by="dev-three")
    heard = forge.run(pull, path=".github/workflows/prgate-review.yml", event="pull_request_review", actor="dev-three")
    assert bench.run(forge.event("workflow_run", bench.host, run=heard)).outputs["verdict"] == "fail"
    assert conclusions(bench, pull.head_sha) == ["failure"]


def test_an_entry_of_the_merge_queue_gets_its_check_on_the_queues_own_commit(forge: Forge, tmp_path: Path, runner: Runner) -> None:
    bench = Bench(forge, tmp_path, policy=APPROVABLE)
    pull = bench.open()
    forge.review(pull, by="maint-one")
    bench.push("Elsewhere", branch="main", files={"NOTES.md": b"Other work\n"})
    entry = forge.queue(pull)
    job = runner.run(forge, FORKS, forge.event("merge_group", entry), token=forge.token(bench.host))
    assert (job.code, job.verdict) == (0, "pass"), job.log
    assert conclusions(bench, entry.head_sha) == ["success"]
    assert (conclusions(bench, bench.head), bench.comments(pull)) == ([], [])


def test_an_entry_whose_pull_request_fails_does_not_merge(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=APPROVABLE)
    entry = forge.queue(bench.open())
    assert bench.run(forge.event("merge_group", entry)).outputs["verdict"] == "fail"
    assert conclusions(bench, entry.head_sha) == ["failure"]
