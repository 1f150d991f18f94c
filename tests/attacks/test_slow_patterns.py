"""A change is written against the patterns that the gate runs over it, so that one line takes hours.

Group: inputs
Seen in: Python's `re` with a pattern like `(a+)+$`: three seconds for 41 characters, twice as long with each more
Held by: patterns and globs of a policy run on RE2, in linear time, and what RE2 cannot read is a policy error; patterns of prgate's own
  have no second way to match.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import MARK, Bench
from tests.attacks.told import nothing_acts
from tests.forge.forge import Forge
from tests.hang import no_hang

MARKS = b"""version: 1
extends: [strict]
domains:
  crypto:
    paths: ["**/*a*a*a*a*a*a*a*a*b", "{a,aa}{a,aa}/**/{a,aa}*"]
    marks: ["(a+)+$", "(a|a)*b", "^(.*?,){30}P", "([a-z]+)*=", "(?:a?){50}a{50}"]
"""
ATTACKS = {
    "for the policy's marks": b"a" * 60_000 + b"!\n",
    "commas": b"a," * 40_000 + b"\n",
    "for definitions": b"def " * 20_000 + b"\n" + b"pub(" * 20_000 + b"\n" + b"export default async " * 4_000 + b"\n",
    "for credentials": b"eyJ" * 20_000 + b"." + b"://" + b"a:" * 20_000 + b"\n" + b"xoxb-ghp_sk-" * 5_000 + b"\n",
    "brackets": b"(" * 60_000 + b"\n" + b"`${" * 20_000 + b"\n" + b"/*" * 30_000 + b"\n",
    "blanks": b" \t" * 40_000 + b"\n" + b"\\" * 60_000 + b"\n",
}


def test_a_hostile_change_ends_in_time(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=MARKS)
    words = [content.decode().strip()[:5_000] for content in ATTACKS.values()]
    message = "\n".join(words) + MARK + "".join(f"Assisted-by: {word}\nFixes: {word}\n" for word in words)
    files = {f"src/{'a' * 30}/{number}.{kind}": text for number, text in enumerate(ATTACKS.values()) for kind in ("py", "ts", "go", "rs")}
    head = bench.push(message, files={**files, f"{'a' * 200}/{'a/' * 60}aaaa": b"1\n"})
    pull = bench.open(body="\n".join(words))
    forge.comment(pull, "/prgate " + words[0])
    with no_hang():
        ran = bench.act(bench.opened(pull))
    nothing_acts(bench, pull, ran)
    assert (1, "failure") == (ran.code, bench.conclusion(head))


def test_a_pattern_that_only_backtracking_could_run_is_refused(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    for pattern in ("(a+)+\\\\1", "(?<=a)b", "(a", "a{1,5000}", "(?:(?:a{1000}){1000}){1000}"):
        policy = f'version: 1\nextends: [baseline]\ndomains: {{crypto: {{marks: ["{pattern}"]}}}}\n'
        bench.push(branch="main", files={".github/prgate.yml": policy.encode()})
        with no_hang():
            ran = bench.act(bench.opened(pull))
        assert (2, "incomplete", "failure") == (ran.code, ran.outputs["verdict"], bench.conclusion(bench.head))
        assert "`.github/prgate.yml` line 3" in bench.ours(pull)[0]
