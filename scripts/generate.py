"""Writes what is made from the code: schemas and rules in ``policies/``, attacks and trace formats in ``docs/``; ``--check`` names what is stale and exits 1."""

from __future__ import annotations

import ast
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from prgate.authorship.signature_file import shipped
from prgate.formats.facts import facts_schema
from prgate.formats.policy import read_pack
from prgate.formats.policy_schema import policy_schema
from prgate.formats.traces import READERS
from prgate.formats.traces.reader import Reader
from prgate.formats.verdict import verdict_schema
from prgate.packs import read_packs
from prgate.render.reference import reference
from prgate.rules import RULES

ROOT = Path(__file__).parents[1]
GROUPS = {
    "policy": "The judge and its policy",
    "inputs": "The change and what is handed in with it",
    "text": "Text that wants to be more",
    "identity": "Who says so",
    "forge": "Branches, checks and events of the forge",
    "runner": "The machine that the gate runs on",
}
_ATTACK = re.compile(
    r"(?P<sentence>[^\n]+\.)\n\nGroup: (?P<group>[a-z]+)\nSeen in: (?P<seen>.+?)\nHeld by: (?P<held>.+?)(?:\nLeft: (?P<left>.+))?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Attack:
    """One file of ``tests/attacks``; ``left`` says what remains possible, null where nothing does."""

    name: str
    sentence: str
    group: str
    seen: str
    held: str
    left: str | None


def read_attack(path: Path) -> Attack:
    """The attack that a test file tries, as its docstring tells it; raises ``ValueError`` where that has not the form."""
    found = _ATTACK.fullmatch(ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "")
    if found is None:
        raise ValueError(f"{path.name}: its docstring has not the form that tests/attacks/__init__.py gives")
    if found["group"] not in GROUPS:
        raise ValueError(f"{path.name}: the group `{found['group']}` is none of {', '.join(GROUPS)}")
    held, seen = (" ".join(found[name].split()) for name in ("held", "seen"))
    left = None if found["left"] is None else " ".join(found["left"].split())
    return Attack(path.stem.removeprefix("test_"), found["sentence"], found["group"], seen, held, left)


def read_attacks(folder: Path) -> tuple[Attack, ...]:
    """All attacks, by name; the test of this list is none."""
    return tuple(read_attack(path) for path in sorted(folder.glob("test_*.py")) if path.name != "test_list.py")


def attack_page(attacks: tuple[Attack, ...]) -> str:
    """All attacks as Markdown, grouped."""
    lines = [
        "<!-- Written by scripts/generate.py from tests/attacks; change those. -->",
        "",
        "# Attacks",
        "",
        f"The {len(attacks)} ways past a gate that prgate is tested against, each a file of `tests/attacks` that tries it at the real entry point.",
        "*Seen in* names a tool that lets it through, in the version that was read or run. *Left* is what remains possible all the same;",
        "[the trust model](trust.md) says what follows from it for each install.",
    ]
    for group, title in GROUPS.items():
        mine = [attack for attack in attacks if attack.group == group]
        lines += ["", f"## {title}"] if mine else []
        for attack in mine:
            lines += ["", f"### {attack.name.replace('_', ' ')}", "", attack.sentence, ""]
            lines += [f"- **Seen in** {attack.seen}", f"- **Held by** {attack.held}"]
            lines += [f"- **Left** {attack.left}"] if attack.left is not None else []
            lines += [f"- Tried in [`tests/attacks/test_{attack.name}.py`](../tests/attacks/test_{attack.name}.py)"]
    return "\n".join(lines) + "\n"


def format_page(readers: tuple[Reader, ...]) -> str:
    """All trace formats as a Markdown table, by name."""
    known = shipped()
    lines = [
        "<!-- Written by scripts/generate.py from src/prgate/formats/traces; change that. -->",
        "",
        "# Trace formats",
        "",
        f"The {len(readers)} formats that prgate reads, told apart by content. [Traces](traces.md) says where they are looked for and how one is added.",
        "",
        "| format | written by | where it is found | what it tells |",
        "|---|---|---|---|",
    ]
    for reader in sorted(readers, key=lambda reader: reader.name):
        agents = ", ".join(known.name(agent) for agent in reader.agents) or "many"
        lines.append(f"| `{reader.name}` | {agents} | {reader.found} | {reader.holds} |")
    return "\n".join(lines) + "\n"


def generated() -> dict[str, str]:
    """Path to text of everything that is made from the code."""
    packs = read_packs()
    schemas = {
        "policies/schema.json": policy_schema(RULES, packs),
        "policies/verdict.schema.json": verdict_schema(),
        "policies/facts.schema.json": facts_schema(),
    }
    texts = {name: json.dumps(schema, indent=2, ensure_ascii=False) + "\n" for name, schema in schemas.items()}
    rules = reference(RULES, {name: read_pack(name, rules=RULES, packs=packs) for name in packs})
    return {
        **texts,
        "policies/README.md": rules,
        "docs/attacks.md": attack_page(read_attacks(ROOT / "tests" / "attacks")),
        "docs/trace-formats.md": format_page(READERS),
    }


def main(arguments: list[str]) -> int:
    """Write the files that are stale, or only name them."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python scripts/generate.py [--check]\n")
        return 2
    stale = {
        name: text for name, text in generated().items() if not (ROOT / name).is_file() or (ROOT / name).read_text(encoding="utf-8") != text
    }
    for name, text in stale.items():
        if arguments:
            sys.stdout.write(f"{name} is stale: run python scripts/generate.py\n")
        else:
            (ROOT / name).parent.mkdir(exist_ok=True)
            (ROOT / name).write_text(text, encoding="utf-8")
            sys.stdout.write(f"{name} written\n")
    return 1 if arguments and stale else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
