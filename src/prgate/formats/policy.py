"""The policy: YAML and the packs it extends become one ``Policy``; every mistake has a place and a cure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from hashlib import sha256
from typing import Any

from prgate.errors import FormatError, PrgateError
from prgate.formats.policy_document import CommandsEntry, DomainEntry, RuleEntry
from prgate.formats.policy_file import PolicyFile, check_patterns, check_rules, read_document, read_params
from prgate.formats.policy_lock import commands_loosened, loosenings
from prgate.formats.policy_merge import Tree, merge_policies
from prgate.formats.shape import Keys, shown, suggest
from prgate.formats.yaml_reader import read_yaml
from prgate.model.authorship import SignKind
from prgate.model.facts import Permission
from prgate.model.policy import (
    Accept,
    AddedMark,
    Commands,
    Domain,
    Judge,
    Limits,
    Mode,
    Policy,
    Proof,
    Setting,
    SignatureChanges,
    SignatureFault,
    Waiver,
    When,
)
from prgate.model.rule import Rule
from prgate.model.verdict import PolicySource, Publish

_NO_SOURCE = PolicySource("", None, "")


def read_policy(
    data: bytes,
    *,
    name: str,
    source: PolicySource,
    rules: Sequence[Rule],
    packs: Mapping[str, bytes],
    judge: Judge | None = None,
    signatures: Callable[[SignatureChanges], SignatureFault | None] | None = None,
) -> Policy:
    """The policy that a file spells, over the packs that it extends.

    ``name`` stands in front of the places of errors (``prgate.yml:12:3``). ``packs`` are the packs that ship with the program, by name.
    ``judge`` wins over what the policy says. ``signatures`` knows what is wrong with the marks that it takes out and adds. Raises
    ``PrgateError`` for every mistake.
    """
    return _read(data, name=name, source=source, rules=rules, packs=packs, judge=judge, shipped=False, signatures=signatures)


def read_pack(name: str, *, rules: Sequence[Rule], packs: Mapping[str, bytes], judge: Judge | None = None) -> Policy:
    """A pack that ships with the program, as a policy of its own; raises ``PrgateError``, also for a name that is none."""
    if name not in packs:
        raise PrgateError(f"there is no pack `{shown(name)}`", help=suggest(name, packs))
    source = PolicySource(f"pack:{name}", None, sha256(packs[name]).hexdigest())
    return _read(packs[name], name=_pack_file(name), source=source, rules=rules, packs=packs, judge=judge, shipped=True)


def _read(
    data: bytes,
    *,
    name: str,
    source: PolicySource,
    rules: Sequence[Rule],
    packs: Mapping[str, bytes],
    judge: Judge | None,
    shipped: bool,
    signatures: Callable[[SignatureChanges], SignatureFault | None] | None = None,
) -> Policy:
    tree, file = _resolve(data, name=name, rules=rules, packs=packs, above=(), shipped=shipped)
    policy = _policy(tree, file, source=source, rules=rules, judge=judge)
    if all(setting.mode is Mode.OFF for setting in policy.settings):
        file.refuse(("rules",), "a policy without rules would pass everything", "Turn a rule on, or write `extends: [baseline]`.")
    if signatures is not None and (fault := signatures(policy.signatures)) is not None:
        keys, message, cure = fault
        file.refuse(_own(keys, policy.signatures, file), message, cure)
    return policy


def _own(keys: Keys, changes: SignatureChanges, file: PolicyFile) -> Keys:
    """Where a fault of merged signatures stands in the file itself, whose entries follow those of the packs."""
    kind, number, *rest = keys
    total = len(changes.add if kind == "add" else changes.disable)
    own = sum(("signatures", kind, index) in file.places for index in range(total))
    index = int(number) - (total - own)
    return ("signatures", kind, index, *rest) if index >= 0 else ("extends",)


def _pack_file(name: str) -> str:
    return f"policies/{name}.yml"


def _resolve(
    data: bytes,
    *,
    name: str,
    rules: Sequence[Rule],
    packs: Mapping[str, bytes],
    above: tuple[str, ...],
    shipped: bool,
) -> tuple[Tree, PolicyFile]:
    """The tree of a file over those of the packs it extends; ``above`` are the packs on the way here.

    The globs and marks of what ships with the program are proved by its tests and not compiled again at every start.
    """
    try:
        tree, places = read_yaml(data)
    except FormatError as error:
        raise PrgateError(error.message, f"{name}:{error.line}:{error.column}") from error
    file = PolicyFile(name, places)
    document = read_document(tree, file)
    assert isinstance(tree, dict), "the shape of a document is a mapping"
    check_rules(document, file, rules)
    if not shipped:
        check_patterns(document, file)
    merged: Tree = {}
    for number, pack in enumerate(document.extends):
        keys: Keys = ("extends", number)
        if pack not in packs:
            file.refuse(keys, f"there is no pack `{shown(pack)}`", suggest(pack, packs))
        if pack in above:
            file.refuse(keys, f"the packs {', '.join((*above, pack))} extend each other in a circle", "Leave one of them out.")
        parent, _ = _resolve(packs[pack], name=_pack_file(pack), rules=rules, packs=packs, above=(*above, pack), shipped=True)
        merged = _over(merged, parent, file, rules=rules, at=keys)
    return _over(merged, tree, file, rules=rules), file


def _over(parent: Tree, child: Tree, file: PolicyFile, *, rules: Sequence[Rule], at: Keys = ()) -> Tree:
    """``child`` over ``parent``, refused where it loosens what is locked; ``at`` is where the file says so, if not at the keys of ``child``."""
    merged = merge_policies(parent, child)
    rules_locked = any(isinstance(entry, dict) and entry.get("locked") for entry in parent.get("rules", {}).values())
    commands_locked = parent.get("commands", {}).get("locked", False)
    if rules_locked or commands_locked:
        before, after = (_policy(tree, file, source=_NO_SOURCE, rules=rules, judge=None) for tree in (parent, merged))
        for keys, what in loosenings(before, after) if rules_locked else commands_loosened(before, after):
            file.refuse(at or keys, f"{what}, and a pack has locked that", "Leave it as the pack has it, or make it stricter.")
    return merged


def _policy(tree: Tree, file: PolicyFile, *, source: PolicySource, rules: Sequence[Rule], judge: Judge | None) -> Policy:
    document = read_document(tree, file)
    known = {rule.id: rule for rule in rules}
    return Policy(
        source=source,
        mode=document.mode,
        judge=judge or document.judge,
        settings=tuple(_setting(known[rule], entry, document.mode, file) for rule, entry in sorted(document.rules.items())),
        domains={name: _domain(entry) for name, entry in document.domains.items()},
        classes={name.value: globs for name, globs in document.classes.items()},
        accept=Accept(
            coverage=document.evidence.coverage.accept,
            trace=document.evidence.trace.accept,
            places=document.evidence.trace.places,
            tickets=document.evidence.links.ticket,
        ),
        commands=_commands(document.commands),
        waivers=tuple(Waiver(entry.rule, entry.paths, entry.until, entry.by, entry.reason, entry.covers) for entry in document.waivers),
        publish=Publish(document.publish.comment, document.publish.check),
        limits=Limits(**{item.name: getattr(document.limits, item.name) for item in fields(Limits)}),
        policy_from_base=document.policy_from_base,
        signatures=SignatureChanges(
            document.signatures.disable,
            tuple(
                AddedMark(entry.agent, SignKind(entry.kind), entry.match, entry.key, entry.name, entry.exports_trace)
                for entry in document.signatures.add
            ),
        ),
    )


def _domain(entry: DomainEntry) -> Domain:
    proof = None if entry.proof is None else Proof(entry.proof.what, entry.proof.form)
    return Domain(entry.paths, entry.marks, entry.ask, proof)


def _commands(entry: CommandsEntry) -> Commands:
    values: dict[str, Any] = {item.name: getattr(entry, item.name) for item in fields(Commands)}
    asked: dict[str, Any] = {name: _asked(value) if isinstance(value, Permission) else value for name, value in values.items()}
    return Commands(**asked)


def _setting(rule: Rule, entry: Mode | RuleEntry, ceiling: Mode, file: PolicyFile) -> Setting:
    full = RuleEntry(mode=entry) if isinstance(entry, Mode) else entry
    return Setting(
        rule=rule.id,
        mode=min(full.mode, ceiling, key=lambda mode: mode.rank),
        on_unknown=full.on_unknown,
        params=read_params(rule, full, file),
        when=When(full.when.paths, full.when.base, full.when.labels, full.when.agents),
        locked=full.locked,
    )


def _asked(permission: Permission) -> Permission | None:
    return None if permission is Permission.NONE else permission
