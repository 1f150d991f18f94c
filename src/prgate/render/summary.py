"""The job summary: notes, what the comment says, and what it cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from prgate.model.verdict import Verdict
from prgate.render.comment import LIMIT, body
from prgate.render.mishap import Mishap, mishap_body
from prgate.render.notes import figured, noted


def summary(verdict: Verdict, *, notes: Sequence[str] = (), figures: Mapping[str, str] | None = None) -> str:
    """Markdown of at most a comment's length. ``figures`` are a label and a text each, ``{"API requests": "9", "install": "3.1 s"}``."""
    first, last = noted(notes), figured(figures or {})
    return first + body(verdict, limit=LIMIT - len(first.encode()) - len(last.encode())) + last


def mishap_summary(mishap: Mishap, *, notes: Sequence[str] = (), figures: Mapping[str, str] | None = None) -> str:
    """The same where there is no verdict."""
    return noted(notes) + mishap_body(mishap) + figured(figures or {})
