"""``prgate attach``: the session of an agent, reduced and without its text, attached to the branch it worked on."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from prgate.commands.terminal import FILE, say
from prgate.errors import PrgateError

if TYPE_CHECKING:
    from prgate.attach.branch import Branch
    from prgate.attach.session import Taken
    from prgate.git.own import Clone

_GIT_SECONDS: Final = 300.0
_LOCK_SECONDS: Final = 60.0
_FOLDER: Final = Path(".prgate")
_APPROVE: Final = {
    "claude": "Claude Code runs it from the next session on, and asks you first whether this folder is to be trusted.",
    "codex": "Codex runs no hook that you have not approved: start it here, enter /hooks, read the lines and approve them.",
}


@dataclass(frozen=True, slots=True)
class _How:
    branch: str | None
    push: bool | None
    into_branch: bool
    dry_run: bool


@click.command()
@click.argument("files", nargs=-1, type=FILE, metavar="[FILE]...")
@click.option(
    "--session",
    metavar="ID",
    help="The session of Claude Code or Codex with this id.  [default: the one that runs this, or the newest here]",
)
@click.option("--branch", metavar="NAME", help="The branch that it belongs to.  [default: the one that is checked out]")
@click.option("--push/--no-push", default=None, help="Push it as well, or not.  [default: if the branch is at its remote]")
@click.option("--into-branch", is_flag=True, help="Write it as a file to commit, where only branches can be pushed.")
@click.option("--dry-run", is_flag=True, help="Print exactly what would be attached, and attach nothing.")
@click.option("--list", "listed", is_flag=True, help="Name what is attached to the branch in this clone.")
@click.option("--remove", is_flag=True, help="Take everything that is attached to the branch away; with --push at the remote too.")
@click.option("--install", type=click.Choice(["claude", "codex"]), help="Set the hook that attaches every session on its own.")
@click.option("--uninstall", type=click.Choice(["claude", "codex"]), help="Take the hook out again.")
@click.option("--global", "everywhere", is_flag=True, help="With --install and --uninstall: in your own settings, for all repositories.")
@click.option(
    "--hook", "hooked", is_flag=True, help="What the hook calls: reads the agent's JSON, never fails, prints nothing on standard output."
)
@click.option("--repo", type=FILE, default=Path(), metavar="DIR", help="The repository.  [default: the current folder]")
def attach(
    *,
    files: tuple[Path, ...],
    session: str | None,
    branch: str | None,
    push: bool | None,
    into_branch: bool,
    dry_run: bool,
    listed: bool,
    remove: bool,
    install: str | None,
    uninstall: str | None,
    everywhere: bool,
    hooked: bool,
    repo: Path,
) -> None:
    """Attach the session of an agent to its branch, for the gate to hold against the change.

    No text is attached: which tools ran, which files were named, and digests of those lines that the branch adds. It is kept under
    refs/prgate/<branch>/<session>, which survives amend, rebase and squash.
    """
    if dry_run and not hooked and (install or uninstall or listed or remove):
        raise PrgateError("shows what would be attached, and nothing else", "--dry-run", "Leave it out, or the other option.")
    if hooked:
        _hook()
    elif install or uninstall:
        _set(install or "", uninstall or "", repo=repo, everywhere=everywhere)
    elif listed or remove:
        _look_after(repo, branch, push=bool(push), remove=remove)
    else:
        _attach(files, session, repo=repo, how=_How(branch, push, into_branch, dry_run))


def _hook() -> None:
    """The line goes to standard error, which agents show to nobody but those who look for it."""
    from prgate.attach.hook import hook  # noqa: PLC0415 (paid for by who attaches)

    line = hook(BytesIO() if sys.stdin is None else sys.stdin.buffer, os.environ)
    if line:
        click.echo(f"prgate: {line}", err=True)


def _attach(files: tuple[Path, ...], session: str | None, *, repo: Path, how: _How) -> None:
    from prgate.attach.branch import find_branch  # noqa: PLC0415 (paid for by who attaches)
    from prgate.attach.find import named_session, this_session  # noqa: PLC0415 (likewise)
    from prgate.attach.session import take  # noqa: PLC0415 (likewise)

    if files and session is not None:
        raise PrgateError("a file or an id, not both", "--session", "Leave one of them out.")
    clone = _clone(repo)
    branch = find_branch(clone, how.branch)
    if how.push and branch.remote is None:
        raise PrgateError("this clone has no remote to push to", "--push", "Leave --push out, or add one with `git remote add`.")
    home = Path.home()
    if session is not None:
        files = (named_session(session, os.environ, home),)
    for path in files or (this_session((*clone.work_trees(), clone.top), os.environ, home),):
        if how.dry_run:
            say(take(clone, branch, path).data.decode("ascii"))
        elif how.into_branch:
            _write(clone, take(clone, branch, path))
        else:
            _keep(clone, branch, path, how)


def _keep(clone: Clone, branch: Branch, path: Path, how: _How) -> None:
    from prgate.attach.keep import locked, push  # noqa: PLC0415 (paid for by who attaches)
    from prgate.attach.session import take, told  # noqa: PLC0415 (likewise)

    with locked(clone, seconds=_LOCK_SECONDS):
        taken = take(clone, branch, path)
        clone.store(taken.ref, taken.data)
    where = taken.ref
    if branch.remote is not None and (how.push or (how.push is None and branch.there and not branch.default)):
        push(clone, branch, taken.ref, anew=how.push is True, seconds=_GIT_SECONDS)
        where += f", pushed to {branch.remote}"
    elif branch.remote is not None:
        where += ", not pushed yet: `prgate attach --push` does it, and so does the hook once the branch is pushed"
    _say(told(taken, where, _agent_name))


def _write(clone: Clone, taken: Taken) -> None:
    from prgate.attach.session import told  # noqa: PLC0415 (paid for by who attaches)

    path = _FOLDER / f"{taken.ref.rsplit('/', 1)[1]}.json"
    place = Path(clone.top) / path
    if not place.parent.resolve().is_relative_to(Path(clone.top).resolve()) or place.is_symlink() or place.is_dir():
        raise PrgateError("this leads out of the work tree, or is a folder", str(path), "Make it a plain file in plain folders.")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(taken.data)
    except OSError as error:
        raise PrgateError(f"cannot be written: {error.strerror}", str(path), "Make the folder writable.") from error
    _say(told(taken, path.as_posix(), _agent_name))
    _say("Commit it with the change. It is then in the diff and in the history for good, and cannot be taken back as a ref can.")


def _set(install: str, uninstall: str, *, repo: Path, everywhere: bool) -> None:
    from prgate.attach import install as hooks  # noqa: PLC0415 (paid for by who installs)

    if install and uninstall:
        raise PrgateError("either --install or --uninstall", "--uninstall", "Leave one of them out.")
    agent = hooks.Agent(install or uninstall)
    top = None if everywhere else Path(_clone(repo).top)
    path = hooks.settings_path(agent, top, os.environ, Path.home())
    done = hooks.install(agent, path, top=top) if install else hooks.uninstall(path, top=top)
    shown = path if top is None else path.relative_to(top)
    if not done.changed:
        _say(f"{shown} {'has the hook already' if install else 'has no hook of prgate'}")
        return
    _say(f"{'set the hook in' if install else 'took the hook out of'} {shown}")
    if done.laid_out:
        _say("  Its keys and values are as they were; its layout is not, for it was laid out by hand.")
    if install:
        _tell_next(agent.value, tracked=top is not None)


def _tell_next(agent: str, *, tracked: bool) -> None:
    import shutil  # noqa: PLC0415 (paid for by who installs)

    steps = [_APPROVE[agent]]
    if tracked:
        steps.append(
            "Commit the file on its own: it steers agents, so `gate-tampering` shows a change of it to a person. With --global it is yours alone."
        )
    if shutil.which("prgate") is None:
        steps.append("prgate is not on the PATH here: the hook does nothing until it is.")
    _say("\n".join(["Next:", *(f"  {number}. {step}" for number, step in enumerate(steps, 1))]))


def _look_after(repo: Path, named: str | None, *, push: bool, remove: bool) -> None:
    from prgate.attach import keep  # noqa: PLC0415 (paid for by who asks)
    from prgate.attach.branch import find_branch  # noqa: PLC0415 (likewise)

    clone = _clone(repo)
    branch = find_branch(clone, named)
    if not remove:
        refs = keep.attached(clone, branch)
        _say("\n".join(refs) if refs else f"nothing is attached to {branch.name} in this clone")
        return
    if push and branch.remote is None:
        raise PrgateError("this clone has no remote", "--push", "Leave --push out.")
    with keep.locked(clone, seconds=_LOCK_SECONDS):
        refs = keep.remove(clone, branch, at_remote=push, seconds=_GIT_SECONDS)
    places = f"this clone and {branch.remote}" if push else "this clone"
    _say("\n".join(f"removed {ref}" for ref in refs) if refs else f"nothing was attached to {branch.name} in {places}")
    if refs and not push and branch.remote is not None:
        _say(f"It may still be at {branch.remote}: --remove --push takes it away there.")
    if refs:
        _say(
            "What others have fetched stays with them, and git keeps objects for some weeks: a credential that slipped in has to be replaced."
        )


def _clone(repo: Path) -> Clone:
    from prgate.git.own import open_clone  # noqa: PLC0415 (paid for by who attaches)

    return open_clone(repo, hurry=False, seconds=_GIT_SECONDS)


def _agent_name(agent: str) -> str:
    from prgate.authorship.signature_file import shipped  # noqa: PLC0415 (paid for by who is told a name)

    known = shipped().agents.get(agent)
    return agent if known is None else known.name


def _say(text: str) -> None:
    """Branches, paths and ids are other people's words."""
    from prgate.render.escape import terminal  # noqa: PLC0415 (paid for when something is said)

    say("".join(f"{terminal(line)}\n" for line in text.split("\n")))
