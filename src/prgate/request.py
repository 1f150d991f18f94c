"""What to judge, and with what."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from prgate.git import Repository
from prgate.model.missing import Missing
from prgate.model.policy import Judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to judge and with what. ``at`` is the clock, RFC 3339 with ``Z``.

    Either ``repo``, ``base`` and ``head`` (three dots), or ``diff``. ``policy`` is a pack's name or a file, null: the policy at the base
    commit, or the pack ``observe`` where it has none. ``judge`` overrides the policy's scope.
    """

    at: str
    repo: Path = Path()
    base: str = ""
    head: str = ""
    diff: Path | None = None
    policy: str | None = None
    pr: Path | None = None
    judge: Judge | None = None
    traces: tuple[Path, ...] = ()
    coverage: tuple[Path, ...] = ()
    base_coverage: tuple[Path, ...] = ()
    trigger: str = "cli"


@dataclass(frozen=True, slots=True)
class Range:
    """The commits between ``merge_base`` and ``head`` in a repository; full object ids."""

    repository: Repository
    base: str
    head: str
    merge_base: str | Missing
