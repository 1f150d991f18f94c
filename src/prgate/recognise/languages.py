"""The programming languages that prgate tells apart, by file name, and what a comment looks like in them."""

from __future__ import annotations

from dataclasses import dataclass

_SLASHES = (b"//",)
_HASH = (b"#",)
_C_BLOCK = (b"/*", b"*/")
_XML_BLOCK = (b"<!--", b"-->")


@dataclass(frozen=True, slots=True)
class Language:
    """One language. ``suffixes`` and ``names`` (exact file names) are lower case and compared without case.

    ``tested`` says that automated tests of single files are customary; it is false for shells and for languages that declare infrastructure
    or data. ``inline_tests`` says that tests of the language usually stand inside source files.
    """

    id: str
    name: str
    suffixes: tuple[str, ...]
    line_comments: tuple[bytes, ...]
    block_comment: tuple[bytes, bytes] | None = None
    names: tuple[str, ...] = ()
    tested: bool = True
    inline_tests: bool = False


LANGUAGES: tuple[Language, ...] = (
    Language("python", "Python", (".py", ".pyi", ".pyx", ".pyw"), _HASH),
    Language("javascript", "JavaScript", (".js", ".jsx", ".mjs", ".cjs"), _SLASHES, _C_BLOCK),
    Language("typescript", "TypeScript", (".ts", ".tsx", ".mts", ".cts"), _SLASHES, _C_BLOCK),
    Language("vue", "Vue", (".vue",), _SLASHES, _XML_BLOCK),
    Language("svelte", "Svelte", (".svelte",), _SLASHES, _XML_BLOCK),
    Language("go", "Go", (".go",), _SLASHES, _C_BLOCK),
    Language("java", "Java", (".java",), _SLASHES, _C_BLOCK),
    Language("kotlin", "Kotlin", (".kt", ".kts"), _SLASHES, _C_BLOCK),
    Language("scala", "Scala", (".scala", ".sc"), _SLASHES, _C_BLOCK),
    Language("groovy", "Groovy", (".groovy",), _SLASHES, _C_BLOCK),
    Language("csharp", "C#", (".cs",), _SLASHES, _C_BLOCK),
    Language("fsharp", "F#", (".fs",), _SLASHES, (b"(*", b"*)")),
    Language("vb", "Visual Basic", (".vb",), (b"'",)),
    Language("ruby", "Ruby", (".rb", ".rake"), _HASH, names=("rakefile",)),
    Language("rust", "Rust", (".rs",), _SLASHES, _C_BLOCK, inline_tests=True),
    Language("php", "PHP", (".php",), (b"//", b"#"), _C_BLOCK),
    Language("swift", "Swift", (".swift",), _SLASHES, _C_BLOCK),
    Language("c", "C", (".c", ".h"), _SLASHES, _C_BLOCK),
    Language("cpp", "C++", (".cc", ".cpp", ".cxx", ".c++", ".hh", ".hpp", ".hxx", ".ipp", ".cu", ".cuh"), _SLASHES, _C_BLOCK),
    Language("objc", "Objective-C", (".m", ".mm"), _SLASHES, _C_BLOCK),
    Language("shell", "Shell", (".sh", ".bash", ".zsh", ".ksh", ".fish", ".bats"), _HASH, tested=False),
    Language("powershell", "PowerShell", (".ps1", ".psm1"), _HASH, (b"<#", b"#>"), tested=False),
    Language("sql", "SQL", (".sql",), (b"--",), _C_BLOCK, tested=False),
    Language("terraform", "Terraform", (".tf", ".hcl"), (b"#", b"//"), _C_BLOCK, tested=False),
    Language("elixir", "Elixir", (".ex", ".exs"), _HASH),
    Language("erlang", "Erlang", (".erl", ".hrl"), (b"%",)),
    Language("dart", "Dart", (".dart",), _SLASHES, _C_BLOCK),
    Language("lua", "Lua", (".lua",), (b"--",), (b"--[[", b"]]")),
    Language("r", "R", (".r",), _HASH),
    Language("perl", "Perl", (".pl", ".pm", ".t"), _HASH),
    Language("zig", "Zig", (".zig",), _SLASHES, inline_tests=True),
    Language("haskell", "Haskell", (".hs",), (b"--",), (b"{-", b"-}")),
    Language("clojure", "Clojure", (".clj", ".cljs", ".cljc"), (b";",)),
    Language("ocaml", "OCaml", (".ml", ".mli"), (), (b"(*", b"*)")),
    Language("julia", "Julia", (".jl",), _HASH, (b"#=", b"=#")),
    Language("nim", "Nim", (".nim",), _HASH, (b"#[", b"]#")),
    Language("solidity", "Solidity", (".sol",), _SLASHES, _C_BLOCK),
)

_BY_SUFFIX = {suffix.encode(): language for language in LANGUAGES for suffix in language.suffixes}
_BY_NAME = {name.encode(): language for language in LANGUAGES for name in language.names}

_CODE_DESPITE_MARKER = {"php": (b"#[",)}
"""Beginnings that look like a comment and are none: PHP attributes."""

_AFTER_STARS = frozenset({b"", b" ", b"\t", b"/"})
"""What follows the stars that begin a line in the middle, or at the end, of a block comment."""


def language_of(path: bytes) -> Language | None:
    """The language that the file name's last suffix, or the whole name, stands for; ``None`` for anything else."""
    name = path.rpartition(b"/")[2].lower()
    stem, dot, ending = name.rpartition(b".")
    if stem and dot and (language := _BY_SUFFIX.get(dot + ending)) is not None:
        return language
    return _BY_NAME.get(name)


def comment_beginnings(language: Language) -> tuple[bytes, ...]:
    """How a line begins that ``is_code`` may take for a comment; any other line that is not blank is code."""
    return (*language.line_comments, *(language.block_comment or ()), *((b"*",) if language.block_comment == _C_BLOCK else ()))


def is_code(language: Language, line: bytes) -> bool:
    """Whether one line, seen alone, has code: false for blank lines and for lines that are wholly a comment by their beginning.

    A line that ends a block comment and goes on has code if what follows has. A line that begins with ``*`` and a space (or is ``*``
    alone) counts as the middle of a block comment in languages that write ``/* */``.

    Limits, all of a reader that sees one line: lines in the middle of a block comment or of a documentation string that bear no mark
    count as code, and an expression or statement that begins with ``* `` (a product wrapped before its operator) counts as comment.
    """
    text = line.strip()
    opening, closing = language.block_comment or (b"", b"")
    at = 0
    if closing == b"*/" and text.lstrip(b"*")[:1] in _AFTER_STARS and text.startswith(b"*"):
        end = text.find(closing)
        at = len(text) if end < 0 else _skip_space(text, end + len(closing))
    while opening and text.startswith((opening, closing), at):
        end = text.find(closing, at if text.startswith(closing, at) else at + len(opening))
        at = len(text) if end < 0 else _skip_space(text, end + len(closing))
    if at == len(text):
        return False
    return text.startswith(_CODE_DESPITE_MARKER.get(language.id, ()), at) or not text.startswith(language.line_comments, at)


def _skip_space(text: bytes, at: int) -> int:
    while text[at : at + 1].isspace():
        at += 1
    return at
