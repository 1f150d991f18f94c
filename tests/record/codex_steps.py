"""What the scripted model has Codex do in the repository of ``scenario/base.txt``."""

from __future__ import annotations

from typing import Any

PROMPT = "The cache must say how many entries it holds. Add it with a test and run the tests."

PATCH = '''\
*** Begin Patch
*** Update File: src/pay/store/cache.py
@@
     def _make_room(self) -> None:
         first = min(self._entries, key=lambda name: self._entries[name][0])
         del self._entries[first]
+
+    def __len__(self) -> int:
+        """Entries held, expired ones included."""
+        return len(self._entries) + 1
*** Add File: tests/test_cache_length.py
+"""How many entries a cache says it holds."""
+
+from __future__ import annotations
+
+from pay.store.cache import Cache
+
+
+def test_the_length_counts_entries() -> None:
+    cache = Cache(capacity=2, clock=lambda: 0.0)
+    assert len(cache) == 0
+    cache.put("a", "token", seconds=10)
+    assert len(cache) == 1
*** End Patch'''

FIX = """\
*** Begin Patch
*** Update File: src/pay/store/cache.py
@@
-        return len(self._entries) + 1
+        return len(self._entries)
*** End Patch"""


def _run(command: str, text: str | None = None) -> dict[str, Any]:
    step: dict[str, Any] = {"tool": "exec_command", "input": {"cmd": command}}
    return step if text is None else {"text": text, **step}


STEPS = [
    _run("cat src/pay/store/cache.py", "I will look at the cache first."),
    _run(f"apply_patch <<'EOF'\n{PATCH}\nEOF"),
    _run("python -m pytest -q"),
    _run(f"apply_patch <<'EOF'\n{FIX}\nEOF", "The length is off by one."),
    _run("python -m pytest -q"),
    {"text": "The cache has a length, and a test holds it."},
]
