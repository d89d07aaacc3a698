"""From an empty tender to the three documents, as an officer and a supplier go, in a browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import pytest

from accounts.rules.roles import Role
from foundation import clock
from question_bank.loader import shipped_packs
from tests import factories
from tests.browser import comparing, documents, evaluating, scheduling
from tests.browser import officer as officers
from tests.browser import supplier as suppliers

DEPUTY = "deputy@marlwick.test"
OFFICER, OFFICER_NAME, LEAD = "officer@marlwick.test", "Ines Calloway", "lead@supplier.test"


@dataclass(frozen=True)
class Way:
    """Which questions are asked, who answers them, and what the officer makes of it."""

    pack: str
    answers: str
    company: str
    javascript: bool
    decisions: Mapping[str, str]
    rank: str


EVERYTHING = Way(
    pack="slp-full",
    answers="omniflow-mobility-insights",
    company="Omniflow Mobility Insights",
    javascript=True,
    decisions={"SLP-01": "pass", "SLP-02": "fail", "SLP-03": "fail", "SLP-14": "fail"},
    rank="Not ranked: failed SLP-02, SLP-03, SLP-14",
)
WITHOUT_JAVASCRIPT = Way(
    pack="slp-essential",
    answers="larkmead-sensing",
    company="Larkmead Sensing",
    javascript=False,
    decisions={},
    rank="1",
)


@pytest.mark.parametrize(
    "way",
    [EVERYTHING, pytest.param(WITHOUT_JAVASCRIPT, marks=pytest.mark.walk)],
    ids=lambda way: way.company,
)
def test_from_a_tender_to_the_contract(way, visitor, records, clock_set_forward):
    with records():
        borough = factories.make_authority("London Borough of Marlwick")
        factories.make_person(Role.OFFICER, borough, name=OFFICER_NAME, email=OFFICER)
        factories.make_person(Role.OFFICER, borough, name="Jo Marsh", email=DEPUTY)
        company = factories.make_supplier(way.company)
        factories.make_person(Role.BID_LEAD, company, name="Mara Voss", email=LEAD)
    tender, bid = officers.example("tender"), officers.example(way.answers)
    closes_at = clock.now() + timedelta(days=9)
    officer, supplier = (visitor(javascript=way.javascript) for _ in range(2))

    officer.sign_in(OFFICER)
    officers.create_tender(
        officer,
        title=tender["title"],
        reference=tender["reference"],
        pack=way.pack,
        closes_at=closes_at,
    )
    officers.enter_facts(officer, tender["facts"])
    evaluating.publish_that_one_marks(officer)
    officers.publish(officer, email=OFFICER, second=DEPUTY)
    officer.sign_out()

    supplier.sign_in(LEAD)
    task_list = suppliers.start_bid(supplier, tender["title"])
    suppliers.answer_everything(supplier, task_list, bid["answers"])
    suppliers.submit(supplier, task_list)
    receipt = suppliers.keep_receipt(supplier)

    clock_set_forward(closes_at + timedelta(hours=1))
    supplier.sign_in(LEAD)
    assert suppliers.has_closed(supplier, task_list)

    officer.sign_in(OFFICER)
    evaluating.open_bids(officer, tender["title"], email=OFFICER, second=DEPUTY)
    bids = officer.path()
    evaluating.check_parties(officer)
    asked = [chosen.id for _section, chosen in shipped_packs()[way.pack].questions()]
    marks = {question: 3 + number % 3 for number, question in enumerate(asked)}
    evaluating.give_everything(officer, OFFICER_NAME)
    evaluating.mark_everything(officer, marks)
    evaluating.agree_everything(officer, bids, way.company)
    evaluating.decide_requirements(officer, way.decisions)
    evaluating.agree_on_quality(officer, bids, way.company)
    the_bid = officer.path()
    decided = evaluating.decide_risks(officer, way.company)
    officer.go(the_bid)
    scheduling.go_through_schedule(officer, way.company)
    schedule = officer.download("Download the schedule (Word)")
    comparing.look_at_controls(officer, bids)
    officer.go(the_bid)
    officer.follow("Controls this bid evidences, promises or lacks")
    assert officer.heading() == f"Controls in the bid of {way.company}"
    officer.go(bids)
    assert evaluating.rank_shown(officer) == way.rank
    scores = officer.download("Scores with reasons (scores.xlsx)")
    register = officer.download("Risk register with heat map and trace (risk-register.xlsx)")

    assert receipt["arrived_at"] < closes_at.isoformat()
    assert documents.marks_in(scores) == marks
    assert documents.decisions_in(scores) == way.decisions
    assert documents.decided_in(register) == decided
    assert documents.strange_formulas(scores) + documents.strange_formulas(register) == []
    headings, words = documents.headings_in(schedule), documents.words_in(schedule)
    assert headings[0] == "Interpretation and precedence"
    assert scheduling.LEFT_OUT not in headings
    assert "Draft for legal review" in words
    assert "Left out by decision of the Council." in words
    assert OFFICER_NAME not in words, "the contract names nobody who decided"
