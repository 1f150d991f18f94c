"""The review comment: Markdown for a forge, a pure function of the verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from prgate.items import sentence, shows
from prgate.model.verdict import Verdict
from prgate.render.comment_view import Page, marker_of, page
from prgate.render.escape import Md, text
from prgate.render.folds import Fold
from prgate.render.sentences import footer

LIMIT = 65_536
"""Characters that GitHub takes in one comment."""

_ENTRIES = {"evidence": 100, "singly": 150, "heard": 100, "cures": 200, "reading": 60, "rules": 100, "more": 50}
"""How many entries each fold may have while everything fits; the rest is counted."""

_STEPS = (
    ("evidence", 10, "part of the evidence list"),
    ("singly", 25, "part of the findings one by one"),
    ("cures", 25, "part of the cures as data"),
    ("heard", 10, "part of what people said"),
    ("reading", 20, "part of the reading list"),
    ("more", 10, "part of the further items"),
    ("evidence", 0, "the evidence list"),
    ("singly", 0, "the findings one by one"),
    ("cures", 0, "the cures as data"),
    ("heard", 0, "what people said"),
    ("rules", 0, "the table of rules"),
    ("more", 0, "the further items"),
    ("reading", 0, "the reading list"),
)


def comment(verdict: Verdict, *, limit: int = LIMIT) -> str:
    """The comment, at most ``limit`` long (bytes of UTF-8, so that it fits however a forge counts); ``""`` where nothing is to be said.

    Where it would not fit it sheds, in this order, and says so in its last line: parts of the evidence list, of the findings one by one, of
    the cures as data, of what people said, of the reading list, of the items behind the fold; then these wholly, and the table of rules
    before the items; then everything but the first lines. What stands above the folds is shed last. First line: ``<!-- prgate:v1 key=N -->``.
    """
    if not shows(verdict):
        return ""
    view = page(verdict)
    detail, shed = dict(_ENTRIES), dict[str, str]()
    made = [make(detail[name]) for name, make in view.folds]
    body = _render(view, made, shed)
    for fold, entries, part in _STEPS:
        if _size(body) <= limit:
            return body
        detail[fold], shed[fold] = entries, part
        made = [make(entries) if name == fold else old for (name, make), old in zip(view.folds, made, strict=True)]
        body = _render(view, made, shed)
    if _size(body) <= limit:
        return body
    return _environment().get_template("bare.md.j2").render(page=view, footer=_footer(view, {"": "everything else"}))


def body(verdict: Verdict, *, limit: int = LIMIT) -> str:
    """The comment without its first line, for where no comment is looked for; one line where the comment would be ``""``."""
    shown = comment(verdict, limit=limit)
    return shown.partition("\n")[2] if shown else _not_judged(verdict, "prgate: not judged.")


def settled(verdict: Verdict) -> str:
    """The comment that takes the place of an earlier one of ours where ``comment(verdict)`` is ``""``: the same first line, and one more."""
    return f"{marker_of(verdict)}\n{_not_judged(verdict, 'prgate: not judged any more.')}"


def _not_judged(verdict: Verdict, head: str) -> str:
    why = text(f"{sentence(verdict.scope.why).rstrip('.')}.", chars=300)
    return f"**{head}** {why} <sub>{text(' · '.join(footer(verdict)))}</sub>\n"


def _render(view: Page, made: Sequence[Fold | None], shed: Mapping[str, str]) -> str:
    template = _environment().get_template("line.md.j2" if view.line else "comment.md.j2")
    return template.render(page=view, folds=[fold for fold in made if fold is not None], footer=_footer(view, shed))


def _footer(view: Page, shed: Mapping[str, str]) -> Md:
    left = (f"left out to fit: {', '.join(shed.values())}",) if shed else ()
    return text(" · ".join((*view.footer, *left)))


def _size(body: str) -> int:
    return len(body.encode())


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("prgate.render"),
        undefined=StrictUndefined,
        finalize=_finalize,
        autoescape=False,  # noqa: S701 (HTML escaping is not what Markdown needs: finalize escapes every value)
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _finalize(value: object) -> Md:
    """Every value that a template prints: fragments pass, text is escaped, anything else is a defect."""
    if isinstance(value, Md):
        return value
    if isinstance(value, str):
        return text(value)
    raise TypeError(f"a template prints {type(value).__name__}")
