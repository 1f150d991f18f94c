"""Code in comments is told from comments that explain, quote, document or steer."""

from __future__ import annotations

import pytest

from prgate.recognise.commented import commented_code
from prgate.recognise.languages import LANGUAGES, language_of


def found(name: str, text: str, *, least: int = 3, start: int = 1) -> list[tuple[int, int]]:
    language = language_of(name.encode())
    assert language is not None
    return list(commented_code(language, enumerate(text.encode().split(b"\n"), start), least=least))


PYTHON = "# total = order.total\n# if total > 0:\n#     charge(order, total)\n# return total"
SCRIPT = "  // const total = order.total;\n  // if (total > 0) {\n  //   charge(order, total);\n  // }"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.py", PYTHON, [(1, 4)]),
        ("a.py", "x = 1\n" + PYTHON + "\ny = 1", [(2, 5)]),
        ("a.py", PYTHON + "\nx = 1\n" + PYTHON, [(1, 4), (6, 9)]),
        ("a.py", "# Old way, remove later:\n" + PYTHON, [(2, 5)]),
        (
            "a.py",
            "# import os\n# from shop import (\n#     pay,\n#     refund,\n# )\n# @retry\n# def pay(order):\n#     pass\n# pay(order)",
            [],
        ),
        ("a.py", "# @retry\n# def pay(order):\n#     raise NotPaid(order)\n# pay(order)\n#", [(1, 5)]),
        ("a.ts", SCRIPT, [(1, 4)]),
        ("a.tsx", "// <Order id={id}>\n//   <Total />\n// </Order>", [(1, 3)]),
        ("a.go", "\t// total := order.Total\n\t// charge(order, total)\n\t// return total", [(1, 3)]),
        ("a.rs", "// let total = order.total;\n// charge(&order)?;\n// dbg!(total);", [(1, 3)]),
        ("a.rb", "# total = order.total\n# unless total.zero? then\n# charge(order)\n# end", [(1, 4)]),
        ("a.php", "// $total = $order->total;\n// charge($order);\n# return $total;", [(1, 3)]),
        ("a.c", "// #include <stdio.h>\n// int total = 1;\n// pay(total);", [(1, 3)]),
    ],
)
def test_statements_in_a_row_are_code(name: str, text: str, expected: list[tuple[int, int]]) -> None:
    assert expected == found(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", "# The total is what the customer pays.\n# It holds the tax already;\n# so nothing is added here."),
        ("a.py", "# total = order.total\n# charge(order, total)"),
        ("a.py", "# Example:\n" + PYTHON),
        ("a.py", "# Charge what is due.\n" + PYTHON),
        ("a.py", "# Two steps\n" + PYTHON),
        ("a.py", PYTHON + "\n# is how the order was charged before"),
        ("a.py", "# total = order.total\n\n# charge(order)\n\n# return total"),
        ("a.py", "#: total = 1\n#: tax = 2\n#: sum = 3"),
        ("a.ts", SCRIPT.replace("//", "///")),
        ("a.ts", "// eslint-disable-next-line no-x;\n// @ts-ignore;\n// eslint-enable;"),
        ("a.ts", "// ----------\n// Payments\n// ----------"),
        ("a.ts", "// step 1: look;\n// then 2. charge the whole order now;\n// done when all is paid for good;"),
        ("a.ml", "(* let x = 1 *)\n(* let y = 1 *)\n(* let z = 1 *)"),
        ("a.py", "#\n#\n#\n# )"),
        ("a.go", "// Project: enabled=true, strategy=one\n// Local: strategy=two\n// Both: enabled=true"),
    ],
)
def test_comments_that_explain_quote_document_or_steer_are_none(name: str, text: str) -> None:
    assert [] == found(name, text)


def test_numbers_that_do_not_follow_end_a_run() -> None:
    language = language_of(b"a.py")
    assert language is not None
    lines = [(number, line) for number, line in zip((1, 2, 9, 10), PYTHON.encode().split(b"\n"), strict=True)]
    assert [] == list(commented_code(language, lines, least=3))


def test_hostile_lines_take_no_long_time() -> None:
    for language in LANGUAGES:
        marker = language.line_comments[0] if language.line_comments else b"#"
        for filler in (b"a ", b'"\\', b"(", b"a.", b"a, ", b"<a ", b"= "):
            list(commented_code(language, [(number, marker + filler * 500_000) for number in range(1, 4)], least=3))
