"""Where a party stands, what may follow, and whom a bid names."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from scoring.rules.exclusion_parties import Named, parties_named
from scoring.rules.exclusions import (
    STEPS,
    Decision,
    Event,
    Found,
    Kind,
    NotNow,
    PartyRole,
    State,
    WrongEntry,
    checked_decision,
    checked_text,
    decisions_for,
    must_be_next,
    standing,
    steps_of,
)
from tenders.rules.exclusions import exclusion_terms

DAY = date(2026, 12, 10)
UNTIL = date(2026, 12, 20)


def check(found):
    return Event(Kind.CHECKED, found, DAY)


NOTICE = Event(Kind.NOTICE, "", DAY, UNTIL)
REPLY = Event(Kind.REPLY, "", DAY)
REPLACED = Event(Kind.REPLACED, "", DAY)


def decide(decision):
    return Event(Kind.DECIDED, decision, DAY)


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ([], State.TO_CHECK),
        ([check("nothing")], State.CLEAR),
        ([check("nothing"), check("mandatory")], State.FOUND),
        ([check("mandatory"), check("nothing")], State.CLEAR),
        ([check("mandatory"), NOTICE], State.TOLD),
        ([check("mandatory"), NOTICE, REPLY], State.TO_DECIDE),
        ([check("mandatory"), NOTICE, REPLY, decide("must-disregard")], State.DISREGARDED),
        ([check("discretionary"), NOTICE, REPLY, decide("kept")], State.STAYS),
        ([check("mandatory"), NOTICE, REPLY, decide("no-ground")], State.STAYS),
        ([check("mandatory"), NOTICE, REPLY, REPLACED], State.REPLACED),
        ([Event(Kind.STRUCK, "", DAY)], State.STRUCK),
        ([check("discretionary"), NOTICE, REPLY, NOTICE], State.TOLD),
    ],
)
def test_a_party_stands_where_its_steps_lead(events, state):
    assert standing(events, DAY).state is state


def test_when_the_last_day_to_reply_is_over_it_is_to_be_decided():
    events = [check("mandatory"), NOTICE]

    assert standing(events, UNTIL).state is State.TOLD
    assert standing(events, UNTIL + timedelta(days=1)).state is State.TO_DECIDE


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("kind", Kind)
def test_a_step_is_taken_where_the_table_says_and_nowhere_else(state, kind):
    by_state = {
        State.TO_CHECK: [],
        State.CLEAR: [check("nothing")],
        State.FOUND: [check("mandatory")],
        State.TOLD: [check("mandatory"), NOTICE],
        State.TO_DECIDE: [check("mandatory"), NOTICE, REPLY],
        State.DISREGARDED: [check("mandatory"), NOTICE, REPLY, decide("must-disregard")],
        State.STAYS: [check("mandatory"), NOTICE, REPLY, decide("no-ground")],
        State.REPLACED: [check("mandatory"), NOTICE, REPLACED],
        State.STRUCK: [Event(Kind.STRUCK, "", DAY)],
    }
    now = standing(by_state[state], DAY)
    assert now.state is state

    if kind in STEPS[state]:
        must_be_next(kind, now, PartyRole.SUBCONTRACTOR)
    else:
        with pytest.raises(NotNow):
            must_be_next(kind, now, PartyRole.SUBCONTRACTOR)


@pytest.mark.parametrize("events", [[check("mandatory")], [check("mandatory"), NOTICE]])
def test_nobody_decides_before_the_supplier_could_speak(events):
    with pytest.raises(NotNow, match="must first be told"):
        must_be_next(Kind.DECIDED, standing(events, DAY), PartyRole.SUPPLIER)


def test_a_supplier_is_neither_replaced_nor_struck_out():
    told = standing([check("mandatory"), NOTICE], DAY)

    assert Kind.REPLACED not in steps_of(told, PartyRole.SUPPLIER)
    assert Kind.REPLACED not in steps_of(told, PartyRole.CONNECTED)
    assert Kind.REPLACED in steps_of(told, PartyRole.ASSOCIATED)
    assert steps_of(standing([], DAY), PartyRole.SUPPLIER) == {Kind.CHECKED}


@pytest.mark.parametrize(
    ("found", "decisions"),
    [
        (Found.MANDATORY, (Decision.MUST_DISREGARD, Decision.NO_GROUND)),
        (Found.DISCRETIONARY, (Decision.MAY_DISREGARD, Decision.KEPT, Decision.NO_GROUND)),
        (Found.DEBARRED_MANDATORY, (Decision.MUST_DISREGARD,)),
        (Found.DEBARRED_DISCRETIONARY, (Decision.MAY_DISREGARD, Decision.KEPT)),
        (Found.NOTHING, ()),
        (None, ()),
    ],
)
def test_must_and_may_are_different_decisions(found, decisions):
    assert decisions_for(found) == decisions
    for decision in Decision:
        if decision in decisions:
            assert checked_decision(decision, found) is decision
        else:
            with pytest.raises(WrongEntry):
                checked_decision(decision, found)


def test_an_exclusion_is_notified_within_thirty_days_the_day_of_the_decision_being_the_first():
    now = standing([check("mandatory"), NOTICE, REPLY, decide("must-disregard")], DAY)

    assert now.notify_by == date(2027, 1, 8)
    assert now.must_notify


def test_a_replacement_is_notified_too_and_a_supplier_that_stays_is_not():
    replaced = standing([check("mandatory"), NOTICE, REPLACED], DAY)
    stays = standing([check("discretionary"), NOTICE, REPLY, decide("kept")], DAY)

    assert replaced.notify_by == date(2027, 1, 8)
    assert stays.notify_by is None


def test_once_notified_nothing_is_due_and_another_decision_begins_anew():
    events = [check("discretionary"), NOTICE, REPLY, decide("may-disregard")]
    notified = [*events, Event(Kind.NOTIFIED, "", DAY)]

    assert not standing(notified, DAY).must_notify
    assert Kind.NOTIFIED not in steps_of(standing(notified, DAY), PartyRole.SUPPLIER)
    assert standing([*notified, decide("kept")], DAY).notify_by is None
    assert standing([*notified, decide("may-disregard")], DAY).must_notify


@pytest.mark.parametrize("text", ["", "  short ", "x" * 4001, "a b c d e f g h i j"])
def test_a_reason_nobody_could_follow_is_refused(text):
    with pytest.raises(WrongEntry):
        checked_text(text, field="text", ask="Enter why")


def test_a_bid_names_its_bidder_then_its_subcontractors_each_once():
    answers = {
        "SLP-12.c": [{"name": "Cloudbase Ltd"}, {"name": "cloudbase  ltd."}, {"name": ""}, {}],
        "SLP-07.i": [{"backup_provider": "Vaultline"}],
        "SLP-13.b": [{"provider": "Larkfield Sensors"}, {"provider": "Hollowmere Council"}],
    }
    content = {
        "platform": [
            {"role": "bidder", "name": "Larkfield Sensors Limited"},
            {"role": "consortium-member", "name": "Omniflow"},
            {"role": "associated-supplier", "name": "Relied On Ltd"},
        ]
    }

    found = parties_named(
        "Larkfield Sensors Limited", answers, content, ["Larkfield Sensors", "Hollowmere Council"]
    )

    assert [(named.name, named.role) for named in found] == [
        ("Larkfield Sensors Limited", PartyRole.SUPPLIER),
        ("Omniflow", PartyRole.ASSOCIATED),
        ("Relied On Ltd", PartyRole.ASSOCIATED),
        ("Cloudbase Ltd", PartyRole.SUBCONTRACTOR),
        ("Vaultline", PartyRole.SUBCONTRACTOR),
    ]
    assert found[3].found_in == "SLP-12.c"


@pytest.mark.parametrize("answers", [{"SLP-12.c": "none"}, {"SLP-12.c": [None, 3, {"name": 7}]}])
def test_an_answer_of_another_shape_names_nobody(answers):
    assert parties_named("A", answers, {}, []) == [Named("A", PartyRole.SUPPLIER, "The bidder")]


@pytest.mark.parametrize(
    ("facts", "checked"),
    [
        ({}, False),
        ({"procedure": "open"}, True),
        ({"procedure": "competitive-flexible"}, True),
        ({"procedure": "below-threshold"}, False),
        ({"procedure": "framework-call-off"}, False),
        ({"procedure": "open", "above_threshold": "no"}, False),
        ({"procedure": "direct", "above_threshold": "yes"}, True),
        ({"above_threshold": "yes"}, True),
    ],
)
def test_marking_waits_for_checks_above_the_threshold_and_in_its_procedures(facts, checked):
    assert exclusion_terms(facts) == ({"exclusion_checks": True} if checked else {})
