"""Repository paths: bytes inside, one reversible text form outside."""

from __future__ import annotations

from enum import StrEnum


class FileClass(StrEnum):
    """What a file is for. Only the path decides it, or content at the base, never content that the change brings."""

    SOURCE = "source"
    TEST = "test"
    TEST_SUPPORT = "test-support"
    SNAPSHOT = "snapshot"
    GENERATED = "generated"
    VENDORED = "vendored"
    DOCS = "docs"
    CONFIG = "config"
    LOCK = "lock"
    TRACE = "trace"
    OTHER = "other"


def path_text(path: bytes) -> str:
    r"""The text form of a path: UTF-8, each byte that is none as ``\\xNN``."""
    return path.decode("utf-8", "backslashreplace")


def is_utf8(path: bytes) -> bool:
    """Whether the text form says everything; where not, the bytes are given beside it."""
    try:
        path.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
