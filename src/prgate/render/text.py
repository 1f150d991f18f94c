"""The verdict for a terminal: one screen, the same items and sentences as the comment, no fold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prgate.items import Entry, Item, Place, Section, items, items_let_through, sentence, shows, tally
from prgate.model.diff import Side
from prgate.model.verdict import Conclusion, ReadingItem, Verdict
from prgate.model.wording import counted
from prgate.render.escape import prose, short_path, terminal
from prgate.render.heard import broken, command, effects, said
from prgate.render.offers import Offer, named_head, offer
from prgate.render.sentences import footer, headline, rules, to_read, who

_ITEMS = 30
_READING = 15
_SAID = 10
_PLACES = 5
"""Entries of each kind that are shown; the rest is counted, and JSON has all of it."""

_BOLD, _DIM, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_PAINT = {Conclusion.PASS: "\x1b[1;32m", Conclusion.WARN: "\x1b[1;33m", Conclusion.INCOMPLETE: "\x1b[1;35m", Conclusion.FAIL: "\x1b[1;31m"}


def text(verdict: Verdict, *, colour: bool = False, width: int = 80) -> str:
    """Lines of at most ``width`` columns where words allow it (at least 40), ending in a newline.

    Places are ``path:line`` (a trailing ``:start-end`` for several lines), never broken, so that a terminal can open them. Without
    ``colour`` there is no control character but newline; no line starts a workflow command. A pull request that is not judged
    and has no finding gets one line that says so.
    """
    width = max(width, 40)
    if not shows(verdict):
        return "".join(f"{line}\n" for line in _wrap(f"prgate: not judged. {sentence(verdict.scope.why)}", width))
    found = items(verdict)
    lines = [
        *(_paint(line, _PAINT[verdict.verdict], colour=colour) for line in _wrap(headline(verdict, found), width)),
        *(_paint(line, _PAINT[Conclusion.WARN], colour=colour) for line in _wrap(broken(verdict), width)),
        *_wrap(" ".join(filter(None, (to_read(verdict), who(verdict), said(verdict)))), width),
    ]
    head = named_head(verdict)
    for observed in (False, True):
        for section in Section:
            shown = [item for item in found if item.section is section and item.observed is observed]
            lines += _section(f"{section.value}{' (observed only)' if observed else ''}", shown, width, head, colour=colour)
    lines += _section("Let through by break-glass", items_let_through(verdict), width, None, colour=colour)
    lines += _reading(verdict, width, colour=colour)
    lines += _said(verdict, width, colour=colour)
    end = [*_wrap(f"{rules(verdict)}.", width), *_wrap(" · ".join(footer(verdict)), width)]
    lines += ["", *(_paint(line, _DIM, colour=colour) for line in end)]
    return "".join(f"{line}\n" for line in lines)


def _section(title: str, shown: Sequence[Item], width: int, head: str | None, *, colour: bool) -> Iterator[str]:
    if shown:
        yield from ("", _paint(title, _BOLD, colour=colour))
        yield from (line for item in shown[:_ITEMS] for line in _item(item, width, head, colour=colour))
    if len(shown) > _ITEMS:
        yield f"  and {tally(shown[_ITEMS:])} more"


def _item(item: Item, width: int, head: str | None, *, colour: bool) -> Iterator[str]:
    number = f"{item.n:>3}  "
    for index, entry in enumerate(item.entries[:_PLACES]):
        facts = _wrap(
            prose(sentence(entry.fact), chars=400) or "No reason was given", width, first=number if index == 0 else "     ", rest="     "
        )
        yield from (_paint(line, _BOLD, colour=colour) for line in facts)
        yield from _places(entry)
    if (more := len(item.entries) - _PLACES) > 0:
        yield f"     and {more:,} more like it"
    yield from _wrap(prose(item.cure, chars=600), width, first="     ", rest="     ")
    yield from _offered(offer(item, head), width)
    weight = ", ".join((", ".join(item.rules[:_PLACES]), *item.notes)).removeprefix(", ")
    said = f"silences {weight}" if item.section is Section.CONFIRM and item.rules else weight
    yield from (_paint(line, _DIM, colour=colour) for line in _wrap(said, width, first="     ", rest="     "))


def _offered(offered: Offer | None, width: int) -> Iterator[str]:
    """What to comment on the pull request, never broken, so that it can be copied."""
    if offered is None:
        return
    rest = f" (and likewise for {counted(offered.more, 'more place')})" if offered.more else ""
    head = _wrap(f"{offered.asks} Comment{rest}:", width, first="     ", rest="     ")
    command = terminal(offered.command)
    if len(head[-1]) + len(command) < width:
        yield from (*head[:-1], f"{head[-1]} {command}")
    else:
        yield from (*head, f"     {command}")


def _places(entry: Entry) -> Iterator[str]:
    shown = [where for place in entry.places for where in _spots(place)]
    yield from (f"     {where}" for where in shown[:_PLACES])
    if (more := len(shown) - _PLACES) > 0:
        yield f"     and {counted(more, 'more place')}"


def _spots(place: Place) -> list[str]:
    path = terminal(short_path(place.path, chars=400, words=400))
    side = " (base)" if place.side is Side.BASE else ""
    return [f"{path}:{_lines(span)}{side}" for span in place.lines] or [f"{path}{side}"]


def _lines(span: tuple[int, int]) -> str:
    return str(span[0]) if span[0] == span[1] else f"{span[0]}-{span[1]}"


def _reading(verdict: Verdict, width: int, *, colour: bool) -> Iterator[str]:
    """What is left to read with the questions, then in a line each what somebody has answered."""
    left = [item for item in verdict.reading.items if item.answered_by is None]
    done = [item for item in verdict.reading.items if item.answered_by is not None]
    for title, shown in (("Read, in this order", left), ("Answered", done)):
        if shown:
            yield from ("", _paint(title, _BOLD, colour=colour))
            yield from (line for item in shown[:_READING] for line in _read(item, width))
        if len(shown) > _READING:
            yield f"  and {counted(len(shown) - _READING, 'more place')}"


def _read(item: ReadingItem, width: int) -> Iterator[str]:
    span = () if item.line is None else ((item.line, max(item.line, item.end_line or 0)),)
    where = _spots(Place(item.path, None, Side.HEAD, span))[0]
    if item.answered_by is None:
        yield f"{item.n:>3}  {where}"
        yield from _wrap(prose(sentence(f"{item.risk}: {item.ask}"), chars=400), width, first="     ", rest="     ")
    else:
        yield f"{item.n:>3}  {where} (by {terminal(prose(item.answered_by, chars=60, words=3))})"


def _said(verdict: Verdict, width: int, *, colour: bool) -> list[str]:
    """What people said: what counts, then what does not and why."""
    told = effects(verdict)
    told += [f"`{heard.by}`: `{command(heard)}` does not count: {heard.refused}" for heard in verdict.commands if heard.refused is not None]
    if not told:
        return []
    lines = [line for each in told[:_SAID] for line in _wrap(prose(sentence(each), chars=300), width, first="  ", rest="    ")]
    more = [f"  and {counted(len(told) - _SAID, 'more line')}"] if len(told) > _SAID else []
    return ["", _paint("What people said", _BOLD, colour=colour), *lines, *more]


def _wrap(value: str, width: int, *, first: str = "", rest: str = "") -> list[str]:
    """The visible form in lines that break between words only: a place or a command stays whole."""
    lines: list[str] = []
    line = first
    for word in terminal(prose(value, chars=1_200, words=240), chars=2_400).split(" "):
        if len(line) + len(word) > width and line.strip(" ") and line not in {first, rest}:
            lines.append(line.rstrip(" "))
            line = rest
        line += f"{word} "
    lines.append(line.rstrip(" "))
    return [line for line in lines if line]


def _paint(line: str, code: str, *, colour: bool) -> str:
    return f"{code}{line}{_RESET}" if colour else line
