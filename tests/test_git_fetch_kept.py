"""What a repository keeps beside its branches is fetched as far as the change needs it, and is never in the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from prgate.git import open_repository
from prgate.git.fetch_kept import KEPT_LIMITS, fetch_kept
from prgate.git.kept import Found, Sought
from prgate.git.remote import Remote
from prgate.model.missing import Missing, Why
from tests.git_server import Server, served
from tests.keeping import ID, OTHER, ULID, at_ref, attach, checkpoint, in_branch, keep, names, note
from tests.remotes import SECRETS, TOKEN, answering, fine
from tests.repositories import Repo

BRANCH = "feat/seal"


def full(path: Path, *, object_format: str = "sha1") -> tuple[Repo, Sought]:
    """A branch with two sessions, a note and three checkpoints, among others' things; and what to want of it."""
    repo = Repo(path, object_format=object_format)
    repo.write("a.py", b"1\n")
    main = repo.commit("one")
    repo.branch(BRANCH)
    repo.write("a.py", b"2\n")
    head = repo.commit("two")
    for number, name in enumerate((f"{BRANCH}/one", f"{BRANCH}/two", "main/three", f"{BRANCH}/deep/four")):
        branch, _, session = name.rpartition("/")
        attach(repo, branch, session, b"%d\n" % number, at=1_767_600_000 + number)
    note(repo, head, b"on the head\n")
    note(repo, main, b"on main\n")
    in_branch(repo, {OTHER: checkpoint(b"not asked for\n")})
    older = repo.git("rev-parse", "refs/heads/entire/checkpoints/v1").decode().strip()
    in_branch(repo, {ID: checkpoint(b"zero\n", b"one\n"), OTHER: checkpoint(b"not asked for\n")})
    tip = repo.git("rev-parse", "refs/heads/entire/checkpoints/v1^{tree}").decode().strip()
    repo.git("update-ref", "refs/heads/entire/checkpoints/v1", repo.git("commit-tree", "-m", "x", "-p", older, tip).decode().strip())
    at_ref(repo, ULID, checkpoint(b"of its own\n"))
    at_ref(repo, OTHER.replace("0", "9"), checkpoint(b"another's\n"))
    return repo, Sought((BRANCH,), (head,), (ID, ULID, "f" * 12))


def upstream(repo: Repo, *, filters: bool = True) -> Path:
    place = repo.path.parent / "served" / "up.git"
    repo.git("clone", "--quiet", "--mirror", ".", str(place))
    for setting in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant") if filters else ():
        repo.git("-C", str(place), "config", setting, "true")
    return place


def no_sleep(seconds: float) -> None:
    raise AssertionError(f"waited {seconds} s")


def reading(folder: Path, sought: Sought) -> tuple[Found, list[bytes]]:
    """What is found there, and the bytes of each."""
    with open_repository(folder) as repository:
        found = repository.kept(sought)
        streams = repository.streams([each.oids for each in found.kept])
        return found, [stream.read(1 << 20) for stream in streams]


@pytest.fixture
def repo(tmp_path: Path) -> tuple[Repo, Sought]:
    return full(tmp_path / "repo")


@pytest.fixture
def server(repo: tuple[Repo, Sought]) -> Iterator[Server]:
    with served(upstream(repo[0]).parent, token=TOKEN) as server:
        yield server


@pytest.mark.parametrize("way", ["filters", "no filters", "http", "sha256"])
def test_what_was_fetched_reads_like_the_repository_itself(tmp_path: Path, way: str) -> None:
    repo, sought = full(tmp_path / "repo", object_format="sha256" if way == "sha256" else "sha1")
    place = upstream(repo, filters=way != "no filters")
    folder = tmp_path / "fetched"
    object_format = "sha256" if way == "sha256" else "sha1"
    with served(place.parent, token=TOKEN) as server:
        remote = Remote(f"{server.url}/up.git", TOKEN) if way == "http" else Remote(f"file://{place}")
        assert None is fetch_kept(folder, remote, sought, object_format=object_format, sleep=no_sleep)
    found, contents = reading(folder, sought)
    assert (found, contents) == reading(repo.path, sought)
    assert [b"1\n", b"0\n", b"on the head\n", b"zero\n", b"one\n", b"of its own\n"] == contents
    assert 1 == len(found.absent)


def test_a_file_that_the_change_does_not_name_does_not_come(repo: tuple[Repo, Sought], tmp_path: Path) -> None:
    source, sought = repo
    others = [
        source.git("rev-parse", name).decode().strip()
        for name in ("refs/prgate/main/three:trace.json", f"refs/entire/checkpoints/5f/{OTHER.replace('0', '9')}", "entire/checkpoints/v1^")
    ]
    others += [
        source.git("hash-object", "--stdin", stdin=data).decode().strip() for data in (b"on main\n", b"not asked for\n", b"?\n", b"3\n")
    ]
    wanted = source.git("hash-object", "--stdin", stdin=b"on the head\n").decode().strip()
    assert None is fetch_kept(tmp_path / "fetched", Remote(f"file://{upstream(source)}"), sought, sleep=no_sleep)
    with open_repository(tmp_path / "fetched") as repository:
        assert {wanted: 12} == repository.sizes([*others, wanted])
    kept = (
        source.git("--git-dir", str(tmp_path / "fetched"), "cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
        .decode()
        .split()
    )
    assert [] == [oid for oid in others if oid in kept]


def test_of_many_notes_only_those_on_the_change_come(repo: tuple[Repo, Sought], tmp_path: Path) -> None:
    source, sought = repo
    stream = [b"commit refs/notes/ai\ncommitter x <x@example.com> 1767700000 +0000\ndata 0\nfrom refs/notes/ai^0\n"]
    commits = [
        b"commit refs/heads/crowd\nmark :%d\ncommitter x <x@example.com> %d +0000\ndata 0\n" % (n, 1_767_600_000 + n)
        for n in range(1, 2_001)
    ]
    big = b"x" * 5_000
    stream += [b"N inline :%d\ndata %d\n%d%s\n" % (n, len(big) + len(b"%d" % n), n, big) for n in range(1, 2_001)]
    source.git("fast-import", "--quiet", stdin=b"".join([*commits, *stream]))
    assert None is fetch_kept(tmp_path / "fetched", Remote(f"file://{upstream(source)}"), sought, sleep=no_sleep)
    assert reading(source.path, sought) == reading(tmp_path / "fetched", sought)
    assert 300_000 > sum(place.stat().st_size for place in (tmp_path / "fetched" / "objects" / "pack").iterdir())


def test_what_is_not_there_costs_one_question_and_is_no_error(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.write("a.py", b"1\n")
    head = repo.commit("one")
    sought = Sought(("main",), (head,), (ID,))
    with served(upstream(repo).parent) as server:
        assert None is fetch_kept(tmp_path / "fetched", Remote(f"{server.url}/up.git"), sought, sleep=no_sleep)
        assert ["GET", "POST"] == [line.split()[0] for line in server.asked]
    found, contents = reading(tmp_path / "fetched", sought)
    assert ((), (), [], 1) == (found.kept, found.unseen, contents, len(found.absent))


@pytest.mark.parametrize(
    "branch",
    ["", "/x", "x/", "x//y", "x..y", "x:refs/heads/main", "*", "x*", "x\ny", "x y", "x^", "x~1", "x?", "x[1]", "x\\", "x@{1}", "\x7f"],
)
def test_a_branch_that_can_be_none_asks_for_nothing(repo: tuple[Repo, Sought], server: Server, tmp_path: Path, branch: str) -> None:
    remote = Remote(f"{server.url}/up.git", TOKEN)
    assert None is fetch_kept(tmp_path / "fetched", remote, Sought((branch,)), sleep=no_sleep)
    assert [] == server.asked
    assert Found() == reading(tmp_path / "fetched", Sought(("main",)))[0]


def test_a_branch_of_any_letters_is_asked_for(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit("one")
    attach(repo, "-fix/ü-日本", "s", b"x\n")
    sought = Sought(("-fix/ü-日本",))
    assert None is fetch_kept(tmp_path / "fetched", Remote(f"file://{upstream(repo)}"), sought, sleep=no_sleep)
    assert ["refs/prgate/-fix/ü-日本/s"] == names(reading(tmp_path / "fetched", sought)[0].kept)


def test_a_session_whose_ref_is_the_change_itself_reads_as_none(repo: tuple[Repo, Sought], tmp_path: Path) -> None:
    source, sought = repo
    source.git("update-ref", f"refs/prgate/{BRANCH}/sly", sought.commits[0])
    keep(source, f"refs/prgate/{BRANCH}/late", {"trace.json": b"late\n"}, at=2_000_000_000)
    assert None is fetch_kept(tmp_path / "fetched", Remote(f"file://{upstream(source)}"), sought, sleep=no_sleep)
    found, contents = reading(tmp_path / "fetched", sought)
    assert (b"late\n", 2) == (contents[0], len(found.absent))
    assert {"refs", "HEAD", "config", "objects", "shallow"} == {place.name for place in (tmp_path / "fetched").iterdir()}


def missing(found: Missing | None) -> Missing:
    assert isinstance(found, Missing), found
    assert not [secret for secret in SECRETS if secret in repr(found)]
    return found


def test_what_goes_over_a_limit_is_missing(repo: tuple[Repo, Sought], tmp_path: Path) -> None:
    source, sought = repo
    remote = Remote(f"file://{upstream(source)}")
    for number, limits in enumerate((replace(KEPT_LIMITS, objects=3), replace(KEPT_LIMITS, disk_bytes=50))):
        found = missing(fetch_kept(tmp_path / f"{number}", remote, sought, limits=limits, sleep=no_sleep))
        assert (Why.OVER_LIMIT, True) == (found.why, "the traces that the head's repository keeps" in found.detail)
        assert "Attach less" in found.fix


def test_more_is_never_spent_than_this_is_worth(repo: tuple[Repo, Sought], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, sought = repo
    monkeypatch.setattr("prgate.git.fetch_kept.KEPT_LIMITS", replace(KEPT_LIMITS, objects=3))
    found = missing(fetch_kept(tmp_path / "0", Remote(f"file://{upstream(source)}"), sought, limits=KEPT_LIMITS, sleep=no_sleep))
    assert Why.OVER_LIMIT == found.why


def test_a_repository_that_may_not_be_read_is_missing(server: Server, repo: tuple[Repo, Sought], tmp_path: Path) -> None:
    for number, remote in enumerate(
        (Remote(f"{server.url}/up.git", "other"), Remote(f"{server.url}/none.git", TOKEN), Remote("ssh://host/x"))
    ):
        found = missing(fetch_kept(tmp_path / f"{number}", remote, repo[1], sleep=no_sleep))
        assert found.why == (Why.FAILED if number == 2 else Why.FORBIDDEN)


@pytest.mark.parametrize("at", range(4))
def test_a_fault_of_the_network_is_tried_again_and_then_missing(server: Server, repo: tuple[Repo, Sought], tmp_path: Path, at: int) -> None:
    remote = Remote(f"{server.url}/up.git", TOKEN)
    slept: list[float] = []
    server.faults[:] = [*[fine] * at, answering(500)]
    assert None is fetch_kept(tmp_path / "healed", remote, repo[1], sleep=slept.append)
    assert [2.0] == slept
    server.faults[:] = [*[fine] * at, *[answering(500)] * 40]
    found = missing(fetch_kept(tmp_path / "lost", remote, repo[1], sleep=slept.append))
    assert (Why.FAILED, True) == (found.why, "could not be fetched" in found.detail)
