"""Proofs beside a password, guesses held back, and roots over the chains of the record."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

NEW = (
    "password_reset",
    "email_change",
    "code_generator",
    "recovery_code",
    "known_device",
    "guesses",
    "sign_in_provider",
    "provider_identity",
    "audit_root",
)


def upgrade() -> None:
    with op.batch_alter_table("person") as person:
        person.add_column(sa.Column("password_set_at", sa.DateTime(), nullable=True))
    # A sign-in of before has no name of its own; everybody signs in again after this upgrade.
    op.execute("DELETE FROM sign_in_session")
    with op.batch_alter_table("sign_in_session") as session:
        session.add_column(sa.Column("token", sa.String(), nullable=False))
        session.add_column(sa.Column("proven_at", sa.DateTime(), nullable=True))
        session.add_column(sa.Column("proven_by", sa.String(), nullable=False))
        session.create_unique_constraint("uq_sign_in_session_token", ["token"])
    # Whoever runs the service invites an organisation's first person.
    with op.batch_alter_table("invitation") as invitation:
        invitation.alter_column("invited_by_id", existing_type=sa.Integer(), nullable=True)
    create_links_and_codes()
    create_devices_and_guesses()
    create_providers()
    create_audit_root()


def person_id(table: str, *, unique: bool = False) -> list[sa.schema.SchemaItem]:
    column = sa.Column("person_id", sa.Integer(), nullable=False)
    key = sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=f"fk_{table}_person_id_person")
    if not unique:
        return [column, key]
    return [column, key, sa.UniqueConstraint("person_id", name=f"uq_{table}_person_id")]


def create_links_and_codes() -> None:
    op.create_table(
        "password_reset",
        sa.Column("id", sa.Integer(), nullable=False),
        *person_id("password_reset"),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_password_reset"),
        sa.UniqueConstraint("secret_hash", name="uq_password_reset_secret_hash"),
    )
    op.create_index("ix_password_reset_person_id", "password_reset", ["person_id"])
    op.create_table(
        "email_change",
        sa.Column("id", sa.Integer(), nullable=False),
        *person_id("email_change"),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_email_change"),
        sa.UniqueConstraint("secret_hash", name="uq_email_change_secret_hash"),
    )
    op.create_index("ix_email_change_person_id", "email_change", ["person_id"])
    op.create_table(
        "code_generator",
        sa.Column("id", sa.Integer(), nullable=False),
        *person_id("code_generator", unique=True),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped_key", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_code_generator"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        *person_id("recovery_code"),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_code"),
    )
    op.create_index("ix_recovery_code_person_id", "recovery_code", ["person_id"])


def create_devices_and_guesses() -> None:
    op.create_table(
        "known_device",
        sa.Column("id", sa.Integer(), nullable=False),
        *person_id("known_device"),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("last_used_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_known_device"),
        sa.UniqueConstraint("token_hash", name="uq_known_device_token_hash"),
    )
    op.create_index("ix_known_device_person_id", "known_device", ["person_id"])
    op.create_table(
        "guesses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about_hash", sa.String(), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_guesses"),
        sa.UniqueConstraint("kind", "about_hash", "began_at", name="uq_guesses_kind"),
    )
    op.create_index("ix_guesses_began_at", "guesses", ["began_at"])


def create_providers() -> None:
    op.create_table(
        "sign_in_provider",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped_key", sa.String(), nullable=False),
        sa.Column("domains", sa.String(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name="fk_sign_in_provider_organisation_id_organisation",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_provider"),
        sa.UniqueConstraint("token", name="uq_sign_in_provider_token"),
        sa.UniqueConstraint("organisation_id", name="uq_sign_in_provider_organisation_id"),
    )
    op.create_table(
        "provider_identity",
        sa.Column("id", sa.Integer(), nullable=False),
        *person_id("provider_identity"),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["sign_in_provider.id"],
            name="fk_provider_identity_provider_id_sign_in_provider",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_provider_identity"),
        sa.UniqueConstraint("provider_id", "subject", name="uq_provider_identity_provider_id"),
    )
    op.create_index("ix_provider_identity_person_id", "provider_identity", ["person_id"])


def create_audit_root() -> None:
    op.create_table(
        "audit_root",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("last_entry_id", sa.Integer(), nullable=False),
        sa.Column("chains", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(), nullable=False),
        sa.Column("sent_to", sa.Text(), nullable=False),
        sa.Column("previous_root", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_root"),
        sa.UniqueConstraint("number", name="uq_audit_root_number"),
    )
    refuse_changes("audit_root")


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
    for table in reversed(NEW):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION audit_root_is_never_changed()")
    op.execute("DELETE FROM invitation WHERE invited_by_id IS NULL")
    with op.batch_alter_table("invitation") as invitation:
        invitation.alter_column("invited_by_id", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("sign_in_session") as session:
        session.drop_constraint("uq_sign_in_session_token", type_="unique")
        for name in ("token", "proven_at", "proven_by"):
            session.drop_column(name)
    with op.batch_alter_table("person") as person:
        person.drop_column("password_set_at")
