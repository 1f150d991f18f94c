"""The cures as data for the agent that mends them: a closed vocabulary and places, never a sentence."""

from __future__ import annotations

import json
import re
from typing import Any

from prgate.items import open_findings
from prgate.model.verdict import Verdict
from prgate.render.escape import Md, fence

SCHEMA = "prgate/cures/1"

_CURES = {
    "agent-authored-risk": "ask-independent-review",
    "dependent-approval": "ask-independent-review",
    "false-declaration": "correct-declaration",
    "forbidden-agent": "take-out-agent-change",
    "forbidden-attribution": "remove-attribution",
    "forbidden-tool": "account-for-tool-use",
    "foreign-trace": "attach-own-trace",
    "gate-tampering": "separate-or-revert",
    "hidden-text": "remove-hidden-text",
    "landmine": "read-note",
    "leaked-secret": "revoke-secret",
    "leftovers": "remove-leftovers",
    "lost-coverage": "restore-cover",
    "missing-evidence": "link-evidence",
    "missing-owner": "name-owner",
    "missing-tests": "add-test",
    "missing-trace": "attach-trace",
    "oversized-change": "split-change",
    "resurrected-change": "say-why-it-returns",
    "skipped-approval": "ask-approval",
    "stale-context": "redo-on-current-base",
    "uncovered-change": "cover-lines",
    "undisclosed-agent": "disclose-agent",
    "unexplained-change": "attach-trace-or-declare",
    "unverified-work": "run-checks",
}
_RULE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+){0,9}")
_FINGERPRINT = re.compile(r"[0-9a-f]{16}")
_LOOSE = re.compile(r"[^A-Za-z0-9 _./,:\[\]{}\"\\-]")
_PATH_LIMIT = 500


def cures(verdict: Verdict, most: int) -> Md:
    r"""One JSON document in a fenced block, a cure a line, at most ``most`` of them; ``left_out`` counts the rest.

    A path is spelled with ``\u`` escapes outside letters, digits and ``_ . / -``; one that is too long is null and the fingerprint stands
    for it. A rule that the gate does not know has the cure ``read-the-finding``.
    """
    found = open_findings(verdict)
    lines = []
    for result, finding in found[:most]:
        known = _RULE.fullmatch(result.rule) is not None
        lines.append(
            _line(
                {
                    "rule": result.rule if known else None,
                    "cure": _CURES.get(result.rule, "read-the-finding"),
                    "path": finding.path if finding.path is not None and len(finding.path) <= _PATH_LIMIT else None,
                    "side": str(finding.side),
                    "lines": None if finding.line is None else [finding.line, finding.end_line or finding.line],
                    "fingerprint": finding.fingerprint if _FINGERPRINT.fullmatch(finding.fingerprint) else None,
                },
            ),
        )
    head = f'{{"schema": "{SCHEMA}", "left_out": {len(found) - len(lines)}, "cures": ['
    return fence("\n".join((head, ",\n".join(lines), "]}")), "json")


def _line(value: dict[str, Any]) -> str:
    """JSON on one line without a character that Markdown, HTML or a log could act on."""
    return _LOOSE.sub(lambda char: f"\\u{ord(char[0]):04x}", json.dumps(value, ensure_ascii=True))
