from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from prgate.errors import PrgateError
from prgate.formats.policy import read_pack, read_policy
from prgate.formats.policy_document import LimitsEntry
from prgate.formats.policy_schema import policy_schema
from prgate.model import globs
from prgate.model.facts import Permission
from prgate.model.grade import Grade
from prgate.model.policy import (
    Accept,
    Commands,
    Domain,
    Judge,
    Limits,
    Mode,
    OnUnknown,
    Policy,
    Setting,
    Waiver,
    When,
)
from prgate.model.rule import Rule
from prgate.model.verdict import CommentWhen, Publish
from prgate.packs import read_packs
from prgate.rules import RULES
from tests.formats.invented_rules import ON, SOURCE, WAIVER, Params, read, refusal

MISTAKES = {
    "unknown key": ("version: 1\nrulse: {}\n", "2:1", "unknown key `rulse`", "Did you mean `rules`?"),
    "unknown rule": (
        "version: 1\nrules:\n  slow-chnage: block\n",
        "3:3",
        "there is no rule `slow-chnage`",
        "Did you mean `slow-change`?",
    ),
    "rule of one's own": (
        "version: 1\nrules:\n  x-mine: block\n",
        "3:3",
        "`x-mine`: custom rules (`x-…`) cannot be given yet",
        "Leave it out.",
    ),
    "unknown mode": (
        "version: 1\nrules:\n  slow-change: blok\n",
        "3:16",
        "rules.slow-change: `blok` is not one of off, observe, warn, block",
        "Did you mean `block`?",
    ),
    "unknown mode, in full": (
        "version: 1\nrules:\n  slow-change:\n    mode: errror\n",
        "4:11",
        "rules.slow-change.mode: `errror` is not one of off, observe, warn, block",
        "Known: off, observe, warn, block.",
    ),
    "ceiling off": (ON + "mode: off\n", "3:7", "mode: `off` is not one of observe, warn, block", "Known: observe, warn, block."),
    "unknown domain": (
        ON + "domains:\n  cripto: {}\n",
        "4:3",
        "domains: `cripto` is not one of auth, crypto, infra, ci, compliance, payments, migrations, performance, secrets, agent-instructions",
        "Did you mean `crypto`?",
    ),
    "unknown class": (ON + "classes: {generatd: []}\n", "3:11", None, "Did you mean `generated`?"),
    "unknown parameter": (
        "version: 1\nrules: {slow-change: {params: {line: 1}}}\n",
        "2:32",
        "rules.slow-change.params: unknown key `line`",
        "Did you mean `lines`?",
    ),
    "parameter of the wrong type": (
        "version: 1\nrules: {slow-change: {params: {lines: '5'}}}\n",
        "2:39",
        "rules.slow-change.params.lines: this is text, not a whole number",
        "Write a whole number.",
    ),
    "true for a number": (
        "version: 1\nrules: {slow-change: {params: {lines: true}}}\n",
        "2:39",
        "rules.slow-change.params.lines: this is true or false, not a whole number",
        "Write a whole number.",
    ),
    "parameter too small": (
        "version: 1\nrules: {slow-change: {params: {lines: 0}}}\n",
        "2:39",
        "rules.slow-change.params.lines: 0 is less than 1",
        "Write 1 or more.",
    ),
    "parameter too large": (
        "version: 1\nrules: {slow-change: {params: {lines: 10}}}\n",
        "2:39",
        "rules.slow-change.params.lines: 10 is more than 9",
        "Write 9 or less.",
    ),
    "item of a parameter": (
        "version: 1\nrules: {slow-change: {params: {kinds: [odd, evn]}}}\n",
        "2:45",
        "rules.slow-change.params.kinds[1]: `evn` is not one of odd, even",
        "Did you mean `even`?",
    ),
    "text for a list": (ON + "extends: baseline\n", "3:10", "extends: this is text, not a list", "Write a list."),
    "list for a mapping": ("version: 1\nrules: []\n", "2:8", "rules: this is a list, not a mapping", "Write a mapping."),
    "number for a rule": (
        "version: 1\nrules: {slow-change: 1.5}\n",
        "2:22",
        "rules.slow-change: this is a number with a fraction, not text or a mapping",
        "Write text or a mapping.",
    ),
    "no document": ("", "1:1", "this is null, not a mapping", "Write a mapping."),
    "no version": ("rules: {slow-change: block}\n", "1:1", "the key `version` is missing", "Add `version`."),
    "another version": ("version: 2\nrules: {slow-change: block}\n", "1:10", "version: this must be 1", "Write 1."),
    "version as text": ("version: '1'\nrules: {slow-change: block}\n", "1:10", "version: this must be 1", "Write 1."),
    "version true": ("version: true\nrules: {slow-change: block}\n", "1:10", "version: this must be 1", "Write 1."),
    "unknown pack": (ON + "extends: [basline]\n", "3:11", "there is no pack `basline`", "Did you mean `baseline`?"),
    "no rule": ("version: 1\n", "1:1", "a policy without rules would pass everything", None),
    "rules off": ("version: 1\nrules: {slow-change: off}\n", "2:8", "a policy without rules would pass everything", None),
    "duplicate key": (
        "version: 1\nrules: {slow-change: block}\nversion: 1\n",
        "3:1",
        "the key `version` is here twice, first in line 1",
        "",
    ),
    "alias": ("version: 1\nrules: &r {slow-change: block}\n", "2:8", None, ""),
    "not YAML": ("version: [1\n", "2:1", None, ""),
    "null": (
        "version: 1\nrules: {slow-change: }\n",
        "2:22",
        "rules.slow-change: this is null, not text or a mapping",
        "Write text or a mapping.",
    ),
    "glob of a comment": (
        ON + "classes: {generated: ['#x']}\n",
        "3:23",
        "classes.generated[0]: `#x` is not a path glob as in .gitignore",
        None,
    ),
    "bad glob": (ON + "domains: {auth: {paths: [a, './b']}}\n", "3:29", None, "Write a glob as in .gitignore."),
    "bad glob of a rule": ("version: 1\nrules: {slow-change: {when: {paths: ['!']}}}\n", "2:38", None, "Write a glob as in .gitignore."),
    "bad mark": (
        ON + "domains: {auth: {marks: ['ok', 'a(?=b)']}}\n",
        "3:32",
        "domains.auth.marks[1]: not a pattern that RE2 takes: invalid perl operator: (?=",
        "See https://github.com/google/re2/wiki/Syntax.",
    ),
    "limit of nothing": (ON + "limits: {files: 0}\n", "3:17", "limits.files: 0 is less than 1", "Write 1 or more."),
    "unknown limit": (ON + "limits: {file: 1}\n", "3:10", "limits: unknown key `file`", "Did you mean `files`?"),
    "text too long": (ON + f"policy_from_base: [{'x' * 501}]\n", "3:20", None, "Shorten it."),
}


@pytest.mark.parametrize(("text", "place", "message", "cure"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_refused_where_it_stands_with_its_cure(text: str, place: str, message: str | None, cure: str | None) -> None:
    where, said, help_ = refusal(text, baseline=ON)
    assert (where, said, help_) == (f"prgate.yml:{place}", message if message is not None else said, cure if cure is not None else help_)


BAD_WAIVERS: dict[str, tuple[dict[str, Any], str]] = {
    "without a rule": ({"rule": None}, "waivers[0]: the key `rule` is missing"),
    "without an end": ({"until": None}, "waivers[0]: the key `until` is missing"),
    "without a person": ({"by": None}, "waivers[0]: the key `by` is missing"),
    "without a reason": ({"reason": None}, "waivers[0]: the key `reason` is missing"),
    "for an unknown rule": ({"rule": "slow-chang"}, "there is no rule `slow-chang`"),
    "for a rule of one's own": ({"rule": "x-mine"}, "`x-mine`: custom rules (`x-…`) cannot be given yet"),
    "with a day that is none": ({"until": "2026-02-30"}, "waivers[0].until: `2026-02-30` is not a date as YYYY-MM-DD"),
    "with a date of another form": ({"until": "20261231"}, "waivers[0].until: `20261231` is not a date as YYYY-MM-DD"),
    "with a date in other digits": ({"until": "\uff12026-12-31"}, "waivers[0].until: `\uff12026-12-31` is not a date as YYYY-MM-DD"),
    "with an empty reason": ({"reason": " "}, "waivers[0].reason: ` ` is not a text of one line without spaces around it"),
    "by an address": ({"by": "dana@example.org"}, "waivers[0].by: `dana@example.org` is not a login"),
    "that covers nothing": ({"covers": []}, "waivers[0].covers: this is empty"),
    "that covers a crash": ({"covers": ["error"]}, "waivers[0].covers[0]: `error` is not one of fail, unknown"),
}


@pytest.mark.parametrize(("change", "message"), BAD_WAIVERS.values(), ids=BAD_WAIVERS)
def test_a_waiver_needs_a_rule_an_end_a_person_and_a_reason(change: dict[str, Any], message: str) -> None:
    waiver = {key: value for key, value in {**WAIVER, **change}.items() if value is not None}
    where, said, _ = refusal(ON + "waivers:\n- " + json.dumps(waiver, ensure_ascii=False))
    assert said == message
    assert re.fullmatch(r"prgate\.yml:4:\d+", where)


def test_a_mistake_in_a_pack_names_the_pack_s_file() -> None:
    assert refusal("version: 1\nextends: [odd]\n", odd="version: 1\nrules: {fast-change: block}\n")[0] == "policies/odd.yml:2:9"


def test_packs_that_extend_each_other_are_refused() -> None:
    where, message, _ = refusal("version: 1\nextends: [a]\n", a="version: 1\nextends: [b]\n", b="version: 1\nextends: [a]\n")
    assert (where, message) == ("policies/b.yml:2:11", "the packs a, b, a extend each other in a circle")


def test_a_name_that_is_no_pack_is_refused() -> None:
    with pytest.raises(PrgateError, match=r"there is no pack `strickt`\n  Did you mean `strict`\?"):
        read_pack("strickt", rules=RULES, packs=read_packs())


def test_a_policy_says_everything_that_the_contract_names() -> None:
    policy = read(
        """
version: 1
mode: warn
judge: all
policy_from_base: [release]
rules:
  slow-change: {mode: block, on_unknown: warn, when: {paths: [src/], base: [main], labels: [x], agents: [codex]}, params: {lines: 7, words: []}}
  loud-change: observe
domains: {crypto: {paths: ["**/crypto/**"], marks: ["AES"], ask: Whose key?}}
classes: {generated: ["*.gen"]}
evidence: {coverage: {accept: verified}, trace: {accept: signed, places: [tree]}, links: {ticket: [tickets.example]}}
commands: {attest: maintain, wrote: none, wrong: write, waive: admin, break_glass: admin}
waivers: [{rule: slow-change, paths: [old/], until: 2026-12-31, by: dana, reason: moves in March, covers: [fail, unknown]}]
publish: {comment: always, check: false}
limits: {files: 10}
""",
    )
    assert policy == Policy(
        source=SOURCE,
        mode=Mode.WARN,
        judge=Judge.ALL,
        settings=(
            Setting("loud-change", Mode.OBSERVE, OnUnknown.BLOCK, Params()),
            Setting(
                "slow-change",
                Mode.WARN,
                OnUnknown.WARN,
                Params(lines=7, words=()),
                When(paths=("src/",), base=("main",), labels=("x",), agents=("codex",)),
            ),
        ),
        domains={"crypto": Domain(("**/crypto/**",), ("AES",), "Whose key?")},
        classes={"generated": ("*.gen",)},
        accept=Accept(coverage=Grade.VERIFIED, trace=Grade.SIGNED, places=("tree",), tickets=("tickets.example",)),
        commands=Commands(Permission.MAINTAIN, None, Permission.WRITE, Permission.ADMIN, Permission.ADMIN),
        waivers=(Waiver("slow-change", ("old/",), "2026-12-31", "dana", "moves in March", ("fail", "unknown")),),
        publish=Publish(CommentWhen.ALWAYS, check=False),
        limits=Limits(files=10),
        policy_from_base=("release",),
    )


def test_what_a_policy_does_not_say_is_the_model_s_default() -> None:
    policy = read("version: 1\nrules: {slow-change: {}}\n")
    assert policy == Policy(
        source=SOURCE,
        mode=Mode.BLOCK,
        judge=Judge.AGENTS,
        settings=(Setting("slow-change", Mode.BLOCK, OnUnknown.BLOCK, Params()),),
        domains={},
        classes={},
        accept=Accept(),
        commands=Commands(),
        waivers=(),
        publish=Publish(),
        limits=Limits(),
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_defaults_of_a_rule_are_what_a_policy_that_writes_them_out_gets(rule: Rule) -> None:
    written = {item.name: _plain(getattr(rule.params(), item.name)) for item in fields(rule.params)}
    document = json.dumps({"version": 1, "rules": {rule.id: {"mode": "warn", "params": written}}}).encode()
    policy = read_policy(document, name="prgate.yml", source=SOURCE, rules=RULES, packs={})
    assert rule.params() == policy.settings[0].params


def _plain(value: object) -> object:
    """A value as JSON spells it."""
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    return dict(value) if isinstance(value, Mapping) else value


def test_the_document_has_every_limit_of_the_model_with_its_default() -> None:
    assert {item.name: item.default for item in fields(LimitsEntry)} == {item.name: item.default for item in fields(Limits)}


def test_globs_are_bounded_as_their_compiler_bounds_them() -> None:
    schema = policy_schema(RULES)["$defs"]["DomainEntry"]["properties"]["paths"]
    assert (schema["maxItems"], schema["items"]["maxLength"]) == (globs.MOST_GLOBS, globs.LONGEST_GLOB)


@pytest.mark.parametrize(("ceiling", "mode"), [("observe", Mode.OBSERVE), ("warn", Mode.WARN), ("block", Mode.BLOCK)])
def test_the_ceiling_turns_every_rule_down_and_none_up(ceiling: str, mode: Mode) -> None:
    policy = read(f"version: 1\nmode: {ceiling}\nrules: {{slow-change: block, loud-change: off}}\n")
    assert [setting.mode for setting in policy.settings] == [Mode.OFF, mode]


def test_the_command_line_decides_who_is_judged() -> None:
    assert read(ON + "judge: all\n", judge=Judge.AGENTS).judge is Judge.AGENTS
    assert read(ON, judge=Judge.ALL).judge is Judge.ALL


PACK = """
version: 1
mode: warn
rules: {slow-change: {mode: block, on_unknown: warn, when: {base: [main]}, params: {lines: 3, strict: true}}}
domains: {auth: {paths: [auth/], marks: [login], ask: Who?}, ci: {paths: [ci/]}}
classes: {docs: ["*.txt"]}
evidence: {trace: {accept: signed, places: [tree]}}
commands: {attest: admin}
waivers: [{rule: slow-change, until: 2026-12-31, by: dana, reason: a}]
publish: {check: false}
limits: {files: 5, commits: 5}
"""


def test_a_policy_changes_what_it_says_and_keeps_the_rest_of_its_packs() -> None:
    policy = read(
        """
version: 1
extends: [low]
rules: {slow-change: {params: {lines: 4}, when: {labels: [x]}}, loud-change: observe}
domains: {auth: {paths: ["!auth/docs/"]}, ci: {replace: true, paths: [.ci/]}, infra: {paths: ["*.tf"]}}
classes: {docs: ["*.me"]}
evidence: {trace: {accept: claimed}}
commands: {wrote: admin}
waivers: [{rule: loud-change, until: 2026-12-31, by: kim, reason: b}]
publish: {comment: never}
limits: {files: 6}
""",
        packs={"low": PACK},
    )
    assert policy.mode is Mode.WARN
    assert policy.settings == (
        Setting("loud-change", Mode.OBSERVE, OnUnknown.BLOCK, Params()),
        Setting("slow-change", Mode.WARN, OnUnknown.WARN, Params(lines=4, strict=True), When(labels=("x",))),
    )
    assert policy.domains == {
        "auth": Domain(("auth/", "!auth/docs/"), ("login",), "Who?"),
        "ci": Domain((".ci/",)),
        "infra": Domain(("*.tf",)),
    }
    assert policy.classes == {"docs": ("*.txt", "*.me")}
    assert (policy.accept.trace, policy.accept.places) == (Grade.CLAIMED, ("tree",))
    assert (policy.commands.attest, policy.commands.wrote) == (Permission.ADMIN, Permission.ADMIN)
    assert [waiver.reason for waiver in policy.waivers] == ["a", "b"]
    assert policy.publish == Publish(CommentWhen.NEVER, check=False)
    assert (policy.limits.files, policy.limits.commits) == (6, 5)


def test_a_mode_alone_keeps_a_rule_s_parameters_and_a_later_pack_wins() -> None:
    policy = read(
        "version: 1\nextends: [low, high]\n",
        packs={"low": PACK, "high": "version: 1\nmode: block\nrules: {slow-change: observe}\n"},
    )
    assert policy.mode is Mode.BLOCK
    assert policy.settings == (Setting("slow-change", Mode.OBSERVE, OnUnknown.WARN, Params(lines=3, strict=True), When(base=("main",))),)
