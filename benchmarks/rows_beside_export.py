"""Saving while everything an authority owns is being made into one file: `beside_export`.

By the clock, because what is asked is how long somebody waits who types meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select

from benchmarks import marked_tender
from benchmarks.handed_in import hand_in
from benchmarks.harness import MILLI, Line, Row, middle, percentile, sized
from benchmarks.rows_answering import Page, over
from benchmarks.served import Client, ours, token_of
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
from foundation.jobs import Job, JobState
from records.making import MAKE

BIDS, QUESTIONS = sized(5000, 20), 150
IDLE = sized(300, 20)
# So long is saved while the file is made, if it is not done before.
SECONDS = sized(30, 5)
# So often as long as beside nothing may 95 of 100 saves take at most.
MOST_TIMES = 3
# How often is looked whether the file is still being made, in saves.
LOOKED = 10
EXPORT = "/records/export"


def measured() -> list[Line]:
    found = []
    with databases() as kinds:
        for kind, address in kinds.items():
            with _exporting(address) as (made, officer, where):
                found.append(_line(made, officer, where, kind))
    return found


@contextmanager
def _exporting(address: Any) -> Iterator[tuple[World, str, Answering]]:
    """Yield a service of an authority with very many bids, its officer, and a bid being written."""
    with world(address) as made:
        with made.application().app_context():
            marked = marked_tender.build(BIDS, QUESTIONS, 1)
            hand_in(marked.tender, marked.officer)
            [writing] = answering(open_tender(wide_plan(20)), 1)
            officer = cookie_of(marked.officer)
            close()
        yield made, officer, writing


def _line(made: World, officer: str, where: Answering, kind: str) -> Line:
    app = made.application()
    with ours(made.folder, made.database) as served, app.app_context():
        page = over(Client(served.port, where.cookie), where)
        page.load()
        idle = _saves(page, lambda number, _spent: number < IDLE)
        _ask_for_it(Client(served.port, officer))
        _wait_for_it()
        began = time.monotonic()
        state = {"now": JobState.RUNNING}

        def still_made(number: int, spent: float) -> bool:
            if number % LOOKED == 0:
                state["now"] = _state()
            return state["now"] is JobState.RUNNING and spent < SECONDS

        beside = _saves(page, still_made)
        spent = time.monotonic() - began
        close()
        peak = served.peak
    wrong = "the file could not be made" if state["now"] is JobState.FAILED else ""
    if isinstance(idle, str) or isinstance(beside, str):
        wrong = next(one for one in (idle, beside) if isinstance(one, str))
        return Line(f"a save beside the export, {kind}", 0.0, wrong=wrong)
    ended = "still being made" if state["now"] is JobState.RUNNING else "made"
    return Line(
        f"a save beside the export, {kind}",
        percentile(beside, 95),
        percentile(idle, 95),
        most=MOST_TIMES,
        fail=MOST_TIMES,
        memory=peak,
        said=f"95 of 100 within it; {len(beside)} saves, none failed, median "
        f"{middle(beside):.1f} ms for {middle(idle):.1f}, slowest {max(beside):.0f} ms; "
        f"the file was {ended} after {spent:.0f} s",
        wrong=wrong,
    )


def _saves(page: Page, goes_on: Callable[[int, float], bool]) -> list[float] | str:
    """Return what each save took, in milliseconds; or what went wrong."""
    for _ in range(3):
        page.type()
    took: list[float] = []
    begins = time.monotonic()
    while goes_on(len(took), time.monotonic() - begins):
        began = time.perf_counter()
        try:
            page.type()
        except (RuntimeError, OSError) as error:
            return f"a save failed: {error}"
        took.append((time.perf_counter() - began) * MILLI)
    return took


def _ask_for_it(client: Client) -> None:
    _, asked = client.get(EXPORT)
    status, _ = client.post(EXPORT, {"csrf_token": token_of(asked)})
    if status != 302:
        raise RuntimeError(f"{EXPORT}: {status}")


def _wait_for_it() -> None:
    for _ in range(600):
        if _state() is not JobState.WAITING:
            return
        time.sleep(0.05)
    raise RuntimeError("Nobody began to make the file within 30 seconds")


def _state() -> JobState:
    db.session.remove()
    return db.session.scalars(select(Job.state).where(Job.kind == MAKE)).one()


ROWS = (
    Row(
        "beside_export",
        "",
        f"An answer saved while everything of an authority with {BIDS:,} bids × {QUESTIONS} "
        "answers, all marked, is made into one file by the same process",
        "the same before it is made, 95 of 100 saves by the clock",
        f"95 of 100 saves take at most {MOST_TIMES} × as long, and none fails",
        measured,
    ),
)
