"""What one judgement needs of a remote repository, fetched into a bare repository that is read offline from then on."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from prgate.errors import FormatError
from prgate.git.blobs import absent_objects, needed_blobs
from prgate.git.process import Git
from prgate.git.remote import FetchLimits, Remote, Wire, connect
from prgate.git.scratch import lay_out
from prgate.model.missing import Missing, Why

_OID: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_REF: Final = re.compile(r"refs/(?:heads|tags|pull)/[^\x00-\x20\x7f~^:?*\[\\]+")
_FETCH: Final = ("fetch", "--quiet", "--no-progress", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--stdin")
_FURTHER: Final = 200
_LIST_BYTES: Final = 64 * 1024 * 1024
_ALL_DEPTHS: Final = 0x7FFFFFFF
"""Git's own number for a history that is cut nowhere."""
_LIMITS: Final = FetchLimits()
_AGAIN: Final = "Run it again; if it lasts, tell the people who run the forge."


@dataclass(frozen=True, slots=True)
class Want:
    """The range ``merge_base..head``, of so many ``commits``, as the forge's comparison told it, and the tips to read a policy from.

    ``commits`` is what ``head`` has and the base lacks. ``tips`` are full refs; ``paths`` are files that are needed at every tip whatever
    changed.
    """

    head: str
    merge_base: str
    commits: int
    tips: tuple[str, ...] = ()
    paths: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Fetched:
    """The commit that each ref was when it was asked."""

    tips: Mapping[str, str]


def ask_tips(
    remote: Remote, refs: Sequence[str], *, limits: FetchLimits = _LIMITS, sleep: Callable[[float], None] = time.sleep
) -> Mapping[str, str] | Missing:
    """What full refs (``refs/heads/main``) stand for at the remote now. A ref that is not there is ``Missing``, and with it all."""
    with TemporaryDirectory(prefix="prgate-") as folder:
        wire = connect(Git(folder, {"GIT_DIR": os.devnull, "GIT_CONFIG_GLOBAL": os.devnull}), remote, limits, sleep)
        return wire if isinstance(wire, Missing) else _tips(wire, refs)


def fetch(
    folder: Path, remote: Remote, want: Want, *, limits: FetchLimits = _LIMITS, sleep: Callable[[float], None] = time.sleep
) -> Fetched | Missing:
    """Fill ``folder``, which must not exist or be empty, so that ``open_repository(folder)`` reads all of ``want`` as in a full clone.

    First the history as deep as the range can be, without files. It is deep enough when ``merge_base..head`` holds as many commits as the
    forge counts: a history cut off too early lets commits of the base count as commits of the change, never the other way round. Then
    all files that reading looks into, at once. A head that the remote no longer has is ``STALE``.
    """
    odd = [oid for oid in (want.head, want.merge_base) if not _OID.fullmatch(oid) or len(oid) != len(want.head)]
    if odd or want.commits < 0:
        return Missing(Why.FAILED, f"this is no commit id, or no number of commits: {odd[0] if odd else want.commits!r}"[:200], _AGAIN)
    git = lay_out(folder, "sha1" if len(want.head) == 40 else "sha256")
    (folder / "objects" / "pack").mkdir()
    wire = connect(git, remote, limits, sleep)
    if isinstance(wire, Missing):
        return wire
    tips = _tips(wire, want.tips)
    if isinstance(tips, Missing):
        return tips
    look = partial(look_at, folder / "objects" / "pack", limits)
    failed = _history(wire, git, want, tips, look) or _files(wire, git, want, tips, look)
    return failed or Fetched(tips)


def _tips(wire: Wire, refs: Sequence[str]) -> Mapping[str, str] | Missing:
    """Asked by exact name before anything is fetched by id: a refspec also means ``refs/tags/refs/heads/main`` where the branch is gone."""
    odd = next((ref for ref in refs if not _REF.fullmatch(ref)), None)
    if odd is not None:
        return Missing(Why.FAILED, f"this is no full name of a branch, tag or pull request: {odd[:200]!a}", "Name it as refs/heads/NAME.")
    if not refs:
        return {}
    # Without this git has every ref listed, and a forge keeps two for each pull request there ever was.
    few = [option for option, start in (("--heads", "refs/heads/"), ("--tags", "refs/tags/")) if all(ref.startswith(start) for ref in refs)]
    answer = wire.ask("ls-remote", "--quiet", *few, "forge", *refs)
    if isinstance(answer, Missing):
        return answer
    there = {}
    for line in answer.split(b"\n"):
        oid, _, name = line.partition(b"\t")
        there[os.fsdecode(name)] = oid.decode("ascii", "replace")
    gone = next((ref for ref in refs if not _OID.fullmatch(there.get(ref, ""))), None)
    if gone is not None:
        return Missing(Why.FAILED, f"{wire.host} has no {gone[:200]!a}", "The branch may have been renamed or deleted; run the gate again.")
    return {ref: there[ref] for ref in refs}


def _history(wire: Wire, git: Git, want: Want, tips: Mapping[str, str], look: Callable[[], Missing | None]) -> Missing | None:
    """Commits and folders, then commits alone further and further back, for those of the range and their parents came at first."""
    ids = dict.fromkeys((want.head, want.merge_base, *tips.values()))
    enough = want.commits + 1
    told = 0
    for depth, left_out in ((enough, "blob:none"), (max(_FURTHER, 5 * enough), "tree:0"), (_ALL_DEPTHS, "tree:0")):
        failed = take(wire, ids, look, f"--depth={min(depth, _ALL_DEPTHS)}", f"--filter={left_out}")
        if failed is not None:
            if failed.detail.endswith(f"object {want.head}"):
                return Missing(Why.STALE, f"{failed.detail}, the head of the change", failed.fix)
            return failed
        counted = _count(git, want.merge_base, want.head)
        if isinstance(counted, Missing):
            return counted
        told = counted
        if told == want.commits and not git.run("merge-base", "--is-ancestor", want.merge_base, want.head).code:
            return None
        if not Path(git.folder, "shallow").exists():
            break
    if any(_agrees(git, want, tip) for tip in tips.values()):
        return _folders(wire, git, want, look)
    detail = f"the forge counts {want.commits} commits in the change, and its history holds {told} from the merge base to the head"
    return Missing(Why.FAILED, detail, _AGAIN)


def _folders(wire: Wire, git: Git, want: Want, look: Callable[[], Missing | None]) -> Missing | None:
    """Folders of a range that holds more commits than the forge counts, so that some of them came alone."""
    trees = git.run("log", "--boundary", "--format=tformat:%T", f"{want.merge_base}..{want.head}", "--", limit=_LIST_BYTES)
    if trees.over_limit or trees.code:
        return Missing(Why.OVER_LIMIT if trees.over_limit else Why.FAILED, f"git could not list the commits: {trees.words}", _AGAIN)
    absent = absent_objects(git, set(trees.out.decode("ascii").split()))
    return take(wire, absent, look, "--filter=blob:none") if absent else None


def _agrees(git: Git, want: Want, tip: str) -> bool:
    """Whether the forge's count is right seen from the base: where two histories have several merge bases, one of them leaves more."""
    bases = git.run("merge-base", "--all", tip, want.head)
    return want.merge_base.encode("ascii") in bases.out.split() and _count(git, tip, want.head) == want.commits


def _count(git: Git, merge_base: str, head: str) -> int | Missing:
    found = git.run("rev-list", "--count", f"{merge_base}..{head}", "--")
    return Missing(Why.FAILED, f"git could not count the commits: {found.words}", _AGAIN) if found.code else int(found.out)


def _files(wire: Wire, git: Git, want: Want, tips: Mapping[str, str], look: Callable[[], Missing | None]) -> Missing | None:
    places = [(commit, path) for commit in set(tips.values()) for path in want.paths]
    try:
        needed = needed_blobs(git, want.merge_base, want.head, places)
    except FormatError as error:
        return Missing(Why.OVER_LIMIT if error.over_limit else Why.UNREADABLE, f"git could not list what changed: {error}", _AGAIN)
    absent = absent_objects(git, needed)
    if len(absent) > wire.limits.objects:
        return _too_many(len(absent), wire.limits)
    if not absent:
        return None
    failed = take(wire, absent, look, "--filter=blob:none")
    if failed is None and (left := absent_objects(git, absent)):
        return Missing(Why.FAILED, f"{wire.host} left out {len(left)} of {len(absent)} files, {left[0]} among them", _AGAIN)
    return failed


def take(wire: Wire, names: Iterable[str], look: Callable[[], Missing | None], *options: str, silent: int = 0) -> Missing | None:
    """Fetch these objects or refspecs; ``None`` where all came. ``silent`` as of ``Wire.ask``."""
    questions = "".join(f"{name}\n" for name in names).encode("utf-8", "surrogateescape")
    answer = wire.ask(*_FETCH, *options, "forge", questions=questions, look=look, silent=silent)
    return answer if isinstance(answer, Missing) else None


def look_at(packs: Path, limits: FetchLimits) -> Missing | None:
    """Why to stop, from what git has written so far."""
    size = objects = 0
    for place in packs.iterdir():
        try:
            size += place.stat().st_size
            if place.suffix == ".pack" or place.name.startswith("tmp_pack"):
                with place.open("rb") as file:
                    header = file.read(12)
                objects += int.from_bytes(header[8:], "big")
        except FileNotFoundError:
            continue  # given its final name since
    if size > limits.disk_bytes:
        return Missing(Why.OVER_LIMIT, f"the fetched history is larger than {limits.disk_bytes} bytes", "Split the change.")
    return _too_many(objects, limits) if objects > limits.objects else None


def _too_many(objects: int, limits: FetchLimits) -> Missing:
    return Missing(Why.OVER_LIMIT, f"the change needs {objects} objects, and {limits.objects} is the limit", "Split the change.")
