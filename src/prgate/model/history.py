"""What the history of the base says about a changed file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from prgate.model.diff import FileChange
from prgate.model.paths import FileClass

TAGS: Final = r"(?:\[[^\]]{1,40}\][ :]{0,3}){0,3}"
"""What may stand before the words of a title: ``[parser]``."""
_AGAIN: Final = re.compile(rf"""{TAGS}(?:re-?land|re-?apply|revert:? "?revert)""", re.IGNORECASE)
_BEFORE_TITLE: Final = re.compile(rf"""(?:{TAGS}(?:re-?land|re-?apply|reverts?|back ?out)[: "]{{1,4}}){{1,4}}""", re.IGNORECASE)
_AFTER_TITLE: Final = re.compile(r"""(?:["\s]|\(#[0-9]{1,9}\)){1,20}\Z""")
_PROGRAMS: Final = frozenset({FileClass.SOURCE, FileClass.TEST, FileClass.TEST_SUPPORT, FileClass.CONFIG})


@dataclass(frozen=True, slots=True)
class Undone:
    """A commit that took lines out of a file, by its own words a revert or else a fix; ``at`` is its committer date (RFC 3339).

    ``lines`` are the digests (``model.lines.packed``) of the lines that it removed and did not put back. ``subject`` is untrusted text.
    """

    commit: str
    at: str
    subject: str
    lines: bytes
    revert: bool


def held_against_history(file: FileChange) -> bool:
    """Whether a change of a file may bring back what was taken out: it adds lines to a program, its tests or its settings."""
    return file.added > 0 and not file.submodule and not file.symlink and file.file_class in _PROGRAMS


def puts_back(title: str) -> bool:
    """Whether the title of a change says that it brings back on purpose what was taken out."""
    return _AGAIN.match(title) is not None


def reverted_title(subject: str) -> str:
    """What is reverted or landed again: ``Revert "Pay twice" (#7)`` and ``Reland "Pay twice"`` speak of the same."""
    return _AFTER_TITLE.sub("", _BEFORE_TITLE.sub("", subject, count=1))
