"""Declaring interests: before any bid can be seen, again when bidders come, and what it does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.models import Membership
from accounts.rules.roles import Role
from foundation.database import db, transaction
from foundation.mail import Message
from scoring import service
from scoring.models import InterestDeclaration, InterestInBid
from scoring.queries.late import late_bids
from scoring.rules.interests import InterestUnclear, Nature
from scoring.service.late import decide_late
from tests.factories import PASSWORD, make_authority, make_person, make_supplier, viewer_of
from tests.pages.scoring.conftest import OPENS_AT
from tests.two_people import hidden

pytestmark = pytest.mark.usefixtures("interests_asked")

LATE_REASON = "The service itself did not run in the last ten minutes before closing"
REASON = "They share no budget, and two colleagues read every mark"


def address(tender):
    return f"/evaluation/tenders/{tender.token}/interests"


def bids_page(tender):
    return f"/evaluation/tenders/{tender.token}"


def declare(web, tender, *, named=(), back="", **typed):
    """Fill in the page as it stands, and save it."""
    page = web.get(address(tender))
    said = {"has_interest": "yes" if named else "no"} | typed
    for bid in named:
        said |= {f"nature_{bid.token}": "family", f"words_{bid.token}": "My brother works there"}
    said |= {"bidder": [bid.token for bid in named], "seen": hidden(page, "seen"), "back": back}
    return web.post(address(tender), data=said)


def declarations(person):
    found = select(InterestDeclaration).where(InterestDeclaration.person_id == person.id)
    return db.session.scalars(found.order_by(InterestDeclaration.number)).all()


def test_whoever_comes_to_the_bids_declares_first_and_is_led_back(
    make_bid, opened, evaluator, client_for
):
    make_bid("Larkfield")
    tender = opened()
    web = client_for(evaluator)

    sent = web.get(f"{bids_page(tender)}?x=1")
    page = web.get(sent.location)
    saved = declare(web, tender, back=hidden(page, "back"))

    assert sent.status_code == 302
    assert "<h1" in page.text
    assert "Larkfield" in page.text
    assert saved.location == f"{bids_page(tender)}?x=1"
    assert web.get(saved.location).status_code == 200
    assert [(one.bidders_known, one.has_interest) for one in declarations(evaluator)] == [
        (True, False)
    ]


def test_a_bid_one_names_is_gone_from_then_on(make_bid, opened, evaluator, client_for):
    near, far = make_bid("Larkfield"), make_bid("Omniflow")
    tender = opened()
    web = client_for(evaluator)

    declare(web, tender, named=[near])

    assert web.get(f"/evaluation/bids/{near.token}").status_code == 404
    assert web.get(f"/evaluation/bids/{far.token}").status_code == 200
    assert "Larkfield" not in web.get(bids_page(tender)).text
    assert "Larkfield" not in web.get(address(tender)).text
    (named,) = db.session.scalars(select(InterestInBid)).all()
    assert (named.bid_id, named.nature, named.words) == (
        near.id,
        Nature.FAMILY,
        "My brother works there",
    )


def test_the_chair_keeps_somebody_away_or_lets_him_work_on_and_is_told_by_mail(
    make_bid, opened, officer, evaluator, client_for
):
    near, far = make_bid("Larkfield"), make_bid("Omniflow")
    tender = opened()
    chair = client_for(officer)
    declare(client_for(evaluator), tender, named=[near, far])
    declare(chair, tender)
    page = f"{address(tender)}/declared/{evaluator.token}"

    listed = chair.get(f"{address(tender)}/declared")
    short = chair.post(page, data={"about": near.token, "decision": "works", "reason": "Fine"})
    for bid, decision in ((near, "works"), (far, "barred")):
        saved = chair.post(page, data={"about": bid.token, "decision": decision, "reason": REASON})
        assert saved.status_code == 302

    assert "To decide" in listed.text
    assert "Kept away from Larkfield and Omniflow" in listed.text
    assert (short.status_code, "20 characters" in short.text) == (422, True)
    web = client_for(evaluator)
    seen = [web.get(f"/evaluation/bids/{bid.token}").status_code for bid in (near, far)]
    assert seen == [200, 404]
    letters = db.session.scalars(select(Message).where(Message.kind.startswith("interest."))).all()
    assert sorted((one.kind, one.recipient) for one in letters) == [
        ("interest.decided", evaluator.email),
        ("interest.decided", evaluator.email),
        ("interest.declared", officer.email),
    ]
    assert [
        w for one in letters for w in ("Larkfield", "Omniflow", "brother") if w in one.text
    ] == []


def test_nobody_decides_about_himself_or_without_seeing_every_bid(
    make_bid, opened, officer, evaluator, client_for
):
    bid = make_bid("Larkfield")
    tender = opened()
    web = client_for(officer)
    declare(client_for(evaluator), tender, named=[bid])
    own = f"{address(tender)}/declared/{officer.token}"
    declare(web, tender)

    himself = web.post(own, data={"about": "all", "decision": "works", "reason": REASON})
    declare(web, tender, named=[bid])
    others = web.get(f"{address(tender)}/declared")

    assert himself.status_code == 403
    assert others.status_code == 403
    assert "Larkfield" not in others.text
    with pytest.raises(InterestUnclear):
        service.decide_interest(
            tender, officer.id, None, barred=False, reason=REASON, by=viewer_of(officer)
        )


def test_a_later_declaration_does_not_open_what_an_earlier_one_named(
    make_bid, opened, evaluator, client_for
):
    bid = make_bid("Larkfield")
    tender = opened()
    web = client_for(evaluator)
    declare(web, tender, named=[bid])

    again = declare(web, tender)

    assert again.status_code == 302
    assert len(declarations(evaluator)) == 2
    assert web.get(f"/evaluation/bids/{bid.token}").status_code == 404


def test_an_interest_in_the_tender_as_a_whole_keeps_from_every_bid_until_decided(
    make_bid, opened, officer, evaluator, client_for
):
    bid = make_bid("Larkfield")
    tender = opened()
    web = client_for(evaluator)
    declare(web, tender, has_interest="yes", words="My firm sells such sensors to the neighbours")

    before = web.get(f"/evaluation/bids/{bid.token}").status_code
    declare(client_for(officer), tender)
    service.decide_interest(
        tender, evaluator.id, None, barred=False, reason=REASON, by=viewer_of(officer)
    )

    assert (before, web.get(f"/evaluation/bids/{bid.token}").status_code) == (404, 200)


def test_an_auditor_declares_nothing_and_reads_what_others_declared(
    make_bid, opened, authority, evaluator, client_for
):
    bid = make_bid("Larkfield")
    tender = opened()
    declare(client_for(evaluator), tender, named=[bid])
    web = client_for(make_person(Role.AUDITOR, authority))

    assert web.get(address(tender)).status_code == 404
    assert web.get(bids_page(tender)).status_code == 200
    assert "Larkfield" in web.get(f"{address(tender)}/declared").text
    page = f"{address(tender)}/declared/{evaluator.token}"
    assert "My brother works there" in web.get(page).text
    typed = {"about": "all", "decision": "works", "reason": REASON}
    assert web.post(page, data=typed).status_code == 403


def test_whoever_is_added_to_the_bidders_is_looked_at_before_anything_else(
    make_bid, make_late, opened, officer, evaluator, client_for, at
):
    make_bid("Larkfield")
    make_late("Quayside")
    tender = opened()
    web = client_for(evaluator)
    known = web.get(address(tender)).text
    declare(web, tender)
    declare(client_for(officer), tender)
    (entry,) = late_bids(tender)
    at(OPENS_AT + timedelta(hours=1))

    decide_late(entry, admitted=True, reason=LATE_REASON, by=viewer_of(officer))

    assert "Quayside" in known
    sent = web.get(bids_page(tender))
    assert sent.status_code == 302
    assert "Somebody was added" in web.get(sent.location).text
    declare(web, tender)
    assert web.get(bids_page(tender)).status_code == 200


def test_a_declaration_made_with_another_list_is_shown_back_with_the_list_of_now(
    make_bid, opened, evaluator, client_for
):
    bid = make_bid("Larkfield")
    tender = opened()
    typed = {"has_interest": "no", "seen": "of yesterday", "bidder": []}

    page = client_for(evaluator).post(address(tender), data=typed)

    assert (page.status_code, bid.supplier.name in page.text) == (422, True)
    assert "The list of bidders has changed" in page.text
    assert declarations(evaluator) == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Select whether you have an interest"),
        ({"has_interest": "yes"}, "Select the bidder, or enter what the interest is"),
        ({"has_interest": "no", "words": "A lot"}, "Select yes, or take out what you named"),
        ({"has_interest": "no", "bidder": "LARK"}, "Select yes, or take out what you named"),
        ({"has_interest": "yes", "bidder": "LARK"}, "Select what connects you with Larkfield"),
        ({"has_interest": "yes", "bidder": "LARK"}, "Enter what connects you with Larkfield"),
        ({"has_interest": "maybe"}, "Select one of the options"),
    ],
)
def test_what_is_missing_is_asked_for_with_everything_typed_kept(
    typed, said, make_bid, opened, evaluator, client_for
):
    bid = make_bid("Larkfield")
    tender = opened()
    web = client_for(evaluator)
    sent = {name: bid.token if value == "LARK" else value for name, value in typed.items()}
    sent[f"words_{bid.token}"] = "" if "bidder" in typed else "Still here"

    page = web.post(address(tender), data=sent | {"seen": hidden(web.get(address(tender)), "seen")})

    assert page.status_code == 422
    assert said in page.text
    assert declarations(evaluator) == []


def test_before_the_opening_no_bidder_is_named_and_whoever_opens_must_have_declared(
    make_bid, tender, officer, client_for, at
):
    make_bid("Larkfield")
    at(OPENS_AT)
    web = client_for(officer)
    opening = f"/evaluation/tenders/{tender.token}/open"

    refused = web.post(opening, data={"password": PASSWORD})
    page = web.get(address(tender))
    declare(web, tender, back=opening)
    ready = web.post(opening, data={"password": PASSWORD})

    assert (refused.status_code, "not declared" in refused.text) == (422, True)
    assert "Larkfield" not in page.text
    assert "Declare your interests" in refused.text
    assert ready.status_code == 302
    assert [one.bidders_known for one in declarations(officer)] == [False]


@pytest.mark.parametrize(
    "role", [Role.ADMINISTRATOR, Role.STEWARD, Role.AUDITOR, "other authority", "supplier"]
)
def test_who_reads_no_bids_or_decides_nothing_is_shown_no_bidder(
    role, make_bid, opened, authority, client_for
):
    make_bid("Larkfield")
    tender = opened()
    person = {
        "other authority": lambda: make_person(Role.OFFICER, make_authority("Elsewhere")),
        "supplier": lambda: make_person(Role.BID_LEAD, make_supplier("Omniflow")),
    }.get(role, lambda: make_person(role, authority))()

    page = client_for(person).get(address(tender))

    assert page.status_code in (403, 404)
    assert "Larkfield" not in page.text


def test_a_shared_domain_and_an_account_with_the_supplier_are_hinted_at(
    make_bid, opened, authority, officer, client_for
):
    bid = make_bid("Larkfield")
    lead = make_person(Role.BID_LEAD, bid.supplier, email="mara@larkfield.test")
    person = make_person(Role.EVALUATOR, authority, email="tom@larkfield.test")
    with transaction():
        db.session.add(
            Membership(
                person_id=person.id, organisation_id=bid.supplier_id, role=Role.SUPPLIER_READER
            )
        )
    tender = opened()
    assert lead.email.endswith("larkfield.test")

    own = client_for(person).get(address(tender)).text
    declare(client_for(officer), tender)
    listed = client_for(officer).get(f"{address(tender)}/declared").text

    for page in (own, listed):
        assert "People of this bidder have addresses at larkfield.test too" in page
        assert "The same person has an account with this supplier" in page


def test_the_start_page_says_that_one_has_to_declare_and_counts_no_bid_before(
    make_bid, opened, officer, evaluator, client_for
):
    bid, _ = make_bid("Larkfield"), make_bid("Omniflow")
    opened()
    web = client_for(evaluator)

    before = web.get("/tenders/").text
    declare(web, bid.tender, named=[bid])
    after = web.get("/tenders/").text
    declare(client_for(officer), bid.tender)

    assert "Declare whether you have an interest" in before
    assert "Mark 2 bids" not in before
    assert "Declare whether" not in after
    assert "Mark 2 bids" not in after
    assert "Decide on the interests of 1 person" in client_for(officer).get("/tenders/").text


def test_the_page_asks_the_same_number_of_statements_for_one_bidder_as_for_many(
    make_bid, opened, evaluator, client_for, statements_counted
):
    for number in range(4):
        make_bid(f"Bidder {number}")
    tender = opened()
    web = client_for(evaluator)

    with statements_counted() as statements:
        web.get(address(tender))

    assert len(statements) <= 15


def test_the_page_of_a_tender_leads_to_the_declaration_whoever_has_to_declare(
    make_bid, opened, tender, authority, evaluator, client_for
):
    make_bid("Larkfield")
    shown = []
    for person in (evaluator, make_person(Role.ADMINISTRATOR, authority)):
        page = client_for(person).get(f"/tenders/{tender.token}").text
        shown.append(f'href="{address(tender)}"' in page)
    opened()

    after = client_for(evaluator).get(f"/tenders/{tender.token}").text

    assert shown == [True, False]
    assert f'href="{address(tender)}"' in after
    assert "Larkfield" not in after
