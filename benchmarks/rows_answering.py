"""Rows 1 to 3: an answer saved as it is typed, a page of fifteen answers saved, and shown."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient

from benchmarks.base import PARTS
from benchmarks.harness import Line, Row, sized
from benchmarks.pages import statements
from benchmarks.served import Client, Server, bare, base, in_turns, ours, token_of
from benchmarks.worlds import (
    ANSWER,
    WIDE,
    Answering,
    World,
    close,
    databases,
    open_tender,
    wide_plan,
    world,
)
from benchmarks.worlds import answering as begun

TIMES = sized(200, 10)
JSON = {"Content-Type": "application/json"}
BOX = re.compile(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', re.S)
VERSION = re.compile(r'name="(v-[^"]+)" value="([^"]*)"')
FIRST = f"{WIDE}.a"
STOOD_ON = "Flask, Flask-SQLAlchemy and Flask-WTF alone"


@dataclass
class Page:
    """The page of fifteen answers as a browser has it: boxes, versions and the form's token."""

    where: Answering
    get: Callable[[str], tuple[int, str]]
    post: Callable[[str, dict[str, str]], tuple[int, str]]
    number: int = 0

    def load(self) -> None:
        status, page = self.get(self.where.page)
        if status != 200:
            raise RuntimeError(f"{self.where.page}: {status}")
        self.boxes = {name: html.unescape(text) for name, text in BOX.findall(page)}
        self.versions = dict(VERSION.findall(page))
        self.token = token_of(page)

    def words(self) -> str:
        self.number += 1
        return f"{ANSWER[:-8]}{self.number:8}"

    def type(self) -> None:
        """Save one answer as the script does while somebody types."""
        form = {"csrf_token": self.token, "then": "as-typed", FIRST: self.words()}
        status, said = self.post(
            self.where.page, form | {f"v-{FIRST}": self.versions[f"v-{FIRST}"]}
        )
        if status != 200:
            raise RuntimeError(f"{status}: {said[:300]}")
        self.versions[f"v-{FIRST}"] = str(json.loads(said)["versions"][FIRST])

    def save(self) -> None:
        """Send the whole form with one answer changed."""
        form = self.boxes | self.versions | {FIRST: self.words(), "then": "list"}
        status, said = self.post(self.where.page, form | {"csrf_token": self.token})
        if status != 302:
            raise RuntimeError(f"{status}: {said[:300]}")
        key = f"v-{FIRST}"
        self.versions[key] = str(int(self.versions[key]) + 1)

    def show(self) -> None:
        status, _ = self.get(self.where.page)
        if status != 200:
            raise RuntimeError(str(status))


def over(client: Client, where: Answering) -> Page:
    return Page(where, client.get, client.post)


def within(client: FlaskClient, where: Answering) -> Page:
    """Return the page as a client in this process has it: there statements can be counted."""

    def get(path: str) -> tuple[int, str]:
        answer = client.get(path)
        return answer.status_code, answer.text

    def post(path: str, form: dict[str, str]) -> tuple[int, str]:
        answer = client.post(path, data=form)
        return answer.status_code, answer.text

    return Page(where, get, post)


def signed_in(app: Any, cookie: str) -> FlaskClient:
    client: FlaskClient = app.test_client()
    name, _, value = cookie.partition("=")
    client.set_cookie(name, value)
    return client


def counted(made: World, where: Answering, does: Callable[[Page], None]) -> int:
    """Return how many statements the third time of what is done sends."""
    app = made.application()
    with app.app_context():
        page = within(signed_in(app, where.cookie), where)
        page.load()
        does(page)
        does(page)
        with statements() as sent:
            does(page)
        close()
        return len(sent)


@contextmanager
def both(made: World) -> Iterator[tuple[Server, Server]]:
    with ours(made.folder, made.database) as served, bare(made.folder, made.database) as limit:
        yield served, limit


@dataclass
class BasePage:
    """The same page of the libraries alone, as a browser has it."""

    client: Client
    number: int = 0

    def __post_init__(self) -> None:
        _, page = self.client.get("/page")
        boxes = {name: html.unescape(text) for name, text in BOX.findall(page)}
        versions = dict(re.findall(r'name="(v_[^"]+)"[^>]* value="([^"]*)"', page))
        self.form = boxes | versions | {"csrf_token": token_of(page)}

    def ask(self, form: dict[str, str] | None) -> None:
        status, said = (
            self.client.post("/page", form) if form is not None else self.client.get("/page")
        )
        if status != 200:
            raise RuntimeError(f"The libraries alone answer {status}: {said[:300]}")

    def changed(self) -> dict[str, str]:
        self.number += 1
        return {PARTS[0]: f"{ANSWER[:-8]}{self.number:8}"}

    def type(self) -> None:
        self.ask({"csrf_token": self.form["csrf_token"], **self.changed()})

    def save(self) -> None:
        self.ask(self.form | self.changed())

    def show(self) -> None:
        self.ask(None)


def measured(does: Callable[[Page], None], path: str, name: str, **more: Any) -> Iterator[Line]:
    """Yield a line for each kind of database: what is done in turns with what the bare one does."""
    with databases() as kinds:
        for kind, address in kinds.items():
            with world(address) as made:
                with made.application().app_context():
                    [where] = begun(open_tender(wide_plan()), 1)
                    close()
                yield _line(made, where, does, path, f"{name}, {kind}", more)


def _line(
    made: World,
    where: Answering,
    does: Callable[[Page], None],
    path: str,
    name: str,
    more: dict[str, Any],
) -> Line:
    number = counted(made, where, does)
    with both(made) as (served, limit), base(made.folder, made.database) as stood_on:
        client, plain = Client(served.port, where.cookie), Client(limit.port)
        libraries = BasePage(Client(stood_on.port))
        same = getattr(libraries, does.__name__)
        page = over(client, where)
        page.load()
        body = json.dumps({"id": 1, "words": ANSWER}).encode()

        def bare_one() -> None:
            method, said = ("GET", None) if path == "/page" else ("POST", body)
            status, _ = plain.ask(method, path, said, JSON)
            if status != 200:
                raise RuntimeError(f"The bare server answers {status}")

        found = in_turns(
            {
                "ours": (served, client, lambda: does(page)),
                "bare": (limit, plain, bare_one),
                "base": (stood_on, libraries.client, same),
            },
            TIMES,
        )
        return Line(
            name,
            found["ours"].ms,
            found["bare"].ms,
            clock=(found["ours"].clock, found["bare"].clock),
            statements=number,
            memory=served.peak,
            peers={STOOD_ON: found["base"].ms},
            **more,
        )


ROWS = (
    Row(
        "autosave",
        "1",
        "POST of 400 characters as they are typed, to a bid of 150 questions",
        "bare Flask, one statement, durable commit",
        "2.5 × bare (never over 4), 8 statements",
        lambda: list(
            measured(Page.type, "/save", "one answer", most=2.5, fail=4, most_statements=8)
        ),
    ),
    Row(
        "save",
        "2",
        "POST of a page of 15 answers, all checked, one changed",
        "bare Flask, one statement, durable commit",
        "4 × bare (never over 6), 7 statements",
        lambda: list(measured(Page.save, "/save", "15 answers", most=4, fail=6, most_statements=7)),
    ),
    Row(
        "show",
        "3",
        "GET of a page of 15 questions with answers and guidance",
        "bare Flask, a page of 20 boxes",
        "5 × bare (never over 8), 6 statements",
        lambda: list(
            measured(Page.show, "/page", "15 questions", most=5, fail=8, most_statements=6)
        ),
    ),
)
