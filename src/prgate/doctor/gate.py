"""Whether the gate is there, hears what it must hear, and stands alone."""

from __future__ import annotations

from typing import Final

from prgate.doctor.answer import Answer, Spot, State, at, some
from prgate.doctor.house import Gate, House
from prgate.doctor.settings import Settings
from prgate.formats.workflow import Step
from prgate.model.missing import Missing
from prgate.model.wording import counted

PULL_EVENTS: Final = ("pull_request", "pull_request_target")
_TYPES: Final = ("opened", "reopened", "synchronize", "edited", "ready_for_review", "labeled", "unlabeled")
_DEFAULT_TYPES: Final = ("opened", "synchronize", "reopened")
_WHY: Final = {
    "edited": "a retarget, a new title or description",
    "labeled": "a label, which `when: {labels: …}` asks about",
    "unlabeled": "a label taken away",
    "ready_for_review": "a draft that becomes ready",
    "opened": "a new pull request",
    "reopened": "one that is opened again",
    "synchronize": "a push",
}
_INIT: Final = "`prgate init` writes the workflow; docs/install.md has both installs to copy."
_PRIVILEGED: Final = frozenset({"pull_request_target", "workflow_run", "issue_comment"})
_COMMAND: Final = "'/prgate"
_COMMENTED: Final = ("created", "edited", "deleted")
_BEFORE: Final = "startsWith(github.event.changes.body.from"


def workflow(house: House, settings: Settings | Missing) -> Answer:
    """Whether some workflow runs prgate on pull requests."""
    question = "workflow"
    gates = house.gates
    judging = [gate for gate in gates if pull_events(gate)]
    if judging:
        found = "; ".join(f"`{gate.path}` runs prgate on {', '.join(pull_events(gate))}" for gate in judging)
        return Answer(question, State.OK, found, at([gate.spot for gate in judging]))
    if gates:
        found = f"prgate is used, but by no workflow that runs on {' or '.join(PULL_EVENTS)}"
        return Answer(question, State.BAD, found, at([gate.spot for gate in gates]), _INIT)
    called = [
        Spot(path, job.line)
        for path, read in house.readable()
        for job in read.jobs
        if job.uses is not None and "prgate" in job.uses.lower()
    ]
    if called:
        return Answer(
            question,
            State.UNKNOWN,
            "a reusable workflow seems to run prgate; it was not looked into",
            at(called),
            "Run prgate doctor on it.",
        )
    if isinstance(settings, Settings) and not isinstance(settings.workflows, Missing) and settings.workflows:
        found = f"no workflow here runs prgate; a ruleset requires {some(settings.workflows)}, which was not looked into"
        return Answer(question, State.UNKNOWN, found, cure="Run prgate doctor where that workflow is kept.")
    if house.unread:
        path, missing = house.unread[0]
        found = f"no workflow that could be read runs prgate, and {counted(len(house.unread), 'workflow')} could not be: {missing.detail}"
        return Answer(question, State.UNKNOWN, found, (Spot(path),), missing.fix)
    return Answer(question, State.BAD, f"none of {counted(len(house.workflows), 'workflow')} runs prgate", cure=_INIT)


def events(house: House) -> Answer:
    """Whether every pull request, and every change of one, reaches the gate."""
    question = "events"
    missed: list[tuple[str, Spot]] = []
    for gate in house.gates:
        for event in pull_events(gate):
            trigger = gate.workflow.triggers[event]
            heard = trigger.types or _DEFAULT_TYPES
            missed += [(_WHY[kind], gate.trigger(event)) for kind in _TYPES if kind not in heard]
            missed += [(f"what `{name}` filters out", gate.trigger(event)) for name in trigger.filters]
    if missed:
        found = f"not heard: {', '.join(dict.fromkeys(what for what, _ in missed))}"
        cure = f"Give it `types: [{', '.join(_TYPES)}]` and no filters: a required check that never reports blocks for ever."
        return Answer(question, State.ATTEND, found, at([spot for _, spot in missed]), cure)
    return Answer(question, State.OK, "every pull request is heard of, and every push, retarget, edit and label")


def waits(house: House) -> Answer:
    """Whether the workflows exist that the gate waits for by name."""
    question = "waits-for"
    names = {read.name or path for path, read in house.readable()}
    waiting = [
        (gate, name)
        for gate in house.gates
        if "workflow_run" in gate.workflow.triggers
        for name in gate.workflow.triggers["workflow_run"].workflows
    ]
    lost = [(gate, name) for gate, name in waiting if name not in names]
    if lost and house.unread:
        found = f"no workflow that could be read is named {some(name for _, name in lost)}"
        return Answer(question, State.UNKNOWN, found, at([gate.trigger("workflow_run") for gate, _ in lost]), house.unread[0][1].fix)
    if lost:
        found = f"no workflow is named {some(name for _, name in lost)}, so nothing of it is ever read"
        cure = "`workflows:` takes the `name:` of a workflow exactly."
        return Answer(question, State.ATTEND, found, at([gate.trigger("workflow_run") for gate, _ in lost]), cure)
    told = f"judged again after {some(dict.fromkeys(name for _, name in waiting))}" if waiting else "no other workflow is waited for"
    return Answer(question, State.OK, told)


def reviews(house: House) -> Answer:
    """Whether an approval reaches the gate."""
    question = "reviews"
    direct = [gate for gate in house.gates if "pull_request_review" in gate.workflow.triggers]
    if direct:
        return Answer(question, State.OK, "a review starts the gate again", at([gate.trigger("pull_request_review") for gate in direct]))
    hears = {read.name or path for path, read in house.readable() if "pull_request_review" in read.triggers}
    chained = [
        gate
        for gate in house.gates
        if "workflow_run" in gate.workflow.triggers and hears & set(gate.workflow.triggers["workflow_run"].workflows)
    ]
    if chained:
        return Answer(question, State.OK, "a review starts the gate again", at([gate.trigger("workflow_run") for gate in chained]))
    cure = "Add `prgate-review.yml` and name it under `workflow_run` (install b), or the event `pull_request_review` (install a)."
    return Answer(question, State.ATTEND, "an approval is not heard: the check stays red until the next push", at(_spots(house)), cure)


def comments(house: House) -> Answer:
    """Whether a command is heard, also when it is edited or deleted, and a comment that is none costs no job."""
    question = "comments"
    listening = [gate for gate in house.gates if "issue_comment" in gate.workflow.triggers]
    if not listening:
        cure = f"Add the event `issue_comment` with `types: [{', '.join(_COMMENTED)}]` and the `if` of docs/install.md."
        return Answer(question, State.ATTEND, "`/prgate` commands are not heard", at(_spots(house)), cure)
    costly = [
        Spot(gate.path, job.line)
        for gate in listening
        for job in gate.workflow.jobs
        if not ("startsWith(github.event.comment.body" in job.condition and _COMMAND in job.condition)
    ]
    if costly:
        cure = "Put the `if` of docs/install.md on the job: it takes comments that start with `/prgate`, or did before an edit."
        return Answer(question, State.ATTEND, "every comment, on issues too, costs a job", at(costly), cure)
    deaf = [
        gate.trigger("issue_comment")
        for gate in listening
        if not set(_COMMENTED) <= set(gate.workflow.triggers["issue_comment"].types or _COMMENTED)
        or not any(_BEFORE in job.condition for job in gate.workflow.jobs)
    ]
    if deaf:
        found = "a command that is edited or deleted is not heard: what it did stands until the next event"
        cure = f"Give `issue_comment` `types: [{', '.join(_COMMENTED)}]` and the job the `if` of docs/install.md."
        return Answer(question, State.ATTEND, found, at(deaf), cure)
    return Answer(
        question,
        State.OK,
        "commands are heard, and a comment that never was one costs no job",
        at([gate.trigger("issue_comment") for gate in listening]),
    )


def alone(house: House) -> Answer:
    """Whether the gate has a job of its own, in which nothing of a pull request lies."""
    question = "own-job"
    beside = [(gate, step) for gate in house.gates for step in gate.job.steps if step is not gate.step]
    if not beside:
        return Answer(question, State.OK, "the gate has a job of its own, and nothing is checked out in it", at(_spots(house)))
    cure = "Leave the gate alone in its job, and give it artifacts by name; docs/install.md says how."
    grave = [
        (gate, step) for gate, step in beside if _PRIVILEGED & set(gate.workflow.triggers) and _checks_out(step) and step.inputs.get("ref")
    ]
    if grave:
        refs = some(dict.fromkeys(step.inputs["ref"] for _, step in grave))
        spots = at([Spot(gate.path, step.line) for gate, step in grave])
        return Answer(question, State.BAD, f"a job whose token may write checks out {refs}", spots, cure)
    names = some(dict.fromkeys(step.uses or "run" for _, step in beside))
    spots = at([Spot(gate.path, step.line) for gate, step in beside])
    return Answer(question, State.ATTEND, f"the gate shares its job with {names}", spots, cure)


def pull_events(gate: Gate) -> tuple[str, ...]:
    """Which events of a pull request start a gate."""
    return tuple(event for event in PULL_EVENTS if event in gate.workflow.triggers)


def _spots(house: House) -> list[Spot]:
    return [gate.spot for gate in house.gates]


def _checks_out(step: Step) -> bool:
    return step.uses is not None and step.uses.startswith("actions/checkout@")
