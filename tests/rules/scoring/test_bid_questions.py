"""When a bidder's answer to a question about its bid is taken, and where the question stands."""

from datetime import UTC, datetime, timedelta

import pytest

from scoring.rules.bid_questions import (
    AskedState,
    CannotAnswer,
    Waited,
    WrongQuestion,
    checked_answer,
    checked_question,
    must_be_answerable,
    state_of,
)

UNTIL = datetime(2026, 12, 10, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def is_taken(moment, *, is_answered=False):
    try:
        must_be_answerable(Waited(UNTIL, is_answered, None), moment, until="noon")
    except CannotAnswer:
        return False
    return True


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        pytest.param(UNTIL - TICK, True, id="a microsecond before"),
        pytest.param(UNTIL, False, id="at the very moment"),
        pytest.param(UNTIL + TICK, False, id="a microsecond after"),
    ],
)
def test_an_answer_is_in_time_to_the_microsecond(moment, expected):
    assert is_taken(moment) is expected


def test_there_is_one_answer():
    assert not is_taken(UNTIL - TICK, is_answered=True)


@pytest.mark.parametrize(
    ("asked", "moment", "expected"),
    [
        (Waited(UNTIL, False, None), UNTIL - TICK, AskedState.WAITING),
        (Waited(UNTIL, False, None), UNTIL, AskedState.NOT_ANSWERED),
        (Waited(UNTIL, True, None), UNTIL, AskedState.TO_DECIDE),
        (Waited(UNTIL, True, True), UNTIL, AskedState.COUNTS),
        (Waited(UNTIL, True, False), UNTIL, AskedState.DOES_NOT_COUNT),
    ],
    ids=lambda value: str(value) if isinstance(value, AskedState) else None,
)
def test_where_a_question_stands(asked, moment, expected):
    assert state_of(asked, moment) is expected


def test_a_question_has_words_and_time():
    assert checked_question(" Why? ", UNTIL, UNTIL - TICK) == "Why?"
    assert checked_answer(" So. ") == "So."
    for text, moment, field in (
        ("", UNTIL - TICK, "text"),
        ("x" * 4001, UNTIL - TICK, "text"),
        ("Why?", UNTIL, "answer_until"),
    ):
        with pytest.raises(WrongQuestion) as wrong:
            checked_question(text, UNTIL, moment)
        assert wrong.value.field == field
    with pytest.raises(WrongQuestion):
        checked_answer(" ")
