"""A commit of the range, as git tells it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Commit:
    """Names and addresses are claims of whoever made the commit. ``at`` is the committer date, RFC 3339.

    ``authored`` is the author date, which a rebase leaves as it was. ``message`` is the whole message; ``paths`` the paths it touches, of a merge those that it changes beside all of its parents.
    """

    sha: str
    parents: tuple[str, ...]
    author_name: str
    author_email: str
    committer_name: str
    committer_email: str
    at: str
    message: str
    paths: tuple[bytes, ...] = ()
    authored: str | None = None
