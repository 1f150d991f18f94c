"""Flags added lines that neither a trace nor a person's commit accounts for.

## Why
The trace says what the agent did. Lines that stand in the change and not in the trace came from somewhere else: another session, a person, a
generator, or an agent that does not show all of its work. Nobody has said so, and nobody has answered for them.

## Fix
A person's lines: commit them on their own, without the agent's marks, while the agent's commits keep theirs. An agent's lines: attach the
session that wrote them. A program's lines: read them, for no trace shows what a program wrote.

## Limits
Lines are compared by content, so rebase, squash, formatters, moved files and redacted secrets do not matter, and a line that is common
everywhere explains itself. Where a command in the trace may have written a file in ways that leave no text, or a trace could not be read, the
finding is a question and never more than a warning; a formatter alone is no such command. A person's commit counts as declared only beside
commits that bear an agent's marks: without any, nobody can tell whose is whose. Generated, vendored, lock, snapshot, trace and
documentation files count only in a high-risk domain. Where `foreign-trace` says of the whole change, and as gravely, that the traces are of
other work, this rule does not say it again line by line. A trace is the agent's own account: one that quotes the whole diff explains every
line, so this rule finds gaps and mistakes, and never shows that a line is what the agent did.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from annotated_types import Ge

from prgate.model.authorship import FileOrigins, Origin
from prgate.model.diff import FileChange
from prgate.model.evidence import Evidence
from prgate.model.finding import Finding
from prgate.model.heard import Verb
from prgate.model.missing import Missing, need
from prgate.model.paths import FileClass
from prgate.model.reconciliation import MOST_MENTIONS, FileAccount
from prgate.model.rule import Fact, Files, Findings, Needs, Read, Rule
from prgate.model.tools import programs_of, shown
from prgate.model.trace import EventKind, TraceEvent
from prgate.model.wording import counted

_LEFT_OUT: Final = frozenset(
    {FileClass.GENERATED, FileClass.VENDORED, FileClass.LOCK, FileClass.SNAPSHOT, FileClass.TRACE, FileClass.DOCS},
)
_NEAR: Final = 3
"""Runs with fewer lines than this between them are one finding: too few to be held against whoever declares all of it."""
_NAMED: Final = 2
"""Commands that a message names."""
_LAYING_OUT: Final = frozenset(
    {"black", "clang-format", "fmt", "format", "gofmt", "gofumpt", "goimports", "isort", "prettier", "rustfmt", "shfmt", "stylua", "yapf"}
)
_LOOKING: Final = frozenset(
    {"cat", "cd", "echo", "export", "find", "grep", "head", "ls", "mkdir", "pwd", "rg", "sleep", "sort", "tail", "true", "wc", "which"}
    | {"bunx", "env", "npx", "poetry", "time", "timeout", "uv", "xargs"}
    | {"add", "check", "commit", "diff", "fetch", "lint", "log", "push", "show", "status", "test", "typecheck", "vet"}
)
"""First or second words of what shows, runs another program, checks, or records what is there."""
_YOURS: Final = "Yours? Commit them on their own, without the marks that the agent's commits bear."
_FIX: Final = f"{_YOURS} An agent's? Attach the session that wrote them."
_FIX_MAY: Final = f"The command's? Read them: no trace shows what it wrote. {_YOURS}"
_FIX_SUBAGENT: Final = f"The sub-agent's? Attach its session. {_YOURS}"


@dataclass(frozen=True, slots=True)
class Params:
    """What is too much to leave open, and where."""

    least: Annotated[int, Ge(1), "Unexplained lines close together from which on they are told."] = 3
    where: Annotated[
        Literal["domains", "everywhere"],
        "Where an unexplained line is a fault: in the policy's high-risk `domains`, or `everywhere`. Elsewhere it is a question and only warns.",
    ] = "domains"


def check(evidence: Evidence, params: Params) -> Findings:
    """One finding per run of added lines that nothing accounts for."""
    traces = evidence.traces
    if not traces.items:
        if traces.unread:
            need(traces.unread[0])
        return "no trace to hold against the change"
    files = [file for file in need(evidence.diff).files if _judged(file)]
    authorship = need(evidence.authorship)
    open_lines = added = excused = 0
    for file in files:
        need(file.hunks)
        added += file.added
        account = evidence.reconciliation.files.get(file.path, FileAccount())
        left = list(_left(account.unexplained, authorship.files.get(file.path)))
        excused += _count(account.unexplained) - _count(left)
        events = [traces.items[mention.trace - 1].events[mention.event] for mention in account.may]
        wrote = [event for event in events if not _only_lays_out(event)]
        tail, fix = _tail(wrote, events), _fix(wrote)
        seen = len(account.may) < MOST_MENTIONS and not traces.unread
        certain = not wrote and seen and (params.where == "everywhere" or bool(file.domains))
        texts = _texts(file, {start for start, _ in left})
        for run in _near(left):
            lines = _count(run)
            if lines >= params.least:
                open_lines += lines
                said = f"{counted(lines, 'line')} that the trace does not account for{tail}", fix
                yield _finding(file, run, texts.get(run[0][0], b""), said, certain=certain)
    if (open_lines or excused) and traces.unread:
        need(traces.unread[0])
    return f"{counted(added, 'added line')} in {counted(len(files), 'file')} held against {counted(len(traces.items), 'trace')}"


def _judged(file: FileChange) -> bool:
    return file.added > 0 and not file.submodule and (bool(file.domains) or file.file_class not in _LEFT_OUT)


def _left(unexplained: Iterable[tuple[int, int]], origins: FileOrigins | None) -> Iterator[tuple[int, int]]:
    """The unexplained lines, sorted, without those that a person's commit declares."""
    declared = [] if origins is None else [span for span in origins.spans if span.origin is Origin.DECLARED_HUMAN]
    at = 0
    for first, end in unexplained:
        start = first
        while at < len(declared) and declared[at].start <= end:
            span = declared[at]
            if start < span.start:
                yield start, span.start - 1
            start = max(start, span.end + 1)
            if span.end > end:
                break
            at += 1
        if start <= end:
            yield start, end


def _count(runs: Iterable[tuple[int, int]]) -> int:
    return sum(end - start + 1 for start, end in runs)


def _near(runs: Sequence[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Runs that are read in one go."""
    together: list[tuple[int, int]] = []
    for run in runs:
        if together and run[0] > together[-1][1] + _NEAR:
            yield together
            together = []
        together.append(run)
    if together:
        yield together


def _only_lays_out(event: TraceEvent) -> bool:
    """Whether all that a command does beside looking is laying out files anew. A sub-agent does more."""
    acts = _acts(event)
    return bool(acts) and all(_LAYING_OUT & set(program.split()) for program in acts)


def _tail(wrote: Sequence[TraceEvent], events: Sequence[TraceEvent]) -> str:
    """What of the trace may have written the lines all the same."""
    if any(event.kind is EventKind.SUBAGENT for event in wrote):
        return "; a sub-agent in the trace may have written them"
    if wrote:
        return f"; a command in the trace may have written them{_named(program for event in wrote for program in _acts(event))}"
    formatters = _named(program for event in events for program in _acts(event) if _LAYING_OUT & set(program.split()))
    return f"; a formatter in the trace may have laid them out anew{formatters}" if events else ""


def _fix(wrote: Sequence[TraceEvent]) -> str:
    if any(event.kind is EventKind.SUBAGENT for event in wrote):
        return _FIX_SUBAGENT
    return _FIX_MAY if wrote else _FIX


def _named(programs: Iterable[str]) -> str:
    names = list(dict.fromkeys(programs))[:_NAMED]
    return f": {' or '.join(map(shown, names))}" if names else ""


def _acts(event: TraceEvent) -> list[str]:
    """The programs of a command, those left out that only look, check or record; all of them where nothing else is there."""
    programs = programs_of(event)
    return [program for program in programs if not _LOOKING & set(program.split()[:2])] or list(programs)


def _texts(file: FileChange, numbers: AbstractSet[int]) -> dict[int, bytes]:
    hunks = () if isinstance(file.hunks, Missing) or not numbers else file.hunks
    return {number: line for hunk in hunks for number, line in hunk.added() if number in numbers}


def _finding(file: FileChange, run: Sequence[tuple[int, int]], quote: bytes, said: tuple[str, str], *, certain: bool) -> Finding:
    message, fix = said
    return Finding(
        message=message,
        fix=fix,
        path=file.path,
        line=run[0][0],
        end_line=run[-1][1],
        quote=quote.decode("utf-8", "replace"),
        certain=certain,
    )


def answerable(evidence: Evidence, _: Params) -> bool:
    """Whether somebody can declare the lines: not where the mark of a commit gives some of them to an agent, for that contradicts it."""
    origins = need(evidence.authorship).files
    marked = {path: [span for span in of.spans if span.origin is Origin.AGENT] for path, of in origins.items()}
    return not any(
        span.start <= end and start <= span.end
        for path, account in evidence.reconciliation.files.items()
        for start, end in account.unexplained
        for span in marked.get(path, ())
    )


def needs(_: Params) -> Needs:
    """The traces, who wrote which line, and every added line."""
    return Needs(facts=frozenset({Fact.TRACE, Fact.AUTHORSHIP, Fact.COMMITS}), lines=Files())


RULE = Rule(
    "unexplained-change",
    Params,
    check,
    needs,
    read=Read(6, "not in the trace", "Who wrote these lines, and why are they here?"),
    said_by="foreign-trace",
    answer=Verb.WROTE,
    answerable=answerable,
)
