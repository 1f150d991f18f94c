"""A trace, a report, a commit or a line of a change holds a credential, and the gate repeats it where more people read or for longer.

Group: text
Seen in: every tool that posts a transcript or quotes a line; masks of the runner cover its own log and nothing else
Held by: of a trace nothing is kept but the agent's name and version, places and digests; of a report the paths that the tree has; messages
  and descriptions are not repeated; a quoted line loses what has the shape of a credential. The job's own token is nowhere.
Left: a credential without a known shape in a line that is quoted, or in the name of a file. Whoever reads the comment reads the change too.
"""

from __future__ import annotations

import base64
from pathlib import Path

from tests.action.bench import MARK, Bench
from tests.attacks.attached import put, session, sources
from tests.attacks.stuffed import POLICY, trace
from tests.attacks.told import nothing_acts, process
from tests.forge.forge import Forge
from tests.github.scripted import Say, Scripted
from tests.keeping import note

RANDOM = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6"
SHAPES = (
    f"ghp_{RANDOM}",
    f"ghs_{RANDOM}",
    f"github_pat_{RANDOM}_{RANDOM}",
    f"glpat-{RANDOM[:20]}",
    f"AKIA{RANDOM[:16].upper()}",
    f"AIza{RANDOM[:35]}",
    f"xoxb-1234567890-{RANDOM}",
    f"sk_live_{RANDOM}",
    f"sk-ant-api03-{RANDOM}",
    f"sk-{RANDOM}{RANDOM}",
    f"npm_{RANDOM}",
    f"pypi-{RANDOM}{RANDOM}",
    f"eyJ{RANDOM}.eyJ{RANDOM}.{RANDOM}",
    f"https://x-access-token:{RANDOM}@forge.example/a/b",
)


def test_no_credential_of_a_change_is_repeated(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY, local=False)
    files: dict[str, bytes | None] = {
        f"src/auth/key_{number}.py": f"key = '{secret}'\n".encode() * 30 for number, secret in enumerate(SHAPES)
    }
    said = "\n".join(SHAPES)
    head = bench.push(f"Use {SHAPES[0]}\n\n{said}{MARK}Assisted-by: {SHAPES[1]}\n", files=files)
    pull = bench.open(title=f"Use {SHAPES[0]}", body=f"{said}\n\nFixes {SHAPES[-1]}")
    forge.comment(pull, said)
    run = forge.run(pull)
    forge.artifact(bench.host, run, "trace", {"session.jsonl": trace(SHAPES)})
    named = "".join(f"SF:{path}\nDA:1,0\nend_of_record\n" for path in (*SHAPES, *files, "src/crypto/seal.py"))
    forge.artifact(bench.host, run, "coverage", {"report.lcov": f"TN:\n{named}".encode()})
    ran = bench.act(bench.opened(pull), trace_artifact="trace", coverage_artifact="coverage")
    seen = nothing_acts(bench, pull, ran)
    assert [] == [secret for secret in SHAPES if _telling(secret) in seen.all]
    assert "key = 'ghp_…'" in seen.pages["comment"]
    assert ("pass", "failure") == (ran.outcome("uncovered-change"), bench.conclusion(head))


def test_no_credential_of_a_session_is_repeated_wherever_it_is_kept(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY, local=False)
    data = session(
        {f"src/auth/{_plain(secret)}.py": f"key = '{secret}'\n".encode() for secret in SHAPES}, *(f"{secret} {secret}" for secret in SHAPES)
    )
    head = bench.push(f"Session{MARK}", files={".prgate/s.jsonl": data, ".prgate/t.jsonl": trace(SHAPES)})
    put(bench, trace(SHAPES) + data)
    put(bench, data, name=SHAPES[0])
    note(bench.repo, head, data + b"\n")
    bench.host.git.take(bench.repo.path, "refs/notes/ai", "refs/notes/ai")
    pull = bench.open()
    ran = bench.act(bench.opened(pull))
    seen = nothing_acts(bench, pull, ran)
    assert 5 == len(sources(ran))
    assert [] == [secret for secret in SHAPES if _telling(secret) in seen.all]
    assert ("fail", "failure") == (ran.outcome("leaked-secret"), bench.conclusion(head))


def test_the_token_of_the_job_stands_nowhere(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, local=False)
    pull = bench.open()
    event = bench.opened(pull)
    token = forge.token(bench.host)
    ran = bench.run(event, token=token)
    seen = nothing_acts(bench, pull, ran)
    assert "fail" == ran.outputs["verdict"]
    forms = [token.encode(), base64.b64encode(f"x-access-token:{token}".encode()), base64.b64encode(token.encode())]
    left = [path for path in event.path.parent.rglob("*") if path.is_file()]
    assert {"config", "verdict.json"} <= {path.name for path in left}
    assert [] == [(path.name, form) for path in left for form in forms if form in path.read_bytes()]
    assert [] == [form for form in forms if form.decode() in seen.all]


def test_a_server_that_says_the_token_back_is_not_repeated(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, local=False)
    told = bench.environment(bench.opened(bench.open()))
    token = told["PRGATE_TOKEN"]
    with Scripted(*[Say(403, {"message": f"Bad credentials: {token}", "token": token})] * 20) as api:
        code, log = process(told | {"GITHUB_API_URL": api.url})
    summary = Path(told["GITHUB_STEP_SUMMARY"]).read_text(encoding="utf-8")
    assert (1, False, False) == (code, token in log, token in summary)
    assert "Bad credentials" in log


def _plain(secret: str) -> str:
    """The credential as a file could be called."""
    return secret.replace("/", "_")


def _telling(secret: str) -> str:
    """The part that nobody may learn."""
    return secret[8:30] if secret.startswith("https") else secret[8:20]
