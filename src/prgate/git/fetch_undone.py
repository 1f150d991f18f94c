"""The history before a change, as far as it is looked at for what was undone there, fetched into a repository of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import Final

from prgate.git.blobs import absent_objects
from prgate.git.fetch import look_at, take
from prgate.git.remote import FetchLimits, Remote, connect
from prgate.git.scratch import lay_out
from prgate.git.undone import WALKED, undoing_blobs
from prgate.model.missing import Missing

UNDONE_LIMITS: Final = FetchLimits(disk_bytes=512 * 1024 * 1024, objects=2_000_000, process_seconds=60, seconds=120)
"""What advice is worth: a monorepo's folders over some thousand commits."""


def fetch_undone(
    folder: Path,
    remote: Remote,
    merge_base: str,
    paths: Collection[bytes],
    *,
    limits: FetchLimits = UNDONE_LIMITS,
    sleep: Callable[[float], None] = time.sleep,
) -> Missing | None:
    """Fill ``folder``, which must not exist, so that ``undone`` of ``open_repository(folder)`` reads there as in a full clone; ``None`` where it does.

    First the commits and folders that are looked at, without files: so many generations hold the newest so many commits, and the parents of all of
    them. Then the files of these paths that commits which undo something touched, at once.
    """
    git = lay_out(folder, "sha1" if len(merge_base) == 40 else "sha256")
    (folder / "objects" / "pack").mkdir()
    wire = connect(git, remote, limits.within(UNDONE_LIMITS), sleep)
    if isinstance(wire, Missing):
        return _said(wire)
    look = partial(look_at, folder / "objects" / "pack", wire.limits)
    failed = take(wire, [merge_base], look, f"--depth={WALKED + 1}", "--filter=blob:none")
    if failed is not None:
        return _said(failed)
    needed = undoing_blobs(git, merge_base, paths)
    if isinstance(needed, Missing):
        return _said(needed)
    absent = absent_objects(git, needed)
    failed = take(wire, absent, look, "--filter=blob:none") if absent else None
    return None if failed is None else _said(failed)


def _said(failed: Missing) -> Missing:
    return Missing(failed.why, f"the history before the change: {failed.detail}", failed.fix)
