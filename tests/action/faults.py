"""The fault matrix: every call of an evaluation, each way it can fail, and what must come of it; ``python -m tests.action.faults`` prints it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.action.bench import BUDGET
from tests.action.scenes import HASTY, PATIENT, Result, Scene, approved, commanded, failing, queued, reviewed, shared, tested
from tests.forge.faults import Fault
from tests.forge.forge import Forge

ALWAYS: Final = 1_000
DONE: Final = frozenset({0, *range(ALWAYS // 2, ALWAYS)})
"""What is left of the times of a fault that happened as often as it was to."""


@dataclass(frozen=True)
class Column:
    """One way to fail, by so many requests. ``heals``: the next try can succeed; ``wait`` in seconds is what a limit asks for."""

    name: str
    kind: Fault
    times: int
    heals: bool
    wait: int = 1

    @property
    def silent(self) -> bool:
        """Whether the client waits until its patience ends."""
        return self.kind in {Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER}


COLUMNS: Final = (
    Column("500 for good", Fault.SERVER_ERROR, ALWAYS, heals=False),
    Column("502 twice", Fault.BAD_GATEWAY, 2, heals=True),
    Column("secondary limit", Fault.SECONDARY, 1, heals=True),
    Column("429", Fault.TOO_MANY, 1, heals=True),
    Column("limit for 1 s", Fault.PRIMARY, 1, heals=True),
    Column("limit for 1 h", Fault.PRIMARY, ALWAYS, heals=False, wait=3600),
    Column("403", Fault.FORBIDDEN, ALWAYS, heals=False),
    Column("404", Fault.NOT_FOUND, ALWAYS, heals=False),
    Column("422", Fault.INVALID, ALWAYS, heals=False),
    Column("time-out before", Fault.TIMEOUT_BEFORE, 1, heals=True),
    Column("time-out after", Fault.TIMEOUT_AFTER, 1, heals=True),
    Column("cut before", Fault.CUT_BEFORE, 1, heals=True),
    Column("cut after", Fault.CUT_AFTER, 1, heals=True),
    Column("cut short", Fault.CUT_SHORT, 1, heals=True),
    Column("half a body", Fault.TRUNCATED, 1, heals=True),
    Column("half for good", Fault.TRUNCATED, ALWAYS, heals=False),
    Column("other total", Fault.TOTAL, 1, heals=True),
    Column("total for good", Fault.TOTAL, ALWAYS, heals=False),
)
BY_NAME: Final = {column.name: column for column in COLUMNS}


@dataclass(frozen=True)
class Expect:
    """What must come of a cell: the verdict, the check run, how many comments are ours, what is said of publishing, and outcomes of rules."""

    verdict: str
    check: str | None
    comments: int = 1
    notes: tuple[str, ...] = ()
    rules: Mapping[str, str] = field(default_factory=dict)

    @property
    def code(self) -> int:
        """The exit code that goes with the verdict."""
        return int(self.verdict in {"fail", "incomplete"})


SAME: Final = None
"""As without the fault."""
Place = tuple[str, str]
"""A verb, and a pattern for path and query."""


@dataclass(frozen=True)
class Row:
    """One call. ``lost`` is what comes of a fault for good, ``but`` of single columns; ``why`` is the reason, where it is not plain.

    ``after`` is a request that comes first, and how it fails if it must; ``skip`` leaves out the first that look alike. ``counts``: it tells
    a total. Calls of one ``group`` may fail for good in one run and still be told apart, calls of one ``round`` may heal in one.
    """

    name: str
    scene: Callable[[Forge, Path], Scene]
    place: Place
    lost: Expect | None
    why: str = ""
    after: tuple[Place, Fault | None] | None = None
    skip: int = 0
    but: Mapping[str, Expect | None] = field(default_factory=dict)
    counts: bool = False
    group: str = ""
    round: str = "a"

    def applies(self, column: Column) -> bool:
        """Only what counts can count wrongly."""
        return self.counts or column.kind is not Fault.TOTAL

    def expected(self, column: Column) -> Expect | None:
        """What must come of this call failing so."""
        return self.but.get(column.name, SAME if column.heals else self.lost)

    def plan(self, forge: Forge, columns: Sequence[Column]) -> None:
        """Let this call fail so, one way after the other."""

        def fail() -> None:
            for column in columns:
                forge.fault(*self.place, column.kind, times=column.times, wait=column.wait)

        def skip(left: int) -> None:
            forge.before(*self.place, lambda: skip(left - 1)) if left else fail()

        if self.after is None:
            skip(self.skip)
            return
        place, kind = self.after
        if kind is not None:
            forge.fault(*place, kind)
        forge.before(*place, lambda: skip(self.skip))


COMPARE: Final = ("GET", r"/compare/")
COMMENTS: Final = ("GET", r"/issues/\d+/comments")
CHECKS: Final = ("GET", r"/commits/\w+/check-runs")
STATUSES: Final = ("GET", r"/commits/\w+/status\?")
REVIEWS: Final = ("GET", r"/pulls/\d+/reviews")
PERMISSION: Final = ("GET", r"/collaborators/")
ISSUE: Final = ("GET", r"/issues/\d+$")
REFS: Final = ("GET", r"\.git/info/refs")
GIT: Final = ("POST", r"\.git/git-upload-pack$")
ARTIFACTS: Final = ("GET", r"/actions/artifacts\?")
RUNS: Final = ("GET", r"/actions/runs\?")
OF_RUN: Final = ("GET", r"/actions/runs/\d+/artifacts")
RUN: Final = ("GET", r"/actions/runs/\d+$")
ZIP: Final = ("GET", r"/actions/artifacts/\d+/zip$")
ARCHIVE: Final = ("GET", r"^/\d+-\d+\.zip")
PULL: Final = ("GET", r"/pulls/\d+$")
PULLS: Final = ("GET", r"/pulls\?")
COMMENT: Final = ("POST", r"/issues/\d+/comments$")
EDIT: Final = ("PATCH", r"/issues/comments/\d+$")
DELETE: Final = ("DELETE", r"/issues/comments/\d+$")
ONE_COMMENT: Final = ("GET", r"/issues/comments/\d+$")
CHECK: Final = ("POST", r"/check-runs$")
APPEND: Final = ("PATCH", r"/check-runs/\d+$")
ONE_CHECK: Final = ("GET", r"/check-runs/\d+$")


def _unknown(*rules: str, notes: tuple[str, ...] = ()) -> Expect:
    return Expect("incomplete", "action_required", notes=notes, rules=dict.fromkeys(rules, "unknown"))


_UNSEEN: Final = Expect("incomplete", "action_required")
_UNREAD: Final = Expect("incomplete", "action_required", 0)
_BOTH_COVERAGES: Final = _unknown("uncovered-change", "lost-coverage")
_ANY_TOTAL: Final = {"other total": SAME, "total for good": SAME}
_MORE_COMMENTS: Final = {"total for good": Expect("pass", "success", 0, ("No comment was posted",))}
_HALF_TOLD: Final = {"half for good": SAME}
_REFUSED: Final = {"secondary limit": _UNSEEN, "limit for 1 s": _UNSEEN}
_REFUSED_QUEUE: Final = {"secondary limit": _UNREAD, "limit for 1 s": _UNREAD}
_NO_COMMENT: Final = "The comment could not be posted"
_NO_CHECK: Final = "The check run could not be written"
_NO_ANNOTATIONS: Final = "The check run stands without"
_SPARE: Final = "A second comment of ours could not be deleted"
_EDIT_LOST: Final = Expect("fail", "failure", 2, (_NO_COMMENT,))
_DELETE_LOST: Final = Expect("fail", "failure", 2, (_SPARE,))
_TOTALS: Final = "no verdict rests on these totals"

ROWS: Final = (
    # What the verdict rests on.
    Row("compare", approved, COMPARE, _UNSEEN, counts=True),
    Row("comments", approved, COMMENTS, Expect("pass", "success", 0, ("No comment was posted",)),
        "what they say can only speak for the change; where no earlier one is looked for, none is posted", group="1"),
    Row("check runs", approved, CHECKS, _unknown("gate-tampering", notes=("Whether the same commit",)),
        "who else sets our check and which other pull request has this commit is not known", counts=True, group="2"),
    Row("statuses", approved, STATUSES, _unknown("gate-tampering"), counts=True, group="1"),
    Row("reviews", approved, REVIEWS, _unknown("agent-authored-risk"), group="1"),
    Row("permission", approved, PERMISSION, _unknown("agent-authored-risk"), "404: nobody with a role here, so no approval",
        but={"404": Expect("fail", "failure", rules={"agent-authored-risk": "fail"})}, group="2"),
    Row("linked issue", approved, ISSUE, _unknown("missing-evidence"), "404: there is no such issue, which is a finding",
        but={"404": Expect("fail", "failure", rules={"missing-evidence": "fail"})}, group="1"),
    Row("git: refs", approved, REFS, _UNSEEN, "git shows no headers: any 403 is final", but=_REFUSED, round="b"),
    Row("git: ls-remote", approved, GIT, _UNSEEN, "the same", but=_REFUSED),
    Row("git: history", approved, GIT, _UNSEEN, "the same", skip=1, but=_REFUSED, round="c"),
    Row("git: files", approved, GIT, _UNSEEN, "the same", skip=2, but=_REFUSED, round="d"),
    Row("artifacts", approved, ARTIFACTS, _BOTH_COVERAGES, "where the list is not whole, each run is asked", counts=True, but=_ANY_TOTAL,
        group="1"),
    Row("runs of the head", approved, RUNS, _unknown("uncovered-change"), after=(ARTIFACTS, Fault.TOTAL), counts=True, group="5", round="b"),
    Row("artifacts of a run", approved, OF_RUN, _unknown("uncovered-change"), after=(ARTIFACTS, Fault.TOTAL), counts=True, group="6",
        round="c"),
    Row("run", approved, RUN, _BOTH_COVERAGES, group="2"),
    Row("where an archive is", approved, ZIP, _BOTH_COVERAGES, "a redirect has no body", but={"half for good": SAME}, group="3"),
    Row("archive", approved, ARCHIVE, _BOTH_COVERAGES, "a whole answer with another digest is final",
        but={"half a body": _unknown("uncovered-change")}, group="4", round="b"),
    Row("look again", approved, PULL, _UNSEEN, _TOTALS, counts=True, but=_ANY_TOTAL),
    Row("git: tips again", approved, GIT, _UNSEEN, "git shows no headers: any 403 is final", after=(PULL, None), but=_REFUSED),
    Row("pull, by comment", commanded, PULL, Expect("incomplete", None, 0), "the event names no head: only the job's end says it",
        counts=True, but=_MORE_COMMENTS),
    Row("pull, by review", reviewed, PULL, _UNREAD, "the event names the head; it counts comments that are not listed", counts=True,
        but=_MORE_COMMENTS),
    Row("pulls, by run", tested, PULLS, _UNREAD, "the event names the head"),
    Row("pull, by run", tested, PULL, _UNREAD, "the same", counts=True, but=_MORE_COMMENTS),
    Row("queue: compare", queued, COMPARE, _UNREAD, counts=True),
    Row("queue: git", queued, GIT, _UNREAD, "any 403 is final", but=_REFUSED_QUEUE),
    Row("queue: pull", queued, PULL, _UNREAD, _TOTALS, counts=True, but=_ANY_TOTAL),
    Row("queue: compare its head", queued, COMPARE, _UNREAD, after=(PULL, None), counts=True),
    Row("other pull with the commit", shared, PULL, Expect("pass", "failure", notes=("The same commit is in pull request",)),
        "it failed and may be open: the worse stands", after=(COMMENT, None), counts=True, but=_ANY_TOTAL),
    # Publishing: verdict and exit stand, and what is not published is said.
    Row("comment create", approved, COMMENT, Expect("pass", "success", 0, (_NO_COMMENT,)), "half an answer is one that is looked for",
        but=_HALF_TOLD, group="3"),
    Row("comments after it", approved, COMMENTS, SAME, "it looks for a second one of another run, which the next run finds as well",
        after=(COMMENT, None), group="2"),
    Row("comments before it is sent again", approved, COMMENTS, Expect("pass", "success", 1, (_NO_COMMENT,)),
        "whether it was posted is not known: not again", after=(COMMENT, Fault.CUT_AFTER), group="4", round="b"),
    Row("check create", approved, CHECK, Expect("pass", None, notes=(_NO_CHECK,)), "a check that is not there does not pass",
        but=_HALF_TOLD, group="3"),
    Row("check runs before it is sent again", approved, CHECKS, Expect("pass", "success", notes=(_NO_CHECK,)),
        "whether it was written is not known: not again", after=(CHECK, Fault.CUT_AFTER), counts=True, group="4", round="b"),
    Row("check create, many findings", failing, CHECK, Expect("fail", None, notes=(_NO_CHECK,)), but=_HALF_TOLD, group="7"),
    Row("queue: check create", queued, CHECK, Expect("pass", None, 0, (_NO_CHECK,)), "a check that is not there does not pass", but=_HALF_TOLD),
    Row("comment edit", failing, EDIT, _EDIT_LOST, "two were left there before; the next run makes them one", group="7"),
    Row("comments after a failed edit", failing, COMMENTS, _EDIT_LOST, "it may be there still: no other is created", group="8",
        after=(EDIT, Fault.FORBIDDEN), but=dict.fromkeys(BY_NAME, _EDIT_LOST), round="c"),
    Row("comment delete", failing, DELETE, _DELETE_LOST, "one of two goes with the next run"),
    Row("comment after a failed delete", failing, ONE_COMMENT, _DELETE_LOST, "404: it is gone", group="9",
        after=(DELETE, Fault.FORBIDDEN), but=dict.fromkeys(BY_NAME, _DELETE_LOST) | {"404": Expect("fail", "failure", 2)}, round="d"),
    Row("annotations appended", failing, APPEND, Expect("fail", "failure", notes=(_NO_ANNOTATIONS,)), "the first 50 are there", group="8"),
    Row("check run before they are sent again", failing, ONE_CHECK, Expect("fail", "failure", notes=(_NO_ANNOTATIONS,)),
        "whether they were added is not known: not again", after=(APPEND, Fault.CUT_AFTER), group="9", round="b"),
)  # fmt: skip


def together(expected: Sequence[Expect | None], usual: Expect) -> Expect:
    """What must come of several calls failing in one run, each as it is expected to."""
    all_ = [each or usual for each in expected]
    return Expect(
        max((each.verdict for each in all_), key=_ORDER.index),
        None if any(each.check is None for each in all_) else max((each.check or "" for each in all_), key=_WORSE.index),
        next((each.comments for each in all_ if each.comments != usual.comments), usual.comments),
        tuple(note for each in all_ for note in each.notes),
        {rule: outcome for each in all_ for rule, outcome in each.rules.items()},
    )


_ORDER: Final = ("pass", "warn", "incomplete", "fail")
_WORSE: Final = ("success", "neutral", "action_required", "failure")


def broken(expected: Expect, found: Result) -> Iterator[str]:
    """The promises that a run did not keep."""
    if found.crash:
        yield f"a traceback: {found.crash}"
        return
    if found.check == "success" and found.verdict != "pass":
        yield f"verdict {found.verdict}, and check success"
    for what, have, want in (
        ("verdict", found.verdict, expected.verdict),
        ("exit", found.code, expected.code),
        ("check", found.check, expected.check),
        ("comments", found.comments, expected.comments),
        ("something said of publishing", found.notes, bool(expected.notes)),
        *((rule, found.rules.get(rule), outcome) for rule, outcome in expected.rules.items()),
    ):
        if have != want:
            yield f"{what}: {have}, not {want}"
    yield from (f"not said: {note}" for note in expected.notes if note not in found.log or note not in found.summary)


def usual_of(scene: Scene) -> Expect:
    """What comes of a scene without a fault."""
    scene.forget()
    found = scene.act()
    assert not found.crash, found.crash
    return Expect(found.verdict, found.check, found.comments)


def cell(scene: Scene, rows: Sequence[Row], columns: Sequence[Column], usual: Expect, *, again: bool) -> tuple[Result, list[str]]:
    """Let these calls fail so in one run: what came of it, and each promise that was not kept, with ``again`` also by the next run."""
    scene.forget()
    forge, kinds = scene.bench.forge, {column.kind for column in columns}
    for row in rows:
        row.plan(forge, columns)
    found = scene.act(HASTY if any(column.silent for column in columns) else BUDGET if len(columns) == 1 else PATIENT)
    done = Counter((plan.method, plan.target.pattern) for plan in forge.plans if plan.kind in kinds and plan.left in DONE)
    wanted = Counter({place: len(columns) * count for place, count in Counter(row.place for row in rows).items()})
    faults = [f"{method} {path} did not fail so" for method, path in wanted - done]
    faults += broken(together([row.expected(columns[0]) for row in rows], usual), found)
    if again:
        forge.forget()
        faults += [f"the next run: {fault}" for fault in broken(usual, scene.act())]
    return found, faults
