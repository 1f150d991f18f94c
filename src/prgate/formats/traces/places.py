"""Paths as agents write them, made ``/``-separated and relative to where the session ran."""

from __future__ import annotations

import re

LONGEST = 4096

_DRIVE = re.compile(r"[A-Za-z]:[\\/]|\\\\")


def is_absolute(path: str) -> bool:
    """Whether the path starts at a root, a drive or a network share."""
    return path.startswith("/") or _DRIVE.match(path) is not None


def join(folder: str | None, path: str) -> str:
    """The path seen from ``folder``, unless it is absolute or the folder is unknown."""
    return path if folder is None or is_absolute(path) else f"{folder}/{path}"


def relative(path: str, cwd: str | None) -> bytes | None:
    r"""The path below ``cwd`` where it lies there, else as it is; ``None`` for what can be no path.

    A backslash separates only where the path or ``cwd`` starts with a drive or a share: elsewhere it is a letter of the name. Drives
    compare without case. ``.`` and ``..`` are worked out, so that one file has one name.
    """
    if not path or len(path) > LONGEST or "\0" in path:
        return None
    windows = any(_DRIVE.match(text) for text in (path, cwd or ""))
    parts = _parts(path, windows=windows)
    if is_absolute(path):
        root = _parts(cwd, windows=windows) if cwd is not None and is_absolute(cwd) else []
        if root and _folded(parts[: len(root)], windows=windows) == _folded(root, windows=windows):
            parts = parts[len(root) :]
        elif path.startswith(("/", "\\\\")):
            parts = ["", *parts] if path.startswith("/") else ["", "", *parts]
    return encoded("/".join(parts)) or None


def encoded(text: str) -> bytes:
    """The bytes of a text that ``records`` decoded; a lone surrogate that stands for no byte becomes ``?``."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def _parts(path: str, *, windows: bool) -> list[str]:
    parts: list[str] = []
    for part in (path.replace("\\", "/") if windows else path).split("/"):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return parts


def _folded(parts: list[str], *, windows: bool) -> list[str]:
    return [part.casefold() for part in parts] if windows else parts
