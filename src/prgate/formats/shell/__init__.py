"""What a shell command runs, reads and may write, by its words alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from prgate.formats.apply_patch import patched, patches
from prgate.formats.shell.deeds import INTERPRETERS, Deed, deed_of, operands
from prgate.formats.shell.git import git_files, git_verb
from prgate.formats.shell.names import command_name, program_name
from prgate.formats.shell.scripts import only_looks
from prgate.formats.shell.tests import runs_tests
from prgate.formats.shell.words import UNKNOWN, Line, Step, Word, split_line
from prgate.formats.shell.wrappers import Inner, program_of, unwrapped
from prgate.model.trace import Writes

_KEPT: Final = 512
"""Short lines whose reading is kept: sessions run the same few again and again."""
_SHORT: Final = 256
"""Characters of such a line."""
MAX_PROGRAMS: Final = 100
MAX_PATHS: Final = 200
LONGEST_PATH: Final = 1024
_NESTED: Final = 4
"""Scripts within scripts (``bash -c``)."""

_FILE = re.compile(r"(?:[^\s/]{0,255}/)*(?:[^\s/]{0,255}\.[A-Za-z][A-Za-z0-9_+-]{0,11}|[^\s/.]{1,255})", re.ASCII)
_BARE = re.compile(
    r"[^\s/]{0,255}\.[A-Za-z][A-Za-z0-9_+-]{0,11}|Makefile|Dockerfile|LICENSE|CODEOWNERS|Gemfile|Rakefile|Procfile|Jenkinsfile", re.ASCII
)
_NOT_FILES: Final = frozenset("*?\"'`;|<>$=\n\r\t")
_NO_PLACE: Final = ("/dev/null", "/dev/stdout", "/dev/stderr", "/dev/tty", "NUL", "$null", "-", ".", "..", "/")
_PRINTF = re.compile(r"%%|%[-0-9.]{0,8}[sdqb]")
_ESCAPES = re.compile(r"\\([nt\\'\"])")
_UNESCAPED: Final = {"n": "\n", "t": "\t", "\\": "\\", "'": "'", '"': '"'}
_TALKERS: Final = frozenset({"echo", "printf", "export", "gh", "curl", "http", "read"})
_SHELLS: Final = frozenset({"bash", "sh", "zsh", "dash", "ksh"})
_FOLDERS: Final = {"git": "-C", "make": "-C", "gmake": "-C", "pnpm": "-C", "npm": "--prefix", "yarn": "--cwd", "ninja": "-C"}


@dataclass(frozen=True, slots=True)
class ShellLine:
    """``programs``, ``writes`` and ``tests`` as of ``Command``; ``paths`` as the command spells them, seen from where it goes first.

    ``files`` are (path, text) of the files whose whole content the command spells (``cat > path <<EOF``); ``scripts`` are texts that it
    hands to an interpreter, which may write them anywhere.
    """

    programs: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    writes: Writes = Writes.ANYWHERE
    tests: bool = False
    files: tuple[tuple[str, str], ...] = ()
    scripts: tuple[str, ...] = ()


def read_command(line: str | Sequence[str]) -> ShellLine:
    """What the line, or the words of an ``argv``, does; never raises.

    Nothing is run, looked up or expanded. Programs are taken to do what they are known for: a test runner, a linter and a git hook write
    nothing of the project, an interpreter and an unknown program anything. What a limit cuts off may have written anything.
    """
    return _kept(line) if isinstance(line, str) and len(line) <= _SHORT else _read(line)


def _read(line: str | Sequence[str]) -> ShellLine:
    tally = _Tally()
    if isinstance(line, str):
        tally.read(line, 0, None)
    elif len(line) == 1:
        tally.read(line[0], 0, None)
    else:
        step = Step(0, words=[Word(word, quoted=True) for word in line])
        tally.take(Line([step], [0], frozenset(), whole=True), 0, None)
    return ShellLine(
        tuple(tally.programs)[:MAX_PROGRAMS],
        tuple(tally.paths)[:MAX_PATHS],
        Writes.ANYWHERE if tally.anywhere or len(tally.paths) > MAX_PATHS else Writes.NAMED if tally.named else Writes.NOTHING,
        tally.tests,
        tuple(tally.files),
        tuple(tally.scripts),
    )


_kept = lru_cache(_KEPT)(_read)


@dataclass(slots=True)
class _Tally:
    """What the steps read so far come to."""

    programs: dict[str, None] = field(default_factory=dict)
    paths: dict[str, None] = field(default_factory=dict)
    anywhere: bool = False
    named: bool = False
    tests: bool = False
    files: list[tuple[str, str]] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)

    def read(self, text: str, depth: int, folder: str | None) -> None:
        """Add what a text of commands does."""
        if depth > _NESTED:
            self.anywhere = True
            return
        self.take(split_line(text), depth, folder)

    def take(self, line: Line, depth: int, folder: str | None) -> None:
        """Add what the steps do."""
        self.anywhere |= not line.whole
        folders: dict[int, str | None] = {0: folder}
        shown: dict[Step, str] = {}
        for step in line.steps:
            for scope in _around(line.scopes, step.scope, folders):
                folders[scope] = folders[line.scopes[scope]]
            fed = step.fed if step.fed is not None or step.source is None else shown.get(step.source)
            inner = unwrapped(step.words)
            at = folders[step.scope]
            moved = _moved_to(inner, at)
            if moved is not None:
                folders[step.scope] = moved or None
                continue
            if inner.script is not None:
                self.read(inner.script, depth + 1, at)
            elif inner.words and program_of(inner.words[0]) not in line.functions:
                self._run(inner, fed, depth, at)
            said = _said(inner, fed)
            if said is not None:
                shown[step] = said
            self._redirects(step, said, at)

    def _run(self, inner: Inner, fed: str | None, depth: int, folder: str | None) -> None:
        word, args = inner.words[0], inner.words[1:]
        for name, flags in inner.around:
            self._call(command_name(name, flags) if program_name(name.replace(" ", "")) else "")
        program = program_of(word)
        told = program_name(program)
        if word.text in {"for", "select", "case", "function"} and not word.quoted:
            for named in filter(_like_file, args):
                self._name(named, folder)
            return
        self._call(command_name(told, args) if told else "")
        if program in _SHELLS and fed is not None and not operands(args):
            self.read(fed, depth + 1, folder)
            return
        tests = runs_tests(program, [arg.text for arg in args], asked=bool(inner.around) or "/" in word.text)
        self.tests |= tests
        place = _FOLDERS.get(program)
        folder = next((_joined(folder, args[at + 1]) for at in range(len(args) - 1) if args[at].text == place), folder)
        deed = self._deed(program, (*args, Word(UNKNOWN)) if inner.more else args, fed, tests=tests)
        self.anywhere |= deed.anywhere
        for word in deed.written:
            self._write(word, folder)
        others = () if program in _TALKERS else map(_of_revision, args) if program == "git" else args
        for word in (*deed.named, *filter(_like_file, others)):
            self._name(word, folder)
        self._texts(program, deed, fed, folder)

    def _deed(self, program: str, args: Sequence[Word], fed: str | None, *, tests: bool) -> Deed:
        if program == "git":
            at = git_verb(args)
            if args[at : at + 1] and args[at].text in {"apply", "am"} and fed is not None:
                return self._patched(fed)
            files, anywhere = git_files(args)
            return Deed(written=files, anywhere=anywhere)
        if program in {"apply_patch", "applypatch"}:
            text = fed or "".join(arg.text for arg in args)
            return Deed(written=tuple(Word(file.path) for patch in patches(text) for file in patched(patch)))
        if program == "patch" and fed is not None:
            return self._patched(fed)
        if program == "gh":
            return Deed(anywhere=[arg.text for arg in args[:2]] == ["pr", "checkout"])
        if program in INTERPRETERS and fed is not None and all(word.text == "-" for word in operands(args)):
            return Deed(anywhere=not only_looks(fed), brings=(fed,))
        return deed_of(program, args, tests=tests) if program else Deed(anywhere=True)

    def _patched(self, text: str) -> Deed:
        """What a unified diff says that it brings."""
        found = tuple(_diff_files(text))
        self.files += found
        return Deed(written=tuple(Word(path) for path, _ in found), anywhere=not found)

    def _texts(self, program: str, deed: Deed, fed: str | None, folder: str | None) -> None:
        """Texts that the line spells and the program writes or runs."""
        whole = program.lower() in {"set-content", "add-content", "out-file", "new-item"}
        spelled = [path for word in deed.written if (path := _joined(folder, word)) is not None]
        if program == "tee" or whole:
            text = "\n".join(deed.brings) or fed
            self.files += [(path, text) for path in spelled if text is not None]
        else:
            self.scripts += deed.brings or ((fed,) if deed.anywhere and fed is not None else ())

    def _redirects(self, step: Step, said: str | None, folder: str | None) -> None:
        for word in step.read:
            self._name(word, folder)
        for word in step.written:
            self._write(word, folder)
            path = _joined(folder, word)
            if said is not None and path is not None and word.text not in _NO_PLACE:
                self.files.append((path, said))

    def _call(self, name: str) -> None:
        if name:
            self.programs[name] = None

    def _name(self, word: Word, folder: str | None) -> None:
        path = _joined(folder, word)
        if path is not None and word.text not in _NO_PLACE:
            self.paths[path] = None

    def _write(self, word: Word, folder: str | None) -> None:
        if word.text in _NO_PLACE:
            return
        if _joined(folder, word) is None:
            self.anywhere = True
        else:
            self.named = True
            self._name(word, folder)


def _around(scopes: Sequence[int], scope: int, known: dict[int, str | None]) -> Iterator[int]:
    """The subshells around a step whose folder is not known yet, the outermost first."""
    fresh = []
    while scope not in known:
        fresh.append(scope)
        scope = scopes[scope]
    return reversed(fresh)


def _moved_to(inner: Inner, folder: str | None) -> str | None:
    """Where ``cd`` goes, empty where that cannot be told; ``None`` for any other command."""
    if not inner.words or program_of(inner.words[0]).lower() not in {"cd", "pushd", "popd", "set-location", "push-location", "chdir"}:
        return None
    given = operands(inner.words[1:])
    return "" if len(given) != 1 or given[0].text == "-" else _joined(folder, given[0]) or ""


def _joined(folder: str | None, word: Word) -> str | None:
    """The path that a word spells, seen from ``folder``; ``None`` where the word does not say it. What a variable names is left out at its front."""
    text = word.text.removeprefix(f"{UNKNOWN}/")
    if not text or UNKNOWN in text or len(text) > LONGEST_PATH or "\n" in text:
        return None
    text = text.partition("::")[0] or text
    rooted = text != word.text or text.startswith(("/", "~", "\\")) or text[1:2] == ":"
    return text if folder is None or rooted else f"{folder}/{text}"


def _like_file(word: Word) -> bool:
    """Whether a word, at a place where anything may stand, looks like a file."""
    text = word.text.partition("::")[0].removeprefix(f"{UNKNOWN}/")
    if text.startswith(("-", "+", "@")) or "://" in text or len(text) > LONGEST_PATH or UNKNOWN in text or _NOT_FILES.intersection(text):
        return False
    return _FILE.fullmatch(text) is not None if "/" in text else _BARE.fullmatch(text) is not None


def _of_revision(word: Word) -> Word:
    """The path of ``REVISION:PATH``."""
    return Word(word.text.rpartition(":")[2])


def _said(inner: Inner, fed: str | None) -> str | None:
    """What the command prints, where the line spells it."""
    if not inner.words:
        return None
    program, args = program_of(inner.words[0]), inner.words[1:]
    texts = [arg.text for arg in args]
    match program.lower():
        case "cat" | "tee" | "write-output":
            return fed if fed is not None else " ".join(texts) if program == "Write-Output" else None
        case "echo":
            options = [text for text in texts[:1] if text in {"-e", "-n", "-ne", "-en"}]
            text = " ".join(texts[len(options) :])
            return _unescaped(text) if any("e" in option for option in options) else text
        case "printf" if texts:
            return _formatted(texts[0], texts[1:])
        case _:
            return None


def _formatted(form: str, values: Sequence[str]) -> str:
    if not values:
        return _unescaped(form).replace("%%", "%")
    left = list(reversed(values))
    lines = []
    while left:
        before = len(left)
        lines.append(_PRINTF.sub(lambda mark: "%" if mark[0] == "%%" else left.pop() if left else "", _unescaped(form)))
        if len(left) == before:
            break
    return "".join(lines)


def _unescaped(text: str) -> str:
    return _ESCAPES.sub(lambda one: _UNESCAPED[one[1]], text)


def _diff_files(text: str) -> Iterator[tuple[str, str]]:
    """(path, added lines) of each file of a unified diff."""
    path: str | None = None
    lines: list[str] = []
    for line in text.split("\n"):
        if line.startswith("+++ "):
            if path is not None:
                yield path, "\n".join(lines)
            name = line[4:].partition("\t")[0].strip()
            path, lines = (None if name == "/dev/null" else name.removeprefix("b/")), []
        elif line.startswith("+"):
            lines.append(line[1:])
    if path is not None:
        yield path, "\n".join(lines)
