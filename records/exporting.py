"""Everything an authority owns as one JSON document, made piece by piece.

Keys of no kind are in it. Records name each other by their tokens; numbers inside the database
stay inside, because their gaps would tell what others do. The shape is written down in
docs/records.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, select

from accounts.models import Organisation
from foundation.database import Base, db
from records.export_tables import Exported, tables
from records.exporting_opened import TELLING
from records.pack.items import shown

FORMAT = "supplier-assurance-export/1"
AS_IT_IS = frozenset({str, int, bool, float, type(None), dict, list})


def exported(authority: Organisation, made_at: datetime) -> Iterator[bytes]:
    """Return the document, a row a piece; rows in the order they were made.

    It sends a few statements for many rows of a table together, and keeps no more than those.
    """
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
    columns = [table.c.id, *(one for one in table.columns if _is_told(one, how))]
    targets = {
        place: target for place, one in enumerate(columns) if (target := _target(one)) is not None
    }
    called = [
        one.name.removesuffix("_id") if place in targets else one.name
        for place, one in enumerate(columns)
    ]
    last = 0
    while True:
        # By key rather than by cursor: no statement stays open while somebody reads slowly.
        rows = db.session.execute(
            select(*columns)
            .where(how.scope(table, authority), table.c.id > last)
            .order_by(table.c.id)
            .limit(how.at_once)
        ).all()
        if rows:
            known = names.read(rows, targets)
            more = TELLING[how.opens]([row[0] for row in rows]) if how.opens else {}
            for row in rows:
                yield {**_told(row, called, known), **more.get(row[0], {})}
            last = rows[-1][0]
        if len(rows) < how.at_once:
            return


def _is_told(column: Column[Any], how: Exported) -> bool:
    return column.name != "id" and column.name not in how.leaves


def _told(
    row: Sequence[Any], called: Sequence[str], known: Mapping[int, Mapping[int, str]]
) -> dict[str, Any]:
    """Return a row with names in place of numbers, without its own. Most values are told as they
    are, and this is done for each of very many."""
    told: dict[str, Any] = {}
    for place in range(1, len(called)):
        value = row[place]
        if place in known:
            value = known[place].get(value)
        elif type(value) not in AS_IT_IS:
            value = shown(value)
        told[called[place]] = value
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
    """The tokens of the records that the rows at hand name, by number."""

    def __init__(self) -> None:
        self._known: dict[str, Mapping[int, str]] = {}

    def read(
        self, rows: Sequence[Sequence[Any]], targets: Mapping[int, Table]
    ) -> dict[int, Mapping[int, str]]:
        """Return the tokens by number for each place in a row that names another record.

        Read is what is not known from the rows before, and nothing else is kept: the people and
        bids of a whole service need not fit into memory.
        """
        wanted: dict[Table, set[int]] = {}
        for place, table in targets.items():
            numbers = {row[place] for row in rows if row[place] is not None}
            wanted.setdefault(table, set()).update(numbers)
        for table, numbers in wanted.items():
            known = self._known.get(table.name, {})
            kept = {number: known[number] for number in numbers if number in known}
            missing = numbers - kept.keys()
            if missing:
                found = select(table.c.id, table.c.token).where(table.c.id.in_(missing))
                kept |= {int(key): str(token) for key, token in db.session.execute(found)}
            self._known[table.name] = kept
        return {place: self._known[table.name] for place, table in targets.items()}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
