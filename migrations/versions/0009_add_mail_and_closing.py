"""Mail, invitations, who is editing, drafts as typed, and what counts at the closing time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_mail_message()
    create_invitation()
    create_presence()
    create_typed_draft()
    with op.batch_alter_table("bid") as table:
        table.add_column(sa.Column("counts_at_closing_by_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("declared_for_closing", sa.String(), nullable=True))
        table.add_column(
            sa.Column("shares_assurance", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(sa.Column("brought_by_id", sa.Integer(), nullable=True))
        for column in ("counts_at_closing_by_id", "brought_by_id"):
            table.create_foreign_key(f"fk_bid_{column}_person", "person", [column], ["id"])
    # Not in a batch: that would copy the table and lose the triggers that refuse changes.
    op.add_column("submission", sa.Column("form_key", sa.String(), nullable=True))
    op.add_column(
        "submission",
        sa.Column("by_the_clock", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_index("uq_submission_form_key", "submission", ["bid_id", "form_key"], unique=True)


def create_mail_message() -> None:
    op.create_table(
        "mail_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("gave_up_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_mail_message"),
        sa.UniqueConstraint("token", name="uq_mail_message_token"),
        sa.UniqueConstraint("kind", "about", "recipient", name="uq_mail_message_kind"),
    )


def create_invitation() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=True),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["person.id"], name="fk_invitation_invited_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name="fk_invitation_organisation_id_organisation",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("secret_hash", name="uq_invitation_secret_hash"),
        sa.UniqueConstraint("token", name="uq_invitation_token"),
    )
    op.create_index("ix_invitation_organisation_id", "invitation", ["organisation_id"])


def create_presence() -> None:
    op.create_table(
        "presence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_presence_bid_id_bid"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_presence_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_presence"),
        sa.UniqueConstraint("bid_id", "question_id", "person_id", name="uq_presence_bid_id"),
    )


def create_typed_draft() -> None:
    op.create_table(
        "typed_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=True),
        sa.Column("supplier_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_typed_draft_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["organisation.id"], name="fk_typed_draft_supplier_id_organisation"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_typed_draft_person_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_typed_draft"),
        sa.UniqueConstraint("bid_id", "person_id", "page", name="uq_typed_draft_bid_id"),
        sa.UniqueConstraint("supplier_id", "person_id", "page", name="uq_typed_draft_supplier_id"),
        sa.CheckConstraint(
            "(bid_id IS NULL) <> (supplier_id IS NULL)",
            name=op.f("ck_typed_draft_of_bid_or_company"),
        ),
    )


def downgrade() -> None:
    op.drop_index("uq_submission_form_key", "submission")
    op.drop_column("submission", "by_the_clock")
    op.drop_column("submission", "form_key")
    with op.batch_alter_table("bid") as table:
        for column in ("counts_at_closing_by_id", "brought_by_id"):
            table.drop_constraint(f"fk_bid_{column}_person", type_="foreignkey")
        for column in (
            "brought_by_id",
            "shares_assurance",
            "declared_for_closing",
            "counts_at_closing_by_id",
        ):
            table.drop_column(column)
    for table in ("typed_draft", "presence", "invitation", "mail_message"):
        op.drop_table(table)
