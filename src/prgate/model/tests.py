"""How much test there is in the changed test files, before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TestCount:
    """Test definitions and assertions in one file's code, comments and strings left out."""

    __test__ = False

    definitions: int
    assertions: int


@dataclass(frozen=True, slots=True)
class TestFile:
    """A changed test file; a side that does not exist counts zero."""

    __test__ = False

    path: bytes
    language: str
    base: TestCount
    head: TestCount

    @property
    def gained(self) -> bool:
        """Whether the file has more definitions or more assertions than before."""
        return self.head.definitions > self.base.definitions or self.head.assertions > self.base.assertions


@dataclass(frozen=True, slots=True)
class Tests:
    """What is known of tests in a change.

    ``files`` are the changed test files that a reader knows, ``unread`` changed test and source files in languages whose tests none counts.

    ``layout`` gives, per changed source file, the test files that the language's conventions name and that exist at head or base.
    """

    __test__ = False

    files: tuple[TestFile, ...]
    unread: tuple[bytes, ...]
    layout: Mapping[bytes, tuple[bytes, ...]]
