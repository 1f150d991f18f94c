"""prgate: the gate in front of pull requests that AI agents write."""

from __future__ import annotations

__version__ = "0.1.0"
