"""The job summary: notes, the comment's words, the figures, and never more than a comment may hold."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prgate.model.verdict import Conclusion, Outcome
from prgate.render.comment import LIMIT, comment
from prgate.render.summary import summary
from tests.hang import no_hang
from tests.render.harmless import harmless
from tests.render.hostile import Maker, makers, nasty
from tests.render.verdicts import fails, found, judged, nearly_full, not_judged, passes, ran


def test_it_is_the_comment_without_its_first_line() -> None:
    assert comment(fails()).split("\n", 1)[1] == summary(fails())
    assert "prgate:v1" not in summary(fails())


def test_notes_come_first_and_figures_last() -> None:
    shown = summary(passes(), notes=["no comment: 403"], figures={"API requests": "9", "install": "3.1 s", "gather": "1.2 s"})
    assert shown.startswith("**Not published as meant**\n\n- No comment: 403\n\n<details><summary>")
    assert shown.endswith("</details>\n\n<sub>API requests 9, install 3.1 s, gather 1.2 s</sub>\n")


def test_what_is_not_judged_gets_one_line() -> None:
    assert 1 == summary(not_judged()).count("\n")
    assert summary(not_judged()).startswith("**prgate: not judged.** No evidence of an agent. <sub>")


def test_with_notes_and_figures_it_is_no_longer_than_a_comment_may_be() -> None:
    findings = [found(f"{n} {'`@x' * 1365}", f"{n}/{'é|' * 300}", n + 1) for n in range(2_000)]
    with no_hang():
        shown = summary(
            judged(Conclusion.FAIL, ran("x", Outcome.FAIL, "", *findings)),
            notes=["@é` " * 5_000] * 50,
            figures={f"`{n}`": "@é" * 400 for n in range(400)},
        )
    assert LIMIT >= len(shown.encode())
    assert "left out to fit: " in shown


def test_notes_and_figures_count_into_the_limit() -> None:
    shown = summary(nearly_full(), notes=["the comment could not be written " * 9] * 5, figures={"install": "3.1 s " * 40})
    assert LIMIT >= len(shown.encode())
    assert LIMIT - 1_000 <= len(summary(nearly_full()).encode())


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(makers, st.lists(nasty, max_size=3), st.dictionaries(nasty, nasty, max_size=3))
def test_nothing_that_anybody_says_acts_in_it(maker: Maker, notes: list[str], figures: dict[str, str]) -> None:
    harmless(summary(maker.verdict(), notes=notes, figures=figures), may_link_to="https://github.com/acme/pay/blob/")
