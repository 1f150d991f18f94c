"""A forge that answers from a script: path to status and JSON; what is not in it is not there."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

Script = Mapping[str, tuple[int, Any]]


@contextmanager
def scripted(script: Script) -> Iterator[tuple[str, list[str]]]:
    """The address of the API, and the paths that were asked for, in order."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = unquote(urlsplit(self.path).path)
            asked.append(path)
            status, body = script.get(path, (404, {"message": "Not Found"}))
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name is the base class's)
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def a_repository(**told: Any) -> dict[str, tuple[int, Any]]:
    """The script of a repository that asks for nothing; keys of ``told`` replace answers: repo, branch, rules, protection."""
    sha = "a" * 40
    answers = {
        "repo": (200, {"full_name": "acme/pay", "default_branch": "main", "private": True, "allow_forking": False}),
        "branch": (200, {"name": "main", "commit": {"sha": sha}, "protected": False}),
        "rules": (200, []),
        "protection": (404, {"message": "Branch not protected"}),
    } | told
    place = "/repos/acme/pay"
    return {
        place: answers["repo"],
        f"{place}/branches/main": answers["branch"],
        f"{place}/rules/branches/main": answers["rules"],
        f"{place}/branches/main/protection": answers["protection"],
    }
