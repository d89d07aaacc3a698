"""Words of our content as HTML: paragraphs, lists and emphasis, and nothing else."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markupsafe import Markup

CLASSES = {
    "paragraph_open": "govuk-body",
    "bullet_list_open": "govuk-list govuk-list--bullet",
    "ordered_list_open": "govuk-list govuk-list--number",
}

# From a preset that knows nothing: HTML, links and headings stay the characters they are.
_reader = MarkdownIt("zero").enable(["emphasis", "list", "escape", "newline"])


def to_html(text: str) -> Markup:
    """Return Markdown ``text`` as HTML fit for a page."""
    tokens = _reader.parse(text)
    for token in tokens:
        if token.type in CLASSES:
            token.attrSet("class", CLASSES[token.type])
    # Everything typed went through the renderer, which escapes it.
    return Markup(_reader.renderer.render(tokens, _reader.options, {}))  # noqa: S704
