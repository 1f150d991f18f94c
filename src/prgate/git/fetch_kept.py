"""The sessions that a change's repository keeps beside its branches, fetched into a repository of their own that steers no judgement."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from prgate.formats.entire import checkpoint_ref
from prgate.git.blobs import absent_objects
from prgate.git.fetch import look_at, take
from prgate.git.kept import CHECKPOINT_BRANCHES, NOTES_REF, SESSION_REFS, Sought, find_kept
from prgate.git.remote import FetchLimits, Remote, connect
from prgate.git.scratch import lay_out
from prgate.model.missing import Missing, Why

KEPT_LIMITS: Final = FetchLimits(disk_bytes=600 * 1024 * 1024, objects=500_000, process_seconds=120, seconds=240)
"""Half a GiB of sessions and the folders around them."""
_NOTHING: Final = 1
"""How ``git fetch --depth`` ends, without a word, where no ref that is asked for is there."""
_BRANCH: Final = re.compile(r"(?!/|.*(?://|\.\.|@\{|/$))[^\x00-\x20\x7f~^:?*\[\\]+")


def fetch_kept(
    folder: Path,
    remote: Remote,
    sought: Sought,
    *,
    object_format: str = "sha1",
    limits: FetchLimits = KEPT_LIMITS,
    sleep: Callable[[float], None] = time.sleep,
) -> Missing | None:
    """Fill ``folder``, which must not exist, so that ``open_repository(folder)`` finds there what is sought; ``None`` where that came about.

    First the refs that there are, each without its history and its files: only their names are asked for, so what is not there costs
    nothing and is no error. Then the files that belong to what is sought, by id, at once.
    """
    git = lay_out(folder, object_format)
    (folder / "objects" / "pack").mkdir()
    asked = _refspecs(sought)
    if not asked:
        return None
    wire = connect(git, remote, limits.within(KEPT_LIMITS), sleep)
    if isinstance(wire, Missing):
        return wire
    look = partial(look_at, folder / "objects" / "pack", wire.limits)
    failed = take(wire, asked, look, "--depth=1", "--filter=blob:none", silent=_NOTHING)
    if failed is not None:
        return _said(failed)
    found = find_kept(git.run, git, sought)
    absent = absent_objects(git, {oid for kept in found.kept for oid in kept.oids})
    failed = take(wire, absent, look, "--filter=blob:none") if absent else None
    return None if failed is None else _said(failed)


def _refspecs(sought: Sought) -> list[str]:
    """Each with a star: a ref that is named whole must be there."""
    asked = [f"{SESSION_REFS}{branch}/*" for branch in sought.branches if _BRANCH.fullmatch(branch)]
    asked += [f"{NOTES_REF}*"] if sought.commits else []
    if sought.checkpoints:
        asked += [f"{checkpoint_ref(id_)}*" for id_ in sought.checkpoints]
        asked.append(f"refs/heads/{CHECKPOINT_BRANCHES}*")
    return [f"+{ref}:{ref}" for ref in asked]


def _said(failed: Missing) -> Missing:
    if failed.why is Why.OVER_LIMIT:
        fix = "Attach less: the session that made this change alone, or give it with `trace`."
        return Missing(failed.why, f"the traces that the head's repository keeps: {failed.detail}", fix)
    return Missing(failed.why, f"the traces that the head's repository keeps could not be fetched: {failed.detail}", failed.fix)
