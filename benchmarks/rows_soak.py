"""Thousands of mixed requests in a row: nothing fails, and memory stays what it was: `soak`."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import select

from benchmarks import marked_tender
from benchmarks.handed_in import hand_in
from benchmarks.harness import Line, Row, sized
from benchmarks.rows_answering import over
from benchmarks.rows_evaluating import QUESTION, Marking
from benchmarks.served import Client, Server, ours
from benchmarks.worlds import (
    Answering,
    World,
    answering,
    close,
    cookie_of,
    databases,
    open_tender,
    wide_plan,
    world,
)
from foundation.database import db
from supplier_portal.models import Bid

BEFORE, REQUESTS = sized(500, 60), sized(5000, 180)
SUPPLIERS, OFFICERS = 5, 2
SEED = 2026
# By how much the process may have grown after all of them, beside after the first.
MOST_GROWN = 1.05
# So long it rests before it is weighed, in seconds.
REST = 1.0
# How often each is done, of all that somebody does.
SUPPLIER = {
    "save as it is typed": 30,
    "page of 15": 25,
    "save of 15": 15,
    "/bids/{bid}": 10,
    "/opportunities": 8,
    "/bids/{bid}/check": 4,
    "/bids/{bid}/workbook.xlsx": 4,
    "/bids/{bid}/answers.docx": 2,
    "/account": 2,
}
OFFICER = {
    "/evaluation/tenders/{tender}": 20,
    "/evaluation/tenders/{tender}/ranking": 20,
    "/evaluation/bids/{bid}": 20,
    "/evaluation/tenders/{tender}/moderation?state=agreed": 10,
    "/evaluation/tenders/{tender}/risk-profiles": 8,
    "/tenders/": 15,
    "/evaluation/tenders/{tender}/evaluation.xlsx": 4,
    "/evaluation/tenders/{tender}/scores.xlsx": 2,
    "/evaluation/bids/{bid}/risks.xlsx": 1,
}
EVALUATOR = {
    "mark": 40,
    "/evaluation/bids/{bid}/questions/{question}": 40,
    "/evaluation/tenders/{tender}/marks": 20,
}


@dataclass(frozen=True)
class Marked:
    """A tender that is being marked, or was: its token, one bid of it, and who looks at it."""

    tender: str
    bid: str
    officer: str
    evaluator: str


@dataclass
class Person:
    """Somebody who does one thing after the other, drawn from a seed."""

    does: Mapping[str, Callable[[], int]]
    often: Mapping[str, int]
    chance: random.Random
    done: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def go_on(self, wanted: Callable[[], bool]) -> None:
        while wanted():
            [what] = self.chance.choices([*self.often], [*self.often.values()])
            try:
                status = self.does[what]()
            except (RuntimeError, OSError) as error:
                self.wrong.append(f"{what}: {error}")
                continue
            self.done[what] += 1
            if status >= 400:
                self.wrong.append(f"{what}: {status}")


def measured() -> list[Line]:
    found = []
    with databases() as kinds:
        for kind, address in kinds.items():
            with world(address) as made:
                with made.application().app_context():
                    writing = answering(open_tender(wide_plan(20)), SUPPLIERS)
                    agreed = _marked(20, agreed=True)
                    marking = _marked(4, agreed=False)
                    close()
                found.append(_line(made, writing, agreed, marking, kind))
    return found


def _marked(bids: int, *, agreed: bool) -> Marked:
    built = marked_tender.build(bids, 15, 2, agreed=agreed)
    hand_in(built.tender, built.officer)
    of_it = select(Bid.token).where(Bid.tender_id == built.tender.id).order_by(Bid.id).limit(1)
    bid = db.session.scalars(of_it).one()
    return Marked(built.tender.token, bid, cookie_of(built.officer), cookie_of(built.evaluator))


def _line(
    made: World, writing: list[Answering], agreed: Marked, marking: Marked, kind: str
) -> Line:
    with ours(made.folder, made.database) as served:
        people = [
            *(_supplier(served, one, SEED + n) for n, one in enumerate(writing)),
            *(_officer(served, agreed, SEED + 100 + n) for n in range(OFFICERS)),
            _evaluator(served, marking),
        ]
        began = time.monotonic()
        _asked(people, BEFORE)
        before = served.resident
        _asked(people, REQUESTS - BEFORE)
        after, peak = served.resident, served.peak
        spent = time.monotonic() - began
    wrong = [text for one in people for text in one.wrong]
    done = sum((one.done for one in people), Counter[str]())
    files = sum(often for what, often in done.items() if what.endswith((".xlsx", ".docx")))
    saves = done["save as it is typed"] + done["save of 15"] + done["mark"]
    return Line(
        f"{REQUESTS:,} requests of {len(people)} people, {kind}",
        after,
        before,
        most=MOST_GROWN,
        fail=MOST_GROWN,
        memory=peak,
        unit="MB",
        said=f"{(after / before - 1) * 100:+.1f} %; {saves:,} saves, {files:,} files, "
        f"{done.total() - saves - files:,} pages in {spent:.0f} s; {len(wrong)} failed",
        wrong=f"{len(wrong)} failed ({wrong[:2]})" if wrong else "",
    )


def _asked(people: list[Person], number: int) -> None:
    """Let all of them together ask for so much, and rest."""
    guard, left = threading.Lock(), iter(range(number))

    def wanted() -> bool:
        with guard:
            return next(left, None) is not None

    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(lambda one: one.go_on(wanted), people))
    time.sleep(REST)


def _paths(client: Client, often: Mapping[str, int], **named: str) -> dict[str, Callable[[], int]]:
    """Return what asks for each of the pages and files that somebody looks at."""
    asked = {what: what.format(**named) for what in often if what.startswith("/")}
    return {what: partial(_status, client, path) for what, path in asked.items()}


def _status(client: Client, path: str) -> int:
    return client.raw("GET", path, None, {})[0]


def _counted(does: Callable[[], None]) -> Callable[[], int]:
    """Return ``does`` as one that answers a status; it raises RuntimeError at any but its own."""

    def asked() -> int:
        does()
        return 200

    return asked


def _supplier(served: Server, one: Answering, seed: int) -> Person:
    client = Client(served.port, one.cookie)
    page = over(client, one)
    page.load()
    own = {
        "save as it is typed": _counted(page.type),
        "page of 15": _counted(page.show),
        "save of 15": _counted(page.save),
    }
    asked = own | _paths(client, SUPPLIER, bid=one.bid)
    return Person(asked, SUPPLIER, random.Random(seed))  # noqa: S311


def _officer(served: Server, has: Marked, seed: int) -> Person:
    client = Client(served.port, has.officer)
    asked = _paths(client, OFFICER, tender=has.tender, bid=has.bid)
    return Person(asked, OFFICER, random.Random(seed))  # noqa: S311


def _evaluator(served: Server, has: Marked) -> Person:
    client = Client(served.port, has.evaluator)
    marking = Marking(client.get, client.post, f"/evaluation/bids/{has.bid}/questions/{QUESTION}")
    marking.load()
    asked = {
        "mark": _counted(marking.mark),
        **_paths(client, EVALUATOR, tender=has.tender, bid=has.bid, question=QUESTION),
    }
    return Person(asked, EVALUATOR, random.Random(SEED + 200))  # noqa: S311


ROWS = (
    Row(
        "soak",
        "",
        f"{REQUESTS:,} requests of companies, officers and an evaluator at once: pages, saves, "
        "marks, and Excel and Word files",
        f"what the process had after the first {BEFORE}",
        f"at most {(MOST_GROWN - 1) * 100:.0f} % more memory, and nothing fails",
        measured,
    ),
)
