"""Repositories over git's smart HTTP, by git's own ``http-backend``."""

from __future__ import annotations

import base64
import binascii
import re
import subprocess
from collections.abc import Mapping
from typing import Final

from tests.forge.api.asking import RefusedError, see
from tests.forge.bare import environment
from tests.forge.cast import Token
from tests.forge.upstream import Reply
from tests.forge.world import Hosted, World

PATH: Final = re.compile(r"/([^/]+)/([^/]+?)\.git(/.*)")


def token_of(world: World, header: str) -> Token | None:
    """Whose token a ``Basic x-access-token:TOKEN`` header carries."""
    scheme, _, word = header.partition(" ")
    try:
        text = base64.b64decode(word, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return world.tokens.get(text.partition(":")[2]) if scheme.lower() == "basic" else None


def _readable(token: Token, repo: Hosted) -> bool:
    """Whether git may fetch with this token."""
    try:
        see(token, repo)
    except RefusedError:
        return False
    return not (token.app and repo.private and not token.may("contents", "read"))


def serve(world: World, method: str, path: str, *, query: str, headers: Mapping[str, str], body: bytes) -> Reply:
    """One request of a git client; whoever brings no token that fits is asked for one, also where everybody may read."""
    found = PATH.fullmatch(path)
    repo = world.repositories.get(f"{found[1]}/{found[2]}".lower()) if found else None
    token = token_of(world, headers.get("authorization", ""))
    if token is None:
        return Reply(401, {"www-authenticate": 'Basic realm="GitHub"', "content-type": "text/plain"}, b"Repository not found.\n")
    if found is None or repo is None or not _readable(token, repo):
        return Reply(404, {"content-type": "text/plain"}, b"Repository not found.\n")
    if "receive-pack" in f"{path}?{query}":
        return Reply(403, {"content-type": "text/plain"}, b"Write access to repository not granted.\n")
    variables = {
        "GIT_PROJECT_ROOT": str(repo.git.path.parent),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": f"/{repo.git.path.name}{found[3]}",
        "REQUEST_METHOD": method,
        "QUERY_STRING": query,
        "CONTENT_TYPE": headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_CONTENT_ENCODING": headers.get("content-encoding", ""),
        "GIT_PROTOCOL": headers.get("git-protocol", ""),
        "REMOTE_USER": token.login,
    }
    done = subprocess.run(["git", "http-backend"], env=environment() | variables, input=body, capture_output=True, check=False)
    head, _, content = done.stdout.partition(b"\r\n\r\n")
    said = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
    said = {name.lower(): value for name, value in said.items()}
    return Reply(int(said.pop("status", "200").split()[0]), said, content)
