"""``prgate init``: the chosen workflows and a policy to start from, written into the work tree."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Final

import click

from prgate.commands.terminal import FILE, say
from prgate.errors import FormatError, PrgateError

FORKS: Final = "forks"
SAME: Final = "same-repository"
_FILES: Final = {
    FORKS: {"prgate.yml": "prgate.yml", "prgate-review.yml": "prgate-review.yml"},
    SAME: {"prgate.yml": "same-repository.yml"},
}
"""Per install: the name in ``.github/workflows`` and the name among the shipped files."""
_SHIPPED: Final = Path(__file__).parents[1] / "workflows"
_FOLDER: Final = Path(".github") / "workflows"
_POLICY: Final = Path(".github") / "prgate.yml"
_USES: Final = re.compile(r"uses: prgate/prgate@0{40} #.*")
_WAITS: Final = 'workflows: ["prgate-review"]'
_REF: Final = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9-]*/prgate@)?(?:[0-9a-f]{40}|[0-9a-f]{64})")
_LARGEST: Final = 512 * 1024
_COMMANDS: Final = "# commands: {waive: maintain, break_glass: admin}              # who may let something through, for the record\n"
_LOCKED: Final = frozenset({"regulated", "strict"})
"""Packs that let nobody open such a way."""
_JUDGE_AGENTS: Final = (
    "judge: agents   # what bears evidence of an agent; `all` judges every pull request, and only that stops an agent that hides\n"
)
_JUDGE_ALL: Final = "judge: all      # every pull request, whoever wrote it: only that stops an agent that hides\n"
_NEXT_RULES: Final = """\
# rules:
#   missing-tests: block                                       # observe, warn, block or "off", rule by rule
#   lost-coverage: {mode: block, params: {tolerance: 2}}
#   agent-authored-risk: {mode: block, when: {base: [main]}}
# domains:
#   crypto: {paths: ["src/keys/"]}                             # what is high-risk here, beside what the pack knows
{commands}# waivers:
#   - {rule: oversized-change, paths: ["vendor/"], until: 2030-01-31, by: your-login, reason: the yearly update}
"""


@click.command()
@click.option(
    "--install", type=click.Choice([FORKS, SAME]), default=FORKS, show_default=True, help="Which install: docs/install.md has a table."
)
@click.option(
    "--pack",
    type=click.Choice(["observe", "baseline", "strict", "regulated", "kernel", "kubernetes"]),
    help="What the policy starts from.  [default: baseline]",
)
@click.option("--ref", metavar="[OWNER/prgate@]SHA", help="The commit of prgate/prgate to run, as a full id.  [default: a placeholder]")
@click.option("--ci", multiple=True, metavar="NAME", help="A workflow to wait for, by its `name:` (repeatable).  [default: those found]")
@click.option("--repo", type=FILE, default=Path(), metavar="DIR", help="The repository.  [default: the current folder]")
@click.option("--force", is_flag=True, help="Replace files that are there already.")
def init(*, install: str, pack: str | None, ref: str | None, ci: tuple[str, ...], repo: Path, force: bool) -> None:
    """Write the workflow that runs prgate on pull requests, and a policy that observes.

    Nothing is committed, nothing is replaced without --force. A policy that is there stays, unless --pack asks for another.
    """
    if ref is not None and not _REF.fullmatch(ref):
        raise PrgateError("this is no full commit id", f"--ref {ref}", "Give all 40 hexadecimal digits: a tag or a branch can be moved.")
    if ci and install == SAME:
        raise PrgateError("only the install for forks waits for other workflows", "--ci", f"Leave --ci out, or choose --install {FORKS}.")
    if odd := next((name for name in ci if not name.isprintable()), None):
        raise PrgateError("this cannot be the name of a workflow", f"--ci {odd}", "Give its `name:`, on one line.")
    top = _top(repo)
    names = ci or (_ci_names(top / _FOLDER) if install == FORKS else ())
    texts = {
        _FOLDER / name: _filled((_SHIPPED / source).read_text(encoding="utf-8"), ref, names) for name, source in _FILES[install].items()
    }
    keeps = pack is None and os.path.lexists(top / _POLICY)
    if not keeps:
        texts[_POLICY] = _policy(pack or "baseline")
    there = [path for path in texts if os.path.lexists(top / path)]
    if there and not force:
        raise PrgateError("the file is there already", ", ".join(map(str, there)), "Give --force to replace it, or remove it first.")
    for path, text in texts.items():
        _write(top, path, text)
    say(_told(tuple(texts), install=install, ref=ref, names=names, keeps=keeps))


def _top(folder: Path) -> Path:
    """The top of the work tree that a folder lies in."""
    start = folder.resolve()
    found = next((place for place in (start, *start.parents) if os.path.lexists(place / ".git")), None)
    if found is None:
        raise PrgateError("this is not in a work tree of git", str(folder), "Run it in a clone, or name one with --repo.")
    return found


def _ci_names(folder: Path) -> tuple[str, ...]:
    """The names of the workflows that run on pull requests; a file that is no readable workflow has none."""
    from prgate.doctor.house import runs_prgate  # noqa: PLC0415 (imported when there is something to write)
    from prgate.formats.workflow import read_workflow  # noqa: PLC0415 (likewise)

    names = []
    for path in sorted(folder.glob("*.y*ml")):
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST:
            continue
        try:
            workflow = read_workflow(path.read_bytes())
        except (FormatError, OSError):
            continue
        if "pull_request" in workflow.triggers and not any(runs_prgate(step) for job in workflow.jobs for step in job.steps):
            names.append(workflow.name or f"{_FOLDER.as_posix()}/{path.name}")
    return tuple(dict.fromkeys(name for name in names if name.isprintable()))


def _filled(text: str, ref: str | None, names: tuple[str, ...]) -> str:
    """A shipped workflow with the commit to run and the workflows to wait for."""
    if ref is not None:
        action = ref if "@" in ref else f"prgate/prgate@{ref}"
        text = _USES.sub(lambda _: f"uses: {action} # pinned by prgate init", text)
    listed = ", ".join(json.dumps(name, ensure_ascii=False) for name in ("prgate-review", *names))
    return text.replace(_WAITS, f"workflows: [{listed}]")


def _policy(pack: str) -> str:
    silent = (
        "this pack only observes: extend baseline when you want more"
        if pack == "observe"
        else "nothing warns or blocks yet; next `warn`, then `block`"
    )
    next_rules = _NEXT_RULES.replace("{commands}", "" if pack in _LOCKED else _COMMANDS)
    return (
        "# Which rules prgate applies here. It reads this file from the default branch, so a pull request cannot soften its own.\n"
        "# `prgate explain` lists the rules; `prgate check --base main` tries the policy on your branch.\n"
        "version: 1\n"
        f"extends: [{pack}]\n"
        f"mode: observe   # {silent}\n"
        f"{_JUDGE_ALL if pack == 'regulated' else _JUDGE_AGENTS}"
        f"\n{next_rules}"
    )


def _write(top: Path, path: Path, text: str) -> None:
    """Put a whole file in place; a link that stands there is replaced, never followed, nor is one among its folders."""
    place = top / path
    if not place.parent.resolve().is_relative_to(top) or place.is_dir():
        raise PrgateError("this leads out of the work tree, or is a folder", str(path), "Make it a plain file in plain folders.")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        new = place.with_name(f".{place.name}.new")
        new.write_text(text, encoding="utf-8", newline="\n")
        new.replace(place)
    except OSError as error:
        raise PrgateError(f"cannot be written: {error.strerror}", str(path), "Make the folder writable.") from error


def _told(written: tuple[Path, ...], *, install: str, ref: str | None, names: tuple[str, ...], keeps: bool) -> str:
    from prgate.render.escape import terminal  # noqa: PLC0415 (paid for when something was written)

    lines = [f"wrote {path.as_posix()}" for path in written]
    lines += [f"kept  {_POLICY.as_posix()}"] if keeps else []
    if install == FORKS:
        waits = (
            f"It judges again when {', '.join(names)} ends."
            if names
            else "No workflow here runs on pull_request; name those to wait for with --ci."
        )
        lines += ["", waits]
    steps = [
        "Put the full id of the commit of prgate/prgate that you trust in place of the zeros: there is no release yet."
        if ref is None
        else f"Read what {ref} does: it will hold a token that can post on pull requests.",
        "Commit this to the default branch. GitHub runs it from there." if install == FORKS else "Commit this to the default branch.",
        "Require the check `prgate/verdict`, source GitHub Actions (Settings, Rules, Rulesets). The job's own check is not the one.",
        "See how it stands: prgate doctor --repository OWNER/NAME",
    ]
    lines += ["", "Next:", *(f"  {number}. {step}" for number, step in enumerate(steps, 1))]
    return "".join(f"{terminal(line)}\n" for line in lines)
