"""What of a session leaves the machine, and what stays."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from prgate.attach.compact import Scene, compact
from prgate.formats.traces.attached import NAME, attached_json
from prgate.formats.traces.draft import Draft
from prgate.model.lines import ends_digest, form_digest, line_digest, packed, telling, unpacked
from prgate.model.trace import (
    Attribution,
    Command,
    Edit,
    EventKind,
    InUse,
    Leak,
    Masked,
    Session,
    Trace,
    TraceEvent,
    Writer,
)

TOP = "/home/dana/pay"
TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
ADDED = (b"total = price + tax", b"    return total", b"}")
SCENE = Scene("change", None, (TOP,), ADDED)


def edit(path: bytes | None, *lines: bytes, masked: tuple[Masked, ...] = ()) -> TraceEvent:
    brings = packed(digest for line in lines if (digest := line_digest(line)) is not None)
    return TraceEvent(EventKind.EDIT, None, ("t", 1), path=path, name="Write", edit=Edit(brings, masked))


def command(*paths: bytes, programs: tuple[str, ...] = ("ls",)) -> TraceEvent:
    return TraceEvent(EventKind.COMMAND, None, ("t", 1), name="Bash", command=Command(programs, paths))


def trace(*events: TraceEvent, session: Session | None = None) -> Trace:
    return Trace("t", "claude-transcript", (session or Session("claude-code", cwd=TOP),), events, len(events), 0)


def reduced(whole: Trace, scene: Scene = SCENE, **limits: int) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(attached_json(*compact(whole, scene, **limits)))
    return told


def paths_of(told: dict[str, Any]) -> list[str | None]:
    return [event.get("path") for event in told["events"]]


def test_a_line_that_is_not_in_the_branch_is_counted_and_its_digest_stays() -> None:
    whole = trace(edit(b"a.py", b"total = price + tax", b"password_of_the_day = 7", b"another first try"))
    told = reduced(whole)
    kept, about = compact(whole, SCENE)
    assert kept.events[0].edit == Edit(line_digest(b"total = price + tax") or b"")
    assert about.lines == (1, 2)
    assert (told["lines"], told["events"][0]["edit"]["out"]) == ({"within": 1, "out": 2}, 2)


def test_layout_does_not_keep_a_line_from_being_found() -> None:
    assert reduced(trace(edit(b"a.py", b"\treturn  total;")))["lines"] == {"within": 1}


def test_an_edit_outside_the_repository_is_only_counted() -> None:
    told = reduced(trace(edit(b"/home/dana/.bashrc", b"total = price + tax"), edit(b"../other/a.py"), edit(b"~/x"), edit(b"a.py")))
    assert (paths_of(told), told["outside"], told.get("lines")) == (["a.py"], 3, None)


@pytest.mark.parametrize("cwd", [TOP, "pay", None])
@pytest.mark.parametrize("path", [b"file:/home/dana/x", b"file:///home/dana/x", b"vscode-remote://host/home/dana/x", b"../../home/dana/x"])
def test_an_address_and_a_path_upwards_are_outside_wherever_the_session_ran(path: bytes, cwd: str | None) -> None:
    whole = trace(edit(path), replace(edit(path), kind=EventKind.TOOL_CALL), session=Session("codex", cwd=cwd))
    told = reduced(whole)
    assert (paths_of(told), told["outside"]) == ([None], 2)


@pytest.mark.parametrize("name", ["../home/dana/CLAUDE.md", "file:///home/dana/CLAUDE.md", "~/CLAUDE.md"])
def test_rules_outside_the_repository_are_not_told(name: str) -> None:
    session = Session("codex", cwd=TOP, in_use=(InUse("rules", name), InUse("rules", "AGENTS.md")))
    assert reduced(trace(edit(b"a.py"), session=session))["sessions"][0]["in_use"] == [{"kind": "rules", "name": "AGENTS.md"}]


def test_no_folder_of_home_is_in_the_document() -> None:
    session = Session("claude-code", cwd=TOP, repository="/home/dana/origin.git", in_use=(InUse("rules", "/home/dana/.claude/CLAUDE.md"),))
    whole = trace(
        replace(edit(b"/home/dana/x"), kind=EventKind.TOOL_CALL, reads=True),
        command(b"/home/dana/y", b"~/z", b"$HOME/q", b"a.py", programs=("/home/dana/bin/tool run", "~/bin/other")),
        replace(edit(b"/home/dana/pay"), kind=EventKind.TOOL_CALL),
        session=session,
    )
    told = reduced(whole)
    assert "dana" not in json.dumps(told)
    assert told["outside"] == 5
    assert told["events"][1]["command"] == {"programs": ["tool run", "other"], "paths": ["a.py"]}
    assert "reads" not in told["events"][0]
    assert told["sessions"] == [{"agent": "claude-code"}]


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("acme/pay", "acme/pay"),
        ("https://forge.example/acme/pay", "https://forge.example/acme/pay"),
        ("/home/dana/origin.git", None),
        ("../origin.git", None),
        ("./a", None),
        ("https://dana:geheim@forge.example/acme/pay", None),
        (None, None),
    ],
)
def test_a_repository_is_told_only_by_its_public_address(told: str | None, kept: str | None) -> None:
    whole = trace(edit(b"a.py"), session=Session("codex", repository=told))
    assert reduced(whole)["sessions"][0].get("repository") == kept


def test_paths_are_told_from_the_top_wherever_the_session_ran() -> None:
    scene = replace(SCENE, roots=(f"{TOP}/.trees/two", TOP, "/link/pay"))
    events = (edit(b"x.py"), edit(b"../b.py"), edit(b"/home/dana/pay/.trees/two/c.py"), edit(b"/link/pay/d.py"), edit(b"\xff.py"))
    told = reduced(trace(*events, session=Session("codex", cwd=f"{TOP}/sub")), scene)
    assert paths_of(told) == ["sub/x.py", "b.py", "c.py", "d.py", '"sub/\\377.py"']


def test_without_a_folder_of_the_session_paths_are_taken_as_they_are() -> None:
    assert paths_of(reduced(trace(edit(b"a/b.py"), edit(None), session=Session("aider")))) == ["a/b.py", None]


def test_a_word_of_a_command_that_is_no_file_is_not_told() -> None:
    scene = replace(SCENE, holds={b"a.py"}.__contains__)
    told = reduced(trace(command(b"a.py", b"the words of a message")), scene)
    assert told["events"][0]["command"]["paths"] == ["a.py"]


@pytest.mark.parametrize("place", ["branch", "path", "name", "model", "program", "used", "attribution"])
def test_a_credential_is_taken_out_wherever_it_stands_and_counted(place: str) -> None:
    session = Session("codex", cwd=TOP)
    event = edit(b"a.py")
    scene = SCENE
    attributions: tuple[Attribution, ...] = ()
    match place:
        case "branch":
            scene = replace(SCENE, branch=f"fix/{TOKEN}")
        case "path":
            event = edit(f"keys/{TOKEN}/a.py".encode())
        case "name":
            event = replace(event, name=f"server/{TOKEN}")
        case "model":
            session = replace(session, models=(f"opus {TOKEN}",))
        case "program":
            event = command(programs=(f"curl --header {TOKEN}",))
        case "used":
            session = replace(session, in_use=(InUse("skill", TOKEN),))
        case _:
            attributions = (Attribution(TOKEN.encode(), 1, 1, Writer.AGENT, None, ("t", 1), 0),)
    whole = replace(trace(event, session=session), attributions=attributions)
    told = reduced(whole, scene)
    assert TOKEN[8:] not in json.dumps(told)
    assert sum(told["redacted"].values()) == 1


def test_credentials_of_the_session_are_counted_by_their_kind() -> None:
    whole = replace(trace(edit(b"a.py")), leaks=(Leak("github-token", 3), Leak("github-token", 9), Leak("aws-key", 4)))
    assert reduced(whole)["secrets"] == {"aws-key": 1, "github-token": 2}


def test_an_agent_that_is_no_word_is_unknown() -> None:
    assert reduced(trace(edit(b"a.py"), session=Session("My Agent")))["sessions"] == [{"agent": "unknown"}]


def test_attributions_of_files_in_the_repository_are_kept() -> None:
    items = tuple(Attribution(path, 1, 2, Writer.HUMAN, None, ("t", 1)) for path in (b"a.py", b"/etc/hosts"))
    told = reduced(replace(trace(edit(b"a.py")), attributions=items))
    assert (told["attributions"], told["outside"]) == ([{"path": "a.py", "start": 1, "end": 2, "writer": "human"}], 1)


def test_a_masked_line_is_kept_where_the_branch_has_its_ends() -> None:
    met = Masked(6, 4, ends_digest(b"total=", b"+tax"))
    other = Masked(6, 4, ends_digest(b"secret", b"here"))
    long = Masked(900, 900, ends_digest(b"x" * 900, b"y" * 900))
    kept, _ = compact(trace(edit(b"a.py", masked=(met, other, long))), SCENE)
    assert kept.events[0].edit == Edit(b"", (met,))


def test_only_so_many_shapes_of_masked_lines_are_looked_for() -> None:
    masks = tuple(Masked(number, 0, ends_digest(b"", b"")) for number in range(300))
    kept, _ = compact(trace(edit(b"a.py", masked=(*masks, Masked(6, 4, ends_digest(b"total=", b"+tax"))))), SCENE)
    assert kept.events[0].edit is not None
    assert Masked(6, 4, ends_digest(b"total=", b"+tax")) not in kept.events[0].edit.masked


def test_a_session_that_is_too_large_loses_its_oldest_commands_first_then_the_rest_and_edits_last() -> None:
    said = TraceEvent(EventKind.MESSAGE, None, ("t", 1))
    whole = trace(edit(b"first.py", ADDED[0]), command(b"old"), said, command(b"new"), edit(b"last.py", ADDED[1]))
    sizes = range(600, 89, -1)
    left = [[event["kind"] for event in reduced(whole, most=size)["events"]] for size in sizes]
    stages = [kinds for number, kinds in enumerate(left) if number == 0 or kinds != left[number - 1]]
    assert stages == [
        ["edit", "command", "message", "command", "edit"],
        ["edit", "message", "command", "edit"],
        ["edit", "message", "edit"],
        ["edit", "edit"],
        ["edit"],
    ]
    assert reduced(whole, most=90)["dropped"] == {"command": 2, "edit": 1, "message": 1}
    assert paths_of(reduced(whole, most=90)) == ["last.py"]
    assert "command" in {event["kind"] for event in reduced(whole, most=300)["events"]}


def test_what_was_left_out_of_an_edit_stays_with_it_when_others_go() -> None:
    whole = trace(command(b"old"), edit(b"a.py", b"first try of it"))
    told = reduced(whole, most=90)
    assert told["events"] == [{"kind": "edit", "name": "Write", "path": "a.py", "edit": {"out": 1}}]


def test_the_format_that_a_session_had_is_told_and_the_document_names_itself() -> None:
    told = reduced(trace(edit(b"a.py")))
    assert (told["format"], told["source"]) == (NAME, "claude-transcript")


SPREAD = (b"pay = charge(", b"    customer,", b"    amount=amount,", b"    retry=True,", b")")
ON_ONE_LINE = b"pay = charge(customer, amount=amount, retry=True)"


@pytest.mark.parametrize(("agent", "branch"), [((ON_ONE_LINE,), SPREAD), (SPREAD, (ON_ONE_LINE,)), (SPREAD, SPREAD)])
def test_a_statement_that_a_formatter_wrapped_or_unwrapped_is_known_by_what_is_attached(
    agent: tuple[bytes, ...], branch: tuple[bytes, ...]
) -> None:
    brings = Draft("t", "t").edit(["\n".join(line.decode() for line in agent)])
    event = TraceEvent(EventKind.EDIT, None, ("t", 1), path=b"pay.py", name="Write", edit=brings)
    whole = Trace("t", "t", (Session("codex", cwd=TOP),), (event,), 1, 0)
    reduced, _ = compact(whole, replace(SCENE, added=branch))
    (kept,) = reduced.events
    assert kept.edit is not None
    statement = form_digest(telling(ON_ONE_LINE))
    assert statement in unpacked(kept.edit.lines) | unpacked(kept.edit.wrapped)


def test_a_wrapped_statement_that_is_not_in_the_branch_stays_here() -> None:
    brings = Draft("t", "t").edit(["\n".join(line.decode() for line in SPREAD)])
    event = TraceEvent(EventKind.EDIT, None, ("t", 1), path=b"pay.py", name="Write", edit=brings)
    reduced, _ = compact(Trace("t", "t", (Session("codex", cwd=TOP),), (event,), 1, 0), SCENE)
    assert [b""] == [event.edit.wrapped for event in reduced.events if event.edit is not None]
