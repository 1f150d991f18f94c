"""XML from strangers, streamed: no entities, no external files, bounded depth and token size."""

from __future__ import annotations

import pyexpat
from collections.abc import Callable, Mapping

from prgate.errors import FormatError
from prgate.model.wording import quoted

MAX_DEPTH = 64
MAX_TOKEN = 4 * 1024 * 1024
"""One tag or comment. Expat before 2.6 reads an unfinished one again with every chunk, which is quadratic."""

_CHUNK = 1024 * 1024
_ENCODINGS = frozenset({"utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii", "iso-8859-1", "windows-1252"})

Opening = Mapping[str, Callable[[dict[str, str]], None]]
Texts = Mapping[str, Callable[[str], None]]
Closing = Mapping[str, Callable[[], None]]


class _RootFound(Exception):  # noqa: N818 (a way out of the parser, not an error)
    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        super().__init__(name)
        self.root = name, attributes


def root_of(head: bytes) -> tuple[str, dict[str, str]] | None:
    """Name and attributes of the root element, ``None`` where the head ends before it; raises ``FormatError`` like ``walk``."""

    def found(name: str, attributes: dict[str, str]) -> None:
        raise _RootFound(name, attributes)

    parser = _parser()
    parser.StartElementHandler = found
    try:
        parser.Parse(head, False)  # noqa: FBT003 (pyexpat takes it by position: not the last piece)
    except _RootFound as way_out:
        return way_out.root
    except pyexpat.ExpatError as error:
        raise _not_xml(error) from None
    return None


def walk(data: bytes, *, opening: Opening, texts: Texts, closing: Closing) -> None:
    """Call ``opening`` with the attributes of an element, ``texts`` with its text and ``closing`` at its end, each by element name.

    Raises ``FormatError``: not well formed, an encoding that coverage reports do not use, a DOCTYPE with declarations of its own;
    ``over_limit`` for elements deeper than 64 and for a single tag or comment over 4 MiB.
    """
    parser = _parser()
    starts, ends = dict(opening), dict(closing)
    for name, take in texts.items():
        starts[name], ends[name] = _text(parser, take)
    depth = 0

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise FormatError(f"nested deeper than {MAX_DEPTH} elements", parser.CurrentLineNumber, over_limit=True)
        if name in starts:
            starts[name](attributes)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        if name in ends:
            ends[name]()

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    _feed(parser, data)


def _text(parser: pyexpat.XMLParserType, take: Callable[[str], None]) -> tuple[Callable[[dict[str, str]], None], Callable[[], None]]:
    """Handlers that collect the text of an element; elsewhere text, which is mostly line ends, costs no call."""
    pieces: list[str] = []

    def begin(_attributes: dict[str, str]) -> None:
        pieces.clear()
        parser.CharacterDataHandler = pieces.append

    def end() -> None:
        parser.CharacterDataHandler = None
        take("".join(pieces))

    return begin, end


def _feed(parser: pyexpat.XMLParserType, data: bytes) -> None:
    view = memoryview(data)
    try:
        for start in range(0, len(data), _CHUNK):
            chunk = view[start : start + _CHUNK]
            parser.Parse(chunk, False)  # noqa: FBT003 (pyexpat takes it by position: more may come)
            if start + len(chunk) - parser.CurrentByteIndex > MAX_TOKEN:
                raise FormatError(f"one tag or comment is over {MAX_TOKEN:,} bytes", parser.CurrentLineNumber, over_limit=True)
        parser.Parse(b"", True)  # noqa: FBT003 (by position: that was all)
    except pyexpat.ExpatError as error:
        raise _not_xml(error) from None


def _parser() -> pyexpat.XMLParserType:
    """A parser that refuses declarations, so that nothing in the text can stand for more text, and never opens another file."""
    parser = pyexpat.ParserCreate()

    def declared(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _ENCODINGS:
            raise FormatError(f"the encoding {quoted(encoding[:40])} is not read; write the report as UTF-8", parser.CurrentLineNumber)

    def doctype(_name: str, _system: str | None, _public: str | None, own_declarations: int) -> None:
        if own_declarations:
            raise FormatError(
                "its DOCTYPE declares entities or defaults of its own, which no coverage tool writes", parser.CurrentLineNumber
            )

    parser.XmlDeclHandler = declared
    parser.StartDoctypeDeclHandler = doctype
    return parser


def _not_xml(error: pyexpat.ExpatError) -> FormatError:
    return FormatError(f"not well-formed XML: {pyexpat.errors.messages[error.code]}", error.lineno, error.offset + 1)
