"""A risk that one authority adds to the register of its contract, which the others never see."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# What hangs on a risk; rows of these are only added.
OF_A_RISK = (
    "risk_decision",
    "own_risk_decision",
    "risk_action",
    "risk_control",
    "risk_acceptance",
)


def upgrade() -> None:
    with op.batch_alter_table("risk_row") as table:
        table.add_column(sa.Column("authority_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            "fk_risk_row_authority_id_organisation", "organisation", ["authority_id"], ["id"]
        )
        table.drop_constraint("uq_risk_row_bid_id", type_="unique")
        table.create_unique_constraint("uq_risk_row_bid_id", ["bid_id", "authority_id", "risk_id"])
    op.create_index("ix_risk_row_authority_id", "risk_row", ["authority_id"])
    op.create_index(
        "uq_risk_row_common",
        "risk_row",
        ["bid_id", "risk_id"],
        unique=True,
        sqlite_where=sa.text("authority_id IS NULL"),
        postgresql_where=sa.text("authority_id IS NULL"),
    )


def downgrade() -> None:
    """Before, every row was common: what one authority added goes, rather than be shown to all."""
    risks = sa.table("risk_row", sa.column("id"), sa.column("authority_id"))
    added = sa.select(risks.c.id).where(risks.c.authority_id.is_not(None))
    for table in OF_A_RISK:
        allow_changes(table)
        rows = sa.table(table, sa.column("risk_row_id"))
        op.execute(sa.delete(rows).where(rows.c.risk_row_id.in_(added)))
        refuse_changes(table)
    op.execute("DELETE FROM risk_row WHERE authority_id IS NOT NULL")
    op.drop_index("uq_risk_row_common", "risk_row")
    op.drop_index("ix_risk_row_authority_id", "risk_row")
    with op.batch_alter_table("risk_row") as table:
        table.drop_constraint("uq_risk_row_bid_id", type_="unique")
        table.create_unique_constraint("uq_risk_row_bid_id", ["bid_id", "risk_id"])
        table.drop_constraint("fk_risk_row_authority_id_organisation", type_="foreignkey")
        table.drop_column("authority_id")


def allow_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_refuses_{change}")
        return
    op.execute(f"DROP TRIGGER {table}_refuses_change ON {table}")


def refuse_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{change.lower()} BEFORE {change} "
                f"ON {table} BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE "
        f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_never_changed()"
    )
