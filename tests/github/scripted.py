"""A forge that answers as it was told, over a real socket, and remembers what it was asked."""

from __future__ import annotations

import json
import ssl
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self


@dataclass(frozen=True, slots=True)
class Say:
    """One answer. ``body`` is JSON, bytes as they are, or made from the server when it is asked; ``raw`` is all that goes over the socket.

    ``ends``: ``cut`` closes without a word, ``hang`` stays silent, ``midway`` closes in the middle of the body, ``drip`` sends it byte by byte.
    ``acts``: a POST is done before the answer.
    """

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    ends: Literal["well", "cut", "hang", "midway", "drip"] = "well"
    acts: bool = True
    raw: bytes | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One request; names of headers in lower case."""

    verb: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Scripted:
    """A server on a port of its own until the block ends; ``made`` holds the bodies of the POSTs that it acted on."""

    def __init__(self, *script: Say, name: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self.script = deque(script)
        self.asked: list[Asked] = []
        self.made: list[Any] = []
        self.over = threading.Event()
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"forge": self}))
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_port
        self.url = f"{'http' if tls is None else 'https'}://{name}:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def paths(self) -> list[str]:
        """What was asked, as ``VERB path``."""
        return [f"{asked.verb} {asked.path}" for asked in self.asked]

    def next(self, asked: Asked) -> Say:
        """The next answer; past the script's end one that no test expects."""
        with self._lock:
            self.asked.append(asked)
            say = self.script.popleft() if self.script else Say(418, {"message": "the script is at its end"})
            if asked.verb == "POST" and say.acts:
                self.made.append(json.loads(asked.body))
            return say


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves early is no failure of the server."""


class _Handler(BaseHTTPRequestHandler):
    forge: Scripted
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        content = self.rfile.read(int(headers.get("content-length", "0")))
        say = self.forge.next(Asked(self.command, self.path, headers, content))
        self.close_connection = say.ends != "well" or say.raw is not None
        if say.ends == "hang":
            self.forge.over.wait()
        elif say.raw is not None:
            self.wfile.write(say.raw)
        elif say.ends != "cut":
            self.speak(say, say.body(self.forge) if callable(say.body) else say.body)

    def speak(self, say: Say, body: Any) -> None:
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        self.send_response(say.status)
        for name, value in {"Content-Length": str(len(content)), **say.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if say.ends != "drip":
            self.wfile.write(content[: len(content) // 2] if say.ends == "midway" else content)
            return
        for number in range(len(content)):
            self.wfile.write(content[number : number + 1])
            if self.forge.over.wait(0.02):
                return

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = answer  # noqa: N815 (the names that the base class looks for)

    def send_response(self, code: int, message: str | None = None) -> None:
        """Without the clock and the version of this server: an answer has the headers that the script gives it."""
        self.send_response_only(code, message)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name that the base class gave it)
        """Say nothing."""
