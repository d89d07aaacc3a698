"""Runs the migrations with the application's own engine, so with its SQLite set-up.

On PostgreSQL the service goes on while they run: each is a transaction of its own that waits only
a few seconds for a table, because whoever comes after it would wait behind it; and of two that
begin at once one waits until the other is done.
"""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import Connection, text

from foundation.database import MIGRATING, db

# How long one change waits for a table that others use, before it is to be tried again.
LONGEST_WAIT = "5s"


def run_migrations() -> None:
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # Batch changes copy a table and drop the old one; foreign keys must look away.
            # The pragma does nothing inside a transaction, hence the raw connection.
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys = OFF")
        else:
            connection.execute(text(f"SELECT pg_advisory_lock({MIGRATING})"))
            connection.execute(text(f"SET lock_timeout = '{LONGEST_WAIT}'"))
            connection.commit()
        try:
            migrate_over(connection)
        finally:
            connection.rollback()
            if connection.dialect.name == "sqlite":
                connection.connection.dbapi_connection.execute("PRAGMA foreign_keys = ON")
            else:
                # The connection goes back to the pool, so what was set for it has to go.
                connection.execute(text("RESET lock_timeout"))
                connection.execute(text(f"SELECT pg_advisory_unlock({MIGRATING})"))
                connection.commit()


def migrate_over(connection: Connection) -> None:
    arguments = current_app.extensions["migrate"].configure_args
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        transaction_per_migration=True,
        **arguments,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Migrations need a database: run them without --sql")
run_migrations()
