"""``prgate check``: judge a range of a local repository, or a diff."""

from __future__ import annotations

import gc
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from prgate import __version__
from prgate.commands.terminal import FILE, colour_wanted, say
from prgate.errors import PrgateError
from prgate.model.policy import Judge

if TYPE_CHECKING:
    from prgate.model.verdict import Conclusion, Verdict


@click.command()
@click.option("--repo", type=FILE, default=Path(), metavar="DIR", help="The repository.  [default: the current folder]")
@click.option("--base", metavar="REF", help="What the change goes into. Its commit's policy is in force.")
@click.option(
    "--head", metavar="REF", default="HEAD", show_default=True, help="The change: what it adds since it left the base (three dots)."
)
@click.option("--diff", type=FILE, metavar="FILE", help="A diff instead of a range; what a diff alone cannot tell is reported as missing.")
@click.option(
    "--policy",
    metavar="FILE|PACK",
    help="A policy file, or a pack: observe, baseline, strict, regulated, kernel, kubernetes.  [default: the base's, else observe]",
)
@click.option("--pr", type=FILE, metavar="FACTS.json", help="What the forge knows of the pull request: title, body, author, reviews, …")
@click.option(
    "--judge",
    type=click.Choice([judge.value for judge in Judge]),
    help="Judge only what bears marks of an agent, or all.  [default: the policy's]",
)
@click.option("--trace", type=FILE, multiple=True, metavar="FILE", help="An agent's session (repeatable).")
@click.option("--coverage", type=FILE, multiple=True, metavar="FILE", help="A coverage report of the head (repeatable).")
@click.option("--base-coverage", type=FILE, multiple=True, metavar="FILE", help="A coverage report of the merge base (repeatable).")
@click.option(
    "--format", "shape", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True, help="What to print."
)
@click.option("--output", type=FILE, metavar="FILE", help="Write it to a file instead.")
@click.option("--debug", is_flag=True, help="Show the traceback of a defect, and versions and time on standard error.")
@click.pass_context
def check(
    ctx: click.Context,
    /,
    *,
    repo: Path,
    base: str | None,
    head: str,
    diff: Path | None,
    policy: str | None,
    pr: Path | None,
    judge: str | None,
    trace: tuple[Path, ...],
    coverage: tuple[Path, ...],
    base_coverage: tuple[Path, ...],
    shape: str,
    output: Path | None,
    debug: bool,
) -> None:
    """Judge a range of a local repository.

    \b
    prgate check --base main                    the current branch, by the base's policy
    prgate check --base main --policy baseline --judge all
    prgate check --base main --pr facts.json --trace session.jsonl --coverage coverage.json
    """  # noqa: D301 (click reads the character, not the two)
    from prgate.request import Request, Supplied  # noqa: PLC0415 (what judges is imported when something is judged)
    from prgate.run import judge as run  # noqa: PLC0415 (likewise)

    gc.freeze()
    gc.enable()

    if diff is None and base is None:
        raise PrgateError("nothing to judge", "--base", "Name the branch that the change goes into (--base main), or give --diff FILE.")
    if diff is not None and base is not None:
        raise PrgateError("a range and a diff", "--base --diff", "Give one of the two.")
    started = time.perf_counter()
    verdict = run(
        Request(
            at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),  # noqa: TID251 (the clock enters here)
            repo=repo,
            base=base or "",
            head="" if diff is not None else head,
            diff=diff,
            policy=policy,
            pr=pr,
            judge=None if judge is None else Judge(judge),
            traces=tuple(Supplied(path, path.name) for path in trace),
            coverage=tuple(Supplied(path, path.name) for path in coverage),
            base_coverage=tuple(Supplied(path, path.name) for path in base_coverage),
        ),
    )
    text = rendered(verdict, shape, colour=output is None and colour_wanted())
    if output is None:
        say(text)
    else:
        _write(output, text)
    if debug:
        seconds = time.perf_counter() - started
        click.echo(f"prgate {__version__}, Python {sys.version.split()[0]}, {seconds:.3f} s", err=True)
    ctx.exit(exit_code(verdict.verdict))


def rendered(verdict: Verdict, shape: str, *, colour: bool) -> str:
    """The verdict as ``text``, ``json`` or ``markdown``; a renderer is imported only when it is asked for."""
    match shape:
        case "json":
            from prgate.formats.verdict import verdict_json  # noqa: PLC0415 (one renderer a run)

            return verdict_json(verdict)
        case "markdown":
            from prgate.render.comment import comment  # noqa: PLC0415 (one renderer a run)

            return comment(verdict)
        case _:
            from prgate.render.text import text  # noqa: PLC0415 (one renderer a run)

            return text(verdict, colour=colour)


def exit_code(conclusion: Conclusion) -> int:
    """0 for pass and warn, 1 for fail and incomplete."""
    return int(conclusion in {"fail", "incomplete"})


def _write(output: Path, text: str) -> None:
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise PrgateError(f"cannot be written: {error.strerror}", f"--output {output}", "Name a file in a folder that exists.") from error
