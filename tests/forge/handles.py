"""What a test holds in its hand of a pull request and of a queue's entry."""

from __future__ import annotations

from dataclasses import dataclass

from tests.forge.world import Hosted, PullState


@dataclass(frozen=True, slots=True)
class Pull:
    """One pull request; what it says of commits is what git says now."""

    repository: Hosted
    number: int

    @property
    def state(self) -> PullState:
        return self.repository.pulls[self.number]

    @property
    def head_sha(self) -> str:
        return self.state.head_sha

    @property
    def base_sha(self) -> str:
        return self.state.base_sha


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue that is no pull request."""

    repository: Hosted
    number: int


@dataclass(frozen=True, slots=True)
class Queue:
    """One entry of a merge queue: the commit that would become the base, and the branch on which it waits."""

    repository: Hosted
    base_ref: str
    base_sha: str
    head_ref: str
    head_sha: str
