"""Versions of the tables, and what changes them: Alembic, loaded where tables are changed.

Every version is a file ``migrations/versions/0026_….py`` with its number for its name. Whoever only
has to know the numbers reads the names: a process that serves pages does without Alembic's 11 MB.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from click import Command, Context
from flask import Flask
from werkzeug.local import LocalProxy

from foundation.database import db
from foundation.settings import ROOT

FOLDER = ROOT / "migrations"
EXTENSION = "migrate"
# In it Alembic keeps of which version the tables are.
VERSION_TABLE = "alembic_version"


def init_app(app: Flask) -> None:
    """Make ``flask db`` and ``flask_migrate`` find the migrations when they look for them."""

    def set_up() -> Any:
        from flask_migrate import Migrate

        Migrate(app, db, directory=str(FOLDER), render_as_batch=True)
        return app.extensions[EXTENSION]

    app.extensions[EXTENSION] = LocalProxy(set_up)
    app.cli.add_command(_Commands("db", help="Bring the tables to the version of this code."))


class _Commands(Command):
    """``flask db``: the commands of Flask-Migrate, which take its place when one is asked for."""

    def make_context(self, *args: Any, **extra: Any) -> Context:
        from flask_migrate.cli import db as commands

        made: Context = commands.make_context(*args, **extra)
        return made


def code_version() -> str:
    """Return the version of the tables that this code works with."""
    return max(code_versions())


@cache
def code_versions() -> frozenset[str]:
    """Return every version of the tables that this code knows. One that it does not know is newer:
    while processes are replaced one by one, the code before goes on working with it, because a
    release only adds to the tables of the one before (decision 78)."""
    return frozenset(path.name.partition("_")[0] for path in FOLDER.glob("versions/[0-9]*_*.py"))
