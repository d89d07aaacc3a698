"""Runs the migrations with the application's own engine, so with its SQLite set-up."""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from foundation.database import db


def run_migrations() -> None:
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # Batch changes copy a table and drop the old one; foreign keys must look away.
            # The pragma does nothing inside a transaction, hence the raw connection.
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys = OFF")
        try:
            migrate_over(connection)
        finally:
            if connection.dialect.name == "sqlite":
                connection.rollback()
                connection.connection.dbapi_connection.execute("PRAGMA foreign_keys = ON")


def migrate_over(connection: Connection) -> None:
    arguments = current_app.extensions["migrate"].configure_args
    context.configure(connection=connection, target_metadata=db.metadata, **arguments)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Migrations need a database: run them without --sql")
run_migrations()
