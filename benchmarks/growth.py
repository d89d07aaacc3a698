"""How pages and files grow with the bids: 10, 100, 1,000 and 5,000 of them, in one process each.

A page's statements must be the same for all sizes and its time nearly so; a file's time may grow
with the bids and its memory may not.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.harness import MILLI, QUICK, ROOT, Line, Row, peak, resident
from benchmarks.pages import statements
from benchmarks.rows_answering import signed_in
from benchmarks.rows_evaluating import Opened, opened
from benchmarks.worlds import World, close

SIZES = (5, 10) if QUICK else (10, 100, 1000, 5000)
QUESTIONS = 15
# So often as often as with 10 bids a page may take with 5,000.
MOST_TIMES = 1.5
# A page that shows so many of them may be so much larger where there are more.
SHOWN, MOST_BYTES = 50, 1.1
# What is made by a library that keeps all cells in memory takes minutes with more.
MOST_CELLS = 100


@dataclass(frozen=True)
class Asked:
    """``grows``: a file, whose time may. ``most``: the largest tender it is measured with."""

    name: str
    path: str
    grows: bool = False
    most: int = 5000


ASKED = (
    Asked("ranking", "/evaluation/tenders/{tender}/ranking"),
    Asked("next page of it", "/evaluation/tenders/{tender}/ranking?after={eighth}"),
    Asked("what to agree", "/evaluation/tenders/{tender}/moderation?state=agreed"),
    Asked("one bid", "/evaluation/bids/{bid}"),
    Asked("an answer to mark", "/evaluation/bids/{bid}/questions/SYN-001"),
    Asked("list of tenders", "/tenders/"),
    Asked("all bids", "/evaluation/tenders/{tender}", most=1000),
    Asked("risks beside each other", "/evaluation/tenders/{tender}/risk-profiles", most=1000),
    Asked("evaluation.xlsx", "/evaluation/tenders/{tender}/evaluation.xlsx", grows=True, most=600),
    Asked("scores.xlsx", "/evaluation/tenders/{tender}/scores.xlsx", True, MOST_CELLS),
    Asked("risk-register.xlsx", "/evaluation/tenders/{tender}/risk-register.xlsx", True, 10),
)


def measured() -> list[Line]:
    found: list[dict[str, Any]] = []
    for bids in SIZES:
        with opened(bids, QUESTIONS) as (made, has), tempfile.TemporaryDirectory() as folder:
            about = {"folder": str(made.folder), "database": made.database, **has.__dict__}
            for place, asked in enumerate(ASKED):
                if bids > asked.most:
                    continue
                path = Path(folder) / "found.json"
                given = json.dumps({**about, "bids": list(has.bids[:10])})
                command = [sys.executable, "-m", "benchmarks.growth", given, str(place), str(path)]
                subprocess.run(command, cwd=ROOT, check=True)
                found.append({"bids": bids, **json.loads(path.read_text())})
    return list(_lines(found))


def _lines(found: list[dict[str, Any]]) -> Iterator[Line]:
    for asked in ASKED:
        few = full = None
        for one in (each for each in found if each["name"] == asked.name):
            few = few or one
            full = full or (one if one["bids"] >= SHOWN and not asked.grows else None)
            each = "" if not asked.grows else f", {one['ms'] / one['bids']:.2f} ms a bid"
            yield Line(
                f"{asked.name}, {one['bids']:,} bids",
                one["ms"],
                None if asked.grows else few["ms"],
                most=None if asked.grows else MOST_TIMES,
                statements=one["statements"],
                most_statements=few["statements"],
                rise=one["rise"],
                said=f"{one['size'] / 1024:,.0f} kB{each}",
                wrong=_too_large(one, full),
            )


def _too_large(one: dict[str, Any], full: dict[str, Any] | None) -> str:
    """Return as a sentence that a page grows with what it does not show; "" where it does not."""
    if full is None or one["size"] <= full["size"] * MOST_BYTES:
        return ""
    return f"the page is {one['size'] / full['size']:.1f} × that of {full['bids']:,} bids"


def here(about: dict[str, Any], asked: Asked) -> dict[str, Any]:
    """Ask for a page or file in this process, which holds nothing else."""
    has = Opened(about["tender"], tuple(about["bids"]), about["officer"], about["evaluator"])
    made = World(Path(about["folder"]), about["database"])
    path = asked.path.format(tender=has.tender, bid=has.bids[0], eighth=has.bids[7 % len(has.bids)])
    app = made.application()
    with app.app_context():
        client = signed_in(app, has.officer)
        # The smallest page warms up what every page needs.
        client.get("/account")
        client.get(path)
        before, taken, size, number = resident(), [], 0, 0
        for _ in range(2 if asked.grows else 5):
            with statements() as sent:
                began = time.process_time()
                with client.get(path, buffered=False) as answer:
                    if answer.status_code != 200:
                        raise RuntimeError(f"{path}: {answer.status_code}")
                    size = sum(len(piece) for piece in answer.response)
                taken.append((time.process_time() - began) * MILLI)
            number = len(sent)
        close()
    return {
        "name": asked.name,
        "ms": min(taken),
        "statements": number,
        "size": size,
        "rise": max(0.0, peak() - before),
    }


ROW = Row(
    "growth",
    "",
    "Pages and files of one tender with 15 questions, two evaluators and ever more bids",
    "the same page with 10 bids",
    "pages: the same statements, at most 1.5 × the time, from 100 bids on as large; files: time in "
    "proportion, memory not",
    measured,
)


if __name__ == "__main__":
    told = here(json.loads(sys.argv[1]), ASKED[int(sys.argv[2])])
    Path(sys.argv[3]).write_text(json.dumps(told), encoding="utf-8")
