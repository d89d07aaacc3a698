"""Bids from other portals, questions about opened bids, results, what is confidential."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ADDED_TO_ONLY = ("bid_result", "confidentiality_decision")


def upgrade() -> None:
    create_brought_bid()
    create_bid_question()
    create_bid_result()
    create_confidentiality_decision()
    refuse_changes()


def create_brought_bid() -> None:
    op.create_table(
        "brought_bid",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_brought_bid"),
        sa.UniqueConstraint("bid_id", name="uq_brought_bid_bid_id"),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_brought_bid_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["saved_by_id"], ["person.id"], name="fk_brought_bid_saved_by_id_person"
        ),
    )


def create_bid_question() -> None:
    op.create_table(
        "bid_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("answer_until", sa.DateTime(), nullable=False),
        sa.Column("sealed_answer", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("may_count", sa.Boolean(), nullable=True),
        sa.Column("may_count_because", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name="fk_bid_question_answered_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name="fk_bid_question_asked_by_id_person"
        ),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_bid_question_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name="fk_bid_question_decided_by_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_bid_question"),
        sa.UniqueConstraint("token", name="uq_bid_question_token"),
    )
    op.create_index("ix_bid_question_bid_id", "bid_question", ["bid_id"])


def create_bid_result() -> None:
    op.create_table(
        "bid_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("successful", sa.Boolean(), nullable=False),
        sa.Column("sealed_summary", sa.LargeBinary(), nullable=False),
        sa.Column("released_at", sa.DateTime(), nullable=False),
        sa.Column("released_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_bid_result_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["person.id"], name="fk_bid_result_released_by_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_bid_result"),
        sa.UniqueConstraint("bid_id", name="uq_bid_result_bid_id"),
        sa.UniqueConstraint("token", name="uq_bid_result_token"),
    )


def create_confidentiality_decision() -> None:
    op.create_table(
        "confidentiality_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bid_id"], ["bid.id"], name="fk_confidentiality_decision_bid_id_bid"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["person.id"],
            name="fk_confidentiality_decision_decided_by_id_person",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_confidentiality_decision"),
        sa.UniqueConstraint("bid_id", "mark", "number", name="uq_confidentiality_decision_bid_id"),
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
    for table in ("confidentiality_decision", "bid_result", "bid_question", "brought_bid"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in ADDED_TO_ONLY:
            op.execute(f"DROP FUNCTION {table}_is_never_changed")
