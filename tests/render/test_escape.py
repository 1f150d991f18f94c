from __future__ import annotations

import pytest

from prgate.render.escape import (
    Md,
    bare,
    cell,
    code,
    command_data,
    command_property,
    fence,
    forge,
    html_text,
    join,
    link,
    marker,
    path_code,
    permalink,
    raw_path,
    short_path,
    terminal,
    text,
    visible,
)

SHA = "a" * 40


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("12 of 31 added lines, less than 80 %", "12 of 31 added lines, less than 80 %"),
        ("`rotate_key` has no test", "`rotate_key` has no test"),
        ("ask @dana about #1, GH-2 or PAY-3.", "ask `@dana` about `#1`, `GH-2` or `PAY-3`."),
        ("see https://a.example and www.b.example", "see `https://a.example` and `www.b.example`"),
        ("fixed in deadbeef", "fixed in `deadbeef`"),
        ("see www.\u2026 and www.`x`", "see `www.\u2026` and `www`.`x`"),
        ("two lines\n# of text", "two lines `#` of text"),
        ("1. first", "`1`. first"),
        ("12 is a number", "12 is a number"),
        ("`a`/b and `c` `d`", "`a/b` and `c` `d`"),
        ("odd ` tick", "odd `` ` `` tick"),
        ("`a` @x `b", "`a` ``@x `b``"),
        ("don't (ever) \u201cquote\u201d; naïve 日本 \u2013 ok…", "don't (ever) \u201cquote\u201d; naïve 日本 \u2013 ok…"),
        ("agent-authored-risk UTF-8", "agent-authored-risk `UTF-8`"),
        ("", ""),
    ],
)
def test_prose_keeps_plain_words_and_shields_the_rest(value: str, shown: str) -> None:
    assert shown == text(value)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a\u202eb", "a\\u{202E}b"),
        ("\U000e0041", "\\u{E0041}"),
        ("\ud800", "\\u{D800}"),
        ("e\u0301", "e\u0301"),
        ("e\u0301\u0301\u0301", "e\\u{301}\\u{301}\\u{301}"),
        ("##[group]", "##\\u{5B}group]"),
        ("<!--  prgate:v1 -->", "<\\u{21}--  prgate:v1 -->"),
        ("<!-- other -->", "<!-- other -->"),
        ("`" * 9, "````````\\u{60}"),
        ("\ufffd €", "\ufffd €"),
    ],
)
def test_what_cannot_be_seen_is_spelled_out(value: str, shown: str) -> None:
    assert shown == visible(value)


def test_a_code_span_is_fenced_by_more_than_it_holds() -> None:
    assert ["`a`", "`` ` ``", "``` `` ```", "`  a `", "` `", "` `", "`a\\u{A}b`"] == [
        code(value) for value in ("a", "`", "``", " a", "", " ", "a\nb")
    ]


def test_a_bar_in_a_cell_is_escaped_and_a_backslash_before_it_spelled_out() -> None:
    assert "`a\\|b\\u{5C}\\|c\\d`" == cell("a|b\\|c\\d")


def test_text_in_html_is_code_in_tags() -> None:
    assert "read <code>&lt;b&gt;&amp;</code> now" == html_text("read <b>& now")


def test_a_cut_inside_code_closes_it() -> None:
    assert "see `aaa…`" == text("see `aaaaaaaa aaaa` now", chars=10)
    assert "one two…" == text("one two three four", words=2)


def test_a_long_path_keeps_both_ends() -> None:
    shown = short_path(f"src/{'deep/' * 2000}end.py")
    assert 80 == len(shown)
    assert shown.startswith("src/deep/")
    assert shown.endswith("/deep/end.py")
    assert "`a b c…x y z.py`" == path_code("a b c d e f g x y z.py")
    assert "` `" == path_code("")


def test_a_fence_takes_no_language_but_ours() -> None:
    assert "```json\nx\n```" == fence("x", "json")
    assert "````\n```\n````" == fence("```", "x y")


@pytest.mark.parametrize("key", ["", "a b", "--><b>", "A", "x" * 65])
def test_a_key_that_is_no_plain_word_is_local(key: str) -> None:
    assert "<!-- prgate:v1 key=local -->" == marker(key)


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "http://github.com/acme/pay/pull/1",
        "https://github.com/acme/pay/issues/1",
        "https://github.com/acme/pay/pull/1/files",
        "https://github.com/acme/../pull/1",
        "https://github.com/a b/pay/pull/1",
        "https://user@github.com/acme/pay/pull/1",
        "https://github.com/acme/pay/pull/1\n",
        "https://github.com/-acme/pay/pull/1",
        "https://.example/acme/pay/pull/1",
        "javascript:alert(1)//acme/pay/pull/1",
    ],
)
def test_an_address_that_is_no_pull_request_gives_no_forge(url: str | None) -> None:
    assert None is forge(url)


def test_a_pull_request_names_its_repository_also_on_another_server() -> None:
    assert "https://github.com/acme/pay" == forge("https://github.com/acme/pay/pull/812")
    assert "https://git.acme.example:8443/a_b/.github" == forge("https://git.acme.example:8443/a_b/.github/pull/1")


@pytest.mark.parametrize("path", [b"", b"/etc", b"a//b", b"../a", b"a/./b", b"x" * 990, b"x" * 5000])
def test_a_path_that_no_commit_holds_or_nobody_reads_is_not_linked(path: bytes) -> None:
    assert None is permalink("https://github.com/acme/pay", SHA, path)


def test_no_forge_or_no_commit_means_no_link() -> None:
    assert [None, None, None] == [
        permalink(None, SHA, b"a"),
        permalink("https://x.example/a/b", None, b"a"),
        permalink("https://x.example/a/b", "HEAD", b"a"),
    ]


def test_a_permalink_names_commit_path_and_lines() -> None:
    stem = f"https://github.com/acme/pay/blob/{SHA}"
    assert f"{stem}/a%20%28b%29.py#L3-L4" == permalink("https://github.com/acme/pay", SHA, b"a (b).py", (3, 4))
    assert f"{stem}/%FF#L3" == permalink("https://github.com/acme/pay", SHA, b"\xff", (3, 3))
    assert f"{stem}/a" == permalink("https://github.com/acme/pay", SHA, b"a")


def test_only_an_address_of_ours_becomes_a_link() -> None:
    assert "x" == link(Md("x"), "javascript:alert(1)") == link(Md("x"), None) == link(Md("x"), "https://a.example/)[")
    assert "[x](https://a.example/b)" == link(Md("x"), "https://a.example/b")
    assert [None, None, "https://a.example/b#L1"] == [
        bare(url) for url in ("https://a.example/b", "http://a.example/b#L1", "https://a.example/b#L1")
    ]


def test_bytes_of_a_path_come_from_base64_where_text_is_lossy() -> None:
    assert [b"a", b"\xff", None] == [raw_path("a", None), raw_path("\\xff", "/w=="), raw_path("a", "!")]


def test_a_terminal_word_starts_no_workflow_command() -> None:
    assert "x \\u{3A}:error::y std::vector \\u{1B}[31m" == terminal("x ::error::y std::vector \x1b[31m")


def test_workflow_commands_escape_what_ends_them() -> None:
    assert "50%25%0D%0Aa,b:c\\u{202E}" == command_data("50%\r\na,b:c\u202e")
    assert "a%2Cb%3Ac" == command_property("a,b:c")


def test_fragments_join() -> None:
    assert "`a`, b" == join([code("a"), text("b")])
