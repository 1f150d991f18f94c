"""A job in which an earlier step left traps in the workspace, the environment, the home and the temporary folder: none may run or steer."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import yaml

from tests.action.bench import Bench
from tests.e2e.runner import ROOT, Runner, kept
from tests.forge.forge import Forge

MODULES = ("yaml", "click", "pip", "venv", "sitecustomize", "usercustomize", "prgate/__init__", "prgate/__main__")
PROGRAMS = ("awk", "bash", "env", "git", "mktemp", "python", "python3", "python3.11", "python3.12", "python3.13", "python3.14")
FUNCTIONS = ("cd", "env", "pwd", "python3", "printf")
CANARIES = {
    *(f"module-{name.rpartition('/')[2]}" for name in ("yaml", "pip", "sitecustomize", "prgate/__init__")),
    *(f"program-{name}" for name in ("awk", "bash", "env", "git", "mktemp", "python3")),
    *(f"function-{name}" for name in FUNCTIONS),
    "BASH_ENV",
    "git-trace",
    "pip-log",
    "pycache",
}
"""The traps that a careless step falls into; the others could only spoil the outcome."""


def lay(folder: Path, canaries: Path) -> None:
    """Files that act on who imports, runs or configures itself from the folder that they lie in."""
    for name in MODULES:
        place = folder / f"{name}.py"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"open({str(canaries / f'module-{place.stem}')!r}, 'w').close()\n")
    for name in PROGRAMS:
        place = folder / name
        place.write_text(f"#!/bin/sh\n: >{shlex.quote(str(canaries / f'program-{name}'))}\nexit 9\n")
        place.chmod(0o755)
    (folder / "bash").write_text(f'#!/bin/sh\n: >{shlex.quote(str(canaries / "program-bash"))}\nexec /bin/bash "$@"\n')
    for name in ("pip.conf", "setup.cfg", "pydistutils.cfg", ".config/pip/pip.conf", ".pydistutils.cfg"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("[global]\nno-index = true\n[install]\nprefix = /nowhere\n")
    (folder / "uv.toml").write_text("no-index = true\n")
    (folder / "pyproject.toml").write_text("[tool.uv]\nno-index = true\n")
    (folder / "pyvenv.cfg").write_text("home = /nowhere\n")
    (folder / ".netrc").write_text("default login somebody password else\n")
    (folder / ".gitconfig").write_text('[url "http://127.0.0.1:9/"]\n\tinsteadOf = http\n')
    (folder / "startup").write_text(f": >{shlex.quote(str(canaries / 'BASH_ENV'))}\n")
    (folder / "libz.so.1").write_bytes(b"")


def environment(canaries: Path) -> dict[str, str]:
    """Variables by which an earlier step could reach into a later one; ``HERE`` is the workspace."""
    networks = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "PIP_INDEX_URL"), "http://127.0.0.1:9")
    networks |= dict.fromkeys(("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "GIT_SSL_CAINFO", "PIP_CERT"), "HERE/pyvenv.cfg")
    touched = {name: f'() {{ : >{shlex.quote(str(canaries / f"function-{name}"))}; builtin {name} "$@"; }}' for name in FUNCTIONS}
    return {
        **{name: value for name, value in networks.items() if name not in kept()},
        "BASH_ENV": "HERE/startup",
        "ENV": "HERE/startup",
        "SHELLOPTS": "xtrace",
        "PS4": f"$(: >{shlex.quote(str(canaries / 'PS4'))})",
        "CDPATH": "HERE",
        "IFS": "/",
        **{f"BASH_FUNC_{name}%%": body for name, body in touched.items()},
        "PYTHONPATH": "HERE",
        "PYTHONHOME": "HERE",
        "PYTHONSTARTUP": "HERE/yaml.py",
        "PYTHONUSERBASE": "HERE",
        "PYTHONPYCACHEPREFIX": str(canaries / "pycache"),
        "PYTHONPLATLIBDIR": "nowhere",
        "VIRTUAL_ENV": "HERE",
        "PIP_LOG": str(canaries / "pip-log"),
        "PIP_CONFIG_FILE": "HERE/pip.conf",
        "PIP_NO_INDEX": "1",
        "PIP_PREFIX": "HERE",
        "PIP_PYTHON": "HERE/python3",
        "PIP_REQUIREMENT": "HERE/setup.cfg",
        "PIP_TARGET": "HERE",
        "GIT_DIR": "HERE",
        "GIT_EXEC_PATH": "HERE",
        "GIT_CONFIG_GLOBAL": "HERE/.gitconfig",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "url.http://127.0.0.1:9/.insteadOf",
        "GIT_CONFIG_VALUE_0": "http",
        "GIT_TRACE": str(canaries / "git-trace"),
        "NETRC": "HERE/.netrc",
        "LD_PRELOAD": "HERE/preloaded.so",
        "LD_LIBRARY_PATH": "HERE",
        "PRGATE_PYTHON": "HERE/python3",
        "PRGATE_AUTHOR": "dev-one",
        "PRGATE_INSTALL_SECONDS": "99.9",
    }


def steps_before(traps: Path) -> str:
    return f"""\
      - shell: /bin/bash -p -e {{0}}
        run: |
          for folder in "$GITHUB_WORKSPACE" "$RUNNER_TEMP" "$HOME"; do cp -R "{traps}/files/." "$folder"; done
          ln -s "$GITHUB_WORKSPACE" "$RUNNER_TEMP/link"
          sed "s,HERE,$GITHUB_WORKSPACE,g" "{traps}/environment" >>"$GITHUB_ENV"
          for folder in "$RUNNER_TEMP/link" . "$GITHUB_WORKSPACE"; do echo "$folder" >>"$GITHUB_PATH"; done
"""


def steps_after(canaries: Path) -> str:
    """What fell into traps so far is set aside; then a step that is as careless as most."""
    return f"""\
      - if: always()
        shell: /bin/bash -p -e {{0}}
        env: {{LD_PRELOAD: "", LD_LIBRARY_PATH: ""}}
        run: |
          /bin/mv "{canaries}" "{canaries}.gate"
          /bin/mkdir "{canaries}"
      - if: always()
        shell: /bin/bash {{0}}
        run: |
          bash -c :; unset PYTHONHOME PYTHONPLATLIBDIR
          cd .; pwd; python3; printf x; env
          unset -f cd env pwd python3 printf
          for program in awk env git mktemp python3; do $program --version; done
          unset LD_LIBRARY_PATH GIT_EXEC_PATH
          "{sys.executable}" -c 'import yaml, prgate'
          unset PYTHONPATH PIP_PYTHON
          "{sys.executable}" -m pip list
          cd / && "{sys.executable}" -m pip list
          /usr/bin/git --version
"""


def test_nothing_that_an_earlier_step_left_runs_or_steers(forge: Forge, tmp_path: Path, runner: Runner) -> None:
    bench = Bench(forge, tmp_path)
    pull = bench.open()
    expected = bench.run(bench.opened(pull)).verdict
    canaries, traps = tmp_path / "canaries", tmp_path / "traps"
    canaries.mkdir()
    lay(traps / "files", canaries)
    (traps / "environment").write_text("".join(f"{name}={value}\n" for name, value in environment(canaries).items()))
    job = runner.run(
        forge, "prgate.yml", bench.opened(pull), token=forge.token(bench.host), before=steps_before(traps), after=steps_after(canaries)
    )
    assert {place.name for place in Path(f"{canaries}.gate").iterdir()} == set(), job.log
    assert "preloaded" not in job.log
    assert job.report is not None, job.log
    for part in ("verdict", "results", "policy", "authorship", "subject"):
        assert job.report[part] == expected[part]
    assert [check["conclusion"] for check in bench.checks(bench.head)] == ["failure", "failure"]
    assert len(bench.ours(pull)) == 1
    assert {place.name for place in canaries.iterdir()} >= CANARIES, job.later
    assert "preloaded" in job.later


def test_the_loader_is_told_nothing_before_the_script_begins() -> None:
    (step,) = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"]
    assert {name for name, value in step["env"].items() if value == ""} == {
        "DYLD_INSERT_LIBRARIES",
        "GCONV_PATH",
        "LD_AUDIT",
        "LD_LIBRARY_PATH",
        "LD_PRELOAD",
        "LOCPATH",
    }
    assert step["shell"].split()[:2] == ["/bin/bash", "-p"]
