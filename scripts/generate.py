"""Writes what is made from the code: schemas and rules in ``policies/``, attacks, trace formats and agents in ``docs/``; ``--check`` names what is stale and exits 1."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from prgate.authorship.signature_file import shipped
from prgate.authorship.signatures import Signatures
from prgate.formats.facts import facts_schema
from prgate.formats.policy import read_pack
from prgate.formats.policy_schema import policy_schema
from prgate.formats.traces import READERS
from prgate.formats.traces.reader import Reader
from prgate.formats.verdict import verdict_schema
from prgate.model.authorship import SignKind
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


def agent_page(known: Signatures) -> str:
    """All agents and the rows of their marks as Markdown, in the file's order."""
    lines = [
        "<!-- Written by scripts/generate.py from src/prgate/authorship/signatures.toml; change that. -->",
        "",
        "# Agents and their marks",
        "",
        f"The {len(known.marks)} marks by which prgate knows {len(known.agents)} agents. A mark is matched whole and exactly: a login, an address, a line, a branch's",
        "name; never a domain, a first name or a word somewhere in a text. A mark is evidence that an agent took part, and no mark is no evidence that none did:",
        "Windsurf, Cline, Kilo Code, Zed, Augment and Tabnine leave none by default, and every mark but the opener can be taken away, or put there.",
        "",
        "## Where marks are looked for",
        "",
        "- **account**: the opener, a commit's author as the forge links it, and the forge's own addresses for an account that ends with `[bot]`.",
        "- **author**: the author's or committer's whole address, or what a tool writes into the author's name. **committer**: the committer's address alone.",
        f"- **trailer**: its key and value in a commit message or the description. An address counts under {_keys(known.lists.address_keys)}; the name of a tool under",
        f"  {_keys(known.lists.disclosure_keys)}.",
        "- **line**: a whole line of the description or of a commit message. **branch**: the whole name of the head branch, or what it starts with.",
        "",
        "Trailers and lines count wherever they stand in a message, since squashing buries them: also below `* subject`, or indented by `git merge --squash`, and",
        "trailers folded over several lines. What talks of marks bears none: quotes, code, comments, blocks that review tools write, the text of a bullet, a line",
        "with prose after it in its paragraph, and what a colon introduces, unless it is the message's last paragraph and nothing but trailers: git and the forges",
        "read that as said. A commit of automation that is no agent bears no mark, whatever it squashes. Neither do addresses under which tools sign what people",
        f"wrote or took from a review: {_keys(known.stamps)}.",
        "",
        "## A policy's own rows",
        "",
        "```yaml",
        "signatures:",
        "  disable: [cursor-made-with]",
        "  add:",
        '    - {agent: acme-bot, name: Acme bot, kind: opener, match: "acme-agent[bot]", exports_trace: true}',
        '    - {agent: acme-bot, kind: trailer, key: Acme-Run, match: "https://runs.example.com/{token}"}',
        '    - {agent: codex, kind: branch, match: "cdx/"}',
        "```",
        "",
        "`kind` is `opener` (account), `author`, `committer`, `trailer`, `body` (line) or `branch`. A pattern is literal text with `{digits}`, `{hex}`, `{token}`, `{url}`",
        "or `{login}`, each at least one character and taken greedily; `{rest}` is last, `{name}` is first. A wrong row is a mistake of the policy, with its line and",
        "column. *Trace* says that a change with this mark can bring the agent's session for others to read, which `missing-trace` asks for.",
    ]
    places = {SignKind.OPENER: "account", SignKind.BODY: "line"}
    for agent in known.agents.values():
        lines += ["", f"## {agent.name} (`{agent.id}`)", "", "| row | where | mark | trace | known from |", "|---|---|---|---|---|"]
        for mark in known.marks:
            if mark.agent == agent.id:
                text = f"{mark.key}: {mark.match}" if mark.key else mark.match
                cells = (f"`{mark.id}`", places.get(mark.kind, mark.kind), f"`{text}`", "yes" if mark.exports_trace else "", mark.source)
                lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _keys(keys: Iterable[str]) -> str:
    return ", ".join(f"`{key}`" for key in sorted(keys))


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
        "docs/agents.md": agent_page(shipped()),
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
