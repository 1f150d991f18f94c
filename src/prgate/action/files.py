"""Traces and reports: the files that inputs name, and artifacts of runs on exactly one commit; bytes under limits, each with its grade."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from prgate.action.settings import Files, Settings
from prgate.errors import FormatError
from prgate.formats.archive import read_archive
from prgate.github.artifacts import Artifact, artifacts_on, fetch_archive, read_run
from prgate.github.session import Session
from prgate.model.grade import Grade
from prgate.model.missing import Missing, Why
from prgate.model.wording import quoted
from prgate.request import Supplied

_MOST_FILES: Final = 20
_MOST_RUNS: Final = 10
_ARCHIVE_BYTES: Final = 128 * 1024 * 1024
_CONTENT_BYTES: Final = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Commit:
    """The commit that artifacts must have been made on: its id and repository, and the event and branch of the run where they matter.

    ``unchanged`` says whether a workflow file is there as it is at the merge base.
    """

    sha: str
    repository_id: int | None
    unchanged: Callable[[str], bool]
    event: str | None = None
    branch: str | None = None


def supplied(settings: Settings, session: Session, files: Files, *, on: Commit, kind: str, folder: Path) -> tuple[Supplied | Missing, ...]:
    """All files of one kind of evidence; what was named and cannot be had is ``Missing`` with its reason.

    A trace is its agent's own account: only a signature makes it more than a claim, whoever uploaded it.
    """
    named = [_named(settings, path, kind) for path in files.paths]
    found = [item for name in files.artifacts for item in _of_artifact(settings, session, name, on=on, folder=folder)]
    if kind == "trace":
        found = [replace(item, grade=Grade.CLAIMED) if isinstance(item, Supplied) else item for item in found]
    return (*named, *found)


def _named(settings: Settings, name: str, kind: str) -> Supplied | Missing:
    """A file of the job's own workspace or temporary folder; a link that leads out of them is not followed."""
    try:
        path = (settings.workspace / name).resolve(strict=True)
    except (OSError, ValueError, RuntimeError):
        return Missing(
            Why.ABSENT, f"there is no file `{name}`", f"Let an earlier step of this job write it, or leave it out of the input `{kind}`."
        )
    if not any(path.is_relative_to(folder.resolve()) for folder in (settings.workspace, settings.temp)):
        return Missing(Why.FORBIDDEN, f"`{name}` leads out of the workspace", f"Name a file inside it in the input `{kind}`.")
    if not path.is_file():
        return Missing(Why.UNREADABLE, f"`{name}` is no file", f"Name a file in the input `{kind}`.")
    return Supplied(path, name)


def _of_artifact(settings: Settings, session: Session, name: str, *, on: Commit, folder: Path) -> Iterator[Supplied | Missing]:
    runs = {key: value for key, value in (("event", on.event), ("branch", on.branch)) if value is not None}
    listed = artifacts_on(session, settings.repository, name, head_sha=on.sha, head_repository_id=on.repository_id, runs=runs)
    if isinstance(listed, Missing):
        yield listed
        return
    graded = _best(settings, session, listed, on)
    if isinstance(graded, Missing):
        yield graded
        return
    artifact, grade, note = graded
    archive = fetch_archive(session, artifact, limit=_ARCHIVE_BYTES)
    if isinstance(archive, Missing):
        yield archive
        return
    if grade is Grade.VERIFIED and not archive.matched:
        grade, note = Grade.CLAIMED, f"{note}; the forge keeps no digest of it"
    try:
        members = read_archive(archive.data, most_bytes=_CONTENT_BYTES, most_files=_MOST_FILES)
    except FormatError as error:
        why = Why.OVER_LIMIT if error.over_limit else Why.UNREADABLE
        yield Missing(why, f"artifact `{name}`: {error}", f"Upload the reports alone, at most {_MOST_FILES} files.")
        return
    if not members:
        yield Missing(Why.UNREADABLE, f"artifact `{name}` is empty", "Upload the reports.")
    for number, (member, content) in enumerate(members):
        path = folder / f"{artifact.id}-{number}"
        path.write_bytes(content)
        yield Supplied(path, f"{name}/{member}", grade, note)


def _best(settings: Settings, session: Session, listed: Sequence[Artifact], on: Commit) -> tuple[Artifact, Grade, str] | Missing:
    """The newest artifact of a workflow that the change leaves alone, else the newest: one that the change brings displaces no other.

    Nor does one of another branch, which whoever may push can make point at the same commit.
    """
    likely = sorted(listed, key=lambda artifact: on.branch is not None and artifact.head_branch != on.branch)
    first: tuple[Artifact, Grade, str] | Missing | None = None
    for artifact in likely[:_MOST_RUNS]:
        graded = _graded(settings, session, artifact, on)
        if not isinstance(graded, Missing) and graded[0] is Grade.VERIFIED:
            return artifact, *graded
        if first is None or isinstance(first, Missing):
            first = graded if isinstance(graded, Missing) else (artifact, *graded)
    assert first is not None, "there is at least one artifact"
    return first


def _graded(settings: Settings, session: Session, artifact: Artifact, on: Commit) -> tuple[Grade, str] | Missing:
    """``verified`` where the run's workflow file is the base's own, else ``claimed``; a run that does not count at all is ``Missing``."""
    run = read_run(session, settings.repository, artifact.run)
    if isinstance(run, Missing):
        return run
    if (on.event is not None and run.event != on.event) or (on.branch is not None and run.head_branch != on.branch):
        detail = f"run {run.id} was started by {quoted(run.event)} on {quoted(run.head_branch or '')}, and only `{on.event}` on `{on.branch}` counts"
        return Missing(Why.FORBIDDEN, detail, "Let the tests run there and upload the report.")
    told = f"run {run.id}, workflow {quoted(run.path)}"
    if not on.unchanged(run.path):
        return Grade.CLAIMED, f"{told}, which this change brings or edits"
    return Grade.VERIFIED, f"{told} unchanged; test code could still have written it"
