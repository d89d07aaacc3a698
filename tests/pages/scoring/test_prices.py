"""Prices are shut until quality is agreed; then an officer opens them, and all is recorded."""

import json
import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from sqlalchemy import select, update

from accounts.models import Person
from accounts.rules.roles import Role
from foundation import clock
from foundation.audit import AuditEntry
from foundation.database import db, transaction
from foundation.mail import Message
from records.exporting import exported
from records.pack import price_items
from scoring import service
from scoring.models import BidStanding, LowPriceEvent, PriceOpening
from scoring.queries import exclusions, price_opening
from scoring.queries.deciding import deciding
from scoring.queries.disregarding import why_disregarded
from scoring.queries.late import late_bids
from scoring.queries.letters import outbox_of
from scoring.queries.low_prices import disregarded_for_price
from scoring.queries.price_opening import PriceState, prices_are_open, prices_of_all
from scoring.queries.standings import QualityNotAgreed
from scoring.rules.exclusions import Found
from scoring.service import low_prices
from scoring.service.exclusion_gate import begin_before_checks
from scoring.service.exclusions import Check, record_check
from scoring.service.late import decide_late
from scoring.service.price_opening import NotOpenedYet, enter_prices, open_prices
from supplier_portal import service as portal
from supplier_portal.models import Bid, PriceOffer
from tests import deciding as steps
from tests.beginnings import a_step, step
from tests.evaluating import agree, agree_quality
from tests.factories import make_authority, make_person, make_tender, publish, viewer_of
from tests.pages.scoring.conftest import CLOSES_AT, FACTS
from tests.pricing import SCHEDULE, design, offer, priced

PRICES = {
    "Larkfield": ("1000", "5000", "0", "600"),
    "Brook": ("1100.01", "5200", "0", "500"),
    "Cheap": ("111.11", "777.77", "9", "1"),
}
TOTALS = {"Larkfield": "55000.00", "Brook": "59600.40", "Cheap": "7101.71"}
# As pages, files and rows might spell the prices of the cheap one.
CANARIES = ("111.11", "777.77", "7,101.71", "7101.71", "4,444.40")
WHY = "It is far below the others, and the platform costs more than that to host"
NO_HOLD = "What was shown does not cover the hosting, and leaves out the training asked for"


@pytest.fixture
def tender(officer):
    return published(officer)


@a_step
def published(officer):
    draft = make_tender(officer, closes_at=CLOSES_AT, facts=FACTS | {"value": "60000"})
    design(draft, by=viewer_of(officer))
    publish(draft, officer)
    return draft


@pytest.fixture
def bids(make_bid, tender, opened):
    """Three opened bids with prices, by name."""
    made = {name: make_bid(name) for name in PRICES}
    for name, bid in made.items():
        lead = lead_of(bid)
        offer(bid, *PRICES[name], by=lead)
        hand_in(bid, lead)
    offer(made["Brook"], "9", "9", "9", "9", by=lead_of(made["Brook"]), based_on=1)
    opened()
    return made


def lead_of(bid):
    return viewer_of(db.session.get_one(Person, bid.created_by_id))


@a_step
def hand_in(bid, lead):
    portal.submit_bid(
        bid, by=lead, arrived_at=clock.now(), declared_by="Mara Voss", knows_missing=True
    )


@pytest.fixture
def agreed(bids, mark_all, tender, officer):
    for bid in bids.values():
        mark_all(bid, words=lambda _: {"feedback": "The plan names the cables"})
    agree_quality(tender, by=viewer_of(officer))
    return bids


@pytest.fixture
def priced_bids(agreed, tender, officer):
    step("open prices", tender, officer, make=lambda: opened_prices(tender, officer))
    return agreed


def opened_prices(tender, officer):
    open_prices(tender, by=viewer_of(officer))


@pytest.fixture
def page(tender):
    return f"/evaluation/tenders/{tender.token}/prices"


def words(page):
    return " ".join(unescape(re.sub("<[^>]+>", " ", page.text)).split())


def test_no_page_or_file_shows_a_price_before_quality_is_agreed(
    bids, tender, page, officer, client_for
):
    web = client_for(officer)
    cheap = bids["Cheap"].token
    shown = {
        address: web.get(address)
        for address in (
            page,
            f"/evaluation/tenders/{tender.token}",
            f"/evaluation/bids/{cheap}",
            f"/evaluation/bids/{cheap}/low-price",
            f"/evaluation/tenders/{tender.token}/ranking",
            f"/evaluation/tenders/{tender.token}/scores.xlsx",
            f"/record/tenders/{tender.token}",
        )
    }
    found = [
        (address, canary)
        for address, answer in shown.items()
        for canary in CANARIES
        if canary.encode() in answer.data
    ]

    assert found == []
    assert words(shown[page]).count("Prices are shut until quality is agreed.") == 1
    assert shown[page].text.count("Open the prices") == 0
    assert web.post(page).status_code == 422
    assert db.session.scalars(select(BidStanding.price)).all() == [None, None, None]


class TestChecksLeft:
    @pytest.fixture
    def tender(self, officer):
        """Publish that bidders are checked for grounds to exclude."""
        facts = FACTS | {"procedure": "open", "above_threshold": "yes"}
        draft = make_tender(officer, closes_at=CLOSES_AT, facts=facts)
        design(draft, by=viewer_of(officer))
        publish(draft, officer)
        return draft

    def test_who_is_out_is_decided_before_anybody_knows_a_price(
        self, make_bid, opened, mark_all, tender, officer, page, client_for
    ):
        bid, by = make_bid("Larkfield"), viewer_of(officer)
        opened()
        web = client_for(officer)
        begin_before_checks(tender, "The platform is down until Monday", by=by)
        mark_all(bid)
        agree_quality(tender, by=by)
        left = exclusions.checks_of(tender).unsettled

        shown, refused = web.get(page), web.post(page)

        assert left > 1
        assert f"{left} checks for grounds to exclude are not finished" in words(shown)
        assert f'href="/evaluation/tenders/{tender.token}/exclusions"' in shown.text
        assert "Open the prices" not in shown.text
        assert refused.status_code == 422
        assert f"You cannot open prices because {left} checks for grounds" in words(refused)
        assert db.session.scalars(select(PriceOpening)).all() == []
        settle_all(bid, by=by)
        assert web.post(page).status_code == 302


def settle_all(bid, *, by):
    for party in exclusions.parties_of([bid])[bid.id]:
        record_check(
            bid,
            party.token,
            Check(
                done_on=clock.now().date(),
                looked_at=["debarment-list"],
                reference="PPON ABCD-1234-EFGH",
                found=Found.NOTHING,
                ground="",
                text="",
            ),
            based_on=party.version,
            by=by,
        )


def test_nobody_opens_prices_by_the_service_either(bids, tender, officer):
    with pytest.raises(QualityNotAgreed):
        open_prices(tender, by=viewer_of(officer))


def test_an_officer_opens_them_each_checked_against_its_hash(
    agreed, tender, page, officer, client_for
):
    web = client_for(officer)
    before = words(web.get(page))
    answer = web.post(page)
    after = words(web.get(page))

    assert before.count("Quality is agreed. Nobody has opened the prices yet.") == 1
    assert answer.status_code == 302
    assert after.count("Opened by Ines Roy") == 1
    assert [after.count(f"£{Decimal(total):,}") for total in TOTALS.values()] == [1, 1, 1]
    assert after.count("As handed in") == 3
    opening = db.session.scalars(select(PriceOpening)).one()
    assert {one["found"] for one in opening.bids.values()} == {"kept"}
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "prices.opened")).one()
    assert [canary for canary in CANARIES if canary in entry.details] == []
    standings = dict(db.session.execute(select(BidStanding.bid_id, BidStanding.price)).all())
    assert standings == {bid.id: TOTALS[name] for name, bid in agreed.items()}


def test_a_draft_saved_after_handing_in_is_never_read(priced_bids, tender):
    brook = next(one for one in prices_of_all(tender) if one.name == "Brook")

    assert brook.saved.number == 1
    assert brook.total == Decimal(TOTALS["Brook"])


def test_a_price_that_is_not_what_was_handed_in_is_said_and_not_used(
    agreed, tender, page, officer, client_for
):
    offers = db.session.scalars(
        select(PriceOffer).where(PriceOffer.bid_id == agreed["Brook"].id)
    ).all()
    assert len(offers) == 2
    # As if somebody had changed the submission's row of the database: it now names the draft.
    found = prices_of_all(tender)
    brook = next(one for one in found if one.name == "Brook")
    brook.opened.content["price"]["number"] = 2
    seen = price_opening._prices(
        brook.opened, SCHEDULE, price_opening._offers([agreed["Brook"].id])[agreed["Brook"].id]
    )
    assert (seen.state, seen.saved, seen.total) == (PriceState.BROKEN, None, None)


def test_a_mark_taken_up_again_shuts_them_and_is_recorded_with_prices_known(
    priced_bids, tender, page, officer, evaluated, client_for
):
    by, bid = viewer_of(officer), priced_bids["Cheap"]
    assert prices_are_open(tender)
    agree(evaluated(bid), "SLP-07", 4, by=by)
    shut = words(client_for(officer).get(page))
    low = client_for(officer).get(f"/evaluation/bids/{bid.token}/low-price")
    agree_quality(tender, by=by)
    again = words(client_for(officer).get(page))

    assert shut.count("a mark was taken up again or a bid admitted since, so they are shut") == 1
    assert [canary for canary in CANARIES if canary in shut or canary in low.text] == []
    assert again.count("£7,101.71") == 1
    known = [
        '"prices_known":true' in entry.details
        for entry in db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "mark.agreed").order_by(AuditEntry.id)
        )
    ]
    assert (known[-1], set(known[:-1])) == (True, {False})


def test_charges_that_answers_deny_are_shown_side_by_side(
    priced_bids, tender, page, officer, client_for
):
    with_charge = next(one for one in prices_of_all(tender) if one.name == "Cheap")
    said = words(client_for(officer).get(page))

    for entry in with_charge.contradictions:
        assert said.count(entry.says) == 1
    assert said.count("Charges for access to data") == 1


def test_the_record_and_the_export_say_that_they_are_shut_and_then_what_they_are(
    agreed, tender, officer, evaluated
):
    by, cheap = viewer_of(officer), agreed["Cheap"]

    def said():
        record = " ".join(part.text for part in price_items.prices(evaluated(cheap)))
        return record, b"".join(exported(tender.authority, clock.now())).decode()

    shut, shut_export = said()
    open_prices(tender, by=by)
    record, export = said()

    assert [canary for canary in CANARIES if canary in shut + shut_export] == []
    assert shut_export.count("Prices are shut until quality is agreed") == 4
    assert record.count("£7,101.71") == 1
    assert export.count('"prices":{"L1":"111.11","L2":"777.77","L3":"9.00","L4":"1.00"}') == 1
    assert export.count("not the prices that were handed in") == 1


def test_the_export_tells_prices_and_words_about_them_only_while_they_are_open(
    priced_bids, tender, officer, evaluated
):
    by, cheap = viewer_of(officer), priced_bids["Cheap"]
    low_prices.raise_case(cheap, WHY, based_on=0, by=by)

    def said():
        whole = b"".join(exported(tender.authority, clock.now()))
        made = json.loads(whole)["tables"]
        offers = [row["content"] for row in made["price_offer"] if row["bid"] == cheap.token]
        return *offers, *(row["content"] for row in made["low_price_event"])

    prices, words_about = said()
    agree(evaluated(cheap), "SLP-07", 4, by=by)
    shut = said()
    agree_quality(tender, by=by)
    again = said()
    with transaction():
        tender.content_destroyed_at = clock.now()

    lines = {"L1": "111.11", "L2": "777.77", "L3": "9.00", "L4": "1.00"}
    assert prices["prices"] == lines
    assert words_about == {"text": WHY}
    assert shut == ("Prices are shut until quality is agreed",) * 2
    assert again == (prices, words_about)
    assert said() == ("destroyed", "destroyed")


def test_who_may_not_see_all_sees_no_price(priced_bids, page, client_for, authority):
    stranger = client_for(make_person(Role.OFFICER, make_authority("Elsewhere")))
    administrator = client_for(make_person(Role.ADMINISTRATOR, authority))
    auditor = client_for(make_person(Role.AUDITOR, authority))

    assert [who.get(page).status_code for who in (stranger, administrator, auditor)] == [
        404,
        403,
        200,
    ]
    assert auditor.post(page).status_code == 403


def brought(bid, officer):
    """Make a bid one that came on another portal."""
    with transaction():
        db.session.execute(update(Bid).where(Bid.id == bid.id).values(brought_by_id=officer.id))
    db.session.expire_all()


def test_prices_of_a_bid_from_another_portal_are_entered_with_a_reason(
    make_bid, opened, mark_all, tender, page, officer, client_for
):
    bid = make_bid("Elsewhere Ltd")
    opened()
    brought(bid, officer)
    mark_all(bid)
    by = viewer_of(officer)
    with pytest.raises(QualityNotAgreed):
        enter_prices(bid, priced("1", "1", "1", "1"), "From the other portal", by=by)
    agree_quality(tender, by=by)
    with pytest.raises(NotOpenedYet):
        enter_prices(bid, priced("1", "1", "1", "1"), "From the other portal", by=by)
    open_prices(tender, by=by)
    web, form = client_for(officer), f"/evaluation/bids/{bid.token}/prices"
    typed = {f"price_{n}": amount for n, amount in enumerate(("1000", "5000", "0", "6"), 1)}
    bare = web.post(form, data=typed)
    saved = web.post(form, data=typed | {"reason": "The schedule uploaded to the other portal"})
    said = words(web.get(page))

    assert (bare.status_code, saved.status_code) == (422, 302)
    assert said.count("Entered by an officer") == 1
    assert said.count("The schedule uploaded to the other portal") == 1
    assert said.count("£55,000.00") == 1
    assert db.session.scalars(select(BidStanding.price)).one() == "55000.00"


def test_prices_of_a_bid_made_here_cannot_be_entered(priced_bids, officer, client_for):
    address = f"/evaluation/bids/{priced_bids['Brook'].token}/prices"

    assert client_for(officer).get(address).status_code == 404


class TestLowPrice:
    @pytest.fixture
    def low(self, priced_bids):
        return priced_bids["Cheap"]

    @pytest.fixture
    def web(self, client_for, officer, low):
        return client_for(officer)

    def step(self, web, low, step, **data):
        return web.post(f"/evaluation/bids/{low.token}/low-price/{step}", data=data)

    def due(self, days=7):
        at = clock.london(clock.now() + timedelta(days=days))
        parts = {"day": at.day, "month": at.month, "year": at.year, "time": "12:00"}
        return {f"due_at-{name}": str(value) for name, value in parts.items()}

    def asked(self, web, low):
        self.step(web, low, "raised", based_on="0", text=WHY)
        letter = web.get(f"/evaluation/bids/{low.token}/low-price/asked")
        assert unescape(letter.text).count("£7,101.71 in total, seems abnormally low") == 1
        return self.step(
            web, low, "asked", based_on="1", text="Please explain your price to us", **self.due()
        )

    def test_it_is_hinted_at_asked_answered_and_decided(
        self, web, low, page, tender, client_for, evaluated
    ):
        assert words(web.get(page)).count("below the mean of all prices") == 1
        assert self.asked(web, low).status_code == 302
        lead = client_for(db.session.get_one(Person, low.created_by_id))
        mine = f"/evaluation/my-bids/{low.token}/low-price"
        read = words(lead.get(mine))
        listed = words(lead.get(f"/evaluation/my-bids/{low.token}/after"))
        replied = lead.post(mine, data={"text": "We own the devices already."})
        twice = lead.post(mine, data={"text": "And one more thing."})
        decided = self.step(web, low, "decided", based_on="3", decision="disregarded", text=NO_HOLD)

        assert read.count("Please explain your price to us") == 1
        assert read.count(WHY) == 0
        assert listed.count("A letter about your price") == 1
        assert (replied.status_code, twice.status_code, decided.status_code) == (302, 422, 302)
        assert disregarded_for_price(tender) == {low.id}
        assert evaluated(low).why_unranked == "tender disregarded, abnormally low price"
        standing = db.session.get_one(BidStanding, low.id)
        assert (standing.disregarded, standing.why_unranked) == (
            True,
            "tender disregarded, abnormally low price",
        )
        assert words(lead.get(mine)).count("It was not shown that the contract") == 1
        told = why_disregarded(evaluated(low))
        assert told.endswith(f"and is. {NO_HOLD}")
        assert WHY not in told

    def test_the_letter_to_its_bidder_is_offered_with_the_reason_of_the_decision(
        self, web, low, priced_bids, officer, tender, evaluated
    ):
        self.asked(web, low)
        lead, by = lead_of(low), viewer_of(officer)
        low_prices.reply(low, "We own the devices already.", by=lead, arrived_at=clock.now())
        self.step(web, low, "decided", based_on="3", decision="disregarded", text=NO_HOLD)
        for bid in priced_bids.values():
            for entry in evaluated(bid).waiting:
                passed = service.GivenDecision(
                    passed=True, reason="Passed, as the answer shows it", based_on=0
                )
                service.decide_requirement(evaluated(bid), entry, passed, by=by)
        won = next(place.key for place in deciding(by, tender).places if place.rank == "1")
        steps.recommend(
            tender, officer, {bid.token: bid.token == won for bid in priced_bids.values()}
        )
        steps.approve(tender, steps.colleague(tender))
        service.prepare_letters(tender, by=by)

        offered = {one.bid.token: one.letter.why for one in outbox_of(deciding(by, tender))}

        assert offered[low.token] == why_disregarded(evaluated(low))
        assert offered[low.token].endswith(NO_HOLD)
        assert [NO_HOLD in why for why in offered.values()].count(True) == 1

    def test_mail_says_nothing_of_the_price(self, web, low, app):
        self.asked(web, low)
        mails = [
            one for one in db.session.scalars(select(Message)) if one.kind == "bid.low_price_asked"
        ]

        assert len(mails) == 1
        assert [canary for canary in CANARIES if canary in mails[0].text] == []

    def test_nobody_is_disregarded_before_it_could_reply(self, web, low, tender):
        self.step(web, low, "raised", based_on="0", text=WHY)
        unasked = self.step(web, low, "decided", based_on="1", decision="disregarded", text=NO_HOLD)
        self.step(web, low, "asked", based_on="1", text="Please explain your price", **self.due())
        waiting = self.step(web, low, "decided", based_on="2", decision="disregarded", text=NO_HOLD)

        assert (unasked.status_code, waiting.status_code) == (422, 422)
        assert disregarded_for_price(tender) == frozenset()

    def test_who_shows_it_stays(self, web, low, evaluated):
        self.step(web, low, "raised", based_on="0", text=WHY)
        kept = self.step(web, low, "decided", based_on="1", decision="kept", text=NO_HOLD)

        assert kept.status_code == 302
        assert not evaluated(low).is_disregarded

    def test_a_reply_that_comes_too_late_is_shown_back(self, web, low, client_for, at):
        self.asked(web, low)
        lead = db.session.get_one(Person, low.created_by_id)
        at(clock.now() + timedelta(days=8))
        late = client_for(lead).post(
            f"/evaluation/my-bids/{low.token}/low-price", data={"text": "Here is our reply."}
        )

        assert late.status_code == 422
        assert late.text.count("Here is our reply.") == 1

    def test_what_is_written_is_sealed_and_only_added(self, web, low):
        self.asked(web, low)
        rows = db.session.scalars(select(LowPriceEvent).order_by(LowPriceEvent.number)).all()

        assert [row.kind for row in rows] == ["raised", "asked"]
        assert [WHY.encode() in row.sealed_text for row in rows] == [False, False]
        with pytest.raises(Exception, match="never changed"):
            db.session.execute(update(LowPriceEvent).values(kind="decided"))
        db.session.rollback()

    def test_two_colleagues_do_not_record_over_each_other(self, web, low):
        self.step(web, low, "raised", based_on="0", text=WHY)
        second = self.step(web, low, "decided", based_on="0", decision="kept", text=NO_HOLD)

        assert second.status_code == 422
        assert words(second).count("A colleague recorded something about this price") == 1

    def test_a_bidder_that_was_not_asked_has_no_such_page(self, low, priced_bids, client_for):
        brook = priced_bids["Brook"]
        lead = client_for(db.session.get_one(Person, brook.created_by_id))

        assert lead.get(f"/evaluation/my-bids/{brook.token}/low-price").status_code == 404
        assert lead.get(f"/evaluation/my-bids/{low.token}/low-price").status_code == 404


@pytest.mark.parametrize("path", ["", "/prices", "/ranking", "/results", "/recommendation"])
def test_pages_with_prices_take_few_statements(
    path, priced_bids, tender, officer, client_for, statements_counted
):
    web, page = client_for(officer), f"/evaluation/tenders/{tender.token}{path}"
    web.get(page)
    with statements_counted() as statements:
        assert web.get(page).status_code == 200
    assert len(statements) <= 15, "\n".join(" ".join(one.split())[-150:] for one in statements)


def test_nothing_is_recommended_while_prices_of_a_bid_admitted_since_are_shut(
    tender, make_bid, make_late, opened, mark_all, officer
):
    by, bid = viewer_of(officer), make_bid("Larkfield")
    offer(bid, *PRICES["Brook"], by=lead_of(bid))
    hand_in(bid, lead_of(bid))
    came_late, _lead = make_late("Quay")
    opened()
    mark_all(bid)
    agree_quality(tender, by=by)
    open_prices(tender, by=by)
    [late] = late_bids(tender)
    decide_late(late, admitted=True, reason="The outage of the service was proven", by=by)
    mark_all(came_late)
    agree_quality(tender, by=by)

    def missing():
        return [way.words for way in deciding(by, tender).missing_of_tender]

    before = missing()
    open_prices(tender, by=by)

    wanted = "The prices of 1 bid admitted since to open"
    assert [wanted in before, wanted in missing()] == [True, False]
