"""Clarifications, amendments, and what a bid makes of both and of the terms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SETTINGS = ("allows_qualifications", "last_saved_counts", "runs_elsewhere")
ADDED_TO_ONLY = ("amendment",)


def upgrade() -> None:
    create_amendment()
    create_clarification()
    create_reconfirmation()
    create_bid_terms()
    for column in ("questions_until", "amending_since"):
        op.add_column("tender", sa.Column(column, sa.DateTime(), nullable=True))
    for column in SETTINGS:
        op.add_column(
            "tender", sa.Column(column, sa.Boolean(), nullable=False, server_default=sa.false())
        )
    refuse_changes()


def create_amendment() -> None:
    op.create_table(
        "amendment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("text_before", sa.Text(), nullable=False),
        sa.Column("sha256_before", sa.String(), nullable=False),
        sa.Column("sha256_after", sa.String(), nullable=False),
        sa.Column("closed_before", sa.DateTime(), nullable=False),
        sa.Column("closes_after", sa.DateTime(), nullable=False),
        sa.Column("affected_parts", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["person.id"], name="fk_amendment_published_by_id_person"
        ),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name="fk_amendment_tender_id_tender"),
        sa.PrimaryKeyConstraint("id", name="pk_amendment"),
        sa.UniqueConstraint("tender_id", "number", name="uq_amendment_tender_id"),
        sa.UniqueConstraint("token", name="uq_amendment_token"),
    )


def create_clarification() -> None:
    op.create_table(
        "clarification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("asked_for_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("published_text", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("declined_because", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name="fk_clarification_asked_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["asked_for_id"], ["organisation.id"], name="fk_clarification_asked_for_id_organisation"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name="fk_clarification_decided_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name="fk_clarification_tender_id_tender"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_clarification"),
        sa.UniqueConstraint("tender_id", "number", name="uq_clarification_tender_id"),
        sa.UniqueConstraint("token", name="uq_clarification_token"),
    )
    op.create_index("ix_clarification_asked_for_id", "clarification", ["asked_for_id"])
    op.create_index("ix_clarification_tender_id_state", "clarification", ["tender_id", "state"])


def create_reconfirmation() -> None:
    op.create_table(
        "reconfirmation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.String(), nullable=False),
        sa.Column("amendment_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["amendment_id"], ["amendment.id"], name="fk_reconfirmation_amendment_id_amendment"
        ),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_reconfirmation_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["person.id"], name="fk_reconfirmation_confirmed_by_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reconfirmation"),
        sa.UniqueConstraint("bid_id", "part_id", "amendment_id", name="uq_reconfirmation_bid_id"),
    )


def create_bid_terms() -> None:
    op.create_table(
        "bid_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_bid_terms_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["saved_by_id"], ["person.id"], name="fk_bid_terms_saved_by_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_bid_terms"),
        sa.UniqueConstraint("bid_id", name="uq_bid_terms_bid_id"),
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
    with op.batch_alter_table("tender") as table:
        for column in (*SETTINGS, "questions_until", "amending_since"):
            table.drop_column(column)
    for table in ("bid_terms", "reconfirmation", "clarification", "amendment"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in ADDED_TO_ONLY:
            op.execute(f"DROP FUNCTION {table}_is_never_changed")
