"""A small web server around ``git http-backend``: it asks for a token, keeps what it was asked, and can misbehave."""

from __future__ import annotations

import os
import re
import subprocess
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Final

BACKEND: Final = Path(subprocess.run(["git", "--exec-path"], capture_output=True, text=True, check=True).stdout.strip(), "git-http-backend")

for _name in list(os.environ):
    if _name.lower().endswith("_proxy"):
        del os.environ[_name]  # what is served here is asked for directly


class Server(ThreadingHTTPServer):
    """Serves the repositories under ``root`` to who brings ``token`` (everybody, if there is none).

    ``asked`` keeps method and path of every request, ``authorizations`` what it came with. ``faults`` are used up one a request: each gets
    the handler and says whether it answered. ``seen`` keeps command lines of this machine's processes that hold ``secrets``.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, root: Path, token: str | None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.root = root
        self.token = token
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.asked: list[str] = []
        self.authorizations: set[str | None] = set()
        self.faults: list[Callable[[Handler], bool]] = []
        self.secrets: tuple[str, ...] = ()
        self.seen: list[str] = []

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed leaves nothing to say."""


class Handler(BaseHTTPRequestHandler):
    """One request, answered by git itself."""

    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self._body())

    def log_message(self, *args: object) -> None:
        """Tests print nothing."""

    def answer(self, status: int, body: bytes = b"", **headers: str) -> bool:
        """Answer, in place of git."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        return True

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", "0")))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _serve(self, body: bytes) -> None:
        self.server.asked.append(f"{self.command} {self.path}")
        self.server.authorizations.add(self.headers.get("Authorization"))
        self.server.seen += [line for line in command_lines() if any(secret in line for secret in self.server.secrets)]
        if self.server.faults and self.server.faults.pop(0)(self):
            return
        if self.server.token is not None:
            expected = "Basic " + b64encode(f"x-access-token:{self.server.token}".encode()).decode()
            if self.headers.get("Authorization") != expected:
                self.answer(401, b"", WWW_Authenticate='Basic realm="git"')
                return
        path, _, query = re.sub("^http://[^/]*", "", self.path).partition("?")
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_PROJECT_ROOT": str(self.server.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
        }
        done = subprocess.run([BACKEND], input=body, env=environment, capture_output=True, check=False)
        head, _, out = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        status = int(headers.pop("Status", "200").split()[0])
        self.answer(status, out, **headers)


def command_lines() -> Iterator[str]:
    """The arguments of every process that can be looked at, where the system tells."""
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield place.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue


@contextmanager
def served(root: Path, *, token: str | None = None) -> Iterator[Server]:
    """The server, until the block ends."""
    with Server(root, token) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
