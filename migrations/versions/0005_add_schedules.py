"""What officers decide about contract schedules: clauses in or out, values entered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ADDED_TO_ONLY = ("clause_decision", "variable_value")


def upgrade() -> None:
    create_clause_decision()
    create_variable_value()
    refuse_changes()


def create_clause_decision() -> None:
    op.create_table(
        "clause_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("wish", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_clause_decision"),
        sa.UniqueConstraint("bid_id", "clause_id", "number", name="uq_clause_decision_bid_id"),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_clause_decision_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name="fk_clause_decision_decided_by_id_person"
        ),
    )


def create_variable_value() -> None:
    op.create_table(
        "variable_value",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_variable_value"),
        sa.UniqueConstraint(
            "bid_id", "clause_id", "name", "number", name="uq_variable_value_bid_id"
        ),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_variable_value_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["person.id"], name="fk_variable_value_entered_by_id_person"
        ),
    )


def refuse_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in ADDED_TO_ONLY:
            for change in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_refuses_{change.lower()} BEFORE {change} "
                    f"ON {table} BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END"
                )
        return
    for table in ADDED_TO_ONLY:
        op.execute(
            f"CREATE FUNCTION {table}_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is never changed'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE "
            f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_never_changed()"
        )


def downgrade() -> None:
    for table in ADDED_TO_ONLY:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in ADDED_TO_ONLY:
            op.execute(f"DROP FUNCTION {table}_is_never_changed")
