from __future__ import annotations

import pytest

from prgate.authorship.signature_file import read, shipped
from prgate.authorship.signatures import agent_of_branch, agent_of_login, agent_of_trailer
from prgate.errors import FormatError

ROW = 'id = "mine"\nname = "Mine"\nexports_trace = ["trailer"]\n'


def failure(text: str | bytes) -> str:
    with pytest.raises(FormatError) as caught:
        read(text if isinstance(text, bytes) else text.encode())
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"\xff", "not readable as TOML: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
        (b"a = ", "not readable as TOML: Invalid value (at end of document)"),
        ("surprise = 1", "signatures: unknown key `surprise` (known: address_keys, agent, automation, review_block, stamps)"),
        ("agent = 1", "signatures: `agent` must be a list"),
        ("agent = [1]", "agent 1 must be a table"),
        ("address_keys = [1]", "signatures, address_keys[0]: `address_keys` must be text"),
        ('[[agent]]\nname = "Mine"', "agent 1: `id` must be given and text"),
        ('[[agent]]\nid = ""\nname = "Mine"', "agent 1 (``): `id` must be one line of text"),
        ('[[agent]]\nid = "mine"\nname = "a\\nb"', "agent 1 (`mine`): `name` must be one line of text"),
        (f"[[agent]]\n{ROW}login = []", "agent 1 (`mine`): unknown key `login`"),
        (
            '[[agent]]\nid = "mine"\nname = "Mine"\nexports_trace = ["sometimes"]',
            "agent 1 (`mine`): `exports_trace` has `sometimes`, no kind of mark (opener, author, committer, trailer, body, branch, trace)",
        ),
        (f'[[agent]]\n{ROW}emails = ["@mine.example"]', "agent 1 (`mine`), emails[0]: `@mine.example` is no whole address"),
        (f'[[agent]]\n{ROW}branches = ["mine"]', "agent 1 (`mine`), branches[0]: `mine` is neither a prefix that ends with a slash"),
        (f'[[agent]]\n{ROW}branches = ["mine-{{digit}}"]', "agent 1 (`mine`), branches[0]: `{digit}` is no known class"),
        (f'[[agent]]\n{ROW}footers = ["{{rest}}"]', "agent 1 (`mine`), footers[0]: `{rest}` must start with literal text"),
        (f'[[agent]]\n{ROW}footers = ["Made {{rest}} here"]', "agent 1 (`mine`), footers[0]: `{rest}` must be the last thing"),
        (f'[[agent]]\n{ROW}footers = ["Made {{rest"]', "agent 1 (`mine`), footers[0]: `{rest` is no known class"),
        (
            f'[[agent]]\n{ROW}trailers = [{{key = "Co-authored-by", value = "{{rest}}"}}]',
            "agent 1 (`mine`), trailers 1: `{rest}` must start with literal text",
        ),
        (
            f'[[agent]]\n{ROW}trailers = [{{key = "Mine", value = "1", note = "x"}}]',
            "agent 1 (`mine`), trailers 1: unknown key `note` (known: key, value)",
        ),
        (f"[[agent]]\n{ROW}[[agent]]\n{ROW}", "agent id `mine` stands twice"),
        (
            f'[[agent]]\n{ROW}logins = ["x[bot]"]\n[[agent]]\n{ROW.replace("mine", "other")}logins = ["X[bot]"]',
            "agent `other`: logins `x[bot]` belongs to `mine` already",
        ),
        ("stamps = []", "signatures: `stamps` must be a table"),
        ('[stamps]\nlogins = ["x"]', "stamps: unknown key `logins` (known: emails)"),
        ('[automation]\nlogin = ["x"]', "automation: unknown key `login` (known: emails, logins, names)"),
        ('[[review_block]]\nstart = "x"', "review_block 1: `end` must be given and text"),
        ('[[review_block]]\nstart = "x"\nend = "y"\nkind = "z"', "review_block 1: unknown key `kind` (known: end, start)"),
    ],
)
def test_a_wrong_row_is_named(text: str | bytes, message: str) -> None:
    assert failure(text)[: len(message)] == message


def test_a_file_that_is_too_large_is_refused_as_such() -> None:
    with pytest.raises(FormatError) as caught:
        read(b"#" * ((1 << 20) + 1))
    assert caught.value.over_limit


def test_a_deeply_nested_file_is_refused() -> None:
    assert failure("agent = " + "[" * 100_000).startswith("not readable as TOML")


def test_a_row_that_a_user_adds_is_matched() -> None:
    known = read(f'address_keys = ["Co-authored-by"]\n[[agent]]\n{ROW}logins = ["mine[bot]"]\nbranches = ["mine/"]'.encode())
    assert (
        agent_of_login(known, "mine[bot]", None),
        agent_of_branch(known, "mine/x"),
        agent_of_trailer(known, "Co-authored-by: M <7+mine[bot]@users.noreply.github.com>"),
        known.name("mine"),
        known.name("unknown"),
    ) == ("mine", "mine", "mine", "Mine", "unknown")


def test_the_file_that_is_shipped_is_read_once() -> None:
    assert shipped() is shipped()
