"""Attached sessions in the clone and at its remote: one ref each, so that no two writers ever meet in one."""

from __future__ import annotations

import fcntl
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Final

from prgate.attach.branch import PUSHED, Branch
from prgate.errors import PrgateError
from prgate.git.kept import SESSION_REFS
from prgate.git.own import Clone
from prgate.model.trace import Trace
from prgate.recognise.credentials import redacted

_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_LOOK_SECONDS: Final = 0.02


def ref_of(branch: Branch, trace: Trace, place: str) -> str:
    """The ref of a session: by its id, or by where its file lies and when it started if it has none that a ref can hold."""
    first = trace.sessions[0] if trace.sessions else None
    if first is not None and first.id is not None and _PLAIN.fullmatch(first.id):
        return f"{branch.folder}/{first.id}"
    started = (first.started or "") if first is not None else ""
    digest = sha256(f"{(first.id or '') if first is not None else ''}\0{place}\0{started}".encode("utf-8", "surrogateescape")).hexdigest()
    return f"{branch.folder}/{trace.format}-{digest[:16]}"


@contextmanager
def locked(clone: Clone, *, seconds: float) -> Iterator[None]:
    """While no other prgate attaches in the clone. Raises ``PrgateError`` if one does for longer than this."""
    place = clone.common / "prgate.lock"
    end = time.monotonic() + seconds
    try:
        opened = place.open("ab")
    except OSError as error:
        raise PrgateError(
            f"cannot be written: {error.strerror}", str(place), "Nothing can be attached in a clone that is only read."
        ) from error
    with opened as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if time.monotonic() > end:
                    raise PrgateError(f"another prgate attaches here for more than {seconds:g} s", str(place), "Try again.") from error
                time.sleep(_LOOK_SECONDS)
        yield


def push(clone: Clone, branch: Branch, ref: str, *, anew: bool, seconds: float) -> None:
    """Bring the remote's ref to what the clone's says, whatever it was before. Raises ``PrgateError`` if that does not work.

    What was pushed before is pushed again only ``anew``.

    Of two that push at once the slower could leave the older state behind, so each looks afterwards whether it pushed the latest.
    """
    assert branch.remote is not None, "asked for by the caller"
    mark = f"{PUSHED}/{branch.remote}/{ref.removeprefix(SESSION_REFS)}"
    while True:
        state = clone.refs("objectname", ref, mark)
        if ref not in state or (state[ref] == state.get(mark) and not anew):
            return
        why = clone.push(branch.remote, f"+{state[ref]}:{ref}", seconds=seconds)
        if why is not None:
            raise PrgateError(
                f"attached here, but not pushed to {branch.remote}: {redacted(why)}", ref, "Push it with `prgate attach --push`."
            )
        clone.ask("update-ref", mark, state[ref])
        anew = False


def attached(clone: Clone, branch: Branch) -> tuple[str, ...]:
    """The refs of the branch's sessions in the clone; those of a branch whose name goes on behind a slash are not among them."""
    return tuple(ref for ref in clone.refs("objectname", f"{branch.folder}/") if "/" not in ref.removeprefix(f"{branch.folder}/"))


def remove(clone: Clone, branch: Branch, *, at_remote: bool, seconds: float) -> tuple[str, ...]:
    """Take all sessions of the branch out of the clone, and out of its remote too; the refs. Raises ``PrgateError``."""
    refs = set(attached(clone, branch))
    marks = [*clone.refs("objectname", f"{PUSHED}/{branch.remote}/{branch.name}/")] if branch.remote else []
    if at_remote:
        assert branch.remote is not None, "asked for by the caller"
        listed = clone.ask("ls-remote", "--quiet", "--", branch.remote, f"{branch.folder}/*").split("\n")
        there = {ref for line in listed if "/" not in (ref := line.partition("\t")[2]).removeprefix(f"{branch.folder}/") and ref}
        if there and (why := clone.push(branch.remote, *(f":{ref}" for ref in sorted(there)), seconds=seconds)):
            raise PrgateError(f"not removed from {branch.remote}: {redacted(why)}", branch.folder, "Mend what git says, and try again.")
        refs |= there
    lines = [
        f"delete {os.fsencode(ref).decode('utf-8', 'surrogateescape')}\n"
        for ref in (*attached(clone, branch), *(marks if at_remote else ()))
    ]
    clone.ask("update-ref", "--stdin", stdin="".join(lines).encode("utf-8", "surrogateescape"))
    return tuple(sorted(refs))
