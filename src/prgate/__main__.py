"""``python -m prgate``."""

from __future__ import annotations

from prgate.cli import entry

if __name__ == "__main__":
    entry()
