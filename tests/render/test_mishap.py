"""Where there is no verdict: what is wrong, where, how to mend it, and that nothing passes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prgate.render.mishap import Mishap, MishapKind, mishap_check, mishap_comment
from prgate.render.summary import mishap_summary
from tests.render.harmless import harmless
from tests.render.hostile import nasty
from tests.render.verdicts import HEAD

GOLDEN = Path(__file__).parent / "golden"
MISHAPS = {
    "policy": Mishap(MishapKind.CONFIGURATION, "`mdoe` is no key here", ".github/prgate.yml:3:5", "Did you mean `mode`?"),
    "link": Mishap(
        MishapKind.CONFIGURATION,
        "the policy is a symbolic link, which is never followed",
        ".github/prgate.yml at 4c1d9e2f6071",
        "Commit it as a file.",
    ),
    "unreachable": Mishap(
        MishapKind.UNREACHABLE, "the pull request could not be read: GitHub answered 502 four times", "GET /repos/acme/pay"
    ),
    "defect": Mishap(MishapKind.DEFECT, "KeyError: 'head'"),
}
hostile = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("name", MISHAPS)
def test_the_comment_is_the_one_that_was_read_and_accepted(name: str, *, update_cases: bool) -> None:
    golden, shown = GOLDEN / f"mishap-{name}.md", mishap_comment(MISHAPS[name], "812", HEAD)
    if update_cases:
        golden.write_text(shown, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == shown


def test_nothing_passes_where_nothing_was_judged_and_the_comment_says_so() -> None:
    for mishap in MISHAPS.values():
        assert "nothing was judged, so nothing passes" in mishap_comment(mishap, "812", HEAD)


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        ("", ""),
        (".github/prgate.yml:3:5", " · `.github/prgate.yml` line 3, column 5"),
        (".github/prgate.yml:3", " · `.github/prgate.yml` line 3"),
        (".github/prgate.yml:0:0", " · `.github/prgate.yml:0:0`"),
        ("--base main", " · `--base main`"),
        ("C:\\x:7", " · `C:\\x` line 7"),
    ],
)
def test_a_place_is_said_as_file_line_and_column_where_it_is_one(where: str, shown: str) -> None:
    assert f"**Broken**{shown}\nMend it.\n" == mishap_check(Mishap(MishapKind.CONFIGURATION, "broken", where, "Mend it.")).summary


@pytest.mark.parametrize("kind", MishapKind)
def test_where_nobody_said_how_to_mend_it_the_kind_does(kind: MishapKind) -> None:
    fact, cure, rest = mishap_check(Mishap(kind, "")).summary.split("\n")
    assert ("**No reason was given**", "") == (fact, rest)
    assert cure


@pytest.mark.parametrize("head", [None, "HEAD", "3f9c2ab", f"{HEAD}\n", "@octo"])
def test_a_head_that_is_no_commit_is_not_named(head: str | None) -> None:
    assert "\n<sub>nothing was judged" in mishap_comment(MISHAPS["policy"], "812", head)


def test_the_first_line_is_a_verdicts() -> None:
    assert "<!-- prgate:v1 key=812 -->" == mishap_comment(MISHAPS["policy"], "812", HEAD).split("\n", 1)[0]
    assert "<!-- prgate:v1 key=local -->" == mishap_comment(MISHAPS["policy"], "--><b>", HEAD).split("\n", 1)[0]


def test_the_check_has_the_heading_as_its_title_and_notes_first() -> None:
    output = mishap_check(MISHAPS["policy"], notes=["no comment: 403"])
    assert "prgate: could not judge. Its configuration must be mended" == output.title
    assert output.summary.startswith("**Not published as meant**\n\n- No comment: 403\n\n**`mdoe` is no key here** ·")
    assert None is output.text


def test_the_summary_has_notes_heading_and_figures() -> None:
    shown = mishap_summary(MISHAPS["defect"], notes=["no check: 403"], figures={"API requests": "2"})
    assert shown.startswith("**Not published as meant**\n\n- No check: 403\n\n### prgate: could not judge. A defect of prgate\n**KeyError")
    assert shown.endswith("\n\n<sub>API requests 2</sub>\n")


words = st.builds(Mishap, st.sampled_from(MishapKind), nasty, nasty, nasty)


@hostile
@given(words, nasty, nasty, st.lists(nasty, max_size=3))
def test_untrusted_text_stays_text(mishap: Mishap, key: str, head: str, notes: list[str]) -> None:
    shown = mishap_comment(mishap, key, head)
    harmless(shown, marker=shown.split("\n", 1)[0])
    output = mishap_check(mishap, notes=notes)
    harmless(output.summary)
    harmless(mishap_summary(mishap, notes=notes, figures={key: head}))
    assert 100 >= len(output.title)


def test_however_long_the_words_are_it_fits() -> None:
    mishap = Mishap(MishapKind.DEFECT, "`@é " * 90_000, "a" * 90_000, "b ` " * 90_000)
    assert 16_000 >= len(mishap_comment(mishap, "812", HEAD).encode())
    assert 65_535 >= len(mishap_check(mishap, notes=["`@é " * 9_000] * 99).summary.encode())
