"""Risks that are owned, contracts after award: obligations, measures, assessments, duties."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# The others have columns that follow what is recorded elsewhere: who did a task, what state a
# due obligation is in, the dates of a contract.
ADDED_TO_ONLY = (
    "risk_scale",
    "sharing_choice",
    "issued_schedule",
    "reopening",
    "answers_consent",
    "contract_event",
    "kpi",
    "kpi_rating",
    "outcome_reading",
    "reassessment",
    "reopening_settled",
    "risk_acceptance",
    "risk_action",
    "risk_control",
    "reassessment_answer",
    "reassessment_event",
    "obligation_event",
    "obligation_file",
)
TABLES = (
    "duty_done",
    "risk_scale",
    "sharing_choice",
    "given_task",
    "contract",
    "issued_schedule",
    "reopening",
    "answers_consent",
    "contract_event",
    "kpi",
    "kpi_rating",
    "obligation",
    "outcome_reading",
    "reassessment",
    "reopening_settled",
    "risk_acceptance",
    "risk_action",
    "risk_control",
    "obligation_due",
    "reassessment_answer",
    "reassessment_event",
    "obligation_event",
    "obligation_file",
)


def upgrade() -> None:
    create_duty_done()
    create_risk_scale()
    create_sharing_choice()
    create_given_task()
    create_contract()
    create_issued_schedule()
    create_reopening()
    create_answers_consent()
    create_contract_event()
    create_kpi()
    create_kpi_rating()
    create_obligation()
    create_outcome_reading()
    create_reassessment()
    create_reopening_settled()
    create_risk_acceptance()
    create_risk_action()
    create_risk_control()
    create_obligation_due()
    create_reassessment_answer()
    create_reassessment_event()
    create_obligation_event()
    create_obligation_file()
    for table in ADDED_TO_ONLY:
        refuse_changes(table)
    let_risks_be_owned()
    ask_why_several_win()


def create_duty_done() -> None:
    op.create_table(
        "duty_done",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("through", sa.Date(), nullable=True),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("not_before", sa.DateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_duty_done"),
        sa.UniqueConstraint("name", name="uq_duty_done_name"),
    )


def create_risk_scale() -> None:
    op.create_table(
        "risk_scale",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisation.id"], name="fk_risk_scale_authority_id_organisation"
        ),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["person.id"], name="fk_risk_scale_set_by_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_risk_scale"),
        sa.UniqueConstraint("authority_id", "number", name="uq_risk_scale_authority_id"),
    )


def create_sharing_choice() -> None:
    op.create_table(
        "sharing_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("shares", sa.Boolean(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("done_by_id", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name="fk_sharing_choice_authority_id_organisation",
        ),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["person.id"], name="fk_sharing_choice_done_by_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sharing_choice"),
        sa.UniqueConstraint("authority_id", "number", name="uq_sharing_choice_authority_id"),
    )


def create_given_task() -> None:
    op.create_table(
        "given_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["person.id"], name="fk_given_task_done_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name="fk_given_task_organisation_id_organisation",
        ),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name="fk_given_task_tender_id_tender"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_given_task"),
        sa.UniqueConstraint(
            "organisation_id", "kind", "subject", "due_on", name="uq_given_task_organisation_id"
        ),
        sa.UniqueConstraint("token", name="uq_given_task_token"),
    )
    op.create_index(
        "ix_given_task_open", "given_task", ["organisation_id", "done_at", "due_on"], unique=False
    )
    op.create_index("ix_given_task_tender_id", "given_task", ["tender_id"], unique=False)


def create_contract() -> None:
    op.create_table(
        "contract",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("live_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("manager_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisation.id"], name="fk_contract_authority_id_organisation"
        ),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_contract_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["manager_id"], ["person.id"], name="fk_contract_manager_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["organisation.id"], name="fk_contract_supplier_id_organisation"
        ),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name="fk_contract_tender_id_tender"),
        sa.PrimaryKeyConstraint("id", name="pk_contract"),
        sa.UniqueConstraint("bid_id", "authority_id", name="uq_contract_bid_id"),
        sa.UniqueConstraint("token", name="uq_contract_token"),
    )
    op.create_index("ix_contract_authority_id", "contract", ["authority_id"], unique=False)
    op.create_index("ix_contract_supplier_id", "contract", ["supplier_id"], unique=False)
    op.create_index("ix_contract_tender_id", "contract", ["tender_id"], unique=False)


def create_issued_schedule() -> None:
    op.create_table(
        "issued_schedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("answers_id", sa.Integer(), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("done_by_id", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answers_id"],
            ["issued_schedule.id"],
            name="fk_issued_schedule_answers_id_issued_schedule",
        ),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_issued_schedule_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["person.id"], name="fk_issued_schedule_done_by_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_issued_schedule"),
        sa.UniqueConstraint("bid_id", "number", name="uq_issued_schedule_bid_id"),
        sa.UniqueConstraint("token", name="uq_issued_schedule_token"),
    )


def create_reopening() -> None:
    op.create_table(
        "reopening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("thing", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("raised_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisation.id"], name="fk_reopening_authority_id_organisation"
        ),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_reopening_bid_id_bid"),
        sa.PrimaryKeyConstraint("id", name="pk_reopening"),
        sa.UniqueConstraint(
            "bid_id",
            "authority_id",
            "thing",
            "subject",
            "rule",
            "cause",
            name="uq_reopening_bid_id",
        ),
        sa.UniqueConstraint("token", name="uq_reopening_token"),
    )
    op.create_index("ix_reopening_bid_id", "reopening", ["bid_id"], unique=False)


def create_answers_consent() -> None:
    op.create_table(
        "answers_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("done_by_id", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name="fk_answers_consent_authority_id_organisation",
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name="fk_answers_consent_contract_id_contract"
        ),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["person.id"], name="fk_answers_consent_done_by_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_answers_consent"),
        sa.UniqueConstraint(
            "contract_id", "authority_id", "number", name="uq_answers_consent_contract_id"
        ),
        sa.UniqueConstraint("token", name="uq_answers_consent_token"),
    )
    op.create_index(
        "ix_answers_consent_authority_id", "answers_consent", ["authority_id"], unique=False
    )
    op.create_index(
        "ix_answers_consent_contract_id", "answers_consent", ["contract_id"], unique=False
    )


def create_contract_event() -> None:
    op.create_table(
        "contract_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("done_by_id", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name="fk_contract_event_contract_id_contract"
        ),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["person.id"], name="fk_contract_event_done_by_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_contract_event"),
        sa.UniqueConstraint("contract_id", "number", name="uq_contract_event_contract_id"),
    )


def create_kpi() -> None:
    op.create_table(
        "kpi",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("target", sa.Numeric(), nullable=True),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("is_published", sa.Boolean(), nullable=False),
        sa.Column("is_taken_out", sa.Boolean(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("done_by_id", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name="fk_kpi_contract_id_contract"
        ),
        sa.ForeignKeyConstraint(["done_by_id"], ["person.id"], name="fk_kpi_done_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_kpi"),
        sa.UniqueConstraint("contract_id", "name", "number", name="uq_kpi_contract_id"),
        sa.UniqueConstraint("token", name="uq_kpi_token"),
    )


def create_kpi_rating() -> None:
    op.create_table(
        "kpi_rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=True),
        sa.Column("rating", sa.String(40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("done_by_id", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name="fk_kpi_rating_contract_id_contract"
        ),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["person.id"], name="fk_kpi_rating_done_by_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_kpi_rating"),
        sa.UniqueConstraint(
            "contract_id", "name", "period_to", "number", name="uq_kpi_rating_contract_id"
        ),
    )


def create_obligation() -> None:
    op.create_table(
        "obligation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("schedule_id", sa.Integer(), nullable=True),
        sa.Column("origin", sa.String(40), nullable=False),
        sa.Column("clause_id", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("bound", sa.String(40), nullable=False),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("every_months", sa.Integer(), nullable=True),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name="fk_obligation_contract_id_contract"
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"],
            ["issued_schedule.id"],
            name="fk_obligation_schedule_id_issued_schedule",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_obligation"),
        sa.UniqueConstraint("token", name="uq_obligation_token"),
    )
    op.create_index("ix_obligation_contract_id", "obligation", ["contract_id"], unique=False)


def create_outcome_reading() -> None:
    op.create_table(
        "outcome_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("done_by_id", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name="fk_outcome_reading_contract_id_contract"
        ),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["person.id"], name="fk_outcome_reading_done_by_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_outcome_reading"),
        sa.UniqueConstraint(
            "contract_id", "due_on", "number", name="uq_outcome_reading_contract_id"
        ),
    )


def create_reassessment() -> None:
    op.create_table(
        "reassessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name="fk_reassessment_contract_id_contract"
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["person.id"], name="fk_reassessment_opened_by_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reassessment"),
        sa.UniqueConstraint("contract_id", "number", name="uq_reassessment_contract_id"),
        sa.UniqueConstraint("token", name="uq_reassessment_token"),
    )


def create_reopening_settled() -> None:
    op.create_table(
        "reopening_settled",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reopening_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["person.id"], name="fk_reopening_settled_done_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["reopening_id"], ["reopening.id"], name="fk_reopening_settled_reopening_id_reopening"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reopening_settled"),
        sa.UniqueConstraint("reopening_id", name="uq_reopening_settled_reopening_id"),
    )


def create_risk_acceptance() -> None:
    op.create_table(
        "risk_acceptance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("risk_row_id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("likelihood", sa.Integer(), nullable=False),
        sa.Column("impact", sa.Integer(), nullable=False),
        sa.Column("appetite", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("done_by_id", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["organisation.id"],
            name="fk_risk_acceptance_authority_id_organisation",
        ),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["person.id"], name="fk_risk_acceptance_done_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["risk_row_id"], ["risk_row.id"], name="fk_risk_acceptance_risk_row_id_risk_row"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_risk_acceptance"),
        sa.UniqueConstraint(
            "risk_row_id", "authority_id", "number", name="uq_risk_acceptance_risk_row_id"
        ),
    )


def create_risk_action() -> None:
    op.create_table(
        "risk_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("risk_row_id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("done_by_id", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisation.id"], name="fk_risk_action_authority_id_organisation"
        ),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["person.id"], name="fk_risk_action_done_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["risk_row_id"], ["risk_row.id"], name="fk_risk_action_risk_row_id_risk_row"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_risk_action"),
        sa.UniqueConstraint("action", "number", name="uq_risk_action_action"),
    )
    op.create_index("ix_risk_action_risk_row_id", "risk_action", ["risk_row_id"], unique=False)


def create_risk_control() -> None:
    op.create_table(
        "risk_control",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("risk_row_id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("control", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("clause_id", sa.String(), nullable=False),
        sa.Column("is_taken_out", sa.Boolean(), nullable=False),
        sa.Column("done_by_id", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisation.id"], name="fk_risk_control_authority_id_organisation"
        ),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["person.id"], name="fk_risk_control_done_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["risk_row_id"], ["risk_row.id"], name="fk_risk_control_risk_row_id_risk_row"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_risk_control"),
        sa.UniqueConstraint("control", "number", name="uq_risk_control_control"),
    )
    op.create_index("ix_risk_control_risk_row_id", "risk_control", ["risk_row_id"], unique=False)


def create_obligation_due() -> None:
    op.create_table(
        "obligation_due",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name="fk_obligation_due_obligation_id_obligation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_obligation_due"),
        sa.UniqueConstraint("obligation_id", "number", name="uq_obligation_due_obligation_id"),
        sa.UniqueConstraint("token", name="uq_obligation_due_token"),
    )
    op.create_index("ix_obligation_due_due_on", "obligation_due", ["due_on"], unique=False)


def create_reassessment_answer() -> None:
    op.create_table(
        "reassessment_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reassessment_id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name="fk_reassessment_answer_answered_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["reassessment_id"],
            ["reassessment.id"],
            name="fk_reassessment_answer_reassessment_id_reassessment",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reassessment_answer"),
        sa.UniqueConstraint(
            "reassessment_id", "part_id", "version", name="uq_reassessment_answer_reassessment_id"
        ),
    )


def create_reassessment_event() -> None:
    op.create_table(
        "reassessment_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reassessment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("done_by_id", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["person.id"], name="fk_reassessment_event_done_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["reassessment_id"],
            ["reassessment.id"],
            name="fk_reassessment_event_reassessment_id_reassessment",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reassessment_event"),
        sa.UniqueConstraint(
            "reassessment_id", "number", name="uq_reassessment_event_reassessment_id"
        ),
    )


def create_obligation_event() -> None:
    op.create_table(
        "obligation_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("due_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=False),
        sa.Column("done_by_id", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["person.id"], name="fk_obligation_event_done_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["due_id"], ["obligation_due.id"], name="fk_obligation_event_due_id_obligation_due"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_obligation_event"),
        sa.UniqueConstraint("due_id", "number", name="uq_obligation_event_due_id"),
    )


def create_obligation_file() -> None:
    op.create_table(
        "obligation_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("due_id", sa.Integer(), nullable=False),
        sa.Column("sealed_about", sa.LargeBinary(), nullable=False),
        sa.Column("stored_name", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("wrapped_key", sa.Text(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name="fk_obligation_file_added_by_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["due_id"], ["obligation_due.id"], name="fk_obligation_file_due_id_obligation_due"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_obligation_file"),
        sa.UniqueConstraint("token", name="uq_obligation_file_token"),
    )
    op.create_index("ix_obligation_file_due_id", "obligation_file", ["due_id"], unique=False)


def let_risks_be_owned() -> None:
    """A risk of somebody's own, one merged into another, one dealt with after the award."""
    op.add_column("risk_row", sa.Column("own_title", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "risk_row", sa.Column("own_category", sa.String(), nullable=False, server_default="")
    )
    op.add_column(
        "risk_decision", sa.Column("merged_into", sa.String(), nullable=False, server_default="")
    )
    op.add_column("own_risk_decision", sa.Column("state", sa.String(40), nullable=True))


def ask_why_several_win() -> None:
    op.add_column(
        "recommendation",
        sa.Column("several_because", sa.Text(), nullable=False, server_default=""),
    )


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
    op.drop_column("recommendation", "several_because")
    op.drop_column("own_risk_decision", "state")
    op.drop_column("risk_decision", "merged_into")
    op.drop_column("risk_row", "own_category")
    op.drop_column("risk_row", "own_title")
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        for table in ADDED_TO_ONLY:
            op.execute(f"DROP FUNCTION {table}_is_never_changed()")
