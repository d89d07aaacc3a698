"""In whatever order companies, officers and the clock come: before the opening nobody else reads a
word of a bid.

The orders are drawn by Hypothesis. Every word companies write begins with letters that stand
nowhere else; they are looked for in the pages, headers and files of everybody else.
"""

from __future__ import annotations

import random
from contextvars import Context
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from accounts import queries as accounts
from accounts import service as account_service
from accounts.rules.roles import Role
from accounts.views import cookie_name
from foundation.database import db
from supplier_portal.models import Bid, Evidence, LateSubmission
from tests import histories, opening, proving, two_worlds
from tests.canaries import found_in
from tests.histories import SEALED, SHARED, Company, Step
from tests.two_worlds import AUTHORITY_ROLES, Snapshots

CLOSES_AT = datetime(2026, 12, 15, 12, tzinfo=UTC)
BEGINS_AT, LAST_BEFORE = CLOSES_AT - timedelta(days=9), CLOSES_AT - timedelta(hours=3)
ORDERS = proving.size("orders", 3)
STEPS = proving.size("steps", 25)
COMPANIES = 3
# How many pages somebody opens after each step.
PAGES_AT_ONCE = 3
OF_THE_AUTHORITY = (*map(str, AUTHORITY_ROLES), "second")
OFFICERS = (str(Role.OFFICER), "second")
OTHERS = ("other authority", "rival", "idle supplier", "public")
# Names of what is sealed, put in the place of these once there is any.
PLACES = {name: f"the-{name}-of-somebody-else"[:22] for name in ("bid", "evidence", "file", "late")}
SEALED_NAMES = {"bid": Bid.token, "evidence": Evidence.token, "file": Evidence.token,
                "late": LateSubmission.token}  # fmt: skip
numbers = st.integers(0, 10_000)


class Orders(RuleBasedStateMachine):
    """One tender and whatever happens to it. What it looks at is put at the class by the test."""

    stage: two_worlds.Stage
    snapshots: Snapshots
    counted: dict[str, int]
    pages: dict[str, list[str]]

    @initialize()
    def begin(self):
        self.snapshots.put_back("before")
        self.companies = [Company() for _ in range(COMPANIES)]
        self.moment, self.done = BEGINS_AT, 0
        self.opened = self.cancelled = False
        self.ready = set()
        self.stage.at(self.moment)
        self.counted["orders"] += 1

    @property
    def is_closed(self):
        return self.moment >= CLOSES_AT

    def step(self, name, who=0):
        self.done += 1
        self.counted["steps"] += 1
        # Each thing takes a minute: a session or a question is never of the same moment.
        limit = (
            CLOSES_AT + timedelta(days=2) if self.is_closed else CLOSES_AT - timedelta(minutes=1)
        )
        self.moment = self.stage.at(min(self.moment + timedelta(minutes=1), limit))
        return Step(timedelta(), name, who, self.done)

    @precondition(lambda self: not self.is_closed and not self.cancelled)
    @rule(who=st.integers(0, COMPANIES - 1), choice=numbers)
    def a_company_works_on_its_bid(self, who, choice):
        company, lead = self.companies[who], self.stage.bidders[who]
        may = company.may()
        name = may[choice % len(may)]
        SEALED[name](self.stage, self.step(name, who), lead)
        company.does(name)

    @precondition(lambda self: self.is_closed and not self.cancelled and not self.opened)
    @rule(who=st.integers(0, COMPANIES - 1))
    def a_company_comes_late(self, who):
        if self.companies[who].is_answered:
            step = self.step("late", who)
            SEALED["late"](self.stage, step, self.stage.bidders[who])

    @precondition(lambda self: not self.is_closed and not self.cancelled)
    @rule(name=st.sampled_from(sorted(SHARED)), who=st.integers(0, COMPANIES - 1))
    def something_happens_that_all_may_know(self, name, who):
        SHARED[name](self.stage, self.step(name, who), True)

    @rule(minutes=st.integers(1, 2_000))
    def time_passes(self, minutes):
        to = self.moment + timedelta(minutes=minutes)
        self.moment = self.stage.at(
            to if self.is_closed else min(to, CLOSES_AT - timedelta(hours=3))
        )
        if minutes >= 15:
            self.ready.clear()

    @precondition(lambda self: not self.is_closed)
    @rule()
    def bids_close(self):
        self.moment = self.stage.at(CLOSES_AT + timedelta(minutes=2))
        two_worlds.do_what_is_due(self.stage)

    @precondition(lambda self: not self.cancelled)
    @rule()
    def two_officers_cancel(self):
        if not self.opened and self.done % 3 == 0:
            self.step("cancel")
            two_worlds.cancel(self.stage)
            self.cancelled = True

    @precondition(lambda self: self.is_closed and not self.cancelled and not self.opened)
    @rule()
    def two_officers_open(self):
        """In orders drawn freely the two seldom come after each other and after the closing."""
        self.an_officer_is_ready_to_open()
        self.somebody_confirms("second")
        if not self.opened:
            # The second was ready before: then it is the other who confirms.
            self.somebody_confirms(str(Role.OFFICER))
        assert self.opened

    @precondition(lambda self: not self.opened)
    @rule()
    def an_officer_is_ready_to_open(self):
        self.step("ready")
        answer = opening.be_ready(self.browser(Role.OFFICER), self.stage.tender)
        assert answer.status_code < 500
        self.ready.add(str(Role.OFFICER))

    @precondition(lambda self: not self.opened)
    @rule(who=st.sampled_from([*OFFICERS, str(Role.AUDITOR), "other authority"]))
    def somebody_confirms(self, who):
        self.step("confirm")
        answer = opening.confirm(self.browser(who), self.stage.tender)
        assert answer.status_code < 500
        db.session.expire_all()
        self.opened = self.stage.tender.opened_at is not None
        if self.opened:
            assert self.is_closed
            assert not self.cancelled
            assert who in OFFICERS
            assert self.ready - {who}
            self.counted["openings"] += 1
            self.what_was_sealed_is_read_now()
        # A form without what it confirms is that of the first officer.
        self.ready.add(who)

    @invariant()
    def nobody_reads_a_word_early(self):
        """After every step somebody opens some pages, drawn from how far the order has come."""
        chance = random.Random(f"{self.moment} {self.done} {proving.seed(1)}")  # noqa: S311
        # Once the bids are open, those of the authority may read them.
        who = chance.choice(OTHERS if self.opened else (*OF_THE_AUTHORITY, *OTHERS))
        web, pages = self.browser(who), self.pages[who]
        for _ in range(PAGES_AT_ONCE):
            address = self.with_names(chance.choice(pages), chance.randrange(99))
            answer = Context().run(web.get, address)
            assert answer.status_code != 500, address
            assert read_in(answer) == set(), (who, address)
            self.counted["pages"] += 1
            self.counted["shown"] += answer.status_code == 200

    def with_names(self, address, where):
        """Return an address with the names of what there is, as somebody might have guessed."""
        for name, column in SEALED_NAMES.items():
            if PLACES[name] in address:
                tokens = db.session.scalars(select(column).order_by(column)).all()
                known = [token for token in tokens if token != self.stage.rival_bid]
                if known:
                    address = address.replace(PLACES[name], known[where % len(known)])
        db.session.remove()
        return address

    def browser(self, who):
        db.session.remove()
        client = FlaskClient(self.stage.app, self.stage.app.response_class)
        if who != "public":
            person = self.stage.person(str(who))
            organisation = accounts.organisations_of(person)[0]
            client.set_cookie(cookie_name(), account_service.start_session(person, organisation))
            db.session.remove()
        return client

    def what_was_sealed_is_read_now(self):
        """The search finds words of bids where they may stand: it would have before."""
        handed_in = [one for one in self.companies if one.stage == histories.COUNTS]
        if handed_in:
            bids = {histories.bid_of(self.stage, lead).token for lead, one in zip(
                self.stage.bidders, self.companies, strict=False) if one in handed_in}  # fmt: skip
            assert bids
            web = self.browser(Role.EVALUATOR)
            addresses = [f"/evaluation/bids/{token}/questions/SLP-07" for token in bids]
            found = [read_in(Context().run(web.get, address)) for address in addresses]
            assert all(found), found


def read_in(answer):
    """Return by which spellings a company's words stand in an answer, its headers or its files."""
    said = "\n".join(f"{name}: {value}" for name, value in answer.headers).encode()
    return found_in(two_worlds.plain(answer.data)) | found_in(said)


@pytest.mark.sqlite
def test_in_no_order_does_anybody_else_read_a_word_before_the_opening(app, monkeypatch, tmp_path):
    Orders.stage = two_worlds.set_up(app, monkeypatch, CLOSES_AT)
    Orders.snapshots = Snapshots(app, tmp_path)
    Orders.counted = dict.fromkeys(("orders", "steps", "pages", "shown", "openings"), 0)
    Orders.stage.at(BEGINS_AT)
    two_worlds.sign_everybody_in(Orders.stage)
    Orders.pages = two_worlds.addresses_of_each(Orders.stage, PLACES)
    Orders.snapshots.take("before")

    run_state_machine_as_test(
        seed(proving.seed(1))(Orders),
        settings=settings(
            max_examples=ORDERS,
            stateful_step_count=STEPS,
            # What fails is shown as it was drawn: making it shorter takes many minutes.
            phases=(Phase.generate,),
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

    counted = Orders.counted
    proving.tell(
        **{f"{name}_drawn": number for name, number in counted.items()}, words_read_early=0
    )
    assert counted["orders"] >= ORDERS
    assert counted["shown"] > counted["pages"] / 6
    # Some orders go on to the opening, after which the words are found.
    assert counted["openings"] > 0 or ORDERS < 12
