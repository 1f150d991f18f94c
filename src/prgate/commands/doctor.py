"""``prgate doctor``: whether the gate stands as it should, and whether the repository is ready for delegated work."""

from __future__ import annotations

import os
import re
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from prgate.commands.terminal import FILE, colour_wanted, say
from prgate.errors import PrgateError
from prgate.model.missing import Missing, Why

if TYPE_CHECKING:
    from prgate.doctor.settings import Settings

_API: Final = "https://api.github.com"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/(?!\.{1,2}$)[A-Za-z0-9._-]+")
_TOKENS: Final = ("GITHUB_TOKEN", "GH_TOKEN")


@click.command()
@click.option("--repo", type=FILE, default=Path(), metavar="DIR", help="The repository.  [default: the current folder]")
@click.option("--ref", metavar="REF", default="HEAD", show_default=True, help="The commit whose files are looked at; never the work tree.")
@click.option(
    "--repository",
    envvar="GITHUB_REPOSITORY",
    metavar="OWNER/NAME",
    help="Its name at GitHub, to read its settings with a token from GITHUB_TOKEN or GH_TOKEN.",
)
@click.option("--offline", is_flag=True, help="Do not ask GitHub; what only its settings tell is unknown.")
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True, help="What to print.")
@click.pass_context
def doctor(ctx: click.Context, /, *, repo: Path, ref: str, repository: str | None, offline: bool, shape: str) -> None:
    """Say how the gate stands: what is set up, what a pull request could get round, and how ready the repository is for agents.

    Each answer is one line: ok, attend, bad, or unknown where it could not be looked at. Exits with 1 if anything is bad.
    """
    from prgate.doctor.examine import examine  # noqa: PLC0415 (what looks is imported when something is looked at)
    from prgate.doctor.house import read_house  # noqa: PLC0415 (likewise)
    from prgate.doctor.report import as_json, as_text, is_bad  # noqa: PLC0415 (likewise)
    from prgate.git import open_repository  # noqa: PLC0415 (likewise)

    settings = _settings(repository, offline=offline)
    with open_repository(repo) as files:
        house = read_house(files, ref)
        groups = examine(house, settings)
    say(as_json(groups, house, settings) if shape == "json" else as_text(groups, colour=colour_wanted()))
    ctx.exit(int(is_bad(groups)))


def _settings(repository: str | None, *, offline: bool) -> Settings | Missing:
    """The settings, or why they were not read."""
    if offline:
        return Missing(Why.ABSENT, "--offline", "Leave --offline out.")
    token = next((os.environ[name] for name in _TOKENS if os.environ.get(name)), None)
    if token is None:
        return Missing(Why.ABSENT, "there is no token", "Set GITHUB_TOKEN to one that may read the repository.")
    if repository is None:
        return Missing(Why.ABSENT, "the repository is not named", "Name it with --repository OWNER/NAME.")
    if not _NAME.fullmatch(repository):
        raise PrgateError("this is no repository", f"--repository {repository}", "Give it as OWNER/NAME.")
    from prgate.doctor.settings import read_settings  # noqa: PLC0415 (paid for by who asks the forge)
    from prgate.github.session import Session  # noqa: PLC0415 (likewise)

    api = os.environ.get("GITHUB_API_URL", _API)
    with closing(Session(api=api, token=token)) as session:
        return read_settings(session, repository, api=api)
