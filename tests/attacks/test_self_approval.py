"""Somebody approves who took part in the change, who is no person, who may not write, or who has not seen this head.

Group: identity
Seen in: mergeproof 1.0.2, which asks neither for permission nor for independence
Held by: an approval counts only of a person with write access, on this very head, who neither opened the pull request nor wrote or
  committed a commit of it, as the forge links them.
Left: whoever asked the agent and left no commit is named only by claims, which disqualify nobody; where an agent's account opens the pull
  request, its operator can approve. A second account of one person is two persons to the forge.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import Bench
from tests.forge.forge import Forge


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
    assert (1, "failure") == (bench.act(bench.opened(pull)).code, bench.conclusion(head))
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
