"""What authorities make of the bank: own questions and packs, editions, proposals, plans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

VERSIONS = "own_question_version"


def upgrade() -> None:
    with op.batch_alter_table("tender") as table:
        table.add_column(sa.Column("plan_text", sa.Text(), nullable=True))
        table.add_column(sa.Column("plan_sha256", sa.String(), nullable=True))
    create_authority_bank()
    create_own_question()
    create_own_pack()
    create_proposal()
    refuse_changes()


def create_authority_bank() -> None:
    op.create_table(
        "authority_bank",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=True),
        sa.Column("edition", sa.String(), nullable=True),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_authority_bank"),
        sa.UniqueConstraint("authority_id", name="uq_authority_bank_authority_id"),
        sa.UniqueConstraint("prefix", name="uq_authority_bank_prefix"),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name="fk_authority_bank_authority_id_organisation",
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["person.id"], name="fk_authority_bank_changed_by_id_person"
        ),
    )


def create_own_question() -> None:
    op.create_table(
        "own_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.Column("provenance", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_own_question"),
        sa.UniqueConstraint("token", name="uq_own_question_token"),
        sa.UniqueConstraint("authority_id", "question_id", name="uq_own_question_authority_id"),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisation.id"], name="fk_own_question_authority_id_organisation"
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["person.id"], name="fk_own_question_changed_by_id_person"
        ),
    )
    op.create_table(
        VERSIONS,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("own_question_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_own_question_version"),
        sa.UniqueConstraint(
            "own_question_id", "version", name="uq_own_question_version_own_question_id"
        ),
        sa.ForeignKeyConstraint(
            ["own_question_id"],
            ["own_question.id"],
            name="fk_own_question_version_own_question_id_own_question",
        ),
        sa.ForeignKeyConstraint(
            ["saved_by_id"], ["person.id"], name="fk_own_question_version_saved_by_id_person"
        ),
    )


def create_own_pack() -> None:
    op.create_table(
        "own_pack",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("pack_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.Column("provenance", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_own_pack"),
        sa.UniqueConstraint("token", name="uq_own_pack_token"),
        sa.UniqueConstraint("authority_id", "pack_id", name="uq_own_pack_authority_id"),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisation.id"], name="fk_own_pack_authority_id_organisation"
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["person.id"], name="fk_own_pack_changed_by_id_person"
        ),
    )


def create_proposal() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("present", sa.Text(), nullable=False),
        sa.Column("suggestion", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
        sa.UniqueConstraint("token", name="uq_proposal_token"),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name="fk_proposal_organisation_id_organisation",
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name="fk_proposal_made_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name="fk_proposal_decided_by_id_person"
        ),
    )
    op.create_index("ix_proposal_state_id", "proposal", ["state", "id"])


def refuse_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {VERSIONS}_refuses_{change.lower()} BEFORE {change} "
                f"ON {VERSIONS} BEGIN SELECT RAISE(ABORT, '{VERSIONS} is never changed'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {VERSIONS}_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{VERSIONS} is never changed'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {VERSIONS}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE "
        f"ON {VERSIONS} FOR EACH STATEMENT EXECUTE FUNCTION {VERSIONS}_is_never_changed()"
    )


def downgrade() -> None:
    for table in ("proposal", "own_pack", VERSIONS, "own_question", "authority_bank"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {VERSIONS}_is_never_changed")
    with op.batch_alter_table("tender") as table:
        table.drop_column("plan_sha256")
        table.drop_column("plan_text")
