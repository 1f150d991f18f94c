from __future__ import annotations

import pytest

from prgate.model.policy import Mode, OnUnknown
from tests.formats.invented_rules import read, refusal

LOCKED = """
version: 1
judge: all
rules: {slow-change: {mode: block, locked: true, params: {lines: 3}, when: {base: [main]}}, loud-change: block}
domains: {auth: {paths: [auth/, "!auth/docs/"], marks: [login]}, ci: {paths: ["!ci/docs/", ci/]}}
evidence: {coverage: {accept: verified}, trace: {accept: signed}, links: {ticket: [tickets.example]}}
policy_from_base: [release]
classes: {docs: ["*.me"]}
"""

LOOSER = {
    "a lower mode": ("rules: {slow-change: warn}", "3:22", "it lowers `slow-change` from block to warn"),
    "off": ("rules: {slow-change: {mode: off}}", "3:29", "it lowers `slow-change` from block to off"),
    "a lower ceiling": ("mode: observe", "3:7", "it lowers `slow-change` from block to observe"),
    "unknown passes": ("rules: {slow-change: {on_unknown: warn}}", "3:35", "it lets unknown evidence pass `slow-change`"),
    "parameters": ("rules: {slow-change: {params: {lines: 4}}}", "3:31", "it changes the parameters of `slow-change`"),
    "when": ("rules: {slow-change: {when: {paths: [x]}}}", "3:29", "it changes where `slow-change` applies"),
    "unlocked": ("rules: {slow-change: {locked: false}}", "3:31", "it unlocks `slow-change`"),
    "a waiver": (
        "waivers: [{rule: loud-change, until: 2026-12-31, by: dana, reason: a}, {rule: slow-change, until: 2026-12-31, by: dana, reason: a}]",
        "3:72",
        "it waives `slow-change`",
    ),
    "fewer judged": ("judge: agents", "3:8", "it judges fewer pull requests"),
    "more branches": ("policy_from_base: [release, wild]", "3:19", "it lets more branches bring a policy of their own"),
    "a domain replaced": ("domains: {auth: {replace: true, paths: [auth/]}}", "3:17", "it takes files out of the domain `auth`"),
    "a domain narrowed": ("domains: {auth: {paths: ['!auth/x/']}}", "3:17", "it takes files out of the domain `auth`"),
    "a domain narrowed by its own words": (
        "domains: {auth: {paths: [auth/, '!auth/docs/']}}",
        "3:17",
        "it takes files out of the domain `auth`",
    ),
    "marks dropped": (
        "domains: {auth: {replace: true, paths: [auth/, '!auth/docs/']}}",
        "3:17",
        "it takes files out of the domain `auth`",
    ),
    "a domain turned round": ("domains: {ci: {replace: true, paths: [ci/, '!ci/docs/']}}", "3:15", "it takes files out of the domain `ci`"),
    "a class": ("classes: {generated: ['src/']}", "3:22", "it exempts more files as `generated`"),
    "weaker coverage": ("evidence: {coverage: {accept: claimed}}", "3:31", "it accepts weaker coverage"),
    "weaker traces": ("evidence: {trace: {accept: claimed}}", "3:28", "it accepts weaker trace"),
    "fewer places": ("evidence: {trace: {places: [tree]}}", "3:28", "it looks for traces in fewer places"),
    "more hosts": ("evidence: {links: {ticket: [a.example, tickets.example]}}", "3:28", "it takes more links as evidence"),
    "more people": ("commands: {attest: read}", "3:20", "it lets more people `attest`"),
    "anybody at all": ("commands: {waive: admin}", "3:19", "it lets more people `waive`"),
}


@pytest.mark.parametrize(("text", "place", "what"), LOOSER.values(), ids=LOOSER)
def test_a_locked_rule_cannot_be_loosened_by_any_means(text: str, place: str, what: str) -> None:
    where, message, _ = refusal(f"version: 1\nextends: [org]\n{text}\n", org=LOCKED)
    assert (where, message) == (f"prgate.yml:{place}", f"{what}, and a pack has locked that")


def test_a_pack_cannot_loosen_what_another_one_has_locked() -> None:
    where, message, _ = refusal("version: 1\nextends: [org, mild]\n", org=LOCKED, mild="version: 1\nrules: {slow-change: warn}\n")
    assert (where, message) == ("prgate.yml:2:16", "it lowers `slow-change` from block to warn, and a pack has locked that")


def test_a_locked_rule_may_be_tightened_and_others_loosened() -> None:
    tight = LOCKED.replace("mode: block, locked", "mode: warn, on_unknown: warn, locked")
    policy = read(
        """
version: 1
extends: [org]
rules: {slow-change: {mode: block, on_unknown: block}, loud-change: off}
domains: {auth: {paths: [login/], marks: [logout]}, ci: {paths: [ci/x/]}}
evidence: {coverage: {accept: observed}, links: {ticket: [tickets.example]}}
policy_from_base: []
commands: {attest: admin, wrong: none}
waivers: [{rule: loud-change, until: 2026-12-31, by: dana, reason: a}]
""",
        packs={"org": tight},
    )
    modes = {setting.rule: (setting.mode, setting.on_unknown, setting.locked) for setting in policy.settings}
    assert modes == {"slow-change": (Mode.BLOCK, OnUnknown.BLOCK, True), "loud-change": (Mode.OFF, OnUnknown.BLOCK, False)}
