"""Which branch a session belongs to, and which of its lines are the branch's own."""

from __future__ import annotations

import time
from pathlib import Path
from subprocess import Popen

import pytest

from prgate.attach.branch import added, find_base, find_branch, holds
from prgate.errors import PrgateError
from prgate.git.own import EMPTY_TREES, NESTED, added_lines, open_clone
from tests.attach.material import Place
from tests.repositories import Repo


def lines(place: Place, base: str, name: str | None = None) -> set[bytes]:
    return set(added(place.clone(), place.branch(name), base)) - {b""}


def test_a_detached_head_belongs_to_no_branch(place: Place) -> None:
    place.repo.checkout("--detach")
    with pytest.raises(PrgateError, match="no branch is checked out"):
        find_branch(place.clone(), None)
    assert place.branch("change").name == "change"


@pytest.mark.parametrize("name", ["a..b", "a b", "a\nb", "x.lock"])
def test_what_cannot_be_a_branch_is_refused(place: Place, name: str) -> None:
    with pytest.raises(PrgateError, match="cannot be a branch"):
        find_branch(place.clone(), name)


def test_a_folder_that_is_in_no_work_tree_is_refused(tmp_path: Path, place: Place) -> None:
    with pytest.raises(PrgateError, match="not in a work tree"):
        open_clone(tmp_path, hurry=True, seconds=9)
    with pytest.raises(PrgateError, match="not in a work tree"):
        open_clone(place.origin.path / ".git", hurry=False, seconds=9)


def test_the_remote_is_the_one_that_git_pushes_to(place: Place) -> None:
    assert (place.branch().remote, place.branch().there, place.branch().default) == ("origin", False, False)
    place.repo.git("remote", "add", "fork", str(place.origin.path))
    place.repo.git("config", "remote.pushDefault", "fork")
    assert place.branch().remote == "fork"
    place.repo.git("config", "branch.change.pushRemote", "origin")
    place.repo.git("push", "--quiet", "origin", "change")
    assert (place.branch().remote, place.branch().there) == ("origin", True)


def test_a_branch_that_has_another_name_at_its_remote_is_called_by_that(place: Place) -> None:
    place.repo.git("push", "--quiet", "-u", "origin", "change:dana/work")
    place.repo.git("config", "push.default", "upstream")
    assert (place.branch().folder, place.branch().there) == ("refs/prgate/dana/work", True)


def test_of_several_remotes_none_is_guessed(place: Place) -> None:
    place.repo.git("remote", "rename", "origin", "one")
    assert place.branch().remote == "one"
    place.repo.git("remote", "add", "two", str(place.origin.path))
    assert place.branch().remote is None


def test_the_default_branch_is_known_by_the_remote_or_by_its_usual_name(place: Place) -> None:
    assert place.branch("main").default
    place.repo.git("push", "--quiet", "origin", "main:trunk")
    place.repo.git("remote", "set-head", "origin", "trunk")
    assert not place.branch("main").default
    assert place.branch("trunk").default
    place.repo.git("remote", "set-head", "origin", "--delete")
    assert place.branch("main").default


def test_lines_are_counted_from_where_the_branch_left_the_default_branch(place: Place) -> None:
    base = place.repo.head()
    place.repo.write("b.py", b"mine = 1\n")
    place.repo.commit("mine")
    place.repo.git("push", "--quiet", "-u", "origin", "change")
    assert find_base(place.clone(), place.branch(), None) == base
    place.repo.git("remote", "set-head", "origin", "--delete")
    assert find_base(place.clone(), place.branch(), None) == base


def test_what_was_fetched_and_not_merged_changes_nothing(place: Place) -> None:
    base = place.repo.head()
    place.repo.checkout("main")
    place.repo.write("c.py", b"other = 1\n")
    place.repo.commit("other")
    place.repo.git("push", "--quiet", "origin", "main")
    place.repo.checkout("change")
    assert find_base(place.clone(), place.branch(), None) == base


def test_without_a_default_branch_the_followed_or_a_main_branch_is_where_it_starts(place: Place) -> None:
    base = place.repo.head()
    place.repo.git("push", "--quiet", "origin", "main:develop")
    place.repo.git("branch", "--quiet", "-u", "origin/develop")
    place.repo.write("b.py", b"mine = 1\n")
    place.repo.commit("mine")
    place.repo.git("update-ref", "-d", "refs/remotes/origin/HEAD")
    place.repo.git("update-ref", "-d", "refs/remotes/origin/main")
    place.repo.git("branch", "-D", "--quiet", "main")
    assert find_base(place.clone(), place.branch(), None) == base
    place.repo.git("branch", "--quiet", "--unset-upstream")
    place.repo.git("branch", "master", base)
    assert find_base(place.clone(), place.branch(), None) == base


def test_else_where_the_session_started_else_everything_is_new(place: Place) -> None:
    base = place.repo.head()
    place.repo.write("b.py", b"mine = 1\n")
    place.repo.commit("mine")
    place.repo.git("remote", "remove", "origin")
    place.repo.git("branch", "-D", "--quiet", "main")
    assert find_base(place.clone(), place.branch(), base) == base
    assert find_base(place.clone(), place.branch(), "0" * 40) == EMPTY_TREES[40]
    assert find_base(place.clone(), place.branch(), None) == EMPTY_TREES[40]
    assert lines(place, EMPTY_TREES[40]) == {b"first = 1", b"mine = 1"}


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_in_a_repository_without_commits_everything_is_new(tmp_path: Path, place: Place, object_format: str) -> None:
    repo = Repo(tmp_path / "new", object_format=object_format)
    repo.write("a.py", b"first = 1\n")
    clone = open_clone(repo.path, hurry=True, seconds=9)
    branch = find_branch(clone, None)
    base = find_base(clone, branch, None)
    assert base == EMPTY_TREES[len(base)]
    assert set(added(clone, branch, base)) == {b"first = 1", b""}


def test_on_the_default_branch_what_is_not_pushed_yet_is_new(place: Place) -> None:
    base = place.repo.head()
    place.repo.checkout("main")
    place.repo.write("b.py", b"mine = 1\n")
    place.repo.commit("mine")
    assert find_base(place.clone(), place.branch(), None) == base


def test_lines_are_those_of_commits_of_the_work_tree_and_of_new_files(place: Place) -> None:
    base = place.repo.head()
    place.repo.write(".gitignore", b"out/\n")
    place.repo.write("b.py", b"committed = 1\n+++ b/x\n@@ -1 +1 @@\n")
    place.repo.commit("mine")
    place.repo.write("a.py", b"first = 1\nunsaved = 1\nno end")
    place.repo.write(b"n\xffew.py", b"new = 1\n")
    place.repo.write("out/x.py", b"ignored = 1\n")
    place.repo.write("binary", b"\0binary = 1\n")
    place.repo.write("large", b"large = 1\n" * 500_000)
    place.repo.symlink("link", "/etc/hostname")
    place.repo.symlink("gone", "nowhere")
    assert lines(place, base) == {
        *(b"out/", b"committed = 1", b"+++ b/x", b"@@ -1 +1 @@", b"unsaved = 1", b"no end", b"new = 1"),
    }


def test_a_file_that_cannot_be_read_is_passed_over(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    base = place.repo.head()
    place.repo.write("new.py", b"new = 1\n")

    def fail(_: Path) -> bytes:
        raise PermissionError

    monkeypatch.setattr(Path, "read_bytes", fail)
    assert lines(place, base) == set()


def test_settings_of_the_user_do_not_change_what_is_seen(place: Place) -> None:
    base = place.repo.head()
    place.repo.write("a.py", b"new = 1\nfirst = 1\n\n\nlast = 1\n")
    place.repo.commit("mine")
    for name, value in (
        *(
            ("diff.noprefix", "true"),
            ("color.ui", "always"),
            ("diff.external", "false"),
            ("diff.interHunkContext", "9"),
            ("diff.context", "9"),
        ),
        *(("diff.colorMoved", "zebra"), ("diff.wordRegex", "."), ("diff.outputIndicatorNew", ">"), ("core.quotePath", "false")),
    ):
        place.repo.git("config", name, value)
    assert lines(place, base) == {b"new = 1", b"last = 1"}


def test_a_branch_that_is_not_checked_out_counts_as_it_is(place: Place) -> None:
    base = place.repo.head()
    place.repo.write("b.py", b"mine = 1\n")
    place.repo.commit("mine")
    place.repo.checkout("main")
    place.repo.write("other.py", b"other = 1\n")
    branch = place.branch("change")
    assert lines(place, base, "change") == {b"mine = 1"}
    assert [holds(place.clone(), branch)(path) for path in (b"b.py", b"other.py")] == [True, False]
    assert [holds(place.clone(), place.branch())(path) for path in (b"b.py", b"other.py")] == [False, True]


def test_context_between_hunks_is_no_added_line() -> None:
    patch = b"--- a/x\n+++ b/x\n@@ -1,3 +1,4 @@ def f():\n one\n-two\n+2\n+and\n three\n\\ No newline at end of file\n+++ not a line\n"
    assert [*added_lines(patch)] == [b"2", b"and"]
    assert [*added_lines(b"@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n")] == [b"b"]


def test_what_git_says_of_a_fault_is_told(place: Place) -> None:
    with pytest.raises(PrgateError, match="git diff: fatal: bad object"):
        place.clone().added("1" * 40, None)
    with pytest.raises(PrgateError, match="git hash-object"):
        place.clone().ask("hash-object", "nothing-there")


def test_a_git_that_takes_too_long_is_ended_with_what_it_started(place: Place) -> None:
    place.repo.git("config", "alias.wait", "!sleep 60 & wait")
    for hurry in (True, False):
        clone = open_clone(place.repo.path, hurry=hurry, seconds=9)
        answer = clone.run("wait", seconds=0.3)
        assert (answer.code, answer.words) == (-1, "it was not done in 0.3 seconds")


def test_an_interrupted_git_is_ended(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.repo.git("config", "alias.wait", "!sleep 60")
    clone, wait = place.clone(), Popen.wait

    def interrupted(process: Popen[bytes], seconds: float | None = None) -> int:
        if seconds is not None:
            raise KeyboardInterrupt
        return wait(process)

    monkeypatch.setattr(Popen, "wait", interrupted)
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        clone.run("wait")
    assert time.monotonic() - start < 30


def test_output_beyond_every_use_is_refused(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    clone = place.clone()
    monkeypatch.setattr("prgate.git.own._MOST_BYTES", 3)
    assert clone.run("version").words.startswith("it printed ")


def test_without_git_it_says_so(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(place.tmp))
    with pytest.raises(PrgateError, match="git cannot be started"):
        place.clone()


def test_what_git_set_for_a_hook_does_not_lead_to_another_repository(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", str(place.origin.path / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(place.tmp / "index"))
    clone = place.clone()
    assert clone.top == str(place.repo.path)
    place.repo.git("config", "alias.nested", f"!echo ${NESTED}${{GIT_DIR##*/}}")
    assert clone.run("nested").text in {"1", "1.git"}
