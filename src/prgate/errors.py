"""Errors that a user can mend, each saying what, where and how."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class PrgateError(Exception):
    """A usage or configuration error: the command ends with exit code 2 and a verdict is not reached.

    ``message`` says what is wrong, ``where`` names the place (``file:line:column``, an option, a ref), ``help`` says how to mend it.
    """

    message: str
    where: str = ""
    help: str = ""

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        cure = f"\n  {self.help}" if self.help else ""
        return f"{place}{self.message}{cure}"


@dataclass(slots=True)
class FormatError(Exception):
    """Bytes that are not what a reader takes; ``line`` and ``column`` count from 1, 0 where unknown.

    ``over_limit`` tells a refused size, depth or count from damage. Whoever asked for the bytes decides what it means: a policy that
    cannot be read is a usage error, any other input becomes ``Missing``.
    """

    message: str
    line: int = 0
    column: int = 0
    over_limit: bool = False

    def __str__(self) -> str:
        if self.line and self.column:
            return f"line {self.line}, column {self.column}: {self.message}"
        return f"line {self.line}: {self.message}" if self.line else self.message
