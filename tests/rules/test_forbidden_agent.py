"""What an agent's change in a closed path is, beside what a person declares."""

from __future__ import annotations

import pytest

from prgate.model.authorship import Agent, Authorship, FileOrigins, Origin, Sign, SignKind, Span
from prgate.model.diff import Side, Status
from prgate.model.grade import Grade
from prgate.rules.forbidden_agent import RULE
from tests.rules.traced import evidence, file, judged

SIGN = Sign("codex", SignKind.BRANCH, Grade.CLAIMED, "facts", "codex/cap")
CODEX = Agent("codex", "Codex", Grade.CLAIMED, exports_trace=True, signs=(SIGN,))


def span(start: int, end: int, origin: Origin) -> Span:
    return Span(start, end, origin, Grade.CLAIMED, None, "commits")


def found(
    origins: FileOrigins, *, agents: tuple[Agent, ...] = (CODEX,), **change: object
) -> list[tuple[str, Side, int | None, int | None]]:
    """The findings in a closed path."""
    changed = file(b"core/cap.py", **change)  # type: ignore[arg-type]
    authorship = Authorship(agents, None, None, {b"core/cap.py": origins}, {})
    given = evidence(changed, traces=(), authorship=authorship)
    return [(one.message.partition(",")[0], one.side, one.line, one.end_line) for one in judged(RULE, given, paths=("core/",))[0]]


HERE = " in a path that is closed to agents"
UNKNOWN = "A change of nobody known"


def test_without_evidence_of_an_agent_nothing_is_closed() -> None:
    assert [] == found(FileOrigins((span(1, 2, Origin.UNDECLARED),), Origin.UNDECLARED), agents=())


def test_a_person_s_lines_are_left_out_and_every_other_run_is_one_finding() -> None:
    spans = (span(1, 2, Origin.DECLARED_HUMAN), span(3, 4, Origin.AGENT), span(5, 5, Origin.DECLARED_HUMAN), span(6, 9, Origin.UNDECLARED))
    expected = [("An agent's change" + HERE, Side.HEAD, 3, 4), (UNKNOWN, Side.HEAD, 6, 9)]
    assert expected == found(FileOrigins(spans, Origin.DECLARED_HUMAN))


def test_what_an_agent_takes_out_of_a_file_counts_beside_lines_of_a_person() -> None:
    origins = FileOrigins((span(1, 2, Origin.DECLARED_HUMAN),), Origin.AGENT)
    assert [("An agent's change" + HERE, Side.HEAD, None, None)] == found(origins)


@pytest.mark.parametrize(
    ("whole", "expected"),
    [
        (Origin.DECLARED_HUMAN, []),
        (Origin.AGENT, [("An agent's change" + HERE, Side.BASE, None, None)]),
        (Origin.UNDECLARED, [(UNKNOWN, Side.BASE, None, None)]),
    ],
)
def test_a_deleted_file_is_whose_its_deletion_is(whole: Origin, expected: list[object]) -> None:
    assert expected == found(FileOrigins((), whole), added=0, new_path=None, status=Status.DELETED)


def test_lines_are_asked_for_where_paths_are_closed_and_labels_where_some_are() -> None:
    assert (RULE.needs(RULE.params()).lines, RULE.needs(RULE.params(paths=("a",))).lines is None) == (None, False)
    assert RULE.needs(RULE.params(labels=("a",))).facts > RULE.needs(RULE.params()).facts


def test_the_cure_for_an_agent_that_is_not_allowed_has_the_id_to_allow() -> None:
    given = evidence(traces=(), authorship=Authorship((CODEX,), None, None, {}, {}))
    ((finding,), *_) = judged(RULE, given, allowed=("codx",))
    assert "Do it without that agent, or ask whoever keeps the policy to allow `codex`." == finding.fix
