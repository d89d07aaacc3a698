"""The pages that every visitor may read are usable by everybody, on a telephone too."""

import pytest


@pytest.mark.parametrize("page", ["/privacy", "/accessibility"])
def test_a_visitor_reads_them(visitor, page):
    visitor(javascript=False).go(page)
    visitor().go(page)
