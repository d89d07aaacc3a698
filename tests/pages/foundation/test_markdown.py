"""Words of the content become paragraphs, lists and emphasis; nothing else becomes anything."""

from foundation.markdown import to_html


def test_paragraphs_lists_and_emphasis_are_shown():
    shown = to_html("It **must** work.\n\n- one\n- two")

    assert shown == (
        '<p class="govuk-body">It <strong>must</strong> work.</p>\n'
        '<ul class="govuk-list govuk-list--bullet">\n<li>one</li>\n<li>two</li>\n</ul>\n'
    )


def test_html_and_links_stay_the_characters_they_are():
    shown = to_html("<b>x</b> [here](https://example.test) # no")

    assert shown == (
        '<p class="govuk-body">&lt;b&gt;x&lt;/b&gt; [here](https://example.test) # no</p>\n'
    )
