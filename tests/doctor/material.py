"""Repositories to look at, settings as the forge would tell them, and one answer out of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import yaml

from prgate.doctor.answer import Answer, State
from prgate.doctor.examine import examine
from prgate.doctor.house import House, read_house
from prgate.doctor.settings import Required, Settings
from prgate.git import open_repository
from prgate.model.missing import Missing, Why
from tests.repositories import Repo

PACKS: Final = Path(__file__).parents[2] / "policies"
SHIPPED: Final = Path(__file__).parents[2] / "src" / "prgate" / "workflows"
SHA: Final = "0123456789abcdef0123456789abcdef01234567"
NOT_ASKED: Final = Missing(Why.ABSENT, "--offline", "Leave --offline out.")
GATE: Final = ".github/workflows/prgate.yml"


def modes(pack: str) -> Counter[str]:
    """How many rules a shipped pack, which extends no other, has in each mode, by its own text."""
    rules = yaml.safe_load((PACKS / f"{pack}.yml").read_text(encoding="utf-8"))["rules"]
    return Counter(rule if isinstance(rule, str) else rule["mode"] for rule in rules.values())


def shipped(name: str, *, ref: str = SHA) -> bytes:
    """A shipped workflow with a commit in place of the zeros."""
    return (SHIPPED / name).read_bytes().replace(b"0" * 40, ref.encode())


FORKS: Final[Mapping[str, bytes]] = {GATE: shipped("prgate.yml"), ".github/workflows/prgate-review.yml": shipped("prgate-review.yml")}
SAME: Final[Mapping[str, bytes]] = {GATE: shipped("same-repository.yml")}


def changed(files: Mapping[str, bytes], *changes: tuple[str, str], path: str = GATE) -> dict[str, bytes]:
    """The files with pieces of one replaced; a piece that is not there is a mistake of the test."""
    text = files[path].decode()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return {**files, path: text.encode()}


def line(files: Mapping[str, bytes], piece: str, path: str = GATE) -> str:
    """The place of a piece, as an answer names it."""
    text = files[path].decode()
    return f"{path}:{text[: text.index(piece)].count(chr(10)) + 1}"


@contextmanager
def house(folder: Path, files: Mapping[str, bytes], *, prepare: Callable[[Repo], None] | None = None) -> Iterator[House]:
    """The house of a repository with one commit of these files."""
    repo = Repo(folder / "repo")
    for path, data in files.items():
        repo.write(path, data)
    if prepare is not None:
        prepare(repo)
    repo.commit("files")
    with open_repository(repo.path) as repository:
        yield read_house(repository, "HEAD")


SETTINGS: Final = Settings(
    repository="acme/pay",
    branch="main",
    tip=SHA,
    public=False,
    forks=False,
    public_api=True,
    required=(Required("prgate/verdict", 15368, "ruleset 7"),),
    queue=False,
    workflows=(),
    code_owners=False,
)


def settings(**told: object) -> Settings:
    """Settings that differ from the good ones in what is told."""
    return replace(SETTINGS, **told)  # type: ignore[arg-type]  # names and types are those of the fields


def answers(folder: Path, files: Mapping[str, bytes], known: Settings | Missing = NOT_ASKED) -> dict[str, Answer]:
    """Every answer by its question."""
    with house(folder, files) as looked:
        return {answer.question: answer for group in examine(looked, known) for answer in group.answers}


def ask(question: str, folder: Path, files: Mapping[str, bytes], known: Settings | Missing = NOT_ASKED) -> tuple[State, str]:
    """The state and the words of one answer; every answer of them all keeps the form of answers."""
    found = answers(folder, files, known)
    for answer in found.values():
        assert bool(answer.cure) is (answer.state is not State.OK), answer
        assert answer.found, answer
        assert "\n" not in answer.found + answer.cure, answer
    return found[question].state, f"{found[question].found} ({', '.join(map(str, found[question].places))})"
