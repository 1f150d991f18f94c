"""Git that talks to one remote: what it is given, how far it may go, and what its complaints mean."""

from __future__ import annotations

import os
import re
import select
import signal
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from subprocess import Popen, TimeoutExpired
from typing import IO, Final
from urllib.parse import urlsplit

from prgate.git.process import Git
from prgate.git.trouble import Trouble, trouble_of
from prgate.model.missing import Missing, Why

_URL: Final = re.compile(r"https?://[0-9A-Za-z.:\[\]_-]+/[^\x00-\x20\x7f]*|file:///[^\x00-\x1f\x7f]*")
_WAYS: Final = ("http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY")
"""Proxies, without which a runner behind one reaches nothing. Not ``HTTP_PROXY``, which a web server can be made to set: git ignores it too."""
_AUTHORITIES: Final = ("GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "SSL_CERT_FILE", "SSL_CERT_DIR")
"""Who vouches for a forge of one's own. They name authorities; none turns verification off."""
_NAME: Final = "forge"
_SETTINGS: Final = {
    f"remote.{_NAME}.promisor": "true",
    f"remote.{_NAME}.partialCloneFilter": "blob:none",
    "core.bigFileThreshold": "16m",  # larger files are hashed as they come and never held
    "credential.helper": "",
    "fetch.negotiationAlgorithm": "noop",  # what is here in part must not count as had: the remote would leave out what is missing
    "gc.auto": "0",
    "http.followRedirects": "false",
    "http.lowSpeedLimit": "1000",
    "maintenance.auto": "false",
    "protocol.version": "2",
    "submodule.recurse": "false",
    "transfer.bundleURI": "false",
}
_LOOK_SECONDS: Final = 0.1
_OUT_BYTES: Final = 64 * 1024 * 1024
_COMPLAINTS_BYTES: Final = 4 * 1024 * 1024
_COMPLAINTS_READ: Final = 16 * 1024
_FIRST_WAIT: Final = 2.0
"""Seconds before the second try, and four times as long before each further one."""


@dataclass(frozen=True, slots=True)
class Remote:
    """Where to fetch from: an ``https:``, ``http:`` or ``file:`` address without a name or password in it, and a token for HTTP Basic.

    The token reaches git in its environment alone: never in an argument, never in a file, never in words.
    """

    url: str
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """How far a remote is trusted with this machine. What goes over is ``Missing``, never part of an answer.

    Bytes on disk are looked at while git writes, ten times a second: that bounds the sum of all packs of all processes, where a limit on
    the size of files bounds each alone. ``objects`` is what the headers of the packs announce.
    """

    disk_bytes: int = 2 * 1024 * 1024 * 1024
    objects: int = 5_000_000
    process_seconds: float = 300
    """Wall time of one git process."""
    seconds: float = 600
    """Wall time of everything, waits and repeats included."""
    tries: int = 3
    """How often a process is started whose failure looks like one of the network."""
    silent_seconds: int = 30
    """A connection over which less than 1000 bytes a second came for so long has failed."""

    def within(self, most: FetchLimits) -> FetchLimits:
        """Never further than ``most``, what something is worth without which the judgement goes on."""
        return replace(
            self,
            disk_bytes=min(self.disk_bytes, most.disk_bytes),
            objects=min(self.objects, most.objects),
            process_seconds=min(self.process_seconds, most.process_seconds),
            seconds=min(self.seconds, most.seconds),
        )


@dataclass(frozen=True, slots=True)
class Wire:
    """Git with the remote named ``forge``, the only place it can reach, until ``end`` on the monotonic clock."""

    git: Git
    host: str
    limits: FetchLimits
    end: float
    sleep: Callable[[float], None]

    def ask(
        self, *args: str, questions: bytes = b"", look: Callable[[], Missing | None] = lambda: None, silent: int = 0
    ) -> bytes | Missing:
        """What a git process prints, or why not; ``look`` is asked while it runs and once more after, and its answer stops it.

        Whatever does not look final is taken for the network's, and tried again. ``silent`` is an exit code that is no failure where git
        says no word.
        """
        wait = _FIRST_WAIT
        answer = self._once(args, questions, look, silent)
        for _ in range(self.limits.tries - 1):
            if not isinstance(answer, Trouble) or answer.lasting or time.monotonic() + wait >= self.end:
                break
            self.sleep(wait)
            wait *= 4
            answer = self._once(args, questions, look, silent)
        return answer.missing if isinstance(answer, Trouble) else answer

    def _once(self, args: tuple[str, ...], questions: bytes, look: Callable[[], Missing | None], silent: int) -> bytes | Missing | Trouble:
        with tempfile.TemporaryFile(dir=self.git.folder) as stdin, tempfile.TemporaryFile(dir=self.git.folder) as errors:
            stdin.write(questions)
            stdin.seek(0)
            with self.git.start(*args, stdin=stdin, errors=errors, bufsize=0, leads=True) as process:
                try:
                    out = self._read(process, errors, look)
                finally:
                    if process.poll() is None:
                        os.killpg(process.pid, signal.SIGKILL)
            if isinstance(out, Missing) or process.returncode == 0:
                return out if isinstance(out, Missing) else look() or out
            errors.seek(max(0, errors.seek(0, os.SEEK_END) - _COMPLAINTS_READ))
            complaints = errors.read()
            if process.returncode == silent and not complaints:
                return look() or out
            return trouble_of(complaints, self.git.folder, self.host)

    def _read(self, process: Popen[bytes], errors: IO[bytes], look: Callable[[], Missing | None]) -> bytes | Missing:
        """The output of a process that ended, or why it has to be."""
        assert process.stdout is not None, "started with a pipe"
        end = min(self.end, time.monotonic() + self.limits.process_seconds)
        waiting = select.poll()
        waiting.register(process.stdout)
        out = bytearray()
        while time.monotonic() < end:
            if (found := look()) is not None:
                return found
            if len(out) > _OUT_BYTES or os.fstat(errors.fileno()).st_size > _COMPLAINTS_BYTES:
                return Missing(
                    Why.OVER_LIMIT, f"{self.host} does not stop talking", "Look at the forge: no question of git's has such an answer."
                )
            if waiting.poll(_LOOK_SECONDS * 1000):
                chunk = process.stdout.read(1024 * 1024)
                out += chunk
                if not chunk:
                    with suppress(TimeoutExpired):
                        process.wait(max(0.0, end - time.monotonic()))
                        return bytes(out)
        spent = f"{self.limits.process_seconds:g} s for one question, {self.limits.seconds:g} s for all"
        return Missing(
            Why.OVER_LIMIT,
            f"git was not done with {self.host} in its time ({spent})",
            "Run it again; if it lasts, look at the way to the forge.",
        )


def connect(git: Git, remote: Remote, limits: FetchLimits, sleep: Callable[[float], None]) -> Wire | Missing:
    """The git that may talk to the remote, and to nothing else; ``Missing`` for an address that is none."""
    if not _URL.fullmatch(remote.url):
        detail = "the address of the repository is no https, http or file address, or holds a name or password"
        return Missing(Why.FAILED, detail, "Give it as https://HOST/OWNER/NAME.")
    parts = urlsplit(remote.url)
    settings = {**_SETTINGS, f"remote.{_NAME}.url": remote.url, "http.lowSpeedTime": str(limits.silent_seconds)}
    if remote.token is not None:
        secret = b64encode(b"x-access-token:" + remote.token.encode("utf-8", "surrogateescape")).decode("ascii")
        settings[f"http.{remote.url}.extraHeader"] = f"Authorization: Basic {secret}"
    variables = {**git.variables, **_inherited(os.environ), "GIT_ALLOW_PROTOCOL": parts.scheme, "HOME": os.devnull}
    variables["GIT_CONFIG_COUNT"] = str(len(settings))
    for number, (key, value) in enumerate(settings.items()):
        variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return Wire(Git(git.folder, variables), parts.hostname or "the folder", limits, time.monotonic() + limits.seconds, sleep)


def _inherited(environment: Mapping[str, str]) -> dict[str, str]:
    """Proxies and authorities; a bundle that everything else takes from ``SSL_CERT_FILE`` counts for git as well."""
    kept = {name: environment[name] for name in (*_WAYS, *_AUTHORITIES) if environment.get(name)}
    if "SSL_CERT_FILE" in kept:
        kept.setdefault("GIT_SSL_CAINFO", kept["SSL_CERT_FILE"])
    return kept
