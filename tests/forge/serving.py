"""The two HTTP servers that a client of the forge meets: the API with git, and the host where archives lie."""

from __future__ import annotations

import json
import re
import select
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from tests.forge import faults, routes, smart_http
from tests.forge.api.asking import Request, refusal
from tests.forge.faults import Fault, Planned
from tests.forge.upstream import Reply
from tests.forge.world import World

_PATIENCE: Final = 60
"""Seconds after which a server that hangs on demand ends the connection by itself."""


@dataclass(frozen=True, slots=True)
class Logged:
    """One request as it was served. ``status`` is 0 where no answer went out; ``body`` and ``data`` are decoded JSON; ``path`` has its query."""

    method: str
    path: str
    status: int
    body: Any
    data: Any
    login: str | None
    headers: dict[str, str] = field(repr=False)
    git: bool = False


@dataclass(slots=True)
class Desk:
    """What the servers share with the tests: the world, what to do next, and what was done."""

    world: World | None = None
    plans: list[Planned] = field(default_factory=list)
    log: list[Logged] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    used: int = 0

    def plan(self, method: str, target: str) -> tuple[Planned | None, list[Planned]]:
        """The first fault planned for a request, and what is to be done before it."""
        with self.lock:
            acts = [planned for planned in self.plans if planned.act and planned.takes(method, target)]
            fault = next((planned for planned in self.plans if planned.kind and planned.takes(method, target)), None)
        return fault, acts


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, handler: type[_Handler], desk: Desk) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.desk = desk

    def handle_error(self, *_: object) -> None:
        self.desk.failures.append(traceback.format_exc())


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass

    def body(self) -> bytes:
        """The request's body, also in chunks."""
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("content-length") or 0))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def send(self, reply: Reply, *, cut: Fault | None = None) -> None:
        """Write an answer, or the half of it that a fault leaves."""
        content = faults.encoded(reply)
        sent = content[: len(content) // 2] if cut else content
        usual = {} if "content-type" in reply.headers or not content else {"content-type": "application/json; charset=utf-8"}
        self.send_response(reply.status)
        for name, value in (usual | dict(reply.headers)).items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(content) if cut is Fault.CUT_SHORT else len(sent)))
        self.end_headers()
        self.wfile.write(sent)
        if cut is Fault.CUT_SHORT:
            self.close_connection = True

    def answer(self, reply: Reply, fault: Fault | None) -> None:
        """Send the reply as the fault spoils it."""
        match fault:
            case Fault.TIMEOUT_BEFORE | Fault.TIMEOUT_AFTER:
                self.hang()
            case Fault.CUT_BEFORE | Fault.CUT_AFTER:
                self.close_connection = True
            case Fault.TRUNCATED | Fault.CUT_SHORT as kind:
                self.send(reply, cut=kind)
            case _:
                self.send(reply)

    def hang(self) -> None:
        """Say nothing until the client gives up."""
        select.select([self.connection], [], [], _PATIENCE)
        self.close_connection = True


class _Api(_Handler):
    def date_time_string(self, timestamp: float | None = None) -> str:
        """The forge's time, as the ``date`` header has it."""
        world = self.server.desk.world
        return formatdate(world.upstream.seconds if world else timestamp, usegmt=True)

    def serve(self) -> None:
        desk, method, target = self.server.desk, self.command, self.path
        content = self.body()
        headers = {name.lower(): value for name, value in self.headers.items()}
        world = desk.world
        assert world is not None
        parts = urlsplit(target)
        fault, acts = desk.plan(method, target)
        for planned in acts:
            assert planned.act
            planned.act()
        is_git = bool(smart_http.PATH.fullmatch(parts.path))
        request, login = None, None
        with desk.lock:
            if fault and fault.kind in faults.BEFORE:
                reply = faults.failing(fault.kind, now=world.upstream.seconds, wait=fault.wait)
            elif is_git:
                reply = smart_http.serve(world, method, parts.path, query=parts.query, headers=headers, body=content)
            else:
                request, reply = self.api(world, headers, content)
                login = request.token.login if request and request.token else None
            if fault and fault.kind is Fault.TOTAL:
                reply = Reply(reply.status, reply.headers, faults.spoil(reply.data))
            silent = fault is not None and fault.kind in faults.SILENT
            body = request.body if request else _decoded(content)
            desk.log.append(
                Logged(method, target, 0 if silent else reply.status, body, None if silent else reply.data, login, headers, is_git)
            )
        self.answer(reply, fault.kind if fault else None)

    def api(self, world: World, headers: dict[str, str], content: bytes) -> tuple[Request | None, Reply]:
        """One request to the API."""
        self.server.desk.used += 1
        limits = {"x-ratelimit-limit": "1000", "x-ratelimit-used": str(self.server.desk.used), "x-ratelimit-resource": "core"}
        limits |= {
            "x-ratelimit-remaining": str(max(0, 1000 - self.server.desk.used)),
            "x-ratelimit-reset": str(world.upstream.seconds + 3600),
        }
        limits |= {"x-github-request-id": f"FORGE:{self.server.desk.used}"}
        parts = urlsplit(self.path)
        text = re.sub(r"^(bearer|token) ", "", headers.get("authorization", ""), flags=re.IGNORECASE)
        token = world.tokens.get(text)
        if text and token is None:
            return None, refusal(401, "Bad credentials", headers=limits)
        try:
            body = json.loads(content) if content else None
        except ValueError:
            return None, refusal(400, "Problems parsing JSON", headers=limits)
        request = Request(self.command, parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)), body, token, "")
        reply = routes.answer(world, request)
        return request, Reply(reply.status, limits | dict(reply.headers), reply.data)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = serve  # noqa: N815 (the names that http.server looks for)


class _Blobs(_Handler):
    def serve(self) -> None:
        desk, content = self.server.desk, self.body()
        headers = {name.lower(): value for name, value in self.headers.items()}
        fault, _ = desk.plan(self.command, self.path)
        data = desk.world.archives.get(urlsplit(self.path).path.strip("/")) if desk.world else None
        reply = Reply(404, {}, b"") if data is None else Reply(200, {"content-type": "application/zip"}, data)
        if fault and fault.kind in faults.BEFORE:
            reply = faults.failing(fault.kind, now=0, wait=fault.wait)
        with desk.lock:
            desk.log.append(Logged(self.command, self.path, reply.status, content or None, None, None, headers))
        self.answer(reply, fault.kind if fault else None)

    do_GET = serve  # noqa: N815 (the name that http.server looks for)


@contextmanager
def servers(desk: Desk) -> Iterator[tuple[str, str]]:
    """The addresses of the API and of the archives, while both servers run. The second is another host to any client."""
    with _Server(_Api, desk) as api, _Server(_Blobs, desk) as blobs:
        threads = [threading.Thread(target=server.serve_forever, args=(0.02,)) for server in (api, blobs)]
        for thread in threads:
            thread.start()
        try:
            yield f"http://localhost:{api.server_port}", f"http://127.0.0.1:{blobs.server_port}"
        finally:
            for server in (api, blobs):
                server.shutdown()
            for thread in threads:
                thread.join()


def _decoded(content: bytes) -> Any:
    try:
        return json.loads(content) if content else None
    except ValueError:
        return content
