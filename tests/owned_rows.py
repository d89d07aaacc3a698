"""A row of every exported table for each of several owners, so that a scope can be asked about all.

No row says anything but whose it is: the ids it names are those of its own owner.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Table

from contract_clauses.rules.reassessing import Step
from foundation.database import Base, db
from records.export_tables import EXPORTED
from supplier_portal.rules.stages import BidStage
from tenders.rules.lifecycle import Stage
from tests.bare_rows import value_for
from tests.whose_records import Place

# Named by rows that are exported, and not exported themselves.
NAMED_TOO = frozenset({"outage", "document", "document_revision"})
# Here a company is named where other tables name an authority.
OF_A_COMPANY = frozenset({"supplier_id", "asked_for_id"})
# Every number that a row names is put in here by itself.
NOWHERE = Place(0, 0, 0, 0, 0, 0)
# Empty unless said: nobody decides what he asked for, and a risk belongs to all of a tender.
LEFT_EMPTY = frozenset(
    {
        ("approval", "decided_by_id"),
        ("issued_schedule", "answers_id"),
        ("risk_row", "authority_id"),
        ("made_record", "bid_id"),
    }
)


@dataclass(frozen=True)
class Owned:
    """The ids of one owner's rows by table; ``supplier``: the company of its bid."""

    ids: dict[str, int] = field(default_factory=dict)
    supplier: list[int] = field(default_factory=list)


def authority_with_rows() -> Owned:
    """Return an authority with a row in every table that leads to no tender."""
    owned = Owned()
    for table in _made():
        if not _leads_to(table, "tender"):
            add(table.name, owned)
    return owned


def tender_with_rows(authority: Owned, stage: Stage, bid: BidStage, **tender: Any) -> Owned:
    """Return a tender of the authority with one bid, and a row in every table beneath them."""
    owned = Owned(dict(authority.ids))
    company = Owned()
    add("organisation", company)
    owned.supplier.append(company.ids["organisation"])
    for table in _made():
        if _leads_to(table, "tender"):
            said: dict[str, dict[str, Any]] = {
                "tender": {"stage": stage, **tender},
                "bid": {"stage": bid},
                "reassessment_event": {"step": Step.HANDED_IN},
                "mark_lock": {"last_mark_id": 0},
            }
            add(table.name, owned, **said.get(table.name, {}))
    return owned


def add(name: str, owned: Owned, **said: Any) -> int:
    """Add a row to the table and return its number; of its owner's rows it is the newest."""
    table = Base.metadata.tables[name]
    values = {
        column.name: _value(column, owned)
        for column in table.columns
        if column.name not in {"id", *said}
        and (not column.nullable or column.foreign_keys)
        and (name, column.name) not in LEFT_EMPTY
    }
    made = db.session.execute(table.insert().values(**values, **said))
    [owned.ids[name]] = made.inserted_primary_key  # type: ignore[attr-defined]
    return owned.ids[name]


def _made() -> list[Table]:
    wanted = EXPORTED.keys() | NAMED_TOO
    return [table for table in Base.metadata.sorted_tables if table.name in wanted]


def _leads_to(table: Table, name: str) -> bool:
    above = {key.column.table for column in table.columns for key in column.foreign_keys}
    return table.name == name or any(_leads_to(one, name) for one in above - {table})


def _value(column: Column[Any], owned: Owned) -> Any:
    for key in column.foreign_keys:
        if column.name in OF_A_COMPANY and owned.supplier:
            return owned.supplier[0]
        return owned.ids[key.column.table.name]
    value = value_for(column, NOWHERE)
    return value.lower() if column.name == "email" else value
