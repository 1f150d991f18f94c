"""A GitHub Actions workflow: what starts it, what its token may do, and what its jobs run.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from prgate.errors import FormatError
from prgate.formats.shape import Keys, shown
from prgate.formats.yaml_reader import Place, read_yaml

MAX_BYTES = 512 * 1024
"""GitHub's own limit for a workflow file."""

Permissions = Mapping[str, str] | str
"""Level by scope, or ``read-all`` or ``write-all``."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """One event. ``types`` and ``workflows`` are empty where none are named; ``filters`` are the other keys, such as ``paths``."""

    types: tuple[str, ...]
    workflows: tuple[str, ...]
    filters: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step; ``line`` is where its ``uses`` or ``run`` stands, else where it begins."""

    uses: str | None
    run: str | None
    inputs: Mapping[str, str]
    line: int


@dataclass(frozen=True, slots=True)
class Job:
    """One job; ``uses`` names a reusable workflow, whose steps are not here. ``permissions`` is null where the job names none."""

    id: str
    name: str
    condition: str
    permissions: Permissions | None
    uses: str | None
    steps: tuple[Step, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Workflow:
    """``name`` is null where the file names none: GitHub then uses its path. ``permissions`` is null where the workflow names none."""

    name: str | None
    triggers: Mapping[str, Trigger]
    permissions: Permissions | None
    jobs: tuple[Job, ...]


def read_workflow(data: bytes) -> Workflow:
    """The workflow that a file spells. Keys that are not asked for here are passed over.

    Raises ``FormatError`` for what is no workflow, and for what ``read_yaml`` refuses (aliases, duplicate keys, anchors).
    """
    tree, places = read_yaml(data, max_bytes=MAX_BYTES)
    if not isinstance(tree, dict):
        raise FormatError("not a workflow: the file holds no mapping", 1, 1)
    at = _At(places)
    name = tree.get("name")
    return Workflow(
        name=name if isinstance(name, str) and name else None,
        triggers=_triggers(tree.get("on"), at),
        permissions=_permissions(tree, (), at),
        jobs=tuple(_job(id_, job, at) for id_, job in at.mapping(tree.get("jobs"), ("jobs",)).items()),
    )


@dataclass(frozen=True, slots=True)
class _At:
    """Where values stand, and the refusal of those that have another shape."""

    places: Mapping[Keys, Place]

    def line(self, keys: Keys) -> int:
        """The line of the key of a value, or of a list item."""
        place = self.places[keys]
        return (place.key or place).line

    def mapping(self, value: object, keys: Keys) -> dict[str, Any]:
        """The value, which must be a mapping."""
        if not isinstance(value, dict):
            raise self.refusal("a mapping", keys)
        return value

    def items(self, value: object, keys: Keys) -> list[Any]:
        """The value, which must be a list."""
        if not isinstance(value, list):
            raise self.refusal("a list", keys)
        return value

    def refusal(self, wanted: str, keys: Keys) -> FormatError:
        """What to raise where the value at these keys is absent or has another shape."""
        place = self.places.get(keys, Place(1, 1))
        return FormatError(f"not a workflow: `{shown('.'.join(map(str, keys)))}` must be {wanted}", place.line, place.column)


def _triggers(value: object, at: _At) -> dict[str, Trigger]:
    """``on: push``, ``on: [push]`` and ``on: {push: …}``."""
    match value:
        case str():
            return {value: _bare(at.line(("on",)))}
        case list():
            return {event: _bare(at.line(("on", number))) for number, event in enumerate(value) if isinstance(event, str)}
        case dict():
            return {event: _trigger(entry, ("on", event), at) for event, entry in value.items()}
        case _:
            raise at.refusal("an event, a list or a mapping of events", ("on",))


def _bare(line: int) -> Trigger:
    return Trigger((), (), (), line)


def _trigger(entry: object, keys: Keys, at: _At) -> Trigger:
    """``schedule`` has a list, an event without more has null; neither says anything that is asked for here."""
    if not isinstance(entry, dict):
        return _bare(at.line(keys))
    filters = tuple(key for key in entry if key not in {"types", "workflows", "inputs", "outputs", "secrets"})
    return Trigger(_texts(entry.get("types")), _texts(entry.get("workflows")), filters, at.line(keys))


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(text for text in value if isinstance(text, str)) if isinstance(value, list) else ()


def _permissions(holder: Mapping[str, Any], keys: Keys, at: _At) -> Permissions | None:
    if "permissions" not in holder:
        return None
    value = holder["permissions"]
    if isinstance(value, str):
        return value
    return {scope: str(level) for scope, level in at.mapping(value, (*keys, "permissions")).items()}


def _job(id_: str, value: object, at: _At) -> Job:
    keys: Keys = ("jobs", id_)
    job = at.mapping(value, keys)
    uses, name, steps = job.get("uses"), job.get("name"), job.get("steps")
    return Job(
        id=id_,
        name=name if isinstance(name, str) else id_,
        condition=str(job.get("if", "")),
        permissions=_permissions(job, keys, at),
        uses=uses if isinstance(uses, str) else None,
        steps=() if steps is None else tuple(_steps(steps, (*keys, "steps"), at)),
        line=at.line((*keys, "uses") if isinstance(uses, str) else keys),
    )


def _steps(value: object, keys: Keys, at: _At) -> list[Step]:
    return [_step(at.mapping(step, (*keys, number)), (*keys, number), at) for number, step in enumerate(at.items(value, keys))]


def _step(step: dict[str, Any], keys: Keys, at: _At) -> Step:
    uses, run, inputs = step.get("uses"), step.get("run"), step.get("with")
    named = next((key for key in ("uses", "run") if key in step), None)
    return Step(
        uses=uses if isinstance(uses, str) else None,
        run=run if isinstance(run, str) else None,
        inputs={key: str(value) for key, value in inputs.items()} if isinstance(inputs, dict) else {},
        line=at.line(keys if named is None else (*keys, named)),
    )
