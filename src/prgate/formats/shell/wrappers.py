"""Programs that run what stands behind them (``sudo``, ``xargs``, ``uv run``), taken off a command."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from prgate.formats.shell.words import Word, words_of

_ROUNDS: Final = 12
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=", re.ASCII)
_KEYWORDS: Final = words_of("! { } if then elif else fi while until do done time coproc esac")
_SHELLS: Final = words_of("bash sh zsh dash ash ksh fish")
_POWERSHELLS: Final = frozenset({"powershell", "pwsh"})
_PYTHON = re.compile(r"python(?:\d(?:\.\d{1,2})?)?|py|pypy3?", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Wrapper:
    """``valued`` options are followed by a value; ``skipped`` words stand before the command; ``needs`` must stand there, or it is none."""

    valued: frozenset[str] = frozenset()
    skipped: int = 0
    needs: str = ""


def _taking(options: str = "", *, skipped: int = 0, needs: str = "") -> _Wrapper:
    return _Wrapper(words_of(options), skipped, needs)


_PYTHON_RUN = _taking(
    "-p --python --with --with-editable --with-requirements --extra --group --only-group --env-file --project --directory --package -e"
)
_PACKAGE = _taking("-p --package -c --call -w --workspace --filter -C --dir")
_WRAPPERS: Final = {
    "sudo": _taking("-u -g -C -h -p -U -r -t -D -T --user --group --chdir"),
    "doas": _taking("-u -C"),
    "env": _taking("-u -C -S --unset --chdir"),
    "nohup": _taking(),
    "setsid": _taking(),
    "builtin": _taking(),
    "exec": _taking("-a"),
    "command": _taking(),
    "chronic": _taking(),
    "unbuffer": _taking(),
    "caffeinate": _taking("-t -w"),
    "winpty": _taking(),
    "nice": _taking("-n --adjustment"),
    "ionice": _taking("-c -n -p"),
    "stdbuf": _taking("-i -o -e"),
    "timeout": _taking("-s -k --signal --kill-after", skipped=1),
    "gtimeout": _taking("-s -k --signal --kill-after", skipped=1),
    "flock": _taking("-w -E", skipped=1),
    "watch": _taking("-n --interval"),
    "xargs": _taking("-I -i -n -P -L -l -d -s -a -E --replace --max-args --max-procs --max-lines --delimiter --arg-file"),
    "parallel": _taking("-j --jobs"),
    "npx": _PACKAGE,
    "bunx": _PACKAGE,
    "npm exec": _PACKAGE,
    "npm x": _PACKAGE,
    "pnpm exec": _PACKAGE,
    "pnpm dlx": _PACKAGE,
    "yarn exec": _PACKAGE,
    "yarn dlx": _PACKAGE,
    "bun x": _PACKAGE,
    "corepack": _taking(),
    "uvx": _taking("-p --python --from --with"),
    "uv run": _PYTHON_RUN,
    "uv tool run": _taking("-p --python --from --with"),
    "pipx run": _taking("--spec --python"),
    "poetry run": _taking(),
    "pipenv run": _taking(),
    "pdm run": _taking("-p"),
    "rye run": _taking(),
    "bundle exec": _taking(),
    "rbenv exec": _taking(),
    "pyenv exec": _taking(),
    "asdf exec": _taking(),
    "volta run": _taking("--node --npm"),
    "rustup run": _taking(skipped=1),
    "mise exec": _taking("-C --cd -E --env -j", needs="--"),
    "mise x": _taking("-C --cd -E --env -j", needs="--"),
    "direnv exec": _taking(skipped=1),
    "conda run": _taking("-n --name -p --prefix --cwd"),
    "micromamba run": _taking("-n --name -p --prefix"),
    "nix develop": _taking("-c --command", needs="-c"),
    "nix shell": _taking("-c --command", needs="-c"),
    "devbox run": _taking("-c --config -e --env"),
    "dotenv": _taking("-e -c -v"),
    "dotenvx run": _taking("-f --env-file", needs="--"),
    "doppler run": _taking("-p -c --project --config", needs="--"),
    "op run": _taking("--env-file", needs="--"),
    "cross-env": _taking(),
    "docker exec": _taking("-u -w -e --user --workdir --env --env-file", skipped=1),
    "podman exec": _taking("-u -w -e --user --workdir --env --env-file", skipped=1),
    "docker compose exec": _taking("-u -w -e --user --workdir --env --index", skipped=1),
    "docker compose run": _taking("-u -w -e -v -p --user --workdir --env --volume --name --entrypoint", skipped=1),
    "docker-compose exec": _taking("-u -w -e --user --workdir --env --index", skipped=1),
    "docker-compose run": _taking("-u -w -e -v -p --user --workdir --env --volume --name --entrypoint", skipped=1),
}


_WRAPPING: Final = frozenset(name.partition(" ")[0] for name in _WRAPPERS)


@dataclass(frozen=True, slots=True)
class Inner:
    """A command without what runs it: ``around`` names that, with its options. ``script`` is shell text to read in its place.

    ``more``: it works on files that the line does not name. ``folder`` is where it was sent to run.
    """

    words: tuple[Word, ...]
    around: tuple[tuple[str, tuple[Word, ...]], ...] = ()
    script: str | None = None
    more: bool = False


def program_of(word: Word) -> str:
    """The base name of the program, empty where the line does not say it."""
    if not word.plain:
        return ""
    name = word.text.rpartition("/")[2].rpartition("\\")[2]
    return name[:-4] if name[-4:].lower() in {".exe", ".cmd", ".bat"} else name


def unwrapped(words: Sequence[Word]) -> Inner:
    """The command inside."""
    inner = Inner(tuple(words))
    for _ in range(_ROUNDS):
        fewer = _once(inner)
        if fewer is None:
            break
        inner = fewer
        if inner.script is not None:
            break
    return inner


def _once(inner: Inner) -> Inner | None:
    words = inner.words
    if not words:
        return None
    first = words[0]
    if (first.text in _KEYWORDS and not first.quoted) or _ASSIGNMENT.match(first.text):
        return replace(inner, words=words[1:])
    name = program_of(first)
    if name in _SHELLS or name in _POWERSHELLS or name in {"eval", "cmd"}:
        return _shell(inner, name)
    if _PYTHON.fullmatch(name):
        return _module(inner, name)
    if name == "find":
        return _find(inner)
    if name in {"command", "env"} and any(word.text in {"-v", "-V"} for word in words[1:2]):
        return None
    for size in (3, 2, 1) if name in _WRAPPING else ():
        wrapper = _WRAPPERS.get(" ".join((name, *(word.text for word in words[1:size]))))
        if wrapper is not None and size <= len(words):
            return _behind(inner, wrapper, size)
    return None


def _behind(inner: Inner, wrapper: _Wrapper, size: int) -> Inner | None:
    words = inner.words
    if wrapper.needs and all(word.text not in {"--", wrapper.needs} for word in words):
        return None
    at, skipped = size, wrapper.skipped
    while at < len(words):
        text = words[at].text
        if text == "--" or (wrapper.needs and text == wrapper.needs):
            at += 1
            break
        if text.startswith("-") and len(text) > 1:
            module = text == "-m" and program_of(words[0]) == "uv"
            at += 1 + (text in wrapper.valued)
            if module:
                break
        elif _ASSIGNMENT.match(text):
            at += 1
        elif skipped:
            at, skipped = at + 1, skipped - 1
        elif wrapper.needs:
            at += 1
        else:
            break
    name = " ".join((program_of(words[0]), *(word.text for word in words[1:size])))
    around = (*inner.around, (name, words[size:at]))
    return replace(inner, words=words[at:], around=around, more=inner.more or name in {"xargs", "parallel"}) if at < len(words) else None


def _shell(inner: Inner, name: str) -> Inner | None:
    """A shell that is handed its commands as text."""
    words = inner.words
    if name == "eval":
        return replace(inner, words=(), script=" ".join(word.text for word in words[1:]))
    for at, word in enumerate(words[1:], 1):
        option = word.text.lower()
        if name == "cmd" and option in {"/c", "/k"}:
            return replace(inner, words=(), script=" ".join(word.text for word in words[at + 1 :]))
        if name in _POWERSHELLS and option in {"-command", "-c"}:
            return replace(inner, words=(), script=" ".join(word.text for word in words[at + 1 :]))
        if name in _SHELLS and re.fullmatch(r"-[a-z]{0,6}c", option) and at + 1 < len(words):
            return replace(inner, words=(), script=words[at + 1].text)
        if not option.startswith("-"):
            break
    return None


def _module(inner: Inner, name: str) -> Inner | None:
    """``python -m MODULE``, whatever options stand before."""
    words, at = inner.words, 1
    while at < len(words) and words[at].text.startswith("-"):
        text = words[at].text
        if text == "-m" and at + 1 < len(words):
            return replace(inner, words=words[at + 1 :], around=(*inner.around, (f"{name} -m", ())))
        if text == "-c":
            return None
        at += 2 if text in {"-W", "-X"} else 1
    return None


def _find(inner: Inner) -> Inner | None:
    """What ``find`` runs on the files that it finds."""
    for at, word in enumerate(inner.words):
        if word.text in {"-exec", "-execdir", "-ok", "-okdir"}:
            until = next((end for end in range(at, len(inner.words)) if inner.words[end].text in {";", "+"}), len(inner.words))
            return replace(inner, words=inner.words[at + 1 : until], around=(*inner.around, ("find", inner.words[1 : at + 1])), more=True)
    return None
