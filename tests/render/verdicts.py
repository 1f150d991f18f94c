"""Verdicts made by hand: one of each kind that a reader meets."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

from prgate.model.authorship import Origin, SignKind
from prgate.model.diff import Side
from prgate.model.grade import Grade
from prgate.model.heard import Verb
from prgate.model.missing import Why
from prgate.model.subject import Base, Head, Subject
from prgate.model.verdict import (
    SCHEMA,
    AgentSeen,
    Attestation,
    AuthorshipSeen,
    Conclusion,
    EvidenceMissing,
    EvidenceRead,
    Fault,
    MissingReason,
    Outcome,
    PolicySource,
    Reading,
    ReadingItem,
    ReportedFinding,
    Result,
    Scope,
    ScopeState,
    SignCount,
    Tool,
    Verdict,
    WaiverUsed,
)

HEAD = "3f9c2ab41d77e0f5a6b8c9d0e1f2a3b4c5d6e7f8"
BASE = "4c1d9e2f60718293a4b5c6d7e8f9012345678abc"

AGENT = AgentSeen(
    id="claude-code",
    name="Claude Code",
    grade=Grade.CLAIMED,
    evidence=("commits", "trace-1"),
    signs=(
        SignCount(SignKind.TRACE, "session of Claude Code 2.1", 0),
        SignCount(SignKind.TRAILER, "Co-Authored-By: Claude", 5),
    ),
)

INPUTS: tuple[EvidenceRead | EvidenceMissing, ...] = (
    EvidenceRead("commits", "commits", Grade.OBSERVED, "git log", None, None, 6, 0),
    EvidenceRead("coverage-1", "coverage", Grade.CLAIMED, "coverage.json", "a" * 64, "coverage.py JSON", 41, 0),
    EvidenceRead("diff", "diff", Grade.OBSERVED, "git diff", None, None, 9, 0),
    EvidenceRead("facts", "facts", Grade.OBSERVED, "pr.json", "b" * 64, None, 1, 0),
    EvidenceRead("trace-1", "trace", Grade.CLAIMED, "session.jsonl", "c" * 64, "Claude Code transcript", 131, 2, "2 events had no time"),
)


def found(message: str, path: str | None = None, line: int | None = None, **other: object) -> ReportedFinding:
    fields: dict[str, object] = {
        "message": message,
        "fix": "Mend it.",
        "path": path,
        "side": Side.HEAD,
        "line": line,
        "end_line": line,
        "quote": None,
        "certain": True,
        "fingerprint": sha256(f"{message} {path} {line}".encode()).hexdigest()[:16],
    }
    return ReportedFinding(**{**fields, **other})  # type: ignore[arg-type]  # fields are checked by use


def ran(
    rule: str,
    outcome: Outcome = Outcome.PASS,
    reason: str = "",
    *findings: ReportedFinding,
    mode: str = "block",
    answer: Verb | None = None,
    **other: str,
) -> Result:
    evidence = tuple(filter(None, other.get("evidence", "diff").split(" ")))
    return Result(rule, mode, other.get("on_unknown", "block"), outcome, reason, evidence, findings, answer=answer)


def judged(verdict: Conclusion, *results: Result, lines: Mapping[Origin, int] | None = None) -> Verdict:
    return Verdict(
        schema=SCHEMA,
        tool=Tool("prgate", "0.1.0"),
        at="2027-05-20T10:00:00Z",
        trigger="pull_request",
        judge=Side.BASE,
        verdict=verdict,
        if_enforced=verdict,
        scope=Scope(ScopeState.JUDGED, "evidence of an agent: Claude Code (trailer)"),
        pending=(),
        subject=Subject(
            repository="acme/pay",
            pr=812,
            url="https://github.com/acme/pay/pull/812",
            base=Base("main", BASE),
            merge_base=BASE,
            head=Head("acme/pay", "claude/rotate-keys", HEAD),
        ),
        policy=PolicySource("base:.github/prgate.yml", BASE, "d" * 64),
        faults=(),
        evidence=INPUTS,
        authorship=AuthorshipSeen(
            (AGENT,),
            "dana",
            "dana",
            lines or {Origin.AGENT: 226, Origin.DECLARED_HUMAN: 0, Origin.UNDECLARED: 14},
            6,
            owner_by="opened it",
        ),
        results=results,
        waivers=(),
        attestations=(),
        reading=Reading(0, 240, ()),
    )


PASSED = (
    ran("agent-authored-risk", Outcome.PASS, "1 changed file in high-risk domains, vouched for by `sam`", evidence="diff facts"),
    ran("gate-tampering", Outcome.PASS, "9 changed paths"),
    ran("hidden-text", Outcome.PASS, "added lines of 9 files"),
    ran("lost-coverage", Outcome.PASS, "1204 lines outside the diff that were hit at base", evidence="diff coverage-1", on_unknown="warn"),
    ran("missing-tests", Outcome.PASS, "31 changed lines of code in 2 source files; +3 test definitions, +9 assertions in 1 test files"),
    ran("missing-trace", Outcome.PASS, "1 trace of Claude Code", mode="warn", evidence="commits trace-1"),
)

_READING = Reading(
    45,
    240,
    (
        ReadingItem(
            1,
            "agent-authored-risk",
            "agent, crypto, untested",
            "Which primitive, whose key, what fails open?",
            "src/crypto/token.py",
            60,
            72,
            None,
        ),
        ReadingItem(
            2, "agent-authored-risk", "agent, crypto", "Which primitive, whose key, what fails open?", "src/crypto/token.py", 41, 58, None
        ),
        ReadingItem(
            3,
            "unexplained-change",
            "nobody's, not in the trace",
            "Who wrote these lines, and why are they here?",
            "src/net/retry.py",
            120,
            133,
            "sam",
        ),
    ),
)

_REVIEW = "Somebody with write access who took no part in the change reads it and approves this head."
_TEST = "Add a test that calls it and fails without this change."


def fails() -> Verdict:
    """The target's example, as far as a verdict tells it."""
    verdict = judged(
        Conclusion.FAIL,
        ran(
            "agent-authored-risk",
            Outcome.FAIL,
            "2 findings",
            found("Agent-written crypto, and nobody independent vouches for it", "src/crypto/token.py", 41, end_line=58, fix=_REVIEW),
            found("Agent-written crypto, and nobody independent vouches for it", "src/crypto/token.py", 60, end_line=72, fix=_REVIEW),
            evidence="diff facts",
            answer=Verb.ATTEST,
        ),
        PASSED[1],
        PASSED[2],
        ran(
            "lost-coverage",
            Outcome.FAIL,
            "2 findings",
            found(
                "1 line outside the diff lost its cover: hit at base, not at head",
                "src/store/cache.py",
                88,
                fix="Restore a test that reaches them.",
            ),
            found(
                "2 lines outside the diff lost their cover: hit at base, not at head",
                "src/store/cache.py",
                90,
                end_line=91,
                fix="Restore a test that reaches them.",
            ),
            evidence="diff coverage-1",
            on_unknown="warn",
        ),
        ran(
            "missing-evidence",
            Outcome.UNKNOWN,
            "no access to `jira.acme.example`, where ticket `PAY-4182` is",
            mode="warn",
            evidence="facts ticket",
        ),
        ran(
            "missing-tests",
            Outcome.FAIL,
            "1 finding",
            found("`rotate_key` has no test; the other 3 changed functions gained one", "src/crypto/token.py", 60, end_line=72, fix=_TEST),
        ),
        PASSED[5],
        ran(
            "unexplained-change",
            Outcome.FAIL,
            "1 finding",
            found(
                "14 lines that the trace does not account for",
                "src/net/retry.py",
                120,
                end_line=133,
                fix="Yours? Commit them on their own, without the marks that the agent's commits bear. An agent's? Attach the session that wrote them.",
                quote="    return retry_with(key, attempts=3)",
            ),
            mode="warn",
            evidence="diff trace-1",
            answer=Verb.WROTE,
        ),
    )
    missing = EvidenceMissing(
        "ticket",
        "links",
        MissingReason(
            Why.FORBIDDEN,
            "no access to `jira.acme.example`, where ticket `PAY-4182` is",
            "Link a GitHub issue, or ask an admin to add the host to the policy.",
        ),
    )
    return replace(verdict, reading=_READING, evidence=tuple(sorted((*INPUTS, missing), key=lambda item: item.id)))


def passes() -> Verdict:
    return judged(Conclusion.PASS, *PASSED)


def warns() -> Verdict:
    """A warning, a finding that only asks, and a waived one."""
    verdict = judged(
        Conclusion.WARN,
        ran(
            "gate-tampering",
            Outcome.FAIL,
            "1 finding",
            found("This change edits a workflow", ".github/workflows/test.yml", 3, certain=False, fix="Have a maintainer read it."),
        ),
        ran(
            "missing-tests",
            Outcome.WAIVED,
            "",
            found(
                "`migrate`: 31 changed lines of code, and no test was added", "src/old/migrate.py", 1, end_line=31, waived=True, fix=_TEST
            ),
        ),
        ran(
            "oversized-change",
            Outcome.FAIL,
            "1 finding",
            found("1,412 added lines in 9 files, more than 400", fix="Split it."),
            mode="warn",
        ),
    )
    return replace(
        verdict,
        if_enforced=Conclusion.FAIL,
        waivers=(WaiverUsed("missing-tests", "robin", "2027-09-30", "the migration is deleted in September, see #41", "policy"),),
        attestations=(Attestation("00112233445566aa", "read the workflow, permissions unchanged", "sam", HEAD, "2027-05-20T09:00:00Z"),),
    )


def incomplete() -> Verdict:
    """Missing evidence that silences two rules, a crash, and faults."""
    missing = EvidenceMissing(
        "coverage",
        "coverage",
        MissingReason(Why.UNREADABLE, "`coverage.xml` ends in the middle of line 812", "Upload the whole report again."),
    )
    verdict = judged(
        Conclusion.INCOMPLETE,
        PASSED[1],
        ran("hidden-text", Outcome.ERROR, "the rule crashed: KeyError"),
        ran("lost-coverage", Outcome.UNKNOWN, missing.missing.detail, evidence="coverage diff", on_unknown="warn"),
        PASSED[4],
        ran("uncovered-change", Outcome.UNKNOWN, missing.missing.detail, evidence="coverage diff", mode="warn"),
    )
    return replace(
        verdict,
        faults=(
            Fault("git's numstat and patch disagree: 12 and 11 added lines", "Fetch the head again.", "src/a.py"),
            Fault("git's numstat and patch disagree: 12 and 11 added lines", "Fetch the head again.", "src/b c.py"),
        ),
        evidence=(INPUTS[0], missing, INPUTS[2], INPUTS[3]),
        reading=Reading(12, 240, (ReadingItem(1, "uncovered-change", "agent", "What does no test see here?", "src/a.py", 3, 14, None),)),
    )


def observes() -> Verdict:
    """The failing verdict under a policy that only observes."""
    verdict = fails()
    results = tuple(replace(result, mode="observe") for result in verdict.results)
    return replace(verdict, verdict=Conclusion.PASS, policy=PolicySource("pack:observe", BASE, "e" * 64), results=results)


def not_judged() -> Verdict:
    verdict = judged(
        Conclusion.PASS, ran("gate-tampering", Outcome.PASS, "2 changed paths"), ran("missing-tests", Outcome.NOT_APPLICABLE, "")
    )
    return replace(
        verdict,
        scope=Scope(ScopeState.NOT_JUDGED, "no evidence of an agent"),
        authorship=AuthorshipSeen((), None, None, {Origin.AGENT: 0, Origin.DECLARED_HUMAN: 0, Origin.UNDECLARED: 240}, 2),
    )


def odd_paths() -> Verdict:
    """A deleted file at base, a path that is not UTF-8, one with everything else, and many files of one rule."""
    raw = b"data/caf\xe9 (1).py"
    weird = "a | b/`tick` @all\n#1.py"
    return judged(
        Conclusion.FAIL,
        ran(
            "agent-authored-risk",
            Outcome.FAIL,
            "1 finding",
            found(
                "Agent-written auth, and nobody independent vouches for it", "src/auth/old.py", 7, side=Side.BASE, end_line=9, fix=_REVIEW
            ),
        ),
        ran(
            "hidden-text",
            Outcome.FAIL,
            "2 findings",
            found(
                "This line holds a bidirectional control",
                "data/caf\\xe9 (1).py",
                3,
                path_bytes=b64encode(raw).decode(),
                quote="if level != 'user\u202e \u2066// admin\u2069 \u2066':",
            ),
            found("The file's name holds a line break", weird),
        ),
        ran(
            "missing-tests",
            Outcome.FAIL,
            "15 findings",
            *(
                found("12 changed lines of code, and no test was added", f"src/part_{n:02}.py", 1, end_line=12, fix=_TEST)
                for n in range(1, 16)
            ),
        ),
    )


def no_forge() -> Verdict:
    """A local run: no pull request, no address."""
    verdict = fails()
    subject = replace(verdict.subject, repository=None, pr=None, url=None, head=Head(None, "HEAD", HEAD))
    return replace(verdict, subject=subject, trigger="cli", policy=PolicySource("file", None, "f" * 64))


def nearly_full() -> Verdict:
    """A verdict whose whole comment is as long as a comment may be, less a few hundred bytes."""
    texts = [found("No test was added", f"src/part_{n:03}/of/a/repository.py", n, quote="q" * 105, fix=_TEST) for n in range(1, 150)]
    return judged(Conclusion.FAIL, ran("missing-tests", Outcome.FAIL, "", *texts))


UNANSWERED = {
    "fail": fails,
    "pass": passes,
    "warn": warns,
    "incomplete": incomplete,
    "observe": observes,
    "not-judged": not_judged,
    "odd-paths": odd_paths,
    "no-forge": no_forge,
}
