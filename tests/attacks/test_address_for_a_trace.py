"""A change names an address where its session is said to be, instead of the session.

Group: inputs
Seen in: the trailers and links that agents leave themselves (`Claude-Session`, `Agent-Logs-Url`, share links), which need an account to be seen
Held by: an address is a pointer for people: it is never opened and never evidence, wherever it stands, in a trace too.
"""

from __future__ import annotations

from pathlib import Path

from tests.action.bench import MARK, Bench
from tests.attacks.attached import POLICY, put, sources
from tests.forge.forge import Forge


def test_no_address_is_opened_or_counts(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY, local=False)
    address = f"{forge.url}/acme/pay/session.jsonl"
    lines = "".join(f"{name}: {address}\n" for name in ("Claude-Session", "Agent-Logs-Url", "Entire-Session", "Trace", "Prgate-Trace"))
    bench.push(f"Work\n\n{lines}{MARK}", files={".prgate/session.json": f'{{"url": "{address}"}}\n'.encode()})
    put(bench, address.encode() + b"\n")
    pull = bench.open(body=lines)
    ran = bench.act(bench.opened(pull), trace=address)
    assert [] == [entry.path for entry in (*forge.requests(), *forge.git_requests()) if "session" in entry.path]
    assert [] == [source for source in sources(ran) if source not in {"unreadable", "absent", "failed", "forbidden"}]
    assert (1, "unknown") == (ran.code, ran.outcome("missing-trace"))
