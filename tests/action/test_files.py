from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from prgate.action import files as module
from prgate.action.files import Commit, supplied
from prgate.action.settings import Files, Settings, read_settings
from prgate.github.session import Session
from prgate.model.grade import Grade
from prgate.model.missing import Missing, Why
from prgate.request import Supplied
from tests.action.bench import Bench
from tests.forge.forge import Forge
from tests.forge.handles import Pull
from tests.forge.runs import zipped

TESTS = ".github/workflows/tests.yml"
OWN = ".github/workflows/own.yml"


class Scene:
    """A pull request with runs on its head, and what the inputs may name."""

    def __init__(self, forge: Forge, place: Path) -> None:
        self.forge = forge
        self.bench = Bench(forge, place)
        self.pull: Pull = self.bench.open()
        self.settings: Settings = read_settings(self.bench.environment(self.bench.opened(self.pull)))
        self.session = Session(api=forge.url, token=self.settings.token, sleep=lambda _: None)
        self.folder = place / "evidence"
        self.folder.mkdir()

    def left(self, files: Mapping[str, bytes] | bytes, *, path: str = TESTS, digest: str | None = None, **more: Any) -> Mapping[str, Any]:
        """An artifact ``coverage`` of a run on the head."""
        return self.forge.artifact(self.bench.host, self.forge.run(self.pull, path=path, **more), "coverage", files, digest=digest)

    def found(
        self, *paths: str, artifacts: tuple[str, ...] = (), event: str | None = None, branch: str | None = None
    ) -> list[Supplied | Missing]:
        on = Commit(self.bench.head, self.bench.host.id, lambda path: path == TESTS, event=event, branch=branch)
        return list(supplied(self.settings, self.session, Files(paths, artifacts), on=on, kind="coverage", folder=self.folder))

    def artifact(self, **more: Any) -> list[Supplied | Missing]:
        return self.found(artifacts=("coverage",), **more)


@pytest.fixture
def scene(forge: Forge, tmp_path: Path) -> Iterator[Scene]:
    made = Scene(forge, tmp_path)
    yield made
    made.session.close()


def why(found: list[Supplied | Missing]) -> list[tuple[Why, str]]:
    for each in found:
        assert isinstance(each, Missing), each
        assert each.fix
    return [(each.why, each.detail) for each in found if isinstance(each, Missing)]


def graded(found: list[Supplied | Missing]) -> list[tuple[str, bytes, Grade]]:
    """Name, content and grade; anything missing is a mistake of the test."""
    assert not any(isinstance(each, Missing) for each in found), found
    return [(each.name, each.path.read_bytes(), each.grade) for each in found if isinstance(each, Supplied)]


def absent(workspace: Path) -> str:
    return "none.xml"


def upwards(workspace: Path) -> str:
    (workspace.parent / "secret").write_bytes(b"x")
    return "../secret"


def absolute(workspace: Path) -> str:
    return "/etc/hostname"


def linked(workspace: Path) -> str:
    (workspace / "link.xml").symlink_to("/etc/hostname")
    return "link.xml"


def below_a_link(workspace: Path) -> str:
    (workspace / "link").symlink_to("/etc")
    return "link/hostname"


def in_a_circle(workspace: Path) -> str:
    (workspace / "one").symlink_to("two")
    (workspace / "two").symlink_to("one")
    return "one"


def with_a_null(workspace: Path) -> str:
    return "a\x00b"


def too_long(workspace: Path) -> str:
    return "a" * 5_000


def folder(workspace: Path) -> str:
    (workspace / "reports").mkdir()
    return "reports"


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (absent, Why.ABSENT),
        (in_a_circle, Why.ABSENT),
        (with_a_null, Why.ABSENT),
        (too_long, Why.ABSENT),
        (upwards, Why.FORBIDDEN),
        (absolute, Why.FORBIDDEN),
        (linked, Why.FORBIDDEN),
        (below_a_link, Why.FORBIDDEN),
        (folder, Why.UNREADABLE),
    ],
)
def test_a_name_that_leads_to_no_file_of_the_job_is_missing(scene: Scene, make: Callable[[Path], str], reason: Why) -> None:
    name = make(scene.settings.workspace)
    assert [reason] == [each[0] for each in why(scene.found(name))]


def test_a_file_of_the_workspace_or_the_temporary_folder_is_claimed(scene: Scene) -> None:
    (scene.settings.workspace / "a.xml").write_bytes(b"<a/>")
    inside, outside = scene.settings.workspace / "to.xml", scene.settings.temp / "b.xml"
    outside.write_bytes(b"<b/>")
    inside.symlink_to(outside)
    found = scene.found("a.xml", str(outside), "to.xml")
    assert [("a.xml", b"<a/>", Grade.CLAIMED), (str(outside), b"<b/>", Grade.CLAIMED), ("to.xml", b"<b/>", Grade.CLAIMED)] == graded(found)


def test_an_artifact_that_no_run_on_the_head_left_is_absent(scene: Scene) -> None:
    assert [Why.ABSENT] == [each[0] for each in why(scene.artifact())]


def test_an_artifact_of_an_unchanged_workflow_is_verified(scene: Scene) -> None:
    scene.left({"b.xml": b"<b/>", "a/a.xml": b"<a/>"})
    found = scene.artifact()
    assert [("coverage/a/a.xml", b"<a/>", Grade.VERIFIED), ("coverage/b.xml", b"<b/>", Grade.VERIFIED)] == graded(found)
    assert "test code could still have written it" in str([each.note for each in found if isinstance(each, Supplied)])


def test_an_artifact_of_a_workflow_that_the_change_brings_is_claimed(scene: Scene) -> None:
    scene.left({"a.xml": b"<a/>"}, path=OWN)
    assert [("coverage/a.xml", b"<a/>", Grade.CLAIMED)] == graded(scene.artifact())


@pytest.mark.parametrize("order", [(OWN, TESTS), (TESTS, OWN), (OWN, TESTS, OWN, OWN), (TESTS, TESTS, OWN)])
def test_a_workflow_that_the_change_brings_displaces_none_that_it_leaves_alone(scene: Scene, order: tuple[str, ...]) -> None:
    for number, path in enumerate(order):
        scene.left({"a.xml": f"{path} {number}".encode()}, path=path)
    newest = max(number for number, path in enumerate(order) if path == TESTS)
    assert [("coverage/a.xml", f"{TESTS} {newest}".encode(), Grade.VERIFIED)] == graded(scene.artifact())


def test_of_workflows_that_the_change_brings_the_newest_counts(scene: Scene) -> None:
    for number in range(3):
        scene.left({"a.xml": b"%d" % number}, path=OWN)
    assert [("coverage/a.xml", b"2", Grade.CLAIMED)] == graded(scene.artifact())


def test_an_archive_that_is_not_what_the_forge_keeps_is_refused(scene: Scene) -> None:
    scene.left({"a.xml": b"<a/>"}, digest="sha256:" + "0" * 64)
    assert [(Why.UNREADABLE, "artifact `coverage` has another digest than the forge keeps of it")] == why(scene.artifact())


def test_an_archive_that_the_forge_keeps_no_digest_of_is_claimed(scene: Scene) -> None:
    scene.left({"a.xml": b"<a/>"}, digest="md5:0")
    found = scene.artifact()
    assert [Grade.CLAIMED] == [each[2] for each in graded(found)]
    assert "the forge keeps no digest of it" in str(found)


def test_an_archive_of_a_changed_workflow_that_has_no_digest_is_claimed_once(scene: Scene) -> None:
    scene.left({"a.xml": b"<a/>"}, path=OWN, digest="md5:0")
    found = scene.artifact()
    assert [Grade.CLAIMED] == [each[2] for each in graded(found)]
    assert "digest" not in str(found)


def test_a_base_report_counts_from_a_push_on_the_base_branch_alone(scene: Scene) -> None:
    scene.left({"a.xml": b"<a/>"})
    (told,) = why(scene.artifact(event="push", branch="main"))
    assert (Why.FORBIDDEN, True) == (told[0], "was started by `pull_request` on `agent/seal`" in told[1])
    scene.left({"a.xml": b"<b/>"}, event="push", branch="other")
    assert [Why.FORBIDDEN] == [each[0] for each in why(scene.artifact(event="push", branch="main"))]
    scene.left({"a.xml": b"<c/>"}, event="push", branch="main")
    scene.left({"a.xml": b"<d/>"})
    assert [("coverage/a.xml", b"<c/>", Grade.VERIFIED)] == graded(scene.artifact(event="push", branch="main"))


def test_a_run_that_cannot_be_read_is_missing(scene: Scene) -> None:
    scene.left({"a.xml": b"<a/>"})
    scene.forge.fault("GET", r"/actions/runs/\d+$", "forbidden", times=9)
    assert [Why.FORBIDDEN] == [each[0] for each in why(scene.artifact())]


def bomb() -> bytes:
    return zipped({"a.xml": b"\x00" * 3_000_000})


def not_a_zip() -> bytes:
    return b"PK, or not"


def climbing() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../a.xml", b"x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        (bomb(), Why.OVER_LIMIT),
        (zipped({f"{number}.xml": b"x" for number in range(21)}), Why.OVER_LIMIT),
        (not_a_zip(), Why.UNREADABLE),
        (climbing(), Why.UNREADABLE),
        (zipped({}), Why.UNREADABLE),
    ],
)
def test_an_archive_that_no_report_needs_is_refused_and_nothing_of_it_written(scene: Scene, files: bytes, reason: Why) -> None:
    scene.left(files)
    assert [reason] == [each[0] for each in why(scene.artifact())]
    assert [] == list(scene.folder.iterdir())


def test_an_archive_over_the_limit_is_not_fetched(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ARCHIVE_BYTES", 100)
    scene.left({"a.xml": b"<a/>"})
    assert [Why.OVER_LIMIT] == [each[0] for each in why(scene.artifact())]
    assert () == scene.forge.requests("GET", r"/zip$")


def test_names_and_artifacts_are_all_looked_for(scene: Scene) -> None:
    (scene.settings.workspace / "a.xml").write_bytes(b"<a/>")
    scene.left({"b.xml": b"<b/>"})
    found = scene.found("a.xml", "none.xml", artifacts=("coverage", "nothing"))
    assert ["a.xml", None, "coverage/b.xml", None] == [each.name if isinstance(each, Supplied) else None for each in found]
