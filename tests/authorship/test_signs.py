from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.authorship.signature_file import changed, shipped
from prgate.authorship.signatures import is_stamp
from prgate.authorship.signs import LONGEST_QUOTE, find_signs, quote
from prgate.model.authorship import Sign, SignKind
from prgate.model.facts import Permission, Person, PersonType
from prgate.model.grade import Grade
from prgate.model.policy import AddedMark, SignatureChanges
from tests.authorship.material import ABSENT, CLAUDE, agents, commit, facts, head, linked, marked, signs, trace
from tests.hang import no_hang

FOOTER = "🤖 Generated with [Claude Code](https://claude.ai/code)"
NOREPLY = "@users.noreply.github.com"


@pytest.mark.parametrize(
    "message",
    [
        CLAUDE,  # a subject is no trailer
        f"Explain trailers\n\n    {CLAUDE}",
        f"Explain trailers\n\n```\n{CLAUDE}\n```\n",
        f"Explain trailers\n\n> {CLAUDE}",
        f"Explain trailers\n\nWrite `{CLAUDE}` at the end.",
        "Use the Codex agent\n\nCursor and Devin asked for it.",
        "fix(llm): name the model",
        "Take a suggestion\n\nCo-authored-by: Copilot <175728472+Copilot@users.noreply.github.com>",
        "By hand\n\nCo-authored-by: Copilot <copilot@github.com>",
    ],
)
def test_a_message_that_talks_about_agents_bears_no_mark(message: str) -> None:
    assert signs(commit(message=message)) == ()


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("github-actions[bot]", f"41898282+github-actions[bot]{NOREPLY}"),
        ("renovate[bot]", f"29139614+renovate[bot]{NOREPLY}"),
        ("Mend Renovate", "bot@renovateapp.com"),
        ("Codecov Releaser", "release@example.org"),
        ("pre-commit-ci[bot]", "ci@example.org"),
    ],
)
def test_automation_that_carries_co_authors_along_bears_no_mark(name: str, email: str) -> None:
    assert signs(commit(message=f"Release 2\n\n{CLAUDE}\n", author_name=name, author_email=email)) == ()


def test_what_the_forge_calls_a_bot_and_is_no_agent_bears_no_mark() -> None:
    told = facts(commits=(linked("c1", "acme-release"),), people={"acme-release": Person(Permission.WRITE, PersonType.BOT)})
    assert signs(marked("c1"), facts=told) == ()


def test_a_committer_named_aider_is_no_mark_but_an_author_is() -> None:
    told = signs(commit("c1", committer_name="Dana (aider)"), commit("c2", author_name="Dana (aider)"))
    assert told == (Sign("aider", SignKind.AUTHOR, Grade.CLAIMED, "commits", "Author: Dana (aider)", "c2"),)


def test_a_person_behind_the_login_of_an_agents_name_is_none() -> None:
    told = facts("claude", PersonType.USER, commits=(linked("c1", "devin"), linked("c2", None)))
    assert signs(commit("c1"), commit("c2"), facts=told) == ()


@pytest.mark.parametrize("ref", ["cursor-shape", "devin/search-box", "feature/codex/x", "HEAD", "1" * 40, "deadbeef", "main", ""])
def test_a_branch_that_people_could_name_is_no_mark(ref: str) -> None:
    assert signs(facts=facts(head=head(ref)), head_ref=ref) == ()


def test_a_link_of_a_commit_outside_the_range_is_of_another_change() -> None:
    told = facts(commits=(linked("gone", "devin-ai-integration[bot]"),))
    assert signs(commit("c1"), facts=told) == ()
    assert [sign.commit for sign in find_signs(facts=told, commits=ABSENT, traces=(), head_ref=None)] == ["gone"]


def test_review_tools_and_templates_in_a_description_are_not_its_own() -> None:
    body = "\n".join(
        [
            "<!-- This is an auto-generated comment: release notes by coderabbit.ai -->",
            FOOTER,
            "<!-- end of auto-generated comment: release notes by coderabbit.ai -->",
            "<!--",
            CLAUDE,
            "-->",
            f"> {FOOTER}",
            "```",
            FOOTER,
            "```",
            "<!-- CURSOR_SUMMARY -->",
            "https://app.devin.ai/sessions/0a1b2c",
            "<!-- /CURSOR_SUMMARY -->",
        ]
    )
    assert signs(facts=facts(body=body)) == ()


def test_each_kind_of_mark_has_its_grade_its_evidence_and_a_quote_without_addresses() -> None:
    told = facts(
        "devin-ai-integration[bot]",
        PersonType.BOT,
        body=f"What it does\n\n{FOOTER}\r\n",
        head=head("codex/retry"),
        commits=(linked("c1", "devin-ai-integration[bot]"),),
    )
    found = signs(
        commit("c1", author_name="Devin AI", author_email=f"158243242+devin-ai-integration[bot]{NOREPLY}"),
        commit("c2", f"Squash\n\n* one\n\n{CLAUDE}\n\n* two\n\nmore\n", committer_name="Claude", committer_email="noreply@anthropic.com"),
        facts=told,
        traces=(trace(agent="aider"), trace(agent="claude-code")),
        head_ref="origin/copilot/x",
    )
    assert found == (
        Sign("aider", SignKind.TRACE, Grade.CLAIMED, "trace:1", "claude-transcript: session.jsonl"),
        Sign("claude-code", SignKind.COMMITTER, Grade.CLAIMED, "commits", "Committer: Claude", "c2"),
        Sign("claude-code", SignKind.TRAILER, Grade.CLAIMED, "commits", "Co-authored-by: Claude", "c2"),
        Sign("claude-code", SignKind.BODY, Grade.CLAIMED, "facts", FOOTER),
        Sign("claude-code", SignKind.TRACE, Grade.CLAIMED, "trace:2", "claude-transcript: session.jsonl"),
        Sign("codex", SignKind.BRANCH, Grade.CLAIMED, "facts", "codex/retry"),
        Sign("copilot-coding-agent", SignKind.BRANCH, Grade.CLAIMED, "ref", "copilot/x"),
        Sign("devin", SignKind.OPENER, Grade.OBSERVED, "facts", "devin-ai-integration[bot]"),
        Sign("devin", SignKind.AUTHOR, Grade.OBSERVED, "facts", "devin-ai-integration[bot]", "c1"),
        Sign("devin", SignKind.AUTHOR, Grade.CLAIMED, "commits", "Author: Devin AI", "c1"),
    )


def test_the_login_text_decides_where_an_agent_signs_with_another_bots_number() -> None:
    author: dict[str, Any] = {"author_name": "claude[bot]", "author_email": f"41898282+claude[bot]{NOREPLY}"}
    assert agents(commit("c1", **author)) == {"claude-code"}


@pytest.mark.parametrize(
    ("number", "agent"), [("198982749", {"copilot-coding-agent"}), ("223556219", {"copilot-cli"}), ("175728472", set())]
)
def test_the_three_numbers_of_copilot_mean_three_things(number: str, agent: set[str]) -> None:
    assert agents(commit(message=f"A subject\n\nCo-authored-by: Copilot <{number}+Copilot{NOREPLY}>")) == agent


@pytest.mark.parametrize("address", sorted(shipped().stamps))
def test_a_tool_that_signs_what_people_wrote_or_took_from_a_review_makes_no_agent(address: str) -> None:
    assert signs(commit(message=f"Take a suggestion\n\nCo-authored-by: Copilot <{address}>")) == ()


def test_what_a_tool_signs_under_another_key_is_no_stamp() -> None:
    lines = (f"{key}: Copilot <copilot@github.com>" for key in ("Co-authored-by", "Reviewed-by"))
    assert [is_stamp(shipped(), line) for line in lines] == [True, False]


@pytest.mark.parametrize("name", ["Devin", "Claude Dupont", "Jules", "Cline", "Ai", "Goose", "Bolt", "Amp", "Dana Claude Doe", "mayor"])
def test_people_named_as_agents_are_people(name: str) -> None:
    person: dict[str, Any] = {
        "author_name": name,
        "author_email": "someone@example.org",
        "committer_name": name,
        "committer_email": "someone@example.org",
    }
    told = facts(name.split(maxsplit=1)[0].casefold(), body=f"By {name}.\n\nCo-authored-by: {name} <someone@example.org>")
    assert signs(commit(message=f"A subject\n\nSigned-off-by: {name} <someone@example.org>", **person), facts=told) == ()


@pytest.mark.parametrize("host", ["anthropic.com", "openai.com", "aider.chat", "factory.ai", "google.com", "cursor.com", "github.com"])
def test_the_staff_of_a_vendor_are_people(host: str) -> None:
    person: dict[str, Any] = {"author_email": f"invented.person@{host}", "committer_email": f"invented.person@{host}"}
    assert signs(commit(message=f"A subject\n\nCo-authored-by: Sam Staff <invented.person@{host}>", **person)) == ()


def test_what_a_tool_stamps_is_a_trailer_of_a_person_s_commit_never_its_author() -> None:
    found = signs(commit(message=f"A subject\n\nCo-authored-by: Copilot <223556219+Copilot{NOREPLY}>"))
    assert [(sign.agent, sign.kind) for sign in found] == [("copilot-cli", SignKind.TRAILER)]


def test_an_agent_that_works_from_a_person_s_own_account_is_known_by_what_it_writes() -> None:
    footer = "PR created automatically by Jules for task [4711](https://jules.google.com/task/4711) started by @dana"
    persona = commit("c1", author_name="acme/crew/sam")
    found = signs(persona, facts=facts("dana", body=f"What it does.\n\n---\n*{footer}*\n"))
    assert [(sign.agent, sign.kind) for sign in found] == [("gas-town", SignKind.AUTHOR), ("jules", SignKind.BODY)]


def test_a_change_that_only_its_branch_betrays_is_known_by_it() -> None:
    found = signs(commit("c1"), facts=facts("dana", body="## Summary\n- adds it\n", head=head("codex/add-it")))
    assert [(sign.agent, sign.kind, sign.row) for sign in found] == [("codex", SignKind.BRANCH, "codex-branch")]


def test_a_squash_keeps_the_marks_of_every_commit_in_it() -> None:
    message = (
        f"Add it (#7)\n\n* one\n\n{CLAUDE}\n\n* two\n  Made-with: Cursor\n* three\n\n"
        f"Co-authored-by: Codex\n <noreply@openai.com>\n\n---------\n\nCo-authored-by: Dana Doe <dana@example.org>\n"
    )
    assert {sign.row for sign in signs(commit(message=message))} == {"claude-code-trailer", "cursor-made-with", "codex-trailer"}


def test_labels_are_no_marks() -> None:
    assert signs(commit("c1"), facts=facts("dana", labels=("codex", "ai-generated", "amp"))) == ()


def test_what_an_agent_says_of_itself_is_claimed_and_what_the_forge_knows_is_observed() -> None:
    told = facts("claude[bot]", body=FOOTER, head=head("claude/x"), commits=(linked("c1", "claude[bot]"),))
    found = signs(marked("c1"), commit("c2", author_email="noreply@anthropic.com", committer_email="noreply@anthropic.com"), facts=told)
    observed = {(sign.kind, sign.evidence) for sign in found if sign.grade is Grade.OBSERVED}
    assert ({(SignKind.OPENER, "facts"), (SignKind.AUTHOR, "facts")}, 7) == (observed, len(found))


def test_an_agent_that_the_forge_links_keeps_the_marks_of_its_message() -> None:
    told = facts(commits=(linked("c1", "devin-ai-integration[bot]"),))
    found = signs(commit("c1", f"A subject\n\n{CLAUDE}", author_name="x[bot]", author_email="x@example.org"), facts=told)
    assert [(sign.agent, sign.kind) for sign in found] == [("claude-code", SignKind.TRAILER), ("devin", SignKind.AUTHOR)]


def test_many_marks_of_one_kind_on_one_commit_are_one_sign_and_one_for_each_key_of_a_trailer() -> None:
    lines = (f"{CLAUDE}\nSigned-off-by: Claude <noreply@anthropic.com>\n{FOOTER} ({number}% mine)\n" for number in range(1000))
    found = signs(commit(message="A subject\n\n" + "".join(lines)))
    assert ["claude-code-trailer", "claude-code-trailer", "claude-code-footer-ai-share"] == [sign.row for sign in found]


def test_the_opener_reads_alike_in_each_of_the_forges_forms() -> None:
    forms = [("Copilot", None), ("copilot-swe-agent[bot]", None), ("copilot-swe-agent", PersonType.BOT)]
    assert [agents(facts=facts(login, kind)) for login, kind in forms] == [{"copilot-coding-agent"}] * 3


@pytest.mark.parametrize("ref", ["codex/x", "refs/heads/codex/x", "origin/codex/x", "refs/remotes/origin/codex/x"])
def test_a_branch_is_known_in_each_form_that_git_writes(ref: str) -> None:
    assert [sign.quote for sign in signs(head_ref=ref)] == ["codex/x"]


def test_other_signatures_can_take_the_place_of_the_shipped_ones() -> None:
    changes = SignatureChanges(
        tuple(mark.id for mark in shipped().marks if mark.agent == "claude-code"),
        (AddedMark("mine", SignKind.BRANCH, "mine/", name="Mine"),),
    )
    found = find_signs(facts=ABSENT, commits=(marked(),), traces=(), head_ref="mine/x", signatures=changed(shipped(), changes))
    assert [sign.agent for sign in found] == ["mine"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Author: Claude <noreply@anthropic.com>", "Author: Claude"),
        ("Author: dana@example.org", "Author:"),
        ("a\nb\u202ec\x1b[0m\u200b\ud800", "a b c [0m"),
        ("x" * 500, "x" * (LONGEST_QUOTE - 1) + "…"),
        ("started by @dana", "started by @dana"),
    ],
)
def test_a_quote_is_one_short_printable_line_without_addresses(text: str, expected: str) -> None:
    assert quote(text) == expected


@settings(deadline=None, max_examples=100)
@given(st.text(), st.text(), st.text())
def test_no_text_breaks_the_search_and_no_quote_breaks_its_form(message: str, name: str, body: str) -> None:
    found = signs(
        commit(message=f"{message}\n{CLAUDE}", author_name=f"{name} (aider)", author_email=name),
        facts=facts(name, body=f"{body}\n{FOOTER}", head=head(f"codex/{name}")),
    )
    assert [sign for sign in found if not sign.quote.isprintable() or len(sign.quote) > LONGEST_QUOTE or "@anthropic" in sign.quote] == []


@settings(deadline=None, max_examples=30)
@given(st.permutations([marked("c1"), commit("c2"), commit("c3", author_name="Dana (aider)")]))
def test_the_order_of_commits_changes_the_order_of_signs_only(commits: list[object]) -> None:
    assert {sign.commit for sign in signs(*commits)} == {"c1", "c3"}  # type: ignore[arg-type]  # permutations of commits


def test_a_hundred_thousand_commits_do_not_hang_the_search() -> None:
    plain = commit(message=f"A subject\n\n{CLAUDE}")
    commits = tuple(replace(plain, sha=str(number)) for number in range(100_000))
    with no_hang():
        found = signs(*commits)
    assert len(found) == 100_000
