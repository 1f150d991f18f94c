"""``prgate trace``: what is understood of a session file, and the session as ATIF."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from prgate.commands.terminal import FILE, colour_wanted, say
from prgate.errors import FormatError, PrgateError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from prgate.formats.traces.draft import Scribe
    from prgate.model.trace import Trace

_INPUT = "-"


@click.command()
@click.argument("file", type=FILE)
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True, help="What to print.")
@click.option("--convert", type=click.Choice(["atif"]), help="The session in this format instead, with its texts, credentials cut out.")
@click.option("--output", type=FILE, metavar="FILE", help="Write it to a file instead.")
def trace(file: Path, *, shape: str, convert: str | None, output: Path | None) -> None:
    """Say what prgate understands of an agent's session; FILE may be - for standard input.

    \b
    prgate trace session.jsonl
    prgate trace session.jsonl --format json
    prgate trace session.jsonl --convert atif --output session.atif.json
    """  # noqa: D301 (click reads the character, not the two)
    from prgate.formats.traces.draft import Scribe  # noqa: PLC0415 (imported when a trace is read)

    scribe = None if convert is None else Scribe()
    text = _shown(_read(file, scribe), scribe, shape, colour=output is None and colour_wanted())
    if output is None:
        say(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise PrgateError(f"cannot be written: {error.strerror}", f"--output {output}", "Name a file in a folder that exists.") from error


def _shown(found: Trace, scribe: Scribe | None, shape: str, *, colour: bool) -> str:
    if scribe is not None:
        from prgate.formats.traces.atif_write import to_atif  # noqa: PLC0415 (one renderer a run)

        return to_atif(found, scribe)
    from prgate.render.trace import trace_json, trace_text  # noqa: PLC0415 (one renderer a run)

    return trace_json(found) if shape == "json" else trace_text(found, colour=colour)


def _read(file: Path, scribe: Scribe | None) -> Trace:
    """The trace in a file, of which no more than a block is held."""
    from prgate.formats.traces import read_trace  # noqa: PLC0415 (imported when a trace is read)
    from prgate.formats.traces.blocks import MAX_BYTES  # noqa: PLC0415 (likewise)

    name = "standard input" if str(file) == _INPUT else str(file)
    try:
        with _opened(file) as stream:
            size = 0 if str(file) == _INPUT else file.stat().st_size
            if size > MAX_BYTES:
                raise PrgateError(f"{size:,} bytes are over the limit of {MAX_BYTES:,}", name, "Give one session at a time.")
            return read_trace(Path(name).name, stream, scribe)
    except OSError as error:
        raise PrgateError(f"cannot be read: {error.strerror}", name, "Name a session file, or - for standard input.") from error
    except FormatError as error:
        cure = (
            "Give one session at a time."
            if error.over_limit
            else "A format is told by its content, never by its name; a tool that has none of these can write ATIF."
        )
        raise PrgateError(str(error), name, cure) from error


def _opened(file: Path) -> AbstractContextManager[BinaryIO]:
    if str(file) == _INPUT:
        return nullcontext(sys.stdin.buffer)
    return file.open("rb")
