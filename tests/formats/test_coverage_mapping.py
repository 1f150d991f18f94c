"""Report paths find the file that they mean or none at all, and several reports become one coverage."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.formats.coverage import lcov, read_report
from prgate.formats.coverage.mapping import check_against, merge_reports
from prgate.model.coverage import Coverage, FileCoverage, Report
from tests.hang import no_hang

REPORTS = Path(__file__).parent / "coverage"
PROJECTS = Path(__file__).parents[1] / "record" / "coverage" / "projects"


def lines(hit: Sequence[int] = (1,), missed: Sequence[int] = ()) -> FileCoverage:
    return FileCoverage(hit=array("I", hit), missed=array("I", missed))


def report(*paths: str, roots: tuple[str, ...] = ()) -> Report:
    return Report(format="lcov", files={path: lines() for path in paths}, roots=roots)


def mapped(measured: Report, *tracked: str) -> dict[str, str]:
    """Report path to tracked path, learnt by giving each report path a line of its own."""
    numbered = {path: lines([number]) for number, path in enumerate(measured.files, 1)}
    coverage = merge_reports([Report(measured.format, numbered, measured.roots)], [path.encode() for path in tracked])
    names = list(measured.files)
    found = {names[line - 1]: path.decode() for path, file in coverage.files.items() for line in file.hit}
    assert sorted(set(names) - set(found)) == list(coverage.unmapped)
    return found


@pytest.mark.parametrize(
    "path", ["../a.py", "src/../a.py", "/ws/src/../../a.py", "a.py\0", "\0", "", ".", "/", "./", "x/" * 70 + "a.py", "x" * 5000 + "/a.py"]
)
def test_a_path_that_climbs_or_is_no_path_is_unmapped(path: str) -> None:
    coverage = merge_reports([report(path)], [b"a.py", b"src/a.py"])
    assert coverage.files == {}
    assert coverage.unmapped == (path if len(path) <= 300 else path[:300] + "…",)


@pytest.mark.parametrize(
    ("path", "tracked"),
    [
        ("pay.py", ["src/pay.py", "lib/pay.py"]),  # several end so
        ("ay.py", ["src/pay.py"]),  # no whole part
        ("ay/a.py", ["src/pay/a.py"]),
        ("SRC/PAY.PY", ["src/pay.py", "src/Pay.py"]),  # several but for case
        ("pay.js", ["src/pay.py"]),
        ("/ws/src/pay.pyc", ["src/pay.py"]),
        ("pay.py/x", ["pay.py"]),
    ],
)
def test_what_fits_several_files_or_none_is_unmapped_and_never_guessed(path: str, tracked: list[str]) -> None:
    assert mapped(report(path), *tracked) == {}


def test_a_file_outside_the_checkout_is_not_taken_for_one_of_the_same_name_in_it() -> None:
    ours = ["/ws/zlib/zlib.h", "/ws/zlib/inflate.c", "/ws/zlib/test/minigzip.c"]
    foreign = ["/usr/include/zlib.h", "/usr/include/stdio.h", "/opt/zlib/test/minigzip.c", "/ws/zlib/node_modules/dep/inflate.c"]
    found = mapped(report(*ours, *foreign), "zlib.h", "inflate.c", "test/minigzip.c")
    assert found == {path: path.removeprefix("/ws/zlib/") for path in ours}


def test_a_folder_in_which_most_files_are_not_tracked_is_no_checkout() -> None:
    installed = ["/venv/site-packages/pay/utils.py", "/venv/site-packages/pay/a.py", "/venv/site-packages/pay/b.py"]
    assert mapped(report(*installed), "utils.py", "src/pay/utils.py", "src/pay/a.py") == {}


def test_copies_within_the_checkout_are_not_taken_for_what_they_are_copies_of() -> None:
    tracked = ["a.c", "b.c", "c.c", "d.c"]
    for before in ("/ws/", ""):
        copies = [f"{before}build/{path}" for path in tracked[:-1]]
        assert mapped(report(*(before + path for path in tracked), *copies), *tracked) == {before + path: path for path in tracked}


def test_a_rejected_path_is_not_tried_again_without_regard_to_case() -> None:
    ours = ["/ws/a.c", "/ws/b.c", "/ws/c.c"]
    found = mapped(report(*ours, "/usr/include/zlib.h", "/usr/include/Zlib.h", "/ws/A.c"), "a.c", "b.c", "c.c", "zlib.h")
    assert found == {"/ws/a.c": "a.c", "/ws/b.c": "b.c", "/ws/c.c": "c.c", "/ws/A.c": "a.c"}


def test_relative_paths_of_a_report_that_begins_at_the_top_are_not_looked_for_deeper() -> None:
    assert mapped(report("src/a.py", "src/b.py", "generated.py"), "src/a.py", "src/b.py", "tests/data/generated.py") == {
        "src/a.py": "src/a.py",
        "src/b.py": "src/b.py",
    }


def test_a_file_that_lies_under_two_roots_is_unmapped() -> None:
    roots = ("/ws/src/a", "/ws/src/b")
    found = mapped(report("__init__.py", "one.py", roots=roots), "src/a/__init__.py", "src/b/__init__.py", "src/a/one.py")
    assert found == {"one.py": "src/a/one.py"}


def test_a_base_name_alone_is_not_looked_for_outside_the_root_that_the_report_names() -> None:
    assert mapped(report("cli.py", roots=("/venv/site-packages/pay",)), "tools/cli.py") == {}
    assert mapped(report("cli.py"), "tools/cli.py") == {"cli.py": "tools/cli.py"}


def test_a_root_that_climbs_is_no_root() -> None:
    assert mapped(report("a.py", roots=("/ws/../src",)), "src/a.py", "lib/b.py") == {"a.py": "src/a.py"}


@pytest.mark.parametrize("path", ["src/pay/a.py", "./src/pay/a.py", "src//pay/./a.py", "src\\pay\\a.py", ".\\src\\pay\\a.py"])
def test_an_exact_path_maps_however_it_is_written(path: str) -> None:
    assert mapped(report(path), "src/pay/a.py", "lib/src/pay/a.py", "pay/a.py") == {path: "src/pay/a.py"}


@pytest.mark.parametrize(
    "workspace",
    ["/home/runner/work/pay/pay/", "C:\\a\\pay\\pay\\", "d:/a/pay/pay/", "/pay/", "//server/share/", "github.example/team/pay/"],
)
def test_a_workspace_before_the_paths_is_cut_off(workspace: str) -> None:
    tracked = ["pay/a.py", "a.py", "pay/pay/b.py", "setup.py"]
    assert mapped(report(*(workspace + path for path in tracked)), *tracked) == {workspace + path: path for path in tracked}


def test_a_drive_letter_is_the_same_in_both_cases() -> None:
    paths = ["C:/ws/a.c", "C:\\ws\\b.c", "C:/ws/c.c", "c:/ws/d.c"]
    assert mapped(report(*paths), "a.c", "b.c", "c.c", "d.c") == dict(zip(paths, ["a.c", "b.c", "c.c", "d.c"], strict=True))


def test_an_exact_path_maps_although_the_others_have_something_before_them() -> None:
    paths = ["pay/a.go", "pay/b.go", "pay/c.go", "main.go"]
    assert mapped(report(*paths), "a.go", "b.go", "c.go", "main.go") == dict(zip(paths, ["a.go", "b.go", "c.go", "main.go"], strict=True))


def test_two_checkouts_in_one_report_merge() -> None:
    tracked = [f"src/{name}.py" for name in "abcdef"]
    shards = [f"/home/runner/work/pay/pay/{path}" for path in tracked] + [f"D:/a/pay/pay/{path}" for path in tracked[:-1]]
    assert len(mapped(report(*shards), *tracked)) == 11


def test_the_root_that_the_report_names_wins_over_a_file_of_the_same_name_at_the_top() -> None:
    tracked = ["utils.py", "src/pay/utils.py", "src/pay/a.py"]
    for root in ("/home/runner/work/pay/pay/src/pay", "src/pay", "C:\\work\\src\\pay\\"):
        assert mapped(report("utils.py", "a.py", roots=(root,)), *tracked) == {"utils.py": "src/pay/utils.py", "a.py": "src/pay/a.py"}


@pytest.mark.parametrize("root", [".", "", "./", "/ws"])
def test_an_absolute_name_and_a_root_that_says_nothing_are_no_hindrance(root: str) -> None:
    assert mapped(report("src/a.py", "/ws/src/b.py", roots=(root,)), "src/a.py", "src/b.py") == {
        "src/a.py": "src/a.py",
        "/ws/src/b.py": "src/b.py",
    }


def test_the_end_of_one_tracked_path_maps_to_it() -> None:
    tracked = ["src/main/java/org/pay/A.java", "src/test/java/org/pay/ATest.java", "src/main/java/org/ledger/A.java"]
    assert mapped(report("org/pay/A.java", "org/ledger/A.java", "A.java"), *tracked) == {
        "org/pay/A.java": tracked[0],
        "org/ledger/A.java": tracked[2],
    }
    assert mapped(report("pay/A.java", roots=("java/org", "elsewhere")), *tracked) == {"pay/A.java": tracked[0]}


def test_a_name_that_may_be_too_long_or_too_short_is_decided_by_the_others_or_unmapped() -> None:
    tracked = ["setup.py", "src/pay/setup.py", "src/pay/a.py", "b.py", "c.py"]
    assert mapped(report("pay/setup.py"), *tracked) == {}
    assert mapped(report("pay/setup.py", "pay/a.py", "pay/gone.py"), *tracked) == {"pay/setup.py": tracked[1], "pay/a.py": tracked[2]}
    assert mapped(report("pay/setup.py", "pay/b.py", "pay/c.py"), *tracked) == {"pay/b.py": "b.py", "pay/c.py": "c.py"}


def test_case_counts_only_where_it_must() -> None:
    mixed = report("src/A.py", "src/a.py", "LIB/x.py")
    assert mapped(mixed, "src/A.py", "src/a.py", "lib/x.py") == {"src/A.py": "src/A.py", "src/a.py": "src/a.py", "LIB/x.py": "lib/x.py"}
    assert mapped(report("src/A.py", "src/a.py"), "src/A.py", "src/a.py") == {"src/A.py": "src/A.py", "src/a.py": "src/a.py"}
    assert mapped(report("D:/A/Pay/SRC/A.py", "d:/a/pay/src/b.py"), "src/a.py", "src/b.py") == {
        "D:/A/Pay/SRC/A.py": "src/a.py",
        "d:/a/pay/src/b.py": "src/b.py",
    }
    assert mapped(report("Pay/A.java"), "src/pay/a.java") == {"Pay/A.java": "src/pay/a.java"}


def test_paths_that_are_not_utf8_map_by_their_bytes_and_are_listed_in_text() -> None:
    measured = lcov.read(
        b"SF:/ws/src/caf\xe9.c\nDA:1,1\nend_of_record\nSF:/ws/src/\xff\x0a\nDA:1,1\nend_of_record\nSF:/ws/src/b.c\nend_of_record\n"
    )
    coverage = merge_reports([measured], [b"src/caf\xe9.c", b"src/b.c", b"src/a\\b.c", b"src/a/b.c"])
    assert list(coverage.files) == [b"src/b.c", b"src/caf\xe9.c"]
    assert coverage.unmapped == ("/ws/src/\\xff",)


def test_tracked_paths_that_read_alike_are_told_apart_or_not_mapped() -> None:
    assert merge_reports([report("a\\b.c", "c.c")], [b"a\\b.c", b"a/b.c", b"c.c", b"c.c"]).unmapped == ("a\\b.c",)


def test_a_line_missed_in_one_report_and_absent_from_another_is_missed_and_a_hit_anywhere_wins() -> None:
    first = Report("lcov", {"/ws/a.py": lines([1, 2], [3, 4]), "/ws/b.py": lines([1])})
    second = Report("cobertura", {"a.py": lines([4, 9], [2, 5])}, roots=("/ws",))
    coverage = merge_reports([first, second], [b"a.py", b"b.py"])
    assert coverage == Coverage(files={b"a.py": lines([1, 2, 4, 9], [3, 5]), b"b.py": lines([1])}, suffixes=frozenset({".py"}))


def test_suffixes_are_the_endings_of_mapped_files_only() -> None:
    measured = report("src/a.test.ts", "b.PY", "Makefile", ".bashrc", "dir.d/run", "end.", "gone.rb")
    coverage = merge_reports([measured], [path.encode() for path in measured.files if path != "gone.rb"])
    assert coverage.suffixes == {".ts", ".PY"}


def test_no_reports_and_empty_reports_give_an_empty_coverage() -> None:
    assert merge_reports([], [b"a.py"]) == merge_reports([report()], []) == Coverage(files={}, suffixes=frozenset())


def test_a_report_with_lines_past_the_end_of_a_file_does_not_belong_to_the_tree() -> None:
    files = {
        b"a.py": lines([1, 9], [2]),
        b"b.py": lines([1], [11]),
        b"caf\xe9.py": lines([], [1]),
        b"c.py": lines([5]),
        b"d.py": lines([], []),
    }
    coverage = Coverage(files=files, suffixes=frozenset({".py"}))
    assert check_against(coverage, {b"a.py": 9, b"b.py": 10, b"caf\xe9.py": 0, b"d.py": 0, b"e.py": 1}) == ("b.py", "caf\\xe9.py")
    assert check_against(coverage, {b"a.py": 9, b"b.py": 11}) == ()


@pytest.mark.parametrize("path", sorted(path for path in REPORTS.iterdir() if ".analysis." not in path.name), ids=lambda path: path.name)
def test_reports_of_real_tools_map_to_their_project_and_end_within_its_files(path: Path) -> None:
    tool = path.name.partition("-")[0]
    project = PROJECTS / {"coveragepy": "pay", "c8": "cart", "jest": "cart", "gcovr": "ring", "geninfo": "ring"}[tool]
    sources = {str(file.relative_to(project).with_suffix("")).encode(): file.read_bytes().count(b"\n") for file in project.rglob("*.txt")}
    coverage = merge_reports([read_report(path.read_bytes())], sources)
    assert set(coverage.files) == {name for name in sources if name.startswith((b"src/", b"include/"))}
    assert all(foreign.startswith("/usr/include/") for foreign in coverage.unmapped)
    assert check_against(coverage, sources) == ()


def numbered(form: str, count: int) -> list[str]:
    return [form % number for number in range(count)]


HOSTILE: dict[str, Callable[[], tuple[Report, Sequence[str], int]]] = {
    "one name in every folder": lambda: (report(*numbered("q/p%d/__init__.py", 50_000)), numbered("p%d/__init__.py", 50_000), 50_000),
    "one name in other folders": lambda: (
        report(*numbered("x%d/__init__.py", 50_000), "__init__.py"),
        numbered("p%d/__init__.py", 50_000),
        0,
    ),
    "deep folders": lambda: (report(*numbered("/" + "a/" * 60 + "%d", 50_000)), ["a/" * depth + "1" for depth in range(60)], 0),
    "many roots": lambda: (report(*numbered("%d.py", 2_000), roots=tuple(numbered("/r%d/b/c", 1_000))), ["1.py", "c/2.py"], 0),
}


@pytest.mark.parametrize("made", HOSTILE.values(), ids=HOSTILE)
def test_no_hostile_report_hangs_the_mapping(made: Callable[[], tuple[Report, Sequence[str], int]]) -> None:
    measured, tracked, files = made()
    with no_hang():
        assert len(merge_reports([measured], [path.encode() for path in tracked]).files) == files


trees = st.lists(
    st.lists(st.sampled_from(["a", "b", "src", "A", "é"]), min_size=1, max_size=4).map("/".join), unique=True, min_size=1, max_size=12
)
befores = st.sampled_from(["", "./", "/ws/", "C:/ws/", "src/", "/ws/src/", "x/"])
measurements = st.builds(
    lambda states: lines([n for n in states if states[n]], [n for n in states if not states[n]]),
    st.dictionaries(st.integers(1, 9), st.booleans()).map(lambda states: dict(sorted(states.items()))),
)
reports = st.builds(
    lambda before, files, roots: Report("lcov", {before + path: file for path, file in files.items()}, roots),
    befores,
    st.dictionaries(trees.map(lambda paths: paths[0]), measurements, max_size=6),
    st.sampled_from([(), ("/ws",), ("/ws/src", "."), ("src",)]),
)


def states_of(files: Mapping[bytes, FileCoverage]) -> dict[bytes, dict[int, bool]]:
    return {path: {**dict.fromkeys(file.missed, False), **dict.fromkeys(file.hit, True)} for path, file in files.items()}


@given(several=st.lists(reports, max_size=3), tracked=trees)
@settings(max_examples=250, deadline=None)
def test_merging_is_commutative_and_idempotent_and_loses_no_path(several: list[Report], tracked: list[str]) -> None:
    tree = [path.encode() for path in tracked]
    coverage = merge_reports(several, tree)
    assert merge_reports(several[::-1], tree[::-1]) == coverage
    assert merge_reports([*several, *several], tree) == coverage
    assert set(coverage.files) <= set(tree)
    alone = [merge_reports([one], tree) for one in several]
    assert set(coverage.unmapped) == {path for one in alone for path in one.unmapped}
    for path, states in states_of(coverage.files).items():
        each = [states_of(one.files).get(path, {}) for one in alone]
        assert states == {line: any(one.get(line, False) for one in each) for one in each for line in one}


@given(tracked=trees, before=st.sampled_from(["", "./", "/home/dev/pay/", "C:\\work\\"]))
@settings(max_examples=150, deadline=None)
def test_a_report_of_the_whole_tree_maps_every_path_to_itself(tracked: list[str], before: str) -> None:
    assert mapped(report(*(before + path for path in tracked)), *tracked) == {before + path: path for path in tracked}
