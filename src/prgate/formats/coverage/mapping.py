"""Several reports, each with its own idea of where files are, as one coverage of the repository's files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from prgate.formats.coverage.places import Tree, folders_of, locate, tree_of
from prgate.formats.coverage.tally import merged
from prgate.model.coverage import Coverage, FileCoverage, Report
from prgate.model.paths import path_text

_SHOWN = 300
"""Characters of an unmapped path that are kept."""


def merge_reports(reports: Sequence[Report], tracked: Collection[bytes]) -> Coverage:
    """All reports of one side over the paths that are tracked there, in any order the same.

    A line hit in any report is hit; one missed in a report and absent from another is missed. Case matters unless no file fits with it
    and a single one fits without. What fits no file, or several, is ``unmapped``.
    """
    tree = tree_of(tracked)
    folded: Tree | None = None
    parts: dict[bytes, list[FileCoverage]] = {}
    unmapped: set[str] = set()
    for report in reports:
        folders = folders_of(report)
        found = locate(folders, tree)
        if len(found) < sum(len(folder.files) for folder in folders):
            folded = tree.folded() if folded is None else folded
            found = locate([folder.folded() for folder in folders], folded) | found
        for path, lines in report.files.items():
            target = found.get(path)
            if target is None:
                unmapped.add(_shown(path))
            else:
                parts.setdefault(target, []).append(lines)
    files = {path: merged(parts[path]) for path in sorted(parts)}
    return Coverage(files=files, suffixes=frozenset(filter(None, map(_suffix, files))), unmapped=tuple(sorted(unmapped)))


def check_against(coverage: Coverage, line_counts: Mapping[bytes, int]) -> tuple[str, ...]:
    """Paths (text form, sorted) with a reported line past the end of the file: such a report is not about this tree.

    ``line_counts`` gives the lines of files at that side, a last one without a line end included; files not in it are not looked at.
    """
    looked_at = ((path, lines) for path, lines in coverage.files.items() if path in line_counts)
    return tuple(sorted(path_text(path) for path, lines in looked_at if _last(lines) > line_counts[path]))


def _last(lines: FileCoverage) -> int:
    return max((0, *lines.hit[-1:], *lines.missed[-1:]))


def _suffix(path: bytes) -> str:
    """The ending of the file name with its dot, empty where there is none; a leading dot begins no ending."""
    stem, _, ending = path.rpartition(b"/")[2].rpartition(b".")
    return f".{path_text(ending)}" if stem and ending else ""


def _shown(path: str) -> str:
    r"""A report path that can be printed: bytes that are not UTF-8 as ``\xNN``, over-long ones cut."""
    text = path_text(path[: _SHOWN + 1].encode("utf-8", "surrogateescape"))
    return text if len(path) <= _SHOWN else text[:_SHOWN] + "…"
