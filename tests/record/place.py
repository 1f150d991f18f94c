"""The neutral place that recordings are made in, so that no path of the recording machine is in them."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

HOME = Path("/home/dev")
"""Made for a recording and removed after it; a recording refuses to start where it exists."""

SCENARIO = Path(__file__).parent / "scenario"


@contextlib.contextmanager
def home() -> Iterator[Path]:
    """An empty home folder."""
    HOME.mkdir(parents=True)
    try:
        yield HOME
    finally:
        shutil.rmtree(HOME)


def lay_out(name: str, folder: Path) -> None:
    """Write the files of ``scenario/NAME.txt``: each stands below a line ``=== path``."""
    for part in ("\n" + (SCENARIO / f"{name}.txt").read_text("utf-8")).split("\n=== ")[1:]:
        path, _, content = part.partition("\n")
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content if not content or content.endswith("\n") else content + "\n", "utf-8")


def environment(python: Path, **more: str) -> dict[str, str]:
    """A neutral user with ``python`` and its tools first on the path, and nothing of this machine's settings."""
    return {
        "HOME": str(HOME),
        "PATH": f"{python.parent}:/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "USER": "dev",
        "LOGNAME": "dev",
        "PYTHONDONTWRITEBYTECODE": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Dana Example",
        "GIT_AUTHOR_EMAIL": "dana@example.com",
        "GIT_COMMITTER_NAME": "Dana Example",
        "GIT_COMMITTER_EMAIL": "dana@example.com",
        **more,
    }


def run(*command: str | Path, cwd: Path, env: Mapping[str, str], stdin: bytes | None = None) -> bytes:
    """What the command prints; its complaint if it fails."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=env,
        input=stdin,
        stdin=None if stdin is not None else subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, (command, done.stdout[-2000:], done.stderr[-2000:])
    return done.stdout


@contextlib.contextmanager
def model(script: Path, steps: Path) -> Iterator[str]:
    """The scripted model's address while it answers with ``steps``."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([sys.executable, script, steps, str(port)])
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()
