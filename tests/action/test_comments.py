from __future__ import annotations

from typing import Any

import pytest

from prgate.github.comments import Posted, ours, post_comment
from prgate.github.session import Session
from prgate.model.missing import Missing, Why
from tests.github.scripted import Say
from tests.github.talk import missing, talk

LINE = "<!-- prgate:v1 key=7 -->"
BODY = f"{LINE}\nA word.\n"
BOT = "github-actions[bot]"
LIST = "GET /api/v3/repos/acme/pay/issues/7/comments?per_page=100"
POST = "POST /api/v3/repos/acme/pay/issues/7/comments"
OK = Say(201, {"id": 5, "user": {"login": BOT, "type": "Bot"}})
NO = Say(403, {"message": "Resource not accessible by integration"}, acts=False)


def said(number: int, body: str | None = BODY, *, by: str | None = BOT) -> dict[str, Any]:
    return {"id": number, "body": body, "user": None if by is None else {"login": by, "type": "Bot"}}


def one(number: int) -> str:
    return f"/api/v3/repos/acme/pay/issues/comments/{number}"


def post(session: Session, *known: dict[str, Any], create: bool = True, author: str = BOT) -> Posted | Missing | None:
    return post_comment(session, "acme/pay", 7, BODY, known=known, author=author, create=create)


@pytest.mark.parametrize(
    "comment",
    [
        said(1, by="github-actions"),
        said(1, by="helper-agent[bot]"),
        said(1, by=None),
        said(1, f" {LINE}\nx"),
        said(1, f"x\n{LINE}\n"),
        said(1, f"> {LINE}\n"),
        said(1, f"{LINE} \n"),
        said(1, f"{LINE}x\n"),
        said(1, "<!-- prgate:v1 key=71 -->\n"),
        said(1, None),
    ],
)
def test_what_another_wrote_or_stands_elsewhere_is_not_ours(comment: dict[str, Any]) -> None:
    assert [] == ours([comment], first_line=LINE, author=BOT)


def test_ours_is_known_by_its_first_line_and_its_author() -> None:
    comments = [said(9, f"{LINE}\r\nx"), said(3, LINE), said(4, "hm"), said(6, by="GitHub-Actions[bot]")]
    assert [3, 6, 9] == ours(comments, first_line=LINE, author=BOT)


def test_none_is_made_where_none_is_wanted() -> None:
    with talk() as forge:
        assert post(forge.session, said(1, by="mallory"), create=False) is None


def test_one_is_made_and_looked_for_again() -> None:
    with talk(OK, Say(200, [said(5)])) as forge:
        assert Posted(5) == post(forge.session)
        assert [POST, LIST] == forge.server.paths
        assert [{"body": BODY}] == forge.server.made


def test_an_earlier_one_is_edited_also_where_none_would_be_made() -> None:
    with talk(Say(200, said(3))) as forge:
        assert Posted(3) == post(forge.session, said(3), create=False)
        assert [f"PATCH {one(3)}"] == forge.server.paths


def test_of_several_the_oldest_is_edited_and_the_others_go() -> None:
    with talk(Say(200, said(3)), Say(204), Say(204)) as forge:
        assert Posted(3) == post(forge.session, said(8), said(3), said(5))
        assert [f"PATCH {one(3)}", f"DELETE {one(5)}", f"DELETE {one(8)}"] == forge.server.paths


def test_a_spare_one_that_stays_is_told() -> None:
    with talk(Say(200, said(3)), NO, Say(200, said(5)), Say(204)) as forge:
        posted = post(forge.session, said(3), said(5), said(8))
        assert isinstance(posted, Posted)
        assert "403" in missing(posted.spare).detail
        assert f"DELETE {one(8)}" == forge.server.paths[-1], "the next is deleted all the same"


def test_a_spare_one_that_another_run_deleted_is_gone() -> None:
    gone = Say(404, {"message": "Not Found"})
    with talk(Say(200, said(3)), gone, gone) as forge:
        assert Posted(3) == post(forge.session, said(3), said(5))
        assert [f"PATCH {one(3)}", f"DELETE {one(5)}", f"GET {one(5)}"] == forge.server.paths


def test_one_that_cannot_be_edited_is_not_replaced_while_it_is_there() -> None:
    with talk(NO, Say(200, [said(3)])) as forge:
        assert Why.FORBIDDEN is missing(post(forge.session, said(3))).why
        assert 0 == len(forge.server.made)


def test_one_that_cannot_be_edited_is_not_replaced_where_nobody_can_see() -> None:
    with talk(NO, NO) as forge:
        assert Why.FORBIDDEN is missing(post(forge.session, said(3))).why
        assert 0 == len(forge.server.made)


def test_one_that_was_deleted_meanwhile_is_made_anew_whatever_is_wanted() -> None:
    with talk(Say(404, {"message": "Not Found"}), Say(200, []), OK, Say(200, [said(5)])) as forge:
        assert Posted(5) == post(forge.session, said(3), create=False)


def test_one_that_is_not_told_to_be_made_is_looked_for_before_it_is_made_again() -> None:
    with talk(Say(ends="cut"), Say(200, []), OK, Say(200, [said(5)])) as forge:
        assert Posted(5) == post(forge.session)
        assert [POST, LIST, POST, LIST] == forge.server.paths


def test_one_that_was_made_without_a_word_is_not_made_again_and_has_our_words() -> None:
    """What is found may be another run's, so it is edited."""
    with talk(Say(ends="cut"), Say(200, [said(5, f"{LINE}\nAnother run's.")]), Say(200, [said(5)]), Say(200, said(5))) as forge:
        assert Posted(5) == post(forge.session)
        assert [POST, LIST, LIST, f"PATCH {one(5)}"] == forge.server.paths
        assert 1 == len(forge.server.made)


def test_of_several_that_are_found_after_a_lost_word_one_is_left() -> None:
    found = Say(200, [said(5), said(6)])
    with talk(Say(ends="cut"), found, found, Say(200, said(5)), Say(204)) as forge:
        assert Posted(5) == post(forge.session)
        assert [f"PATCH {one(5)}", f"DELETE {one(6)}"] == forge.server.paths[-2:]


def test_one_that_cannot_be_looked_for_is_not_made_again() -> None:
    with talk(Say(ends="cut"), NO) as forge:
        assert Why.FORBIDDEN is missing(post(forge.session)).why
        assert [POST, LIST] == forge.server.paths


def test_two_runs_that_made_one_each_leave_the_older() -> None:
    with talk(OK, Say(200, [said(4), said(5)]), Say(200, said(4)), Say(204)) as forge:
        assert Posted(4) == post(forge.session)
        assert [f"PATCH {one(4)}", f"DELETE {one(5)}"] == forge.server.paths[-2:]


def test_one_that_was_made_counts_also_where_no_second_can_be_looked_for() -> None:
    with talk(OK, NO) as forge:
        assert Posted(5) == post(forge.session)


def test_an_answer_without_a_number_is_said() -> None:
    with talk(Say(201, {"user": None})) as forge:
        assert Why.UNREADABLE is missing(post(forge.session)).why


@pytest.mark.parametrize(
    ("answers", "words"), [((Say(204),), "so it was taken back"), ((NO, Say(200, said(5))), "and it could not be taken back")]
)
def test_one_by_another_account_than_is_looked_for_is_taken_back(answers: tuple[Say, ...], words: str) -> None:
    """Its successor would not find it, and make a second one each time."""
    with talk(OK, *answers) as forge:
        found = missing(post(forge.session, author="gate[bot]"))
        assert (Why.FAILED, f"Set the input `author` to `{BOT}`.") == (found.why, found.fix)
        assert words in found.detail
        assert f"DELETE {one(5)}" in forge.server.paths
