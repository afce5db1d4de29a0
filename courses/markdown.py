"""Markdown to HTML that is safe to show: rendered when it is written, and kept in a column beside it."""

import re
from collections.abc import Mapping
from html import escape
from typing import Any

import comrak
import nh3
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lms.validators import refuses

MAX_DEPTH = 100
"""How many HTML elements may be in each other; a list in a list is four. Sanitising takes time quadratic in the depth."""
TAG = re.compile(r"<(/?)[a-z][^<>]*?(/?)>")
"""A tag of the renderer, which escapes these signs everywhere else."""

_extensions = comrak.ExtensionOptions()
_extensions.table = _extensions.strikethrough = True
_options = comrak.RenderOptions()
_options.escape = True


def render(text: str, *, images_from: str = "") -> str:
    """Return Markdown (CommonMark, tables, strikethrough) as sanitised HTML; HTML in it is shown as text, a block of it
    to its end. Of images whose address does not begin with `images_from`, the description stays.

    Text that `validate_markdown` refuses is shown as it is.
    """
    html = _render(text)
    if _depth(html) > MAX_DEPTH:
        html = f"<pre>{escape(text)}</pre>"

    def keep(tag: str, name: str, value: str) -> str | None:
        if (tag, name) == ("img", "src") and not _is_below(value, images_from):
            return None
        return _without_empty_addresses(tag, name, value)

    return nh3.clean(html, link_rel="noopener noreferrer nofollow", attribute_filter=keep)


def rendered(fields: Mapping[str, Any], source: str) -> dict[str, str]:
    """Return the HTML column of a Markdown column: `{"body_html": ...}` if `fields` has a `body`, else nothing."""
    return {f"{source}_html": render(fields[source])} if source in fields else {}


TOO_NESTED = _(
    "The lists, quotes or emphasis in this text are nested too deeply. Nest fewer of them."
)


@refuses({"too_nested": TOO_NESTED})
def validate_markdown(text: str) -> None:
    """Raise `ValidationError` for Markdown that is nested too deeply."""
    if _depth(_render(text)) > MAX_DEPTH:
        raise ValidationError(TOO_NESTED, code="too_nested")


def _render(text: str) -> str:
    return comrak.render_markdown(text, extension_options=_extensions, render_options=_options)


def _is_below(address: str, folder: str) -> bool:
    """Return whether an address is in a folder, as a browser reads it: `..` leads out of it, also as `%2e%2e`."""
    return not folder or (
        address.startswith(folder) and ".." not in address.lower().replace("%2e", ".")
    )


def _without_empty_addresses(tag: str, name: str, value: str) -> str | None:
    """Drop what the renderer leaves of a dangerous address: an empty one would lead to the page itself."""
    return value if value or name not in {"href", "src"} else None


def _depth(html: str) -> int:
    depth = deepest = 0
    for is_end, is_empty in TAG.findall(html):
        if not is_empty:
            depth += -1 if is_end else 1
            deepest = max(deepest, depth)
    return deepest
