"""What is saved and shown one at a time costs the same in a large tender, beside many evaluators
and beside a long record: `saves_growing`. Checked in turns, small and large by two servers at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from benchmarks import many_entries, marked_tender
from benchmarks.handed_in import hand_in
from benchmarks.harness import Line, Row, sized
from benchmarks.rows_answering import Page, counted, over
from benchmarks.rows_evaluating import QUESTION, Marking, Opened, count, statements_of_a_mark
from benchmarks.served import Client, Server, in_turns, ours
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

TIMES = sized(120, 10)
# So often as often as in the small a save may take in the large.
MOST_TIMES = 1.3
# So many times as large as in a small tender a page may be in a large one.
MOST_BYTES = 1.1
USUAL, FEW, MANY = sized(150, 20), 10, sized(500, 30)
ALONE, PANEL = 1, sized(50, 5)
ENTRIES = sized(1_000_000, 10_000)


@dataclass(frozen=True)
class Built:
    """A service with one bid that is being written, and a tender that is being marked."""

    made: World
    writing: Answering
    marking: Opened

    @property
    def to_mark(self) -> str:
        return f"/evaluation/bids/{self.marking.bids[0]}/questions/{QUESTION}"


@contextmanager
def built(address: Any, questions: int, evaluators: int, entries: int = 0) -> Iterator[Built]:
    with world(address) as made:
        with made.application().app_context():
            marked = marked_tender.build(2, questions, evaluators, agreed=False)
            hand_in(marked.tender, marked.officer)
            of_it = select(Bid.token).where(Bid.tender_id == marked.tender.id).order_by(Bid.id)
            marking = Opened(
                marked.tender.token,
                tuple(db.session.scalars(of_it)),
                cookie_of(marked.officer),
                cookie_of(marked.evaluator),
            )
            [writing] = answering(open_tender(wide_plan(questions)), 1)
            if entries:
                many_entries.add(entries)
            close()
        yield Built(made, writing, marking)


def measured() -> list[Line]:
    found: list[Line] = []
    with databases() as kinds:
        for kind, address in kinds.items():
            with ExitStack() as worlds:
                few, many, plain, panel, long = (
                    worlds.enter_context(built(address, *of))
                    for of in (
                        (FEW, ALONE),
                        (MANY, ALONE),
                        (USUAL, ALONE),
                        (USUAL, PANEL),
                        (USUAL, ALONE, ENTRIES),
                    )
                )
                beside = f"{ENTRIES:,} entries of the record, {kind}"
                found += [
                    *_lines(few, many, f"{MANY} questions, {kind}", ("autosave", "mark", "page")),
                    *_lines(plain, panel, f"{PANEL} evaluators, {kind}", ("mark",)),
                    *_lines(plain, long, beside, ("autosave", "mark")),
                ]
    return found


def _lines(small: Built, large: Built, beside: str, names: tuple[str, ...]) -> Iterator[Line]:
    statements = [{name: DOES[name].counts(one) for name in names} for one in (small, large)]
    with (
        ours(small.made.folder, small.made.database) as first,
        ours(large.made.folder, large.made.database) as second,
    ):
        for name in names:
            does = DOES[name]
            ways = {"small": does.begins(first, small), "large": does.begins(second, large)}
            found = in_turns(ways, TIMES)
            (few, _), (many, size) = statements[0][name], statements[1][name]
            yield Line(
                f"{does.what}, {beside}",
                found["large"].ms,
                found["small"].ms,
                most=MOST_TIMES,
                fail=MOST_TIMES,
                clock=(found["large"].clock, found["small"].clock),
                statements=many,
                most_statements=few,
                memory=second.peak,
                said=f"{few} statements for the small" if few != many else "",
            )
            if size:
                yield _payload(f"{does.what}, {beside}", size, statements[0][name][1])


def _payload(what: str, large: int, small: int) -> Line:
    return Line(
        f"bytes of the {what}",
        large / 1024,
        small / 1024,
        most=MOST_BYTES,
        fail=MOST_BYTES,
        unit="kB",
    )


Way = tuple[Server, Client, Callable[[], object]]


@dataclass(frozen=True)
class Does:
    """``counts``: statements, and bytes of a page. ``begins``: what is done to a server."""

    what: str
    counts: Callable[[Built], tuple[int, int]]
    begins: Callable[[Server, Built], Way]


def _typing(server: Server, one: Built) -> Way:
    client = Client(server.port, one.writing.cookie)
    page = over(client, one.writing)
    page.load()
    return server, client, page.type


def _showing(server: Server, one: Built) -> Way:
    client = Client(server.port, one.writing.cookie)
    return server, client, over(client, one.writing).show


def _marking(server: Server, one: Built) -> Way:
    client = Client(server.port, one.marking.evaluator)
    marking = Marking(client.get, client.post, one.to_mark)
    marking.load()
    return server, client, marking.mark


DOES = {
    "autosave": Does(
        "autosave", lambda one: (counted(one.made, one.writing, Page.type), 0), _typing
    ),
    "mark": Does(
        "mark", lambda one: (statements_of_a_mark(one.made, one.marking, one.to_mark), 0), _marking
    ),
    "page": Does(
        "page of a question",
        lambda one: count(one.made, one.writing.cookie, one.writing.page),
        _showing,
    ),
}

ROWS = (
    Row(
        "saves_growing",
        "",
        f"An answer and a mark saved, and a page of 15 questions shown, in a tender of {MANY} "
        f"questions, beside {PANEL} evaluators and beside {ENTRIES:,} entries of the record",
        f"the same with {FEW} questions, one evaluator and no such entries",
        f"the same statements, at most {MOST_TIMES} × the time; the page at most {MOST_BYTES} × as "
        "large",
        measured,
    ),
)
