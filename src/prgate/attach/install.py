"""The hook in the settings of an agent: put there once, taken out again, and everything else left as it is."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

from prgate.errors import FormatError, PrgateError
from prgate.formats.json_reader import read_json

LINE: Final = "prgate attach --hook || true"
"""Short and always the same, for Codex asks again for leave when it changes; it never fails, also where prgate is not installed."""
_OURS: Final = re.compile(r"\bprgate attach --hook\b")
_SECONDS: Final = 20
_MOST_BYTES: Final = 1024 * 1024
_BOM: Final = "\ufeff"


class Agent(StrEnum):
    """Agents whose hooks are known."""

    CLAUDE = "claude"
    CODEX = "codex"


_PLACES: Final = {Agent.CLAUDE: ("CLAUDE_CONFIG_DIR", "settings.json"), Agent.CODEX: ("CODEX_HOME", "hooks.json")}
"""The variable that names the folder of a person's own settings, and the file with the hooks in it."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What became of a settings file; ``laid_out`` if its layout could not be kept."""

    path: Path
    changed: bool
    laid_out: bool


def settings_path(agent: Agent, top: Path | None, environment: Mapping[str, str], home: Path) -> Path:
    """The file that the hook belongs in: of the work tree at ``top``, or the user's own if that is ``None``."""
    variable, file = _PLACES[agent]
    folder = Path(environment.get(variable) or home / f".{agent}") if top is None else top / f".{agent}"
    return folder / file


def install(agent: Agent, path: Path, *, top: Path | None) -> Installed:
    """Put the hook into the file, in place of an earlier form of it. Raises ``PrgateError`` for a file that is damaged or cannot be written."""
    text, settings = _read(path)
    wanted = json.loads(json.dumps(settings))
    _take_out(wanted, path)
    hooks = wanted.setdefault("hooks", {})
    for event, group in _groups(agent).items():
        hooks.setdefault(event, []).append(group)
    if _same(settings, wanted):
        return Installed(path, changed=False, laid_out=False)
    return _write(path, text, settings, wanted, top)


def uninstall(path: Path, *, top: Path | None) -> Installed:
    """Take the hook out of the file, and the file away if nothing else is in it. Raises ``PrgateError`` as ``install`` does."""
    text, settings = _read(path)
    wanted = json.loads(json.dumps(settings))
    if not _take_out(wanted, path):
        return Installed(path, changed=False, laid_out=False)
    target = _target(path, top)
    if not wanted and target == path.parent.resolve() / path.name:  # behind a link of the user's own the file stays, emptied
        try:
            path.unlink()
        except OSError as error:
            raise PrgateError(f"cannot be removed: {error.strerror}", str(path), "Make the folder writable.") from error
        return Installed(path, changed=True, laid_out=False)
    return _write(path, text, settings, wanted, top)


def _groups(agent: Agent) -> dict[str, dict[str, Any]]:
    run: dict[str, Any] = {"type": "command", "command": LINE, "timeout": _SECONDS}
    if agent is Agent.CODEX:
        return {"PostToolUse": {"matcher": "^Bash$", "hooks": [run]}, "Stop": {"hooks": [run]}}
    of_git = {"type": "command", "command": LINE, "if": "Bash(git *)", "timeout": _SECONDS}
    return {"PostToolUse": {"matcher": "Bash", "hooks": [of_git]}, "Stop": {"hooks": [run]}}


def _take_out(settings: dict[str, Any], path: Path) -> bool:
    """Whether there was a hook of ours; what it leaves empty goes with it."""
    hooks = settings.get("hooks", {})
    if not isinstance(hooks, dict):
        raise _strange(path, "`hooks` is no object")
    found = False
    for event in list(hooks):
        groups = hooks[event]
        if not isinstance(groups, list):
            raise _strange(path, f"`hooks.{event}` is no array")
        kept = []
        for group in groups:
            runs = group.get("hooks") if isinstance(group, dict) else None
            others = [run for run in runs if not _is_ours(run)] if isinstance(runs, list) else runs
            if others != runs:
                found = True
                if others:
                    kept.append({**group, "hooks": others})
            else:
                kept.append(group)
        if kept != groups:
            hooks[event] = kept
            if not kept:
                del hooks[event]
    if found and not hooks:
        del settings["hooks"]
    return found


def _is_ours(run: object) -> bool:
    return isinstance(run, dict) and isinstance(run.get("command"), str) and _OURS.search(run["command"]) is not None


def _same(one: object, other: object) -> bool:
    return json.dumps(one) == json.dumps(other)


def _read(path: Path) -> tuple[str, dict[str, Any]]:
    if not os.path.lexists(path):
        return "", {}
    try:
        data = path.read_bytes()
        value = read_json(data, max_bytes=_MOST_BYTES, unique_keys=True) if data.strip() else {}
    except OSError as error:
        raise PrgateError(f"cannot be read: {error.strerror}", str(path), "Make it a file that you may read.") from error
    except FormatError as error:
        raise _strange(path, str(error)) from error
    if not isinstance(value, dict):
        raise _strange(path, "it is no JSON object")
    return data.decode("utf-8"), value


def _strange(path: Path, why: str) -> PrgateError:
    return PrgateError(f"these settings are damaged and stay as they are: {why}", str(path), "Mend the file, or add the hook by hand.")


def _write(path: Path, text: str, settings: dict[str, Any], wanted: dict[str, Any], top: Path | None) -> Installed:
    """Write the settings laid out as the file was, at once and under a name that nobody could lay a link at."""
    target = _target(path, top)
    laid_out = bool(text.strip()) and _spelled(settings, text) != text
    mode = target.stat().st_mode & 0o777 if target.exists() else None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        new = target.with_name(f".{target.name}.{token_hex(8)}.new")
        with new.open("x", encoding="utf-8", newline="") as file:
            file.write(_spelled(wanted, text))
        if mode is not None:
            shutil.copymode(target, new)
        new.replace(target)
    except OSError as error:
        raise PrgateError(f"cannot be written: {error.strerror}", str(path), "Make the folder writable.") from error
    return Installed(path, changed=True, laid_out=laid_out)


def _target(path: Path, top: Path | None) -> Path:
    """The file itself: through a link of the user's own, never through one that leads out of ``top``."""
    target = path.resolve()
    if top is not None and not target.is_relative_to(top.resolve()):
        raise PrgateError("this leads out of the work tree", str(path), "Make it a plain file in plain folders.")
    return target


def _spelled(settings: dict[str, Any], like: str) -> str:
    """The settings as JSON with the indentation, line ends and end of a text."""
    indent = re.search(r"\{\r?\n([ \t]+)", like)
    body = json.dumps(settings, indent=indent[1] if indent else 2, ensure_ascii=like.isascii() and "\\u" in like)
    end = like[len(like.rstrip()) :] if like.strip() else "\n"
    text = (_BOM if like.startswith(_BOM) else "") + body
    return (text.replace("\n", "\r\n") if "\r\n" in like else text) + end
