"""A mark below the published least mark waits for an officer; information is never marked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from question_bank.rules.questions import PartClass
from scoring import service
from tenders import service as tenders
from tenders.rules import plan as plans
from tests.evaluating import agree, agree_all
from tests.factories import make_tender, viewer_of
from tests.pages.scoring.conftest import CLOSES_AT, FACTS, OPENS_AT

REASON = "SLP-07.f says that copies can be reached online"


@pytest.fixture
def tender(officer):
    """The full pack, with a least mark for SLP-07 and SLP-11 for information."""
    draft = make_tender(officer, closes_at=CLOSES_AT, facts=FACTS)
    by = viewer_of(officer)

    def change(plan):
        plan = plans.set_assessment(plan, "SLP-07", PartClass.SCORED, 3)
        section = plans.section_with(plan, "SLP-11")
        plan = plans.set_assessment(plan, "SLP-11", PartClass.INFORMATION)
        scored = {
            entry["id"]: None if number == 0 else plans.weight_of(entry)
            for number, entry in enumerate(
                e for e in section["questions"] if plans.weight_of(e) and e["id"] != "SLP-11"
            )
        }
        if not scored:
            plan = plans.set_weights(plan, sections={section["id"]: 0})
            sections = {
                s["id"]: None if number == 0 else plans.weight_of(s)
                for number, s in enumerate(plans.sections_of(plan))
            }
            return plans.set_weights(plan, sections=plans.shared_evenly(sections))
        return plans.set_weights(plan, questions=plans.shared_evenly(scored))

    tenders.change_plan(draft, change, by=by, based_on=draft.plan_sha256, note="classes")
    tenders.publish_tender(draft, by=by, libraries={})
    return draft


def given(mark):
    return service.GivenMark(mark=mark, reason=REASON, feedback="", internal_comment="", based_on=0)


def test_a_mark_below_the_least_mark_is_shown_and_an_officer_decides(
    make_bid, opened, evaluated, officer, client_for
):
    bid = make_bid("Larkfield")
    opened()
    desk = client_for(officer)
    assert (
        "The tender publishes 3 as the least mark"
        in desk.get(f"/evaluation/bids/{bid.token}/questions/SLP-07").text
    )

    agree(evaluated(bid), "SLP-07", 2, by=viewer_of(officer))

    page = desk.get(f"/evaluation/bids/{bid.token}")
    assert (
        "SLP-07 is marked 2: the tender publishes 3 as the least mark and says that a bid below "
        "it may be rejected" in page.text
    )
    desk.post(
        f"/evaluation/bids/{bid.token}/requirements/SLP-07",
        data={"decision": "pass", "reason": REASON, "based_on": "0"},
    )
    assert evaluated(bid).decided == {"SLP-07": True}


def test_a_decision_made_before_the_mark_fell_below_it_is_asked_for_again(
    make_bid, opened, evaluated, officer, at
):
    bid = make_bid("Larkfield")
    opened()
    by = viewer_of(officer)
    agree(evaluated(bid), "SLP-07", 1, by=by)
    (entry,) = [e for e in evaluated(bid).waiting if e.question_id == "SLP-07"]
    decision = service.GivenDecision(passed=True, reason=REASON, based_on=0)
    service.decide_requirement(evaluated(bid), entry, decision, by=by)
    assert "SLP-07" in evaluated(bid).decided

    at(OPENS_AT + timedelta(hours=1))
    agree(evaluated(bid), "SLP-07", 0, by=by)

    assert "SLP-07" not in evaluated(bid).decided
    assert "SLP-07" in [e.question_id for e in evaluated(bid).waiting]


def test_a_question_for_information_waits_for_no_mark_and_takes_none(
    make_bid, opened, evaluated, officer, client_for
):
    bid = make_bid("Larkfield")
    opened()

    read = evaluated(bid)
    page = client_for(officer).get(f"/evaluation/bids/{bid.token}/questions/SLP-11")

    assert "SLP-11" not in read.unmarked
    assert "The tender asks this for information: it gets no mark" in page.text
    with pytest.raises(service.NotMarked):
        service.save_mark(read, "SLP-11", given(3), by=viewer_of(officer))


def test_the_total_needs_no_mark_for_what_is_asked_for_information(
    make_bid, opened, evaluated, officer
):
    bid = make_bid("Larkfield")
    opened()
    by = viewer_of(officer)
    agree_all(bid, 4, by=by)

    assert evaluated(bid).unmarked == ()
    assert evaluated(bid).evaluation.quality.total == 80
