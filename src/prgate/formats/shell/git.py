"""What a git command may write into the files of the project."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from prgate.formats.shell.words import Word, words_of

GIT_VALUED: Final = words_of("-C -c --git-dir --work-tree --namespace --exec-path --config-env")

_SILENT: Final = words_of(
    "add archive annotate blame branch bundle cat-file check-attr check-ignore cherry clone commit commit-tree config count-objects describe diff diff-files"
    " diff-index diff-tree fast-export fetch for-each-ref format-patch fsck gc grep hash-object help init interpret-trailers log ls-files ls-remote ls-tree"
    " maintenance merge-base merge-tree mktree name-rev notes pack-refs prune push range-diff reflog remote repack rerere rev-list rev-parse shortlog show"
    " show-branch show-ref stage status symbolic-ref tag update-index update-ref var verify-commit verify-pack version whatchanged worktree write-tree"
)


def git_verb(args: Sequence[Word]) -> int:
    """The index of the sub-command behind git's own options; past the end if there is none."""
    at = 0
    while at < len(args) and args[at].text.startswith("-"):
        at += 1 + (args[at].text in GIT_VALUED)
    return at


def git_files(args: Sequence[Word]) -> tuple[tuple[Word, ...], bool]:
    """The files that a git command may write by name, and whether it may write others. Hooks are not thought of."""
    at = git_verb(args)
    if at >= len(args):
        return (), False
    verb, rest = args[at].text, args[at + 1 :]
    texts = [word.text for word in rest]
    given = [word for word in rest if not word.text.startswith("-")]
    if verb in _SILENT or any(text in {"-h", "--help", "--abort", "--quit"} for text in texts):
        return (), False
    match verb:
        case "rm" | "mv":
            return tuple(given), False
        case "stash":
            return (), not (texts and texts[0] in {"list", "show", "drop", "clear", "create", "store"})
        case "reset":
            return (), any(text in {"--hard", "--merge", "--keep"} for text in texts)
        case "submodule" | "lfs" | "bisect":
            return (), not (texts and texts[0] in {"status", "summary", "ls-files", "log", "env", "track"})
        case "apply" if "--stat" in texts or "--check" in texts or "--numstat" in texts:
            return (), False
        case "restore" if "--staged" in texts and "--worktree" not in texts:
            return (), False
        case "checkout" | "restore" | "switch":
            return _checkout(verb, rest, given)
        case _:
            return (), True


def _checkout(verb: str, rest: Sequence[Word], given: Sequence[Word]) -> tuple[tuple[Word, ...], bool]:
    """Named files are taken from a commit or the index; a new branch from here leaves the files as they are."""
    texts = [word.text for word in rest]
    sided = verb == "restore" or any(text in {"--ours", "--theirs"} for text in texts)
    files = tuple(rest[texts.index("--") + 1 :]) if "--" in texts else tuple(given) if sided else ()
    if files:
        return files, any(file.text in {".", ":/"} or file.text.endswith("/") for file in files)
    fresh = any(text in {"-b", "-B", "-c", "-C", "--orphan", "--create"} for text in texts)
    return (), not (fresh and len(given) == 1)
