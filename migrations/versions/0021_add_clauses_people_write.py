"""Clauses in people's own words, own clauses, Word templates, and negotiated schedules."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLES = (
    "own_clause",
    "word_template",
    "own_clause_version",
    "word_template_choice",
    "clause_event",
    "clause_redraft",
    "deviation_decision",
    "negotiated_schedule",
    "negotiated_decision",
)
# An own clause follows its last version.
ADDED_TO_ONLY = tuple(table for table in TABLES if table != "own_clause")


def upgrade() -> None:
    create_own_clause()
    create_word_template()
    create_own_clause_version()
    create_word_template_choice()
    create_clause_event()
    create_clause_redraft()
    create_deviation_decision()
    create_negotiated_schedule()
    create_negotiated_decision()
    with op.batch_alter_table("made_record") as table:
        table.add_column(sa.Column("bid_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("options", sa.JSON(), nullable=True))
        table.create_foreign_key("fk_made_record_bid_id_bid", "bid", ["bid_id"], ["id"])
    op.create_index("ix_made_record_bid_id", "made_record", ["bid_id"])
    for name in ADDED_TO_ONLY:
        refuse_changes(name)


def create_own_clause() -> None:
    op.create_table(
        "own_clause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisation.id"], name="fk_own_clause_authority_id_organisation"
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["person.id"], name="fk_own_clause_changed_by_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_own_clause"),
        sa.UniqueConstraint("authority_id", "clause_id", name="uq_own_clause_authority_id"),
        sa.UniqueConstraint("token", name="uq_own_clause_token"),
    )


def create_word_template() -> None:
    op.create_table(
        "word_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("styles", sa.JSON(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name="fk_word_template_added_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisation.id"], name="fk_word_template_authority_id_organisation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_word_template"),
        sa.UniqueConstraint("authority_id", "number", name="uq_word_template_authority_id"),
        sa.UniqueConstraint("token", name="uq_word_template_token"),
    )


def create_own_clause_version() -> None:
    op.create_table(
        "own_clause_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("own_clause_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["own_clause_id"],
            ["own_clause.id"],
            name="fk_own_clause_version_own_clause_id_own_clause",
        ),
        sa.ForeignKeyConstraint(
            ["saved_by_id"], ["person.id"], name="fk_own_clause_version_saved_by_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_own_clause_version"),
        sa.UniqueConstraint("own_clause_id", "number", name="uq_own_clause_version_own_clause_id"),
    )


def create_word_template_choice() -> None:
    op.create_table(
        "word_template_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("done_by_id", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name="fk_word_template_choice_authority_id_organisation",
        ),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["person.id"], name="fk_word_template_choice_done_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["word_template.id"],
            name="fk_word_template_choice_template_id_word_template",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_word_template_choice"),
        sa.UniqueConstraint("authority_id", "number", name="uq_word_template_choice_authority_id"),
    )


def create_clause_event() -> None:
    op.create_table(
        "clause_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("about", sa.Integer(), nullable=True),
        sa.Column("assigned_to_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("done_by_id", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assigned_to_id"], ["person.id"], name="fk_clause_event_assigned_to_id_person"
        ),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_clause_event_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["person.id"], name="fk_clause_event_done_by_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_clause_event"),
        sa.UniqueConstraint("bid_id", "clause_id", "number", name="uq_clause_event_bid_id"),
    )


def create_clause_redraft() -> None:
    op.create_table(
        "clause_redraft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("depth", sa.String(length=40), nullable=True),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=True),
        sa.Column("library_fingerprint", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("done_by_id", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_clause_redraft_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["person.id"], name="fk_clause_redraft_done_by_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_clause_redraft"),
        sa.UniqueConstraint("bid_id", "clause_id", "number", name="uq_clause_redraft_bid_id"),
    )


def create_deviation_decision() -> None:
    op.create_table(
        "deviation_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("about_sha256", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("done_by_id", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_deviation_decision_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["person.id"], name="fk_deviation_decision_done_by_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_deviation_decision"),
        sa.UniqueConstraint(
            "bid_id", "clause_id", "name", "number", name="uq_deviation_decision_bid_id"
        ),
    )


def create_negotiated_schedule() -> None:
    op.create_table(
        "negotiated_schedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("issued_id", sa.Integer(), nullable=True),
        sa.Column("sealed_about", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_read", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("stored_name", sa.String(), nullable=False),
        sa.Column("wrapped_key", sa.Text(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name="fk_negotiated_schedule_added_by_id_person"
        ),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_negotiated_schedule_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["issued_id"],
            ["issued_schedule.id"],
            name="fk_negotiated_schedule_issued_id_issued_schedule",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_negotiated_schedule"),
        sa.UniqueConstraint("bid_id", "number", name="uq_negotiated_schedule_bid_id"),
        sa.UniqueConstraint("token", name="uq_negotiated_schedule_token"),
    )


def create_negotiated_decision() -> None:
    op.create_table(
        "negotiated_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("negotiated_id", sa.Integer(), nullable=False),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("done_by_id", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["person.id"], name="fk_negotiated_decision_done_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["negotiated_id"],
            ["negotiated_schedule.id"],
            name="fk_negotiated_decision_negotiated_id_negotiated_schedule",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_negotiated_decision"),
        sa.UniqueConstraint(
            "negotiated_id", "clause", "number", name="uq_negotiated_decision_negotiated_id"
        ),
    )


def refuse_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{change.lower()} BEFORE {change} "
                f"ON {table} BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is never changed'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE "
        f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_never_changed()"
    )


def downgrade() -> None:
    op.drop_index("ix_made_record_bid_id", "made_record")
    with op.batch_alter_table("made_record") as table:
        table.drop_constraint("fk_made_record_bid_id_bid", type_="foreignkey")
        table.drop_column("options")
        table.drop_column("bid_id")
    for name in reversed(TABLES):
        op.drop_table(name)
    if op.get_bind().dialect.name != "sqlite":
        for name in ADDED_TO_ONLY:
            op.execute(f"DROP FUNCTION {name}_is_never_changed()")
