"""Git as the user calls it, with the user's configuration and credentials: what is attached is written into the user's own clone and pushed from it."""

from __future__ import annotations

import os
import re
import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen, TimeoutExpired
from typing import IO, Final

from prgate.errors import PrgateError
from prgate.git.kept import SESSION_FILE
from prgate.git.process import words

NESTED: Final = "PRGATE_NESTED"
"""Set for every git that is started here: a hook of git's that calls prgate again is told by it."""
EMPTY_TREES: Final = {
    40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
_STEERING: Final = frozenset({
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_DIR", "GIT_INDEX_FILE", "GIT_NAMESPACE", "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX", "GIT_QUARANTINE_PATH", "GIT_WORK_TREE",
})  # fmt: skip
"""What git sets for its hooks to say which repository they run in; here the folder says it."""
_SAID: Final = {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_LITERAL_PATHSPECS": "1", NESTED: "1"}
_SILENT: Final = {"GIT_TERMINAL_PROMPT": "0", "GCM_INTERACTIVE": "never", "SSH_ASKPASS_REQUIRE": "never"}
_PERSON: Final = {"NAME": "prgate", "EMAIL": "prgate@localhost", "DATE": "@0 +0000"}
"""Of every attached commit: the same content gets the same id, whoever attaches it and when."""
_GUARDED: Final = ("-c", "safe.bareRepository=explicit")
"""A folder of files that is laid out like a repository may come with a stranger's branch, and its settings name programs."""
_COMMIT: Final = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in _PERSON.items()}
_DIFF: Final = (
    *("diff", "--unified=0", "--inter-hunk-context=0", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color", "--no-relative"),
    *(
        "--submodule=short",
        "--ignore-submodules=all",
        "--output-indicator-new=+",
        "--output-indicator-old=-",
        "--output-indicator-context= ",
    ),
)
_HUNK: Final = re.compile(rb"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_MOST_BYTES: Final = 64 * 1024 * 1024
_COMPLAINTS_BYTES: Final = 16 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What git printed; ``words`` is its complaint, of one that was too slow as well."""

    code: int
    out: bytes
    words: str

    @property
    def text(self) -> str:
        """What it printed as text without the last line end."""
        return os.fsdecode(self.out.removesuffix(b"\n"))


@dataclass(frozen=True, slots=True)
class Clone:
    """A work tree of the user's at ``top``. ``common`` is the folder that all work trees of the clone share.

    One in a ``hurry`` asks no person anything, ends each git after ``seconds``, and whatever git has started with it.
    """

    top: str
    common: Path
    hurry: bool
    seconds: float

    def run(self, *args: str, stdin: bytes = b"", more: dict[str, str] | None = None, seconds: float | None = None) -> Answer:
        """One git in the work tree."""
        return _run(self.top, args, stdin=stdin, more=more or {}, hurry=self.hurry, seconds=seconds or self.seconds)

    def ask(self, *args: str, stdin: bytes = b"", more: dict[str, str] | None = None) -> str:
        """What git prints, as text. Raises ``PrgateError`` with what it complains of."""
        answer = self.run(*args, stdin=stdin, more=more)
        if answer.code:
            raise PrgateError(f"git {args[0]}: {answer.words}", self.top, "Mend what git says; `git status` there must work.")
        return answer.text

    def branch(self) -> str | None:
        """The name of the branch that is checked out; ``None`` for a detached head."""
        answer = self.run("symbolic-ref", "--quiet", "HEAD")
        return answer.text.removeprefix("refs/heads/") if answer.code == 0 and answer.text.startswith("refs/heads/") else None

    def refs(self, field: str, *patterns: str) -> dict[str, str]:
        """A field of ``for-each-ref`` by ref, of those refs that match a pattern or lie below it, in the order of their names."""
        lines = self.ask("for-each-ref", f"--format=%(refname) %({field})", *patterns)
        return {ref: value for ref, _, value in (line.partition(" ") for line in lines.split("\n") if line)}

    def commit(self, ref: str) -> str | None:
        """The full id of a commit, ``None`` if the ref names none."""
        answer = self.run("rev-parse", "--quiet", "--verify", "--end-of-options", f"{ref}^{{commit}}")
        return None if answer.code else answer.text

    def merge_base(self, one: str, other: str) -> str | None:
        """Where two commits part, ``None`` if nowhere."""
        answer = self.run("merge-base", one, other)
        return None if answer.code else answer.text

    def work_trees(self) -> tuple[str, ...]:
        """Where the work trees of the clone lie."""
        entries = self.ask("worktree", "list", "--porcelain", "-z").split("\0")
        return tuple(entry.removeprefix("worktree ") for entry in entries if entry.startswith("worktree "))

    def added(self, base: str, tip: str | None) -> Iterator[bytes]:
        """The lines that the tracked files of the work tree, or of ``tip``, have and ``base`` lacks, without their ends.

        Raises ``PrgateError``.
        """
        answer = self.run(*_DIFF, base, *([] if tip is None else [tip]), "--")
        if answer.code:
            raise PrgateError(f"git diff: {answer.words}", self.top, "Mend what git says; `git status` there must work.")
        return added_lines(answer.out)

    def paths(self, tip: str) -> frozenset[bytes]:
        """Every path of a commit."""
        answer = self.run("ls-tree", "-r", "-z", "--name-only", "--full-tree", tip)
        return frozenset(answer.out.split(b"\0")[:-1])

    def untracked(self) -> tuple[bytes, ...]:
        """The paths of files that are neither tracked nor ignored."""
        answer = self.run("ls-files", "--others", "--exclude-standard", "-z")
        return tuple(answer.out.split(b"\0")[:-1])

    def store(self, ref: str, data: bytes) -> str:
        """Put a commit whose tree holds the data as ``trace.json`` under a ref, and return its id. Raises ``PrgateError``."""
        blob = self.ask("hash-object", "-w", "--stdin", "--no-filters", stdin=data)
        tree = self.ask("mktree", stdin=f"100644 blob {blob}\t{SESSION_FILE}\n".encode("ascii"))
        commit = self.ask("-c", "i18n.commitEncoding=UTF-8", "commit-tree", "-m", "prgate attach", tree, more=_COMMIT)
        self.ask("update-ref", ref, commit)
        return commit

    def push(self, remote: str, *refspecs: str, seconds: float) -> str | None:
        """Push and nothing with it; why not, if it did not work."""
        quiet = ("--quiet", "--no-verify", "--no-follow-tags", "--recurse-submodules=no")
        answer = self.run("push", *quiet, "--", remote, *refspecs, seconds=seconds)
        return answer.words if answer.code else None


def open_clone(folder: Path, *, hurry: bool, seconds: float) -> Clone:
    """The work tree that a folder lies in. Raises ``PrgateError`` if there is none."""
    asked = ("rev-parse", "--path-format=absolute", "--show-toplevel", "--git-common-dir")
    answer = _run(str(folder), asked, stdin=b"", more={}, hurry=hurry, seconds=seconds)
    places = answer.text.split("\n")
    if answer.code or len(places) != 2:
        raise PrgateError("this is not in a work tree of git", str(folder), "Run it in a clone, or name one with --repo.")
    return Clone(places[0], Path(places[1]), hurry, seconds)


def added_lines(patch: bytes) -> Iterator[bytes]:
    """The added lines of a patch that git wrote, told from headers by the counts of their hunks."""
    old = new = 0
    for line in patch.split(b"\n"):
        if old or new:
            marker = line[:1]
            if marker == b"+":
                new -= 1
                yield line[1:]
            elif marker == b"-":
                old -= 1
            elif marker == b" ":
                old, new = old - 1, new - 1
        elif found := _HUNK.match(line):
            old, new = (1 if count is None else int(count) for count in found.groups())


def _run(folder: str, args: Sequence[str], *, stdin: bytes, more: dict[str, str], hurry: bool, seconds: float) -> Answer:
    kept = {name: value for name, value in os.environ.items() if name not in _STEERING}
    env = {**kept, **_SAID, **(_SILENT if hurry else {}), **more}
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        given.write(stdin)
        given.seek(0)
        try:
            process = Popen(
                ["git", *_GUARDED, "-C", folder, *args], env=env, stdin=given, stdout=out, stderr=errors, start_new_session=hurry
            )
        except OSError as error:
            raise PrgateError("git cannot be started", "git", "Install git and put it on the PATH.") from error
        with process:
            try:
                process.wait(seconds)
            except TimeoutExpired:
                _end(process, group=hurry)
                return Answer(-1, b"", f"it was not done in {seconds:g} seconds")
            except BaseException:
                _end(process, group=hurry)
                raise
        size = out.seek(0, os.SEEK_END)
        if size > _MOST_BYTES:
            return Answer(-1, b"", f"it printed {size:,} bytes, more than {_MOST_BYTES:,}")
        return Answer(process.returncode, _start_of(out, _MOST_BYTES), words(_start_of(errors, _COMPLAINTS_BYTES), "\0"))


def _start_of(file: IO[bytes], most: int) -> bytes:
    file.seek(0)
    return file.read(most)


def _end(process: Popen[bytes], *, group: bool) -> None:
    with suppress(ProcessLookupError):
        if group:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
