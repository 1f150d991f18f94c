"""The words of other tools for agents and repositories, as prgate says them."""

from __future__ import annotations

import re
from typing import Final

UNKNOWN: Final = "unknown"

_SAME: Final = {
    "claude": "claude-code",
    "codex-cli": "codex",
    "copilot": "copilot-cli",
    "cursor-agent": "cursor",
    "cursor-cli": "cursor",
    "cursor-ide": "cursor",
    "droid": "factory-droid",
    "gemini": "gemini-cli",
    "github-copilot": "copilot-cli",
    "github-copilot-cli": "copilot-cli",
    "open-code": "opencode",
    "openhands-sdk": "openhands",
}
_WORD: Final = re.compile(r"[a-z0-9-]{1,40}", re.ASCII)
_OWNED: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,38}/[a-z0-9._-]{1,100}", re.ASCII)
_ADDRESS: Final = re.compile(
    r"(?:[a-z][a-z0-9+.-]{0,20}://)?(?:[^\s/@]{1,400}@)?[a-z0-9.-]{1,253}(?::[0-9]{1,5}/|[:/])/?(?P<path>[^\s?#]{1,300})", re.ASCII
)
_CREDENTIALS: Final = re.compile(r"(?<=://)[^\s/@]{0,800}@", re.ASCII)


def agent_of(word: object) -> str:
    """The id that the signatures file has for an agent, the word itself in lower case for one that it lacks, ``unknown`` for no word."""
    if not isinstance(word, str):
        return UNKNOWN
    plain = word.strip().lower().replace("_", "-").replace(" ", "-")
    return _SAME.get(plain, plain) if _WORD.fullmatch(plain) else UNKNOWN


def repository_of(address: str | None) -> str | None:
    """``owner/name`` in lower case where an address (or such a pair) has that form, else the address without credentials."""
    if address is None or not address.strip():
        return None
    plain = address.strip().lower().removesuffix("/").removesuffix(".git")
    if _OWNED.fullmatch(plain):
        return plain
    split = _ADDRESS.fullmatch(plain)
    if split is not None and _OWNED.fullmatch(split["path"]):
        return split["path"]
    return _CREDENTIALS.sub("", address.strip())
