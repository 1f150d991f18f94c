"""Who may answer a finding, and how, as a policy says it; domains that ask for proof."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import get_args

import pytest

from prgate.errors import PrgateError
from prgate.formats.policy import read_pack, read_policy
from prgate.formats.policy_document import CommandsEntry, DomainName
from prgate.model.facts import Permission
from prgate.model.policy import Commands, Domain, Policy, Proof
from prgate.packs import read_packs
from prgate.rules import RULES
from tests.formats.invented_rules import ON, SOURCE, read, refusal

CLOSED = Commands(waive=None, break_glass=None, self_attest=None, locked=True)


def test_a_policy_says_who_may_command_what() -> None:
    policy = read(
        ON + "commands: {attest: maintain, wrote: none, wrong: write, waive: admin, break_glass: admin,"
        " self_attest: write, self_attest_hours: 48, locked: true}\n"
    )
    assert policy.commands == Commands(
        attest=Permission.MAINTAIN,
        wrote=None,
        wrong=Permission.WRITE,
        waive=Permission.ADMIN,
        break_glass=Permission.ADMIN,
        self_attest=Permission.WRITE,
        self_attest_hours=48,
        locked=True,
    )


def test_what_lets_a_change_through_alone_is_off_unless_a_policy_turns_it_on() -> None:
    assert (None, None, None, 24, False) == (
        *(getattr(read(ON).commands, name) for name in ("waive", "break_glass", "self_attest", "self_attest_hours", "locked")),
    )
    assert Commands() == read(ON).commands


def test_the_document_has_every_command_of_the_model() -> None:
    assert [item.name for item in fields(CommandsEntry)] == [item.name for item in fields(Commands)]


MISTAKES = {
    "a command that is none": ("{atest: write}", "3:12", "commands: unknown key `atest`", "Did you mean `attest`?"),
    "nobody's permission": (
        "{waive: owner}",
        "3:19",
        "commands.waive: `owner` is not one of none, read, write, maintain, admin",
        "Did you mean `none`?",
    ),
    "no hours": ("{self_attest_hours: 0}", "3:31", "commands.self_attest_hours: 0 is less than 1", "Write 1 or more."),
    "more than a year": (
        "{self_attest_hours: 8761}",
        "3:31",
        "commands.self_attest_hours: 8761 is more than 8760",
        "Write 8760 or less.",
    ),
    "hours in words": (
        "{self_attest_hours: a day}",
        "3:31",
        "commands.self_attest_hours: this is text, not a whole number",
        "Write a whole number.",
    ),
    "a lock in words": ("{locked: always}", "3:20", "commands.locked: this is text, not true or false", "Write true or false."),
}


@pytest.mark.parametrize(("text", "place", "message", "cure"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_the_commands_is_refused_where_it_stands(text: str, place: str, message: str, cure: str) -> None:
    assert (f"prgate.yml:{place}", message, cure) == refusal(f"{ON}commands: {text}\n")


ORG = ON + "commands: {waive: none, break_glass: admin, self_attest: maintain, self_attest_hours: 24, locked: true}\n"
LOOSER = {
    "anybody at all": ("{waive: admin}", "3:19", "it lets more people `waive`"),
    "more people": ("{break_glass: write}", "3:25", "it lets more people `break_glass`"),
    "more people for themselves": ("{self_attest: write}", "3:25", "it lets more people `self_attest`"),
    "sooner": ("{self_attest_hours: 23}", "3:31", "it lets people attest their own changes sooner"),
    "unlocked": ("{locked: false}", "3:20", "it unlocks the commands"),
    "readers attest": ("{attest: read}", "3:20", "it lets more people `attest`"),
    "readers declare": ("{wrote: read}", "3:19", "it lets more people `wrote`"),
}


@pytest.mark.parametrize(("text", "place", "what"), LOOSER.values(), ids=LOOSER)
def test_locked_commands_are_loosened_by_nobody(text: str, place: str, what: str) -> None:
    found = refusal(f"version: 1\nextends: [org]\ncommands: {text}\n", org=ORG)
    assert (f"prgate.yml:{place}", f"{what}, and a pack has locked that", "Leave it as the pack has it, or make it stricter.") == found


def test_locked_commands_may_be_tightened_and_rules_beside_them_loosened() -> None:
    policy = read(
        "version: 1\nextends: [org]\nrules: {slow-change: warn}\n"
        "commands: {attest: admin, break_glass: none, self_attest: admin, self_attest_hours: 72}\n",
        packs={"org": ORG},
    )
    expected = Commands(
        attest=Permission.ADMIN, waive=None, break_glass=None, self_attest=Permission.ADMIN, self_attest_hours=72, locked=True
    )
    assert expected == policy.commands


def test_commands_that_nobody_locked_are_the_child_s_to_open() -> None:
    policy = read("version: 1\nextends: [org]\ncommands: {waive: read}\n", packs={"org": ORG.replace(", locked: true", "")})
    assert (Permission.READ, Permission.ADMIN) == (policy.commands.waive, policy.commands.break_glass)


def test_a_pack_that_opens_what_an_earlier_one_locked_is_refused_where_it_is_named() -> None:
    where, message, _ = refusal("version: 1\nextends: [org, mild]\n", org=ORG, mild=ON + "commands: {waive: write}\n")
    assert ("prgate.yml:2:16", "it lets more people `waive`, and a pack has locked that") == (where, message)


def extending(text: str) -> Policy:
    return read_policy(text.encode(), name="prgate.yml", source=SOURCE, rules=RULES, packs=read_packs())


def test_strict_lets_nobody_through_alone() -> None:
    strict = read_pack("strict", rules=RULES, packs=read_packs()).commands
    assert CLOSED == replace(strict, attest=CLOSED.attest, wrote=CLOSED.wrote, wrong=CLOSED.wrong)
    assert strict == extending("version: 1\nextends: [strict]\n").commands


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("{break_glass: admin}", "3:25", "it lets more people `break_glass`"),
        ("{waive: admin}", "3:19", "it lets more people `waive`"),
        ("{self_attest: admin}", "3:25", "it lets more people `self_attest`"),
        ("{self_attest_hours: 1}", "3:31", "it lets people attest their own changes sooner"),
        ("{locked: false, waive: admin}", "3:34", "it lets more people `waive`"),
        ("{locked: false}", "3:20", "it unlocks the commands"),
    ],
)
def test_no_policy_opens_a_way_around_strict(text: str, place: str, what: str) -> None:
    for extends in ("[strict]", "[strict, baseline]"):
        with pytest.raises(PrgateError) as caught:
            extending(f"version: 1\nextends: {extends}\ncommands: {text}\n")
        assert (f"prgate.yml:{place}", f"{what}, and a pack has locked that") == (caught.value.where, caught.value.message)


def test_baseline_and_observe_leave_it_to_the_policy() -> None:
    for pack in ("baseline", "observe"):
        opened = extending(f"version: 1\nextends: [{pack}]\ncommands: {{break_glass: admin, self_attest: admin}}\n").commands
        assert (Permission.ADMIN, Permission.ADMIN, None) == (opened.break_glass, opened.self_attest, opened.waive)


def test_there_are_ten_domains() -> None:
    names = ("auth", "crypto", "infra", "ci", "compliance", "payments", "migrations", "performance", "secrets", "agent-instructions")
    assert names == get_args(DomainName)
    policy = read(ON + "domains: {" + ", ".join(f"{name}: {{paths: [{name}/]}}" for name in names) + "}\n")
    assert set(names) == set(policy.domains)


PROOF = 'domains: {compliance: {paths: [tax/], proof: {what: a control id, form: "CTL-[0-9]+"}}}\n'


def test_a_domain_says_what_whoever_vouches_for_it_must_name() -> None:
    assert Domain(("tax/",), proof=Proof("a control id", "CTL-[0-9]+")) == read(ON + PROOF).domains["compliance"]
    assert read(ON + "domains: {compliance: {paths: [tax/]}}\n").domains["compliance"].proof is None


BAD_PROOFS = {
    "without words": ("{form: x}", "3:31", "domains.compliance.proof: the key `what` is missing"),
    "without a form": ("{what: a plan}", "3:31", "domains.compliance.proof: the key `form` is missing"),
    "of another key": ("{what: a plan, form: x, url: y}", "3:55", "domains.compliance.proof: unknown key `url`"),
    "that RE2 does not take": (
        "{what: a plan, form: '(?=x)'}",
        "3:52",
        "domains.compliance.proof.form: not a pattern that RE2 takes: invalid perl operator: (?=",
    ),
    "with an empty form": ("{what: a plan, form: ''}", "3:52", "domains.compliance.proof.form: this is empty"),
    "in many words": (f"{{what: {'x' * 61}, form: x}}", "3:38", None),
}


@pytest.mark.parametrize(("text", "place", "message"), BAD_PROOFS.values(), ids=BAD_PROOFS)
def test_a_proof_that_cannot_be_asked_for_is_refused(text: str, place: str, message: str | None) -> None:
    where, said, _ = refusal(f"{ON}domains: {{compliance: {{proof: {text}}}}}\n")
    assert (f"prgate.yml:{place}", message or said) == (where, said)


def test_a_child_keeps_a_pack_s_proof_changes_it_or_takes_it_away() -> None:
    for text, proof in (
        ("{paths: [vat/]}", Proof("a control id", "CTL-[0-9]+")),
        ("{proof: {what: a plan, form: PLAN}}", Proof("a plan", "PLAN")),
        ("{replace: true, paths: [vat/]}", None),
    ):
        policy = read(f"version: 1\nextends: [org]\ndomains: {{compliance: {text}}}\n", packs={"org": ON + PROOF})
        assert proof == policy.domains["compliance"].proof


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("{proof: {what: a plan, form: .}}", "3:31"),
        ("{proof: null}", "3:31"),
    ],
)
def test_under_a_locked_rule_a_domain_s_proof_stays(text: str, place: str) -> None:
    org = "version: 1\nrules: {slow-change: {mode: block, locked: true}}\n" + PROOF
    where, message, _ = refusal(f"version: 1\nextends: [org]\ndomains: {{compliance: {text}}}\n", org=org)
    expected = "it changes what the domain `compliance` asks for as proof, and a pack has locked that"
    assert (f"prgate.yml:{place}", expected) == (where, message)


def test_under_a_locked_rule_no_mark_of_an_agent_is_taken_out() -> None:
    org = "version: 1\nrules: {slow-change: {mode: block, locked: true}}\n"
    where, message, _ = refusal("version: 1\nextends: [org]\nsignatures: {disable: [cursor-branch]}\n", org=org)
    assert ("prgate.yml:3:23", "it takes marks of agents out, and a pack has locked that") == (where, message)
