"""Statements for debugging are told from what programs say for a living, line by line."""

from __future__ import annotations

import pytest

from prgate.recognise.debugging import Aid, debugging_of
from prgate.recognise.languages import LANGUAGES, language_of


def told(name: str, line: str) -> tuple[Aid, str, bool, bool] | None:
    language = language_of(name.encode())
    assert language is not None
    found = debugging_of(language, line.encode())
    return None if found is None else (found.aid, found.shown, found.marked, found.dumps)


@pytest.mark.parametrize(
    ("name", "line", "shown"),
    [
        ("a.py", "import pdb; pdb.set_trace()", "import pdb"),
        ("a.py", "    from ipdb import set_trace", "from ipdb"),
        ("a.py", "    breakpoint()", "breakpoint()"),
        ("a.py", "    pytest.set_trace()", "pytest.set_trace("),
        ("a.js", "  debugger;", "debugger"),
        ("a.tsx", "debugger", "debugger"),
        ("a.go", "\tspew.Dump(order)", "spew.Dump"),
        ("a.rs", "    let x = dbg!(order.total);", "dbg!"),
        ("a.rs", "    dbg!(&order);", "dbg!"),
        ("a.rb", "  binding.pry", "binding.pry"),
        ("a.rb", "  byebug", "byebug"),
        ("a.php", "    var_dump($order);", "var_dump"),
        ("a.php", "    dd($order);", "dd"),
        ("a.cs", "    System.Diagnostics.Debugger.Launch();", "Debugger.Launch"),
        ("a.ex", "    require IEx; IEx.pry()", "IEx.pry"),
        ("a.ex", "    dbg(order)", "dbg"),
    ],
)
def test_what_no_program_ships_is_told_by_its_name(name: str, line: str, shown: str) -> None:
    found = told(name, line)
    assert found is not None
    assert (Aid.STOP, shown) == found[:2]


@pytest.mark.parametrize(
    ("name", "line", "expected"),
    [
        ("a.py", "    print(order)", ("print", False, True)),
        ("a.py", '    print("order:", order)', ("print", False, True)),
        ("a.py", '    print(f"{order.total=}")', ("print", False, True)),
        ("a.py", '    print("DEBUG: paying", order)', ("print", True, False)),
        ("a.py", '    print(f"Paid {order.total} to {shop}")', ("print", False, False)),
        ("a.py", "    print()", ("print", False, False)),
        ("a.py", '    print("==========", flush=True)', ("print", False, False)),
        ("a.ts", "  console.log('Debug mode is on');", ("console.log", False, False)),
        ("a.ts", "  console.log('Debugging', { order });", ("console.log", True, False)),
        ("a.ts", "  console.log('>>> order = ', order)", ("console.log", False, True)),
        ("a.py", "    pprint(order)", ("pprint", False, True)),
        ("a.ts", "  console.log(order);", ("console.log", False, True)),
        ("a.ts", "  console.log('order =', order)", ("console.log", False, True)),
        ("a.ts", "  console.log(`[debug] here`);", ("console.log", True, False)),
        ("a.ts", "  console.log(`Listening on ${port}`);", ("console.log", False, False)),
        ("a.go", "\tfmt.Println(order)", ("fmt.Println", False, True)),
        ("a.go", '\tfmt.Printf("paid %s\\n", order)', ("fmt.Printf", False, False)),
        ("A.java", "    System.out.println(order);", ("System.out.println", False, True)),
        ("A.java", "    e.printStackTrace();", ("e.printStackTrace", False, False)),
        ("A.kt", "    println(order)", ("println", False, True)),
        ("A.cs", "    Console.WriteLine(order);", ("Console.WriteLine", False, True)),
        ("a.swift", "    print(order)", ("print", False, True)),
        ("a.dart", "    print(order);", ("print", False, True)),
        ("a.ex", "    IO.inspect(order)", ("IO.inspect", False, True)),
        ("A.scala", "    println(order)", ("println", False, True)),
    ],
)
def test_what_is_printed_says_whether_it_is_debugging(name: str, line: str, expected: tuple[str, bool, bool]) -> None:
    assert (Aid.PRINT, *expected) == told(name, line)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("a.py", "    # breakpoint()"),
        ("a.py", "    fingerprint(order)"),
        ("a.py", '    text = "breakpoint()"'),
        ("a.py", "    set_breakpoint()"),
        ("a.ts", "  // console.log(order)"),
        ("a.ts", "  console.error(order);"),
        ("a.ts", "  const debuggers = 1;"),
        ("a.go", "\tfmt.Fprintln(w, order)"),
        ("a.rs", '    println!("paid");'),
        ("a.rb", "  debugger_port = 1"),
        ("a.php", "    add($order);"),
        ("a.sh", "echo debug"),
        ("a.c", 'printf("order");'),
        ("a.js", "debugger" + " " * 300 + "x"),
    ],
)
def test_other_lines_are_none(name: str, line: str) -> None:
    assert None is told(name, line)


def test_a_very_long_line_is_looked_at_at_its_start_only() -> None:
    for language in LANGUAGES:
        for start in (b"debugger", b"print(", b"console.log(", b"binding.pry", b'print("', b"let x = dbg!("):
            debugging_of(language, start + b" " * 1_000_000)
            debugging_of(language, start + b"a," * 500_000)
