"""What tools leave beside the branches of a repository: session refs, notes and checkpoints, put there by git itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.repositories import Repo

ID = "5f3a90c1d2e4"
OTHER = "0a1b2c3d4e5f"
ULID = "01K3V7Q9ZJ8XWN4T5RBD2MHCEG"
TRAILER = f"\n\nEntire-Checkpoint: {ID}\n"

Tree = Mapping[str, "bytes | Tree"]


def tree(repo: Repo, files: Tree) -> str:
    """The id of a tree of these files and folders."""
    lines = []
    for name, content in files.items():
        if isinstance(content, bytes):
            oid, kind = repo.git("hash-object", "-w", "--stdin", stdin=content).decode().strip(), "100644 blob"
        else:
            oid, kind = tree(repo, content), "040000 tree"
        lines.append(f"{kind} {oid}\t{name}\n")
    return repo.git("mktree", stdin="".join(lines).encode()).decode().strip()


def keep(repo: Repo, ref: str, files: Tree, *, at: int = 1_767_600_000) -> str:
    """A ref whose commit, of this second and without parents, holds these files."""
    person = {f"GIT_{who}_{what}": "prgate" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    dates = {f"GIT_{who}_DATE": f"{at} +0000" for who in ("AUTHOR", "COMMITTER")}
    commit = repo.git("commit-tree", "-m", "Keep", tree(repo, files), env=person | dates).decode().strip()
    repo.git("update-ref", ref, commit)
    return commit


def attach(repo: Repo, branch: str, session: str, data: bytes, *, at: int = 1_767_600_000) -> str:
    """A session that is attached to a branch."""
    return keep(repo, f"refs/prgate/{branch}/{session}", {"trace.json": data}, at=at)


def note(repo: Repo, commit: str, data: bytes) -> None:
    """A note on a commit."""
    repo.git("notes", "--ref=ai", "add", "-f", "-F", "-", commit, stdin=data)


def checkpoint(*sessions: bytes) -> Tree:
    """A checkpoint of these transcripts, as its tree has them."""
    return {"metadata.json": b"{}\n"} | {str(number): {"full.jsonl": data, "prompt.txt": b"?\n"} for number, data in enumerate(sessions)}


def in_branch(repo: Repo, checkpoints: Mapping[str, Tree], *, ref: str = "refs/heads/entire/checkpoints/v1") -> str:
    """Checkpoints in the branch that holds many."""
    folders: dict[str, dict[str, Tree]] = {}
    for id_, each in checkpoints.items():
        folders.setdefault(id_[:2], {})[id_[2:]] = each
    return keep(repo, ref, folders)


def at_ref(repo: Repo, id_: str, each: Tree) -> str:
    """A checkpoint at a ref of its own."""
    return keep(repo, f"refs/entire/checkpoints/{id_[-2:]}/{id_}", each)


def names(found: Sequence[object]) -> list[str]:
    """What outputs call each."""
    return [str(getattr(each, "source", each)) for each in found]
