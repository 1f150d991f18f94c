"""The code owners of the changed paths, by the trusted commit's CODEOWNERS."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from prgate.errors import FormatError
from prgate.formats.codeowners import PLACES, read_codeowners
from prgate.gather.gathered import Gathered, not_gathered, read_input
from prgate.model.diff import REGULAR, Diff
from prgate.model.grade import Grade
from prgate.model.missing import Missing, Why
from prgate.model.policy import Policy
from prgate.request import Range

_KIND = "code-owners"


def gather_owners(span: Range | None, diff: Diff | Missing, policy: Policy) -> Gathered[Mapping[bytes, tuple[str, ...]]]:
    """The owners of both paths of every changed file; a path that nobody owns has none.

    The commit is the one whose policy is in force, where the policy is a commit's, else the base: a change into a branch of its author's own
    would bring the owners that it likes. Of the places where a forge looks the first that is there counts.
    """
    if isinstance(diff, Missing):
        return not_gathered(_KIND, _KIND, diff)
    if span is None:
        missing = Missing(Why.ABSENT, "a diff alone has no CODEOWNERS beside it", "Judge a range with --base and --head.")
        return not_gathered(_KIND, _KIND, missing)
    paths = sorted({path for file in diff.files for path in file.paths})
    commit = policy.source.commit or span.base
    for place in PLACES:
        name = f"{place.decode()} at {commit[:12]}"
        try:
            found = span.repository.blob(commit, place)
            if found is None:
                continue
            mode, data = found
            if mode not in REGULAR:
                missing = Missing(Why.UNREADABLE, f"{name} is a symbolic link or no file, and is not read", "Commit it as a file.")
                return not_gathered(_KIND, _KIND, missing)
            owners = read_codeowners(data)
        except FormatError as error:
            why = Why.OVER_LIMIT if error.over_limit else Why.UNREADABLE
            return not_gathered(_KIND, _KIND, Missing(why, f"{name} cannot be read: {error.message}", "Make it shorter, or mend it."))
        item = read_input(
            _KIND,
            _KIND,
            source=name,
            read=len(owners.entries),
            skipped=len(owners.skipped),
            grade=Grade.OBSERVED,
            sha256=sha256(data).hexdigest(),
            format_="CODEOWNERS",
            notes=[f"the forge skips line {owners.skipped[0]}"] if owners.skipped else [],
        )
        return Gathered({path: owners.of(path) for path in paths}, (item,))
    item = read_input(_KIND, _KIND, source=f"no CODEOWNERS at {commit[:12]}", read=0, grade=Grade.OBSERVED)
    return Gathered(dict.fromkeys(paths, ()), (item,))
