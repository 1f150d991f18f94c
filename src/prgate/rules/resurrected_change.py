"""Flags added lines that an earlier revert or fix took out of the same file.

## Why
What did not work once was taken out again, and the reason stands in a commit that nobody reads when the same lines come back. An agent that has
not seen the history writes them anew in good faith.

## Fix
Read the commit that took the lines out. If they are to come back, say so in the title (`Reland …`), or name that commit and what is different
now.

## Limits
Looks at the newest 500 commits before the change, and there at reverts and fixes by their own titles; a fix of typos, tests, formatting and the
like is none. Lines are compared without layout, in files of the same name, or the old name of a file that the change renames; files over 1 MiB, and all but programs,
their tests and settings, are left alone. Lines that stand in the file at the base anyway, or that the change moves, are not told. Few or short
lines come back by chance, so fewer than `least` are told only where they are long and all that the commit took out. A fix also takes out
what was sound, so what one took out is a question and never more than a warning.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from operator import attrgetter
from typing import Annotated, Final

from annotated_types import Ge

from prgate.model.diff import Diff, FileChange
from prgate.model.evidence import Evidence
from prgate.model.finding import Finding
from prgate.model.history import Undone, held_against_history, puts_back
from prgate.model.lines import form_digest, line_digest, telling, unpacked
from prgate.model.missing import Missing, need
from prgate.model.rule import Fact, Files, Findings, Needs, Read, Rule
from prgate.model.wording import counted, quoted

_LONG: Final = 20
"""Bytes of a line without its layout from which on two of them do not come back by chance."""
_TELLING: Final = 8
"""The same for one of many."""
_NEAR: Final = 8
"""Lines with fewer than this between them are told together."""
_NAMED: Final = 7
"""Digits by which people name a commit."""
_SHORTEST_TITLE: Final = 12


@dataclass(frozen=True, slots=True)
class Params:
    """How much may come back unsaid."""

    least: Annotated[int, Ge(1), "Different lines that one commit took out of a file from which on they are told."] = 3


@dataclass(frozen=True, slots=True)
class _Line:
    """An added line: ``form`` is what is compared, ``digest`` of it."""

    number: int
    text: bytes
    form: bytes
    digest: bytes


def check(evidence: Evidence, params: Params) -> Findings:
    """One finding per file and commit that took lines out of it."""
    diff = need(evidence.diff)
    files = [file for file in diff.files if held_against_history(file)]
    if not files:
        return "no added line of a program, its tests or its settings"
    undone = need(evidence.undone)
    told = _told(evidence)
    moved: AbstractSet[bytes] | None = None
    for file in files:
        commits = sorted(undone.get(file.path, ()), key=attrgetter("at", "commit"), reverse=True)
        if commits:
            moved = _moved(diff) if moved is None else moved
            yield from _of_file(file, commits, list(_added(file, moved)), least=params.least, told=told)
    lines = sum(file.added for file in files)
    return f"{counted(lines, 'added line')} in {counted(len(files), 'file')} held against what reverts and fixes took out"


def _of_file(file: FileChange, commits: Sequence[Undone], added: list[_Line], *, least: int, told: Sequence[str]) -> Iterator[Finding]:
    """Newest first: a line that several commits took out is told of the last one."""
    for undone in commits:
        gone = unpacked(undone.lines)
        back = [line for line in added if line.digest in gone]
        if _enough(back, gone, least):
            added = [line for line in added if line.digest not in gone]
            yield _finding(file, undone, back, declared=_declared(undone, told))


def _enough(back: Sequence[_Line], gone: AbstractSet[bytes], least: int) -> bool:
    forms = {line.form for line in back}
    if sum(len(form) >= _TELLING for form in forms) >= least:
        return True
    return len({line.digest for line in back}) == len(gone) and sum(len(form) >= _LONG for form in forms) > 1


def _finding(file: FileChange, undone: Undone, back: Sequence[_Line], *, declared: bool) -> Finding:
    """It points at the stretch with most of the lines."""
    run = _densest(back)
    are, them = ("is", "it") if len(back) == 1 else ("are", "them")
    here = "" if len(run) == len(back) else f", {len(run)} of them here"
    said = "; the change says so" if declared else ""
    return Finding(
        message=f"{counted(len(back), 'line')} {are} back that {quoted(undone.commit[:10])} took out{here}{said} ({undone.at[:10]}, {quoted(undone.subject)})",
        fix=f"Read why it took {them} out; to bring {them} back, say so in the title (`Reland …`) and what is different now.",
        path=file.path,
        line=run[0].number,
        end_line=run[-1].number,
        quote=run[0].text.decode("utf-8", "replace"),
        certain=undone.revert and not declared,
    )


def _densest(lines: Sequence[_Line]) -> Sequence[_Line]:
    """The most lines that are read together, the first of equals."""
    runs: list[list[_Line]] = []
    for line in lines:
        if runs and line.number <= runs[-1][-1].number + _NEAR:
            runs[-1].append(line)
        else:
            runs.append([line])
    return max(runs, key=len)


def _added(file: FileChange, moved: AbstractSet[bytes]) -> Iterator[_Line]:
    for hunk in need(file.hunks):
        for number, text in hunk.added():
            form = telling(text)
            digest = form_digest(form)
            if digest is not None and digest not in moved:
                yield _Line(number, text, form, digest)


def _moved(diff: Diff) -> frozenset[bytes]:
    """What the change removes anywhere: added elsewhere, it is moved."""
    hunks = (hunk for file in diff.files if not isinstance(file.hunks, Missing) for hunk in file.hunks)
    digests = (line_digest(line) for hunk in hunks for _, line in hunk.removed())
    return frozenset(digest for digest in digests if digest is not None)


def _told(evidence: Evidence) -> tuple[str, ...]:
    """What the change says of itself: its title before its description, and each commit's message."""
    facts = () if isinstance(evidence.facts, Missing) else (f"{evidence.facts.title}\n{evidence.facts.body}",)
    return (*facts, *(commit.message for commit in (() if isinstance(evidence.commits, Missing) else evidence.commits)))


def _declared(undone: Undone, told: Sequence[str]) -> bool:
    """Whether the change says that it brings something back, or names the commit by id or title."""
    named = {undone.commit[:_NAMED]} | ({undone.subject} if len(undone.subject) >= _SHORTEST_TITLE else set())
    return any(puts_back(words) or any(name in words for name in named) for words in told)


def needs(_: Params) -> Needs:
    """What was undone before, the words of the change, and every line of it."""
    return Needs(facts=frozenset({Fact.HISTORY, Fact.COMMITS, Fact.PR}), lines=Files())


RULE = Rule(
    "resurrected-change",
    Params,
    check,
    needs,
    read=Read(7, "undone before", "Why was this taken out, and what is different now?"),
)
