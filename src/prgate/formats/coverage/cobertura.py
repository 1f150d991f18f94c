"""Cobertura XML (coverage-04.dtd), as coverage.py, Istanbul, gocover-cobertura, coverlet, PHPUnit and others write it."""

from __future__ import annotations

from prgate.errors import FormatError
from prgate.formats.coverage.guarded_xml import root_of, walk
from prgate.formats.coverage.tally import MAX_BYTES, Counts, LineNumbers, Lines, Tally
from prgate.model.coverage import Report

NAME = "cobertura"

_TOTALS = frozenset({"line-rate", "lines-valid", "lines-covered"})
"""Clover and SonarQube's generic format have the same root element without these."""


def sniff(head: bytes) -> bool:
    """Whether the root element is ``<coverage>`` with Cobertura's totals."""
    try:
        root = root_of(head)
    except FormatError:
        return False
    return root is not None and root[0] == "coverage" and not _TOTALS.isdisjoint(root[1])


def read(data: bytes) -> Report:
    """Every ``<line>`` beneath a ``<class filename>``, also those that stand under ``<methods>`` only; a file may have many classes.

    A line without a number and a count that can be read, or outside a class with a file name, is skipped.
    """
    if len(data) > MAX_BYTES:
        raise FormatError(f"{len(data):,} bytes, more than the {MAX_BYTES:,} that are read", over_limit=True)
    tally = Tally(NAME)
    numbers, counts = LineNumbers(), Counts()
    lines: Lines | None = None
    skipped = packages = 0

    def begin_class(attributes: dict[str, str]) -> None:
        nonlocal lines, skipped
        path = attributes.get("filename", "").replace("\\", "/")
        lines = tally.lines(path) if path else None
        skipped += lines is None

    def end_class() -> None:
        nonlocal lines
        lines = None

    def line(attributes: dict[str, str]) -> None:
        nonlocal skipped
        try:
            number, hit = numbers[attributes["number"]], counts[attributes["hits"]]
        except KeyError:
            skipped += 1
            return
        if lines is None or hit is None or not number:
            skipped += 1
        else:
            lines[hit].append(number)

    def package(_attributes: dict[str, str]) -> None:
        nonlocal packages
        packages += 1

    def source(text: str) -> None:
        tally.roots[text.strip().replace("\\", "/")] = None

    walk(
        data,
        opening={"packages": package, "class": begin_class, "line": line},
        texts={"source": source},
        closing={"class": end_class},
    )
    if not packages:
        raise FormatError("not Cobertura: there is no <packages> element")
    tally.skipped = skipped
    return tally.report()
