"""A file of evidence that the request names, through its reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from prgate.model.missing import Missing
from prgate.operands import Digested, Operand, read_operand, stream_operand
from prgate.request import Supplied

T = TypeVar("T")


def read_supplied(item: Supplied | Missing, read: Callable[[bytes], T], *, option: str, limit: int) -> Operand[T]:
    """The file's value under the name, grade and note that the request gives it; what was sought in vain stays missing."""
    if isinstance(item, Missing):
        return Operand(option, item, None)
    operand = read_operand(item.path, read, option=option, limit=limit, name=item.name)
    return replace(operand, grade=item.grade, note=item.note)


def stream_supplied(item: Supplied | Missing, read: Callable[[Digested], T], *, option: str, limit: int) -> Operand[T]:
    """The same for a file that may be too large to be held."""
    if isinstance(item, Missing):
        return Operand(option, item, None)
    operand = stream_operand(item.path, read, option=option, limit=limit, name=item.name)
    return replace(operand, grade=item.grade, note=item.note)
