"""When a bid may change, what its state line says, and what a receipt proves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from supplier_portal.rules.progress import Progress, QuestionProgress, about, minutes_left
from supplier_portal.rules.receipt import commitment, verify
from supplier_portal.rules.stages import BidStage, BidStep, BidStepNotAllowed, stage_after
from supplier_portal.rules.state import HandedIn, state_line
from supplier_portal.rules.submission import (
    NotReady,
    TooLate,
    Window,
    left_out,
    must_be_declared,
    must_be_open,
    refusal,
)
from tenders.rules.lifecycle import Stage

OPENS = datetime(2026, 11, 1, 9, tzinfo=UTC)
CLOSES = datetime(2026, 12, 4, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
WORDS = "4 December 2026, 12:00 noon (UK time)"
CLOSED = f"You cannot save answers because this tender closed on {WORDS}"
NOT_OPEN = "You cannot save answers because this tender is not open yet"
CANCELLED = "You cannot save answers because the authority has cancelled this tender"


@pytest.mark.parametrize(
    ("stage", "moment", "reason"),
    [
        (Stage.OPEN, OPENS, ""),
        (Stage.OPEN, CLOSES - TICK, ""),
        (Stage.OPEN, CLOSES, CLOSED),
        (Stage.OPENED, CLOSES + TICK, CLOSED),
        (Stage.OPEN, OPENS - TICK, NOT_OPEN),
        (Stage.CANCELLED, OPENS, CANCELLED),
    ],
    ids=["as it opens", "the last moment", "closing time", "opened", "before", "cancelled"],
)
def test_the_moment_of_arrival_decides(stage, moment, reason):
    refused = refusal(Window(stage, OPENS, CLOSES, WORDS), moment, "save answers")

    assert str(refused or "") == reason


def test_what_comes_too_late_is_stopped_and_what_comes_in_time_is_not():
    window = Window(Stage.OPEN, OPENS, CLOSES, WORDS)

    must_be_open(window, CLOSES - TICK, "save answers")
    with pytest.raises(TooLate, match="closed on"):
        must_be_open(window, CLOSES, "save answers")


@pytest.mark.parametrize(
    ("stage", "handed_in", "closed", "line"),
    [
        (BidStage.DRAFT, None, False, "Not submitted"),
        (BidStage.DRAFT, None, True, "Not submitted, and the tender is closed"),
        (BidStage.SUBMITTED, HandedIn(2, "now", False), False, "Submitted now, version 2"),
        (
            BidStage.SUBMITTED,
            HandedIn(2, "now", True),
            True,
            "Submitted now, version 2, with unsent changes",
        ),
        (BidStage.WITHDRAWN, HandedIn(1, "now", False), False, "Withdrawn. Not submitted"),
        (
            BidStage.WITHDRAWN,
            HandedIn(1, "now", False),
            True,
            "Withdrawn: this bid was not handed in",
        ),
    ],
)
def test_the_state_line_never_lies(stage, handed_in, closed, line):
    assert state_line(stage, handed_in, closed=closed) == line


@pytest.mark.parametrize("step", sorted(set(BidStep) - {BidStep.ADMIT}))
def test_an_opened_bid_stays_as_it_is(step):
    with pytest.raises(BidStepNotAllowed):
        stage_after(BidStage.OPENED, step)


def test_a_draft_is_not_withdrawn():
    with pytest.raises(BidStepNotAllowed, match="because it is not submitted$"):
        stage_after(BidStage.DRAFT, BidStep.WITHDRAW)


WHOLE = {"name": "Mara Voss", "agreed": True, "missing": 0, "knows_missing": False}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"unconfirmed": 1}, "Confirm the 1 answer taken over from"),
        ({"unconfirmed": 2}, "Confirm the 2 answers taken over from"),
        ({"amended": 1}, "Confirm or change the 1 answer to a question that was amended"),
        ({"amended": 2}, "Confirm or change the 2 answers to questions that were amended"),
        ({"missing": 1}, "although 1 required answer is missing"),
        ({"missing": 2}, "although 2 required answers are missing"),
    ],
    ids=str,
)
def test_what_is_still_to_be_looked_at_is_counted(given, said):
    with pytest.raises(NotReady) as wrong:
        must_be_declared(**(WHOLE | given))

    assert said in str(wrong.value)


def test_a_whole_declaration_is_taken_with_a_name_of_up_to_200_characters():
    must_be_declared(**(WHOLE | {"name": "x" * 200}))

    assert left_out(**WHOLE, says="accepted") == []
    assert [one.field for one in left_out(**WHOLE, says="")] == ["terms"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"missing": 2}, "knows_missing"),
        ({"agreed": False}, "agreed"),
        ({"name": "  "}, "declared_by"),
        ({"name": "x" * 201}, "declared_by"),
    ],
)
def test_a_declaration_lacking_something_names_it(given, field):
    with pytest.raises(NotReady) as wrong:
        must_be_declared(**(WHOLE | given))

    assert wrong.value.field == field


def test_a_receipt_is_checked_with_nothing_but_the_text():
    salt, text = bytes(range(32)), '{"answers":{"SLP-07.f":"offline"}}'
    receipt = {"salt": salt.hex(), "commitment": commitment(salt, text)}

    assert verify(receipt, text)
    assert not verify(receipt, text.replace("offline", "none"))
    assert not verify(receipt | {"salt": "00" * 32}, text)
    # Half a character is no text that anybody handed in: said so, and nothing falls over.
    assert verify(receipt, text + "\ud800") is False


@pytest.mark.parametrize("receipt", [{}, {"salt": "zz", "commitment": ""}, {"salt": 5}])
def test_a_damaged_receipt_proves_nothing(receipt):
    assert verify(receipt, "{}") is False


def test_one_commitment_tells_nothing_of_another():
    assert commitment(b"a" * 32, "{}") != commitment(b"b" * 32, "{}")


@pytest.mark.parametrize(("missing", "minutes"), [(0, 0), (1, 5), (5, 20), (10, 35)], ids=str)
def test_minutes_left_are_a_share_in_steps_of_five(missing, minutes):
    assert minutes_left(35, asked=10, missing=missing) == minutes


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (5, "about 5 minutes"),
        (60, "about 1 hour"),
        (95, "about 1 hour 35 minutes"),
        (445, "about 7 hours 25 minutes"),
        (0, "about 0 minutes"),
    ],
    ids=str,
)
def test_time_is_told_as_people_plan_it(minutes, words):
    assert about(minutes) == words


@pytest.mark.parametrize(
    ("missing", "optional", "words"),
    [
        (2, 1, "2 answers left, and 1 optional"),
        (1, 0, "1 answer left"),
        (0, 3, "4 answered, 3 optional left"),
        (0, 0, "all 7 answered"),
    ],
    ids=["both", "required alone", "optional alone", "nothing"],
)
def test_a_question_says_what_is_left_and_what_of_it_is_optional(missing, optional, words):
    line = QuestionProgress(
        question=None,
        state=Progress.IN_PROGRESS,
        asked=7,
        answered=4,
        missing=((None, None),) * missing,
        optional=optional,
        minutes=0,
    )

    assert line.left == words
