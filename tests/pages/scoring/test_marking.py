"""Giving marks: each evaluator alone, beside the answer, with a reason; nothing is ever lost."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation.audit import AuditEntry
from foundation.database import db
from scoring import queries, service
from scoring.models import Mark, MarkLock
from scoring.queries.own_marks import own_marks
from supplier_portal.models import TypedDraft
from tenders.rules.lifecycle import Stage
from tests.evaluating import agree
from tests.factories import make_authority, make_person, viewer_of

REASON = "Restored in March with the hosting company, see SLP-07.g"
ODD = "This seems odd. Your mark is not saved yet"


@pytest.fixture
def bid(make_bid, opened):
    bid = make_bid("Rook Systems", best=False)
    opened()
    return bid


@pytest.fixture
def allocated(tender, evaluator, officer):
    """Give questions to an evaluator: ``allocated("SLP-07", to=ada, bid=bid)``."""

    def give(*questions, to=evaluator, bid=None):
        service.allocate(tender, questions, [to.id], by=viewer_of(officer), bid=bid)

    return give


@pytest.fixture
def ada(authority):
    return make_person(Role.EVALUATOR, authority, name="Ada Hill")


def address(bid, question="SLP-07"):
    return f"/evaluation/bids/{bid.token}/questions/{question}"


def form(**changed):
    return {
        "mark": "0",
        "reason": REASON,
        "feedback": "Well tested",
        "internal_comment": "Ask about the second site",
        "based_on": "0",
    } | changed


def marks(question="SLP-07"):
    return db.session.scalars(
        select(Mark).where(Mark.question_id == question).order_by(Mark.id)
    ).all()


def test_the_page_shows_answer_level_with_reasons_points_and_flags(
    client_for, bid, evaluator, allocated
):
    allocated("SLP-07", "SLP-08")

    page = client_for(evaluator).get(address(bid)).text

    assert [words in page for words in (
        "How copies are kept apart",
        "Suggested level: 0",
        "Published descriptors, point by point",
        "No recovery arrangement, or no answer.",
        'name="point-5.3" value="met"',
        "one copy is air-gapped.",
        "Red flag",
        "SLP-07.f:none",
        "Feedback for the bidder",
        "Internal comment",
        "You marked <strong>0 of 2</strong>",
        "Cite this answer",
        "Next unmarked",
    )] == [True] * 13  # fmt: skip


def test_a_saved_mark_is_the_evaluators_own_and_leads_to_the_next_unmarked_answer(
    client_for, bid, evaluator, allocated, evaluated
):
    allocated("SLP-07", "SLP-08")

    sent = client_for(evaluator).post(
        address(bid), data=form(**{"point-0.1": "met", "point-1.1": "unmet", "point-9.9": "met"})
    )

    assert (sent.status_code, sent.location) == (302, address(bid, "SLP-08"))
    [mark] = marks()
    assert (mark.mark, mark.reason, mark.feedback, mark.internal_comment, mark.number) == (
        0, REASON, "Well tested", "Ask about the second site", 1,
    )  # fmt: skip
    assert (mark.evaluator.name, mark.suggested, mark.points, mark.warned) == (
        "Tom Hale", 0, {"0.1": True, "1.1": False}, [],
    )  # fmt: skip
    assert dict(evaluated(bid).marks) == {}


def test_after_the_last_answer_the_evaluator_is_asked_to_lock(
    client_for, bid, evaluator, allocated, tender
):
    allocated("SLP-07")

    sent = client_for(evaluator).post(address(bid), data=form())

    assert sent.location == f"/evaluation/tenders/{tender.token}/lock"


def test_who_saves_and_stays_is_at_the_same_answer(client_for, bid, evaluator, allocated):
    allocated("SLP-07", "SLP-08")

    sent = client_for(evaluator).post(address(bid) + "?by=question", data=form(then="stay"))

    assert sent.location == address(bid) + "?by=question"


def test_the_first_mark_begins_the_marking_of_the_tender(
    client_for, bid, evaluator, tender, allocated
):
    allocated("SLP-07")

    client_for(evaluator).post(address(bid), data=form())

    assert tender.stage is Stage.EVALUATING


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"mark": ""}, "Select a mark from 0 to 5"),
        ({"mark": "6"}, "Select one of the options"),
        ({"reason": ""}, "Enter the reason for your mark"),
        (
            {"reason": "Too   short      here", "seen": "reason-thin@0 no-answer-named@0"},
            "Enter a reason of at least 20 characters",
        ),
        ({"reason": "x" * 5000}, "Enter 4,000 characters or fewer"),
    ],
)
def test_a_mark_that_will_not_do_is_shown_back_with_everything_typed(
    changed, message, client_for, bid, evaluator, allocated
):
    allocated("SLP-07")
    sent = form(**changed) | {"point-4.1": "unmet", "cite": "SLP-07.a:0:0"}

    page = client_for(evaluator).post(address(bid), data=sent)

    assert page.status_code == 422
    assert [message in page.text, "Ask about the second site" in page.text] == [True, True]
    assert re.search(r'name="point-4.1" value="unmet" checked', page.text) is not None
    assert 'name="cite" value="SLP-07.a:0:0" checked' in page.text
    assert marks() == []


def test_what_is_not_allocated_is_read_and_not_marked(client_for, bid, evaluator, allocated):
    allocated("SLP-08")
    client = client_for(evaluator)
    says = "You do not mark SLP-07 because it is not allocated to you in this bid."

    page = client.get(address(bid))
    sent = client.post(address(bid), data=form())

    assert [says in page.text, "Save and go" in page.text] == [True, False]
    assert sent.status_code == 422
    assert "You cannot mark SLP-07 because it is not allocated to you in this bid" in sent.text
    assert [REASON in sent.text, marks()] == [True, []]


def test_a_question_allocated_in_one_bid_is_marked_in_that_bid_alone(
    client_for, make_bid, opened, evaluator, allocated
):
    here, there = make_bid("Rook"), make_bid("Wren")
    opened()
    allocated("SLP-07", bid=here)
    client = client_for(evaluator)

    sent = [client.post(address(one), data=form(mark="5")) for one in (here, there)]

    assert [page.status_code for page in sent] == [302, 422]


def test_two_evaluators_at_once_never_see_each_other(
    client_for, bid, evaluator, ada, allocated, tender
):
    allocated("SLP-07", "SLP-08")
    allocated("SLP-07", to=ada)
    tom, hill = client_for(evaluator), client_for(ada)
    toms, adas = "Toms own reason about the copies in SLP-07.f today", "Adas reason on SLP-07.a and"

    tom.post(address(bid), data=form(reason=toms))
    pages = [hill.get(where).text for where in (
        address(bid), f"/evaluation/tenders/{tender.token}/questions/SLP-07",
        f"/evaluation/tenders/{tender.token}/lock",
    )]  # fmt: skip
    hill.post(address(bid), data=form(reason=adas + " its many words of explanation"))
    back = tom.get(address(bid)).text

    assert [[words in page for words in ("Tom Hale", toms, "Well tested")] for page in pages] == [
        [False] * 3
    ] * 3
    assert [adas in back, "Ada Hill" in back, toms in back] == [False, False, True]
    assert [(mark.evaluator.name, mark.number) for mark in marks()] == [
        ("Tom Hale", 1), ("Ada Hill", 1),
    ]  # fmt: skip


def test_ones_own_mark_given_in_another_window_is_not_overwritten_unseen(
    client_for, bid, evaluator, allocated
):
    allocated("SLP-07")
    client = client_for(evaluator)
    client.post(address(bid), data=form(internal_comment="First window"))

    page = client.post(address(bid), data=form())
    again = client.post(address(bid), data=form(based_on="1"))

    assert "You gave a mark of 0 in another window while you were writing" in page.text
    assert [page.status_code, REASON in page.text] == [422, True]
    assert 'name="based_on" type="hidden" value="1"' in page.text
    assert again.status_code == 302
    assert [mark.number for mark in marks()] == [1, 2]


def test_an_earlier_mark_is_kept(client_for, bid, evaluator, allocated):
    allocated("SLP-07")
    client = client_for(evaluator)
    client.post(address(bid), data=form())
    client.post(address(bid), data=form(based_on="1", reason=REASON + " and later"))

    assert [mark.reason for mark in marks()] == [REASON, REASON + " and later"]


@pytest.mark.both_databases
def test_the_database_refuses_to_change_or_delete_a_mark_or_a_lock(
    client_for, bid, evaluator, allocated, tender
):
    allocated("SLP-07")
    client_for(evaluator).post(address(bid), data=form())
    service.lock_marks(tender, by=viewer_of(evaluator))

    for table, change in ((Mark, {"mark": 5}), (MarkLock, {"sha256": "0" * 64})):
        row = db.session.scalars(select(table)).one()
        for name, value in change.items():
            setattr(row, name, value)
        with pytest.raises(Exception, match="is never changed"):
            db.session.flush()
        db.session.rollback()
        db.session.delete(db.session.scalars(select(table)).one())
        with pytest.raises(Exception, match="is never"):
            db.session.flush()
        db.session.rollback()


def test_each_mark_is_one_entry_in_the_bids_chain_that_holds_no_words(
    client_for, bid, evaluator, allocated
):
    allocated("SLP-07")
    client_for(evaluator).post(address(bid), data=form(cite="SLP-07.a:0:4"))

    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.subject == bid.token, AuditEntry.action == "mark.saved")
    ).all()
    assert [(entry.actor, "Restored" in entry.details) for entry in entries] == [
        (evaluator.token, False)
    ]


def test_an_auditor_reads_and_cannot_mark(client_for, authority, bid, evaluator, allocated):
    allocated("SLP-07")
    client_for(evaluator).post(address(bid), data=form())
    auditor = client_for(make_person(Role.AUDITOR, authority))

    page = auditor.get(address(bid))
    refused = auditor.post(address(bid), data=form(mark="0"))

    assert ["Your mark" in page.text, "not allocated" in page.text] == [False, False]
    assert refused.status_code == 403


def test_a_question_nobody_asked_and_a_bid_of_another_authority_are_a_404(
    client_for, bid, evaluator, tender
):
    client = client_for(evaluator)
    stranger = client_for(make_person(Role.EVALUATOR, make_authority("Elsewhere")))
    across = f"/evaluation/tenders/{tender.token}/questions/"

    assert [client.get(where).status_code for where in (
        address(bid, "SLP-99"), address(bid, "1" * 30), across + "SLP-99",
    )] == [404] * 3  # fmt: skip
    assert [stranger.get(where).status_code for where in (
        address(bid), across + "SLP-07", f"/evaluation/tenders/{tender.token}/lock",
    )] == [404] * 3  # fmt: skip
    assert stranger.post(f"/evaluation/bids/{bid.token}/typed/mark/SLP-07").status_code == 404


def test_a_cancelled_tender_takes_no_more_marks_and_keeps_what_was_typed(
    client_for, bid, evaluator, tender, allocated
):
    allocated("SLP-07")
    tender.stage = Stage.CANCELLED
    client = client_for(evaluator)

    page = client.post(address(bid), data=form())
    locking = client.post(f"/evaluation/tenders/{tender.token}/lock", data={"sure": "yes"})

    assert [page.status_code, locking.status_code] == [409, 409]
    assert "You cannot mark this bid because the tender is at the cancelled stage" in page.text
    assert REASON in page.text
    assert (
        "no longer given because the tender is at the cancelled stage"
        in client.get(address(bid)).text
    )


def test_what_a_supplier_wrote_is_text_on_the_page(client_for, make_bid, opened, evaluator):
    written = "<script>alert(1)</script> & ‹b›\nsecond line"
    bid = make_bid("Rook", **{"SLP-07.a": written})
    tender = opened()
    client = client_for(evaluator)

    pages = [client.get(where).text for where in (
        address(bid), f"/evaluation/tenders/{tender.token}/questions/SLP-07",
    )]  # fmt: skip

    for page in pages:
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; ‹b›\nsecond line" in page


# What seems odd


def test_an_odd_mark_is_saved_only_once_the_evaluator_has_seen_why(
    client_for, bid, evaluator, allocated
):
    allocated("SLP-07")
    client = client_for(evaluator)
    odd = form(mark="4", **{"point-4.2": "unmet"})

    asked = client.post(address(bid), data=odd)
    before = marks()
    seen = re.search(r'name="seen" value="([^"]+)"', asked.text)
    other = client.post(address(bid), data=odd | {"mark": "5", "seen": seen[1]})
    saved = client.post(address(bid), data=odd | {"seen": seen[1]})

    assert (asked.status_code, before) == (422, [])
    assert [words in unescape(asked.text) for words in (
        ODD,
        "You gave 4, and point 4.2 of its descriptor is ticked as not met.",
        "You gave 4, and the answers suggest 0 at most.",
        "You gave 4 beside ",
        "Select that you have seen what seems odd",
        REASON,
    )] == [True] * 6  # fmt: skip
    assert (other.status_code, saved.status_code) == (422, 302)
    [mark] = marks()
    assert (mark.mark, mark.warned) == (4, ["outside-points", "above-suggested", "against-flag"])


def test_the_same_reason_in_another_bid_is_told_to_the_evaluator_who_gave_it(
    client_for, make_bid, opened, evaluator, ada, allocated
):
    bids = [make_bid("Rook"), make_bid("Wren")]
    opened()
    allocated("SLP-07")
    allocated("SLP-07", to=ada)
    client = client_for(evaluator)
    client.post(address(bids[0]), data=form(mark="5"))

    mine = client.post(address(bids[1]), data=form(mark="5"))
    hers = client_for(ada).post(address(bids[1]), data=form(mark="5"))

    assert [mine.status_code, "The same reason stands in another bid." in mine.text] == [422, True]
    assert hers.status_code == 302


# Citing


def test_without_a_script_a_button_cites_a_whole_answer_and_saves_nothing(
    client_for, bid, evaluator, allocated
):
    allocated("SLP-07")
    client = client_for(evaluator)

    page = client.post(address(bid), data=form(then="cite:SLP-07.a", reason="As written"))

    assert [page.status_code, marks()] == [200, []]
    assert re.search(r">\s*As written\nSLP-07.a: ?</textarea>", page.text) is not None
    assert 'name="cite" value="SLP-07.a:0:0" checked' in page.text
    assert "We do this with care." in page.text.partition("data-passages")[2]


def test_a_passage_is_stored_as_its_place_and_shown_in_the_words_of_the_bid(
    client_for, bid, evaluator, allocated
):
    allocated("SLP-07")
    client = client_for(evaluator)
    cites = [
        "SLP-07.a:3:10",
        "SLP-07.a:3:10",
        "SLP-07.a:9:3",
        "SLP-07.a:0:9999",
        "SLP-08.a:0:2",
        "x",
    ]

    client.post(address(bid), data=form(cite=cites))
    page = client.get(address(bid)).text

    [mark] = marks()
    assert mark.cites == [{"part": "SLP-07.a", "from": 3, "to": 10}]
    assert '<q class="app-passage__words">do this</q>' in page


# Typing is kept


def test_what_is_typed_is_kept_sealed_offered_to_its_author_alone_and_gone_once_saved(
    client_for, bid, evaluator, ada, allocated
):
    allocated("SLP-07")
    allocated("SLP-07", to=ada)
    client = client_for(evaluator)
    keep = f"/evaluation/bids/{bid.token}/typed/mark/SLP-07"

    kept = client.post(keep, data={"reason": "Half a thought", "point-4.1": "met", "mark": "3"})
    offered, used = client.get(address(bid)).text, client.get(address(bid) + "?typed=use").text
    hers = client_for(ada).get(address(bid)).text
    sealed = db.session.scalars(select(TypedDraft.sealed)).one()
    client.post(address(bid), data=form(typed_page="mark/SLP-07"))

    assert kept.json["said"] == f"Kept as you type, {kept.json['at']}. Not saved yet"
    assert ["You typed something here" in page for page in (offered, hers)] == [True, False]
    assert ["Half a thought" in page for page in (offered, used, hers)] == [False, True, False]
    assert re.search(r'name="point-4.1" value="met" checked', used) is not None
    assert b"Half a thought" not in sealed
    assert db.session.scalars(select(TypedDraft.id)).all() == []


def test_a_mark_that_was_not_taken_is_kept_and_can_be_thrown_away(
    client_for, bid, evaluator, allocated
):
    allocated("SLP-07")
    client = client_for(evaluator)

    client.post(address(bid), data=form(mark="", typed_page="mark/SLP-07"))
    kept = db.session.scalars(select(TypedDraft.page)).all()
    thrown = client.post(
        f"/evaluation/bids/{bid.token}/typed/mark/SLP-07/throw-away", data={"back": address(bid)}
    )

    assert kept == ["mark/SLP-07"]
    assert (thrown.location, db.session.scalars(select(TypedDraft.id)).all()) == (address(bid), [])


def test_the_company_never_sees_what_an_evaluator_typed(client_for, bid, evaluator, allocated):
    allocated("SLP-07")
    client_for(evaluator).post(
        f"/evaluation/bids/{bid.token}/typed/mark/SLP-07", data={"reason": "Half a thought"}
    )
    lead = db.session.get(type(evaluator), bid.created_by_id)

    assert client_for(lead).get(f"/bids/{bid.token}/typed/mark/SLP-07").status_code == 405
    assert "Half a thought" not in client_for(lead).get(f"/bids/{bid.token}").text


# In order


def test_previous_next_and_next_unmarked_follow_the_order_chosen(
    client_for, make_bid, opened, evaluator, allocated, tender
):
    for name in ("Ash", "Birch", "Cedar"):
        make_bid(name)
    opened()
    allocated("SLP-08", "SLP-07")
    work = own_marks(viewer_of(evaluator), tender)
    client = client_for(evaluator)

    def links(cells, across):
        found = []
        for bid_id, question in cells:
            where = f"/evaluation/bids/{work.tokens[bid_id]}/questions/{question}"
            page = client.get(where + ("?by=question" if across else "")).text
            found.append(
                re.findall(r'<a class="govuk-link" href="([^"]+)"[^>]* data-key="n"', page)
            )
        return found

    for across in (False, True):
        cells = work.in_order(across=across)
        order = "?by=question" if across else ""
        assert links(cells, across) == [
            [f"/evaluation/bids/{work.tokens[bid]}/questions/{question}{order}"]
            for bid, question in cells[1:]
        ] + [[]]
    by_bid, by_question = work.in_order(across=False), work.in_order(across=True)
    assert [question for _, question in by_bid] == ["SLP-07", "SLP-08"] * 3
    assert [question for _, question in by_question] == ["SLP-07"] * 3 + ["SLP-08"] * 3


def test_the_order_of_bids_is_each_evaluators_own_and_follows_no_mark(
    make_bid, opened, evaluator, ada, allocated, tender, client_for
):
    for number in range(6):
        make_bid(f"Bidder {number}")
    opened()
    allocated("SLP-07", "SLP-08")
    allocated("SLP-07", "SLP-08", to=ada)

    def order(person, question):
        page = client_for(person).get(f"/evaluation/tenders/{tender.token}/questions/{question}")
        return re.findall(r'<th scope="col"[^>]*>(Bidder \d)</th>', page.text)

    orders = [
        order(person, question) for person in (evaluator, ada) for question in ("SLP-07", "SLP-08")
    ]
    first = own_marks(viewer_of(evaluator), tender).bids_for("SLP-07")[-1]
    token = own_marks(viewer_of(evaluator), tender).tokens[first]
    client_for(evaluator).post(f"/evaluation/bids/{token}/questions/SLP-07", data=form(mark="5"))

    assert [sorted(one) for one in orders] == [[f"Bidder {number}" for number in range(6)]] * 4
    assert len({tuple(one) for one in orders}) > 1
    assert order(evaluator, "SLP-07") == orders[0]


def test_answers_of_all_bids_he_marks_stand_side_by_side_a_few_on_a_page(
    client_for, make_bid, opened, evaluator, allocated, tender
):
    bids = [make_bid(f"Bidder {number}", text=f"Words of {number}.") for number in range(8)]
    opened()
    allocated("SLP-07")
    there = f"/evaluation/tenders/{tender.token}/questions/SLP-07"
    client = client_for(evaluator)

    first, second = client.get(there).text, client.get(there + "?page=2").text
    allocated("SLP-08", bid=bids[3])
    alone = client.get(there.replace("SLP-07", "SLP-08")).text

    assert [len(re.findall(r">Mark<span", page)) for page in (first, second)] == [6, 2]
    assert [sum(f"Words of {n}." in page for n in range(8)) for page in (first, second)] == [6, 2]
    assert [f"Words of {n}." in alone for n in range(8)] == [n == 3 for n in range(8)]
    assert [
        client.get(there + f"?page={odd}").status_code for odd in ("0", "-1", "x", "99999")
    ] == [200] * 4


@pytest.mark.parametrize("bidders", [1, 5])
def test_a_mark_and_the_pages_of_marking_take_few_statements_for_many_bids_as_for_one(
    bidders, client_for, make_bid, opened, evaluator, allocated, tender, statements_counted
):
    bids = [make_bid(f"Bidder {number}") for number in range(bidders)]
    opened()
    allocated("SLP-07", "SLP-08")
    client = client_for(evaluator)
    client.post(address(bids[0]), data=form(mark="5"))

    def counted(where, **sent):
        with statements_counted() as statements:
            answer = client.open(where, method="POST" if sent else "GET", data=sent)
        assert answer.status_code == (302 if sent else 200)
        return len(statements)

    stays, goes_on = (
        form(mark="4", based_on=str(n), then=then) for n, then in ((1, "stay"), (2, ""))
    )
    assert [
        counted(address(bids[0]), **stays),
        counted(address(bids[0]), **goes_on),
        counted(address(bids[0])),
        counted(address(bids[0], "SLP-08") + "?by=question"),
        counted(f"/evaluation/tenders/{tender.token}/questions/SLP-07"),
        counted(f"/evaluation/tenders/{tender.token}/lock"),
    ] == [9, 13, 10, 9, 8, 9]


# Ranking


def test_bids_are_ranked_by_quality_and_equal_ones_share_a_rank(
    make_bid, opened, mark_all, officer, evaluated
):
    first, second, third = (make_bid(name) for name in ("Ash", "Birch", "Cedar"))
    tender = opened()
    mark_all(first, 4)
    mark_all(second, 4)
    mark_all(third, 5)
    for bid in (first, second, third):
        for entry in evaluated(bid).waiting:
            given = service.GivenDecision(
                passed=True, reason="The clarification of 3 December settles it", based_on=0
            )
            service.decide_requirement(evaluated(bid), entry, given, by=viewer_of(officer))

    places = queries.ranking(queries.bids_in_evaluation(viewer_of(officer), tender))

    assert [(place.candidate.name, place.rank) for place in places] == [
        ("Cedar", "1"), ("Ash", "2="), ("Birch", "2="),
    ]  # fmt: skip


def test_an_agreed_mark_of_two_or_lower_brings_the_main_risk_and_a_better_one_takes_it_away(
    make_bid, opened, evaluated, officer
):
    bid = make_bid("Larkfield")
    opened()
    before = {risk.risk_id for risk in evaluated(bid).risks}

    agree(evaluated(bid), "SLP-07", 2, by=viewer_of(officer))
    low = {risk.risk_id for risk in evaluated(bid).risks}
    agree(evaluated(bid), "SLP-07", 5, by=viewer_of(officer))
    high = {risk.risk_id for risk in evaluated(bid).risks}

    assert (low - before, high - before) == ({"R09"}, set())
