"""A bare repository of our own that borrows the objects of the user's: nothing configured there can steer what is read here."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from prgate.errors import PrgateError
from prgate.formats.git_quoting import quote
from prgate.git.process import Finished, Git

OLDEST: Final = (2, 34)
"""The oldest git whose documentation has everything that is used here."""
_VERSION: Final = re.compile(rb"git version ([0-9]{1,4})\.([0-9]{1,4})")
_ASKED: Final = ("--path-format=absolute", "--show-object-format", "--is-shallow-repository", "--git-path", "objects")
_CONFIG: Final = """[core]
\trepositoryFormatVersion = 1
\tbare = true
\tattributesFile = {null}
\thooksPath = {null}
\tcommitGraph = false
[extensions]
\tobjectFormat = {object_format}
[i18n]
\tlogOutputEncoding = UTF-8
"""


@dataclass(frozen=True, slots=True)
class Source:
    """The user's repository, asked only where it is and what its refs mean; ``shallow`` lists the commits where its history is cut off."""

    git: Git
    path: str
    object_format: str
    objects: bytes
    shallow: bytes | None


def find_source(path: Path, folder: Path) -> Source:
    """The repository that ``path`` lies in. Raises ``PrgateError`` if there is none, or git is absent or too old.

    The only configuration that git reads beside the repository's own says that everybody's repositories may be looked at.
    """
    if not path.is_dir():
        raise PrgateError("there is no such folder", str(path), "Name a folder in a git repository.")
    trusting = folder / "trusting"
    trusting.write_text("[safe]\n\tdirectory = *\n", encoding="ascii")
    git = Git(str(folder), {"GIT_CONFIG_GLOBAL": str(trusting), "GIT_GRAFT_FILE": os.devnull})
    with git.start("version") as version:
        found = git.run("-C", str(path.absolute()), "rev-parse", *_ASKED)
        _check_version(version.communicate()[0])
    if found.code:
        raise _no_repository(found, path)
    object_format, shallow, objects = found.out.removesuffix(b"\n").split(b"\n", 2)
    cut = Path(os.fsdecode(objects)).parent / "shallow" if shallow == b"true" else None
    return Source(git, str(path.absolute()), object_format.decode("ascii"), objects, None if cut is None else cut.read_bytes())


def _check_version(answer: bytes) -> None:
    match = _VERSION.match(answer)
    if match is None or (int(match[1]), int(match[2])) < OLDEST:
        told = answer.strip().decode("utf-8", "backslashreplace") or "git"
        raise PrgateError(f"{told} is too old", "git", "prgate needs git {}.{} or later.".format(*OLDEST))


def _no_repository(found: Finished, path: Path) -> PrgateError:
    if "not a git repository" in found.words:
        return PrgateError("this is not in a git repository", str(path), "Run prgate in a clone, or name one with --repo.")
    return PrgateError(f"git cannot open this repository: {found.words}", str(path), "Mend what git says; `git status` there must work.")


def build_scratch(folder: Path, source: Source) -> Git:
    """Write the scratch repository and return how git is called in it."""
    place = folder / "scratch"
    git = lay_out(place, source.object_format)
    (place / "objects" / "info" / "alternates").write_bytes(quote(source.objects) + b"\n")
    if source.shallow is not None:
        (place / "shallow").write_bytes(source.shallow)
    return git


def lay_out(place: Path, object_format: str) -> Git:
    """Write a bare repository without objects and refs, by hand because that spares processes, and return how git is called in it."""
    (place / "objects" / "info").mkdir(parents=True)
    (place / "refs").mkdir()
    (place / "HEAD").write_text("ref: refs/heads/none\n", encoding="ascii")
    (place / "config").write_text(_CONFIG.format(null=os.devnull, object_format=object_format), encoding="ascii")
    return Git(str(place), {"GIT_DIR": str(place), "GIT_CONFIG_GLOBAL": os.devnull})
