"""Judge real pull requests from git alone, and compare the verdicts with labels that people gave.

    python -m tests.benchmarks.corpus --index INDEX.jsonl --repos FOLDER [--only OWNER/NAME] [--jobs 2] [--out RESULTS.jsonl]

Rows whose repository or commits are absent are skipped by name. Exit code 1: a crash, a traceback, or a fault that plain git does not have;
2: nothing was judged.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.corpus_labels import QUESTIONS, RISK, agents, blocking, compare, compare_domains, peace, quiet
from tests.benchmarks.corpus_rows import Plain, Row, facts, find_repository, lacking, plain_diff, read_index
from tests.benchmarks.measure import NotRunError, Run, beside_python, command, run

EXPECTED_CODE = {"pass": 0, "warn": 0, "fail": 1, "incomplete": 1}
TIMEOUT = 300.0

NOTHING_CLEARS = """version: 1
extends: [baseline]
judge: all
rules: {agent-authored-risk: {mode: block, params: {accept: []}}}
"""
"""A second look at hand-checked rows, for the domains alone: git does not tell who approved, and without that the rule cannot conclude."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One row judged; ``risk`` is the verdict under ``NOTHING_CLEARS``. ``defects`` are ours, each a reason for exit code 1; ``excused`` are faults that plain git has as well."""

    row: Row
    plain: Plain
    run: Run | None
    verdict: Mapping[str, Any] | None
    risk: Mapping[str, Any] | None
    defects: tuple[str, ...]
    excused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prgate:
    """The command under test, further arguments for it, and the JSON Schema of its verdict if there is one at hand."""

    command: Sequence[str]
    extra: Sequence[str]
    schema: Mapping[str, Any] | None

    def check(self, repository: Path, row: Row, folder: Path, *, policy: str) -> tuple[Run, Mapping[str, Any] | None]:
        """One run of ``prgate check``, and the verdict if it wrote one. Raises ``NotRunError``, ``ValueError`` on a verdict that is not JSON."""
        facts_file, output = folder / "facts.json", folder / "verdict.json"
        facts_file.write_text(json.dumps(facts(repository, row)), "utf-8")
        output.unlink(missing_ok=True)
        range_ = ["--repo", str(repository), "--base", row.base, "--head", row.head]
        asked = ["--policy", policy, "--judge", "all", "--pr", str(facts_file), "--format", "json", "--output", str(output)]
        done = run([*self.command, "check", *range_, *asked, *self.extra], cwd=folder, timeout=TIMEOUT)
        return done, json.loads(output.read_bytes()) if output.exists() else None


def judge(row: Row, repository: Path, *, prgate: Prgate) -> Judgement:
    """Judge one row and look for anything that must not happen."""
    plain = plain_diff(repository, row)
    done = verdict = risk = None
    blind: list[str] = []
    try:
        with tempfile.TemporaryDirectory(prefix="prgate-corpus-") as name:
            folder = Path(name)
            done, verdict = prgate.check(repository, row, folder, policy="baseline")
            if row.told("high_risk") and verdict is not None:
                policy = folder / "policy.yml"
                policy.write_text(NOTHING_CLEARS, "utf-8")
                again, risk = prgate.check(repository, row, folder, policy=str(policy))
                blind = [] if risk else [f"no verdict under another policy: {again.stderr.decode('utf-8', 'replace').strip()}"]
    except (NotRunError, ValueError) as error:
        return Judgement(row, plain, done, verdict, risk, (str(error),), ())
    defects = [*_defects(done, verdict, plain, prgate.schema), *blind]
    faults = [fault["message"] for fault in verdict["faults"]] if verdict else []
    return Judgement(
        row, plain, done, verdict, risk, tuple(defects + ([] if plain.error else faults)), tuple(faults if plain.error else ())
    )


def _defects(done: Run, verdict: Mapping[str, Any] | None, plain: Plain, schema: Mapping[str, Any] | None) -> Iterator[str]:
    errors = " ".join(done.stderr.decode("utf-8", "replace").split())
    if "Traceback" in errors or done.code not in {0, 1, 2}:
        yield f"exit {done.code}: {errors[-300:] or 'no message'}"
    elif done.code == 2:
        if plain.files and not plain.error:
            yield f"exit 2 on a range that git reads: {errors}"
    elif verdict is None:
        yield f"exit {done.code} without a verdict: {errors}"
    else:
        if EXPECTED_CODE[verdict["verdict"]] != done.code:
            yield f"exit {done.code} with verdict {verdict['verdict']}"
        yield from (f"rule {result['rule']} crashed: {result['reason']}" for result in verdict["results"] if result["outcome"] == "error")
        counted = sum(verdict["authorship"]["lines"].values())
        if not plain.error and counted != plain.added:
            yield f"{counted} added lines counted, git counts {plain.added}"
        yield from _schema_errors(verdict, schema)


def _schema_errors(verdict: Mapping[str, Any], schema: Mapping[str, Any] | None) -> Iterator[str]:
    if schema is not None:
        import jsonschema

        validator = jsonschema.Draft202012Validator(schema)
        yield from (f"schema: {error.json_path}: {error.message[:200]}" for error in validator.iter_errors(verdict))


def as_json(judgement: Judgement) -> dict[str, Any]:
    """One line of ``--out``: figures, outcomes and findings with their places, for a person to look at."""
    done, verdict = judgement.run, judgement.verdict
    told: dict[str, Any] = {"id": judgement.row.id, "defects": judgement.defects, "excused": judgement.excused}
    if done is not None:
        told |= {
            "code": done.code,
            "seconds": round(done.seconds, 3),
            "cpu_seconds": round(done.cpu_seconds, 3),
            "peak_bytes": done.peak_bytes,
        }
    if verdict is not None:
        told |= {
            "verdict": verdict["verdict"],
            "agents": agents(verdict),
            "blocking": blocking(verdict),
            "lines": verdict["authorship"]["lines"],
        }
        told["rules"] = {
            result["rule"]: {
                "outcome": result["outcome"],
                "reason": result["reason"],
                "findings": [[finding["message"], finding["path"], finding["line"], finding["certain"]] for finding in result["findings"]],
            }
            for result in verdict["results"]
        }
    return told


def report(judgements: Sequence[Judgement], skipped: Sequence[str]) -> Iterator[str]:
    """Everything that is printed."""
    yield f"{len(judgements)} rows judged, {len(skipped)} skipped"
    yield from (f"    skipped {reason}" for reason in skipped)
    if not judgements:
        return
    broken = [one for one in judgements if one.defects]
    yield f"without crash, unexplained fault or wrong exit code: {len(judgements) - len(broken)} of {len(judgements)}"
    yield from (f"    {one.row.id}: {defect}" for one in broken for defect in one.defects)
    excused = [one for one in judgements if one.excused]
    yield f"faults that plain git has as well: {len(excused)}"
    yield from (f"    {one.row.id}: {fault}" for one in excused for fault in one.excused)
    codes = Counter(one.run.code for one in judgements if one.run)
    yield f"exit codes: {', '.join(f'{code} on {count}' for code, count in sorted(codes.items()))}"
    if timed := [one.run for one in judgements if one.run]:
        yield from _cost(timed)
    judged = [(one.row, one.verdict) for one in judgements if one.verdict]
    verdicts = Counter(verdict["verdict"] for _, verdict in judged)
    yield f"verdicts: {', '.join(f'{name} {count}' for name, count in sorted(verdicts.items()))}"
    yield ""
    yield f"Agreement with labels, {sum(row.hand_checked for row, _ in judged)} hand-checked rows. The rows lean to odd cases and are few:"
    yield "the counts are indicative, and say nothing about ordinary repositories."
    for question in QUESTIONS:
        yield from compare(question, judged)
    risks = [(one.row, one.risk) for one in judgements if one.risk]
    yield from compare(RISK, risks)
    yield from compare_domains(risks)
    yield from quiet(judged)
    yield from peace(judged)


def _cost(timed: Sequence[Run]) -> Iterator[str]:
    for what, values, unit in (
        ("seconds a row", [one.seconds for one in timed], "s"),
        ("CPU a row", [one.cpu_seconds for one in timed], "s"),
        ("peak of the largest process", [one.peak_bytes / 1e6 for one in timed], "MB"),
    ):
        ordered = sorted(values)
        yield f"{what}: median {median(ordered):.2f} {unit}, nine in ten under {ordered[len(ordered) * 9 // 10]:.2f} {unit}, most {ordered[-1]:.2f} {unit}"


def read_schema(path: Path | None) -> Mapping[str, Any] | None:
    """The verdict's JSON Schema: as given, or the published one if it is there."""
    if path is None:
        published = Path(__file__).parents[2] / "policies" / "verdict.schema.json"
        path = published if published.is_file() else None
    if path is None:
        sys.stdout.write("skipped: verdicts are not held against a JSON Schema (give --schema FILE)\n")
        return None
    schema: Mapping[str, Any] = json.loads(path.read_bytes())
    return schema


def main() -> int:
    """Exit code: 0, or 1 after any defect, or 2 where nothing could be run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=Path, required=True, help="the corpus, one JSON object a line")
    parser.add_argument(
        "--repos", type=Path, required=True, help="folder that holds a copy of each repository: owner+name/repo, owner/name, …"
    )
    parser.add_argument("--only", help="only the rows of this repository, or this one row (owner/name#number)")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, help="where to write one JSON object a row; keep it out of the project")
    parser.add_argument("--schema", type=Path, help="JSON Schema of the verdict")
    parser.add_argument("--prgate", default=beside_python("prgate"), help="command to run (default: %(default)s)")
    parser.add_argument("extra", nargs="*", help="after --: further arguments for prgate check")
    options = parser.parse_args()
    prgate = command(options.prgate)
    if not options.index.is_file() or not shutil.which(prgate[0]):
        sys.stdout.write(f"skipped: no {options.index if not options.index.is_file() else prgate[0]} here\n")
        return 2
    todo: list[tuple[Row, Path]] = []
    skipped: list[str] = []
    for row in read_index(options.index):
        if options.only and options.only not in {row.repo, row.id}:
            continue
        repository = find_repository(options.repos, row.repo)
        absent = ["repository"] if repository is None else lacking(repository, row)
        if repository is None or absent:
            skipped.append(f"{row.id}: no {', '.join(absent)}")
        else:
            todo.append((row, repository))
    one = partial(judge, prgate=Prgate(prgate, options.extra, read_schema(options.schema)))
    with ThreadPoolExecutor(options.jobs) as pool:
        judgements = list(pool.map(lambda pair: one(*pair), todo))
    if options.out:
        options.out.write_text("".join(f"{json.dumps(as_json(judgement), sort_keys=True)}\n" for judgement in judgements), "utf-8")
    sys.stdout.write("".join(f"{line}\n" for line in report(judgements, skipped)))
    return int(any(judgement.defects for judgement in judgements)) if judgements else 2


if __name__ == "__main__":
    sys.exit(main())
