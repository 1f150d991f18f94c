"""Writes the schemas and the rule reference in ``policies/``; ``--check`` says which are stale and exits 1."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from prgate.formats.facts import facts_schema
from prgate.formats.policy import read_pack
from prgate.formats.policy_schema import policy_schema
from prgate.formats.verdict import verdict_schema
from prgate.packs import read_packs
from prgate.render.reference import reference
from prgate.rules import RULES

FOLDER = Path(__file__).parents[1] / "policies"


def generated() -> dict[str, str]:
    """File name to text of everything in ``policies/`` that is made from the code."""
    packs = read_packs()
    schemas = {
        "schema.json": policy_schema(RULES, packs),
        "verdict.schema.json": verdict_schema(),
        "facts.schema.json": facts_schema(),
    }
    texts = {name: json.dumps(schema, indent=2, ensure_ascii=False) + "\n" for name, schema in schemas.items()}
    return {**texts, "README.md": reference(RULES, {name: read_pack(name, rules=RULES, packs=packs) for name in packs})}


def main(arguments: list[str]) -> int:
    """Write the files that are stale, or only name them."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python scripts/generate.py [--check]\n")
        return 2
    stale = {
        name: text
        for name, text in generated().items()
        if not (FOLDER / name).is_file() or (FOLDER / name).read_text(encoding="utf-8") != text
    }
    for name, text in stale.items():
        if arguments:
            sys.stdout.write(f"policies/{name} is stale: run python scripts/generate.py\n")
        else:
            (FOLDER / name).write_text(text, encoding="utf-8")
            sys.stdout.write(f"policies/{name} written\n")
    return 1 if arguments and stale else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
