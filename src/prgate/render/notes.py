"""What publishing could not do and did otherwise, as the first lines of what it did publish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from prgate.items import sentence
from prgate.model.wording import counted
from prgate.render.escape import Md, text

_MOST = 10


def noted(notes: Sequence[str]) -> Md:
    """A list, an empty line behind it; ``""`` without notes. Notes may hold what a server or a stranger wrote: they stay text."""
    lines = [text(sentence(note), chars=300, words=60) for note in notes[:_MOST]]
    lines += [text(f"and {counted(len(notes) - _MOST, 'more note')}")] if len(notes) > _MOST else []
    listed = "".join(f"- {line}\n" for line in lines)
    return Md(f"**Not published as meant**\n\n{listed}\n" if lines else "")


def figured(figures: Mapping[str, str]) -> Md:
    """One line in small print, ``API requests 9, install 3.1 s``; ``""`` without figures."""
    shown = text(", ".join(f"{label} {value}" for label, value in figures.items()), chars=300, words=60)
    return Md(f"\n<sub>{shown}</sub>\n" if shown else "")
