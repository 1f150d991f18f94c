"""RE2 patterns of a policy on text that anybody may have written: linear in the text, whatever the pattern."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import re2


def finds(patterns: Iterable[str], text: str) -> bool:
    """Whether one of the patterns matches anywhere in a text. Invariant: each compiles; the policy's reader refuses others."""
    plain = _encodable(text)
    return any(_compiled(pattern).search(plain) is not None for pattern in patterns)


def takes(pattern: str, text: str) -> bool:
    """Whether a pattern matches the whole of a text."""
    return _compiled(pattern).fullmatch(_encodable(text)) is not None


@cache
def _compiled(pattern: str) -> Any:  # noqa: ANN401 (google-re2 has no types)
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


def _encodable(text: str) -> str:
    """RE2 reads UTF-8, which has no half of a surrogate pair."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
