from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.errors import FormatError
from prgate.formats.verdict import read_verdict, verdict_json, verdict_schema
from prgate.model.authorship import Origin, SignKind
from prgate.model.diff import Side
from prgate.model.grade import Grade
from prgate.model.missing import Why
from prgate.model.subject import Base, Head, Subject
from prgate.model.verdict import (
    SCHEMA,
    AgentSeen,
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

FINDING = ReportedFinding(
    message="`rotate` has no test",
    fix="Add one.",
    path="src/ä.py",
    side=Side.HEAD,
    line=3,
    end_line=None,
    quote="x = '\u202e'",
    certain=True,
    fingerprint="0123456789abcdef",
)
VERDICT = Verdict(
    schema=SCHEMA,
    tool=Tool("prgate", "0.1.0"),
    at="2026-11-20T12:30:00Z",
    trigger="cli",
    judge=Side.BASE,
    verdict=Conclusion.FAIL,
    if_enforced=Conclusion.FAIL,
    scope=Scope(ScopeState.JUDGED, "trailer"),
    pending=(),
    subject=Subject(None, None, None, Base("main", "a" * 40), "a" * 40, Head(None, "rotate", "b" * 40)),
    policy=PolicySource("pack:observe", None, "0" * 64),
    faults=(Fault("no merge base", "Fetch more history."),),
    evidence=(
        EvidenceRead("diff", "diff", Grade.OBSERVED, "git", None, None, 3, 0),
        EvidenceMissing("facts", "facts", MissingReason(Why.ABSENT, "none given", "Give --pr.")),
    ),
    authorship=AuthorshipSeen(
        (AgentSeen("codex", "Codex", Grade.CLAIMED, ("commits",), (SignCount(SignKind.TRAILER, "Co-authored-by: Codex", 2),)),),
        None,
        "dana",
        {Origin.UNDECLARED: 1, Origin.AGENT: 2, Origin.DECLARED_HUMAN: 0},
        2,
    ),
    results=(Result("missing-tests", "block", "block", Outcome.FAIL, "1 finding", ("diff",), (FINDING,)),),
    waivers=(WaiverUsed("hidden-text", "dana", "2026-12-31", "moves", "policy"),),
    attestations=(),
    reading=Reading(1, 3, (ReadingItem(1, "missing-tests", "untested", "What breaks?", "src/ä.py", 3, 3, None),)),
)


def tree_of(verdict: Verdict) -> Any:
    return json.loads(verdict_json(verdict))


BROKEN: dict[str, tuple[Any, str]] = {
    "a list": (lambda _: [], "this is a list, not a mapping"),
    "another form": (lambda tree: {**tree, "schema": "prgate/verdict/2"}, "not a verdict of the form prgate/verdict/1"),
    "no form": (lambda tree: {key: tree[key] for key in tree if key != "schema"}, "not a verdict of the form prgate/verdict/1"),
    "an unknown key": (lambda tree: {**tree, "score": 9}, "unknown key `score`"),
    "a key too few": (lambda tree: {key: tree[key] for key in tree if key != "reading"}, "the key `reading` is missing"),
    "an unknown outcome": (
        lambda tree: {**tree, "results": [{**tree["results"][0], "outcome": "ok"}]},
        "results[0].outcome: `ok` is not one of pass, fail, waived, not-applicable, unknown, error",
    ),
    "evidence that is neither read nor missing": (
        lambda tree: {**tree, "evidence": [{"id": "x", "kind": "x"}]},
        "evidence[0]: the key `grade` is missing",
    ),
    "a count as text": (
        lambda tree: {**tree, "reading": {**tree["reading"], "lines": "1"}},
        "reading.lines: this is text, not a whole number",
    ),
    "a line of true": (
        lambda tree: {**tree, "reading": {**tree["reading"], "lines": True}},
        "reading.lines: this is true or false, not a whole number",
    ),
    "an origin that is none": (
        lambda tree: {**tree, "authorship": {**tree["authorship"], "lines": {"human": 1}}},
        "authorship.lines: `human` is not one of agent, declared-human, undeclared",
    ),
}


@pytest.mark.parametrize(("broken", "message"), BROKEN.values(), ids=BROKEN)
def test_what_is_not_exactly_a_verdict_is_refused(broken: Any, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_verdict(json.dumps(broken(tree_of(VERDICT))).encode())
    assert caught.value.message == message


def test_a_verdict_too_large_to_read_is_refused() -> None:
    with pytest.raises(FormatError) as caught:
        read_verdict(verdict_json(VERDICT).encode(), max_bytes=10)
    assert caught.value.over_limit


def test_a_key_that_stands_twice_is_refused() -> None:
    text = verdict_json(VERDICT).replace('"trigger": "cli",', '"trigger": "cli",\n  "trigger": "push",')
    with pytest.raises(FormatError, match="twice"):
        read_verdict(text.encode())


def test_keys_stand_in_the_order_of_the_contract_and_text_is_ascii() -> None:
    text = verdict_json(VERDICT)
    assert text.startswith('{\n  "schema": "prgate/verdict/1",\n  "tool": {\n    "name": "prgate",\n')
    assert text.endswith("\n}\n")
    assert text.isascii()
    tree = json.loads(text)
    assert list(tree) == [item.name for item in fields(Verdict)]
    assert tree["authorship"]["lines"] == {"agent": 2, "declared-human": 0, "undeclared": 1}
    assert list(tree["authorship"]["lines"]) == ["agent", "declared-human", "undeclared"]
    assert tree["evidence"][1] == {
        "id": "facts",
        "kind": "facts",
        "missing": {"why": "absent", "detail": "none given", "fix": "Give --pr."},
    }
    assert tree["faults"] == [{"message": "no merge base", "fix": "Fetch more history.", "path": None}]


def test_the_bytes_of_a_path_stand_only_where_its_text_does_not_say_everything() -> None:
    odd = replace(FINDING, path="a\\xff", path_bytes="Yf8=")
    verdict = replace(VERDICT, results=(replace(VERDICT.results[0], findings=(FINDING, odd)),))
    plain, with_bytes = tree_of(verdict)["results"][0]["findings"]
    assert ("path_bytes" in plain, with_bytes["path_bytes"]) == (False, "Yf8=")
    assert read_verdict(verdict_json(verdict).encode()) == verdict


def test_the_order_in_which_lines_were_counted_changes_no_byte() -> None:
    turned = replace(VERDICT.authorship, lines=dict(reversed(list(VERDICT.authorship.lines.items()))))
    assert verdict_json(replace(VERDICT, authorship=turned)) == verdict_json(VERDICT)


def test_half_a_surrogate_pair_becomes_the_text_of_its_escape() -> None:
    verdict = replace(VERDICT, trigger="a\ud800b")
    assert tree_of(verdict)["trigger"] == "a\\ud800b"
    assert read_verdict(verdict_json(verdict).encode()).trigger == "a\\ud800b"


VALIDATOR = jsonschema.Draft202012Validator(verdict_schema())


def test_the_schema_is_a_schema_that_names_itself() -> None:
    jsonschema.Draft202012Validator.check_schema(verdict_schema())
    assert verdict_schema()["$id"] == "urn:prgate:schema:verdict:1"


@pytest.mark.parametrize("broken", [broken for broken, _ in BROKEN.values()], ids=BROKEN)
def test_the_schema_refuses_what_the_reader_refuses(broken: Any) -> None:
    assert list(VALIDATOR.iter_errors(broken(tree_of(VERDICT)))) != []


def test_the_schema_asks_for_every_key_that_prgate_writes() -> None:
    tree = tree_of(VERDICT)
    del tree["results"][0]["findings"][0]["waived"]
    assert [error.message for error in VALIDATOR.iter_errors(tree)] == ["'waived' is a required property"]
    assert read_verdict(json.dumps(tree).encode()) == VERDICT


VERDICTS = st.builds(Verdict, schema=st.just(SCHEMA))


@settings(deadline=None, max_examples=40)
@given(VERDICTS)
def test_every_verdict_comes_back_and_fits_the_schema(verdict: Verdict) -> None:
    text = verdict_json(verdict)
    back = read_verdict(text.encode())
    assert back == verdict
    assert verdict_json(back) == text
    assert [error.message for error in VALIDATOR.iter_errors(json.loads(text))] == []


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=100) | st.text('{}[]:,"schema/prgtvdi1 \\', max_size=60).map(str.encode))
def test_no_bytes_raise_anything_but_a_format_error(data: bytes) -> None:
    assert isinstance(refused(data), FormatError)


def refused(data: bytes) -> FormatError | None:
    try:
        read_verdict(data)
    except FormatError as error:
        return error
    return None
