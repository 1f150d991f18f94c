"""What an agent changed without reading, or read before the base changed it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from prgate.gather.base import gather_moved
from prgate.git import open_repository
from prgate.model.diff import Diff, Status
from prgate.model.missing import Missing, Why
from prgate.model.paths import FileClass
from prgate.model.reconciliation import FileAccount, Mention
from prgate.model.trace import EventKind, Permit, Trace, TraceEvent, Writes
from prgate.request import Range
from prgate.rules.stale_context import RULE
from tests.diffs import diff_of
from tests.repositories import Repo
from tests.rules.traced import beside_an_unread_one, event, evidence, file, judged, ran, trace, until_unknown

PATH = b"src/pay.py"
PROMPT = event(EventKind.PROMPT, 1)
LOOK = event(EventKind.TOOL_CALL, 2, b"other.py", reads=True)
EDIT = event(EventKind.EDIT, 9, PATH)


def told(*events: TraceEvent, others: tuple[Trace, ...] = (), **fields: Any) -> list[tuple[str, bool]]:
    """Message and certainty of each finding about the one file, where every event of the first trace with its path names it."""
    first = trace(*events)
    traces = (first, *others)
    mentions = tuple(
        Mention(number, index)
        for number, one in enumerate(traces, 1)
        for index, step in enumerate(one.events)
        if step.path == PATH or (step.command is not None and "names" in step.command.programs)
    )
    given = evidence(file(**fields), traces=traces, accounts={PATH: FileAccount(mentions=mentions)})
    return [(finding.message, finding.certain) for finding in judged(RULE, given)[0]]


SEEN = "The trace shows an edit of this file and no look at it before (`session.jsonl`, record 9)"


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([PROMPT, LOOK, EDIT], [(SEEN, True)]),
        ([PROMPT, EDIT, LOOK], [(SEEN, True)]),
        ([PROMPT, LOOK, event(EventKind.EDIT, 3, PATH, ok=False), EDIT], []),
        ([PROMPT, LOOK, event(EventKind.TOOL_CALL, 3, PATH, reads=True), EDIT], []),
        ([PROMPT, LOOK, ran(3, "names"), EDIT], []),
        ([PROMPT, LOOK, ran(9, "names"), EDIT], [(SEEN + "; an earlier step may have shown it", False)]),
        ([PROMPT, LOOK, ran(3, "make"), EDIT], [(SEEN + "; an earlier step may have shown it", False)]),
        ([PROMPT, LOOK, event(EventKind.SUBAGENT, 3), EDIT], [(SEEN + "; an earlier step may have shown it", False)]),
        ([PROMPT, LOOK, event(EventKind.TOOL_CALL, 3), EDIT], [(SEEN + "; an earlier step may have shown it", False)]),
        ([PROMPT, LOOK, event(EventKind.MESSAGE, 3), EDIT], [(SEEN, True)]),
        ([LOOK, EDIT], [(SEEN + "; the session goes on from an earlier one", False)]),
        ([event(EventKind.APPROVAL, 1, name=Permit.ASKS), PROMPT, LOOK, EDIT], [(SEEN, True)]),
        ([event(EventKind.APPROVAL, 1, name=Permit.ASKS), LOOK, EDIT], [(SEEN + "; the session goes on from an earlier one", False)]),
        ([PROMPT, EDIT], []),
        ([PROMPT, EDIT, ran(10, "ls", writes=Writes.NOTHING)], []),
        ([PROMPT, LOOK, event(EventKind.EDIT, 9, PATH, ok=False)], []),
        ([PROMPT, LOOK], []),
    ],
)
def test_an_edit_of_a_file_that_nothing_showed_is_told(events: list[TraceEvent], expected: list[tuple[str, bool]]) -> None:
    assert expected == told(*events)


def test_another_session_that_names_the_file_may_have_read_it() -> None:
    assert not told(PROMPT, LOOK, EDIT, others=(trace(event(EventKind.TOOL_CALL, 3, PATH, reads=True)),))


def test_files_that_the_base_lacks_or_that_nobody_writes_by_hand_are_left_out() -> None:
    assert not told(PROMPT, LOOK, EDIT, old_path=None, status=Status.ADDED)
    assert not told(PROMPT, LOOK, EDIT, file_class=FileClass.LOCK)


def test_a_file_that_the_base_changed_is_told_once_and_the_rest_is_counted() -> None:
    paths = [b"a.py", b"b.py", b"c.py"]
    edits = [event(EventKind.EDIT, 9, path) for path in paths]
    accounts = {path: FileAccount(mentions=(Mention(1, index + 2),)) for index, path in enumerate(paths)}
    given = evidence(*map(file, paths), traces=(trace(PROMPT, LOOK, *edits),), accounts=accounts, moved=frozenset({b"a.py", b"b.py"}))
    findings, looked = judged(RULE, given, most=2)
    assert [b"a.py", b"b.py"] == [finding.path for finding in findings]
    assert all(finding.certain and finding.message.startswith("The base has changed this file") for finding in findings)
    assert looked == "3 files of the base edited in 1 trace, 3 of them stale"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


@pytest.fixture
def parted(repo: Repo) -> tuple[Repo, str, str, str]:
    """Merge base, base and head of two branches."""
    for name in ("kept.py", "both.py", "dir/gone.py", "moved.py"):
        repo.write(name, name.encode() * 40)
    start = repo.commit("start")
    repo.branch("change")
    for name in ("kept.py", "both.py", "dir/gone.py"):
        repo.write(name, name.encode() * 40 + b"changed\n")
    repo.move("moved.py", "named.py")
    head = repo.commit("change")
    repo.checkout("main")
    repo.write("both.py", b"meanwhile\n")
    repo.write("moved.py", b"meanwhile\n")
    repo.write("fresh.py", b"meanwhile\n")
    repo.remove("dir/gone.py")
    return repo, start, repo.commit("meanwhile"), head


def test_only_changed_files_that_the_base_changed_too_have_moved(parted: tuple[Repo, str, str, str]) -> None:
    repo, start, base, head = parted
    diff, _ = diff_of(repo, start, head)
    with open_repository(repo.path) as repository:
        assert frozenset({b"both.py", b"moved.py", b"dir/gone.py"}) == gather_moved(Range(repository, base, head, start), diff)
        assert not gather_moved(Range(repository, start, head, start), diff)


def test_what_became_of_the_base_is_missing_where_it_cannot_be_told(parted: tuple[Repo, str, str, str]) -> None:
    repo, start, base, head = parted
    diff, _ = diff_of(repo, start, head)
    missing = Missing(Why.FAILED, "no merge base", "Fetch it.")
    repo.damage(repo.git("rev-parse", f"{base}^{{tree}}").decode().strip())
    with open_repository(repo.path) as repository:
        assert missing == gather_moved(Range(repository, base, head, start), missing)
        assert missing == gather_moved(Range(repository, base, head, missing), diff)
        lost = gather_moved(Range(repository, base, head, start), diff)
    assert isinstance(lost, Missing)
    assert lost.why is Why.UNREADABLE
    none = gather_moved(None, Diff(()))
    assert isinstance(none, Missing)
    assert none.why is Why.ABSENT


def test_more_paths_than_the_limit_are_over_it(parted: tuple[Repo, str, str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    repo, start, base, head = parted
    diff, _ = diff_of(repo, start, head)
    monkeypatch.setattr("prgate.git.objects._PATHS_BYTES", 5)
    with open_repository(repo.path) as repository:
        lost = gather_moved(Range(repository, base, head, start), diff)
    assert isinstance(lost, Missing)
    assert lost.why is Why.OVER_LIMIT


def test_beside_a_trace_that_could_not_be_read_nothing_is_clear_and_nothing_certain() -> None:
    for events, expected in (
        ([PROMPT, LOOK], []),
        ([PROMPT, LOOK, EDIT], [(SEEN + "; a trace that could not be read may show one", False)]),
    ):
        mentions = tuple(Mention(1, index) for index, step in enumerate(events) if step.path == PATH)
        given = evidence(file(), traces=(trace(*events),), accounts={PATH: FileAccount(mentions=mentions)})
        found = until_unknown(RULE, beside_an_unread_one(given))
        assert expected == [(finding.message, finding.certain) for finding in found]
