"""Verdicts in which whoever wrote the change chose every word, and a reading of the HTML that a forge makes of the comment."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options
from hypothesis import strategies as st

from prgate.model.authorship import Origin, SignKind
from prgate.model.diff import Side
from prgate.model.grade import Grade
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
lines = st.one_of(st.none(), st.integers(1, 2_000_000))
raw_paths = st.one_of(
    st.sampled_from(
        [b"src/a.py", b"a b/(c).md", b"caf\xe9/\xff`|.py", b"../../etc/x", b"a//b", b"x\n::error::y", b"[a](b)/@octo/#1", b"."]
    ),
    nasty.map(lambda value: value.encode("utf-8", "replace")[:4000] or b"x"),
)


@st.composite
def findings(draw: st.DrawFn) -> ReportedFinding:
    path = draw(st.one_of(st.none(), raw_paths))
    text = None if path is None else path_text(path)
    start = draw(lines)
    return ReportedFinding(
        message=draw(nasty),
        fix=draw(nasty),
        path=text,
        side=draw(st.sampled_from(Side)),
        line=start,
        end_line=None if start is None else start + draw(st.integers(0, 50)),
        quote=draw(st.one_of(st.none(), nasty)),
        certain=draw(st.booleans()),
        fingerprint=draw(st.one_of(st.just("00112233445566aa"), nasty)),
        waived=draw(st.sampled_from([False, False, False, True])),
        path_bytes=None if path is None or path == (text or "").encode() else b64encode(path).decode(),
    )


def _results(rule: str) -> st.SearchStrategy[Result]:
    return st.builds(
        Result,
        rule=st.one_of(st.just(rule), nasty),
        mode=st.sampled_from(["observe", "warn", "block"]),
        on_unknown=st.sampled_from(["warn", "block"]),
        outcome=st.sampled_from(Outcome),
        reason=nasty,
        evidence=st.sampled_from([(), ("one",), ("gone",), ("one", "gone")]),
        findings=st.lists(findings(), max_size=6).map(tuple),
    )


agents = st.builds(
    AgentSeen,
    id=nasty,
    name=st.one_of(st.just("Claude Code"), nasty),
    grade=st.sampled_from(Grade),
    evidence=st.just(()),
    signs=st.lists(st.builds(SignCount, st.sampled_from(SignKind), nasty, st.integers(0, 9)), max_size=7).map(tuple),
)
shas = st.one_of(st.sampled_from([HEAD, BASE]), st.none(), nasty)
urls = st.one_of(
    st.just("https://github.com/acme/pay/pull/812"),
    st.sampled_from(
        ["https://github.com/acme/pay/pull/1)](x", "javascript:alert(1)", "https://github.com/../pay/pull/1", "http://a/b/c/pull/1"]
    ),
    st.none(),
    nasty,
)
subjects = st.builds(
    Subject,
    repository=st.one_of(st.just("acme/pay"), nasty),
    pr=st.one_of(st.none(), st.integers(1, 99_999)),
    url=urls,
    base=st.builds(Base, nasty, shas),
    merge_base=shas,
    head=st.builds(Head, nasty, nasty, shas),
)
inputs = st.lists(
    st.one_of(
        st.builds(
            EvidenceRead,
            id=st.just("one"),
            kind=nasty,
            grade=st.sampled_from(Grade),
            source=nasty,
            sha256=st.none(),
            format=st.one_of(st.none(), nasty),
            read=st.integers(0, 9999),
            skipped=st.integers(0, 9),
            note=st.one_of(st.none(), nasty),
        ),
        st.builds(EvidenceMissing, id=st.just("gone"), kind=nasty, missing=st.builds(MissingReason, st.sampled_from(Why), nasty, nasty)),
    ),
    max_size=4,
).map(tuple)

verdicts = st.builds(
    Verdict,
    schema=st.just(SCHEMA),
    tool=st.builds(Tool, st.just("prgate"), st.one_of(st.just("0.1.0"), nasty)),
    at=st.just("2027-05-20T10:00:00Z"),
    trigger=nasty,
    judge=st.sampled_from(Side),
    verdict=st.sampled_from(Conclusion),
    if_enforced=st.sampled_from(Conclusion),
    scope=st.builds(Scope, st.sampled_from([ScopeState.JUDGED, ScopeState.UNKNOWN]), nasty),
    pending=st.lists(nasty, max_size=2).map(tuple),
    subject=subjects,
    policy=st.builds(PolicySource, st.one_of(st.just("pack:baseline"), nasty, nasty.map("base:".__add__)), shas, nasty),
    faults=st.lists(st.builds(Fault, nasty, nasty, st.one_of(st.none(), raw_paths.map(path_text))), max_size=4).map(tuple),
    evidence=inputs,
    authorship=st.builds(
        AuthorshipSeen,
        agents=st.lists(agents, max_size=4).map(tuple),
        operator=st.one_of(st.none(), nasty),
        owner=st.one_of(st.none(), nasty),
        lines=st.fixed_dictionaries({origin: st.integers(0, 500) for origin in Origin}),
        commits=st.integers(0, 20),
    ),
    results=st.tuples(*(_results(rule) for rule in ("hidden-text", "lost-coverage", "missing-tests"))),
    waivers=st.lists(st.builds(WaiverUsed, nasty, nasty, nasty, nasty, st.sampled_from(["policy", "comment"])), max_size=2).map(tuple),
    attestations=st.lists(st.builds(Attestation, nasty, nasty, nasty, nasty, nasty), max_size=2).map(tuple),
    reading=st.builds(
        Reading,
        st.integers(0, 400),
        st.integers(0, 400),
        st.lists(
            st.builds(
                ReadingItem, st.integers(1, 30), nasty, nasty, nasty, raw_paths.map(path_text), lines, lines, st.one_of(st.none(), nasty)
            ),
            max_size=4,
        ).map(tuple),
    ),
)


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
