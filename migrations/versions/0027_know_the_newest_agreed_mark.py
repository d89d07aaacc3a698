"""The newest agreed mark beside where each bid stands, so that nobody looks at all of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("bid_standing") as batch:
        batch.add_column(
            sa.Column("last_agreed_id", sa.Integer(), nullable=False, server_default="0")
        )
    op.execute(
        "UPDATE bid_standing SET last_agreed_id = coalesce("
        "(SELECT max(id) FROM agreed_mark WHERE agreed_mark.bid_id = bid_standing.bid_id), 0)"
    )


def downgrade() -> None:
    with op.batch_alter_table("bid_standing") as batch:
        batch.drop_column("last_agreed_id")
