"""Traces that lie in a repository, read a piece at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from prgate.git import Repository
from prgate.git.objects import REFETCH
from prgate.git.streams import Joined
from prgate.model.missing import Missing, Why
from prgate.model.trace import Trace
from prgate.model.wording import quoted
from prgate.operands import Operand, parsed

TOTAL_BYTES: Final = 512 * 1024 * 1024
"""All traces that one look at a repository reads."""
_SAYS_NOTHING: Final = b"---"
"""What a note of git-ai begins with where no line of its commit is anybody's."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One trace: its files in a row, and what outputs call it. ``commit`` is what a note is about.

    ``candidate``: it is one only if a reader takes it.
    """

    name: str
    oids: tuple[str, ...]
    commit: str | None = None
    candidate: bool = False


def read_stored(
    repository: Repository, stored: Sequence[Stored], *, each: int, total: int = TOTAL_BYTES
) -> tuple[list[Operand[Trace]], tuple[Missing, ...]]:
    """The traces in their order, those of the same files once (notes once a commit), and why some were left out; limits in bytes.

    What is no trace after all is in neither.
    """
    once: dict[tuple[tuple[str, ...], str | None], Stored] = {}
    for item in stored:
        once.setdefault((item.oids, item.commit), item)
    sizes = repository.sizes([oid for item in once.values() for oid in item.oids])
    taken: list[Stored | Operand[Trace]] = []
    left, over = total, 0
    for item in once.values():
        size = sum(sizes.get(oid, 0) for oid in item.oids)
        if any(oid not in sizes for oid in item.oids):
            detail = f"{quoted(item.name)} is known by name, and its bytes are not in this repository"
            taken.append(_unread(item, Why.UNREADABLE, detail, REFETCH))
        elif size > each:
            detail = f"{quoted(item.name)} has {size:,} bytes, more than the limit of {each:,}"
            taken.append(_unread(item, Why.OVER_LIMIT, detail, "Attach the session that made this change alone."))
        elif size > left:
            over += 1
        else:
            left -= size
            taken.append(item)
    streams = repository.streams([item.oids for item in taken if isinstance(item, Stored)])
    read = [_read(item, next(streams)) if isinstance(item, Stored) else item for item in taken]
    streams.close()
    detail = f"{over} more are left out: all traces together have more than {total:,} bytes"
    too_many = (Missing(Why.OVER_LIMIT, detail, "Attach only what is about this change."),) if over else ()
    return [operand for operand in read if operand is not None], too_many


def _unread(item: Stored, why: Why, detail: str, fix: str) -> Operand[Trace]:
    return Operand(item.name, Missing(why, detail, fix), None)


def _read(item: Stored, joined: Joined) -> Operand[Trace] | None:
    """The trace; ``None`` for a candidate that is none, and for a note that says nothing of anybody, as many do."""
    from prgate.formats.traces import read_trace, recognises  # noqa: PLC0415 (readers are paid for by who has a trace)
    from prgate.formats.traces.blocks import HEAD  # noqa: PLC0415 (likewise)

    stream = _Begun(joined, parsed(item.name, HEAD, partial(_begin, joined), option="--trace"))
    if item.candidate and joined.whole and not recognises(stream.head):
        return None
    value = parsed(item.name, stream, partial(read_trace, item.name), option="--trace")
    if not joined.drain():
        return _unread(item, Why.UNREADABLE, f"{quoted(item.name)}: its bytes are damaged", REFETCH)
    if item.commit is not None:
        if isinstance(value, Missing) and stream.head.startswith(_SAYS_NOTHING):
            return None
        if isinstance(value, Trace):
            value = replace(value, attributions=tuple(replace(one, revision=item.commit) for one in value.attributions))
    return Operand(item.name, value, joined.sha256.hexdigest())


def _begin(joined: Joined, size: int) -> bytes:
    found = bytearray()
    while len(found) < size and (piece := joined.read(size - len(found))):
        found += piece
    return bytes(found)


class _Begun:
    """A stream of which the ``head`` was read already, and is given again; none where it cannot be read."""

    __slots__ = ("_joined", "_place", "head")

    def __init__(self, joined: Joined, head: bytes | Missing) -> None:
        self.head = b"" if isinstance(head, Missing) else head
        self._joined = joined
        self._place = 0

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes, none at the end."""
        if self._place < len(self.head):
            data = self.head[self._place : self._place + size]
            self._place += len(data)
            return data
        return self._joined.read(size)
