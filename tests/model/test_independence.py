from __future__ import annotations

from typing import Any

import pytest

from prgate.model.facts import Facts, LinkedCommit, Permission, Person, PersonType, Review, ReviewState
from prgate.model.independence import approvals, cast_of, folded, independent_approvals, latest_reviews
from prgate.model.missing import Missing, UnknownError, need
from tests.authorship.material import ABSENT, facts

HEAD = "a" * 40
OLD = "b" * 40
USER = PersonType.USER
PEOPLE = {
    "dana": Person(Permission.ADMIN, USER),
    "riley-k": Person(Permission.WRITE, USER),
    "kim": Person(Permission.WRITE, USER),
    "bo": Person(Permission.READ, USER),
    "helper-bot": Person(Permission.WRITE, PersonType.BOT),
    "untyped": Person(Permission.WRITE, None),
}


def said(by: str, state: ReviewState = ReviewState.APPROVED, *, on: str = HEAD, at: str = "10:00:00Z") -> Review:
    return Review(by, state, on, f"2026-02-01T{at}", "")


def told(*reviews: Review, **fields: Any) -> Facts:
    return facts(**{"reviews": reviews, "people": PEOPLE, "commits": ()} | fields)


def lacking(*reviews: Review, **fields: Any) -> list[tuple[str, str | None]]:
    return [(one.review.author, one.lacks) for one in approvals(told(*reviews, **fields), HEAD)]


@pytest.mark.parametrize(
    ("review", "why"),
    [
        (said("dana"), "opened it"),
        (said("DANA"), "opened it"),
        (said("bo"), "has read permission, and write is asked for"),
        (said("helper-bot"), "is a bot or an agent"),
        (said("untyped"), "has an account of a kind that is not known"),
        (said("stranger"), "has a permission here that is not known"),
        (said("riley-k", on=OLD), "approved `bbbbbbb`, an older head"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_approval_that_does_not_count_says_why(review: Review, why: str) -> None:
    assert [(review.author, why)] == lacking(review)
    assert () == independent_approvals(told(review), HEAD)


def test_an_approval_from_before_the_base_changed_is_for_another_base() -> None:
    assert [("riley-k", "approved it for another base")] == lacking(said("riley-k"), base_since="2026-02-01T10:00:00Z")
    assert [("riley-k", None)] == lacking(said("riley-k"), base_since="2026-02-01T09:59:59Z")


@pytest.mark.parametrize("link", [LinkedCommit(HEAD, "kim", None, verified=False), LinkedCommit(HEAD, "bo", "KIM", verified=True)])
def test_whom_the_forge_links_to_a_commit_vouches_for_nothing(link: LinkedCommit) -> None:
    assert [("kim", "contributed commits")] == lacking(said("kim"), commits=(link,))


def test_whom_the_forge_knows_to_have_started_the_agent_vouches_for_nothing() -> None:
    assert [("riley-k", "started the agent")] == lacking(said("riley-k"), operator="Riley-K")


@pytest.mark.parametrize(
    ("state", "why"),
    [(ReviewState.CHANGES_REQUESTED, "asked for changes later"), (ReviewState.DISMISSED, "had a later review dismissed")],
)
def test_an_approval_is_withdrawn_by_a_later_word_and_not_by_an_earlier_one(state: ReviewState, why: str) -> None:
    assert [("kim", why)] == lacking(said("kim", state, at="12:00:00+01:00"), said("kim", at="10:30:00Z"))
    assert [("kim", None)] == lacking(said("kim", state, at="12:00:00+02:00"), said("kim", at="10:30:00Z"))


def test_a_comment_withdraws_nothing_and_whoever_never_approved_is_not_told() -> None:
    reviews = said("kim"), said("kim", ReviewState.COMMENTED, at="11:00:00Z"), said("riley-k", ReviewState.DISMISSED)
    assert [("kim", None)] == lacking(*reviews)
    assert {"kim", "riley-k"} == latest_reviews(told(*reviews)).keys()


def test_the_approvals_that_count_come_by_login() -> None:
    reviews = said("riley-k"), said("kim", on=OLD), said("Kim", at="11:00:00Z")
    assert ["Kim", "riley-k"] == [review.author for review in independent_approvals(told(*reviews), HEAD)]


def test_a_look_alike_is_another_login() -> None:
    assert ("Kim", "\u212aim") == (folded("KIM").capitalize(), folded("\u212aim"))
    assert [("\u212aim", "has a permission here that is not known")] == lacking(said("\u212aim"))
    assert [("kim", None)] == lacking(said("kim"), commits=(LinkedCommit(HEAD, "\u212aim", None, verified=False),))


def test_the_forge_s_own_committer_took_no_part() -> None:
    cast = need(cast_of(told(commits=(LinkedCommit(HEAD, "kim", "web-flow", verified=True),))))
    assert {"kim", "dana"} == cast.involved.keys()


@pytest.mark.parametrize("missing", [{"people": ABSENT}, {"commits": ABSENT}])
def test_who_approved_is_not_known_without_people_and_links(missing: dict[str, Missing]) -> None:
    with pytest.raises(UnknownError):
        approvals(told(said("kim"), **missing), HEAD)
    assert () == approvals(told(**missing), HEAD)


def test_without_the_reviews_nothing_is_known() -> None:
    for look in (approvals, independent_approvals):
        with pytest.raises(UnknownError):
            look(told(reviews=ABSENT), HEAD)
