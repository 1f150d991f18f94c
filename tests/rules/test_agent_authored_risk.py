"""Who may clear a high-risk line, what they have to name, and what is said where nobody can tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from prgate.model.authorship import Authorship, FileOrigins, Origin, Span
from prgate.model.diff import Diff, Side
from prgate.model.evidence import Evidence
from prgate.model.facts import Account, Facts, LinkedCommit, Permission, Person, PersonType, Review, ReviewState
from prgate.model.finding import Finding
from prgate.model.grade import Grade
from prgate.model.heard import Heard, Verb
from prgate.model.missing import Missing, UnknownError, Why
from prgate.model.paths import FileClass
from prgate.model.policy import Domain, Proof
from prgate.model.rule import Fact
from prgate.model.verdict import ReportedFinding
from prgate.rules.agent_authored_risk import RULE, Params
from tests.hearing.spoken import FACTS
from tests.rules.traced import SUBJECT, beside_an_unread_one, evidence, file, judged

HEAD = SUBJECT.head.sha or ""
DECLARED = evidence(file(added=9), traces=(), declared={b"src/pay.py": ((1, 9),)})
LONG = Missing(Why.OVER_LIMIT, "a line is too long", "Read it.")


def approval(login: str, body: str = "") -> Review:
    return Review(login, ReviewState.APPROVED, HEAD, "2026-03-01T10:00:00Z", body)


def facts(*reviews: Review, teams: Mapping[str, tuple[str, ...]] | None = None, **fields: Any) -> Facts:
    """What the forge tells of dana's change; everybody named may write."""
    people = {name: Person(Permission.WRITE, PersonType.USER, (teams or {}).get(name, ())) for name in ("dana", "riley-k", "bo")}
    people["helper-bot"] = Person(Permission.WRITE, PersonType.BOT)
    commits = (LinkedCommit(HEAD, "Dana", "helper-bot", verified=False),)
    return replace(FACTS, **{"commits": commits, "reviews": reviews, "people": people, **fields})


def agents(*reviews: Review, owners: Mapping[bytes, tuple[str, ...]] | Missing | None = None, **fields: Any) -> Evidence:
    """Nine lines of payments by an agent."""
    spans = (Span(1, 9, Origin.AGENT, Grade.CLAIMED, None, "commits"),)
    made = evidence(file(added=9), traces=(), facts=facts(*reviews), owners=owners or {})
    return replace(made, authorship=Authorship((), None, None, {b"src/pay.py": FileOrigins(spans, Origin.AGENT)}, {}), **fields)


def only(given: Evidence, **params: Any) -> Finding:
    (finding,), _ = judged(RULE, given, **params)
    return finding


def said(
    given: Evidence, login: str, text: str = "read", at: tuple[int, int] = (1, 9), path: str = "src/pay.py", **params: Any
) -> str | None:
    """Why this attestation does not count."""
    finding = ReportedFinding("", "", path, Side.HEAD, at[0], at[1], None, certain=True, fingerprint="0" * 16)
    assert RULE.attest is not None
    return RULE.attest(given, Params(**params), finding, Heard(Verb.ATTEST, login, "2026-03-01T10:00:00Z", "1", text, "comment:1", HEAD))


def proving(form: str = r"\bITGC-\d+") -> dict[str, Domain]:
    return {"payments": Domain(("pay*",), proof=Proof("a control id", form))}


OWNED = {b"src/pay.py": ("@Riley-K", "@acme/money")}


def test_lines_that_a_person_declares_are_clear() -> None:
    assert [] == judged(RULE, DECLARED, accept=("declared-human",))[0]


def test_beside_a_trace_that_could_not_be_read_they_may_be_an_agents() -> None:
    with pytest.raises(UnknownError, match="damaged"):
        judged(RULE, beside_an_unread_one(DECLARED), accept=("declared-human",))


def test_an_approval_of_such_lines_ends_the_doubt() -> None:
    given = replace(beside_an_unread_one(DECLARED), facts=facts(approval("riley-k")))
    assert ([], "1 changed file in high-risk domains, vouched for by `riley-k`") == judged(RULE, given)


def test_nobody_is_said_to_have_attested_nothing_where_the_comments_are_missing() -> None:
    with pytest.raises(UnknownError, match="no comments"):
        judged(RULE, agents(heard=Missing(Why.FORBIDDEN, "no comments", "Let it read them.")))


def test_where_nobody_s_word_counts_the_comments_do_not_matter() -> None:
    given = agents(heard=Missing(Why.FORBIDDEN, "no comments", "Let it read them."), facts=LONG)
    finding = only(given, accept=())
    assert "Have a person write it, or leave it out: the policy takes nobody's word for such lines." == finding.fix
    assert "the policy takes nobody's word for such lines" == said(given, "riley-k", accept=("declared-human",))


def test_a_file_whose_lines_could_not_be_read_may_hold_a_mark() -> None:
    unread = file(added=9, hunks=LONG, domains=())
    given = evidence(unread, traces=(), facts=facts(), domains={"crypto": Domain((), ("hmac",))})
    with pytest.raises(UnknownError, match="too long"):
        judged(RULE, given)
    assert ([], "0 changed files in high-risk domains, vouched for by `bo`") == judged(RULE, replace(given, facts=facts(approval("bo"))))


@pytest.mark.parametrize("fields", [{"file_class": FileClass.DOCS}, {"file_class": FileClass.GENERATED}])
def test_a_file_that_is_not_read_for_marks_holds_none(fields: dict[str, Any]) -> None:
    given = evidence(file(added=9, hunks=LONG, domains=(), **fields), traces=(), domains={"crypto": Domain((), ("hmac",))})
    assert ([], "no changed file is in a high-risk domain") == judged(RULE, given)


def test_without_marks_lines_that_could_not_be_read_do_not_matter() -> None:
    given = evidence(file(added=9, hunks=LONG, domains=()), traces=(), domains={"crypto": Domain(("crypto/",))})
    assert [] == judged(RULE, given)[0]


def test_a_file_of_a_domain_whose_lines_could_not_be_read_is_told_without_a_quote() -> None:
    given = agents(diff=Diff((file(added=9, hunks=LONG),)))
    assert (1, 9, None) == (only(given).line, only(given).end_line, only(given).quote)


def test_the_cure_says_whose_word_does_not_count() -> None:
    cure = "Somebody with write access who took no part in the change (not `Dana`) reads it and approves this head."
    assert cure == only(agents()).fix


def test_the_cure_leaves_out_who_are_too_many_or_machines() -> None:
    crowd = tuple(LinkedCommit(HEAD, f"dev-{number}", None, verified=False) for number in range(9))
    plain = "Somebody with write access who took no part in the change reads it and approves this head."
    assert plain == only(agents(facts=facts(commits=crowd))).fix
    bot = Account("agent-app", PersonType.BOT)
    assert plain == only(agents(facts=facts(author=bot, commits=()))).fix
    assert plain.replace("change", "change (not `bo`)") == only(agents(facts=facts(author=bot, commits=(), operator="bo"))).fix


def test_the_cure_does_not_name_the_forge_s_own_committer() -> None:
    commits = (LinkedCommit(HEAD, "Dana", "Web-Flow", verified=True),)
    assert "(not `Dana`)" in only(agents(facts=facts(commits=commits))).fix


def test_the_cure_knows_only_what_the_forge_tells() -> None:
    assert "(not `dana`)" in only(agents(facts=facts(commits=LONG, people=LONG)), accept=("attested",)).fix


def test_an_approval_that_names_no_proof_vouches_for_nothing() -> None:
    given = agents(approval("riley-k", "fine"), approval("bo"), domains=proving())
    assert "Agent-written payments, and no approval names a control id" == only(given).message
    assert only(given).fix.endswith("reads it and approves this head, naming a control id.")
    named = replace(given, facts=facts(approval("riley-k", "ITGC-7 holds")))
    assert [] == judged(RULE, named)[0]


@pytest.mark.parametrize("edited", [True, None])
def test_words_of_an_approval_that_somebody_edited_name_no_proof(edited: bool | None) -> None:
    words = replace(approval("riley-k", "ITGC-7 holds"), edited=edited)
    assert "Agent-written payments, and no approval names a control id" == only(agents(words, domains=proving())).message
    assert [] == judged(RULE, agents(words))[0]


def test_an_attestation_that_names_no_proof_vouches_for_nothing() -> None:
    given = agents(domains=proving())
    assert "it does not name a control id" == said(given, "bo")
    assert said(given, "bo", "read; ITGC-7") is None


def test_an_attestation_of_lines_where_nothing_is_high_risk_counts_for_nothing() -> None:
    assert "no high-risk line stands there" == said(agents(), "bo", at=(2, 3))
    assert "no high-risk line stands there" == said(agents(), "bo", path="src/other.py")


def test_a_path_that_is_no_text_is_known_by_its_bytes() -> None:
    odd = agents(diff=Diff((file(b"src/\xff.py", added=9),)))
    origins = {b"src/\xff.py": FileOrigins((Span(1, 9, Origin.AGENT, Grade.CLAIMED, None, "commits"),), Origin.AGENT)}
    given = replace(odd, authorship=Authorship((), None, None, origins, {}))
    finding = ReportedFinding("", "", "src/\\xff.py", Side.HEAD, 1, 9, None, certain=True, fingerprint="0" * 16, path_bytes="c3JjL/8ucHk=")
    assert RULE.attest is not None
    assert RULE.attest(given, Params(), finding, Heard(Verb.ATTEST, "bo", "2026-03-01T10:00:00Z", "1", "read", "comment:1", HEAD)) is None


def test_whoever_owns_nothing_vouches_for_nothing_where_owners_are_asked_for() -> None:
    given = agents(approval("bo"), owners={b"src/pay.py": ("@riley-k",)})
    assert "Agent-written payments, and no code owner vouches for it" == only(given, by="code-owner").message
    assert "`bo` is not known to be a code owner of `src/pay.py`" == said(given, "bo", by="code-owner")
    cure = "A code owner (`@riley-k`) who took no part in the change (not `Dana`) reads it and approves this head."
    assert cure == only(given, by="code-owner").fix


def test_an_owner_vouches_whatever_the_case_of_the_login() -> None:
    given = agents(approval("riley-k"), owners=OWNED)
    assert [] == judged(RULE, given, by="code-owner")[0]
    assert said(given, "RILEY-K", by="code-owner") is None


def test_a_look_alike_of_an_owner_is_somebody_else() -> None:
    kelvin = "riley-\N{KELVIN SIGN}"
    assert said(agents(owners={b"src/pay.py": ("@riley-k",)}), kelvin, by="code-owner") is not None


def test_a_team_counts_for_those_who_are_told_to_be_in_it() -> None:
    known = facts(approval("bo"), teams={"bo": ("Acme/Money",)})
    assert [] == judged(RULE, agents(owners=OWNED, facts=known), by="code-owner")[0]


def test_where_nobody_tells_who_is_in_a_team_it_is_said() -> None:
    given = agents(approval("bo"), owners=OWNED)
    assert only(given, by="code-owner").message == (
        "Agent-written payments, and no code owner is known to vouch for it: `bo` approved, and who is in `@acme/money` is not told"
    )
    told = "`bo` is not known to be a code owner of `src/pay.py`: who is in `@acme/money` is not told"
    assert told == said(given, "bo", by="code-owner")


def test_an_owner_s_approval_that_names_no_proof_is_told_apart_from_none() -> None:
    given = agents(approval("riley-k"), owners={b"src/pay.py": ("@riley-k",)}, domains=proving())
    assert "Agent-written payments, and no code owner's approval names a control id" == only(given, by="code-owner").message


@pytest.mark.parametrize(
    ("owners", "message", "cure"),
    [
        (
            (),
            "it has no code owner who could vouch for it",
            "Name a code owner of it, by login or team, in CODEOWNERS on the base branch. Such an owner",
        ),
        (
            ("@dana",),
            "no code owner vouches for it",
            "Name another code owner of it, by login or team, in CODEOWNERS on the base branch. Such an owner",
        ),
        (
            ("d@example.com",),
            "no code owner vouches for it",
            "Name a code owner of it, by login or team, in CODEOWNERS on the base branch. Such an owner",
        ),
        (
            tuple(f"@dev-{number}" for number in range(5)),
            "no code owner vouches for it",
            "A code owner (`@dev-0`, `@dev-1`, `@dev-2` and 2 more)",
        ),
    ],
)
def test_the_cure_says_which_owners_can_vouch(owners: tuple[str, ...], message: str, cure: str) -> None:
    finding = only(agents(owners={b"src/pay.py": owners}), by="code-owner")
    assert f"Agent-written payments, and {message}" == finding.message
    assert f"{cure} who took no part in the change (not `Dana`) reads it and approves this head." == finding.fix


def test_where_owners_are_missing_nobody_knows() -> None:
    with pytest.raises(UnknownError, match="too long"):
        judged(RULE, agents(owners=LONG), by="code-owner")
    with pytest.raises(UnknownError, match="too long"):
        said(agents(owners=LONG), "bo", by="code-owner")


def test_a_rule_that_takes_nobody_s_word_asks_for_nobody_s() -> None:
    assert {Fact.AUTHORSHIP, Fact.COMMITS, Fact.PR} == RULE.needs(Params(accept=())).facts
    assert {Fact.REVIEWS, Fact.COMMENTS} < RULE.needs(Params()).facts
    assert Fact.CODE_OWNERS in RULE.needs(Params(by="code-owner")).facts


@pytest.mark.parametrize(("accept", "good"), [(("vouched",), True), (("attested",), True), (("declared-human",), False), ((), False)])
def test_an_attestation_is_offered_only_where_the_policy_takes_somebodys_word(accept: tuple[str, ...], *, good: bool) -> None:
    assert RULE.answerable is not None
    assert good is RULE.answerable(agents(), RULE.params(accept=accept))


@pytest.mark.parametrize(
    ("fields", "risky"),
    [
        ({}, True),
        ({"new_path": b"tests/pay.json"}, False),
        ({"new_path": b"tests/pay", "modes": (0, 0o100755)}, True),
        ({"new_path": b"tests/pay", "modes": (0, 0o160000)}, True),
        ({"old_path": b"tests/pay.py"}, False),
        ({"file_class": FileClass.DOCS}, False),
    ],
)
def test_a_new_program_is_no_test_yet(fields: dict[str, Any], *, risky: bool) -> None:
    made = file(b"tests/pay.py", old_path=None, modes=(0, 0o100644), file_class=FileClass.TEST)
    spans = (Span(1, 40, Origin.AGENT, Grade.CLAIMED, None, "commits"),)
    change = replace(made, **fields)
    given = replace(
        agents(), diff=Diff((change,)), authorship=Authorship((), None, None, {change.path: FileOrigins(spans, Origin.AGENT)}, {})
    )
    assert risky is bool(judged(RULE, given)[0])
