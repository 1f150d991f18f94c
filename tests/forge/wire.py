"""What a test does to the wire, and sees on it."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.forge.faults import Fault, Planned
from tests.forge.serving import Desk, Logged


class Wire:
    """The half of the forge between its clients and what it does."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def fault(self, method: str, path: str, kind: Fault | str, *, times: int = 1, wait: int = 1) -> None:
        """Let the next ``times`` requests fail whose method (or ``*``) and path with query (a pattern, searched) match.

        ``wait`` in seconds is what the two rate limits ask for. Git and the host of the archives can fail too.
        """
        self._desk.plans.append(Planned(method, re.compile(path), times, kind=Fault(kind), wait=wait))

    def before(self, method: str, path: str, act: Callable[[], object], *, times: int = 1) -> None:
        """Do something just before the next request that matches is served: a push between look and post."""
        self._desk.plans.append(Planned(method, re.compile(path), times, act=act))

    def requests(self, method: str = "*", path: str = "") -> tuple[Logged, ...]:
        """The requests to the API and for archives so far, git's left out."""
        return tuple(entry for entry in self._desk.log if not entry.git and method in ("*", entry.method) and re.search(path, entry.path))

    def git_requests(self) -> tuple[Logged, ...]:
        """The requests of git clients so far."""
        return tuple(entry for entry in self._desk.log if entry.git)

    @property
    def plans(self) -> tuple[Planned, ...]:
        """What was planned and how often it is still to happen."""
        return tuple(self._desk.plans)

    @property
    def failures(self) -> list[str]:
        """What broke inside the forge: always a mistake of a test or of the forge, never of who asked."""
        return self._desk.failures

    def forget(self) -> None:
        """Empty the log, and drop the faults that have not happened."""
        self._desk.log.clear()
        self._desk.plans.clear()
