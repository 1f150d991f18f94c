"""What a person told the agent, what it answered and what its commands printed gets published with its trace.

Group: text
Seen in: tools that attach the whole session to the pull request; agentdiff keeps prompts in its traces
Held by: of a trace only the agent's name and version, the kinds and number of events, places and digests of edited lines are kept; no
  output and no file that a run leaves holds a word of it.
Left: the artifact itself, which the team's own workflow uploaded.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.action.bench import Bench
from tests.attacks.stuffed import INPUTS, POLICY
from tests.attacks.told import nothing_acts
from tests.forge.forge import Forge
from tests.formats.traces.recorded import ROLLOUT, TRANSCRIPT

SAID = "the merger with Globex is off"


def test_no_word_of_a_session_is_published_or_kept(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    pull = bench.open()
    words = json.dumps(SAID).encode()[1:-1]
    filled = TRANSCRIPT.replace(b'"content":"', b'"content":"' + words + b" ").replace(b'"text":"', b'"text":"' + words + b" ")
    filled = filled.replace(b'"stdout":"', b'"stdout":"' + words).replace(b'"command":"', b'"command":"echo ' + words + b"; ")
    assert filled.count(words) >= 5
    forge.artifact(bench.host, forge.run(pull), "trace", {"session.jsonl": filled})
    event = bench.opened(pull)
    ran = bench.run(event, **INPUTS)
    seen = nothing_acts(bench, pull, ran)
    assert ("pass", True) == (ran.outcome("missing-trace"), "attached trace" in seen.pages["comment"])
    assert "Globex" not in seen.all
    kept = [path.name for path in event.path.parent.rglob("*") if path.is_file() and b"Globex" in path.read_bytes()]
    assert [name for name in kept if name.endswith("-0")] == kept, "only the downloaded artifact itself, in the job's temporary folder"


def test_real_sessions_leave_none_of_their_sentences(forge: Forge, tmp_path: Path) -> None:
    bench = Bench(forge, tmp_path, policy=POLICY)
    pull = bench.open()
    forge.artifact(bench.host, forge.run(pull), "trace", {"claude.jsonl": TRANSCRIPT, "codex.jsonl": ROLLOUT})
    ran = bench.act(bench.opened(pull), trace_artifact="trace", coverage_artifact="coverage")
    seen = nothing_acts(bench, pull, ran).all
    sentences = {
        text for text in _texts([json.loads(line) for line in (TRANSCRIPT + ROLLOUT).split(b"\n") if line]) if text.count(" ") >= 5
    }
    assert len(sentences) >= 3
    assert set() == {sentence for sentence in sentences if sentence in seen}


def _texts(value: object) -> list[str]:
    match value:
        case str():
            return [value]
        case list():
            return [text for item in value for text in _texts(item)]
        case dict():
            return [text for item in value.values() for text in _texts(item)]
        case _:
            return []
