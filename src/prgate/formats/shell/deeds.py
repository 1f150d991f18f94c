"""What a program may write and which files its words name, as far as it is known for that."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from prgate.formats.shell.scripts import only_looks
from prgate.formats.shell.tests import RUNNERS, updates_snapshots
from prgate.formats.shell.words import Word, words_of


@dataclass(frozen=True, slots=True)
class Deed:
    """``written`` and ``named`` are words of the command; ``anywhere``: other files too may be written. ``brings``: text that goes into them."""

    written: tuple[Word, ...] = ()
    named: tuple[Word, ...] = ()
    anywhere: bool = False
    brings: tuple[str, ...] = ()


NOTHING: Final = Deed()
ANYWHERE: Final = Deed(anywhere=True)

_SILENT: Final = words_of(
    "[ [[ : . : actionlint alias apropos apt apt-cache apt-get arch ast-grep aws az base64 basename bat bg break brew bzcat cal case cd chgrp chmod chown"
    " cksum clear cloc cmp column comm command complete continue cowsay csvlook cut date declare delta df diff difftool dig dir dirname dirs disown dnf docker"
    " docker-compose du echo egrep exit exiftool expand export expr eza exa fc fd fdfind fg fgrep file find flyctl fmt fold for free function fzf gcloud"
    " getconf getent getopts gh glab glances grep groups hash head help heroku hexdump hg hostname htop http httpie iconv id ifconfig in info ip ipconfig"
    " jobs join journalctl jq kill killall kubectl last launchctl less let ln local locale locate logname look ls lsb_release lsof man md5 md5sum mdfind"
    " mkdir mktemp mkfifo more mypy mysql netstat nl nm nmap nproc nslookup objdump od open openssl pandoc-citeproc paste pbcopy pgrep ping pip pip3 pkill"
    " popd pr printenv printf ps psql pushd pwd pylint pyright read readelf readlink readonly realpath redis-cli return rev rg ripgrep rmdir scc scp select"
    " semgrep seq service set sha1sum sha256sum shasum shellcheck shift shuf size sleep snap sort sqlite3 ss ssh ssh-add ssh-keygen stat staticcheck strings"
    " sum sw_vers sysctl systemctl systeminfo tac tail test times top tput tr trap traceroute tree true false tsort tty type typeset ulimit umask unalias uname"
    " unexpand uniq unset uptime users vulture wait wc where whereis which who whoami xdg-open xmllint xxd yamllint yes yq zcat zgrep zless"
    " json.tool py_compile compileall http.server venv ensurepip site pdb timeit tabnanny coverage flake8 pyflakes pycodestyle bandit hadolint markdownlint tflint govulncheck cargo-deny pip-audit vue-tsc ty pyrefly lint-imports nm-online"
    " Get-ChildItem Get-Content Get-Item Get-ItemProperty Get-Location Get-Command Get-Process Get-Date Get-Help Get-Member Select-String Select-Object"
    " Where-Object ForEach-Object Measure-Object Sort-Object Group-Object Format-Table Format-List Test-Path Resolve-Path Split-Path Join-Path Write-Host"
    " Write-Output Out-String Out-Null Set-Location Push-Location Pop-Location ConvertFrom-Json ConvertTo-Json Compare-Object Start-Sleep gci gc sls"
)
"""What shows, waits, controls the shell or works elsewhere than in the files of the project."""
_ALL_OPERANDS: Final = words_of("touch rm unlink truncate tee shred rename ed ex")
_POWER_WRITERS: Final = words_of("set-content add-content out-file new-item remove-item clear-content tee-object")
_POWER_COPIERS: Final = words_of("copy-item move-item rename-item")
_SHOWN: Final = words_of("cat head tail nl less more bat tac wc file stat od xxd hexdump strings sort uniq cut paste diff cmp view")
INTERPRETERS: Final = words_of(
    "python python2 python3 py pypy node ruby perl php bun deno lua Rscript julia osascript ts-node tsx bash sh zsh awk gawk"
)
_SCRIPT_OPTIONS: Final = re.compile(r"-[a-zA-Z0-9]{0,6}[ceE]|--eval|--print|-p|-r", re.ASCII)
_FORMATTERS: Final[dict[str, tuple[str, str]]] = {
    "autoflake": ("-i --in-place", ""),
    "autopep8": ("-i --in-place", ""),
    "biome": ("--write --apply --fix --apply-unsafe", ""),
    "black": ("", "--check --diff"),
    "buf": ("-w --write", ""),
    "clang-format": ("-i", ""),
    "cargo-fmt": ("", "--check"),
    "dprint": ("fmt", ""),
    "eslint": ("--fix", ""),
    "gci": ("write -w", ""),
    "gofmt": ("-w", ""),
    "gofumpt": ("-w", ""),
    "goimports": ("-w", ""),
    "golangci-lint": ("--fix fmt", ""),
    "isort": ("", "--check --check-only -c --diff"),
    "ktlint": ("-F --format", ""),
    "mdformat": ("", "--check"),
    "oxlint": ("--fix", ""),
    "php-cs-fixer": ("fix", "--dry-run"),
    "phpcbf": ("", ""),
    "prettier": ("--write -w", ""),
    "pyupgrade": ("", ""),
    "rubocop": ("-a -A --autocorrect --autocorrect-all --auto-correct", ""),
    "ruff": ("--fix format --fix-only", "--check --diff"),
    "rustfmt": ("", "--check"),
    "scalafmt": ("", "--test --check"),
    "shfmt": ("-w --write", ""),
    "sqlfluff": ("fix format", ""),
    "standard": ("--fix", ""),
    "stylelint": ("--fix", ""),
    "stylua": ("", "--check"),
    "swiftformat": ("", "--lint"),
    "taplo": ("fmt format", "--check"),
    "xo": ("--fix", ""),
    "yapf": ("-i --in-place", ""),
}
"""Programs that mend layout: the words with which they write (none: always), and those with which they only look."""
_VERBS: Final[dict[str, tuple[str, str, str]]] = {
    "go": (
        "build test vet list env version doc install clean tool telemetry bug help",
        "mod get work",
        "go.mod go.sum go.work go.work.sum",
    ),
    "cargo": (
        "build b check c test doc d bench tree search metadata clippy clean audit deny machete version help install login publish rustc",
        "add rm remove update generate-lockfile",
        "Cargo.toml Cargo.lock",
    ),
    "npm": (
        "ci ls list view v info outdated audit why explain config whoami ping root bin docs help search login logout publish pack prefix fund cache",
        "install i add uninstall remove rm un update up dedupe version",
        "package.json package-lock.json npm-shrinkwrap.json",
    ),
    "pnpm": (
        "ls list view outdated audit why config help store licenses publish",
        "install i add remove rm update up",
        "package.json pnpm-lock.yaml pnpm-workspace.yaml",
    ),
    "yarn": ("list info outdated audit why config help npm", "install add remove up upgrade", "package.json yarn.lock"),
    "bun": ("pm outdated help", "install i add remove rm update", "package.json bun.lock bun.lockb"),
    "poetry": ("show check env config help version build publish", "install add remove update lock sync", "pyproject.toml poetry.lock"),
    "uv": ("pip tool venv python tree cache help version build publish", "sync add remove lock", "pyproject.toml uv.lock"),
    "pdm": ("list show info config help build publish", "install add remove update lock sync", "pyproject.toml pdm.lock"),
    "bundle": ("list show info outdated check config help", "install update add remove lock", "Gemfile Gemfile.lock"),
    "composer": ("show outdated validate audit help", "install require remove update", "composer.json composer.lock"),
    "terraform": (
        "plan show validate output state graph providers version workspace apply destroy import refresh",
        "init",
        ".terraform.lock.hcl",
    ),
    "dotnet": ("build restore clean list --info --version nuget publish pack", "add remove", ""),
    "mvn": ("compile clean validate dependency:tree package test-compile", "", ""),
    "gradle": ("build assemble compileJava compileKotlin clean dependencies tasks projects", "", ""),
    "pre-commit": ("install uninstall validate-config clean gc help", "", ""),
    "deno": ("check lint info types doc bench help", "", ""),
    "mise": ("install use ls list current tasks where which doctor trust env", "", ""),
    "helm": ("list status get lint template show search repo history version upgrade install uninstall rollback", "", ""),
}
"""Programs with verbs: those that write nothing of the project, those that write its manifest and lock, and these two."""
_QUIET_TASKS: Final = words_of(
    "lint typecheck type-check types tsc check vet dev start serve preview audit coverage check-types help clean build:check lint:check format:check fmt:check"
)
_QUIET_BEGINNINGS: Final = ("lint:", "check:", "typecheck:")
_TASK_RUNNERS: Final = words_of("make gmake just task npm pnpm yarn bun mise rake invoke turbo nx lerna composer deno hatch gradle poe")
_PLAN: Final = words_of("--help --version --dry-run -n --just-print --recon")
_PLACE = r"(?:\d{1,9}|\$|/[^/\n]{0,80}/)"
_SED_TEXT = re.compile(rf"^(?:{_PLACE}(?:,{_PLACE})?)?[ \t]*[aic](?:\\[ \t]*\n?|[ \t]+)((?:[^\\\n]|\\[\s\S])*+)", re.MULTILINE)
_SED_PUT = re.compile(r"s([^\w\s\\])(?:\\.|(?!\1).)*+\1((?:\\.|(?!\1).)*+)\1")
_AWK_WRITES = re.compile(r"print[^;}\n]*>|system\s*\(")


def deed_of(program: str, args: Sequence[Word], *, tests: bool) -> Deed:
    """What the program does with these words. ``tests``: it runs tests."""
    texts = [arg.text for arg in args]
    if tests:
        return ANYWHERE if updates_snapshots(texts) else NOTHING
    if texts[-1:] in (["--help"], ["--version"], ["-h"], ["-V"], ["-v"], ["help"], ["version"]) and len(texts) <= (
        _HELP_WORDS if texts[-1][:2] == "--" else 1
    ):
        return NOTHING
    special = _SPECIAL.get(program) or _SPECIAL.get(program.lower())
    if special is not None:
        return special(args)
    if program in _FORMATTERS:
        return _formats(program, args)
    if program in _SHOWN:
        return Deed(named=operands(args))
    if program in _VERBS or program in _TASK_RUNNERS:
        return _verb(program, args)
    if program in _SILENT or program in RUNNERS:
        return _stored(args)
    return ANYWHERE


_HELP_WORDS: Final = 3


def operands(args: Sequence[Word], valued: frozenset[str] = frozenset()) -> tuple[Word, ...]:
    """The words that are neither options nor their values."""
    found: list[Word] = []
    skip = rest = False
    for arg in args:
        if skip:
            skip = False
        elif rest or not arg.text.startswith("-") or arg.text == "-":
            found.append(arg)
        elif arg.text == "--":
            rest = True
        else:
            skip = arg.text in valued
    return tuple(found)


def _stored(args: Sequence[Word]) -> Deed:
    """A program that shows something, or writes it where ``-o`` says."""
    for at, arg in enumerate(args[:-1]):
        if arg.text in {"-o", "--output", "--out"}:
            return Deed(written=(args[at + 1],))
    return NOTHING


def _all(args: Sequence[Word]) -> Deed:
    return Deed(written=operands(args))


def _copies(args: Sequence[Word]) -> Deed:
    """Sources, and the target, which may be a folder."""
    files = operands(args, words_of("-t --target-directory -S --suffix -m --mode -o -g"))
    deep = any(re.fullmatch(r"-[a-zA-Z]*[rRa][a-zA-Z]*|--recursive|--archive", arg.text) for arg in args)
    if len(files) < 2:
        return ANYWHERE
    target = files[-1]
    inside = tuple(Word(f"{target.text.rstrip('/')}/{file.text.rstrip('/').rpartition('/')[2]}") for file in files[:-1])
    return Deed(written=(*files, *inside), anywhere=deep)


def _moves(args: Sequence[Word]) -> Deed:
    return Deed(written=_copies([arg for arg in args if not arg.text.startswith("-")]).written)


def _sed(args: Sequence[Word]) -> Deed:
    """Its script is text that it may write; ``-n`` with a script that only prints is a look at the file."""
    scripts = [args[at + 1] for at, arg in enumerate(args[:-1]) if arg.text in {"-e", "--expression"}]
    files = operands(args, words_of("-e --expression -f --file -l"))
    if not scripts and not any(arg.text in {"-f", "--file"} for arg in args):
        scripts, files = list(files[:1]), files[1:]
    changes = any(re.fullmatch(r"-[nErsuz]*i.{0,20}|--in-place(?:=.*)?", arg.text) for arg in args)
    files = tuple(file for file in files if file.text)
    return Deed(written=files, brings=tuple(_sed_text(script.text) for script in scripts)) if changes else Deed(named=files)


def _sed_text(script: str) -> str:
    """The lines that a script puts in, and what it puts in the place of others, which is a line at times."""
    return "\n".join([found[1] for found in _SED_TEXT.finditer(script)] + [found[2] for found in _SED_PUT.finditer(script)])


def _perl(args: Sequence[Word]) -> Deed:
    """In place or as an interpreter."""
    changes = any(re.fullmatch(r"-[0-9a-zA-Z]{0,6}i(?:\..{1,12}|[a-zA-Z]{0,4})", arg.text) for arg in args)
    if not changes:
        return _runs(args)
    given = any(re.fullmatch(r"-[0-9a-zA-Z]{0,6}[eE]", arg.text) for arg in args)
    files = operands(args)
    return Deed(written=files[1:] if given else files, anywhere=not given)


def _awk(args: Sequence[Word]) -> Deed:
    given = operands(args, words_of("-F -v -f -i"))
    writes = any(arg.text == "inplace" for arg in args) or any(_AWK_WRITES.search(arg.text) for arg in given[:1])
    return Deed(named=given[1:], anywhere=writes)


def _runs(args: Sequence[Word]) -> Deed:
    """An interpreter: its script may write anywhere."""
    if any(arg.text in {"--version", "-V", "--check", "-n"} for arg in args[:1]):
        return NOTHING
    scripts = tuple(args[at + 1].text for at, arg in enumerate(args[:-1]) if _SCRIPT_OPTIONS.fullmatch(arg.text))[:1]
    if scripts:
        return Deed(anywhere=not only_looks(scripts[0]), brings=scripts)
    return Deed(named=operands(args)[:1], anywhere=True)


def _dd(args: Sequence[Word]) -> Deed:
    return Deed(written=tuple(Word(arg.text[3:]) for arg in args if arg.text.startswith("of=")))


def _curl(args: Sequence[Word]) -> Deed:
    """Shows what it fetches, unless told where to keep it."""
    if any(arg.text in {"-O", "--remote-name", "-OL", "-LO", "-sLO", "-fsSLO"} for arg in args):
        return ANYWHERE
    kept = [args[at + 1] for at, arg in enumerate(args[:-1]) if re.fullmatch(r"-[a-zA-Z]*o|--output", arg.text)]
    return Deed(written=tuple(word for word in kept if word.text != "-"))


def _wget(args: Sequence[Word]) -> Deed:
    kept = [args[at + 1] for at, arg in enumerate(args[:-1]) if re.fullmatch(r"-[a-zA-Z]*O|--output-document", arg.text)]
    return Deed(written=tuple(word for word in kept if word.text != "-"), anywhere=not kept)


def _patch(args: Sequence[Word]) -> Deed:
    if any(arg.text == "--dry-run" for arg in args):
        return NOTHING
    files = operands(args, words_of("-i --input -d --directory -o -p -F"))
    return Deed(written=files[:1], anywhere=not files)


def _unpacks(args: Sequence[Word]) -> Deed:
    first = args[0].text.lstrip("-") if args else ""
    listing = any(arg.text in {"-l", "-t", "-Z", "--list", "-tf", "-tvf", "-tzf"} for arg in args) or first.startswith(("t", "c"))
    return NOTHING if listing else ANYWHERE


def _compiles(args: Sequence[Word]) -> Deed:
    return NOTHING if any(arg.text == "--noEmit" for arg in args) else ANYWHERE


def _powershell(args: Sequence[Word]) -> Deed:
    """Cmdlets name the file first or behind ``-Path``, and the text behind ``-Value``."""
    values = {args[at].text.lower(): args[at + 1] for at in range(len(args) - 1) if args[at].text.startswith("-")}
    paths = tuple(values[name] for name in ("-path", "-literalpath", "-filepath", "-destination", "-name") if name in values)
    rest = operands(args, frozenset(arg.text for arg in args if arg.text.lower() in _POWER_VALUED))
    return Deed(written=paths or rest[:1], brings=(values["-value"].text,) if "-value" in values else ())


_POWER_VALUED: Final = words_of(
    "-value -encoding -itemtype -inputobject -filter -erroraction -path -literalpath -filepath -destination -name"
)


def _power_copies(args: Sequence[Word]) -> Deed:
    return Deed(written=tuple(arg for arg in args if not arg.text.startswith("-")))


def _formats(program: str, args: Sequence[Word]) -> Deed:
    """With files the formatter keeps to them; a folder, a pattern or nothing may be any file."""
    texts = {arg.text.partition("=")[0] for arg in args}
    writes, looks = _FORMATTERS[program]
    if (writes and not texts & words_of(writes)) or texts & words_of(looks):
        return NOTHING
    verbs = words_of(writes) | words_of("check lint run format fmt fix")
    files = tuple(
        arg for arg in operands(args, words_of("-c --config -l --line-length --profile -t --select --ignore")) if arg.text not in verbs
    )
    return Deed(
        written=files, anywhere=not files or not all("." in file.text.rpartition("/")[2][1:] and "*" not in file.text for file in files)
    )


def _verb(program: str, args: Sequence[Word]) -> Deed:
    texts = [arg.text for arg in args]
    given = [text for text in texts if not text.startswith(("-", "+")) and "=" not in text]
    first = given[0] if given else ""
    if any(text in _PLAN for text in texts):
        return NOTHING
    reads, manages, manifests = _VERBS.get(program, ("", "", ""))
    if program in _TASK_RUNNERS:
        tasks = given[1:] if first in {"run", "r", "run-script", "task"} else given
        if tasks and all(task in _QUIET_TASKS or (task.startswith(_QUIET_BEGINNINGS) and "fix" not in task) for task in tasks):
            return NOTHING
    if first in words_of(manages) or (program in {"yarn", "poetry"} and not given):
        return Deed(written=tuple(Word(name) for name in manifests.split()), anywhere=not manifests)
    return NOTHING if first in words_of(reads) and "--fix" not in texts else ANYWHERE


_SPECIAL: Final[dict[str, Callable[[Sequence[Word]], Deed]]] = {
    **dict.fromkeys(_ALL_OPERANDS, _all),
    **dict.fromkeys(_POWER_WRITERS, _powershell),
    **dict.fromkeys(_POWER_COPIERS, _power_copies),
    **dict.fromkeys(INTERPRETERS, _runs),
    **dict.fromkeys(("cp", "install", "rsync"), _copies),
    **dict.fromkeys(("awk", "gawk", "mawk"), _awk),
    **dict.fromkeys(("tar", "unzip", "gunzip", "7z"), _unpacks),
    **dict.fromkeys(("tsc",), _compiles),
    "mv": _moves,
    "sed": _sed,
    "gsed": _sed,
    "perl": _perl,
    "ruby": _perl,
    "dd": _dd,
    "curl": _curl,
    "wget": _wget,
    "patch": _patch,
}
