"""Record what the hooks of real agent CLIs receive, and show that what ``prgate attach`` does there arrives at the remote.

    python -m tests.record.hooks --model scripted_model.py --claude CLI --codex CLI --prgate CLI [--keep FOLDER]

The CLIs run as in ``tests.record``; ``prgate`` is the one whose hook they call, set by its own ``attach --install``.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from tests.record import hook_steps, normal
from tests.record.__main__ import version_of
from tests.record.place import environment, home, model, run

RECORDED = Path(__file__).parents[1] / "attach" / "recorded"
_WRAPPER = """\
#!{python}
# Stands for prgate on the path: writes down what a hook receives, and how far the session's file is before and after prgate has done its work.
import json, subprocess, sys, time
from pathlib import Path
if "--hook" not in sys.argv:
    sys.exit(subprocess.run([{prgate!r}, *sys.argv[1:]]).returncode)
call = json.load(sys.stdin)
count = lambda: Path(call["transcript_path"]).read_bytes().count(b"\\n")
lines, start = count(), time.monotonic()
done = subprocess.run([{prgate!r}, *sys.argv[1:]], input=json.dumps(call), capture_output=True, text=True)
told = {{"lines": [lines, count()], "seconds": round(time.monotonic() - start, 3), "out": done.stdout, "err": done.stderr, "call": call}}
with open({calls!r}, "a") as file:
    file.write(json.dumps(told) + "\\n")
sys.exit(done.returncode)
"""


def main() -> None:
    """Record both."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for name in ("model", "claude", "codex", "prgate"):
        parser.add_argument(f"--{name}", type=lambda text: Path(text).absolute(), required=True)
    parser.add_argument("--keep", type=Path, help="where to copy the recorded home folder")
    options = parser.parse_args()
    for agent in ("claude", "codex"):
        with home() as place:
            _record(agent, place, options)
            if options.keep:
                shutil.copytree(place, options.keep / agent, symlinks=True, dirs_exist_ok=True)


def _record(agent: str, place: Path, options: argparse.Namespace) -> None:
    calls = place / "calls.jsonl"
    (place / "bin").mkdir()
    wrapper = place / "bin" / "prgate"
    wrapper.write_text(_WRAPPER.format(python=sys.executable, prgate=str(options.prgate), calls=str(calls)), "utf-8")
    wrapper.chmod(0o755)
    env = environment(wrapper)
    repo = lay_out_till(place, agent, env)
    run("prgate", "attach", "--install", agent, cwd=repo, env=env)
    run("git", "add", "--all", cwd=repo, env=env)
    run("git", "commit", "--quiet", "--message=Attach sessions", cwd=repo, env=env)
    run("git", "push", "--quiet", "origin", "main", cwd=repo, env=env)
    run("git", "checkout", "--quiet", "-b", hook_steps.BRANCHES[agent], cwd=repo, env=env)
    transcript = _claude(repo, env, options) if agent == "claude" else _codex(repo, env, options)
    refs = run("git", "ls-remote", "origin", "refs/prgate/*", cwd=repo, env=env).decode()
    assert refs.count("\n") == 1, (refs, calls.read_text() if calls.exists() else "no hook ran")
    told = [json.loads(line) for line in calls.read_text("utf-8").splitlines()]
    for entry in told:
        print(
            agent,
            entry["call"]["hook_event_name"],
            f"{entry['seconds']} s, lines before and after: {entry['lines']}",
            entry["out"],
            entry["err"],
        )
    print(refs)
    _keep(agent, transcript, told)


def lay_out_till(place: Path, agent: str, env: dict[str, str]) -> Path:
    """A clone with one commit on its ``main`` and on that of its bare origin."""
    repo = place / "till"
    origin = place / f"{agent}-origin.git"
    run("git", "init", "--quiet", "--bare", "--template=", "--initial-branch=main", origin, cwd=place, env=env)
    run("git", "clone", "--quiet", origin, repo, cwd=place, env=env)
    for name, text in hook_steps.BASE.items():
        (repo / name).write_text(text, "utf-8")
    run("git", "checkout", "--quiet", "-B", "main", cwd=repo, env=env)
    run("git", "add", "--all", cwd=repo, env=env)
    run("git", "commit", "--quiet", "--message=A till", cwd=repo, env=env)
    run("git", "push", "--quiet", "origin", "main", cwd=repo, env=env)
    run("git", "remote", "set-head", "origin", "main", cwd=repo, env=env)
    return repo


def _claude(repo: Path, env: dict[str, str], options: argparse.Namespace) -> Path:
    with model(options.model, _script(repo, hook_steps.CLAUDE)) as address:
        run(
            *(options.claude, "--print", "--model", "claude-opus-4-6", "--permission-mode", "acceptEdits"),
            *("--allowedTools", "Bash,Edit,Write,Read"),
            cwd=repo,
            env=env
            | {"ANTHROPIC_BASE_URL": address, "ANTHROPIC_API_KEY": "none", "DISABLE_TELEMETRY": "1", "DISABLE_AUTOUPDATER": "1"}
            | {"IS_SANDBOX": "1", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"},
            stdin=hook_steps.PROMPT.encode(),
        )
    (transcript,) = (repo.parent / ".claude" / "projects").rglob("*.jsonl")
    return transcript


def _codex(repo: Path, env: dict[str, str], options: argparse.Namespace) -> Path:
    (repo.parent / ".profile").write_text(f"export PATH={env['PATH']}\n", "utf-8")  # Codex runs commands in a login shell
    settings = repo.parent / ".codex"
    settings.mkdir(exist_ok=True)
    with model(options.model, _script(repo, hook_steps.CODEX)) as address:
        (settings / "config.toml").write_text(
            f'model = "gpt-5.2"\nmodel_provider = "stub"\n[model_providers.stub]\nname = "stub"\nbase_url = "{address}/v1"\n'
            f'wire_api = "responses"\nenv_key = "STUB_KEY"\n[projects."{repo}"]\ntrust_level = "trusted"\n',
            "utf-8",
        )
        trusting = ("--dangerously-bypass-approvals-and-sandbox", "--dangerously-bypass-hook-trust")  # who records has read the hook
        run(options.codex, "exec", "--json", *trusting, hook_steps.PROMPT, cwd=repo, env=env | {"STUB_KEY": "none"})
    (rollout,) = (settings / "sessions").rglob("*.jsonl")
    return rollout


def _script(repo: Path, steps: list[dict[str, Any]]) -> Path:
    script = repo.parent / "steps.json"
    script.write_text(json.dumps(steps), "utf-8")
    return script


def _keep(agent: str, transcript: Path, told: list[dict[str, Any]]) -> None:
    raw = transcript.read_bytes()
    strip, key, name = (normal.claude, "version", "claude-code") if agent == "claude" else (normal.codex, "cli_version", "codex")
    shift = normal.since_start(raw)
    RECORDED.mkdir(parents=True, exist_ok=True)
    stem = f"{name}-{version_of(raw, key)}"
    (RECORDED / f"{stem}.session.jsonl").write_bytes(normal.kept(raw, strip, shift=shift))
    calls = [{"lines": entry["lines"], "call": entry["call"]} for entry in told]
    lines = b"".join(json.dumps(entry).encode() + b"\n" for entry in calls)
    (RECORDED / f"{stem}.calls.jsonl").write_bytes(normal.kept(lines, lambda record: record, shift=shift))


if __name__ == "__main__":
    main()
