"""Which commands of the comments and reviews count: of whom, unedited, said of this head, and allowed by the policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from prgate.hearing.bound import Bound, bound_to
from prgate.hearing.command import Command, read_commands
from prgate.model.commit import Commit
from prgate.model.facts import Facts, Permission, Review, ReviewState
from prgate.model.heard import Heard, Verb
from prgate.model.independence import Cast, cast_of, folded, latest_reviews
from prgate.model.missing import Missing
from prgate.model.policy import Commands
from prgate.model.wording import counted, quoted
from prgate.recognise.credentials import redacted

MOST_SAID: Final = 500
"""Characters of a reason that are kept."""
MOST_WITHOUT_EFFECT: Final = 200
"""Commands that are kept of those that change nothing: anybody can write them."""
_READ: Final = 4_096
"""Characters of a reason that are searched for credentials; what is kept lies well within."""
_DECIDE: Final = frozenset((Verb.ATTEST, Verb.WAIVE, Verb.BREAK_GLASS))
"""What speaks for the change: it counts only of somebody who does not ask for changes, and only of this head."""


def hear(
    facts: Facts | Missing, commands: Commands, *, head: str | None, commits: tuple[Commit, ...] | Missing, dated: bool
) -> tuple[Heard, ...] | Missing:
    """All commands by their time, each with why it does not count.

    ``commits`` are those of the range. ``dated``: where the facts do not tell since when the head is there, the head's own committer date may
    stand for it; its author sets that, so never at a forge.

    Without the comments nothing is heard: a later one may take back what a review says. Without the reviews nothing counts that speaks for the
    change, since its speaker may have asked for changes. Of what changes nothing the words of those who may do most here are kept, and of those
    the newest.
    """
    if isinstance(facts, Missing):
        return facts
    if isinstance(facts.comments, Missing):
        return facts.comments
    reviews = facts.reviews if isinstance(facts.reviews, Missing) else latest_reviews(facts)
    court = _Court(
        commands=commands,
        cast=cast_of(facts),
        bound=bound_to(facts, head=head, commits=commits, dated=dated),
        commits=commits,
        reviews=reviews,
    )
    given = sorted(_given(facts), key=lambda each: each.moment)
    return _kept(_last_words([court.weigh(each) for each in given]), court.cast)


@dataclass(frozen=True, slots=True)
class _Given:
    """One command with who gave it, when and where; ``on`` is the commit of a review, ``edited`` null where that is not known.

    ``app`` is the one that wrote it in that name.
    """

    command: Command
    by: str
    at: str
    source: str
    edited: bool | None
    on: str | None = None
    app: str | None = None

    @property
    def moment(self) -> datetime:
        """When, with its zone."""
        return datetime.fromisoformat(self.at)


def _given(facts: Facts) -> Iterator[_Given]:
    for comment in () if isinstance(facts.comments, Missing) else facts.comments:
        for command in read_commands(comment.body):
            yield _Given(command, comment.author, comment.at, f"comment:{comment.id}", comment.edited, app=comment.app)
    reviews: Sequence[Review] = () if isinstance(facts.reviews, Missing) else facts.reviews
    for number, review in enumerate(reviews, start=1):
        for command in read_commands(review.body):
            yield _Given(command, review.author, review.at, f"review:{number}", review.edited, review.commit)


@dataclass(frozen=True, slots=True)
class _Court:
    """What commands are held against; ``reviews`` are the latest that decide anything, by folded login."""

    commands: Commands
    cast: Cast | Missing
    bound: Bound | None
    commits: tuple[Commit, ...] | Missing
    reviews: Mapping[str, Review] | Missing

    def weigh(self, given: _Given) -> Heard:
        """The command as it was heard, with the first reason for which it does not count."""
        command = given.command
        heard = Heard(command.verb, given.by, given.at, command.of, command.said, given.source, until=command.until)
        why = self._of_whom(given) or self._of_what(given)
        if command.verb is None or why is not None:
            return replace(heard, refused=why)
        if command.verb is Verb.WROTE and command.commit:
            return self._wrote(heard)
        unbound = self._unbound(given)
        if command.verb is Verb.WRONG:
            return replace(heard, head=None if unbound or self.bound is None else self.bound.head)
        if unbound or self.bound is None:
            return replace(heard, refused=unbound)
        return self._independent(replace(heard, head=self.bound.head), given)

    def _of_whom(self, given: _Given) -> str | None:
        """Why nothing that this person says in this way counts."""
        verb = given.command.verb
        if given.command.malformed is not None:
            return given.command.malformed
        if given.app is not None:
            return f"the app {quoted(given.app)} wrote it in the name of `{given.by}`; write it yourself, in the forge's own pages"
        if given.edited is None:
            return "whether this review was edited since is not known; write it as a comment"
        if given.edited:
            return "it was edited since; say it anew"
        assert verb is not None, "a command without a verb is malformed"
        least = self.commands.least(verb)
        if least is None:
            return f"the policy lets nobody `{verb}`"
        if isinstance(self.cast, Missing):
            return f"what `{given.by}` may do here is not known: {self.cast.detail}"
        return self._lacks(self.cast, given.by, least)

    def _lacks(self, cast: Cast, by: str, least: Permission) -> str | None:
        why = cast.lacks(by, least)
        return None if why is None else f"`{by}` {why}"

    def _of_what(self, given: _Given) -> str | None:
        """Why this person's word for the change counts for nothing now."""
        if given.command.verb not in _DECIDE:
            return None
        if isinstance(self.reviews, Missing):
            return f"whether `{given.by}` requests changes is not known: {self.reviews.detail}"
        latest = self.reviews.get(folded(given.by))
        if latest is None or latest.state is ReviewState.APPROVED:
            return None
        if latest.state is ReviewState.CHANGES_REQUESTED:
            return "their latest review requests changes"
        after = datetime.fromisoformat(latest.at) < given.moment
        return None if after else "a review of theirs, as late or later, was dismissed; say it anew"

    def _unbound(self, given: _Given) -> str | None:
        if self.bound is None:
            return "a diff alone has no head that it could be about"
        return self.bound.why_not(at=given.moment, named=given.command.head, commit=given.on)

    def _wrote(self, heard: Heard) -> Heard:
        """A commit of the range by its whole id, where the digits given name one only."""
        if isinstance(self.commits, Missing):
            return replace(heard, refused=f"the commits of the range are not known: {self.commits.detail}")
        named = [commit.sha for commit in self.commits if commit.sha.startswith(heard.of)]
        if len(named) != 1:
            found = "no commit" if not named else counted(len(named), "commit")
            return replace(heard, refused=f"{found} of this change start{'' if len(named) > 1 else 's'} with `{heard.of}`")
        return replace(heard, of=named[0])

    def _independent(self, heard: Heard, given: _Given) -> Heard:
        """The word of somebody who had a part in the change: none on waivers; an attestation only as the policy takes it."""
        depends = self.cast.depends(given.by) if isinstance(self.cast, Cast) and heard.verb in {Verb.ATTEST, Verb.WAIVE} else None
        if depends is None:
            return heard
        least = self.commands.self_attest
        if heard.verb is Verb.WAIVE or least is None:
            return replace(heard, refused=f"`{given.by}` {depends}; it has to be somebody independent of the change")
        assert isinstance(self.cast, Cast), "somebody depends by the cast"
        refused = self._lacks(self.cast, given.by, least) or self._too_early(given)
        return replace(heard, own=refused is None, refused=refused)

    def _too_early(self, given: _Given) -> str | None:
        """Why an attestation of one's own change does not count yet, by the forge's clock and no other."""
        hours = self.commands.self_attest_hours
        wait = f"one's own change is attested {counted(hours, 'hour')} after its push"
        if self.bound is None or self.bound.since is None or not self.bound.pushed:
            return f"{wait}, and when the forge saw that is not known"
        passed = given.moment - self.bound.since
        if passed < timedelta(hours=hours):
            return f"{wait}, and this was said after {counted(max(0, passed // timedelta(hours=1)), 'hour')}"
        return None


def _last_words(heard: Sequence[Heard]) -> list[Heard]:
    """The same, where of what one person says of one thing only the last counts. ``heard`` is by time."""
    latest: dict[tuple[str, Verb | None, str], int] = {}
    for place, each in enumerate(heard):
        if each.refused is None:
            latest[folded(each.by), each.verb, each.of] = place
    after = []
    for place, each in enumerate(heard):
        last = latest.get((folded(each.by), each.verb, each.of), place)
        again = each.refused is None and last != place
        after.append(replace(each, refused=f"said again later (`{heard[last].source}`)") if again else each)
    return after


def _kept(heard: Sequence[Heard], cast: Cast | Missing) -> tuple[Heard, ...]:
    """Each command that does something, and a bounded number of the others, all with words that can be shown."""

    def standing(place: int) -> tuple[int, int]:
        person = None if isinstance(cast, Missing) else cast.people.get(folded(heard[place].by))
        return (0 if person is None else person.permission.rank), place

    idle = [place for place, each in enumerate(heard) if each.refused is not None or each.verb is Verb.WRONG]
    dropped = set(sorted(idle, key=standing, reverse=True)[MOST_WITHOUT_EFFECT:])
    return tuple(replace(each, said=_shown(each.said)) for place, each in enumerate(heard) if place not in dropped)


def _shown(said: str) -> str:
    """A reason without credentials, cut where it is long."""
    words = redacted(said if len(said) <= _READ else said[:_READ].rpartition(" ")[0])
    return words if len(words) <= MOST_SAID else f"{words[: MOST_SAID - 1]}…"
