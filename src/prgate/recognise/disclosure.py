"""The usual wordings by which people say that an agent helped them, or that none did."""

from __future__ import annotations

from typing import Final

from prgate.recognise.expressions import finds

_AI: Final = (
    r"(?:any |generative |gen ?|coding )*(?:a\.?i\.?|llms?|artificial intelligence)"
    r"(?:[ /-](?:and|or|llms?|ai|coding|code|generated|assisted|powered|based|generation|assistance|assistants?|agents?|tools?|tooling|help|models?|content|usage|use))*"
)
_TOOL: Final = (
    r"\b(?:a\.?i\.?|llms?|artificial intelligence|chatgpt|gpt-?[0-9][\w.-]*|claude|codex|copilot|cursor|gemini|devin|aider|jules|windsurf|cline|junie|kiro"
    r"|opencode|openhands|goose|qwen|openai|anthropic)\b"
)
_ENDS: Final = r"(?: (?:in|for|on|to|during|while|when|at|by|anywhere|here|with|as part of|of)\b[^,;]*)?[.!]*$"
_CHANGE: Final = r"(?:this|the|my|our) (?:whole |entire )?(?:pr|pull request|change|changeset|patch|contribution|commit|code|work)s?"
_MADE: Final = r"(?:written|made|created|prepared|produced|authored|developed|done|implemented|coded|drafted|generated)"

_WITHOUT: Final = r"without (?:the )?(?:(?:use|help|assistance|aid) (?:of|from) )?"

_DENIALS: Final = (
    rf"(?i)^(?:no|none|zero) (?:of the )?{_AI}(?: (?:was|were|has been|have been|is|are))?(?: used| involved| applied| employed)?{_ENDS}",
    rf"(?i)^(?:(?:i|we) )?(?:have |has )?(?:did not|didn't|do not|don't|have not|haven't|not|never) (?:use|used|using) {_AI}{_ENDS}",
    rf"(?i)^(?:{_CHANGE} )?(?:was |is |were |has been )?(?:\w+ly )?{_MADE}(?: \w+ly| by (?:hand|me|a human))*,? {_WITHOUT}{_AI}{_ENDS}",
    rf"(?i)^{_CHANGE} (?:does not|doesn't|did not|didn't) (?:contain|include|use|involve) {_AI}{_ENDS}",
    rf"(?i)^(?:{_CHANGE} (?:is|was) )?(?:not|non) ?-?(?:ai|llm)[- ](?:generated|assisted|written|authored|created)[.!]*$",
    rf"(?i)^{_AI}(?: (?:used|use|usage|assistance|involvement|disclosure|statement|in this pr))*(?: was| were)? ?(?:[:?=-]|: ?-) ?(?:no|none|n/a|not used|nothing|0 ?%)[.!]*$",
    r"(?i)^(?:did|have|has|was|were|is|are|does)\b[^?]{0,80}\b(?:ai|llms?)\b[^?]{0,80}\? ?[:-]? ?(?:no|none|n/a)[.!]*$",
    r"(?i)^(?:100 ?% |fully |entirely |purely |completely |all )*(?:human|hand)[- ](?:written|made|authored|crafted|coded)(?: only)?[.!]*$",
)
_NARROW: Final = (
    r"(?i)\b(?:but|except|only|unless|other than|besides?|apart from|beyond|unreviewed|unchecked|unverified|review)\b",
    r"(?i)\b(?:descriptions?|comments?|messages?|replies|images?|media|assets?|tests?|docs?|documentation|translations?|issues?|features?)\b",
)
"""What makes a denial one of some part or use only, which is none of the whole."""

_HELPED: Final = "assisted|aided|helped|refactored|built|co-authored|co-developed|supported"

_DISCLOSURES: Final = (
    rf"(?i)\b(?:{_MADE}|{_HELPED})\b[^.;?]{{0,30}}\b(?:with|by|using|via|from|through|of)\b[^.;?]{{0,60}}{_TOOL}",
    rf"(?i)\b(?:i|we)(?:'ve| have| also)* used\b[^.;?]{{0,60}}{_TOOL}",
    rf"(?i)\bwith (?:the |some )?(?:help|assistance|aid|support|use) (?:of|from)\b[^.;?]{{0,60}}{_TOOL}",
    rf"(?i){_TOOL}(?: (?:code|coding|cli|agent|tools?))*(?: (?:was|were|has been|have been) used\b| (?:wrote|drafted|helped)\b)",
    rf"(?i){_TOOL}[ -](?:assisted|generated|written|authored|aided)(?:[.,!)]|$| (?:{_CHANGE}|prs?|code|change|commit|patch|contribution|tests?|docs?)\b)",
    rf"(?i)^(?:assisted|generated|co-authored|co-developed|made|created)[- ](?:by|with) ?: ?.{{0,80}}{_TOOL}",
    rf"(?i)^{_AI}(?: (?:used|use|usage|assistance|disclosure|statement))* ?: ?(?:yes\b|.{{0,80}}{_TOOL})",
    r"(?i)^(?:did|have|has|was|were|is|are)\b[^?]{0,80}\b(?:ai|llms?)\b[^?]{0,80}\? ?[:-]? ?yes\b",
)
_QUESTION: Final = (r"(?i)^if\b|\?$",)
_NOTHING: Final = (r"(?i)^(?:no|none|nil|n/?a|nothing|not applicable|not used|never|no use)[.!]*$",)
_UNSAID: Final = (r"(?i)^(?:[-_.…]*|tbd|todo|fill in|no response)[.!]*$",)
_TYPED: Final = str.maketrans("\u2019\u2013\u2014", "'--")
"""Apostrophes and dashes as people type them, where an editor has made typographical ones of them."""


def denies(text: str) -> bool:
    """Whether a sentence says that no agent was used for the change as a whole."""
    return finds(_DENIALS, text.translate(_TYPED)) and not finds(_NARROW, text)


def discloses(text: str) -> bool:
    """Whether a sentence says that an agent was used; a question, a condition and a denial, also of a part, do not."""
    typed = text.translate(_TYPED)
    return finds(_DISCLOSURES, typed) and not finds((*_QUESTION, *_DENIALS), typed)


def is_no(text: str) -> bool:
    """Whether a short answer, as it stands under a heading that asks, says no."""
    return finds(_NOTHING, text)


def is_answer(text: str) -> bool:
    """Whether a line under a heading that asks is an answer at all."""
    return not finds(_UNSAID, text.translate(_TYPED))
