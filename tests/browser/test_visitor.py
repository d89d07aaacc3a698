"""The visitor sees what he is there to see: each check fails on a page that deserves it."""

from __future__ import annotations

import pytest
from flask import Blueprint, render_template_string

from accounts.access import public

PAGE = """<!DOCTYPE html><html lang="en-GB"><head><title>{{ title }}</title>
<link rel="icon" href="/static/build/favicon.svg"></head>
<body><main><h1>A page</h1>{{ inside | safe }}</main></body></html>"""

CARELESS = {
    "image-alt": '<img src="/static/build/favicon.svg">',
    "is wider than the window": "<p>" + "W" * 500 + "</p>",
    "console": '<script>alert("within a page")</script>',
}


@pytest.fixture
def page_with(server):
    """Serve a page of the test's own at /careless; return where."""

    def serve(inside: str, title: str = "A page") -> str:
        @public
        def careless():
            if inside == "fault":
                raise RuntimeError("a fault of ours")
            return render_template_string(PAGE, title=title, inside=inside)

        own = Blueprint("own", __name__)
        own.get("/careless")(careless)
        server.app.register_blueprint(own)
        return "/careless"

    return serve


@pytest.mark.parametrize("complaint", CARELESS)
def test_a_careless_page_fails_the_test(visitor, page_with, complaint):
    somebody = visitor()
    with pytest.raises(AssertionError, match=complaint):
        somebody.go(page_with(CARELESS[complaint]))


def test_what_was_in_order_before_is_no_excuse_for_what_is_new(visitor, page_with):
    somebody = visitor()
    page = page_with('<img alt="A leaf" src="/static/build/favicon.svg">')
    somebody.go(page)
    made_of = set(somebody.in_order)
    somebody.go(page)
    somebody.page.locator("img").evaluate("image => image.removeAttribute('alt')")

    assert somebody.in_order == made_of
    with pytest.raises(AssertionError, match="image-alt"):
        somebody.check()


def test_a_title_that_is_not_the_heading_fails_the_test(visitor, page_with):
    somebody = visitor(javascript=False)
    with pytest.raises(AssertionError, match="heading 'A page', title 'Another'"):
        somebody.go(page_with("", title="Another"))


def test_a_fault_of_the_server_is_shown_with_its_traceback(visitor, page_with, server):
    somebody = visitor()
    with pytest.raises(AssertionError, match="RuntimeError: a fault of ours"):
        somebody.go(page_with("fault"))
    server.faults.seen.clear()
