"""The answers as text and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

from prgate.doctor.answer import Answer, Spot, State, some
from prgate.doctor.examine import Group, examine
from prgate.doctor.report import as_json, as_text, is_bad
from tests.doctor.material import FORKS, NOT_ASKED, SAME, house, settings
from tests.repositories import Repo

HOSTILE = "\x1b[31m\n::error::x\n\u202e@all <b>`"
GROUPS = (
    Group(
        "One",
        (Answer("first", State.OK, "all is well", (Spot("a", 3), Spot("b"))), Answer("second-one", State.BAD, "it is not", (), "Mend it.")),
    ),
    Group("Two", (Answer("third", State.UNKNOWN, HOSTILE, (Spot(HOSTILE),), "Look."),)),
)
TEXT = """\
prgate doctor: 1 bad, 1 unknown, 1 ok

One
  ok       first       all is well (a:3, b)
  bad      second-one  it is not → Mend it.

Two
"""


def test_text_has_one_line_an_answer_and_nothing_in_it_acts() -> None:
    text = as_text(GROUPS, colour=False)
    assert text.startswith(TEXT)
    last = text.removeprefix(TEXT)
    assert last.count("\n") == 1
    assert not set("\x1b\u202e") & set(text)
    assert [] == [line for line in text.split("\n") if line.lstrip().startswith("::")]


def test_colour_is_only_added() -> None:
    painted = as_text(GROUPS, colour=True)
    assert "\x1b[1;31mbad    \x1b[0m" in painted
    for code in ("\x1b[1;31m", "\x1b[32m", "\x1b[33m", "\x1b[35m", "\x1b[1m", "\x1b[0m"):
        painted = painted.replace(code, "")
    assert painted == as_text(GROUPS, colour=False)


def test_json_is_ascii_and_says_what_was_looked_at(tmp_path: Path) -> None:
    with house(tmp_path, SAME) as looked:
        text = as_json(GROUPS, looked, settings())
        nothing = json.loads(as_json(GROUPS, looked, NOT_ASKED))
        commit = looked.commit
    assert text.isascii()
    document = json.loads(text)
    assert {key: document[key] for key in ("schema", "commit", "settings")} == {
        "schema": "prgate/doctor/1",
        "commit": commit,
        "settings": {"repository": "acme/pay", "branch": "main"},
    }
    assert nothing["settings"] is None
    assert document["answers"][0] == {
        "group": "One",
        "question": "first",
        "state": "ok",
        "found": "all is well",
        "places": [{"path": "a", "line": 3}, {"path": "b", "line": None}],
        "cure": "",
    }
    assert document["answers"][2]["found"] == HOSTILE


def test_only_bad_is_bad() -> None:
    assert is_bad(GROUPS)
    assert not is_bad(GROUPS[1:])


def test_names_beyond_the_third_are_counted() -> None:
    assert some("abcde") == "`a`, `b`, `c` and 2 more"


def test_a_well_kept_repository_has_nothing_bad_and_nothing_unknown(tmp_path: Path) -> None:
    files = {
        **FORKS,
        ".github/prgate.yml": b"version: 1\nextends: [baseline]\njudge: all\n",
        ".github/CODEOWNERS": b"* @acme/platform\n",
        ".github/workflows/ci.yml": b"name: ci\non: pull_request\njobs: {a: {steps: [{run: 'pytest --cov'}]}}\n",
        "tests/test_a.py": b"",
        "ARCHITECTURE.md": b"words",
        "AGENTS.md": b"words",
        "SECURITY.md": b"words",
    }

    def first(repo: Repo) -> None:
        repo.commit("before")

    with house(tmp_path, files, prepare=first) as looked:
        groups = examine(looked, settings(tip=looked.commit))
    states = {answer.question: answer.state for group in groups for answer in group.answers}
    assert {question: state for question, state in states.items() if state is not State.OK} == {"coverage": State.ATTEND}
    assert len(states) == 24
