"""``prgate action``: what the GitHub Action runs; everything it is told stands in the environment."""

from __future__ import annotations

import gc
import os
from datetime import UTC, datetime

import click

from prgate.commands.terminal import say


@click.command()
@click.pass_context
def action(ctx: click.Context, /) -> None:
    """Judge a pull request on GitHub and publish the verdict there.

    The GitHub Action calls this; it reads the runner's variables and the action's inputs from the environment. On a desk use
    `prgate check`.
    """
    from prgate.action.act import act  # noqa: PLC0415 (what judges is imported when something is judged)
    from prgate.action.settings import read_settings  # noqa: PLC0415 (likewise)
    from prgate.action.tell import exit_code, log, write  # noqa: PLC0415 (likewise)

    gc.freeze()
    gc.enable()
    settings = read_settings(os.environ)
    done = act(settings, at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))  # noqa: TID251 (the clock enters here)
    write(settings, done)
    say(log(done))
    ctx.exit(exit_code(done))
