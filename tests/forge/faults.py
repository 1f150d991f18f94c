"""What can go wrong between a client and GitHub, on demand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from tests.forge.api.asking import NOT_BY_INTEGRATION, refusal
from tests.forge.upstream import Reply


class Fault(StrEnum):
    """How one answer fails. The first eight are answers; the others are what happens to one."""

    SERVER_ERROR = "500"
    BAD_GATEWAY = "502"
    SECONDARY = "secondary"
    """403 with ``retry-after``: too much at once."""
    TOO_MANY = "429"
    """The same with the status that GitHub may give instead."""
    PRIMARY = "primary"
    """403 with nothing left until ``x-ratelimit-reset``."""
    FORBIDDEN = "forbidden"
    NOT_FOUND = "404"
    INVALID = "422"
    TIMEOUT_BEFORE = "timeout-before"
    """The server neither acts nor answers; the connection ends when the client gives up."""
    TIMEOUT_AFTER = "timeout-after"
    """The server acts and does not answer."""
    CUT_BEFORE = "cut-before"
    """The connection ends at once, before the server acts."""
    CUT_AFTER = "cut-after"
    """The connection ends at once, after the server acted."""
    TRUNCATED = "truncated"
    """Half of the JSON, in a whole HTTP answer."""
    CUT_SHORT = "cut-short"
    """Half of the JSON, and then the connection ends."""
    TOTAL = "total"
    """A total that is one more than there is."""


SILENT: Final = frozenset({Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER, Fault.CUT_BEFORE, Fault.CUT_AFTER})
BEFORE: Final = frozenset(
    {Fault.SERVER_ERROR, Fault.BAD_GATEWAY, Fault.SECONDARY, Fault.TOO_MANY, Fault.PRIMARY, Fault.FORBIDDEN, Fault.NOT_FOUND, Fault.INVALID}
    | {Fault.TIMEOUT_BEFORE, Fault.CUT_BEFORE}
)
"""Faults under which the server does not act."""
_TOTALS: Final = ("total_count", "total_commits", "changed_files", "commits", "comments")


@dataclass(slots=True)
class Planned:
    """One fault or one thing to do, for the next ``left`` requests that match; ``wait`` in seconds, for the two rate limits."""

    method: str
    target: re.Pattern[str]
    left: int
    kind: Fault | None = None
    act: Callable[[], object] | None = None
    wait: int = 1

    def takes(self, method: str, target: str) -> bool:
        """Whether this request is one of them; counts it if so."""
        if self.left <= 0 or self.method not in (method, "*") or not self.target.search(target):
            return False
        self.left -= 1
        return True


def failing(kind: Fault, *, now: int, wait: int) -> Reply:
    """The answer of a server that does not act; ``now`` in seconds since 1970, the server's own ``date``."""
    match kind:
        case Fault.SERVER_ERROR:
            return Reply(500, {}, {"message": "Server Error"})
        case Fault.BAD_GATEWAY:
            return Reply(502, {"content-type": "text/html"}, b"<html><head><title>502 Bad Gateway</title></head></html>")
        case Fault.SECONDARY | Fault.TOO_MANY:
            text = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
            return refusal(403 if kind is Fault.SECONDARY else 429, text, headers={"retry-after": str(wait)})
        case Fault.PRIMARY:
            spent = {
                "x-ratelimit-limit": "1000",
                "x-ratelimit-remaining": "0",
                "x-ratelimit-used": "1000",
                "x-ratelimit-reset": str(now + wait),
            }
            return refusal(403, "API rate limit exceeded for installation ID 1536800.", headers=spent)
        case Fault.FORBIDDEN:
            return refusal(403, NOT_BY_INTEGRATION, headers={"x-accepted-github-permissions": "contents=read"})
        case Fault.NOT_FOUND:
            return refusal(404, "Not Found")
        case _:
            return refusal(422, "Validation Failed", errors=[{"resource": "Any", "field": "data", "code": "unprocessable"}])


def spoil(data: Any) -> Any:
    """The same data with a total that does not fit."""
    if not isinstance(data, dict):
        return data
    return data | {name: data[name] + 1 for name in _TOTALS if isinstance(data.get(name), int)}


def encoded(reply: Reply) -> bytes:
    """The bytes of an answer."""
    if isinstance(reply.data, bytes):
        return reply.data
    return b"" if reply.data is None else json.dumps(reply.data).encode()
