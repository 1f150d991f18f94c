"""What governed a Codex session: its origin, its permissions and its instructions."""

from __future__ import annotations

import re
from typing import Final

from prgate.formats.traces.draft import Draft
from prgate.formats.traces.names import repository_of
from prgate.formats.traces.records import Object
from prgate.formats.traces.values import commit_of, members_of, text, time_of
from prgate.model.trace import Permit

RULES: Final = "AGENTS.md"

INJECTED: Final = (
    "# AGENTS.md instructions", "<environment_context>", "<permissions instructions>", "<skill>", "<subagent_notification>",
    "<turn_aborted>", "<user_instructions>", "<user_shell_command>",
)  # fmt: skip
"""Text in the user's role that the program put there."""

_ASKING: Final = frozenset({"on-request", "unless-trusted", "untrusted"})
_CWD: Final = re.compile(r"<cwd>([^<\n]{1,1024})</cwd>")
_POLICY: Final = re.compile(r"<approval_policy>([a-z-]{1,20})</approval_policy>")
_SANDBOX: Final = re.compile(r"<sandbox_mode>([a-z-]{1,20})</sandbox_mode>")
_SKILL: Final = re.compile(r"<skill>\s{0,9}<name>([^<\n]{1,200})</name>")
_INSTRUCTIONS: Final = (("<INSTRUCTIONS>", "</INSTRUCTIONS>"), ("<user_instructions>", "</user_instructions>"))


def origin(draft: Draft, meta: Object) -> None:
    """Note where and from what the session started. The first record counts: a forked session repeats its parent's."""
    if draft.about.id is not None:
        return
    git = members_of(meta.get("git"))
    draft.tell(
        id=text(meta.get("id")),
        version=text(meta.get("cli_version")),
        started=time_of(meta.get("timestamp")),
        cwd=text(meta.get("cwd")),
        repository=_repository(text(git.get("repository_url"))),
        branch=text(git.get("branch")),
        commit=commit_of(git.get("commit_hash")),
    )
    _rules(draft, meta.get("instructions"))


def turn(draft: Draft, number: int, context: Object, *, at: str | None) -> None:
    """Note what holds from this turn on."""
    draft.tell(cwd=text(context.get("cwd")), model=text(context.get("model")))
    _rules(draft, context.get("user_instructions"))
    if (permitted := _permit(context)) is not None:
        draft.permit(number, permitted, at=at)


def injected(draft: Draft, number: int, words: str, *, at: str | None) -> None:
    """Note what a text tells that the program put in the user's role."""
    if words.startswith("<environment_context>"):
        cwd, policy, sandbox = _CWD.search(words), _POLICY.search(words), _SANDBOX.search(words)
        context = {
            "cwd": cwd and cwd[1],
            "approval_policy": policy and policy[1],
            "sandbox_policy": {"type": sandbox and sandbox[1]},
        }
        turn(draft, number, context, at=at)
    elif (skill := _SKILL.match(words)) is not None:
        draft.use("skill", skill[1], words)
    else:
        for opening, closing in _INSTRUCTIONS:
            _, opened, rest = words.partition(opening)
            if opened:
                _rules(draft, rest.rpartition(closing)[0] or rest)


def _rules(draft: Draft, words: object) -> None:
    if isinstance(words, str) and words.strip():
        draft.use("rules", RULES, words.strip("\n"))


def _repository(address: str | None) -> str | None:
    """An address whose last part a redaction has emptied names no repository."""
    last = (address or "").rstrip("/").rpartition("/")[2].removesuffix(".git")
    return repository_of(address) if any(letter.isalnum() for letter in last) else None


def _permit(context: Object) -> Permit | None:
    """Who is asked and what holds the agent, where the policy and the sandbox are told.

    Where a second model reviews (``approvals_reviewer``), no person is asked.
    """
    policy, sandbox = context.get("approval_policy"), members_of(context.get("sandbox_policy"))
    held = text(sandbox.get("type")) or text(sandbox.get("mode")) or text(members_of(context.get("permission_profile")).get("type"))
    free = held in {"danger-full-access", "disabled"}
    if policy == "on-failure" and held is not None:
        return Permit.BYPASSED if free else Permit.ASKS
    asks = (isinstance(policy, str) and policy in _ASKING) or isinstance(policy, dict)
    if asks and context.get("approvals_reviewer") in (None, "user"):
        return Permit.ASKS
    if held is None or not (asks or policy == "never"):
        return None
    return Permit.BYPASSED if free else Permit.CONFINED
