"""How a command is named: its program, sub-command and flags, never a value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from prgate.formats.shell.git import GIT_VALUED
from prgate.formats.shell.words import Word, words_of

MAX_FLAGS: Final = 16

_PROGRAM = re.compile(r"[A-Za-z0-9_.+-]{1,40}", re.ASCII)
_VERB = re.compile(r"[a-zA-Z][a-zA-Z0-9_.:/+-]{0,31}", re.ASCII)
_LONG = re.compile(r"--[A-Za-z][A-Za-z0-9-]{0,39}", re.ASCII)
_SHORT = re.compile(r"-[A-Za-z0-9]{1,4}", re.ASCII)
_WORDY = re.compile(r"-[A-Za-z][A-Za-z-]{1,29}", re.ASCII)
_CMDLET = re.compile(r"[A-Z][a-z]{1,20}-[A-Za-z]{1,30}")
_DIGITS = re.compile(r"[0-9]")
_FEW_DIGITS: Final = 4
_LONG_WORD: Final = 20

_CLUSTERED: Final = words_of(
    "rm cp mv ls grep egrep tar git chmod chown docker podman kubectl ps du df sort head tail cut tr sed find xargs sudo bash sh zsh make go npm pnpm yarn"
)
"""Programs whose short options stand together (``rm -rf``). Of any other only the first letter is told: a password may be stuck to it."""
_WORDY_FLAGS: Final = words_of("go terraform tofu find java javac ffmpeg openssl xcodebuild powershell pwsh dotnet mvn mvnw")
_VERBS: Final = {
    **dict.fromkeys(
        words_of(
            "apk apt apt-get artisan bazel brew buf bun bunx bundle cargo composer conda dart deno dnf docker docker-compose dotnet flutter flyctl fly git go"
            " helm heroku hg kubectl lein mix mise npm npx nx pip pip3 pipenv pipx pnpm podman poetry pre-commit rails rush rustup sbt service snap stack svn"
            " swift systemctl terraform tofu turbo uv uvx vercel wrangler yarn yum zig pdm hatch rye prisma supabase netlify railway eas expo ng vite next"
            " ruff biome alembic flask manage.py django-admin dbt airflow just task earthly act launchctl defaults glab jj gt sl security vault op doppler"
        ),
        1,
    ),
    **dict.fromkeys(words_of("aws gcloud az gh make gmake gradle gradlew mvn mvnw rake ninja invoke"), 2),
}
_VALUED: Final = words_of(
    "-C -f -n -F -R -p -w -H -P --file --namespace --context --kubeconfig --prefix --filter --cwd --profile --region --project --directory --repo"
    " --manifest-path --workspace --host --output"
)
_TWO: Final = {
    "git": words_of("stash worktree remote submodule bisect lfs notes reflog bundle sparse-checkout"),
    "npm": words_of("run run-script access token dist-tag config"),
    "pnpm": words_of("run"),
    "yarn": words_of("run workspace npm"),
    "bun": words_of("run pm"),
    "deno": words_of("task"),
    "mise": words_of("run r tasks"),
    "cargo": words_of("nextest llvm-cov"),
    "go": words_of("mod tool work"),
    "docker": words_of("compose container image volume network system buildx builder context"),
    "podman": words_of("container image volume system"),
    "kubectl": words_of("config rollout create get delete set auth"),
    "terraform": words_of("state workspace"),
    "helm": words_of("repo"),
    "uv": words_of("pip tool python"),
    "turbo": words_of("run"),
    "prisma": words_of("migrate db"),
    "supabase": words_of("db migration functions secrets"),
    "hatch": words_of("run env"),
}


def program_name(program: str) -> str:
    """The program, empty where it is no word that can be told."""
    return program if _PROGRAM.fullmatch(program) and _told(program) else ""


def command_name(program: str, args: Sequence[Word]) -> str:
    """The program with its sub-command and its flags, each once, in their order: ``git push --force``."""
    parts = [program]
    deep = _VERBS.get(program, 0)
    at = 0
    while at < len(args) and deep:
        text = args[at].text
        if text.startswith("-"):
            at += 1 + (text in (GIT_VALUED if program == "git" else _VALUED))
            continue
        if not args[at].plain or not _VERB.fullmatch(text) or not _told(text):
            break
        parts.append(text)
        deep += text in _TWO.get(program, ()) and len(parts) == 2
        deep -= 1
        at += 1
    flags = (flag for arg in args if (flag := _flag(program, arg.text)))
    return " ".join((*parts, *list(dict.fromkeys(flags))[:MAX_FLAGS]))


def _flag(program: str, text: str) -> str:
    if text[:1] != "-":
        return ""
    name = text.partition("=")[0]
    if _LONG.fullmatch(name):
        return name
    if not _SHORT.fullmatch(name):
        return (
            name
            if (program in _WORDY_FLAGS or _CMDLET.fullmatch(program)) and _WORDY.fullmatch(name)
            else name[:2]
            if _SHORT.fullmatch(name[:2])
            else ""
        )
    return name if program in _CLUSTERED else name[:2]


def _told(word: str) -> bool:
    """Whether the word cannot well be a password: long words have few digits, and one kind of letters or separators in them."""
    digits = len(_DIGITS.findall(word))
    if len(word) < _LONG_WORD:
        return digits <= _FEW_DIGITS
    return not digits and (word == word.lower() or not word.isalnum())
