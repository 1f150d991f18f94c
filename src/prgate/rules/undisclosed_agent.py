"""Flags evidence of an agent without the disclosure that the policy asks for, and a "no AI" statement beside evidence of an agent.

## Why
Who reviews a change must know whom they can ask about it. A form that says that no agent helped, beside the mark of one, sends the reviewer to
the wrong person; a project that asks for disclosure wants it where its people look.

## Fix
Say in the place that the policy names which agent helped and with what. Where a mark is wrong, take it out of the commit.

## Limits
Asks for nothing until `where` says where; till then it only holds "no AI" statements of the description (a ticked box, a sentence, an answer
under a heading of `headings`) against the evidence. Marks are what tools write, so an agent that leaves none is not seen. Words are matched, not
understood: quotes, code, comments and blocks of review tools are left out, English wordings are known, and others need patterns of your own.
A sentence about an agent can pass for a disclosure where `sentences` is left to prgate.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from annotated_types import MinLen

from prgate.model.agents import agents_of, agents_told, commits_told
from prgate.model.authorship import Agent, SignKind
from prgate.model.commit import Commit
from prgate.model.evidence import Evidence
from prgate.model.finding import Finding
from prgate.model.missing import need
from prgate.model.rule import Fact, Findings, Needs, Patterns, Rule
from prgate.model.wording import counted, quoted
from prgate.recognise.description import Line, description_lines, section, sentences
from prgate.recognise.disclosure import denies, discloses, is_answer, is_no
from prgate.recognise.expressions import finds, takes
from prgate.recognise.said_lines import said_lines

_LONGEST: Final = 120
_ADDRESS = re.compile(r" ?<[^<>]*+>|[^\s<>@]++@[^\s<>]++")


@dataclass(frozen=True, slots=True)
class Trailer:
    """A trailer that discloses."""

    key: Annotated[str, MinLen(1), "Its key, in any case."]
    form: Annotated[str, Patterns(), "RE2 pattern of its whole value; empty: it names an agent that prgate knows."] = ""
    example: Annotated[str, "A value that has the form, for whoever must write one."] = ""


_TRAILERS: Final = tuple(Trailer(key) for key in ("Assisted-by", "Generated-by", "Co-authored-by", "Co-developed-by"))


@dataclass(frozen=True, slots=True)
class Params:
    """Where and how agents are disclosed."""

    where: Annotated[tuple[Literal["description", "trailer"], ...], "Where a disclosure is asked for; empty: nowhere."] = ()
    everywhere: Annotated[bool, "Whether in each of these places, or in any of them."] = False
    trailers: Annotated[
        tuple[Trailer, ...], "Trailers that disclose. Each commit with a mark of an agent must bear one; where none has a mark, any commit."
    ] = _TRAILERS
    sentences: Annotated[tuple[str, ...], Patterns(), "RE2 patterns of lines of the description that disclose."] = ()
    headings: Annotated[tuple[str, ...], "Headings of the description under which a disclosure stands: what is not empty discloses."] = ()
    boxes: Annotated[tuple[str, ...], Patterns(), "RE2 patterns of boxes of the description that disclose when they are ticked."] = ()
    denials: Annotated[tuple[str, ...], Patterns(), "RE2 patterns of boxes and lines by which no agent helped, beside those known."] = ()
    one_box: Annotated[bool, "Whether exactly one box of `boxes` and denials must be ticked, also without evidence of an agent."] = False


def check(evidence: Evidence, params: Params) -> Findings:
    """A finding per statement that is contradicted, one for the boxes, and one per place where a disclosure is asked for and absent."""
    agents = need(evidence.authorship).agents
    bare = list(_bare_commits(evidence, params, agents)) if agents and "trailer" in params.where else []
    if params.everywhere or "description" not in params.where:
        yield from bare
    lines = description_lines(need(evidence.facts).body, evidence.review_blocks)
    denials = tuple(_denials(lines, params))
    for said in denials if agents else ():
        yield Finding(
            message=f"The description says that no agent helped, and there is evidence of {agents_told(agents)}",
            fix="Say which agent helped and with what; where its mark is wrong, take it out of the commit.",
            quote=_shown(said),
        )
    contradicted = bool(agents and denials)
    ticked = sum(1 for line in lines if line.ticked and (finds(params.boxes, line.text) or _denies(line.text, params)))
    wrongly_ticked = params.one_box and ticked != 1 and not contradicted
    if wrongly_ticked:
        yield Finding(
            message=f"{ticked} boxes about agents are ticked, and only one can be true" if ticked else "No box about agents is ticked",
            fix="Tick the one box that is true.",
        )
    asked = bool(agents) and "description" in params.where and not wrongly_ticked and not contradicted
    if asked and not _told(lines, params, agents) and (bare or params.everywhere or "trailer" not in params.where):
        nor = ", nor does a trailer" if bare and not params.everywhere else ""
        yield Finding(message=f"Evidence of {agents_told(agents)}, and the description does not say so{nor}", fix=_how(params))
    return f"evidence of {agents_told(agents)}" if agents_of(evidence) else "no evidence of an agent"


def _denials(lines: Sequence[Line], params: Params) -> Iterator[str]:
    """What says that no agent helped, each in its own words."""
    for line in lines:
        if line.ticked is not False and _denies(line.text, params):
            yield line.text
    for heading in params.headings:
        for line in section(lines, heading):
            if line.said and is_no(line.text):
                yield f"{heading}: {line.text}"


def _denies(text: str, params: Params) -> bool:
    return finds(params.denials, text) or any(denies(part) for part in (text, *sentences(text)))


def _told(lines: Sequence[Line], params: Params, agents: Sequence[Agent]) -> bool:
    """Whether the description discloses: as the policy has it or, where that says nothing, in a usual wording or an agent's own footer."""
    said = [line for line in lines if line.said and not _denies(line.text, params)]
    if not (params.sentences or params.headings or params.boxes):
        footers = (sign.quote for agent in agents for sign in agent.signs if sign.kind is SignKind.BODY)
        return any(not footer.startswith("<!--") for footer in footers) or any(
            discloses(part) for line in said for part in (line.text, *sentences(line.text))
        )
    return (
        any(finds(params.sentences, line.text) for line in said)
        or any(line.ticked and finds(params.boxes, line.text) for line in said)
        or any(
            line.said and is_answer(line.text) and not is_no(line.text) and not _denies(line.text, params)
            for heading in params.headings
            for line in section(lines, heading)
        )
    )


def _bare_commits(evidence: Evidence, params: Params, agents: Sequence[Agent]) -> Iterator[Finding]:
    """One finding on the commits that must bear a trailer and have none, and one on those where it has another form."""
    signs = [sign for agent in agents for sign in agent.signs if sign.commit is not None]
    known = {(sign.commit, sign.key) for sign in signs if sign.kind is SignKind.TRAILER}
    footers = {sign.quote for sign in signs if sign.kind is SignKind.BODY}
    commits = need(evidence.commits)
    marked = [commit for commit in commits if any(sign.commit == commit.sha for sign in signs)]
    untold: list[tuple[str, str | None]] = []
    for commit in marked or commits:
        wrong: list[str] = []
        told = False
        for trailer, key, value in _trailers(commit, params, evidence.review_blocks, footers):
            if takes(trailer.form, value) if trailer.form else (commit.sha, key.casefold()) in known:
                told = True
            elif trailer.form:
                wrong.append(f"{key}: {value}")
        if not told:
            untold.append((commit.sha, wrong[0] if wrong else None))
    if not marked and len(untold) < len(commits):
        return
    for some, which in (
        ([one for one in untold if one[1] is None], "no trailer that says so"),
        ([one for one in untold if one[1] is not None], "a trailer in another form than the policy asks for"),
    ):
        if some:
            yield Finding(
                message=f"Evidence of {agents_told(agents)}, and {counted(len(some), 'commit')} with {which}: {commits_told([sha for sha, _ in some])}",
                fix=_how_trailer(params),
                quote=None if some[0][1] is None else _shown(some[0][1]),
            )


def _trailers(commit: Commit, params: Params, blocks: Mapping[str, str], footers: Collection[str]) -> Iterator[tuple[Trailer, str, str]]:
    """Every line of a message under a key that discloses: what the policy says of it, key and value."""
    for line in said_lines(commit.message.partition("\n")[2], blocks, footer=footers.__contains__):
        key, colon, value = line.partition(":")
        for trailer in params.trailers:
            if colon and key.rstrip().casefold() == trailer.key.casefold():
                yield trailer, key.rstrip(), value.strip()


def _how(params: Params) -> str:
    ways = [f"under the heading {quoted(heading)}" for heading in params.headings] + ["in a box of the form"] * bool(params.boxes)
    there = f", {' or '.join(ways)}" if ways else ""
    return f"Say in the description which agent helped and with what{there}."


def _how_trailer(params: Params) -> str:
    if not params.trailers:
        return "Say in `trailers` of the policy which ones disclose."
    ways = [quoted(f"{trailer.key}: {trailer.example}" if trailer.example else trailer.key) for trailer in params.trailers]
    return f"Add a trailer to the message of each: {' or '.join(ways)}."


def _shown(text: str) -> str:
    """A line as evidence: bounded, without mail addresses."""
    plain = _ADDRESS.sub("", text[: 10 * _LONGEST]).strip()
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"


def needs(params: Params) -> Needs:
    """Who took part and the description, and the commits where a trailer counts."""
    commits = {Fact.COMMITS} if "trailer" in params.where else set()
    return Needs(facts=frozenset({Fact.AUTHORSHIP, Fact.PR, *commits}))


RULE = Rule("undisclosed-agent", Params, check, needs)
