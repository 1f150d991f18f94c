r"""A GitHub for tests: the real ``emulate`` keeps what people and apps write, real git keeps the commits, an overlay joins both.

The fixture ``forge`` (``tests/conftest.py``) is a :class:`tests.forge.forge.Forge` where nothing has happened yet::

    def test_a_push_moves_the_head(forge: Forge, tmp_path: Path) -> None:
        repo = forge.repository("acme/pay")                    # private=True, default="trunk", roles={"dev-two": "write"}
        work = Repo(tmp_path / "work")                         # tests.repositories
        work.write("a.py", b"1\n")
        work.commit("one")
        forge.push(repo, "main", work)                         # whatever HEAD is there, by force
        work.branch("agent/x")
        work.write("a.py", b"2\n")
        work.commit("two")
        forge.push(repo, "agent/x", work)
        pull = forge.pull(repo, head="agent/x", author="helper-agent[bot]", title="Two")
        token = forge.token(repo)                              # GITHUB_TOKEN with what the README asks for
        event = forge.event("pull_request_target", pull)       # payload in a file
        run(environment=forge.environment(event, token))       # GITHUB_* variables, outputs and summary beside the payload
        assert forge.show("/repos/acme/pay/issues/1/comments") == [...]

Who there is stands in ``cast.py``: ``owner-one`` (admin of ``acme``), ``maint-one`` and ``maint-two`` (maintain), ``dev-one`` (write),
``triage-one``, ``reader-one``, ``dev-two`` and ``dev-three`` (no role: they fork), the apps ``github-actions[bot]``,
``helper-agent[bot]`` and ``other-app[bot]``. ``forge.reset(people=(...), bots=("some-agent",))`` begins again with more of them.
``LOGIN@example.com`` is LOGIN's address; ``forge.address`` gives people others; every other address is nobody's.

Git        ``push(repo, branch, Repo | Hosted.git | sha, ref="HEAD")`` moves open pull requests along, ``fork(repo, owner)``,
           ``delete_fork``; the bare repository is ``repo.git.path``, over HTTP ``{forge.url}/acme/pay.git`` for every token
People     ``pull(repo, head, base, author, title, body, fork, draft)`` → ``Pull`` (``number``, ``head_sha``, ``base_sha``), ``issue``, ``edit``,
           ``retarget``, ``close``, ``label``, ``comment(pull, body, by=)``, ``review(pull, by=, state=, commit=)``, ``dismiss``, ``role(repo, login, role)``;
           ``act(method, path, by=, body=)`` for anything else that must succeed
Checks     ``check(repo, sha, name, conclusion=, app=)``, ``status(repo, sha, context, state=)``, ``run(pull | repo)``,
           ``artifact(repo, run, name, files | bytes)``, ``queue(pull)`` → ``Queue``
Settings   ``protect(repo, branch, checks=[(name, app id | None)], approvals=)``, ``ruleset(repo, name, rule, ...)``
Tokens     ``token(repo, permissions=FULL, app="github-actions")``, ``read_token(repo)``, ``user_token(login)``
Wire       ``fault(method, path pattern, Fault | str, times=, wait=)``, ``before(method, path pattern, act)``, ``requests(method, path)``,
           ``git_requests()``, ``forget()``, ``show(path)``; an archive's second host logs like the first
Events     ``event(name, pull | repo | queue, action=, sender=, comment=, review=, run=, inputs=)``, ``environment(event, token)``

As on GitHub: a pull request's ``base.sha`` is the base's tip when its head was last pushed or its base last changed; lists of pull
requests carry no counts; ``GET /user`` is 403 for an app; what a token may not see is 404. A path that the table in ``routes.py`` does
not name is 404. The clock starts at 2026-01-05T12:00:00Z and moves one second with each write: two runs give the same bytes but tokens.
"""
