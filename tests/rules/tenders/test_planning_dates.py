"""The dates of a timetable: order, shortest times, the standstill, and a whole one proposed."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenders.law import shipped_law
from tenders.rules.planning import minimum
from tenders.rules.planning.dates import (
    ORDER,
    computed,
    day_in,
    in_the_past,
    moment_in,
    out_of_order,
    slipped,
    too_soon,
)
from tenders.rules.planning.proposing import TooLate, from_notice, from_start
from tenders.rules.planning.setting import in_words, setting_of
from tenders.rules.working_days import is_working_day
from tenders.working_calendar import BANK_HOLIDAYS

LAW = shipped_law()
TODAY = date(2026, 11, 2)
OPEN = {"procedure": "open", "above_threshold": "yes", "value": "400000"}
FLEXIBLE = {**OPEN, "procedure": "competitive-flexible"}
BELOW = {"procedure": "below-threshold", "above_threshold": "no", "value": "60000"}
USUAL = {"electronic": "yes", "documents": "yes", "shorter": "none"}


def setting(facts=OPEN, kind="goods-services"):
    return setting_of(facts, {"kind": kind}, LAW, TODAY)


def sentences(found):
    return {problem.field: problem.says for problem in found}


# Above or below the threshold


@pytest.mark.parametrize(
    ("kind", "value", "is_above"),
    [
        ("goods-services", "207719.99", False),
        ("goods-services", "207720", True),
        ("works", "5192999", False),
        ("works", "5193000", True),
        ("concession", "5193000", True),
        ("light-touch", "663539", False),
        ("light-touch", "663540", True),
        ("", "207720", True),
    ],
)
def test_the_value_and_what_is_bought_decide_the_side_of_the_threshold(kind, value, is_above):
    found = setting({"value": value}, kind)
    assert (found.computed_above, found.is_above) == (is_above, is_above)


def test_without_a_value_nothing_is_worked_out():
    assert setting({}).computed_above is None
    assert setting({}).group is None
    assert in_words(setting({}))[0].startswith("No value is entered among the facts.")


def test_the_word_of_the_officer_counts_and_a_difference_is_seen():
    found = setting({"value": "100000", "above_threshold": "yes"})
    assert (found.is_above, found.computed_above, found.disagrees) == (True, False, True)
    assert setting().disagrees is False


def test_more_than_five_million_means_indicators_and_exactly_five_does_not():
    assert setting({**OPEN, "value": "5000000"}).is_large is False
    assert setting({**OPEN, "value": "5000000.01"}).is_large is True


def test_thirty_thousand_pounds_are_notifiable_below_the_threshold():
    assert setting({"value": "29999.99"}).is_notifiable is False
    assert setting({"value": "30000"}).is_notifiable is True


# The shortest time for bids


@pytest.mark.parametrize(
    ("electronic", "documents", "shorter", "days"),
    [
        ("yes", "yes", "none", 25),
        ("no", "yes", "none", 30),
        ("yes", "no", "none", 30),
        ("no", "no", "none", 35),
        ("no", "no", "urgent", 10),
        ("yes", "yes", "planned-notice", 10),
        ("yes", "yes", "selected", 10),
        ("yes", "yes", "dynamic-market", 10),
        ("yes", "yes", "agreed", 0),
    ],
)
def test_section_54_in_full(electronic, documents, shorter, days):
    said = {"electronic": electronic, "documents": documents, "shorter": shorter}
    assert minimum.for_bids(setting(), said).days == days


def test_requests_to_participate_have_25_days_and_10_in_urgency():
    assert minimum.for_requests(setting(FLEXIBLE), USUAL).days == 25
    assert minimum.for_requests(setting(FLEXIBLE), {**USUAL, "shorter": "urgent"}).days == 10


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        (BELOW, "goods-services"),
        ({**OPEN, "value": "900000"}, "light-touch"),
        ({**OPEN, "procedure": "framework-call-off"}, "goods-services"),
        ({}, ""),
    ],
)
def test_no_shortest_time_below_the_threshold_for_light_touch_in_a_call_off_or_if_unknown(
    facts, kind
):
    assert minimum.for_bids(setting(facts, kind), USUAL).days == 0


def test_days_count_from_the_day_after_publication():
    sheet = {**USUAL, "tender_notice": "2026-11-10", "closes_at": "2026-12-05T12:00:00"}
    assert sentences(too_soon(sheet, setting(), BANK_HOLIDAYS)) == {}

    sheet["closes_at"] = "2026-12-04T12:00:00"
    assert sentences(too_soon(sheet, setting(), BANK_HOLIDAYS)) == {
        "closes_at": "Suppliers would have 24 days: at least 25 days for bids, where they are sent "
        "electronically and all documents come with the notice. The first day possible is 5 "
        "December 2026"
    }


def test_after_requests_to_participate_the_time_for_bids_begins_with_their_end():
    sheet = {
        **USUAL,
        "tender_notice": "2026-11-10",
        "participation_closes": "2026-12-05",
        "closes_at": "2026-12-20T12:00:00",
    }
    assert list(sentences(too_soon(sheet, setting(FLEXIBLE), BANK_HOLIDAYS))) == ["closes_at"]
    assert (
        sentences(too_soon({**sheet, "shorter": "selected"}, setting(FLEXIBLE), BANK_HOLIDAYS))
        == {}
    )


@pytest.mark.parametrize(
    ("notice", "is_wrong"),
    [
        ("2026-10-02", True),
        ("2026-10-01", False),
        ("2025-11-10", False),
        ("2025-11-09", True),
        (None, True),
    ],
)
def test_a_planned_notice_shortens_the_time_only_40_days_to_12_months_before(notice, is_wrong):
    sheet = {
        **USUAL,
        "shorter": "planned-notice",
        "planned_notice": notice,
        "tender_notice": "2026-11-10",
    }
    assert ("planned_notice" in sentences(too_soon(sheet, setting(), BANK_HOLIDAYS))) is is_wrong


# The standstill


def test_the_standstill_and_what_follows_are_computed():
    sheet = {"award_notice": "2026-11-24", "signature": "2026-12-07"}
    found = {one.id: one.day for one in computed(sheet, setting(), BANK_HOLIDAYS)}
    assert found == {
        "standstill_ends": date(2026, 12, 4),
        "sign_from": date(2026, 12, 5),
        "contract-details": date(2027, 1, 5),
    }


def test_a_large_contract_is_published_and_a_light_touch_one_has_more_time():
    large = computed(
        {"signature": "2026-12-07"}, setting({**OPEN, "value": "6000000"}), BANK_HOLIDAYS
    )
    light = computed(
        {"signature": "2026-12-07"},
        setting({**OPEN, "value": "6000000"}, "light-touch"),
        BANK_HOLIDAYS,
    )
    assert {one.id: one.day for one in large if one.day} == {
        "contract-details": date(2027, 1, 5),
        "contract-copy": date(2027, 3, 6),
    }
    assert {one.id: one.day for one in light if one.day} == {
        "contract-details": date(2027, 4, 5),
        "contract-copy": date(2027, 6, 4),
    }


def test_the_day_of_the_contract_is_the_first_of_the_thirty():
    found = computed({"signature": "2026-02-24"}, setting(), BANK_HOLIDAYS)
    assert found[-1].day == date(2026, 3, 25)


def test_a_standstill_that_is_not_demanded_is_called_may():
    forces = [
        next(one.force for one in computed({}, setting(facts, kind), BANK_HOLIDAYS))
        for facts, kind in (
            (OPEN, "goods-services"),
            (OPEN, "light-touch"),
            ({**OPEN, "procedure": "framework-call-off"}, "goods-services"),
        )
    ]
    assert forces == ["must", "may", "may"]


def test_below_the_threshold_there_is_no_standstill():
    found = computed({"award_notice": "2026-11-24"}, setting(BELOW), BANK_HOLIDAYS)
    assert [one.id for one in found] == ["contract-details"]


@pytest.mark.parametrize(("signed", "is_wrong"), [("2026-12-04", True), ("2026-12-05", False)])
def test_no_contract_is_signed_in_the_standstill(signed, is_wrong):
    sheet = {"award_notice": "2026-11-24", "signature": signed}
    assert ("signature" in sentences(too_soon(sheet, setting(), BANK_HOLIDAYS))) is is_wrong


# Order, and the past


def test_a_date_before_the_one_it_follows_is_named_with_it():
    sheet = {"tender_notice": "2026-12-01", "decision": "2026-11-30"}
    assert sentences(out_of_order(sheet)) == {
        "decision": "Enter a date for the decision on or after the tender notice, which is 1 "
        "December 2026"
    }


def test_one_date_too_late_is_told_at_each_date_it_overtakes():
    sheet = {
        "tender_notice": "2027-12-01",
        "closes_at": "2027-01-10T12:00:00",
        "contract_start": "2027-04-01",
    }
    assert list(sentences(out_of_order(sheet))) == ["closes_at", "contract_start"]


def test_questions_end_before_bids_close_to_the_minute():
    sheet = {"questions_until": "2027-01-10T12:00:00", "closes_at": "2027-01-10T12:00:00"}
    assert list(sentences(out_of_order(sheet))) == ["closes_at"]
    assert sentences(out_of_order({**sheet, "closes_at": "2027-01-10T12:01:00"})) == {}


def test_several_steps_may_fall_on_one_day_but_not_notice_and_start_and_end():
    assert sentences(out_of_order({"summaries": "2027-01-10", "award_notice": "2027-01-10"})) == {}
    found = out_of_order({"contract_start": "2027-01-10", "contract_end": "2027-01-10"})
    assert list(sentences(found)) == ["contract_end"]


def test_a_new_date_in_the_past_is_refused_and_one_that_slipped_is_told():
    sheet = {"tender_notice": "2026-11-01", "closes_at": "2026-11-02T09:00:00"}
    now = datetime.fromisoformat("2026-11-02T09:00:00")
    assert list(sentences(in_the_past(sheet, {}, now))) == ["tender_notice", "closes_at"]
    assert sentences(in_the_past(sheet, sheet, now)) == {}
    assert sentences(in_the_past({"tender_notice": "2026-11-02"}, {}, now)) == {}
    assert slipped(sheet, TODAY) == ["the tender notice"]


# A whole timetable from one date


def working_days(first=TODAY, days=900):
    every = (first + timedelta(number) for number in range(days))
    return [day for day in every if is_working_day(day, BANK_HOLIDAYS)]


FACTS = st.sampled_from([OPEN, FLEXIBLE, BELOW, {**OPEN, "procedure": "framework-call-off"}, {}])
SAID = st.fixed_dictionaries(
    {
        "electronic": st.sampled_from(["yes", "no"]),
        "documents": st.sampled_from(["yes", "no"]),
        "shorter": st.sampled_from(["none", "urgent", "selected", "agreed"]),
    }
)


@given(st.sampled_from(working_days()), FACTS, SAID)
def test_a_proposed_timetable_is_in_order_and_never_too_soon(published, facts, said):
    found = from_notice(published, said, setting(facts), BANK_HOLIDAYS)

    assert sentences(out_of_order(found)) == {}
    assert sentences(too_soon(found, setting(facts), BANK_HOLIDAYS)) == {}
    days = [day_in(found, name) for name in ORDER if name in found]
    assert all(is_working_day(day, BANK_HOLIDAYS) for day in days)
    assert moment_in(found, "closes_at").hour == 12


@given(st.sampled_from(working_days(TODAY + timedelta(days=200), 400)), FACTS, SAID)
def test_a_timetable_for_a_start_publishes_as_late_as_it_can(start, facts, said):
    found = from_start(start, said, setting(facts), BANK_HOLIDAYS, TODAY)

    assert day_in(found, "contract_start") == start
    published = day_in(found, "tender_notice")
    later = min(day for day in working_days() if day > published)
    assert day_in(from_notice(later, said, setting(facts), BANK_HOLIDAYS), "contract_start") > start


def test_a_start_that_comes_too_soon_says_when_the_notice_was_due():
    with pytest.raises(TooLate) as late:
        from_start(TODAY + timedelta(days=30), USUAL, setting(), BANK_HOLIDAYS, TODAY)
    assert late.value.publish_on < TODAY


def test_a_direct_award_has_a_transparency_notice_and_no_time_for_bids():
    found = from_notice(TODAY, USUAL, setting({**OPEN, "procedure": "direct"}), BANK_HOLIDAYS)
    assert found["transparency_notice"] == "2026-11-02"
    assert "closes_at" not in found
    assert "tender_notice" not in found
    assert "standstill_ends" in {
        one.id for one in computed(found, setting({**OPEN, "procedure": "direct"}), BANK_HOLIDAYS)
    }
