"""How far a statement can be trusted."""

from __future__ import annotations

from enum import StrEnum


class Grade(StrEnum):
    """The grade of a statement, not of the file that carries it; see the grades table of the documentation."""

    OBSERVED = "observed"
    VERIFIED = "verified"
    SIGNED = "signed"
    CLAIMED = "claimed"

    @property
    def rank(self) -> int:
        """0 for the weakest (``claimed``) to 3 for the strongest (``observed``)."""
        return (Grade.CLAIMED, Grade.SIGNED, Grade.VERIFIED, Grade.OBSERVED).index(self)
