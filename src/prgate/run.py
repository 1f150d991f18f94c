"""One judgement from end to end: gather, read, evaluate, in that order and nowhere else."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from prgate.authorship.signature_file import fault_of
from prgate.engine import evaluate
from prgate.errors import FormatError, PrgateError
from prgate.formats.policy import read_pack, read_policy
from prgate.gather.evidence import gather
from prgate.git import Repository, open_repository
from prgate.model.diff import REGULAR, SYMLINK
from prgate.model.missing import Missing
from prgate.model.policy import Judge, Policy
from prgate.model.verdict import PolicySource, Verdict
from prgate.operands import read_bytes
from prgate.packs import read_packs
from prgate.request import Range, Request, Trusted
from prgate.rules import RULES

POLICY_PATH = b".github/prgate.yml"
MOST_POLICY_BYTES = 262_144


def judge(request: Request) -> Verdict:
    """The verdict on the request; ``PrgateError`` for what the user must mend before anything can be judged."""
    with ExitStack() as stack:
        span = None if request.diff is not None else _range(stack.enter_context(open_repository(request.repo)), request)
        policy = _policy(request, span)
        return evaluate(gather(request, span, policy), policy, RULES)


def _range(repository: Repository, request: Request) -> Range:
    base, head = repository.resolve(request.base), repository.resolve(request.head)
    merge_base = repository.merge_base(base, head) if request.merge_base is None else repository.resolve(request.merge_base)
    if head in {base, merge_base}:
        where, fix = (
            f"--base {request.base} --head {request.head}",
            "Name the branch with the change as --head and the branch it goes into as --base.",
        )
        if request.trigger != "cli":
            where, fix = f"{base[:12]}...{head[:12]}", "Push a commit that the base branch lacks, or close the pull request."
        raise PrgateError("the range is empty: the head brings no commit that the base lacks", where, fix)
    return Range(repository, base, head, merge_base)


def _policy(request: Request, span: Range | None) -> Policy:
    """The policy named, else the one at the base commit, else the pack ``observe``; never one that the change brings."""
    packs = read_packs()
    named = request.policy
    if named in packs:
        return read_pack(named, rules=RULES, packs=packs, judge=request.judge)
    if named is not None:
        if not Path(named).exists():
            from difflib import get_close_matches  # noqa: PLC0415 (paid for by a mistake that needs a suggestion)

            near = get_close_matches(named, packs, n=1)
            hint = f"Did you mean the pack `{near[0]}`?" if near else f"Give a file, or one of the packs {', '.join(packs)}."
            raise PrgateError("neither a pack nor a file", f"--policy {named}", hint)
        data = read_bytes(Path(named), option="--policy", limit=MOST_POLICY_BYTES)
        if isinstance(data, Missing):
            raise PrgateError(data.detail, f"--policy {named}", data.fix)
        source = PolicySource("file", None, sha256(data).hexdigest())
        return read_policy(data, name=named, source=source, rules=RULES, packs=packs, judge=request.judge, signatures=fault_of)
    if span is None:
        return read_pack("observe", rules=RULES, packs=packs, judge=request.judge)
    if request.trusted is None:
        return _committed(span.repository, span.base, None, request.judge)
    return trusted_policy(span.repository, span.base, request.trusted, judge=request.judge)


def trusted_policy(repository: Repository, base: str, trusted: Trusted, *, judge: Judge | None = None) -> Policy:
    """The policy of the default branch, or of the branch that the change goes into where that one lets it. Raises ``PrgateError``."""
    policy = _committed(repository, trusted.sha, trusted.ref, judge)
    if trusted.base_ref != trusted.ref and trusted.base_ref in policy.policy_from_base:
        return _committed(repository, base, trusted.base_ref, judge)
    return policy


def _committed(repository: Repository, commit: str, branch: str | None, judge: Judge | None) -> Policy:
    """The policy that a commit holds, the tip of ``branch`` where one is named, or the pack that stands in for none."""
    packs = read_packs()
    place = POLICY_PATH.decode()
    try:
        entry = repository.blob(commit, POLICY_PATH)
    except FormatError as error:
        where = f"{place} at {commit[:12]}"
        raise PrgateError(f"the policy cannot be read: {error}", where, "Fetch the base whole; `git fsck` says what is damaged.") from error
    if entry is None:
        policy = read_pack("observe", rules=RULES, packs=packs, judge=judge)
        return replace(policy, source=replace(policy.source, commit=commit, branch=branch))
    mode, data = entry
    if mode not in REGULAR:
        kind = "a symbolic link, which is never followed" if mode == SYMLINK else "no file"
        raise PrgateError(f"the policy is {kind}", f"{place} at {commit[:12]}", "Commit it as a file.")
    source = PolicySource(f"base:{place}", commit, sha256(data).hexdigest(), branch)
    return read_policy(data, name=place, source=source, rules=RULES, packs=packs, judge=judge, signatures=fault_of)
