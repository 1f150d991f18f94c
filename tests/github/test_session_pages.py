from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from prgate.github.session import Budget
from prgate.model.missing import Why
from tests.github.scripted import Say
from tests.github.talk import missing, talk


def paged(items: Any, following: str | None = None, **headers: str) -> Say:
    link = {} if following is None else {"Link": f'<http://ignored.example/>; rel="prev", <{following}>; rel="next"'}
    return Say(200, items, {**link, **headers})


def test_all_pages_are_read() -> None:
    with talk(paged([1, 2], "/api/v3/x?per_page=100&page=2&state=all"), paged([3], "/api/v3/x?page=3"), paged([])) as it:
        assert (1, 2, 3) == it.session.pages("/x", state="all")
    assert ["/x?per_page=100&state=all", "/x?per_page=100&page=2&state=all", "/x?page=3"] == [
        p[len("GET /api/v3") :] for p in it.server.paths
    ]


@pytest.mark.parametrize("link", ["", "<", "</api/v3/x>", '</api/v3/x>; rel="last"', '</x>; rel="next"; a; b', ",,,;;;", "x" * 60_000])
def test_a_link_that_names_no_next_page_ends_the_list(link: str) -> None:
    with talk(Say(200, [1], {"Link": link}), *([paged([2])] if "next" in link else [])) as it:
        assert ((1, 2) if "next" in link else (1,)) == it.session.pages("/x")


def test_a_page_that_fails_fails_the_list() -> None:
    with talk(paged([1], "/api/v3/x?page=2"), Say(403, {"message": "No"})) as it:
        assert Why.FORBIDDEN is missing(it.session.pages("/x")).why
    with talk(paged([1], "/api/v3/x?page=2"), Say(502), paged([2])) as it:
        assert (1, 2) == it.session.pages("/x")


def test_pages_that_go_in_a_circle_are_unreadable() -> None:
    two, three = "/api/v3/x?page=2", "/api/v3/x?page=3"
    with talk(paged([1], two), paged([2], three), paged([3], two)) as it:
        found = missing(it.session.pages("/x"))
    assert (Why.UNREADABLE, "GET /x: the pages go in a circle after 3 items") == (found.why, found.detail)


def test_pages_without_end_are_over_the_limit() -> None:
    with talk(*[paged([1] * 4, f"/api/v3/x?page={number}") for number in range(3)]) as it:
        assert "GET /x has more than 10 items" in missing(it.session.pages("/x", most=10)).detail
    with talk(*[paged([], f"/api/v3/x?page={number}") for number in range(5)], budget=Budget(requests=5)) as it:
        assert Why.OVER_LIMIT is missing(it.session.pages("/x")).why
    with talk(paged([1] * 10)) as it:
        assert (1,) * 10 == it.session.pages("/x", most=10)


def test_pages_of_many_bytes_are_over_the_limit() -> None:
    big = gzip.compress(json.dumps(["x" * (30 * 1024**2)]).encode(), compresslevel=1)
    with talk(*[paged(big, f"/api/v3/x?page={number}", **{"Content-Encoding": "gzip"}) for number in range(3)]) as it:
        assert "or 64 MiB" in missing(it.session.pages("/x")).detail


def test_a_list_in_an_object_must_have_as_many_items_as_it_counts() -> None:
    short = paged({"total_count": 3, "runs": [1, 2]})
    with talk(short, paged({"total_count": 3, "runs": [1, 2, 3]})) as it:
        assert (1, 2, 3) == it.session.pages("/x", key="runs")
    for total, count in ((3, "3"), (1, "1"), (5_000, "5,000")):
        with talk(*[paged({"total_count": total, "runs": [1, 2]})] * 2) as it:
            found = missing(it.session.pages("/x", key="runs"))
        assert (Why.STALE, f"GET /x gave 2 items where it counts {count}") == (found.why, found.detail)


def test_a_list_that_counts_more_than_is_read_is_over_the_limit_at_once() -> None:
    with talk(paged({"total_count": 10_001, "runs": [1]}, "/api/v3/x?page=2")) as it:
        assert Why.OVER_LIMIT is missing(it.session.pages("/x", key="runs")).why


def test_a_list_in_an_object_without_a_count_is_read() -> None:
    with talk(paged({"runs": [1]}, "/api/v3/x?page=2"), paged({"runs": [2]})) as it:
        assert (1, 2) == it.session.pages("/x", key="runs")


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"runs": []}, None),
        ("text", None),
        (None, None),
        ([], "runs"),
        ({}, "runs"),
        ({"runs": {}}, "runs"),
        ({"runs": [], "total_count": "0"}, "runs"),
    ],
)
def test_a_list_of_another_shape_is_unreadable(body: Any, key: str | None) -> None:
    with talk(Say(200, b"null" if body is None else body)) as it:
        found = missing(it.session.pages("/x", key=key))
    assert Why.UNREADABLE is found.why
    assert (f"without the list `{key}` that" if key else "without the list that") in found.detail
