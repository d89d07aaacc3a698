"""Many write and read one answer at the same time: nobody's words are lost without his knowing."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from foundation import clock
from foundation.database import db
from supplier_portal import queries, seals, service
from supplier_portal.models import AnswerVersion, Bid
from tests import proving
from tests.factories import viewer_of
from tests.linear import Operation, contradictions

PART = "SLP-07.a"
WRITERS = proving.size("writers", 6)
ROUNDS = proving.size("rounds", 4)


class Writer:
    """Reads the answer, writes another over what was read, and notes what came of it."""

    def __init__(self, app, bid, by, number):
        self.app, self.bid_id, self.by, self.number = app, bid.id, by, number
        self.history, self.refused = [], []

    def work(self, together):
        together.wait(60)
        for turn in range(ROUNDS):
            self.save(self.read(), f"{self.number} in round {turn}")

    def read(self):
        began = time.monotonic()
        with self.app.app_context():
            saved = queries.saved_answers(db.session.get_one(Bid, self.bid_id)).get(PART)
            version, value = (saved.version, saved.value) if saved else (0, "")
        self.history.append(Operation(began, time.monotonic(), version, value))
        return version

    def save(self, version, words):
        began = time.monotonic()
        with self.app.app_context():
            bid = db.session.get_one(Bid, self.bid_id)
            try:
                done = service.save_answers(
                    bid, {PART: (version, words)}, by=self.by, arrived_at=clock.now()
                )
            except service.Conflict as conflict:
                [clash] = conflict.clashes
                self.refused.append(clash.yours == words)
                said = Operation(began, time.monotonic(), clash.version, clash.theirs)
            else:
                now = done.versions[PART]
                said = Operation(began, time.monotonic(), now, words, based_on=version)
        self.history.append(said)


@pytest.mark.both_databases
def test_of_many_who_write_one_answer_each_is_saved_or_told_and_one_order_explains_it(
    app, bid, lead
):
    writers = [Writer(app, bid, viewer_of(lead), number) for number in range(WRITERS)]
    together = threading.Barrier(WRITERS)
    db.session.commit()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda writer: writer.work(together), writers))

    history = [one for writer in writers for one in writer.history]
    written = {one.version: one.value for one in history if one.based_on is not None}
    refused = [shown for writer in writers for shown in writer.refused]
    proving.tell(operations=len(history), saved=len(written), refused_and_shown=len(refused))
    assert contradictions(history) == []
    assert kept(bid) == written
    # Whoever was not saved was told so with his own words, and nobody was neither.
    assert all(refused)
    assert len(written) + len(refused) == WRITERS * ROUNDS
    assert len(refused) > 0


def kept(bid):
    """Return every version the database holds, opened."""
    db.session.expire_all()
    rows = db.session.scalars(
        select(AnswerVersion).where(AnswerVersion.bid_id == bid.id, AnswerVersion.part_id == PART)
    )
    key = seals.supplier_key(bid)
    return {row.version: seals.open_answer(bid, key, PART, row.version, row.sealed) for row in rows}
