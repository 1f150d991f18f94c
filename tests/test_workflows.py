"""The workflows that are shipped, shown and used: safe, pinned, least privilege, and everywhere the same text."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from prgate.doctor.token import NEEDED
from prgate.formats.workflow import Workflow, read_workflow

ROOT = Path(__file__).parents[1]
SHIPPED = sorted((ROOT / "src" / "prgate" / "workflows").glob("*.yml"))
OWN = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
DOCUMENTS = [ROOT / "README.md", ROOT / "docs" / "install.md"]
INSTALLS = ("prgate.yml", "same-repository.yml")
PLACEHOLDER = "prgate/prgate@" + "0" * 40
ZIZMOR = Path(sys.executable).with_name("zizmor")


def blocks(document: Path) -> list[str]:
    """The whole workflows among the YAML blocks of a document."""
    found = re.findall(r"```yaml\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL)
    return [block for block in found if re.search(r"^jobs:", block, re.MULTILINE)]


def audit(*files: Path, persona: str = "regular") -> tuple[int, str]:
    done = subprocess.run(
        [ZIZMOR, "--offline", "--no-progress", f"--persona={persona}", *files], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def shipped(name: str) -> Workflow:
    return read_workflow((ROOT / "src" / "prgate" / "workflows" / name).read_bytes())


def test_the_audit_finds_what_is_dangerous(tmp_path: Path) -> None:
    place = tmp_path / "bad.yml"
    place.write_text("on: pull_request_target\njobs: {a: {runs-on: x, steps: [{uses: actions/checkout@v4}]}}\n")
    assert audit(place)[0] != 0


def test_every_workflow_and_the_action_are_clean() -> None:
    code, said = audit(*SHIPPED, *OWN, ROOT / "action.yml")
    assert code == 0, said


def test_the_shipped_workflows_are_clean_for_the_strictest_auditor() -> None:
    code, said = audit(*SHIPPED, persona="auditor")
    assert code == 0, said


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_workflow_that_a_document_shows_is_clean(document: Path, tmp_path: Path) -> None:
    places = [tmp_path / f"{number}.yml" for number, _ in enumerate(blocks(document))]
    for place, block in zip(places, blocks(document), strict=True):
        place.write_text(block, encoding="utf-8")
    assert places
    code, said = audit(*places)
    assert code == 0, said


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_the_documents_show_exactly_what_is_shipped(document: Path) -> None:
    assert sorted(path.read_text(encoding="utf-8") for path in SHIPPED) == sorted(blocks(document))


@pytest.mark.parametrize("path", [*SHIPPED, *OWN], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_workflow_is_pinned_and_gives_no_job_more_than_it_names(path: Path) -> None:
    workflow = read_workflow(path.read_bytes())
    uses = [step.uses for job in workflow.jobs for step in job.steps if step.uses]
    assert [] == [use for use in uses if use != "$/" and not re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}", use)]
    assert workflow.permissions == {}


@pytest.mark.parametrize("name", INSTALLS)
def test_the_gate_has_the_least_permissions_and_a_job_of_its_own(name: str) -> None:
    (job,) = shipped(name).jobs
    assert NEEDED == job.permissions
    assert [PLACEHOLDER] == [step.uses for step in job.steps]


@pytest.mark.parametrize("name", [path.name for path in SHIPPED])
def test_no_job_bears_the_name_of_the_check(name: str) -> None:
    assert [] == [job for job in shipped(name).jobs if "verdict" in job.name.lower() or "/" in job.name]


@pytest.mark.parametrize("name", INSTALLS)
def test_the_concurrency_belongs_to_the_job_and_never_cuts_a_run_short(name: str) -> None:
    text = (ROOT / "src" / "prgate" / "workflows" / name).read_text(encoding="utf-8")
    assert re.search(r"^concurrency:", text, re.MULTILINE) is None
    assert ["    concurrency:", "      cancel-in-progress: false"] == re.findall(
        r"^ +(?:concurrency:|cancel-in-progress:.*)$", text, re.MULTILINE
    )
    assert re.search(r"^    timeout-minutes: [0-9]+$", text, re.MULTILINE) is not None


def test_the_install_for_forks_never_runs_what_a_pull_request_brings() -> None:
    assert {"pull_request", "pull_request_review", "push"} & set(shipped("prgate.yml").triggers) == set()
    review = shipped("prgate-review.yml")
    assert set(review.triggers) == {"pull_request_review"}
    assert [{}] == [job.permissions for job in review.jobs]
    assert shipped("prgate.yml").triggers["workflow_run"].workflows == (review.name,)


@pytest.mark.parametrize("name", INSTALLS)
def test_a_retarget_a_label_and_the_queue_are_heard(name: str) -> None:
    triggers = shipped(name).triggers
    (pull,) = [trigger for event, trigger in triggers.items() if event in {"pull_request", "pull_request_target"}]
    assert pull.types == ("opened", "reopened", "synchronize", "edited", "ready_for_review", "labeled", "unlabeled")
    assert [] == [event for event, trigger in triggers.items() if trigger.filters]
    assert {"merge_group", "issue_comment", "workflow_dispatch"} <= set(triggers)


@pytest.mark.parametrize("name", INSTALLS)
def test_a_command_that_is_edited_or_deleted_is_heard_and_so_is_a_review(name: str) -> None:
    assert ("created", "edited", "deleted") == shipped(name).triggers["issue_comment"].types
    hears = shipped("prgate-review.yml" if name == "prgate.yml" else name)
    assert ("submitted", "edited", "dismissed") == hears.triggers["pull_request_review"].types


def test_the_project_judges_its_own_pull_requests_with_the_prgate_of_its_default_branch() -> None:
    own = read_workflow((ROOT / ".github" / "workflows" / "prgate.yml").read_bytes())
    (job,) = own.jobs
    assert ["$/"] == [step.uses for step in job.steps]
    assert job.permissions == NEEDED
    assert {"pull_request_target", "workflow_run", "issue_comment", "workflow_dispatch"} == set(own.triggers)
    assert job.condition == shipped("prgate.yml").jobs[0].condition
    review = ROOT / "src" / "prgate" / "workflows" / "prgate-review.yml"
    assert review.read_text(encoding="utf-8") == (ROOT / ".github" / "workflows" / "prgate-review.yml").read_text(encoding="utf-8")
