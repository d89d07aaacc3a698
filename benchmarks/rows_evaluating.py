"""Rows 4, 5 and 6: a mark saved, pages of evaluating, the ranking."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select

from benchmarks import marked_tender
from benchmarks.handed_in import hand_in
from benchmarks.harness import Line, Row, sized
from benchmarks.pages import statements
from benchmarks.rows_answering import JSON, both, signed_in
from benchmarks.served import Client, Server, in_turns, token_of
from benchmarks.worlds import ANSWER, World, close, cookie_of, databases, world
from foundation.database import db
from supplier_portal.models import Bid

TIMES = sized(200, 10)
FEW = sized(20, 2)
QUESTION = "SYN-001"
MARKUP = re.compile(r"<[^>]+>|\s+")
BASED_ON = re.compile(r'name="based_on"[^>]*value="([^"]*)"')


@dataclass(frozen=True)
class Opened:
    """An opened tender: its token, those of two bids, and who may look at it."""

    tender: str
    bids: tuple[str, ...]
    officer: str
    evaluator: str


@contextmanager
def opened(
    bids: int, questions: int, evaluators: int = 2, *, agreed: bool = True, address: object = None
) -> Iterator[tuple[World, Opened]]:
    """Yield a service with a tender of bids that are handed in, marked and, if so said, agreed."""
    with world(address) as made:
        with made.application().app_context():
            built = marked_tender.build(bids, questions, evaluators, agreed=agreed)
            hand_in(built.tender, built.officer)
            tokens = db.session.scalars(select(Bid.token).order_by(Bid.id)).all()
            found = Opened(
                built.tender.token,
                tuple(tokens),
                cookie_of(built.officer),
                cookie_of(built.evaluator),
            )
            close()
        yield made, found


def count(made: World, cookie: str, path: str) -> tuple[int, int]:
    """Return how many statements a page sends the second time, and how large it is, in bytes."""
    with made.application().app_context():
        client = signed_in(current_app, cookie)
        client.get(path)
        with statements() as sent:
            answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")
        size = len(answer.data)
        close()
        return len(sent), size


def shown(
    made: World,
    served: tuple[Server, Server],
    cookie: str,
    path: str,
    what: str,
    *,
    times: int = FEW,
    most: float | None = None,
    fail: float | None = None,
    most_statements: int | None = None,
) -> Line:
    """Ask for a page in turns with the bare page; the target is in milliseconds."""
    number, size = count(made, cookie, path)
    client, plain = Client(served[0].port, cookie), Client(served[1].port)

    def ask() -> None:
        status, _ = client.raw("GET", path, None, {})
        if status != 200:
            raise RuntimeError(f"{path}: {status}")

    ways = {
        "ours": (served[0], client, ask),
        "bare": (served[1], plain, lambda: plain.get("/page")),
    }
    found = in_turns(ways, times, at_once=min(5, times))
    in_words = f"{size / 1024:,.0f} kB"
    if most is not None:
        in_words += f"; the target is {most:g} ms"
    return Line(
        what,
        found["ours"].ms,
        found["bare"].ms,
        most=most and most / found["bare"].ms,
        fail=fail and fail / found["bare"].ms,
        clock=(found["ours"].clock, found["bare"].clock),
        statements=number,
        most_statements=most_statements,
        memory=served[0].peak,
        said=in_words,
    )


def marks_saved() -> list[Line]:
    found = []
    with databases() as kinds:
        for kind, address in kinds.items():
            with (
                opened(2, 150, 3, agreed=False, address=address) as (made, has),
                both(made) as served,
            ):
                found.append(_mark_saved(made, has, served, f"one mark, {kind}"))
    return found


def _mark_saved(made: World, has: Opened, served: tuple[Server, Server], what: str) -> Line:
    path = f"/evaluation/bids/{has.bids[0]}/questions/{QUESTION}"
    client, plain = Client(served[0].port, has.evaluator), Client(served[1].port)
    save = Marking(client.get, client.post, path)
    save.load()
    body = json.dumps({"id": 1, "words": ANSWER}).encode()
    ways = {
        "ours": (served[0], client, save.mark),
        "bare": (served[1], plain, lambda: plain.ask("POST", "/save", body, JSON)),
    }
    found = in_turns(ways, TIMES)
    return Line(
        what,
        found["ours"].ms,
        found["bare"].ms,
        most=2.5,
        fail=4,
        clock=(found["ours"].clock, found["bare"].clock),
        statements=statements_of_a_mark(made, has, path),
        most_statements=6,
        memory=served[0].peak,
    )


def statements_of_a_mark(made: World, has: Opened, path: str) -> int:
    app = made.application()
    with app.app_context():
        client = signed_in(app, has.evaluator)

        def get(path: str) -> tuple[int, str]:
            return 200, client.get(path).text

        def post(path: str, form: dict[str, str]) -> tuple[int, str]:
            answer = client.post(path, data=form)
            return answer.status_code, answer.text

        save = Marking(get, post, path)
        save.load()
        save.mark()
        with statements() as sent:
            save.mark()
        close()
        return len(sent)


@dataclass
class Marking:
    get: Callable[[str], tuple[int, str]]
    post: Callable[[str, dict[str, str]], tuple[int, str]]
    path: str

    def load(self) -> None:
        _, page = self.get(self.path)
        self.token, self.based_on = token_of(page), int(BASED_ON.findall(page)[0])
        self.seen = [html.unescape(one) for one in re.findall(r'name="seen" value="([^"]*)"', page)]

    def mark(self) -> None:
        form = {
            "csrf_token": self.token,
            "mark": "3",
            "reason": f"SYN-001.a names the test, its date and who did it ({self.based_on})",
            "feedback": "It is well tested",
            "internal_comment": "",
            "based_on": str(self.based_on),
            "then": "stay",
        }
        status, said = self.post(self.path, form)
        if status != 302:
            raise RuntimeError(f"{status}: {MARKUP.sub(' ', said)[:600]}")
        self.based_on += 1


def pages_of_marking() -> list[Line]:
    with opened(20, 150, 3) as (made, has), both(made) as served:
        bid = f"/evaluation/bids/{has.bids[0]}"
        return [
            shown(
                made, served, has.officer, bid, "a bid of 150 questions, all agreed",
                most=15, fail=25, most_statements=8,
            ),
            shown(
                made, served, has.evaluator, f"{bid}/questions/{QUESTION}", "an answer to mark",
                most=15, fail=25, most_statements=8,
            ),
        ]  # fmt: skip


def rankings() -> list[Line]:
    bids = sized(1000, 100)
    with opened(bids, 150) as (made, has), both(made) as served:
        path = f"/evaluation/tenders/{has.tender}/ranking"
        return [
            shown(
                made, served, has.officer, path, f"first 50 of {bids:,}",
                most=15, most_statements=6,
            )
        ]  # fmt: skip


ROWS = (
    Row(
        "mark",
        "4",
        "POST of a mark with its reason, to a bid of 150 questions with three evaluators",
        "bare Flask, one statement, durable commit",
        "2.5 × bare (never over 4), 6 statements",
        marks_saved,
    ),
    Row(
        "marking",
        "5",
        "GET of the pages on which bids are evaluated: 150 questions, three evaluators",
        "bare Flask, a page of 20 boxes",
        "15 ms (never over 25), 8 statements, 250 kB",
        pages_of_marking,
    ),
    Row(
        "ranking",
        "6",
        "GET of the ranking of 1,000 bids × 150 questions, everything agreed and priced",
        "bare Flask, a page of 20 boxes",
        "15 ms, 6 statements",
        rankings,
    ),
)
