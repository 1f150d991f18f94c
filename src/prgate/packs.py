"""The packs that come with the program, as bytes."""

from __future__ import annotations

from pathlib import Path


def read_packs() -> dict[str, bytes]:
    """Pack name to the bytes of its policy; in a checkout they stand beside ``src``, in a wheel inside the package."""
    inside = Path(__file__).parent / "policies"
    folder = inside if inside.is_dir() else Path(__file__).parents[2] / "policies"
    return {path.stem: path.read_bytes() for path in sorted(folder.glob("*.yml"))}
