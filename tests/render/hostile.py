"""Verdicts in which whoever wrote the change chose every word, and a reading of the HTML that a forge makes of the comment."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from random import Random

import cmarkgfm
from cmarkgfm.cmark import Options
from hypothesis import strategies as st

from prgate.model.authorship import Origin, SignKind
from prgate.model.diff import Side
from prgate.model.grade import Grade
from prgate.model.heard import Heard, Verb
from prgate.model.missing import Why
from prgate.model.paths import path_text
from prgate.model.subject import Base, Head, Subject
from prgate.model.verdict import (
    SCHEMA,
    AgentSeen,
    Attestation,
    AuthorshipSeen,
    Conclusion,
    EvidenceMissing,
    EvidenceRead,
    Fault,
    MissingReason,
    Outcome,
    PolicySource,
    Reading,
    ReadingItem,
    ReportedFinding,
    Result,
    Scope,
    ScopeState,
    SignCount,
    Tool,
    Verdict,
    WaiverUsed,
)
from tests.render.verdicts import BASE, HEAD

NASTY = (
    "@octo-cat @acme/admins",
    "fixes #1 acme/pay#2 GH-3 JIRA-4 ABC5",
    "https://evil.example/a_(b) http://x www.evil.example mail@evil.example xmpp:a@b.c",
    "[a](https://evil.example) ![i](//evil.example/p.png) [x]: https://evil.example",
    "[^1] [^1]: note [ref][ref] [ ] - [x] done",
    "<img src=x onerror=alert(1)><script>alert(1)</script></details></summary><!-- x -->",
    "</code></sub></td></details> <details open><summary>hello</summary>",
    "<!-- prgate:v1 key=812 -->",
    "--><!--prgate:v1 key=1 --> <!--",
    "&commat;octo &#64;octo &#x40;octo &lt;b&gt; &nbsp;",
    "` @octo-cat `` @octo-cat ``` @octo-cat",
    "`a` @b `c` @d `",
    "```\n@octo-cat\n```\n~~~",
    "a | b \\| c \\\\| d ||| \\",
    "\\` \\\\` `\\` \\@octo",
    "# head\n## head\n===\n---\n> quote\n* list\n1. list\n+ list",
    "/prgate waive all\n/merge",
    "::error::x\n::add-mask::x ##[group]x ::set-output name=a::b",
    "\x1b[31mred\x1b]8;;https://evil.example\x07link\x1b]8;;\x07 \x9b31m",
    "\u202eevil\u202c \u2066iso\u2069 \u200b\u200d\ufeff\u00ad\U000e0041\ufe0f \u2028\u2029\x85\x0c",
    "3f9c2ab41d77e0f5a6b8c9d0e1f2a3b4c5d6e7f8 deadbeef defaced",
    "**bold** __bold__ ~~gone~~ *it* _it_ $x$ $`x`$ :smile: :+1:",
    "\ud800 lone \udfff",
    "x" * 3000,
    "a b " * 800,
    "`" * 700,
    "@a `b " * 300,
    "日本語 текст Ünï עברית e\u0301\u0301\u0301\u0301",
    "constructor __proto__ {{ 7*7 }} {% raw %} ${{ github.token }}",
    "",
    " ",
    "\n",
)

nasty = st.one_of(
    st.sampled_from(NASTY),
    st.lists(st.sampled_from([*NASTY, "`", "``", "|", "\\", "@a", "#1", "<b>", "\n", " "]), max_size=4).map("".join),
    st.text(max_size=30),
)
PATHS = (b"src/a.py", b"a b/(c).md", b"caf\xe9/\xff`|.py", b"../../etc/x", b"a//b", b"x\n::error::y", b"[a](b)/@octo/#1", b".", b"p" * 4000)
URLS = (
    *["https://github.com/acme/pay/pull/812"] * 6,
    "https://github.com/acme/pay/pull/1)](x",
    "javascript:alert(1)",
    "https://github.com/../pay/pull/1",
    "http://a/b/c/pull/1",
    None,
)


class Maker:
    """Fills every field that a stranger can reach from a few words; the seed decides which word stands where and all else."""

    def __init__(self, words: list[str], seed: int) -> None:
        self.words, self.seed, self.random = words, seed, Random(seed)

    def __repr__(self) -> str:
        return f"Maker({[word[:200] for word in self.words]!r}, {self.seed})"

    def word(self) -> str:
        return self.random.choice(self.words)

    def maybe(self, value: str) -> str | None:
        return self.random.choice([value, None])

    def some(self, usual: str) -> str:
        return self.random.choice([usual, usual, self.word()])

    def sha(self) -> str | None:
        return self.random.choice([HEAD, HEAD, BASE, None, self.word()])

    def path(self) -> bytes:
        return self.random.choice([*PATHS, self.word().encode("utf-8", "replace")[:4000] or b"x"])

    def line(self) -> int | None:
        return self.random.choice([None, 1, 41, self.random.randrange(1, 10**7)])

    def several(self, most: int) -> range:
        return range(self.random.randrange(most + 1))

    def finding(self) -> ReportedFinding:
        raw, line = self.path(), self.line()
        text = path_text(raw)
        whole = self.random.random() < 0.1
        return ReportedFinding(
            message=self.word(),
            fix=self.word(),
            path=None if whole else text,
            side=self.random.choice(list(Side)),
            line=line,
            end_line=None if line is None else line + self.random.randrange(50),
            quote=self.maybe(self.word()),
            certain=self.random.random() < 0.7,
            fingerprint=self.some("00112233445566aa"),
            waived=self.random.random() < 0.2,
            path_bytes=None if whole or raw == text.encode() else b64encode(raw).decode(),
            answered=self.random.choice([None, None, None, Verb.ATTEST, Verb.WAIVE, Verb.BREAK_GLASS]),
        )

    def heard(self) -> Heard:
        return Heard(
            verb=self.random.choice([None, *Verb]),
            by=self.word(),
            at=self.some("2027-05-20T09:00:00Z"),
            of=self.word(),
            said=self.word(),
            source=self.word(),
            head=self.maybe(self.word()),
            until=self.maybe(self.word()),
            own=self.random.random() < 0.5,
            refused=self.maybe(self.word()),
        )

    def attestation(self) -> Attestation:
        own = self.random.random() < 0.5
        return Attestation(self.some("00112233445566aa"), self.word(), self.word(), self.word(), self.word(), own)

    def waiver(self) -> WaiverUsed:
        rule = self.some("missing-tests")
        return WaiverUsed(
            rule, self.word(), self.word(), self.word(), self.random.choice(["policy", "comment", "break-glass", self.word()])
        )

    def result(self, rule: str) -> Result:
        choice = self.random.choice
        return Result(
            rule=self.some(rule),
            mode=choice(["observe", "warn", "block"]),
            on_unknown=choice(["warn", "block"]),
            outcome=choice(list(Outcome)),
            reason=self.word(),
            evidence=choice([(), ("one",), ("gone",), ("one", "gone")]),
            findings=tuple(self.finding() for _ in self.several(7)),
            answer=choice([None, Verb.ATTEST, Verb.WROTE, Verb.WAIVE]),
        )

    def agent(self) -> AgentSeen:
        signs = tuple(SignCount(self.random.choice(list(SignKind)), self.word(), self.random.randrange(9)) for _ in self.several(6))
        return AgentSeen(self.word(), self.some("Claude Code"), self.random.choice(list(Grade)), (), signs)

    def input(self) -> EvidenceRead | EvidenceMissing:
        if self.random.random() < 0.5:
            return EvidenceMissing("gone", self.word(), MissingReason(self.random.choice(list(Why)), self.word(), self.word()))
        grade, count = self.random.choice(list(Grade)), self.random.randrange(9999)
        return EvidenceRead(
            "one", self.word(), grade, self.word(), None, self.maybe(self.word()), count, count % 3, self.maybe(self.word())
        )

    def read(self) -> ReadingItem:
        line = self.line()
        number = self.random.randrange(1, 30)
        end = None if line is None else self.random.choice([None, line + 9])
        return ReadingItem(number, self.word(), self.word(), self.word(), path_text(self.path()), line, end, self.maybe(self.word()))

    def verdict(self) -> Verdict:
        self.random = Random(self.seed)
        choice = self.random.choice
        number = self.random.randrange
        return Verdict(
            schema=SCHEMA,
            tool=Tool("prgate", self.some("0.1.0")),
            at="2027-05-20T10:00:00Z",
            trigger=self.word(),
            judge=choice(list(Side)),
            verdict=choice(list(Conclusion)),
            if_enforced=choice(list(Conclusion)),
            scope=Scope(choice([ScopeState.JUDGED, ScopeState.UNKNOWN]), self.word()),
            pending=tuple(self.word() for _ in self.several(2)),
            subject=Subject(
                repository=self.some("acme/pay"),
                pr=choice([None, 812]),
                url=choice([*URLS, self.word()]),
                base=Base(self.word(), self.sha()),
                merge_base=self.sha(),
                head=Head(self.word(), self.word(), self.sha()),
            ),
            policy=PolicySource(choice(["pack:baseline", self.word(), f"base:{self.word()}"]), self.sha(), self.word()),
            faults=tuple(Fault(self.word(), self.word(), self.maybe(path_text(self.path()))) for _ in self.several(4)),
            evidence=tuple(self.input() for _ in self.several(4)),
            authorship=AuthorshipSeen(
                agents=tuple(self.agent() for _ in self.several(5)),
                operator=self.maybe(self.word()),
                owner=self.maybe(self.word()),
                lines={origin: choice([0, number(500)]) for origin in Origin},
                commits=number(20),
                operator_by=self.maybe(self.word()),
                owner_by=self.maybe(self.word()),
            ),
            results=tuple(self.result(rule) for rule in ("hidden-text", "lost-coverage", "missing-tests", "x-own")[: number(5)]),
            waivers=tuple(self.waiver() for _ in self.several(4)),
            attestations=tuple(self.attestation() for _ in self.several(3)),
            commands=tuple(self.heard() for _ in self.several(5)),
            reading=Reading(choice([0, number(400)]), choice([0, number(400)]), tuple(self.read() for _ in self.several(4))),
        )


makers = st.builds(Maker, st.lists(nasty, min_size=1, max_size=10), st.integers(0, 2**32))


EXTENSIONS = ["table", "autolink", "strikethrough", "tagfilter", "tasklist"]
OPTIONS = Options.CMARK_OPT_HARDBREAKS | Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
VOID = {"br", "hr", "img", "input"}
SHIELDED = {"code", "pre", "a"}


@dataclass
class Html(HTMLParser):
    """Tags with their attributes, comments, and text with the tags around it; ``wrong`` lists tags that do not pair."""

    tags: list[tuple[str, Mapping[str, str | None]]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    texts: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append(0)
        if tag in {"td", "th"}:
            self.rows[-1] += 1
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append((data, tuple(self.open)))

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    @property
    def plain(self) -> list[str]:
        """Text on which the forge's filters run."""
        return [text for text, around in self.texts if not SHIELDED & set(around)]

    @property
    def above(self) -> str:
        """What a reader sees with every fold closed."""
        return "".join(
            text for text, around in self.texts if "details" not in around or ("summary" in around and around.count("details") == 1)
        )


def render(markdown: str) -> Html:
    page = Html()
    page.feed(cmarkgfm.markdown_to_html_with_extensions(markdown, options=OPTIONS, extensions=EXTENSIONS))
    page.close()
    page.wrong += page.open
    return page
