"""Finds the forms of the application as somebody would: on its pages, by following its links."""

from __future__ import annotations

import itertools
import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextvars import Context
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from accounts import queries, service
from accounts.models import Person
from accounts.views import cookie_name
from foundation.database import db
from foundation.kept_typing import NOT_KEPT

# A tender, a bid or a contract stands at a stage of its own, and so do its pages.
OF_ITS_OWN = ("tender", "bid", "contract")
MOST_OF_THEM = 12
HUB = re.compile(r".*/<token:(tender|bid|contract)>/?")
# What is made to be saved has no form, and takes longest.
A_FILE = re.compile(r".*\.\w{2,4}")
TYPED = ("text", "email", "tel", "url", "number", "search", "date", "textarea")
CHOSEN = ("select", "radio", "checkbox")
# Ends the sign-in that all the others need, or leads out of it.
LEFT_ALONE = frozenset({"accounts.sign_out", "accounts.switch_organisation"})


@dataclass(frozen=True)
class Box:
    """One thing of a form: what a browser would send of it as the page came, or None."""

    name: str
    kind: str
    value: str | None
    options: tuple[str, ...] = ()
    mode: str = ""


@dataclass(frozen=True)
class Form:
    """A form as it stood on a page; ``endpoint`` is what its address leads to."""

    page: str
    action: str
    method: str
    endpoint: str
    boxes: tuple[Box, ...]

    @property
    def kind(self) -> tuple[str, ...]:
        """What tells it from other forms: many pages show the same with other records."""
        names = {box.name for box in self.boxes if not box.name.startswith(("SLP", "v-"))}
        return (self.endpoint, self.method, *sorted(names))

    @property
    def asks(self) -> bool:
        """Return whether somebody types or chooses anything in it."""
        return any(box.kind in (*TYPED, *CHOSEN) for box in self.boxes)


class Visitor:
    """Somebody signed in, or a stranger, who sends whatever he likes and gets what comes."""

    def __init__(self, app: Flask, person: Person | None) -> None:
        self.app, self.person, self.session = app, person, ""
        self.client = FlaskClient(app, app.response_class)
        self.sign_in()

    def sign_in(self) -> None:
        if self.person is not None:
            person = db.session.get_one(Person, self.person.id)
            self.session = service.start_session(person, queries.organisations_of(person)[0])
            db.session.remove()
            self.client.set_cookie(cookie_name(), self.session)

    def open(self, path: str, **sent: Any) -> TestResponse:
        """Send one request, in a context of its own as on a server."""
        answer: TestResponse = Context().run(self.client.open, path, **sent)
        return answer


def person_called(email: str) -> Person:
    return db.session.scalars(select(Person).where(Person.email == email)).one()


# What was met in the demonstration, which is the same for all tests of a process.
MET: dict[str | None, dict[Any, Form]] = {}
# Of how many tenders, bids or contracts somebody looks at each page; others at two.
LOOKED_AT = {"lead@larkmead.example": 6}


def forms_in_demonstration(visitor: Visitor) -> dict[Any, Form]:
    """Return what forms_met() finds in the demonstration; looked for once."""
    email = visitor.person.email if visitor.person else None
    if email not in MET:
        MET[email] = forms_met(visitor, LOOKED_AT.get(email or "", 2))
    return MET[email]


def forms_met(visitor: Visitor, pages_alike: int) -> dict[Any, Form]:
    """Return one form of each kind that the visitor meets: kind → form."""
    found: dict[Any, Form] = {}
    for page in pages_met(visitor, pages_alike):
        for form in forms_on(visitor.app, page):
            found.setdefault(form.kind, form)
    return found


def pages_met(visitor: Visitor, pages_alike: int) -> Iterator[TestResponse]:
    """Yield pages by following links from the first on: of each kind ``pages_alike`` at the most,
    each of another tender, bid or contract."""
    adapter = visitor.app.url_map.bind("localhost")
    begin = [
        rule.rule
        for rule in visitor.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments and rule.endpoint != "static"
    ]
    waiting, seen, times = deque(["/", *begin]), {""}, Counter[Any]()
    while waiting:
        path = waiting.popleft()
        rule, values = rule_of(adapter, path, "GET")
        if path in seen or rule is None or rule.endpoint in LEFT_ALONE:
            continue
        if A_FILE.fullmatch(rule.rule):
            continue
        seen.add(path)
        own = (rule.endpoint, *(values[name] for name in OF_ITS_OWN if name in values))
        most = MOST_OF_THEM if HUB.fullmatch(rule.rule) else pages_alike
        if times[own] >= (1 if len(own) > 1 else 2) or times[rule.endpoint] >= most:
            continue
        times.update({own, rule.endpoint})
        with visitor.open(path) as answer:
            if answer.status_code == 302:
                waiting.append(within(path, answer.headers["Location"]))
            elif answer.mimetype == "text/html" and answer.status_code == 200:
                yield answer
                links = html.fromstring(answer.data).xpath("//a/@href")
                waiting.extend(within(path, link) for link in links)


def within(path: str, link: str) -> str:
    """Return the address a link leads to; empty where that is not ours."""
    parts = urlsplit(urljoin(f"http://localhost{path}", link))
    if parts.netloc not in ("localhost", "localhost:5000"):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def rule_of(adapter: Any, path: str, method: str) -> tuple[Rule | None, Mapping[str, Any]]:
    try:
        found: tuple[Rule, Mapping[str, Any]] = adapter.match(
            urlsplit(path).path, method=method, return_rule=True
        )
    except HTTPException:
        return None, {}
    return found


def forms_on(app: Flask, answer: TestResponse) -> Iterator[Form]:
    """Yield the forms of a page that lead to pages of the application."""
    path = answer.request.full_path.removesuffix("?")
    adapter = app.url_map.bind("localhost")
    for element in html.fromstring(answer.data).iter("form"):
        method = (element.get("method") or "get").upper()
        action = within(path, element.get("action") or path)
        rule, _values = rule_of(adapter, action, method)
        assert rule is not None, f"a form on {path} leads nowhere: {action}"
        if rule.endpoint not in LEFT_ALONE:
            yield Form(path, action, method, rule.endpoint, tuple(boxes_of(element)))


def boxes_of(element: Any) -> Iterator[Box]:
    groups: dict[tuple[str, str], list[Any]] = {}
    for box in element.iter("input", "textarea", "select", "button"):
        name, kind = box.get("name"), kind_of(box)
        if not name:
            continue
        if kind in ("radio", "checkbox"):
            groups.setdefault((name, kind), []).append(box)
        elif kind == "select":
            options = [option.get("value", option.text or "") for option in box.iter("option")]
            stands = [
                option.get("value", option.text or "")
                for option in box.iter("option")
                if option.get("selected") is not None
            ]
            value = (stands or options or [""])[0]
            yield Box(name, kind, value, tuple(options))
        elif kind == "textarea":
            text = (box.text or "").removeprefix("\n")
            yield Box(name, "hidden" if box.get("hidden") is not None else kind, text)
        else:
            yield Box(name, kind, box.get("value", ""), mode=box.get("inputmode") or "")
    for (name, kind), boxes in groups.items():
        stands = [box.get("value", "on") for box in boxes if box.get("checked") is not None]
        options = [box.get("value", "on") for box in boxes]
        yield Box(name, kind, stands[0] if stands else None, tuple(options))


def kind_of(box: Any) -> str:
    if box.get("readonly") is not None:
        return "hidden"
    if box.tag == "input":
        return str(box.get("type") or "text")
    return "submit" if box.tag == "button" else str(box.tag)


numbers = itertools.count(1)


def filled_in(form: Form) -> list[tuple[str, str]]:
    """Return what somebody sends who changes every box to something that may well do, and presses
    the first button; files are left out."""
    sent, pressed = [], False
    for box in form.boxes:
        if box.kind == "submit":
            if not pressed:
                sent.append((box.name, box.value or ""))
            pressed = True
        elif box.kind in ("radio", "select"):
            sent += [(box.name, [*box.options, ""][0] if box.kind == "radio" else _chosen(box))]
        elif box.kind == "checkbox":
            sent += [(box.name, option) for option in box.options]
        elif box.kind in TYPED:
            sent.append((box.name, _typed(box)))
        elif box.kind not in ("file", "password", "button"):
            sent.append((box.name, box.value or ""))
    return sent


def send_form(client: FlaskClient, page: str, endpoint: str) -> TestResponse:
    """Send the form on ``page`` that leads to ``endpoint`` as it came."""
    found = forms_on(client.application, client.get(page))
    form = next(form for form in found if form.endpoint == endpoint)
    stands = [box for box in form.boxes if box.kind not in ("submit", "file")]
    return client.post(form.action, data={box.name: box.value for box in stands if box.value})


def _chosen(box: Box) -> str:
    return box.value or next((option for option in reversed(box.options) if option), "")


def _typed(box: Box) -> str:
    end = box.name.rpartition("-")[2]
    if (date := {"day": "17", "month": "3", "year": "2027", "time": "10:30"}.get(end)) is not None:
        return date
    if box.mode in ("numeric", "decimal"):
        return box.value or "2"
    if box.kind == "email" or "email" in box.name:
        return f"somebody-{next(numbers)}@example.test"
    return f"{box.value or 'What was typed'} and more {next(numbers)}"


def asked_of(form: Form, sent: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return what of it somebody typed or chose, but for what is typed afresh each time."""
    theirs = {box.name for box in form.boxes if box.kind in (*TYPED, *CHOSEN)} - NOT_KEPT
    return [(name, value) for name, value in sent if name in theirs and value]
