"""One request to the forge and its whole reply; the only importer of requests and urllib3."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as SilenceError

from prgate import __version__
from prgate.errors import PrgateError

_AGENT: Final = f"prgate/{__version__}"
_VERSION: Final = "2022-11-28"
"""Of the API: https://docs.github.com/rest/about-the-rest-api/api-versions."""
_BLOCK: Final = 64 * 1024
_PATIENCE: Final = 8
"""A reply that still trickles after this many time-outs is given up."""
_REFUSAL_BYTES: Final = 64 * 1024
"""What is read of a reply that is no success; the rest says nothing more."""
_TOKEN: Final = re.compile(r"[!-~]+")
_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply that came whole; names of headers in lower case. A body that goes with no success may be cut."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Lost:
    """No whole reply: whether the server did what it was asked is not known. ``seconds`` were spent in silence."""

    words: str
    fix: str
    seconds: float = 0
    hopeless: bool = False


@dataclass(frozen=True, slots=True)
class TooLarge:
    """A success whose body has more bytes than are taken."""

    limit: int


Outcome = Reply | Lost | TooLarge


class Wire:
    """The way to one API, whose host alone ever gets the token.

    Proxies and certificate authorities come from the environment (``HTTPS_PROXY``, ``NO_PROXY``, ``REQUESTS_CA_BUNDLE``), since a runner of
    one's own may need both; ``.netrc`` is never read. Raises ``PrgateError`` for an address or a token that cannot be one.
    """

    __slots__ = ("_headers", "_origin", "_session", "_timeout")

    def __init__(self, *, api: str, token: str, timeout: float) -> None:
        parts = _split(api)
        if parts is None or parts.scheme not in _PORTS or parts.username is not None or parts.query or parts.fragment:
            help_ = "Give https://api.github.com, or https://HOST/api/v3 for a server of your own."
            raise PrgateError("the address of the forge's API is no http or https URL of a host and a path", help=help_)
        secret = token.strip()
        if not _TOKEN.fullmatch(secret):
            raise PrgateError("the forge's token is empty or holds a character that no token has", help="Pass `github.token`.")
        self._origin = parts
        self._timeout = timeout
        self._headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"token {secret}",
            "User-Agent": _AGENT,
            "X-GitHub-Api-Version": _VERSION,
        }
        self._session = requests.Session()
        self._session.auth = lambda request: request  # who is asked for is settled: without this, .netrc would be

    def ask(self, verb: str, address: str, *, params: Mapping[str, str | int], body: Mapping[str, Any] | None, limit: int) -> Outcome:
        """The reply to one request; ``address`` is a path of the API, what ``own`` gave or ``graphql``. Nothing is repeated and nothing followed."""
        url = f"{self._origin.scheme}://{self._origin.netloc}{self._path(address)}" if address.startswith("/") else address
        data = None if body is None else json.dumps(body)
        headers = self._headers if body is None else {**self._headers, "Content-Type": "application/json"}
        return self._exchange(verb, url, params=params, data=data, headers=headers, limit=limit)

    @property
    def graphql(self) -> str:
        """Where the same host answers GraphQL: ``/graphql``, on a server of one's own beside REST's ``/api/v3``."""
        base = self._origin.path.rstrip("/").removesuffix("/v3")
        return f"{self._origin.scheme}://{self._origin.netloc}{base}/graphql"

    def fetch(self, url: str, *, limit: int) -> Outcome:
        """The reply of another host, which is told nothing but the URL; one that is less guarded than the API is not asked."""
        parts = _split(url)
        if parts is None or parts.scheme not in {"https", self._origin.scheme}:
            return Lost("sent on to an address that is not https", "Ask the forge's administrator.", hopeless=True)
        headers = {"User-Agent": _AGENT, "Accept-Encoding": "identity"}
        return self._exchange("GET", url, params={}, data=None, headers=headers, limit=limit)

    def own(self, url: str, address: str) -> str | None:
        """The place that a reply from ``address`` names, if it belongs to this API's host; ``None`` if it leads anywhere else."""
        parts = _split(joined(f"{self._origin.scheme}://{self._origin.netloc}{self._path(address)}", url))
        if parts is None or _origin(parts) != _origin(self._origin) or not parts.path.startswith("/"):
            return None
        return parts._replace(netloc=self._origin.netloc, fragment="").geturl()

    def following(self, headers: Mapping[str, str]) -> str | None:
        """Where the next page is (RFC 8288)."""
        links = requests.utils.parse_header_links(headers.get("link", ""))
        return next((link["url"] for link in links if link.get("rel") == "next"), None)

    def close(self) -> None:
        """Close every connection."""
        self._session.close()

    def _path(self, address: str) -> str:
        return f"{self._origin.path.rstrip('/')}{address}" if address.startswith("/") else urlsplit(address).path

    def _exchange(
        self, verb: str, url: str, *, params: Mapping[str, str | int], data: str | None, headers: Mapping[str, str], limit: int
    ) -> Outcome:
        """One request and its reply; no text of an exception is passed on, since it may hold a proxy's password or a signed URL.

        The adapter is asked, not the session: a session looks at redirects even where it must not follow them, and keeps cookies.
        """
        try:
            request = self._session.prepare_request(requests.Request(verb, url, headers, params=sorted(params.items()), data=data))
            settings = self._session.merge_environment_settings(url, {}, stream=True, verify=True, cert=None)
            verify, proxies = settings["verify"] or True, settings["proxies"]
            adapter = self._session.get_adapter(url)
            with adapter.send(request, stream=True, timeout=self._timeout, verify=verify, proxies=proxies) as response:
                success = 200 <= response.status_code < 300
                most = limit if success else _REFUSAL_BYTES
                body = _body(response, most, time.monotonic() + _PATIENCE * self._timeout)
                if success and len(body) > limit:
                    return TooLarge(limit)
                return Reply(response.status_code, {name.lower(): value for name, value in response.headers.items()}, body[:most])
        except (TimeoutError, requests.Timeout, SilenceError):
            return Lost(f"not answered within {self._timeout:g} s", "Run it again later.", seconds=self._timeout)
        except requests.exceptions.SSLError as error:
            hopeless = "CERTIFICATE_VERIFY_FAILED" in str(error)
            fix = "Name the certificate of the server's authority in REQUESTS_CA_BUNDLE." if hopeless else "Run it again later."
            return Lost("not asked over a connection that can be trusted: TLS failed", fix, hopeless=hopeless)
        except requests.exceptions.ProxyError:
            return Lost("not asked: the proxy cannot be reached or refuses", "Check HTTPS_PROXY and NO_PROXY of the runner.")
        except (OSError, HTTPError) as error:
            return Lost(f"not answered: the connection failed or was cut ({type(error).__name__})", "Run it again later.")


def joined(address: str, url: str) -> str:
    """The URL that a reply from ``address`` names, which may be relative; empty if it is none."""
    try:
        return urljoin(address, url)
    except ValueError:
        return ""


def _body(response: requests.Response, most: int, until: float) -> bytes:
    """The decoded body, up to the block that has more than ``most`` bytes; ``TimeoutError`` if it is still coming at ``until``."""
    parts: list[bytes] = []
    size = 0
    while size <= most and (part := response.raw.read1(_BLOCK, decode_content=True)):
        parts.append(part)
        size += len(part)
        if time.monotonic() > until:
            raise TimeoutError
    return b"".join(parts)


def _split(url: str) -> SplitResult | None:
    """The parts of a URL that has a host and a readable port."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    return parts if parts.hostname and port != 0 else None


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)
