"""What a request changed in the database, seen by the database itself: nothing slips past it.

SQLite only: each table gets triggers that note every row and column that another value is put in.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from flask import Flask
from sqlalchemy import text

from foundation.database import Base, db

LOG = "noted_change"


class Change(NamedTuple):
    """One value put into one row. ``value`` as SQLite writes it; empty for a row taken away."""

    table: str
    kind: str
    row: int
    column: str
    value: str


def watch() -> None:
    """Let the database note, from now on, what is changed."""
    with db.engine.begin() as connection:
        connection.execute(
            text(
                f"CREATE TABLE IF NOT EXISTS {LOG} (id INTEGER PRIMARY KEY, of_table TEXT, "
                "kind TEXT, of_row INTEGER, of_column TEXT, value TEXT)"
            )
        )
        for table in Base.metadata.sorted_tables:
            names = [column.name for column in table.columns]
            for statement in triggers(table.name, names):
                connection.execute(statement)


def triggers(table: str, columns: list[str]) -> Iterator:
    """Yield the statements that make the triggers of one table."""
    into = f"INSERT INTO {LOG} (of_table, kind, of_row, of_column, value)"
    put = {
        "insert": [
            f"{into} VALUES ('{table}', 'insert', new.rowid, '{one}', quote(new.\"{one}\"));"
            for one in columns
        ],
        "update": [
            f"{into} SELECT '{table}', 'update', new.rowid, '{one}', quote(new.\"{one}\") "
            f'WHERE new."{one}" IS NOT old."{one}";'
            for one in columns
        ],
        "delete": [f"{into} VALUES ('{table}', 'delete', old.rowid, '', '');"],
    }
    for kind, steps in put.items():
        name = f"noted_{table}_{kind}"
        body = " ".join(steps).replace(":", "\\:")
        yield text(
            f'CREATE TRIGGER IF NOT EXISTS {name} AFTER {kind} ON "{table}" BEGIN {body} END'
        )


def taken() -> list[Change]:
    """Return what was changed since this was asked last."""
    with db.engine.begin() as connection:
        found = connection.execute(
            text(f"SELECT of_table, kind, of_row, of_column, value FROM {LOG} ORDER BY id")
        ).all()
        if found:
            connection.execute(text(f"DELETE FROM {LOG}"))
    return [Change(*row) for row in found]


class Kept:
    """A database as it was, to be put back."""

    def __init__(self, app: Flask, beside: Path) -> None:
        self.path = Path(app.extensions["settings"].database_url.removeprefix("sqlite:///"))
        self.copy = beside / "kept.db"
        self._close(checkpoint=True)
        shutil.copyfile(self.path, self.copy)

    def put_back(self) -> None:
        self._close()
        for end in ("-wal", "-shm", "-journal"):
            self.path.with_name(self.path.name + end).unlink(missing_ok=True)
        shutil.copyfile(self.copy, self.path)

    @staticmethod
    def _close(*, checkpoint: bool = False) -> None:
        db.session.remove()
        if checkpoint:
            with db.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
