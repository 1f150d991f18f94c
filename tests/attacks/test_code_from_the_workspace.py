"""A pull request brings modules, settings of package managers and start files, and an earlier step a search path, for the gate to run.

Group: runner
Seen in: `python -m TOOL` in a checkout, which imports its `yaml.py`; setup-uv, which reads the workspace's `uv.toml`; pip and `pip.conf`
Held by: the script starts with no environment but what it lists, finds programs outside the workspace alone, installs by hash from this
  action's own list into a folder of its own, and runs Python isolated, elsewhere. `tests/e2e/test_action_isolated.py` tries many more ways,
  in a whole job.
Left: an earlier step of the same job can rewrite the runner's programs or the checkout of the action; give the gate a job of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import product
from pathlib import Path

from tests.action.bench import Bench
from tests.attacks.told import commands
from tests.e2e.runner import ROOT, kept
from tests.forge.forge import Forge

MODULES = (
    "yaml.py",
    "click.py",
    "json.py",
    "sitecustomize.py",
    "usercustomize.py",
    "prgate/__init__.py",
    "prgate/__main__.py",
    "pip/__main__.py",
)
SETTINGS = {
    "pyproject.toml": "[tool.uv]\nindex-url = 'http://127.0.0.1:9/'\n[build-system]\nrequires = ['evil']\n",
    "uv.toml": "index-url = 'http://127.0.0.1:9/'\n",
    "pip.conf": "[global]\nindex-url = http://127.0.0.1:9/\nno-index = true\n",
    "setup.cfg": "[install]\nprefix = /nowhere\n",
    "requirements/runtime.txt": "evil\n",
    "pyvenv.cfg": "home = /nowhere\n",
    ".gitconfig": '[url "http://127.0.0.1:9/"]\n\tinsteadOf = http\n',
    ".github/prgate.yml": "version: 1\nextends: [observe]\n",
}


def test_nothing_of_the_workspace_or_of_earlier_steps_runs(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    told = bench.environment(bench.opened(pull))
    workspace = Path(told["GITHUB_WORKSPACE"])
    ran = workspace / "ran"
    for folder, name in product((workspace, Path(told["RUNNER_TEMP"])), MODULES):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(f"open({str(ran)!r}, 'a').write({name!r})\n", encoding="utf-8")
    for name, text in SETTINGS.items():
        (workspace / name).parent.mkdir(exist_ok=True)
        (workspace / name).write_text(text, encoding="utf-8")
    for name in ("python3", "git", "awk", "mktemp", "env"):
        (workspace / name).write_text(f"#!/bin/sh\necho {name} >>{ran}\nexit 9\n", encoding="utf-8")
        (workspace / name).chmod(0o755)
    traps = {name: str(workspace) for name in ("PYTHONPATH", "PYTHONUSERBASE", "HOME", "XDG_CONFIG_HOME", "VIRTUAL_ENV", "PIP_TARGET")}
    traps |= {"PIP_CONFIG_FILE": str(workspace / "pip.conf"), "PYTHONSTARTUP": str(workspace / "yaml.py"), "PIP_NO_INDEX": "1"}
    traps |= {"GIT_CONFIG_GLOBAL": str(workspace / ".gitconfig"), "BASH_ENV": str(workspace / "yaml.py"), "PIP_REQUIRE_HASHES": "0"}
    traps["PATH"] = f"{workspace}:.:{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["/bin/bash", "-p", "-eo", "pipefail", str(ROOT / "scripts" / "action")],
        env=told | kept() | traps | {"GITHUB_ACTION_PATH": str(ROOT), "PRGATE_KEEP": " ".join(kept())},
        cwd=workspace,
        capture_output=True,
        text=True,
        check=False,
    )
    log = done.stdout + done.stderr
    assert not ran.exists(), ran.read_text(encoding="utf-8")
    assert (1, []) == (done.returncode, commands(log)), log
    assert "verdict<<prgate-" in Path(told["GITHUB_OUTPUT"]).read_text(encoding="utf-8")
    assert ("failure", 1) == (bench.conclusion(bench.head), len(bench.ours(pull)))


def test_the_same_files_at_a_desk_run_nothing_and_the_policy_is_the_base_s(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path)
    ran = tmp_path / "ran"
    files: dict[str, bytes | None] = {name: f"open({str(ran)!r}, 'a').write({name!r})\n".encode() for name in MODULES}
    bench.push(files=files | {name: text.encode() for name, text in SETTINGS.items()})
    program = [str(Path(sys.executable).with_name("prgate")), "check", "--base", "main", "--head", "agent/seal"]
    environment = {"PATH": os.environ["PATH"], "NO_COLOR": "1"}
    done = subprocess.run(program, cwd=bench.repo.path, env=environment, capture_output=True, text=True, check=False)
    assert not ran.exists()
    assert 1 == done.returncode, done.stdout + done.stderr
    assert "agent-authored-risk" in done.stdout
