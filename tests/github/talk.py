"""A session that talks to a scripted forge, and what tests ask of its answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from prgate.github.session import Answer, Budget, Session
from prgate.model.missing import Missing
from tests.github.scripted import Say, Scripted

FINE = Say(200, {"fine": True})
SLOW = Budget(timeout_seconds=0.15)
TOKEN = "ghs_0123456789abcdefSECRET"


@dataclass
class Talk:
    server: Scripted
    session: Session
    slept: list[float] = field(default_factory=list)


@contextmanager
def talk(*script: Say, budget: Budget = Budget(), api: str = "/api/v3") -> Iterator[Talk]:  # noqa: B008 (frozen)
    slept: list[float] = []
    with Scripted(*script) as server:
        session = Session(api=server.url + api, token=TOKEN, budget=budget, sleep=slept.append)
        try:
            yield Talk(server, session, slept)
        finally:
            session.close()
    assert [] == list(server.script), "answers that nobody asked for"


def missing(found: object) -> Missing:
    assert isinstance(found, Missing), found
    assert found.fix
    assert TOKEN not in repr(found)
    return found


def data(found: Answer | Missing) -> Any:
    assert isinstance(found, Answer), found
    return found.data


def limited(status: int = 403, message: str = "", **headers: str) -> Say:
    return Say(status, {"message": message}, {name.replace("_", "-"): value for name, value in headers.items()}, acts=False)


SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
