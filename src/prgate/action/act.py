"""From the event to the exit: look, judge, look again, publish."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from prgate.action.evaluate import Evaluation, Run, ask_again, evaluate, unreachable
from prgate.action.publish import publish, publish_entry, report_end
from prgate.action.queue import judge_entry
from prgate.action.result import Done, Published, Result
from prgate.action.settings import Settings
from prgate.errors import FormatError, PrgateError
from prgate.git.remote import FetchLimits
from prgate.github.events import Nothing, OnPull, OnQueue, OnRun, Target, target_of
from prgate.github.pulls import Pull, open_pulls_of, read_pull
from prgate.github.session import Budget, Session
from prgate.model.missing import Missing, Why
from prgate.render.mishap import Mishap, MishapKind

ROUNDS: Final = 3
"""Times that one run judges a pull request that changes while it is judged."""
_PAYLOAD_BYTES: Final = 32 * 1024 * 1024
_BUDGET: Final = Budget()
_LIMITS: Final = FetchLimits(process_seconds=180, seconds=240)
"""Well within the job's ten minutes, so that what took too long is said."""


def act(
    settings: Settings,
    *,
    at: str,
    sleep: Callable[[float], None] = time.sleep,
    budget: Budget = _BUDGET,
    limits: FetchLimits = _LIMITS,
) -> Done:
    """Judge and publish what the event asks for. Raises ``PrgateError`` for what the workflow's author must mend.

    ``budget`` bounds the talk with the API, ``limits`` what git fetches.
    """
    folder = Path(mkdtemp(prefix="prgate-", dir=settings.temp))
    run = Run(settings, Session(api=settings.api, token=settings.token, budget=budget, sleep=sleep), folder, at, sleep, limits)
    try:
        return _act(run, _target(settings))
    finally:
        run.session.close()


def _target(settings: Settings) -> Target:
    try:
        if settings.payload.stat().st_size > _PAYLOAD_BYTES:
            raise PrgateError("the event is too large", str(settings.payload), "Run the job again.")
        payload = settings.payload.read_bytes()
        return target_of(settings.event, payload, repository=settings.repository, number=settings.number)
    except (OSError, FormatError) as error:
        raise PrgateError(f"the event cannot be read: {error}", settings.event, "See which events the install page names.") from error


def _act(run: Run, target: Target) -> Done:
    session, repository = run.session, run.settings.repository
    match target:
        case Nothing(why):
            return Done((), why, run)
        case OnPull(number, told, head):
            name = f"pull request {number}"
            pull = told or read_pull(session, repository, number)
            return Done((_unread(run, name, pull, head) if isinstance(pull, Missing) else _judged(run, pull, name),), None, run)
        case OnRun(owner, branch, sha, origin):
            pulls = open_pulls_of(session, repository, owner=owner, branch=branch, sha=sha, head_repository=origin)
            if isinstance(pulls, Missing):
                return Done((_unread(run, sha[:12], pulls, sha),), None, run)
            if not pulls:
                return Done((), f"no open pull request has the head {sha[:12]} that the run was on", run)
            return Done(tuple(_judged(run, pull, f"pull request {pull.number}") for pull in pulls), None, run)
        case OnQueue():
            return Done((judge_entry(run, target),), None, run)


def _unread(run: Run, name: str, missing: Missing, head: str | None) -> Result:
    """What could not be read at all: an earlier evaluation's green must not stand on the head, where the event names it."""
    outcome = unreachable(missing)
    with run.timed("publish"):
        return Result(name, outcome, Published() if head is None else publish_entry(run, head, outcome, None))


def _judged(run: Run, pull: Pull, name: str) -> Result:
    try:
        return _settled(run, pull, name)
    except (Exception, KeyboardInterrupt) as end:
        # An earlier evaluation's green must not stand for one that crashed, was cancelled or ran out of its time (both interrupt it).
        report_end(run, pull, end)
        raise


def _settled(run: Run, pull: Pull, name: str) -> Result:
    """Judge until what was judged is what is there; a head that moved is its own event's business, and nothing is posted on the old one."""
    rounds = 0
    while True:
        rounds += 1
        evaluation = evaluate(run, pull)
        with run.timed("publish"):
            now = read_pull(run.session, run.settings.repository, pull.number)
            if isinstance(now, Missing):
                return _unseen(run, evaluation, name, now)
            if now.state != "open" or now.head_sha != pull.head_sha:
                return Result(name, evaluation.outcome, None)
            tips = ask_again(run, pull) if evaluation.tips else evaluation.tips
            if isinstance(tips, Missing):
                return _unseen(run, evaluation, name, tips)
            changed = not _same(pull, now) or tips != evaluation.tips
            if not changed and (published := publish(run, evaluation)) is not None:
                return Result(name, evaluation.outcome, published)
            if rounds == ROUNDS:
                detail = f"it changed {ROUNDS} times" if changed else "other runs held it, again and again,"
                changing = Missing(Why.STALE, f"{detail} while it was judged", "Run the job again.")
                return _unseen(run, replace(evaluation, pull=now), name, changing)
        pull = now


def _unseen(run: Run, evaluation: Evaluation, name: str, missing: Missing) -> Result:
    why = "" if missing.why is Why.STALE else "it could not be looked at again before publishing: "
    outcome = Mishap(MishapKind.UNREACHABLE, f"{why}{missing.detail}", "", missing.fix)
    return Result(name, outcome, publish(run, replace(evaluation, outcome=outcome)))


def _same(before: Pull, now: Pull) -> bool:
    """Whether nothing that the verdict rests on has changed; what was said and pushed meanwhile has its own event."""
    return replace(before, comments=0) == replace(now, comments=0)
