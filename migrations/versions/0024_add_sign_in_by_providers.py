"""Sign-in by an authority's own provider: when it was tried and switched on, and what waits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

OF_SESSION = "fk_sign_in_session_provider_id_sign_in_provider"


def upgrade() -> None:
    # Nobody could set one up before.
    op.execute("DELETE FROM provider_identity")
    op.execute("DELETE FROM sign_in_provider")
    with op.batch_alter_table("sign_in_provider") as provider:
        provider.add_column(sa.Column("second_factor", sa.String(), nullable=False))
        provider.add_column(sa.Column("tried_at", sa.DateTime(), nullable=True))
        provider.add_column(sa.Column("switched_on_at", sa.DateTime(), nullable=True))
    with op.batch_alter_table("sign_in_session") as session:
        session.add_column(sa.Column("provider_id", sa.Integer(), nullable=True))
        session.create_foreign_key(OF_SESSION, "sign_in_provider", ["provider_id"], ["id"])
    op.create_table(
        "waiting_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_waiting_form"),
        sa.UniqueConstraint("token_hash", name="uq_waiting_form_token_hash"),
    )
    op.create_index("ix_waiting_form_created_at", "waiting_form", ["created_at"])


def downgrade() -> None:
    op.drop_table("waiting_form")
    op.execute("DELETE FROM sign_in_session WHERE provider_id IS NOT NULL")
    with op.batch_alter_table("sign_in_session") as session:
        session.drop_constraint(OF_SESSION, type_="foreignkey")
        session.drop_column("provider_id")
    with op.batch_alter_table("sign_in_provider") as provider:
        for name in ("switched_on_at", "tried_at", "second_factor"):
            provider.drop_column(name)
