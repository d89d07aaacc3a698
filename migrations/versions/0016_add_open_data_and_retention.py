"""Open data about tenders, what is withheld from the record, and how long it is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ADDED_TO_ONLY = ("open_data_release", "retention")


def upgrade() -> None:
    create_open_data_release()
    create_withheld()
    create_retention()
    create_made_record()
    create_calendar_address()
    with op.batch_alter_table("tender") as table:
        table.add_column(sa.Column("content_destroyed_at", sa.DateTime(), nullable=True))
    refuse_changes()


def create_open_data_release() -> None:
    op.create_table(
        "open_data_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_open_data_release"),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name="fk_open_data_release_tender_id_tender"
        ),
        sa.UniqueConstraint("tender_id", "number", name="uq_open_data_release_tender_id"),
    )


def create_withheld() -> None:
    op.create_table(
        "withheld",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("exemption", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(), nullable=True),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.Column("lifted_because", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_withheld"),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name="fk_withheld_decided_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["lifted_by_id"], ["person.id"], name="fk_withheld_lifted_by_id_person"
        ),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name="fk_withheld_tender_id_tender"),
    )
    op.create_index("ix_withheld_tender_id", "withheld", ["tender_id"])


def create_retention() -> None:
    op.create_table(
        "retention",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=False),
        sa.Column("counted_from", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_retention"),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name="fk_retention_recorded_by_id_person"
        ),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name="fk_retention_tender_id_tender"),
    )
    op.create_index("ix_retention_tender_id", "retention", ["tender_id"])


def create_made_record() -> None:
    op.create_table(
        "made_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=True),
        sa.Column("stored_name", sa.String(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("wrapped_key", sa.Text(), nullable=True),
        sa.Column("failed_because", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_made_record"),
        sa.UniqueConstraint("token", name="uq_made_record_token"),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name="fk_made_record_asked_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisation.id"], name="fk_made_record_authority_id_organisation"
        ),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name="fk_made_record_tender_id_tender"
        ),
    )
    op.create_index("ix_made_record_authority_id", "made_record", ["authority_id"])
    op.create_index("ix_made_record_tender_id", "made_record", ["tender_id"])


def create_calendar_address() -> None:
    op.create_table(
        "calendar_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_address"),
        sa.UniqueConstraint("secret_hash", name="uq_calendar_address_secret_hash"),
        sa.UniqueConstraint("person_id", "organisation_id", name="uq_calendar_address_person_id"),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name="fk_calendar_address_organisation_id_organisation",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_calendar_address_person_id_person"
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
    with op.batch_alter_table("tender") as table:
        table.drop_column("content_destroyed_at")
    for table in ("calendar_address", "made_record", "retention", "withheld", "open_data_release"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in ADDED_TO_ONLY:
            op.execute(f"DROP FUNCTION {table}_is_never_changed")
