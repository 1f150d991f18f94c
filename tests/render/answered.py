"""Verdicts made by hand to which people have said something."""

from __future__ import annotations

from dataclasses import replace

from prgate.model.heard import Heard, Verb
from prgate.model.verdict import Attestation, Conclusion, Outcome, Reading, Verdict, WaiverUsed
from tests.render.verdicts import HEAD, UNANSWERED, fails


def say(verb: Verb | None, by: str, of: str = "", said: str = "", **other: object) -> Heard:
    fields: dict[str, object] = {"at": "2027-05-20T09:00:00Z", "source": "comment:7001", "head": HEAD, **other}
    return Heard(verb, by, of=of, said=said, **fields)  # type: ignore[arg-type]  # fields are checked by use


def attested() -> Verdict:
    """The failing verdict after somebody independent attested the first item, with commands that count and some that do not."""
    verdict = fails()
    risk, *others = verdict.results
    said = "read both functions against the key schedule; an expired key is refused"
    done = tuple(replace(each, answered=Verb.ATTEST) for each in risk.findings)
    risk = replace(
        risk, outcome=Outcome.PASS, reason="1 changed file in high-risk domains; 2 findings attested by `riley-k`", findings=done
    )
    one, two, three = verdict.reading.items
    return replace(
        verdict,
        results=(risk, *others),
        attestations=tuple(
            sorted(
                (Attestation(each.fingerprint, said, "riley-k", HEAD, "2027-05-20T09:00:00Z") for each in done),
                key=lambda one: one.finding,
            )
        ),
        reading=Reading(
            14, 240, (replace(one, answered_by="riley-k"), replace(two, answered_by="riley-k"), replace(three, answered_by=None))
        ),
        commands=(
            say(Verb.ATTEST, "riley-k", "1", said),
            say(
                Verb.ATTEST,
                "bo",
                "3",
                "looks fine",
                head=None,
                refused="it does not say which head it is about; write `/prgate attest 3 at 3f9c2ab: …`",
            ),
            say(Verb.WAIVE, "dana", "missing-tests", "no time", until="2027-06-30", refused="the policy lets nobody `waive`"),
            say(Verb.WROTE, "dana", "src/net/retry.py:100-112", "typed by hand"),
            say(Verb.WRONG, "sam", "uncovered-change", "generated code"),
            say(None, "kim", "atest 1", refused="`atest` is no command; write `/prgate attest ITEM at HEAD: what you checked`"),
        ),
    )


def glass() -> Verdict:
    """The failing verdict after a maintainer broke the glass."""
    verdict = fails()
    heard = say(Verb.BREAK_GLASS, "maint-one", "", "the payment outage INC-7 is mended by this; sec-team reads it tomorrow")
    results, waivers = [], []
    for result in verdict.results:
        if result.mode == "block" and result.outcome is Outcome.FAIL:
            aside = tuple(replace(each, waived=True, answered=Verb.BREAK_GLASS) for each in result.findings)
            reason = f"{result.reason}; let through by `maint-one`"
            results.append(replace(result, outcome=Outcome.WAIVED, reason=reason, findings=aside))
            waivers.append(WaiverUsed(result.rule, "maint-one", "2027-05-20", heard.said, "break-glass"))
        else:
            results.append(result)
    return replace(
        verdict, verdict=Conclusion.WARN, if_enforced=Conclusion.FAIL, results=tuple(results), waivers=tuple(waivers), commands=(heard,)
    )


def all_attested() -> Verdict:
    """A pass, since somebody attested what there was."""
    verdict = attested()
    clean = tuple(
        result if result.outcome is Outcome.PASS else replace(result, outcome=Outcome.PASS, findings=()) for result in verdict.results
    )
    read = Reading(0, 240, verdict.reading.items[:2])
    return replace(
        verdict, verdict=Conclusion.PASS, if_enforced=Conclusion.PASS, results=clean, reading=read, commands=verdict.commands[:1]
    )


ALL = UNANSWERED | {"attested": attested, "all-attested": all_attested, "break-glass": glass}
