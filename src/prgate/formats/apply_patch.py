"""Codex's patch language, ``*** Begin Patch`` to ``*** End Patch``, as its apply_patch tool and shell form take it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

BEGIN = "*** Begin Patch"
END = "*** End Patch"

_ADD = "*** Add File: "
_UPDATE = "*** Update File: "
_DELETE = "*** Delete File: "
_MOVE = "*** Move to: "


@dataclass(frozen=True, slots=True)
class Patched:
    """One file of a patch and the lines (joined) that it brings in; a moved file stands under both its names."""

    path: str
    brings: str


def patches(text: str) -> Iterator[str]:
    """Every patch in a text, which may be a shell command around it; one without an end goes to the end of the text."""
    at = text.find(BEGIN)
    while at >= 0:
        stop = text.find(END, at)
        stop = len(text) if stop < 0 else stop
        yield text[at:stop]
        at = text.find(BEGIN, stop)


def patched(patch: str) -> Iterator[Patched]:
    """The files of one patch, in its order."""
    path: str | None = None
    lines: list[str] = []
    for line in patch.split("\n"):
        if line.startswith("+"):
            lines.append(line[1:])
            continue
        header = next((mark for mark in (_ADD, _UPDATE, _DELETE, _MOVE) if line.startswith(mark)), None)
        if header is None:
            continue
        if path is not None:
            yield Patched(path, "\n".join(lines))
        path, lines = line[len(header) :].strip(), []
    if path is not None:
        yield Patched(path, "\n".join(lines))


def added(unified: str) -> str:
    """The added lines (joined) of a unified diff without file headers, as ``patch_apply_end`` gives it."""
    return "\n".join(line[1:] for line in unified.split("\n") if line.startswith("+"))
