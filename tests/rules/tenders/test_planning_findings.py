"""What a plan says before publication: what stops it, what is only worth a thought."""

from dataclasses import replace
from datetime import date

import pytest

from tenders.law import shipped_law
from tenders.rules.findings import Place, Urgency
from tenders.rules.planning.conflicts import confirmation, open_conflicts, review_is_due
from tenders.rules.planning.findings import Planned, findings, says_how_bids_come
from tenders.rules.planning.setting import duties_of, setting_of
from tenders.working_calendar import BANK_HOLIDAYS

TODAY = date(2026, 11, 2)
ABOVE = {"procedure": "open", "above_threshold": "yes", "value": "400000"}
BELOW = {"procedure": "below-threshold", "above_threshold": "no", "value": "60000"}
DUTIES = {"kind": "goods-services", "npps": "yes", "small": "One large lot"}
CONFLICTS = {"prepared_on": "2026-11-02", "review_on": "2027-02-01", "confirmed": "yes"}
USUAL = {"electronic": "yes", "documents": "yes", "shorter": "none"}


def planned(facts=ABOVE, people=(), differs=(), **sheets):
    setting = setting_of(facts, sheets.get("duties", {}), shipped_law(), TODAY)
    return Planned(sheets, setting, tuple(people), tuple(differs), BANK_HOLIDAYS)


def told(plan, closing=date(2026, 12, 31)):
    return [(finding.urgency, finding.message) for finding in findings(plan, TODAY, closing)]


def complete(**more):
    return planned(**{"duties": DUTIES, "conflicts": CONFLICTS, "timetable": USUAL, **more})


MUST, SHOULD = Urgency.MUST, Urgency.SHOULD


def test_a_complete_plan_has_nothing_to_say():
    assert told(complete()) == []


def test_a_plan_nobody_began_is_a_thought_above_the_threshold_and_nothing_below():
    assert told(planned()) == [
        (SHOULD, "The procurement is not planned here, nor is a conflicts assessment")
    ]
    assert told(planned(BELOW)) == []
    assert told(planned({})) == []


def test_every_finding_says_what_to_do_and_where_it_comes_from():
    plan = planned(
        {**ABOVE, "value": "6000000"},
        people=[(1, {"name": "Ada", "found": "actual"})],
        differs=["Bids close"],
        duties={"kind": "goods-services", "reserved": "uk", "npps": "no"},
        conflicts={"prepared_on": "2026-11-02", "review_on": "2026-11-02"},
        timetable=USUAL | {"award_notice": "2026-11-24", "signature": "2026-12-04"},
    )
    found = findings(plan, TODAY, date(2026, 11, 20))
    assert len(found) == 10
    assert [one.message for one in found if not (one.remedy and one.source)] == []
    assert [one.urgency for one in found].count(MUST) == 5


@pytest.mark.parametrize(
    ("closing", "sheet", "stops"),
    [
        (date(2026, 11, 27), USUAL, False),
        (date(2026, 11, 26), USUAL, True),
        (date(2026, 11, 26), {}, False),
        (date(2026, 11, 12), {**USUAL, "shorter": "urgent"}, False),
        (date(2026, 11, 11), {**USUAL, "shorter": "urgent"}, True),
        (date(2026, 11, 3), {**USUAL, "shorter": "agreed"}, False),
        (date(2026, 12, 6), {**USUAL, "documents": "no", "electronic": "no"}, True),
        (date(2026, 12, 7), {**USUAL, "documents": "no", "electronic": "no"}, False),
    ],
)
def test_bids_that_close_too_soon_stop_only_by_the_plans_own_word(closing, sheet, stops):
    plan = complete(timetable=sheet)
    assert says_how_bids_come(plan) is bool(sheet)
    assert [urgency for urgency, _message in told(plan, closing)] == [MUST] * stops


@pytest.mark.parametrize(
    ("notice", "closing", "said"),
    [
        ("2027-01-11", date(2027, 1, 29), ["Suppliers have 18 days for their bids"]),
        ("2027-01-11", date(2027, 2, 5), []),
        # A notice that was planned for a day that is past counts from today.
        ("2026-10-01", date(2026, 11, 12), ["Suppliers have 10 days for their bids"]),
    ],
)
def test_the_time_for_bids_counts_from_a_notice_planned_for_later(notice, closing, said):
    plan = complete(timetable={**USUAL, "tender_notice": notice})
    assert [words.partition(";")[0] for _urgency, words in told(plan, closing)] == said


def test_lots_nobody_decided_on_are_a_thought_above_the_threshold():
    def lots(facts, **more):
        found = findings(replace(planned(facts), **more), TODAY, None)
        return [(one.urgency, one.place) for one in found if "lots" in one.message]

    assert lots(ABOVE, lots_decided=False) == [(SHOULD, Place.LOTS)]
    assert lots(ABOVE, lots_decided=True) == []
    assert lots(BELOW, lots_decided=False) == []


def test_a_conflict_without_a_step_stops_and_one_with_a_step_does_not():
    who = {"name": "Ada", "found": "perceived", "interest": "A brother"}
    assert told(complete(people=[(1, who)])) == [
        (MUST, "No step is written for the conflict of Ada")
    ]
    assert told(complete(people=[(1, {**who, "steps": "Marks nothing"})])) == []
    assert told(complete(people=[(1, {"name": "Ada", "found": "none"})])) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reserved": "area"}, [MUST]),
        ({"reserved": "no"}, []),
        ({"npps": "no"}, [MUST]),
        ({"npps": ""}, [SHOULD]),
        ({"engagement": "unannounced"}, [MUST]),
        ({"engagement": "unannounced", "engagement_words": "Too few to ask"}, []),
        ({"small": ""}, [SHOULD]),
        ({"kind": "works"}, [SHOULD]),
        ({"kind": "works", "threshold_because": "Mostly services"}, []),
    ],
)
def test_what_the_duties_say_stops_only_where_the_law_says_must(change, said):
    assert [urgency for urgency, _ in told(complete(duties={**DUTIES, **change}))] == said


@pytest.mark.parametrize(
    ("value", "chosen", "said"),
    [
        ("5000000", "not-needed", []),
        ("5000000.01", "not-needed", [MUST]),
        ("6000000", None, [SHOULD]),
        ("6000000", "yes", []),
        ("6000000", "not-fair", [SHOULD]),
    ],
)
def test_indicators_are_due_above_five_million(value, chosen, said):
    plan = complete(facts={**ABOVE, "value": value}, duties={**DUTIES, "indicators": chosen})
    assert [urgency for urgency, _ in told(plan)] == said


def test_below_the_threshold_a_reservation_is_allowed_and_no_assessment_asked_for():
    plan = planned(BELOW, duties={**DUTIES, "npps": "no", "reserved": "area"})
    assert told(plan) == []


def test_which_duties_hold_follows_from_group_and_procedure():
    def names(facts, kind="goods-services"):
        setting = setting_of(facts, {"kind": kind}, shipped_law(), TODAY)
        return {duty.id for duty in duties_of(setting)}

    assert names({}) == set()
    assert {"reserved", "small-suppliers-below"} <= names(BELOW)
    assert not {"conflicts", "lots", "summaries"} & names(BELOW)
    assert {"conflicts", "lots", "summaries", "tender-notice"} <= names(ABOVE)
    assert "transparency-notice" not in names(ABOVE)
    assert "transparency-notice" in names({**ABOVE, "procedure": "direct"})
    assert "summaries" not in names({**ABOVE, "value": "900000"}, "light-touch")


@pytest.mark.parametrize(
    ("facts", "held"),
    [
        (ABOVE, set()),
        ({**ABOVE, "value": "6000000"}, {"indicators"}),
        ({**ABOVE, "value": ""}, {"indicators"}),
        ({**ABOVE, "procedure": "framework-call-off"}, {"framework"}),
        ({**ABOVE, "procedure": "direct"}, {"transparency-notice"}),
    ],
)
def test_only_duties_that_may_apply_are_listed(facts, held):
    setting = setting_of(facts, {}, shipped_law(), TODAY)
    listed = {duty.id for duty in duties_of(setting)}
    assert listed & {"indicators", "framework", "transparency-notice"} == held


def test_a_duty_holds_from_its_day():
    def names(day):
        setting = setting_of(BELOW, {}, shipped_law(), day)
        return {duty.id for duty in duties_of(setting)} & {"reserved", "reserved-said"}

    assert names(date(2026, 2, 3)) == set()
    assert names(date(2026, 2, 4)) == {"reserved"}
    assert names(date(2026, 4, 1)) == {"reserved", "reserved-said"}


# The conflicts assessment


def test_the_sentence_for_the_notices_says_whether_steps_were_called_for():
    nobody = [(1, {"name": "Ada", "found": "none"})]
    one = [(1, {"name": "Ada", "found": "actual", "interest": "x", "steps": "y"})]
    assert confirmation(CONFLICTS, nobody, 1).endswith(
        "was last revised as version 1, and no conflict of interest was found that called for "
        "steps (Procurement Act 2023, sections 81 to 83)."
    )
    assert "and all steps it calls for were taken" in confirmation(CONFLICTS, one, 3)


@pytest.mark.parametrize(
    ("sheet", "rows"),
    [
        ({**CONFLICTS, "confirmed": "no"}, []),
        ({**CONFLICTS, "prepared_on": ""}, []),
        (CONFLICTS, [(1, {"name": "Ada", "found": "actual", "interest": "x"})]),
    ],
)
def test_there_is_no_sentence_the_assessment_does_not_bear_out(sheet, rows):
    assert confirmation(sheet, rows, 1) == ""


def test_a_conflict_of_somebody_without_a_name_is_called_by_its_number():
    assert open_conflicts([(4, {"found": "actual"})]) == ["Person 4"]


def test_an_assessment_is_due_on_its_day():
    assert review_is_due(CONFLICTS, date(2027, 1, 31)) is False
    assert review_is_due(CONFLICTS, date(2027, 2, 1)) is True
