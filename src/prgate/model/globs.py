"""Path globs of a policy: gitignore patterns, as CODEOWNERS has them, on the text form of a path."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import re2
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

from prgate.errors import FormatError
from prgate.model.paths import path_text

Matcher = Callable[[bytes], bool]

MOST_GLOBS = 500
LONGEST_GLOB = 256


def compile_globs(globs: Sequence[str]) -> Matcher:
    """A test of paths against globs: the last one that matches decides, ``!`` takes back, no glob matches nothing.

    A glob without a slash before its end matches at any depth (https://git-scm.com/docs/gitignore). pathspec translates the globs; they are
    matched as one RE2 set, in time linear in the path, where the ``re`` module takes exponential time on hostile patterns. ``FormatError``:
    a glob that cannot be compiled or can match nothing.
    """
    if len(globs) > MOST_GLOBS:
        raise FormatError(f"{len(globs)} globs, at most {MOST_GLOBS} are taken", over_limit=True)
    options = re2.Options()
    options.log_errors = False
    together = re2.Set.SearchSet(options)
    includes = []
    for glob in globs:
        expression, include = _translated(glob)
        _add(together, glob, expression)
        includes.append(include)
    if not globs:
        return lambda _: False
    try:
        together.Compile()
    except re2.error as error:
        raise FormatError(f"these {len(globs)} globs together are too large to compile; use fewer wildcards", over_limit=True) from error

    def matches(path: bytes) -> bool:
        # RE2's dot stops at a line end, which a path may contain: no glob can name one, so any other character does as well.
        found = together.Match(path_text(path).replace("\n", "\ufffd"))
        return bool(found) and includes[max(found)]

    return matches


def _translated(glob: str) -> tuple[str, bool]:
    """The expression, and whether a match includes or takes back."""
    if len(glob) > LONGEST_GLOB:
        raise FormatError(f"glob `{glob[:40]}…` has {len(glob)} characters, at most {LONGEST_GLOB} are taken", over_limit=True)
    if not glob.strip().strip("!/") or glob.startswith("#"):
        raise FormatError(f"glob `{glob}` matches no path")
    if glob.startswith(("./", "../", "!./", "!../")):
        raise FormatError(f"glob `{glob}` matches no path: paths begin at the root of the repository, so write it without `./`")
    if not glob.isprintable():
        raise FormatError(f"glob {glob!a} has a character that cannot be printed")
    try:
        expression, include = GitIgnoreSpecPattern.pattern_to_regex(glob)
    except ValueError as error:
        raise FormatError(f"glob `{glob}` cannot be compiled: {error}") from error
    if expression is None or include is None:
        raise FormatError(f"glob `{glob}` has a range that git cannot read")
    return str(expression), include


def _add(together: Any, glob: str, expression: str) -> None:  # noqa: ANN401 (google-re2 has no types)
    # A set has no groups, and RE2 refuses the same name twice.
    try:
        together.Add(re.sub(r"\(\?P<\w+>", "(?:", expression))
    except re2.error as error:
        raise FormatError(f"glob `{glob}` cannot be compiled: {error}") from error
