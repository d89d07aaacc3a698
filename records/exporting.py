"""Everything an authority owns as one JSON document, made piece by piece.

Keys of no kind are in it. Records name each other by their tokens; numbers inside the database
stay inside, because their gaps would tell what others do. The shape is written down in
docs/records.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import Column, RowMapping, Table, select
from sqlalchemy.orm import joinedload, undefer

from accounts.models import Organisation, Person
from foundation.database import Base, db
from records import exporting_contracts, exporting_prices
from records.export_tables import Exported, tables
from records.pack.items import shown
from scoring import seals
from scoring.models import (
    AgreedMark,
    BidQuestion,
    BidResult,
    ExclusionEvent,
    ExclusionParty,
    InterestDeclaration,
    InterestInBid,
    Mark,
    OutcomeLetter,
    OwnRiskDecision,
    RiskAcceptance,
    RiskAction,
    RiskControl,
    RiskRow,
)
from scoring.queries.exclusions import place_of
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid, BroughtBid, Evidence, Submission
from tenders.models import Tender

FORMAT = "supplier-assurance-export/1"
AT_ONCE = 200


def exported(authority: Organisation, made_at: datetime) -> Iterator[bytes]:
    """Return the document, a row a piece; rows in the order they were made."""
    about = {
        "format": FORMAT,
        "made_at": shown(made_at),
        "authority": {"token": authority.token, "name": authority.name},
    }
    yield (_json(about)[:-1] + ',\n"tables":{').encode()
    names = _Names()
    for number, (table, how) in enumerate(tables()):
        yield f'{"," if number else ""}\n"{table.name}":['.encode()
        for line, row in enumerate(_rows(table, how, authority.id, names)):
            yield f"{',' if line else ''}\n{_json(row)}".encode()
        yield b"]"
    yield b"\n}}\n"


def _rows(table: Table, how: Exported, authority: int, names: _Names) -> Iterator[dict[str, Any]]:
    columns = [column for column in table.columns if column.name not in how.leaves]
    last = 0
    while True:
        # By key rather than by cursor: no statement stays open while somebody reads slowly.
        rows = (
            db.session.execute(
                select(*columns)
                .where(how.scope(table, authority), table.c.id > last)
                .order_by(table.c.id)
                .limit(AT_ONCE)
            )
            .mappings()
            .all()
        )
        for row in rows:
            opened = OPENED[how.opens](row["id"]) if how.opens else {}
            yield {**_told(row, columns, names), **opened}
        if len(rows) < AT_ONCE:
            return
        last = rows[-1]["id"]


def _told(row: RowMapping, columns: list[Column[Any]], names: _Names) -> dict[str, Any]:
    """Return a row with names in place of numbers, without its own."""
    told: dict[str, Any] = {}
    for column in columns:
        value = row[column.name]
        target = _target(column)
        if target is not None:
            told[column.name.removesuffix("_id")] = names.of(target, value)
        elif column.name != "id":
            told[column.name] = shown(value)
    return told


def _target(column: Column[Any]) -> Table | None:
    """Return the table a column names a record of."""
    for key in column.foreign_keys:
        return key.column.table
    # No foreign key, because tenders come later than memberships.
    if column.name == "tender_id":
        return Base.metadata.tables["tender"]
    return None


class _Names:
    """The tokens of records by number, read once for each table."""

    def __init__(self) -> None:
        self._known: dict[str, Mapping[int, str]] = {}

    def of(self, table: Table, number: int | None) -> str | None:
        if number is None:
            return None
        if table.name not in self._known:
            rows = db.session.execute(select(table.c.id, table.c.token))
            self._known[table.name] = {int(key): str(token) for key, token in rows}
        return self._known[table.name].get(number)


def _key(bid_id: int) -> tuple[Bid, bytes] | None:
    """Return a bid and its key; None once what it said was destroyed."""
    bid = db.session.scalars(
        select(Bid).options(joinedload(Bid.tender)).where(Bid.id == bid_id)
    ).one()
    if bid.tender.content_destroyed_at is not None:
        return None
    return bid, bid_seals.opened_key(bid)


DESTROYED = {"content": "destroyed"}


def _submission(row_id: int) -> dict[str, Any]:
    """Return what was handed in; of versions replaced before the opening only the hashes."""
    row = db.session.scalars(
        select(Submission).options(undefer(Submission.sealed)).where(Submission.id == row_id)
    ).one()
    later = db.session.scalar(
        select(Submission.id)
        .where(Submission.bid_id == row.bid_id, Submission.number > row.number)
        .limit(1)
    )
    if later is not None:
        return {"content": "replaced by a later version before the opening"}
    if (opened := _key(row.bid_id)) is None:
        return DESTROYED
    return {"content": json.loads(bid_seals.open_submission(*opened, row))}


def _evidence(row_id: int) -> dict[str, Any]:
    row = db.session.get_one(Evidence, row_id)
    if (opened := _key(row.bid_id)) is None:
        return DESTROYED
    return {"content": bid_seals.open_about(row, opened[1])}


def _brought(row_id: int) -> dict[str, Any]:
    row = db.session.get_one(BroughtBid, row_id)
    if (opened := _key(row.bid_id)) is None:
        return DESTROYED
    return {"content": bid_seals.open_brought(opened[0], opened[1], row.sealed)}


def _question(row_id: int) -> dict[str, Any]:
    row = db.session.get_one(BidQuestion, row_id)
    if (opened := _key(row.bid_id)) is None:
        return DESTROYED
    key = opened[1]
    answer = (
        seals.open_text(seals.ANSWERED, row.token, key, row.sealed_answer)
        if row.sealed_answer
        else None
    )
    text = seals.open_text(seals.ASKED, row.token, key, row.sealed_text)
    return {"content": {"text": text, "answer": answer}}


def _result(row_id: int) -> dict[str, Any]:
    row = db.session.get_one(BidResult, row_id)
    if (opened := _key(row.bid_id)) is None:
        return DESTROYED
    text = seals.open_text(seals.SUMMARY, row.token, opened[1], row.sealed_summary)
    return {"content": json.loads(text)}


def _letter(row_id: int) -> dict[str, Any]:
    row = db.session.get_one(OutcomeLetter, row_id)
    if (opened := _key(row.bid_id)) is None:
        return DESTROYED
    text = seals.open_text(seals.LETTER, row.token, opened[1], row.sealed_text)
    return {"content": json.loads(text)}


def _party(row_id: int) -> dict[str, Any]:
    row = db.session.get_one(ExclusionParty, row_id)
    if (opened := _key(row.bid_id)) is None:
        return DESTROYED
    return {"content": seals.open_text(seals.PARTY, row.token, opened[1], row.sealed_name)}


def _event(row_id: int) -> dict[str, Any]:
    row = db.session.get_one(ExclusionEvent, row_id)
    party = db.session.get_one(ExclusionParty, row.party_id)
    if (opened := _key(party.bid_id)) is None:
        return DESTROYED
    place = place_of(party.token, row.number)
    text = seals.open_text(seals.EXCLUSION, place, opened[1], row.sealed_text)
    return {"content": json.loads(text)}


def _interest(row_id: int) -> dict[str, Any]:
    """Return whose declaration names the bid, and which of his."""
    person, number = db.session.execute(
        select(Person.token, InterestDeclaration.number)
        .join(InterestDeclaration, InterestDeclaration.person_id == Person.id)
        .join(InterestInBid, InterestInBid.declaration_id == InterestDeclaration.id)
        .where(InterestInBid.id == row_id)
    ).one()
    return {"person": person, "declaration": number}


def _agreed(row_id: int) -> dict[str, Any]:
    """Return the marks that were on the table: whose, and which of his for the question."""
    considered = db.session.get_one(AgreedMark, row_id).considered
    rows = db.session.execute(
        select(Person.token, Mark.number)
        .join(Mark, Mark.evaluator_id == Person.id)
        .where(Mark.id.in_(considered))
        .order_by(Mark.id)
    )
    return {"considered": [{"evaluator": token, "number": number} for token, number in rows]}


def _added(row_id: int) -> dict[str, Any]:
    """Return the tender of a risk that one authority added: it may be another authority's."""
    found = db.session.scalars(
        select(Tender.token)
        .join(Bid, Bid.tender_id == Tender.id)
        .join(RiskRow, RiskRow.bid_id == Bid.id)
        .where(RiskRow.id == row_id, RiskRow.authority_id.is_not(None))
    ).first()
    return {"tender": found} if found is not None else {}


def _about_a_risk(table: Any, row_id: int) -> dict[str, Any]:
    """Return what one authority's row is about, for the tender may be another authority's."""
    tender, risk = db.session.execute(
        select(Tender.token, RiskRow.risk_id)
        .join(Bid, Bid.tender_id == Tender.id)
        .join(RiskRow, RiskRow.bid_id == Bid.id)
        .join(table, table.risk_row_id == RiskRow.id)
        .where(table.id == row_id)
    ).one()
    return {"tender": tender, "risk": risk}


OPENED: Mapping[str, Callable[[int], dict[str, Any]]] = {
    "submission": _submission,
    "evidence": _evidence,
    "brought": _brought,
    "question": _question,
    "result": _result,
    "letter": _letter,
    "party": _party,
    "event": _event,
    "added risk": _added,
    "own register": partial(_about_a_risk, OwnRiskDecision),
    "action": partial(_about_a_risk, RiskAction),
    "control": partial(_about_a_risk, RiskControl),
    "acceptance": partial(_about_a_risk, RiskAcceptance),
    "interest": _interest,
    "agreed": _agreed,
    "prices": exporting_prices.prices,
    "low price": exporting_prices.low_price,
    **exporting_contracts.OPENED,
}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value)
