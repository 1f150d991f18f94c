"""One judgement of a small repository with an agent's commit, and what it says of its traces."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from prgate.formats.policy import read_policy
from prgate.gather.change import gather_commits, gather_diff
from prgate.gather.needs import wanted
from prgate.gather.traces import gather_traces
from prgate.git import open_repository
from prgate.model.evidence import Traces
from prgate.model.missing import Why
from prgate.model.verdict import EvidenceMissing, EvidenceRead, PolicySource, Verdict
from prgate.packs import read_packs
from prgate.request import Range, Request
from prgate.rules import RULES
from prgate.run import judge
from tests.formats.traces.recorded import STREAM
from tests.keeping import ID, TRAILER, at_ref, attach, checkpoint, in_branch, note
from tests.repositories import Repo

AT = "2026-03-01T12:00:00Z"
MARK = "\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n"


def sealed(path: Path) -> Repo:
    """``feat/seal`` with one commit of Claude's."""
    made = Repo(path)
    made.write("a.py", b"1\n")
    made.commit("one")
    made.branch("feat/seal")
    made.write("a.py", b"def seal(key, text):\n")
    made.commit("Seal" + MARK)
    return made


def policy(tmp_path: Path, *, mode: str = "block", **more: str) -> str:
    """A file that asks for a trace."""
    place = tmp_path / "policy.yml"
    place.write_text("version: 1\n" + "".join(f"{key}: {value}\n" for key, value in more.items()) + f"rules: {{missing-trace: {mode}}}\n")
    return str(place)


def judged(repo: Repo, **more: Any) -> Verdict:
    """The verdict on what is checked out, by that policy."""
    used = more.pop("policy", None) or policy(repo.path.parent)
    return judge(Request(at=AT, repo=repo.path, base="main", head="HEAD", policy=used, **more))


def traces(verdict: Verdict) -> list[EvidenceRead | EvidenceMissing]:
    """Its inputs that are traces."""
    return [item for item in verdict.evidence if item.kind == "trace"]


def told(verdict: Verdict) -> list[tuple[str, str | None] | tuple[Why, str]]:
    """Where each trace was and its format, or why it is missing."""
    return [
        (item.source, item.format) if isinstance(item, EvidenceRead) else (item.missing.why, item.missing.detail)
        for item in traces(verdict)
    ]


def outcome(verdict: Verdict) -> str:
    """Of ``missing-trace``."""
    (result,) = (result for result in verdict.results if result.rule == "missing-trace")
    return str(result.outcome)


def gathered(repo: Repo, *, limit: int | None = None, **more: Any) -> tuple[Traces, tuple[EvidenceRead | EvidenceMissing, ...]]:
    """One step of gathering alone."""
    data = b"version: 1\nrules: {missing-trace: block}\n"
    used = read_policy(data, name="x", source=PolicySource("file", None, ""), rules=RULES, packs=read_packs(), judge=None)
    if limit is not None:
        used = replace(used, limits=replace(used.limits, trace_bytes=limit))
    request = Request(at=AT, repo=repo.path, base="main", head="HEAD", **more)
    with open_repository(repo.path) as repository:
        base, head = repository.resolve("main"), repository.resolve("HEAD")
        span = Range(repository, base, head, repository.merge_base(base, head))
        diff, commits = gather_diff(request, span, used, wanted(used, RULES)), gather_commits(span, used)
        return gather_traces(request, span, diff.value, used, commits.value)


def attached(repo: Repo) -> str:
    attach(repo, "feat/seal", "s", STREAM)
    return "refs/prgate/feat/seal/s"


def noted(repo: Repo) -> str:
    note(repo, repo.head(), STREAM)
    return f"note on {repo.head()[:12]}"


def named(repo: Repo) -> str:
    repo.commit("More" + TRAILER)
    at_ref(repo, ID, checkpoint(STREAM))
    return f"checkpoint {ID}, session 0"


def squashed(repo: Repo) -> str:
    repo.commit(f"Squash (#4)\n\n* Seal\n\n    Entire-Checkpoint: {ID}\n\n* Test\n\nMore words.\n")
    in_branch(repo, {ID: checkpoint(STREAM)})
    return f"checkpoint {ID}, session 0"


def committed(repo: Repo) -> str:
    repo.write(".prgate/s.json", STREAM)
    repo.commit("With its session")
    return ".prgate/s.json"
