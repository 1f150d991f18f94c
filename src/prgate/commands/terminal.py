"""What the commands share about the terminal: file arguments and colour."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

FILE = click.Path(path_type=Path)


def colour_wanted() -> bool:
    """Colour only on a terminal that wants it (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def say(text: str) -> None:
    """Print and flush; a reader that went away changes nothing about the exit code."""
    try:
        click.echo(text, nl=not text.endswith("\n"))
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(text: str) -> None:
    """Print an error, line by line as untrusted text: what it quotes starts no command and steers no terminal."""
    from prgate.render.escape import terminal  # noqa: PLC0415 (paid for when something is wrong)

    click.echo(
        "prgate: " + "\n".join(f"  {terminal(line.strip())}" if number else terminal(line) for number, line in enumerate(text.split("\n"))),
        err=True,
    )
