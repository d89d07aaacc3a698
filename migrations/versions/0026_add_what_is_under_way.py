"""Since when a process has something under way, so that nothing is opened over its head."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("service_run") as batch:
        batch.add_column(sa.Column("under_way_since", sa.DateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("service_run") as batch:
        batch.drop_column("under_way_since")
