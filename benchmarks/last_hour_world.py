"""The world of `benchmarks.last_hour`: what is there before, and whether it is there afterwards."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from accounts.rules.roles import Role
from foundation import clock
from foundation.database import db
from records.backups.contents import faults_of_chains, faults_of_receipts
from supplier_portal import queries, seals, service
from supplier_portal.models import AnswerVersion, Bid, Submission
from supplier_portal.queries.receipts_kept import that_do_not_open
from tenders.models import Tender
from tests import factories, postgresql
from tests.conftest import execute
from tests.pages.supplier_portal.test_kills import PART
from tests.served import Served, Visitor


@dataclass
class Organisation:
    """A company with its bid, and what it was told is done."""

    visitor: Visitor
    bid_id: int
    url: str
    guard: threading.Lock = field(default_factory=threading.Lock)
    saved: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    handed_in: int = 0
    refused: int = 0


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'supplier_assurance.db'}"
        return
    with postgresql.server(durable=True) as address:
        execute(address, "CREATE DATABASE last_hour")
        yield address.format(name="last_hour")


def made(closes_at: datetime, organisations: int) -> list[tuple[Any, int, str]]:
    """Make a tender and a bid of each organisation."""
    tender = factories.make_open_tender(closes_at=closes_at)
    found = []
    for number in range(organisations):
        lead = factories.make_person(Role.BID_LEAD, factories.make_supplier(f"Company {number}"))
        bid = service.start_bid(tender, by=factories.viewer_of(lead), arrived_at=clock.now())
        found.append((lead, bid.id, f"/bids/{bid.token}"))
    return found


def checked(people: list[Organisation], closes_at: datetime) -> list[str]:
    """Return what is not there, does not verify, or was decided otherwise than it arrived."""
    connection = db.session.connection()
    wrong = [str(one) for one in faults_of_chains(connection)]
    wrong += [*faults_of_receipts(connection), *that_do_not_open()]
    kept = Counter(db.session.scalars(select(Submission.bid_id)))
    wrong += [
        f"arrived at {one.arrived_at}"
        for one in db.session.scalars(select(Submission))
        if one.arrived_at >= closes_at
    ]
    for one in people:
        bid = db.session.get_one(Bid, one.bid_id)
        key = seals.supplier_key(bid)
        versions = db.session.scalars(
            select(AnswerVersion).where(
                AnswerVersion.bid_id == bid.id, AnswerVersion.part_id == PART
            )
        )
        words = {seals.open_answer(bid, key, PART, each.version, each.sealed) for each in versions}
        names = {file.name for file in queries.evidence_of(bid).values()}
        wrong += [f"lost: {text}" for text in one.saved if text not in words]
        wrong += [f"lost: {name}" for name in one.sent if name not in names]
        wrong += ["lost: a submission"] if kept[bid.id] < one.handed_in else []
    return wrong


def close(at: datetime) -> None:
    db.session.execute(update(Tender).values(closes_at=at))
    db.session.commit()


def used_by(server: Served) -> float:
    """Return the seconds of processor time of the processes that serve."""
    ticks = 0
    for worker in server.workers:
        fields = Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_of(server: Served) -> int:
    """Return the most memory that a process that serves has taken, in megabytes."""
    peaks = []
    for worker in server.workers:
        for line in Path(f"/proc/{worker}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                peaks.append(int(line.split()[1]) // 1024)
    return max(peaks)
