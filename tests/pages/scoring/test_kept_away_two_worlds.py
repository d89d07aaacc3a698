"""Whoever is kept away from a bid cannot tell from any page or file what it is.

One evaluation is looked at in three worlds. In the first a bid is marked best, in the
second another company made it, says other things, costs more, is marked low and hands in once more,
too late, and in the third there is none. Somebody who holds every role, and is kept away from that
bid and from a bid of all three worlds, opens every address there is and gets the same answers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest

from accounts.models import Membership, Person
from accounts.rules.roles import Role
from contract_clauses.loader import raw_library
from foundation import clock, jobs
from foundation.database import db, transaction
from records import making
from records.rules.kinds import RecordKind
from scoring import queries, service
from scoring.models import BidQuestion, ExclusionParty, RiskRow
from scoring.queries.late import late_bids
from scoring.rules.exclusions import PartyRole
from scoring.rules.interests import Nature
from scoring.service import exclusions
from scoring.service.late import decide_late
from scoring.service.price_opening import open_prices
from supplier_portal import service as portal
from supplier_portal.models import Bid, Evidence
from supplier_portal.service import NewFile
from supplier_portal.service.late import hand_in_late
from tenders import service as tenders
from tenders.models import Tender
from tests import pricing, two_worlds
from tests.evaluating import agree, agree_all, agree_quality, declare_for
from tests.every_page import addresses, not_the_same, opened_by, tokens, values_of
from tests.factories import make_person, make_tender, viewer_of
from tests.pages.scoring.conftest import CLOSES_AT, FACTS, OPENS_AT, submit
from tests.pages.scoring.test_marks_alone_everywhere import ROLES
from tests.two_worlds import PDF

pytestmark = [pytest.mark.usefixtures("interests_asked"), pytest.mark.sqlite]


@dataclass(frozen=True)
class Sealed:
    """What the bid is in one world."""

    name: str
    words: str
    best: bool
    price: str
    mark: int
    # How many people are listed with it, and questions put to it.
    more: int
    # Whether its company hands in once more, too late, and is refused.
    is_late: bool = False


GOOD = Sealed("Zephyrine Telemetry", "Velvet harpsichord", True, "1000", 4, 1)
POOR = Sealed("Marmalade Sensors", "Copper heron, twice over", False, "1900", 1, 2, is_late=True)
CANARIES = [word.encode() for one in (GOOD, POOR) for word in (one.name, one.words)]


@pytest.fixture
def tender(officer):
    tender = make_tender(officer, closes_at=CLOSES_AT, facts=FACTS)
    by = viewer_of(officer)
    pricing.design(tender, by=by)
    tenders.publish_tender(tender, by=by, libraries={"clauses": raw_library})
    return tender


@pytest.fixture
def kept(authority, tender):
    """Somebody who holds every role that may read something of bids."""
    person = make_person(Role.OFFICER, authority, name="Ada Hill")
    with transaction():
        for role in ROLES:
            if role is not Role.OFFICER:
                db.session.add(
                    Membership(person_id=person.id, organisation_id=authority.id, role=role)
                )
    return person


def priced_bid(tender, name, price, **said):
    bid = submit(tender, name, **said)
    by = viewer_of(make_person(Role.BID_LEAD, bid.supplier))
    pricing.offer(bid, price, "5000", "0", "600", by=by)
    portal.submit_bid(
        bid, by=by, arrived_at=clock.now(), declared_by="Mara Voss", knows_missing=True
    )
    return bid


@pytest.fixture
def seen(app, monkeypatch, tmp_path, at, tender, officer, authority, kept):
    """Return what somebody sees of one world: ``seen(GOOD, "marked")``."""
    for number, name in enumerate(("Ash", "Birch", "Quiverstone")):
        priced_bid(tender, name, str(1200 + number), best=False)
    other = make_person(Role.EVALUATOR, authority, name="Otto Lind")
    snapshots = two_worlds.Snapshots(app, tmp_path)
    known, pages = (tender.id, officer.id, other.id, kept.id), []
    snapshots.take("before")

    def look(sealed, step):
        snapshots.put_back("before")
        at(CLOSES_AT.replace(hour=9))
        with monkeypatch.context() as alike:
            world = World(alike, *known)
            world.bid_comes_in(sealed)
            at(CLOSES_AT + timedelta(minutes=2))
            world.bid_comes_late(sealed)
            at(OPENS_AT)
            world.is_evaluated(app, sealed, step)
            if not pages:
                pages.extend(world.addresses(app))
        return list(opened_by(app, db.session.get_one(Person, known[-1]), pages))

    return look


class World:
    def __init__(self, alike, tender_id, officer_id, other_id, kept_id):
        self.alike = alike
        self.tender = db.session.get_one(Tender, tender_id)
        self.officer = db.session.get_one(Person, officer_id)
        self.other = db.session.get_one(Person, other_id)
        self.kept = db.session.get_one(Person, kept_id)
        self.by = viewer_of(self.officer)
        self.bid = None

    def step(self, name):
        two_worlds.drawn_alike(self.alike, name)

    def bid_comes_in(self, sealed):
        self.step("the bid")
        if sealed is not None:
            file = NewFile("report.pdf", PDF, title=sealed.words)
            self.bid = priced_bid(
                self.tender,
                sealed.name,
                sealed.price,
                best=sealed.best,
                text=sealed.words,
                files={"SLP-07.g2": file},
            )
        self.near = [one for one in self.tender_bids() if one is not self.bid]

    def bid_comes_late(self, sealed):
        if sealed is None or not sealed.is_late:
            return
        lead = (
            db.session.query(Person)
            .join(Membership)
            .filter(
                Membership.organisation_id == self.bid.supplier_id, Membership.role == Role.BID_LEAD
            )
            .order_by(Person.id.desc())
            .first()
        )
        self.step("late")
        late = {"why": sealed.words, "declared_by": "Mara Voss", "knows_missing": True}
        hand_in_late(self.bid, by=viewer_of(lead), arrived_at=clock.now(), **late)

    def tender_bids(self):
        return list(db.session.query(Bid).filter(Bid.tender_id == self.tender.id).order_by(Bid.id))

    def is_evaluated(self, app, sealed, step):
        self.step("opened")
        with transaction():
            declare_for(self.tender, [self.officer], bidders_known=False)
        service.open_bids(self.tender, by=self.by)
        with transaction():
            declare_for(self.tender, [self.officer])
        self.of_the_bid(sealed)
        self.step("the others")
        for bid in self.near:
            self.is_marked(bid, 5 if bid is self.near[0] else 3, "")
        self.keeps_away()
        self.goes_on(app, step)

    def of_the_bid(self, sealed):
        """Do with the bid what is done with it in this world alone."""
        self.step("of the bid")
        if self.bid is None:
            return
        for entry in late_bids(self.tender):
            # Nothing else is done with a bid while this waits.
            decide_late(entry, admitted=False, reason=f"{sealed.words} came late", by=self.by)
        for number in range(sealed.more):
            self.is_listed(f"{sealed.words} {number}")
        self.is_marked(self.bid, sealed.mark, sealed.words)
        if sealed.more > 1:
            self.goes_another_way(sealed)

    def goes_another_way(self, sealed):
        """Ask its bidder, take a mark up again, give a question in it alone to somebody, who says
        that he knows somebody there."""
        read = queries.bid_in_evaluation(self.by, self.bid.token, to="mark:read")
        due = clock.now() + timedelta(days=3)
        for question in ("SLP-07", "SLP-08"):
            agree(self.bid, question, 0, by=self.by, feedback=sealed.words)
            words = f"What do you mean by {sealed.words}?"
            service.ask_bidder(read, question, words, due, by=self.by, arrived_at=clock.now())
        away = service.Connection(Nature.FAMILY, sealed.words)
        service.declare(
            self.tender, service.Declared(True, "", {self.bid.id: away}), by=viewer_of(self.other)
        )

    def is_listed(self, name):
        exclusions.add_party(self.bid, name, PartyRole.ASSOCIATED, "An officer", by=self.by)

    def is_marked(self, bid, mark, words):
        said = {"reason": f"{words}: SLP-07.f says how it is kept apart", "feedback": words}
        agree_all(bid, mark, by=self.by, words=lambda _question: said if words else {})

    def keeps_away(self):
        away = [bid for bid in (self.bid, self.near[-1]) if bid is not None]
        named = {bid.id: service.Connection(Nature.FAMILY, "My brother") for bid in away}
        service.declare(self.tender, service.Declared(True, "", named), by=viewer_of(self.kept))

    def goes_on(self, app, step):
        self.step("afterwards")
        if step != "marked":
            agree_quality(self.tender, by=self.by)
            open_prices(self.tender, by=self.by)
        making.ask_for_record(self.tender, RecordKind.AUDIT, by=self.by)
        making.ask_for_export(by=self.by)
        jobs.run_due_jobs(app.extensions["job_handlers"])

    def addresses(self, app):
        listed = [*self.near, self.bid]
        values = values_of(self.tender, listed, [self.officer, self.kept])
        for name, model in (("risk", RiskRow), ("party", ExclusionParty), ("asked", BidQuestion)):
            values[name] = tokens(model.token)[:1]
        values["file"] = values["evidence"] = tokens(Evidence.token)[:2]
        return addresses(app, values, ROLES)


def but_commitments(opened):
    """Leave out the commitments of all bids, which are published to everybody and tell nothing."""
    return [one for one in opened if "/commitments" not in one[0]]


def but_names_drawn(opened):
    """Leave out what names risks: it is drawn for all bids at once, so that one bid moves it."""
    left = re.compile(rb"/risks/[\w-]{22}|<c r=\"[A-Z]+\d+\"[^>]*><is><t>[\w-]{22}</t></is></c>")
    return [
        (address, status, left.sub(b"", body), where)
        for address, status, body, where in but_commitments(opened)
        if "/risks/" not in address
    ]


@pytest.mark.parametrize("step", [pytest.param("marked", marks=pytest.mark.slow), "priced"])
def test_every_page_and_file_is_the_same_whatever_the_bid_is_and_where_there_is_none(seen, step):
    good, poor = seen(GOOD, step), seen(POOR, step)

    assert not_the_same(but_commitments(good), but_commitments(poor)) == []
    assert [one for one, _, body, _ in good + poor if any(word in body for word in CANARIES)] == []
    assert len([1 for _, status, *_ in good if status == 200]) > 40
    assert not_the_same(but_names_drawn(good), but_names_drawn(seen(None, step))) == []
