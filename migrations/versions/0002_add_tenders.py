"""Tenders: what an authority asks, of whom, until when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tender",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("quality_weight", sa.Integer(), nullable=False),
        sa.Column("closes_at", sa.DateTime(), nullable=True),
        sa.Column("pack_id", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("questionnaire_text", sa.Text(), nullable=True),
        sa.Column("questionnaire_sha256", sa.String(), nullable=True),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(), nullable=True),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("sealing_key", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tender"),
        sa.UniqueConstraint("token", name="uq_tender_token"),
        sa.UniqueConstraint("authority_id", "reference", name="uq_tender_authority_id"),
        sa.CheckConstraint(
            "quality_weight BETWEEN 0 AND 100", name=op.f("ck_tender_quality_weight")
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisation.id"], name="fk_tender_authority_id_organisation"
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["person.id"], name="fk_tender_published_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["person.id"], name="fk_tender_opened_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name="fk_tender_created_by_id_person"
        ),
    )
    # Suppliers are shown what is open, soonest to close first.
    op.create_index("ix_tender_stage_closes_at", "tender", ["stage", "closes_at"])


def downgrade() -> None:
    op.drop_table("tender")
