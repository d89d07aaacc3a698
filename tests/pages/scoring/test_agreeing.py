"""The panel agrees one mark for one question of one bid, and its chair signs."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from accounts.rules.roles import Role
from foundation.audit import AuditEntry
from foundation.database import db
from scoring import queries, service
from scoring.forms import READ_BY
from scoring.models import AgreedMark, Mark
from tests.factories import make_person, viewer_of

REASON = "SLP-07.f keeps a copy that nobody can alter, and the test in SLP-07.g met every time."


@pytest.fixture
def chair(authority):
    return make_person(Role.MODERATOR, authority, name="Nadia Cole")


@pytest.fixture
def second(authority):
    return make_person(Role.EVALUATOR, authority, name="Uma Price")


@pytest.fixture
def panel(tender, chair, evaluator, second, make_bid, opened):
    """Two evaluators give marks for SLP-07 of one bid and lock: ``panel(5, 3)``."""

    def sit(first=5, other=3, question="SLP-07", lock=True):
        bid = make_bid("Larkfield")
        opened()
        people = [evaluator, second]
        service.allocate(tender, [question], [one.id for one in people], by=viewer_of(chair))
        for person, mark in zip(people, (first, other), strict=True):
            alone(bid, person, question, mark)
            if lock:
                service.lock_marks(tender, by=viewer_of(person))
        return bid

    return sit


def alone(bid, person, question, mark, **more):
    by = viewer_of(person)
    read = queries.bid_in_evaluation(by, bid.token, to="mark:read")
    given = service.GivenMark(
        mark=mark,
        reason=f"{REASON} Read by {person.name}.",
        feedback="A full test would have earned more",
        internal_comment="Look at the annex",
        based_on=0,
        **more,
    )
    return service.save_mark(read, question, given, by=by)


def page_of(bid, question="SLP-07"):
    return f"/evaluation/bids/{bid.token}/questions/{question}/agree"


def sent(*people, **changed):
    return {
        "based_on": "0",
        "present": [one.token for one in people],
        "mark": "4",
        "reason": REASON,
        "why_moved": "The panel read the descriptors again: the test was partial, as 4 says.",
        "why_not_higher": "The test was partial",
        "feedback": "A full test would have earned more",
        "internal_comment": "The annex says more",
        "seen": "spread@3-5 reason-thin@4 no-answer-named@4",
        **changed,
    }


def agreed_for(bid):
    return db.session.scalars(
        select(AgreedMark).where(AgreedMark.bid_id == bid.id).order_by(AgreedMark.number)
    ).all()


def test_the_chair_sees_each_mark_with_its_reason_and_signs_one(
    client_for, panel, chair, evaluator, second, at
):
    bid = panel(5, 3)
    client = client_for(chair)

    shown = client.get(page_of(bid)).text
    answer = client.post(page_of(bid), data=sent(chair, evaluator, second, **{"point-4.2": "met"}))

    assert [f"Read by {name}." in shown for name in ("Tom Hale", "Uma Price")] == [True, True]
    assert answer.status_code == 302
    [agreed] = agreed_for(bid)
    assert (agreed.mark, agreed.number, agreed.reason, agreed.why_not_higher) == (
        4,
        1,
        REASON,
        "The test was partial",
    )
    assert agreed.points == {"4.2": True}
    assert agreed.present == [one.token for one in sorted((chair, evaluator, second), key=name_of)]
    assert agreed.warned == ["spread"]
    assert agreed.signed_by_id == chair.id
    marks = db.session.scalars(select(Mark.id).where(Mark.bid_id == bid.id)).all()
    assert agreed.considered == sorted(marks)


def test_whoever_marks_alone_reads_who_reads_the_feedback(client_for, panel, evaluator):
    bid = panel(lock=False)

    page = client_for(evaluator).get(f"/evaluation/bids/{bid.token}/questions/SLP-07")

    assert page.text.count(READ_BY) == 1


def test_what_bidders_read_is_said_beside_the_two_fields_they_read(client_for, panel, chair):
    bid = panel(5, 3)

    page = client_for(chair).get(page_of(bid)).text

    hints = dict(re.findall(r'id="([a-z_]+)-hint"[^>]*>(.*?)</div>', page, re.DOTALL))
    assert {name for name, words in hints.items() if "the other bidders read it too" in words} == {
        "feedback",
        "why_not_higher",
    }


def name_of(person):
    return person.name.casefold()


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        pytest.param({"present": []}, "Select who took part in the meeting", id="nobody there"),
        pytest.param({"mark": ""}, "Select the mark the panel agreed", id="no mark"),
        pytest.param({"reason": "Good"}, "Enter a reason of at least 20 characters", id="thin"),
        pytest.param(
            {"why_moved": ""},
            "Enter why the agreed mark is not the mark of Tom Hale (5), Uma Price (3)",
            id="moved",
        ),
        pytest.param(
            {"why_not_higher": " "}, "Enter what the answer lacks for a mark of 5", id="not higher"
        ),
        pytest.param({"seen": ""}, "Select that you have seen what seems odd", id="unseen"),
    ],
)
def test_what_a_record_needs_is_asked_for_and_nothing_typed_is_lost(
    changed, says, client_for, panel, chair
):
    bid = panel(5, 3)

    page = client_for(chair).post(page_of(bid), data=sent(chair, **changed))

    assert page.status_code == 422
    assert says in page.text
    assert "The annex says more" in page.text
    assert agreed_for(bid) == []


def test_whoever_signs_was_there(client_for, panel, chair, evaluator):
    bid = panel()

    page = client_for(chair).post(page_of(bid), data=sent(evaluator))

    assert page.status_code == 422
    assert "Select yourself among those who were there" in page.text


def test_nothing_is_agreed_while_somebody_has_not_locked(client_for, panel, chair, evaluator):
    bid = panel(lock=False)
    client = client_for(chair)

    shown = client.get(page_of(bid)).text
    answer = client.post(page_of(bid), data=sent(chair))

    assert "Still to lock: Tom Hale and Uma Price." in shown
    assert "Read by" not in shown
    assert answer.status_code == 422
    assert agreed_for(bid) == []


def test_a_chair_who_marks_too_sees_nothing_of_others_before_locking(
    client_for, panel, tender, officer, evaluator
):
    bid = panel()
    service.allocate(tender, ["SLP-08"], [officer.id], by=viewer_of(officer), bid=bid)

    page = client_for(officer).get(page_of(bid))

    assert "You see what others gave once your own marks are locked" in page.text
    assert "Read by" not in page.text


def test_a_mark_is_taken_up_again_with_a_reason_and_both_stay(client_for, panel, chair):
    bid = panel(4, 4)
    client = client_for(chair)
    client.post(page_of(bid), data=sent(chair))

    without = client.post(page_of(bid), data=sent(chair, based_on="1", mark="3"))
    again = client.post(
        page_of(bid),
        data=sent(
            chair,
            based_on="1",
            mark="3",
            reopened_because="A figure in SLP-07.i was misread",
            seen="outside-marks@3",
        ),
    )

    assert (without.status_code, again.status_code) == (422, 302)
    assert [(one.number, one.mark, one.reopened_because) for one in agreed_for(bid)] == [
        (1, 4, ""),
        (2, 3, "A figure in SLP-07.i was misread"),
    ]


def test_a_mark_signed_meanwhile_is_not_overwritten_unseen(client_for, panel, chair):
    bid = panel(4, 4)
    client = client_for(chair)
    client.post(page_of(bid), data=sent(chair))

    page = client.post(page_of(bid), data=sent(chair, mark="5"))

    assert page.status_code == 422
    assert [one.mark for one in agreed_for(bid)] == [4]


def test_agreeing_leaves_the_marks_given_alone_as_they_were(client_for, panel, chair):
    bid = panel(5, 3)
    before = marks_in(bid)

    client_for(chair).post(page_of(bid), data=sent(chair))

    assert marks_in(bid) == before


def marks_in(bid):
    return db.session.execute(
        select(Mark.id, Mark.mark, Mark.reason, Mark.number).where(Mark.bid_id == bid.id)
    ).all()


def test_the_record_says_who_signed_and_holds_no_words(client_for, panel, chair, evaluator):

    bid = panel(4, 4)

    client_for(chair).post(page_of(bid), data=sent(chair, evaluator))

    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "mark.agreed")).one()
    assert entry.actor == chair.token
    assert [word in entry.details for word in (REASON, "annex", "partial")] == [False] * 3


def test_an_evaluator_signs_nothing(client_for, panel, evaluator):
    bid = panel()

    assert client_for(evaluator).get(page_of(bid)).status_code == 403


def test_two_evaluators_are_needed_where_the_tender_publishes_it(
    two_evaluators, client_for, tender, chair, evaluator, make_bid, opened
):
    bid = make_bid("Larkfield")
    opened()
    service.allocate(tender, ["SLP-07"], [evaluator.id], by=viewer_of(chair))
    alone(bid, evaluator, "SLP-07", 4)
    service.lock_marks(tender, by=viewer_of(evaluator))

    page = client_for(chair).post(page_of(bid), data=sent(chair))

    assert page.status_code == 422
    assert "SLP-07 needs 2 evaluators, as the tender publishes, and has 1" in page.text
    assert db.session.scalar(select(func.count()).select_from(AgreedMark)) == 0


def test_the_passages_each_evaluator_cites_stand_in_the_words_of_the_bid(
    client_for, chair, evaluator, second, tender, make_bid, opened
):
    bid = make_bid("Larkfield", **{"SLP-07.a": "We keep a copy that nobody can alter."})
    opened()
    people = [evaluator, second]
    service.allocate(tender, ["SLP-07"], [one.id for one in people], by=viewer_of(chair))
    alone(bid, evaluator, "SLP-07", 5, cites=[{"part": "SLP-07.a", "from": 8, "to": 14}])
    alone(bid, second, "SLP-07", 5)
    for person in people:
        service.lock_marks(tender, by=viewer_of(person))

    page = client_for(chair).get(page_of(bid)).text
    row = page.split("Passages it cites</th>")[1].split("</tr>")[0]

    assert '<q class="app-passage__words">a copy</q>' in row
    assert row.count("<td") == 2
    assert row.rstrip().endswith("None</td>")
