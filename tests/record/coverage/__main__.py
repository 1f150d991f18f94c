"""Run real coverage tools on the projects beside this file and keep their reports, without a path or a time of the machine.

    python -m tests.record.coverage --python PYTHON [--python PYTHON …] --node-modules FOLDER --gcovr GCOVR

Each ``--python`` has one version of coverage.py; the folder has c8 and jest. ``g++``, ``geninfo`` (lcov) and ``node`` are on the path. A tool
that is not given is left out, and its reports stay as they are. Only the order of the sections that geninfo writes differs from run to run.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

PROJECTS = Path(__file__).parent / "projects"
REPORTS = Path(__file__).parents[2] / "formats" / "coverage"
HOME = "/home/runner/work"
_TIMES = (
    (re.compile(rb'"timestamp": "[^"]*"'), b'"timestamp": "2026-01-01T00:00:00.000000"'),
    (re.compile(rb'timestamp="[0-9.]*"'), b'timestamp="1767225600"'),
)

ANALYSIS = """
import coverage, json, os, sys
measured = coverage.Coverage()
measured.load()
found = {}
for path in sorted(measured.get_data().measured_files()):
    _, statements, excluded, missing, _ = measured.analysis2(path)
    found[os.path.relpath(path)] = {"statements": statements, "missing": missing, "executed": sorted(set(statements) - set(missing))}
json.dump(found, sys.stdout, indent=1)
"""


def main() -> None:
    """Record what the given tools make."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--python", type=Path, action="append", default=[])
    parser.add_argument("--node-modules", type=Path)
    parser.add_argument("--gcovr", type=Path)
    arguments = parser.parse_args()
    REPORTS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for number, python in enumerate(arguments.python):
            _coveragepy(_lay_out("pay", place / str(number)), str(python.absolute()))
        if arguments.node_modules:
            _javascript(_lay_out("cart", place), arguments.node_modules.absolute())
        if arguments.gcovr:
            _cpp(_lay_out("ring", place), str(arguments.gcovr.absolute()))


def _coveragepy(project: Path, python: str) -> None:
    version = _run(project, python, "-c", "import coverage; print(coverage.__version__)").decode().strip()
    _run(project, python, "-m", "coverage", "run", "--branch", "--source=src/pay", "drive.py", env={"PYTHONPATH": "src"})
    for command, ending in (("json", "json"), ("xml", "xml"), ("lcov", "lcov")):
        _run(project, python, "-m", "coverage", command, "-o", f"report.{ending}")
        _keep(project, project / f"report.{ending}", f"coveragepy-{version}.{ending}")
    analysis = project / "analysis.json"
    analysis.write_bytes(_run(project, python, "-c", ANALYSIS))
    _keep(project, analysis, f"coveragepy-{version}.analysis.json")


def _javascript(project: Path, modules: Path) -> None:
    (project / "node_modules").symlink_to(modules)
    c8, jest = (json.loads((modules / name / "package.json").read_text("utf-8"))["version"] for name in ("c8", "jest"))
    reporters = ("--reporter=lcovonly", "--reporter=cobertura")
    _run(project, "node", str(modules / "c8" / "bin" / "c8.js"), *reporters, "--include=src", "--all", "node", "--test", "cart.test.js")
    _keep(project, project / "coverage" / "lcov.info", f"c8-{c8}.lcov")
    _keep(project, project / "coverage" / "cobertura-coverage.xml", f"c8-{c8}.xml")
    shutil.rmtree(project / "coverage")
    reporters = ("--coverageReporters=lcovonly", "--coverageReporters=cobertura")
    _run(project, "node", str(modules / "jest" / "bin" / "jest.js"), "--coverage", *reporters, "--collectCoverageFrom=src/**")
    _keep(project, project / "coverage" / "lcov.info", f"jest-{jest}.lcov")
    _keep(project, project / "coverage" / "cobertura-coverage.xml", f"jest-{jest}.xml")


def _cpp(project: Path, gcovr: str) -> None:
    _run(project, "g++", "--coverage", "-O0", "-Iinclude", "src/main.cpp", "-o", "ring")
    _run(project, str(project / "ring"))
    gcovr_version = _run(project, gcovr, "--version").split()[1].decode()
    lcov_version = _run(project, "geninfo", "--version").split()[-1].decode()
    _run(project, gcovr, "--cobertura", "report.xml", "--lcov", "report.lcov", "--exclude-throw-branches")
    _keep(project, project / "report.xml", f"gcovr-{gcovr_version}.xml")
    _keep(project, project / "report.lcov", f"gcovr-{gcovr_version}.lcov")
    _run(project, "geninfo", "--quiet", "--output-filename", "geninfo.lcov", ".")
    _keep(project, project / "geninfo.lcov", f"geninfo-{lcov_version}.lcov")


def _lay_out(name: str, place: Path) -> Path:
    project = place / name / name
    for source in (PROJECTS / name).rglob("*.txt"):
        target = project / source.relative_to(PROJECTS / name).with_suffix("")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
    return project


def _keep(project: Path, report: Path, name: str) -> None:
    """Copy a report as if the project lay where a GitHub runner checks it out, at one fixed time."""
    place, data = str(project).encode(), report.read_bytes()
    data = data.replace(place, f"{HOME}/{project.parent.name}/{project.name}".encode())
    for pattern, fixed in _TIMES:
        data = pattern.sub(fixed, data)
    (REPORTS / name).write_bytes(data)


def _run(cwd: Path, *command: str, env: Mapping[str, str] | None = None) -> bytes:
    settings = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(cwd), **(env or {})}
    return subprocess.run(command, cwd=cwd, env=settings, check=True, stdout=subprocess.PIPE).stdout


if __name__ == "__main__":
    main()
