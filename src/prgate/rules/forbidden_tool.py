"""Flags tools, commands and MCP servers that the policy does not let agents use.

## Why
What an agent may run decides what a bad instruction can make it do. A team that forbids `git push --force` or a server wants to know when
one was used all the same.

## Fix
Take the tool out of the agent's settings, so that it cannot be used; undo what it did if that should not have been.

## Limits
Finds nothing without a list. Names are the trace's: a tool renamed, a program behind another name (`sh deploy.sh`, an alias, a script) and
the short form of a flag are other names, so list those too. `only_…` lists need no guess of names: what is on none of them is reported. What
was started and refused or failed counts, for it was tried. A trace is the agent's own account: what it leaves out, nobody sees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Final

from prgate.model.evidence import Evidence
from prgate.model.finding import Finding
from prgate.model.missing import need
from prgate.model.rule import Fact, Findings, Needs, Rule
from prgate.model.tools import ACTS, acts_told, is_named, placed, programs_of, runs, server_of, shown, sittings
from prgate.model.trace import EventKind, TraceEvent
from prgate.model.wording import counted

_MOST: Final = 100
"""Findings; what is beyond them is counted."""


@dataclass(frozen=True, slots=True)
class Params:
    """What must not be used, and what alone may be; an empty list says nothing. Small and capital letters differ."""

    tools: Annotated[tuple[str, ...], "Globs of forbidden tools: `WebFetch`, `github/delete_*` for tools of an MCP server."] = ()
    commands: Annotated[
        tuple[str, ...],
        "Forbidden commands: a program and words, each a glob, which it has in any order: `git push --force*`, `terraform apply`.",
    ] = ()
    servers: Annotated[tuple[str, ...], "Globs of forbidden MCP servers."] = ()
    only_tools: Annotated[tuple[str, ...], "Globs of the only tools that may be used, those of MCP servers included."] = ()
    only_commands: Annotated[tuple[str, ...], "The only commands that may be run, as in `commands`."] = ()
    only_servers: Annotated[tuple[str, ...], "Globs of the only MCP servers that may be used."] = ()


@dataclass(slots=True)
class _Used:
    """One thing that was used and must not be: why, where first, and how often."""

    why: str
    first: TraceEvent
    certain: bool = True
    times: int = field(default=0)


def check(evidence: Evidence, params: Params) -> Findings:
    """One finding per distinct tool, command or server, with how often and where first."""
    if params == Params():
        return "no tool, command or server is listed"
    used: dict[tuple[str, str], _Used] = {}
    acts = 0
    for sitting in sittings(evidence.traces.items):
        for event in sitting.events:
            if event.kind in ACTS:
                acts += 1
                for name, why, certain in _forbidden(event, params):
                    used.setdefault((name, why), _Used(why, event, certain)).times += 1
    for (name, why), one in list(used.items())[:_MOST]:
        yield Finding(
            message=f"{name} {why}: used {'once' if one.times == 1 else f'{one.times:,} times'}, first in {placed(one.first)}",
            fix="Take it out of the agent's settings, and look at what it did.",
            certain=one.certain,
        )
    if len(used) > _MOST:
        yield Finding(message=f"{counted(len(used) - _MOST, 'more name')} that the policy does not allow", fix="Look at the trace.")
    for unread in evidence.traces.unread:
        need(unread)
    return acts_told(acts, evidence.traces.items)


def _forbidden(event: TraceEvent, params: Params) -> Iterator[tuple[str, str, bool]]:
    """What of an event the policy does not allow: name, why, and whether that is certain."""
    server = server_of(event)
    if server and is_named(server, params.servers):
        yield f"The MCP server {shown(server)}", "is forbidden", True
    elif server and params.only_servers and not is_named(server, params.only_servers):
        yield f"The MCP server {shown(server)}", "is not among those allowed", True
    if event.name and is_named(event.name, params.tools):
        yield f"The tool {shown(event.name)}", "is forbidden", True
    elif params.only_tools and not is_named(event.name, params.only_tools):
        yield (
            (f"The tool {shown(event.name)}", "is not among those allowed", True)
            if event.name
            else (_UNNAMED_TOOL, "cannot be allowed", False)
        )
    yield from _commands(event, params)


_UNNAMED_TOOL: Final = "A tool that the trace does not name"
_UNNAMED_COMMAND: Final = "A command that could not be read"


def _commands(event: TraceEvent, params: Params) -> Iterator[tuple[str, str, bool]]:
    programs = programs_of(event)
    for program in programs:
        if any(runs(program, entry) for entry in params.commands):
            yield f"The command {shown(program)}", "is forbidden", True
        elif params.only_commands and not any(runs(program, entry) for entry in params.only_commands):
            yield f"The command {shown(program)}", "is not among those allowed", True
    if event.kind is EventKind.COMMAND and not programs and params.only_commands:
        yield _UNNAMED_COMMAND, "cannot be allowed", False


def needs(_: Params) -> Needs:
    """The traces."""
    return Needs(facts=frozenset({Fact.TRACE}))


RULE = Rule("forbidden-tool", Params, check, needs)
