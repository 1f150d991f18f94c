"""The code keeps its own rules: the registry, the cases, file sizes, what is generated, and the paths that the documents name."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from prgate.model.rule import Rule
from prgate.packs import read_packs
from prgate.rules import RULES
from tests.case_runner import CASES, all_cases

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "prgate"
PYTHON = sorted(path for folder in ("src", "tests", "scripts") for path in (ROOT / folder).rglob("*.py"))
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "docs" / "install.md",
    ROOT / "docs" / "trust.md",
    ROOT / "docs" / "commands.md",
    ROOT / "docs" / "traces.md",
    ROOT / ".github" / "CONTRIBUTING.md",
    ROOT / "tests" / "benchmarks" / "README.md",
]


def test_every_rule_file_is_registered_under_its_own_name() -> None:
    files = {path.stem.replace("_", "-") for path in (SOURCE / "rules").glob("*.py") if path.stem != "__init__"}
    assert sorted(files) == [rule.id for rule in RULES]
    assert {rule.id: rule.check.__module__ for rule in RULES} == {rule.id: f"prgate.rules.{rule.id.replace('-', '_')}" for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_cases_that_fire_stay_quiet_and_cannot_know(rule: Rule) -> None:
    names = {case.folder.name for case in all_cases() if case.rule == rule.id}
    assert set() == {"fires", "quiet", "unknown"} - names
    assert names == {"tuned"} | names or not rule.params.__dataclass_fields__


def test_every_case_belongs_to_a_rule() -> None:
    assert set() == {folder.name for folder in CASES.iterdir()} - {rule.id for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_says_what_why_and_how_to_mend_it(rule: Rule) -> None:
    document = ast.get_docstring(ast.parse((SOURCE / "rules" / f"{rule.id.replace('-', '_')}.py").read_text()))
    assert document is not None
    assert ["Why", "Fix"] == re.findall(r"^## (\w+)$", document, re.MULTILINE)[:2]
    assert document.splitlines()[0].startswith("Flags ")


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_longer_than_a_person_reads(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", [path for path in PYTHON if path.is_relative_to(SOURCE)], ids=lambda path: str(path.relative_to(SOURCE)))
def test_every_module_says_in_one_sentence_what_lives_in_it(path: Path) -> None:
    document = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert document, "no docstring"


def test_the_generated_files_are_current() -> None:
    done = subprocess.run([sys.executable, ROOT / "scripts" / "generate.py", "--check"], capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stderr), done.stdout


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_the_paths_that_a_document_names_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#:]+)\)", text)
    named = re.findall(r"`((?:src|tests|scripts|policies|requirements)/[\w./-]*)`", text)
    missing = [link for link in links if not (document.parent / link).exists()] + [name for name in named if not (ROOT / name).exists()]
    assert [] == missing


def test_the_readme_names_every_exit_code_pack_and_option_that_exists() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [] == [pack for pack in read_packs() if f"`{pack}`" not in text]
    options = set(re.findall(r"(?<!-)(--[a-z][a-z-]*)", re.sub(r"```sh\npython3.*?```", "", text, flags=re.DOTALL)))
    known = {option for path in (SOURCE / "commands").glob("*.py") for option in re.findall(r'"(--[a-z-]+)"', path.read_text("utf-8"))}
    assert set() == options - known


def test_lock_files_name_no_index_and_hash_everything() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert [] == re.findall(r"https?://|--index|--find-links|file:", text)
        for entry in re.split(r"\n(?=\S)", text.strip()):
            assert "--hash=sha256:" in entry, entry.splitlines()[0]


def test_the_core_carries_no_coverage_pragma() -> None:
    assert [] == [str(path) for path in PYTHON if path.is_relative_to(SOURCE) and "pragma: no cover" in path.read_text(encoding="utf-8")]


def test_what_the_project_needs_is_locked_and_used() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    needed = {re.split(r"[<>=]", entry)[0] for entry in declared}
    locked = set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements" / "runtime.txt").read_text(encoding="utf-8"), re.MULTILINE))
    assert set() == needed - locked
    modules = {"google-re2": "re2", "pyyaml": "yaml", "annotated-types": "annotated_types"}
    source = "\n".join(path.read_text(encoding="utf-8") for path in PYTHON if path.is_relative_to(SOURCE))
    assert set() == {name for name in needed if not re.search(rf"^\s*(?:import|from) {modules.get(name, name)}\b", source, re.MULTILINE)}
