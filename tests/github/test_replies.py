from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.errors import FormatError
from prgate.github.replies import Again, refusal, short, unreadable
from prgate.github.wire import Wire
from prgate.model.missing import Missing
from tests.github.talk import TOKEN

NUMBERS = st.from_regex(r"-?[0-9]{1,20}(\.[0-9]*)?", fullmatch=True)
DATES = st.sampled_from(
    ["Tue, 04 Mar 2025 10:00:00 GMT", "Mon, 01 Jan 0001 00:00:00 +2359", "Fri, 31 Dec 9999 23:59:59 -2359", "1 Jan 99999 0:0:0", "0"]
)
WORDS = st.text(max_size=30) | NUMBERS | DATES
HEADERS = st.dictionaries(
    st.sampled_from(["retry-after", "x-ratelimit-remaining", "x-ratelimit-reset", "date", "x-accepted-github-permissions"]), WORDS
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["message", "errors", "field", "code"]), inner),
    max_leaves=8,
)


@settings(deadline=None, max_examples=300)
@given(
    st.integers(300, 999),
    HEADERS,
    st.binary(max_size=60) | JSON.map(lambda value: repr(value).replace("'", '"').encode()),
    st.integers(0, 9),
)
def test_no_reply_is_too_odd_to_be_told(status: int, headers: dict[str, str], body: bytes, attempt: int) -> None:
    found = refusal("GET /x", status=status, headers=headers, body=body, attempt=attempt)
    missing = found if isinstance(found, Missing) else found.missing
    assert missing.detail.startswith(f"GET /x was answered {status}: ")
    assert missing.fix
    assert isinstance(found, Missing) or (found.wait >= 1 and math.isfinite(found.wait))


@settings(deadline=None, max_examples=300)
@given(
    st.text(max_size=40)
    | st.from_regex(r"(https?:)?(//)?(api\.example|API\.EXAMPLE|[a-z@:\[\]\\]*)(:[0-9]{0,6})?(/[a-z/.]*)?", fullmatch=True)
)
def test_no_url_leads_the_token_away(url: str) -> None:
    wire = Wire(api="https://api.example/v3", token=TOKEN, timeout=1)
    place = wire.own(url, "/a/b")
    wire.close()
    assert place is None or place.startswith("https://api.example/"), place


@pytest.mark.parametrize("text", ["", "a", "ä" * 240])
def test_short_text_is_kept(text: str) -> None:
    assert text == short(text)


def test_what_is_over_a_limit_is_not_asked_for_again() -> None:
    def told(error: Any) -> type:
        return type(unreadable("GET /x", error, status=200, attempt=0))

    assert (Missing, Again) == (told(FormatError("deep", over_limit=True)), told(FormatError("odd")))
