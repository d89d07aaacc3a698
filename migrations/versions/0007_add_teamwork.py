"""How a company shares the work on a bid: who answers what, comments, signing off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ADDED_TO_ONLY = ("bid_comment", "sign_off")


def upgrade() -> None:
    with op.batch_alter_table("bid") as table:
        table.add_column(
            sa.Column("needs_sign_off", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    create_question_work()
    create_bid_comment()
    create_sign_off()
    refuse_changes()


def create_question_work() -> None:
    op.create_table(
        "question_work",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("given_to_id", sa.Integer(), nullable=True),
        sa.Column("complete_by_id", sa.Integer(), nullable=True),
        sa.Column("complete_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_question_work"),
        sa.UniqueConstraint("bid_id", "question_id", name="uq_question_work_bid_id"),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_question_work_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["given_to_id"], ["person.id"], name="fk_question_work_given_to_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["complete_by_id"], ["person.id"], name="fk_question_work_complete_by_id_person"
        ),
    )


def create_bid_comment() -> None:
    op.create_table(
        "bid_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bid_comment"),
        sa.UniqueConstraint("token", name="uq_bid_comment_token"),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_bid_comment_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name="fk_bid_comment_author_id_person"
        ),
    )
    op.create_index("ix_bid_comment_bid_id_question_id", "bid_comment", ["bid_id", "question_id"])


def create_sign_off() -> None:
    op.create_table(
        "sign_off",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("sealed_reason", sa.LargeBinary(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_off"),
        sa.UniqueConstraint("token", name="uq_sign_off_token"),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_sign_off_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name="fk_sign_off_decided_by_id_person"
        ),
    )
    op.create_index("ix_sign_off_bid_id", "sign_off", ["bid_id"])


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
    for table in ("sign_off", "bid_comment", "question_work"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in ADDED_TO_ONLY:
            op.execute(f"DROP FUNCTION {table}_is_never_changed")
    with op.batch_alter_table("bid") as table:
        table.drop_column("needs_sign_off")
