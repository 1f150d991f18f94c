"""SARIF: valid, stable, within GitHub's limits, and honest about what prgate could not see."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft4Validator

from prgate.model.diff import Side
from prgate.model.verdict import Conclusion, Fault, Outcome, ReportedFinding, Verdict, WaiverUsed
from prgate.render import sarif as module
from prgate.render.sarif import LIMIT, sarif
from tests.hang import no_hang
from tests.render.answered import ALL
from tests.render.hostile import Maker, makers, render
from tests.render.test_injection import ACTS, CONTROL
from tests.render.verdicts import HEAD, fails, found, incomplete, judged, no_forge, not_judged, odd_paths, passes, ran, warns

GOLDEN = Path(__file__).parent / "golden"
SCHEMA = Path(__file__).parents[1] / "npm/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
REFERENCE = re.compile(r"(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+(?:/(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+)*")
ANCHOR = ".github/prgate.yml"
hostile = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@cache
def validator() -> Draft4Validator:
    assert SCHEMA.is_file(), "run `npm ci` in tests/npm (scripts/test does)"
    return Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def run(verdict: Verdict) -> dict[str, Any]:
    runs: list[dict[str, Any]] = json.loads(sarif(verdict))["runs"]
    assert 1 == len(runs)
    return runs[0]


def results(verdict: Verdict) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = run(verdict)["results"]
    return made


def one(finding: ReportedFinding, mode: str = "block") -> dict[str, Any]:
    return results(judged(Conclusion.FAIL, ran("missing-tests", Outcome.FAIL, "", finding, mode=mode)))[0]


def holds(verdict: Verdict, written: str) -> None:
    """What GitHub and the standard ask beyond the schema."""
    assert written.isascii()
    made = json.loads(written)["runs"][0]
    rules = [rule["id"] for rule in made["tool"]["driver"]["rules"]]
    assert len(set(rules)) == len(rules)
    for result in made["results"]:
        assert result["ruleId"] == rules[result["ruleIndex"]]
        assert 1 == len(result["locations"])
        place = result["locations"][0]["physicalLocation"]
        assert REFERENCE.fullmatch(place["artifactLocation"]["uri"])
        assert not {".", ".."} & set(unquote(place["artifactLocation"]["uri"]).split("/"))
        assert 1 <= place["region"]["startLine"] <= place["region"].get("endLine", 2**63)
    for message in _messages(made):
        assert None is re.search(r"\]\(", message)
        assert [] == [brace for brace in re.findall(r"\{+|\}+", message) if len(brace) % 2]
        assert None is CONTROL.search(message)
    total = sum(len(result.findings) for result in verdict.results)
    assert total == len(made["results"])


def _messages(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [message for part in value.values() for message in _messages(part)]
    return [message for part in value for message in _messages(part)] if isinstance(value, list) else []


@pytest.mark.parametrize("name", ALL)
def test_it_is_valid_by_the_published_schema(name: str) -> None:
    written = sarif(ALL[name]())
    assert [] == [error.message for error in validator().iter_errors(json.loads(written))]
    holds(ALL[name](), written)


def test_the_schema_refuses_what_is_no_sarif() -> None:
    broken = json.loads(sarif(fails()))
    del broken["runs"][0]["results"][0]["message"]
    assert 1 == len(list(validator().iter_errors(broken)))


@pytest.mark.parametrize("name", ["fail", "odd-paths", "incomplete"])
def test_it_is_the_one_that_was_read_and_accepted(name: str, *, update_cases: bool) -> None:
    golden, written = GOLDEN / f"{name}.sarif", sarif(ALL[name]())
    if update_cases:
        golden.write_text(written, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == written


def test_the_same_verdict_gives_the_same_bytes() -> None:
    assert sarif(fails()) == sarif(fails())


@pytest.mark.parametrize(
    ("mode", "certain", "level"),
    [
        ("block", True, "error"),
        ("block", False, "warning"),
        ("warn", True, "warning"),
        ("observe", True, "note"),
    ],
)
def test_mode_and_certainty_make_the_level(mode: str, *, certain: bool, level: str) -> None:
    made = one(found("a", "a.py", 1, certain=certain), mode)
    assert (level, certain) == (made["level"], "properties" not in made)


def test_a_waived_finding_is_suppressed_with_whose_word_it_is_and_only_a_note() -> None:
    made = next(each for each in results(warns()) if "suppressions" in each)
    why = "Waived by robin until 2027-09-30 (policy): the migration is deleted in September, see #41"
    assert [{"kind": "external", "status": "accepted", "justification": why}] == made["suppressions"]
    assert "note" == made["level"]
    bare = one(found("a", waived=True))
    assert "Set aside." == bare["suppressions"][0]["justification"]


def test_another_rules_waiver_justifies_nothing() -> None:
    verdict = judged(Conclusion.PASS, ran("x-a", Outcome.WAIVED, "", found("a", waived=True)))
    other = replace(verdict, waivers=(WaiverUsed("x-b", "robin", "2027-09-30", "because", "policy"),))
    assert "Set aside." == results(other)[0]["suppressions"][0]["justification"]


def test_the_gravest_stand_first_and_what_is_waived_last() -> None:
    verdict = judged(
        Conclusion.FAIL,
        ran("x-a", Outcome.FAIL, "", found("waived", waived=True), found("fails"), mode="block"),
        ran("x-b", Outcome.FAIL, "", found("observed"), mode="observe"),
        ran("x-c", Outcome.FAIL, "", found("warns"), mode="warn"),
    )
    assert ["Fails. Mend it.", "Warns. Mend it.", "Observed. Mend it.", "Waived. Mend it."] == [
        each["message"]["text"] for each in results(verdict)
    ]


def test_a_finding_keeps_its_fingerprint_under_our_key_and_under_the_one_that_github_reads() -> None:
    assert {"prgate/v1": "00112233445566aa", "primaryLocationLineHash": "00112233445566aa:1"} == one(
        found("a", fingerprint="00112233445566aa")
    )["partialFingerprints"]


def test_lines_at_head_are_a_region() -> None:
    place = one(found("a", "src/a b.py", 3, end_line=9))["locations"][0]
    assert {
        "physicalLocation": {
            "artifactLocation": {"uri": "src/a%20b.py", "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 3, "endLine": 9},
        },
    } == place
    assert {"startLine": 3, "endLine": 3} == one(found("a", "a", 3, end_line=None))["locations"][0]["physicalLocation"]["region"]


@pytest.mark.parametrize(
    ("finding", "uri", "words"),
    [
        (found("a"), ANCHOR, "About the whole change; it stands here for want of a file."),
        (found("a", "../etc/x", 3), ANCHOR, "About ../etc/x; it stands here for want of a file."),
        (found("a", "//evil.example/x", 3), ANCHOR, "About //evil.example/x; it stands here for want of a file."),
        (found("a", "p" * 1_001, 3), ANCHOR, f"About {'p' * 398}\u2026; it stands here for want of a file."),
        (found("a", "src/gone.py", 7, side=Side.BASE), "src/gone.py", "At the base, line 7."),
        (found("a", "src/gone.py", side=Side.BASE), "src/gone.py", "At the base."),
        (found("a", "src/a.bin"), "src/a.bin", None),
        (found("a", "c:x/javascript:a", None), "c%3Ax/javascript%3Aa", None),
    ],
)
def test_what_has_no_line_at_head_stands_on_the_first_and_says_so(finding: ReportedFinding, uri: str, words: str | None) -> None:
    place = one(finding)["locations"][0]
    assert (uri, {"startLine": 1}) == (place["physicalLocation"]["artifactLocation"]["uri"], place["physicalLocation"]["region"])
    assert words == place.get("message", {}).get("text")


def test_a_path_that_is_no_text_is_spelled_as_everywhere_and_its_bytes_stand_beside() -> None:
    artifact = one(found("a", "caf\\xe9.py", 1, path_bytes="Y2Fm6S5weQ=="))["locations"][0]["physicalLocation"]["artifactLocation"]
    assert {"uri": "caf%5Cxe9.py", "uriBaseId": "%SRCROOT%", "properties": {"pathBytes": "Y2Fm6S5weQ=="}} == artifact


def test_a_lone_surrogate_is_spelled_out() -> None:
    assert (
        "%5Cud800"
        in one(replace(found("a"), message="\ud800", path="a\ud800", line=1))["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    )


def test_braces_and_brackets_of_a_stranger_are_neither_placeholder_nor_link() -> None:
    assert "`{{0}} [x] (https://evil.example)`. Mend it." == one(found("{0} [x](https://evil.example)"))["message"]["text"]


def test_every_rule_that_is_on_is_described_in_words_and_with_its_weight() -> None:
    rules = run(fails())["tool"]["driver"]["rules"]
    assert [result.rule for result in fails().results] == [rule["id"] for rule in rules]
    assert "Missing tests" == rules[5]["shortDescription"]["text"]
    assert ["error", "warning"] == [rules[index]["defaultConfiguration"]["level"] for index in (5, 6)]
    assert all(rule["help"]["text"] and rule["fullDescription"]["text"] for rule in rules)


@pytest.mark.parametrize(
    ("verdict", "successful"),
    [
        (passes(), True),
        (fails(), True),
        (not_judged(), True),
        (incomplete(), False),
        (replace(fails(), faults=(Fault("no merge base", "Fetch more."),)), False),
        (replace(fails(), verdict=Conclusion.INCOMPLETE), False),
        (judged(Conclusion.FAIL, ran("x", Outcome.UNKNOWN, "gone")), False),
        (judged(Conclusion.FAIL, ran("x", Outcome.ERROR, "crashed")), False),
        (judged(Conclusion.WARN, ran("x", Outcome.UNKNOWN, "gone", on_unknown="warn")), True),
        (judged(Conclusion.WARN, ran("x", Outcome.UNKNOWN, "gone", mode="warn")), True),
    ],
)
def test_it_was_successful_only_where_it_could_look(verdict: Verdict, *, successful: bool) -> None:
    assert successful is run(verdict)["invocations"][0]["executionSuccessful"]


def test_faults_and_rules_that_could_not_look_are_notifications() -> None:
    told = run(incomplete())["invocations"][0]["toolExecutionNotifications"]
    assert [
        ("error", "Git's numstat and patch disagree: 12 and 11 added lines (`src/a.py`). Fetch the head again.", None),
        ("error", "Git's numstat and patch disagree: 12 and 11 added lines (`src/b c.py`). Fetch the head again.", None),
        ("error", "The rule crashed: KeyError.", "hidden-text"),
        ("warning", "`coverage.xml` ends in the middle of line 812. Upload the whole report again.", "lost-coverage"),
        ("warning", "`coverage.xml` ends in the middle of line 812. Upload the whole report again.", "uncovered-change"),
    ] == [(each["level"], each["message"]["text"], each.get("associatedRule", {}).get("id")) for each in told]
    observed = judged(Conclusion.PASS, ran("x", Outcome.UNKNOWN, "", mode="observe"))
    assert [("note", "No reason was given.")] == [
        (each["level"], each["message"]["text"]) for each in run(observed)["invocations"][0]["toolExecutionNotifications"]
    ]


def test_it_names_repository_and_commit_where_they_are_known() -> None:
    known, unknown = run(fails()), run(no_forge())
    assert [{"repositoryUri": "https://github.com/acme/pay", "mappedTo": {"uriBaseId": "%SRCROOT%"}, "revisionId": HEAD}] == known[
        "versionControlProvenance"
    ]
    assert f"prgate/verdict/{HEAD}" == known["automationDetails"]["id"]
    assert "versionControlProvenance" not in unknown
    without = run(replace(fails(), subject=replace(fails().subject, head=replace(fails().subject.head, sha="HEAD"))))
    assert "prgate/verdict/local" == without["automationDetails"]["id"]
    assert "revisionId" not in without["versionControlProvenance"][0]


@hostile
@given(makers)
def test_whatever_a_change_says_it_is_valid_and_harmless(maker: Maker) -> None:
    verdict = maker.verdict()
    written = sarif(verdict)
    holds(verdict, written)
    assert [] == [error.message for error in validator().iter_errors(json.loads(written))]
    for result in json.loads(written)["runs"][0]["results"]:
        assert [] == [plain for plain in render(result["message"]["text"]).plain if ACTS.search(plain)]


def test_a_huge_verdict_stays_below_what_github_takes_and_counts_what_it_leaves_out() -> None:
    every = [
        ran(f"x-{name}", Outcome.FAIL, "", *(found(f"{n} {'`é ' * 400}", f"{n}/{'é' * 300}.py", n + 1) for n in range(1_000)))
        for name in "abc"
    ]
    waived = ran("x-z", Outcome.WAIVED, "", found("waived", waived=True))
    with no_hang():
        written = sarif(judged(Conclusion.FAIL, waived, *every))
    made = json.loads(written)["runs"][0]
    told = made["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    assert LIMIT >= len(written) > LIMIT // 2
    assert f"{3_001 - len(made['results']):,} further findings left out to fit." == told
    assert "x-z" not in {each["ruleId"] for each in made["results"]}


def test_no_more_results_than_github_takes_in_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_RESULTS", 3)
    assert 3 == len(results(odd_paths()))


def test_faults_and_rules_without_end_are_cut_and_counted() -> None:
    faces = "\U0001f600" * 4_000
    faults = tuple(Fault(f"{n} {faces}", faces, "p" * 4_000) for n in range(900))
    rules = [ran(f"{n}{faces}", Outcome.FAIL, "", found("a")) for n in range(700)]
    with no_hang():
        written = sarif(replace(judged(Conclusion.FAIL, *rules), faults=faults))
    told = json.loads(written)["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert LIMIT >= len(written)
    assert "701 further notifications left out to fit." == told[-1]["message"]["text"]
    assert "200 further findings left out to fit." == told[0]["message"]["text"]
