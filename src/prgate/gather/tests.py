"""Test definitions and assertions in the changed test files, and which test file belongs to which source file."""

from __future__ import annotations

from collections.abc import Mapping

from prgate.formats.tests import candidates, count_tests, has_reader
from prgate.gather.gathered import Gathered, not_gathered, read_input, tree_of
from prgate.model.diff import Diff, FileChange
from prgate.model.grade import Grade
from prgate.model.missing import Missing, Why
from prgate.model.paths import FileClass
from prgate.model.tests import TestCount, TestFile, Tests
from prgate.request import Range

_NOTHING = TestCount(0, 0)


def gather_tests(span: Range | None, diff: Diff | Missing, contents: Mapping[str, bytes] | Missing) -> Gathered[Tests]:
    """Counts of both sides of every changed test file; without whole files nothing can be counted."""
    if isinstance(diff, Missing):
        return not_gathered("contents", "contents", diff)
    if span is None:
        missing = Missing(Why.ABSENT, "a diff alone holds no whole test files to count tests in", "Judge a range with --base and --head.")
        return not_gathered("contents", "contents", missing)
    if isinstance(contents, Missing):
        return not_gathered("contents", "contents", contents)
    counted, unread = [], []
    for file in diff.files:
        if file.symlink or file.submodule or file.binary:
            continue
        if file.file_class is FileClass.TEST:
            test = _counted(file, contents)
            if test is None:
                unread.append(file.path)
            else:
                counted.append(test)
        elif file.file_class is FileClass.SOURCE and file.added and not has_reader(file.path):
            unread.append(file.path)
    layout = _layout(span, diff)
    if isinstance(layout, Missing):
        return not_gathered("contents", "contents", layout)
    item = read_input("contents", "contents", source="git", read=len(counted), skipped=len(unread), grade=Grade.OBSERVED, format_="tests")
    return Gathered(Tests(tuple(counted), tuple(unread), layout), (item,))


def _counted(file: FileChange, contents: Mapping[str, bytes]) -> TestFile | None:
    """Both sides counted; ``None`` if a side is there and could not be: taken for empty, it would make the other side a gain."""
    language, counts = "", []
    for path, oid in zip((file.old_path, file.new_path), file.oids, strict=True):
        content = contents.get(oid)
        side = count_tests(path, content) if path is not None and content is not None else None
        if path is not None and side is None:
            return None
        language = side[0] if side is not None else language
        counts.append(_NOTHING if side is None else side[1])
    base, head = counts
    return TestFile(file.path, language, base, head)


def _layout(span: Range, diff: Diff) -> dict[bytes, tuple[bytes, ...]] | Missing:
    """For each changed source file the conventional test files that stand in either tree: at head, or changed since the base."""
    named = {file.path: candidates(file.path) for file in diff.files if _asks(file)}
    every = {path for paths in named.values() for path in paths}
    if not every:
        return {}
    tree = tree_of(span, span.head)
    if isinstance(tree, Missing):
        return tree
    there = every.intersection(tree) | {file.old_path for file in diff.files if file.old_path is not None}
    return {source: found for source, paths in named.items() if (found := tuple(path for path in paths if path in there))}


def _asks(file: FileChange) -> bool:
    return file.file_class is FileClass.SOURCE and file.added > 0 and file.new_path is not None
