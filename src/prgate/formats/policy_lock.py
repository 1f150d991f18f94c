"""Whether a policy loosens what a policy beneath it has locked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prgate.formats.shape import Keys
from prgate.model.facts import Permission
from prgate.model.policy import Domain, Judge, Mode, OnUnknown, Policy, Setting

Loosening = tuple[Keys, str]


def loosenings(before: Policy, after: Policy) -> Iterator[Loosening]:
    """Each way in which ``after`` judges less strictly than ``before``, which locks a rule: the keys that say it, and what they do.

    A locked rule stays as strict in itself and in all that decides what it sees and who may set it aside. Compared are policies as they are
    applied, so no spelling gets around it.
    """
    locked = [setting for setting in before.settings if setting.locked]
    yield from _rules(locked, before, after)
    yield from _scope(before, after)
    yield from _evidence(before, after)
    yield from commands_loosened(before, after)
    if set(after.signatures.disable) - set(before.signatures.disable):
        yield ("signatures", "disable"), "it takes marks of agents out"


def commands_loosened(before: Policy, after: Policy) -> Iterator[Loosening]:
    """Each command that ``after`` gives to more people, or earlier, than ``before``."""
    for name in ("attest", "wrote", "wrong", "waive", "break_glass", "self_attest"):
        if _strictness(getattr(after.commands, name)) < _strictness(getattr(before.commands, name)):
            yield ("commands", name), f"it lets more people `{name}`"
    if after.commands.self_attest_hours < before.commands.self_attest_hours:
        yield ("commands", "self_attest_hours"), "it lets people attest their own changes sooner"
    if before.commands.locked and not after.commands.locked:
        yield ("commands", "locked"), "it unlocks the commands"


def _rules(locked: Sequence[Setting], before: Policy, after: Policy) -> Iterator[Loosening]:
    now = {setting.rule: setting for setting in after.settings}
    for setting in locked:
        yield from _rule(setting, now[setting.rule], after.mode)
    names = frozenset(setting.rule for setting in locked)
    for number, waiver in enumerate(after.waivers[len(before.waivers) :]):
        if waiver.rule in names:
            yield ("waivers", number), f"it waives `{waiver.rule}`"


def _scope(before: Policy, after: Policy) -> Iterator[Loosening]:
    if before.judge is Judge.ALL and after.judge is not Judge.ALL:
        yield ("judge",), "it judges fewer pull requests"
    if not set(after.policy_from_base) <= set(before.policy_from_base):
        yield ("policy_from_base",), "it lets more branches bring a policy of their own"
    for name, domain in before.domains.items():
        yield from _domain(name, domain, after.domains[name])
    for name, globs in after.classes.items():
        if globs != before.classes.get(name, ()):
            yield ("classes", name), f"it exempts more files as `{name}`"


def _rule(before: Setting, after: Setting, ceiling: Mode) -> Iterator[Loosening]:
    keys: Keys = ("rules", before.rule)
    if after.mode.rank < before.mode.rank:
        yield (("mode",) if after.mode is ceiling else (*keys, "mode")), f"it lowers `{before.rule}` from {before.mode} to {after.mode}"
    if before.on_unknown is OnUnknown.BLOCK and after.on_unknown is not OnUnknown.BLOCK:
        yield (*keys, "on_unknown"), f"it lets unknown evidence pass `{before.rule}`"
    if after.params != before.params:
        yield (*keys, "params"), f"it changes the parameters of `{before.rule}`"
    if after.when != before.when:
        yield (*keys, "when"), f"it changes where `{before.rule}` applies"
    if not after.locked:
        yield (*keys, "locked"), f"it unlocks `{before.rule}`"


def _domain(name: str, before: Domain, after: Domain) -> Iterator[Loosening]:
    keys: Keys = ("domains", name)
    known = len(before.paths)
    kept = after.paths[:known] == before.paths and set(before.marks) <= set(after.marks)
    if not kept or any(glob.startswith("!") for glob in after.paths[known:]):
        yield keys, f"it takes files out of the domain `{name}`"
    if before.proof is not None and after.proof != before.proof:
        yield (*keys, "proof"), f"it changes what the domain `{name}` asks for as proof"


def _evidence(before: Policy, after: Policy) -> Iterator[Loosening]:
    for kind in ("coverage", "trace"):
        if getattr(after.accept, kind).rank < getattr(before.accept, kind).rank:
            yield ("evidence", kind, "accept"), f"it accepts weaker {kind}"
    if not set(before.accept.places) <= set(after.accept.places):
        yield ("evidence", "trace", "places"), "it looks for traces in fewer places"
    if not set(after.accept.tickets) <= set(before.accept.tickets):
        yield ("evidence", "links", "ticket"), "it takes more links as evidence"


def _strictness(asked: Permission | None) -> int:
    return len(Permission) if asked is None else list(Permission).index(asked)
