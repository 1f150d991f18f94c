"""The list of attacks: every file has the form, and the page that is made of them is current."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from scripts.generate import GROUPS, ROOT, Attack, attack_page, read_attack, read_attacks

HERE = Path(__file__).parent
FORM = "Somebody tries something.\n\nGroup: forge\nSeen in: a tool 1.0\nHeld by: the gate\n  looks.\nLeft: not much.\n"


def written(place: Path, text: str) -> Path:
    path = place / "test_something.py"
    path.write_text(f'"""{text}"""\n', encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Somebody tries something.\n",
        FORM.replace("something.", "something"),
        FORM.replace("Group: forge\n", ""),
        FORM.replace("Held by", "Held"),
        FORM.replace("Seen in: a tool 1.0\n", "") + "Seen in: a tool 1.0\n",
    ],
    ids=["nothing", "a sentence alone", "no sentence", "no group", "another word", "another order"],
)
def test_a_file_without_the_form_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match=r"test_something.py: its docstring has not the form"):
        read_attack(written(tmp_path, text))


def test_a_group_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="the group `luck` is none of policy, inputs, text, identity, forge, runner"):
        read_attack(written(tmp_path, FORM.replace("forge", "luck")))


def test_what_runs_over_lines_is_one_line_of_the_page(tmp_path: Path) -> None:
    attack = read_attack(written(tmp_path, FORM))
    assert Attack("something", "Somebody tries something.", "forge", "a tool 1.0", "the gate looks.", "not much.") == attack
    assert "- **Held by** the gate looks.\n- **Left** not much.\n" in attack_page((attack,))


def test_every_group_has_an_attack() -> None:
    assert set(GROUPS) == {attack.group for attack in read_attacks(HERE)}


@pytest.mark.parametrize("path", sorted(HERE.glob("test_*.py")), ids=lambda path: path.stem)
def test_every_attack_is_tried_at_a_real_door(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert path == Path(__file__) or re.search(r'\bbench\.(?:run|act)\(|"(?:check|action)"', text), "no entry point is called"


def test_the_page_is_current() -> None:
    page = ROOT / "docs" / "attacks.md"
    assert attack_page(read_attacks(HERE)) == page.read_text(encoding="utf-8"), "run python scripts/generate.py"
