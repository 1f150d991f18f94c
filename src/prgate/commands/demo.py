"""``prgate demo``: a repository with an agent's branch, judged, mended, answered and judged again, all offline."""

from __future__ import annotations

import json
import os
import shlex
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from prgate.commands.terminal import FILE, colour_wanted, say
from prgate.errors import PrgateError

if TYPE_CHECKING:
    from prgate.model.verdict import Verdict

BRANCH = "claude/rotate-keys"
_DATA = Path(__file__).parents[1] / "demo"
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_FILES = {
    "pay/": "the repository; the agent's branch is checked out",
    "trace.jsonl": "the session as Claude Code recorded it",
    "coverage-*.json": "reports of coverage.py: base, agent's head, mended head",
    "facts-*.json": "what the forge knows of the pull request, before and after",
    "comment-*.md": "the comments above",
}

_AGAIN = (("As the agent left it:", "agent", f"{BRANCH}~1"), ("Mended:", "mended", BRANCH))


@click.command()
@click.option("--folder", type=FILE, metavar="DIR", help="Make it in this empty or new folder.  [default: a temporary one, which is kept]")
def demo(folder: Path | None) -> None:
    """Make a small repository with an agent's branch, judge it, mend it, answer what only a person can, judge it again. Needs git, no network."""
    place = _place(folder)
    repo = place / "pay"
    data = {entry.name: entry.read_bytes() for entry in _DATA.iterdir() if entry.is_file()}
    _write(place, {name: content for name, content in data.items() if name.endswith((".json", ".jsonl"))})
    repo.mkdir()
    _git(repo, "init", "--quiet", "--template=", "--initial-branch=main", "--object-format=sha1")
    _git(repo, "fast-import", "--quiet", stdin=data["history.fast-export"])
    _git(repo, "checkout", "--quiet", BRANCH)
    say(f"{place} holds a payment service. On its branch {BRANCH}, Claude Code rotates signing keys in three commits.\n\n")
    _show(_judged(place, "agent"), place, "agent")
    _git(repo, "fast-import", "--quiet", stdin=data["mended.fast-export"])
    _git(repo, "reset", "--quiet", "--hard", BRANCH)
    said = json.loads(data["facts-mended.json"])["comments"][0]
    say(f"\nMended: a commit tests rotate_key and gives the cache its test back. {said['author']}, who took no part, answers item 1:\n\n")
    say(f"  {said['body']}\n\n")
    _show(_judged(place, "mended"), place, "mended")
    kept = "".join(f"  {name:<16}  {told}\n" for name, told in _FILES.items())
    again = "".join(f"\n{told}\n  {_command(step, head)}\n" for told, step, head in _AGAIN)
    say(f"\nKept in {place}:\n{kept}\nTry it there: cd {shlex.quote(str(place))}\n{again}")


def _place(folder: Path | None) -> Path:
    """The folder to work in, empty. Raises ``PrgateError`` for one that cannot be made or holds something."""
    if folder is None:
        return Path(tempfile.mkdtemp(prefix="prgate-demo-"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        holds = next(folder.iterdir(), None)
    except OSError as error:
        raise PrgateError(f"the folder cannot be made: {error.strerror}", f"--folder {folder}", "Name a new or empty folder.") from error
    if holds is not None:
        raise PrgateError("the folder is not empty", f"--folder {folder}", "Name a new or empty folder, or leave --folder out.")
    return folder.absolute()


def _write(place: Path, contents: dict[str, bytes]) -> None:
    for name, content in contents.items():
        (place / name).write_bytes(content)


def _git(repo: Path, *arguments: str, stdin: bytes = b"") -> None:
    from prgate.git.process import Git  # noqa: PLC0415 (imported when the demo runs)

    with tempfile.TemporaryFile() as given:
        given.write(stdin)
        given.seek(0)
        process = Git(str(repo), {"GIT_CONFIG_GLOBAL": os.devnull}).start(*arguments, stdin=given)
        process.communicate()
    if process.returncode != 0:
        raise PrgateError(f"git {arguments[0]} failed with exit code {process.returncode}", str(repo), "prgate needs git 2.34 or later.")


def _judged(place: Path, step: str) -> Verdict:
    from prgate.request import Request, Supplied  # noqa: PLC0415 (what judges is imported when something is judged)
    from prgate.run import judge  # noqa: PLC0415 (likewise)

    return judge(
        Request(
            at=datetime.now(UTC).strftime(_TIME),  # noqa: TID251 (the clock enters here)
            repo=place / "pay",
            base="main",
            head=BRANCH,
            policy="baseline",
            pr=place / f"facts-{step}.json",
            traces=(Supplied(place / "trace.jsonl", "trace.jsonl"),),
            coverage=(Supplied(place / f"coverage-{step}.json", f"coverage-{step}.json"),),
            base_coverage=(Supplied(place / "coverage-base.json", "coverage-base.json"),),
        ),
    )


def _command(step: str, head: str = BRANCH) -> str:
    return (
        f"prgate check --repo pay --base main --head {head} --policy baseline --pr facts-{step}.json \\\n"
        f"    --trace trace.jsonl --coverage coverage-{step}.json --base-coverage coverage-base.json"
    )


def _show(verdict: Verdict, place: Path, step: str) -> None:
    from prgate.render.comment import comment  # noqa: PLC0415 (imported when something is shown)
    from prgate.render.text import text  # noqa: PLC0415 (likewise)

    say(f"$ {_command(step)}\n\n{text(verdict, colour=colour_wanted())}")
    markdown = comment(verdict)
    _write(place, {f"comment-{step}.md": markdown.encode()})
    say(f"\nThe comment on the pull request, kept as comment-{step}.md:\n\n{markdown}")
