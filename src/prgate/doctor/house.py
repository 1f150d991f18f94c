"""What the questions look at: the files of one commit, read as objects, and what they spell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from prgate.authorship.signature_file import fault_of
from prgate.doctor.answer import Spot
from prgate.errors import FormatError, PrgateError
from prgate.formats.codeowners import PLACES, Owners, read_codeowners
from prgate.formats.policy import read_pack, read_policy
from prgate.formats.workflow import Job, Step, Workflow, read_workflow
from prgate.git import Repository
from prgate.model.diff import REGULAR
from prgate.model.missing import Missing, Why
from prgate.model.paths import path_text
from prgate.model.policy import Policy
from prgate.model.verdict import PolicySource
from prgate.packs import read_packs
from prgate.rules import RULES
from prgate.run import POLICY_PATH

POLICY: Final = POLICY_PATH.decode()
_FOLDER: Final = b".github/workflows/"
_SUFFIXES: Final = (b".yml", b".yaml")
_MOST_WORKFLOWS: Final = 200
_OWN_ROOT: Final = frozenset({"$/", "./"})


@dataclass(frozen=True, slots=True)
class Gate:
    """A job that runs prgate: the step that does, in the workflow file ``path``."""

    path: str
    workflow: Workflow
    job: Job
    step: Step

    @property
    def spot(self) -> Spot:
        """Where prgate is used."""
        return Spot(self.path, self.step.line)

    def trigger(self, event: str) -> Spot:
        """Where the workflow names an event that it has."""
        return Spot(self.path, self.workflow.triggers[event].line)


@dataclass(frozen=True, slots=True)
class House:
    """The files of ``commit``: ``paths`` sorted, ``places`` the same to look one up.

    ``policy`` is null where there is none, and the pack that stands in is ``in_force``; so is ``owners``, and ``owners_path`` is its file.
    """

    repository: Repository
    commit: str
    paths: tuple[bytes, ...]
    places: frozenset[bytes]
    workflows: Mapping[str, Workflow | Missing]
    policy: Policy | Missing | None
    in_force: Policy | Missing
    owners: Owners | Missing | None
    owners_path: str | None

    @property
    def gates(self) -> tuple[Gate, ...]:
        """Every job that runs prgate, by path."""
        return tuple(
            Gate(path, workflow, job, step)
            for path, workflow in self.readable()
            for job in workflow.jobs
            for step in job.steps
            if runs_prgate(step) or (step.uses in _OWN_ROOT and self.is_prgate())
        )

    @property
    def unread(self) -> tuple[tuple[str, Missing], ...]:
        """The workflow files that could not be read, and why."""
        return tuple((path, found) for path, found in self.workflows.items() if isinstance(found, Missing))

    def readable(self) -> Iterator[tuple[str, Workflow]]:
        """The workflows that could be read."""
        return ((path, found) for path, found in self.workflows.items() if isinstance(found, Workflow))

    def is_prgate(self) -> bool:
        """Whether this repository is prgate's own: its root is the action."""
        data = self.read(b"action.yml")
        return not isinstance(data, Missing) and data.startswith(b"name: prgate\n")

    def owned(self, path: bytes) -> bool:
        """Whether somebody owns a path."""
        return isinstance(self.owners, Owners) and bool(self.owners.of(path))

    def read(self, path: bytes) -> bytes | Missing:
        """The bytes of a file of the commit; a symbolic link or a folder is not read."""
        return _read(self.repository, self.commit, path)


def runs_prgate(step: Step) -> bool:
    """Whether a step is prgate's action, from whichever owner or folder: ``prgate/prgate@…``, ``acme/prgate@…``, ``./prgate``."""
    return step.uses is not None and step.uses.partition("@")[0].rstrip("/").rpartition("/")[2] == "prgate"


def read_house(repository: Repository, ref: str) -> House:
    """The files at a ref. Raises ``PrgateError`` where the ref names no commit or the folders of the commit cannot be read."""
    commit = repository.resolve(ref)
    try:
        paths = repository.paths(commit)
    except FormatError as error:
        raise PrgateError(
            f"the files cannot be listed: {error}", ref, "Fetch the commit whole; `git fsck` says what is damaged."
        ) from error
    places = frozenset(paths)
    owners_path = next((place for place in PLACES if place in places), None)
    policy = _policy(repository, commit) if POLICY_PATH in places else None
    return House(
        repository=repository,
        commit=commit,
        paths=paths,
        places=places,
        workflows={path_text(path): _workflow(repository, commit, path) for path in workflow_paths(paths)},
        policy=policy,
        in_force=read_pack("observe", rules=RULES, packs=read_packs()) if policy is None else policy,
        owners=None if owners_path is None else _owners(repository, commit, owners_path),
        owners_path=None if owners_path is None else owners_path.decode(),
    )


def workflow_paths(paths: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """The workflow files among paths: those right below ``.github/workflows``."""
    found = [path for path in paths if path.startswith(_FOLDER) and path.endswith(_SUFFIXES) and b"/" not in path.removeprefix(_FOLDER)]
    return tuple(found[:_MOST_WORKFLOWS])


def _read(repository: Repository, commit: str, path: bytes) -> bytes | Missing:
    try:
        entry = repository.blob(commit, path)
    except FormatError as error:
        return Missing(Why.OVER_LIMIT if error.over_limit else Why.UNREADABLE, error.message, "Look for damage with `git fsck`.")
    if entry is None:
        return Missing(Why.ABSENT, "there is no such file", "Commit it.")
    mode, data = entry
    return data if mode in REGULAR else Missing(Why.UNREADABLE, "it is no file but a link or a folder", "Commit it as a file.")


def _workflow(repository: Repository, commit: str, path: bytes) -> Workflow | Missing:
    data = _read(repository, commit, path)
    if isinstance(data, Missing):
        return data
    try:
        return read_workflow(data)
    except FormatError as error:
        return Missing(Why.UNREADABLE, str(error), "Write it as plain YAML, without anchors and aliases.")


def _policy(repository: Repository, commit: str) -> Policy | Missing:
    data = _read(repository, commit, POLICY_PATH)
    if isinstance(data, Missing):
        return data
    source = PolicySource(f"base:{POLICY}", commit, sha256(data).hexdigest())
    try:
        return read_policy(data, name=POLICY, source=source, rules=RULES, packs=read_packs(), signatures=fault_of)
    except PrgateError as error:
        return Missing(Why.UNREADABLE, f"{error.where}: {error.message}", error.help or "Mend it there.")


def _owners(repository: Repository, commit: str, path: bytes) -> Owners | Missing:
    data = _read(repository, commit, path)
    if isinstance(data, Missing):
        return data
    try:
        return read_codeowners(data)
    except FormatError as error:
        return Missing(Why.OVER_LIMIT, str(error), "Make it shorter.")
