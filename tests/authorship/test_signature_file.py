from __future__ import annotations

import pytest

from prgate.authorship.signature_file import changed, fault_of, read, shipped
from prgate.authorship.signatures import Signatures, agent_of_login, mark_of_branch, mark_of_committer, mark_of_trailer
from prgate.authorship.signs import find_signs
from prgate.errors import FormatError, PrgateError
from prgate.model.authorship import SignKind
from prgate.model.policy import AddedMark, SignatureChanges
from tests.authorship.material import ABSENT, commit, marked

AGENT = "[[agent]]\nid = 'mine'\nname = 'Mine'\n"
ROW = "id = 'mine-x'\nagent = 'mine'\nsource = 'seen'\nexample = 'x'\n"


def row(kind: str, match: str, more: str = "") -> str:
    return f"{AGENT}[[mark]]\n{ROW}kind = '{kind}'\nmatch = '{match}'\n{more}"


def failure(text: str | bytes) -> str:
    with pytest.raises(FormatError) as caught:
        read(text if isinstance(text, bytes) else text.encode())
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"\xff", "not readable as TOML: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
        (b"a = ", "not readable as TOML: Invalid value (at end of document)"),
        (
            "surprise = 1",
            "signatures: unknown key `surprise` (known: address_keys, agent, automation, disclosure_keys, mark, review_block, stamps)",
        ),
        ("agent = 1", "signatures: `agent` must be a list"),
        ("agent = [1]", "agent 1 must be a table"),
        ("address_keys = [1]", "signatures, address_keys[0]: `address_keys` must be text"),
        ('[[agent]]\nname = "Mine"', "agent 1: `id` must be given and text"),
        ('[[agent]]\nid = ""\nname = "Mine"', "agent 1 (``): `id` must be one line of text"),
        ('[[agent]]\nid = "mine"\nname = "a\\nb"', "agent 1 (`mine`): `name` must be one line of text"),
        (f"{AGENT}login = []", "agent 1 (`mine`): unknown key `login`"),
        (f"{AGENT}requesters = ['{{x}}']", "agent 1 (`mine`), requesters: `{x}` is no known class"),
        (f"{AGENT}{AGENT}", "agent id `mine` stands twice"),
        (f"[[mark]]\n{ROW}", "mark 1 (`mine-x`): `kind` must be given and text"),
        (row("opener", ""), "mark 1 (`mine-x`): `match` must be one line of text"),
        (row("trace", "x"), "mark 1 (`mine-x`): `kind` is `trace`, none of opener, author, committer, trailer, body, branch"),
        (row("opener", "x", "note = ''"), "mark 1 (`mine-x`): unknown key `note`"),
        (row("opener", "x", "exports_trace = 1"), "mark 1 (`mine-x`): `exports_trace` must be true or false"),
        (f"{row('opener', 'x')}{row('opener', 'y')[len(AGENT) :]}", "row id `mine-x` stands twice"),
        (row("opener", "x").replace("agent = 'mine'", "agent = 'other'"), "row `mine-x`: there is no agent `other`"),
        (row("opener", "x", "key = 'K'"), "row `mine-x`, key: `key` is a trailer's, and this is of the kind `opener`"),
        (row("opener", "x y"), "row `mine-x`, match: `x y` is no login"),
        (row("author", "@mine.example"), "row `mine-x`, match: `@mine.example` is no whole address; domains are never matched"),
        (row("author", "mine@"), "row `mine-x`, match: `mine@` is no whole address"),
        (row("author", "{token}@mine.example"), "row `mine-x`, match: `{token}@mine.example` is no whole address"),
        (row("author", "Mine <a@b@mine.example>"), "row `mine-x`, match: `Mine <a@b@mine.example>` is no whole address"),
        (row("author", "Mine <mine@mine.example"), "row `mine-x`, match: `Mine <mine@mine.example` is no whole address"),
        (row("author", "Claude"), "row `mine-x`, match: `Claude` could be a person's name"),
        (row("author", "{name} Claude"), "row `mine-x`, match: `{name} Claude` could be a person's name"),
        (row("author", "Claude (tool)"), "row `mine-x`, match: `Claude (tool)` could be a person's name"),
        (row("committer", "{name} (tool)"), "row `mine-x`, match: `{name} (tool)` is no address; a committer's name marks nothing"),
        (row("trailer", "@mine.example"), "row `mine-x`, match: `@mine.example` is no whole address"),
        (row("trailer", "{rest}"), "row `mine-x`, match: `{rest}` names whatever a person writes there"),
        (row("trailer", "{rest}", "key = 'Co-authored-by'"), "row `mine-x`, match: `{rest}` names whatever a person writes there"),
        (row("branch", "mine"), "row `mine-x`, match: `mine` is how people name branches too"),
        (row("branch", "mine-{digit}"), "row `mine-x`, match: `{digit}` is no known class"),
        (row("branch", "/"), "row `mine-x`, match: `/` is how people name branches too"),
        (row("body", "{rest}"), "row `mine-x`, match: `{rest}` names whatever a person writes there"),
        (row("body", "Made {rest} here"), "row `mine-x`, match: `{rest}` must be the last thing"),
        (row("body", "Made {rest"), "row `mine-x`, match: `{rest` is no known class"),
        (
            f"{row('branch', 'mine/')}[[mark]]\n{ROW.replace('mine-x', 'mine-y')}kind = 'branch'\nmatch = 'mine/'",
            "row `mine-y`, match: `mine/` is a mark of `mine` already, by the row `mine-x`",
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


def test_the_file_that_is_shipped_is_read_once() -> None:
    assert shipped() is shipped()


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        (
            SignatureChanges(disable=("codex-branch", "codex-footer-tsk")),
            (("disable", 1), "there is no row `codex-footer-tsk`", "Did you mean `codex-footer-task`?"),
        ),
        (SignatureChanges(disable=("?",)), (("disable", 0), "there is no row `?`", "docs/agents.md lists them all.")),
        (
            SignatureChanges(add=(AddedMark("devn", SignKind.BRANCH, "devn/"),)),
            (
                ("add", 0, "agent"),
                "there is no agent `devn`",
                "Did you mean `devin`? For a new agent, say `name` in the first of its rows.",
            ),
        ),
        (
            SignatureChanges(add=(AddedMark("devin", SignKind.BRANCH, "dv/"), AddedMark("devin", SignKind.AUTHOR, "@devin.example"))),
            (
                ("add", 1, "match"),
                "`@devin.example` is no whole address; domains are never matched",
                "Write `helper@example.org` or `Helper <helper@example.org>`.",
            ),
        ),
        (
            SignatureChanges(add=(AddedMark("devin", SignKind.BRANCH, "dv/", key="K"),)),
            (("add", 0, "key"), "`key` is a trailer's, and this is of the kind `branch`", "Leave it out."),
        ),
        (
            SignatureChanges(add=(AddedMark("devin", SignKind.OPENER, "claude[bot]"),)),
            (
                ("add", 0, "match"),
                "`claude[bot]` is a mark of `claude-code` already, by the row `claude-code-account`",
                "Leave one of them out.",
            ),
        ),
        (
            SignatureChanges(add=(AddedMark("devin", SignKind.TRACE, "x"),)),
            (
                ("add", 0, "kind"),
                "a trace is no row: its format names the agent",
                "Take one of opener, author, committer, trailer, body, branch.",
            ),
        ),
    ],
)
def test_a_wrong_change_is_located_and_refused(changes: SignatureChanges, fault: tuple[object, str, str]) -> None:
    assert fault == fault_of(changes)
    with pytest.raises(PrgateError) as caught:
        changed(shipped(), changes)
    assert (fault[1], fault[2]) == (caught.value.message, caught.value.help)


def test_without_changes_nothing_is_wrong_and_nothing_is_made_anew() -> None:
    assert (None, shipped()) == (fault_of(SignatureChanges()), changed(shipped(), SignatureChanges()))


def test_changes_are_made_once() -> None:
    changes = SignatureChanges(disable=("codex-branch",))
    assert changed(shipped(), changes) is changed(shipped(), SignatureChanges(disable=("codex-branch",)))


def test_a_row_that_is_taken_out_matches_no_more_and_its_neighbours_do() -> None:
    known = changed(shipped(), SignatureChanges(disable=("claude-code-trailer",)))
    assert fault_of(SignatureChanges(disable=("claude-code-trailer",))) is None
    assert () == find_signs(facts=ABSENT, commits=(marked(),), traces=(), head_ref=None, signatures=known)
    authored = find_signs(facts=ABSENT, commits=(commit(author_email="noreply@anthropic.com"),), traces=(), head_ref=None, signatures=known)
    assert ["claude-code-author"] == [sign.row for sign in authored]


MINE = SignatureChanges(
    add=(
        AddedMark("mine", SignKind.OPENER, "mine[bot]", name="Mine", exports_trace=True),
        AddedMark("mine", SignKind.BRANCH, "mine/"),
        AddedMark("mine", SignKind.COMMITTER, "mine@example.org"),
        AddedMark("mine", SignKind.TRAILER, "{token}", key="Mine-Run"),
        AddedMark("mine", SignKind.TRAILER, "Mine {rest}"),
    )
)


def test_rows_that_a_policy_adds_are_matched_under_the_name_it_gives() -> None:
    known = changed(shipped(), MINE)
    rows = (
        mark_of_branch(known, "mine/x"),
        mark_of_committer(known, "", "mine@example.org"),
        mark_of_trailer(known, "Mine-Run: 4711"),
        mark_of_trailer(known, "Assisted-by: Mine 2.0"),
        mark_of_trailer(known, "Co-authored-by: M <7+mine[bot]@users.noreply.github.com>"),
    )
    assert ["policy-2", "policy-3", "policy-4", "policy-5", "policy-1"] == [mark and mark.id for mark in rows]
    assert ("mine", None, "Mine", "unknown") == (
        agent_of_login(known, "mine[bot]", None),
        agent_of_login(shipped(), "mine[bot]", None),
        known.name("mine"),
        known.name("unknown"),
    )


@pytest.mark.parametrize(("author", "asked"), [("mine[bot]", True), ("x", False)])
def test_each_row_says_for_itself_whether_a_trace_can_be_asked_for(author: str, asked: bool) -> None:
    known: Signatures = changed(shipped(), MINE)
    made = commit(author_name=author, author_email=f"7+{author}@users.noreply.github.com")
    signs = find_signs(facts=ABSENT, commits=(made,), traces=(), head_ref="mine/x", signatures=known)
    assert asked == any(known.exports_trace(sign) for sign in signs)


def test_a_row_taken_out_makes_room_for_one_of_the_policy() -> None:
    freed = SignatureChanges(disable=("codex-branch",), add=(AddedMark("devin", SignKind.BRANCH, "codex/"),))
    mark = mark_of_branch(changed(shipped(), freed), "codex/x")
    assert "devin" == (mark and mark.agent)
