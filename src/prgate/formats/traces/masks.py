"""Lines that a redaction has cut a piece out of."""

from __future__ import annotations

import re
from typing import Final

from prgate.model.lines import ends_digest, telling
from prgate.model.trace import Masked

FEWEST: Final = 8
"""Characters around the masks that a line must share before it counts as the same."""

_MASK = re.compile(rb"(?i:\*{0,3}[\[<(]?redacted(?:[_:-][a-z0-9_-]{1,60})?[\])>]?\*{0,3})")


def masked(line: bytes) -> Masked | None:
    """The ends of a line with a mask in it; ``None`` for one without, or with too little left to tell it by."""
    first = _MASK.search(line)
    if first is None:
        return None
    *_, last = _MASK.finditer(line, first.start())
    before, after = telling(line[: first.start()]), telling(line[last.end() :])
    if len(before) + len(after) < FEWEST:
        return None
    return Masked(len(before), len(after), ends_digest(before, after))
