"""A remote that fails, lies, hangs or floods costs a reason and no more."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from prgate.git.fetch import Fetched, Want, ask_tips, fetch
from prgate.git.process import Git
from prgate.git.remote import FetchLimits, Remote, connect
from prgate.model.missing import Missing, Why
from tests.git_server import Server, command_lines, served
from tests.histories import base_of, criss_cross
from tests.remotes import MAIN, TOKEN, Fault, answering, change_of, cut, fine, local, missing
from tests.repositories import Repo

# What is wrong with the remote


@pytest.mark.parametrize("token", [None, "", "another"])
def test_a_token_that_is_not_let_in_is_forbidden_and_not_tried_again(server: Server, want: Want, tmp_path: Path, token: str | None) -> None:
    found = missing(tmp_path / "f", Remote(f"{server.url}/up.git", token), want)
    assert (Why.FORBIDDEN, True) == (found.why, "contents: read" in found.fix)


@pytest.mark.parametrize("at", [0, 4])
@pytest.mark.parametrize(
    ("status", "why", "waits"),
    [
        (401, Why.FORBIDDEN, ()),
        (403, Why.FORBIDDEN, ()),
        (404, Why.FORBIDDEN, ()),
        (301, Why.FAILED, ()),
        (429, Why.FAILED, (2.0, 8.0)),
        (500, Why.FAILED, (2.0, 8.0)),
        (503, Why.FAILED, (2.0, 8.0)),
    ],
)
def test_each_answer_has_its_meaning_at_each_step(
    server: Server, remote: Remote, want: Want, tmp_path: Path, *, at: int, status: int, why: Why, waits: tuple[float, ...]
) -> None:
    server.faults += [*[fine] * at, *[answering(status, Location=server.url)] * 20]
    found = missing(tmp_path / "f", remote, want, waits=waits)
    assert why is found.why
    assert "127.0.0.1" in found.detail


NO_ANSWERS = [
    cut,
    answering(200, b"", Content_Type="application/x-git-upload-pack-result"),
    answering(200, b"\x00\xff" * 1000, Content_Type="application/x-git-upload-pack-advertisement"),
    answering(200, b"<html>sign in first</html>", Content_Type="text/html"),
    answering(200, b"0011packfile\n0009\x01PAC0000", Content_Type="application/x-git-upload-pack-result"),
]


@pytest.mark.parametrize("at", [2, 5])
@pytest.mark.parametrize("fault", NO_ANSWERS)
def test_what_is_never_an_answer_of_git_is_a_reason_in_the_end(
    server: Server, remote: Remote, want: Want, tmp_path: Path, *, fault: Fault, at: int
) -> None:
    server.faults += [*[fine] * at, *[fault] * 20]
    assert Why.FAILED is missing(tmp_path / "f", remote, want, waits=(2.0, 8.0)).why


@pytest.mark.parametrize("at", [2, 5])
@pytest.mark.parametrize("fault", NO_ANSWERS)
def test_what_is_once_no_answer_of_git_is_asked_for_again(
    server: Server, remote: Remote, want: Want, tmp_path: Path, *, fault: Fault, at: int
) -> None:
    server.faults += [*[fine] * at, fault]
    slept: list[float] = []
    assert isinstance(fetch(tmp_path / "g", remote, want, sleep=slept.append), Fetched)
    assert slept in ([2.0], [])  # curl by itself asks again where a connection that it kept is closed


@pytest.mark.parametrize("body", [b"", b"<html>sign in first</html>", b"\x00\xff" * 1000, b"001e# service=git-upload-pack\n0000zzzz"])
def test_refs_that_cannot_be_read_are_a_reason(server: Server, remote: Remote, want: Want, tmp_path: Path, body: bytes) -> None:
    for kind in ("text/html", "application/x-git-upload-pack-advertisement"):
        server.faults[:] = [answering(200, body, Content_Type=kind)] * 20
        assert Why.FAILED is missing(tmp_path / kind.replace("/", "-"), remote, want, waits=None).why


def test_waits_stay_within_the_time_for_everything(server: Server, remote: Remote, want: Want, tmp_path: Path) -> None:
    server.faults += [answering(502)] * 20
    missing(tmp_path / "f", remote, want, limits=FetchLimits(seconds=5), waits=(2.0,))
    missing(tmp_path / "g", remote, want, limits=FetchLimits(seconds=1.5))
    missing(tmp_path / "h", remote, want, limits=FetchLimits(tries=1))


def test_a_head_that_was_pushed_away_is_stale_and_any_other_commit_fails(remote: Remote, want: Want, tmp_path: Path) -> None:
    gone = missing(tmp_path / "f", remote, replace(want, head="1" * 40))
    assert (Why.STALE, True) == (gone.why, "1" * 40 in gone.detail)
    other = missing(tmp_path / "g", remote, replace(want, merge_base="1" * 40))
    assert (Why.FAILED, True) == (other.why, "1" * 40 in other.detail)


@pytest.mark.parametrize("commits", [0, 2, 3_000_000_000])
def test_a_forge_that_counts_other_commits_is_not_believed(repo: Repo, want: Want, tmp_path: Path, commits: int) -> None:
    found = missing(tmp_path / "f", local(repo), replace(want, commits=commits))
    assert Why.FAILED is found.why
    assert f"the forge counts {commits} commits in the change, and its history holds 1 from" in found.detail


def test_a_merge_base_that_the_head_does_not_come_from_is_not_believed(repo: Repo, want: Want, tmp_path: Path) -> None:
    other = repo.git("commit-tree", "-p", "main", "-m", "other", "main^{tree}").decode().strip()
    repo.git("push", "--quiet", str(repo.path.parent / "served" / "up.git"), f"{other}:refs/heads/other")
    assert Why.FAILED is missing(tmp_path / "f", local(repo), replace(want, merge_base=other)).why


def test_a_remote_whose_own_history_is_cut_off_is_not_believed(repo: Repo, want: Want, tmp_path: Path) -> None:
    repo.git("clone", "--quiet", "--bare", "--depth=1", "--no-single-branch", local(repo).url, str(tmp_path / "shallow"))
    found = missing(tmp_path / "f", Remote(f"file://{tmp_path}/shallow"), replace(want, commits=2))
    assert (Why.FAILED, True) == (found.why, "counts 2 commits" in found.detail)


def test_a_count_that_cannot_be_made_is_a_reason(repo: Repo, want: Want, tmp_path: Path, program: Callable[[str], None]) -> None:
    program('[ "$1" = rev-list ] && [ "$2" = --count ] && exit 3\nexec $GIT "$@"')
    assert "could not count" in missing(tmp_path / "f", local(repo), want).detail


def test_a_crossed_history_that_cannot_be_listed_is_a_reason(tmp_path: Path, program: Callable[[str], None]) -> None:
    repo = base_of(tmp_path / "repo")
    criss_cross(repo)
    head, merge_base = (repo.git("rev-parse", name).decode().strip() for name in ("change", "ours"))
    number = int(repo.git("rev-list", "--count", "main..change"))
    program('case "$*" in *--boundary*) exit 3;; esac\nexec $GIT "$@"')
    want = Want(head, merge_base, number, (MAIN,))
    assert Why.FAILED is missing(tmp_path / "f", Remote(f"file://{repo.path}"), want).why


def test_what_is_no_commit_has_no_history(repo: Repo, want: Want, tmp_path: Path) -> None:
    tree = repo.git("rev-parse", "change^{tree}").decode().strip()
    assert Why.FAILED is missing(tmp_path / "f", local(repo), replace(want, head=tree)).why


@pytest.mark.parametrize(
    "change",
    [{"head": "HEAD"}, {"head": "--all"}, {"merge_base": "1" * 64}, {"merge_base": "1" * 39}, {"merge_base": "A" * 40}, {"commits": -1}],
)
def test_only_full_ids_and_numbers_are_asked_for(repo: Repo, want: Want, tmp_path: Path, change: dict[str, Any]) -> None:
    found = missing(tmp_path / "f", local(repo), replace(want, **change))
    assert "no commit id, or no number" in found.detail
    assert not (tmp_path / "f").exists()


@pytest.mark.parametrize(
    "url",
    [
        "ssh://host/x", "ext::sh -c touch%20x", "https://name:word@host/x", "https://name@host/x", "--upload-pack=x", "https://host/a b",
        "http://host/\n", "/tmp/x", "file://host/x", "https://", "",
    ],
)  # fmt: skip
def test_only_addresses_of_the_web_and_of_files_are_fetched_from(want: Want, tmp_path: Path, url: str) -> None:
    found = missing(tmp_path / "f", Remote(url, TOKEN), want)
    assert (Why.FAILED, True) == (found.why, "https://HOST/OWNER/NAME" in found.fix)
    assert "word" not in found.detail.replace("password", "")


def test_a_remote_that_is_not_there_is_a_reason(want: Want, tmp_path: Path) -> None:
    with served(tmp_path) as server:
        url = server.url
    assert Why.FAILED is missing(tmp_path / "f", Remote(f"{url}/up.git"), want, waits=(2.0, 8.0)).why
    assert Why.FORBIDDEN is missing(tmp_path / "g", Remote(f"file://{tmp_path}/nowhere"), want).why


# Tips


def test_tips_are_asked_by_their_exact_names(repo: Repo, tmp_path: Path) -> None:
    place = tmp_path / "up.git"
    repo.git("clone", "--quiet", "--bare", ".", str(place))
    ids = {name: repo.git("rev-parse", name).decode().strip() for name in ("main", "change")}
    names = [
        "refs/heads/--upload-pack=touch ran",
        "refs/heads/na\u00efve",
        "refs/heads/-x",
        "refs/pull/1/head",
        "refs/heads/refs/heads/main",
    ]
    names[0] = names[0].replace(" ", "")
    for name in (*names, "refs/tags/refs/heads/gone", "refs/heads/refs/heads/gone"):
        repo.git("-C", str(place), "update-ref", name, ids["change"])
    remote = Remote(f"file://{place}")
    assert dict.fromkeys(names, ids["change"]) | {MAIN: ids["main"]} == ask_tips(remote, [*names, MAIN])
    assert {names[2]: ids["change"]} == ask_tips(remote, names[2:3])
    assert {} == ask_tips(remote, [])
    for absent in ("refs/heads/gone", "refs/heads/mai", "refs/tags/main"):
        found = ask_tips(remote, [MAIN, absent])
        assert isinstance(found, Missing)
        assert (Why.FAILED, f"the folder has no '{absent}'") == (found.why, found.detail)
    assert [] == list(tmp_path.rglob("ran"))


@pytest.mark.parametrize(
    "ref", ["main", "--heads", "HEAD", "refs/heads/*", "refs/heads/a b", "refs/heads/a\n", "refs/heads/", "", "refs/notes/x"]
)
def test_what_is_no_full_ref_is_not_asked_for(repo: Repo, want: Want, tmp_path: Path, ref: str) -> None:
    found = ask_tips(local(repo), [MAIN, ref])
    assert isinstance(found, Missing)
    assert "refs/heads/NAME" in found.fix
    assert "refs/heads/NAME" in missing(tmp_path / "f", local(repo), replace(want, tips=(ref,))).fix


def test_tips_of_a_remote_that_refuses_are_missing(server: Server) -> None:
    found = ask_tips(Remote(f"{server.url}/up.git"), [MAIN])
    assert isinstance(found, Missing)
    assert Why.FORBIDDEN is found.why
    unread = ask_tips(Remote("nowhere"), [MAIN])
    assert isinstance(unread, Missing)


# Limits


def hung(url: str) -> bool:
    return any(f"{url}/" in line and "remote-http" in line for line in command_lines())


def ends(url: str) -> bool:
    """Whether no process talks to this address any more, or soon no longer: one that was killed takes a moment to go."""
    until = time.monotonic() + 20
    while hung(url) and time.monotonic() < until:
        time.sleep(0.02)
    return not hung(url)


@pytest.mark.parametrize("at", range(6))
def test_a_remote_that_hangs_is_left_with_all_its_helpers(server: Server, remote: Remote, want: Want, tmp_path: Path, at: int) -> None:
    end = Event()
    server.faults += [*[fine] * at, lambda _: end.wait(60)]
    begun = time.monotonic()
    found = missing(tmp_path / "f", remote, want, limits=FetchLimits(process_seconds=1))
    assert ends(server.url)
    end.set()
    assert (Why.OVER_LIMIT, True) == (found.why, "1 s for one question" in found.detail)
    assert time.monotonic() - begun < 50


def test_the_time_for_everything_ends_a_process_as_well(server: Server, remote: Remote, want: Want, tmp_path: Path) -> None:
    end = Event()
    server.faults.append(lambda _: end.wait(60))
    found = missing(tmp_path / "f", remote, want, limits=FetchLimits(seconds=0.5))
    end.set()
    assert (Why.OVER_LIMIT, True) == (found.why, "0.5 s for all" in found.detail)


@pytest.mark.parametrize(
    "script", ["yes | head -c 50000000 >&2; exec tail -f /dev/null", "yes | head -c 50000000", "exec >&-; sleep 60", "sleep 60"]
)
def test_a_git_that_floods_or_never_ends_is_stopped(
    repo: Repo, tmp_path: Path, program: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    monkeypatch.setattr("prgate.git.remote._OUT_BYTES", 100_000)
    want = change_of(repo)
    program(script)
    found = missing(tmp_path / "f", local(repo), want, limits=FetchLimits(process_seconds=1 if "sleep" in script else 60))
    assert (Why.OVER_LIMIT, "sleep" not in script) == (found.why, "does not stop talking" in found.detail)


def test_an_interrupt_leaves_no_process_behind(server: Server, remote: Remote, want: Want, tmp_path: Path) -> None:
    end = Event()
    server.faults.append(lambda _: end.wait(60))
    wire = connect(Git(str(tmp_path), {"GIT_DIR": os.devnull}), remote, FetchLimits(), time.sleep)
    assert not isinstance(wire, Missing)

    def interrupt() -> Missing | None:
        if hung(server.url):
            raise KeyboardInterrupt
        return None

    with pytest.raises(KeyboardInterrupt):
        wire.ask("ls-remote", "forge", look=interrupt)
    assert ends(server.url)
    end.set()


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Remote, Want]:
    """A change that brings three MB and two hundred files."""
    repo = Repo(tmp_path_factory.mktemp("large") / "repo")
    merge_base = repo.commit("base")
    repo.write("large", os.urandom(3_000_000))
    for number in range(200):
        repo.write(f"f{number}", b"%d\n" % number)
    head = repo.commit("change")
    return Remote(f"file://{repo.path}"), Want(head, merge_base, 1, (MAIN,))


@pytest.mark.parametrize("filters", ["true", "false"])
@pytest.mark.parametrize(
    ("limits", "detail"),
    [
        (FetchLimits(disk_bytes=1_000_000), "larger than 1000000 bytes"),
        (FetchLimits(objects=150), "150 is the limit"),
        (FetchLimits(objects=2), "2 is the limit"),
    ],
)
def test_a_change_over_a_limit_is_said_to_be(
    large: tuple[Remote, Want], tmp_path: Path, limits: FetchLimits, detail: str, filters: str
) -> None:
    remote, want = large
    subprocess.run(["git", "-C", remote.url.removeprefix("file://"), "config", "uploadpack.allowFilter", filters], check=True)
    found = missing(tmp_path / "f", remote, want, limits=limits)
    assert (Why.OVER_LIMIT, True) == (found.why, detail in found.detail)
    assert isinstance(fetch(tmp_path / "g", remote, want), Fetched)


def test_what_grows_over_the_limit_is_stopped_while_it_grows(
    large: tuple[Remote, Want], tmp_path: Path, program: Callable[[str], None]
) -> None:
    remote, want = large
    place = tmp_path / "f/objects/pack/tmp_pack_x"
    program(
        f'[ "$1" = fetch ] || exec $GIT "$@"\nfor step in $(seq 200); do head -c 100000 /dev/zero >> {place}; sleep 0.05; done\nexec $GIT "$@"'
    )
    found = missing(tmp_path / "f", remote, want, limits=FetchLimits(disk_bytes=1_000_000))
    assert Why.OVER_LIMIT is found.why
    assert place.stat().st_size < 15_000_000


def test_a_file_that_git_renames_at_that_moment_is_no_trouble(
    repo: Repo, want: Want, tmp_path: Path, program: Callable[[str], None]
) -> None:
    program(f'ln -s nowhere {tmp_path}/f/objects/pack/tmp_pack_renamed 2>&-\nexec $GIT "$@"')
    assert isinstance(fetch(tmp_path / "f", local(repo), want), Fetched)
    assert (tmp_path / "f/objects/pack/tmp_pack_renamed").is_symlink()


def test_a_list_of_changes_that_is_too_long_or_not_to_be_had_is_a_reason(
    repo: Repo, want: Want, tmp_path: Path, program: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    program('[ "$1" = log ] && exit 3\nexec $GIT "$@"')
    assert Why.UNREADABLE is missing(tmp_path / "f", local(repo), want).why
    program('exec $GIT "$@"')
    monkeypatch.setattr("prgate.git.blobs._LIST_BYTES", 10)
    assert Why.OVER_LIMIT is missing(tmp_path / "g", local(repo), want).why


def test_files_that_the_remote_leaves_out_are_missed(repo: Repo, want: Want, tmp_path: Path, program: Callable[[str], None]) -> None:
    program(f'for last; do :; done\ncase "$*" in *--depth*) ;; fetch*) touch {tmp_path}/asked; exit 0;; esac\nexec $GIT "$@"')
    found = missing(tmp_path / "f", local(repo), want)
    assert (Why.FAILED, True) == (found.why, "left out 2 of 2 files" in found.detail)
    assert (tmp_path / "asked").exists()
