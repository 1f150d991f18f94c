"""Traces that lie in a repository, read a piece at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from prgate.git import Repository
from prgate.git.kept import Kept
from prgate.git.objects import REFETCH
from prgate.git.streams import Joined
from prgate.model.missing import Missing, Why
from prgate.model.trace import Trace
from prgate.model.wording import quoted
from prgate.operands import Operand, parsed

TOTAL_BYTES: Final = 512 * 1024 * 1024
"""All traces that one look at a repository reads."""


def read_stored(
    repository: Repository, kept: Sequence[Kept], *, candidates: bool, each: int, total: int = TOTAL_BYTES
) -> tuple[list[Operand[Trace]], tuple[Missing, ...]]:
    """The traces in their order, those of the same files once (notes once a commit), and why some were left out; limits in bytes.

    What is no trace after all is in neither: ``candidates`` are traces only if a reader takes them.
    """
    once: dict[tuple[tuple[str, ...], str | None], Kept] = {}
    for item in kept:
        once.setdefault((item.oids, item.commit), item)
    sizes = repository.sizes([oid for item in once.values() for oid in item.oids])
    taken: list[Kept | Operand[Trace]] = []
    left, over = total, 0
    for item in once.values():
        size = sum(sizes.get(oid, 0) for oid in item.oids)
        if any(oid not in sizes for oid in item.oids):
            detail = f"{quoted(item.source)} is known by name, and its bytes are not in this repository"
            taken.append(_unread(item, Why.UNREADABLE, detail, REFETCH))
        elif size > each:
            detail = f"{quoted(item.source)} has {size:,} bytes, more than the limit of {each:,}"
            taken.append(_unread(item, Why.OVER_LIMIT, detail, "Attach the session that made this change alone."))
        elif size > left:
            over += 1
        else:
            left -= size
            taken.append(item)
    streams = repository.streams([item.oids for item in taken if isinstance(item, Kept)])
    read = [_read(item, next(streams), candidate=candidates) if isinstance(item, Kept) else item for item in taken]
    streams.close()
    detail = f"{over} more are left out: all traces together have more than {total:,} bytes"
    too_many = (Missing(Why.OVER_LIMIT, detail, "Attach only what is about this change."),) if over else ()
    return [operand for operand in read if operand is not None], too_many


def _unread(item: Kept, why: Why, detail: str, fix: str) -> Operand[Trace]:
    return Operand(item.source, Missing(why, detail, fix), None)


def _read(item: Kept, joined: Joined, *, candidate: bool) -> Operand[Trace] | None:
    """The trace; ``None`` for a candidate that is none, and for a note that says nothing of anybody, as many do."""
    from prgate.formats.traces import read_trace, recognises  # noqa: PLC0415 (readers are paid for by who has a trace)
    from prgate.formats.traces.blocks import Blocks  # noqa: PLC0415 (likewise)

    blocks = parsed(item.source, joined, Blocks, option="--trace")
    if candidate and isinstance(blocks, Blocks) and not recognises(blocks.head):
        return None
    value = parsed(item.source, blocks, partial(read_trace, item.source), option="--trace") if isinstance(blocks, Blocks) else blocks
    if not joined.drain():
        return _unread(item, Why.UNREADABLE, f"{quoted(item.source)}: its bytes are damaged", REFETCH)
    if item.commit is not None and isinstance(value, Trace):
        if not value.events and not value.attributions:
            return None
        value = replace(value, attributions=tuple(replace(one, revision=item.commit) for one in value.attributions))
    return Operand(item.source, value, joined.sha256.hexdigest())
