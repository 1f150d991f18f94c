"""A forge on this machine that answers each path as a test tells it, in pages as GitHub's, and remembers what was asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from prgate.github.session import Budget, Session


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that is no success."""

    status: int
    message: str = "no"


@dataclass(slots=True)
class Told:
    """What is answered at each path: a list (paged), JSON, bytes, ``Refused``, or a function of the query that gives one of them."""

    answers: dict[str, Any]
    session: Session
    asked: list[str] = field(default_factory=list)
    """Paths in order, with the page where it is not the first."""
    sent: list[bytes] = field(default_factory=list)
    """Bodies in order."""


Answers = Mapping[str, Any]


@contextmanager
def telling(answers: Answers) -> Iterator[Told]:
    """A session with a forge that answers so."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    host = f"http://localhost:{server.server_port}"
    session = Session(api=host, token="t0", budget=Budget(tries=2, wait_seconds=5, timeout_seconds=5), sleep=lambda _: None)
    told = Told(dict(answers), session)
    server.told, server.host = told, host  # type: ignore[attr-defined]  # read by the handler
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        session.close()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one segment: two would wait for the delayed acknowledgement of the first

    def do_GET(self) -> None:
        told, host = self.server.told, self.server.host  # type: ignore[attr-defined]  # given by telling
        url = urlsplit(self.path)
        query = dict(parse_qsl(url.query))
        page, size = int(query.get("page", 1)), int(query.get("per_page", 30))
        told.asked.append(url.path + (f"?page={page}" if page > 1 else ""))
        answer = told.answers.get(url.path, Refused(404, "Not Found"))
        if isinstance(answer, Callable):  # type: ignore[arg-type]  # a protocol that can be asked for at run time
            answer = answer(query)
        status, headers = 200, {}
        if isinstance(answer, Refused):
            status, answer = answer.status, {"message": answer.message}
        elif isinstance(answer, list):
            if len(answer) > page * size:
                headers["Link"] = f'<{host}{url.path}?per_page={size}&page={page + 1}>; rel="next"'
            answer = answer[(page - 1) * size : page * size]
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        for name, text in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.server.told.sent.append(self.rfile.read(int(self.headers.get("content-length") or 0)))  # type: ignore[attr-defined]  # as below
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""
