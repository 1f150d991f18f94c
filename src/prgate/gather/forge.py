"""The forge facts, held against the range that is judged."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from prgate.authorship.people import machines_told
from prgate.authorship.signature_file import changed, shipped
from prgate.gather.gathered import Gathered, fault_of, missing_input, not_gathered, read_input
from prgate.model.facts import Facts
from prgate.model.grade import Grade
from prgate.model.missing import Missing, Why
from prgate.model.policy import Policy
from prgate.model.subject import Base, Head, Subject
from prgate.operands import read_operand
from prgate.request import Range, Request


def gather_facts(request: Request, span: Range | None, policy: Policy) -> Gathered[Facts]:
    """The facts document; facts about another head are stale, which is a fault: nothing in them is about this change."""
    if request.pr is None:
        missing = Missing(Why.ABSENT, "no facts about the pull request were given", "Give --pr a facts document.")
        return not_gathered("facts", "facts", missing)
    from prgate.formats.facts import read_facts  # noqa: PLC0415 (its shapes are paid for by who gives facts)

    operand = read_operand(
        request.pr, partial(read_facts, max_bytes=policy.limits.facts_bytes), option="--pr", limit=policy.limits.facts_bytes
    )
    if isinstance(operand.value, Missing):
        return not_gathered("facts", "facts", operand.value)
    facts = operand.value
    told = facts.head.sha if facts.head is not None else None
    if span is not None and told is not None and told != span.head:
        detail = f"the facts are about head {told[:12]}, and {span.head[:12]} is judged"
        stale = Missing(Why.STALE, detail, "Gather the facts again for this head.")
        return Gathered(stale, (missing_input("facts", "facts", stale),), (fault_of(stale),))
    source = "cli" if request.trigger == "cli" else "forge"
    item = read_input("facts", "facts", source=source, read=1, grade=Grade.OBSERVED, sha256=operand.sha256, format_="facts")
    people = (
        facts.people if isinstance(facts.people, Missing) else machines_told(facts.people, signatures=changed(shipped(), policy.signatures))
    )
    return Gathered(replace(facts, people=people), (item,))


def subject_of(request: Request, span: Range | None, facts: Facts | Missing) -> Subject:
    """What is judged, by the names that the forge or else the command line gives it."""
    pr, url, base_ref, head_ref, head_repository = None, None, request.base or None, request.head or None, None
    if isinstance(facts, Facts):
        pr, url = facts.number, facts.url
        base_ref = (facts.base and facts.base.ref) or base_ref
        if facts.head is not None:
            head_ref, head_repository = facts.head.ref or head_ref, facts.head.repository
    return Subject(
        repository=_repository(url) if url else None,
        pr=pr,
        url=url,
        base=Base(base_ref, span.base if span else None),
        merge_base=span.merge_base if span and isinstance(span.merge_base, str) else None,
        head=Head(head_repository, head_ref, span.head if span else None),
    )


def _repository(url: str) -> str | None:
    """``owner/name`` of a pull request's address."""
    parts = url.split("/")
    return "/".join(parts[3:5]) if len(parts) >= 5 else None
