"""What is known of one rule: its module's words, what it needs, and its parameters."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from annotated_types import Ge, Le

from prgate.model.rule import ALL_CLASSES, Fact, Files, Needs, Rule

_REQUIRED = ("Why", "Fix")
_SECTIONS = (*_REQUIRED, "Limits")

_FACTS: dict[Fact, str] = {
    Fact.PR: "the pull request's text",
    Fact.COMMITS: "commits",
    Fact.AUTHORSHIP: "who wrote what",
    Fact.TRACE: "traces",
    Fact.COVERAGE: "coverage at head",
    Fact.BASE_COVERAGE: "coverage at base",
    Fact.REVIEWS: "reviews",
    Fact.COMMENTS: "comments",
    Fact.LINKS: "links",
    Fact.CHECKS: "checks",
    Fact.BRIEF: "the brief",
    Fact.TESTS: "counts of tests",
    Fact.BASE: "what the base changed since",
    Fact.CODE_OWNERS: "code owners",
    Fact.HISTORY: "what reverts and fixes took out",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: what it takes, its default as the policy spells it, and what it means."""

    name: str
    takes: str
    default: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Page:
    """What is said of a rule; ``sections`` are Why, Fix and perhaps Limits, with their text."""

    summary: str
    sections: tuple[tuple[str, str], ...]
    needs: str
    parameters: tuple[Parameter, ...]


def rule_page(rule: Rule) -> Page:
    """The page of a rule; raises ``ValueError`` if its module or its parameters do not say what they must."""
    module = rule.check.__module__
    first, *parts = re.split(r"^## ", (sys.modules[module].__doc__ or "").strip(), flags=re.MULTILINE)
    found = {title.strip(): text.strip() for title, _, text in (part.partition("\n") for part in parts)}
    lacking = [f"`## {title}`" for title in _REQUIRED if not found.get(title)]
    unknown = [f"`## {title}`" for title in found if title not in _SECTIONS]
    if not first.strip() or lacking or unknown:
        wrong = [*(["a first sentence"] if not first.strip() else []), *lacking]
        raise ValueError(
            f"rule {rule.id}: the docstring of {module}"
            + (f" lacks {', '.join(wrong)}" if wrong else "")
            + (f" has {', '.join(unknown)}, which is no section" if unknown else ""),
        )
    return Page(
        summary=" ".join(first.split()),
        sections=tuple((title, found[title]) for title in _SECTIONS if title in found),
        needs=_needs(rule),
        parameters=_parameters(rule),
    )


def _needs(rule: Rule) -> str:
    needs: Needs = rule.needs(rule.params())
    told = [", ".join(words for fact, words in _FACTS.items() if fact in needs.facts)] if needs.facts else []
    told += [f"changed lines of {_files(needs.lines)}"] if needs.lines else []
    told += [f"whole contents of {_files(needs.contents)}"] if needs.contents else []
    asked = "; ".join(told) if told else "nothing but the changed paths and their counts"
    runs = "on every pull request" if rule.everyone else "on pull requests that are judged"
    return f"{asked[0].upper()}{asked[1:]}. Runs {runs}."


def _files(files: Files) -> str:
    if files.classes == ALL_CLASSES:
        return "all files"
    return f"{', '.join(item.value for item in sorted(files.classes))} files"


def _parameters(rule: Rule) -> tuple[Parameter, ...]:
    hints = get_type_hints(rule.params, include_extras=True)
    found = []
    for item in fields(rule.params):
        hint = hints[item.name]
        meaning = _meaning(hint)
        if not meaning:
            raise ValueError(f"rule {rule.id}: the parameter {item.name} says nowhere what it means")
        found.append(Parameter(item.name, _takes(hint), spelled(default_of(item)), " ".join((meaning, *_keys(hint)))))
    return tuple(found)


def _meaning(hint: Any) -> str:  # noqa: ANN401 (any annotation)
    return next((mark for mark in get_args(hint)[1:] if isinstance(mark, str)), "") if get_origin(hint) is Annotated else ""


def _keys(hint: Any) -> Iterator[str]:  # noqa: ANN401 (any annotation)
    """What each key of a list's entries means."""
    inner = get_args(hint)[0]
    entry = get_args(inner)[0] if get_origin(inner) is tuple else inner
    if is_dataclass(entry):
        for name, part in get_type_hints(entry, include_extras=True).items():
            yield f"`{name}`: {_meaning(part)}"


def _takes(hint: Any) -> str:  # noqa: ANN401 (any annotation)
    if get_origin(hint) is Annotated:
        inner, *marks = get_args(hint)
        bounds = [f"{mark.ge} or more" for mark in marks if isinstance(mark, Ge)] + [
            f"{mark.le} or less" for mark in marks if isinstance(mark, Le)
        ]
        return ", ".join([_takes(inner), *bounds])
    if get_origin(hint) is Literal:
        return " or ".join(f"`{choice}`" for choice in get_args(hint))
    if get_origin(hint) is tuple:
        return f"list of {_takes(get_args(hint)[0])}"
    if is_dataclass(hint):
        return " and ".join(f"`{name}` ({_takes(part)})" for name, part in get_type_hints(hint, include_extras=True).items())
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return " or ".join(f"`{choice}`" for choice in hint)
    names: dict[Any, str] = {int: "whole number", bool: "true or false", str: "text"}
    return names[hint]


def default_of(item: Field[Any]) -> object:
    """The default of a field."""
    return item.default if item.default_factory is MISSING else item.default_factory()


def spelled(value: object) -> str:
    """A value as the policy spells it."""
    if isinstance(value, tuple):
        return f"[{', '.join(spelled(part) for part in value)}]"
    if is_dataclass(value):
        return f"{{{', '.join(f'{item.name}: {spelled(getattr(value, item.name))}' for item in fields(value))}}}"
    return str(value).lower() if isinstance(value, bool) else str(value) or '""'
