"""Time and bytes of what one judgement fetches, beside the whole history without files and the whole repository.

    python -m tests.benchmarks.fetch --repo FOLDER [--ranges 20] [--seed 1]

``FOLDER`` is a large repository, best with ``refs/pull/*/head``; it is served by ``file:`` with filters from a bare repository that borrows its
objects. Where there are no such refs, single commits of its main line are the changes. Latency of a network is not in the figures: count
the git processes, each is about two requests.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from prgate.git.blobs import absent_objects, needed_blobs
from prgate.git.fetch import Want, fetch
from prgate.git.fetch_undone import fetch_undone
from prgate.git.remote import FetchLimits, Remote, connect
from prgate.git.scratch import lay_out
from prgate.model.missing import Missing

TIP = "refs/heads/prgate-benchmark"
POLICY = b".github/prgate.yml"
FETCH = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--stdin")


@dataclass(frozen=True, slots=True)
class Cost:
    """One fetch: wall clock, bytes of packs and indexes, git processes that asked the remote: one for refs and one for each pack."""

    seconds: float
    size: int
    asked: int


def main() -> int:
    """1 if something that was there could not be fetched, else 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repo", type=Path, required=True)
    parser.add_argument("--ranges", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if not options.repo.is_dir():
        sys.stdout.write(f"skipped: no folder {options.repo}\n")
        return 0
    with TemporaryDirectory(prefix="prgate-fetch-") as name:
        folder = Path(name)
        remote = Remote(f"file://{_served(options.repo, folder / 'served.git')}")
        wanted = list(_ranges(options.repo, options.ranges, random.Random(options.seed)))
        costs = [_measured(folder / f"own{number}", _own(remote, want)) for number, want in enumerate(wanted)]
        _print("what one judgement needs", [cost for cost in costs if cost is not None])
        several = [cost for cost, want in zip(costs, wanted, strict=True) if cost is not None and want.commits > 1]
        _print("  of these, more than one commit", several)
        _print("  of these, history asked for again", [cost for cost in several if cost.asked > 3])
        undone = [_measured(folder / f"undone{number}", _undone(options.repo, remote, want)) for number, want in enumerate(wanted)]
        _print("what was undone before, on top", [cost for cost in undone if cost is not None])
        _print("whole history, files as needed", _known(_measured(folder / "history", _history(remote, wanted[0], "--filter=blob:none"))))
        _print("everything", _known(_measured(folder / "everything", _history(remote, wanted[0]))))
        return int(None in [*costs, *undone])


def _git(repo: Path, *args: str) -> str:
    env = {name: os.environ[name] for name in ("PATH",)} | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(["git", "-C", str(repo), *args], capture_output=True, text=True, check=False, env=env).stdout.strip()


def _served(repo: Path, place: Path) -> Path:
    _git(repo, "init", "--quiet", "--bare", str(place))
    objects = Path(repo, _git(repo, "rev-parse", "--path-format=absolute", "--git-path", "objects"))
    (place / "objects" / "info" / "alternates").write_text(f"{objects}\n")
    _git(place, "config", "uploadpack.allowFilter", "true")
    _git(place, "update-ref", TIP, _git(repo, "rev-parse", "HEAD"))
    return place


def _ranges(repo: Path, most: int, chance: random.Random) -> Iterator[Want]:
    """Pull requests at random, as a forge would tell them."""
    tip = _git(repo, "rev-parse", "HEAD")
    heads = _git(repo, "for-each-ref", "--format=%(objectname)", "refs/pull/*/head").split() or _git(repo, "rev-list", tip).split()
    chance.shuffle(heads)
    for head in heads:
        base = tip if _git(repo, "merge-base", tip, head) != head else f"{head}^"
        merge_base = _git(repo, "merge-base", base, head)
        commits = int(_git(repo, "rev-list", "--count", f"{base}..{head}") or 0)
        if merge_base and commits:
            yield Want(head, merge_base, commits, (TIP,), (POLICY,))
            most -= 1
        if most == 0:
            return


def _own(remote: Remote, want: Want) -> Callable[[Path], object]:
    return lambda folder: fetch(folder, remote, want)


def _undone(repo: Path, remote: Remote, want: Want) -> Callable[[Path], object]:
    """The history before the change, for every path that it changes."""
    paths = os.fsencode(_git(repo, "diff", "--name-only", "-z", want.merge_base, want.head)).split(b"\0")
    return lambda folder: fetch_undone(folder, remote, want.merge_base, paths)


def _history(remote: Remote, want: Want, *options: str) -> Callable[[Path], object]:
    """All commits and folders of the change and the tip, with all files or then those that reading looks into."""

    def run(folder: Path) -> object:
        git = lay_out(folder, "sha1")
        wire = connect(git, remote, FetchLimits(), time.sleep)
        assert not isinstance(wire, Missing)
        tip = wire.ask("ls-remote", "forge", TIP)
        assert not isinstance(tip, Missing)
        ids = "".join(f"{oid}\n" for oid in (want.head, want.merge_base, tip[: len(want.head)].decode())).encode()
        first = wire.ask(*FETCH, *(options or ("--no-filter",)), "forge", questions=ids)
        if isinstance(first, Missing):
            return first
        absent = absent_objects(git, needed_blobs(git, want.merge_base, want.head, ()))
        files = "".join(f"{oid}\n" for oid in absent).encode()
        return wire.ask(*FETCH, "--filter=blob:none", "forge", questions=files) if absent else first

    return run


def _measured(folder: Path, run: Callable[[Path], object]) -> Cost | None:
    start = time.perf_counter()
    found = run(folder)
    seconds = time.perf_counter() - start
    if isinstance(found, Missing):
        sys.stdout.write(f"{found.why}: {found.detail}\n")
        return None
    files = [place for place in (folder / "objects").rglob("*") if place.is_file()]
    return Cost(seconds, sum(place.stat().st_size for place in files), 1 + sum(place.suffix == ".pack" for place in files))


def _known(cost: Cost | None) -> list[Cost]:
    return [] if cost is None else [cost]


def _print(name: str, costs: list[Cost]) -> None:
    if not costs:
        sys.stdout.write(f"{name:36} none\n")
        return
    seconds, sizes, asked = ([getattr(cost, field) for cost in costs] for field in ("seconds", "size", "asked"))
    sys.stdout.write(
        f"{name:36} n {len(costs):3}  seconds {median(seconds):6.2f} median {max(seconds):6.2f} max  "
        f"MB {median(sizes) / 1e6:7.2f} median {max(sizes) / 1e6:7.2f} max  processes {median(asked):g} median {max(asked)} max\n"
    )


if __name__ == "__main__":
    sys.exit(main())
