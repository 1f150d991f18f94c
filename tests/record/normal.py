"""What is taken out of a recording before it is kept: the vendors' own instructions, and the day it was made on."""

from __future__ import annotations

import json
import re
import socket
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

START = datetime(2026, 11, 17, 10, 0, tzinfo=UTC)
"""When every recorded session starts."""

_LISTINGS = ("agents", "skills", "slash_commands")
_TIME = re.compile(r'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})Z"')
_ADDRESS = re.compile(r"[\w.+-]+@(?!example\.com|anthropic\.com)[\w-]+\.[\w.]+")
"""An e-mail address that is neither invented nor the agent's own."""


def _of_this_machine() -> re.Pattern[str]:
    """What would tell where a recording was made."""
    words = {str(Path.home()), str(Path.cwd()), str(Path(sys.prefix)), tempfile.gettempdir(), socket.gethostname()}
    return re.compile(rf"(?<![<\w])(?:{'|'.join(re.escape(word) for word in sorted(words))})(?!\w)")


def kept(raw: bytes, strip: Callable[[dict[str, Any]], dict[str, Any]], *, shift: timedelta) -> bytes:
    """The recording with each record stripped and all times moved by ``shift``; fails if anything of the machine is left in it."""
    lines = [json.dumps(strip(json.loads(line)), ensure_ascii=False, separators=(",", ":")) for line in raw.splitlines()]
    text = "".join(f"{_TIME.sub(lambda found: _moved(found, shift), line)}\n" for line in lines)
    for telling in (_of_this_machine(), _ADDRESS):
        assert (left := telling.search(text)) is None, left
    return text.encode()


def since_start(raw: bytes) -> timedelta:
    """What to move a recording by so that it starts at ``START``; whole seconds, as commits have no others."""
    found = _TIME.search(raw.decode())
    assert found is not None
    return START - datetime.fromisoformat(found[1]).replace(tzinfo=UTC, microsecond=0)


def _moved(found: re.Match[str], shift: timedelta) -> str:
    moment = datetime.fromisoformat(found[1]).replace(tzinfo=UTC) + shift
    return f'"{moment.strftime("%Y-%m-%dT%H:%M:%S")}.{moment.microsecond // 1000:03}Z"'


def claude(record: dict[str, Any]) -> dict[str, Any]:
    """Listings of agents and skills, and reminders, are the vendor's text; a scripted model's usage counts nothing."""
    record.get("message", {}).pop("usage", None)
    if record.get("type") == "attachment":
        record["attachment"] = {"type": record["attachment"]["type"]}
    if record.get("subtype") == "init":
        record |= {key: [] for key in _LISTINGS} | {"apiKeySource": "none"}
    return record


def codex(record: dict[str, Any]) -> dict[str, Any]:
    """Base and developer instructions and the state of the program are the vendor's text."""
    payload = record["payload"]
    match record["type"], payload.get("role"):
        case "session_meta", _:
            payload["base_instructions"] = {"text": ""}
        case "response_item", "developer":
            payload["content"] = [{"type": "input_text", "text": ""} for _ in payload["content"]]
        case "world_state", _:
            payload["state"] = {}
        case _:
            pass
    return record


def moved_history(stream: bytes, *, shift: timedelta) -> bytes:
    """A fast-export stream with the dates of all commits moved."""
    seconds = int(shift.total_seconds())
    return re.sub(
        rb"(?m)^((?:author|committer) .+ <.+> )(\d+)( \+0000)$",
        lambda found: b"%s%d%s" % (found[1], int(found[2]) + seconds, found[3]),
        stream,
    )
