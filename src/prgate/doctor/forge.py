"""Whether the check is required, from whom, and what a pull request could get round."""

from __future__ import annotations

from typing import Final

from prgate.doctor.answer import Answer, Spot, State, at, some
from prgate.doctor.gate import pull_events
from prgate.doctor.house import Gate, House
from prgate.doctor.settings import Required, Settings
from prgate.model.missing import Missing
from prgate.model.policy import Mode
from prgate.model.steering import CHECK

ACTIONS_APP: Final = 15368
"""The id of GitHub Actions at github.com, whose token posts the check."""


def files(house: House, settings: Settings | Missing) -> Answer:
    """Whether the files looked at are those in force."""
    question = "looked-at"
    here = house.commit[:12]
    if isinstance(settings, Missing):
        return Answer(
            question, State.UNKNOWN, f"files at {here}; the settings of the repository were not read: {settings.detail}", cure=settings.fix
        )
    if settings.tip != house.commit:
        found = f"files at {here}, but `{settings.branch}` of {settings.repository} is at {settings.tip[:12]}"
        return Answer(
            question, State.ATTEND, found, cure="What follows holds for the files looked at; check out the tip, or name it with --ref."
        )
    return Answer(question, State.OK, f"files at {here}, the tip of `{settings.branch}`, and the settings of {settings.repository}")


def required(house: House, settings: Settings | Missing) -> Answer:
    """Whether a merge into the default branch waits for the check."""
    question = "required"
    asked = _asked(settings)
    if isinstance(asked, Missing):
        return Answer(question, State.UNKNOWN, f"whether `{CHECK}` is required was not seen: {asked.detail}", cure=asked.fix)
    assert isinstance(settings, Settings), "asked of settings"
    ours = _ours(asked)
    if ours:
        return Answer(
            question, State.OK, f"`{CHECK}` is required on `{settings.branch}` ({', '.join(dict.fromkeys(one.by for one in ours))})"
        )
    others = f"; required are {some(dict.fromkeys(one.context for one in asked))}" if asked else ", and no other check is"
    found = f"`{CHECK}` is not required on `{settings.branch}`{others}"
    cure = f"Settings → Rules → Rulesets: require status check `{CHECK}`, source GitHub Actions."
    return Answer(question, State.BAD if _blocks(house) else State.ATTEND, found, cure=cure)


def source(settings: Settings | Missing) -> Answer:
    """Whose check of that name is taken."""
    question = "source"
    asked = _asked(settings)
    if isinstance(asked, Missing):
        return Answer(question, State.UNKNOWN, f"whose `{CHECK}` would be taken was not seen: {asked.detail}", cure=asked.fix)
    assert isinstance(settings, Settings), "asked of settings"
    ours = _ours(asked)
    if not ours:
        return Answer(question, State.ATTEND, f"`{CHECK}` is not required, so it has no expected source", cure="Require it first.")
    apps = {one.app for one in ours}
    named = ", ".join(str(app) for app in sorted(app for app in apps if app is not None))
    if None in apps:
        found = f"`{CHECK}` is taken from any source: whoever may set a status can forge it"
        return Answer(question, State.ATTEND, found, cure="Choose GitHub Actions as its expected source.")
    if apps != {ACTIONS_APP} and settings.public_api:
        found = f"`{CHECK}` is expected from app {named}, but GitHub Actions ({ACTIONS_APP}) posts it"
        return Answer(question, State.BAD, found, cure="Choose GitHub Actions as its expected source.")
    told = "GitHub Actions" if settings.public_api else f"app {named}"
    return Answer(
        question, State.OK, f"expected from {told}; GitHub cannot tell one workflow's check from another's of the same name (docs/trust.md)"
    )


def edits(house: House, settings: Settings | Missing) -> Answer:
    """Whether a pull request can edit its own gate."""
    question = "edits-gate"
    editable = [gate for gate in house.gates if "pull_request" in pull_events(gate)]
    spots = at([gate.trigger("pull_request") for gate in editable])
    if not editable:
        found = "the workflow, its action and the policy come from the default branch, whatever a pull request changes"
        return Answer(question, State.OK, found, at([gate.spot for gate in house.gates]))
    told = "on `pull_request` GitHub runs the workflow as the pull request has it"
    cure = "`prgate init --install forks` closes this; or let a code owner's review be required for `.github/`."
    if isinstance(settings, Missing):
        found = f"{told}; whether a code owner must approve a change to it was not seen: {settings.detail}"
        return Answer(question, State.UNKNOWN, found, spots, settings.fix)
    if not isinstance(settings.workflows, Missing) and all(gate.path in settings.workflows for gate in editable):
        return Answer(question, State.OK, "a ruleset requires this very workflow and runs it as its source has it", spots)
    unowned = [gate for gate in editable if not house.owned(gate.path.encode("utf-8", "surrogateescape"))]
    if unowned:
        return Answer(question, State.BAD, f"{told}, and nobody owns {some(dict.fromkeys(gate.path for gate in unowned))}", spots, cure)
    if isinstance(settings.code_owners, Missing):
        found = f"{told}; it has owners, but whether their review is required was not seen: {settings.code_owners.detail}"
        return Answer(question, State.UNKNOWN, found, spots, settings.code_owners.fix)
    if not settings.code_owners:
        return Answer(question, State.BAD, f"{told}; it has owners, but their review is not required", spots, cure)
    found = f"{told}; a code owner must approve the change, and until then its green check proves nothing"
    return Answer(question, State.ATTEND, found, spots, "`prgate init --install forks` closes this.")


def forks(house: House, settings: Settings | Missing) -> Answer:
    """Whether the install can answer pull requests from forks."""
    question = "forks"
    blind = [gate for gate in house.gates if "pull_request_target" not in gate.workflow.triggers]
    if house.gates and not blind:
        return Answer(
            question, State.OK, "a pull request from a fork is judged with a token that can post", at([gate.spot for gate in house.gates])
        )
    if isinstance(settings, Missing):
        return Answer(question, State.UNKNOWN, f"whether the repository can be forked was not seen: {settings.detail}", cure=settings.fix)
    spots = at([gate.spot for gate in blind])
    told = "on `pull_request` a fork's token is read-only, so no check is posted and a required one never comes"
    cure = "`prgate init --install forks` answers forks too."
    if settings.public:
        return Answer(question, State.BAD, f"anybody can fork the repository; {told}", spots, cure)
    if settings.forks:
        return Answer(question, State.ATTEND, f"whoever can read the repository can fork it; {told}", spots, cure)
    return Answer(question, State.OK, "the repository cannot be forked", spots)


def queue(house: House, settings: Settings | Missing) -> Answer:
    """Whether the check reports to a merge queue."""
    question = "queue"
    hearing = [gate for gate in house.gates if "merge_group" in gate.workflow.triggers]
    if hearing:
        return Answer(question, State.OK, "the check reports to a merge queue", at([gate.trigger("merge_group") for gate in hearing]))
    cure = "Add the event `merge_group`: without it a required check never reports and the queue's merge fails."
    found = settings if isinstance(settings, Missing) else settings.queue
    spots = at([gate.spot for gate in house.gates])
    if isinstance(found, Missing):
        return Answer(
            question,
            State.UNKNOWN,
            f"the gate does not hear `merge_group`; whether there is a queue was not seen: {found.detail}",
            spots,
            cure,
        )
    if found:
        return Answer(question, State.BAD, "a merge queue is required, and the gate does not hear `merge_group`", spots, cure)
    return Answer(question, State.OK, "there is no merge queue, and the gate does not hear `merge_group`", spots)


def skips(house: House, settings: Settings | Missing) -> Answer:
    """Whether ``[skip ci]`` in a commit message keeps a pull request from the gate."""
    question = "skip-ci"
    deaf = [gate for gate in house.gates if "pull_request_target" not in gate.workflow.triggers]
    if not deaf:
        return Answer(question, State.OK, "`[skip ci]` does not stop `pull_request_target`", at(_targets(house.gates)))
    spots = at([gate.spot for gate in deaf])
    told = "`[skip ci]` in the head commit keeps the gate from running"
    asked = _asked(settings)
    if isinstance(asked, Missing):
        return Answer(
            question, State.UNKNOWN, f"{told}; whether the check is required, and so blocks, was not seen: {asked.detail}", spots, asked.fix
        )
    if _ours(asked):
        return Answer(question, State.OK, f"{told}, but the required check then never comes, and the merge stays blocked", spots)
    cure = f"Require `{CHECK}`, or use `prgate init --install forks`."
    return Answer(question, State.ATTEND, f"{told}, and nothing blocks such a pull request", spots, cure)


def _targets(gates: tuple[Gate, ...]) -> list[Spot]:
    return [gate.trigger("pull_request_target") for gate in gates]


def _asked(settings: Settings | Missing) -> tuple[Required, ...] | Missing:
    return settings if isinstance(settings, Missing) else settings.required


def _ours(asked: tuple[Required, ...]) -> list[Required]:
    return [one for one in asked if one.context == CHECK]


def _blocks(house: House) -> bool:
    policy = house.in_force
    return not isinstance(policy, Missing) and any(setting.mode is Mode.BLOCK for setting in policy.settings)
