"""The library of a company, what scanners said of files, and what a company says once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ADDED_TO_ONLY = ("document_revision",)


def upgrade() -> None:
    create_file_scan()
    create_company_key()
    create_document()
    create_document_revision()
    create_confidential_mark()
    create_standing_answer()
    create_platform_record()
    with op.batch_alter_table("carried_answer") as table:
        table.alter_column("from_bid_id", existing_type=sa.Integer(), nullable=True)
    with op.batch_alter_table("evidence") as table:
        table.add_column(sa.Column("revision_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            "fk_evidence_revision_id_document_revision",
            "document_revision",
            ["revision_id"],
            ["id"],
        )
    refuse_changes()


def create_file_scan() -> None:
    op.create_table(
        "file_scan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stored_name", sa.String(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_file_scan"),
        sa.UniqueConstraint("stored_name", name="uq_file_scan_stored_name"),
    )


def create_company_key() -> None:
    op.create_table(
        "company_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["organisation.id"], name="fk_company_key_supplier_id_organisation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_company_key"),
        sa.UniqueConstraint("supplier_id", name="uq_company_key_supplier_id"),
    )


def create_document() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("sealed_about", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name="fk_document_added_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["organisation.id"], name="fk_document_supplier_id_organisation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
        sa.UniqueConstraint("token", name="uq_document_token"),
    )
    op.create_index("ix_document_supplier_id", "document", ["supplier_id"])


def create_document_revision() -> None:
    op.create_table(
        "document_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed_about", sa.LargeBinary(), nullable=False),
        sa.Column("stored_name", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("wrapped_key", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name="fk_document_revision_added_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name="fk_document_revision_document_id_document"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_document_revision"),
        sa.UniqueConstraint("document_id", "number", name="uq_document_revision_document_id"),
        sa.UniqueConstraint("token", name="uq_document_revision_token"),
    )


def create_confidential_mark() -> None:
    op.create_table(
        "confidential_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("marked_at", sa.DateTime(), nullable=False),
        sa.Column("marked_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_confidential_mark_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["marked_by_id"], ["person.id"], name="fk_confidential_mark_marked_by_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_confidential_mark"),
        sa.UniqueConstraint("token", name="uq_confidential_mark_token"),
    )
    op.create_index("ix_confidential_mark_bid_id", "confidential_mark", ["bid_id"])


def create_standing_answer() -> None:
    op.create_table(
        "standing_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("from_bid_id", sa.Integer(), nullable=True),
        sa.Column("kept_at", sa.DateTime(), nullable=False),
        sa.Column("kept_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_bid_id"], ["bid.id"], name="fk_standing_answer_from_bid_id_bid"
        ),
        sa.ForeignKeyConstraint(
            ["kept_by_id"], ["person.id"], name="fk_standing_answer_kept_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["organisation.id"], name="fk_standing_answer_supplier_id_organisation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_standing_answer"),
        sa.UniqueConstraint("supplier_id", "part_id", name="uq_standing_answer_supplier_id"),
    )


def create_platform_record() -> None:
    op.create_table(
        "platform_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_platform_record_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["saved_by_id"], ["person.id"], name="fk_platform_record_saved_by_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_platform_record"),
        sa.UniqueConstraint("bid_id", name="uq_platform_record_bid_id"),
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
    op.execute("DELETE FROM carried_answer WHERE from_bid_id IS NULL")
    with op.batch_alter_table("carried_answer") as table:
        table.alter_column("from_bid_id", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("evidence") as table:
        table.drop_constraint("fk_evidence_revision_id_document_revision", type_="foreignkey")
        table.drop_column("revision_id")
    for table in (
        "platform_record",
        "standing_answer",
        "confidential_mark",
        "document_revision",
        "document",
        "company_key",
        "file_scan",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in ADDED_TO_ONLY:
            op.execute(f"DROP FUNCTION {table}_is_never_changed")
