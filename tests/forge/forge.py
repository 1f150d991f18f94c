"""The forge itself: what a test does at it in the name of people, bots and administrators."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Self
from urllib.parse import parse_qsl, urlsplit

from tests.forge import cast, events, routes, runs
from tests.forge.api import commits, pulls
from tests.forge.api.asking import Request
from tests.forge.bare import Bare
from tests.forge.cast import Token
from tests.forge.events import Event
from tests.forge.handles import Issue, Pull, Queue
from tests.forge.serving import Desk, servers
from tests.forge.settings import protection_of, ruleset_of
from tests.forge.upstream import Upstream
from tests.forge.wire import Wire
from tests.forge.world import Hosted, World
from tests.repositories import Repo

_REVIEWS: Final = {"APPROVED": "APPROVE", "CHANGES_REQUESTED": "REQUEST_CHANGES", "COMMENTED": "COMMENT"}
_PERMISSIONS: Final = {"write": "push", "read": "pull"}


class Forge(Wire):
    """A GitHub of a test's own. See the package for what it gives."""

    def __init__(self, upstream: Upstream, desk: Desk, *, url: str, blobs_url: str, folder: Path) -> None:
        self._upstream = upstream
        super().__init__(desk)
        self._blob_url = blobs_url
        self._folder = folder
        self.url = url
        self.reset()

    @classmethod
    @contextmanager
    def start(cls) -> Iterator[Self]:
        """A forge for as long as the block lasts: one emulate, two servers, one folder."""
        desk = Desk()
        with Upstream() as upstream, servers(desk) as (url, blobs_url), TemporaryDirectory(prefix="forge-") as folder:
            yield cls(upstream, desk, url=url, blobs_url=blobs_url, folder=Path(folder))

    def reset(self, *, people: Sequence[str] = cast.PEOPLE, bots: Sequence[str] = cast.BOTS) -> None:
        """Forget everything, and begin with these people (logins) and these apps (``name`` acts as ``name[bot]``)."""
        for place in self._folder.iterdir():
            shutil.rmtree(place)
        everybody = tuple(dict.fromkeys((*cast.PEOPLE, *people)))
        self._bots = tuple(bots)
        self._upstream.start(base_url=self.url, seed=cast.seed(everybody, self._bots))
        apps = cast.app_ids(self._bots)
        self.world = World(self._upstream, self.url, self._blob_url, self._folder, everybody, apps)
        self.world.tokens |= {cast.user_token(login): Token(cast.user_token(login), login) for login in everybody}
        self._desk.plans.clear()
        self._desk.log.clear()
        self._desk.failures.clear()
        self._desk.used = 0
        self._desk.world = self.world

    # Repositories and what is in them.

    def repository(self, full_name: str, *, default: str = "main", private: bool = False, roles: Mapping[str, str] | None = None) -> Hosted:
        """An empty repository of the organisation or of a person; push to it. ``roles`` beside or instead of the cast's."""
        owner, name = full_name.split("/")
        of_organisation = owner == cast.ORGANISATION
        admin = cast.OWNER if of_organisation else owner
        path = f"/orgs/{owner}/repos" if of_organisation else "/user/repos"
        made = self._do("POST", path, by=admin, body={"name": name, "private": private, "auto_init": True})
        repo = self._host(owner, name, made["id"], default=default, private=private)
        for login, role in ((cast.ROLES if of_organisation else {}) | dict(roles or {})).items():
            self.role(repo, login, role)
        repo.roles[admin] = "admin"
        first = len(self.world.repositories) == 1
        for app in self.world.apps if first else ():  # an app's account comes to be with its first write, here one that leaves nothing
            token = self._app_token(app, repo, cast.SETTING_UP)
            assert self.world.ask("POST", f"{repo.path}/check-runs", token=token, body={}).status == 422
        return repo

    def fork(self, repo: Hosted, owner: str, *, name: str | None = None) -> Hosted:
        """A person's fork, with all branches."""
        made = self._do("POST", f"{repo.path}/forks", by=owner, body={"name": name or repo.name})
        fork = self._host(owner, name or repo.name, made["id"], default=repo.default, private=repo.private, parent=repo)
        fork.roles[owner] = "admin"
        for ref, sha in repo.git.refs().items():
            fork.git.take(repo.git.path, sha, ref)
            fork.activity.insert(0, commits.activity_json(self.world, ref, before=None, after=sha, at=self.world.now()))
        return fork

    def role(self, repo: Hosted, login: str, role: str) -> None:
        """Give a person a role: admin, maintain, write, triage or read; or none."""
        admin = cast.OWNER if repo.owner == cast.ORGANISATION else repo.owner
        address = f"{repo.path}/collaborators/{login}"
        repo.roles[login] = role
        if role == "none":
            del repo.roles[login]
            self._do("DELETE", address, by=admin)
        else:
            self._do("PUT", address, by=admin, body={"permission": _PERMISSIONS.get(role, role)})

    def push(self, repo: Hosted, branch: str, source: Repo | Bare | str, *, ref: str = "HEAD") -> str:
        """Make a branch the commit that ``ref`` names in ``source`` (a string: a commit that is here already), by force; the commit.

        Open pull requests of this branch follow: their head moves, and their base commit is looked up anew.
        """
        target = f"refs/heads/{branch}"
        before = repo.git.refs().get(target)
        if isinstance(source, str):
            repo.git.point(target, source)
            sha = source
        else:
            sha = repo.git.take(source.path, source.git("rev-parse", ref).decode().strip(), target)
        at = self.world.tick()
        repo.activity.insert(0, commits.activity_json(self.world, target, before=before, after=sha, at=at))
        for base in self.world.repositories.values():
            for state in base.pulls.values():
                if state.is_open and state.head is repo and state.head_ref == branch and state.head_sha != sha:
                    state.head_sha = sha
                    state.base_sha = base.git.refs()[f"refs/heads/{state.base_ref}"]
                    pulls.keep_head(base, state)
        return sha

    # Pull requests, and what people say about them.

    def pull(
        self,
        repo: Hosted,
        *,
        head: str,
        base: str = "main",
        author: str = "dev-one",
        title: str = "Change",
        body: str | None = None,
        fork: Hosted | None = None,
        draft: bool = False,
    ) -> Pull:
        """A pull request of a branch here or in ``fork``. ``author`` is a person, or a bot by ``name[bot]``."""
        source = fork or repo
        wish = {"title": title, "body": body, "head": f"{source.owner}:{head}", "base": base, "draft": draft}
        return Pull(repo, self.act("POST", f"{repo.path}/pulls", by=author, body=wish)["number"])

    def issue(self, repo: Hosted, *, author: str = "dev-one", title: str = "Question") -> Issue:
        """An issue that is no pull request."""
        return Issue(repo, self._do("POST", f"{repo.path}/issues", by=author, body={"title": title})["number"])

    def edit(self, pull: Pull, **fields: Any) -> None:
        """Change ``title``, ``body``, ``base`` (a retarget) or ``state`` ('closed', 'open')."""
        self.act("PATCH", f"{pull.repository.path}/pulls/{pull.number}", by=self._owner(pull.repository), body=fields)

    def retarget(self, pull: Pull, base: str) -> None:
        """Point a pull request at another base branch."""
        self.edit(pull, base=base)

    def close(self, pull: Pull) -> None:
        """Close without merging; later pushes leave it alone."""
        self.edit(pull, state="closed")

    def label(self, pull: Pull, *names: str) -> None:
        """Put labels on."""
        self._do("POST", f"{pull.repository.path}/issues/{pull.number}/labels", by=self._owner(pull.repository), body={"labels": names})

    def delete_fork(self, fork: Hosted) -> None:
        """Take a fork away; its pull requests stay, without a head repository."""
        del self.world.repositories[fork.full_name.lower()]
        for base in self.world.repositories.values():
            for state in base.pulls.values():
                if state.head is fork:
                    state.head = None

    def comment(self, at: Pull | Issue, body: str, *, by: str = "dev-one") -> Any:
        """A comment, as the API shows it."""
        address = f"{at.repository.path}/issues/{at.number}/comments"
        return self.act("POST", address, by=by, body={"body": body})

    def edit_comment(self, comment: Mapping[str, Any], body: str, *, by: str | None = None) -> Any:
        """Change a comment's text, as its author or as somebody else who may; the comment as it then is."""
        return self.act("PATCH", _place(comment), by=by or comment["user"]["login"], body={"body": body})

    def delete_comment(self, comment: Mapping[str, Any], *, by: str = cast.OWNER) -> None:
        """Take a comment away."""
        self.act("DELETE", _place(comment), by=by)

    def edit_review(self, pull: Pull, review: Mapping[str, Any], body: str, *, by: str = cast.OWNER) -> Any:
        """Change a review's text, as anybody may who may write; REST does not show that it was."""
        return self.act("PUT", f"{pull.repository.path}/pulls/{pull.number}/reviews/{review['id']}", by=by, body={"body": body})

    def review(self, pull: Pull, *, by: str, state: str = "APPROVED", body: str = "", commit: str | None = None) -> Any:
        """A review of the present head or of ``commit``; ``state`` APPROVED, CHANGES_REQUESTED or COMMENTED."""
        wish = {"event": _REVIEWS[state], "body": body, "commit_id": commit}
        return self.act("POST", f"{pull.repository.path}/pulls/{pull.number}/reviews", by=by, body=wish)

    def dismiss(self, pull: Pull, review: Mapping[str, Any], *, by: str = cast.OWNER) -> Any:
        """Dismiss a review; its text stays."""
        address = f"{pull.repository.path}/pulls/{pull.number}/reviews/{review['id']}/dismissals"
        return self.act("PUT", address, by=by, body={"message": review["body"]})

    def act(self, method: str, path: str, *, by: str, body: Any = None) -> Any:
        """Any other request that must succeed, past the wire, as a person or as a bot that may do everything."""
        if by.endswith("[bot]"):
            app, repo = by.removesuffix("[bot]"), self.world.repositories["/".join(path.split("/")[2:4]).lower()]
            token = Token(self._app_token(app, repo, cast.SETTING_UP), by, app, tuple(cast.SETTING_UP.items()), (repo.full_name,))
        else:
            token = self.world.tokens[cast.user_token(by)]
        reply = routes.answer(self.world, Request(method, path, {}, body, token, ""))
        assert reply.status < 300, (method, path, body, reply)
        return reply.data

    # Checks, statuses, runs and artifacts.

    def check(self, repo: Hosted, sha: str, name: str, *, conclusion: str = "success", app: str = cast.ACTIONS, **fields: Any) -> Any:
        """A finished check run of an app; ``fields`` as the API takes them (``output``, ``external_id``)."""
        wish = {"name": name, "head_sha": sha, "status": "completed", "conclusion": conclusion} | fields
        return self.act("POST", f"{repo.path}/check-runs", by=f"{app}[bot]", body=wish)

    def status(self, repo: Hosted, sha: str, context: str, *, state: str = "success", by: str = "dev-one") -> Any:
        """A commit status."""
        return self.act("POST", f"{repo.path}/statuses/{sha}", by=by, body={"state": state, "context": context})

    def run(
        self,
        at: Pull | Hosted,
        *,
        path: str = ".github/workflows/tests.yml",
        event: str = "pull_request",
        conclusion: str | None = "success",
        sha: str | None = None,
        branch: str | None = None,
        actor: str = "dev-one",
    ) -> dict[str, Any]:
        """A workflow run on a pull request's present head, or on a branch of a repository; ``sha`` and ``branch`` say otherwise."""
        repo = at.repository if isinstance(at, Pull) else at
        state = at.state if isinstance(at, Pull) else None
        on = branch or (state.head_ref if state else repo.default)
        commit = sha or (state.head_sha if state else repo.git.refs()[f"refs/heads/{on}"])
        head = state.head if state else repo
        run = runs.run_of(
            self.world, repo, sha=commit, branch=on, head=head, pull=state, path=path, event=event, conclusion=conclusion, actor=actor
        )
        repo.runs[run["id"]] = run
        return run

    def artifact(
        self,
        repo: Hosted,
        run: Mapping[str, Any],
        name: str,
        files: Mapping[str, bytes] | bytes,
        *,
        expired: bool = False,
        digest: str | None = None,
    ) -> dict[str, Any]:
        """What a run uploaded: files by name, or the bytes of an archive. ``digest`` replaces the true one."""
        archive = files if isinstance(files, bytes) else runs.zipped(files)
        made = runs.artifact_of(self.world, repo, run, name, archive, expired=expired, digest=digest)
        repo.artifacts[made["id"]] = made
        self.world.archives[f"{repo.id}-{made['id']}.zip"] = archive
        return made

    def queue(self, pull: Pull) -> Queue:
        """Put a pull request into the merge queue: a merge commit of the base's tip and the head, on a branch of the queue's own."""
        repo, state = pull.repository, pull.state
        base = repo.git.refs()[f"refs/heads/{state.base_ref}"]
        merged = repo.git.merge(base, state.head_sha, f"Merge pull request #{pull.number} from {state.head_owner}/{state.head_ref}")
        assert merged, "the queue takes no pull request that conflicts"
        branch = f"gh-readonly-queue/{state.base_ref}/pr-{pull.number}-{base}"
        repo.git.point(f"refs/heads/{branch}", merged)
        return Queue(repo, state.base_ref, base, branch, merged)

    # What an administrator sets.

    def protect(
        self,
        repo: Hosted,
        branch: str = "main",
        *,
        checks: Sequence[tuple[str, int | None]] = (),
        approvals: int = 0,
        dismiss_stale: bool = False,
        admins: bool = True,
    ) -> None:
        """Protect a branch in the classic way; ``checks`` as (name, number of the app it must come from, or None for any)."""
        repo.protections[branch] = protection_of(
            self.world, repo, branch, checks=checks, approvals=approvals, dismiss_stale=dismiss_stale, admins=admins
        )

    def ruleset(
        self, repo: Hosted, name: str, *rules: dict[str, Any], branches: Sequence[str] = ("~DEFAULT_BRANCH",), enforcement: str = "active"
    ) -> dict[str, Any]:
        """Add a ruleset; rules as the API has them: ``{"type": "required_status_checks", "parameters": {…}}``."""
        repo.rulesets.append(ruleset_of(self.world, repo, name, rules=rules, branches=branches, enforcement=enforcement))
        return repo.rulesets[-1]

    def address(self, email: str, login: str) -> None:
        """Say whose account an address belongs to. ``LOGIN@example.com`` is LOGIN's from the start; any other is nobody's."""
        self.world.emails[email] = login

    # Tokens.

    def token(self, repo: Hosted, permissions: Mapping[str, str] = cast.FULL, *, app: str = cast.ACTIONS) -> str:
        """An app's token for one repository, ``GITHUB_TOKEN`` unless ``app`` says otherwise."""
        text = self._app_token(app, repo, permissions)
        self.world.tokens[text] = Token(text, f"{app}[bot]", app, tuple(permissions.items()), (repo.full_name,))
        return text

    def read_token(self, repo: Hosted) -> str:
        """What the workflow of a fork's pull request is given."""
        return self.token(repo, cast.READ_ONLY)

    def user_token(self, login: str) -> str:
        """A person's own token."""
        assert login in self.world.people
        return cast.user_token(login)

    def show(self, path: str, *, by: str = cast.OWNER) -> Any:
        """What a GET answers (every page of a list), unlogged and beyond any fault: for a test to see what came of something."""
        token = self.world.tokens[cast.user_token(by)]
        found: list[Any] = []
        page = 1
        while True:
            address, _, query = path.partition("?")
            words = dict(parse_qsl(query)) | {"per_page": "100", "page": str(page)}
            reply = routes.answer(self.world, Request("GET", address, words, None, token, ""))
            assert reply.status == 200, (path, reply.data)
            if not isinstance(reply.data, list):
                return reply.data
            found += reply.data
            if 'rel="next"' not in reply.headers.get("link", ""):
                return found
            page += 1

    # Events.

    def event(
        self,
        name: str,
        at: Pull | Issue | Queue | Hosted,
        *,
        action: str = "",
        sender: str = "dev-one",
        comment: Mapping[str, Any] | None = None,
        review: Mapping[str, Any] | None = None,
        run: Mapping[str, Any] | None = None,
        inputs: Mapping[str, str] | None = None,
        before: str | None = None,
    ) -> Event:
        """An event as a workflow gets it, with the payload in a file.

        ``pull_request`` and ``pull_request_target`` of a Pull (``action`` 'opened'; 'synchronize' takes ``before``);
        ``pull_request_review`` of a Pull with a ``review``; ``issue_comment`` of a Pull with a ``comment`` ('edited': as it is now, ``before`` its
        earlier text; 'deleted': as it was); ``workflow_run`` of a
        repository with a ``run``; ``merge_group`` of a Queue; ``workflow_dispatch`` of a repository with ``inputs``.
        """
        return events.event_of(
            self.world, name, at, action=action, sender=sender, comment=comment, review=review, run=run, inputs=inputs, before=before
        )

    def environment(self, event: Event, token: str) -> dict[str, str]:
        """The variables that a workflow's step sees, with files for outputs and summary beside the payload."""
        return events.variables(self.world, event, token=token, run=self.world.number(), folder=event.path.parent)

    # Underneath.

    def _host(self, owner: str, name: str, number: int, *, default: str, private: bool, parent: Hosted | None = None) -> Hosted:
        bare = Bare(self._folder / "git" / owner / f"{name}.git", default)
        repo = Hosted(owner, name, number, bare, default, private, parent)
        self.world.repositories[repo.full_name.lower()] = repo
        return repo

    def _owner(self, repo: Hosted) -> str:
        return cast.OWNER if repo.owner == cast.ORGANISATION else repo.owner

    def _app_token(self, app: str, repo: Hosted, permissions: Mapping[str, str]) -> str:
        number = self.world.apps[app]
        place = cast.installation_of(number, repo.owner, owners=cast.owners_of(self.world.people))
        made = self._upstream.command("token", app=number, installation=place, permissions=dict(permissions), repository_ids=[repo.id])
        return str(made["token"])

    def _do(self, method: str, path: str, *, by: str, body: Any = None) -> Any:
        """One request straight to emulate that must succeed."""
        reply = self.world.ask(method, path, token=cast.user_token(by), body=body)
        assert reply.status < 300, (method, path, body, reply)
        return reply.data


def _place(comment: Mapping[str, Any]) -> str:
    """Where the API has a comment."""
    return urlsplit(str(comment["url"])).path
