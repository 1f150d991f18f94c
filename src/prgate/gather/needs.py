"""What the rules that are on ask for, together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from prgate.model.diff import FileChange, Side
from prgate.model.policy import Mode, Policy
from prgate.model.rule import Fact, Files, Needs, Rule


@dataclass(frozen=True, slots=True)
class Wanted:
    """The union of several rules' needs."""

    facts: frozenset[Fact]
    lines: tuple[Files, ...]
    contents: tuple[Files, ...]

    def wants_lines(self, change: FileChange) -> bool:
        """Whether any rule asked for the changed lines of this file."""
        return any(change.file_class in files.classes for files in self.lines)

    def wants_content(self, change: FileChange, side: Side) -> bool:
        """Whether any rule asked for the whole file on this side."""
        return any(change.file_class in files.classes and side in files.sides for files in self.contents)


def wanted(policy: Policy, rules: Sequence[Rule]) -> Wanted:
    """The union of needs over the rules that the policy has on."""
    by_id = {rule.id: rule for rule in rules}
    return _union(by_id[setting.rule].needs(setting.params) for setting in policy.settings if setting.mode is not Mode.OFF)


def _union(needs: Iterable[Needs]) -> Wanted:
    every = tuple(needs)
    return Wanted(
        facts=frozenset(fact for need in every for fact in need.facts),
        lines=tuple(need.lines for need in every if need.lines is not None),
        contents=tuple(need.contents for need in every if need.contents is not None),
    )
