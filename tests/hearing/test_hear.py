from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from prgate.hearing.hear import MOST_SAID, MOST_WITHOUT_EFFECT, hear
from prgate.model.facts import Permission, Person, PersonType, ReviewState
from prgate.model.heard import Heard, Verb
from prgate.model.missing import Missing
from prgate.model.policy import Commands
from tests.hearing.spoken import FACTS, GONE, HEAD, LATER, OLD, OPEN, PEOPLE, RANGE, SINCE, comment, commit, heard, refused, review

ATTEST = "attest 1: read both"
WAIVE = "waive missing-tests until 2026-12-31: moves"
GLASS = "break-glass: the shop is down"


def test_a_command_is_heard_with_who_when_and_why() -> None:
    expected = Heard(Verb.ATTEST, "maint-one", LATER, "1", "read both", "comment:9", head=HEAD)
    assert (expected,) == heard(comment(ATTEST))
    waived = Heard(Verb.WAIVE, "boss", LATER, "missing-tests", "moves", "comment:9", head=HEAD, until="2026-12-31")
    assert (waived,) == heard(comment(WAIVE, "boss"))


def test_what_is_no_command_is_not_heard() -> None:
    quoted = replace(comment(""), body=f"> /prgate {ATTEST}")
    assert () == heard(quoted, replace(comment(""), body="/prgate"), review())


MALFORMED = "attest 1 read both"
REFUSED = {
    "malformed": (comment(MALFORMED), "it has no colon in front of the reason; write `/prgate attest ITEM at HEAD: what you checked`"),
    "no verb": (comment("approve"), "`approve` is no command; there are `attest`, `wrote`, `waive`, `wrong`, `break-glass`"),
    "edited": (comment(ATTEST, edited=True), "it was edited since; say it anew"),
    "edited review": (review(ATTEST, edited=True), "it was edited since; say it anew"),
    "perhaps edited": (review(ATTEST, edited=None), "whether this review was edited since is not known; write it as a comment"),
    "no permission": (comment(ATTEST, "reader"), "`reader` has read permission, and write is asked for"),
    "too little permission": (comment(WAIVE, "maint-one"), "`maint-one` has maintain permission, and admin is asked for"),
    "an outsider": (comment(ATTEST, "outsider"), "`outsider` has a permission here that is not known"),
    "a bot": (comment(ATTEST, "helper-bot[bot]"), "`helper-bot[bot]` is a bot or an agent"),
    "no kind of account": (comment(ATTEST, "nameless"), "`nameless` has an account of a kind that is not known"),
    "a look-alike": (comment(ATTEST, "maint-0ne"), "`maint-0ne` has a permission here that is not known"),
    "the opener": (comment(ATTEST, "dana"), "`dana` opened it; it has to be somebody independent of the change"),
    "the opener in capitals": (comment(ATTEST, "DANA"), "`DANA` opened it; it has to be somebody independent of the change"),
    "a contributor": (comment(ATTEST, "riley-k"), "`riley-k` contributed commits; it has to be somebody independent of the change"),
    "the opener's waiver": (comment(WAIVE, "dana"), "`dana` opened it; it has to be somebody independent of the change"),
    "another head": (comment(f"attest 1 at {OLD[:7]}: read"), "it speaks of `1a2b3c4`, and the head is `3f9c2ab`"),
    "a longer id": (comment(f"attest 1 at {HEAD}00: read"), "it speaks of `3f9c2ab`, and the head is `3f9c2ab`"),
    "a review of another head": (review(ATTEST, on=OLD), "it speaks of `1a2b3c4`, and the head is `3f9c2ab`"),
    "a review that names another head": (review(f"attest 1 at {OLD}: read"), "it speaks of `1a2b3c4`, and the head is `3f9c2ab`"),
    "before the push": (comment(ATTEST, at=SINCE), "it is older than the head; look again, and write `at 3f9c2ab` into it"),
    "before the push, in another zone": (
        comment(ATTEST, at="2026-02-01T11:30:00+02:00"),
        "it is older than the head; look again, and write `at 3f9c2ab` into it",
    ),
    "first digits before the push": (
        comment("attest 1 at 3f9c2ab: read", at="2026-01-31T23:00:00Z"),
        "it is older than the head; look again, and write `at 3f9c2ab` into it",
    ),
    "a waiver of another head": (
        comment(f"waive missing-tests until 2026-12-31 at {OLD}: moves", "boss"),
        "it speaks of `1a2b3c4`, and the head is `3f9c2ab`",
    ),
    "glass before the push": (comment(GLASS, "boss", SINCE), "it is older than the head; look again, and write `at 3f9c2ab` into it"),
    "lines before the push": (
        comment("wrote src/a.py:3", "dana", SINCE),
        "it is older than the head; look again, and write `at 3f9c2ab` into it",
    ),
    "no such commit": (comment("wrote deadbee", "dana"), "no commit of this change starts with `deadbee`"),
}


@pytest.mark.parametrize(("said", "why"), REFUSED.values(), ids=REFUSED)
def test_what_does_not_count_says_why(said: object, why: str) -> None:
    (one,) = heard(said)  # type: ignore[arg-type]  # a comment or a review
    assert (why, False) == (one.refused, one.own)


COUNTS = {
    "by the forge's clock": comment(ATTEST),
    "by the first digits": comment("attest 1 at 3f9c2ab: read"),
    "by the whole id, whenever": comment(f"attest 1 at {HEAD}: read", at="2026-01-01T00:00:00Z"),
    "in a review": review(ATTEST, at="2026-01-01T00:00:00Z"),
    "in a review that names it": review("attest 1 at 3f9c2ab: read"),
    "in an approval": review(ATTEST, state=ReviewState.APPROVED),
    "in capitals": comment(ATTEST, "Maint-One"),
    "a waiver": comment(WAIVE, "boss"),
    "broken glass": comment(GLASS, "boss"),
    "the opener's broken glass": comment(GLASS, "dana"),
    "the author's lines": comment("wrote src/a.py:3-9", "dana"),
}


@pytest.mark.parametrize("said", COUNTS.values(), ids=COUNTS)
def test_what_counts_is_bound_to_the_head(said: object) -> None:
    (one,) = heard(said)  # type: ignore[arg-type]  # a comment or a review
    assert (None, HEAD, False) == (one.refused, one.head, one.own)


@pytest.mark.parametrize("verb", Verb)
def test_a_command_that_the_policy_lets_nobody_use_is_refused(verb: Verb) -> None:
    said = {
        Verb.ATTEST: ATTEST,
        Verb.WAIVE: WAIVE,
        Verb.BREAK_GLASS: GLASS,
        Verb.WROTE: f"wrote {HEAD}",
        Verb.WRONG: "wrong hidden-text: no",
    }
    nobody = Commands(attest=None, wrote=None, wrong=None, waive=None, break_glass=None, self_attest=Permission.READ)
    assert f"the policy lets nobody `{verb}`" == refused(comment(said[verb], "boss"), commands=nobody)
    assert refused(comment(said[verb], "boss")) is None


def test_what_is_asked_of_people_comes_from_the_policy() -> None:
    assert "`riley-k` has write permission, and maintain is asked for" == refused(
        comment(ATTEST, "riley-k"), commands=Commands(attest=Permission.MAINTAIN)
    )
    assert refused(comment("wrong hidden-text: no", "reader")) is None
    assert "`reader` has read permission, and write is asked for" == refused(
        comment("wrong hidden-text: no", "reader"), commands=Commands(wrong=Permission.WRITE)
    )


def test_nothing_is_heard_without_facts_or_comments() -> None:
    assert hear(GONE, OPEN, head=HEAD, commits=RANGE, dated=False) is GONE
    facts = replace(FACTS, comments=GONE, reviews=(review(ATTEST),))
    assert hear(facts, OPEN, head=HEAD, commits=RANGE, dated=False) is GONE


@pytest.mark.parametrize("lost", ["people", "commits"])
@pytest.mark.parametrize("said", [ATTEST, WAIVE, GLASS, f"wrote {HEAD}", "wrong hidden-text: no"])
def test_without_people_or_linked_commits_no_command_counts(lost: str, said: str) -> None:
    facts = replace(FACTS, comments=(comment(said, "boss"),), people=GONE if lost == "people" else PEOPLE)
    found = hear(facts if lost == "people" else replace(facts, commits=GONE), OPEN, head=HEAD, commits=RANGE, dated=False)
    assert not isinstance(found, Missing)
    (one,) = found
    assert "what `boss` may do here is not known: the forge did not answer" == one.refused


@pytest.mark.parametrize("said", [ATTEST, WAIVE, GLASS])
def test_without_reviews_nothing_counts_that_speaks_for_the_change(said: str) -> None:
    (one,) = heard(comment(said, "boss"), reviews=GONE)
    assert "whether `boss` requests changes is not known: the forge did not answer" == one.refused


def test_without_reviews_what_only_tells_is_still_heard() -> None:
    assert [None, None] == [
        one.refused for one in heard(comment(f"wrote {HEAD}", "dana"), comment("wrong hidden-text: no", "reader"), reviews=GONE)
    ]


CHANGES = review(by="boss", state=ReviewState.CHANGES_REQUESTED, on=OLD, at="2026-01-01T00:00:00Z")


@pytest.mark.parametrize("said", [ATTEST, WAIVE, GLASS])
def test_whoever_requests_changes_speaks_for_nothing_meanwhile(said: str) -> None:
    assert "their latest review requests changes" == refused(CHANGES, comment(said, "Boss"))
    assert refused(CHANGES, replace(CHANGES, state=ReviewState.DISMISSED, at=SINCE), comment(said, "boss")) is None
    assert refused(CHANGES, comment("wrong hidden-text: no", "boss")) is None


@pytest.mark.parametrize("said", [ATTEST, WAIVE, GLASS])
def test_what_was_said_up_to_a_review_that_was_dismissed_counts_no_more(said: str) -> None:
    why = "a review of theirs, as late or later, was dismissed; say it anew"
    dismissed = review(said, by="boss", state=ReviewState.DISMISSED)
    assert why == refused(dismissed)
    before, after = heard(
        replace(dismissed, body=""), comment(said, "boss", "2026-02-01T10:30:00Z"), comment(f"{said} again", "boss", "2026-02-01T11:00:01Z")
    )
    assert (why, None) == (before.refused, after.refused)


@pytest.mark.parametrize("said", [ATTEST, WAIVE, GLASS, f"wrote {HEAD}", "wrong hidden-text: no"])
def test_what_an_app_says_in_a_person_s_name_is_nobody_s_word(said: str) -> None:
    why = "the app `helper-app` wrote it in the name of `boss`; write it yourself, in the forge's own pages"
    assert why == refused(replace(comment(said, "boss"), app="helper-app"))


@pytest.mark.parametrize("word", [comment(ATTEST), comment(f"attest 1 at {HEAD}: read"), review(ATTEST), comment("wrote src/a.py:1-3")])
def test_what_was_said_when_the_change_had_another_base_counts_no_more(word: Any) -> None:
    assert "it was said when the change had another base; look again, and say it anew" == refused(word, base_since=LATER)
    assert refused(word, base_since=SINCE) is None
    assert refused(comment(f"wrote {HEAD}"), base_since=LATER) is None


def test_in_a_review_that_requests_changes_an_attestation_counts_for_nothing() -> None:
    assert "their latest review requests changes" == refused(review(ATTEST, state=ReviewState.CHANGES_REQUESTED))


def test_where_the_forge_does_not_tell_when_the_head_came_only_its_whole_id_binds() -> None:
    bare, digits, whole = (
        refused(comment(said), head_since=None) for said in (ATTEST, "attest 1 at 3f9c2ab: read", f"attest 1 at {HEAD}: read")
    )
    assert (
        f"it does not say which head it is about, and when this one came is not known; write `at {HEAD}` into it",
        f"many commits can start with `3f9c2ab`, and when this one came is not known; write `at {HEAD}` into it",
        None,
    ) == (bare, digits, whole)
    assert refused(review(ATTEST), head_since=None) is None


def test_the_head_s_own_date_counts_at_the_command_line_and_only_where_nothing_better_is_known() -> None:
    early = comment(ATTEST, at="2026-02-01T09:00:01Z")
    assert refused(early, head_since=None, dated=True) is None
    assert "it is older than the head; look again, and write `at 3f9c2ab` into it" == refused(early, dated=True)
    assert "it is older than the head; look again, and write `at 3f9c2ab` into it" == refused(
        replace(early, at="2026-02-01T09:00:00Z"), head_since=None, dated=True
    )
    for commits in (GONE, (commit(OLD),)):
        assert "when this one came is not known" in str(refused(early, head_since=None, dated=True, commits=commits))


def test_a_diff_alone_has_no_head_to_speak_of() -> None:
    assert "a diff alone has no head that it could be about" == refused(comment(ATTEST), head=None, commits=GONE)
    assert "a diff alone has no head that it could be about" == refused(comment(GLASS, "boss"), head=None, commits=GONE)
    (one,) = heard(comment("wrong hidden-text: no"), head=None, commits=GONE)
    assert (None, None) == (one.refused, one.head)


def test_a_commit_is_named_by_digits_that_only_it_has() -> None:
    (one,) = heard(comment("wrote 1A2B3C4", "riley-k", "2026-01-01T00:00:00Z"))
    assert (None, OLD, None) == (one.refused, one.of, one.head)
    twin = commit(OLD[:-1] + "1")
    assert "2 commits of this change start with `1a2b3c4`" == refused(comment("wrote 1a2b3c4"), commits=(*RANGE, twin))
    assert "the commits of the range are not known: the forge did not answer" == refused(comment("wrote 1a2b3c4"), commits=GONE)


def test_what_is_called_wrong_needs_no_head_and_is_kept_with_the_one_it_has() -> None:
    early, late = heard(comment("wrong hidden-text: no", at=SINCE), comment("wrong leaked-secret: no", at=LATER))
    assert [(None, None), (None, HEAD)] == [(early.refused, early.head), (late.refused, late.head)]


def test_of_one_person_s_words_about_one_thing_the_last_counts() -> None:
    first, other, last, same = heard(
        comment(ATTEST, at="2026-02-01T11:30:00Z", id_=1),
        comment("attest 1: read it again", at="2026-02-01T12:00:00Z", id_=2, by="MAINT-one"),
        comment(ATTEST, by="boss", at="2026-02-01T11:40:00Z", id_=3),
        comment("attest 2: read it", at="2026-02-01T11:50:00Z", id_=4),
    )
    assert ["said again later (`comment:2`)", None, None, None] == [one.refused for one in (first, other, last, same)]
    assert ["comment:1", "comment:3", "comment:4", "comment:2"] == [one.source for one in (first, other, last, same)]


def test_a_later_word_that_does_not_count_takes_nothing_back() -> None:
    first, last = heard(comment(ATTEST), comment("attest 1: hm", at="2026-02-02T10:00:00Z", edited=True))
    assert (None, "it was edited since; say it anew") == (first.refused, last.refused)


def test_words_are_heard_in_the_order_of_moments_whatever_their_zones() -> None:
    found = heard(
        comment(ATTEST, at="2026-02-01T12:00:00Z", id_=1),
        review("attest 2: b", at="2026-02-01T12:30:00+01:00"),
        comment("attest 3: c", at="2026-02-01T10:00:00.5-01:00", id_=3),
    )
    assert ["comment:3", "review:1", "comment:1"] == [one.source for one in found]


def test_each_line_of_a_comment_is_heard_for_itself() -> None:
    found = heard(replace(comment(""), body=f"/prgate {ATTEST}\n/prgate {MALFORMED}\n/prgate attest 2: b"))
    assert [None, Verb.ATTEST, None] == [None if one.refused is None else one.verb for one in found]


OWN = replace(OPEN, self_attest=Permission.ADMIN, self_attest_hours=24)
NEXT_DAY = "2026-02-02T10:00:00Z"


def test_one_s_own_change_is_attested_after_a_while_where_the_policy_says_so() -> None:
    (one,) = heard(comment(ATTEST, "dana", NEXT_DAY), commands=OWN)
    assert (None, True, HEAD) == (one.refused, one.own, one.head)
    (other,) = heard(comment(ATTEST, "boss", NEXT_DAY), commands=OWN)
    assert (None, False) == (other.refused, other.own)


OWN_REFUSED = {
    "too early": (
        "dana",
        "2026-02-02T09:59:59Z",
        {},
        "one's own change is attested 24 hours after its push, and this was said after 23 hours",
    ),
    "before the push, by its whole id": (
        "dana",
        "2026-01-01T10:00:00Z",
        {},
        "one's own change is attested 24 hours after its push, and this was said after 0 hours",
    ),
    "too little permission": ("riley-k", NEXT_DAY, {}, "`riley-k` has write permission, and admin is asked for"),
    "not the forge's clock": (
        "dana",
        NEXT_DAY,
        {"head_since": None, "dated": True},
        "one's own change is attested 24 hours after its push, and when the forge saw that is not known",
    ),
    "no clock at all": (
        "dana",
        NEXT_DAY,
        {"head_since": None},
        "one's own change is attested 24 hours after its push, and when the forge saw that is not known",
    ),
    "nobody attests": ("dana", NEXT_DAY, {"commands": replace(OWN, attest=None)}, "the policy lets nobody `attest`"),
    "nobody attests for oneself": (
        "dana",
        NEXT_DAY,
        {"commands": OPEN},
        "`dana` opened it; it has to be somebody independent of the change",
    ),
}


@pytest.mark.parametrize(("by", "at", "more", "why"), OWN_REFUSED.values(), ids=OWN_REFUSED)
def test_one_s_own_change_is_attested_in_no_other_way(by: str, at: str, more: dict[str, object], why: str) -> None:
    (one,) = heard(comment(f"attest 1 at {HEAD}: slept on it", by, at), **{"commands": OWN, **more})  # type: ignore[arg-type]  # as named
    assert (why, False) == (one.refused, one.own)


def test_nobody_waives_for_oneself_however_late() -> None:
    assert "`dana` opened it; it has to be somebody independent of the change" == refused(comment(WAIVE, "dana", NEXT_DAY), commands=OWN)


def test_a_reason_is_kept_short_and_without_credentials() -> None:
    secret = "ghp_" + "aB3dE5fG7hJ9" * 3
    (one,) = heard(comment(f"attest 1: log in with {secret} and look"))
    assert secret not in one.said
    assert one.said.startswith("log in with ghp_")
    (long,) = heard(comment("attest 1: " + "word " * 2_000))
    assert (MOST_SAID, True) == (len(long.said), long.said.endswith("…"))
    (cut,) = heard(comment("attest 1: " + f"{secret} " * 200))
    assert not any(secret[:length] in cut.said for length in range(6, len(secret)))


def test_of_commands_that_change_nothing_those_of_people_with_a_say_are_kept_then_the_newest() -> None:
    crowd = tuple(
        comment(ATTEST, "reader" if number % 2 else "outsider", f"2026-02-01T10:{number // 60:02}:{number % 60:02}Z", id_=number)
        for number in range(1, 1_001)
    )
    wrongs = tuple(comment(f"wrong rule-{number}: no", "reader", "2026-02-03T10:00:00Z", id_=2_000 + number) for number in range(500))
    early = comment(ATTEST, "maint-one", "2026-01-01T10:00:00Z", id_=5_000)
    counts = comment("attest 2: read", "maint-one", LATER, id_=5_001)
    found = heard(*crowd, *wrongs, early, counts)
    assert MOST_WITHOUT_EFFECT + 1 == len(found)
    sources = [one.source for one in found]
    assert {"comment:5000", "comment:5001", "comment:2499"} <= set(sources)
    assert "comment:2000" not in sources
    assert MOST_WITHOUT_EFFECT == len(heard(*crowd, people=GONE))


def test_an_operator_whom_the_forge_names_attests_for_nobody_else() -> None:
    why = "`boss` started the agent; it has to be somebody independent of the change"
    assert why == refused(comment(ATTEST, "boss"), operator="Boss")


def test_people_are_known_whatever_the_case_of_their_logins() -> None:
    people = {**PEOPLE, "Zoe": Person(Permission.WRITE, PersonType.USER)}
    assert refused(comment(ATTEST, "zoe"), people=people) is None
