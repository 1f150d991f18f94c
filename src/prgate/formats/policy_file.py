"""One policy file: its document, and a place and a cure for each of its mistakes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from typing import Any, NoReturn

from prgate.errors import FormatError, PrgateError
from prgate.formats.policy_document import PolicyDocument, RuleEntry
from prgate.formats.shape import Keys, ShapeError, dotted, marks_of, shape_fields, shown, suggest
from prgate.formats.shape_reader import read_shape
from prgate.formats.yaml_reader import Place
from prgate.model.globs import compile_globs
from prgate.model.rule import PathGlobs, Patterns, Rule


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """One policy file while it is read: its name and the place of everything in it."""

    name: str
    places: Mapping[Keys, Place]

    def refuse(self, keys: Keys, message: str, cure: str = "", *, at_key: bool = False) -> NoReturn:
        """Raise a ``PrgateError`` at the value that ``keys`` lead to, or at what is nearest above it."""
        near = keys
        while near not in self.places:
            near = near[:-1]
        place = self.places[near]
        if near == keys and at_key and place.key is not None:
            place = place.key
        raise PrgateError(message, f"{self.name}:{place.line}:{place.column}", cure)


def read_document(tree: object, file: PolicyFile) -> PolicyDocument:
    """The document that a tree spells."""
    try:
        document: PolicyDocument = read_shape(PolicyDocument, tree)
    except ShapeError as error:
        file.refuse(error.keys, str(error), error.help, at_key=error.at_key)
    return document


def check_rules(document: PolicyDocument, file: PolicyFile, rules: Sequence[Rule]) -> None:
    """Refuse rules that do not exist and parameters that they do not take."""
    known = {rule.id: rule for rule in rules}
    named: list[tuple[Keys, str]] = [(("rules", rule), rule) for rule in document.rules]
    named += [(("waivers", number, "rule"), waiver.rule) for number, waiver in enumerate(document.waivers)]
    for keys, rule in named:
        if rule.startswith("x-"):
            file.refuse(keys, f"`{shown(rule)}`: custom rules (`x-…`) cannot be given yet", "Leave it out.", at_key=keys[0] == "rules")
        if rule not in known:
            file.refuse(keys, f"there is no rule `{shown(rule)}`", suggest(rule, known), at_key=keys[0] == "rules")
    for rule, entry in document.rules.items():
        if isinstance(entry, RuleEntry):
            read_params(known[rule], entry, file)


def read_params(rule: Rule, entry: RuleEntry, file: PolicyFile) -> Any:  # noqa: ANN401 (an instance of the rule's Params)
    """The parameters of a rule; where the policy says nothing its defaults, which its tests prove."""
    if not entry.params:
        return rule.params()
    place: Keys = ("rules", rule.id, "params")
    try:
        params = read_shape(rule.params, entry.params)
    except ShapeError as error:
        error.keys = (*place, *error.keys)
        file.refuse(error.keys, str(error), error.help, at_key=error.at_key)
    _check_params(params, place, file)
    return params


def _check_params(params: Any, place: Keys, file: PolicyFile) -> None:  # noqa: ANN401 (a dataclass)
    """Refuse globs and patterns that do not compile, also those in lists of mappings."""
    kind: Any = type(params)
    for item, hint in shape_fields(kind):
        keys, value, marks = (*place, item.name), getattr(params, item.name), marks_of(hint)
        if PathGlobs() in marks:
            _check_globs(keys, value, file)
        elif Patterns() in marks and isinstance(value, str):
            _check_pattern(keys, value, file)
        elif isinstance(value, tuple):
            for number, part in enumerate(value):
                if Patterns() in marks:
                    _check_pattern((*keys, number), part, file)
                elif is_dataclass(part):
                    _check_params(part, (*keys, number), file)


def check_patterns(document: PolicyDocument, file: PolicyFile) -> None:
    """Refuse globs and marks that do not compile."""
    for keys, globs in _globs(document):
        _check_globs(keys, globs, file)
    for name, domain in document.domains.items():
        patterns: list[tuple[Keys, str]] = [(("domains", name, "marks", number), mark) for number, mark in enumerate(domain.marks)]
        patterns += [] if domain.proof is None else [(("domains", name, "proof", "form"), domain.proof.form)]
        for place, mark in patterns:
            _check_pattern(place, mark, file)


def _check_pattern(keys: Keys, pattern: str, file: PolicyFile) -> None:
    if why := _why_no_mark(pattern):
        file.refuse(keys, f"{dotted(keys)}: not a pattern that RE2 takes: {why}", "See https://github.com/google/re2/wiki/Syntax.")


def _check_globs(keys: Keys, globs: Sequence[str], file: PolicyFile) -> None:
    for number, glob in enumerate(globs):
        try:
            compile_globs((glob,))
        except FormatError as error:
            file.refuse((*keys, number), f"{dotted((*keys, number))}: {error.message}", "Write a glob as in .gitignore.")


def _globs(document: PolicyDocument) -> Iterator[tuple[Keys, Sequence[str]]]:
    for name, domain in document.domains.items():
        yield ("domains", name, "paths"), domain.paths
    for kind, globs in document.classes.items():
        yield ("classes", kind.value), globs
    for rule, entry in document.rules.items():
        if isinstance(entry, RuleEntry):
            yield ("rules", rule, "when", "paths"), entry.when.paths
    for number, waiver in enumerate(document.waivers):
        yield ("waivers", number, "paths"), waiver.paths


def _why_no_mark(mark: str) -> str:
    """Why RE2 does not take a pattern; empty if it does."""
    import re2  # noqa: PLC0415 (only policies with marks of their own pay for it)

    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(mark, options)
    except re2.error as error:
        return shown(error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else str(error.args[0]))
    return ""
