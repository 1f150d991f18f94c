"""An event as a JSON object that holds all of it but its time, session and record, and back."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from prgate.formats.traces.draft import MAX_LINES, Draft
from prgate.formats.traces.places import encoded
from prgate.formats.traces.records import Object, over
from prgate.formats.traces.values import members_of, objects_of, strings_of, text, whole_of
from prgate.model.lines import DIGEST_BYTES, packed, unpacked
from prgate.model.paths import is_utf8, path_text
from prgate.model.trace import Command, Edit, EventKind, Masked, TraceEvent, Writes

_KINDS: Final = {kind.value: kind for kind in EventKind}
_WRITES: Final = {writes.value: writes for writes in Writes}
_LONGEST_PATH: Final = 4096


def event_object(event: TraceEvent) -> Object:
    """The object of an event; digests and paths that are not UTF-8 in hexadecimal, members that say nothing left out."""
    told: Object = {"kind": event.kind.value}
    if event.ok is not None:
        told["ok"] = event.ok
    if event.name:
        told["name"] = event.name
    if event.path is not None:
        told["path"] = path_told(event.path)
    if event.reads:
        told["reads"] = True
    if event.edit is not None:
        told["edit"] = {"lines": event.edit.lines.hex()}
        if event.edit.wrapped:
            told["edit"]["wrapped"] = event.edit.wrapped.hex()
        if event.edit.masked:
            told["edit"]["masked"] = [
                {"before": mask.before, "after": mask.after, "digest": mask.digest.hex()} for mask in event.edit.masked
            ]
    if event.command is not None:
        command = event.command
        told["command"] = {
            "programs": list(command.programs),
            "paths": [path_told(path) for path in command.paths],
            "writes": command.writes.value,
            "tests": command.tests,
        }
        if command.exit is not None:
            told["command"]["exit"] = command.exit
    return told


def note_event(draft: Draft, record: int, told: Object, *, at: str | None) -> bool:
    """Note the event that such an object tells; false if it tells none."""
    kind = _KINDS.get(text(told.get("kind")) or "")
    if kind is None:
        return False
    ok = told.get("ok")
    index = draft.add(
        kind,
        record,
        at=at,
        name=text(told.get("name")) or "",
        ok=ok if isinstance(ok, bool) else None,
        reads=told.get("reads") is True and kind is EventKind.TOOL_CALL,
        command=_command(members_of(told.get("command"))) if kind is EventKind.COMMAND else None,
    )
    edit = told.get("edit")
    if isinstance(edit, dict) and kind in {EventKind.EDIT, EventKind.COMMAND}:
        draft.events[index] = replace(draft.events[index], edit=_edit(edit))
    if (path := path_of_told(told.get("path"))) is not None:
        draft.events[index] = replace(draft.events[index], path=path)
    return True


def _edit(told: Object) -> Edit:
    masks = tuple(dict.fromkeys(mask for entry in objects_of(told.get("masked")) if (mask := _mask(entry)) is not None))
    return Edit(_digests(told.get("lines")), masks, _digests(told.get("wrapped")))


def _digests(told: object) -> bytes:
    digests = _bytes(told)
    if len(digests) > MAX_LINES * DIGEST_BYTES:
        raise over(f"more than {MAX_LINES:,} edited lines")
    return packed(unpacked(digests[: len(digests) - len(digests) % DIGEST_BYTES]))


def _mask(told: Object) -> Masked | None:
    before, after, digest = whole_of(told.get("before")), whole_of(told.get("after")), _bytes(told.get("digest"))
    if before is None or after is None or before < 0 or after < 0 or len(digest) != DIGEST_BYTES:
        return None
    return Masked(before, after, digest)


def _command(told: Object) -> Command:
    return Command(
        programs=tuple(program for program in strings_of(told.get("programs")) if text(program)),
        paths=tuple(path for spelled in strings_of(told.get("paths")) if (path := path_of_told(spelled)) is not None),
        writes=_WRITES.get(text(told.get("writes")) or "", Writes.ANYWHERE),
        tests=told.get("tests") is True,
        exit=whole_of(told.get("exit")),
    )


def path_told(path: bytes) -> str:
    """A path as text; in hexadecimal where it is not UTF-8."""
    return path_text(path) if is_utf8(path) and not path.startswith(b"hex:") else f"hex:{path.hex()}"


def path_of_told(told: object) -> bytes | None:
    """The path that such a text spells, as it was understood once; ``None`` for no path."""
    if not isinstance(told, str) or not 0 < len(told) <= 2 * _LONGEST_PATH + 4 or "\0" in told:
        return None
    return _bytes(told[4:]) or None if told.startswith("hex:") else encoded(told)


def _bytes(told: object) -> bytes:
    try:
        return bytes.fromhex(told) if isinstance(told, str) else b""
    except ValueError:
        return b""
