"""An agent that stands under two keys of one commit is told under both."""

from __future__ import annotations

import pytest

from prgate.authorship.signs import find_signs
from prgate.model.commit import Commit
from prgate.model.missing import Missing, Why

ABSENT = Missing(Why.ABSENT, "not given", "Give it.")


def test_a_sign_off_is_not_hidden_behind_a_co_authorship_of_the_same_commit() -> None:
    agent = "Claude <noreply@anthropic.com>"
    message = f"Cap\n\nCo-Authored-By: {agent}\nco-authored-by: {agent}\nSigned-off-by: {agent}\n"
    commit = Commit("1" * 40, (), "Dana", "dana@example.com", "Dana", "dana@example.com", "2026-01-01T00:00:00Z", message)
    signs = find_signs(facts=ABSENT, commits=(commit,), traces=(), head_ref=None)
    assert ["Co-Authored-By: Claude", "Signed-off-by: Claude"] == [sign.quote for sign in signs]


@pytest.mark.parametrize("space", [" ", "\t"])
def test_white_space_before_the_colon_hides_no_key(space: str) -> None:
    agent = "Claude <noreply@anthropic.com>"
    message = f"Cap\n\nCo-Authored-By{space}: {agent}\nSigned-off-by{space}: {agent}\n"
    commit = Commit("1" * 40, (), "Dana", "dana@example.com", "Dana", "dana@example.com", "2026-01-01T00:00:00Z", message)
    signs = find_signs(facts=ABSENT, commits=(commit,), traces=(), head_ref=None)
    assert ["co-authored-by", "signed-off-by"] == [sign.key for sign in signs]
