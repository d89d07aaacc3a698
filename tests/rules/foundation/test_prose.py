"""Content in Markdown becomes safe HTML in the classes of our pages."""

from __future__ import annotations

import pytest

from foundation.prose import prose


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "One *two* **three**",
            '<p class="govuk-body">One <em>two</em> <strong>three</strong></p>\n',
        ),
        (
            "- a\n- b",
            '<ul class="govuk-list govuk-list--bullet">\n<li>a</li>\n<li>b</li>\n</ul>\n',
        ),
        ("<script>x</script>", '<p class="govuk-body">&lt;script&gt;x&lt;/script&gt;</p>\n'),
        ("[a](https://b.example)", '<p class="govuk-body">[a](https://b.example)</p>\n'),
    ],
    ids=["emphasis", "list", "HTML is shown, not run", "no link leaves the page"],
)
def test_prose(text, html):
    assert prose(text) == html
