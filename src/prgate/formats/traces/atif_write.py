"""A session written out as ATIF 1.7, with its texts but without the credentials in them.

Every event, or all events of one call, is a step. What the format has no member for stands in ``extra``: in plain members (``repository``,
``branch``, ``commit``, ``cwd``, ``pull`` of the agent, ``exit_code`` and ``ok`` of a result) and, whole, in ``extra.prgate``, which ``atif``
reads in place of the rest of the step.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from prgate.formats.traces.atif_step import TOLD
from prgate.formats.traces.draft import Scribe
from prgate.formats.traces.event_json import attribution_shape, event_shape, plain
from prgate.formats.traces.names import UNKNOWN
from prgate.formats.traces.places import encoded
from prgate.formats.traces.records import Object
from prgate.model.trace import Attribution, EventKind, Session, Trace, TraceEvent
from prgate.recognise.credentials import redacted

VERSION: Final = "ATIF-v1.7"

_SPOKEN: Final = {EventKind.PROMPT: "user", EventKind.MESSAGE: "agent", EventKind.APPROVAL: "system"}
_DEEPEST: Final = 64
"""Arguments nested deeper than this are left out."""


def to_atif(trace: Trace, scribe: Scribe) -> str:
    """One document: the first session, and the others as its ``subagent_trajectories``, each with its own steps.

    ``scribe`` is the one that took part when the trace was read; without its texts a step tells only what the trace does.
    """
    kept = scribe.kept or range(len(trace.events))
    grouped: dict[int, list[tuple[int, TraceEvent]]] = {}
    for index, event in zip(kept, trace.events, strict=True):
        grouped.setdefault(event.session, []).append((index, event))
    sessions = trace.sessions or (Session(UNKNOWN),)
    documents = [
        _Trajectory(session, grouped.get(number, []), [item for item in trace.attributions if (item.session or 0) == number], scribe)
        for number, session in enumerate(sessions)
    ]
    notes = f"Written by prgate from {trace.format}: {trace.read:,} records were read, {trace.skipped:,} skipped."
    first, *others = documents
    embedded = [other.text({"trajectory_id": f"session-{number}"}) for number, other in enumerate(others, 1)]
    return first.text({"notes": notes}, embedded) + "\n"


class _Trajectory:
    """One session with its events (index in the draft, event) and attributions."""

    __slots__ = ("_attributions", "_events", "_scribe", "_session", "_used")

    def __init__(
        self, session: Session, events: Sequence[tuple[int, TraceEvent]], attributions: Sequence[Attribution], scribe: Scribe
    ) -> None:
        self._session = session
        self._events = events
        self._attributions = attributions
        self._scribe = scribe
        self._used: set[str] = set()

    def text(self, more: Object, embedded: Sequence[str] = ()) -> str:
        """The document, a step a line."""
        head: Object = {"schema_version": VERSION, "session_id": self._session.id, **more, "agent": self._agent()}
        steps = [*self._steps()] or [{"source": "system", "message": "", "extra": {TOLD: []}}]
        lines = ",\n".join(_dumped({"step_id": number, **step}) for number, step in enumerate(steps, 1))
        others = "".join((',\n"subagent_trajectories":[\n', ",\n".join(embedded), "\n]")) if embedded else ""
        return f'{_dumped(_clean(_present(head)))[:-1]},\n"steps":[\n{lines}\n]{others}}}'

    def _agent(self) -> Object:
        session = self._session
        told: Object = {
            "started": session.started,
            "models": list(session.models[1:]) or None,
            "in_use": [_present({"kind": used.kind, "name": used.name, "digest": used.digest}) for used in session.in_use] or None,
            "attributions": [plain(attribution_shape(replace(item, session=None))) for item in self._attributions] or None,
        }
        extra = {
            "repository": session.repository,
            "branch": session.branch,
            "commit": session.commit,
            "cwd": session.cwd,
            "pull": session.pull,
            TOLD: _present(told) or None,
        }
        model = session.models[0] if session.models else None
        return _present(
            {"name": session.agent, "version": session.version or UNKNOWN, "model_name": model, "extra": _present(extra) or None}
        )

    def _steps(self) -> Iterator[Object]:
        """A step for each event, or for all events of one call that stand together."""
        told = self._scribe.told
        calls = [(told[index][2] if index in told else None) or index for index, _ in self._events]
        for _, group in groupby(zip(calls, self._events, strict=True), key=lambda pair: pair[0]):
            members = [pair[1] for pair in group]
            indexes, events = [index for index, _ in members], [event for _, event in members]
            words, given, call = next(
                (told[index] for index in indexes if index in told and told[index][1] is not None), told.get(indexes[0], (None, None, None))
            )
            step: Object = {
                "timestamp": _moment(events[0].at),
                "source": _SPOKEN.get(events[0].kind, "agent"),
                "message": redacted(_utf8(words or "")),
                "extra": {TOLD: [_told(event) for event in events]},
            }
            if events[0].kind not in _SPOKEN:
                step |= self._called(events[0], given, call)
            yield _present(step)

    def _called(self, event: TraceEvent, given: object, call: str | None) -> Object:
        name = event.name or event.kind.value
        known = f"prgate-{len(self._used) + 1}" if call is None or call in self._used else call
        answer = None if call is None or call in self._used else self._scribe.answers.get(call)
        self._used.add(known)
        known = redacted(_utf8(known))
        arguments = given if isinstance(given, dict) else {} if given is None else {"input": given}
        extra = _present({"ok": event.ok, "exit_code": event.command.exit if event.command else None})
        content = None if answer is None else redacted(_utf8(answer))
        step: Object = {"tool_calls": [{"tool_call_id": known, "function_name": name, "arguments": _clean(arguments)}]}
        if content is not None or extra:
            step["observation"] = {"results": [_present({"source_call_id": known, "content": content, "extra": extra or None})]}
        return step


def _told(event: TraceEvent) -> Object:
    """The event's object, its digests as they are."""
    told = plain(event_shape(replace(event, at=None, session=0)))
    digests = {"edit": told.pop("edit")} if "edit" in told else {}
    return {**_clean(told), **digests}


def _present(members: Object) -> Object:
    return {key: value for key, value in members.items() if value is not None}


def _clean(value: Any, key: str = "", depth: int = 0) -> Any:  # noqa: ANN401 (any JSON value)
    """The value without credentials, and without bytes that no UTF-8 has; a secret is also known by the name that it stands under."""
    if isinstance(value, str):
        prefix = f"{key}="
        known = redacted(prefix + _utf8(value))
        return known[len(prefix) :] if known.startswith(prefix) else redacted(_utf8(value))
    if isinstance(value, dict):
        return {_utf8(name): _clean(part, _utf8(name), depth + 1) for name, part in value.items()} if depth < _DEEPEST else None
    if isinstance(value, list):
        return [_clean(part, key, depth + 1) for part in value] if depth < _DEEPEST else None
    return value


def _utf8(value: str) -> str:
    return encoded(value).decode("utf-8", "replace")


def _moment(at: str | None) -> str | None:
    """The moment, if it is one of the calendar."""
    try:
        datetime.fromisoformat(at or "")
    except ValueError:
        return None
    return at


def _dumped(value: Object) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)
