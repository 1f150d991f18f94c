"""Nothing in a repository, around it or in the environment changes what the gate sees."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from hashlib import sha1
from pathlib import Path

import pytest

from prgate.errors import PrgateError
from prgate.git import open_repository
from prgate.model.commit import Commit
from prgate.model.diff import Diff, FileChange
from prgate.model.missing import Missing
from prgate.model.policy import Limits
from tests.diffs import NO_FAULTS, keep_all, unclassified
from tests.repositories import Repo

LINES = [b"line %d\n" % number for number in range(30)]
SEEN = tuple[tuple[FileChange, ...], bool, tuple[Commit, ...]]


def victim(path: Path, *, attributes: bytes = b"") -> Repo:
    """Branches ``main`` and ``change``; the latter also brings a ``.gitattributes``."""
    repo = Repo(path)
    for name in ("app.py", "moved.py", "z/last.py"):
        repo.write(name, b"".join(LINES) + name.encode())
    repo.write("na\u00efve name.py", b"\tone\n\n\ttwo\n")
    repo.submodule("module", "1" * 40)
    repo.commit("base")
    repo.branch("change")
    repo.write("app.py", b"".join([*LINES[:3], b"evil\n", *LINES[5:12], b"more evil  \n", *LINES[12:]]))
    repo.write("na\u00efve name.py", b"\tone\n\n\tthree\r\n")
    repo.move("moved.py", "auth/moved.py")
    repo.write("auth/moved.py", b"".join(LINES) + b"changed")
    repo.write("z/last.py", b"}\n}\n" * 20)
    repo.submodule("module", "2" * 40)
    repo.commit("change")
    # Not by way of the work tree, where they would already steer what is committed.
    blob = repo.git("hash-object", "-w", "--stdin", stdin=attributes).strip()
    repo.git("update-index", "--add", "--cacheinfo", b"100644," + blob + b",.gitattributes")
    repo.git("commit", "--quiet", "--amend", "--no-edit", env={"GIT_COMMITTER_DATE": "1767600060 +0000"})
    return repo


def seen(repo: Repo) -> SEEN:
    with open_repository(repo.path) as repository:
        base, head = repository.resolve("main"), repository.resolve("change")
        merge_base = repository.merge_base(base, head)
        assert isinstance(merge_base, str)
        diff, faults = repository.diff(merge_base, head, classify=unclassified, keep=keep_all, limits=Limits())
        commits = repository.commits(merge_base, head, 10)
        assert not isinstance(commits, Missing)
        assert isinstance(diff, Diff)
        assert NO_FAULTS == faults
        return diff.files, diff.rename_limit_hit, commits


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> SEEN:
    found = seen(victim(tmp_path_factory.mktemp("plain") / "repo"))
    assert 6 == len(found[0])
    return found


def without_attributes(found: SEEN) -> tuple[FileChange, ...]:
    return tuple(change for change in found[0] if change.path != b".gitattributes")


ATTRIBUTES = [
    "* -diff",
    "*.py diff=loud",
    "*.py binary",
    "*.py -text -diff",
    "*.py export-ignore",
    "* diff=python",
    "*.py working-tree-encoding=UTF-16",
    "*.py ident filter=loud eol=crlf",
    "[attr]gone -diff\n* gone",
]


PLACES = ["info/attributes", "core.attributesFile", "work tree", "home", "xdg"]


@pytest.mark.parametrize(
    ("where", "text"), [(".gitattributes", text) for text in ATTRIBUTES] + [(where, text) for where in PLACES for text in ATTRIBUTES[:2]]
)
def test_attributes_hide_nothing(plain: SEEN, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, text: str) -> None:
    attributes = text.encode() + b"\n"
    repo = victim(tmp_path / "repo", attributes=attributes if where == ".gitattributes" else b"")
    places = {
        "info/attributes": repo.path / ".git" / "info" / "attributes",
        "core.attributesFile": tmp_path / "attributes",
        "work tree": repo.path / ".gitattributes",
        "home": tmp_path / ".config" / "git" / "attributes",
        "xdg": tmp_path / "git" / "attributes",
    }
    if where in places:
        places[where].parent.mkdir(parents=True, exist_ok=True)
        places[where].write_bytes(attributes)
    repo.git("config", "core.attributesFile", str(places["core.attributesFile"]))
    repo.git("config", "diff.loud.textconv", "echo hidden #")
    repo.git("config", "diff.loud.command", "echo hidden #")
    repo.git("config", "filter.loud.clean", "echo hidden #")
    if where == "home":
        monkeypatch.setenv("HOME", str(tmp_path))
    if where == "xdg":
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert without_attributes(plain) == without_attributes(seen(repo))


CONFIGURATION = [
    "core.abbrev=4",
    "core.bigFileThreshold=1",
    "core.commentChar=+",
    "core.fsmonitor=touch ran #",
    "core.hooksPath=hooks",
    "core.pager=touch ran #",
    "core.quotePath=false",
    "core.useReplaceRefs=true",
    "core.whitespace=-trailing-space",
    "color.ui=always",
    "color.diff=always",
    "diff.algorithm=patience",
    "diff.context=0",
    "diff.colorMoved=zebra",
    "diff.external=touch ran #",
    "diff.ignoreSubmodules=all",
    "diff.indentHeuristic=false",
    "diff.interHunkContext=30",
    "diff.mnemonicPrefix=true",
    "diff.noprefix=true",
    "diff.orderFile=order",
    "diff.relative=true",
    "diff.renameLimit=1",
    "diff.renames=false",
    "diff.renames=copies",
    "diff.submodule=log",
    "diff.suppressBlankEmpty=true",
    "diff.wordRegex=.",
    "diff.wsErrorHighlight=all",
    "i18n.logOutputEncoding=UTF-16",
    "log.diffMerges=first-parent",
    "log.follow=true",
    "log.mailmap=true",
    "log.showRoot=false",
    "log.showSignature=true",
    "mailmap.file=mailmap",
    "submodule.module.ignore=all",
]


@pytest.mark.parametrize("setting", CONFIGURATION)
def test_configuration_of_the_repository_changes_nothing(
    plain: SEEN, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    repo = victim(tmp_path / "repo")
    (repo.path / "order").write_text("z/*\n")
    (repo.path / "mailmap").write_text("somebody <else@example.com> <dev-one@example.com>\n")
    repo.git("config", *setting.split("=", 1))
    monkeypatch.chdir(repo.path)
    assert plain == seen(repo)
    assert [] == list(tmp_path.rglob("ran"))


@pytest.mark.parametrize("where", ["global", "environment"])
def test_configuration_around_the_repository_changes_nothing(
    plain: SEEN, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    repo = victim(tmp_path / "repo")
    if where == "global":
        for setting in CONFIGURATION:
            repo.git("config", "--file", str(tmp_path / ".gitconfig"), "--add", *setting.split("=", 1))
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / ".gitconfig"))
        monkeypatch.setenv("GIT_CONFIG_SYSTEM", str(tmp_path / ".gitconfig"))
    else:
        monkeypatch.setenv("GIT_CONFIG_COUNT", str(len(CONFIGURATION)))
        for number, setting in enumerate(CONFIGURATION):
            key, value = setting.split("=", 1)
            monkeypatch.setenv(f"GIT_CONFIG_KEY_{number}", key)
            monkeypatch.setenv(f"GIT_CONFIG_VALUE_{number}", value)
    monkeypatch.chdir(repo.path)
    assert plain == seen(repo)
    assert [] == list(tmp_path.rglob("ran"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GIT_ATTR_SOURCE", "change"),
        ("GIT_ALTERNATE_OBJECT_DIRECTORIES", "nowhere"),
        ("GIT_CEILING_DIRECTORIES", "/"),
        ("GIT_COMMON_DIR", "nowhere"),
        ("GIT_DIFF_OPTS", "--unified=0"),
        ("GIT_DIR", "nowhere"),
        ("GIT_EXTERNAL_DIFF", "touch ran #"),
        ("GIT_GRAFT_FILE", "grafts"),
        ("GIT_INDEX_FILE", "nowhere"),
        ("GIT_NAMESPACE", "nowhere"),
        ("GIT_OBJECT_DIRECTORY", "nowhere"),
        ("GIT_PAGER", "touch ran #"),
        ("GIT_REPLACE_REF_BASE", "refs/heads"),
        ("GIT_SHALLOW_FILE", "grafts"),
        ("GIT_TRACE", "1"),
        ("GIT_WORK_TREE", "nowhere"),
        ("LANG", "de_DE.UTF-8"),
        ("TZ", "Asia/Tokyo"),
    ],
)
def test_the_environment_changes_nothing(plain: SEEN, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    repo = victim(tmp_path / "repo")
    (repo.path / "grafts").write_text(repo.head() + "\n")
    monkeypatch.chdir(repo.path)
    monkeypatch.setenv(name, value)
    assert plain == seen(repo)
    assert [] == list(tmp_path.rglob("ran"))


def replaced_head(repo: Repo) -> None:
    repo.git("replace", "change", "main")


def replaced_blob(repo: Repo) -> None:
    repo.git(
        "replace", "-f", repo.git("rev-parse", "change:app.py").decode().strip(), repo.git("rev-parse", "main:app.py").decode().strip()
    )


def grafted(repo: Repo) -> None:
    (repo.path / ".git" / "info").mkdir(exist_ok=True)
    (repo.path / ".git" / "info" / "grafts").write_text(repo.git("rev-parse", "change").decode())


def regrafted(repo: Repo) -> None:
    (repo.path / ".git" / "info").mkdir(exist_ok=True)
    other = repo.git("commit-tree", "-m", "other", "main^{tree}").decode().strip()
    head = repo.git("rev-parse", "change").decode().strip()
    (repo.path / ".git" / "info" / "grafts").write_text(f"{head} {other}\n")


def checked_out(repo: Repo) -> None:
    repo.write(".gitattributes", b"* -diff\n")
    repo.git("add", "--all")
    (repo.path / "app.py").unlink()


def locked(repo: Repo) -> None:
    (repo.path / ".git" / "index.lock").touch()
    (repo.path / ".git" / "HEAD.lock").touch()


def hooked(repo: Repo) -> None:
    hooks = repo.path / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-index-change", "reference-transaction", "fsmonitor-watchman", "post-checkout"):
        (hooks / name).write_text("#!/bin/sh\ntouch ran\n")
        (hooks / name).chmod(stat.S_IRWXU)


def packed(repo: Repo) -> None:
    repo.git("repack", "-a", "-d", "-q")
    repo.git("pack-refs", "--all")


@pytest.mark.parametrize("change", [replaced_head, replaced_blob, grafted, regrafted, checked_out, locked, hooked, packed])
def test_the_state_of_the_repository_changes_nothing(plain: SEEN, tmp_path: Path, change: Callable[[Repo], None]) -> None:
    repo = victim(tmp_path / "repo")
    change(repo)
    assert plain == seen(repo)
    assert [] == list(tmp_path.rglob("ran"))


@pytest.mark.parametrize("change", [replaced_head, grafted, regrafted])
def test_the_parent_of_a_ref_is_the_one_that_its_commit_names(tmp_path: Path, change: Callable[[Repo], None]) -> None:
    repo = victim(tmp_path / "repo")
    parent = repo.git("rev-parse", "change~1").decode().strip()
    change(repo)
    with open_repository(repo.path) as repository:
        assert parent == repository.resolve("change~1")


def test_a_commit_graph_that_tells_other_parents_is_not_believed(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    base, *change = (repo.commit(message) for message in ("base", "one", "two", "three"))
    repo.git("branch", "base", base)
    other = repo.git("commit-tree", "-m", "other", f"{base}^{{tree}}").decode().strip()
    repo.git("update-ref", "refs/heads/other", other)
    repo.git("commit-graph", "write", "--reachable")
    graph = repo.path / ".git" / "objects" / "info" / "commit-graph"
    data = bytearray(graph.read_bytes())
    # In the order of ids, each commit has its tree and the places of its parents; the second of the change gets `other` as its parent.
    ids = sorted((base, *change, other))
    tree = bytes.fromhex(repo.git("rev-parse", f"{base}^{{tree}}").decode())
    at = data.index(tree) + ids.index(change[1]) * (20 + 16) + 20
    assert ids.index(change[0]) == int.from_bytes(data[at : at + 4], "big")
    data[at : at + 4] = ids.index(other).to_bytes(4, "big")
    graph.chmod(0o644)
    graph.write_bytes(bytes(data[:-20]) + sha1(bytes(data[:-20])).digest())
    assert other.encode() in repo.git("rev-list", "main")
    with open_repository(repo.path) as repository:
        head = repository.resolve("main")
        assert change[0] == repository.resolve("main~2")
        assert base == repository.merge_base(base, head)
        commits = repository.commits(base, head, 10)
        assert not isinstance(commits, Missing)
        assert change[::-1] == [commit.sha for commit in commits]


def test_a_commit_that_only_the_origin_of_a_partial_clone_has_is_not_fetched(tmp_path: Path) -> None:
    repo = victim(tmp_path / "repo")
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git("config", "uploadpack.allowAnySHA1InWant", "true")
    repo.git("clone", "--quiet", "--bare", "--filter=blob:none", f"file://{repo.path}", str(tmp_path / "partial"))
    later = repo.commit("later")
    with open_repository(tmp_path / "partial") as repository, pytest.raises(PrgateError, match="names no commit"):
        repository.resolve(later)


def test_a_partial_clone_is_not_completed_behind_the_users_back(tmp_path: Path) -> None:
    repo = victim(tmp_path / "repo")
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git("clone", "--quiet", "--bare", "--filter=blob:none", f"file://{repo.path}", str(tmp_path / "partial"))
    objects = sorted((tmp_path / "partial" / "objects").rglob("*"))
    with open_repository(tmp_path / "partial") as repository:
        base, head = repository.resolve("main"), repository.resolve("change")
        diff, faults = repository.diff(base, head, classify=unclassified, keep=keep_all, limits=Limits())
        assert isinstance(diff, Missing)
        assert [True] == ["fatal:" in fault.message for fault in faults]
        assert isinstance(repository.contents([repo.git("rev-parse", "change:app.py").decode().strip()], each=1000, total=1000), Missing)
    assert objects == sorted((tmp_path / "partial" / "objects").rglob("*"))


def test_the_working_directory_is_never_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = victim(tmp_path / "repo")
    (tmp_path / "bin").mkdir()
    log = tmp_path / "log"
    real = next(Path(folder, "git") for folder in os.environ["PATH"].split(":") if Path(folder, "git").exists())
    (tmp_path / "bin" / "git").write_text(f'#!/bin/sh\npwd >> {log}\nexec {real} "$@"\n')
    (tmp_path / "bin" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.chdir(repo.path)
    seen(repo)
    folders = set(log.read_text().splitlines())
    assert set() == {folder for folder in folders if folder.startswith(str(repo.path))}
    assert 7 == len(log.read_text().splitlines())
