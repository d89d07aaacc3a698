"""Content written in Markdown, as HTML: paragraphs, lists and emphasis; no HTML, no links out."""

from __future__ import annotations

from functools import lru_cache

from markdown_it import MarkdownIt
from markupsafe import Markup

# Everything our content may use; a link would leave the page, HTML could do anything.
_MARKDOWN = MarkdownIt("zero", {"html": False}).enable(["list", "emphasis", "newline", "escape"])
_CLASSES = {
    "<p>": '<p class="govuk-body">',
    "<ul>": '<ul class="govuk-list govuk-list--bullet">',
    "<ol>": '<ol class="govuk-list govuk-list--number">',
}


@lru_cache(maxsize=1024)
def prose(text: str) -> Markup:
    """Return ``text`` as safe HTML in the classes of our pages."""
    html = str(_MARKDOWN.render(text))
    for tag, styled in _CLASSES.items():
        html = html.replace(tag, styled)
    return Markup(html)  # noqa: S704 (the renderer escapes all it does not know)
