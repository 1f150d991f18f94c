"""The author waives the rule that stands in the way, attests the own change, or breaks the glass, where the policy does not let authors.

Group: identity
Seen in: gates that obey `/override` of whoever may push
Held by: a waiver is somebody independent's word however much the author may do here; it is off unless the policy names who may, and so are broken
  glass and attesting one's own change; no comment waives a rule that the policy locks; and under `strict` nothing of it can be turned on.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attacks.saying import READ, Room

WAIVE = "waive agent-authored-risk until 2099-12-31: later"


def test_the_author_s_waiver_counts_for_nothing(tmp_path: Path) -> None:
    bench = Room(tmp_path, "commands: {waive: write}")
    bench.comment(f"/prgate {WAIVE}", "dana")
    checked = bench.run()
    assert (1, "fail") == (checked.code, checked.outcome())
    assert ["`dana` opened it; it has to be somebody independent of the change"] == checked.refusals
    bench.comment(f"/prgate {WAIVE}")
    waived = bench.run()
    assert (0, "waived", "comment") == (waived.code, waived.outcome(), waived.verdict["waivers"][0]["source"])


@pytest.mark.parametrize(("words", "verb"), [(WAIVE, "waive"), ("break-glass: hurry", "break-glass")])
def test_what_the_policy_does_not_name_nobody_may(tmp_path: Path, words: str, verb: str) -> None:
    bench = Room(tmp_path)
    for by in ("dana", "boss"):
        bench.comment(f"/prgate {words}", by)
    checked = bench.run()
    assert (1, "fail", [f"the policy lets nobody `{verb}`"] * 2) == (checked.code, checked.outcome(), checked.refusals)


def test_what_is_over_or_locked_is_waived_by_nobody(tmp_path: Path) -> None:
    bench = Room(tmp_path, "commands: {waive: write}")
    bench.comment("/prgate waive agent-authored-risk until 2026-02-01: later")
    assert (1, ["it ended on 2026-02-01"]) == (bench.run().code, bench.run().refusals)
    locked = Room(tmp_path / "locked", "commands: {waive: write}")
    locked.comment(f"/prgate {WAIVE}")
    path = tmp_path / "locked.yml"
    path.write_text(
        "version: 1\nrules: {agent-authored-risk: {mode: block, locked: true}}\ndomains: {crypto: {paths: [crypto/]}}\n"
        "commands: {waive: write}\n",
        encoding="utf-8",
    )
    checked = locked.run("--policy", str(path))
    assert (1, ["the policy locks `agent-authored-risk`, and no comment sets that aside"]) == (checked.code, checked.refusals)


@pytest.mark.parametrize("way", ["waive: admin", "break_glass: admin", "self_attest: admin"])
def test_under_strict_no_way_can_be_opened(tmp_path: Path, way: str) -> None:
    bench = Room(tmp_path)
    path = tmp_path / "strict.yml"
    path.write_text(f"version: 1\nextends: [strict]\ncommands: {{{way}}}\n", encoding="utf-8")
    checked = bench.run("--policy", str(path))
    assert 2 == checked.code
    assert "a pack has locked that" in checked.text


def test_under_strict_the_author_s_own_words_count_for_nothing(tmp_path: Path) -> None:
    bench = Room(tmp_path)
    for words in (READ, WAIVE, "break-glass: hurry"):
        bench.comment(f"/prgate {words}", "dana", "2026-03-01T10:00:00Z")
    checked = bench.run("--policy", "strict")
    assert (1, "fail") == (checked.code, checked.outcome())
    assert None not in checked.refusals
