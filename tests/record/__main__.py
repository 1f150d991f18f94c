"""Record real sessions of real agent CLIs against a scripted model, and the demo's history, coverage and facts with them.

    python -m tests.record --model scripted_model.py --claude CLI --codex CLI --python PYTHON

``--model`` speaks the vendors' HTTP APIs on loopback; ``--python`` has pytest and coverage. Needs git, and leave to make ``/home/dev``.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

from tests.record import claude_steps, codex_steps, normal
from tests.record.demo import write_demo
from tests.record.place import environment, home, lay_out, model, run

FIXTURES = Path(__file__).parents[1] / "formats" / "traces"
SESSION = "6f1d2c3b-4a59-4e68-8b7a-0c9d8e7f6a5b"


@dataclass(frozen=True, slots=True)
class Tools:
    """Where the programs are."""

    model: Path
    claude: Path
    codex: Path
    python: Path


def main() -> None:
    """Record everything anew."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for name in ("model", "claude", "codex", "python"):
        parser.add_argument(f"--{name}", type=lambda text: Path(text).absolute(), required=True)
    tools = Tools(**vars(parser.parse_args()))
    FIXTURES.mkdir(parents=True, exist_ok=True)
    with home() as place:
        repo = place / "pay"
        _base(repo, tools)
        stream, transcript = _claude(repo, tools)
        shift = normal.since_start(transcript)
        version = version_of(transcript, "version")
        trace = normal.kept(transcript, normal.claude, shift=shift)
        (FIXTURES / f"claude-code-{version}.stream.jsonl").write_bytes(normal.kept(stream, normal.claude, shift=shift))
        write_demo(repo, trace, python=tools.python, shift=shift)
        rollout = _codex(repo, tools)
        kept = normal.kept(rollout, normal.codex, shift=normal.since_start(rollout))
        (FIXTURES / f"codex-{version_of(rollout, 'cli_version')}.rollout.jsonl").write_bytes(kept)


def _base(repo: Path, tools: Tools) -> None:
    repo.mkdir()
    lay_out("base", repo)
    env = environment(tools.python)
    run("git", "init", "--quiet", "--template=", "--initial-branch=main", cwd=repo, env=env)
    run("git", "add", "--all", cwd=repo, env=env)
    run("git", "commit", "--quiet", "--message=Sign payment tokens", cwd=repo, env=env)


def _claude(repo: Path, tools: Tools) -> tuple[bytes, bytes]:
    """The stream and the transcript of one session."""
    env = environment(tools.python)
    run("git", "checkout", "--quiet", "-b", "claude/rotate-keys", cwd=repo, env=env)
    prompt = {"type": "user", "message": {"role": "user", "content": claude_steps.PROMPT}}
    with model(tools.model, _script(repo, claude_steps.STEPS)) as address:
        stream = run(
            *(tools.claude, "--print", "--verbose", "--input-format", "stream-json", "--output-format", "stream-json"),
            *("--replay-user-messages", "--session-id", SESSION, "--model", "claude-opus-4-6"),
            *("--permission-mode", "acceptEdits", "--allowedTools", "Bash,Edit,Write,Read"),
            cwd=repo,
            env=env
            | {"ANTHROPIC_BASE_URL": address, "ANTHROPIC_API_KEY": "none", "DISABLE_TELEMETRY": "1", "DISABLE_AUTOUPDATER": "1"}
            | {"IS_SANDBOX": "1", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"},
            stdin=json.dumps(prompt).encode() + b"\n",
        )
    (transcript,) = (repo.parent / ".claude" / "projects").rglob("*.jsonl")
    return stream, transcript.read_bytes()


def _codex(repo: Path, tools: Tools) -> bytes:
    """The rollout of one session on the base commit."""
    env = environment(tools.python)
    run("git", "checkout", "--quiet", "main", cwd=repo, env=env)
    (repo.parent / ".profile").write_text(f"export PATH={env['PATH']}\n", "utf-8")  # Codex runs commands in a login shell
    settings = repo.parent / ".codex"
    settings.mkdir()
    with model(tools.model, _script(repo, codex_steps.STEPS)) as address:
        (settings / "config.toml").write_text(
            f'model = "gpt-5.2"\nmodel_provider = "stub"\n[model_providers.stub]\nname = "stub"\nbase_url = "{address}/v1"\n'
            'wire_api = "responses"\nenv_key = "STUB_KEY"\n',
            "utf-8",
        )
        command = (tools.codex, "exec", "--json", "--dangerously-bypass-approvals-and-sandbox", codex_steps.PROMPT)
        run(*command, cwd=repo, env=env | {"STUB_KEY": "none"})
    (rollout,) = (settings / "sessions").rglob("*.jsonl")
    return rollout.read_bytes()


def _script(repo: Path, steps: list[dict[str, object]]) -> Path:
    script = repo.parent / "steps.json"
    script.write_text(json.dumps(steps), "utf-8")
    return script


def version_of(raw: bytes, key: str) -> str:
    """The version that a recorded session names under ``key``."""
    found: str = next(
        value
        for line in raw.splitlines()
        for record in [json.loads(line)]
        if (value := record.get(key) or record.get("payload", {}).get(key))
    )
    return found


if __name__ == "__main__":
    main()
