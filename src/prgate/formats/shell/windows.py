"""Lines that were written for a shell of Windows."""

from __future__ import annotations

import re

_DRIVE = re.compile(r"(?:^|[\s'\"=])(?:[A-Za-z]:\\|\.{1,2}\\|\\\\)[A-Za-z0-9_.]")
_LIKE_CMDLET = re.compile(r"-[A-Z][a-z]")
_CMDLET = re.compile(
    r"(?:^|[;|(\s])(?:Get|Set|Add|New|Remove|Copy|Move|Rename|Test|Select|Out|Write|Where|ForEach|Import|Export)-[A-Z][a-z]+"
)


def is_windows(text: str) -> bool:
    """Whether a path or a cmdlet of Windows stands in the text; what any of them holds is looked for first, which most lines lack."""
    return ("\\" in text and _DRIVE.search(text) is not None) or (
        _LIKE_CMDLET.search(text) is not None and _CMDLET.search(text) is not None
    )
