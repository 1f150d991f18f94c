"""Counts of tests in files, by language, and where a language keeps the tests of a file; nothing is run or compiled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from prgate.errors import FormatError
from prgate.formats.tests.code import MOST_BYTES
from prgate.model.tests import TestCount
from prgate.recognise.languages import language_of


def _count_go(data: bytes) -> TestCount:
    from prgate.formats.tests.go import count_go  # noqa: PLC0415 (a reader compiles many patterns; only its language pays)

    return count_go(data)


def _count_javascript(data: bytes) -> TestCount:
    from prgate.formats.tests.javascript import count_javascript  # noqa: PLC0415 (likewise)

    return count_javascript(data)


def _count_python(data: bytes) -> TestCount:
    from prgate.formats.tests.python import count_python  # noqa: PLC0415 (likewise)

    return count_python(data)


_READERS: Mapping[str, Callable[[bytes], TestCount]] = {
    "python": _count_python,
    "javascript": _count_javascript,
    "typescript": _count_javascript,
    "vue": _count_javascript,
    "svelte": _count_javascript,
    "go": _count_go,
}

MOST_CANDIDATES = 96
_SOURCE_ROOTS = frozenset((b"src", b"lib", b"app", b"source"))
_TEST_ROOTS = (b"tests", b"test", b"tests/unit", b"test/unit")
_SCRIPT_SUFFIXES = (b".ts", b".tsx", b".js", b".jsx", b".mts", b".mjs", b".cts", b".cjs")


def has_reader(path: bytes) -> bool:
    """Whether tests of code in this file's language can be counted."""
    language = language_of(path)
    return language is not None and language.id in _READERS


def count_tests(path: bytes, data: bytes) -> tuple[str, TestCount] | None:
    """The language's id, with the test definitions and assertions in a file's code.

    ``None``: the language has no reader, or the file is over a limit (1 MiB, brackets nested 100 deep), so nobody can say. Never raises.

    A definition is a test that a usual runner would collect and that does something: it asserts, calls or imports. A test that is always
    skipped, gives up first thing, expects to fail without being held to it, stands in code that never runs, or repeats another one of its
    suite word for word counts nothing. A test over a table of literal rows counts once for each distinct row (``parametrize``,
    ``it.each``, Go literals that a loop ranges over).

    An assertion counts where it runs: in a test that counts, in a set-up hook, or in a helper that the same file uses. One that only
    constants decide (``assert 1 == 1``), or that compares a thing with itself, counts nothing.

    Limits: rows from a call, a file or a loop around tests are not counted, nor are tests that a class inherits. That an assertion checks
    what the change does cannot be told.
    """
    language = language_of(path)
    reader = None if language is None else _READERS.get(language.id)
    if language is None or reader is None or len(data) > MOST_BYTES:
        return None
    try:
        return language.id, reader(data)
    except FormatError:
        return None


def candidates(path: bytes) -> tuple[bytes, ...]:
    """Test files that would belong to a source file, likeliest first, at most 96, whether or not they exist; never the file itself."""
    language = language_of(path)
    names = _CONVENTIONS.get(language.id) if language is not None else None
    if names is None:
        return ()
    *folders, name = path.split(b"/")
    found = dict.fromkeys(each for each in names(folders, name) if each != path)
    return tuple(found)[:MOST_CANDIDATES]


def _join(*parts: bytes) -> bytes:
    return b"/".join(part for part in parts if part)


def _mirrors(folders: Sequence[bytes]) -> Iterator[bytes]:
    """Folders that mirror a source folder under a test root, of the repository or of a package in it, nearest first.

    Below the test root stands the source folder without its source root, without its package, or nothing.
    """
    roots = [number for number, folder in enumerate(folders) if folder in _SOURCE_ROOTS]
    for root in dict.fromkeys((*(roots[:1]), 0, *range(len(folders), 0, -1))):
        inner = folders[root + 1 :] if root in roots else folders[root:]
        for tests in _TEST_ROOTS:
            for inside in dict.fromkeys((b"/".join(inner), b"/".join(inner[1:]), b"")):
                yield _join(*folders[:root], tests, inside)


def _python(folders: Sequence[bytes], name: bytes) -> Iterator[bytes]:
    stem = name.rpartition(b".")[0]
    if stem in {b"__init__", b"__main__"} and folders:
        stem = folders[-1]
    stems = (stem.lstrip(b"_"), *((folders[-1] + b"_" + stem,) if folders else ()))
    here = b"/".join(folders)
    for each in stems[:1]:
        yield from (_join(here, b"test_" + each + b".py"), _join(here, each + b"_test.py"))
        yield from (_join(here, tests, b"test_" + each + b".py") for tests in _TEST_ROOTS[:2])
    for folder in _mirrors(folders):
        yield from (_join(folder, b"test_" + each + b".py") for each in stems)


def _script(folders: Sequence[bytes], name: bytes) -> Iterator[bytes]:
    stem, _, suffix = name.rpartition(b".")
    stems: tuple[bytes, ...] = (folders[-1], stem) if stem == b"index" and folders else (stem,)
    suffixes = tuple(dict.fromkeys((b"." + suffix, *_SCRIPT_SUFFIXES)))[:6]
    here = b"/".join(folders)
    names = [each + kind + ending for each in stems for kind in (b".test", b".spec") for ending in suffixes if ending in _SCRIPT_SUFFIXES]
    yield from (_join(here, each) for each in names)
    yield from (_join(here, b"__tests__", each) for each in (*names, name))
    for folder in _mirrors(folders):
        yield from (_join(folder, each) for each in names[:4])


def _go(folders: Sequence[bytes], name: bytes) -> Iterator[bytes]:
    yield _join(*folders, name.removesuffix(b".go") + b"_test.go")


_CONVENTIONS: Mapping[str, Callable[[Sequence[bytes], bytes], Iterator[bytes]]] = {
    "python": _python,
    "javascript": _script,
    "typescript": _script,
    "vue": _script,
    "svelte": _script,
    "go": _go,
}
