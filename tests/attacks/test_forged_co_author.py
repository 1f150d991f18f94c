"""Somebody names a reviewer as co-author, signer or requester, so that the reviewer's approval counts no more or the reviewer answers for it.

Group: identity
Seen in: gates that take the names in trailers for the authors of a change
Held by: trailers, names, addresses and descriptions are claims, which disqualify nobody: contributors are the authors and committers of the
  commits as the forge links them, and only an agent's own pull request or commit is read for who asked for it.
Left: where a claim names the only one who approved, `dependent-approval` asks, which never does more than warn; where an agent's account
  opens the pull request, a forged sign-off passes for somebody who answers for it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.action.bench import MARK, POLICY, Bench
from tests.forge import cast
from tests.forge.forge import Forge

BLOCKING = POLICY + b"rules: {dependent-approval: block, missing-owner: block}\n"
DEVIN = "devin-ai-integration"
ADDRESS = "<1+maint-one@users.noreply.github.com>"
FORGED = f"Requested by: @maint-one\nCo-authored-by: Maint {ADDRESS}\nSigned-off-by: Maint {ADDRESS}\n"


def test_a_trailer_disqualifies_nobody(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=BLOCKING)
    bench.push(f"More{MARK}{FORGED}")
    pull = bench.open(body=f"For PAY-12.\n\n{FORGED}")
    forge.review(pull, by="maint-one")
    ran = bench.act(bench.opened(pull))
    assert (0, "pass", "pass") == (ran.code, ran.outcome("agent-authored-risk"), ran.outcome("dependent-approval"))
    assert (None, "dev-one") == (ran.verdict["authorship"]["operator"], ran.verdict["authorship"]["owner"])


def test_in_an_agent_s_commit_it_is_a_question_and_no_more(forge: Forge, tmp_path: Path) -> None:
    forge.reset(bots=(*cast.BOTS, DEVIN))
    bench = Bench(forge, tmp_path, policy=BLOCKING)
    bench.repo.commit(f"More\n\n{FORGED}", author="Devin AI", email=f"158243242+{DEVIN}[bot]@users.noreply.github.com")
    forge.push(bench.host, "agent/seal", bench.repo)
    pull = bench.open()
    forge.review(pull, by="maint-one")
    ran = bench.act(bench.opened(pull))
    assert (0, "pass", "fail") == (ran.code, ran.outcome("agent-authored-risk"), ran.outcome("dependent-approval"))
    assert [False] == [
        found["certain"] for each in ran.verdict["results"] for found in each["findings"] if each["rule"] == "dependent-approval"
    ]


@pytest.mark.parametrize(
    "address",
    [
        "<maint-one@example.org>",
        "<1+maint\u2010one@users.noreply.github.com>",
        "<1+helper-agent[bot]@users.noreply.github.com>",
        "<@maint-one>",
    ],
    ids=["a mail address", "a look-alike", "a bot", "no address"],
)
def test_a_name_that_is_no_person_s_login_answers_for_nothing(forge: Forge, tmp_path: Path, address: str) -> None:
    forge.reset(bots=(*cast.BOTS, DEVIN))
    bench = Bench(forge, tmp_path, policy=BLOCKING)
    bench.push(f"More\n\nCo-authored-by: Maint {address}\nSigned-off-by: Maint {address}\n")
    ran = bench.act(bench.opened(bench.open(author=f"{DEVIN}[bot]")))
    assert (1, "fail") == (ran.code, ran.outcome("missing-owner"))
    assert (None, None) == (ran.verdict["authorship"]["operator"], ran.verdict["authorship"]["owner"])
