"""The register of risks that each authority keeps for itself after a joint award."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLE = "own_risk_decision"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("risk_row_id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("treatment", sa.String(40), nullable=False),
        sa.Column("actions", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("residual_likelihood", sa.Integer(), nullable=True),
        sa.Column("residual_impact", sa.Integer(), nullable=True),
        sa.Column("target_likelihood", sa.Integer(), nullable=True),
        sa.Column("target_impact", sa.Integer(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_own_risk_decision"),
        sa.UniqueConstraint(
            "risk_row_id", "authority_id", "number", name="uq_own_risk_decision_risk_row_id"
        ),
        sa.ForeignKeyConstraint(
            ["risk_row_id"], ["risk_row.id"], name="fk_own_risk_decision_risk_row_id_risk_row"
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name="fk_own_risk_decision_authority_id_organisation",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name="fk_own_risk_decision_decided_by_id_person"
        ),
    )
    op.create_index("ix_own_risk_decision_authority_id", TABLE, ["authority_id"])
    refuse_changes()


def refuse_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {TABLE}_refuses_{change.lower()} BEFORE {change} "
                f"ON {TABLE} BEGIN SELECT RAISE(ABORT, '{TABLE} is never changed'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {TABLE}_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{TABLE} is never changed'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {TABLE}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE "
        f"ON {TABLE} FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_is_never_changed()"
    )


def downgrade() -> None:
    op.drop_table(TABLE)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {TABLE}_is_never_changed")
