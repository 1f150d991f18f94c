"""What reverts and fixes took out of a file is told from history, and a history that is not all there is never taken for a clean one."""

from __future__ import annotations

from pathlib import Path

import pytest

from prgate.gather.history import gather_undone
from prgate.git import open_repository, undone
from prgate.git.undone import undoing_blobs
from prgate.model.diff import Diff
from prgate.model.history import Undone
from prgate.model.lines import line_digest, packed
from prgate.model.missing import Missing, Why
from prgate.model.paths import FileClass
from prgate.model.policy import Limits
from prgate.request import Range
from tests.diffs import keep_all
from tests.repositories import Repo

PATH = b"src/pay.py"
ONE, TWO, KEPT = b"charge(order)", b"charge(twice)", b"total = 1"


def text(*lines: bytes) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def lines(*texts: bytes) -> bytes:
    return packed(digest for line in texts if (digest := line_digest(line)) is not None)


def before(path: Path, *commits: tuple[str, bytes | None]) -> Repo:
    """A repository whose file was like this, commit by commit; a last one leaves it be."""
    repo = Repo(path / "repo")
    for message, data in commits:
        if data is None:
            repo.remove(PATH)
        else:
            repo.write(PATH, data)
        repo.commit(message)
    repo.write("other.py", b"1\n")
    repo.commit("Other work")
    return repo


def read(repo: Repo, *paths: bytes) -> dict[bytes, tuple[Undone, ...]] | Missing:
    with open_repository(repo.path) as repository:
        found = repository.undone(repo.head(), paths or (PATH,))
        return found if isinstance(found, Missing) else dict(found)


def subjects(repo: Repo) -> list[tuple[str, bool]]:
    found = read(repo)
    assert not isinstance(found, Missing), found
    return [(each.subject, each.revert) for each in found.get(PATH, ())]


@pytest.mark.parametrize(
    ("message", "revert"),
    [
        ('Revert "Charge twice" (#7)', True),
        ("revert: charge twice", True),
        ("[pay] Revert the second charge", True),
        ("Backed out the second charge", True),
        ("Charge once\n\nThis reverts commit 1234567890.", True),
        ("fix: charge once", False),
        ("fix(pay)!: charge once", False),
        ("[pay]: Fixes double charges", False),
        ("Hotfix double charges", False),
        ("bugfix: double charges", False),
    ],
)
def test_a_commit_that_says_that_it_undoes_something_is_found_with_what_it_took_out(tmp_path: Path, message: str, revert: bool) -> None:
    repo = before(tmp_path, ("Pay", text(KEPT, ONE, TWO)), (message, text(KEPT, ONE)))
    commit = repo.git("rev-parse", "HEAD^").decode().strip()
    subject = message.split("\n", maxsplit=1)[0]
    expected = {PATH: (Undone(commit, "2026-01-05T08:01:00Z", subject, lines(TWO), revert=revert),)}
    assert expected == read(repo)


@pytest.mark.parametrize(
    "message",
    [
        "Charge once",
        "Prefix every charge",
        "Fixture for charges",
        "fix typo in charge",
        "fix(tests): charge once",
        "Fix flaky charge",
        "fix: mypy",
        "Undo stack for the editor",
    ],
)
def test_other_commits_undo_nothing(tmp_path: Path, message: str) -> None:
    repo = before(tmp_path, ("Pay", text(KEPT, ONE, TWO)), (message, text(KEPT, ONE)))
    assert read(repo) == {}


def test_what_is_only_moved_or_laid_out_anew_was_not_taken_out(tmp_path: Path) -> None:
    repo = before(tmp_path, ("Pay", text(ONE, TWO, KEPT)), ("fix: order", text(KEPT, b"    charge( order );", TWO)))
    assert read(repo) == {}


@pytest.mark.parametrize("named", [0, 1])
def test_the_newest_commit_comes_first_and_other_files_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: int) -> None:
    monkeypatch.setattr(undone, "_MOST_NAMED", named)
    repo = before(tmp_path, ("Pay", text(ONE, TWO, KEPT)), ("fix: one", text(TWO, KEPT)), ("fix: two", text(KEPT)))
    assert [("fix: two", False), ("fix: one", False)] == subjects(repo)
    assert read(repo, b"other.py") == {}


def test_a_revert_that_deletes_the_file_took_all_of_it_out_and_a_fix_nothing(tmp_path: Path) -> None:
    assert [('Revert "Pay"', True)] == subjects(before(tmp_path / "revert", ("Pay", text(ONE, TWO)), ('Revert "Pay"', None)))
    assert [] == subjects(before(tmp_path / "fix", ("Pay", text(ONE, TWO)), ("fix: pay elsewhere", None)))


def test_a_link_is_no_file_that_lines_could_be_taken_out_of(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.symlink(PATH, ONE)
    repo.commit("Pay")
    repo.remove(PATH)
    repo.commit('Revert "Pay"')
    assert [] == subjects(repo)


@pytest.mark.parametrize("again", ['Reapply "Charge twice" (#9)', "Reland: Charge twice", 'Revert "Revert "Charge twice""'])
def test_a_revert_of_what_was_landed_again_since_is_forgotten(tmp_path: Path, again: str) -> None:
    back = (again, text(ONE, TWO))
    repo = before(tmp_path, ("Pay", text(ONE, TWO)), ('Revert "Charge twice" (#7)', text(ONE)), back, ("Tidy up", text(ONE)))
    assert [] == subjects(repo)


def test_a_fix_that_was_reverted_by_its_id_and_landed_again_is_forgotten(tmp_path: Path) -> None:
    repo = before(tmp_path, ("Pay", text(ONE, TWO)), ("fix: charge once", text(ONE)))
    fix = repo.git("rev-parse", "HEAD^").decode().strip()
    assert [("fix: charge once", False)] == subjects(repo)
    repo.write(PATH, text(ONE, TWO))
    repo.commit(f'Revert "Revert the fix"\n\nThis reverts commit {fix}.')
    assert [] == subjects(repo)


def test_a_merge_is_not_looked_at_and_what_it_brings_is(tmp_path: Path) -> None:
    repo = before(tmp_path, ("Pay", text(ONE, TWO)))
    repo.branch("side")
    repo.write(PATH, text(ONE))
    repo.commit("fix: charge once")
    repo.checkout("main")
    repo.write("more.py", b"1\n")
    repo.commit("More")
    repo.git("merge", "--quiet", "--no-ff", "--no-commit", "side")
    repo.write(PATH, text(TWO))
    repo.commit("fix: merge the fix")
    assert [("fix: charge once", False)] == subjects(repo)


def test_only_so_many_commits_are_walked_and_a_long_title_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = before(tmp_path, ("Pay", text(ONE, TWO, KEPT)), ("fix: one", text(TWO, KEPT)), ("fix: " + "x" * 300, text(KEPT)))
    monkeypatch.setattr(undone, "WALKED", 2)
    assert [("fix: " + "x" * 195, False)] == subjects(repo)


def test_of_a_title_without_end_only_the_beginning_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = before(tmp_path, ("Pay", text(ONE, KEPT)), ("fix: pay once, no typo", text(KEPT)))
    assert [] == subjects(repo)
    monkeypatch.setattr(undone, "_LONGEST_TITLE", len("fix: pay once"))
    assert [("fix: pay once", False)] == subjects(repo)


def test_only_so_many_files_and_bytes_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = before(tmp_path, ("Pay", text(ONE, TWO, KEPT)), ("fix: one", text(TWO, KEPT)), ("fix: two", text(KEPT)))
    for name, most in (("_MOST_TOUCHES", 1), ("_FILES_BYTES", 60), ("_FILE_BYTES", 30)):
        with monkeypatch.context() as patch:
            patch.setattr(undone, name, most)
            assert [("fix: two", False)] == subjects(repo), name


def test_a_history_that_is_cut_off_is_missing_with_the_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = before(tmp_path, ("Pay", text(ONE, TWO)), ("fix: one", text(TWO)))
    repo.git("clone", "--quiet", "--bare", "--depth=2", f"file://{repo.path}", str(tmp_path / "shallow"))
    with open_repository(tmp_path / "shallow") as repository:
        found = repository.undone(repo.head(), [PATH])
        assert isinstance(found, Missing)
        assert (Why.FAILED, True) == (found.why, "cut off after 2 commits" in found.detail)
        assert "git fetch --unshallow" in found.fix
        monkeypatch.setattr(undone, "WALKED", 1)
        assert {} == repository.undone(repo.head(), [PATH])


def test_a_history_that_is_not_here_or_too_large_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = before(tmp_path, ("Pay", text(ONE, TWO)), ("fix: one\n\n" + "x" * 300, text(TWO)))

    def why() -> Why:
        found = read(repo)
        assert isinstance(found, Missing), found
        return found.why

    with open_repository(repo.path) as repository:
        unknown = repository.undone("1" * 40, [PATH])
        assert isinstance(unknown, Missing)
        assert Why.UNREADABLE is unknown.why
    with monkeypatch.context() as patch:
        patch.setattr(undone, "_LOG_BYTES", 300)
        assert Why.OVER_LIMIT is why()
    with monkeypatch.context() as patch:
        patch.setattr(undone, "_LOG_BYTES", 700)
        patch.setattr(undone, "_MOST_NAMED", 0)
        repo.write("x" * 200, b"")
        for number in range(5):
            repo.write(f"{number}" + "y" * 200, b"")
        repo.commit("fix: many")
        assert Why.OVER_LIMIT is why()
    repo.damage(repo.git("rev-parse", f"HEAD~2:{PATH.decode()}").decode().strip())
    assert Why.UNREADABLE is why()
    repo.damage(repo.git("rev-parse", "HEAD~2^{tree}").decode().strip())
    assert Why.UNREADABLE is why()
    with open_repository(repo.path) as repository:
        blobs = undoing_blobs(repository._git, repo.head(), [PATH])
        assert isinstance(blobs, Missing)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [("99999999999999", "1970-01-01T00:00:00Z"), ("1767600000", "2026-01-05T08:00:00Z"), ("x", "1970-01-01T00:00:00Z")],
)
def test_a_date_that_nobody_can_mean_is_the_epoch(tmp_path: Path, seconds: str, expected: str) -> None:
    repo = before(tmp_path, ("Pay", text(ONE, TWO)))
    parent, tree = (repo.git("rev-parse", name).decode().strip() for name in ("HEAD", "HEAD^{tree}"))
    tree = repo.git("mktree", "--missing", stdin=b"").decode().strip() or tree
    who = f"dana <dana@example.com> {seconds} +0000"
    data = f'tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n\nRevert "Pay"\n'.encode()
    oid = repo.git("hash-object", "-t", "commit", "-w", "--literally", "--stdin", stdin=data).decode().strip()
    with open_repository(repo.path) as repository:
        found = repository.undone(oid, [PATH])
        assert not isinstance(found, Missing)
        assert [expected] == [each.at for each in found[PATH]]


def changed(repo: Repo, base: str, files: dict[str, bytes]) -> tuple[str, str]:
    repo.branch("change", base)
    for path, data in files.items():
        repo.write(path, data)
    return repo.git("rev-parse", base).decode().strip(), repo.commit("Change")


def gathered(repo: Repo, base: str, files: dict[str, bytes], history: Path | Missing | None = None) -> object:
    """What the gate gathers for a change of these files."""
    merge_base, head = changed(repo, base, files)
    with open_repository(repo.path) as repository:
        diff, _ = repository.diff(merge_base, head, classify=lambda *_: (FileClass.SOURCE, ()), keep=keep_all, limits=Limits())
        assert isinstance(diff, Diff)
        brings = None if history is None else lambda *_: history
        found = gather_undone(Range(repository, merge_base, head, merge_base), diff, brings)
        return (
            found if isinstance(found, Missing) else {path: [unpacked_subject(each) for each in undone] for path, undone in found.items()}
        )


def unpacked_subject(each: Undone) -> tuple[str, bytes]:
    return each.subject, each.lines


def test_lines_that_stand_in_the_file_anyway_are_left_out(tmp_path: Path) -> None:
    repo = before(tmp_path, ("Pay", text(ONE, TWO, KEPT)), ("fix: one", text(KEPT)), ("Charge again", text(KEPT, TWO)))
    assert {PATH: [("fix: one", lines(ONE))]} == gathered(repo, "main", {"src/pay.py": text(KEPT, TWO, ONE)})


def test_a_file_all_of_whose_lines_are_back_already_has_no_history(tmp_path: Path) -> None:
    repo = before(tmp_path, ("Pay", text(ONE, TWO, KEPT)), ("fix: one", text(KEPT)), ("Charge again", text(KEPT, TWO, ONE)))
    assert {} == gathered(repo, "main", {"src/pay.py": text(KEPT) + text(b"more = 1")})


def test_a_change_that_adds_no_line_asks_no_history(tmp_path: Path) -> None:
    repo = before(tmp_path, ("Pay", text(ONE, TWO)), ("fix: one", text(TWO)))
    assert {} == gathered(repo, "main", {"src/pay.py": b""}, Missing(Why.FAILED, "asked in vain", "Do not ask."))


def test_the_history_is_looked_for_where_it_was_brought_to(tmp_path: Path) -> None:
    repo = before(tmp_path, ("Pay", text(ONE, TWO)), ("fix: one", text(TWO)))
    lost = Missing(Why.FAILED, "the forge is down", "Run it again.")
    assert lost == gathered(repo, "main", {"src/pay.py": text(ONE, TWO)}, lost)
    repo.checkout("main")
    repo.git("branch", "-D", "change")
    assert {PATH: [("fix: one", lines(ONE))]} == gathered(repo, "main", {"src/pay.py": text(ONE, TWO)}, repo.path)
    repo.checkout("main")
    repo.git("branch", "-D", "change")
    found = gathered(repo, "main", {"src/pay.py": text(ONE, TWO)}, tmp_path / "nothing")
    assert isinstance(found, Missing)
    assert Why.FAILED is found.why


def test_a_base_that_cannot_be_read_is_missing(tmp_path: Path) -> None:
    repo = before(tmp_path, ("Pay", text(ONE, TWO)), ("fix: one", text(TWO)))
    base, head = changed(repo, "main", {"src/pay.py": text(ONE, TWO)})
    with open_repository(repo.path) as repository:
        diff, _ = repository.diff(base, head, classify=lambda *_: (FileClass.SOURCE, ()), keep=keep_all, limits=Limits())
        span = Range(repository, base, head, base)
        lost = Missing(Why.FAILED, "no merge base", "Fetch.")
        assert isinstance(diff, Diff)
        assert lost == gather_undone(span, lost, None)
        assert lost == gather_undone(Range(repository, base, head, lost), diff, None)
        alone = gather_undone(None, diff, None)
        assert isinstance(alone, Missing)
        assert Why.ABSENT is alone.why
        repo.damage(repo.git("rev-parse", "main:src/pay.py").decode().strip(), cut=True)
        found = gather_undone(span, diff, None)
        assert isinstance(found, Missing)
        assert Why.UNREADABLE is found.why


def test_a_large_file_is_not_held_against_its_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prgate.gather.history._BASE_BYTES", 10)
    repo = before(tmp_path, ("Pay", text(ONE, TWO)), ("fix: one", text(TWO)))
    assert {} == gathered(repo, "main", {"src/pay.py": text(ONE, TWO)})
