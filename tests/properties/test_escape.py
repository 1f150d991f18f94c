from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.render.escape import (
    cell,
    code,
    command_data,
    command_property,
    cut,
    fence,
    html_text,
    link,
    path_code,
    permalink,
    prose,
    short_path,
    terminal,
    text,
    visible,
)
from tests.render.hostile import Html, nasty, render

PIECES = [
    *(
        "www",
        ".",
        "http",
        ":",
        "/",
        "//",
        "@",
        "a",
        "b.c",
        "`",
        "``",
        " ",
        "…",
        "mailto:",
        "xmpp:",
        "#",
        "1",
        "GH-",
        "[",
        "]",
        "(",
        ")",
        "!",
    ),
    *(
        "|",
        "\\",
        "<b>",
        "&amp;",
        "*",
        "**",
        "_",
        "~~",
        "$",
        "\n",
        "^",
        "-",
        "+",
        "=",
        ">",
        "deadbeef",
        "e\u0301",
        "\u202e",
        "\x1b[",
        "##[",
        "::",
    ),
]
broken = st.one_of(nasty, st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
examples = settings(max_examples=200, deadline=None)

INLINE = {"p", "ol", "ul", "li", "strong", "sub", "code", "br"}
ACTS = re.compile(
    r"[@#\[\]<>|\\*_~$`!^=&{}]|://|www\.|\b[0-9a-f]{7,}\b|[A-Za-z]\d|:\w+:|[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e]",
    re.IGNORECASE,
)


def harmless(page: Html, tags: set[str]) -> None:
    assert set() == {tag for tag, _ in page.tags} - tags
    assert [] == [shown for shown in page.plain if ACTS.search(shown)]
    assert [] == page.wrong
    assert [] == page.comments


@examples
@given(broken, st.sampled_from([600, 30, 17, 10]), st.sampled_from([120, 5, 2]))
def test_text_is_inert_wherever_our_markdown_puts_it(value: str, chars: int, words: int) -> None:
    shown = text(value, chars=chars, words=words)
    harmless(render(f"1. **x {shown} x** · {shown}\n   {shown} <sub>{shown}</sub>\n\n{shown}\n\n- {shown}\n  {shown}"), INLINE)
    assert "\n" not in shown


@examples
@given(broken, broken)
def test_fragments_beside_each_other_stay_apart(one: str, other: str) -> None:
    harmless(render(f"x {text(one)} · {code(other)}, {path_code(one)}: {text(other)}"), INLINE)


@examples
@given(broken)
def test_a_cell_never_adds_a_column_or_a_row(value: str) -> None:
    page = render(f"| a | b | c |\n|---|---|---|\n| {cell(value)} | {cell(f'`{value}`')} | x |\n| x | {cell(value)} | x |")
    harmless(page, {"table", "thead", "tbody", "tr", "th", "td", "code"})
    assert [3, 3, 3] == page.rows


@examples
@given(broken)
def test_text_inside_html_opens_no_tag(value: str) -> None:
    page = render(f"<details><summary>{html_text(value)}</summary>\n\nx\n\n</details>")
    harmless(page, {"details", "summary", "code", "p"})


@examples
@given(broken, st.integers(2, 200))
def test_a_code_span_holds_exactly_what_is_visible(value: str, chars: int) -> None:
    shown = cut(value, chars) or " "
    page = render(f"x {code(value, chars=chars)} y")
    assert [shown] == [inside for inside, around in page.texts if "code" in around]
    assert chars >= len(shown)


@examples
@given(broken, st.integers(8, 300), st.integers(2, 30))
def test_prose_keeps_to_its_share_and_says_when_it_is_cut(value: str, chars: int, words: int) -> None:
    shown = prose(value, chars=chars, words=words)
    whole = visible(re.sub("[ \t\r\n]+", " ", value).strip(" "))
    assert chars >= len(shown)
    assert words >= len(shown.split(" "))
    assert shown == whole or "…" in shown[-2:]


@examples
@given(broken)
def test_a_fence_is_closed_by_nothing_inside(value: str) -> None:
    page = render(f"{fence(value, 'json')}\n\nafter")
    assert "after" in {shown for shown, around in page.texts if around == ("p",)}
    assert {"pre", "code", "p"} >= {tag for tag, _ in page.tags}


@examples
@given(broken)
def test_a_terminal_line_is_one_line_without_controls_or_commands(value: str) -> None:
    shown = terminal(value)
    assert None is re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\ud800-\udfff]", shown)
    assert [] == [word for word in shown.split(" ") if word.startswith("::")]
    assert "##[" not in shown


@examples
@given(st.binary(min_size=1, max_size=60), st.integers(1, 10**6), st.integers(0, 10**4))
def test_a_permalink_gives_the_bytes_back_and_closes_no_link(path: bytes, start: int, more: int) -> None:
    stem = f"https://github.com/acme/pay/blob/{'a' * 40}/"
    url = permalink("https://github.com/acme/pay", "a" * 40, path, (start, start + more))
    if url is None:
        assert any(part in {b"", b".", b".."} for part in path.split(b"/"))
        return
    assert url.startswith(stem)
    quoted, _, anchor = url[len(stem) :].partition("#")
    assert unquote_to_bytes(quoted) == path
    assert anchor == (f"L{start}-L{start + more}" if more else f"L{start}")
    for markdown in (str(link(text("x"), url)), url):
        hrefs = [attributes["href"] for tag, attributes in render(markdown).tags if tag == "a"]
        assert [url] == hrefs


@examples
@given(broken)
def test_a_short_path_ends_as_the_path_does(value: str) -> None:
    shown = short_path(value)
    assert 80 >= len(shown)
    assert 6 >= len(shown.split(" "))
    assert visible(value)[-1:] == shown[-1:]


@examples
@given(broken)
def test_a_workflow_command_ends_where_we_end_it(value: str) -> None:
    data, prop = command_data(value), command_property(value)
    assert None is re.search("[\r\n]", data)
    assert None is re.search("[\r\n:,]", prop)
    back = data.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
    assert back == "".join(part if part in {"\r", "\n"} else visible(part) for part in re.split("([\r\n])", value))
