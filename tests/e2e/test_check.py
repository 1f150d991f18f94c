"""``prgate check`` as a user runs it: every bad input gets a clear error or a fault, never a traceback, never a pass."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from prgate.rules import RULES
from tests.repositories import Repo

CODE = "def seal(key, text):\n    out = []\n    for a, b in zip(key, text):\n        out.append(a ^ b)\n    return bytes(out)\n"


@dataclass
class Ran:
    code: int
    out: str
    err: str

    @property
    def verdict(self) -> dict[str, Any]:
        loaded = json.loads(self.out)
        assert isinstance(loaded, dict)
        return loaded

    @property
    def missing(self) -> dict[str, str]:
        return {item["id"]: item["missing"]["why"] for item in self.verdict["evidence"] if "missing" in item}


class Bench:
    """A repository with a base and an agent's branch, and the program to judge it with."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.repo = Repo(place / "repo")
        self.repo.write("src/app.py", b"import os\n")
        self.base = self.repo.commit("Base")
        self.repo.branch("change")
        self.repo.write("src/app.py", f"import os\n{CODE}".encode())
        self.head = self.repo.commit("Seal\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n")

    def file(self, name: str, content: str | bytes) -> str:
        path = self.place / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def run(self, *options: str, policy: str | None = "baseline") -> Ran:
        named = [] if policy is None else ["--policy", policy]
        return run("check", "--repo", str(self.repo.path), *named, *options, folder=self.place)

    def check(self, *options: str, policy: str | None = "baseline") -> Ran:
        return self.run("--base", "main", "--head", "change", "--judge", "all", "--format", "json", *options, policy=policy)


def run(*arguments: str, folder: Path) -> Ran:
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}
    environment |= {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
    done = subprocess.run([sys.executable, "-P", "-m", "prgate", *arguments], cwd=folder, env=environment, capture_output=True, check=False)
    ran = Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in ran.err + ran.out
    assert 3 != ran.code, ran.err
    return ran


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def refused(ran: Ran, *words: str) -> None:
    assert (2, "") == (ran.code, ran.out)
    for word in words:
        assert word in ran.err


def test_an_unknown_ref_is_refused_by_name(bench: Bench) -> None:
    refused(bench.run("--base", "mian", "--head", "change"), "mian")
    refused(bench.run("--base", "main", "--head", "--upload-pack=touch x"), "--upload-pack=touch x")


def test_an_error_starts_no_workflow_command_and_steers_no_terminal(bench: Bench) -> None:
    for option in ("--policy", "--base", "--trace"):
        ran = bench.check(option, "x\n::error::boom\x1b[31m") if option != "--base" else bench.run(option, "x\n::error::boom\x1b[31m")
        assert 2 == ran.code
        assert "\x1b" not in ran.err
        assert [] == [line for line in ran.err.splitlines() if line.lstrip().startswith("::")]


def test_a_range_is_asked_for(bench: Bench) -> None:
    refused(bench.run(), "--base")
    refused(bench.run("--base", "main", "--diff", bench.file("a.diff", "")), "one of the two")


def test_an_empty_range_is_refused(bench: Bench) -> None:
    refused(bench.run("--base", "main", "--head", "main"), "empty")
    refused(bench.run("--base", "change", "--head", "main"), "empty")


def test_a_folder_that_is_no_repository_is_refused(tmp_path: Path) -> None:
    refused(run("check", "--repo", str(tmp_path), "--base", "main", folder=tmp_path), "repository")


def test_an_operand_that_is_not_there_is_refused(bench: Bench) -> None:
    for option in ("--pr", "--trace", "--coverage", "--base-coverage"):
        refused(bench.check(option, "no-such-file"), option, "no such file")
    refused(bench.run("--diff", "no-such-file"), "--diff")
    refused(bench.check("--coverage", str(bench.place)), "not a regular file")


def test_an_unknown_pack_is_refused_with_a_suggestion(bench: Bench) -> None:
    refused(bench.check(policy="basline"), "basline", "`baseline`")


def test_a_file_named_like_a_pack_does_not_replace_it(bench: Bench) -> None:
    bench.file("baseline", "version: 1\nrules: {oversized-change: warn}\n")
    assert "pack:baseline" == bench.check().verdict["policy"]["source"]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("version: 1\nrulse: {}\n", "2:1", "rules"),
        ("version: 1\nrules:\n  missing-test: block\n", "3:3", "missing-tests"),
        ("version: 1\nmode: warn\nmode: block\n", "3:1", "mode"),
        ("version: 1\nrules: &all {missing-tests: block}\nclasses: *all\n", "2:8", "anchor"),
        ("version: 1\nrules:\n  missing-tests: {mode: block, params: {lines: many}}\n", "3:48", "lines"),
        ("version: 1\nrules: {}\n", "2:8", "without rules"),
        ("version: 1\nrules:\n  gate-tampering: {params: {also: [./a]}}\n", "3:36", "./a"),
        ("version: 1\nrules: [\n", "3:1", ""),
        ("version: 1\nrules: {missing-tests: " + "[" * 200 + "\n", "", ""),
        ("\ufeff\x00", "", ""),
    ],
)
def test_a_malformed_policy_is_refused_at_its_place(bench: Bench, text: str, place: str, words: str) -> None:
    path = bench.file("policy.yml", text)
    refused(bench.check(policy=path), f"policy.yml:{place}" if place else "policy.yml", words)


def test_the_policy_at_the_base_is_in_force_and_the_changed_one_is_not(bench: Bench) -> None:
    bench.repo.checkout("main")
    bench.repo.write(".github/prgate.yml", b"version: 1\nrules: {gate-tampering: block}\n")
    base = bench.repo.commit("Policy")
    bench.repo.branch("worse")
    bench.repo.write(".github/prgate.yml", b"version: 1\nrules: {oversized-change: observe}\n")
    bench.repo.commit("Loosen\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n")
    ran = bench.run("--base", "main", "--head", "worse", "--format", "json", policy=None)
    assert (1, "fail") == (ran.code, ran.verdict["verdict"])
    assert ("base:.github/prgate.yml", base) == (ran.verdict["policy"]["source"], ran.verdict["policy"]["commit"])


def test_a_policy_that_is_a_symbolic_link_is_refused(bench: Bench) -> None:
    bench.repo.checkout("main")
    bench.repo.write("loose.yml", b"version: 1\nrules: {oversized-change: observe}\n")
    bench.repo.symlink(".github/prgate.yml", "../loose.yml")
    bench.repo.commit("Link")
    bench.repo.branch("linked")
    bench.repo.write("a.txt", b"a\n")
    bench.repo.commit("Change")
    refused(bench.run("--base", "main", "--head", "linked", policy=None), ".github/prgate.yml", "symbolic link")


def test_without_a_policy_the_pack_observe_applies_and_every_output_says_so(bench: Bench) -> None:
    for shape in ("text", "json", "markdown"):
        ran = bench.run("--base", "main", "--head", "change", "--format", shape, policy=None)
        assert "observe" in ran.out
        assert (bench.base in ran.out) if shape == "json" else (f"no policy at base `{bench.base[:7]}`" in " ".join(ran.out.split()))


def test_scope_that_cannot_be_decided_is_a_fault(bench: Bench) -> None:
    bench.repo.checkout("main")
    bench.repo.branch("by-hand")
    bench.repo.write("a.py", b"a = 1\n")
    bench.repo.commit("By hand")
    ran = bench.run("--base", "main", "--head", "by-hand", "--format", "json")
    assert (1, "incomplete", "unknown") == (ran.code, ran.verdict["verdict"], ran.verdict["scope"]["state"])
    assert "--judge all" in ran.verdict["faults"][0]["fix"]


@pytest.mark.parametrize("shallow", [True, False])
def test_no_merge_base_is_a_fault_that_says_how_to_fetch_more(bench: Bench, shallow: bool) -> None:
    if shallow:
        clone = bench.place / "shallow"
        bench.repo.checkout("main")
        bench.repo.write("later.py", b"a = 1\n")
        bench.repo.commit("Later")
        url = bench.repo.path.as_uri()
        subprocess.run(["git", "clone", "--quiet", "--depth=1", "--no-single-branch", url, str(clone)], check=True, capture_output=True)
        ran = run("check", "--repo", str(clone), "--base", "main", "--head", "origin/change", "--format", "json", folder=bench.place)
        assert any("fetch-depth: 0" in fault["fix"] for fault in ran.verdict["faults"])
    else:
        bench.repo.orphan("unrelated")
        bench.repo.write("a.py", b"a = 1\n")
        bench.repo.commit("Start again")
        ran = bench.run("--base", "main", "--head", "unrelated", "--format", "json")
    assert (1, "incomplete") == (ran.code, ran.verdict["verdict"])
    assert any("no merge base" in fault["message"] for fault in ran.verdict["faults"])


@pytest.mark.parametrize("damage", ["missing", "corrupt"])
def test_a_damaged_object_is_a_fault(bench: Bench, damage: str) -> None:
    oid = bench.repo.git("rev-parse", "change:src/app.py").decode().strip()
    path = bench.repo.path / ".git" / "objects" / oid[:2] / oid[2:]
    path.chmod(0o644)
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(b"not zlib")
    ran = bench.check()
    assert (1, "incomplete") == (ran.code, ran.verdict["verdict"])
    assert ran.verdict["faults"]


def test_a_damaged_tree_beside_the_change_leaves_what_needs_it_unknown(bench: Bench) -> None:
    bench.repo.checkout("main")
    bench.repo.write("docs/guide.md", b"Read.\n")
    bench.repo.commit("Docs")
    bench.repo.branch("beside")
    bench.repo.write("src/app.py", f"import os\n{CODE}".encode())
    bench.repo.commit("Seal\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n")
    oid = bench.repo.git("rev-parse", "beside:docs").decode().strip()
    (bench.repo.path / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    report = bench.file("head.lcov", "SF:src/app.py\nDA:1,1\nend_of_record\n")
    ran = bench.run("--base", "main", "--head", "beside", "--format", "json", "--coverage", report)
    assert (1, "incomplete") == (ran.code, ran.verdict["verdict"])
    assert {"contents": "unreadable", "coverage": "unreadable"}.items() <= ran.missing.items()


def test_a_policy_that_is_a_folder_or_damaged_is_refused(bench: Bench) -> None:
    bench.repo.checkout("main")
    bench.repo.write(".github/prgate.yml/a", b"version: 1\n")
    bench.repo.commit("Folder")
    bench.repo.branch("folder")
    bench.repo.write("a.txt", b"a\n")
    bench.repo.commit("Change")
    refused(bench.run("--base", "main", "--head", "folder", policy=None), ".github/prgate.yml", "no file")
    oid = bench.repo.git("rev-parse", "main:.github").decode().strip()
    (bench.repo.path / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    refused(bench.run("--base", "main", "--head", "folder", policy=None), ".github/prgate.yml", "cannot be read")


@pytest.mark.parametrize("kind", ["--pr", "--trace", "--coverage", "--base-coverage"])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 9,
        b"<html>not found</html>",
        b'{"a": NaN}',
        b"[" * 100_000,
        b'{"meta": {"format": 3}, "files": ' + b"[" * 100_000,
        b"\xff\xfe{",
    ],
    ids=["empty", "nul", "page", "nan", "deep", "deep-report", "utf-16"],
)
def test_an_operand_that_cannot_be_read_is_missing_and_never_passes(bench: Bench, kind: str, content: bytes) -> None:
    ran = bench.check(kind, bench.file("operand", content))
    assert "pass" != ran.verdict["verdict"]
    assert set(ran.missing.values()) & {"unreadable", "over-limit"}


@pytest.mark.parametrize("kind", ["--pr", "--trace", "--coverage", "--diff"])
def test_a_file_over_its_limit_is_refused_without_being_read(bench: Bench, kind: str) -> None:
    path = bench.place / "huge"
    with path.open("wb") as file:
        file.truncate(700 * 1024 * 1024)
    ran = bench.run(
        kind, str(path), "--judge", "all", "--format", "json", *([] if kind == "--diff" else ["--base", "main", "--head", "change"])
    )
    assert "pass" != ran.verdict["verdict"]
    assert "over-limit" in ran.missing.values()


def test_facts_about_another_head_are_a_fault(bench: Bench) -> None:
    facts = {"title": "T", "body": "B", "author": "dana", "head": {"repository": "acme/pay", "ref": "change", "sha": "1" * 40}}
    ran = bench.check("--pr", bench.file("facts.json", json.dumps(facts)))
    assert "stale" == ran.missing["facts"]
    assert "incomplete" == ran.verdict["verdict"] or "fail" == ran.verdict["verdict"]
    assert any("1111111" in fault["message"] for fault in ran.verdict["faults"])


def test_an_unknown_key_in_the_facts_is_said_with_a_suggestion(bench: Bench) -> None:
    facts = {"title": "T", "body": "B", "author": "dana", "reveiws": []}
    ran = bench.check("--pr", bench.file("facts.json", json.dumps(facts)))
    detail = next(item["missing"]["detail"] for item in ran.verdict["evidence"] if item["id"] == "facts")
    assert "reviews" in detail


@pytest.mark.parametrize(
    "content", ["", "hello\n", "<html>", "diff --git a/x b/x\n@@@ -1 -1 +1 @@@\n", "--- a/x\n+++ b/x\n@@ -1,5 +1,5 @@\n a\n"]
)
def test_a_diff_that_cannot_be_read_is_a_fault(bench: Bench, content: str) -> None:
    ran = bench.run("--diff", bench.file("a.diff", content), "--judge", "all", "--format", "json")
    assert (1, "incomplete") == (ran.code, ran.verdict["verdict"])


def test_a_diff_alone_is_judged_by_what_it_can_tell(bench: Bench) -> None:
    path = bench.file("a.diff", bench.repo.git("diff", "main", "change"))
    ran = bench.run("--diff", path, "--judge", "all", "--format", "json")
    outcomes = {result["rule"]: result["outcome"] for result in ran.verdict["results"]}
    assert ("pass", "pass") == (outcomes["oversized-change"], outcomes["hidden-text"])
    assert {"commits": "absent", "contents": "absent"}.items() <= ran.missing.items()
    assert "pass" != ran.verdict["verdict"]


def test_output_goes_to_a_file_and_a_place_that_cannot_be_written_is_refused(bench: Bench) -> None:
    path = bench.place / "out.json"
    ran = bench.check("--output", str(path))
    assert ("", "prgate/verdict/1") == (ran.out, json.loads(path.read_text())["schema"])
    refused(bench.check("--output", str(bench.place / "no" / "out.json")), "--output")


def test_a_reader_that_goes_away_does_not_turn_a_failure_into_success(bench: Bench) -> None:
    command = [sys.executable, "-P", "-m", "prgate", "check", "--repo", str(bench.repo.path), "--base", "main", "--head", "change"]
    process = subprocess.Popen([*command, "--policy", "baseline", "--judge", "all"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    process.wait()
    assert process.stderr is not None
    assert (1, b"") == (process.returncode, process.stderr.read())
    process.stderr.close()


def test_debug_says_the_version_and_the_time_on_standard_error(bench: Bench) -> None:
    ran = bench.check("--debug")
    assert ran.err.startswith("prgate 0.1.0, Python 3.")


def test_explain_tells_one_rule_or_all_and_knows_near_names(tmp_path: Path) -> None:
    assert [rule.id for rule in RULES] == [line.split()[0] for line in run("explain", folder=tmp_path).out.splitlines()]
    page = run("explain", "lost-coverage", folder=tmp_path).out
    assert "tolerance" in page
    refused(run("explain", "lost-covrage", folder=tmp_path), "`lost-coverage`")


def test_a_crash_of_ours_exits_with_3(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from prgate import cli

    def crash(**_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(cli.cli.commands["explain"], "callback", crash)
    monkeypatch.setattr(sys, "argv", ["prgate", "explain"])
    with pytest.raises(SystemExit) as exited:
        cli.entry()
    assert 3 == exited.value.code
    assert "boom" in capsys.readouterr().err


@pytest.mark.parametrize("command", [(), ("check",), ("demo",), ("explain",)])
def test_help_is_there_for_every_command(command: tuple[str, ...], tmp_path: Path) -> None:
    ran = run(*command, "--help", folder=tmp_path)
    assert (0, "") == (ran.code, ran.err)
    assert ran.out.startswith("Usage: ")
