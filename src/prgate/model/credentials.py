"""Credentials known by their shape, so that one which stands in a change is not repeated in anything that is published or kept."""

from __future__ import annotations

import re
from typing import Final

_SHAPE: Final = re.compile(
    r"(?<![\w-])(?:"
    r"gh[oprsu]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|gl(?:agent|cbt|dt|ft|imt|oas|pat|ptt|rt|soat)-[\w-]{20,}"  # GitHub, GitLab
    r"|A[KS]IA[A-Z0-9]{16}(?!\w)|AIza[\w-]{35}"  # AWS, Google
    r"|xox[abeprs]-[\w-]{10,}|[prs]k_(?:live|test)_[A-Za-z0-9]{16,}"  # Slack, Stripe
    r"|sk-(?:ant|or|proj|svcacct)-[\w-]{20,}|sk-[A-Za-z0-9]{40,}"  # providers of models
    r"|npm_[A-Za-z0-9]{30,}|pypi-[\w-]{40,}"
    r"|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*"  # JSON web tokens
    r")|(?<=://)[^\s/@:]{0,100}:[^\s/@]{1,200}(?=@)",
    re.ASCII,
)
"""Each begins where no word goes on and has no second way to match, so that time is linear in the text."""
_KEPT: Final = 4


def redacted(text: str) -> str:
    """The text with no more than the first four characters of each credential."""
    return _SHAPE.sub(lambda found: f"{found[0][:_KEPT] if ':' not in found[0] else ''}…", text)
