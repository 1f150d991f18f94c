"""What a reply of the forge means: whether to repeat, how long to wait before, and what to tell a person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

from prgate.errors import FormatError
from prgate.formats.json_reader import read_json
from prgate.model.missing import Missing, Why

_SHOWN: Final = 240
_LIMIT_FLOOR: Final = 60
"""Seconds before the first repeat when a limit was hit and no time is named (GitHub, "Best practices for using the REST API")."""
_FAULT_FLOOR: Final = 1
_LIMIT_WORDS: Final = re.compile(r"rate limit|abuse detection|wait a few minutes|retry your request again later", re.IGNORECASE)
_NUMBER: Final = re.compile(r"[0-9]{1,11}(?:\.[0-9]{1,9})?")
_PERMISSIONS: Final = re.compile(r"[a-z_]{1,60}=[a-z]{1,20}(?:[,;] ?[a-z_]{1,60}=[a-z]{1,20}){0,9}")
_LATER: Final = "Run it again later."


@dataclass(frozen=True, slots=True)
class Again:
    """A failure that is worth a repeat after ``wait`` seconds; ``missing`` is told when there is none.

    ``maybe``: the server may have done what it was asked.
    """

    missing: Missing
    wait: float
    maybe: bool


def refusal(question: str, *, status: int, headers: Mapping[str, str], body: bytes, attempt: int) -> Missing | Again:
    """What any status but a success (RFC 9110 §15.3) means; ``attempt`` counts from 0, ``question`` is the verb and the path."""
    said = _message(body)
    detail = f"{question} was answered {status}: {short(said)}"
    if status == 429 or (status == 403 and _limited(headers, said)):
        fix = f"{_LATER} A token with a higher limit is not held up so soon."
        return Again(Missing(Why.FAILED, f"{detail} (a rate limit)", fix), _limit_wait(headers, attempt), maybe=False)
    if status == 408 or status >= 500:
        return Again(Missing(Why.FAILED, detail, _LATER), fault_wait(attempt, headers), maybe=True)
    if status < 400:
        return Missing(Why.FAILED, f"{detail}; it leads elsewhere and is not followed", "Use the repository's present name.")
    if status == 401:
        return Missing(Why.FORBIDDEN, detail, "Give a token that is valid and has not expired, such as `github.token`.")
    if status == 403:
        return Missing(Why.FORBIDDEN, detail, _permission(headers.get("x-accepted-github-permissions", ""), question))
    if status == 404:
        fix = "Check the name; where it is right, the token may not see it and needs a permission to read there."
        return Missing(Why.FORBIDDEN, f"{detail}: not there, or not to be seen with this token", fix)
    return Missing(Why.FAILED, detail, "Mend what the forge names.")


def unreadable(question: str, error: FormatError, *, status: int, attempt: int) -> Missing | Again:
    """A success whose body is no JSON, or too much of it."""
    detail = f"{question} was answered {status} with a body that cannot be read: {error}"
    if error.over_limit:
        return Missing(Why.OVER_LIMIT, detail, "Ask for less at a time.")
    fix = "Run it again later; check that the address is the API's and no proxy answers in its place."
    return Again(Missing(Why.UNREADABLE, detail, fix), fault_wait(attempt, {}), maybe=True)


def fault_wait(attempt: int, headers: Mapping[str, str]) -> float:
    """Seconds before the repeat of a request that the server failed on or that was lost."""
    asked = _retry_after(headers)
    return _FAULT_FLOOR * 2.0**attempt if asked is None else asked


def short(text: str) -> str:
    """Text of a stranger on one line, of at most 240 characters."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[:_SHOWN] + "…"


def _limited(headers: Mapping[str, str], said: str) -> bool:
    return "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0" or _LIMIT_WORDS.search(said) is not None


def _limit_wait(headers: Mapping[str, str], attempt: int) -> float:
    """Seconds to wait after a limit was hit: as asked, else to the reset by the server's own clock, else a minute and more."""
    asked = _retry_after(headers)
    if asked is not None:
        return asked
    reset, now = _number(headers.get("x-ratelimit-reset", "")), _moment(headers.get("date", ""))
    if headers.get("x-ratelimit-remaining") == "0" and reset is not None and now is not None:
        return max(reset - now, 0) + 1
    return _LIMIT_FLOOR * 2.0**attempt


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """RFC 9110 §10.2.3: seconds, or a date, which is held against the reply's own."""
    value = headers.get("retry-after", "")
    seconds = _number(value)
    if seconds is None:
        then, now = _moment(value), _moment(headers.get("date", ""))
        seconds = then - now if then is not None and now is not None else None
    return None if seconds is None else max(seconds, _FAULT_FLOOR)


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


def _moment(text: str) -> float | None:
    """Seconds since 1970 of an HTTP date."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()


def _message(body: bytes) -> str:
    """What the forge says about its refusal: its ``message`` and the first ``errors``."""
    try:
        document = read_json(body, max_bytes=len(body))
    except FormatError:
        return "no reason that can be read"
    if not isinstance(document, dict) or not isinstance(document.get("message"), str):
        return "no reason given"
    errors = document.get("errors")
    listed = errors[:3] if isinstance(errors, list) else [errors]
    return ": ".join([document["message"], *(words for error in listed if (words := _error(error)))])


def _error(error: object) -> str:
    match error:
        case str(words) | {"message": str(words)}:
            return words
        case {"field": str(field), "code": str(code)}:
            return f"{field} {code}"
        case _:
            return ""


def _permission(header: str, question: str) -> str:
    """The cure for 403; the header lists permissions, ``,`` meaning and, ``;`` or (GitHub, "Troubleshooting the REST API")."""
    if _PERMISSIONS.fullmatch(header):
        sets = [[part.strip().replace("_", "-").replace("=", ": ") for part in one.split(",")] for one in header.split(";")]
        named = " or ".join(" and ".join(f"`{part}`" for part in one) for one in sets)
    else:
        named = "the permission that this needs"
    fork = "" if question.startswith(("GET ", "QUERY ")) else " A run for a fork under `pull_request` never gets one to write."
    return f"Give the job {named} under `permissions:`.{fork}"
