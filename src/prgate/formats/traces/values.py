"""Values out of a vendor's JSON, each of the type that was hoped for or not at all."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final

from prgate.formats.traces.records import Object

LONGEST_TEXT: Final = 1024
LAST_MS: Final = 253_402_300_799_000
LAST_WHOLE: Final = 2**53

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_OBJECT_ID = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})", re.ASCII)


def text(value: Any) -> str | None:  # noqa: ANN401 (any JSON value)
    """A short non-empty string, or ``None``."""
    return value if isinstance(value, str) and 0 < len(value) <= LONGEST_TEXT else None


def members_of(value: Any) -> Object:  # noqa: ANN401 (any JSON value)
    """An object's members; none for any other value."""
    return value if isinstance(value, dict) else {}


def objects_of(value: Any) -> list[Object]:  # noqa: ANN401 (any JSON value)
    """The objects in an array; none for any other value."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def strings_of(value: Any) -> list[str]:  # noqa: ANN401 (any JSON value)
    """The strings in an array; none for any other value."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def words_of(value: Any) -> str:  # noqa: ANN401 (any JSON value)
    """The text of a message or result, which is a string or an array of parts; empty for any other value."""
    if isinstance(value, str):
        return value
    return "\n".join(words for part in objects_of(value) if isinstance(words := part.get("text"), str))


def time_of(value: Any) -> str | None:  # noqa: ANN401 (any JSON value)
    """A moment in RFC 3339, or ``None``."""
    return value if isinstance(value, str) and _TIME.fullmatch(value) else None


def commit_of(value: Any) -> str | None:  # noqa: ANN401 (any JSON value)
    """A full object id, or ``None``."""
    return value if isinstance(value, str) and _OBJECT_ID.fullmatch(value) else None


def whole_of(value: Any) -> int | None:  # noqa: ANN401 (any JSON value)
    """A whole number that every reader of JSON keeps as it is, and no truth value; or ``None``."""
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LAST_WHOLE else None


def time_of_ms(value: Any) -> str | None:  # noqa: ANN401 (any JSON value)
    """A moment given in milliseconds since 1970, in RFC 3339; ``None`` for what is no number or beyond the year 9999."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LAST_MS:
        return None
    return datetime.fromtimestamp(value / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
