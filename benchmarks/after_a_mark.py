"""The ranking of very many bids: `python -m benchmarks.after_a_mark [bids] [questions]`.

A tender that two people evaluated, with everything marked, agreed and priced, written into a
temporary folder by bulk insert. Prints how long the ranking page, its next page, why a bid has its
figures, the panel's queue, and working the ranking out again after one agreed mark take. Exits 1
where a page takes more than 1.5 seconds or 15 statements, or the ranking after a change more than a
second.
"""

from __future__ import annotations

import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import insert, select

from benchmarks.marked_tender import Made, build
from benchmarks.pages import MOST_SECONDS, application, client_of, is_quick
from foundation.database import db, transaction
from scoring.models import AgreedMark
from scoring.queries.ranked import ranking_of
from scoring.rules.disagreement import CellState
from scoring.service.standings import stand_anew
from supplier_portal.models import Bid

MOST_AFTER_A_CHANGE = 1.0


def main() -> int:
    bids, questions = (int(text) for text in (*sys.argv[1:], *("5000", "150")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as folder:
        app = application(Path(folder))
        with app.app_context():
            upgrade()
            began = time.perf_counter()
            made = build(bids, questions)
            print(
                f"{bids} bids × {questions} questions × 2 evaluators, built in "
                f"{time.perf_counter() - began:.0f} s; goal {MOST_SECONDS} s a page"
            )
            return measured(app, made)


def measured(app: Flask, made: Made) -> int:
    root = f"/evaluation/tenders/{made.tender.token}/ranking"
    queue = f"/evaluation/tenders/{made.tender.token}/moderation?state={CellState.AGREED}"
    officer, evaluator = (client_of(app, one) for one in (made.officer, made.evaluator))
    placed = ranking_of(made.tender).placed
    pages = {
        "ranking, an officer": partial(officer.get, root),
        "its next page": partial(officer.get, f"{root}?after={placed[99].key}"),
        "why a bid has its figures": partial(officer.get, f"/evaluation/bids/{placed[7].key}/rank"),
        "ranking, an evaluator": partial(evaluator.get, root),
        "the panel's queue": partial(officer.get, queue),
        "its last page": partial(officer.get, f"{queue}&page=50"),
    }
    slow = [what for what, ask in pages.items() if not is_quick(what, ask)]
    change = partial(after_a_change, made)
    if not is_quick("ranking after a change", change, MOST_AFTER_A_CHANGE):
        slow.append("after a change")
    return 1 if slow else 0


def after_a_change(made: Made) -> None:
    """Agree one mark anew, bring up where its bid stands, and work the whole ranking out."""
    with transaction():
        newest = select(AgreedMark).order_by(AgreedMark.id.desc()).limit(1)
        last = db.session.scalars(newest).one()
        row = values_of(last) | {"number": last.number + 1, "mark": (last.mark + 1) % 6}
        db.session.execute(insert(AgreedMark).values(row))
        stand_anew(db.session.get_one(Bid, last.bid_id))
    ranking_of(made.tender)
    db.session.rollback()


def values_of(row: AgreedMark) -> dict[str, Any]:
    columns = (column.key for column in row.__table__.columns if column.key != "id")
    return {name: getattr(row, name) for name in columns}


if __name__ == "__main__":
    sys.exit(main())
