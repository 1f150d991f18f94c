"""What a changed file is for: by its path, by the policy, and by its content at the base."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from prgate.errors import FormatError
from prgate.model.globs import Matcher, compile_globs
from prgate.model.paths import FileClass
from prgate.model.policy import Domain
from prgate.recognise.languages import Language, language_of

CHOSEN_AT_BASE: Final = frozenset({FileClass.GENERATED, FileClass.VENDORED, FileClass.DOCS})
"""Classes that exempt a file from rules, so a pull request cannot put a file into them."""
_SET_UP: Final = frozenset({FileClass.CONFIG, FileClass.OTHER})
_TESTS: Final = frozenset({FileClass.TEST, FileClass.TEST_SUPPORT})

_LOCKS = frozenset(
    b"package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb deno.lock poetry.lock uv.lock pdm.lock Pipfile.lock "
    b"pylock.toml pixi.lock conda-lock.yml Cargo.lock go.sum go.work.sum Gemfile.lock gems.locked composer.lock mix.lock rebar.lock "
    b"pubspec.lock Podfile.lock Package.resolved Cartfile.resolved packages.lock.json paket.lock gradle.lockfile flake.lock buf.lock "
    b".terraform.lock.hcl Chart.lock MODULE.bazel.lock stack.yaml.lock cabal.project.freeze requirements.lock".split()
)
_VENDORED_FOLDERS = frozenset(
    b"vendor vendored _vendor node_modules third_party third-party thirdparty bower_components Pods Carthage Godeps .yarn".split()
)
_GENERATED_NAMES = re.compile(
    rb"(?:\.pb\.(?:go|cc|h|c)|\.pb\.gw\.go|\.pb\.validate\.go|_pb2(?:_grpc)?\.pyi?|_(?:grpc_)?pb\.(?:js|ts|rb|d\.ts)|\.g\.(?:dart|cs|i\.cs)|"
    rb"\.freezed\.dart|\.designer\.cs|\.Designer\.cs|\.generated\.\w+|_generated\.(?:go|rs|py|ts|h)|\.gen\.(?:go|ts|tsx|dart)|"
    rb"[.-]min\.(?:js|css)|\.(?:js|css|mjs)\.map)\Z"
)
"""Endings. A ``.map`` beside a script, minified code, and what the usual generators write."""
_SNAPSHOT_FOLDERS = frozenset(b"__snapshots__ __image_snapshots__".split())
_SNAPSHOT_NAMES = re.compile(
    rb".+\.(?:snap|snap\.new|ambr|golden|(?:approved|received|verified)\.(?!(?:ya?ml|toml|ini|cfg|conf|env|tfvars|service)\Z)\w+)"
)
_TRACE_PATHS = re.compile(
    rb"(?:\.agent-trace|\.specstory/history|\.prgate/traces|\.entire)/.+|\.prgate/.+\.(?:jsonl?|md)|(?:.+/)?(?:\.aider\.(?:chat\.history\.md|input\.history|llm\.history)|.+\.trace\.jsonl)",
    re.DOTALL,
)
_SUPPORT_FOLDERS = frozenset(b"testdata test-data test_data fixtures __fixtures__ __mocks__".split())
"""What lies here is read by tests, never run as one, whatever its name."""
_HELPER_FOLDERS = frozenset(
    b"test-utils test_utils testutils testutil test-helpers test_helpers test-support test_support testing benches".split()
)
"""Helpers of tests, with tests of their own among them."""
_SUPPORT_NAMES = re.compile(
    rb"conftest\.py|(?:spec|test|rails)_helper\.(?:rb|exs?)|(?:(?:jest|vitest|karma)[.-]?)?setup-?[tT]ests?\.\w+|"
    rb"(?:jest|vitest)[.-]setup\.\w+|test[_-](?:utils?|helpers?)\.\w+"
)
_TEST_FOLDERS = frozenset(
    b"test tests __tests__ __test__ spec specs testcases e2e integration-tests integration_tests integrationTests cypress".split()
)
_DATA_FOLDERS = _TEST_FOLDERS - {b"spec", b"specs"}
"""Test folders whose other files are data for tests; ``spec`` also holds specifications."""
_TEST_FOLDER_ENDINGS = (b".Tests", b".Test", b".UnitTests", b".IntegrationTests", b".FunctionalTests", b".EndToEndTests")

_JS_NAMES = rb"test|.+(?:[._](?:test|tests|spec|specs)|-(?:test|spec)|\.(?:cy|e2e|e2e-spec|test-d))"
_JVM_NAMES = rb"Test[A-Z0-9].*|.*[a-z0-9](?:Tests?|TestCase|IT|ITCase%s)"
_DOTNET_NAMES = rb".*[a-z0-9](?:Tests?|Specs?|Facts)|Tests?"
_C_NAMES = rb"test_.+|.+_(?:test|tests|unittest)|.*[a-z0-9]Tests?"
_TEST_STEMS: Mapping[str, bytes] = {
    "python": rb"tests?|test_.*|.+_tests?",
    "javascript": _JS_NAMES,
    "typescript": _JS_NAMES,
    "vue": _JS_NAMES,
    "svelte": _JS_NAMES,
    "go": rb".*_test",
    "java": _JVM_NAMES % b"",
    "kotlin": _JVM_NAMES % b"|Spec",
    "scala": _JVM_NAMES % b"|Spec|Suite",
    "groovy": _JVM_NAMES % b"|Spec",
    "csharp": _DOTNET_NAMES,
    "fsharp": _DOTNET_NAMES,
    "vb": _DOTNET_NAMES,
    "ruby": rb"test_.+|.+_(?:test|spec)",
    "rust": rb"tests?|.+_tests?",
    "php": rb".*[a-z0-9](?:Test|Cest)",
    "swift": rb".*[a-z0-9](?:Tests?|Spec)",
    "objc": rb".*[a-z0-9]Tests?",
    "c": _C_NAMES,
    "cpp": _C_NAMES,
    "shell": rb"test_.+|.+_test",
    "elixir": rb".+_test",
    "erlang": rb".+_(?:SUITE|tests)",
    "dart": rb".+_test",
    "lua": rb".+_(?:spec|test)",
    "r": rb"test[-_].+",
    "zig": rb"tests?|.+_test",
    "haskell": rb".*[a-z0-9](?:Spec|Test)|Spec",
    "clojure": rb".+_test",
    "ocaml": rb"test_.+",
    "julia": rb"runtests",
    "solidity": rb".+\.t",
}
"""Whole file names without their last suffix, matched with case: ``PodSpec.go``, ``contest.py`` and ``latest.js`` are no tests."""
_TEST_SUFFIXES = (b".bats", b".feature", b".phpt", b".tftest.hcl")

_DOC_SUFFIXES = (b".md", b".markdown", b".mdx", b".rst", b".txt", b".adoc", b".asciidoc", b".org", b".textile", b".pod", b".rdoc")
_DOC_NAMES = frozenset(b"LICENSE LICENCE COPYING NOTICE README CHANGELOG CHANGES CONTRIBUTING AUTHORS MAINTAINERS SECURITY".split())
_DOC_FOLDERS = frozenset(b"docs doc documentation".split())
_EXAMPLE_FOLDERS = frozenset(b"examples example samples".split())

_CONFIG_SUFFIXES = tuple(
    b".yaml .yml .toml .ini .cfg .conf .json .json5 .jsonc .properties .env .xml .plist .editorconfig .tfvars .gradle .gradle.kts .bzl .bazel "
    b".cmake .mk .nix .csproj .fsproj .vbproj .sln .props .targets .gemspec .cabal .lock .service .sbt".split()
)
_CONFIG_NAMES = re.compile(
    rb"(?:.+\.)?Dockerfile(?:\..+)?|Containerfile|(?:GNU)?[Mm]akefile|CMakeLists\.txt|(?:.*[-_])?(?:requirements|constraints)(?:[-_].*)?\.(?:txt|in)|"
    rb"robots\.txt|Gemfile|Rakefile|Podfile|Procfile|Jenkinsfile|Vagrantfile|Brewfile|BUILD|WORKSPACE|CODEOWNERS|setup\.py|(?:build|settings)\.gradle\.kts|noxfile\.py|go\.(?:mod|work)|"
    rb"\.env(?:\..+)?|\.\w+rc(?:\.(?:js|cjs|mjs|ts))?|\.(?:git|docker|npm|eslint|prettier)(?:ignore|attributes|modules|keep)|"
    rb"(?:jest|vite|vitest|webpack|rollup|babel|eslint|prettier|tailwind|postcss|next|nuxt|playwright|cypress|tsup|tsdown|commitlint|karma|svelte|"
    rb"astro|metro|stylelint|drizzle|knip)\.config\.(?:js|cjs|mjs|ts|mts|cts)"
)
"""Whole file names. Scripts that only configure a tool are named one by one: any ``x.config.ts`` could hold a program."""


def path_class(path: bytes) -> FileClass:
    """The class that a path alone says, as if the file had always been there.

    ``source`` are files in languages where automated tests are customary. Terraform, SQL, Dockerfiles, makefiles and other build files
    are ``config``: they are exercised by what they build. Shell is ``source``: it holds logic and has test runners. Style sheets, markup
    templates, interface descriptions and binary files are ``other``. Names of tests are compared with case.

    Limits: what a pull request puts under a test folder is a test or its support, though production code might import it from there.
    """
    *folders, name = path.split(b"/")
    inside = frozenset(folders)
    if inside & _VENDORED_FOLDERS:
        return FileClass.VENDORED
    if b"__generated__" in inside or _GENERATED_NAMES.search(name) or (b"dist" in inside and _may_be_bundled(path)):
        return FileClass.GENERATED
    plain = _plain_class(path)
    if plain is FileClass.SOURCE and inside and folders[0] in _DOC_FOLDERS | _EXAMPLE_FOLDERS:
        return FileClass.DOCS
    if plain in {FileClass.OTHER, FileClass.CONFIG} and inside & _DOC_FOLDERS:
        return FileClass.DOCS
    return plain


def _may_be_bundled(path: bytes) -> bool:
    language = language_of(path)
    return language is None or language.id in {"javascript", "typescript"}


def _plain_class(path: bytes) -> FileClass:
    """The class of a path whose folders cannot make it generated, vendored or documentation."""
    *folders, name = path.split(b"/")
    inside = frozenset(folders)
    language = language_of(path)
    if language is None and (special := _special_class(path, name, inside)) is not None:
        return special
    if name in _LOCKS:
        return FileClass.LOCK
    if inside & _SUPPORT_FOLDERS or _SUPPORT_NAMES.fullmatch(name):
        return FileClass.TEST_SUPPORT
    if name.endswith(_TEST_SUFFIXES):
        return FileClass.TEST
    if _CONFIG_NAMES.fullmatch(name):
        return FileClass.CONFIG
    if language is not None and language.tested:
        return _source_or_test(language, folders, name)
    if name.endswith(_DOC_SUFFIXES) and not (name.endswith(b".txt") and inside & _DATA_FOLDERS):
        return FileClass.DOCS
    if inside & (_DATA_FOLDERS | _HELPER_FOLDERS):
        return FileClass.TEST_SUPPORT
    if name in _DOC_NAMES:
        return FileClass.DOCS
    return FileClass.CONFIG if language is not None or name.endswith(_CONFIG_SUFFIXES) else FileClass.OTHER


def _special_class(path: bytes, name: bytes, inside: frozenset[bytes]) -> FileClass | None:
    """Traces and snapshots: never a file with a source suffix, or a program could be put there."""
    if _TRACE_PATHS.fullmatch(path):
        return FileClass.TRACE
    return FileClass.SNAPSHOT if inside & _SNAPSHOT_FOLDERS or _SNAPSHOT_NAMES.fullmatch(name) else None


def _source_or_test(language: Language, folders: Sequence[bytes], name: bytes) -> FileClass:
    pattern = _TEST_STEMS.get(language.id)
    if pattern is not None and re.fullmatch(pattern, name.rpartition(b".")[0], re.DOTALL):
        return FileClass.TEST
    inside = frozenset(folders)
    if inside & _HELPER_FOLDERS:
        return FileClass.TEST_SUPPORT
    roots = frozenset(folder for before, folder in pairwise(folders) if before == b"src")
    if b"main" in roots:
        return FileClass.SOURCE
    in_tests = inside & _TEST_FOLDERS or any(root.endswith(b"Test") for root in roots)
    in_tests = in_tests or any(folder.endswith(_TEST_FOLDER_ENDINGS) for folder in folders)
    in_tests = in_tests or (language.id in {"swift", "objc"} and any(folder.endswith(b"Tests") for folder in folders))
    if not in_tests:
        return FileClass.SOURCE
    return FileClass.TEST_SUPPORT if language.id == "go" else FileClass.TEST


@dataclass(frozen=True, slots=True)
class Classifier:
    """The policy's own classes, first match first, and its domains, each with its compiled paths."""

    classes: tuple[tuple[FileClass, Matcher], ...]
    domains: tuple[tuple[str, Matcher], ...]

    def classify(self, old: bytes | None, new: bytes | None) -> tuple[FileClass, tuple[str, ...]]:
        """The class of a change and the sorted names of the domains that either path lies in.

        Policy globs win. Beyond them the classes of ``CHOSEN_AT_BASE`` count only for a file that was there before, so a new file has the
        class that its name gives; a documentation suffix is ``docs`` even then. A renamed file is source if either of its paths is, and
        a rename into a class of ``CHOSEN_AT_BASE`` leaves it in the class of its old path. A deleted file has the class of its old path.
        """
        domains = tuple(sorted(name for name, matches in self.domains if any(matches(path) for path in (old, new) if path is not None)))
        return self._class(old, new), domains

    def _class(self, old: bytes | None, new: bytes | None) -> FileClass:
        if new is not None and (stated := self._stated(new)) is not None:
            return stated
        before = None if old is None else self._stated(old) or path_class(old)
        if new is None or old == new:
            assert before is not None, "a change has at least one path"
            return before
        plain = _plain_class(new)
        if before is None:
            return plain
        if FileClass.SOURCE in {before, plain} and path_class(new) is not before:
            return FileClass.SOURCE
        after = path_class(new)
        if before in _SET_UP and after in _TESTS:
            return before
        return before if after in CHOSEN_AT_BASE and after is not plain else after

    def _stated(self, path: bytes) -> FileClass | None:
        """What the policy says. No glob makes a program a trace, which no rule would look into."""
        found = (stated for stated, matches in self.classes if matches(path))
        return next((stated for stated in found if stated is not FileClass.TRACE or language_of(path) is None), None)


def classifier(classes: Mapping[str, tuple[str, ...]], domains: Mapping[str, Domain]) -> Classifier:
    """A classifier for a policy's ``classes`` and ``domains``. ``FormatError``: an unknown class or a glob that cannot be used."""
    known = {member.value: member for member in FileClass}
    for name in classes:
        if name not in known:
            raise FormatError(f"`{name}` is no class of files; there are {', '.join(known)}")
    return Classifier(
        classes=tuple((known[name], compile_globs(globs)) for name, globs in classes.items()),
        domains=tuple((name, compile_globs(domain.paths)) for name, domain in domains.items()),
    )


_HEADER_LINES: Final = 40
_HEADER_BYTES: Final = 16 * 1024
_COMMENT = re.compile(rb"\s*(?://|#|/?\*|--|<!--|;|%|'|\{-|\(\*)")
_BLOCK = re.compile(rb'\s*(?:(""")|(/\*)|(<!--))')
_BLOCK_ENDS = (b'"""', b"*/", b"-->")
_GENERATED_MARK = re.compile(
    rb"@generated\b|<auto-?generated|\bcode generated\b.*\bdo not edit|\bgenerated by the protocol buffer compiler|"
    rb"\b(?:auto[- ]?generated|automatically generated|machine generated)\b.*\b(?:by|from|do not|don't|file|code)\b|"
    rb"\bthis (?:file|code|class) (?:is|was|has been) (?:auto[- ]?|automatically )?generated\b|\bgenerated\b.*\b(?:do not|don't) (?:edit|modify|change)",
    re.IGNORECASE,
)


def generated_at_base(path: bytes, content: bytes) -> bool:
    """Whether a comment among the first 40 lines says that a tool wrote the file. Only for content at the base: a change can write anything.

    A line counts if it begins as a comment does in any language or lies in a block comment or documentation string; a marker inside code is
    none. Documentation never counts.
    """
    if path_class(path) is FileClass.DOCS:
        return False
    inside: bytes | None = None
    for line in content[:_HEADER_BYTES].split(b"\n", _HEADER_LINES)[:_HEADER_LINES]:
        opened = _BLOCK.match(line) if inside is None else None
        if (inside or opened or _COMMENT.match(line)) and _GENERATED_MARK.search(line):
            return True
        if opened and opened.lastindex:
            inside = _BLOCK_ENDS[opened.lastindex - 1]
            inside = None if inside in line[opened.end() :] else inside
        elif inside and inside in line:
            inside = None
    return False
