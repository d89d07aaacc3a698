"""The standstill: counted from the award notice, skipped only where it may be, held and resumed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from scoring.rules import standstill
from scoring.rules.standstill import (
    Duty,
    Event,
    Kind,
    Standing,
    StandstillRefused,
    duty_of,
    ends_on,
    must_be_holdable,
    must_be_resumable,
    must_be_signable,
    must_be_skippable,
    standing,
)
from tenders.law import shipped_law
from tenders.rules.planning.setting import setting_of
from tenders.working_calendar import BANK_HOLIDAYS

END = date(2026, 12, 4)
BEGUN = Event(Kind.BEGUN, 1, END)


@pytest.mark.parametrize(
    ("published", "last"),
    [
        (date(2026, 11, 2), date(2026, 11, 11)),
        # 30 November is a bank holiday in Scotland.
        (date(2026, 11, 24), date(2026, 12, 4)),
        (date(2026, 12, 21), date(2027, 1, 5)),
        # A Saturday is no working day: the count begins on Monday.
        (date(2026, 11, 7), date(2026, 11, 18)),
    ],
)
def test_it_lasts_eight_working_days_from_the_day_of_publication(published, last):
    days = shipped_law().period("standstill", published).count

    assert ends_on(published, days, BANK_HOLIDAYS) == last
    now = standing([Event(Kind.BEGUN, 1, last)], Duty.MUST)
    assert now.may_sign_from == last + timedelta(days=1)


@pytest.mark.parametrize(
    ("facts", "duties", "duty"),
    [
        ({"above_threshold": "yes", "procedure": "open"}, {}, Duty.MUST),
        ({"above_threshold": "yes", "procedure": "competitive-flexible"}, {}, Duty.MUST),
        ({"above_threshold": "yes", "procedure": "direct"}, {}, Duty.MUST),
        ({"above_threshold": "yes", "procedure": "framework-call-off"}, {}, Duty.MAY),
        ({"above_threshold": "no", "procedure": "below-threshold"}, {}, Duty.MAY),
        ({"above_threshold": "yes", "procedure": "open"}, {"kind": "light-touch"}, Duty.MAY),
        ({}, {}, Duty.MUST),
    ],
)
def test_whether_it_must_be_kept_follows_from_what_is_bought_how(facts, duties, duty):
    setting = setting_of(facts, duties, shipped_law(), date(2026, 12, 1))

    assert duty_of(setting) is duty


def test_nothing_is_signed_before_it_is_over():
    now = standing([BEGUN], Duty.MUST)

    with pytest.raises(StandstillRefused, match="only after the standstill is over"):
        must_be_signable(now, END, date(2026, 12, 10))
    must_be_signable(now, END + timedelta(days=1), date(2026, 12, 10))
    with pytest.raises(StandstillRefused, match="cannot be in the future"):
        must_be_signable(now, date(2026, 12, 11), date(2026, 12, 10))


def test_without_an_award_notice_nothing_is_signed():
    for events in ([], [Event(Kind.BEGUN, 1, END, struck=True)]):
        now = standing(events, Duty.MUST)
        assert now.may_sign_from is None
        with pytest.raises(StandstillRefused, match="no standstill has begun"):
            must_be_signable(now, date(2027, 1, 1), date(2027, 1, 1))


def test_the_last_notice_counts_and_one_struck_out_does_not():
    later = Event(Kind.BEGUN, 2, END + timedelta(days=7))

    assert standing([BEGUN, later], Duty.MUST).ends_on == later.ends_on
    first_struck = Event(Kind.BEGUN, 1, END, struck=True)
    assert standing([first_struck, later], Duty.MUST).notice == 2


def test_what_is_held_is_not_signed_until_it_goes_on():
    held = standing([BEGUN, Event(Kind.HELD)], Duty.MUST)

    with pytest.raises(StandstillRefused, match="because it is held"):
        must_be_signable(held, date(2026, 12, 20), date(2026, 12, 20))
    with pytest.raises(StandstillRefused, match="held already"):
        must_be_holdable(held)
    resumed = standing([BEGUN, Event(Kind.HELD), Event(Kind.RESUMED)], Duty.MUST)
    assert resumed.may_sign_from == END + timedelta(days=1)
    with pytest.raises(StandstillRefused, match="nothing is held"):
        must_be_resumable(resumed, None)


def test_it_is_made_longer_and_never_shorter():
    held = standing([BEGUN, Event(Kind.HELD)], Duty.MUST)

    with pytest.raises(StandstillRefused, match="not before the standstill ends"):
        must_be_resumable(held, END - timedelta(days=1))
    until = END + timedelta(days=3)
    events = [BEGUN, Event(Kind.HELD), Event(Kind.RESUMED, ends_on=until)]
    assert standing(events, Duty.MUST).ends_on == until
    earlier = [BEGUN, Event(Kind.HELD), Event(Kind.RESUMED, ends_on=END - timedelta(days=3))]
    assert standing(earlier, Duty.MUST).ends_on == END


def test_only_one_that_nobody_demands_is_skipped():
    with pytest.raises(StandstillRefused, match="the law demands it"):
        must_be_skippable(standing([], Duty.MUST))
    with pytest.raises(StandstillRefused, match="it has begun"):
        must_be_skippable(standing([BEGUN], Duty.MAY))
    must_be_skippable(standing([], Duty.MAY))
    skipped = standing([Event(Kind.SKIPPED)], Duty.MAY)
    must_be_signable(skipped, END, END)
    # What was skipped counts no longer once the law demands a standstill after all.
    assert standing([Event(Kind.SKIPPED)], Duty.MUST) == Standing(Duty.MUST)


@pytest.mark.parametrize("reason", ["", "   ", "too short"])
def test_a_step_says_why(reason):
    with pytest.raises(StandstillRefused, match="Enter why it is held"):
        standstill.checked_reason(reason, of="it is held")
