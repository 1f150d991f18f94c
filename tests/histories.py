"""Histories as pull requests have them: straight, merged with the base, crossed, renamed, brought along, and at random."""

from __future__ import annotations

import random
from pathlib import Path

from tests.repositories import Repo

POLICY = b".github/prgate.yml"
LINES = [b"line %d\n" % number for number in range(30)]


def base_of(path: Path, *, object_format: str = "sha1") -> Repo:
    """``main`` with a policy and some files, and ``change`` checked out."""
    repo = Repo(path, object_format=object_format)
    for name in ("a.py", "b.py", "c/d.py"):
        repo.write(name, b"".join(LINES) + name.encode())
    repo.write(POLICY, b"version: 1\n")
    repo.commit("root")
    repo.write("a.py", b"".join(LINES))
    repo.commit("base")
    repo.branch("change")
    return repo


def advance(repo: Repo, commits: int) -> None:
    """``main`` goes on by so many commits, each with a file of its own."""
    stream = [
        b"commit refs/heads/main\ncommitter x <x@example.com> %d +0000\ndata 0\n%sM 100644 inline main%d.py\ndata 2\n1\n"
        % (1_767_600_200 + number, b"" if number else b"from refs/heads/main^0\n", number)
        for number in range(commits)
    ]
    repo.git("fast-import", "--quiet", stdin=b"".join(stream))


def merge(repo: Repo, *refs: str, files: dict[str, bytes] | None = None) -> str:
    """Merge, with these files as its author leaves them."""
    repo.git("merge", "--quiet", "--no-commit", "--no-ff", "--allow-unrelated-histories", *refs)
    for path, data in (files or {}).items():
        repo.write(path, data)
    return repo.commit("merge")


def edited(number: int, text: bytes = b"new") -> bytes:
    return b"".join([*LINES[:number], text + b"\n", *LINES[number + 1 :]])


def linear(repo: Repo) -> None:
    for number in range(4):
        repo.write("a.py", edited(number))
        repo.commit(f"{number}")


def renamed(repo: Repo) -> None:
    repo.move("a.py", "z/a.py")
    repo.write("z/a.py", edited(3))
    repo.commit("move and edit")
    repo.write("z/a.py", edited(3) + b"more\n")
    repo.move("z/a.py", "y.py")
    repo.commit("move again")


def gone_and_back(repo: Repo) -> None:
    text = (repo.path / "b.py").read_bytes()
    repo.remove("b.py")
    repo.write("new.py", text + b"1\n")
    repo.commit("away")
    repo.write("b.py", text)
    repo.write("new.py", text + b"2\n")
    repo.commit("back")


def side_branch(repo: Repo) -> None:
    repo.branch("side")
    repo.write("side.py", b"1\n")
    repo.commit("side")
    repo.checkout("change")
    repo.write("a.py", edited(5))
    repo.commit("own")
    merge(repo, "side", files={"b.py": b"smuggled\n"})


def merged_base(repo: Repo, *, ahead: int = 50) -> None:
    repo.write("a.py", edited(5))
    repo.commit("own")
    advance(repo, ahead)
    merge(repo, "main")
    repo.write("a.py", edited(7))
    repo.commit("after")
    advance(repo, 3)


def merged_base_of_long_ago(repo: Repo) -> None:
    merged_base(repo, ahead=450)


def renamed_in_the_base(repo: Repo) -> None:
    repo.write("a.py", edited(5))
    repo.commit("own")
    repo.checkout("main")
    repo.move("a.py", "moved.py")
    repo.write("moved.py", edited(20, b"main"))
    repo.remove("b.py")
    repo.commit("rename in main")
    repo.checkout("change")
    merge(repo, "main")
    assert (repo.path / "moved.py").exists()


def criss_cross(repo: Repo) -> None:
    """Two merge bases, and behind one of them more commits than the change has."""
    for number in range(6):
        repo.write("a.py", edited(number))
        repo.commit(f"ours {number}")
    repo.git("branch", "ours")
    advance(repo, 8)
    merge(repo, "main")
    repo.checkout("main")
    merge(repo, "ours")
    repo.checkout("change")
    repo.write("c/d.py", edited(3))
    repo.commit("last")


def odd_files(repo: Repo) -> None:
    repo.submodule("module", "1" * len(repo.head()))
    repo.symlink("link", "../nowhere")
    repo.write("binary", bytes(range(256)) * 20)
    repo.write("b.py", (repo.path / "b.py").read_bytes(), executable=True)
    repo.commit("one")
    repo.submodule("module", "2" * len(repo.head()))
    repo.symlink("c/d.py", "a.py")
    repo.remove("a.py")
    repo.commit("two")


def octopus(repo: Repo) -> None:
    for number in range(3):
        repo.branch(f"arm{number}", "main")
        repo.write(f"arm{number}.py", b"%d\n" % number)
        repo.commit(f"arm {number}")
    repo.checkout("change")
    repo.write("a.py", edited(4))
    repo.commit("own")
    merge(repo, "arm0", "arm1", "arm2", files={"arm1.py": b"other\n"})


def root_brought_along(repo: Repo) -> None:
    repo.orphan("alone")
    repo.write("alone/x.py", b"".join(LINES))
    repo.commit("another root")
    repo.write("alone/x.py", edited(2))
    repo.commit("another two")
    repo.checkout("change")
    merge(repo, "alone")


def from_the_root(repo: Repo) -> None:
    repo.git("checkout", "--quiet", "-B", "change", "main~1")
    repo.write("a.py", edited(2))
    repo.commit("one")


SHAPES = [
    linear, renamed, gone_and_back, side_branch, merged_base, merged_base_of_long_ago, renamed_in_the_base, criss_cross, odd_files, octopus,
    root_brought_along, from_the_root,
]  # fmt: skip


def woven(repo: Repo, chance: random.Random, commits: int) -> None:
    """``main`` and ``change`` with edits, renames and deletions at random, each merging the other now and then as nobody would."""
    stream: list[bytes] = []
    trees: list[dict[str, bytes]] = [{f"{folder}/{name}.py": b"".join(LINES) + name.encode() for folder in "xyz" for name in "klm"}]
    tips = {"main": 0, "change": 0}
    for number in range(commits):
        branch, other = chance.choice((("main", "change"), ("change", "main")))
        parents = [tips[branch], tips[other]] if number and tips[branch] != tips[other] and chance.random() < 0.3 else [tips[branch]]
        tree = dict(trees[parents[0]])
        if len(parents) > 1:
            tree |= {path: data for path, data in trees[parents[1]].items() if chance.random() < 0.6}
        for _ in range(chance.randrange(3)):
            path = chance.choice(sorted(tree))
            lines = tree[path].split(b"\n")
            lines.insert(chance.randrange(len(lines)), b"%d" % number)
            new = path if chance.random() < 0.6 else f"{chance.choice('xyz')}/moved{number}.py"
            if new == path or chance.random() < 0.7:
                del tree[path]
            if chance.random() < 0.8 or not tree:
                tree[new] = b"\n".join(lines)
        stream.append(b"commit refs/heads/%s\nmark :%d\ncommitter x <x@example.com> " % (branch.encode(), number + 1))
        stream.append(b"%d +0000\ndata 0\n" % (1_767_600_000 + number))
        stream += [b"%s :%d\n" % (b"merge" if index else b"from", parent) for index, parent in enumerate(parents) if number]
        stream.append(b"deleteall\n")
        stream += [b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data) for path, data in tree.items()]
        if number == 0:
            tips = {"main": 1, "change": 1}
            trees.append(tree)
            stream.append(b"reset refs/heads/%s\nfrom :1\n" % other.encode())
            continue
        trees.append(tree)
        tips[branch] = number + 1
    repo.git("fast-import", "--quiet", stdin=b"".join(stream))
