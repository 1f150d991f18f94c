from __future__ import annotations

from pathlib import Path

import pytest

from prgate.action.settings import Files, read_settings
from prgate.errors import PrgateError

RUNNER = {
    "GITHUB_EVENT_NAME": "pull_request",
    "GITHUB_EVENT_PATH": "/runner/event.json",
    "GITHUB_REPOSITORY": "acme/pay",
    "GITHUB_API_URL": "https://forge.example/api/v3/",
    "GITHUB_SERVER_URL": "https://forge.example/",
    "GITHUB_WORKSPACE": "/runner/work",
    "RUNNER_TEMP": "/runner/temp",
    "PRGATE_TOKEN": "ghs_1",
}


@pytest.mark.parametrize("name", RUNNER)
@pytest.mark.parametrize("value", [None, ""])
def test_what_the_runner_always_tells_is_asked_for_by_name(name: str, value: str | None) -> None:
    environment = {key: text for key, text in (RUNNER | {name: value}).items() if text is not None}
    with pytest.raises(PrgateError) as error:
        read_settings(environment)
    assert error.value.where == ("token" if name == "PRGATE_TOKEN" else name)
    assert error.value.help


def test_the_runners_word_alone_is_enough() -> None:
    settings = read_settings(RUNNER)
    assert ("https://forge.example/api/v3", "https://forge.example", "acme/pay") == (settings.api, settings.server, settings.repository)
    assert (Path("/runner/event.json"), Path("/runner/work"), Path("/runner/temp")) == (settings.payload, settings.workspace, settings.temp)
    assert (None, None, None, None) == (settings.output, settings.summary, settings.number, settings.installed)
    assert ("github-actions[bot]", "0.1", "https://forge.example/acme/pay/actions/runs/0") == (
        settings.author,
        settings.run,
        settings.run_url,
    )
    assert Files((), ()) == settings.trace == settings.coverage == settings.base_coverage


def test_every_input_has_its_place() -> None:
    given = {
        "GITHUB_OUTPUT": "/runner/out",
        "GITHUB_STEP_SUMMARY": "/runner/summary",
        "GITHUB_RUN_ID": "77",
        "GITHUB_RUN_ATTEMPT": "3",
        "PRGATE_AUTHOR": " gate[bot] ",
        "PRGATE_PR": " 812 ",
        "PRGATE_INSTALL_SECONDS": "12.5",
        "PRGATE_TRACE": "a.jsonl\n\n  b c.jsonl  \n",
        "PRGATE_TRACE_ARTIFACT": "trace",
        "PRGATE_COVERAGE": "coverage.xml",
        "PRGATE_BASE_COVERAGE_ARTIFACT": "base\nolder",
    }
    settings = read_settings(RUNNER | given)
    assert (Path("/runner/out"), Path("/runner/summary")) == (settings.output, settings.summary)
    assert ("77.3", "https://forge.example/acme/pay/actions/runs/77") == (settings.run, settings.run_url)
    assert ("gate[bot]", 812, 12.5) == (settings.author, settings.number, settings.installed)
    assert Files(("a.jsonl", "b c.jsonl"), ("trace",)) == settings.trace
    assert Files(("coverage.xml",), ()) == settings.coverage
    assert Files((), ("base", "older")) == settings.base_coverage


@pytest.mark.parametrize("text", ["0", "-1", "+7", "7.0", "#7", "seven", "\u0667", "1" * 11, "7 8"])
def test_a_number_of_a_pull_request_is_digits(text: str) -> None:
    with pytest.raises(PrgateError, match="no number of a pull request"):
        read_settings(RUNNER | {"PRGATE_PR": text})


@pytest.mark.parametrize("text", ["", "soon", "-1", "1.2.3", "inf", "nan", "1e9", "12345678901"])
def test_seconds_that_are_none_are_nothing_to_tell(text: str) -> None:
    assert read_settings(RUNNER | {"PRGATE_INSTALL_SECONDS": text}).installed is None


def test_more_files_than_anybody_names_are_refused() -> None:
    assert 50 == len(read_settings(RUNNER | {"PRGATE_TRACE": "a\n" * 50}).trace.paths)
    with pytest.raises(PrgateError, match="51 lines") as error:
        read_settings(RUNNER | {"PRGATE_BASE_COVERAGE_ARTIFACT": "a\n" * 51})
    assert "base-coverage-artifact" == error.value.where
