"""What must hold of any Markdown of ours, whatever words a stranger put into it."""

from __future__ import annotations

from collections.abc import Mapping

from tests.render.hostile import Html, render
from tests.render.test_injection import ACTS, ATTRIBUTES, CONTROL, TAGS


def harmless(markdown: str, *, marker: str | None = None, may_link_to: str | None = None) -> Html:
    """Nothing in it acts, every tag is ours and closed, it has no comment but the marker, and links go below ``may_link_to`` only."""
    page = render(markdown)
    assert ([] if marker is None else [marker]) == [f"<!--{comment}-->" for comment in page.comments]
    assert [] == page.wrong
    assert set() == {tag for tag, _ in page.tags} - TAGS
    assert set() == {(tag, name) for tag, attributes in page.tags for name in attributes} - ATTRIBUTES
    assert [] == [found for plain in page.plain if (found := ACTS.search(plain)) is not None]
    assert None is CONTROL.search(markdown)
    assert [] == [line for line in markdown.split("\n") if line.lstrip().startswith(("::", "/", "##[")) or "##[" in line]
    assert [] == [link for link in map(_href, page.tags) if link is not None and (may_link_to is None or not link.startswith(may_link_to))]
    return page


def _href(tag: tuple[str, Mapping[str, str | None]]) -> str | None:
    return tag[1].get("href") if tag[0] == "a" else None
