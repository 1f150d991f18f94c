"""What a run of the Action says on the runner: the log, the job's summary, the files, the outputs and the exit code."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path

from prgate.action.result import Done, Result
from prgate.action.settings import Settings
from prgate.formats.verdict import verdict_json
from prgate.model.verdict import Conclusion, Verdict
from prgate.render.commands import commands
from prgate.render.escape import terminal
from prgate.render.mishap import MishapKind
from prgate.render.sarif import sarif
from prgate.render.summary import mishap_summary, summary
from prgate.render.text import text

_STALE = "The pull request is closed or has another head by now, so nothing was posted."


def exit_code(done: Done) -> int:
    """2 where the configuration has to be mended, 1 for fail and incomplete, 0 for pass, warn and nothing to judge."""
    mishaps = [result.outcome.kind for result in done.results if not isinstance(result.outcome, Verdict)]
    return 2 if MishapKind.CONFIGURATION in mishaps else int(_worst(done.results) in {Conclusion.FAIL, Conclusion.INCOMPLETE})


def log(done: Done) -> str:
    """Lines for the job's log; no line of it starts a workflow command but the annotations that no check run could hold."""
    return "".join(f"{line}\n" for line in _lines(done))


def write(settings: Settings, done: Done) -> None:
    """The summary, the verdict as JSON and as SARIF, and the outputs that name them; of several verdicts the worst.

    What was not posted because it is stale is no verdict that a later step may act on.
    """
    for result in done.results:
        _append(settings.summary, _summary(result, done))
    verdicts = [result.outcome for result in done.results if isinstance(result.outcome, Verdict)]
    shown = max(verdicts, key=lambda verdict: verdict.verdict.rank, default=None)
    worst = _worst([result for result in done.results if result.published is not None])
    outputs = {
        "verdict": "" if worst is None else worst.value,
        "findings": str(sum(finding.open for verdict in verdicts for result in verdict.results for finding in result.findings)),
        "report-path": "" if shown is None else _file(done.run.folder / "verdict.json", verdict_json(shown)),
        "sarif-path": "" if shown is None else _file(done.run.folder / "verdict.sarif", sarif(shown)),
    }
    _append(settings.output, "".join(_output(name, value) for name, value in outputs.items()))


def _worst(results: Sequence[Result]) -> Conclusion | None:
    """The worst of all; what came to no verdict is incomplete."""
    outcomes = [result.outcome for result in results]
    conclusions = [outcome.verdict if isinstance(outcome, Verdict) else Conclusion.INCOMPLETE for outcome in outcomes]
    return max(conclusions, key=lambda conclusion: conclusion.rank, default=None)


def _lines(done: Done) -> Iterator[str]:
    if done.nothing is not None:
        yield f"prgate: nothing to judge. {terminal(done.nothing)}"
    for result in done.results:
        outcome = result.outcome
        if isinstance(outcome, Verdict):
            yield text(outcome)
        else:
            yield from (
                terminal(f"prgate: {part}")
                for part in (f"{result.name} could not be judged", outcome.where, outcome.message, outcome.help)
                if part
            )
        if result.published is None:
            yield f"prgate: {_STALE}"
            continue
        yield from (terminal(f"prgate: {note}") for note in result.published.notes)
        if result.published.unshown:
            yield commands(result.published.unshown)
    yield f"prgate: {', '.join(f'{name} {value}' for name, value in _figures(done).items())}"


def _summary(result: Result, done: Done) -> str:
    notes = [_STALE] if result.published is None else result.published.notes
    if isinstance(result.outcome, Verdict):
        return summary(result.outcome, notes=notes, figures=_figures(done))
    return mishap_summary(result.outcome, notes=notes, figures=_figures(done))


def _figures(done: Done) -> dict[str, str]:
    installed = done.run.settings.installed
    parts = ({} if installed is None else {"install": installed}) | done.run.seconds
    return {name: f"{spent:.1f} s" for name, spent in parts.items()} | {"API requests": str(done.run.session.requests)}


def _file(path: Path, content: str) -> str:
    path.write_text(content, encoding="utf-8")
    return str(path)


def _output(name: str, value: str) -> str:
    """One output in the runner's own form; nobody can guess the word that ends it."""
    end = f"prgate-{secrets.token_hex(16)}"
    return f"{name}<<{end}\n{value}\n{end}\n"


def _append(path: Path | None, content: str) -> None:
    if path is not None:
        with path.open("a", encoding="utf-8") as file:
            file.write(content)
