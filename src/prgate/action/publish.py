"""What is published of an evaluation: the comment, the check run, and what each falls back to."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, Final

from prgate.action.evaluate import Evaluation, Run
from prgate.action.result import Published
from prgate.github.checks import Check, blocked_by, check_name, last_word, list_checks, post_check
from prgate.github.comments import post_comment
from prgate.github.pulls import Pull, read_pull
from prgate.model.missing import Missing
from prgate.model.verdict import CommentWhen, Conclusion, Verdict
from prgate.model.wording import counted
from prgate.render.check import Annotation, CheckConclusion, annotations_of, check_output, conclusion_of
from prgate.render.comment import comment, settled
from prgate.render.mishap import Mishap, MishapKind, mishap_check, mishap_comment

_LETTING_THROUGH: Final = ("success", "neutral")
_APART: Final = "Close one of the two, then comment `/prgate` on the other."


def publish(run: Run, evaluation: Evaluation) -> Published | None:
    """Comment first, so that what became of it stands in the check run.

    ``None`` where another run held this pull request meanwhile: which of the two saw more cannot be told, so that nothing is let through by
    this one.
    """
    published = Published()
    _comment(run, evaluation, published)
    return published if _check(run, evaluation, published) else None


def publish_entry(run: Run, head: str, outcome: Verdict | Mishap, evaluation: Evaluation | None) -> Published:
    """The check run on a commit that no one pull request is known for, such as a queue entry's; the outcome is the ``evaluation``'s, if any."""
    published = Published()
    if isinstance(outcome, Verdict) and not outcome.publish.check:
        return published
    base = None if evaluation is None else answered_for(evaluation)
    _post(run, _Place(head, 0, base), outcome, own_conclusion(outcome), published)
    return published


def own_conclusion(outcome: Verdict | Mishap) -> CheckConclusion:
    """What one evaluation alone says to the forge; what was not looked at never succeeds."""
    if isinstance(outcome, Verdict):
        return conclusion_of(outcome.verdict)
    return "action_required" if outcome.kind is MishapKind.UNREACHABLE else "failure"


def answered_for(evaluation: Evaluation) -> str | None:
    """``None`` where the change goes into a branch whose policy is trusted; else the branch that the check's name has to say.

    Required checks are matched by name and commit alone: a verdict earned on the way into somebody's own branch must not pass for another.
    """
    pull, outcome = evaluation.pull, evaluation.outcome
    listed = isinstance(outcome, Verdict) and outcome.policy.branch == pull.base_ref
    # A policy that cannot be read says nothing about other branches, and its failure is the default branch's to mend.
    return None if listed or pull.base_ref == pull.default_branch or isinstance(outcome, Mishap) else pull.base_ref


def report_end(run: Run, pull: Pull, end: BaseException) -> None:
    """Say on the commit that the gate crashed or was interrupted; whatever else goes wrong with that is the log's.

    It was not learnt whose policy counts, so the check has the required name, as for every mishap.
    """
    mishap = Mishap(MishapKind.DEFECT, type(end).__name__)
    if isinstance(end, KeyboardInterrupt):
        mishap = Mishap(
            MishapKind.UNREACHABLE, "the run was cancelled or ran out of time before it had a verdict", "", "Run the job again."
        )
    with suppress(Exception):
        _post(run, _Place(pull.head_sha, pull.number, None), mishap, own_conclusion(mishap), Published())


def _comment(run: Run, evaluation: Evaluation, published: Published) -> None:
    body, create = _body(evaluation)
    if not body:
        return
    known = evaluation.looked.comments
    if isinstance(known, Missing):
        published.notes.append(f"No comment was posted, since an earlier one could not be looked for: {known.detail}")
        return
    pull = evaluation.pull
    posted = post_comment(run.session, pull.repository, pull.number, body, known=known, author=run.settings.author, create=create)
    if isinstance(posted, Missing):
        published.notes.append(f"The comment could not be posted: {posted.detail}. {posted.fix}")
    elif posted is not None and posted.spare is not None:
        published.notes.append(f"A second comment of ours could not be deleted: {posted.spare.detail}. {posted.spare.fix}")


def _body(evaluation: Evaluation) -> tuple[str, bool]:
    """The comment, and whether it is worth a new one: not on a draft. Where nothing is to be said, an earlier one is still set right."""
    pull, outcome = evaluation.pull, evaluation.outcome
    if isinstance(outcome, Mishap):
        return mishap_comment(outcome, str(pull.number), pull.head_sha), not pull.draft
    body = comment(outcome)
    match outcome.publish.comment:
        case CommentWhen.NEVER:
            return "", False
        case CommentWhen.ALWAYS:
            return body or settled(outcome), not pull.draft
        case CommentWhen.FINDINGS:
            telling = outcome.verdict is not Conclusion.PASS or any(result.findings for result in outcome.results)
            return (body, telling and not pull.draft) if body else (settled(outcome), False)


def _check(run: Run, evaluation: Evaluation, published: Published) -> bool:
    """Post the check run, where one is wanted; not if it lets through and another run has held it since this one looked.

    Where none is wanted, an earlier one is still set right.
    """
    outcome, pull, checks = evaluation.outcome, evaluation.pull, evaluation.looked.checks
    earlier, _ = (0, False) if isinstance(checks, Missing) else last_word(checks, number=pull.number)
    if isinstance(outcome, Verdict) and not outcome.publish.check and not earlier:
        return True
    own = conclusion = own_conclusion(outcome)
    base = answered_for(evaluation)
    if own in _LETTING_THROUGH:
        if not isinstance(checks, Missing):
            checks = list_checks(run.session, pull.repository, pull.head_sha)
        if not isinstance(checks, Missing):
            latest, blocks = last_word(checks, number=pull.number)
            if blocks and latest > earlier:
                return False
        for sentence, theirs in _worse(run, pull, checks) if base is None else ():
            published.notes.append(sentence)
            conclusion = theirs
    _post(run, _Place(pull.head_sha, pull.number, base), outcome, conclusion, published)
    return True


@dataclass(frozen=True, slots=True)
class _Place:
    """The commit that a check run stands on, the pull request that it answers for, and the branch that its name has to say."""

    head: str
    number: int
    base: str | None


def _post(run: Run, place: _Place, outcome: Verdict | Mishap, conclusion: CheckConclusion, published: Published) -> None:
    notes = published.notes
    output = check_output(outcome, notes=notes) if isinstance(outcome, Verdict) else mishap_check(outcome, notes=notes)
    shown = annotations_of(outcome) if isinstance(outcome, Verdict) else ()
    check = Check(
        name=check_name(place.base),
        head=place.head,
        number=place.number,
        own=own_conclusion(outcome),
        conclusion=conclusion,
        run=run.settings.run,
        url=run.settings.run_url,
        output={key: value for key, value in asdict(output).items() if value is not None},
        annotations=[_annotation(each) for each in shown],
    )
    written = post_check(run.session, run.settings.repository, check)
    if isinstance(written, Missing):
        notes.append(f"The check run could not be written: {written.detail}. {written.fix}")
        published.unshown = shown
    elif written.missing is not None:
        published.unshown = shown[written.annotations :]
        left = counted(len(published.unshown), "annotation")
        notes.append(f"The check run stands without {left}: {written.missing.detail}. {written.missing.fix}")


def _worse(run: Run, pull: Pull, checks: Sequence[Any] | Missing) -> list[tuple[str, CheckConclusion]]:
    """Other open pull requests with this very commit that were not let through: a check belongs to the commit, so the worst one stands.

    Where they cannot be seen, one of them may be.
    """
    if isinstance(checks, Missing):
        said = f"Whether the same commit is in another pull request that failed could not be seen: {checks.detail}. {checks.fix}"
        return [(said, "action_required")]
    worse: list[tuple[str, CheckConclusion]] = []
    for number, conclusion in blocked_by(checks, number=pull.number).items():
        other = read_pull(run.session, pull.repository, number)
        if isinstance(other, Missing) or (other.state == "open" and other.head_sha == pull.head_sha):
            said = f"The same commit is in pull request {number}, which ended as {conclusion}; the check shows the worse. {_APART}"
            worse.append((said, "failure" if conclusion == "failure" else "action_required"))
    return worse


def _annotation(shown: Annotation) -> dict[str, str | int]:
    return {
        "path": shown.path,
        "start_line": shown.start_line,
        "end_line": shown.end_line,
        "annotation_level": shown.level.value,
        "title": shown.title,
        "message": shown.message,
    }
