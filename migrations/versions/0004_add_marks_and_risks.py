"""Marks, requirement decisions and the risk register."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Tables whose rows are only ever added.
ADDED_TO_ONLY = ("mark", "requirement_decision", "risk_decision")


def upgrade() -> None:
    create_mark()
    create_requirement_decision()
    create_risk_row()
    create_risk_decision()
    refuse_changes()


def create_mark() -> None:
    op.create_table(
        "mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("feedback", sa.Text(), nullable=False),
        sa.Column("internal_comment", sa.Text(), nullable=False),
        sa.Column("suggested", sa.Integer(), nullable=False),
        sa.Column("evaluator_id", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mark"),
        sa.UniqueConstraint("bid_id", "question_id", "number", name="uq_mark_bid_id"),
        sa.CheckConstraint("mark BETWEEN 0 AND 5", name=op.f("ck_mark_mark")),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_mark_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["evaluator_id"], ["person.id"], name="fk_mark_evaluator_id_person"
        ),
    )


def create_requirement_decision() -> None:
    op.create_table(
        "requirement_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("found", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_requirement_decision"),
        sa.UniqueConstraint(
            "bid_id", "question_id", "number", name="uq_requirement_decision_bid_id"
        ),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_requirement_decision_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name="fk_requirement_decision_decided_by_id_person"
        ),
    )


def create_risk_row() -> None:
    op.create_table(
        "risk_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("risk_id", sa.String(), nullable=False),
        sa.Column("causes", sa.JSON(), nullable=False),
        sa.Column("likelihood", sa.Integer(), nullable=False),
        sa.Column("impact", sa.Integer(), nullable=False),
        sa.Column("bank_version", sa.String(), nullable=False),
        sa.Column("raised_at", sa.DateTime(), nullable=False),
        sa.Column("raised_by_id", sa.Integer(), nullable=True),
        sa.Column("raised_because", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_risk_row"),
        sa.UniqueConstraint("token", name="uq_risk_row_token"),
        sa.UniqueConstraint("bid_id", "risk_id", name="uq_risk_row_bid_id"),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_risk_row_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["raised_by_id"], ["person.id"], name="fk_risk_row_raised_by_id_person"
        ),
    )


def create_risk_decision() -> None:
    op.create_table(
        "risk_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("risk_row_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("consequence", sa.Text(), nullable=False),
        sa.Column("likelihood", sa.Integer(), nullable=False),
        sa.Column("impact", sa.Integer(), nullable=False),
        sa.Column("treatment", sa.String(40), nullable=False),
        sa.Column("actions", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("residual_likelihood", sa.Integer(), nullable=True),
        sa.Column("residual_impact", sa.Integer(), nullable=True),
        sa.Column("target_likelihood", sa.Integer(), nullable=True),
        sa.Column("target_impact", sa.Integer(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_risk_decision"),
        sa.UniqueConstraint("risk_row_id", "number", name="uq_risk_decision_risk_row_id"),
        sa.ForeignKeyConstraint(
            ["risk_row_id"], ["risk_row.id"], name="fk_risk_decision_risk_row_id_risk_row"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name="fk_risk_decision_decided_by_id_person"
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
    for table in ("risk_decision", "risk_row", "requirement_decision", "mark"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in ADDED_TO_ONLY:
            op.execute(f"DROP FUNCTION {table}_is_never_changed")
