"""The real emulate in a process of its own: started once, seeded anew for each test, spoken to over HTTP."""

from __future__ import annotations

import http.client
import json
import shutil
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

PARTS: Final = Path(__file__).parents[1] / "npm"
START: Final = 1_767_614_400
"""When the forge's clock starts: 2026-01-05T12:00:00Z."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server said; ``headers`` have lower-case names, ``data`` is decoded JSON, or None where there is no body."""

    status: int
    headers: Mapping[str, str]
    data: Any


class Upstream:
    """emulate's process. ``seconds`` is the clock that it writes down; every write moves it on by one."""

    def __init__(self) -> None:
        node = shutil.which("node")
        assert node, "the forge needs node 18 or later, which npm brings along"
        assert (PARTS / "node_modules" / "emulate").is_dir(), "run `npm ci` in tests/npm (scripts/test does)"
        self._process = subprocess.Popen(
            [node, PARTS / "emulate.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self._lock = threading.RLock()
        self._port = 0
        self.seconds = START

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def command(self, command: str, **words: Any) -> Any:
        """Have the process do one thing and say what came of it."""
        assert self._process.stdin
        assert self._process.stdout
        with self._lock:
            self._process.stdin.write(json.dumps({"command": command, **words}) + "\n")
            self._process.stdin.flush()
            answer = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer

    def start(self, *, base_url: str, seed: Mapping[str, Any]) -> None:
        """Forget everything and begin with this cast."""
        self.seconds = START
        self.command("time", seconds=START)
        self._port = self.command("start", baseUrl=base_url, seed=seed)["port"]

    def ask(self, method: str, path: str, *, token: str | None, body: Any = None, host: str = "localhost") -> Reply:
        """One request, as this token; ``path`` carries its query."""
        headers = {"host": host} | ({"authorization": f"Bearer {token}"} if token else {})
        sent = None if body is None else json.dumps(body)
        with self._lock:
            if method != "GET":
                self.seconds += 1
                self.command("time", seconds=self.seconds)
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
            try:
                connection.request(method, path, sent, headers)
                answer = connection.getresponse()
                data = answer.read()
            finally:
                connection.close()
        return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, json.loads(data) if data else None)
