"""Row 13: many people saving at once. Nothing acknowledged may be lost, and nothing may fail."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from benchmarks.harness import MILLI, Line, Row, middle, percentile, sized
from benchmarks.rows_answering import FIRST, Page, over
from benchmarks.served import Client, Server, ours
from benchmarks.worlds import Answering, World, answering, close, databases, open_tender, wide_plan
from benchmarks.worlds import world as made_world

SECONDS = sized(10, 2)
CLIENTS = (8, 32)
# What the service may need after all of it, and by how much it may have grown meanwhile.
MOST_MEMORY, MOST_GROWN = 200, 1.2
# The work of many is done in turn: more of them may cost a tenth of what gets done, in processor
# time, which what else the machine does changes less.
LEAST_KEPT = 0.9


def loaded() -> list[Line]:
    found = []
    with databases() as kinds:
        for kind, address in kinds.items():
            with made_world(address) as made:
                with made.application().app_context():
                    people = answering(open_tender(wide_plan(20)), CLIENTS[-1])
                    close()
                found += _of(made, people, kind)
    return found


def _of(made: World, people: list[Answering], kind: str) -> list[Line]:
    lines: list[Line] = []
    with ours(made.folder, made.database) as served:
        pages = [over(Client(served.port, one.cookie), one) for one in people]
        for page in pages:
            page.load()
        resting, few = served.resident, 0.0
        for number in CLIENTS:
            line = _at_once(served, pages[:number], f"{number} write at once, {kind}")
            if few and line.ours > few / LEAST_KEPT:
                wrong = line.wrong or f"a save took {line.ours:.1f} ms, {few:.1f} with fewer people"
                line = replace(line, wrong=wrong)
            few = few or line.ours
            lines.append(line)
        grown = served.resident / resting
        lines.append(
            Line(
                f"memory after it, {kind}",
                served.resident,
                most=MOST_MEMORY,
                unit="MB",
                said=f"{grown:.2f} × what it was before",
                wrong="it grew by more than a fifth" if grown > MOST_GROWN else "",
            )
        )
    return lines


def _at_once(served: Server, pages: list[Page], what: str) -> Line:
    """Let people type for some seconds, read back what each was last told is saved."""
    before, end = served.seconds, time.monotonic() + SECONDS
    with ThreadPoolExecutor(len(pages)) as pool:
        done = list(pool.map(lambda page: _until(page, end), pages))
    spent = served.seconds - before
    took = [each for one, _ in done for each in one]
    failed = [text for _, text in done if text]
    lost = 0
    for page, (one, _) in zip(pages, done, strict=True):
        last = f"{page.number:8}" if one else ""
        page.load()
        lost += not page.boxes[FIRST].endswith(last)
    said = (
        f"{len(took) / SECONDS:.0f} saves a second, median {middle(took):.0f} ms, 99 of 100 within "
        f"{percentile(took, 99):.0f} ms; {len(failed)} failed, {lost} lost"
    )
    wrong = f"{len(failed)} failed ({failed[:1]}), {lost} lost" if failed or lost else ""
    each = spent * MILLI / len(took)
    return Line(what, each, memory=served.peak, said=said, wrong=wrong)


def _until(page: Page, end: float) -> tuple[list[float], str]:
    """Return what each save took, in milliseconds, and what went wrong, which ends it."""
    took: list[float] = []
    while time.monotonic() < end:
        began = time.perf_counter()
        try:
            page.type()
        except (RuntimeError, OSError) as error:
            return took, str(error)
        took.append((time.perf_counter() - began) * MILLI)
    return took, ""


ROWS = (
    Row(
        "load",
        "13",
        "8, then 32 people who each save one answer after the other; each last word is read back",
        "",
        "nothing fails, nothing is lost, 32 get nine tenths as much done as 8; 200 MB, grown by a "
        "fifth at most",
        loaded,
    ),
)
