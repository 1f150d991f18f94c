"""Where Entire keeps the sessions of a commit, and how the commit names them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

TRAILER: Final = "Entire-Checkpoint"
MOST_PARTS: Final = 100
"""A long session is cut into parts of 50 MB."""

_ID: Final = r"[0-9a-f]{12}|[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{26}"
_LINE: Final = re.compile(rf"^[ \t>*-]{{0,16}}{TRAILER}:[ \t]{{0,16}}({_ID})[ \t\r]*$", re.MULTILINE | re.IGNORECASE)
_PART: Final = re.compile(rb"full\.jsonl(?:\.([0-9]{3}))?")
_SESSION: Final = re.compile(rb"0|[1-9][0-9]{0,5}")
_NAMED: Final = re.compile(_ID)


def checkpoint_ids(message: str) -> tuple[str, ...]:
    """The checkpoints that a commit's message names, each once: 12 hexadecimal digits, or a ULID.

    Not only the last paragraph counts: a squash buries trailers in the body. Whatever has another form is no id, so that none can lead
    anywhere but to a checkpoint.
    """
    return tuple(dict.fromkeys(found for found in _LINE.findall(message) if _NAMED.fullmatch(found)))


def checkpoint_ref(id_: str) -> str:
    """The ref of a checkpoint that has one of its own; its tree is the checkpoint."""
    return f"refs/entire/checkpoints/{id_[-2:]}/{id_}"


def checkpoint_folder(id_: str) -> tuple[bytes, bytes]:
    """The two folders, one in the other, of a checkpoint in the tree of a branch."""
    return id_[:2].encode("ascii"), id_[2:].encode("ascii")


def session_folders(names: Iterable[bytes]) -> list[tuple[int, bytes]]:
    """The folders of a checkpoint that hold a session each, with their numbers, in order."""
    return sorted((int(name), name) for name in names if _SESSION.fullmatch(name))


def transcript_parts(names: Iterable[bytes]) -> tuple[bytes, ...]:
    """The files that together are the agent's own record of a session, in order; none where the first is not there."""
    found = sorted((int(part[1] or 0), name) for name in names if (part := _PART.fullmatch(name)))
    parts = tuple(name for _, name in found)
    return parts[:MOST_PARTS] if parts and parts[0] == b"full.jsonl" else ()
