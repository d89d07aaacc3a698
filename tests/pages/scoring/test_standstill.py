"""After the results: the award notice, the standstill that runs from it, and the award."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from accounts.rules.roles import Role
from foundation.database import db, transaction
from scoring.models import StandstillEvent
from scoring.queries.standstill import standing_of
from scoring.rules.standstill import StandstillRefused
from scoring.service import standstill as service
from tenders.models import Notice
from tenders.rules.lifecycle import Stage
from tenders.rules.notices import NoticeTyped, NoticeUnclear
from tenders.service.notices import record_notice, strike_notice
from tests.factories import make_person, viewer_of
from tests.open_data_made import decide
from tests.pages.scoring import conftest

pytestmark = pytest.mark.slow

DUE = conftest.FACTS | {"above_threshold": "yes", "procedure": "open"}
NOT_DUE = conftest.FACTS | {"above_threshold": "no", "procedure": "below-threshold"}
# Bids are opened on 2 December 2026; Thursday 10 December to Monday 21 December.
PUBLISHED = date(2026, 12, 10)
LAST_DAY = date(2026, 12, 21)
REASON = "A bidder has challenged the decision in court"


@pytest.fixture
def facts():
    return DUE


@pytest.fixture
def tender(officer, facts):
    from tests.factories import make_open_tender

    return make_open_tender(officer, closes_at=conftest.CLOSES_AT, facts=facts)


@pytest.fixture
def decided(tender, make_bid, opened, officer, evaluated):
    decide(tender, make_bid, opened, officer, evaluated)
    return tender


@pytest.fixture
def publish_notice(officer, at):
    def publish(tender, number="012345-2026", day=PUBLISHED):
        at(datetime(day.year, day.month, day.day, 15, tzinfo=UTC))
        return record_notice(tender, NoticeTyped("UK6", number, day), by=viewer_of(officer))

    return publish


def page_of(tender, rest=""):
    return f"/evaluation/tenders/{tender.token}/standstill{rest}"


def day(name, value):
    return {
        f"{name}-day": str(value.day),
        f"{name}-month": str(value.month),
        f"{name}-year": str(value.year),
    }


@pytest.mark.both_databases
def test_it_runs_from_the_award_notice_and_not_from_the_letters(decided, publish_notice):
    assert decided.stage is Stage.DECIDED
    assert standing_of(decided).ends_on is None

    publish_notice(decided)

    assert decided.stage is Stage.STANDSTILL
    assert standing_of(decided).ends_on == LAST_DAY
    assert standing_of(decided).may_sign_from == date(2026, 12, 22)


def test_the_award_notice_comes_after_the_summaries(tender, make_bid, opened, officer, evaluated):
    make_bid("Larkfield")
    opened()

    with pytest.raises(NoticeUnclear, match="the assessment summaries are not released"):
        record_notice(
            tender,
            NoticeTyped("UK6", "012345-2026", date(2026, 12, 2)),
            by=viewer_of(officer),
        )

    assert db.session.scalars(select(Notice)).all() == []


def test_a_notice_from_before_the_summaries_is_refused(decided, publish_notice, at):
    with pytest.raises(NoticeUnclear, match="cannot be before the"):
        publish_notice(decided, day=date(2026, 12, 1))


def test_the_contract_is_signed_after_it_and_never_before(
    decided, publish_notice, officer, client_for, at
):
    publish_notice(decided)
    web = client_for(officer)
    early = web.post(
        page_of(decided, "/award"), data=day("signed_on", PUBLISHED) | {"signatory": "Ada Poole"}
    )
    at(datetime(2026, 12, 22, 9, tzinfo=UTC))
    web = client_for(officer)
    inside = web.post(
        page_of(decided, "/award"), data=day("signed_on", LAST_DAY) | {"signatory": "Ada Poole"}
    )
    nobody = web.post(page_of(decided, "/award"), data=day("signed_on", date(2026, 12, 22)))
    signed = web.post(
        page_of(decided, "/award"),
        data=day("signed_on", date(2026, 12, 22)) | {"signatory": "Ada Poole"},
    )
    page = web.get(page_of(decided)).text

    assert [one.status_code for one in (early, inside, nobody)] == [422] * 3
    assert "only after the standstill is over" in early.text
    assert "only after the standstill is over" in inside.text
    assert "Enter who signed it for the council" in nobody.text
    assert signed.status_code == 302
    assert decided.stage is Stage.AWARDED
    assert "Contract signed" in page
    assert "22 December 2026" in page
    assert "Ada Poole" in page


def test_a_notice_struck_out_lets_nothing_run(decided, publish_notice, officer, at):
    notice = publish_notice(decided)
    strike_notice(decided, notice, "The number was another one", by=viewer_of(officer))
    at(datetime(2026, 12, 22, 9, tzinfo=UTC))

    with pytest.raises(StandstillRefused, match="no standstill has begun"):
        service.award(decided, date(2026, 12, 22), "Ada Poole", by=viewer_of(officer))

    publish_notice(decided, number="054321-2026", day=date(2026, 12, 22))
    assert standing_of(decided).ends_on == date(2027, 1, 6)


def test_a_challenge_holds_the_award_until_it_goes_on(
    decided, publish_notice, officer, client_for, at
):
    publish_notice(decided)
    web = client_for(officer)
    why = web.post(page_of(decided, "/hold"), data={"reason": "Because"})
    held = web.post(page_of(decided, "/hold"), data={"reason": REASON})
    at(datetime(2026, 12, 29, 9, tzinfo=UTC))

    with pytest.raises(StandstillRefused, match="because it is held"):
        service.award(decided, date(2026, 12, 29), "Ada Poole", by=viewer_of(officer))
    web = client_for(officer)
    shorter = web.post(
        page_of(decided, "/resume"), data={"reason": REASON} | day("until", PUBLISHED)
    )
    longer = web.post(
        page_of(decided, "/resume"),
        data={"reason": "The court dismissed it"} | day("until", date(2026, 12, 30)),
    )

    assert (why.status_code, held.status_code) == (422, 302)
    assert shorter.status_code == 422
    assert longer.status_code == 302
    assert standing_of(decided).may_sign_from == date(2026, 12, 31)


def test_one_that_the_law_demands_is_not_skipped(decided, officer, client_for):
    web = client_for(officer)

    refused = web.post(page_of(decided, "/skip"), data={"reason": REASON})

    assert refused.status_code == 422
    assert "because the law demands it for this tender" in refused.text
    assert "Give no standstill" not in web.get(page_of(decided)).text


class TestWhereNobodyDemandsOne:
    @pytest.fixture
    def facts(self):
        return NOT_DUE

    def test_it_can_be_skipped_or_held_on_one_page(self, decided, officer, client_for):
        page = client_for(officer).get(page_of(decided)).text

        assert ['id="skip-reason"' in page, 'id="hold-reason"' in page] == [True, True]

    def test_it_is_skipped_with_a_reason_and_the_contract_signed(
        self, decided, officer, client_for
    ):
        by = viewer_of(officer)
        with pytest.raises(StandstillRefused, match="no standstill has begun"):
            service.award(decided, date(2026, 12, 2), "Ada Poole", by=by)
        with pytest.raises(StandstillRefused, match="Enter why none is given"):
            service.skip(decided, "no", by=by)

        sent = {"reason": "The contract is below the threshold"}
        assert client_for(officer).post(page_of(decided, "/skip"), data=sent).status_code == 302
        service.award(decided, date(2026, 12, 2), "Ada Poole", by=by)

        assert decided.stage is Stage.AWARDED

    def test_it_begins_only_when_somebody_gives_it(
        self, decided, officer, client_for, publish_notice
    ):
        publish_notice(decided)
        assert (decided.stage, standing_of(decided).ends_on) == (Stage.DECIDED, None)

        client_for(officer).post(page_of(decided, "/begin"))

        assert (decided.stage, standing_of(decided).ends_on) == (Stage.STANDSTILL, LAST_DAY)


def test_before_the_results_there_is_no_such_page(client_for, officer, tender, make_bid, opened):
    make_bid("Larkfield")
    before = client_for(officer).get(page_of(tender)).status_code
    opened()

    assert [before, client_for(officer).get(page_of(tender)).status_code] == [404, 404]


def test_an_auditor_reads_it_and_changes_nothing(client_for, decided, authority):
    web = client_for(make_person(Role.AUDITOR, authority))

    assert (
        "An officer of your authority records what happens here" in web.get(page_of(decided)).text
    )
    for step in ("begin", "skip", "hold", "resume", "award"):
        assert web.post(page_of(decided, f"/{step}"), data={}).status_code == 403


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "statement",
    ["UPDATE standstill_event SET reason = 'x'", "DELETE FROM standstill_event"],
)
def test_what_happened_is_never_changed(decided, officer, statement):
    with transaction():
        service.hold(decided, REASON, by=viewer_of(officer))
    assert len(db.session.scalars(select(StandstillEvent)).all()) == 1

    with pytest.raises(DatabaseError):
        db.session.execute(text(statement))
    db.session.rollback()
