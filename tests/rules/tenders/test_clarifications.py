"""When questions about a tender are taken, what becomes of them, and what would tell who asked."""

from datetime import UTC, datetime, timedelta

import pytest

from tenders.rules.clarifications import (
    AskingWindow,
    ClarificationState,
    ClarificationStep,
    ClarificationStepNotAllowed,
    NoMoreQuestions,
    TellsWhoAsked,
    WrongWords,
    checked_words,
    clarification_state_after,
    must_name_nobody,
    must_take_answers,
    names_in,
    questions_close,
    refusal_to_ask,
)
from tenders.rules.lifecycle import Stage

PUBLISHED = datetime(2026, 11, 2, 9, tzinfo=UTC)
UNTIL = datetime(2026, 11, 20, 12, tzinfo=UTC)
CLOSES = datetime(2026, 12, 4, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def window(**changed):
    known = {
        "stage": Stage.OPEN,
        "published_at": PUBLISHED,
        "closes_at": CLOSES,
        "questions_until": UNTIL,
        "runs_elsewhere": False,
        "words": "20 November 2026, 12:00 noon (UK time)",
    }
    return AskingWindow(**known | changed)


def why_not(window, moment):
    return str(refusal_to_ask(window, moment) or "")


ENDED = (
    "You cannot ask a question because the time for questions ended on 20 November 2026, "
    "12:00 noon (UK time)"
)
NOT_OPEN = "You cannot ask a question because this tender is not open yet"


@pytest.mark.parametrize(
    ("window", "moment", "expected"),
    [
        pytest.param(window(), UNTIL - TICK, "", id="a microsecond before"),
        pytest.param(window(), UNTIL, ENDED, id="at the very moment"),
        pytest.param(window(), UNTIL + TICK, ENDED, id="a microsecond after"),
        pytest.param(window(), PUBLISHED, "", id="at publication"),
        pytest.param(window(), PUBLISHED - TICK, NOT_OPEN, id="before publication"),
        pytest.param(window(questions_until=None), CLOSES - TICK, "", id="until bids close"),
        pytest.param(window(questions_until=None), CLOSES, ENDED, id="bids are closed"),
        pytest.param(
            window(closes_at=UNTIL - timedelta(days=1)),
            UNTIL - timedelta(days=1),
            ENDED,
            id="bids close before questions would",
        ),
        pytest.param(window(published_at=None), UNTIL - TICK, NOT_OPEN, id="a draft"),
        pytest.param(
            window(stage=Stage.CANCELLED),
            UNTIL - TICK,
            "You cannot ask a question because the authority has cancelled this tender",
            id="cancelled",
        ),
        pytest.param(
            window(runs_elsewhere=True),
            UNTIL - TICK,
            "You cannot ask a question here because this tender takes bids on another portal: "
            "ask it there",
            id="on another portal",
        ),
    ],
)
def test_a_question_is_in_time_to_the_microsecond(window, moment, expected):
    assert why_not(window, moment) == expected


def test_questions_close_with_the_bids_at_the_latest():
    assert questions_close(CLOSES, UNTIL) == UNTIL
    assert questions_close(UNTIL, CLOSES) == UNTIL
    assert questions_close(CLOSES, None) == CLOSES
    assert questions_close(None, UNTIL) is None


@pytest.mark.parametrize(
    ("window", "moment", "is_taken"),
    [
        pytest.param(window(), CLOSES - TICK, True, id="after the time for questions"),
        pytest.param(window(), CLOSES, False, id="when bids close"),
        pytest.param(window(stage=Stage.CANCELLED), UNTIL, False, id="cancelled"),
    ],
)
def test_answers_are_published_until_bids_close(window, moment, is_taken):
    try:
        must_take_answers(window, moment)
    except NoMoreQuestions:
        assert not is_taken
    else:
        assert is_taken


@pytest.mark.parametrize("step", ClarificationStep)
@pytest.mark.parametrize("state", ClarificationState)
def test_only_a_waiting_question_goes_anywhere(state, step):
    becomes = {
        ClarificationStep.PUBLISH: ClarificationState.PUBLISHED,
        ClarificationStep.DECLINE: ClarificationState.DECLINED,
        ClarificationStep.WITHDRAW: ClarificationState.WITHDRAWN,
        ClarificationStep.MERGE: ClarificationState.MERGED,
    }
    if state is ClarificationState.ASKED:
        assert clarification_state_after(state, step) is becomes[step]
    else:
        with pytest.raises(ClarificationStepNotAllowed):
            clarification_state_after(state, step)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We at Larkfield Sensors wonder", ["Larkfield Sensors"]),
        ("larkfield-sensors", ["Larkfield Sensors"]),
        ("LARKFIELD\nSENSORS’ sensors", ["Larkfield Sensors"]),
        ("Larkfield’s sensors", []),
        ("Sensorsoft", []),
        ("", []),
    ],
)
def test_a_name_is_found_as_whole_words_however_it_is_written(text, found):
    assert names_in(text, ["Larkfield Sensors", "Sensorsoft Ltd", ""]) == found


def test_a_turn_of_phrase_may_be_confirmed_and_a_legal_name_may_not():
    names = ["Open Data", "Open Data Limited"]

    must_name_nobody("We publish open data", names, confirmed=True, field="answer")
    with pytest.raises(TellsWhoAsked) as asked:
        must_name_nobody("We publish open data", names, confirmed=False, field="answer")
    with pytest.raises(TellsWhoAsked) as refused:
        must_name_nobody("Ask Open Data Limited", names, confirmed=True, field="answer")

    assert asked.value.field == refused.value.field == "answer"


@pytest.mark.parametrize("text", ["", " \n ", "x" * 21])
def test_words_are_there_and_not_too_many(text):
    with pytest.raises(WrongWords) as wrong:
        checked_words(text, "your question", longest=20, field="text")

    assert wrong.value.field == "text"
