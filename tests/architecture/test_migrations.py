"""The migrations make exactly the tables the program describes, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from foundation import audit
from foundation.database import db, transaction

FOLDER = Path(__file__).parents[2] / "migrations"


def test_there_is_one_head():
    assert len(ScriptDirectory(str(FOLDER)).get_heads()) == 1


def test_migrations_are_numbered_and_import_no_tables():
    for path in (FOLDER / "versions").glob("*.py"):
        source = path.read_text(encoding="utf-8")

        assert f'revision = "{path.name[:4]}"' in source
        assert "from alembic import op" in source
        assert "models" not in source


@pytest.mark.both_databases
def test_migrating_leaves_no_difference_to_the_tables_described(app):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, db.metadata) == []


@pytest.mark.both_databases
def test_migrations_go_back_to_nothing_and_forward_again(app):
    downgrade(revision="base")
    db.session.remove()
    assert [name for name in inspect(db.engine).get_table_names() if name in db.metadata] == []

    upgrade()

    assert set(db.metadata.tables) <= set(inspect(db.engine).get_table_names())


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_entry SET actor = 'nobody'", "DELETE FROM audit_entry"],
    ids=["update", "delete"],
)
def test_the_database_itself_refuses_to_change_an_audit_entry(app, statement):
    with transaction():
        audit.record("tender.published", actor="system", subject=("tender", "t"))

    with pytest.raises(DatabaseError, match="never changed"):
        db.session.execute(text(statement))
    db.session.rollback()
