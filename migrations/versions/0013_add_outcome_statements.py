"""What officers wrote about the outcome of a tender."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outcome_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("shown_to_suppliers", sa.Boolean(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outcome_statement"),
        sa.UniqueConstraint("tender_id", name="uq_outcome_statement_tender_id"),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name="fk_outcome_statement_tender_id_tender"
        ),
        sa.ForeignKeyConstraint(
            ["saved_by_id"], ["person.id"], name="fk_outcome_statement_saved_by_id_person"
        ),
    )


def downgrade() -> None:
    op.drop_table("outcome_statement")
