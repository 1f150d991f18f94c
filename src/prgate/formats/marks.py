"""Marks: what a changed line says that puts its file in a high-risk domain, wherever the file lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from prgate.model.diff import Diff, FileChange
from prgate.model.missing import Missing
from prgate.model.paths import FileClass
from prgate.model.policy import Domain

_READ = frozenset({FileClass.SOURCE, FileClass.CONFIG, FileClass.OTHER})


@cache
def compile_marks(marks: tuple[str, ...]) -> Any:  # noqa: ANN401 (google-re2 has no types)
    """One RE2 expression that finds any of the marks in a changed line of a hunk's body; RE2 takes linear time on any text.

    Invariant: each mark alone compiles; the policy's reader refuses others.
    """
    import re2  # noqa: PLC0415 (most diffs touch nothing that needs it)

    options = re2.Options()
    options.log_errors = False
    options.encoding = re2.Options.Encoding.LATIN1
    return re2.compile(b"(?m)^[+-].*(?:" + b"|".join(f"(?:{mark})".encode() for mark in marks) + b")", options)


def mark_domains(diff: Diff, domains: Mapping[str, Domain]) -> Diff:
    """The diff with each file also in the domains whose marks stand in its changed lines; documentation and tests are not read for marks."""
    marked = {name: domain.marks for name, domain in sorted(domains.items()) if domain.marks}
    if not marked:
        return diff
    return replace(diff, files=tuple(_marked(file, marked) for file in diff.files))


def _marked(file: FileChange, marked: Mapping[str, tuple[str, ...]]) -> FileChange:
    if isinstance(file.hunks, Missing) or not file.hunks or file.file_class not in _READ:
        return file
    patch = b"".join(hunk.body for hunk in file.hunks)
    if not compile_marks(tuple(mark for marks in marked.values() for mark in marks)).search(patch):
        return file
    found = {name for name, marks in marked.items() if name not in file.domains and compile_marks(marks).search(patch)}
    return replace(file, domains=tuple(sorted({*file.domains, *found})))
