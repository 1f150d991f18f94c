"""The findings as SARIF 2.1.0, for code scanning and other viewers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from prgate.items import sentence
from prgate.model.diff import Side
from prgate.model.heard import Verb
from prgate.model.verdict import Attestation, Conclusion, EvidenceMissing, Outcome, ReportedFinding, Result, Verdict, WaiverUsed
from prgate.model.wording import counted
from prgate.render.escape import cut, forge, prose, text, uri_path
from prgate.render.heard import GLASS, attestation, broken, waiver
from prgate.render.level import Level, level_of

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LIMIT = 10_000_000
"""Bytes; GitHub takes 10 MB after compression, and what fits before fits after."""
MOST_RESULTS = 25_000
"""Results that GitHub takes in one run; it shows the 5,000 gravest."""

_INDENT = 8
"""Spaces before each line of a result; as many as the brackets around all of them add."""
_MOST_RULES = 500
_MOST_NOTIFICATIONS = 200
_WORDS = 3
"""Waivers that justify one suppression."""
_ANCHOR = ".github/prgate.yml"
"""Where a finding stands that no file can bear: code scanning refuses a whole upload for one result without a file."""
_ROOT = "%SRCROOT%"
"""What every address is relative to: the root of the repository, as CodeQL names it."""
_LEVELS = {Level.FAILURE: "error", Level.WARNING: "warning", Level.NOTICE: "note"}
_OBJECT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")

Json = dict[str, Any]


def sarif(verdict: Verdict) -> str:
    """One run as JSON, ASCII only, with a newline at its end; the same verdict gives the same bytes, at most ``LIMIT`` of them.

    Every rule that is on is listed; results are the findings, gravest first, those that a person set aside suppressed with whose word that is
    (GitHub ignores that, so they are notes; what broken glass let through stays a warning). Broken glass, faults and rules that could not look
    are notifications, and with one of the latter two that counts the execution was not successful. Where not all fits, the least grave are
    left out and counted.
    Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html and GitHub's
    https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
    """
    named = list(dict.fromkeys(_rule_id(result) for result in verdict.results))[:_MOST_RULES]
    ids = {name: index for index, name in enumerate(named)}
    found = [(result, finding) for result in verdict.results for finding in result.findings if _rule_id(result) in ids]
    found.sort(key=lambda pair: (level_of(*pair).rank, not pair[1].open))
    total = sum(len(result.findings) for result in verdict.results)
    free = LIMIT - _INDENT - len(_written(_log(verdict, ids, [], left=total)))
    said = {one.finding: one for one in verdict.attestations}
    results: list[Json] = []
    for result, finding in found[:MOST_RESULTS]:
        made = _result(result, finding, ids[_rule_id(result)], _whose(result, finding, said, verdict.waivers))
        shown = json.dumps(made, indent=2)
        free -= len(shown) + _INDENT * (1 + shown.count("\n")) + len(",\n")
        if free < 0:
            break
        results.append(made)
    return _written(_log(verdict, ids, results, left=total - len(results)))


def _written(log: Json) -> str:
    return json.dumps(log, indent=2, allow_nan=False) + "\n"


def _log(verdict: Verdict, ids: dict[str, int], results: list[Json], *, left: int) -> Json:
    of_rule = {_rule_id(result): result for result in reversed(verdict.results)}
    run: Json = {
        "tool": {"driver": {"name": "prgate", "version": cut(verdict.tool.version, 100), "rules": [_rule(of_rule[name]) for name in ids]}},
        "automationDetails": {"id": f"prgate/verdict/{_object(verdict.subject.head.sha) or 'local'}"},
        "invocations": [
            {"executionSuccessful": _looked(verdict), "toolExecutionNotifications": _notifications(verdict, ids, left=left)},
        ],
        "results": results,
        "properties": {"verdict": str(verdict.verdict), "ifEnforced": str(verdict.if_enforced), "judge": str(verdict.judge)},
    }
    if repository := forge(verdict.subject.url):
        sha = _object(verdict.subject.head.sha)
        version: Json = {"repositoryUri": repository, "mappedTo": {"uriBaseId": _ROOT}}
        run["versionControlProvenance"] = [version | ({"revisionId": sha} if sha else {})]
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(result: Result) -> Json:
    name = _rule_id(result)
    level = {"block": Level.FAILURE, "observe": Level.NOTICE}.get(result.mode, Level.WARNING)
    return {
        "id": name,
        "shortDescription": _message(sentence(name.replace("-", " "))),
        "fullDescription": _message(f"What the rule {name} of prgate finds in a pull request."),
        "help": _message(f"prgate explain {name} says what the rule looks at, why, and how to mend what it finds."),
        "defaultConfiguration": {"level": _LEVELS[level]},
        "properties": {"mode": result.mode, "onUnknown": result.on_unknown, "outcome": str(result.outcome)},
    }


def _result(result: Result, finding: ReportedFinding, index: int, whose: Sequence[str]) -> Json:
    fingerprint = cut(finding.fingerprint, 64)
    made: Json = {
        "ruleId": _rule_id(result),
        "ruleIndex": index,
        "level": _LEVELS[level_of(result, finding)],
        "message": _message(_said(finding.message, finding.fix)),
        "locations": [_location(finding)],
        # The second is the only key that code scanning looks at.
        "partialFingerprints": {"prgate/v1": fingerprint, "primaryLocationLineHash": f"{fingerprint}:1"},
    }
    if not finding.open:
        made["suppressions"] = [{"kind": "external", "status": "accepted", "justification": " ".join(whose) or "Set aside."}]
    if not finding.certain:
        made["properties"] = {"certain": False}
    return made


def _location(finding: ReportedFinding) -> Json:
    """Its place at head; the first line, and words, where it has none there."""
    uri = None if finding.path is None else uri_path(finding.path.encode("utf-8", "backslashreplace"))
    artifact: Json = {"uri": uri or _ANCHOR, "uriBaseId": _ROOT}
    region: Json = {"startLine": 1}
    words = ""
    if uri is None:
        words = (
            f"About {'the whole change' if finding.path is None else prose(finding.path, chars=400)}; it stands here for want of a file."
        )
    elif finding.side is Side.BASE:
        words = f"At the base, line {finding.line}." if finding.line else "At the base."
    elif finding.line is not None:
        region = {"startLine": finding.line, "endLine": max(finding.line, finding.end_line or 0)}
    if uri is not None and finding.path_bytes is not None:
        artifact["properties"] = {"pathBytes": finding.path_bytes}
    location: Json = {"physicalLocation": {"artifactLocation": artifact, "region": region}}
    return location | ({"message": _message(words)} if words else {})


def _whose(result: Result, finding: ReportedFinding, said: Mapping[str, Attestation], waivers: Sequence[WaiverUsed]) -> list[str]:
    """Whose word set a finding aside, and why; nothing where it stands."""
    told: Iterable[str] = ()
    if finding.answered is Verb.ATTEST:
        told = [attestation(said[finding.fingerprint], ())] if finding.fingerprint in said else ()
    elif not finding.open:
        broke = finding.answered is Verb.BREAK_GLASS
        told = (waiver(each) for each in waivers if each.rule == result.rule and (each.source == GLASS) is broke)
    return [prose(sentence(each.replace("`", "")), chars=400) for each in islice(told, _WORDS)]


def _looked(verdict: Verdict) -> bool:
    return not verdict.faults and verdict.verdict is not Conclusion.INCOMPLETE and not any(map(_blind, verdict.results))


def _blind(result: Result) -> bool:
    """Whether a rule that blocks could not look."""
    return result.outcome in {Outcome.UNKNOWN, Outcome.ERROR} and result.mode == "block" and result.on_unknown == "block"


def _notifications(verdict: Verdict, ids: dict[str, int], *, left: int) -> list[Json]:
    made: list[Json] = []
    if left:
        made.append({"level": "warning", "message": _message(f"{counted(left, 'further finding')} left out to fit.")})
    for fault in verdict.faults:
        place = "" if fault.path is None else f" (`{prose(fault.path, chars=400)}`)"
        made.append({"level": "error", "message": _message(_said(f"{fault.message}{place}", fault.fix))})
    if passed := broken(verdict):
        made.append({"level": "warning", "message": _message(text(passed))})
    cures = {each.missing.detail: each.missing.fix for each in verdict.evidence if isinstance(each, EvidenceMissing)}
    for result in verdict.results:
        if result.outcome in {Outcome.UNKNOWN, Outcome.ERROR} and _rule_id(result) in ids:
            level = "error" if _blind(result) else "note" if result.mode == "observe" else "warning"
            rule = {"id": _rule_id(result), "index": ids[_rule_id(result)]}
            made.append(
                {
                    "level": level,
                    "message": _message(_said(result.reason, result.fix or cures.get(result.reason, ""))),
                    "associatedRule": rule,
                }
            )
    if len(made) > _MOST_NOTIFICATIONS:
        more = len(made) - _MOST_NOTIFICATIONS
        made[_MOST_NOTIFICATIONS:] = [{"level": "error", "message": _message(f"{counted(more, 'further notification')} left out to fit.")}]
    return made


def _said(fact: str, cure: str) -> str:
    """The fact as a sentence, then the cure, as text that is safe as Markdown too."""
    shown = text(sentence(fact), chars=1_200, words=240) or "No reason was given"
    return f"{shown.rstrip('.')}. {text(cure, chars=600)}".rstrip()


def _message(value: str) -> Json:
    """A message string: braces are doubled (3.11.5), and no brackets of a stranger's make an embedded link (3.11.6)."""
    return {"text": value.replace("](", "] (").replace("{", "{{").replace("}", "}}")}


def _rule_id(result: Result) -> str:
    return cut(result.rule, 100) or "unnamed"


def _object(sha: str | None) -> str | None:
    return sha if sha is not None and _OBJECT.fullmatch(sha) else None
