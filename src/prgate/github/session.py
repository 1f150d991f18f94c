"""The one connection to the forge's API: what it answers, or why there is no answer, as values."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, Literal, TypeVar

from prgate.errors import FormatError
from prgate.formats.json_reader import read_json
from prgate.github.paging import Page, read_list
from prgate.github.replies import Again, fault_wait, refusal, short, unreadable
from prgate.github.wire import Outcome, Reply, TooLarge, Wire, joined
from prgate.model.missing import Missing, Why

T = TypeVar("T")
Params = Mapping[str, str | int]

_ANSWER_BYTES: Final = 32 * 1024 * 1024
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_HOPS: Final = 3
_GONE: Final = frozenset({404, 410})
_PATH: Final = re.compile(r"(?:/(?!(?:\.|%2[eE]){1,2}(?:/|\Z))[A-Za-z0-9._~%!$&'()*+,=:@-]+)+")
_NONE: Final[Params] = {}
_ASKING: Final = ("GET ", "QUERY ")


@dataclass(frozen=True, slots=True)
class Answer:
    """A success, or a 404 that was asked for; names of headers in lower case, ``data`` is decoded JSON, ``None`` where there is no body."""

    status: int
    headers: Mapping[str, str]
    data: Any


@dataclass(frozen=True, slots=True)
class Budget:
    """What a session may spend: tries of one request, seconds of waiting in all (time-outs count), seconds of silence, requests in all.

    Beyond ``requests`` only writes are sent, so many: a run that has asked too much can still say that it could not look.
    """

    tries: int = 4
    wait_seconds: float = 90
    timeout_seconds: float = 15
    requests: int = 200
    writes: int = 40


_BUDGET: Final = Budget()


class Session:
    """Requests to one API (``https://api.github.com``, ``https://HOST/api/v3``) with a token that no other host gets.

    Paths start with ``/`` and are percent-encoded. What fails is ``Missing``: forbidden for 401, 403 and 404, failed for what the forge
    refuses or still cannot do after every try. A GET is led on within the API's host, as for a renamed repository; no write is. A wait that
    the budget does not hold is not begun. Making one raises ``PrgateError`` for an address or a token that cannot be one.
    """

    __slots__ = ("_budget", "_sleep", "_token", "_wire", "requests", "waited")

    def __init__(self, *, api: str, token: str, budget: Budget = _BUDGET, sleep: Callable[[float], object] = time.sleep) -> None:
        self._wire = Wire(api=api, token=token, timeout=budget.timeout_seconds)
        self._token = token.strip().encode("ascii")
        self._budget = budget
        self._sleep = sleep
        self.requests = 0
        self.waited = 0.0

    def get(self, path: str, *, absent: bool = False, **params: str | int) -> Answer | Missing:
        """What is at a path; with ``absent`` a 404, or a 410, is an answer of status 404 without data."""

        def once(attempt: int) -> Answer | Missing | Again:
            reply = self._led(path, path, params, attempt, limit=_ANSWER_BYTES)
            if absent and isinstance(reply, Reply) and reply.status in _GONE:
                return Answer(404, reply.headers, None)
            return self._answer(f"GET {path}", reply, attempt)

        return self._tried(path, once)

    def pages(self, path: str, *, key: str | None = None, most: int = 10_000, **params: str | int) -> tuple[Any, ...] | Missing:
        """The items of all pages, or of the list ``key`` in them, whose ``total_count`` must come out.

        One that does not is read once more, since a list may grow while it is read.
        """
        question = f"GET {path}"

        def once(address: str | None, attempt: int) -> Page | Missing | Again:
            at = address or path
            reply = self._led(path, at, _NONE if address else {"per_page": 100, **params}, attempt, limit=_ANSWER_BYTES)
            if not isinstance(reply, Reply):
                return reply
            answer = self._answer(question, reply, attempt)
            if not isinstance(answer, Answer):
                return answer
            link = self._wire.following(reply.headers)
            following = self._wire.own(link, at) if link else None
            if link and following is None:
                fix = "Nothing is judged by part of a list; check what answers in the API's place."
                return Missing(Why.UNREADABLE, f"{question}: the next page is said to be on another host", fix)
            return Page(answer.data, len(reply.body), following)

        def whole() -> tuple[Any, ...] | Missing:
            return read_list(question, key=key, most=most, ask=lambda address: self._tried(path, partial(once, address)))

        found = whole()
        return whole() if isinstance(found, Missing) and found.why is Why.STALE else found

    def query(self, text: str, variables: Mapping[str, Any]) -> Mapping[str, Any] | Missing:
        """The data of one GraphQL question that changes nothing; with an error in the answer none of it."""
        question = "QUERY /graphql"
        body = {"query": text, "variables": dict(variables)}

        def once(attempt: int) -> Answer | Missing | Again:
            ask = partial(self._wire.ask, "POST", self._wire.graphql, params=_NONE, body=body, limit=_ANSWER_BYTES)
            return self._answer(question, self._sent(question, attempt, ask), attempt)

        answer = self._tried("/graphql", once)
        if isinstance(answer, Missing):
            return answer
        data = answer.data if isinstance(answer.data, dict) else {}
        match data.get("errors"):
            case [{"message": str(words)}, *_]:
                return Missing(Why.FAILED, f"{question} was answered with an error: {short(words)}", "Run it again later.")
            case None | [] if isinstance(data.get("data"), dict):
                found: Mapping[str, Any] = data["data"]
                return found
            case _:
                return Missing(Why.UNREADABLE, f"{question} was answered without data", "Check that no proxy answers in the API's place.")

    def send(
        self,
        verb: Literal["POST", "PATCH", "PUT", "DELETE"],
        path: str,
        body: Mapping[str, Any],
        *,
        happened: Callable[[], Any | Missing | None] | None = None,
    ) -> Answer | Missing:
        """What came of a write. One that may have happened is repeated, but a POST, and a verb with ``happened``, is looked for first.

        What ``happened`` finds is then the answer, with status 200, and ``Missing`` ends it; a POST that cannot be looked for is not repeated.
        """
        question = f"{verb} {path}"
        sent = None if verb == "DELETE" and not body else body

        def once(attempt: int) -> Answer | Missing | Again:
            ask = partial(self._wire.ask, verb, path, params=_NONE, body=sent, limit=_ANSWER_BYTES)
            return self._answer(question, self._sent(question, attempt, ask), attempt)

        def look(again: Again) -> Answer | Missing | None:
            if happened is None:
                return replace(again.missing, detail=f"{again.missing.detail}; it may have happened, and cannot be looked for")
            found = happened()
            return found if found is None or isinstance(found, Missing) else Answer(200, {}, found)

        return self._tried(path, once, look if verb == "POST" or happened is not None else None)

    def download(self, path: str, *, limit: int) -> bytes | Missing:
        """The bytes of an archive, at most ``limit``; a host that the forge sends on to gets no token."""

        def once(attempt: int) -> bytes | Missing | Again:
            question = f"GET {path}"
            reply = self._led(path, path, _NONE, attempt, limit=limit)
            at = ""
            for _ in range(_HOPS):
                if not isinstance(reply, Reply) or reply.status not in _REDIRECTS:
                    break
                at = joined(at, reply.headers.get("location", ""))
                reply = self._sent(question, attempt, partial(self._wire.fetch, at, limit=limit))
            if not isinstance(reply, Reply):
                return reply
            if reply.status == 200:
                return reply.body
            if not at:
                return self._refusal(question, reply, attempt)
            missing = Missing(Why.FAILED, f"{question}: the host that keeps it answered {reply.status}", "Run it again later.")
            return Again(missing, fault_wait(attempt, reply.headers), maybe=False)

        return self._tried(path, once)

    def close(self) -> None:
        """Close every connection."""
        self._wire.close()

    def _tried(
        self,
        path: str,
        once: Callable[[int], T | Missing | Again],
        look: Callable[[Again], T | Missing | None] | None = None,
    ) -> T | Missing:
        """What comes of trying as often as the budget holds; ``look`` is asked wherever a try may have reached its end unseen."""
        if not _PATH.fullmatch(path):
            return Missing(Why.FAILED, f"`{short(path)}` is no path of the API", "Report it: a name was not percent-encoded.")
        attempt, maybe = 0, False
        while True:
            got = once(attempt)
            if not isinstance(got, Again):
                return got
            attempt += 1
            last = attempt >= self._budget.tries
            maybe = maybe or got.maybe
            sought = look if maybe else None
            ended = None if last and sought is None else self._paused(got)
            if sought is not None and (found := sought(got)) is not None:
                return found
            if ended is not None:
                return ended
            if last:
                times = f", {attempt} times" if attempt > 1 else ""
                return replace(got.missing, detail=f"{got.missing.detail}{times}")

    def _paused(self, again: Again) -> Missing | None:
        """Wait before a repeat, or say that the budget does not hold the wait."""
        whole = self._budget.wait_seconds
        left = max(whole - self.waited, 0)
        if again.wait > left:
            detail = (
                f"{again.missing.detail}; a repeat must wait {again.wait:,.0f} s, and {left:,.0f} of the {whole:,.0f} s to wait are left"
            )
            return replace(again.missing, detail=detail)
        self._sleep(again.wait)
        self.waited += again.wait
        return None

    def _led(self, path: str, address: str, params: Params, attempt: int, *, limit: int) -> Reply | Missing | Again:
        """The reply to a GET, after the places within the API's host that it is led on to."""
        question = f"GET {path}"
        for _ in range(_HOPS + 1):
            reply = self._sent(question, attempt, partial(self._wire.ask, "GET", address, params=params, body=None, limit=limit))
            if not isinstance(reply, Reply) or reply.status not in _REDIRECTS or "location" not in reply.headers:
                return reply
            following = self._wire.own(reply.headers["location"], address)
            if following is None:
                return reply
            address, params = following, _NONE
        return Missing(Why.FAILED, f"{question} was led on more than {_HOPS} times", "Use the repository's present name.")

    def _sent(self, question: str, attempt: int, ask: Callable[[], Outcome]) -> Reply | Missing | Again:
        """One request, counted."""
        most = self._budget.requests
        if self.requests >= most + (0 if question.startswith(_ASKING) else self._budget.writes):
            fix = "Run it again later; where that does not help, the pull request has more to read than one run asks for."
            return Missing(Why.OVER_LIMIT, f"{question} was not asked: {most:,} requests were sent, the most of one run", fix)
        self.requests += 1
        outcome = ask()
        if isinstance(outcome, Reply):
            return outcome
        if isinstance(outcome, TooLarge):
            detail = f"{question} was answered with more than {outcome.limit:,} bytes, the most that is read"
            return Missing(Why.OVER_LIMIT, detail, "Make what is asked for smaller.")
        self.waited += outcome.seconds
        missing = Missing(Why.FAILED, f"{question} was {outcome.words}", outcome.fix)
        return missing if outcome.hopeless else Again(missing, fault_wait(attempt, {}), maybe=True)

    def _answer(self, question: str, reply: Reply | Missing | Again, attempt: int) -> Answer | Missing | Again:
        if not isinstance(reply, Reply):
            return reply
        if not 200 <= reply.status < 300:
            return self._refusal(question, reply, attempt)
        if reply.status in {204, 205} or (reply.status == 202 and not reply.body):
            return Answer(reply.status, reply.headers, None)
        try:
            return Answer(reply.status, reply.headers, read_json(self._clean(reply), max_bytes=_ANSWER_BYTES))
        except FormatError as error:
            return unreadable(question, error, status=reply.status, attempt=attempt)

    def _refusal(self, question: str, reply: Reply, attempt: int) -> Missing | Again:
        return refusal(question, status=reply.status, headers=reply.headers, body=self._clean(reply), attempt=attempt)

    def _clean(self, reply: Reply) -> bytes:
        """A body in which the token, should a server echo it, is not."""
        return reply.body.replace(self._token, b"(token)")
