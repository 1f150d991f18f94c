"""An agent's account of its work, free of any vendor's format."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EventKind(StrEnum):
    """What a trace event tells."""

    PROMPT = "prompt"
    MESSAGE = "message"
    TOOL_CALL = "tool-call"
    COMMAND = "command"
    EDIT = "edit"
    DECISION = "decision"
    APPROVAL = "approval"
    MCP_CALL = "mcp-call"
    SUBAGENT = "subagent"


class Writes(StrEnum):
    """What a command may have written, as far as its words tell."""

    NOTHING = "nothing"
    NAMED = "named"
    """No other files than those that it names."""
    ANYWHERE = "anywhere"


class Permit(StrEnum):
    """How an agent came to be allowed what it did: the name of an ``approval`` event."""

    ASKS = "asks"
    """From here on a person is asked before what matters."""
    EDITS = "edits-freely"
    """From here on edits are not asked about; commands are."""
    CONFINED = "confined"
    """From here on nothing is asked about, and a sandbox holds the agent."""
    BYPASSED = "bypassed"
    """From here on nothing is asked about, and nothing holds the agent."""
    ANSWER = "answer"
    """A person answered one question; ``ok`` is the answer."""


class Writer(StrEnum):
    """Whose lines an attribution says that they are."""

    AGENT = "agent"
    HUMAN = "human"
    MIXED = "mixed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Masked:
    """A line of an edit with a redaction in it: what stands before the first and after the last mask, in telling form.

    ``before`` and ``after`` count bytes; ``digest`` is ``ends_digest`` of the two.
    """

    before: int
    after: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Edit:
    """What an edit brings in: ``lines`` are the ``line_digest`` values of its lines one after the other, in no order; never the text.

    ``wrapped`` are the digests of statements that it spreads over several lines, as ``prgate.model.lines.wrapped`` gives them.
    """

    lines: bytes = b""
    masked: tuple[Masked, ...] = ()
    wrapped: bytes = b""


@dataclass(frozen=True, slots=True)
class Command:
    """What a shell command was: its programs with their sub-commands and flags, never its values (``git push --force``).

    ``paths`` are the files that it names, as ``TraceEvent.path``. ``tests``: it runs tests. ``exit`` is null where the format has none.
    """

    programs: tuple[str, ...] = ()
    paths: tuple[bytes, ...] = ()
    writes: Writes = Writes.ANYWHERE
    tests: bool = False
    exit: int | None = None


@dataclass(frozen=True, slots=True)
class TraceEvent:
    """One event. ``ref`` is (file, record): the trace's name and the 1-based record in it. ``path`` as the trace says it, ``/``-separated.

    ``ok`` is whether the tool said it worked, ``None`` where the trace does not tell. ``name`` is the tool's name, never text that a
    person or a model wrote; an MCP call's is ``server/tool``, an approval's a ``Permit``. ``session`` is an index into the trace's sessions.
    ``reads``: a tool call that showed the agent the file at ``path``. An edit has ``edit``, a command ``command``.
    """

    kind: EventKind
    at: str | None
    ref: tuple[str, int]
    session: int = 0
    path: bytes | None = None
    ok: bool | None = None
    name: str = ""
    reads: bool = False
    edit: Edit | None = None
    command: Command | None = None


@dataclass(frozen=True, slots=True)
class InUse:
    """What steered a session: ``kind`` is rules, skill or server, ``name`` its path or name, ``digest`` the SHA-256 of its text where told."""

    kind: str
    name: str
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One run of one agent. ``agent`` is an id of the signatures file, or the trace's own word for an agent that the file lacks.

    ``repository`` is ``owner/name`` in lower case where the trace's address has that form, else the address without credentials.
    ``commit`` is where it started, ``pull`` the number of the pull request that it says it made. ``None`` where the trace says nothing.
    """

    agent: str
    id: str | None = None
    version: str | None = None
    models: tuple[str, ...] = ()
    started: str | None = None
    cwd: str | None = None
    repository: str | None = None
    branch: str | None = None
    commit: str | None = None
    pull: int | None = None
    in_use: tuple[InUse, ...] = ()


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whose the lines ``start`` to ``end`` of ``path`` are at commit ``revision``, from 1, inclusive; null where the trace names no commit.

    ``session`` is the one that wrote them; null for a person.
    """

    path: bytes
    start: int
    end: int
    writer: Writer
    revision: str | None
    ref: tuple[str, int]
    session: int | None = None


@dataclass(frozen=True, slots=True)
class Leak:
    """A credential that stands readable in the trace: ``kind`` names what it is for, ``line`` is the line of the file, from 1."""

    kind: str
    line: int


@dataclass(frozen=True, slots=True)
class Trace:
    """One file of sessions. ``read`` and ``skipped`` count records understood and not understood.

    Events and attributions stand in the order of the file, under the sessions that they index.
    """

    name: str
    format: str
    sessions: tuple[Session, ...]
    events: tuple[TraceEvent, ...]
    read: int
    skipped: int
    attributions: tuple[Attribution, ...] = ()
    leaks: tuple[Leak, ...] = ()

    @property
    def agents(self) -> tuple[str, ...]:
        """The agents of its sessions, each once, in their order."""
        return tuple(dict.fromkeys(session.agent for session in self.sessions))
