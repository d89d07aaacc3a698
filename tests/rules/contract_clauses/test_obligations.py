"""When obligations fall due, what may be done about them, and what makes two the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_clauses.rules.contracts import (
    ContractUnclear,
    Entered,
    Held,
    Published,
    State,
    checked,
    checked_extension,
    checked_live,
    state_on,
)
from contract_clauses.rules.obligations import Bound, DueState, Origin
from contract_clauses.rules.obligations_by_hand import ByHand, checked_by_hand, checked_happened
from contract_clauses.rules.obligations_drafted import drafted, read_wording
from contract_clauses.rules.obligations_due import (
    Anchor,
    Days,
    Timing,
    When,
    as_plain,
    day_in_words,
    due,
    due_after,
    is_ahead,
    is_lasting,
    is_triggered,
    months_after,
    read_when,
    rounds_to_add,
    waits_for,
    when_of,
)
from contract_clauses.rules.obligations_steps import (
    DONE,
    STEPS,
    Standing,
    Step,
    StepRefused,
    checked_day,
    checked_words,
    may_show,
    state_after,
)
from contract_clauses.rules.schedule_kept import NotASchedule, as_kept, read_kept
from tenders.working_calendar import BANK_HOLIDAYS
from tests.rules.contract_clauses.test_schedule import schedule_of

STARTS, LIVE, ENDS = date(2026, 3, 2), date(2026, 5, 4), date(2029, 3, 1)
DAYS = Days(STARTS, LIVE, ENDS)
NOT_LIVE = Days(STARTS, None, ENDS)
NO_HOLIDAYS = frozenset()


@pytest.mark.parametrize(
    ("when", "day"),
    [
        (when_of("before", "go-live"), LIVE),
        (when_of("on", "27 March 2026"), date(2026, 3, 27)),
        (when_of("every_months", "3"), date(2026, 8, 4)),
        (when_of("every_months", "1", "start"), date(2026, 4, 2)),
        (when_of("within_working_days", "60", "go-live"), date(2026, 7, 30)),
        (when_of("within_working_days", "20", "end"), date(2029, 4, 3)),
        (when_of("before_and_every_months", "6"), LIVE),
        (when_of("within_days", "30", "end"), date(2029, 3, 31)),
        (when_of("within_months", "6", "go-live"), date(2026, 11, 4)),
        (when_of("months_before", "6", "end"), date(2028, 9, 1)),
        (when_of("days_before", "30", "end"), date(2029, 1, 30)),
        (when_of("working_days_before", "2", "end"), date(2029, 2, 27)),
    ],
)
def test_a_time_counted_from_the_contract_has_a_day(when, day):
    assert due(when, DAYS, 1, BANK_HOLIDAYS) == day


def test_working_days_leave_out_bank_holidays():
    """25 May 2026 is one; without it the twentieth working day would come a day sooner."""
    twenty = when_of("within_working_days", "20", "go-live")

    assert due(twenty, DAYS, 1, NO_HOLIDAYS) == date(2026, 6, 1)
    assert due(twenty, DAYS, 1, BANK_HOLIDAYS) == date(2026, 6, 2)


def test_what_is_done_before_go_live_comes_round_from_then_on():
    when = when_of("before_and_every_months", "6")

    assert [due(when, DAYS, number, NO_HOLIDAYS) for number in (1, 2, 3, 6, 7)] == [
        LIVE, date(2026, 11, 4), date(2027, 5, 4), date(2028, 11, 4), None,
    ]  # fmt: skip
    assert (due(when, NOT_LIVE, 1, NO_HOLIDAYS), waits_for(when, NOT_LIVE)) == (None, "go-live")
    assert rounds_to_add(when, DAYS, 1, LIVE, is_done=True, today=LIVE) == (date(2026, 11, 4),)


@pytest.mark.parametrize(
    ("timing", "day"),
    [
        ("working_days_before", date(2026, 5, 22)),
        ("days_before", date(2026, 6, 1)),
        ("months_before", date(2026, 2, 5)),
    ],
)
def test_what_must_be_done_ahead_of_something_is_due_so_long_before_it(timing, day):
    """25 May 2026 is a bank holiday, so nine working days lie between 22 May and 5 June."""
    when = when_of(timing, "9" if timing.startswith("working") else "4")

    assert (is_triggered(when), is_ahead(when), due(when, DAYS, 1, NO_HOLIDAYS)) == (
        True, True, None,
    )  # fmt: skip
    assert due_after(when, date(2026, 6, 5), BANK_HOLIDAYS) == day


def test_only_what_is_due_ahead_of_something_may_be_said_before_that_happens():
    today, day = date(2026, 6, 5), date(2026, 9, 1)

    assert checked_happened(day, "A new host", today, is_ahead=True) == (day, "A new host")
    with pytest.raises(StepRefused, match="Enter today or an earlier day"):
        checked_happened(day, "A new host", today)
    with pytest.raises(StepRefused, match="no more than 10 years ahead"):
        checked_happened(date(2040, 1, 1), "A new host", today, is_ahead=True)


@pytest.mark.parametrize(
    "timing", ["within_working_days", "within_days", "within_months", "within_hours", ""]
)
def test_what_waits_for_something_to_happen_has_no_day(timing):
    when = when_of(timing, "4")

    assert is_triggered(when)
    assert due(when, DAYS, 1, NO_HOLIDAYS) is None
    assert waits_for(when, NOT_LIVE) == ""


def test_once_it_happened_it_has_one():
    happened = date(2026, 6, 5)  # a Friday

    assert due_after(when_of("within_hours", "4"), happened, NO_HOLIDAYS) == date(2026, 6, 6)
    assert due_after(when_of("within_hours", "72"), happened, NO_HOLIDAYS) == date(2026, 6, 8)
    assert due_after(when_of("within_hours", "4.5"), happened, NO_HOLIDAYS) == date(2026, 6, 6)
    assert due_after(when_of("within_working_days", "2"), happened, NO_HOLIDAYS) == date(2026, 6, 9)


def test_before_go_live_is_known_what_hangs_on_it_waits():
    for when in (when_of("before", "go-live"), when_of("every_months", "3")):
        assert due(when, NOT_LIVE, 1, NO_HOLIDAYS) is None
        assert waits_for(when, NOT_LIVE) == "go-live"
        assert waits_for(when, DAYS) == ""


def test_what_recurs_keeps_to_its_day_of_the_month_and_stops_with_the_contract():
    monthly = when_of("every_months", "1")
    from_the_last = Days(STARTS, date(2026, 8, 31), ENDS)

    found = [due(monthly, from_the_last, number, NO_HOLIDAYS) for number in range(1, 8)]

    assert found == [
        date(2026, 9, 30), date(2026, 10, 31), date(2026, 11, 30), date(2026, 12, 31),
        date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31),
    ]  # fmt: skip
    assert due(when_of("every_months", "12"), DAYS, 2, NO_HOLIDAYS) == date(2028, 5, 4)
    assert due(when_of("every_months", "12"), DAYS, 3, NO_HOLIDAYS) is None


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 120))
def test_months_never_leave_their_month(day, months):
    found = months_after(day, months)

    assert (found.year - day.year) * 12 + found.month - day.month == months
    assert found.day <= day.day


def test_the_next_time_comes_once_the_last_is_done_or_past():
    when, first = when_of("every_months", "3"), date(2026, 8, 4)

    def added(*, is_done, today):
        return rounds_to_add(when, DAYS, 1, first, is_done=is_done, today=today)

    assert added(is_done=False, today=first) == ()
    assert added(is_done=True, today=first) == (date(2026, 11, 4),)
    assert added(is_done=False, today=date(2026, 8, 5)) == (date(2026, 11, 4),)
    # A service that was down half a year makes up for what it missed.
    assert added(is_done=False, today=date(2027, 1, 1)) == (date(2026, 11, 4), date(2027, 2, 4))


@given(st.dates(date(2026, 1, 1), date(2032, 1, 1)), st.integers(1, 24), st.booleans())
def test_rounds_end_and_doing_them_twice_adds_nothing(today, months, is_done):
    when = When(Timing.EVERY_MONTHS, months, of=Anchor.GO_LIVE)
    first = due(when, DAYS, 1, NO_HOLIDAYS)
    if first is None:
        return

    found = rounds_to_add(when, DAYS, 1, first, is_done=is_done, today=today)

    assert all(LIVE < day <= ENDS for day in found)
    if found:
        again = rounds_to_add(when, DAYS, 1 + len(found), found[-1], is_done=False, today=today)
        assert again == ()


@given(
    st.builds(
        When, st.sampled_from(Timing), st.integers(0, 400), st.none() | st.dates(),
        st.sampled_from(Anchor),
    )
)  # fmt: skip
def test_a_time_is_read_as_it_was_kept(when):
    assert read_when(as_plain(when)) == when


def test_a_schedule_is_read_as_it_was_kept():
    schedule = schedule_of()

    assert read_kept(as_kept(schedule)) == schedule
    with pytest.raises(NotASchedule):
        read_kept({"format": "something else"})
    with pytest.raises(NotASchedule):
        read_kept(as_kept(schedule) | {"schedule": {"parties": None}})


def test_every_duty_and_every_commitment_becomes_an_obligation():
    schedule = schedule_of()

    found = drafted(schedule)

    clauses = [one for one in found if one.origin is Origin.CLAUSE]
    promises = [one for one in found if one.origin is Origin.COMMITMENT]
    assert [one.place for one in clauses] == [duty.place for duty in schedule.duties]
    assert [one.wording.what for one in promises] == [line.promise for line in schedule.commitments]
    assert {one.clause_id for one in promises} <= {"C29"}
    assert all(read_wording(one.wording.as_plain()) == one.wording for one in found)


def test_every_time_that_the_words_give_is_understood():
    """What says “Every …”, “Within …”, “Before …” or “By …” is counted, not left to be read."""
    for one in drafted(schedule_of()):
        time, words = one.wording.time, one.wording.when
        if words.startswith(("Every", "Within", "At least")):
            assert time.count > 0, words
        elif words.startswith("Before Go-live"):
            again = "then every" in words
            assert time.timing is (Timing.BEFORE_AND_EVERY_MONTHS if again else Timing.BEFORE)
            assert (time.of, time.count > 0) == (Anchor.GO_LIVE, again)
        elif words.startswith(("By ", "Until ")) and "[" not in words:
            assert time.day is not None, words
        elif words == "Throughout":
            assert is_lasting(time)


def test_a_promise_without_a_day_has_to_be_met_before_go_live():
    assert day_in_words("Until 27 March 2026") == date(2026, 3, 27)
    assert day_in_words("Throughout") is None
    assert day_in_words("31 February 2026") is None


def test_no_step_leads_out_of_what_is_done():
    assert {state for state, _ in STEPS} == set(DueState) - DONE


def test_a_step_that_cannot_be_taken_says_why():
    with pytest.raises(StepRefused, match="You cannot send this back because it is open"):
        state_after(DueState.OPEN, Step.SEND_BACK)


def test_what_the_council_has_to_do_no_supplier_shows():
    assert not may_show(DueState.OPEN, Bound.COUNCIL)
    assert may_show(DueState.OPEN, Bound.BOTH)
    assert not may_show(DueState.CONFIRMED, Bound.SUPPLIER)


def test_what_was_shown_in_time_is_not_overdue_while_the_council_looks():
    yesterday, today = date(2026, 6, 1), date(2026, 6, 2)

    assert Standing(DueState.OPEN, yesterday, today).words == "Overdue"
    assert Standing(DueState.SHOWN, yesterday, today).words == "To be confirmed"
    assert Standing(DueState.SENT_BACK, yesterday, today).words == "Sent back, overdue"
    assert Standing(DueState.OPEN, today, today).words == "Due soon"
    assert Standing(DueState.OPEN, date(2026, 9, 1), today).words == "To do"


def test_every_step_wants_words_but_a_file_speaks_for_itself():
    assert checked_words(Step.SHOW, " ", files=1) == ""
    for step in Step:
        with pytest.raises(StepRefused):
            checked_words(step, " ")
        with pytest.raises(StepRefused):
            checked_words(step, "x" * 2001)


@pytest.mark.parametrize("day", [None, date(2026, 5, 31), date(2026, 6, 10), date(2035, 1, 1)])
def test_it_is_put_off_to_another_day_ahead(day):
    standing = Standing(DueState.OPEN, date(2026, 6, 10), date(2026, 6, 1))

    with pytest.raises(StepRefused):
        checked_day(day, standing, ENDS)


def test_by_hand_it_recurs_from_its_first_day():
    new = ByHand("Report spend", Bound.SUPPLIER, "Report", "Main contract asks for it")
    first = date(2026, 6, 30)

    once = checked_by_hand(new, STARTS)
    monthly = checked_by_hand(
        ByHand(new.what, new.bound, new.evidence, new.why, "", first, 3), STARTS
    )

    assert is_triggered(once.time)
    assert [due(monthly.time, NOT_LIVE, number, NO_HOLIDAYS) for number in (1, 2)] == [
        first,
        date(2026, 9, 30),
    ]
    assert monthly.when == "Every 3 months"
    with pytest.raises(StepRefused, match="for the first time"):
        checked_by_hand(ByHand(new.what, new.bound, new.evidence, new.why, "", None, 3), STARTS)
    with pytest.raises(StepRefused):
        checked_by_hand(ByHand("", new.bound, new.evidence, new.why), STARTS)


def test_nothing_happened_tomorrow():
    with pytest.raises(StepRefused, match="today or an earlier day"):
        checked_happened(date(2026, 6, 3), "An incident", date(2026, 6, 2))


ENTERED = Entered("C-1", date(2026, 2, 20), STARTS, ENDS, ENDS, Decimal(100))
SAID = Published(STARTS, ENDS, ENDS, Decimal(100))
TODAY = date(2026, 6, 1)


def changed(**values):
    return Entered(**{name: values.get(name, getattr(ENTERED, name)) for name in Entered.__slots__})


def test_a_contract_as_published_needs_no_words():
    assert checked(ENTERED, SAID, TODAY) == ENTERED


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"reference": " "}, "reference"),
        ({"reference": "x" * 61}, "reference"),
        ({"signed_on": date(2026, 6, 2)}, "signed_on"),
        ({"ends_on": STARTS}, "ends_on"),
        ({"ends_on": date(2090, 1, 1), "latest_end": date(2090, 1, 1)}, "ends_on"),
        ({"latest_end": date(2029, 2, 28)}, "latest_end"),
        ({"latest_end": date(2090, 1, 1)}, "latest_end"),
        ({"starts_on": date(2026, 4, 1)}, "words"),
        ({"ends_on": date(2029, 2, 1)}, "words"),
        ({"latest_end": date(2030, 3, 1)}, "words"),
        ({"value": Decimal(101)}, "words"),
    ],
)
def test_what_does_not_fit_is_named_at_its_field(values, field):
    with pytest.raises(ContractUnclear) as wrong:
        checked(changed(**values), SAID, TODAY)

    assert wrong.value.field == field


def test_what_differs_from_the_tender_is_taken_with_a_word_why():
    different = changed(starts_on=date(2026, 4, 1), words="The site was not ready")

    assert checked(different, SAID, TODAY) == different


HELD = Held(date(2026, 2, 20), STARTS, ENDS, date(2031, 3, 1))


def test_a_contract_goes_through_its_states():
    def state(day, **values):
        days = {name: getattr(HELD, name) for name in Held.__slots__} | values
        return state_on(Held(**days), day)

    assert state(date(2026, 2, 25)) is State.SIGNED
    assert state(date(2026, 4, 1)) is State.PREPARING
    assert state(date(2026, 6, 1), live_on=LIVE) is State.LIVE
    assert state(date(2029, 3, 2), live_on=LIVE) is State.OVER
    assert state(date(2027, 1, 2), ended_on=date(2027, 1, 1)) is State.ENDED


def test_an_extension_beyond_what_the_contract_allows_takes_a_ground():
    assert checked_extension(date(2030, 1, 1), HELD, "") == date(2030, 1, 1)
    with pytest.raises(ContractUnclear, match="section 74"):
        checked_extension(date(2032, 1, 1), HELD, "")
    assert checked_extension(date(2032, 1, 1), HELD, "Section 74(3)") == date(2032, 1, 1)
    with pytest.raises(ContractUnclear, match="the last day now"):
        checked_extension(ENDS, HELD, "")


@pytest.mark.parametrize("day", [date(2026, 6, 2), date(2026, 2, 19)])
def test_it_went_live_after_it_was_signed_and_before_today(day):
    with pytest.raises(ContractUnclear):
        checked_live(day, HELD, TODAY)
