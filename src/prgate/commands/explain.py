"""``prgate explain``: what a rule finds, why, and how to mend it."""

from __future__ import annotations

import click

from prgate.errors import PrgateError


@click.command()
@click.argument("rule_id", metavar="[RULE]", required=False)
def explain(rule_id: str | None) -> None:
    """Say what a rule finds, why, how to mend it and what it can be tuned by; without RULE, list all."""
    from prgate.formats.policy import read_pack  # noqa: PLC0415 (imported when something is explained)
    from prgate.packs import read_packs  # noqa: PLC0415 (likewise)
    from prgate.render.reference import explain as page  # noqa: PLC0415 (likewise)
    from prgate.render.reference import summary  # noqa: PLC0415 (likewise)
    from prgate.rules import RULES  # noqa: PLC0415 (likewise)

    data = read_packs()
    packs = {name: read_pack(name, rules=RULES, packs=data) for name in data}
    if rule_id is None:
        for rule in RULES:
            click.echo(f"{rule.id:<22}{summary(rule)}")
        return
    found = next((rule for rule in RULES if rule.id == rule_id), None)
    if found is None:
        from difflib import get_close_matches  # noqa: PLC0415 (paid for by a mistake that needs a suggestion)

        near = get_close_matches(rule_id, [rule.id for rule in RULES], n=1)
        raise PrgateError("no such rule", f"explain {rule_id}", f"Did you mean `{near[0]}`?" if near else "`prgate explain` lists all.")
    click.echo(page(found, packs), nl=False)
