from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from prgate.action.evaluate import Run
from prgate.action.result import Done, Published, Result
from prgate.action.settings import Settings, read_settings
from prgate.action.tell import exit_code, log, write
from prgate.github.session import Session
from prgate.model.verdict import Conclusion, Verdict
from prgate.render.check import annotations_of
from prgate.render.mishap import Mishap, MishapKind
from tests.action.bench import _outputs
from tests.action.test_settings import RUNNER
from tests.render.verdicts import fails, passes, warns

FAIL, PASS, WARN = fails(), passes(), warns()
LOST = Mishap(MishapKind.UNREACHABLE, "the forge said nothing", "", "Run the job again.")
BROKEN = Mishap(MishapKind.CONFIGURATION, "no such rule", ".github/prgate.yml:3:1", "Take it out.")
COMMAND = "::set-output name=x::y"


def done_of(place: Path, *results: Result, nothing: str | None = None, **more: str) -> Done:
    settings = settings_of(place, **more)
    run = Run(
        settings, Session(api=settings.api, token=settings.token), place, "2026-03-01T12:00:00Z", lambda _: None, seconds={"judge": 1.25}
    )
    return Done(results, nothing, run)


def settings_of(place: Path, **more: str) -> Settings:
    files = {"GITHUB_OUTPUT": str(place / "output"), "GITHUB_STEP_SUMMARY": str(place / "summary")}
    return read_settings(RUNNER | files | more)


def result(outcome: Verdict | Mishap, *notes: str, unshown: bool = False) -> Result:
    shown = annotations_of(outcome) if unshown and isinstance(outcome, Verdict) else ()
    return Result("pull request 7", outcome, Published(list(notes), shown))


def told(place: Path, done: Done) -> tuple[str, Mapping[str, str]]:
    write(done.run.settings, done)
    summary, output = (place / name for name in ("summary", "output"))
    return summary.read_text(encoding="utf-8") if summary.exists() else "", _outputs(output.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("outcomes", "code", "verdict"),
    [
        ((), 0, ""),
        ((PASS,), 0, "pass"),
        ((WARN, PASS), 0, "warn"),
        ((replace(PASS, verdict=Conclusion.INCOMPLETE),), 1, "incomplete"),
        ((PASS, FAIL, WARN), 1, "fail"),
        ((LOST,), 1, "incomplete"),
        ((PASS, LOST), 1, "incomplete"),
        ((LOST, FAIL), 1, "fail"),
        ((BROKEN,), 2, "incomplete"),
        ((FAIL, BROKEN), 2, "fail"),
    ],
)
def test_the_exit_and_the_output_are_of_the_worst(tmp_path: Path, outcomes: tuple[Verdict | Mishap, ...], code: int, verdict: str) -> None:
    done = done_of(tmp_path, *map(result, outcomes), nothing=None if outcomes else "no pull request")
    assert (code, verdict) == (exit_code(done), told(tmp_path, done)[1]["verdict"])


def test_the_files_hold_the_worst_verdict(tmp_path: Path) -> None:
    _, outputs = told(tmp_path, done_of(tmp_path, result(PASS), result(FAIL), result(LOST)))
    assert '"verdict": "fail"' in Path(outputs["report-path"]).read_text(encoding="utf-8")
    assert '"2.1.0"' in Path(outputs["sarif-path"]).read_text(encoding="utf-8")
    assert str(sum(not finding.waived for each in FAIL.results for finding in each.findings)) == outputs["findings"]


def test_without_a_verdict_there_are_no_files(tmp_path: Path) -> None:
    _, outputs = told(tmp_path, done_of(tmp_path, result(LOST)))
    assert {"verdict": "incomplete", "findings": "0", "report-path": "", "sarif-path": ""} == outputs


def test_where_the_runner_gives_no_files_none_are_written(tmp_path: Path) -> None:
    done = done_of(tmp_path, result(LOST))
    write(replace(done.run.settings, output=None, summary=None), done)
    assert [] == [path.name for path in tmp_path.iterdir()]


def test_outputs_and_summary_are_added_to_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "output").write_text("mine<<E\n1\nE\n", encoding="utf-8")
    (tmp_path / "summary").write_text("Mine.\n", encoding="utf-8")
    summary, outputs = told(tmp_path, done_of(tmp_path, result(PASS)))
    assert ("1", "pass") == (outputs["mine"], outputs["verdict"])
    assert summary.startswith("Mine.\n")


def test_each_output_ends_with_a_word_that_nobody_can_guess(tmp_path: Path) -> None:
    told(tmp_path, done_of(tmp_path, result(PASS)))
    ends = [line.partition("<<")[2] for line in (tmp_path / "output").read_text(encoding="utf-8").split("\n") if "<<" in line]
    assert (4, 4, True) == (len(ends), len(set(ends)), all(len(end) == len("prgate-") + 32 for end in ends))


def test_the_log_says_why_there_was_nothing_to_judge(tmp_path: Path) -> None:
    assert "prgate: nothing to judge. event `push` is none\n" in log(done_of(tmp_path, nothing="event `push` is none"))


def test_the_log_says_what_was_not_judged_and_where_it_is_to_be_mended(tmp_path: Path) -> None:
    lines = log(done_of(tmp_path, result(BROKEN), result(LOST))).split("\n")
    assert [
        "prgate: pull request 7 could not be judged",
        "prgate: .github/prgate.yml:3:1",
        "prgate: no such rule",
        "prgate: Take it out.",
        "prgate: pull request 7 could not be judged",
        "prgate: the forge said nothing",
        "prgate: Run the job again.",
    ] == lines[:7]


def test_what_could_not_be_published_is_in_log_and_summary(tmp_path: Path) -> None:
    done = done_of(tmp_path, result(PASS, "The comment could not be posted: no."), result(LOST, "Nor this."))
    summary, _ = told(tmp_path, done)
    assert "prgate: The comment could not be posted: no.\n" in log(done)
    assert "prgate: Nor this.\n" in log(done)
    assert 2 == summary.count("Not published as meant")


def test_a_stale_verdict_is_said_to_be_one(tmp_path: Path) -> None:
    done = done_of(tmp_path, Result("pull request 7", FAIL, None), Result("pull request 8", LOST, None))
    summary, _ = told(tmp_path, done)
    assert (2, 2) == (log(done).count("so nothing was posted"), summary.count("so nothing was posted"))


def test_annotations_that_no_check_run_holds_are_commands_in_the_log(tmp_path: Path) -> None:
    assert "\n::" not in log(done_of(tmp_path, result(FAIL)))
    assert "\n::error file=" in log(done_of(tmp_path, result(FAIL, unshown=True)))


@pytest.mark.parametrize("words", [COMMAND, f"x\n{COMMAND}", f"x\r{COMMAND}", f"\x1b[2J\n{COMMAND}"])
def test_no_strangers_words_start_a_command(tmp_path: Path, words: str) -> None:
    mishap = Mishap(MishapKind.CONFIGURATION, words, words, words)
    done = done_of(tmp_path, Result(words, mishap, Published([words])), nothing=words)
    assert not [line for line in log(done).replace("\r", "\n").split("\n") if line.lstrip().startswith("::")]


def test_the_figures_say_what_it_cost(tmp_path: Path) -> None:
    done = done_of(tmp_path, result(PASS), PRGATE_INSTALL_SECONDS="3.14")
    assert log(done).endswith("prgate: install 3.1 s, judge 1.2 s, API requests 0\n")
    assert "install 3.1 s, judge 1.2 s, API requests 0" in told(tmp_path, done)[0]
    assert "install" not in log(done_of(tmp_path, result(PASS)))
