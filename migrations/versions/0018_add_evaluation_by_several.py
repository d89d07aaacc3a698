"""Evaluation by several people: interests, allocation, agreed marks, prices, decision, letters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ADDED_TO_ONLY = (
    "interest_declaration",
    "interest_in_bid",
    "interest_decision",
    "allocation_event",
    "mark_lock",
    "agreed_mark",
    "quality_agreed",
    "price_offer",
    "low_price_event",
    "price_opening",
    "lots_drawn",
    "model_test",
    "recommendation",
    "outcome_letter",
    "standstill_event",
    "question_lesson",
)


def upgrade() -> None:
    create_interest_declaration()
    create_interest_in_bid()
    create_interest_decision()
    create_allocation_event()
    create_mark_lock()
    create_agreed_mark()
    create_quality_agreed()
    create_price_offer()
    create_bid_standing()
    create_low_price_event()
    create_price_opening()
    create_lots_drawn()
    create_model_test()
    create_recommendation()
    create_outcome_letter()
    create_standstill_event()
    create_question_lesson()
    for table in ADDED_TO_ONLY:
        refuse_changes(table)
    let_each_evaluator_mark()
    take_marks_as_agreed()


def create_interest_declaration() -> None:
    op.create_table(
        "interest_declaration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("bidders_known", sa.Boolean(), nullable=False),
        sa.Column("has_interest", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("declared_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_interest_declaration"),
        sa.UniqueConstraint(
            "tender_id", "person_id", "number", name="uq_interest_declaration_tender_id"
        ),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name="fk_interest_declaration_tender_id_tender"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_interest_declaration_person_id_person"
        ),
    )


def create_interest_in_bid() -> None:
    op.create_table(
        "interest_in_bid",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("declaration_id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("nature", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_interest_in_bid"),
        sa.UniqueConstraint("declaration_id", "bid_id", name="uq_interest_in_bid_declaration_id"),
        sa.ForeignKeyConstraint(
            ["declaration_id"],
            ["interest_declaration.id"],
            name="fk_interest_in_bid_declaration_id_interest_declaration",
        ),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_interest_in_bid_bid_id_bid"),
    )
    op.create_index("ix_interest_in_bid_bid_id", "interest_in_bid", ["bid_id"])


def create_interest_decision() -> None:
    op.create_table(
        "interest_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("barred", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_interest_decision"),
        sa.UniqueConstraint(
            "tender_id", "person_id", "number", name="uq_interest_decision_tender_id"
        ),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name="fk_interest_decision_tender_id_tender"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_interest_decision_person_id_person"
        ),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_interest_decision_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name="fk_interest_decision_decided_by_id_person"
        ),
    )
    op.create_index("ix_interest_decision_bid_id", "interest_decision", ["bid_id"])


def create_allocation_event() -> None:
    op.create_table(
        "allocation_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_allocation_event"),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name="fk_allocation_event_tender_id_tender"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_allocation_event_person_id_person"
        ),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_allocation_event_bid_id_bid"),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_allocation_event_by_id_person"),
    )
    op.create_index("ix_allocation_event_tender_id", "allocation_event", ["tender_id"])


def create_mark_lock() -> None:
    op.create_table(
        "mark_lock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("last_mark_id", sa.Integer(), nullable=False),
        sa.Column("marks", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("locked_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mark_lock"),
        sa.UniqueConstraint("tender_id", "person_id", "number", name="uq_mark_lock_tender_id"),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name="fk_mark_lock_tender_id_tender"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_mark_lock_person_id_person"),
    )


def create_agreed_mark() -> None:
    op.create_table(
        "agreed_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("feedback", sa.Text(), nullable=False),
        sa.Column("why_not_higher", sa.Text(), nullable=False),
        sa.Column("internal_comment", sa.Text(), nullable=False),
        sa.Column("why_moved", sa.Text(), nullable=False),
        sa.Column("suggested", sa.Integer(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("present", sa.JSON(), nullable=False),
        sa.Column("considered", sa.JSON(), nullable=False),
        sa.Column("warned", sa.JSON(), nullable=False),
        sa.Column("reopened_because", sa.Text(), nullable=False),
        sa.Column("signed_by_id", sa.Integer(), nullable=False),
        sa.Column("signed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_agreed_mark"),
        sa.CheckConstraint("mark BETWEEN 0 AND 5", name=op.f("ck_agreed_mark_mark")),
        sa.UniqueConstraint("bid_id", "question_id", "number", name="uq_agreed_mark_bid_id"),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_agreed_mark_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["signed_by_id"], ["person.id"], name="fk_agreed_mark_signed_by_id_person"
        ),
    )


def create_quality_agreed() -> None:
    op.create_table(
        "quality_agreed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("last_mark_id", sa.Integer(), nullable=False),
        sa.Column("agreed_by_id", sa.Integer(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quality_agreed"),
        sa.UniqueConstraint("tender_id", "number", name="uq_quality_agreed_tender_id"),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name="fk_quality_agreed_tender_id_tender"
        ),
        sa.ForeignKeyConstraint(
            ["agreed_by_id"], ["person.id"], name="fk_quality_agreed_agreed_by_id_person"
        ),
    )


def create_price_offer() -> None:
    op.create_table(
        "price_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_price_offer"),
        sa.UniqueConstraint("bid_id", "number", name="uq_price_offer_bid_id"),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_price_offer_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name="fk_price_offer_author_id_person"
        ),
    )


def create_bid_standing() -> None:
    op.create_table(
        "bid_standing",
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("requirements", sa.JSON(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("quality", sa.String(), nullable=True),
        sa.Column("sections", sa.JSON(), nullable=False),
        sa.Column("unmarked", sa.Integer(), nullable=False),
        sa.Column("why_unranked", sa.Text(), nullable=False),
        sa.Column("disregarded", sa.Boolean(), nullable=False),
        sa.Column("price", sa.String(), nullable=True),
        sa.Column("worked_out_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("bid_id", name="pk_bid_standing"),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_bid_standing_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name="fk_bid_standing_tender_id_tender"
        ),
    )
    op.create_index("ix_bid_standing_tender_id", "bid_standing", ["tender_id"])


def create_low_price_event() -> None:
    op.create_table(
        "low_price_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_low_price_event"),
        sa.UniqueConstraint("bid_id", "number", name="uq_low_price_event_bid_id"),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_low_price_event_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name="fk_low_price_event_recorded_by_id_person"
        ),
    )


def create_price_opening() -> None:
    op.create_table(
        "price_opening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("bids", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_price_opening"),
        sa.UniqueConstraint("tender_id", "number", name="uq_price_opening_tender_id"),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name="fk_price_opening_tender_id_tender"
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["person.id"], name="fk_price_opening_opened_by_id_person"
        ),
    )


def create_lots_drawn() -> None:
    op.create_table(
        "lots_drawn",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("bids", sa.JSON(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("witness", sa.String(), nullable=False),
        sa.Column("drawn_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lots_drawn"),
        sa.UniqueConstraint("tender_id", "number", name="uq_lots_drawn_tender_id"),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name="fk_lots_drawn_tender_id_tender"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name="fk_lots_drawn_recorded_by_id_person"
        ),
    )


def create_model_test() -> None:
    op.create_table(
        "model_test",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("tried", sa.Text(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_model_test"),
        sa.UniqueConstraint("tender_id", "number", name="uq_model_test_tender_id"),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name="fk_model_test_tender_id_tender"
        ),
        sa.ForeignKeyConstraint(
            ["saved_by_id"], ["person.id"], name="fk_model_test_saved_by_id_person"
        ),
    )


def create_question_lesson() -> None:
    op.create_table(
        "question_lesson",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("bids", sa.Integer(), nullable=False),
        sa.Column("lowest", sa.Integer(), nullable=False),
        sa.Column("highest", sa.Integer(), nullable=False),
        sa.Column("clarifications", sa.Integer(), nullable=False),
        sa.Column("not_applicable", sa.Integer(), nullable=True),
        sa.Column("several", sa.Integer(), nullable=False),
        sa.Column("apart", sa.Integer(), nullable=False),
        sa.Column("far_apart", sa.Integer(), nullable=False),
        sa.Column("away", sa.Integer(), nullable=False),
        sa.Column("far_away", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_question_lesson"),
        sa.UniqueConstraint("tender_id", "question_id", name="uq_question_lesson_tender_id"),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name="fk_question_lesson_tender_id_tender"
        ),
    )


def create_recommendation() -> None:
    op.create_table(
        "recommendation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("outcomes", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recommendation"),
        sa.UniqueConstraint("tender_id", "number", name="uq_recommendation_tender_id"),
        sa.UniqueConstraint("token", name="uq_recommendation_token"),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name="fk_recommendation_tender_id_tender"
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name="fk_recommendation_made_by_id_person"
        ),
    )


def create_outcome_letter() -> None:
    op.create_table(
        "outcome_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("recommendation_id", sa.Integer(), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.Column("reviewed", sa.Boolean(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outcome_letter"),
        sa.UniqueConstraint("bid_id", "number", name="uq_outcome_letter_bid_id"),
        sa.UniqueConstraint("token", name="uq_outcome_letter_token"),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name="fk_outcome_letter_bid_id_bid"),
        sa.ForeignKeyConstraint(
            ["recommendation_id"],
            ["recommendation.id"],
            name="fk_outcome_letter_recommendation_id_recommendation",
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["person.id"], name="fk_outcome_letter_written_by_id_person"
        ),
    )


def create_standstill_event() -> None:
    op.create_table(
        "standstill_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_standstill_event"),
        sa.UniqueConstraint("tender_id", "number", name="uq_standstill_event_tender_id"),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name="fk_standstill_event_tender_id_tender"
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name="fk_standstill_event_notice_id_notice"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name="fk_standstill_event_recorded_by_id_person"
        ),
    )


def let_each_evaluator_mark() -> None:
    """A mark was one for everybody, the last counting; now each evaluator has his own."""
    allow_changes("mark")
    with op.batch_alter_table("mark") as table:
        table.add_column(sa.Column("points", sa.JSON(), nullable=False, server_default="{}"))
        table.add_column(sa.Column("cites", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("warned", sa.JSON(), nullable=False, server_default="[]"))
        table.drop_constraint("uq_mark_bid_id", type_="unique")
        table.create_unique_constraint(
            "uq_mark_bid_id", ["bid_id", "question_id", "evaluator_id", "number"]
        )
        table.create_index("ix_mark_evaluator_id", ["evaluator_id"])
    with op.batch_alter_table("mark") as table:
        for column in ("points", "cites", "warned"):
            table.alter_column(column, server_default=None, existing_type=sa.JSON())
    refuse_changes("mark")


def take_marks_as_agreed() -> None:
    """The mark that counted until now is the agreed one, signed by whoever gave it."""
    op.execute(
        "INSERT INTO agreed_mark (bid_id, question_id, number, mark, reason, feedback, "
        "why_not_higher, internal_comment, why_moved, suggested, points, present, considered, "
        "warned, reopened_because, signed_by_id, signed_at) "
        "SELECT bid_id, question_id, 1, mark, reason, feedback, '', internal_comment, '', "
        "suggested, '{}', '[]', '[]', '[]', '', evaluator_id, saved_at FROM mark AS one "
        "WHERE number = (SELECT max(number) FROM mark AS other "
        "WHERE other.bid_id = one.bid_id AND other.question_id = one.question_id)"
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
        f"CREATE OR REPLACE FUNCTION {table}_is_never_changed() RETURNS trigger "
        f"LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{table} is never changed'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE "
        f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_never_changed()"
    )


def allow_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in ("update", "delete"):
            op.execute(f"DROP TRIGGER IF EXISTS {table}_refuses_{change}")
        return
    op.execute(f"DROP TRIGGER {table}_refuses_change ON {table}")


def downgrade() -> None:
    allow_changes("mark")
    # Before, one question of a bid had one series of marks: what others gave goes.
    op.execute(
        "DELETE FROM mark WHERE id NOT IN "
        "(SELECT max(id) FROM mark GROUP BY bid_id, question_id, number)"
    )
    with op.batch_alter_table("mark") as table:
        table.drop_index("ix_mark_evaluator_id")
        table.drop_constraint("uq_mark_bid_id", type_="unique")
        table.create_unique_constraint("uq_mark_bid_id", ["bid_id", "question_id", "number"])
        for column in ("warned", "cites", "points"):
            table.drop_column(column)
    refuse_changes("mark")
    for table in reversed(
        (
            "interest_declaration",
            "interest_in_bid",
            "interest_decision",
            "allocation_event",
            "mark_lock",
            "agreed_mark",
            "quality_agreed",
            "price_offer",
            "bid_standing",
            "low_price_event",
            "price_opening",
            "lots_drawn",
            "model_test",
            "recommendation",
            "outcome_letter",
            "standstill_event",
            "question_lesson",
        )
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        for table in ADDED_TO_ONLY:
            op.execute(f"DROP FUNCTION {table}_is_never_changed()")
