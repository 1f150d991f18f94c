"""Flags what an agent left behind: scratch files, statements for debugging, code in comments.

## Why
Agents try things out, print what they see and write plans for themselves. What stays in the change is read, shipped and kept for years, and nobody
meant it to.

## Fix
Delete the file or the lines.

## Limits
Looks only at what an agent wrote, or nobody known beside evidence of an agent, and only as advice. Scratch files are told by their names. A
statement that stops in a debugger is told wherever it stands. One that prints is told in source files alone, and not where printing is the trade: in
scripts, commands, tools, examples, files that read arguments, and files whose shown part prints already; whether the rest of a file prints is not looked at.
Comments are told as code where at least `least` lines in a row are statements and nothing else; block comments and documentation are left alone, and so
are files in folders of bundled code or samples.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Final

from annotated_types import Ge

from prgate.model.agents import unread_marks
from prgate.model.authorship import Authorship, FileOrigins, Origin
from prgate.model.diff import FileChange, Status
from prgate.model.evidence import Evidence
from prgate.model.finding import Finding
from prgate.model.globs import Matcher, compile_globs
from prgate.model.missing import need
from prgate.model.paths import FileClass
from prgate.model.rule import Fact, Files, Findings, Needs, PathGlobs, Rule
from prgate.model.wording import counted, listed
from prgate.recognise.commented import commented_code
from prgate.recognise.debugging import Aid, Debugging, debugging_of
from prgate.recognise.languages import Language, language_of

_SCRATCH: Final = (
    *("*.orig", "*.rej", "*.bak", "*~", "*.swp", "*.tmp", "*.pyc", "nohup.out", "npm-debug.log*", "yarn-error.log", "debug.log", "/*.log"),
    *(
        "tmp_*.*",
        "temp_*.py",
        "scratch.*",
        "/scratch_*.*",
        "/test_script.*",
        "/debug_*.*",
        "/repro.*",
        "/repro_*.*",
        "/reproduce_*.*",
        "/verify_*.py",
    ),
    *("/test_*.sh", "/fix_*.py", "/fix_*.sh", "/patch_*.py", "/*.patch", "/output.txt", "/temp.*", "/test_output*"),
)
"""Names of files that people and agents make to try something out."""
_PLANS: Final = (
    *(
        "PLAN.md",
        "plan.md",
        "TODO_agent.md",
        "TODO_AGENT.md",
        "IMPLEMENTATION_*.md",
        "*_SUMMARY.md",
        "*_PLAN.md",
        "*_COMPLETE.md",
        "/SUMMARY.md",
    ),
    *(
        "PR_DESCRIPTION.md",
        "PR_BODY.md",
        "COMMIT_MESSAGE*",
        "AGENT_NOTES.md",
        "SCRATCHPAD.md",
        "FIX_*.md",
        "*_FIX.md",
        "*_FIXES.md",
        "*_ANALYSIS.md",
    ),
    *(".claude/plans/", ".cursor/plans/", ".codex/plans/", "PROGRESS.md", "HANDOFF.md"),
)
"""What agents write to themselves, and to those who read along."""
_NO_LEFTOVERS: Final = frozenset(
    {FileClass.TEST_SUPPORT, FileClass.SNAPSHOT, FileClass.VENDORED, FileClass.GENERATED, FileClass.LOCK, FileClass.TRACE}
)
_PROGRAMS: Final = frozenset({FileClass.SOURCE, FileClass.TEST, FileClass.TEST_SUPPORT})
_TRADE: Final = (
    rb"(?i)(?:^|/)(?:\.github|bin|bench\w*|benchmarks|build|ci|cli|cmds?|commands?|console|demos?|dev|devtools|eval\w*|examples?|hack|management|notebooks?|"
    rb"playground|repl|samples?|scripts?|seeds?|tasks|tools?|tooling|utils/cli)/|(?:^|/)(?:__main__|main|manage|setup|console|program|cli|.*[_.-]cli|cli[_.-].*|"
    rb".*[_.-]script|.*[Cc]ommand)\.\w+$"
)
"""Paths of programs that print for a living."""
_NOT_WRITTEN_HERE: Final = re.compile(rb"(?:^|/)(?:dist|samples?|vendor)/")
"""Where files lie that a tool bundled or that stand for somebody else's, also when they are new."""
_ARGUMENTS: Final = (
    rb"\b(?:argparse|click|typer|sys\.argv|process\.(?:argv|stdout)|commander|yargs|flag\.Parse|cobra|os\.Args|clap|string\[\] args|String\[\] args|"
    rb"ArgumentParser|__main__|fn main|func main|void main)\b|(?:^|\n).#!"
)
_FEW: Final = 5
"""Statements that print, up to which they are no trade."""
_MOST_LINES: Final = 3
"""Lines that a message names."""


@dataclass(frozen=True, slots=True)
class Params:
    """What else is a leftover, and what is none."""

    least: Annotated[int, Ge(1), "Statements in a row of comments from which on they are told as code."] = 3
    scratch: Annotated[tuple[str, ...], PathGlobs(), "Further names of scratch files, as globs."] = ()
    ignore: Annotated[tuple[str, ...], PathGlobs(), "Paths in which nothing is a leftover."] = ()


def check(evidence: Evidence, params: Params) -> Findings:
    """One finding per scratch file, per file and statement for debugging, and per run of code in comments."""
    files = [file for file in need(evidence.diff).files if file.added and not file.submodule and file.new_path is not None]
    ignored = compile_globs(params.ignore)
    authorship = need(evidence.authorship)
    unsure = False
    looked = 0
    for file in files:
        if file.file_class in _NO_LEFTOVERS - _PROGRAMS or ignored(file.path):
            continue
        looked += 1
        found = tuple(_of_file(file, params))
        theirs = [finding for finding in found if _agents(authorship, file, finding)]
        yield from theirs
        unsure = unsure or len(theirs) < len(found)
    if unsure:
        need(unread_marks(evidence))
    return f"{counted(looked, 'file')} with added lines looked through"


def _of_file(file: FileChange, params: Params) -> Iterator[Finding]:
    if file.status is Status.ADDED and file.file_class not in _NO_LEFTOVERS and (named := _named(file.path, params.scratch)):
        yield Finding(
            message=f"By its name, {named} ({counted(file.added, 'line')})",
            fix="Delete it, or keep it outside the repository; what readers need goes into the description or the docs.",
            path=file.path,
            certain=False,
        )
        return
    language = language_of(file.path)
    if language is not None and file.file_class in _PROGRAMS and not _NOT_WRITTEN_HERE.search(file.path):
        lines = [pair for hunk in need(file.hunks) for pair in hunk.added()]
        yield from _debugging(file, language, lines)
        yield from _commented(file, language, lines, params.least)


def _named(path: bytes, further: tuple[str, ...]) -> str | None:
    """What a file is that only its name tells."""
    scratch, plans = _names(further)
    if plans(path):
        return "an agent's own plan or report"
    return "a scratch file" if scratch(path) else None


@cache
def _names(scratch: tuple[str, ...]) -> tuple[Matcher, Matcher]:
    return compile_globs((*_SCRATCH, *scratch)), compile_globs(_PLANS)


def _debugging(file: FileChange, language: Language, lines: Sequence[tuple[int, bytes]]) -> Iterator[Finding]:
    """One finding per kind of statement, with its first lines."""
    found: dict[str, list[tuple[int, bytes]]] = {}
    every = [(number, line, what) for number, line in lines if (what := debugging_of(language, line)) is not None]
    trade = file.file_class is not FileClass.SOURCE or len(every) > _FEW or _prints_anyway(file, language)
    for number, line, what in every:
        if what.aid is Aid.STOP or (what.marked and file.file_class is FileClass.SOURCE) or (what.dumps and not trade):
            found.setdefault(what.shown, []).append((number, line))
    for shown, places in sorted(found.items()):
        numbers = [number for number, _ in places]
        at = f"line{'' if len(numbers) == 1 else 's'} {listed(map(str, numbers), _MOST_LINES)}"
        yield Finding(
            message=f"{counted(len(numbers), 'statement')} for debugging: `{shown}` in {at}",
            fix="Delete it, or use the program's own log if readers of the log need it.",
            path=file.path,
            line=numbers[0],
            end_line=numbers[0],
            quote=places[0][1].decode("utf-8", "replace"),
            certain=False,
        )


def _prints_anyway(file: FileChange, language: Language) -> bool:
    """Whether printing is what the file is for, by its path or by what the diff shows of it."""
    if re.search(_TRADE, file.path):
        return True
    bodies = [hunk.body for hunk in need(file.hunks)]
    if any(re.search(_ARGUMENTS, body) for body in bodies):
        return True
    before = (line[1:] for body in bodies for line in body.split(b"\n") if line[:1] in {b" ", b"-"})
    return any(_prints(debugging_of(language, line)) for line in before)


def _prints(what: Debugging | None) -> bool:
    return what is not None and what.aid is Aid.PRINT


def _commented(file: FileChange, language: Language, lines: Sequence[tuple[int, bytes]], least: int) -> Iterator[Finding]:
    texts = dict(lines)
    for first, last in commented_code(language, lines, least=least):
        yield Finding(
            message=f"{counted(last - first + 1, 'line')} of code in comments",
            fix="Delete them: the history keeps what was there.",
            path=file.path,
            line=first,
            end_line=last,
            quote=texts[first].decode("utf-8", "replace"),
            certain=False,
        )


def _agents(authorship: Authorship, file: FileChange, finding: Finding) -> bool:
    """Whether an agent wrote what is found, or nobody known beside evidence of an agent."""
    origins = authorship.files.get(file.path, FileOrigins((), Origin.UNDECLARED))
    line = finding.line
    spans = [span.origin for span in origins.spans if line is None or span.start <= line <= span.end]
    origin = (spans or [origins.whole])[0] if line is not None else _heaviest(spans or [origins.whole])
    return origin is Origin.AGENT or (origin is Origin.UNDECLARED and bool(authorship.agents))


def _heaviest(origins: Sequence[Origin]) -> Origin:
    return next(origin for origin in (Origin.AGENT, Origin.UNDECLARED, Origin.DECLARED_HUMAN) if origin in origins)


def needs(_: Params) -> Needs:
    """Who wrote what, and the added lines."""
    return Needs(facts=frozenset({Fact.AUTHORSHIP, Fact.COMMITS, Fact.PR}), lines=Files())


RULE = Rule("leftovers", Params, check, needs)
