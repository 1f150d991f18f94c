"""Somebody approves who took part in the change, who is no person, who may not write, or who has not seen this head.

Group: identity
Seen in: mergeproof 1.0.2, which asks neither for permission nor for independence
Held by: an approval counts only of a person with write access, on this very head, who neither opened the pull request nor wrote or
  committed a commit of it, as the forge links them, nor started the agent, as the forge knows; where none counts, `dependent-approval` says
  of each why not. Where only the description or a trailer names the one who approves as who ran the agent, it asks.
Left: whoever asked the agent and left no commit, and whom the forge does not know, is named only by claims, which disqualify nobody: where
  an agent's account opens the pull request, its operator can approve. A second account of one person is two persons to the forge.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from prgate.cli import cli
from tests.action.bench import POLICY, Bench
from tests.forge import cast
from tests.forge.forge import Forge

DEVIN = "devin-ai-integration"


def test_who_may_not_write_or_is_no_person_vouches_for_nothing(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    for by in ("reader-one", "triage-one", "helper-agent[bot]", "github-actions[bot]"):
        forge.review(pull, by=by)
    ran = bench.act(bench.opened(pull))
    assert (1, "fail", "failure") == (ran.code, ran.outcome("agent-authored-risk"), bench.conclusion(bench.head))


def test_who_wrote_or_committed_a_part_vouches_for_nothing(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    for role, who in (("AUTHOR", "maint-one"), ("COMMITTER", "maint-two")):
        bench.repo.commit("Nothing", env={f"GIT_{role}_NAME": who, f"GIT_{role}_EMAIL": f"{who}@example.com"})
    head = forge.push(bench.host, "agent/seal", bench.repo)
    pull = bench.open()
    forge.review(pull, by="maint-one")
    forge.review(pull, by="maint-two")
    ran = bench.act(bench.opened(pull))
    assert (1, "failure") == (ran.code, bench.conclusion(head))
    assert ["2 approvals, and none counts: `maint-one` contributed commits; `maint-two` contributed commits"] == ran.said(
        "dependent-approval"
    )
    forge.review(pull, by="owner-one")
    assert "pass" == bench.act(bench.opened(pull)).outcome("agent-authored-risk")


def test_who_opened_it_vouches_for_nothing_though_an_agent_wrote_it_all(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    bench.branch("agent/alone", files={"src/crypto/mac.py": b"import hmac\n"}, author="Claude", email="noreply@anthropic.com")
    pull = bench.open(head="agent/alone", author="maint-one")
    state = forge.act("POST", f"/repos/acme/pay/pulls/{pull.number}/reviews", by="maint-one", body={"event": "COMMENT", "body": "ok"})[
        "state"
    ]
    assert "COMMENTED" == state
    ran = bench.act(bench.opened(pull))
    assert (1, "fail") == (ran.code, ran.outcome("agent-authored-risk"))


def test_an_approval_of_an_older_head_is_stale(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    forge.review(pull, by="maint-one")
    assert "pass" == bench.act(bench.opened(pull)).outcome("agent-authored-risk")
    head = bench.push(files={"src/crypto/seal.py": b"import hmac\n"})
    ran = bench.act(forge.event("pull_request_target", pull, action="synchronize", before=bench.head))
    assert (1, "fail", "failure") == (ran.code, ran.outcome("agent-authored-risk"), bench.conclusion(head))
    assert [f"1 approval, and it does not count: `maint-one` approved `{bench.head[:7]}`, an older head"] == ran.said("dependent-approval")


def test_an_approval_that_was_withdrawn_vouches_for_nothing(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    forge.review(pull, by="maint-one")
    forge.review(pull, by="maint-one", state="CHANGES_REQUESTED")
    ran = bench.act(bench.opened(pull))
    assert (1, "fail") == (ran.code, ran.outcome("agent-authored-risk"))
    assert ["1 approval, and it does not count: `maint-one` asked for changes later"] == ran.said("dependent-approval")


def test_who_is_only_said_to_have_run_the_agent_may_approve_and_is_asked_about(forge: Forge, tmp_path: Path) -> None:
    forge.reset(bots=(*cast.BOTS, DEVIN))
    bench = Bench(forge, tmp_path, policy=POLICY + b"rules: {dependent-approval: block, missing-owner: block}\n")
    pull = bench.open(author=f"{DEVIN}[bot]", body="For PAY-12.\n\nRequested by: @maint-one\n")
    forge.review(pull, by="maint-one")
    ran = bench.act(bench.opened(pull))
    assert (0, "pass", "fail", "pass") == (ran.code, *map(ran.outcome, ("agent-authored-risk", "dependent-approval", "missing-owner")))
    assert ["`maint-one` approves, and is said to have run the agent (named in the description)"] == ran.said("dependent-approval")
    forge.review(pull, by="maint-two")
    assert "pass" == bench.act(bench.opened(pull)).outcome("dependent-approval")


@pytest.mark.parametrize(("operator", "code"), [("maint-one", 1), ("maint-two", 0)])
def test_whom_the_forge_knows_to_have_started_the_agent_vouches_for_nothing(forge: Forge, tmp_path: Path, operator: str, code: int) -> None:
    bench = Bench(forge, tmp_path)
    facts = tmp_path / "facts.json"
    facts.write_text(
        json.dumps(
            {
                "title": "Seal messages",
                "body": "For PAY-12.",
                "author": {"login": f"{DEVIN}[bot]", "type": "Bot"},
                "operator": operator,
                "commits": [{"sha": bench.head, "author": "dev-one", "committer": "web-flow", "verified": True}],
                "people": {"maint-one": {"permission": "maintain", "type": "User"}},
                "comments": [],
                "reviews": [{"author": "maint-one", "state": "approved", "commit": bench.head, "at": "2026-02-01T10:00:00Z", "body": ""}],
            }
        ),
        encoding="utf-8",
    )
    told = ("check", "--repo", str(bench.repo.path), "--base", "main", "--head", "agent/seal", "--pr", str(facts), "--format", "json")
    done = CliRunner().invoke(cli, told)
    results = {result["rule"]: result for result in json.loads(done.stdout)["results"]}
    assert (code, "fail" if code else "pass") == (done.exit_code, results["agent-authored-risk"]["outcome"])
    assert ("fail" if code else "pass") == results["dependent-approval"]["outcome"]
