"""A refused form whose page has no box for what was typed, because things moved on meanwhile.

A page shows the form that can be sent now. Where a colleague cancelled, decided or handed in a
moment ago it shows none, and what was typed into the older one would be gone, with an error that
leads to a box that is not there. Then the page shows at its end what was typed.
"""

from __future__ import annotations

import re

from flask import Flask, Response, render_template, request

from foundation import kept_typing

SUMMARY = re.compile(r'<div class="govuk-error-summary".*?</ul>', re.DOTALL)
LEADING = re.compile(r'<a href="#([^"]+)">(.*?)</a>', re.DOTALL)
END = "</main>"


def init_app(app: Flask) -> None:
    app.after_request(show_what_no_box_shows)


def show_what_no_box_shows(response: Response) -> Response:
    if response.status_code != 422 or request.method != "POST" or response.mimetype != "text/html":
        return response
    page = response.get_data(as_text=True)
    plain = SUMMARY.sub(lambda summary: _without_dead_links(summary[0], page), page)
    if plain != page:
        kept = kept_typing.form_sent()
        shown = render_template("foundation/left_over.html", kept=kept) if kept else ""
        before, end, after = plain.rpartition(END)
        response.set_data(before + shown + end + after)
    return response


def _without_dead_links(summary: str, page: str) -> str:
    return LEADING.sub(lambda link: link[0] if f'id="{link[1]}"' in page else link[2], summary)
