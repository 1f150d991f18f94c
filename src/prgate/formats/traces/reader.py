"""What every trace reader offers, and what it is offered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from prgate.errors import FormatError
from prgate.formats.traces.blocks import Blocks
from prgate.formats.traces.document import UNREADABLE, Document
from prgate.formats.traces.draft import Draft
from prgate.formats.traces.records import Object, read_records

_TOLD = 200


@dataclass(frozen=True, slots=True)
class Head:
    """How a file begins: its first 2 MiB, the readable ones of its first 200 records, the members of the one object that it may be.

    ``records`` are the elements of an array if it is one, else objects one a line. A member that does not end in the head is there as an
    empty value.
    """

    text: bytes
    records: tuple[Object, ...]
    members: Object


@dataclass(frozen=True, slots=True)
class Reader:
    """``sniff`` tells by the head whether the content is this format; ``read`` notes in the draft what the blocks tell.

    ``name`` is the format's. ``agents`` are the ids of the signatures file that write it, empty where many do. ``holds`` and ``found`` say
    in a few words what it can tell and where it is written. ``read`` raises ``FormatError`` and nothing else, whatever the bytes are.
    """

    name: str
    agents: tuple[str, ...]
    sniff: Callable[[Head], bool]
    read: Callable[[Draft, Blocks], None]
    holds: str
    found: str


def head_of(text: bytes) -> Head:
    """What a file shows in its first bytes. Never raises."""
    document = Document((text,))
    try:
        match document.peek():
            case "[":
                return Head(text, _elements(document) or _lines(text), {})
            case "{":
                members = _members(document)
                alone = b"\n" not in text.rstrip() and not document.broken and not document.peek()
                return Head(text, (members,) if alone else _lines(text), members)
            case _:
                return Head(text, _lines(text), {})
    except FormatError:
        return Head(text, (), {})


def _lines(text: bytes) -> tuple[Object, ...]:
    found: list[Object] = []
    try:
        for number, value in read_records((text,)):
            if value is not None:
                found.append(value)
            if number >= _TOLD:
                break
    except FormatError:
        pass
    return tuple(found)


def _elements(document: Document) -> tuple[Object, ...]:
    found: list[Object] = []
    for _ in document.elements():
        value = document.value()
        if isinstance(value, dict):
            found.append(value)
        if len(found) >= _TOLD:
            break
    return tuple(found)


def _members(document: Document) -> Object:
    found: Object = {}
    for key in document.members():
        opening = document.peek()
        value = document.value()
        found[key] = {"{": {}, "[": []}.get(opening) if value is UNREADABLE else value
    return found
