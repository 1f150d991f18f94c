"""Branches and files are named like options of git or like pieces of a shell, so that a command line does something else.

Group: runner
Seen in: `git fetch origin "$BRANCH"` in a workflow's `run:`; CVE-2017-1000117 and its kin (`ssh://-oProxyCommand=…`); `${{ }}` in scripts
Held by: git is started without a shell, is given commit ids and full refs alone, and paths behind `--` or on its input; nothing of a pull
  request stands in a script.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import MARK, Bench
from tests.attacks.told import nothing_acts
from tests.forge.forge import Forge

CODE = b"def open_door():\n    return True\n"
NAMES = (
    "--upload-pack=touch ran",
    "-c core.sshCommand=touch ran",
    "--output=ran",
    "--",
    "-",
    "$(touch ran)",
    "`touch ran`",
    "; touch ran;",
    "HEAD",
    "@",
)

BRANCHES = ("--upload-pack=touch$IFS./ran", "$(touch${IFS}ran)", "`touch`;touch&ran|x'\"x", "%(refname)")


def test_files_named_like_options_are_files(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, local=False)
    head = bench.branch("agent/x", f"Add{MARK}", files=dict.fromkeys(NAMES, CODE) | {f"src/auth/{name}": CODE for name in NAMES})
    pull = bench.open(head="agent/x")
    event = bench.opened(pull)
    ran = bench.run(event)
    nothing_acts(bench, pull, ran)
    assert {f"src/auth/{name}" for name in NAMES} == {path for path, _ in ran.found("agent-authored-risk")}
    assert (1, "failure") == (ran.code, bench.conclusion(head))
    assert [] == [path for folder in (event.path.parent, tmp_path / "desk") for path in folder.rglob("ran")]


def test_branches_named_like_options_are_branches(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, local=False)
    head = bench.branch("work", f"Add{MARK}", files={"src/auth/door.py": CODE})
    for branch in BRANCHES:
        forge.push(bench.host, branch, bench.repo)
        bench.host.git.point(f"refs/heads/into/{branch}", bench.host.git.refs()["refs/heads/main"])
        forge.forget()
        pull = bench.open(head=branch, base=f"into/{branch}")
        event = bench.opened(pull)
        ran = (bench.run if branch.startswith("--") else bench.act)(event)
        nothing_acts(bench, pull, ran)
        assert (1, "fail") == (ran.code, ran.outputs["verdict"])
        assert "failure" == bench.conclusion(head, f"prgate/verdict (into into/{branch})")
        assert [] == list(event.path.parent.rglob("ran"))
