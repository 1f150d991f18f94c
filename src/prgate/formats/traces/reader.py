"""What every trace reader offers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from prgate.formats.traces.records import Object
from prgate.model.trace import Trace


@dataclass(frozen=True, slots=True)
class Reader:
    """``sniff`` tells by the first readable records whether the content is this format; ``read`` takes (name, bytes).

    ``agent`` is an id of the signatures file. ``read`` raises ``FormatError`` and nothing else, whatever the bytes are.
    """

    name: str
    agent: str
    sniff: Callable[[Sequence[Object]], bool]
    read: Callable[[str, bytes], Trace]
