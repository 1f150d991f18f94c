"""What git's complaints about a remote mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from prgate.git.process import words
from prgate.model.missing import Missing, Why

_UNKNOWN: Final = re.compile(rb"(?:not our ref|unadvertised object) ([0-9a-f]{40,64})")
_REFUSED: Final = re.compile(rb"could not read (?:Username|Password)|Authentication failed|returned error: 40[13]|Access denied")
_NOT_THERE: Final = re.compile(rb"returned error: 404|repository '[^\n]*' not found|does not appear to be a git repository")
_MOVED: Final = re.compile(rb"returned error: 3\d\d")
_FINAL: Final = re.compile(rb"transport '[^\n]*' not allowed|certificate|SSL CA cert|mismatched algorithms")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a question to the remote was not answered, and whether asking again is of no use."""

    missing: Missing
    lasting: bool


def trouble_of(complaints: bytes, folder: str, host: str) -> Trouble:
    """Git's words in the language ``C``. Whatever does not look final is taken for the network's, whose words differ from curl to curl."""
    said = f"git could not fetch from {host}: {words(complaints, folder)}"
    if _REFUSED.search(complaints):
        fix = "Give a token that may read the repository's contents (`contents: read`)."
        return Trouble(Missing(Why.FORBIDDEN, said, fix), lasting=True)
    if _NOT_THERE.search(complaints):
        fix = "The repository is not there, or the token may not see it: it needs `contents: read`."
        return Trouble(Missing(Why.FORBIDDEN, said, fix), lasting=True)
    if unknown := _UNKNOWN.search(complaints):
        oid = unknown[1].decode("ascii")
        fix = "It may have been pushed away or belong to another repository; run the gate on what is there now."
        return Trouble(Missing(Why.FAILED, f"{host} does not give out object {oid}", fix), lasting=True)
    if _MOVED.search(complaints):
        fix = "No redirect is followed, for a token must not go along: give the repository's present address."
        return Trouble(Missing(Why.FAILED, said, fix), lasting=True)
    fix = "Run it again; if it lasts, look at the way to the forge and its certificate."
    return Trouble(Missing(Why.FAILED, said, fix), lasting=bool(_FINAL.search(complaints)))
