"""What a person's word must be to vouch for lines of one file: an owner's, where owners are asked for, and one that names the proofs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from prgate.model.facts import Person
from prgate.model.independence import folded
from prgate.model.paths import path_text
from prgate.model.policy import Proof
from prgate.model.wording import listed, quoted
from prgate.recognise.expressions import finds


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody said, in a review's body or an attestation."""

    by: str
    text: str


def unowned(word: Word, paths: Iterable[bytes], owners: Mapping[bytes, Sequence[str]], people: Mapping[str, Person]) -> str | None:
    """Why a word is no code owner's of all these paths that have owners, or null where it is; paths of which none has an owner are nobody's.

    ``owners`` are as CODEOWNERS names them, ``people`` by folded login. A team counts for those whom the forge tells to be in it; an address
    is nobody's login.
    """
    asked = owned(paths, owners)
    if not asked:
        return "it has no code owner"
    person = people.get(folded(word.by))
    mine = {folded(f"@{name}") for name in (word.by, *(person.teams if person else ()))}
    for path in asked:
        named = owners[path]
        if mine.isdisjoint(map(folded, named)):
            teams = [owner for owner in named if "/" in owner and owner.startswith("@")]
            told = f"{quoted(word.by)} is not known to be a code owner of {quoted(path_text(path))}"
            return f"{told}: who is in {listed(map(quoted, teams))} is not told" if teams else told
    return None


def owned(paths: Iterable[bytes], owners: Mapping[bytes, Sequence[str]]) -> tuple[bytes, ...]:
    """Those of the paths that somebody owns."""
    return tuple(path for path in paths if owners.get(path))


def unnamed(word: Word, proofs: Iterable[Proof]) -> tuple[Proof, ...]:
    """The proofs that a word does not name."""
    return tuple(proof for proof in proofs if not finds((proof.form,), word.text))


def wanted(proofs: Iterable[Proof]) -> str:
    """``a control id and a test id``."""
    return listed(dict.fromkeys(proof.what for proof in proofs))
