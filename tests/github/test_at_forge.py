from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from prgate.github.artifacts import Archive, Run, artifacts_on, fetch_archive, read_run
from prgate.github.events import OnPull, OnQueue, OnRun, target_of
from prgate.github.facts import Compared, compare, look
from prgate.github.pulls import Pull, open_pulls_of, read_pull
from prgate.github.session import Budget, Session
from prgate.model.facts import Account, PersonType
from prgate.model.independence import independent_approvals
from prgate.model.missing import Missing, Why
from tests.forge.forge import Forge
from tests.forge.handles import Pull as Opened
from tests.forge.world import Hosted
from tests.github.looking import missing, read
from tests.repositories import Repo

HOME = "acme/pay"


class Scene:
    """A pull request by an agent from a fork, and a session with what GITHUB_TOKEN may do."""

    def __init__(self, forge: Forge, folder: Path) -> None:
        self.forge = forge
        self.repo = forge.repository(HOME)
        self.work = Repo(folder / "work")
        self.work.write("a.py", b"1\n")
        self.base = self.work.commit("one")
        forge.push(self.repo, "main", self.work)
        self.fork: Hosted = forge.fork(self.repo, "dev-two")
        self.work.branch("agent/x")
        self.work.write("a.py", b"2\n")
        self.work.commit("two")
        forge.push(self.fork, "agent/x", self.work)
        self.opened: Opened = forge.pull(self.repo, head="agent/x", author="dev-two", title="Two", fork=self.fork)
        self.session = Session(api=forge.url, token=forge.token(self.repo), budget=Budget(tries=2, requests=400), sleep=lambda _: None)

    def pull(self) -> Pull:
        read = read_pull(self.session, HOME, self.opened.number)
        assert isinstance(read, Pull), read
        return read


@pytest.fixture
def scene(forge: Forge, tmp_path: Path) -> Iterator[Scene]:
    made = Scene(forge, tmp_path)
    yield made
    made.session.close()


def compared(scene: Scene) -> Compared:
    pull = scene.pull()
    found = compare(scene.session, HOME, pull.base_sha, pull.head_sha)
    assert isinstance(found, Compared), found
    return found


def test_an_approval_of_an_earlier_head_or_by_who_may_not_write_is_no_vouching(scene: Scene) -> None:
    scene.forge.review(scene.opened, by="maint-one")
    scene.work.write("a.py", b"3\n")
    scene.work.commit("three")
    scene.forge.push(scene.fork, "agent/x", scene.work)
    scene.forge.review(scene.opened, by="reader-one")
    scene.forge.review(scene.opened, by="triage-one")
    scene.forge.review(scene.opened, by="dev-three")
    found = look(scene.session, scene.pull(), compared(scene))
    assert {} == missing(found)
    assert () == independent_approvals(read(found.document), scene.opened.head_sha)
    scene.forge.review(scene.opened, by="maint-one")
    facts = read(look(scene.session, scene.pull(), compared(scene)).document)
    assert ["maint-one"] == [review.author for review in independent_approvals(facts, scene.opened.head_sha)]


def test_what_people_and_bots_said_is_read_at_one_request_a_list_one_a_person_and_two_for_push_and_base(scene: Scene) -> None:
    scene.forge.label(scene.opened, "risk: high")
    scene.forge.comment(scene.opened, "/prgate wrote a.py:1", by="dev-two")
    scene.forge.comment(scene.opened, "Looks odd", by="helper-agent[bot]")
    scene.forge.review(scene.opened, by="dev-one", state="CHANGES_REQUESTED", body="no")
    scene.forge.review(scene.opened, by="reader-one", state="COMMENTED", body="hm")
    scene.forge.check(scene.repo, scene.opened.head_sha, "prgate/verdict", app="other-app")
    scene.forge.status(scene.repo, scene.opened.head_sha, "prgate/verdict", state="pending")
    pull, both = scene.pull(), compared(scene)
    before = scene.session.requests
    found = look(scene.session, pull, both)
    assert 4 + 2 + 2 == scene.session.requests - before
    assert {} == missing(found)
    facts = read(found.document)
    assert [("dev-one", "changes-requested"), ("reader-one", "commented")] == [
        (entry["author"], entry["state"]) for entry in found.document["reviews"]
    ]
    assert {
        "dev-one": {"permission": "write", "type": "User"},
        "dev-two": {"permission": "read", "type": "User"},
        "helper-agent[bot]": {"permission": "none", "type": "Bot"},
    } == found.document["people"]
    assert [("prgate/verdict", "other-app", "success"), ("prgate/verdict", None, None)] == [
        (entry["name"], entry["app"], entry["conclusion"]) for entry in found.document["checks"]
    ]
    assert (("risk: high",), Account("dev-two", PersonType.USER), None) == (facts.labels, facts.author, facts.url)
    assert 1 == compared(scene).total


def test_a_deleted_fork_is_a_fact_and_binds_no_artifact(scene: Scene) -> None:
    scene.forge.delete_fork(scene.fork)
    pull = scene.pull()
    assert (None, None) == (pull.head_repository, pull.head_repository_id)
    assert {} == missing(look(scene.session, pull, compared(scene)))
    got = artifacts_on(scene.session, HOME, "coverage", head_sha=pull.head_sha, head_repository_id=pull.head_repository_id)
    assert isinstance(got, Missing)


def test_what_the_forge_does_not_give_whole_is_missing_and_said(scene: Scene) -> None:
    scene.forge.review(scene.opened, by="maint-one")
    scene.forge.comment(scene.opened, "hm")
    pull, both = scene.pull(), compared(scene)
    lists = {"pulls/1/reviews": "reviews", "issues/1/comments": "comments"}
    for path, key in {**lists, "check-runs": "checks", "status": "checks", "permission": "people"}.items():
        for fault in ("500", "forbidden", "404", "422", "truncated", "cut-short", "total"):
            scene.forge.fault("GET", rf"/{path}(\?|$)", fault, times=99)
            told = missing(look(scene.session, pull, both))
            scene.forge.forget()
            nothing_to_count = fault == "total" and (path in lists or path == "permission")
            nobody = (path, fault) == ("permission", "404")
            assert (set() if nothing_to_count or nobody else {key}) == told.keys(), (path, fault)


def test_each_event_asks_for_the_pull_request_that_it_is_about(scene: Scene) -> None:
    number = scene.opened.number
    for name, action in (("pull_request", "synchronize"), ("pull_request_target", "opened"), ("pull_request_review", "submitted")):
        review = scene.forge.review(scene.opened, by="dev-one") if "review" in name else None
        event = scene.forge.event(name, scene.opened, action=action, review=review)
        target = target_of(name, event.path.read_bytes(), repository=HOME)
        assert isinstance(target, OnPull)
        assert number == target.number
        if review is None:
            assert scene.pull() == target.pull
    comment = scene.forge.comment(scene.opened, "/prgate again", by="dev-one")
    event = scene.forge.event("issue_comment", scene.opened, action="created", comment=comment)
    assert OnPull(number, None) == target_of("issue_comment", event.path.read_bytes(), repository=HOME)
    queue = scene.forge.queue(scene.opened)
    event = scene.forge.event("merge_group", queue)
    assert OnQueue(queue.base_sha, queue.base_ref, queue.head_sha, number) == target_of(
        "merge_group", event.path.read_bytes(), repository=HOME
    )


def test_a_run_leads_to_the_open_pull_request_of_its_head_and_to_its_artifact(scene: Scene) -> None:
    run = scene.forge.run(scene.opened)
    event = scene.forge.event("workflow_run", scene.repo, action="completed", run=run)
    target = target_of("workflow_run", event.path.read_bytes(), repository=HOME)
    assert OnRun("dev-two", "agent/x", scene.opened.head_sha, "dev-two/pay") == target
    found = open_pulls_of(scene.session, HOME, owner="dev-two", branch="agent/x", sha=target.sha, head_repository=target.repository)
    assert (scene.pull(),) == found
    other = scene.forge.run(scene.opened, sha=scene.base)
    scene.forge.artifact(scene.repo, other, "coverage", {"coverage.json": b"forged"})
    ours = scene.forge.artifact(scene.repo, run, "coverage", {"coverage.json": b"{}"})
    pull = scene.pull()
    artifacts = artifacts_on(scene.session, HOME, "coverage", head_sha=pull.head_sha, head_repository_id=pull.head_repository_id)
    assert not isinstance(artifacts, Missing), artifacts
    assert [(ours["id"], run["id"])] == [(item.id, item.run) for item in artifacts]
    archive = fetch_archive(scene.session, artifacts[0], limit=10_000)
    assert isinstance(archive, Archive)
    assert archive.matched
    read = read_run(scene.session, HOME, run["id"])
    assert isinstance(read, Run)
    assert (".github/workflows/tests.yml", "pull_request", pull.head_sha) == (read.path, read.event, read.head_sha)


def test_an_artifact_whose_bytes_were_exchanged_is_not_taken(scene: Scene) -> None:
    run = scene.forge.run(scene.opened)
    scene.forge.artifact(scene.repo, run, "coverage", {"coverage.json": b"{}"}, digest="sha256:" + "0" * 64)
    pull = scene.pull()
    artifacts = artifacts_on(scene.session, HOME, "coverage", head_sha=pull.head_sha, head_repository_id=pull.head_repository_id)
    assert not isinstance(artifacts, Missing), artifacts
    archive = fetch_archive(scene.session, artifacts[0], limit=10_000)
    assert isinstance(archive, Missing)
    assert Why.UNREADABLE is archive.why


def test_a_push_after_the_run_leaves_its_head_without_a_pull_request(scene: Scene) -> None:
    head = scene.opened.head_sha
    scene.work.write("a.py", b"3\n")
    scene.work.commit("three")
    scene.forge.push(scene.fork, "agent/x", scene.work)
    assert () == open_pulls_of(scene.session, HOME, owner="dev-two", branch="agent/x", sha=head, head_repository="dev-two/pay")
