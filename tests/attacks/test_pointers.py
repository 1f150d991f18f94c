"""What a file is hides behind a pointer: a submodule, a large-file pointer, a link, or a blob that git shows as text.

Group: inputs
Seen in: gates that count lines: a submodule is one line, a large file three; the forge's API gives no mode of a file
Held by: modes and object ids come from git's own list; a pointer is counted as what it is and never followed, no filter of
  `.gitattributes` runs, and no submodule or large file is ever fetched.
Left: what a submodule's commit or a large file holds is not looked at; `gate-tampering` and reviewers see that it changed.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import MARK, POLICY, Bench
from tests.attacks.told import nothing_acts
from tests.forge.forge import Forge

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 123456789\n" % (b"a" * 64)


def test_a_pointer_in_a_risky_place_is_held_like_a_file(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, local=False)
    repo = bench.repo
    repo.branch("agent/pointers", "main")
    repo.submodule("src/crypto/vendored", "ab" * 20)
    repo.write("src/crypto/table.bin", POINTER)
    repo.symlink("src/crypto/keys.py", "../../../../../../etc/passwd")
    repo.write(
        ".gitmodules",
        f'[submodule "x"]\n\tpath = src/crypto/vendored\n\turl = {forge.url}/acme/pay.git\n\tupdate = !touch {tmp_path}/ran\n'.encode(),
    )
    repo.write(".lfsconfig", f"[lfs]\n\turl = {forge.url}/stolen\n".encode())
    repo.write(".gitattributes", b"*.bin filter=lfs diff=lfs merge=lfs -text\n* -diff\n*.py export-ignore ident\n")
    head = repo.commit(f"Point{MARK}")
    forge.push(bench.host, "agent/pointers", repo)
    ran = bench.run(bench.opened(bench.open(head="agent/pointers")))
    held = {path for path, _ in ran.found("agent-authored-risk")}
    assert {"src/crypto/vendored", "src/crypto/table.bin", "src/crypto/keys.py"} == held
    assert {".gitattributes"} <= {path for path, _ in ran.found("gate-tampering")}
    assert (1, "failure") == (ran.code, bench.conclusion(head))
    assert not (tmp_path / "ran").exists()
    assert [] == [entry.path for entry in (*forge.requests(), *forge.git_requests()) if "stolen" in entry.path or "lfs" in entry.path]


def test_a_trace_or_policy_that_is_a_link_or_a_submodule_is_not_read(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY + b"rules: {missing-trace: block}\n", local=False)
    repo = bench.repo
    secret = tmp_path / "secret.jsonl"
    secret.write_text(
        '{"sessionId": "s", "uuid": "1", "type": "user", "message": {"role": "user", "content": "hunter2"}}\n', encoding="utf-8"
    )
    for place in (".prgate/trace.jsonl", ".claude/session.jsonl", "traces/session.jsonl"):
        repo.symlink(place, str(secret))
    head = bench.push(f"Trace{MARK}")
    pull = bench.open()
    event = bench.opened(pull)
    workspace = event.path.parent / "workspace"
    workspace.mkdir()
    (workspace / "trace.jsonl").symlink_to(secret)
    (workspace / "up").symlink_to("../../../..")
    ran = bench.act(event, trace="trace.jsonl\nup/etc/passwd\n../event.json\n/etc/passwd\n.\nup", coverage="trace.jsonl")
    seen = nothing_acts(bench, pull, ran)
    kept = [item for item in ran.verdict["evidence"] if item["kind"] in {"trace", "coverage"} and "missing" not in item]
    assert [] == kept
    assert "hunter2" not in seen.all
    assert "failure" == bench.conclusion(head)
