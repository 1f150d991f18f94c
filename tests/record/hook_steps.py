"""What the scripted model has Claude Code and Codex do while their hooks are recorded: edits, a failed test, commits and pushes."""

from __future__ import annotations

from typing import Any

from tests.record.place import HOME

REPO = HOME / "till"
BRANCHES = {"claude": "claude/count-the-till", "codex": "codex/count-the-till"}
PROMPT = "The till must count what is in it. Add it with a test, commit and push."

BASE = {"till.py": '"""A till."""\n\n\ndef open_till() -> list[int]:\n    """An empty till."""\n    return []\n'}

COUNT = '''

def counted(coins: list[int]) -> int:
    """The sum of all coins, in cents."""
    return sum(coins)
'''
TEST = """\
from till import counted, open_till


def test_an_empty_till_counts_nothing() -> None:
    assert counted(open_till()) == 0
"""
SCRATCH = "first thoughts that reach no branch\n"

PATCH = """\
*** Begin Patch
*** Update File: till.py
@@
     return []
+
+
+def counted(coins: list[int]) -> int:
+    \"\"\"The sum of all coins, in cents.\"\"\"
+    return sum(coins)
*** Add File: test_till.py
+from till import counted, open_till
+
+
+def test_an_empty_till_counts_nothing() -> None:
+    assert counted(open_till()) == 0
*** End Patch"""

COMMIT = "git add -A && git commit -q -m 'Count the till'"
AMEND_AND_PUSH = "git commit -q --amend -m 'Count what is in the till' && git push -q -u origin HEAD"


def _bash(command: str) -> dict[str, Any]:
    return {"tool": "Bash", "input": {"command": command, "description": "Run it"}}


def _run(command: str) -> dict[str, Any]:
    return {"tool": "exec_command", "input": {"cmd": command}}


CLAUDE: list[dict[str, Any]] = [
    {"text": "I will look first.", "tool": "Read", "input": {"file_path": f"{REPO}/till.py"}},
    {
        "tool": "Edit",
        "input": {"file_path": f"{REPO}/till.py", "old_string": "    return []\n", "new_string": f"    return []\n{COUNT}"},
    },
    {"tool": "Write", "input": {"file_path": f"{REPO}/test_till.py", "content": TEST}},
    {"tool": "Write", "input": {"file_path": f"{HOME}/notes.txt", "content": SCRATCH}},
    _bash("python3 -c 'import missing_module'"),
    _bash("python3 -c 'import test_till; test_till.test_an_empty_till_counts_nothing()'"),
    _bash(COMMIT),
    _bash("git status --short"),
    _bash(AMEND_AND_PUSH),
    {"text": "The till counts, “tested” and pushed."},
]

CODEX: list[dict[str, Any]] = [
    {"text": "I will look first.", **_run("cat till.py")},
    _run(f"apply_patch <<'EOF'\n{PATCH}\nEOF"),
    _run("python3 -c 'import missing_module'"),
    _run("python3 -c 'import test_till; test_till.test_an_empty_till_counts_nothing()'"),
    _run(COMMIT),
    _run(AMEND_AND_PUSH),
    {"text": "The till counts, “tested” and pushed."},
]
