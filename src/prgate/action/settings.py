"""What the runner and the workflow tell the Action, all of it through the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from prgate.errors import PrgateError

_ACTION_BOT: Final = "github-actions[bot]"
_MOST_FILES: Final = 50


@dataclass(frozen=True, slots=True)
class Files:
    """Where one kind of evidence is looked for: files as the workflow names them, and names of artifacts."""

    paths: tuple[str, ...]
    artifacts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """One run of the Action. ``run`` names it uniquely; ``author`` is the login that its token comments by, ``installed`` seconds."""

    event: str
    payload: Path
    repository: str
    api: str
    server: str
    token: str = field(repr=False)
    workspace: Path
    temp: Path
    output: Path | None
    summary: Path | None
    run: str
    run_url: str
    author: str
    number: int | None
    installed: float | None
    trace: Files
    coverage: Files
    base_coverage: Files


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings that the runner's variables (``GITHUB_…``, ``RUNNER_…``) and the inputs (``PRGATE_…``) give; raises ``PrgateError``."""
    repository, server = _needed(environment, "GITHUB_REPOSITORY"), _needed(environment, "GITHUB_SERVER_URL").rstrip("/")
    run_id, attempt = environment.get("GITHUB_RUN_ID", "0"), environment.get("GITHUB_RUN_ATTEMPT", "1")
    token = environment.get("PRGATE_TOKEN", "")
    if not token:
        raise PrgateError("the input is empty", "token", "Leave it out: its default is the job's own token.")
    return Settings(
        event=_needed(environment, "GITHUB_EVENT_NAME"),
        payload=Path(_needed(environment, "GITHUB_EVENT_PATH")),
        repository=repository,
        api=_needed(environment, "GITHUB_API_URL").rstrip("/"),
        server=server,
        token=token,
        workspace=Path(_needed(environment, "GITHUB_WORKSPACE")),
        temp=Path(_needed(environment, "RUNNER_TEMP")),
        output=_file(environment, "GITHUB_OUTPUT"),
        summary=_file(environment, "GITHUB_STEP_SUMMARY"),
        run=f"{run_id}.{attempt}",
        run_url=f"{server}/{repository}/actions/runs/{run_id}",
        author=environment.get("PRGATE_AUTHOR", "").strip() or _ACTION_BOT,
        number=_number(environment.get("PRGATE_PR", "").strip()),
        installed=_seconds(environment.get("PRGATE_INSTALL_SECONDS", "")),
        trace=_files(environment, "TRACE"),
        coverage=_files(environment, "COVERAGE"),
        base_coverage=_files(environment, "BASE_COVERAGE"),
    )


def _needed(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise PrgateError(
            "this variable is not set", name, "`prgate action` is run by the Action; on a desk, `prgate check` is what you want."
        )
    return value


def _file(environment: Mapping[str, str], name: str) -> Path | None:
    value = environment.get(name, "")
    return Path(value) if value else None


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 0 < len(text) <= 10 and int(text)):
        raise PrgateError("this is no number of a pull request", "pr", "Give digits alone, such as 812.")
    return int(text)


def _seconds(text: str) -> float | None:
    return float(text) if text.replace(".", "", 1).isdecimal() and len(text) <= 10 else None


def _files(environment: Mapping[str, str], kind: str) -> Files:
    return Files(_lines(environment, kind), _lines(environment, f"{kind}_ARTIFACT"))


def _lines(environment: Mapping[str, str], kind: str) -> tuple[str, ...]:
    """One entry a line; blank lines count for nothing."""
    lines = tuple(line.strip() for line in environment.get(f"PRGATE_{kind}", "").split("\n") if line.strip())
    if len(lines) > _MOST_FILES:
        raise PrgateError(
            f"{len(lines)} lines, more than {_MOST_FILES}", kind.lower().replace("_", "-"), "Merge the files before they are handed over."
        )
    return lines
