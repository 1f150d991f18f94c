"""Invented commits, facts, traces and changes for the authorship tests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prgate.authorship.signs import find_signs
from prgate.model.authorship import Sign
from prgate.model.commit import Commit
from prgate.model.diff import FileChange, Hunk, Status
from prgate.model.facts import Account, Facts, LinkedCommit, PersonType
from prgate.model.lines import line_digest, packed
from prgate.model.missing import Missing, Why
from prgate.model.subject import Head
from prgate.model.trace import Edit, EventKind, Session, Trace, TraceEvent

ABSENT = Missing(Why.ABSENT, "nothing was given", "give it")
CLAUDE = "Co-authored-by: Claude <noreply@anthropic.com>"


def commit(sha: str = "c1", message: str = "A subject", *, paths: Iterable[bytes] = (b"src/a.py",), **fields: Any) -> Commit:
    told: dict[str, Any] = {
        "parents": ("p",),
        "author_name": "Dana Doe",
        "author_email": "dana@example.org",
        "committer_name": "Dana Doe",
        "committer_email": "dana@example.org",
        "at": "2026-10-01T10:00:00Z",
    }
    return Commit(sha=sha, message=message, paths=tuple(paths), **(told | fields))


def marked(sha: str = "c1", *, paths: Iterable[bytes] = (b"src/a.py",)) -> Commit:
    return commit(sha, f"A subject\n\n{CLAUDE}\n", paths=paths)


def facts(author: str = "dana", kind: PersonType | None = PersonType.USER, **fields: Any) -> Facts:
    told: dict[str, Any] = {
        "title": "A title",
        "body": "",
        "number": 7,
        "draft": False,
        "base": None,
        "head": None,
        "labels": (),
        "commits": (),
        "reviews": (),
        "comments": (),
        "people": {},
        "links": (),
        "checks": (),
    }
    return Facts(author=Account(author, kind), **(told | fields))


def head(ref: str) -> Head:
    return Head("acme/pay", ref, None)


def linked(sha: str, login: str | None) -> LinkedCommit:
    return LinkedCommit(sha, login, None, verified=False)


def trace(*lines: bytes, path: bytes = b"src/a.py", agent: str = "claude-code", cwd: str | None = None, ok: bool | None = True) -> Trace:
    digests = (digest for line in lines if (digest := line_digest(line)) is not None)
    event = TraceEvent(EventKind.EDIT, None, ("session.jsonl", 1), path=path, ok=ok, name="Edit", edit=Edit(packed(digests)))
    session = Session(agent, id="s1", version="2.1.0", cwd=cwd)
    return Trace("session.jsonl", "claude-transcript", (session,), (event,), read=3, skipped=0)


def hunk(body: bytes, *, old: int = 1, new: int = 1) -> Hunk:
    markers = [line[:1] for line in body.split(b"\n")]
    return Hunk(old, sum(one in {b" ", b"-"} for one in markers), new, sum(one in {b" ", b"+"} for one in markers), body)


def change(path: bytes = b"src/a.py", *hunks: Hunk, old_path: bytes | None = None, **fields: Any) -> FileChange:
    told: dict[str, Any] = {
        "status": Status.MODIFIED if old_path is None or old_path == path else Status.RENAMED,
        "modes": (0o100644, 0o100644),
        "oids": ("1" * 40, "2" * 40),
        "binary": False,
        "added": sum(1 for one in hunks for _ in one.added()),
        "removed": sum(1 for one in hunks for _ in one.removed()),
        "hunks": hunks,
    }
    return FileChange(old_path=old_path or path, new_path=path, **(told | fields))


def signs(
    *commits: Commit, facts: Facts | Missing = ABSENT, traces: tuple[Trace, ...] = (), head_ref: str | None = None
) -> tuple[Sign, ...]:
    return find_signs(facts=facts, commits=commits, traces=traces, head_ref=head_ref)


def agents(*commits: Commit, facts: Facts | Missing = ABSENT, head_ref: str | None = None) -> set[str]:
    return {sign.agent for sign in signs(*commits, facts=facts, head_ref=head_ref)}
