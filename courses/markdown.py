"""Markdown to HTML that is safe to show."""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt

_parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


@lru_cache(128)
def render(text: str) -> str:
    """Return Markdown (CommonMark, tables, strikethrough) as sanitised HTML; HTML in it is shown as text."""
    return nh3.clean(_parser.render(text), link_rel="noopener noreferrer nofollow")
