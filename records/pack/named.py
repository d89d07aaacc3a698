"""Rows of a table with the name of the person each names, as lists of a record show them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select

from accounts.models import Person
from foundation.database import db


def with_names(table: Any, column: Any, *where: ColumnElement[bool], order: Any = None) -> Any:
    """Return rows and names, in the order in which they were written or by ``order``.

    ``column`` is the one of ``table`` that names the person.
    """
    return db.session.execute(
        select(table, Person.name)
        .join(Person, Person.id == column)
        .where(*where)
        .order_by(table.id if order is None else order)
    )
