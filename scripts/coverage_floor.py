"""Fails where the tests reach less of a package than it is held to; prints the share of lines and branches of each."""

from __future__ import annotations

import io
import json
import sys
import tempfile
from pathlib import Path

from coverage import Coverage

FLOORS = {
    "model": 100,
    "engine.py": 100,
    "reading.py": 100,
    "reported.py": 100,
    "rules": 100,
    "formats": 100,
    "render": 100,
    "authorship": 100,
    "reconcile": 100,
    "git": 99,
    "github": 99,
    "action": 99,
    "doctor": 99,
    "attach": 99,
    "gather": 93,
    "": 98,
}
"""Least share in percent, by place under ``src/prgate``; the empty place is the whole package."""


def shares() -> dict[str, float]:
    """Percent of lines and branches reached, by place."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        data = Coverage()
        data.load()
        data.json_report(outfile=str(report))
        files = json.loads(report.read_text(encoding="utf-8"))["files"]
    found = {}
    for place in FLOORS:
        total = hit = 0
        for path, measured in files.items():
            inside = path.partition("prgate/")[2] if "src/prgate/" in path else path
            if inside == place or not place or inside.startswith(f"{place}/"):
                summary = measured["summary"]
                total += summary["num_statements"] + summary["num_branches"]
                hit += summary["covered_lines"] + summary["covered_branches"]
        found[place] = 100 * hit / total if total else 0.0
    return found


def main() -> int:
    """Print every share; 1 if one is under its floor."""
    out, low = io.StringIO(), False
    for place, share in shares().items():
        under = share < FLOORS[place]
        low |= under
        out.write(f"{place or 'all':<12}{share:7.2f} % of {FLOORS[place]} %{'  too low' if under else ''}\n")
    print(out.getvalue(), end="")
    return int(low)


if __name__ == "__main__":
    sys.exit(main())
