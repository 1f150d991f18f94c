"""The fault matrix: every call of an evaluation, each way it can fail, and what must come of it; ``python -m tests.action.faults`` prints it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
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
    """What must come of a cell: the verdict, the check run, how many comments are ours, what is said of publishing, and outcomes of rules.

    How many annotations the check run has is looked at where they are not null.
    """

    verdict: str
    check: str | None
    comments: int = 1
    notes: tuple[str, ...] = ()
    rules: Mapping[str, str] = field(default_factory=dict)
    annotations: int | None = None

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
        """Only what counts can count wrongly; git only reads, so whether the server acted makes no difference to a silence."""
        if self.place in {REFS, GIT} and column.kind is Fault.TIMEOUT_AFTER:
            return False
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
GRAPHQL: Final = ("POST", r"/graphql$")
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


def _unknown(*rules: str) -> Expect:
    return Expect("incomplete", "action_required", rules=dict.fromkeys(rules, "unknown"))


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
    Row("check runs", approved, CHECKS, _unknown("gate-tampering"), "who else sets our check is not known", counts=True, group="2"),
    Row("statuses", approved, STATUSES, _unknown("gate-tampering"), counts=True, group="1"),
    Row("reviews", approved, REVIEWS, _unknown("agent-authored-risk"), group="1"),
    Row("the last change of the base", approved, GRAPHQL, _unknown("agent-authored-risk"), "what an approval was of is not known", group="3"),
    Row("permission", approved, PERMISSION, _unknown("agent-authored-risk"), "404: nobody with a role here, so no approval",
        but={"404": Expect("fail", "failure", rules={"agent-authored-risk": "fail"})}, group="2"),
    Row("linked issue", approved, ISSUE, _unknown("missing-evidence"), "404: there is no such issue, which is a finding",
        but={"404": Expect("fail", "failure", rules={"missing-evidence": "fail"})}, group="1"),
    Row("git: refs", approved, REFS, _UNSEEN, "git shows no headers: any 403 is final", but=_REFUSED, round="b"),
    Row("git: ls-remote", approved, GIT, _UNSEEN, "the same", but=_REFUSED),
    Row("git: history", approved, GIT, _UNSEEN, "the same", skip=1, but=_REFUSED, round="c"),
    Row("git: files", approved, GIT, _UNSEEN, "the same", skip=2, but=_REFUSED, round="d"),
    Row("git: traces", approved, GIT, _UNSEEN, "for good, asking for the tips again fails as well; once, no other rule is touched", skip=3,
        round="e"),
    Row("artifacts", approved, ARTIFACTS, _BOTH_COVERAGES, "where the list is not whole, each run is asked", counts=True, but=_ANY_TOTAL,
        group="1"),
    Row("runs of the head", approved, RUNS, _unknown("uncovered-change"), after=(ARTIFACTS, Fault.TOTAL), counts=True, group="3", round="b"),
    Row("artifacts of a run", approved, OF_RUN, _unknown("uncovered-change"), after=(ARTIFACTS, Fault.TOTAL), counts=True, group="4",
        round="c"),
    Row("run", approved, RUN, _BOTH_COVERAGES, group="2"),
    Row("where an archive is", approved, ZIP, _BOTH_COVERAGES, "a redirect has no body", but={"half for good": SAME}, group="4"),
    Row("archive", approved, ARCHIVE, _BOTH_COVERAGES, "a whole answer with another digest is final",
        but={"half a body": _unknown("uncovered-change")}, group="3", round="b"),
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
    Row("check runs again", approved, CHECKS, Expect("pass", "action_required", notes=("Whether the same commit",)),
        "which other pull request has this commit, and how it ended, is not known", after=(COMMENT, None), counts=True),
    Row("other pull with the commit", shared, PULL, Expect("pass", "failure", notes=("The same commit is in pull request",)),
        "it failed and may be open: the worse stands", after=(COMMENT, None), counts=True, but=_ANY_TOTAL),
    # Publishing: verdict and exit stand, and what is not published is said.
    Row("comment create", approved, COMMENT, Expect("pass", "success", 0, (_NO_COMMENT,)), "half an answer is one that is looked for",
        but=_HALF_TOLD, group="4"),
    Row("comments after it", approved, COMMENTS, SAME, "it looks for a second one of another run, which the next run finds as well",
        after=(COMMENT, None), group="2"),
    Row("comments before it is sent again", approved, COMMENTS, Expect("pass", "success", 1, (_NO_COMMENT,)),
        "whether it was posted is not known: not again", after=(COMMENT, Fault.CUT_AFTER), group="3", round="b"),
    Row("check create", approved, CHECK, Expect("pass", None, notes=(_NO_CHECK,)), "a check that is not there does not pass",
        but=_HALF_TOLD, group="4"),
    Row("check runs before it is sent again", approved, CHECKS, Expect("pass", "success", notes=(_NO_CHECK,)),
        "whether it was written is not known: not again", after=(CHECK, Fault.CUT_AFTER), counts=True, group="3", round="b"),
    Row("check create, many findings", failing, CHECK, Expect("fail", None, notes=(_NO_CHECK,)), but=_HALF_TOLD, group="7"),
    Row("queue: check create", queued, CHECK, Expect("pass", None, 0, (_NO_CHECK,)), "a check that is not there does not pass", but=_HALF_TOLD),
    Row("comment edit", failing, EDIT, _EDIT_LOST, "two were left there before; the next run makes them one", group="7"),
    Row("comments after a failed edit", failing, COMMENTS, _EDIT_LOST, "it may be there still: no other is created", group="8",
        after=(EDIT, Fault.FORBIDDEN), but=dict.fromkeys(BY_NAME, _EDIT_LOST), round="c"),
    Row("comment delete", failing, DELETE, _DELETE_LOST, "one of two goes with the next run; it has no body", but=_HALF_TOLD),
    Row("comment after a failed delete", failing, ONE_COMMENT, _DELETE_LOST, "404: it is gone", group="9",
        after=(DELETE, Fault.FORBIDDEN), but=dict.fromkeys(BY_NAME, _DELETE_LOST) | {"404": Expect("fail", "failure", 2)}, round="d"),
    Row("annotations appended", failing, APPEND, Expect("fail", "failure", notes=(_NO_ANNOTATIONS,)), "the first 50 are there",
        but=_HALF_TOLD, group="8"),
    Row("check run before they are sent again", failing, ONE_CHECK, Expect("fail", "failure", notes=(_NO_ANNOTATIONS,)),
        "whether they were added is not known: not again", after=(APPEND, Fault.CUT_AFTER), group="9", round="b"),
)  # fmt: skip


_ORDER: Final = ("pass", "warn", "incomplete", "fail")
_WORSE: Final = ("success", "neutral", "action_required", "failure")


def together(expected: Sequence[Expect | None], usual: Expect) -> Expect:
    """What must come of several calls failing in one run, each as it is expected to."""
    all_ = [each or usual for each in expected]
    return Expect(
        max((each.verdict for each in all_), key=_ORDER.index),
        None if any(each.check is None for each in all_) else max((each.check or "" for each in all_), key=_WORSE.index),
        next((each.comments for each in all_ if each.comments != usual.comments), usual.comments),
        tuple(note for each in all_ for note in each.notes),
        {rule: outcome for each in all_ for rule, outcome in each.rules.items()},
        usual.annotations if all(each is usual for each in all_) else None,
    )


USUAL: Final = {
    "approved": Expect("pass", "success", annotations=0),
    "queued": Expect("pass", "success", 0, annotations=0),
    "failing": Expect("fail", "failure", annotations=120),
}
"""What comes of a scene without a fault."""


def broken(expected: Expect, found: Result) -> Iterator[str]:
    """The promises that a run did not keep."""
    if found.crash:
        yield f"a traceback: {found.crash}"
        return
    if found.check == "success" and found.verdict != "pass":
        yield f"verdict {found.verdict}, and check success"
    if len(found.checks) > 1:
        yield f"{len(found.checks)} check runs of one run"
    for what, have, want in (
        ("verdict", found.verdict, expected.verdict),
        ("exit", found.code, expected.code),
        ("check", found.check, expected.check),
        ("comments", found.comments, expected.comments),
        ("something said of publishing", found.notes, bool(expected.notes)),
        ("annotations", found.annotations if expected.annotations is not None else None, expected.annotations),
        *((rule, found.rules.get(rule), outcome) for rule, outcome in expected.rules.items()),
    ):
        if have != want:
            yield f"{what}: {have}, not {want}"
    yield from (f"not said: {note}" for note in expected.notes if note not in found.log or note not in found.summary)


def cell(scene: Scene, plan: Sequence[tuple[Row, Sequence[Column]]], *, again: bool) -> tuple[Result, list[str]]:
    """Let calls of a scene fail in one run, each call as its columns say, one after the other: what came of it, and the promises not kept.

    With ``again`` the next run without a fault must come to what it always comes to.
    """
    scene.forget()
    forge = scene.bench.forge
    scene.bench.local = not any(row.place in {REFS, GIT} for row, _ in plan)
    columns = [column for _, each in plan for column in each]
    for row, each in plan:
        row.plan(forge, each)
    several = max(len(each) for _, each in plan) > 1
    found = scene.act(HASTY if any(column.silent for column in columns) else PATIENT if several else BUDGET)
    wanted = Counter((*row.place, column.kind) for row, each in plan for column in each)
    done = Counter((one.method, one.target.pattern, one.kind) for one in forge.plans if one.kind and one.left in DONE)
    faults = [f"{kind} was not met by {method} {path}" for method, path, kind in wanted - done]
    faults += unknown_calls(forge)
    faults += broken(together([row.expected(each[0]) for row, each in plan], USUAL[scene.name]), found)
    if again:
        forge.forget()
        faults += [f"the next run: {fault}" for fault in broken(USUAL[scene.name], scene.act())]
    return found, faults


def unknown_calls(forge: Forge) -> list[str]:
    """Requests of the last run that no row is about."""
    asked = {(entry.method, entry.path) for entry in (*forge.requests(), *forge.git_requests())}
    places = {row.place for row in ROWS}
    return [
        f"no row has {call}" for call in sorted(asked) if not any(call[0] == method and re.search(path, call[1]) for method, path in places)
    ]


def _table() -> int:
    """Print each cell by itself as it is run; how many promises were not kept."""
    faults: list[str] = []
    print(f"{'':38}" + "".join(f"{number:>7}" for number in range(1, len(COLUMNS) + 1)))
    with Forge.start() as forge:
        for row in ROWS:
            forge.reset()
            with TemporaryDirectory(prefix="faults-") as place:
                scene = row.scene(forge, Path(place))
                print(f"{row.name:38}", end="", flush=True)
                for column in COLUMNS:
                    word = "-"
                    if row.applies(column):
                        found, bad = cell(scene, [(row, [column])], again=True)
                        faults += [f"{row.name}, {column.name}: {fault}" for fault in bad]
                        word = "BAD" if bad else _word(found, USUAL[scene.name])
                    print(f"{word:>7}", end="", flush=True)
                print()
    print(_LEGEND)
    print("".join(f"{number:>4}  {column.name}\n" for number, column in enumerate(COLUMNS, 1)))
    print("".join(f"{row.name}: {row.why}\n" for row in ROWS if row.why))
    print("".join(f"{fault}\n" for fault in faults) or "Every promise was kept, also by the next run without a fault.")
    return len(faults)


_LEGEND: Final = """
=     the same as without a fault                    -     cannot be
pass, fail, inc(omplete)   something differs, and the verdict is this
!     the check run shows worse than the verdict     *     log and summary say what could not be published
"""


def _word(found: Result, usual: Expect) -> str:
    same = (found.verdict, found.check, found.comments) == (usual.verdict, usual.check, usual.comments) and not found.notes
    worse = found.verdict == "pass" and found.check not in {"success", None}
    return "=" if same else found.verdict.replace("incomplete", "inc") + "!" * worse + "*" * found.notes


if __name__ == "__main__":
    raise SystemExit(bool(_table()))
