"""Decides whether a pull request is judged."""

from __future__ import annotations

from prgate.authorship.signature_file import shipped
from prgate.authorship.signatures import Signatures
from prgate.model.authorship import Sign
from prgate.model.commit import Commit
from prgate.model.facts import Facts
from prgate.model.missing import Missing
from prgate.model.policy import Judge
from prgate.model.verdict import Fault, Scope, ScopeState


def decide_scope(
    judge: Judge,
    *,
    facts: Facts | Missing,
    commits: tuple[Commit, ...] | Missing,
    signs: tuple[Sign, ...],
    traces_missing: bool,
    signatures: Signatures | None = None,
) -> tuple[Scope, tuple[Fault, ...]]:
    """The scope, and the fault that keeps it from being decided.

    ``Judge.AGENTS`` judges on any mark of an agent; without one it needs the facts, the commits and every trace operand to have been readable
    before it says that there is none.
    """
    if judge is Judge.ALL:
        return Scope(ScopeState.JUDGED, "Every pull request is judged."), ()
    if signs:
        return Scope(ScopeState.JUDGED, f"Evidence of {_agents(signs, signatures or shipped())}."), ()
    unseen = [
        what
        for what, missing in (
            ("the forge's facts", isinstance(facts, Missing)),
            ("the commits of the range", isinstance(commits, Missing)),
            ("a trace", traces_missing),
        )
        if missing
    ]
    if not unseen:
        return Scope(ScopeState.NOT_JUDGED, "No evidence of an agent."), ()
    message = f"No evidence of an agent was found, but {_list(unseen)} could not be read, so whether to judge cannot be decided"
    cures = ["give the facts with `--pr FACTS.json`"] if isinstance(facts, Missing) else []
    cures += ["judge a range of commits"] if isinstance(commits, Missing) else []
    cures += ["mend or leave out the trace"] if traces_missing else []
    fix = f"{_list(cures)}, or judge every pull request with `--judge all`"
    return Scope(ScopeState.UNKNOWN, f"{message}."), (Fault(message, fix[0].upper() + fix[1:]),)


def _agents(signs: tuple[Sign, ...], known: Signatures) -> str:
    kinds: dict[str, list[str]] = {}
    for sign in signs:
        kinds.setdefault(known.name(sign.agent), []).append(sign.kind)
    return _list([f"{name} ({', '.join(dict.fromkeys(found))})" for name, found in kinds.items()])


def _list(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
