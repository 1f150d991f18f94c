from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from prgate.github.facts import Compared, compare
from prgate.model.missing import Missing, Why
from tests.github.invented import BASE, COMPARED, FORK_POINT, HEAD, HOME, commit, comparison
from tests.github.telling import Refused, telling


def compared(answers: Mapping[str, Any]) -> Compared | Missing:
    with telling(answers) as forge:
        return compare(forge.session, HOME, BASE, HEAD)


@pytest.mark.parametrize(
    ("answer", "why", "said"),
    [
        (Refused(404), Why.FORBIDDEN, "not there, or not to be seen with this token"),
        (Refused(403), Why.FORBIDDEN, "403"),
        ([], Why.UNREADABLE, "the comparison: this is no mapping"),
        (comparison(merge_base_commit=None), Why.UNREADABLE, "merge_base_commit.sha: this is null"),
        (comparison(total_commits="1"), Why.UNREADABLE, "total_commits: this is text"),
        (comparison(commits={}), Why.UNREADABLE, "commits: this is a mapping"),
        (comparison(base_commit={"sha": HEAD}), Why.UNREADABLE, "base_commit.sha: this is not the commit that was asked about"),
    ],
)
def test_a_comparison_that_cannot_be_read_is_missing_whole(answer: Any, why: Why, said: str) -> None:
    got = compared({COMPARED: answer})
    assert isinstance(got, Missing)
    assert (why, True) == (got.why, said in got.detail), got.detail


@pytest.mark.parametrize(
    ("answer", "why", "said"),
    [
        (comparison(commit(), total_commits=2), Why.FAILED, "counts 2 commits up to a1a1a1a1a1a1, and lists 1"),
        (comparison(commit(), commit()), Why.FAILED, "counts 2 commits up to a1a1a1a1a1a1, and lists 1"),
        (comparison(commit(), commit(FORK_POINT), total_commits=1), Why.FAILED, "counts 1 commits"),
        (comparison(commit(), commit(), total_commits=1), Why.FAILED, "counts 1 commits up to a1a1a1a1a1a1, and lists 1"),
        (comparison(commit(BASE)), Why.FAILED, "lists 1, which are not those"),
        (comparison(total_commits=5_001), Why.OVER_LIMIT, "5,001 commits, more than the 5,000"),
        (comparison(commit(sha="main")), Why.UNREADABLE, "commits: [0].sha: `main` is not a full object id"),
        (comparison(commit(author="dana")), Why.UNREADABLE, "commits: [0].author: this is no mapping"),
        (comparison(commit(author={"login": 7})), Why.UNREADABLE, "commits: [0].author.login: this is a whole number"),
        (comparison(commit(), 7), Why.UNREADABLE, "commits: [1]: this is no mapping"),
    ],
)
def test_commits_that_are_not_whole_are_missing_and_the_merge_base_is_not(answer: Any, why: Why, said: str) -> None:
    got = compared({COMPARED: lambda query: answer if query["page"] == "1" else comparison(total_commits=answer["total_commits"])})
    assert isinstance(got, Compared)
    assert isinstance(got.commits, Missing)
    assert (FORK_POINT, why, True) == (got.merge_base, got.commits.why, said in got.commits.detail), got.commits.detail


def test_no_commits_between_two_commits_is_a_fact() -> None:
    assert Compared(FORK_POINT, 0, ()) == compared({COMPARED: comparison()})


def test_commits_over_several_pages_are_one_list() -> None:
    commits = [commit(f"{number:040x}", author=None, committer=None) for number in range(1, 205)] + [commit()]

    def page(query: dict[str, str]) -> dict[str, Any]:
        size, number = int(query["per_page"]), int(query["page"])
        return comparison(*commits[(number - 1) * size : number * size], total_commits=len(commits))

    with telling({COMPARED: page}) as forge:
        got = compare(forge.session, HOME, BASE, HEAD)
        assert 3 == forge.session.requests
    assert isinstance(got, Compared)
    assert not isinstance(got.commits, Missing)
    assert (205, [item["sha"] for item in commits]) == (got.total, [entry["sha"] for entry in got.commits])
