"""What an agent's hook does: attach the session so far, never in the agent's way."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from prgate.errors import FormatError, PrgateError
from prgate.git.own import NESTED

_MOST_BYTES: Final = 32 * 1024 * 1024
_TAIL_BYTES: Final = 4 * 1024 * 1024
_SETTLE_SECONDS: Final = 1.0
_LOOK_SECONDS: Final = 0.01
_GIT_SECONDS: Final = 8.0
_LOCK_SECONDS: Final = 4.0
_PUSH_SECONDS: Final = 10.0
"""With the rest below the 20 seconds after which the agents end a hook."""
_ENOUGH: Final = 200
"""Characters by which a message is known."""
_ACTS: Final = re.compile(r"\b(?:commit|push|rebase|merge|cherry-pick|am|pull|revert)\b")
_LOG: Final = "prgate-attach.log"
_LOG_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Call:
    """What the agent tells a hook. ``command`` is that of a shell tool; ``worked`` if the agent calls the hook only for those that did."""

    event: str
    transcript: Path
    cwd: Path
    command: str | None
    call: str | None
    said: str | None
    worked: bool

    @property
    def pushes(self) -> bool:
        """Whether the command spells a push."""
        return self.command is not None and "git" in self.command and "push" in self.command


def hook(stream: IO[bytes], environment: Mapping[str, str]) -> str:
    """Attach the session that the call on the stream names; the line that tells, empty where nothing was to be done.

    Never raises: what goes wrong stands in ``prgate-attach.log`` in the git folder, as far as there is one.
    """
    place: list[Path] = []
    try:
        call = None if environment.get(NESTED) else read_call(stream.read(_MOST_BYTES + 1))
        line = "" if call is None or not concerns(call) else _attach(call, place)
    except Exception as error:  # noqa: BLE001 (an agent must not be stopped by any defect of ours)
        line = ""
        _log(place, f"{type(error).__name__}: {error}" if not isinstance(error, PrgateError) else str(error))
    else:
        _log(place, line)
    return line


def read_call(data: bytes) -> Call | None:
    """The call that JSON tells; ``None`` for one without a session file. Raises ``FormatError``."""
    if len(data) > _MOST_BYTES:
        raise FormatError(f"the hook was given more than {_MOST_BYTES:,} bytes", over_limit=True)
    try:
        told = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"the hook was given no JSON: {error}") from error
    if not isinstance(told, dict) or not _text(told, "transcript_path") or not _text(told, "cwd"):
        return None
    given = told.get("tool_input")
    answer = told.get("tool_response")
    event = _text(told, "hook_event_name") or ""
    return Call(
        event=event,
        transcript=Path(_text(told, "transcript_path") or ""),
        cwd=Path(_text(told, "cwd") or ""),
        command=_text(given, "command") if isinstance(given, dict) else None,
        call=_text(told, "tool_use_id"),
        said=_text(told, "last_assistant_message"),
        worked=event == "PostToolUse" and isinstance(answer, dict) and "stdout" in answer and answer.get("interrupted") is not True,
    )


def concerns(call: Call) -> bool:
    """Whether the branch can be another after this call: at the end of a turn, and after a command that commits, pushes or moves it."""
    if call.event != "PostToolUse":
        return True
    return call.command is not None and "git" in call.command and _ACTS.search(call.command) is not None


def settle(call: Call, *, seconds: float = _SETTLE_SECONDS) -> bool:
    """Wait until the session file, which agents write behind their work, holds what the call tells of; false if it does not in time."""
    wanted = _wanted(call)
    end = time.monotonic() + seconds
    while True:
        if not wanted or any(form in _tail(call.transcript) for form in wanted):
            return True
        if time.monotonic() > end:
            return False
        time.sleep(_LOOK_SECONDS)


def _wanted(call: Call) -> tuple[bytes, ...]:
    if call.event == "PostToolUse" and call.call is not None:
        return (call.call.encode("utf-8", "replace"),)
    if call.said is None:
        return ()
    start = call.said[:_ENOUGH]
    return tuple({json.dumps(start, ensure_ascii=ascii_)[1:-1].encode("utf-8", "replace") for ascii_ in (True, False)})


def _tail(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL_BYTES))
            return file.read(_TAIL_BYTES)
    except OSError:
        return b""


def _attach(call: Call, place: list[Path]) -> str:
    from prgate.attach.branch import find_branch  # noqa: PLC0415 (paid for by a call that concerns the branch)
    from prgate.attach.keep import locked, push  # noqa: PLC0415 (likewise)
    from prgate.attach.session import concerns as matters  # noqa: PLC0415 (likewise)
    from prgate.attach.session import settled, take, told  # noqa: PLC0415 (likewise)
    from prgate.git.own import open_clone  # noqa: PLC0415 (likewise)

    clone = open_clone(call.cwd, hurry=True, seconds=_GIT_SECONDS)
    place.append(clone.common)
    if clone.branch() is None:
        return ""
    if call.transcript.exists() and not call.transcript.is_file():
        raise PrgateError("this is no plain file", str(call.transcript), "Nothing else is waited for.")
    late = "" if settle(call) else "; the session's file lags behind"
    with locked(clone, seconds=_LOCK_SECONDS):
        branch = find_branch(clone, None)
        taken = take(clone, branch, call.transcript, finish=settled if call.worked else lambda trace: trace)
        if not matters(clone, taken):
            return ""
        clone.store(taken.ref, taken.data)
    where = taken.ref
    if branch.remote is not None and (call.pushes or branch.there) and not branch.default:
        push(clone, branch, taken.ref, anew=False, seconds=_PUSH_SECONDS)
        where += f", pushed to {branch.remote}"
    return told(taken, where + late, lambda agent: agent)


def _log(place: list[Path], line: str) -> None:
    """Add a line to the log; one that has grown large begins anew."""
    if not place or not line:
        return
    try:
        file = place[0] / _LOG
        mode = "w" if file.exists() and file.stat().st_size > _LOG_BYTES else "a"
        with file.open(mode, encoding="utf-8", errors="backslashreplace") as log:
            log.write(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {line}\n".replace("\r", " "))
    except OSError:
        return


def _text(told: Mapping[str, Any], key: str) -> str | None:
    value = told.get(key)
    return value if isinstance(value, str) and value else None
