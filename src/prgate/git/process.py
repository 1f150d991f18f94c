"""Git processes that nothing of the caller's environment can steer, their output read in blocks."""

from __future__ import annotations

import fcntl
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO, Final

from prgate.errors import PrgateError

_BLOCK: Final = 1024 * 1024
_WORDS_READ: Final = 16 * 1024
_WORDS_SHOWN: Final = 240
_KEPT: Final = ("PATH", "TMPDIR", "LD_LIBRARY_PATH", "SYSTEMROOT")
_DISARMED: Final = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
    "TZ": "UTC",
}


@dataclass(frozen=True, slots=True)
class Git:
    """How git is called: in ``folder``, with an environment that holds nothing of the caller's but where programs lie.

    ``variables`` names the repository (``GIT_DIR``) and the configuration (``GIT_CONFIG_GLOBAL``), and lifts what is disarmed where a git
    must do more than read. They may hold a token, so they are never shown.
    """

    folder: str
    variables: Mapping[str, str] = field(repr=False)

    def start(
        self,
        *args: str | bytes,
        stdin: IO[bytes] | int = subprocess.DEVNULL,
        errors: IO[bytes] | int = subprocess.DEVNULL,
        bufsize: int = -1,
        leads: bool = False,
    ) -> subprocess.Popen[bytes]:
        """A git process with its output on a pipe; ``PrgateError`` if there is no git.

        One that ``leads`` has a process group of its own, so that its helpers can be ended with it.
        """
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        try:
            return subprocess.Popen(
                ["git", *args],
                bufsize=bufsize,
                cwd=self.folder,
                env={**kept, **_DISARMED, **self.variables},
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=leads,
            )
        except OSError as error:
            raise PrgateError("git cannot be started", "git", "Install git and put it on the PATH.") from error

    @contextmanager
    def stream(self, *args: str | bytes) -> Iterator[Stream]:
        """A process whose output is read as it comes; it is killed if the reader leaves early."""
        with tempfile.TemporaryFile(dir=self.folder) as errors, self.start(*args, errors=errors, bufsize=0) as process:
            _widen(process)
            try:
                yield Stream(process, errors, self.folder)
            finally:
                process.kill()

    @contextmanager
    def ask(self, *args: str | bytes, questions: bytes) -> Iterator[IO[bytes]]:
        """The buffered output of a process that reads all its input from a file, so that it ends whatever becomes of its answers."""
        with tempfile.TemporaryFile(dir=self.folder) as stdin:
            stdin.write(questions)
            stdin.seek(0)
            with self.start(*args, stdin=stdin) as process:
                assert process.stdout is not None, "started with a pipe"
                try:
                    yield process.stdout
                finally:
                    process.kill()

    def run(self, *args: str | bytes, limit: int = _BLOCK) -> Finished:
        """All of a process's output, up to a limit in bytes."""
        with self.stream(*args) as stream:
            parts: list[bytes] = []
            size = 0
            for chunk in stream.chunks():
                size += len(chunk)
                if size > limit:
                    return Finished(0, b"", "", over_limit=True)
                parts.append(chunk)
            return Finished(stream.code(), b"".join(parts), stream.words())


@dataclass(frozen=True, slots=True)
class Finished:
    """What a process left; ``words`` is the shortened complaint. ``over_limit``: it was stopped, and ``out`` is empty."""

    code: int
    out: bytes
    words: str
    over_limit: bool = False


@dataclass(slots=True)
class Stream:
    """A running process; ``ended`` says that its output was read to the end."""

    process: subprocess.Popen[bytes]
    errors: IO[bytes]
    folder: str
    ended: bool = field(default=False, init=False)

    def chunks(self) -> Iterator[bytes]:
        """The output in blocks of at most a MiB."""
        assert self.process.stdout is not None, "started with a pipe"
        while chunk := self.process.stdout.read(_BLOCK):
            yield chunk
        self.ended = True

    def code(self) -> int:
        """The exit code; 0 of a process that is stopped here because its reader had enough."""
        if self.ended:
            return self.process.wait()
        self.process.kill()
        self.process.wait()
        return 0

    def complaints(self) -> bytes:
        """The start of what it wrote to its error output; final once the process has ended."""
        self.errors.seek(0)
        return self.errors.read(_WORDS_READ)

    def words(self) -> str:
        """The one line that says best why it failed."""
        return words(self.complaints(), self.folder)


def _widen(process: subprocess.Popen[bytes]) -> None:
    """Let git run ahead while a block is read, where the system allows a larger pipe."""
    assert process.stdout is not None, "started with a pipe"
    with suppress(AttributeError, OSError):
        fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, _BLOCK)


def words(complaints: bytes, folder: str) -> str:
    """Git's fatal line, or its last one, printable and short, without the name of the temporary folder."""
    lines = [line for line in complaints.split(b"\n") if line.strip()]
    telling = [line for line in lines if line.startswith(b"fatal:")] or lines[-1:] or [b"no word why"]
    text = telling[0].decode("utf-8", "backslashreplace").replace(folder, "(scratch)")
    escaped = "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)
    return escaped if len(escaped) <= _WORDS_SHOWN else escaped[:_WORDS_SHOWN] + "…"
