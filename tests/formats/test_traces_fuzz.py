"""A minute of damaged and hostile sessions: every reader ends soon, and raises ``FormatError`` or nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from io import BytesIO
from random import Random
from typing import Any, Final

import pytest

from prgate.errors import FormatError
from prgate.formats.traces import READERS, read_trace, recognises
from prgate.formats.traces.atif_write import to_atif
from prgate.formats.traces.blocks import Blocks
from prgate.formats.traces.draft import Draft, Scribe
from prgate.formats.traces.reader import Reader, head_of
from prgate.model.lines import DIGEST_BYTES
from prgate.model.trace import Trace
from tests.formats.traces.invented import INVENTED, small
from tests.formats.traces.recorded import RECORDED
from tests.hang import no_hang

pytestmark = pytest.mark.no_cover
"""A minute of loops over hostile bytes: what they reach, examples beside them reach too, and counting lines makes them several times slower."""

SECONDS: Final = 60 / len(READERS)
LARGEST: Final = 400_000
EACH: Final = 30
"""Seconds of CPU that one read may take at most."""

_HUGE: Final = (10**400, -(10**400), 2**53 + 1, 1e308, 0, -1, 10**9, float("nan"), float("inf"))
_BYTES: Final = (
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xc3",
    b"\r\n",
    b"\n",
    b"\n\n\n",
    b"\\",
    b'"',
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\\ud800",
    b"---\n",
    b"null",
)
_TEXTS: Final = (
    "", "\0", "\ud800", "../../etc/passwd", "C:\\a\\b.py", "\\\\host\\share\\a", "a" * 5000, "*** Begin Patch\n*** Update File: \n", "<<<<<<< SEARCH\n",
    "cat > a <<'EOF'\nx", "$(" * 500, "'", "\n" * 3000, "diff --git a/ b/\n@@ -1 +1 @@\n", "2026-13-45T99:99:99Z", "[REDACTED]" * 50, "git " * 400, "((((" * 300, "é\u202e`",
)  # fmt: skip


def seeds(name: str) -> list[bytes]:
    return [small(name), *(data for recorded, data in RECORDED.items() if recorded == name)]


def value(rng: Random, depth: int = 0) -> Any:
    """Any JSON value, mostly of a kind that nobody expects."""
    match rng.randrange(9 if depth < 3 else 6):
        case 0:
            return None
        case 1:
            return rng.choice((True, False))
        case 2:
            return rng.choice(_HUGE)
        case 3 | 4:
            return rng.choice(_TEXTS)
        case 5:
            return rng.choice(([], {}))
        case 6:
            return [value(rng, depth + 1) for _ in range(rng.randrange(4))]
        case 7:
            return {rng.choice(("type", "content", "path", "id", "")): value(rng, depth + 1) for _ in range(rng.randrange(4))}
        case _:
            return nested(rng.randrange(1, 200))


def nested(depth: int) -> Any:
    made: Any = 0
    for _ in range(depth):
        made = [made]
    return made


def changed(tree: Any, rng: Random) -> Any:
    """The tree with one part replaced, dropped, doubled, moved or named otherwise."""
    if isinstance(tree, dict) and tree and rng.random() < 0.93:
        key = rng.choice(list(tree))
        match rng.randrange(8):
            case 0:
                return {name: item for name, item in tree.items() if name != key}
            case 1:
                return {(rng.choice(list(tree)) if name == key else name): item for name, item in tree.items()}
            case _:
                return tree | {key: changed(tree[key], rng)}
    if isinstance(tree, list) and tree and rng.random() < 0.9:
        at = rng.randrange(len(tree))
        match rng.randrange(8):
            case 0:
                return tree[:at] + tree[at + 1 :]
            case 1:
                return tree[:at] + [tree[at]] * rng.choice((2, 50)) + tree[at:]
            case 2:
                return rng.sample(tree, len(tree))
            case _:
                return [*tree[:at], changed(tree[at], rng), *tree[at + 1 :]]
    return value(rng)


def by_structure(data: bytes, rng: Random) -> bytes:
    """The JSON of the file, of what follows its line ``---``, or of some of its lines with changed parts; other text changes by its bytes."""
    before, mark, document = data.rpartition(b"\n---\n")
    whole = rewritten(document, rng, times=rng.randrange(1, 6))
    if whole is not None:
        return before + mark + whole
    lines = data.split(b"\n")
    for at in rng.sample(range(len(lines)), min(len(lines), rng.randrange(1, 6))):
        lines[at] = rewritten(lines[at], rng) or by_bytes(lines[at], rng)
    return b"\n".join(lines)


def rewritten(text: bytes, rng: Random, times: int = 1) -> bytes | None:
    try:
        tree = json.loads(text)
        for _ in range(times):
            tree = changed(tree, rng)
        return json.dumps(tree).encode()
    except (ValueError, RecursionError):
        return None


def by_bytes(data: bytes, rng: Random) -> bytes:
    """Cut, glued, doubled, with bytes in it that are no text, or deeper than anybody nests."""
    start, end = sorted((rng.randrange(len(data) + 1), rng.randrange(len(data) + 1)))
    match rng.randrange(8):
        case 0:
            return data[:end]
        case 1:
            return data[start:]
        case 2:
            return data[:start] + data[end:]
        case 3:
            return data[:end] + data[start:]
        case 4:
            return data.replace(b"\n", rng.choice((b"", b"\r\n", b"\r", b"\0")))
        case 5:
            opening = rng.choice((b"[", b'{"a":', b'{"type":'))
            return data[:start] + opening * rng.choice((1, 200, 20_000)) + data[start:]
        case 6:
            return data[:start] + b"9" * rng.choice((20, 400, 5000)) + data[start:]
        case _:
            for _ in range(rng.randrange(1, 20)):
                at = rng.randrange(len(data) + 1)
                data = data[:at] + rng.choice(_BYTES) + data[at + rng.randrange(3) :]
            return data


def mutant(found: list[bytes], number: int) -> bytes:
    """The same file for the same number."""
    rng = Random(number)
    data = rng.choice(found)
    for _ in range(rng.choice((1, 1, 2, 4))):
        match rng.randrange(5):
            case 0:
                other = rng.choice(found)
                data = rng.choice((data + other, other + b"\n" + data, data[: len(data) // 2] + other))
            case 1:
                data = by_bytes(data, rng)
            case _:
                data = by_structure(data, rng)
    return data[:LARGEST]


def fault(reader: Reader, data: bytes) -> str | None:
    """What goes wrong with the file, other than ``FormatError``."""
    for read in (_as_anybody, _as_this_format):
        try:
            with no_hang(EACH):
                trace = read(reader, data)
            if trace is not None:
                _hold(trace)
        except FormatError:
            continue
        except Exception as error:  # noqa: BLE001 (any of them is a fault)
            return f"{read.__name__}: {type(error).__name__}: {error}"[:500]
    return None


def _as_anybody(_: Reader, data: bytes) -> Trace:
    recognises(data)
    scribe = Scribe()
    trace = read_trace("t", data, scribe)
    to_atif(trace, scribe)
    return trace


def _as_this_format(reader: Reader, data: bytes) -> Trace:
    reader.sniff(head_of(data))
    draft = Draft("t", reader.name)
    reader.read(draft, Blocks(BytesIO(data)))
    return draft.finish()


def _hold(trace: Trace) -> None:
    """What every rule takes for granted."""
    for event in trace.events:
        assert 0 <= event.session < len(trace.sessions), "an event of no session"
        assert event.edit is None or len(event.edit.lines) % DIGEST_BYTES == 0, "half a digest"
        assert event.path is None or b"\0" not in event.path, "a path that no file can have"
        assert event.name.isprintable(), "a name that nobody can print"
    for item in trace.attributions:
        assert item.session is None or 0 <= item.session < len(trace.sessions), "lines of no session"
        assert 1 <= item.start <= item.end, "lines that do not exist"


def shrunk(data: bytes, goes_wrong: Callable[[bytes], bool]) -> bytes:
    """A smaller file that goes wrong too: pieces are taken out as long as it still does."""
    size = len(data) // 2
    tries = 0
    while size and tries < 300:
        at = 0
        while at < len(data) and tries < 300:
            tries += 1
            smaller = data[:at] + data[at + size :]
            if goes_wrong(smaller):
                data = smaller
            else:
                at += size
        size //= 2
    return data


def test_every_format_has_a_session_to_start_from() -> None:
    assert {reader.name for reader in READERS} == INVENTED.keys()
    assert [] == [name for name in INVENTED if read_trace("t", small(name)).format != name]


def test_a_fault_would_be_found_and_made_small() -> None:
    def reads(draft: Draft, blocks: Blocks) -> None:
        if b"boom" in b"".join(blocks):
            raise KeyError("boom")

    reader = Reader("x", (), lambda _: True, reads, holds="", found="")
    data = b"a" * 5000 + b"boom" + b"b" * 3000
    assert "_as_this_format: KeyError: 'boom'" == fault(reader, data)
    assert b"boom" == shrunk(data, lambda smaller: fault(reader, smaller) is not None)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_no_file_makes_a_reader_fail(reader: Reader) -> None:
    found = seeds(reader.name)
    until = time.monotonic() + SECONDS
    number = 0
    while time.monotonic() < until or number < 100:
        data = mutant(found, number)
        wrong = fault(reader, data)
        if wrong is not None:
            least = shrunk(data, lambda smaller: fault(reader, smaller) is not None)
            pytest.fail(f"{reader.name}, file {number}: {wrong}\n{fault(reader, least)}\n{least[:3000]!r}")
        number += 1
