"""Flags high-risk code that an agent, or nobody known, wrote and that no independent human vouches for.

## Why
A mistake in crypto, access control, infrastructure or compliance is cheap to make and dear to find. Somebody who can be asked must have
read these lines, and it must not be the one who had them written.

## Fix
Somebody with write access who took no part in the change reads the lines and approves this head, or attests what was checked. Where the policy
says so it must be a code owner of the file, and the word must name the proof that the domain asks for.

## Limits
What is high-risk stands in the policy's `domains`, by path and by marks in changed lines; either path of a rename counts, the pull request's
title and text never do. A mark speaks for the added lines around it, a path for the whole file; a mark that is
spread over several lines, or stands behind a `*` as if in a comment, is not seen. Documentation, lock files, and tests that were there before are
left out, whatever their path, but not the instructions of agents, nor what tests of workflows and infrastructure run. A new test may be what a
program imports, so it counts by its path; `!tests/` in a domain's paths takes it out. Who wrote a line is evidence, never proof: a person's commit without agent marks counts as declared human, which `accept` may or may not take; beside a trace that
could not be read, whose lines those are is unknown. Code owners are those of CODEOWNERS at the commit whose policy is in force; an owner that is a team
counts for those whom the forge tells to be in it, one that is an address for nobody. The text of an approval that was edited, or may have been, names
no proof.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Annotated, Final, Literal

from prgate.model.authorship import Authorship, Origin
from prgate.model.diff import Diff, FileChange, Side
from prgate.model.evidence import Evidence
from prgate.model.facts import Facts, Person, PersonType
from prgate.model.finding import Finding
from prgate.model.heard import Heard, Verb
from prgate.model.independence import FORGE, folded, independent_approvals
from prgate.model.missing import Missing, Why, need
from prgate.model.paths import FileClass
from prgate.model.policy import Proof
from prgate.model.risk import MARKED, Stretch, risky_domains, stretches
from prgate.model.rule import Fact, Files, Findings, Needs, Read, Rule
from prgate.model.verdict import ReportedFinding
from prgate.model.vouching import Word, owned, unnamed, unowned, wanted
from prgate.model.wording import counted, listed, quoted
from prgate.recognise.languages import language_of

Clearing = Literal["vouched", "attested", "declared-human"]

_WHO: Final = {Origin.AGENT: "Agent-written", Origin.UNDECLARED: "Undeclared", Origin.DECLARED_HUMAN: "Declared human"}
_NAMED: Final = 3
_TESTS: Final = frozenset({FileClass.TEST, FileClass.TEST_SUPPORT})
_DATA: Final = 0o100644
"""Mode of a file that nobody runs by its name."""


@dataclass(frozen=True, slots=True)
class Params:
    """What clears a line."""

    accept: Annotated[
        tuple[Clearing, ...],
        "What clears a high-risk change: `vouched` (an independent approval of this head, or an attestation), `attested` (an attestation "
        "alone), `declared-human` (a person's commit without agent marks).",
    ] = ("vouched", "declared-human")
    by: Annotated[
        Literal["anyone", "code-owner"], "Whose word vouches: of `anyone` independent who may write, or only of a `code-owner` of the file."
    ] = "anyone"
    leave_out: Annotated[tuple[FileClass, ...], "Classes of files in which nothing is high-risk."] = (
        FileClass.DOCS,
        FileClass.LOCK,
        FileClass.SNAPSHOT,
        FileClass.TEST,
        FileClass.TEST_SUPPORT,
    )

    @property
    def takes_words(self) -> bool:
        """Whether anybody's word clears anything."""
        return bool({"vouched", "attested"} & set(self.accept))


def check(evidence: Evidence, params: Params) -> Findings:
    """One finding per run of high-risk lines of one origin, unless somebody vouches for them on this head."""
    diff = need(evidence.diff)
    risky = [file for file in diff.files if _domains(file, params)]
    doubts = list(_unread(diff, evidence, params))
    if not risky and not doubts:
        return "no changed file is in a high-risk domain"
    authorship = need(evidence.authorship)
    looked = f"{counted(len(risky), 'changed file')} in high-risk domains"
    left, declared = list[Stretch](), list[Stretch]()
    for stretch in (stretch for file in risky for stretch in _stretches(file, authorship, params)):
        clear = stretch.origin is Origin.DECLARED_HUMAN and "declared-human" in params.accept
        (declared if clear else left).append(stretch)
    doubts += [(stretch, missing) for missing in evidence.traces.unread[:1] for stretch in declared]
    words: tuple[Word, ...] = ()
    if (left or doubts) and params.takes_words:
        words = _approvals(evidence, params)
        asked = len(left) + len(doubts)
        left = [stretch for stretch in left if not _vouched(stretch, words, evidence, params)]
        doubts = [(stretch, missing) for stretch, missing in doubts if not _vouched(stretch, words, evidence, params)]
        if left:
            need(evidence.heard)
        if asked > len(left) + len(doubts):
            looked += f", vouched for by {', '.join(quoted(word.by) for word in words)}"
    for _, of_file in groupby(left, key=attrgetter("file.path")):
        yield from _findings(list(of_file), evidence, params, words)
    if doubts:
        need(doubts[0][1])
    return looked


def attest(evidence: Evidence, params: Params, finding: ReportedFinding, heard: Heard) -> str | None:
    """Why somebody's attestation does not vouch for the lines of a finding."""
    if not params.takes_words:
        return "the policy takes nobody's word for such lines"
    authorship = need(evidence.authorship)
    path = b64decode(finding.path_bytes) if finding.path_bytes else (finding.path or "").encode()
    for file in need(evidence.diff).files:
        if file.path == path:
            for stretch in _stretches(file, authorship, params):
                if (stretch.line, stretch.end) == (finding.line, finding.end_line):
                    return _lacks(stretch, Word(heard.by, heard.said), evidence, params)
    return "no high-risk line stands there"


def _domains(file: FileChange, params: Params) -> tuple[str, ...]:
    """Its domains that count. A new program is no test yet, whatever its path says: others can run it from there."""
    new = file.old_path is None and (language_of(file.path) is not None or file.modes[1] != _DATA)
    return risky_domains(file, tuple(one for one in params.leave_out if one not in _TESTS) if new else params.leave_out)


def _stretches(file: FileChange, authorship: Authorship, params: Params) -> Iterator[Stretch]:
    return stretches(file, authorship.files[file.path], _domains(file, params))


def _unread(diff: Diff, evidence: Evidence, params: Params) -> Iterator[tuple[Stretch, Missing]]:
    """Files whose lines could not be read, so that nobody knows whether a mark stands there."""
    if any(domain.marks for domain in evidence.domains.values()):
        for file in diff.files:
            if isinstance(file.hunks, Missing) and file.file_class in MARKED and not _domains(file, params):
                yield Stretch(file, Origin.UNDECLARED, ()), file.hunks


def _approvals(evidence: Evidence, params: Params) -> tuple[Word, ...]:
    head = evidence.subject.head.sha
    if head is None:
        need(Missing(Why.ABSENT, "a diff alone has no head that somebody could have approved", "Judge a range with --base and --head."))
    if "vouched" not in params.accept:
        return ()
    given = independent_approvals(need(evidence.facts), head or "")
    return tuple(Word(review.author, review.body if review.edited is False else "") for review in given)


def _vouched(stretch: Stretch, words: Sequence[Word], evidence: Evidence, params: Params) -> bool:
    """Whether approvals vouch: one that names the proofs, of an owner of each path where owners are asked for."""
    naming = [word for word in words if not unnamed(word, _proofs(stretch, evidence))]
    if params.by == "anyone":
        return bool(naming)
    owners = need(evidence.owners)
    paths = owned(stretch.file.paths, owners)
    return bool(paths) and all(any(unowned(word, (path,), owners, _people(evidence)) is None for word in naming) for path in paths)


def _lacks(stretch: Stretch, word: Word, evidence: Evidence, params: Params) -> str | None:
    """Why one person's word does not vouch."""
    why = None if params.by == "anyone" else unowned(word, stretch.file.paths, need(evidence.owners), _people(evidence))
    lacking = unnamed(word, _proofs(stretch, evidence))
    return why or (f"it does not name {wanted(lacking)}" if lacking else None)


def _proofs(stretch: Stretch, evidence: Evidence) -> tuple[Proof, ...]:
    found = (evidence.domains[name].proof for name in stretch.domains if name in evidence.domains)
    return tuple(proof for proof in found if proof is not None)


def _people(evidence: Evidence) -> Mapping[str, Person]:
    return {folded(login): person for login, person in need(need(evidence.facts).people).items()}


def _findings(found: Sequence[Stretch], evidence: Evidence, params: Params, approvals: Sequence[Word]) -> Iterator[Finding]:
    """Those of one file, each with its marked line or its first as the quote."""
    file = found[0].file
    lines = {} if isinstance(file.hunks, Missing) else {number: line for hunk in file.hunks for number, line in hunk.added()}
    for stretch in found:
        quote = lines.get(next((mark.line for mark in stretch.marks if not mark.removed), stretch.line or 0))
        yield Finding(
            message=f"{_WHO[stretch.origin]} {listed(_named(stretch))}, and {_unvouched(stretch, evidence, params, approvals)}",
            fix=_fix(stretch, evidence, params),
            path=file.path,
            side=Side.BASE if file.new_path is None else Side.HEAD,
            line=stretch.line,
            end_line=stretch.end,
            quote=None if quote is None else quote.decode("utf-8", "replace"),
        )


def _named(stretch: Stretch) -> Iterator[str]:
    """Each domain, with the mark that says so."""
    marks = {mark.domain: mark for mark in stretch.marks}
    for domain in stretch.domains:
        name, mark = domain.replace("-", " "), marks.get(domain)
        if mark is None:
            yield name
        elif mark.removed:
            yield f"{name} (takes away {quoted(mark.text)})"
        else:
            yield f"{name} ({quoted(mark.text)})" if stretch.line == stretch.end else f"{name} (line {mark.line}: {quoted(mark.text)})"


def _unvouched(stretch: Stretch, evidence: Evidence, params: Params, approvals: Sequence[Word]) -> str:
    does = "vouches for it" if "vouched" in params.accept or not params.takes_words else "attests to it"
    if params.by == "anyone" or not params.takes_words:
        return f"no approval names {_unproved(stretch, evidence, approvals)}" if approvals else f"nobody independent {does}"
    owners = need(evidence.owners)
    paths = owned(stretch.file.paths, owners)
    if not paths:
        return "it has no code owner who could vouch for it"
    teams = listed(quoted(owner) for owner in _owners(paths, owners) if "/" in owner) if approvals else ""
    doubt = [word.by for word in approvals if teams and unowned(word, paths, owners, _people(evidence))]
    if doubt:
        return f"no code owner is known to vouch for it: {quoted(doubt[0])} approved, and who is in {teams} is not told"
    owning = [word for word in approvals if any(unowned(word, (path,), owners, _people(evidence)) is None for path in paths)]
    unproved = _unproved(stretch, evidence, owning) if owning else ""
    return f"no code owner's approval names {unproved}" if unproved else f"no code owner {does}"


def _unproved(stretch: Stretch, evidence: Evidence, approvals: Sequence[Word]) -> str:
    """What the fullest of the approvals does not name."""
    fewest = min((unnamed(word, _proofs(stretch, evidence)) for word in approvals), key=len)
    return wanted(fewest)


def _fix(stretch: Stretch, evidence: Evidence, params: Params) -> str:
    if not params.takes_words:
        return "Have a person write it, or leave it out: the policy takes nobody's word for such lines."
    does = "approves this head" if "vouched" in params.accept else "attests what was checked"
    proofs = wanted(_proofs(stretch, evidence))
    does += f", naming {proofs}" if proofs else ""
    who, first, others = "Somebody with write access", "", _others(need(evidence.facts))
    if params.by == "code-owner":
        barred = {folded(f"@{login}") for login in others}
        owners = [owner for owner in _owners(stretch.file.paths, need(evidence.owners)) if owner.startswith("@")]
        named = [owner for owner in owners if folded(owner) not in barred]
        who = f"A code owner ({listed(map(quoted, named), _NAMED)})" if named else "Such an owner"
        first = (
            "" if named else f"Name {'another' if owners else 'a'} code owner of it, by login or team, in CODEOWNERS on the base branch. "
        )
    barring = f" (not {listed(map(quoted, others))})" if 0 < len(others) <= _NAMED else ""
    return f"{first}{who} who took no part in the change{barring} reads it and {does}."


def _owners(paths: Iterable[bytes], owners: Mapping[bytes, Sequence[str]]) -> list[str]:
    return list(dict.fromkeys(owner for path in paths for owner in owners.get(path, ())))


def _others(facts: Facts) -> list[str]:
    """Who took part, so that their word does not count; machines are left out."""
    commits = () if isinstance(facts.commits, Missing) else facts.commits
    people = {} if isinstance(facts.people, Missing) else facts.people
    machines = {FORGE, *(folded(login) for login, person in people.items() if person.type is PersonType.BOT)}
    machines |= {folded(facts.author.login)} if facts.author.type is PersonType.BOT else set()
    logins = [facts.author.login, *(login for commit in commits for login in (commit.author, commit.committer)), facts.operator]
    return list({folded(login): login for login in logins if login is not None and folded(login) not in machines}.values())


def needs(params: Params) -> Needs:
    """Who wrote what, who approved or attested what, and the added lines."""
    facts = {Fact.AUTHORSHIP, Fact.COMMITS, Fact.PR} | ({Fact.REVIEWS, Fact.COMMENTS} if params.takes_words else set())
    facts |= {Fact.CODE_OWNERS} if params.by == "code-owner" else set()
    return Needs(facts=frozenset(facts), lines=Files())


RULE = Rule(
    "agent-authored-risk",
    Params,
    check,
    needs,
    read=Read(3, "", "Would you sign this line?"),
    attest=attest,
    answer=Verb.ATTEST,
    answerable=lambda _, params: bool(params.takes_words),
)
