"""Path globs of a policy: gitignore semantics, as CODEOWNERS has them, on the text form of a path."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pathspec import GitIgnoreSpec

from prgate.errors import FormatError
from prgate.model.paths import path_text

MOST_GLOBS = 1_000
LONGEST_GLOB = 1_000


def compile_globs(globs: Sequence[str]) -> Callable[[bytes], bool]:
    """Whether a path matches any of the globs; the last matching one decides, ``!`` negates.

    RE2 is pinned: pathspec's other backends take exponential time on hostile patterns. Raises ``FormatError`` for a glob that does not
    compile or is over a limit.
    """
    if len(globs) > MOST_GLOBS or any(len(glob) > LONGEST_GLOB for glob in globs):
        raise FormatError(f"more than {MOST_GLOBS} globs, or one longer than {LONGEST_GLOB} characters", over_limit=True)
    try:
        spec = GitIgnoreSpec.from_lines(list(globs), backend="re2")
    except Exception as error:
        raise FormatError(f"not a path glob: {error}") from error
    return lambda path: bool(spec.match_file(path_text(path)))
