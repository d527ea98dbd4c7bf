"""Markdown as people write minutes in it (CommonMark and tables), made into HTML that can do no harm.

What a person typed is parsed with raw HTML switched off, and what comes out is sanitised once more (nh3, which is
Mozilla's ammonia): no script, style, picture or form; links to http, https and mailto only.
"""

import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt

from rules.visible_text import visible

TAGS = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "strong", "table", "tbody",
    "td", "th", "thead", "tr", "ul",
}  # fmt: skip
"""The page owns the one h1."""
_MARKS = re.compile(r"[\\`*_{}\[\]<>#+!|~]|(?<!\w)-|-(?!\w)")
"""What could mark up. A hyphen inside a word cannot, and whoever edits the minutes reads the word as it is."""


def to_html(markdown: str) -> str:
    """The HTML of a text. Its headings begin at the second level, whatever level they were written at."""
    tokens = _parser().parse(visible(markdown))
    tops = [int(token.tag[1]) for token in tokens if token.type == "heading_open"]
    shift = 2 - min(tops, default=2)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(max(int(token.tag[1]) + shift, 2), 4)}"
    html = _parser().renderer.render(tokens, _parser().options, {})
    return nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
    )


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def as_text(words: str) -> str:
    """Words from people as Markdown that shows them as they are: one line, nothing in it that marks up."""
    line = " ".join(visible(words).split())
    return _MARKS.sub(r"\\\g<0>", line)
