from __future__ import annotations

import json
import re
from urllib.parse import unquote_to_bytes

from hypothesis import HealthCheck, given, settings

from prgate.items import items
from prgate.model.diff import Side
from prgate.model.verdict import Conclusion, Verdict
from prgate.render.comment import comment
from prgate.render.text import text
from tests.render.answered import ALL
from tests.render.hostile import Html, Maker, makers, render
from tests.render.verdicts import fails

TAGS = {"h3", "p", "strong", "b", "a", "code", "ol", "ul", "li", "details", "summary", "sub", "table", "thead", "tbody", "tr", "th", "td"}
TAGS |= {"pre", "br"}
ATTRIBUTES = {("a", "href"), ("ol", "start"), ("details", "open"), ("pre", "lang"), ("code", "class")}
ACTS = re.compile(
    r"@|#\d|\bGH-\d|https?:/|www\.|://|\b[0-9a-f]{7,}\b|\b(?!L\d)[A-Za-z]+-?\d|:\w+:|\$|[*_~<>\[\]|&{}\\]|[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f]",
)
CONTROL = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufe0f\U000e0000-\U000e0fff\ud800-\udfff]"
)
LINES = re.compile(r"#L[1-9]\d*(-L[1-9]\d*)?|")

hostile = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


def holds(verdict: Verdict, body: str) -> Html:
    page = render(body)
    assert body.split("\n", 1)[0] == f"<!-- prgate:v1 key={_key(verdict)} -->"
    assert 1 == len(re.findall(r"<!--\s*prgate", body, re.IGNORECASE))
    assert [f" prgate:v1 key={_key(verdict)} "] == page.comments
    assert [] == page.wrong
    assert set() == {tag for tag, _ in page.tags} - TAGS
    assert set() == {(tag, name) for tag, attributes in page.tags for name in attributes} - ATTRIBUTES
    assert [] == [found for plain in page.plain if (found := ACTS.search(plain)) is not None]
    assert set() <= set(page.rows) <= {4}
    assert None is CONTROL.search(body)
    assert [] == [line for line in body.split("\n") if line.lstrip().startswith(("::", "/", "##[")) or "##[" in line]
    for tag, attributes in page.tags:
        if tag == "a":
            assert _is_ours(verdict, attributes["href"] or "")
    return page


def _key(verdict: Verdict) -> str:
    sha = verdict.subject.head.sha or ""
    return str(verdict.subject.pr) if verdict.subject.pr else sha[:12] if re.fullmatch("[0-9a-f]{40}", sha) else "local"


def _is_ours(verdict: Verdict, href: str) -> bool:
    paths = {finding.path for result in verdict.results for finding in result.findings} | {item.path for item in verdict.reading.items}
    paths |= {fault.path for fault in verdict.faults}
    for sha in (verdict.subject.head.sha, verdict.subject.merge_base):
        stem = f"https://github.com/acme/pay/blob/{sha}/"
        if href.startswith(stem):
            path, _, anchor = href[len(stem) :].partition("#")
            known = unquote_to_bytes(path).decode("utf-8", "backslashreplace") in {(each or "") for each in paths}
            return known and LINES.fullmatch(f"#{anchor}" if anchor else "") is not None
    return False


@hostile
@given(makers)
def test_nothing_that_a_change_says_acts_in_the_comment(maker: Maker) -> None:
    verdict = maker.verdict()
    page = holds(verdict, comment(verdict))
    if verdict.verdict is not Conclusion.PASS:
        listed = [around for _, around in page.texts if "li" in around and "details" not in around]
        assert listed or not any(not item.observed for item in items(verdict))


@hostile
@given(makers)
def test_above_the_folds_stand_five_items_and_250_words_at_most(maker: Maker) -> None:
    verdict = maker.verdict()
    body = comment(verdict)
    above = body.split("<details", 1)[0] if verdict.verdict is not Conclusion.PASS else ""
    page = render(above)
    assert 5 >= sum(tag == "li" for tag, _ in page.tags)
    assert 250 >= len("".join(shown for shown, _ in page.texts).split())


@hostile
@given(makers)
def test_a_pass_shows_one_line_and_a_fold(maker: Maker) -> None:
    verdict = maker.verdict()
    if verdict.verdict is Conclusion.PASS:
        page = render(comment(verdict))
        assert set() == {text for text, around in page.texts if "details" not in around and text.strip()}
        assert 60 >= len(page.above.split())


@settings(hostile, max_examples=60)
@given(makers)
def test_it_fits_any_limit_and_stays_harmless_while_shedding(maker: Maker) -> None:
    verdict = maker.verdict()
    for limit in (30_000, 9_000, 2_500):
        body = comment(verdict, limit=limit)
        assert limit >= len(body.encode())
        holds(verdict, body)


@settings(hostile, max_examples=60)
@given(makers)
def test_the_same_verdict_gives_the_same_bytes(maker: Maker) -> None:
    verdict = maker.verdict()
    assert comment(verdict) == comment(verdict)
    assert text(verdict) == text(verdict)


@hostile
@given(makers)
def test_nothing_that_a_change_says_acts_in_a_terminal_or_a_log(maker: Maker) -> None:
    verdict = maker.verdict()
    shown = text(verdict)
    assert None is CONTROL.search(shown)
    assert [] == [line for line in shown.split("\n") if line.lstrip().startswith("::") or "##[" in line]
    coloured = re.sub(r"\x1b\[[0-9;]*m", "", text(verdict, colour=True))
    assert shown == coloured


@settings(hostile, max_examples=80)
@given(makers)
def test_the_cures_are_data_with_places_and_no_sentence(maker: Maker) -> None:
    verdict = maker.verdict()
    body = comment(verdict, limit=10_000_000)
    blocks = re.findall(r"^```json\n(.*?)^```$", body, re.DOTALL | re.MULTILINE)
    count = sum(finding.open for result in verdict.results for finding in result.findings)
    assert (1 if count else 0) == len(blocks)
    for block in blocks:
        data = json.loads(block)
        assert {"schema", "left_out", "cures"} == set(data)
        assert count == len(data["cures"]) + data["left_out"]
        for cure in data["cures"]:
            assert re.fullmatch(r"[a-z-]+", cure["cure"])
            assert cure["rule"] is None or re.fullmatch(r"[a-z0-9-]+", cure["rule"])
            assert cure["fingerprint"] is None or re.fullmatch(r"[0-9a-f]{16}", cure["fingerprint"])
            assert cure["side"] in set(Side)
            assert None is re.search(r"[^A-Za-z0-9 _./,:\[\]{}\"\\\n-]", block)


def test_the_verdicts_made_by_hand_hold_too() -> None:
    for made in (make() for name, make in ALL.items() if name != "not-judged"):
        holds(made, comment(made))


def test_every_place_of_the_target_is_a_permalink_at_its_commit() -> None:
    page = render(comment(fails()))
    hrefs = [attributes["href"] for tag, attributes in page.tags if tag == "a"]
    assert 14 <= len(hrefs)
