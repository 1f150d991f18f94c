"""A list that the forge gives page by page, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from prgate.model.missing import Missing, Why

_LIST_BYTES: Final = 64 * 1024 * 1024
_FIX: Final = "Nothing is judged by part of a list: run it again, and check what answers in the API's place."


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its JSON, the size of that in bytes, and the address of the next."""

    data: Any
    size: int
    following: str | None


def read_list(question: str, *, key: str | None, most: int, ask: Callable[[str | None], Page | Missing]) -> tuple[Any, ...] | Missing:
    """The items of every page, at most ``most``, from the list itself or from ``key`` in an object, whose ``total_count`` must come out.

    ``ask`` gives the page at an address, the first for ``None``. A count that does not come out is ``Why.STALE``: the list changed while it
    was read, or was cut.
    """
    items: list[Any] = []
    seen: set[str] = set()
    size = 0
    address: str | None = None
    while True:
        page = ask(address)
        if isinstance(page, Missing):
            return page
        found, total = _items(page.data, key)
        if found is None:
            return Missing(Why.UNREADABLE, f"{question} was answered without the list {f'`{key}` ' if key else ''}that belongs there", _FIX)
        items += found
        size += page.size
        if max(len(items), total or 0) > most or size > _LIST_BYTES:
            detail = f"{question} has more than {most:,} items or {_LIST_BYTES // 1024**2} MiB, the most that is read of a list"
            return Missing(Why.OVER_LIMIT, detail, "Nothing is judged by part of a list: make it shorter.")
        address = page.following
        if address is None:
            break
        if address in seen:
            return Missing(Why.UNREADABLE, f"{question}: the pages go in a circle after {len(items):,} items", _FIX)
        seen.add(address)
    if total is not None and total != len(items):
        return Missing(Why.STALE, f"{question} gave {len(items):,} items where it counts {total:,}", _FIX)
    return tuple(items)


def _items(data: object, key: str | None) -> tuple[list[Any] | None, int | None]:
    """The items of a page and how many it says there are in all; no items if it has another shape."""
    if key is None:
        return (data, None) if isinstance(data, list) else (None, None)
    found, total = (data.get(key), data.get("total_count")) if isinstance(data, dict) else (None, None)
    sound = isinstance(found, list) and (total is None or type(total) is int)
    return (found, total) if sound else (None, None)
