"""What is planned before publication, and what two people decide."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ADDED_TO_ONLY = ("planning_sheet",)


def upgrade() -> None:
    create_procurement()
    create_participating_authority()
    create_planning_sheet()
    create_tender_risk()
    create_notice()
    create_approval()
    create_opening_part()
    create_supplier_invited()
    create_registration()
    with op.batch_alter_table("tender") as table:
        for column, standing in (
            ("opens_strictly", sa.false()),
            ("shows_count", sa.false()),
            ("registration_open", sa.true()),
        ):
            table.add_column(
                sa.Column(column, sa.Boolean(), nullable=False, server_default=standing)
            )
        table.add_column(sa.Column("opening_public_key", sa.String(), nullable=True))
        table.add_column(sa.Column("opening_key", sa.String(), nullable=True))
        table.add_column(sa.Column("procurement_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("lot_number", sa.Integer(), nullable=True))
        table.add_column(sa.Column("undivided_because", sa.Text(), nullable=True))
        table.add_column(sa.Column("cancelled_because", sa.Text(), nullable=True))
        table.add_column(sa.Column("cancelled_at", sa.DateTime(), nullable=True))
        table.create_foreign_key(
            "fk_tender_procurement_id_procurement", "procurement", ["procurement_id"], ["id"]
        )
        table.create_unique_constraint("uq_tender_procurement_id", ["procurement_id", "lot_number"])
        table.create_index("ix_tender_procurement_id", ["procurement_id"])
    with op.batch_alter_table("clarification") as table:
        table.add_column(sa.Column("amendment_number", sa.Integer(), nullable=True))
        table.add_column(sa.Column("answered_with", sa.Integer(), nullable=True))
    refuse_changes()


def create_procurement() -> None:
    op.create_table(
        "procurement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("most_bid", sa.Integer(), nullable=True),
        sa.Column("most_won", sa.Integer(), nullable=True),
        sa.Column("how_won", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("most_bid > 0 AND most_won > 0", name="ck_procurement_limits"),
        sa.PrimaryKeyConstraint("id", name="pk_procurement"),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisation.id"], name="fk_procurement_authority_id_organisation"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name="fk_procurement_created_by_id_person"
        ),
        sa.UniqueConstraint("authority_id", "reference", name="uq_procurement_authority_id"),
        sa.UniqueConstraint("token", name="uq_procurement_token"),
    )


def create_participating_authority() -> None:
    op.create_table(
        "participating_authority",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_because", sa.Text(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(), nullable=True),
        sa.Column("agreed_by_id", sa.Integer(), nullable=True),
        sa.Column("agreed_because", sa.Text(), nullable=False),
        sa.Column("left_at", sa.DateTime(), nullable=True),
        sa.Column("left_by_id", sa.Integer(), nullable=True),
        sa.Column("left_because", sa.Text(), nullable=False),
        sa.Column("ended_by_lead", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_participating_authority"),
        sa.ForeignKeyConstraint(
            ["agreed_by_id"], ["person.id"], name="fk_participating_authority_agreed_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name="fk_participating_authority_asked_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["left_by_id"], ["person.id"], name="fk_participating_authority_left_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name="fk_participating_authority_organisation_id_organisation",
        ),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name="fk_participating_authority_tender_id_tender"
        ),
        sa.UniqueConstraint(
            "tender_id", "organisation_id", name="uq_participating_authority_tender_id"
        ),
        sa.UniqueConstraint("token", name="uq_participating_authority_token"),
    )
    op.create_index(
        "ix_participating_authority_organisation_id", "participating_authority", ["organisation_id"]
    )


def create_planning_sheet() -> None:
    op.create_table(
        "planning_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_planning_sheet"),
        sa.ForeignKeyConstraint(
            ["saved_by_id"], ["person.id"], name="fk_planning_sheet_saved_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name="fk_planning_sheet_tender_id_tender"
        ),
        sa.UniqueConstraint("tender_id", "topic", "version", name="uq_planning_sheet_tender_id"),
    )


def create_tender_risk() -> None:
    op.create_table(
        "tender_risk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("treatment", sa.Text(), nullable=False),
        sa.Column("is_known_risk", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_tender_risk"),
        sa.ForeignKeyConstraint(
            ["saved_by_id"], ["person.id"], name="fk_tender_risk_saved_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name="fk_tender_risk_tender_id_tender"
        ),
        sa.UniqueConstraint("token", name="uq_tender_risk_token"),
    )
    op.create_index("ix_tender_risk_tender_id", "tender_risk", ["tender_id"])


def create_notice() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("ocid", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("amendment", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("struck_at", sa.DateTime(), nullable=True),
        sa.Column("struck_because", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name="fk_notice_recorded_by_id_person"
        ),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name="fk_notice_tender_id_tender"),
        sa.UniqueConstraint("token", name="uq_notice_token"),
    )
    op.create_index("ix_notice_tender_id", "notice", ["tender_id"])


def create_approval() -> None:
    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("lapses_at", sa.DateTime(), nullable=True),
        sa.Column("held", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_approval"),
        sa.CheckConstraint("decided_by_id <> asked_by_id", name="ck_approval_two_people"),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name="fk_approval_asked_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name="fk_approval_decided_by_id_person"
        ),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name="fk_approval_tender_id_tender"),
        sa.UniqueConstraint("token", name="uq_approval_token"),
    )
    op.create_index(
        "uq_approval_waiting",
        "approval",
        ["tender_id", "kind"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )


def create_opening_part() -> None:
    op.create_table(
        "opening_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=True),
        sa.Column("pair_sealed", sa.Text(), nullable=True),
        sa.Column("taken_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_opening_part"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_opening_part_person_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name="fk_opening_part_tender_id_tender"
        ),
        sa.UniqueConstraint("tender_id", "number", name="uq_opening_part_tender_id"),
    )


def create_supplier_invited() -> None:
    op.create_table(
        "supplier_invited",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("invited_at", sa.DateTime(), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_supplier_invited"),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["person.id"], name="fk_supplier_invited_invited_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name="fk_supplier_invited_tender_id_tender"
        ),
        sa.UniqueConstraint("tender_id", "email", name="uq_supplier_invited_tender_id"),
    )


def create_registration() -> None:
    op.create_table(
        "registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("tender_token", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_registration"),
        sa.UniqueConstraint("secret_hash", name="uq_registration_secret_hash"),
        sa.UniqueConstraint("token", name="uq_registration_token"),
    )
    op.create_index("ix_registration_email", "registration", ["email"])


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
    with op.batch_alter_table("clarification") as table:
        table.drop_column("answered_with")
        table.drop_column("amendment_number")
    with op.batch_alter_table("tender") as table:
        table.drop_index("ix_tender_procurement_id")
        table.drop_constraint("uq_tender_procurement_id", type_="unique")
        table.drop_constraint("fk_tender_procurement_id_procurement", type_="foreignkey")
        for column in (
            "cancelled_at",
            "cancelled_because",
            "undivided_because",
            "lot_number",
            "procurement_id",
            "registration_open",
            "shows_count",
            "opens_strictly",
            "opening_public_key",
            "opening_key",
        ):
            table.drop_column(column)
    for table in (
        "registration",
        "supplier_invited",
        "opening_part",
        "approval",
        "notice",
        "tender_risk",
        "planning_sheet",
        "participating_authority",
        "procurement",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in ADDED_TO_ONLY:
            op.execute(f"DROP FUNCTION {table}_is_never_changed")
