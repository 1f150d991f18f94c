"""Any text is read as a shell command, in bounded time and size, and without an error."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prgate.formats.shell import MAX_PATHS, MAX_PROGRAMS, read_command
from prgate.formats.shell.words import LONGEST, MAX_STEPS, MAX_WORDS
from prgate.model.trace import Writes
from tests.hang import no_hang

ANYWHERE = Writes.ANYWHERE


def test_what_a_limit_cuts_off_may_have_written_anything() -> None:
    deep, long, wide, words = "( " * 40 + "ls", "ls " + "a" * LONGEST, "ls;" * (MAX_STEPS + 1), "ls " + "a " * MAX_WORDS
    scripts = "ls"
    for _ in range(6):
        scripts = "bash -c '" + scripts.replace("'", "'\\''") + "'"
    wrapped = "sudo " * 20 + "ls"
    many = "cat " + " ".join(f"{number}.py" for number in range(MAX_PATHS + 1))
    for line in (deep, long, wide, words, scripts, wrapped, many):
        assert read_command(line).writes is ANYWHERE
    assert len(read_command(many).paths) == MAX_PATHS
    assert (
        len(read_command(";".join(f"tool{chr(97 + one)}{chr(97 + two)}" for one in range(20) for two in range(20))).programs)
        == MAX_PROGRAMS
    )


@pytest.mark.parametrize(
    "unit",
    [
        "(", ")", "$(", "`", "'", '"', '"$(', "<<E\n", "<<E <<F\n", "{", "{a,", "{a,b}", "$((", "${", "[[ ", "case x in ", "a|", "$'", "\\", "\\\n", "> ", "f() ", "x=(", "s/", "sed -i s!s@s#", "@'\n", "C:\\a @'\n",
        "bash -c ", "sudo ", "xargs ", "env A=b ", "printf '%s' ", "%", "a/", "a.", "::", "--a", "find -exec ", "python - <<E\nimport a\nE\n", "sed -i '1a\\\\\n' ", "\t", "#", "#\n", "git ", "-c ", "&& ",
    ],
)  # fmt: skip
def test_no_repetition_hangs(unit: str) -> None:
    with no_hang():
        read_command(unit * (1_000_000 // len(unit)))
        read_command("sed -i '" + unit * (200_000 // len(unit)) + "' a.py")


_PIECES = st.sampled_from(
    [
        "git",
        "push",
        ";",
        "&&",
        "||",
        "|",
        "&",
        "(",
        ")",
        "{",
        "}",
        "$(",
        "`",
        "'",
        '"',
        "<<EOF",
        "<<'E'",
        "EOF",
        "\n",
        ">",
        ">>",
        "2>&1",
        "<",
        "<(",
        "cat",
        "sed",
        "-i",
        "s/a/b/",
        "a.py",
        "src/b.py",
        "bash",
        "-lc",
        "python",
        "-",
        "-c",
        "-m",
        "pytest",
        "if",
        "then",
        "fi",
        "for",
        "in",
        "do",
        "done",
        "case",
        "esac",
        "f()",
        "$X",
        "${Y}",
        "$((1+2))",
        "\\",
        "\\\n",
        "#",
        "@'",
        "'@",
        "C:\\a",
        "sudo",
        "env",
        "A=b",
        "xargs",
        "find",
        "-exec",
        "{}",
        "+",
        "tee",
        "echo",
        "printf",
        "%s\\n",
        "[[",
        "]]",
        "x=(",
        "é",
        "\x00",
        "�",
    ]
)


@settings(deadline=None, max_examples=300)
@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(_PIECES, max_size=30).map(" ".join),
        st.lists(_PIECES, max_size=30).map("".join),
        st.lists(_PIECES, max_size=8),
    )
)
def test_any_text_is_read_without_an_error(line: str | list[str]) -> None:
    said = read_command(line)
    assert said.writes in Writes
    assert all(program.isascii() and "=" not in program for program in said.programs)
