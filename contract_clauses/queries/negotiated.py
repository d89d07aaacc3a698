"""Schedules that came back: the versions of a bid, one of them as it was read, its decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from contract_clauses import seals
from contract_clauses.models import NegotiatedDecision, NegotiatedSchedule
from contract_clauses.queries.schedules import ScheduledBid
from contract_clauses.rules.negotiated_kept import Kept, read_plain
from contract_clauses.rules.parts import ScheduledClause
from foundation import files
from foundation.chunks import ChunkReader
from foundation.database import db
from scoring.models import RiskControl
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid
from supplier_portal.queries.scanning import ToScan, scans_of
from supplier_portal.rules.scanning import NEVER_SCANNED, Scan, must_not_be_refused

ABOUT, READ = "negotiated-about", "negotiated-read"


@dataclass(frozen=True)
class Negotiated:
    """One version: what it is called, what it was compared with, and the decisions that count."""

    row: NegotiatedSchedule
    name: str
    remark: str
    compared_with: str
    caution: str
    scan: Scan
    # By what they are on: a clause, or a piece of one ("C13:4"). Each that counts.
    decisions: Mapping[str, NegotiatedDecision]

    @property
    def token(self) -> str:
        return self.row.token

    @property
    def number(self) -> int:
        return self.row.number

    def last_number(self, clause: str) -> int:
        """Return the number of the last decision on a clause or on a piece of it; 0 for none."""
        mine = (row.number for name, row in self.decisions.items() if clause_of(name) == clause)
        return max(mine, default=0)

    @property
    def touched(self) -> frozenset[str]:
        """Return the clauses on which, or on pieces of which, somebody decided."""
        return frozenset(map(clause_of, self.decisions))


def clause_of(name: str) -> str:
    """Return the clause that a decision is on, or on a piece of."""
    return name.partition(":")[0]


def versions_of(found: ScheduledBid) -> tuple[Negotiated, ...]:
    """Return the versions of a bid, the last first. Three statements, whatever their number."""
    bid = found.evaluated.opened.bid
    rows = db.session.scalars(
        select(NegotiatedSchedule)
        .options(joinedload(NegotiatedSchedule.added_by, innerjoin=True))
        .where(NegotiatedSchedule.bid_id == bid.id)
        .order_by(NegotiatedSchedule.number.desc())
    ).all()
    if not rows:
        return ()
    key = bid_seals.opened_key(bid)
    scans = scans_of([row.stored_name for row in rows])
    decided: dict[int, dict[str, NegotiatedDecision]] = {row.id: {} for row in rows}
    for decision in db.session.scalars(
        select(NegotiatedDecision)
        .options(joinedload(NegotiatedDecision.done_by, innerjoin=True))
        .where(NegotiatedDecision.negotiated_id.in_(decided))
        .order_by(NegotiatedDecision.number)
    ):
        decided[decision.negotiated_id][decision.clause] = decision
    return tuple(
        _version(row, key, scans.get(row.stored_name, NEVER_SCANNED), decided[row.id])
        for row in rows
    )


def _version(
    row: NegotiatedSchedule,
    key: bytes,
    scan: Scan,
    decisions: Mapping[str, NegotiatedDecision],
) -> Negotiated:
    about = seals.opened(ABOUT, row.token, key, row.sealed_about)
    return Negotiated(
        row,
        about["name"],
        about["remark"],
        about["compared_with"],
        about["caution"],
        scan,
        decisions,
    )


def kept_of(found: ScheduledBid, row: NegotiatedSchedule) -> Kept:
    """Return what was read of a version. Raises SealBroken."""
    key = bid_seals.opened_key(found.evaluated.opened.bid)
    return read_plain(seals.opened(READ, row.token, key, row.sealed_read))


def file_of(found: ScheduledBid, version: Negotiated) -> ChunkReader:
    """Return the file as it came. Raises FileRefused for malicious software."""
    must_not_be_refused(version.scan, version.name)
    return _open(version.row, bid_seals.opened_key(found.evaluated.opened.bid))


def file_to_scan(stored_name: str) -> ToScan | None:
    """Return a file that came back, for the scanner; app.py plugs this in."""
    found = db.session.execute(
        select(NegotiatedSchedule, Bid)
        .join(Bid, Bid.id == NegotiatedSchedule.bid_id)
        .where(NegotiatedSchedule.stored_name == stored_name)
        .limit(1)
    ).first()
    if found is None:
        return None
    row, bid = found
    return ToScan(_open(row, bid_seals.opened_key(bid)), ("bid", bid.token))


def _open(row: NegotiatedSchedule, key: bytes) -> ChunkReader:
    return files.open_stored(
        row.stored_name,
        key=bid_seals.unwrapped_file_key(row.token, row.wrapped_key, key),
        context=bid_seals.file_context(row.token),
    )


def risks_held_down(found: ScheduledBid) -> Mapping[str, tuple[str, ...]]:
    """Return the risks of the register that each clause holds down, by clause: those it answers,
    those of which it is expected, and those with a control that rests on it. One statement."""
    risks = [risk for risk in found.evaluated.risks if risk.stands]
    named: dict[str, set[str]] = {}
    by_row = {risk.row.id: risk.risk_id for risk in risks}
    known = found.evaluated.questionnaire.bank.risks
    for risk in risks:
        for one in (risk, *risk.parts):
            if one.risk_id in known:
                for clause in known[one.risk_id].clauses:
                    named.setdefault(clause, set()).add(risk.risk_id)
    for row_id, clause in db.session.execute(
        select(RiskControl.risk_row_id, RiskControl.clause_id).where(
            RiskControl.risk_row_id.in_(by_row), RiskControl.clause_id != ""
        )
    ):
        named.setdefault(clause, set()).add(by_row[row_id])
    ids = set(by_row.values())
    clauses: tuple[ScheduledClause, ...] = found.schedule.clauses
    for printed in clauses:
        if printed.id:
            named.setdefault(printed.id, set()).update(ids & set(printed.sources))
    return {clause: tuple(sorted(held)) for clause, held in named.items() if held}
