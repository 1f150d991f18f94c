from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, Literal

import pytest
from annotated_types import Ge, Le

from prgate.formats.policy import read_pack
from prgate.hearing.command import read_commands
from prgate.model.diff import Side
from prgate.model.heard import Verb
from prgate.model.paths import FileClass
from prgate.model.policy import Policy
from prgate.model.rule import Fact, Files, Findings, Needs, Rule
from prgate.packs import read_packs
from prgate.render.offers import forms
from prgate.render.reference import explain, reference, summary
from prgate.render.rule_page import rule_page
from prgate.rules import RULES
from prgate.rules.undisclosed_agent import RULE as UNDISCLOSED

ROOT = Path(__file__).parents[2]
DOCUMENT = """Flags slow
changes.

## Why
Slow changes are slow.

They stay slow.

## Fix
Do one of these:
- make it faster, which takes a while and so this line is longer than the seventy-eight columns of a page
- leave it

## Limits
Knows no clock.
"""


@dataclass(frozen=True, slots=True)
class Params:
    most: Annotated[int, Ge(1), Le(9), "How many | at most."] = 5
    strict: Annotated[bool, "Whether."] = False
    words: Annotated[tuple[str, ...], "Which."] = field(default_factory=lambda: ("a", "b"))
    kind: Annotated[Literal["odd", "even"], "Of which kind."] = "odd"


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


NEEDS = Needs(
    facts=frozenset({Fact.REVIEWS, Fact.PR}),
    lines=Files(),
    contents=Files(frozenset({FileClass.TEST, FileClass.SOURCE}), frozenset({Side.HEAD})),
)


def invented(monkeypatch: pytest.MonkeyPatch, document: str | None, params: type[Any] = Params, needs: Needs = NEEDS) -> Rule:
    module = ModuleType("invented_slow_change", document)
    monkeypatch.setitem(sys.modules, module.__name__, module)

    def check(evidence: Any, params: Any) -> Findings:
        yield from ()
        return "nothing"

    check.__module__ = module.__name__
    return Rule("slow-change", params, check, lambda _: needs)


def packs(rules: tuple[Rule, ...], **texts: str) -> dict[str, Policy]:
    data = {name: f"version: 1\nrules: {{{text}}}\n".encode() for name, text in texts.items()}
    return {name: read_pack(name, rules=rules, packs=data) for name in data}


LACKING = {
    "all": (None, "the docstring of invented_slow_change lacks a first sentence, `## Why`, `## Fix`"),
    "a first sentence": ("## Why\nx\n## Fix\ny\n", "lacks a first sentence"),
    "a cure": ("Flags x.\n\n## Why\nx\n", "lacks `## Fix`"),
    "words under a title": ("Flags x.\n\n## Why\n\n## Fix\ny\n", "lacks `## Why`"),
    "known titles": ("Flags x.\n\n## Why\nx\n\n## Fix\ny\n\n## Limit\nz\n", "has `## Limit`, which is no section"),
}


@pytest.mark.parametrize(("document", "message"), LACKING.values(), ids=LACKING)
def test_a_rule_whose_documentation_is_not_whole_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch,
    document: str | None,
    message: str,
) -> None:
    rule = invented(monkeypatch, document)
    with pytest.raises(ValueError, match=f"^rule slow-change: .*{message}"):
        summary(rule)
    with pytest.raises(ValueError, match=message):
        explain(rule, {})
    with pytest.raises(ValueError, match=message):
        reference((rule,), {})


@dataclass(frozen=True, slots=True)
class Bare:
    most: int = 5


@dataclass(frozen=True, slots=True)
class Unsaid:
    most: Annotated[int, Ge(1)] = 5


@pytest.mark.parametrize("params", [Bare, Unsaid])
def test_a_parameter_must_say_what_it_means(monkeypatch: pytest.MonkeyPatch, params: type[Any]) -> None:
    with pytest.raises(ValueError, match="rule slow-change: the parameter most says nowhere what it means"):
        summary(invented(monkeypatch, DOCUMENT, params))


def test_a_page_says_everything_of_a_rule_in_78_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = invented(monkeypatch, DOCUMENT)
    found = packs((rule,), strict="slow-change: {params: {strict: true, words: []}}", mild="slow-change: {on_unknown: warn}")
    assert explain(rule, found) == (
        """slow-change

Flags slow changes.

Why
  Slow changes are slow.

  They stay slow.

Fix
  Do one of these:
  - make it faster, which takes a while and so this line is longer than the
    seventy-eight columns of a page
  - leave it

Limits
  Knows no clock.

Needs
  The pull request's text, reviews; changed lines of all files; whole contents
  of source, test files. Runs on pull requests that are judged.

Packs
  mild    block, unknown warns
  strict  block; strict: true, words: []

Answers
  /prgate waive slow-change until YYYY-MM-DD at HEAD: reason
    By nobody, unless the policy's `commands` let somebody.
  /prgate wrong slow-change: why
    By whoever has read permission or more. It is recorded and changes
    nothing.

Parameters
  most: whole number, 1 or more, 9 or less; default 5
    How many | at most.
  strict: true or false; default false
    Whether.
  words: list of text; default [a, b]
    Which.
  kind: `odd` or `even`; default odd
    Of which kind.
"""
    )


def test_a_rule_without_parameters_or_needs_says_so_briefly(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = replace(invented(monkeypatch, DOCUMENT, Nothing, Needs()), everyone=True)
    page = explain(rule, {})
    assert "Parameters" not in page
    assert "  Nothing but the changed paths and their counts. Runs on every pull request." in page


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        (
            Verb.ATTEST,
            (
                "  /prgate attest ITEM at HEAD: what you checked\n"
                "    By whoever has write permission or more and took no part in the change; in\n"
                "    `tight` whoever has maintain permission or more and took no part in the\n"
                "    change.\n"
            ),
        ),
        (
            Verb.WROTE,
            (
                "  /prgate wrote PATH:LINES at HEAD\n"
                "    By whoever has write permission or more; in `tight` nobody, unless the\n"
                "    policy's `commands` let somebody. It stays a claim, and where marks or a\n"
                "    trace say otherwise it is a finding.\n"
            ),
        ),
    ],
)
def test_a_rule_that_people_can_answer_says_how_and_who(monkeypatch: pytest.MonkeyPatch, verb: Verb, said: str) -> None:
    rule = replace(invented(monkeypatch, DOCUMENT), answer=verb)
    data = {
        "loose": b"version: 1\nrules: {slow-change: block}\n",
        "tight": b"version: 1\nrules: {slow-change: block}\ncommands: {attest: maintain, wrote: none}\n",
    }
    found = {name: read_pack(name, rules=(rule,), packs=data) for name in data}
    assert f"\nAnswers\n{said}  /prgate waive" in explain(rule, found)
    form = said.partition("\n")[0].strip()
    assert f"\n\n**Answer.** `{form}`: by whoever has write permission or more" in reference((rule,), found)
    assert "**Answer.**" not in reference((invented(monkeypatch, DOCUMENT),), found)


def test_the_forms_that_a_rule_page_names_are_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    filled = {
        "ITEM": "1",
        "HEAD": "3f9c2ab",
        "what you checked": "read it",
        "PATH:LINES": "a.py:3-9",
        "YYYY-MM-DD": "2027-01-31",
        "reason": "x",
        ": why": ": y",
    }
    for verb in (Verb.ATTEST, Verb.WROTE):
        for form, _ in forms(replace(invented(monkeypatch, DOCUMENT), answer=verb), {}):
            spelled = form
            for word, value in filled.items():
                spelled = spelled.replace(word, value)
            (command,) = read_commands(spelled)
            assert None is command.malformed, spelled


def test_every_fact_that_a_rule_can_need_has_words(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = explain(invented(monkeypatch, DOCUMENT, Nothing, Needs()), {})
    needed = explain(invented(monkeypatch, DOCUMENT, Nothing, Needs(facts=frozenset(Fact))), {})
    listed = " ".join(needed.split("Needs\n")[1].split("Runs on")[0].split()).removesuffix(".").split(", ")
    assert "nothing but" in bare.lower()
    assert len(Fact) == len(set(listed))


def test_the_reference_has_a_table_of_packs_and_a_part_for_every_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = invented(monkeypatch, DOCUMENT)
    other, bare = replace(rule, id="loud-change"), replace(rule, id="quick-change", params=Nothing)
    found = packs(
        (rule, other), high="slow-change: {params: {most: 1}}, loud-change: block", low="slow-change: {mode: observe, on_unknown: warn}"
    )
    text = reference((rule, other, bare), found)
    assert "| rule | low | high |\n| --- | --- | --- |\n| [`slow-change`](#slow-change) | observe | block |" in text
    assert (
        "| [`loud-change`](#loud-change) | off | block |\n| [`quick-change`](#quick-change) | off | off |\n\n## slow-change\n\nFlags slow changes.\n\n**Why.** Slow changes are slow."
        in text
    )
    assert "| `most` | whole number, 1 or more, 9 or less | `5` | How many &#124; at most. |" in text
    assert "**Tuned in** `high`: `most: 1`.\n\n## loud-change\n" in text
    assert text.endswith("Runs on pull requests that are judged.\n")


def test_nothing_is_said_of_tuning_where_no_pack_tunes(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = invented(monkeypatch, DOCUMENT)
    assert "Tuned" not in reference((rule,), packs((rule,), low="slow-change: warn"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_a_page(rule: Rule) -> None:
    data = read_packs()
    page = explain(rule, {name: read_pack(name, rules=RULES, packs=data) for name in data})
    assert page.startswith(f"{rule.id}\n\nFlags ")
    assert [line for line in page.splitlines() if len(line) > 78 and not line.startswith("  ")] == []
    assert [title for title in ("\nWhy\n", "\nFix\n", "\nNeeds\n", "\nPacks\n") if title not in page] == []


def generate(*arguments: str, script: Path = ROOT / "scripts" / "generate.py") -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, script, *arguments], capture_output=True, text=True, check=False)


def test_the_generator_takes_nothing_but_check() -> None:
    done = generate("--force")
    assert (done.returncode, done.stderr) == (2, "usage: python scripts/generate.py [--check]\n")


def test_the_keys_of_a_list_s_entries_are_explained_too_and_an_empty_text_is_seen() -> None:
    page = {item.name: item for item in rule_page(UNDISCLOSED).parameters}["trailers"]
    assert page.meaning.endswith("`example`: A value that has the form, for whoever must write one.")
    assert page.default.startswith('[{key: Assisted-by, form: "", example: ""}, ')


def test_the_generator_names_what_is_stale_and_writes_it(tmp_path: Path) -> None:
    script = tmp_path / "scripts" / "generate.py"
    folder = tmp_path / "policies"
    script.parent.mkdir()
    folder.mkdir()
    script.write_bytes((ROOT / "scripts" / "generate.py").read_bytes())
    (folder / "README.md").write_text("old", encoding="utf-8")
    names = [f"policies/{name}" for name in ("schema.json", "verdict.schema.json", "facts.schema.json", "README.md")]
    names += ["docs/attacks.md", "docs/trace-formats.md", "docs/agents.md"]
    stale = generate("--check", script=script)
    assert (stale.returncode, stale.stdout.splitlines()) == (
        1,
        [f"{name} is stale: run python scripts/generate.py" for name in names],
    )
    assert [path.name for path in folder.iterdir()] == ["README.md"]
    assert generate(script=script).stdout.splitlines() == [f"{name} written" for name in names]
    current = generate("--check", script=script)
    assert (current.returncode, current.stdout, current.stderr) == (0, "", "")
