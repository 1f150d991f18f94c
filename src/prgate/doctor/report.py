"""The answers as text for a terminal and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from prgate.doctor.answer import Answer, State
from prgate.doctor.examine import Group
from prgate.doctor.house import House
from prgate.doctor.settings import Settings
from prgate.model.missing import Missing
from prgate.render.escape import terminal

_BOLD, _RESET = "\x1b[1m", "\x1b[0m"
_PAINT = {State.OK: "\x1b[32m", State.ATTEND: "\x1b[33m", State.BAD: "\x1b[1;31m", State.UNKNOWN: "\x1b[35m"}
_WORDS = {State.BAD: "bad", State.ATTEND: "to attend to", State.UNKNOWN: "unknown", State.OK: "ok"}


def as_text(groups: tuple[Group, ...], *, colour: bool) -> str:
    """One line an answer: its state, its question, what was found and where, and behind an arrow the cure."""
    counts = Counter(answer.state for group in groups for answer in group.answers)
    tally = ", ".join(f"{counts[state]} {word}" for state, word in _WORDS.items() if counts[state])
    lines = [_paint(f"prgate doctor: {tally}", _BOLD, colour=colour)]
    wide = max(len(answer.question) for group in groups for answer in group.answers)
    for group in groups:
        lines += ["", _paint(group.title, _BOLD, colour=colour)]
        lines += [
            f"  {_paint(f'{answer.state:<7}', _PAINT[answer.state], colour=colour)}  {answer.question:<{wide}}  {_said(answer)}"
            for answer in group.answers
        ]
    return "".join(f"{line}\n" for line in lines)


def _said(answer: Answer) -> str:
    where = f" ({', '.join(map(str, answer.places))})" if answer.places else ""
    cure = f" → {answer.cure}" if answer.cure else ""
    return terminal(f"{answer.found}{where}{cure}")


def as_json(groups: tuple[Group, ...], house: House, settings: Settings | Missing) -> str:
    """The same as one object; texts are untrusted and unescaped but for what JSON asks for, every other character being ASCII."""
    looked = {"repository": settings.repository, "branch": settings.branch} if isinstance(settings, Settings) else None
    document: dict[str, Any] = {
        "schema": "prgate/doctor/1",
        "commit": house.commit,
        "settings": looked,
        "answers": [_entry(group.title, answer) for group in groups for answer in group.answers],
    }
    return json.dumps(document, indent=2) + "\n"


def _entry(title: str, answer: Answer) -> dict[str, Any]:
    return {
        "group": title,
        "question": answer.question,
        "state": answer.state,
        "found": answer.found,
        "places": [{"path": spot.path, "line": spot.line} for spot in answer.places],
        "cure": answer.cure,
    }


def is_bad(groups: tuple[Group, ...]) -> bool:
    """Whether anything is bad."""
    return any(answer.state is State.BAD for group in groups for answer in group.answers)


def _paint(text: str, code: str, *, colour: bool) -> str:
    return f"{code}{text}{_RESET}" if colour else text
