"""One ref a session: what rewrites the branch does not touch it, and no two writers meet."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from prgate.attach.keep import attached, locked, push, ref_of, remove
from prgate.attach.session import take
from prgate.errors import PrgateError
from prgate.formats.traces import read_trace
from prgate.model.lines import line_digest, unpacked
from prgate.model.trace import Session as Told
from prgate.model.trace import Trace
from tests.attach.material import ID, Place
from tests.repositories import Repo

REF = f"refs/prgate/change/{ID}"
OTHER = "99999999-1111-4222-8333-444455556666"


def keep(place: Place, id_: str = ID, text: str = "total = 1\n") -> str:
    """Attach a session of one edit, which is in the work tree."""
    place.repo.write("a.py", b"first = 1\n" + text.encode())
    path = place.transcript(place.session(id_).edits(f"{place.repo.path}/a.py", text))
    clone, branch = place.clone(), place.branch()
    taken = take(clone, branch, path)
    return clone.store(taken.ref, taken.data)


def push_it(place: Place, ref: str = REF, *, anew: bool = False) -> None:
    push(place.clone(), place.branch(), ref, anew=anew, seconds=30)


def refuse(place: Place) -> None:
    hook = place.origin.path / ".git" / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho branches only >&2\nexit 1\n", "utf-8")
    hook.chmod(0o755)


def told(id_: str | None, started: str | None = None) -> Trace:
    return Trace("t", "aider-history", (Told("aider", id=id_, started=started),), (), 1, 0)


def test_two_sessions_have_two_refs_and_one_has_one_however_often_it_is_attached(place: Place) -> None:
    keep(place)
    keep(place, OTHER)
    first = keep(place, text="total = 1\nagain = 2\n")
    assert place.here() == {REF: first, f"refs/prgate/change/{OTHER}": place.here()[f"refs/prgate/change/{OTHER}"]}
    assert len(place.here()) == 2


def test_the_same_content_is_the_same_object_and_is_not_pushed_twice(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    one = keep(place)
    monkeypatch.setenv("GIT_AUTHOR_NAME", "somebody else")
    assert keep(place) == one
    push_it(place)
    assert place.here(place.origin) == {REF: one}
    place.origin.git("update-ref", "-d", REF)
    push_it(place)
    assert place.here(place.origin) == {}
    push_it(place, anew=True)
    assert place.here(place.origin) == {REF: one}


def test_a_session_without_an_id_for_a_ref_is_known_by_its_file(place: Place) -> None:
    branch = place.branch()
    assert ref_of(branch, told(ID), "x") == REF
    names = {
        ref_of(branch, told(id_, started), at)
        for id_, started, at in [(None, None, "x"), (None, None, "y"), ("a b", None, "x"), ("../..", None, "x"), (None, "2026", "x")]
    }
    assert len(names) == 5
    assert all(name.startswith("refs/prgate/change/aider-history-") for name in names)
    assert ref_of(branch, Trace("t", "git-ai", (), (), 1, 0), "x").startswith("refs/prgate/change/git-ai-")


@pytest.mark.parametrize("rewrite", ["amend", "rebase", "squash", "reset"])
def test_whatever_rewrites_the_branch_leaves_the_session_and_its_lines_fit(place: Place, rewrite: str) -> None:
    keep(place)
    place.repo.commit("mine")
    push_it(place)
    place.repo.checkout("main")
    place.repo.write("other.py", b"other = 1\n")
    place.repo.commit("main goes on")
    place.repo.checkout("change")
    match rewrite:
        case "amend":
            place.repo.git("commit", "--quiet", "--amend", "--message=reworded")
        case "rebase":
            place.repo.git("rebase", "--quiet", "main")
        case "squash":
            place.repo.git("reset", "--quiet", "--hard", "main")
            place.repo.git("merge", "--quiet", "--squash", "ORIG_HEAD")
            place.repo.commit("squashed")
        case _:
            place.repo.git("reset", "--quiet", "--soft", "HEAD~1")
            place.repo.commit("anew")
    place.repo.git("push", "--quiet", "--force", "origin", "change")
    fresh = Repo(place.tmp / "fresh")
    fresh.git("fetch", "--quiet", str(place.origin.path), "change:change", "+refs/prgate/change/*:refs/prgate/change/*")
    trace = read_trace("t", place.attached(REF, fresh))
    added = fresh.git("show", "change:a.py").split(b"\n")[1]
    assert trace.events[0].edit is not None
    assert line_digest(added) in unpacked(trace.events[0].edit.lines)


def test_the_slower_of_two_pushes_does_not_leave_the_older_state(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    old = keep(place)
    clone = place.clone()
    real, pushed = type(clone).push, []

    def slow(self: object, remote: str, *refspecs: str, seconds: float) -> str | None:
        pushed.append(refspecs)
        if len(pushed) == 1:
            keep(place, text="total = 1\nlatest = 2\n")
            push_it(place)
        return real(clone, remote, *refspecs, seconds=seconds)

    monkeypatch.setattr(type(clone), "push", slow)
    push(clone, place.branch(), REF, anew=False, seconds=30)
    assert place.here(place.origin) == place.here()
    assert place.here(place.origin)[REF] != old


def test_twelve_at_once_lose_nothing(place: Place) -> None:
    ids = [f"0b5f7a0e-1111-4222-8333-{number:012}" for number in range(12)]
    place.repo.write("a.py", b"first = 1\ntotal = 1\n")
    place.repo.git("push", "--quiet", "origin", "change")
    files = [place.transcript(place.session(id_).edits(f"{place.repo.path}/a.py", "total = 1\n")) for id_ in ids]
    runs = [
        subprocess.Popen([sys.executable, "-m", "prgate", "attach", str(path)], cwd=place.repo.path, stdout=subprocess.PIPE)
        for path in files
    ]
    said = [run.communicate()[0].decode() for run in runs]
    assert [run.returncode for run in runs] == [0] * 12, said
    assert sorted(place.here(place.origin)) == [f"refs/prgate/change/{id_}" for id_ in ids]
    assert place.here(place.origin) == place.here()


def test_who_waits_too_long_for_another_says_so(place: Place) -> None:
    clone = place.clone()
    free = threading.Event()

    def hold() -> None:
        with locked(clone, seconds=1):
            taken.set()
            free.wait(10)

    taken = threading.Event()
    holder = threading.Thread(target=hold)
    holder.start()
    taken.wait(10)
    with pytest.raises(PrgateError, match="another prgate"), locked(clone, seconds=0.1):
        pass
    threading.Timer(0.1, free.set).start()
    start = time.monotonic()
    with locked(clone, seconds=9):
        assert time.monotonic() - start < 5
    holder.join()


def test_a_clone_that_cannot_be_written_to_is_said(place: Place) -> None:
    (place.clone().common / "prgate.lock").mkdir()
    with pytest.raises(PrgateError, match="cannot be written"), locked(place.clone(), seconds=1):
        pass


def test_a_remote_that_refuses_is_said_and_the_session_stays_here(place: Place) -> None:
    keep(place)
    refuse(place)
    with pytest.raises(PrgateError, match="attached here, but not pushed to origin"):
        push_it(place)
    assert list(place.here()) == [REF]
    with pytest.raises(PrgateError, match="attached here"):
        push_it(place)


def test_no_hook_of_the_user_runs_for_the_push_of_a_session(place: Place) -> None:
    hook = place.repo.path / ".git" / "hooks" / "pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    hook.chmod(0o755)
    keep(place)
    push_it(place)
    assert list(place.here(place.origin)) == [REF]


def test_what_is_not_there_is_not_pushed(place: Place) -> None:
    push_it(place)
    assert place.here(place.origin) == {}


def test_only_the_branchs_own_sessions_are_removed(place: Place) -> None:
    keep(place)
    push_it(place)
    place.repo.git("update-ref", "refs/prgate/change/more/x", "HEAD")
    place.repo.git("push", "--quiet", "origin", "refs/prgate/change/more/x")
    place.origin.git("update-ref", "refs/prgate/change/theirs", place.here(place.origin)[REF])
    assert attached(place.clone(), place.branch()) == (REF,)
    assert remove(place.clone(), place.branch(), at_remote=False, seconds=30) == (REF,)
    assert (sorted(place.here()), len(place.here(place.origin))) == (["refs/prgate/change/more/x"], 3)
    assert remove(place.clone(), place.branch(), at_remote=True, seconds=30) == (REF, "refs/prgate/change/theirs")
    assert sorted(place.here(place.origin)) == ["refs/prgate/change/more/x"]
    assert remove(place.clone(), place.branch(), at_remote=True, seconds=30) == ()


def test_after_a_removal_the_session_can_be_pushed_again(place: Place) -> None:
    one = keep(place)
    push_it(place)
    remove(place.clone(), place.branch(), at_remote=True, seconds=30)
    assert keep(place) == one
    push_it(place)
    assert place.here(place.origin) == {REF: one}


def test_a_remote_that_refuses_to_forget_is_said(place: Place) -> None:
    keep(place)
    push_it(place)
    refuse(place)
    with pytest.raises(PrgateError, match="not removed from origin"):
        remove(place.clone(), place.branch(), at_remote=True, seconds=30)
    assert list(place.here()) == [REF]


def test_an_alone_clone_forgets_its_own(place: Place) -> None:
    keep(place)
    place.repo.git("remote", "remove", "origin")
    assert remove(place.clone(), place.branch(), at_remote=False, seconds=30) == (REF,)


def test_work_trees_share_what_is_attached(place: Place) -> None:
    keep(place)
    other = place.tmp / "other"
    place.repo.git("worktree", "add", "--quiet", "-b", "second", str(other))
    second = Repo.__new__(Repo)
    second.path = Path(other)
    assert place.here(second) == place.here()
