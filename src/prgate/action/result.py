"""What a run of the Action came to."""

from __future__ import annotations

from dataclasses import dataclass, field

from prgate.action.evaluate import Run
from prgate.model.verdict import Verdict
from prgate.render.check import Annotation
from prgate.render.mishap import Mishap


@dataclass(slots=True)
class Published:
    """What became of publishing. ``notes`` say what could not be done and what else is on the commit; ``unshown`` had no check run."""

    notes: list[str] = field(default_factory=list)
    unshown: tuple[Annotation, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What one pull request or queue entry came to. ``published`` is null where it is closed or has another head by now."""

    name: str
    outcome: Verdict | Mishap
    published: Published | None


@dataclass(frozen=True, slots=True)
class Done:
    """What the whole run came to; ``nothing`` says why there was nothing to judge."""

    results: tuple[Result, ...]
    nothing: str | None
    run: Run
