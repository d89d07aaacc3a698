"""A tender goes through its stages as the table says, and closes by the clock."""

from datetime import UTC, datetime, timedelta

import pytest

from tenders.rules.lifecycle import (
    BIDS_READABLE,
    IN_WORDS,
    STEPS,
    Stage,
    Step,
    StepNotAllowed,
    stage_after,
    stage_at,
)

CLOSES_AT = datetime(2026, 12, 4, 12, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
THE_USUAL_WAY = [
    (Step.PUBLISH, Stage.OPEN),
    (Step.CLOSE, Stage.CLOSED),
    (Step.OPEN_BIDS, Stage.OPENED),
    (Step.START_MARKING, Stage.EVALUATING),
    (Step.DECIDE, Stage.DECIDED),
    (Step.BEGIN_STANDSTILL, Stage.STANDSTILL),
    (Step.AWARD, Stage.AWARDED),
]


def test_a_tender_goes_the_usual_way_from_draft_to_award():
    stage = Stage.DRAFT
    for step, expected in THE_USUAL_WAY:
        stage = stage_after(stage, step)

        assert stage is expected


@pytest.mark.parametrize("stage", Stage)
def test_a_tender_can_be_cancelled_at_any_stage_before_it_is_awarded(stage):
    cancellable = (stage, Step.CANCEL) in STEPS

    assert cancellable is (stage not in (Stage.AWARDED, Stage.CANCELLED))


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("step", Step)
def test_a_step_that_is_not_in_the_table_is_refused_in_a_sentence(stage, step):
    if (stage, step) in STEPS:
        return

    with pytest.raises(StepNotAllowed) as refused:
        stage_after(stage, step)

    assert str(refused.value) == (
        f"You cannot {IN_WORDS[step]} because it is at the {stage.value} stage"
    )
    assert (refused.value.stage, refused.value.step) == (stage, step)


def test_bids_are_readable_only_after_the_step_that_opens_them():
    reached = {Stage.OPENED}
    for (before, step), after in STEPS.items():
        if before in reached and step is not Step.CANCEL:
            reached.add(after)

    assert reached == BIDS_READABLE


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (CLOSES_AT - MICROSECOND, Stage.OPEN),
        (CLOSES_AT, Stage.CLOSED),
        (CLOSES_AT + MICROSECOND, Stage.CLOSED),
    ],
    ids=["a microsecond before", "on the moment", "a microsecond after"],
)
def test_an_open_tender_is_closed_from_its_closing_time_on(moment, expected):
    assert stage_at(Stage.OPEN, CLOSES_AT, moment) is expected


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.OPEN])
def test_the_clock_moves_no_stage_but_open(stage):
    assert stage_at(stage, CLOSES_AT, CLOSES_AT + timedelta(days=1)) is stage
