"""Which head somebody spoke of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from prgate.model.commit import Commit
from prgate.model.facts import Facts
from prgate.model.missing import Missing

_SHOWN = 7


@dataclass(frozen=True, slots=True)
class Bound:
    """The head that is judged (a full id), and since when it is there; ``pushed``: the forge says so, and not the head's own author.

    ``turned`` is when the pull request got its base, where that was changed.
    """

    head: str
    since: datetime | None
    pushed: bool
    turned: datetime | None = None

    def why_not(self, *, at: datetime, named: str | None, commit: str | None) -> str | None:
        """Why a word that was said at this moment is not known to be about this head; null where it is.

        ``named`` is the head that it names itself, as seven digits of its id or more; ``commit`` the one that the forge bound it to. The whole id
        says enough. A part of one does not: commits of the same first digits are quickly made, so it has to be said later than the push as well.
        """
        spoken = commit if commit not in {None, self.head} else named
        if spoken is not None and not self.head.startswith(spoken):
            return f"it speaks of `{spoken[:_SHOWN]}`, and the head is `{self.head[:_SHOWN]}`"
        if self.turned is not None and at <= self.turned:
            return "it was said when the change had another base; look again, and say it anew"
        if self.head in {commit, named}:
            return None
        if self.since is None:
            lacks = "it does not say which head it is about" if named is None else f"many commits can start with `{named}`"
            return f"{lacks}, and when this one came is not known; write `at {self.head}` into it"
        if at <= self.since:
            return f"it is older than the head; look again, and write `at {self.head[:_SHOWN]}` into it"
        return None


def bound_to(facts: Facts, *, head: str | None, commits: tuple[Commit, ...] | Missing, dated: bool) -> Bound | None:
    """The head, with the moment of its push as the forge knows it; null where there is none.

    ``dated``: where the facts do not tell it, the head's own committer date may stand for it.
    """
    if head is None:
        return None
    turned = None if facts.base_since is None else datetime.fromisoformat(facts.base_since)
    if facts.head_since is not None:
        return Bound(head, datetime.fromisoformat(facts.head_since), pushed=True, turned=turned)
    dates = [commit.at for commit in commits if commit.sha == head] if dated and not isinstance(commits, Missing) else []
    return Bound(head, datetime.fromisoformat(dates[0]) if dates else None, pushed=False, turned=turned)
