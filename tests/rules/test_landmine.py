"""A note is answered by whoever has read it, and a page of the reference says what a place is made of."""

from __future__ import annotations

import json
from pathlib import Path

from prgate.model.diff import Side
from prgate.model.heard import Heard, Verb
from prgate.model.verdict import Outcome, ReportedFinding
from prgate.render.rule_page import rule_page, spelled
from prgate.request import Request
from prgate.rules.landmine import RULE, Landmine
from prgate.run import judge
from tests.repositories import Repo
from tests.rules.traced import evidence


def test_an_attestation_answers_it_whatever_it_says() -> None:
    finding = ReportedFinding("m", "f", "a.py", Side.HEAD, None, None, None, certain=True, fingerprint="0" * 16)
    heard = Heard(Verb.ATTEST, "riley-k", "2026-03-01T12:00:00Z", "1", "read it", "comment:1")
    assert RULE.attest is not None
    assert (None, Verb.ATTEST) == (RULE.attest(evidence(traces=()), RULE.params(), finding, heard), RULE.answer)


def test_a_waiver_of_one_place_leaves_the_other_files_of_it_as_they_are(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.write("a.txt", b"1\n")
    repo.commit("Base")
    repo.branch("change")
    repo.write("queue/a.py", b"1\n")
    repo.write("queue/b.py", b"1\n")
    repo.commit("Change")
    waiver = {"rule": "landmine", "paths": ["/queue/a.py"], "until": "2026-12-31", "by": "dana", "reason": "agreed"}
    params = {"places": [{"paths": ["/queue/"], "note": "See ADR 12"}]}
    policy = {"version": 1, "judge": "all", "rules": {"landmine": {"mode": "block", "params": params}}, "waivers": [waiver]}
    (tmp_path / "policy.yml").write_text(json.dumps(policy))
    verdict = judge(Request(at="2026-03-01T12:00:00Z", repo=repo.path, base="main", head="change", policy=str(tmp_path / "policy.yml")))
    (result,) = verdict.results
    assert (Outcome.FAIL, [("queue/a.py", True), ("queue/b.py", False)]) == (
        result.outcome,
        [(each.path, each.waived) for each in result.findings],
    )
    (item,) = verdict.reading.items
    assert ("queue/b.py", "declared human, has a note") == (item.path, item.risk)


def test_the_reference_tells_what_a_place_is_made_of() -> None:
    (parameter,) = rule_page(RULE).parameters
    assert (parameter.takes, parameter.default) == ("list of `paths` (list of text) and `note` (text) and `link` (text)", "[]")
    assert spelled((Landmine(("a/",), "n"),)) == '[{paths: [a/], note: n, link: ""}]'
