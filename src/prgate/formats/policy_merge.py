"""One policy over another, as trees: what the later one says wins, what it leaves out stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Tree = dict[str, Any]


def merge_policies(parent: Tree, child: Tree) -> Tree:
    """``child`` over ``parent``, both of the shape of a policy document.

    Rules, evidence, commands, publish and limits merge key by key, a rule's ``params`` too; its ``when`` is replaced whole. The lists of
    domains and classes add up, unless a domain says ``replace``; so do waivers, and marks of agents, each once. Everything else is replaced.
    """
    return {
        **parent,
        **child,
        **{key: {**parent.get(key, {}), **child.get(key, {})} for key in ("commands", "publish", "limits")},
        "rules": _by_name(parent, child, "rules", _rule),
        "evidence": _by_name(parent, child, "evidence", _over),
        "signatures": _by_name(parent, child, "signatures", _once),
        "domains": _by_name(parent, child, "domains", _domain),
        "classes": _by_name(parent, child, "classes", _both),
        "waivers": [*parent.get("waivers", []), *child.get("waivers", [])],
    }


def _by_name(parent: Tree, child: Tree, key: str, merge: Callable[[Any, Any], Any]) -> Tree:
    before, after = parent.get(key, {}), child.get(key, {})
    return {**before, **{name: merge(before[name], value) if name in before else value for name, value in after.items()}}


def _over(before: Tree, after: Tree) -> Tree:
    return {**before, **after}


def _rule(before: str | Tree, after: str | Tree) -> Tree:
    lower, upper = _full(before), _full(after)
    return {**lower, **upper, "params": {**lower.get("params", {}), **upper.get("params", {})}}


def _full(entry: str | Tree) -> Tree:
    return {"mode": entry} if isinstance(entry, str) else entry


def _domain(before: Tree, after: Tree) -> Tree:
    if after.get("replace", False):
        return after
    return {**before, **after, **{key: _both(before.get(key, []), after.get(key, [])) for key in ("paths", "marks")}}


def _both(before: list[str], after: list[str]) -> list[str]:
    """Order kept, because the last glob that matches decides."""
    return [*before, *after]


def _once(before: list[Any], after: list[Any]) -> list[Any]:
    """Two packs may add the same mark."""
    return [*before, *(item for item in after if item not in before)]
