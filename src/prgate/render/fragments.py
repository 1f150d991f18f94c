"""Places, facts and items as Markdown fragments: every one escaped, none longer than its share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from prgate.items import PLACES, SPANS, Entry, Item, Place, Section, place_of, sentence
from prgate.model.diff import Side
from prgate.model.verdict import ReportedFinding, Verdict
from prgate.model.wording import counted
from prgate.render.escape import Md, code, forge, join, link, path_code, permalink, raw_path, text
from prgate.render.offers import named_head, offer

_DASH = "\u2013"
_SPACE = "\u00a0"
"""A space at which no line breaks: a path keeps its lines, and a dot goes to the next line together with what follows it."""
_DOT = f" \u00b7{_SPACE}"


@dataclass(frozen=True, slots=True)
class Links:
    """Where permalinks go: the repository's address, the commits of both sides, and the bytes of paths whose text form is lossy.

    ``head`` is what a command can be bound to, null where nobody can comment.
    """

    repository: str | None
    shas: dict[Side, str | None]
    bytes_of: dict[str, str]
    head: str | None

    def url(self, place: Place, span: tuple[int, int] | None) -> str | None:
        """The permalink of a span of a place, or of the whole file."""
        raw = raw_path(place.path, place.path_bytes or self.bytes_of.get(place.path))
        return None if raw is None else permalink(self.repository, self.shas[place.side], raw, span)


def links(verdict: Verdict) -> Links:
    """Where places of this verdict lead; nowhere without a forge."""
    found = (each for result in verdict.results for each in result.findings)
    return Links(
        forge(verdict.subject.url),
        {Side.HEAD: verdict.subject.head.sha, Side.BASE: verdict.subject.merge_base},
        {each.path: each.path_bytes for each in found if each.path and each.path_bytes},
        named_head(verdict),
    )


def marks(shown: Sequence[Item]) -> tuple[str, ...]:
    """What stands behind the number of each item: Markdown counts on from the first number of a list, and a list ends where the mark changes."""
    made: list[str] = []
    for index, each in enumerate(shown):
        last = made[-1] if made else "."
        made.append(last if index == 0 or each.n == shown[index - 1].n + 1 else ").".replace(last, ""))
    return tuple(made)


def item(shown: Item, at: Links, *, entries: int, mark: str = ".") -> Md:
    """A list item: a line a fact with its places, the cure, in small print the rule, its weight and what was accepted, and how to answer it."""
    indent = " " * (len(str(shown.n)) + 2)
    lines, last = [], ""
    for entry in shown.entries[:entries]:
        lines.append(_entry(entry, at, most=PLACES if len(shown.entries) == 1 else 1, named=last))
        last = entry.places[0].path if entry.places else ""
    if (more := len(shown.entries) - entries) > 0:
        lines.append(text(f"and {more:,} more {'fact' if shown.findings else 'cause'}{'' if more == 1 else 's'} of this kind"))
    small = [path_code(rule, chars=60, words=3) for rule in shown.rules[:6]]
    small += [text(f"{len(shown.rules) - 6} more")] if len(shown.rules) > 6 else []
    silenced = shown.section is Section.CONFIRM and shown.rules
    notes = [Md(f"{'silences ' if silenced else ''}{join(small)}")] if small else []
    notes += map(text, shown.notes)
    lines.append(Md(f"{text(shown.cure, chars=400, words=36)} <sub>{join(notes, ' · ')}</sub>".lstrip()))
    if (offered := offer(shown, at.head)) is not None:
        rest = f", and one like it for {counted(offered.more, 'more place')}" if offered.more else ""
        lines.append(Md(f"{offered.asks} Comment {code(offered.command, chars=300)}{rest}"))
    return Md(f"{shown.n}{mark} " + f"\n{indent}".join(lines))


def _entry(entry: Entry, at: Links, *, most: int, named: str) -> Md:
    """A fact and its first places; a path that the line above has named already is not named again."""
    fact = text(sentence(entry.fact), chars=240, words=24) or Md("No reason was given")
    shown = [place(file, at, most=SPANS, named=file.path == named) for file in entry.places[:most]]
    more = len(entry.places) - most
    tail = f" and {counted(more, 'more file')}" if more > 0 else ""
    return Md(f"**{fact}**{_DOT if shown else ''}{join(shown)}{tail}")


def place(at_file: Place, at: Links, *, most: int, named: bool = False) -> Md:
    """``path L41, L60`` and so on: each span a permalink of its own, the first one together with the path."""
    name = path_code(at_file.path)
    side = " at base" if at_file.side is Side.BASE else ""
    if not at_file.lines:
        return Md(f"{link(name, at.url(at_file, None))}{side}")
    spans = at_file.lines[:most]
    shown = [
        link(Md(f"{name}{_SPACE}{_lines(span)}" if index == 0 and not named else _lines(span)), at.url(at_file, span))
        for index, span in enumerate(spans)
    ]
    more = len(at_file.lines) - most
    return Md(f"{join(shown)}{f' and {more:,} more' if more > 0 else ''}{side}")


def _lines(span: tuple[int, int]) -> Md:
    """A stretch of lines; numbers that a forge could take for an abbreviated commit are code."""
    shown = f"L{span[0]}" if span[0] == span[1] else f"L{span[0]}{_DASH}{span[1]}"
    return Md(shown) if span[1] < 1_000_000 else code(shown)


def single(found: ReportedFinding, at: Links, *, bare_fact: bool = False) -> Md:
    """One finding on one line, with the line it quotes; ``bare_fact`` leaves out what it says, where that stands above already."""
    file = place_of(found)
    quote = code(found.quote.strip(), chars=120) if found.quote and found.quote.strip() else None
    fact = None if bare_fact else text(sentence(found.message), chars=240, words=48)
    return join([part for part in (place(file, at, most=1) if file else None, fact, quote) if part], " · ")


def words(shown: str) -> int:
    """Words that a reader sees: addresses of links and tags are none."""
    return len(re.sub(r"\]\([^)]*\)|</?[a-z]+>", " ", shown).split())
