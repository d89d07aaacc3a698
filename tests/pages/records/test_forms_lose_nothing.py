"""Whatever goes wrong while a form is sent, what was typed into it comes back: every form that the
pages of the demonstration show, in each of six ways to fail."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from lxml import html
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from accounts.access import PUBLIC
from accounts.views import cookie_name
from foundation import kept_typing
from foundation.errors import DomainError
from records.demonstration.people import PEOPLE
from tests.crawling import Form, Visitor, asked_of, filled_in, forms_in_demonstration, person_called
from tests.demonstrating import NOW

EVERYDAY = (None, "officer@marlwick.example", "lead@larkmead.example")
EVERYBODY = (None, *(person.email for person in PEOPLE))
SESSION_GONE = "the session has ended"
IDLE = "nobody was there for eight hours"
NEW_SECRET = "the service came back with another secret"
# One tick for many stands for them, and comes back as theirs.
STANDS_FOR_MANY = {("scoring.allocation", "cell")}
CONFLICT = "somebody changed it meanwhile"
TOO_LARGE = "the form is too large"
FAULT = "the service fails"
# What is kept beside the forms: where that alone fails, the page goes out as it is.
BESIDE = "typed_draft"


class World:
    """The people with the forms they met, and what to break."""

    def __init__(self, app: Any, at: Any, people: tuple[str | None, ...]) -> None:
        self.app, self.at = app, at
        self.written = False
        # The table whose change failed, where one statement said it.
        self.table = ""
        self.met: list[tuple[Visitor, Form]] = []
        self.tokens: dict[Visitor, str] = {}
        known: set[Any] = set()
        for email in people:
            visitor = Visitor(app, person_called(email) if email else None)
            page = html.fromstring(visitor.open("/sign-in").data)
            self.tokens[visitor] = page.xpath("//input[@name='csrf_token']/@value")[0]
            for kind, form in forms_in_demonstration(visitor).items():
                if kind not in known and form.method == "POST" and form.asks:
                    known.add(kind)
                    self.met.append((visitor, form))

    def takes_a_stranger(self, form: Form) -> bool:
        return self.app.view_functions[form.endpoint].access == PUBLIC

    @contextmanager
    def failing(self, way: str) -> Iterator[None]:
        config = self.app.config
        secret, largest = config["SECRET_KEY"], config["MAX_CONTENT_LENGTH"]
        if way == IDLE:
            self.at(NOW + timedelta(hours=8))
        elif way == SESSION_GONE:
            for visitor in {visitor for visitor, _form in self.met if visitor.person}:
                visitor.client.set_cookie(cookie_name(), "ended")
        elif way == NEW_SECRET:
            config["SECRET_KEY"] = "another secret, as long as the first"
        elif way == TOO_LARGE:
            config["MAX_CONTENT_LENGTH"] = 20_000
        breaks = {CONFLICT: changed_meanwhile, FAULT: gone}.get(way)
        try:
            with self._breaking(breaks) if breaks else self._breaking(None):
                yield
        finally:
            self.at(NOW)
            config.update(SECRET_KEY=secret, MAX_CONTENT_LENGTH=largest)
            for visitor in {visitor for visitor, _form in self.met if visitor.person}:
                visitor.client.set_cookie(cookie_name(), visitor.session)

    @contextmanager
    def _breaking(self, error: Any) -> Iterator[None]:
        """Let the first change of each request fail."""

        def before_flush(*_details: Any) -> None:
            if error is not None and not self.written:
                self.written, self.table = True, self.table or "several"
                raise error()

        def before_statement(state: Any) -> None:
            if state.is_insert or state.is_update or state.is_delete:
                self.table = self.table or state.statement.table.name
                before_flush()

        event.listen(Session, "before_flush", before_flush)
        event.listen(Session, "do_orm_execute", before_statement)
        try:
            yield
        finally:
            event.remove(Session, "before_flush", before_flush)
            event.remove(Session, "do_orm_execute", before_statement)

    def send(self, visitor: Visitor, form: Form, fields: Any, way: str) -> Any:
        self.written, self.table = False, ""
        data: dict[str, list[Any]] = {}
        for name, value in fields:
            data.setdefault(name, []).append(value)
        # Where the form was met, the key was another's, or none was asked for.
        data["csrf_token"] = [self.tokens[visitor]]
        if way == TOO_LARGE:
            data["a_file_too_large"] = [(io.BytesIO(bytes(30_000)), "large.pdf")]
        return visitor.open(form.action, method="POST", data=data)


def changed_meanwhile() -> DomainError:
    return DomainError("Somebody changed this while you were writing")


def gone() -> OperationalError:
    return OperationalError("UPDATE", {}, Exception("disk I/O error"))


def standing(tree: Any) -> set[tuple[str, str]]:
    """Return what a browser would send of all forms of a page as they stand."""
    found = set()
    for box in tree.iter("input", "textarea", "select"):
        name = box.get("name") or ""
        if box.tag == "select":
            chosen = [one for one in box.iter("option") if one.get("selected") is not None]
            found |= {(name, one.get("value", one.text or "")) for one in chosen}
        elif box.tag == "textarea":
            found.add((name, plain(box.text or "")))
        elif box.get("type") not in ("radio", "checkbox") or box.get("checked") is not None:
            found.add((name, plain(box.get("value") or "")))
    return found


def plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def lost(answer: Any, typed: list[tuple[str, str]]) -> list[str]:
    """Return what of ``typed`` neither stands in a form of the page nor can be read on it."""
    tree = html.fromstring(answer.data)
    there = standing(tree)
    shown = plain(" ".join(tree.xpath("//*[contains(@class, 'app-typed')]//text()")))
    return [
        name
        for name, value in typed
        if not {(name, plain(value)), (name, value)} & there and plain(value) not in shown
    ]


def sealed_in(answer: Any) -> kept_typing.KeptForm | None:
    boxes = html.fromstring(answer.data).xpath("//input[@name='kept']/@value")
    return kept_typing.unsealed(boxes[0]) if boxes else None


@pytest.mark.parametrize(
    "people", [EVERYDAY, pytest.param(EVERYBODY, marks=pytest.mark.slow)], ids=["some", "everybody"]
)
def test_every_form_gives_back_what_was_typed_however_it_fails(demonstration_built, at, people):
    app = demonstration_built
    app.config["WTF_CSRF_ENABLED"] = True
    world = World(app, at, people)
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    wrong, tried, reached = [], Counter[str](), Counter[str]()

    # The other secret comes last: what it signs in the browsers is worth nothing afterwards.
    for way in (SESSION_GONE, IDLE, CONFLICT, TOO_LARGE, FAULT, NEW_SECRET):
        for visitor, form in world.met:
            if way in (SESSION_GONE, IDLE) and world.takes_a_stranger(form):
                continue
            fields = filled_in(form)
            typed = [
                (name, value)
                for name, value in asked_of(form, fields)
                if (form.endpoint, name) not in STANDS_FOR_MANY
            ]
            with world.failing(way), world.send(visitor, form, fields, way) as answer:
                tried[way] += 1
                reached[way] += world.written
                missing = missing_of(answer, way, world, typed)
            if missing:
                wrong.append((way, form.endpoint, form.page, answer.status_code, missing))

    assert wrong == []
    assert len(world.met) >= 120
    assert min(tried.values()) >= 110
    # Most forms, filled in by guess, get as far as the change that fails.
    assert min(reached[way] / tried[way] for way in (CONFLICT, FAULT)) > 0.4


def missing_of(answer: Any, way: str, world: World, typed: list[tuple[str, str]]) -> list[str]:
    expected = {SESSION_GONE: 401, IDLE: 401, NEW_SECRET: 400, TOO_LARGE: 413}.get(way)
    if expected is not None and answer.status_code != expected:
        return [f"answered {answer.status_code}"]
    if expected == 401:
        kept = sealed_in(answer)
        return [name for name, value in typed if kept is None or (name, value) not in kept.fields]
    if expected is None and not world.written and answer.status_code in (200, 302):
        return []  # nothing had to be changed, so nothing failed
    if world.table == BESIDE and answer.status_code in (200, 302):
        return []  # nothing but what is kept beside the form had to be changed
    if way == FAULT and world.written and world.table != BESIDE and answer.status_code < 500:
        # Somebody was told of a fault as if it were none.
        return [f"answered {answer.status_code}"]
    return lost(answer, typed) if answer.mimetype == "text/html" else ["no page"]
