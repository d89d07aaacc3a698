"""Answers carried over from a company's earlier bids, each to be confirmed by a person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "carried_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("from_bid_id", sa.Integer(), nullable=False),
        sa.Column("carried_by_id", sa.Integer(), nullable=False),
        sa.Column("carried_at", sa.DateTime(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_carried_answer"),
        sa.UniqueConstraint("bid_id", "part_id", "version", name="uq_carried_answer_bid_id"),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_carried_answer_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["from_bid_id"], ["bid.id"], name="fk_carried_answer_from_bid_id_bid"
        ),
        sa.ForeignKeyConstraint(
            ["carried_by_id"], ["person.id"], name="fk_carried_answer_carried_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["person.id"], name="fk_carried_answer_confirmed_by_id_person"
        ),
    )


def downgrade() -> None:
    op.drop_table("carried_answer")
