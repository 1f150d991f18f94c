"""The hook in an agent's settings: there once, gone again, and the rest of the file as it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from prgate.attach.install import LINE, Agent, install, settings_path, uninstall
from prgate.errors import PrgateError

USED = {
    "model": "opus",
    "hooks": {"Stop": [{"hooks": [{"type": "command", "command": "say done"}]}], "PreToolUse": [{"matcher": "Bash", "hooks": []}]},
    "permissions": {"allow": ["Bash(ls *)"], "note": "ünïcode"},
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".claude" / "settings.json"


def lay(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return text


def text(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def commands(path: Path) -> list[str]:
    settings: dict[str, Any] = json.loads(text(path).removeprefix("\ufeff"))
    return [run["command"] for groups in settings["hooks"].values() for group in groups for run in group["hooks"]]


@pytest.mark.parametrize(
    "damaged",
    [
        "{",
        "[]",
        '{"hooks": []}',
        '{"hooks": {"Stop": {}}}',
        '{"a": 1, "a": 2}',
        '{"a": 1} // comment',
        "\udcff",
        '{"a": NaN}',
    ],
)
def test_a_damaged_file_is_refused_and_stays_as_it_is(path: Path, damaged: str) -> None:
    path.parent.mkdir()
    path.write_bytes(damaged.encode("utf-8", "surrogateescape"))
    before = path.read_bytes()
    with pytest.raises(PrgateError, match="damaged and stay as they are"):
        install(Agent.CLAUDE, path, top=None)
    with pytest.raises(PrgateError, match="damaged and stay as they are"):
        uninstall(path, top=None)
    assert path.read_bytes() == before


def test_a_file_that_cannot_be_read_or_written_is_said(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(PrgateError, match="cannot be read"):
        install(Agent.CLAUDE, path, top=None)
    path.rmdir()
    path.parent.rmdir()
    path.parent.write_text("a file", "utf-8")
    with pytest.raises(PrgateError, match="cannot be"):
        install(Agent.CLAUDE, path, top=None)


@pytest.mark.parametrize("agent", Agent)
def test_a_new_file_has_the_hook_at_both_events(path: Path, agent: Agent) -> None:
    assert install(agent, path, top=path.parents[1]).changed
    settings = json.loads(text(path))
    assert list(settings["hooks"]) == ["PostToolUse", "Stop"]
    assert commands(path) == [LINE, LINE]
    assert settings["hooks"]["PostToolUse"][0]["matcher"] in {"Bash", "^Bash$"}
    assert text(path).endswith("}\n")


@pytest.mark.parametrize("agent", Agent)
def test_a_second_time_changes_nothing(path: Path, agent: Agent) -> None:
    lay(path, json.dumps(USED))
    install(agent, path, top=None)
    before = text(path)
    assert not install(agent, path, top=None).changed
    assert text(path) == before
    assert commands(path).count(LINE) == 2


@pytest.mark.parametrize(
    "form",
    [
        json.dumps(USED, indent=2, ensure_ascii=False) + "\n",
        json.dumps(USED, indent=4, ensure_ascii=False),
        json.dumps(USED, indent="\t", ensure_ascii=True) + "\n\n",
        json.dumps(USED, indent=2, ensure_ascii=False).replace("\n", "\r\n") + "\r\n",
        "\ufeff" + json.dumps(USED, indent=2, ensure_ascii=False) + "\n",
    ],
)
def test_all_else_stays_byte_for_byte_and_taking_it_out_gives_the_file_back(path: Path, form: str) -> None:
    before = lay(path, form)
    path.chmod(0o600)
    done = install(Agent.CLAUDE, path, top=None)
    assert (done.changed, done.laid_out) == (True, False)
    after = text(path)
    ours = [line for line in after.splitlines() if line not in before.splitlines()]
    assert [line for line in before.splitlines() if line.rstrip(",") not in {part.rstrip(",") for part in after.splitlines()}] == []
    assert all(LINE in line or line.strip().rstrip(",") in _PARTS for line in ours)
    assert commands(path) == ["say done", LINE, LINE]
    assert path.stat().st_mode & 0o777 == 0o600
    assert uninstall(path, top=None).changed
    assert text(path) == before


_PARTS = {
    '"PostToolUse": [',
    '"if": "Bash(git *)"',
    '"timeout": 20',
    "}",
    "]",
    "{",
    '"matcher": "Bash"',
    '"hooks": [',
    '"type": "command"',
}


def test_a_file_laid_out_by_hand_keeps_its_keys_and_says_that_it_was_laid_out(path: Path) -> None:
    lay(path, '{"model": "opus",\n  "hooks": {},\n  "list": [1,\n2]}')
    assert install(Agent.CLAUDE, path, top=None).laid_out
    assert list(json.loads(text(path))) == ["model", "hooks", "list"]
    assert json.loads(text(path))["list"] == [1, 2]


def test_an_earlier_form_of_the_hook_is_replaced(path: Path) -> None:
    old = {"hooks": {"Stop": [{"hooks": [{"type": "command", "command": "/opt/bin/prgate attach --hook"}, {"command": "say done"}]}]}}
    lay(path, json.dumps(old, indent=2))
    install(Agent.CODEX, path, top=None)
    assert commands(path) == ["say done", LINE, LINE]


def test_what_is_strange_and_not_ours_stays(path: Path) -> None:
    strange = {"hooks": {"Stop": [7, {"hooks": "x"}, {"hooks": [3, {"command": 1}]}, {"matcher": "a"}], "Other": []}}
    before = lay(path, json.dumps(strange, indent=2) + "\n")
    install(Agent.CLAUDE, path, top=None)
    uninstall(path, top=None)
    assert text(path) == before


def test_where_there_is_no_hook_of_ours_nothing_is_taken_out(path: Path) -> None:
    assert not uninstall(path, top=None).changed
    before = lay(path, "{}")
    assert not uninstall(path, top=None).changed
    assert text(path) == before


def test_a_file_that_held_nothing_else_goes_with_the_hook(path: Path) -> None:
    install(Agent.CODEX, path, top=None)
    assert uninstall(path, top=None).changed
    assert not path.exists()


def test_a_file_that_cannot_be_taken_away_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(Agent.CODEX, path, top=None)

    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(PrgateError, match="cannot be removed"):
        uninstall(path, top=None)


def test_an_empty_file_is_as_good_as_none(path: Path) -> None:
    lay(path, " \n")
    install(Agent.CLAUDE, path, top=None)
    assert commands(path) == [LINE, LINE]


def test_a_link_out_of_the_work_tree_is_not_followed_and_one_of_the_users_own_is(path: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "settings.json"
    lay(real, json.dumps(USED, indent=2, ensure_ascii=False))
    path.parent.mkdir()
    path.symlink_to(real)
    with pytest.raises(PrgateError, match="leads out of the work tree"):
        install(Agent.CLAUDE, path, top=path.parent)
    install(Agent.CLAUDE, path, top=None)
    assert path.is_symlink()
    assert commands(real) == ["say done", LINE, LINE]


def test_a_link_where_the_new_file_would_be_written_first_is_never_followed(path: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine", "utf-8")
    path.parent.mkdir()
    (path.parent / f".{path.name}.new").symlink_to(precious)
    install(Agent.CLAUDE, path, top=tmp_path)
    assert precious.read_text("utf-8") == "mine"
    assert commands(path) == [LINE, LINE]
    assert not path.is_symlink()


def test_nothing_is_taken_away_through_a_link_out_of_the_work_tree(path: Path, tmp_path: Path) -> None:
    install(Agent.CODEX, path, top=None)
    before = text(path)
    (tmp_path / "clone").mkdir()
    (tmp_path / "clone" / ".codex").symlink_to(path.parent)
    with pytest.raises(PrgateError, match="leads out of the work tree"):
        uninstall(tmp_path / "clone" / ".codex" / path.name, top=tmp_path / "clone")
    assert text(path) == before


def test_behind_a_link_of_the_users_own_the_hook_goes_and_the_link_stays(path: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.json"
    install(Agent.CODEX, real, top=None)
    path.parent.mkdir()
    path.symlink_to(real)
    assert uninstall(path, top=None).changed
    assert path.is_symlink()
    assert json.loads(real.read_bytes()) == {}


@pytest.mark.parametrize(
    ("agent", "environment", "wanted"),
    [
        (Agent.CLAUDE, {}, "home/.claude/settings.json"),
        (Agent.CLAUDE, {"CLAUDE_CONFIG_DIR": "/c"}, "/c/settings.json"),
        (Agent.CODEX, {}, "home/.codex/hooks.json"),
        (Agent.CODEX, {"CODEX_HOME": "/c"}, "/c/hooks.json"),
    ],
)
def test_the_users_own_settings_lie_where_the_agent_looks(agent: Agent, environment: dict[str, str], wanted: str) -> None:
    assert settings_path(agent, None, environment, Path("home")) == Path(wanted)
    assert settings_path(agent, Path("top"), environment, Path("home")).parts[:2] == ("top", f".{agent}")
