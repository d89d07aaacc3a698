"""When the service was down, bids that came too late, and what is decided on bidders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ADDED_TO_ONLY = ("late_submission", "late_decision", "exclusion_event")


def upgrade() -> None:
    create_service_run()
    create_outage()
    create_late_submission()
    create_outage_met()
    create_late_decision()
    create_exclusion_party()
    create_exclusion_event()
    refuse_changes()


def create_service_run() -> None:
    op.create_table(
        "service_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_service_run"),
    )
    op.create_index("ix_service_run_last_seen_at", "service_run", ["last_seen_at"])


def create_outage() -> None:
    op.create_table(
        "outage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=False),
        sa.Column("noticed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outage"),
        sa.UniqueConstraint("token", name="uq_outage_token"),
    )
    op.create_index("ix_outage_began_at_ended_at", "outage", ["began_at", "ended_at"])


def create_late_submission() -> None:
    op.create_table(
        "late_submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_salt", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("commitment", sa.String(), nullable=False),
        sa.Column("audit_hash", sa.String(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("form_key", sa.String(), nullable=True),
        sa.Column("sealed_why", sa.LargeBinary(), nullable=False),
        sa.Column("key_for_tender", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_late_submission"),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name="fk_late_submission_author_id_person"
        ),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_late_submission_bid_id_bid"),
        sa.UniqueConstraint("bid_id", "number", name="uq_late_submission_bid_id"),
        sa.UniqueConstraint("token", name="uq_late_submission_token"),
    )
    op.create_index(
        "uq_late_submission_form_key", "late_submission", ["bid_id", "form_key"], unique=True
    )


def create_outage_met() -> None:
    op.create_table(
        "outage_met",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outage_id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("last_changed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outage_met"),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_outage_met_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["outage_id"], ["outage.id"], name="fk_outage_met_outage_id_outage"
        ),
        sa.UniqueConstraint("outage_id", "bid_id", name="uq_outage_met_outage_id"),
    )
    op.create_index("ix_outage_met_bid_id", "outage_met", ["bid_id"])


def create_late_decision() -> None:
    op.create_table(
        "late_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("late_submission_id", sa.Integer(), nullable=False),
        sa.Column("admitted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_late_decision"),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name="fk_late_decision_decided_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["late_submission_id"],
            ["late_submission.id"],
            name="fk_late_decision_late_submission_id_late_submission",
        ),
        sa.UniqueConstraint("late_submission_id", name="uq_late_decision_late_submission_id"),
    )


def create_exclusion_party() -> None:
    op.create_table(
        "exclusion_party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("found_in", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_exclusion_party"),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name="fk_exclusion_party_added_by_id_person"
        ),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_exclusion_party_bid_id_bid"),
        sa.UniqueConstraint("token", name="uq_exclusion_party_token"),
    )
    op.create_index("ix_exclusion_party_bid_id", "exclusion_party", ["bid_id"])


def create_exclusion_event() -> None:
    op.create_table(
        "exclusion_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_exclusion_event"),
        sa.ForeignKeyConstraint(
            ["party_id"], ["exclusion_party.id"], name="fk_exclusion_event_party_id_exclusion_party"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name="fk_exclusion_event_recorded_by_id_person"
        ),
        sa.UniqueConstraint("party_id", "number", name="uq_exclusion_event_party_id"),
    )


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
    for table in (
        "exclusion_event",
        "exclusion_party",
        "late_decision",
        "outage_met",
        "late_submission",
        "outage",
        "service_run",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in ADDED_TO_ONLY:
            op.execute(f"DROP FUNCTION {table}_is_never_changed")
