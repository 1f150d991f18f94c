"""What a file is for, and which globs match it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.errors import FormatError
from prgate.formats.classes import Classifier, classifier, generated_at_base, path_class
from prgate.model.globs import LONGEST_GLOB, MOST_GLOBS, compile_globs
from prgate.model.paths import FileClass
from prgate.model.policy import Domain
from tests.hang import no_hang

PLAIN = classifier({}, {})


def classes(text: str) -> list[list[str]]:
    """``path class`` a line."""
    return [line.split() for line in text.splitlines() if line]


def class_of(old: str | None, new: str | None, *, by: Classifier = PLAIN) -> str:
    return by.classify(None if old is None else old.encode(), None if new is None else new.encode())[0].value


NO_TESTS = """
PodSpec.go             source
JobSpec.java           source
ABTest.java            source
pkg/contest.py         source
latest.js              source
attest/attest.go       source
src/protest.ts         source
testify.py             source
Testament.java         source
src/greatest/x.py      source
src/main/java/test/A.java source
src/test-utils/x.ts    test-support
pkg/testing/clock.py   test-support
a/testdata/x_test.go   test-support
tests/fixtures/test_a.py test-support
tests/conftest.py      test-support
test/e2e/framework.go  test-support
spec/spec_helper.rb    test-support
tests/data.json        test-support
tests/input.txt        test-support
tests/README.md        docs
api/spec/openapi.yaml  config
"""
TESTS = """
test_a.py              test
src/a_test.py          test
app/tests.py           test
tests/helper.py        test
a_test.go              test
a.test.ts              test
a.spec.jsx             test
__tests__/a.js         test
cypress/login.ts       test
e2e/login.cy.ts        test
src/test/java/A.java   test
src/androidTest/A.kt   test
FooTest.java           test
FooIT.java             test
TestFoo.java           test
FooSpec.kt             test
Foo.Tests/Helper.cs    test
FooTests.cs            test
a_spec.rb              test
tests/it.rs            test
src/tests.rs           test
FooTests/Bar.swift     test
FooTest.php            test
a.phpt                 test
a.bats                 test
features/a.feature     test
net.tftest.hcl         test
a_test.exs             test
Token.t.sol            test
"""
OTHERS = """
src/a.py               source
run.sh                 config
dist/a.go              source
.prgate/traces/a.py    source
.prgate/a.py           source
.prgate/a.yml          config
.prgate/a.html         other
a/.prgate/a.json       config
__snapshots__/a.ts     source
pay.config.ts          source
main.tf                config
migrations/1.sql       config
Dockerfile             config
Dockerfile.dev         config
Makefile               config
CMakeLists.txt         config
requirements-dev.txt   config
vite.config.ts         config
setup.py               config
build.gradle.kts       config
.github/workflows/a.yml config
.eslintrc.js           config
.gitattributes         config
uv.lock                lock
package-lock.json      lock
.terraform.lock.hcl    lock
a.test.ts.snap         snapshot
__snapshots__/a.txt    snapshot
Foo.verified.txt       snapshot
Foo.verified.json      snapshot
k8s/app.approved.yaml  config
.aider.chat.history.md trace
.specstory/history/a.md trace
.prgate/traces/a.jsonl trace
.prgate/traces/a       trace
.prgate/a.json         trace
.prgate/a/b.jsonl      trace
.prgate/a.md           trace
.agent-trace/a.json    trace
.entire/a/b.json       trace
run.trace.jsonl        trace
README.md              docs
notes.txt              docs
LICENSE                docs
docs/conf.py           docs
docs/a/logo.png        docs
a/docs/data.json       docs
examples/a.py          docs
src/docs/render.py     source
src/examples/a.py      source
vendor/a.go            vendored
a/node_modules/b.js    vendored
third_party/a.c        vendored
a.pb.go                generated
a_pb2.py               generated
a.min.js               generated
dist/index.js          generated
a/__generated__/b.ts   generated
logo.png               other
a.css                  other
a.proto                other
"""


@pytest.mark.parametrize(("path", "expected"), classes(NO_TESTS + TESTS + OTHERS))
def test_a_path_says_what_a_file_is_for(path: str, expected: str) -> None:
    assert path_class(path.encode()).value == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("vendor/pay.py", "source"),
        ("docs/pay.py", "source"),
        ("examples/pay.py", "source"),
        ("dist/pay.js", "source"),
        ("pay.pb.go", "source"),
        ("pay_pb2.py", "source"),
        ("vendor/test_pay.py", "test"),
        ("vendor/logo.png", "other"),
        ("docs/pay.md", "docs"),
        ("vendor/README.md", "docs"),
        ("test_pay.py", "test"),
        ("uv.lock", "lock"),
    ],
)
def test_a_new_file_cannot_choose_a_class_that_exempts_it(path: str, expected: str) -> None:
    assert class_of(None, path) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("src/pay.py", "vendor/pay.py", "source"),
        ("src/pay.py", "docs/pay.py", "source"),
        ("src/pay.go", "src/pay.pb.go", "source"),
        ("src/pay.py", "tests/test_pay.py", "source"),
        ("src/pay.py", "tests/fixtures/pay.py", "source"),
        ("src/pay.py", "notes/pay.md", "source"),
        ("notes.txt", "vendor/pay.py", "source"),
        ("vendor/pay.py", "src/pay.py", "source"),
        ("tests/test_pay.py", "src/pay.py", "source"),
        ("tests/test_pay.py", "vendor/test_pay.py", "test"),
        ("tests/test_pay.py", "tests/unit/test_pay.py", "test"),
        ("settings.yml", "docs/settings.yml", "config"),
        ("vendor/a/pay.py", "vendor/b/pay.py", "vendored"),
        ("docs/a.py", "docs/b.py", "docs"),
        ("settings.yml", "README.md", "docs"),
        ("src/a.py", "src/b.py", "source"),
    ],
)
def test_a_renamed_file_is_source_if_either_path_is_and_never_slips_into_an_exempt_class(old: str, new: str, expected: str) -> None:
    assert class_of(old, new) == expected


@pytest.mark.parametrize("path", ["vendor/pay.py", "docs/conf.py", "pay.pb.go", "src/pay.py", "tests/test_pay.py"])
def test_a_file_that_was_there_keeps_the_class_of_its_path_when_changed_or_deleted(path: str) -> None:
    expected = path_class(path.encode()).value
    assert (class_of(path, path), class_of(path, None)) == (expected, expected)


def test_the_policy_decides_for_new_files_too_and_the_first_of_its_classes_wins() -> None:
    by = classifier({"generated": ("gen/**", "!gen/keep/**"), "source": ("gen/**", "*.sql", "tests/harness/")}, {})
    assert class_of(None, "gen/a.py", by=by) == "generated"
    assert class_of("src/a.py", "gen/a.py", by=by) == "generated"
    assert class_of(None, "gen/keep/a.py", by=by) == "source"
    assert class_of(None, "db/1.sql", by=by) == "source"
    assert class_of("tests/harness/a.py", "tests/test_a.py", by=by) == "source"
    assert class_of("gen/a.py", None, by=by) == "generated"
    assert class_of(None, "vendor/a.py", by=by) == "source"


def test_no_glob_of_the_policy_makes_a_program_a_trace() -> None:
    by = classifier({"trace": ("logs/**",), "test": ("logs/*.go",)}, {})
    classes = {"a.log": "trace", "a.py": "source", "a.sql": "config", "a.go": "test", "a.ts": "source"}
    assert classes == {name: by.classify(None, f"logs/{name}".encode())[0].value for name in classes}
    assert by.classify(b"src/a.py", b"logs/a.py")[0].value == "source"


def test_an_unknown_class_in_the_policy_is_refused_with_the_known_ones() -> None:
    with pytest.raises(FormatError, match="`vendor` is no class of files; there are source, test"):
        classifier({"vendor": ("vendor/**",)}, {})


def test_either_path_puts_a_change_into_a_domain() -> None:
    by = classifier({}, {"crypto": Domain(("**/crypto/**",)), "auth": Domain(("auth/", "*.pem")), "none": Domain(())})
    assert by.classify(b"src/a.py", b"src/b.py")[1] == ()
    assert by.classify(b"src/crypto/a.py", b"src/b.py")[1] == ("crypto",)
    assert by.classify(b"auth/a.py", b"src/crypto/a.py")[1] == ("auth", "crypto")
    assert by.classify(None, b"keys/root.pem")[1] == ("auth",)
    assert by.classify(b"keys/root.pem", None)[1] == ("auth",)


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("crypto/**", b"src/crypto/a.py"),
        ("/a.py", b"src/a.py"),
        ("*.py", b"a.pyi"),
        ("*.py", b"A.PY"),
        ("a?b", b"a/b"),
        ("crypto", b"cryptography/a.py"),
        ("!*.py", b"a.py"),
    ],
)
def test_a_glob_leaves_other_paths_alone(glob: str, path: bytes) -> None:
    assert not compile_globs([glob])(path)


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("crypto/**", b"crypto/a.py"),
        ("**/crypto/**", b"crypto/a.py"),
        ("**/crypto/**", b"a/b/crypto/c/d"),
        ("**/crypto/**", b"line\nend/crypto/a.py"),
        ("crypto/**/a.py", b"crypto/line\nend/a.py"),
        ("*.py", b"line\nend.py"),
        ("crypto", b"src/crypto/a.py"),
        ("/a.py", b"a.py"),
        ("*.[ch]", b"x/a.h"),
        (r"\!a", b"!a"),
        ("ü.py", "src/ü.py".encode()),
        (r"a\\xff.py", b"a\xff.py"),
        ("a b.py", b"a b.py"),
    ],
)
def test_a_glob_matches_as_in_gitignore(glob: str, path: bytes) -> None:
    assert compile_globs([glob])(path)


def test_the_last_matching_glob_decides_and_no_glob_matches_nothing() -> None:
    matches = compile_globs(["*.py", "!tests/*.py", "tests/a.py"])
    assert [matches(path) for path in (b"a.py", b"tests/b.py", b"tests/a.py", b"a.js")] == [True, False, True, False]
    assert not compile_globs([])(b"a.py")


@pytest.mark.parametrize(
    ("glob", "message"),
    [
        ("", "matches no path"),
        ("  ", "matches no path"),
        ("/", "matches no path"),
        ("!", "matches no path"),
        ("# keys", "matches no path"),
        ("./src/**", "without `./`"),
        ("!../a", "without `./`"),
        ("[a", "range that git cannot read"),
        ("[^/]", "range that git cannot read"),
        ("[z-a]", "cannot be compiled"),
        ("[[:alpha:]]", "cannot be compiled"),
        ("a\\", "cannot be compiled"),
        ("a\nb", "cannot be printed"),
        ("a\x00b", "cannot be printed"),
        ("\ud800", "cannot be printed"),
        ("a" * (LONGEST_GLOB + 1), "at most 256"),
    ],
)
def test_a_glob_that_could_never_match_is_refused_and_named(glob: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        compile_globs(["src/**", glob])


def test_too_many_globs_are_refused() -> None:
    with pytest.raises(FormatError, match="501 globs, at most 500") as refused:
        compile_globs(["a"] * (MOST_GLOBS + 1))
    assert refused.value.over_limit


def test_globs_too_large_together_are_refused_rather_than_matching_nothing() -> None:
    with pytest.raises(FormatError, match="400 globs together") as refused:
        compile_globs([f"**/{number}*/" + "?*a" * 60 for number in range(400)])
    assert refused.value.over_limit


def test_a_hostile_glob_does_not_hang_on_a_hostile_path() -> None:
    matches = compile_globs(["*a" * 100 + "b", "**/a/" * 40 + "b"])
    with no_hang():
        assert not matches(b"a" * 2_000 + b"/a" * 1_000)


@given(st.binary(), st.binary())
@settings(deadline=None)
def test_any_path_has_a_class(old: bytes, new: bytes) -> None:
    by = classifier({"docs": ("a*",)}, {"any": Domain(("**",))})
    assert isinstance(path_class(new), FileClass)
    for sides in ((None, new), (old, None), (old, new)):
        file_class, domains = by.classify(*sides)
        assert isinstance(file_class, FileClass)
        assert domains == (("any",) if any(sides) else ())


@given(st.lists(st.text(max_size=12), max_size=4), st.binary())
@settings(deadline=None)
def test_a_glob_is_taken_or_refused_and_a_taken_one_answers_for_any_path(globs: list[str], path: bytes) -> None:
    try:
        matches = compile_globs(globs)
    except FormatError:
        return
    assert matches(path) in {True, False}


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("a.py", b""),
        ("a.py", b"HEADER = '# @generated'\n"),
        ("a.go", b'const header = "// Code generated by x. DO NOT EDIT."\n'),
        ("a.py", b"# Lists the files generated for a user; edit freely.\n"),
        ("a.py", b"x = 1\n" * 40 + b"# @generated\n"),
        ("a.py", b"x" * 20_000 + b"\n# @generated\n"),
        ("a.py", b'"""Reads."""\nMARK = "this file is generated, do not edit"\n'),
        ("a.md", b"<!-- @generated -->\n"),
        ("a.js", b"/*\n reads\n*/\nmark = 'this file is generated, do not edit'\n"),
        ("a.js", b"/* reads */ const mark = '@generatedNot'\n"),
    ],
)
def test_code_or_prose_that_mentions_generation_is_not_generated(path: str, content: bytes) -> None:
    assert not generated_at_base(path.encode(), content)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("a.go", b"// Code generated by mockgen. DO NOT EDIT.\n\npackage a\n"),
        ("a.js", b"/**\n * @generated SignedSource<<x>>\n */\n"),
        ("a.py", b"#!/usr/bin/env python\n# Generated by the protocol buffer compiler.  DO NOT EDIT!\n"),
        ("a.cs", b"// <auto-generated/>\n"),
        ("a.py", b'"""\n    Pets\n\n    This class is auto generated by a tool.\n    Do not edit the class manually.\n"""\n'),
        ("a.c", b"/*\n   Automatically generated by a tool\n*/\n"),
        ("a.rb", b"# This file is auto-generated from the current state of the database.\n"),
        ("a.sql", b"-- This file was generated\n"),
    ],
)
def test_a_header_that_says_generated_counts(path: str, content: bytes) -> None:
    assert generated_at_base(path.encode(), content)


@given(st.binary(max_size=400))
@settings(deadline=None)
def test_any_content_is_generated_or_not(content: bytes) -> None:
    assert generated_at_base(b"a.py", content) in {True, False}


@pytest.mark.parametrize(("old", "new"), [("k8s/app.yaml", "tests/k8s/app.yaml"), ("bin/run", "tests/fixtures/run")])
def test_what_sets_up_a_program_does_not_become_a_test_by_a_move(old: str, new: str) -> None:
    assert class_of(old, new) == class_of(old, old)
