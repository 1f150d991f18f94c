"""The domains that the packs bring: complete, and the same as what else in prgate speaks of them."""

from __future__ import annotations

from functools import cache
from typing import get_args

import pytest

from prgate.formats.policy import read_pack
from prgate.formats.policy_document import DomainName
from prgate.model.facts import Permission
from prgate.model.globs import compile_globs
from prgate.model.paths import FileClass
from prgate.model.policy import Judge, Policy
from prgate.model.steering import STEERING
from prgate.model.vouching import Word, unnamed
from prgate.packs import read_packs
from prgate.rules import RULES

FOR_AGENTS = ("the MCP configuration", "the agents' skills", "the agents' instructions")
FRIENDS = [
    "src/author.py",
    "src/tokenizer.py",
    "src/token_bucket.py",
    "src/performance_reviews/form.py",
    "src/performance.py",
    "src/migrate_notes.py",
    "src/cryptic.py",
    "src/granting.py",
    "src/skills.py",
    "src/agents/list.py",
    ".env.example",
    ".env.template",
]
"""Names that only look like a domain."""


@cache
def pack(name: str) -> Policy:
    return read_pack(name, rules=RULES, packs=read_packs())


def test_what_steers_the_agents_and_the_domain_of_their_instructions_are_the_same_paths() -> None:
    steering = [glob for group in FOR_AGENTS for glob in STEERING[group]]
    assert steering == list(pack("baseline").domains["agent-instructions"].paths)
    assert set(FOR_AGENTS) == {name for name in STEERING if "agents" in name or "MCP" in name}


@pytest.mark.parametrize("name", sorted(read_packs()))
def test_every_pack_with_domains_has_all_of_them(name: str) -> None:
    assert set(pack(name).domains) in (frozenset(), frozenset(get_args(DomainName)))


@pytest.mark.parametrize("path", FRIENDS)
def test_names_that_only_look_like_a_domain_are_in_none(path: str) -> None:
    domains = pack("baseline").domains
    assert [] == [name for name, domain in domains.items() if compile_globs(domain.paths)(path.encode())]


def test_regulated_takes_a_code_owners_attestation_alone_and_opens_no_other_way() -> None:
    policy = pack("regulated")
    (setting,) = [setting for setting in policy.settings if setting.rule == "agent-authored-risk"]
    assert (("attested",), "code-owner", Judge.ALL) == (setting.params.accept, setting.params.by, policy.judge)
    assert FileClass.SOURCE not in setting.params.leave_out
    assert (None, None, None, Permission.WRITE) == (
        policy.commands.waive,
        policy.commands.break_glass,
        policy.commands.self_attest,
        policy.commands.attest,
    )


@pytest.mark.parametrize("name", get_args(DomainName))
def test_regulated_asks_a_proof_of_every_domain_and_shows_how_it_is_written(name: str) -> None:
    proof = pack("regulated").domains[name].proof
    assert proof is not None
    written = proof.what.partition("`")[2].replace("…`)", "ITGC-12.3")
    assert () == unnamed(Word("bo", f"read every branch; {written}"), (proof,))
    assert (proof,) == unnamed(Word("bo", f"read every branch; {written.partition(':')[0]} of UTF-8 and SHA-256"), (proof,))


def test_the_classes_that_are_left_out_by_default_are_no_program() -> None:
    (setting,) = [setting for setting in pack("baseline").settings if setting.rule == "agent-authored-risk"]
    assert not {FileClass.SOURCE, FileClass.CONFIG, FileClass.OTHER, FileClass.GENERATED, FileClass.VENDORED} & set(
        setting.params.leave_out
    )
