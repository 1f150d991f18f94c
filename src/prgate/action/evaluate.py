"""One look at one pull request: what the forge says, the objects of the change, its files of evidence, and the verdict on them."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from time import perf_counter

from prgate.action.files import Commit, supplied
from prgate.action.settings import Settings
from prgate.errors import FormatError, PrgateError
from prgate.formats.codeowners import PLACES as CODEOWNERS
from prgate.gather.kept import sought
from prgate.git import Repository, open_repository
from prgate.git.fetch import Want, ask_tips, fetch
from prgate.git.fetch_kept import fetch_kept
from prgate.git.fetch_undone import fetch_undone
from prgate.git.remote import FetchLimits, Remote
from prgate.github.facts import Compared, Looked, compare, look
from prgate.github.pulls import Pull
from prgate.github.session import Session
from prgate.model.missing import Missing, Why
from prgate.model.policy import Limits
from prgate.model.verdict import Verdict
from prgate.render.mishap import Mishap, MishapKind
from prgate.request import Request, Trusted
from prgate.run import POLICY_PATH, judge, trusted_policy


@dataclass(slots=True)
class Run:
    """What one run of the Action works with, and the seconds that each of its parts took."""

    settings: Settings
    session: Session
    folder: Path
    at: str
    sleep: Callable[[float], None]
    limits: FetchLimits = field(default_factory=FetchLimits)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def remote(self) -> Remote:
        """Where the objects are fetched from."""
        return self.remote_of(self.settings.repository)

    def remote_of(self, repository: str) -> Remote:
        """Another repository of the same forge, a fork for one, so that the token goes to no other host."""
        return Remote(f"{self.settings.server}/{repository}.git", self.settings.token)

    @contextmanager
    def timed(self, part: str) -> Iterator[None]:
        """Counts the seconds of the block to ``part``."""
        start = perf_counter()
        try:
            yield
        finally:
            self.seconds[part] = self.seconds.get(part, 0.0) + perf_counter() - start


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came of one look at a pull request. ``tips`` are the branches that the policy may have come from, as they were."""

    pull: Pull
    looked: Looked
    compared: Compared | Missing
    outcome: Verdict | Mishap
    repository: Path
    tips: Mapping[str, str]

    @property
    def merge_base(self) -> str:
        """Where the change left its base; only of an evaluation that came to a verdict."""
        assert isinstance(self.compared, Compared), "there is no verdict without a comparison"
        return self.compared.merge_base


def evaluate(run: Run, pull: Pull) -> Evaluation:
    """Gather and judge; what keeps it from a verdict is a ``Mishap``, never an exception."""
    folder = Path(mkdtemp(prefix=f"pull-{pull.number}-", dir=run.folder))
    with run.timed("gather"):
        compared = compare(run.session, pull.repository, pull.base_sha, pull.head_sha)
        looked = look(run.session, pull, compared)
        tips = _fetched(run, pull, compared, folder / "objects")

    def evaluation(outcome: Verdict | Mishap, at: Mapping[str, str]) -> Evaluation:
        return Evaluation(pull, looked, compared, outcome, folder / "objects", at)

    if isinstance(compared, Missing):
        return evaluation(unreachable(compared), {})
    if isinstance(tips, Missing):
        return evaluation(unreachable(tips), {})
    facts = folder / "facts.json"
    facts.write_text(json.dumps(looked.document), encoding="utf-8")
    try:
        request = _request(run, pull, compared.merge_base, tips=tips, folder=folder, facts=facts)
        with run.timed("judge"):
            return evaluation(judge(request), tips)
    except PrgateError as error:
        return evaluation(Mishap(MishapKind.CONFIGURATION, error.message, error.where, error.help), tips)


def policy_refs(pull: Pull) -> tuple[str, ...]:
    """The branches whose tips may hold the policy: the default one, and the one that the change goes into."""
    return tuple(dict.fromkeys((f"refs/heads/{pull.default_branch}", f"refs/heads/{pull.base_ref}")))


def ask_again(run: Run, pull: Pull) -> Mapping[str, str] | Missing:
    """Where those branches are now."""
    return ask_tips(run.remote, policy_refs(pull), limits=run.limits, sleep=run.sleep)


def unreachable(missing: Missing) -> Mishap:
    """Why there is no verdict, where the forge did not give what one needs."""
    return Mishap(MishapKind.UNREACHABLE, missing.detail, "", missing.fix)


def _fetched(run: Run, pull: Pull, compared: Compared | Missing, folder: Path) -> Mapping[str, str] | Missing:
    if isinstance(compared, Missing):
        return compared
    want = Want(pull.head_sha, compared.merge_base, compared.total, policy_refs(pull), (POLICY_PATH, *CODEOWNERS))
    fetched = fetch(folder, run.remote, want, limits=run.limits, sleep=run.sleep)
    return fetched if isinstance(fetched, Missing) else fetched.tips


def _request(run: Run, pull: Pull, merge_base: str, *, tips: Mapping[str, str], folder: Path, facts: Path) -> Request:
    settings, session = run.settings, run.session
    default, *_ = policy_refs(pull)
    trusted, base_tip = Trusted(pull.default_branch, tips[default], pull.base_ref), tips[f"refs/heads/{pull.base_ref}"]
    with run.timed("gather"), open_repository(folder / "objects") as repository:
        head = Commit(pull.head_sha, pull.head_repository_id, _unchanged(repository, pull.head_sha, merge_base))
        base = Commit(merge_base, pull.repository_id, lambda _: True, event="push", branch=pull.base_ref)
        traces = supplied(settings, session, settings.trace, on=head, kind="trace", folder=folder)
        coverage = supplied(settings, session, settings.coverage, on=head, kind="coverage", folder=folder)
        base_coverage = supplied(settings, session, settings.base_coverage, on=base, kind="base-coverage", folder=folder)
        places = trusted_policy(repository, base_tip, trusted).accept.places
        kept = _kept(run, pull, repository, merge_base, places=places, folder=folder / "kept")
    return Request(
        at=run.at,
        repo=folder / "objects",
        base=base_tip,
        head=pull.head_sha,
        merge_base=merge_base,
        trusted=trusted,
        pr=facts,
        branch=pull.head_ref,
        kept=kept,
        history=_history(run, folder / "history"),
        traces=traces,
        coverage=coverage,
        base_coverage=base_coverage,
        trigger=settings.event,
    )


def _history(run: Run, folder: Path) -> Callable[[str, Collection[bytes]], Path | Missing]:
    """Brings what was undone before the change, for the rule that asks: the base's own history, in a repository of its own."""

    def bring(merge_base: str, paths: Collection[bytes]) -> Path | Missing:
        with run.timed("history"):
            return fetch_undone(folder, run.remote, merge_base, paths, limits=run.limits, sleep=run.sleep) or folder

    return bring


def _kept(run: Run, pull: Pull, repository: Repository, merge_base: str, *, places: tuple[str, ...], folder: Path) -> Path | Missing:
    """The traces that the head's repository keeps beside its branches, at the policy's places alone.

    They come into a repository of their own: nothing there steers the judgement.
    """
    if pull.head_repository is None:
        return Missing(
            Why.ABSENT, "the head's repository is deleted, and with it what was attached there", "Give the session with `trace`."
        )
    commits = repository.commits(merge_base, pull.head_sha, Limits().commits)
    if isinstance(commits, Missing):
        return commits
    asked = sought(places, (pull.head_ref,), commits)
    object_format = "sha1" if len(pull.head_sha) == 40 else "sha256"
    remote = run.remote_of(pull.head_repository)
    return fetch_kept(folder, remote, asked, object_format=object_format, limits=run.limits, sleep=run.sleep) or folder


def _unchanged(repository: Repository, head: str, merge_base: str) -> Callable[[str], bool]:
    def unchanged(path: str) -> bool:
        try:
            entries = [repository.entry(commit, path.encode()) for commit in (merge_base, head)]
        except (FormatError, ValueError):  # git cannot read its folders, or no file can have this name
            return False
        return entries[0] is not None and entries[0] == entries[1]

    return unchanged
