"""Aider's chat history, ``.aider.chat.history.md``: Markdown, many sessions in a file, times without a zone.

Source: aider 0.10 to 0.86 (``aider/io.py``, ``aider/coders``), and histories that they wrote. An edit counts once aider says that it
applied it; what it brings in stands in the answer before, as SEARCH/REPLACE blocks, a diff, or the whole file.
"""

from __future__ import annotations

import re
from typing import Final

from prgate.formats.traces.aider_answer import Answer
from prgate.formats.traces.blocks import Blocks
from prgate.formats.traces.draft import Draft
from prgate.formats.traces.reader import Head, Reader
from prgate.formats.traces.records import read_lines
from prgate.formats.traces.values import text
from prgate.model.trace import EventKind, Permit

NAME: Final = "aider"
AGENT: Final = "aider"

_STARTED: Final = b"# aider chat started at "
_SHOWS_ITSELF: Final = re.compile(
    rb"^(?:# aider chat started at [0-9]{4}-|> (?:\$ aider|Aider v[0-9]|Applied edit to )[^\n]*$)", re.MULTILINE
)
_PROMPT: Final = b"####"
_OWN: Final = (b"> Applied edit to ", b"> Commit ", b"> Tokens: ", b"> ^C", _STARTED)
"""Lines that end an answer wherever it was cut off."""

_TELLS: Final = re.compile(rb"> (?:A(?:dd|ider v|llow |pplied |ttempt )|C(?:ommit |reate )|M(?:ain m|odels?: )|Run)")

_MODEL: Final = re.compile(r"(?:Main m|M)odels?: (\S{1,200}) with ")
_VERSION: Final = re.compile(r"Aider v(\S{1,60})")
_ADDED: Final = re.compile(r"Added (.{1,1000}) to (?:the chat|read-only files)\.?")
_COMMIT: Final = re.compile(r"Commit ([0-9a-f]{7,40}) ")
_ASKED: Final = re.compile(r"(?:Run shell command|Allow edits to|Create new file).{0,400}[\]:] ?([yn])\w{0,5}", re.IGNORECASE)
_GAVE: Final = re.compile(r"(?:Add|Attempt to fix).{0,400}[\]:)] ?:? ?y\w{0,2}", re.IGNORECASE)
_RUNS: Final = re.compile(r"(?:/(run|test|git)|!) ?(.{1,16384})", re.DOTALL)
_ASKS: Final = ("/ask ", "/architect ", "/code ", "/context ")


def sniff(head: Head) -> bool:
    """Whether a line is one of aider's own; JSON never is a history."""
    return not head.records and not head.members and _SHOWS_ITSELF.search(head.text) is not None


def read(draft: Draft, blocks: Blocks) -> None:
    """Read a history line by line. Raises ``FormatError``."""
    history = _History(draft)
    for number, line in enumerate(read_lines(blocks), 1):
        history.take(number, line)
    history.close()


class _History:
    """Where in a history the reading is: in an answer, or between answers, with the lines of a prompt that is not yet whole."""

    __slots__ = ("_answer", "_answering", "_draft", "_message", "_prompt", "_said")

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._answer = Answer()
        self._prompt: list[str] = []
        self._answering = False
        self._message: int | None = None
        self._said: list[str] = []

    def take(self, number: int, line: bytes) -> None:
        first = line[:1]
        if self._answer.inside:
            if first not in b"#>" or not (line.startswith(_OWN) or _is_prompt(line)):
                self._say(number, line)
                return
            self._answer.cut_off()
        if first == b"#":
            if line.startswith(_STARTED):
                self.close()
                self._draft.session(AGENT)
                self._draft.count(understood=True)
                return
            if line.startswith(_PROMPT) and line[4:5] in b" \r":
                self._prompt.append(_text(line[5:]))
                return
        if self._prompt:
            self._ask(number - 1)
        if first == b">":
            self._keep_message()
            self._answer.cut_off()
            if _TELLS.match(line):
                self._tool(number, _text(line[2:]))
        else:
            self._say(number, line)

    def close(self) -> None:
        """What stands open at the end of a session."""
        if self._prompt:
            self._ask(0)
        self._keep_message()
        self._answer = Answer()
        self._answering = False

    def _begin(self) -> Draft:
        if not self._draft.sessions:
            self._draft.session(AGENT)
        return self._draft

    def _ask(self, number: int) -> None:
        """A person's input is whole: a prompt, a command that it runs, or one that steers aider."""
        words = "\n".join(self._prompt).strip()
        self._prompt = []
        self._keep_message()
        self._answer = Answer()
        draft = self._begin()
        draft.count(understood=True)
        runs = _RUNS.match(words)
        self._answering = runs is None and (not words.startswith("/") or words.startswith(_ASKS))
        if runs is not None:
            line = runs[2] if runs[1] != "git" else f"git {runs[2]}"
            draft.command(number, line, name=runs[1] or "run", given={"command": line})
        elif self._answering:
            draft.add(EventKind.PROMPT, number, text=words)

    def _say(self, number: int, line: bytes) -> None:
        if self._answering and line.strip():
            self._answering = False
            self._message = self._begin().add(EventKind.MESSAGE, number)
            self._draft.count(understood=True)
        if self._message is not None and self._draft.scribe is not None:
            self._said.append(line.decode("utf-8", "surrogateescape"))
        self._answer.take(line)

    def _keep_message(self) -> None:
        if self._said and self._message is not None and self._draft.scribe is not None:
            self._draft.scribe.told[self._message] = ("\n".join(self._said), None, None)
            self._said = []
        self._message = None

    def _tool(self, number: int, line: str) -> None:
        """One of aider's own lines."""
        draft = self._begin()
        draft.count(understood=True)
        if line.startswith("Applied edit to "):
            path = line[16:]
            brings = self._answer.applied(path)
            if brings is not None and text(path):
                given = {"path": path, "content": brings}
                draft.add(EventKind.EDIT, number, name="edit", path=path, brings=(brings,), ok=True, given=given)
        elif line.startswith("Running ") and line != "Running ":
            draft.command(number, line[8:], name="shell", given={"command": line[8:]})
        elif commit := _COMMIT.match(line):
            draft.add(EventKind.TOOL_CALL, number, name=f"commit:{commit[1]}", ok=True)
        elif added := _ADDED.fullmatch(line):
            draft.add(EventKind.TOOL_CALL, number, name="add", path=text(added[1]), reads=True, ok=True)
        elif asked := _ASKED.fullmatch(line):
            draft.permit(number, Permit.ANSWER, ok=asked[1] in "yY")
        elif _GAVE.fullmatch(line):
            self._answering = True
        elif known := _MODEL.match(line):
            draft.tell(model=known[1])
        elif known := _VERSION.match(line):
            draft.tell(version=known[1])


def _is_prompt(line: bytes) -> bool:
    """Aider ends its own lines with two spaces, which a heading in a file hardly has."""
    return line.startswith(b"#### ") and line.endswith((b"  ", b"  \r"))


def _text(line: bytes) -> str:
    return line.decode("utf-8", "surrogateescape").rstrip(" \r")


READER = Reader(
    NAME,
    (AGENT,),
    sniff,
    read,
    holds="prompts, applied edits, commands, commits; no times, no exit status",
    found="`.aider.chat.history.md` in the repository",
)
