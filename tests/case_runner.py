"""A case: a folder that becomes a real repository, is judged, and says what must come out.

``case.yml``: ``about``; ``base`` and ``head`` map path to text; in ``head`` null deletes, a mapping may say ``rename``, ``mode``,
``symlink``, ``base64``, ``copy`` of a file under ``tests``, and paths not named stay. ``commits`` (message, author, email, and paths of
``head`` or ``text`` of their own) stand for one commit; ``facts``; ``judge``; ``policy`` (rules and the rest, the case's own rule on
``block`` if left out); ``traces`` (files of the folder); ``coverage`` and ``base-coverage`` (path: {hit, missed}); ``diff: true`` judges the
patch alone; ``unrelated: true`` gives the head no history in common with the base; ``moved`` (path to text) goes into the base after the
change left it; ``history`` (message and ``text`` each) is what was committed before the base.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from prgate.model.policy import Judge
from prgate.model.verdict import Verdict
from prgate.request import Request, Supplied
from prgate.run import judge
from tests.repositories import Repo

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
CASES = Path(__file__).parent / "cases"
AT = "2026-03-01T12:00:00Z"


@dataclass(frozen=True)
class Case:
    rule: str
    folder: Path

    @property
    def id(self) -> str:
        return f"{self.rule}/{self.folder.name}"

    @property
    def document(self) -> dict[str, Any]:
        loaded = yaml.load((self.folder / "case.yml").read_text(encoding="utf-8"), Loader=_LOADER)
        assert isinstance(loaded, dict)
        return loaded


def all_cases() -> list[Case]:
    return [Case(folder.parent.name, folder) for folder in sorted(CASES.glob("*/*")) if (folder / "case.yml").is_file()]


def run_case(case: Case, work: Path) -> Verdict:
    """The verdict on the case's repository, made anew under ``work``."""
    document = case.document
    repo = Repo(work / "repo")
    for earlier in document.get("history", []):
        for path, text in earlier["text"].items():
            _write(repo, path, text)
        repo.commit(earlier["message"])
    for path, text in document.get("base", {"README.md": "A project.\n"}).items():
        _write(repo, path, text)
    base = repo.commit("Base")
    branch = document.get("branch", "change")
    (repo.orphan if document.get("unrelated") else repo.branch)(branch)
    head = base
    for commit in document.get("commits", [{"message": "Change"}]):
        for path in commit.get("paths", commit.get("text", document.get("head", {}))):
            _write(repo, path, commit.get("text", document["head"])[path])
        person = {"author": commit.get("author", "dev-two"), "email": commit.get("email", "dev-two@example.com")}
        head = repo.commit(commit["message"], **person)
    if "moved" in document:
        repo.checkout("main")
        for path, text in document["moved"].items():
            _write(repo, path, text)
        repo.commit("Meanwhile")
    facts = None
    if "facts" in document:
        facts = work / "facts.json"
        facts.write_text(json.dumps(document["facts"]).replace("{head}", head).replace("{base}", base), encoding="utf-8")
    policy = work / "policy.yml"
    policy.write_text(json.dumps({"version": 1, "rules": {case.rule: "block"}} | document.get("policy", {})), encoding="utf-8")
    diff = None
    if document.get("diff"):
        diff = work / "change.diff"
        diff.write_bytes(repo.git("diff", base, head))
    return judge(
        Request(
            at=AT,
            repo=repo.path,
            base="main",
            head=branch,
            diff=diff,
            policy=str(policy),
            pr=facts,
            judge=Judge(document.get("judge", "all")),
            traces=tuple(Supplied(case.folder / name, name) for name in document.get("traces", [])),
            coverage=_lcov(work / "head.lcov", document.get("coverage")),
            base_coverage=_lcov(work / "base.lcov", document.get("base-coverage")),
        ),
    )


def expectation(case: Case, verdict: Verdict) -> dict[str, Any]:
    """What a case fixes: the verdict and all that its own rule said."""
    result = next(result for result in verdict.results if result.rule == case.rule)
    return {
        "verdict": verdict.verdict,
        "outcome": result.outcome,
        "reason": result.reason,
        "faults": [fault.message for fault in verdict.faults],
        "findings": [
            {
                key: value
                for key in ("message", "path", "side", "line", "end_line", "quote", "certain", "waived")
                if (value := getattr(finding, key)) is not None
            }
            for finding in result.findings
        ],
    }


def _write(repo: Repo, path: str, content: object) -> None:
    match content:
        case None:
            repo.remove(path)
        case str():
            repo.write(path, content.encode())
        case {"rename": str(old), **rest}:
            repo.move(old, path)
            if "text" in rest:
                repo.write(path, str(rest["text"]).encode())
        case {"symlink": str(target)}:
            repo.symlink(path, target)
        case {"base64": str(data)}:
            repo.write(path, base64.b64decode(data))
        case {"text": str(text), "mode": "executable"}:
            repo.write(path, text.encode(), executable=True)
        case {"copy": str(place)}:
            repo.write(path, (CASES.parent / place).read_bytes())
        case {"submodule": str(commit)}:
            repo.submodule(path, commit)
        case _:
            raise AssertionError(f"{path}: no such content: {content!r}")


def _lcov(path: Path, files: dict[str, dict[str, list[int]]] | None) -> tuple[Supplied, ...]:
    if files is None:
        return ()
    lines = []
    for name, states in files.items():
        lines.append(f"SF:{name}")
        lines += [f"DA:{number},1" for number in states.get("hit", [])] + [f"DA:{number},0" for number in states.get("missed", [])]
        lines.append("end_of_record")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return (Supplied(path, path.name),)
