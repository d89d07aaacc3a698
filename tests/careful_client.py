"""A test client that fails the test when a page is careless."""

from __future__ import annotations

from contextvars import Context
from html.parser import HTMLParser

from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from foundation.database import db
from tests import recorded
from tests.forms_in_passing import about_to_send

UNSAVED = "unsaved_in_test"
CARELESS = "careless_pages"
# The kind under which stored files are taken away.
STORED = "application/octet-stream"


@event.listens_for(Session, "after_flush")
def changes_wait_for_a_commit(session, _context):
    session.info[UNSAVED] = True


@event.listens_for(Session, "do_orm_execute")
def statements_wait_for_a_commit(state):
    if state.is_insert or state.is_update or state.is_delete:
        state.session.info[UNSAVED] = True


@event.listens_for(Session, "after_commit")
@event.listens_for(Session, "after_rollback")
def nothing_waits(session):
    session.info[UNSAVED] = False


class CarefulClient(FlaskClient):
    """Checks every response: no change to the database was left unsaved, and none was made without
    an entry in the record; a page has one <h1> with which its <title> begins; each error message
    leads to an input that exists; each group of inputs says what it is about.

    A request runs in a context of its own, as on a server: nothing of the test's session or of
    ``g`` reaches it. Afterwards the test's records read themselves afresh.
    """

    def open(self, *args, **kwargs):
        db.session.commit()
        trial = about_to_send(self, args[0], kwargs) if is_post(args, kwargs) else None
        response = Context().run(super().open, *args, **kwargs)
        if trial is not None:
            trial.after(response)
        careless = self.application.extensions[CARELESS]
        assert careless == [], f"changed the database and did not save: {careless}"
        unrecorded = recorded.taken(self.application)
        assert unrecorded == [], f"changed the database and recorded nothing: {unrecorded}"
        db.session.expire_all()
        if response.mimetype == "text/html" and "<title>" in response.text:
            check_page(response.text, response.request.path)
        if response.mimetype == STORED:
            # Read and close what a server would have sent and closed; a stored file left to the
            # garbage collector warns at some later test.
            response.get_data()
            response.close()
        return response


def is_post(args, kwargs):
    return bool(args) and kwargs.get("method") == "POST" and not kwargs.get("query_string")


def watch(app: Flask) -> None:
    """Note each request of ``app`` that ends with a change not committed."""
    app.extensions[CARELESS] = []

    @app.teardown_request
    def note_unsaved(_error):
        session = db.session()
        if session.new or session.deleted or session.info.get(UNSAVED):
            app.extensions[CARELESS].append(request.path)


class Page(HTMLParser):
    """What the checks need to know of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.title = ""
        self.legends: list[str] = []
        self.fieldsets = 0
        self.ids: set[str] = set()
        self.links: list[str] = []
        self._within: list[str] = []
        self._summary_depth = 0
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if "id" in attributes:
            assert attributes["id"] not in self.ids, f"two things have the id {attributes['id']}"
            self.ids.add(attributes["id"])
        if tag == "div" and (
            self._summary_depth or "govuk-error-summary" in (attributes.get("class") or "").split()
        ):
            self._summary_depth += 1
        if tag == "a" and self._summary_depth:
            self.links.append(attributes.get("href", ""))
        if tag == "fieldset":
            self.fieldsets += 1
        if tag in ("h1", "legend", "title"):
            self._within.append(tag)
            {"h1": self.headings, "legend": self.legends, "title": []}[tag].append("")

    def handle_endtag(self, tag):
        if tag == "div" and self._summary_depth:
            self._summary_depth -= 1
        if tag in self._within:
            self._within.remove(tag)

    def handle_data(self, data):
        if "h1" in self._within:
            self.headings[-1] += data
        if "legend" in self._within:
            self.legends[-1] += data
        if "title" in self._within:
            self.title += data


def check_page(text: str, path: str) -> None:
    page = Page(text)
    assert len(page.headings) == 1, f"{path} has {len(page.headings)} h1: {page.headings}"
    heading, title = (" ".join(words.split()) for words in (page.headings[0], page.title))
    assert title.removeprefix("Error: ").startswith(heading), f"{path}: {title!r}, {heading!r}"
    for link in page.links:
        assert link.removeprefix("#") in page.ids, f"{path}: {link} leads nowhere"
    assert len(page.legends) == page.fieldsets, f"{path} has a fieldset without a legend"
    assert all(legend.strip() for legend in page.legends), f"{path} has an empty legend"
