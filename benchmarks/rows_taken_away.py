"""Rows 9 and 12: everything of an authority, and the risk register, as files to take away."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

from sqlalchemy import select

from accounts.models import Organisation
from benchmarks.harness import MILLI, Line, Row, in_turn, sized
from benchmarks.pages import statements
from benchmarks.rows_answering import both
from benchmarks.rows_evaluating import opened, shown
from benchmarks.worlds import close
from foundation import clock
from foundation.database import db
from records.exporting import exported
from supplier_portal.models import Bid, Submission
from supplier_portal.queries import every_opened_bid


def answers_taken_away() -> list[Line]:
    """All that 200 bids say as JSON, beside one statement that reads and a loop that opens."""
    bids = sized(200, 20)
    with opened(bids, 15) as (made, _), made.application().app_context():
        submission = db.session.scalars(select(Submission).limit(1)).one()
        tender = db.session.get_one(Bid, submission.bid_id).tender
        authority = db.session.get_one(Organisation, tender.authority_id)
        sizes = {}

        def whole() -> None:
            db.session.expunge_all()
            sizes["ours"] = sum(len(piece) for piece in _read(authority.id))

        def plain() -> None:
            db.session.expunge_all()
            own = db.session.get_one(type(tender), tender.id)
            said = [json.dumps(one.content) for one in every_opened_bid(own)]
            sizes["bare"] = sum(map(len, said))

        found = in_turn({"ours": whole, "bare": plain}, 1)
        with statements() as sent:
            began = time.process_time()
            next(exported(authority, clock.now()))
            first = (time.process_time() - began) * MILLI
            whole()
        close()
    return [
        Line(
            f"everything of an authority with {bids:,} bids × 15 answers",
            found["ours"],
            found["bare"],
            most=2,
            fail=4,
            statements=len(sent),
            most_statements=5,
            said=f"first byte after {first:.1f} ms, {sizes['ours'] / 1e6:.1f} MB in all",
        )
    ]


def _read(authority: int) -> Iterator[bytes]:
    return exported(db.session.get_one(Organisation, authority), clock.now())


def registers() -> list[Line]:
    with opened(7, 15) as (made, has), both(made) as served:
        path = f"/evaluation/tenders/{has.tender}/risk-register.xlsx"
        return [
            shown(
                made, served, has.officer, path, "203 risks of 7 bids",
                times=sized(10, 2), most=15, fail=25,
            )
        ]  # fmt: skip


ROWS = (
    Row(
        "export",
        "9",
        "Everything an authority owns as JSON, with all answers, marks and risks",
        "the same bids read by one statement, opened and written in a loop, without the rest",
        "2 × (never over 4), first byte within 50 ms",
        answers_taken_away,
    ),
    Row(
        "register",
        "12",
        "GET of the risk register as Excel, with its heat map, causes and change log",
        "bare Flask, a page of 20 boxes",
        "15 ms (never over 25)",
        registers,
    ),
)
