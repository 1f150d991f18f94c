"""The rule reference: what each rule finds, why, how to mend it, what it needs and what can be tuned."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from textwrap import fill

from prgate.model.policy import Mode, OnUnknown, Policy, Setting
from prgate.model.rule import Rule
from prgate.render.offers import forms
from prgate.render.rule_page import default_of, rule_page, spelled

_WIDTH = 78


def summary(rule: Rule) -> str:
    """One sentence: what the rule flags."""
    return rule_page(rule).summary


def explain(rule: Rule, packs: Mapping[str, Policy]) -> str:
    """A rule's page as plain text, 78 columns wide; raises ``ValueError`` if its documentation is not whole."""
    page = rule_page(rule)
    blocks = [rule.id, _wrapped(page.summary, "")]
    blocks += [f"{title}\n{_wrapped(text, '  ')}" for title, text in page.sections]
    blocks.append(f"Needs\n{_wrapped(page.needs, '  ')}")
    wide = max((len(name) for name in packs), default=0)
    blocks.append("Packs\n" + "\n".join(f"  {name:<{wide}}  {_in_pack(rule, packs[name])}" for name in _by_strictness(packs)))
    blocks.append("Answers\n" + "\n".join(f"  {form}\n{_wrapped(told, '    ')}" for form, told in forms(rule, packs)))
    if page.parameters:
        blocks.append(
            "Parameters\n"
            + "\n".join(
                f"  {parameter.name}: {parameter.takes}; default {parameter.default}\n{_wrapped(parameter.meaning, '    ')}"
                for parameter in page.parameters
            ),
        )
    return "\n\n".join(blocks) + "\n"


def reference(rules: Sequence[Rule], packs: Mapping[str, Policy]) -> str:
    """The whole reference as Markdown; raises ``ValueError`` naming each rule whose documentation is not whole."""
    names = _by_strictness(packs)
    lines = [
        "<!-- Written by scripts/generate.py from the rules; change those. -->",
        "",
        "# Rules and packs",
        "",
        "A pack is a policy that comes with prgate: name it in `extends`. `block` fails the pull request, `warn` warns, `observe` only shows; a",
        "rule that a pack does not name is `off`. Missing evidence blocks where the rule does, unless it says *unknown warns*.",
        "`prgate explain RULE` prints a rule's page; `schema.json` beside this file is for editors.",
        "",
        _row("rule", *names),
        _row(*("---" for _ in range(len(names) + 1))),
        *(_row(f"[`{rule.id}`](#{rule.id})", *(_mode(rule, packs[name]) for name in names)) for rule in rules),
    ]
    for rule in rules:
        lines += ["", f"## {rule.id}", "", *_markdown(rule, packs, names)]
    return "\n".join(lines) + "\n"


def _markdown(rule: Rule, packs: Mapping[str, Policy], names: Sequence[str]) -> list[str]:
    page = rule_page(rule)
    lines = [page.summary]
    for title, text in page.sections:
        lines += ["", f"**{title}.** {text}"]
    lines += ["", f"**Needs.** {page.needs}"]
    if rule.answer is not None:
        form, told = forms(rule, packs)[0]
        lines += ["", f"**Answer.** `{form}`: {told[0].lower()}{told[1:]}"]
    if page.parameters:
        lines += ["", _row("parameter", "takes", "default", "meaning"), _row(*("---" for _ in range(4)))]
        lines += [_row(f"`{item.name}`", item.takes, f"`{item.default}`", item.meaning) for item in page.parameters]
        tuned = [f"`{name}`: {told}" for name in names if (told := _tuned(rule, packs[name]))]
        lines += ["", f"**Tuned in** {'; '.join(tuned)}."] if tuned else []
    return lines


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _wrapped(text: str, indent: str) -> str:
    """Paragraphs filled to the width; list items hang."""
    return "\n\n".join("\n".join(_filled(item, indent) for item in re.split(r"\n(?=- )", paragraph)) for paragraph in text.split("\n\n"))


def _filled(item: str, indent: str) -> str:
    hang = "  " if item.startswith("- ") else ""
    return fill(item, _WIDTH, initial_indent=indent, subsequent_indent=indent + hang, break_on_hyphens=False, break_long_words=False)


def _by_strictness(packs: Mapping[str, Policy]) -> list[str]:
    return sorted(packs, key=lambda name: (sum(setting.mode.rank for setting in packs[name].settings), name))


def _setting(rule: Rule, pack: Policy) -> Setting | None:
    return next((setting for setting in pack.settings if setting.rule == rule.id), None)


def _mode(rule: Rule, pack: Policy) -> str:
    setting = _setting(rule, pack)
    if setting is None:
        return Mode.OFF.value
    lenient = setting.mode is Mode.BLOCK and setting.on_unknown is OnUnknown.WARN
    return f"{setting.mode}, unknown warns" if lenient else setting.mode.value


def _tuned(rule: Rule, pack: Policy) -> str:
    """The parameters that a pack sets to something else than the default."""
    setting = _setting(rule, pack)
    if setting is None:
        return ""
    told = ((item.name, getattr(setting.params, item.name), default_of(item)) for item in fields(rule.params))
    return ", ".join(f"`{name}: {spelled(value)}`" for name, value, default in told if value != default)


def _in_pack(rule: Rule, pack: Policy) -> str:
    tuned = _tuned(rule, pack).replace("`", "")
    return f"{_mode(rule, pack)}; {tuned}" if tuned else _mode(rule, pack)
