"""An answer and the amendments that came after it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from question_bank.rules.questions import Asked, Kind, Part, Schema
from supplier_portal.rules.amendments import (
    Amended,
    amended_since,
    for_a_form,
    what_no_longer_fits,
)
from supplier_portal.rules.stages import BidStage
from supplier_portal.rules.state import HandedIn, state_line

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIRST = Amended(1, NOON, frozenset({"HOL-01.a"}))
SECOND = Amended(2, NOON + HOUR, frozenset({"HOL-01.a", "HOL-01.b"}))


def test_the_last_amendment_of_a_part_after_the_answer_counts():
    assert amended_since("HOL-01.a", NOON - HOUR, [FIRST, SECOND]) == SECOND
    assert amended_since("HOL-01.b", NOON - HOUR, [FIRST]) is None
    assert amended_since("HOL-01.a", NOON + 2 * HOUR, [FIRST, SECOND]) is None


def test_an_answer_of_the_very_instant_was_given_to_the_text_before():
    assert amended_since("HOL-01.a", NOON, [FIRST]) == FIRST
    assert amended_since("HOL-01.a", NOON + timedelta(microseconds=1), [FIRST]) is None


TEXT = Part("HOL-01.a", Kind.SHORT_TEXT, "Tester")
ROWS = Schema(
    "T0",
    "Lamps",
    "lamp",
    (Asked("name", Kind.SHORT_TEXT, "Name"), Asked("tested", Kind.DATE, "Tested")),
)
TABLE = Part("HOL-01.a", Kind.TABLE, "Lamps", schema=ROWS)


def test_what_is_stored_in_another_shape_does_not_fit():
    files = Part("HOL-01.a", Kind.FILE, "Report")

    assert what_no_longer_fits(TEXT, "Our engineers") == ()
    assert [wrong.code for wrong in what_no_longer_fits(files, "report.pdf")] == ["other_kind"]
    assert [wrong.code for wrong in what_no_longer_fits(TABLE, "words")] == ["not_rows"]


def test_a_form_shows_what_its_boxes_can_hold():
    other = Schema("T0", "Lamps", "lamp", (Asked("name", Kind.SHORT_TEXT, "Name"),))
    now = Part("HOL-01.a", Kind.TABLE, "Lamps", schema=other)

    assert for_a_form(TEXT, TEXT, "Our engineers") == "Our engineers"
    assert for_a_form(TEXT, TABLE, "Our engineers") is None
    assert for_a_form(TABLE, now, [{"name": "A", "tested": "2026-01-01"}]) == [{"name": "A"}]


def test_the_state_line_says_under_which_questions_a_bid_was_submitted():
    handed_in = HandedIn(1, "on Monday", False, before_amendment=2)

    assert state_line(BidStage.SUBMITTED, handed_in, closed=False) == (
        "Submitted on Monday, version 1, under the questions before amendment 2"
    )
