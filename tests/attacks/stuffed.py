"""A pull request in which the attacker's words stand wherever somebody without power can write."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tests.action.bench import MARK, Bench
from tests.forge.handles import Pull

POLICY = b"""version: 1
extends: [strict]
judge: all
publish: {comment: always}
evidence: {links: {ticket: ["[A-Z]+-[0-9]+"]}}
"""
"""Every rule is on, so that whatever quotes what a change says has its say."""
INPUTS = {"trace_artifact": "trace", "coverage_artifact": "coverage"}
_TOGETHER = 5
"""Words of one commit."""
_BRANCH_REFUSES = "\x7f ~^:?*[\\\x00\t\r\n"


def stuffed(bench: Bench, words: Sequence[str]) -> Pull:
    """A pull request of the words, each wherever a stranger can put one.

    As a path in a domain and in the file, in a commit's message, author and trailers, in title, body, branch, label, review and comment,
    check and status, and in what a run on the head left: a trace, and a coverage report with a line that the files have not.
    """
    for start in range(0, len(words), _TOGETHER):
        some = words[start : start + _TOGETHER]
        for number, word in enumerate(some, start):
            content = f"key = {json.dumps(word)}\n{word}\n" * 20
            bench.repo.write(b"src/crypto/%d/%s" % (number, _path(word)), content.encode("utf-8", "replace"))
        trailers = "".join(f"{name}: {word}\n" for word in some for name in ("Assisted-by", "Co-Authored-By", "Fixes"))
        message = "\n\n".join([*some, f"Work{MARK}{trailers}"])
        bench.repo.commit(message.encode("utf-8", "replace").replace(b"\0", b""), author=_person(some[0]))
    branch = _branch("".join(words))
    bench.head = bench.forge.push(bench.host, branch, bench.repo)
    title = " ".join(words).encode("utf-8", "replace").decode()[:250]
    body = "\n".join([*words, *(f"Fixes {word}" for word in words)]).encode("utf-8", "replace").decode()
    pull = bench.open(head=branch, title=title, body=body)
    said = [word.encode("utf-8", "replace").decode().replace("\0", "") for word in words if word.strip()]
    bench.forge.label(pull, *(word[:50] for word in said))
    for word in ("\n".join(said), f"/prgate wrote {said[0]}", said[-1]):
        bench.forge.comment(pull, word, by="dev-two")
        bench.forge.review(pull, by="reader-one", state="COMMENTED", body=word)
    for word in said[:_TOGETHER]:
        bench.forge.check(bench.host, bench.head, word[:200], app="other-app", output={"title": word[:200], "summary": word})
        bench.forge.status(bench.host, bench.head, word[:200])
    run = bench.forge.run(pull)
    bench.forge.artifact(bench.host, run, "trace", {"session.jsonl": trace(words)})
    bench.forge.artifact(bench.host, run, "coverage", {"report.lcov": coverage(words)})
    return pull


def trace(words: Sequence[str]) -> bytes:
    """A session of Claude Code in which every text is one of the words."""
    records = []
    for number, word in enumerate(words):
        usual = {"sessionId": word, "cwd": word, "version": word, "gitBranch": word, "timestamp": word}
        edit = {"type": "tool_use", "id": word, "name": word, "input": {"file_path": word, "command": word, "content": word}}
        write = {"type": "tool_use", "id": f"{number}", "name": "Write", "input": {"file_path": f"src/crypto/{word}", "content": word}}
        said = [{"type": "text", "text": word}, edit, write]
        records.append(usual | {"uuid": f"u{number}", "type": "user", "message": {"role": "user", "content": word}})
        records.append(
            usual | {"uuid": f"a{number}", "type": "assistant", "message": {"role": "assistant", "model": word, "content": said}}
        )
        records.append({"type": word, "sessionId": word, "uuid": f"x{number}"})
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def coverage(words: Sequence[str]) -> bytes:
    """A report of the words' own files, with a line that none of them has."""
    sections = []
    for number, word in enumerate(words):
        path = b"src/crypto/%d/%s" % (number, _path(word))
        sections.append(b"TN:\nSF:" + path.replace(b"\n", b" ") + b"\nDA:1,1\nDA:9999,0\nend_of_record\n")
    return b"".join(sections)


def _path(word: str) -> bytes:
    parts = [part for part in word.encode("utf-8", "replace").replace(b"\0", b"")[:200].split(b"/") if part not in {b"", b".", b".."}]
    return (b"/".join(parts) or b"empty") + b".py"


def _person(word: str) -> str:
    return "".join(char for char in word.encode("utf-8", "replace").decode() if char not in "<>\n\0")[:100] + " x"


def _branch(word: str) -> str:
    """The word without what git takes for no part of a branch's name."""
    plain = "".join(char for char in word.encode("ascii", "replace").decode() if char not in _BRANCH_REFUSES and char >= "!")
    for pair in ("..", "@{", "//", "/.", "./", ".lock"):
        plain = plain.replace(pair, "")
    return f"agent/{plain[:150]}".strip("/.")
