"""How a tool call ended, by what its result says beside the output and by the header of the output."""

from __future__ import annotations

import re
from typing import Final

from prgate.formats.traces.records import Object, members
from prgate.formats.traces.values import members_of, whole_of

_CODES: Final = ("exit_code", "exitCode", "returncode", "return_code", "exit_status")
_FAILED: Final = ("is_error", "isError", "tool_result_is_error")
_WORKED: Final = ("ok", "success")
_HEADER: Final = re.compile(
    r"(?:(?:Chunk ID|Wall time|Original token count|Total output lines): [^\n]{0,80}\n){0,8}"
    r"(?:(?:Process exited with code|Exit code:?) |<returncode>)(-?[0-9]{1,10})\b",
    re.ASCII,
)
"""What shell tools put before the output: what the command printed comes after, and may say anything."""
_HEAD: Final = 800


def code_in(told: Object) -> int | None:
    """The exit status among an object's members."""
    return next((code for key in _CODES if (code := whole_of(told.get(key))) is not None), None)


def code_before(output: str) -> int | None:
    """The exit status in the header of a shell tool's output."""
    if output.startswith("{"):
        return code_in(members_of(members(output).get("metadata")))
    said = _HEADER.match(output[:_HEAD])
    return None if said is None else int(said[1])


def ended(told: Object) -> bool | None:
    """Whether an object's members say that the call worked."""
    for key in _FAILED:
        if isinstance(failed := told.get(key), bool):
            return not failed
    return next((worked for key in _WORKED if isinstance(worked := told.get(key), bool)), None)
