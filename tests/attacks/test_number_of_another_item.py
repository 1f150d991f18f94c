"""A maintainer is brought to attest one item, and the number stands for another.

Group: identity
Seen in: gates whose findings are numbered anew with each run
Held by: an item keeps its number when it is answered; a number answers that item only, and only where a rule takes somebody's word; what is attested
  is recorded by fingerprint, with what was said; a number that is older than a `wrote` that counts stands for nothing.
Left: where other evidence comes later that finds more, or a `wrote` is deleted, numbers move; a rule's name or a fingerprint says the same for ever.
"""

from __future__ import annotations

from pathlib import Path

from tests.attacks.saying import CODE, LATER, Room


def test_a_number_answers_its_own_item_and_no_other(tmp_path: Path) -> None:
    bench = Room(tmp_path)
    bench.push({"src/crypto/hidden.py": "KEY = 'a\u202eb'\n".encode()}, "More")
    policy = tmp_path / "two.yml"
    policy.write_text(
        "version: 1\nrules: {agent-authored-risk: {mode: block, params: {accept: [vouched]}}, hidden-text: block}\n"
        'domains: {crypto: {paths: ["crypto/"]}}\n',
        encoding="utf-8",
    )
    bench.comment("/prgate attest 2: I read the key")
    bench.comment("/prgate attest 3: and that", "boss")
    checked = bench.run("--policy", str(policy))
    assert (1, "fail", "fail") == (checked.code, checked.outcome(), checked.outcome("hidden-text"))
    assert ["no attestation answers `hidden-text`", "there is no item `3` to attest"] == checked.refusals
    bench.comment("/prgate attest 1: read it all", "boss", LATER)
    answered = bench.run("--policy", str(policy))
    assert (1, "pass", "fail") == (answered.code, answered.outcome(), answered.outcome("hidden-text"))
    assert [None] == answered.refusals[2:]
    assert {CODE.decode().splitlines()[0]} <= {each["quote"] for each in answered.verdict["results"][0]["findings"]}
