"""Bids: sealed answers with every version, evidence, and immutable submissions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Tables whose rows are only ever added.
ADDED_TO_ONLY = ("answer_version", "submission")


def upgrade() -> None:
    create_bid()
    create_answer()
    create_answer_version()
    create_evidence()
    create_submission()
    refuse_changes()


def create_bid() -> None:
    op.create_table(
        "bid",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("key_for_supplier", sa.String(), nullable=False),
        sa.Column("key_for_tender", sa.String(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bid"),
        sa.UniqueConstraint("token", name="uq_bid_token"),
        sa.UniqueConstraint("tender_id", "supplier_id", name="uq_bid_tender_id"),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name="fk_bid_tender_id_tender"),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["organisation.id"], name="fk_bid_supplier_id_organisation"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name="fk_bid_created_by_id_person"
        ),
    )
    op.create_index("ix_bid_supplier_id", "bid", ["supplier_id"])


def create_answer() -> None:
    op.create_table(
        "answer",
        *sealed_answer_columns(),
        sa.PrimaryKeyConstraint("id", name="pk_answer"),
        sa.UniqueConstraint("bid_id", "part_id", name="uq_answer_bid_id"),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_answer_bid_id_bid"),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_answer_author_id_person"),
    )


def create_answer_version() -> None:
    op.create_table(
        "answer_version",
        *sealed_answer_columns(),
        sa.PrimaryKeyConstraint("id", name="pk_answer_version"),
        sa.UniqueConstraint("bid_id", "part_id", "version", name="uq_answer_version_bid_id"),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_answer_version_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name="fk_answer_version_author_id_person"
        ),
    )


def sealed_answer_columns() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
    ]


def create_evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("sealed_about", sa.LargeBinary(), nullable=False),
        sa.Column("stored_name", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("wrapped_key", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
        sa.UniqueConstraint("token", name="uq_evidence_token"),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_evidence_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["organisation.id"], name="fk_evidence_supplier_id_organisation"
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name="fk_evidence_added_by_id_person"
        ),
    )
    op.create_index("ix_evidence_bid_id", "evidence", ["bid_id"])


def create_submission() -> None:
    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_salt", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("commitment", sa.String(), nullable=False),
        sa.Column("audit_hash", sa.String(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_submission"),
        sa.UniqueConstraint("bid_id", "number", name="uq_submission_bid_id"),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_submission_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name="fk_submission_author_id_person"
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
    for table in ("submission", "evidence", "answer_version", "answer", "bid"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in ADDED_TO_ONLY:
            op.execute(f"DROP FUNCTION {table}_is_never_changed")
