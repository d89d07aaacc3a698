"""How long what bids say is kept, and destroying it: two people, in time, for good."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from accounts.rules.roles import Role
from app import JOB_HANDLERS
from foundation.audit import AuditEntry
from foundation.commands import audit as audit_command
from foundation.database import db
from foundation.jobs import run_due_jobs
from records.models import MadeRecord, Retention
from scoring.models import Mark
from supplier_portal.models import Bid, Submission
from tenders.models import Approval, Tender
from tenders.rules.lifecycle import Stage
from tests.factories import make_person
from tests.pages.scoring.conftest import OPENS_AT

SIGNED = {"counted_from-day": "1", "counted_from-month": "2", "counted_from-year": "2026"}
REASON = "Contract HC-77, signed that day"


@pytest.fixture
def second(authority):
    return make_person(Role.OFFICER, authority, name="Dan Okoro")


def put(client, tender, **changed):
    data = {**SIGNED, "reason": REASON, **changed}
    return client.post(f"/tenders/{tender.token}/retention", data=data)


def done(tender):
    """Let the tender be decided, without the steps of a whole evaluation."""
    from foundation.database import transaction

    with transaction():
        db.session.get_one(Tender, tender.id, populate_existing=True).stage = Stage.DECIDED


def decide(client, tender, decision):
    token = db.session.scalars(select(Approval.token).order_by(Approval.id.desc())).first()
    return client.post(
        f"/tenders/{tender.token}/retention/destroy/decision",
        data={"decision": decision, "approval": token or ""},
    )


def ask(client, tender):
    return client.post(f"/tenders/{tender.token}/retention/destroy")


def test_three_years_from_the_contract_or_the_council_s_own_date_if_later(
    client_for, officer, tender
):
    client = client_for(officer)

    put(client, tender)
    put(
        client, tender,
        **{"own_until-day": "31", "own_until-month": "12", "own_until-year": "2032"},
    )  # fmt: skip

    rows = db.session.scalars(select(Retention).order_by(Retention.id)).all()
    assert [row.keep_until for row in rows] == [date(2029, 2, 1), date(2032, 12, 31)]
    page = client.get(f"/tenders/{tender.token}/retention").text
    assert "What the bids say is kept until 31 December 2032." in page


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"counted_from-year": "2027"}, "Enter a day that has come"),
        ({"counted_from-year": ""}, "year"),
        ({"counted_from-day": "31"}, "Enter a"),
        ({"reason": " "}, "Enter what the date rests on"),
        (
            {"own_until-day": "1", "own_until-month": "1", "own_until-year": "2028"},
            "not before the law’s own",
        ),
        (
            {"own_until-day": "1", "own_until-month": "1", "own_until-year": "2199"},
            "within the next 50 years",
        ),
    ],
    ids=["in the future", "no year", "no such day", "no reason", "before the law", "too far"],
)
def test_a_date_that_cannot_be_is_said_at_its_field(client_for, officer, tender, changed, says):
    answer = put(client_for(officer), tender, **changed)

    assert answer.status_code == 422
    assert says in answer.text
    assert db.session.scalar(select(func.count(Retention.id))) == 0


def test_nothing_is_destroyed_before_its_time_or_while_a_tender_is_decided_on(
    client_for, officer, tender, at
):
    early = ask(client_for(officer), tender)
    done(tender)
    no_date = ask(client_for(officer), tender)
    put(client_for(officer), tender)
    too_soon = ask(client_for(officer), tender)

    assert "at the open stage" in early.text
    assert "nobody has entered how long it is kept" in no_date.text
    assert "it is kept until 1 February 2029" in too_soon.text
    assert [answer.status_code for answer in (early, no_date, too_soon)] == [422] * 3


@pytest.fixture
def destroyed(client_for, officer, second, tender, make_bid, opened, mark_all, at):
    """A tender with a bid whose content two officers destroyed; return bid and record file."""
    bid = make_bid("Larkfield")
    opened()
    mark_all(bid)
    client_for(officer).post(f"/tenders/{tender.token}/record", data={"kind": "audit"})
    run_due_jobs(JOB_HANDLERS)
    done(tender)
    put(client_for(officer), tender)
    at(OPENS_AT + timedelta(days=900))
    ask(client_for(officer), tender)
    assert decide(client_for(second), tender, "agree").status_code == 302
    return bid


def test_whoever_asked_cannot_agree(client_for, officer, tender, at, opened):
    opened()
    done(tender)
    put(client_for(officer), tender)
    at(OPENS_AT + timedelta(days=900))
    client = client_for(officer)
    ask(client, tender)

    answer = decide(client, tender, "agree")

    assert answer.status_code == 422
    assert db.session.scalars(select(Tender.content_destroyed_at)).all() == [None]


def test_what_opens_a_bid_is_gone_and_its_company_still_reads_it(
    client_for, destroyed, tender, officer
):
    kept = db.session.scalars(select(Tender).where(Tender.id == tender.id)).one()
    bid = db.session.scalars(select(Bid).where(Bid.id == destroyed.id)).one()
    made = db.session.scalars(select(MadeRecord)).one()

    assert (kept.sealing_key, bid.key_for_tender) == ("destroyed", None)
    assert (made.stored_name, made.wrapped_key) == (None, None)
    from supplier_portal.queries import submission_of, submitted_text

    assert '"SLP-07.f"' in submitted_text(bid, submission_of(bid, 1))


def test_no_page_about_the_bids_fails_and_each_says_what_became_of_them(
    client_for, destroyed, tender, officer
):
    client = client_for(officer)
    about_bids = [
        f"/evaluation/tenders/{tender.token}",
        f"/evaluation/tenders/{tender.token}/scores.xlsx",
        f"/evaluation/tenders/{tender.token}/risk-register.xlsx",
        f"/evaluation/bids/{destroyed.token}",
        f"/evaluation/bids/{destroyed.token}/questions/SLP-07",
        f"/schedules/{destroyed.token}",
        f"/schedules/{destroyed.token}/schedule.docx",
    ]

    answers = {address: client.get(address) for address in about_bids}
    page = client.get(f"/tenders/{tender.token}").text

    assert {
        address: answer.status_code
        for address, answer in answers.items()
        if answer.status_code not in (404, 409)
    } == {}
    assert "what they said was destroyed on" in answers[about_bids[0]].text
    assert "was destroyed on" in page
    assert "section 98" in page


def test_no_page_at_all_ends_in_a_fault_after_the_destruction(
    client_for, destroyed, tender, officer, app
):
    client = client_for(officer)
    with app.test_request_context():
        rules = [
            rule
            for rule in app.url_map.iter_rules()
            if "GET" in rule.methods and set(rule.arguments) in ({"tender"}, {"bid"})
        ]
        addresses = [
            app.url_map.bind("localhost").build(
                rule.endpoint, {"tender": tender.token, "bid": destroyed.token}
            ).split("?")[0]
            for rule in rules
        ]  # fmt: skip

    # The client lets a fault through, so that one would fail the test.
    statuses = {address: client.get(address).status_code for address in addresses}

    assert {address: status for address, status in statuses.items() if status >= 500} == {}
    assert len(statuses) > 20


def test_hashes_marks_and_the_audit_record_stay_and_hold(app, destroyed, tender):
    chain = CliRunner().invoke(audit_command, ["verify"], obj=None)
    submission = db.session.scalars(select(Submission)).one()
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "record.destroyed")
    ).one()

    assert chain.exit_code == 0 or "0 faults" in chain.output
    assert len(submission.commitment) == 64
    assert db.session.scalar(select(func.count(Mark.id))) > 5
    assert json.loads(entry.details) == {"files": 1, "keep_until": "2029-02-01"}


def test_a_record_made_afterwards_says_that_the_bids_are_gone(
    client_for, destroyed, tender, officer
):
    import io
    import zipfile

    client = client_for(officer)
    client.post(f"/tenders/{tender.token}/record", data={"kind": "audit"})
    run_due_jobs(JOB_HANDLERS)
    made = db.session.scalars(select(MadeRecord).order_by(MadeRecord.id.desc())).first()
    with zipfile.ZipFile(io.BytesIO(client.get(f"/records/files/{made.token}").data)) as pack:
        names, readme = pack.namelist(), pack.read("README.txt").decode()

    held = {name.split("/")[-1] for name in names if name.startswith("bids/")}
    assert held == {
        f"{name}.{ending}"
        for name in (
            "marks",
            "agreed-marks",
            "internal-comments",
            "requirements",
            "risks",
            "clauses",
        )
        for ending in ("txt", "json")
    }
    assert "was destroyed on" in readme
    assert "opening/commitments.json" in names


def test_what_is_destroyed_is_not_kept_longer_or_destroyed_again(
    client_for, destroyed, tender, officer
):
    later, again = put(client_for(officer), tender), ask(client_for(officer), tender)

    assert (later.status_code, again.status_code) == (422, 422)
    assert "destroyed already" in again.text
