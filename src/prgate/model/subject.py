"""What is judged."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Base:
    """The side the change goes into; ``ref`` as the user or the forge named it, ``sha`` the full object id, null for a bare diff."""

    ref: str | None
    sha: str | None


@dataclass(frozen=True, slots=True)
class Head:
    """The side the change comes from; ``repository`` is ``owner/name`` of the head, null where there is no forge."""

    repository: str | None
    ref: str | None
    sha: str | None


@dataclass(frozen=True, slots=True)
class Subject:
    """The range under judgement: the changes from ``merge_base`` to ``head`` (three dots)."""

    repository: str | None
    pr: int | None
    url: str | None
    base: Base
    merge_base: str | None
    head: Head
