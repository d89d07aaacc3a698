"""Rows that are there and no more: enough to be found by whoever may, and by nobody else."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, Date, DateTime, Enum, Integer, LargeBinary, Numeric, select

from foundation import clock
from foundation.database import Base, db, transaction
from foundation.tokens import new_token
from tests.whose_records import Place

# What the demonstration has none of: where its tender is, and the columns that matter.
WANTED: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("own_question", "awarded", {}),
    ("own_pack", "awarded", {}),
    ("invitation", "awarded", {"tender_id": None}),
    ("given_task", "awarded", {}),
    ("amendment", "open", {}),
    ("made_record", "awarded", {}),
    ("reopening", "awarded", {}),
    ("negotiated_schedule", "awarded", {}),
    ("reassessment_file", "awarded", {}),
    ("bid_question", "opened", {}),
    ("bid", "cancelled", {"brought_by_id": "person"}),
    ("passkey", "awarded", {}),
)


def add_bare_rows(places: dict[str, Place]) -> None:
    """Add one row of each kind that the demonstration lacks, beside what it belongs to."""
    db.session.commit()
    with transaction():
        for table, stage, said in WANTED:
            db.session.execute(row_of(table, places[stage], said))


def row_of(name: str, place: Place, said: dict[str, Any]) -> Any:
    table = Base.metadata.tables[name]
    values = {
        column.name: said.get(column.name, value_for(column, place))
        for column in table.columns
        if column.name != "id"
        and (not column.nullable or column.foreign_keys or column.name in said)
    }
    values |= {one: place.person for one, how in said.items() if how == "person"}
    return table.insert().values(values)


def value_for(column: Any, place: Place) -> Any:
    """Return something that fits into the column: the id of what is there, or a least value."""
    if column.foreign_keys:
        return belonging(column, place)
    if column.name == "token":
        return new_token()
    kind = column.type
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return next(iter(kind.enum_class))
    for of, value in LEAST:
        if isinstance(getattr(kind, "impl_instance", kind), of):
            return value() if callable(value) else value
    return {} if "JSON" in type(kind).__name__.upper() else new_token()


LEAST: tuple[tuple[type, Any], ...] = (
    (Boolean, False),
    (Integer, 1),
    (Numeric, Decimal(1)),
    (DateTime, lambda: clock.now()),
    (Date, lambda: clock.now().date()),
    (LargeBinary, b"x"),
)


def belonging(column: Any, place: Place) -> int | None:
    (key,) = column.foreign_keys
    of = key.column.table
    if column.name == "supplier_id":
        return place.supplier
    known = {"tender": place.tender, "bid": place.bid, "organisation": place.authority}
    known["person"] = place.person
    if of.name in known:
        return known[of.name] or None
    return db.session.scalar(select(key.column).order_by(key.column))
