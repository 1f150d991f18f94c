"""Annotations as workflow commands, for where no check run can be written."""

from __future__ import annotations

from collections.abc import Sequence

from prgate.model.wording import counted
from prgate.render.check import Annotation
from prgate.render.escape import command_data, command_property
from prgate.render.level import Level

MOST = 10
"""Annotations of one level that GitHub keeps of one step."""

_NAMES = {Level.FAILURE: "error", Level.WARNING: "warning", Level.NOTICE: "notice"}


def commands(shown: Sequence[Annotation]) -> str:
    """One line each, ``::error file=…,line=…,endLine=…,title=…::message``, at most ten of a level; a last line counts the rest."""
    kept = [each for level in Level for each in [one for one in shown if one.level is level][:MOST]]
    lines = [_command(each) for each in kept]
    if left := len(shown) - len(kept):
        lines.append(f"prgate: {counted(left, 'more annotation')} left out here; the summary has every finding.")
    return "".join(f"{line}\n" for line in lines)


def _command(shown: Annotation) -> str:
    place = {"file": shown.path, "line": str(shown.start_line), "endLine": str(shown.end_line), "title": shown.title}
    properties = ",".join(f"{name}={command_property(value)}" for name, value in place.items())
    return f"::{_NAMES[shown.level]} {properties}::{command_data(shown.message)}"
