"""Whatever goes wrong while a form is sent, what was typed comes back; and whatever is sent,
no answer is a fault of ours: every form that the pages of the demonstration show.

Both tests stand here because they look for the same forms, which takes longer than to send them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from lxml import html

from accounts.access import PUBLIC
from accounts.views import cookie_name
from records.demonstration.people import PEOPLE
from tests import failing, proving
from tests.crawling import Form, Visitor, asked_of, filled_in, forms_in_demonstration, person_called
from tests.demonstrating import NOW
from tests.failing import CONFLICT, FAULT, IDLE, NEW_SECRET, SESSION_GONE, TOO_LARGE, WAYS
from tests.faults import sent_wrongly
from tests.forms_not_met import FORMS, NOT_TRIED
from tests.fuzzing import Fuzzer

EVERYDAY = (None, "officer@marlwick.example", "lead@larkmead.example")
EVERYBODY = (None, *(person.email for person in PEOPLE))
# Who sends, and how many of every twenty requests.
SHARES = {
    "officer@marlwick.example": 10,
    "lead@larkmead.example": 6,
    "administrator@marlwick.example": 2,
    None: 2,
}
REQUESTS = proving.size("requests", 2_000)


class World:
    """The people with the forms they met, and what to break."""

    def __init__(self, app: Any, at: Any, people: tuple[str | None, ...]) -> None:
        self.app, self.at = app, at
        self.breaking = failing.Breaking()
        self.met: list[tuple[Visitor, Form]] = []
        self.tokens: dict[Visitor, str] = {}
        # Where the forms lead to that they are shown, also those with nothing but a button.
        self.shown: set[str] = set()
        known: set[Any] = set()
        for email in people:
            visitor = Visitor(app, person_called(email) if email else None)
            page = html.fromstring(visitor.open("/sign-in").data)
            self.tokens[visitor] = page.xpath("//input[@name='csrf_token']/@value")[0]
            for kind, form in forms_in_demonstration(visitor).items():
                self.shown |= {form.endpoint} if form.method == "POST" else set()
                if kind not in known and form.method == "POST" and form.asks:
                    known.add(kind)
                    self.met.append((visitor, form))

    def neither_shown_nor_named(self) -> list[str]:
        """Return every address that takes a form which nobody here is shown, nor any test sends."""
        taking = {one.endpoint for one in self.app.url_map.iter_rules() if "POST" in one.methods}
        assert taking >= FORMS | NOT_TRIED.keys()
        return sorted(taking - self.shown - FORMS - NOT_TRIED.keys())

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
            config["SECRET_KEY"] = failing.ANOTHER_SECRET
        elif way == TOO_LARGE:
            config["MAX_CONTENT_LENGTH"] = failing.LARGEST
        try:
            with self.breaking.on(way):
                yield
        finally:
            self.at(NOW)
            config.update(SECRET_KEY=secret, MAX_CONTENT_LENGTH=largest)
            for visitor in {visitor for visitor, _form in self.met if visitor.person}:
                visitor.client.set_cookie(cookie_name(), visitor.session)

    def send(self, visitor: Visitor, form: Form, fields: Any, way: str) -> Any:
        self.breaking.begin()
        data: dict[str, list[Any]] = {}
        for name, value in fields:
            data.setdefault(name, []).append(value)
        # Where the form was met, the key was another's, or none was asked for.
        data["csrf_token"] = [self.tokens[visitor]]
        if way == TOO_LARGE:
            data["a_file_too_large"] = [failing.too_large()]
        return visitor.open(form.action, method="POST", data=data)


@pytest.mark.parametrize(
    "people", [EVERYDAY, pytest.param(EVERYBODY, marks=pytest.mark.slow)], ids=["some", "everybody"]
)
def test_every_form_gives_back_what_was_typed_however_it_fails(demonstration_built, at, people):
    app = demonstration_built
    app.config["WTF_CSRF_ENABLED"] = True
    world = World(app, at, people)
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    wrong, tried, reached = [], Counter[str](), Counter[str]()

    for way in WAYS:
        for visitor, form in world.met:
            if way in (SESSION_GONE, IDLE) and world.takes_a_stranger(form):
                continue
            fields = filled_in(form)
            typed = [
                (name, value)
                for name, value in asked_of(form, fields)
                if (form.endpoint, name) not in failing.STANDS_FOR_MANY
            ]
            with world.failing(way), world.send(visitor, form, fields, way) as answer:
                tried[way] += 1
                reached[way] += world.breaking.written
                missing = failing.missing_of(answer, way, world.breaking, typed)
            if missing:
                wrong.append((way, form.endpoint, form.page, answer.status_code, missing))

    assert wrong == []
    assert world.neither_shown_nor_named() == []
    assert len(world.met) >= 120
    assert min(tried.values()) >= 110
    # Most forms, filled in by guess, get as far as the change that fails.
    assert min(reached[way] / tried[way] for way in (CONFLICT, FAULT)) > 0.4


@pytest.mark.parametrize(
    ("seed", "requests"),
    [
        pytest.param(9, REQUESTS, id="everyday"),
        pytest.param(10, 20_000, marks=pytest.mark.slow, id="more"),
    ],
)
def test_no_request_is_a_fault_of_ours(demonstration_built, seed, requests):
    app, fuzzer = demonstration_built, Fuzzer(proving.seed(seed))
    sending = []
    for email, share in SHARES.items():
        visitor = Visitor(app, person_called(email) if email else None)
        forms = list(forms_in_demonstration(visitor).values())
        sending += [(visitor, forms)] * share
    wrong: dict[str, str] = {}

    for number in range(requests):
        visitor, forms = sending[number % len(sending)]
        if number % 200 == 0:
            visitor.sign_in()
        address, details = fuzzer.request(fuzzer.chance.choice(forms))
        if complaint := sent_wrongly(visitor, address, details):
            wrong.setdefault(complaint, f"{address} {details!r}"[:600])

    proving.tell(requests=requests, faults=len(wrong))
    assert wrong == {}
