"""A share of a few rows, with the range in which the true one lies."""

from __future__ import annotations

from math import sqrt

Z = 1.959964
"""Standard normal deviate of a two-sided 95 % interval."""


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share by Wilson's score (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927, 209), which holds for few rows too."""
    middle = (hits + Z * Z / 2) / (n + Z * Z)
    half = Z * sqrt(hits * (n - hits) / n + Z * Z / 4) / (n + Z * Z)
    return max(0.0, middle - half), min(1.0, middle + half)


def share(hits: int, n: int) -> str:
    """``4 of 12, 33 % (14-61)``: the share and its 95 % interval in percent; a share of nothing is none."""
    if not n:
        return "0 of 0"
    low, high = wilson(hits, n)
    return f"{hits} of {n}, {100 * hits / n:.0f} % ({100 * low:.0f}-{100 * high:.0f})"
