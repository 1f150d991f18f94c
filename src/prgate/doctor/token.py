"""Whether the gate's token may do enough and no more, and whether what runs beside it is pinned."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from prgate.doctor.answer import Answer, Spot, State, at, some
from prgate.doctor.house import Gate, House
from prgate.formats.workflow import Workflow
from prgate.model.wording import counted

NEEDED: Final[Mapping[str, str]] = {
    "actions": "read",
    "checks": "write",
    "contents": "read",
    "issues": "read",
    "pull-requests": "write",
    "statuses": "read",
}
"""What the gate asks for, and all it should have."""
_VITAL: Final = frozenset({"checks", "contents", "pull-requests"})
_LEVELS: Final = ("none", "read", "write")
_SHA: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_DIGEST: Final = re.compile(r"docker://.+@sha256:[0-9a-f]{64}")


def permissions(house: House) -> Answer:
    """Whether the token may do enough, and no more."""
    question = "permissions"
    short: list[str] = []
    over: list[str] = []
    worst = State.OK
    for gate in house.gates:
        granted = gate.job.permissions if gate.job.permissions is not None else gate.workflow.permissions
        if granted is None:
            cure = f"Give the job `permissions: {{{', '.join(f'{scope}: {level}' for scope, level in NEEDED.items())}}}`."
            return Answer(question, State.BAD, "the job names no permissions, so it has the repository's default", (gate.spot,), cure)
        if isinstance(granted, str):
            cure = "Name each scope; docs/install.md lists the six and why."
            return Answer(question, State.BAD, f"the job has `{granted}`", (Spot(gate.path, gate.job.line),), cure)
        lacking = [scope for scope, level in NEEDED.items() if _rank(granted.get(scope, "none")) < _rank(level)]
        more = [f"{scope}: {level}" for scope, level in granted.items() if _rank(level) > _rank(NEEDED.get(scope, "none"))]
        short += [f"{scope}: {NEEDED[scope]}" for scope in lacking]
        over += more
        grave = _VITAL & set(lacking) or any(entry.endswith(": write") for entry in more)
        worst = State.BAD if grave or worst is State.BAD else State.ATTEND if lacking or more else worst
    spots = at([Spot(gate.path, gate.job.line) for gate in house.gates])
    if worst is State.OK:
        return Answer(question, State.OK, f"enough and no more: {', '.join(f'{scope}: {level}' for scope, level in NEEDED.items())}", spots)
    told = [f"lacks {some(dict.fromkeys(short))}"] if short else []
    told += [f"has {some(dict.fromkeys(over))} beyond what it needs"] if over else []
    return Answer(question, worst, f"the token {' and '.join(told)}", spots, "Grant what docs/install.md lists, and nothing else.")


def _rank(level: str) -> int:
    return _LEVELS.index(level) if level in _LEVELS else len(_LEVELS)


def pinned(house: House) -> Answer:
    """Whether every action is named by a full commit id: first of all the gate's own."""
    question = "pinned"
    gates = house.gates
    zeros = [gate for gate in gates if set((gate.step.uses or "").rpartition("@")[2]) == {"0"}]
    if zeros:
        found = "`prgate/prgate` still has the placeholder for its commit, so the gate cannot run"
        return Answer(
            question, State.BAD, found, at([gate.spot for gate in zeros]), "Put the full id of the commit that you trust in its place."
        )
    loose = [(path, uses, line) for path, workflow in house.readable() for uses, line in _uses(workflow) if not _is_pinned(uses)]
    own = [entry for entry in loose if _beside(entry[0], gates)]
    if own:
        found = f"the gate's workflow takes {some(uses for _, uses, _ in own)}, which whoever can move that tag or branch decides"
        cure = "Name full commit ids (`owner/name@<40 hex digits> # v1.2.3`)."
        return Answer(question, State.BAD, found, at([Spot(path, line) for path, _, line in own]), cure)
    if loose:
        files = counted(len({path for path, _, _ in loose}), "other workflow")
        found = f"the gate's actions are pinned; in {files} {some(dict.fromkeys(uses for _, uses, _ in loose))} is not"
        cure = "Pin them too: whoever moves a tag runs code on your pull requests."
        return Answer(question, State.ATTEND, found, at([Spot(path, line) for path, _, line in loose]), cure)
    if house.unread:
        path, missing = house.unread[0]
        found = f"{counted(len(house.unread), 'workflow')} could not be read: {missing.detail}"
        return Answer(question, State.UNKNOWN, found, (Spot(path),), missing.fix)
    return Answer(question, State.OK, "every action is named by a full commit id", at([gate.spot for gate in gates]))


def _uses(workflow: Workflow) -> list[tuple[str, int]]:
    steps = [(step.uses, step.line) for job in workflow.jobs for step in job.steps if step.uses is not None]
    return steps + [(job.uses, job.line) for job in workflow.jobs if job.uses is not None]


def _is_pinned(uses: str) -> bool:
    """A full commit id, an image by its digest, or something of this same commit."""
    if uses.startswith("docker://"):
        return _DIGEST.fullmatch(uses) is not None
    return uses.startswith(("./", "$/")) or _SHA.fullmatch(uses.rpartition("@")[2]) is not None


def _beside(path: str, gates: tuple[Gate, ...]) -> bool:
    return any(gate.path == path for gate in gates)
