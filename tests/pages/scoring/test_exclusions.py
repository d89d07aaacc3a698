"""Exclusion checks: parties of opened bids, notices, replies, decisions, and marking that waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from accounts.rules.roles import Role
from foundation.audit import AuditEntry
from foundation.database import db, transaction
from foundation.mail import Message
from scoring import queries, service
from scoring.models import ExclusionEvent, ExclusionParty
from scoring.queries.deciding import deciding
from scoring.queries.disregarding import why_disregarded
from scoring.queries.exclusions import parties_of
from scoring.rules.exclusions import State
from scoring.rules.recommending import CannotRecommend
from scoring.service import exclusions
from scoring.service.deciding import NotReady
from scoring.service.exclusion_gate import ChecksMissing
from supplier_portal.models import Bid
from tests.deciding import recommend
from tests.evaluating import give
from tests.factories import make_open_tender, make_person, viewer_of
from tests.pages.scoring.conftest import CLOSES_AT, FACTS, OPENS_AT

REASON = "The director was convicted of bribery in March 2024."
GOOD_CHECK = {
    "done_on-day": "2",
    "done_on-month": "12",
    "done_on-year": "2026",
    "looked_at": ["debarment-list", "companies-house"],
    "reference": "PPON ABCD-1234-EFGH",
    "found": "nothing",
    "ground": "",
    "text": "",
}
FOUND = GOOD_CHECK | {"found": "mandatory", "ground": "offences-dishonesty", "text": REASON}
MAY = FOUND | {"found": "discretionary", "ground": "performance"}


@pytest.fixture
def tender(officer):
    return make_open_tender(
        officer, closes_at=CLOSES_AT, facts=FACTS | {"procedure": "open", "above_threshold": "yes"}
    )


@pytest.fixture
def bid(make_bid):
    """A bid that names Cloudbase wherever it names anybody."""
    return make_bid("Larkfield", text="Cloudbase Ltd")


@pytest.fixture
def as_officer(parties, client_for, officer):
    """Signed in once the bids are opened."""
    return client_for(officer)


@pytest.fixture
def parties(bid, opened):
    """Open the bids; return a function that reads the parties of the bid afresh, by name."""
    opened()

    def read():
        found = parties_of([db.session.get_one(Bid, bid.id)])[bid.id]
        return {party.name: party for party in found}

    return read


@pytest.fixture
def record(as_officer, bid, parties):
    """Record a step about a party by its form; return the answer."""

    def send(name, step, data, *, based_on=None, by=None):
        party = parties()[name]
        version = party.version if based_on is None else based_on
        return (by or as_officer).post(
            f"/evaluation/bids/{bid.token}/exclusions/{party.token}/{step}",
            data={"based_on": str(version)} | data,
        )

    return send


@pytest.fixture
def lead(bid):
    return make_person(Role.BID_LEAD, bid.supplier, name="Mara Voss", email="mara@lark.example")


def day(moment, name):
    return {f"{name}-day": moment.day, f"{name}-month": moment.month, f"{name}-year": moment.year}


@pytest.fixture
def told(record, lead):
    """Find a mandatory ground about a party and tell the supplier; it has ten days."""

    def tell(name, check=FOUND):
        record(name, "checked", check)
        return record(
            name, "notice", {"text": REASON} | day(OPENS_AT + timedelta(days=10), "due_on")
        )

    return tell


def notice_of(bid, party):
    return f"/evaluation/my-bids/{bid.token}/notices/{party.token}"


def first_mark(evaluated, bid, evaluator):
    return give(evaluated(bid), "SLP-01", 3, by=viewer_of(evaluator))


def test_at_the_opening_the_bidder_and_whom_its_bid_names_are_listed(parties):
    assert [(party.name, party.role, party.found_in) for party in parties().values()] == [
        ("Larkfield Limited", "supplier", "The bidder"),
        ("Cloudbase Ltd", "subcontractor", "SLP-12.c"),
    ]


def test_before_the_opening_there_is_no_such_page(client_for, officer, bid, tender):
    assert (
        client_for(officer).get(f"/evaluation/tenders/{tender.token}/exclusions").status_code == 404
    )
    assert db.session.scalars(select(ExclusionParty)).all() == []


def test_marking_waits_until_every_party_is_settled(
    parties, record, evaluated, evaluator, bid, as_officer, client_for
):
    with pytest.raises(ChecksMissing, match="2 exclusion checks are not finished"):
        first_mark(evaluated, bid, evaluator)
    page = client_for(evaluator).get(f"/evaluation/bids/{bid.token}/questions/SLP-01")
    assert "You cannot mark yet because 2 exclusion checks are not finished" in page.text

    for name in ("Larkfield Limited", "Cloudbase Ltd"):
        assert record(name, "checked", GOOD_CHECK).status_code == 302

    first_mark(evaluated, bid, evaluator)
    page = as_officer.get(f"/evaluation/tenders/{bid.tender.token}")
    assert "You cannot mark yet" not in page.text


def test_a_mark_sent_too_early_is_shown_back(parties, bid, client_for, evaluator):
    data = {"mark": "3", "reason": "SLP-01 is answered in full here", "based_on": "0"}

    page = client_for(evaluator).post(f"/evaluation/bids/{bid.token}/questions/SLP-01", data=data)

    assert page.text.count("You cannot mark yet because 2 exclusion checks") == 2
    assert "SLP-01 is answered in full here" in page.text


def test_an_officer_may_record_why_marking_begins_before(
    parties, as_officer, bid, evaluated, evaluator
):
    address = f"/evaluation/tenders/{bid.tender.token}/exclusions/begin-marking"

    short = as_officer.post(address, data={"text": "because"})
    as_officer.post(address, data={"text": "The platform is down until Monday, and time presses"})

    assert short.status_code == 422
    first_mark(evaluated, bid, evaluator)
    page = as_officer.get(f"/evaluation/tenders/{bid.tender.token}/exclusions")
    assert "The platform is down until Monday, and time presses" in page.text


@pytest.mark.usefixtures("app")
def test_a_tender_below_the_threshold_does_not_wait(at, authority, officer):
    facts = FACTS | {"procedure": "below-threshold"}
    tender = make_open_tender(officer, closes_at=CLOSES_AT, facts=facts)
    at(OPENS_AT)
    service.open_bids(tender, by=viewer_of(officer))

    assert queries.exclusions.checks_required(tender) is False


def test_the_record_of_a_check_says_who_when_what_and_found_nothing(
    record, parties, as_officer, bid, officer
):
    record("Cloudbase Ltd", "checked", GOOD_CHECK)

    party = parties()["Cloudbase Ltd"]
    page = as_officer.get(f"/evaluation/bids/{bid.token}/exclusions/{party.token}")
    assert party.standing.state is State.CLEAR
    assert "Checked: nothing" in page.text
    assert "Looked at: The debarment list; Companies House" in page.text
    assert "PPON ABCD-1234-EFGH" in page.text
    assert "2 December 2026. Recorded by Ines Roy" in page.text


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"done_on-year": "2027"}, "Enter a day that is not in the future"),
        ({"done_on-year": "1990"}, "Check again: the debarment list changes"),
        ({"done_on-day": "1", "done_on-year": "2025"}, "Check again: the debarment list changes"),
        ({"done_on-day": "31", "done_on-month": "2"}, "done_on"),
        ({"done_on-day": ""}, "done_on"),
        ({"looked_at": []}, "Select what was looked at"),
        ({"looked_at": ["companies-house"]}, "every party is looked up there"),
        ({"looked_at": ["debarment-list", "tea leaves"]}, "Select from the options"),
        ({"looked_at": ["debarment-list", "other"]}, "Enter what you looked at and found"),
        ({"found": ""}, "Select what was found"),
        ({"found": "everything"}, "Select one of the options"),
        ({"ground": "tax"}, "Select no ground where nothing was found"),
        ({"found": "mandatory", "text": REASON}, "Select which ground of schedule 6 was found"),
        (
            {"found": "discretionary", "ground": "tax", "text": REASON},
            "Select which ground of schedule 7 was found",
        ),
        ({"found": "mandatory", "ground": "tax"}, "Enter what you looked at and found"),
        ({"reference": "x" * 301}, "Enter 300 characters or fewer"),
        ({"text": "x" * 4001}, "Enter 4,000 characters or fewer"),
    ],
)
def test_what_cannot_be_is_said_and_everything_typed_stays(record, parties, changed, says):
    page = record("Cloudbase Ltd", "checked", GOOD_CHECK | {"reference": "KEPT"} | changed)

    assert page.status_code == 422
    assert says in page.text
    assert ("KEPT" in page.text) is ("reference" not in changed)
    assert parties()["Cloudbase Ltd"].version == 0


@pytest.mark.parametrize("names", [1, 2])
def test_before_listing_the_count_says_who_is_not_on_the_list_yet(
    at, client_for, officer, make_bid, opened, tender, names
):
    for name in ("Larkfield", "Brook")[:names]:
        make_bid(name, text="Cloudbase Ltd")
    opened()
    address = f"/evaluation/tenders/{tender.token}/exclusions"
    client, said = client_for(officer), " named in the bids and not on the list yet."
    listed = client.get(address).text
    with transaction():
        db.session.execute(delete(ExclusionParty))

    page = client.get(address).text

    more = page.count('<li class="app-break">')
    assert more == 2 * names
    assert said not in listed
    assert f"not settled. {more} more are{said}" in page


def test_a_check_older_than_the_opening_is_kept_with_a_warning(
    record, parties, as_officer, bid, tender
):
    overview = f"/evaluation/tenders/{tender.token}/exclusions"
    token = parties()["Cloudbase Ltd"].token
    shown = []
    for changed in ({"done_on-year": "2025"}, {}):
        answer = record("Cloudbase Ltd", "checked", GOOD_CHECK | changed)
        assert answer.status_code == 302
        party = as_officer.get(f"/evaluation/bids/{bid.token}/exclusions/{token}").text
        shown.append(
            (
                "The last check was done before the bids were opened on 2 December 2026" in party,
                "Before the bids were opened: check again" in as_officer.get(overview).text,
            )
        )

    assert shown == [(True, True), (False, False)]


def test_a_ground_leads_to_a_notice_a_reply_and_a_decision(
    told, parties, client_for, bid, lead, record
):
    told("Larkfield Limited")
    party = parties()["Larkfield Limited"]
    mara = client_for(lead)

    letters = db.session.scalars(select(Message).where(Message.kind == "bid.exclusion_notice"))
    letter = next(letter for letter in letters if letter.recipient == "mara@lark.example")
    page = mara.get(notice_of(bid, party))
    replied = mara.post(notice_of(bid, party), data={"text": "He left in 2023, see the minutes."})
    early = parties()["Larkfield Limited"].standing.state
    decided = record("Larkfield Limited", "decided", {"decision": "must-disregard", "text": REASON})

    assert "bribery" not in letter.text
    assert notice_of(bid, party) in letter.text
    assert REASON in page.text
    assert replied.location == notice_of(bid, party)
    assert early is State.TO_DECIDE
    assert decided.status_code == 302
    assert parties()["Larkfield Limited"].standing.state is State.DISREGARDED
    assert "Excluded: the tender must be disregarded." in mara.get(notice_of(bid, party)).text


def test_nobody_decides_before_the_supplier_was_told(record, parties):
    record("Larkfield Limited", "checked", FOUND)

    page = record("Larkfield Limited", "decided", {"decision": "must-disregard", "text": REASON})

    assert page.status_code == 422
    assert "must first be told" in page.text
    assert parties()["Larkfield Limited"].standing.state is State.FOUND


@pytest.mark.parametrize(
    ("check", "refused"), [(FOUND, "may-disregard"), (FOUND, "kept"), (MAY, "must-disregard")]
)
def test_must_is_not_offered_where_the_law_says_may(
    told, record, parties, at, client_for, officer, check, refused
):
    told("Larkfield Limited", check)
    at(OPENS_AT + timedelta(days=12))

    page = record(
        "Larkfield Limited",
        "decided",
        {"decision": refused, "text": REASON},
        by=client_for(officer),
    )

    assert page.status_code == 422
    assert parties()["Larkfield Limited"].standing.decision is None


def test_a_bid_that_is_disregarded_has_no_rank_and_no_page_forgets_why(
    told, record, client_for, bid, lead, parties, evaluated
):
    told("Cloudbase Ltd")
    client_for(lead).post(notice_of(bid, parties()["Cloudbase Ltd"]), data={"text": "No comment"})
    record("Cloudbase Ltd", "decided", {"decision": "must-disregard", "text": REASON})

    assert evaluated(bid).why_unranked == "tender disregarded, exclusion"
    assert why_disregarded(evaluated(bid)) == (
        "Your tender is disregarded. Cloudbase Ltd: Excluded: the tender must be disregarded. "
        f"{REASON}"
    )


def test_a_subcontractor_can_be_replaced_and_the_new_one_is_to_be_checked(
    told, record, client_for, bid, lead, parties, as_officer
):
    told("Cloudbase Ltd")
    reply = {"text": "We take another.", "replacement": "Vaultline Ltd"}
    client_for(lead).post(notice_of(bid, parties()["Cloudbase Ltd"]), data=reply)
    address = f"/evaluation/bids/{bid.token}/exclusions/{parties()['Cloudbase Ltd'].token}"

    form = as_officer.get(f"{address}/replaced")
    record("Cloudbase Ltd", "replaced", {"name": "Vaultline Ltd", "text": REASON})

    assert 'value="Vaultline Ltd"' in form.text
    assert parties()["Cloudbase Ltd"].standing.state is State.REPLACED
    assert parties()["Vaultline Ltd"].standing.state is State.TO_CHECK
    assert parties()["Vaultline Ltd"].role == "subcontractor"
    assert (
        "Vaultline Ltd takes its place"
        in client_for(lead).get(notice_of(bid, parties()["Cloudbase Ltd"])).text
    )


def test_the_bidder_itself_cannot_be_replaced(told, record, parties, client_for, lead, bid):
    told("Larkfield Limited")

    page = record("Larkfield Limited", "replaced", {"name": "Another", "text": REASON})

    assert page.status_code == 422
    mine = client_for(lead).get(notice_of(bid, parties()["Larkfield Limited"]))
    assert "replacement" not in mine.text


def test_an_exclusion_is_to_be_notified_within_thirty_days_also_once_the_tender_is_decided(
    told, record, client_for, bid, lead, parties, as_officer, officer
):
    told("Cloudbase Ltd")
    client_for(lead).post(notice_of(bid, parties()["Cloudbase Ltd"]), data={"text": "No comment"})
    record("Cloudbase Ltd", "decided", {"decision": "must-disregard", "text": REASON})
    page = as_officer.get(f"/evaluation/tenders/{bid.tender.token}/exclusions")
    bid.tender.stage = "decided"
    db.session.commit()

    late = record("Cloudbase Ltd", "decided", {"decision": "no-ground", "text": REASON})
    noted = record(
        "Cloudbase Ltd", "notified", day(OPENS_AT, "done_on") | {"reference": "PRU-2026-001"}
    )

    assert "Notify by 31 December 2026" in page.text
    assert late.status_code == 409
    assert noted.status_code == 302
    assert parties()["Cloudbase Ltd"].standing.must_notify is False


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        (datetime(2026, 12, 12, 23, 59, 59, 999999, UTC), 302),
        (datetime(2026, 12, 13, 0, 0, 0, 0, UTC), 422),
    ],
)
def test_a_reply_is_in_time_until_the_end_of_the_day_that_was_given(
    told, parties, client_for, bid, lead, at, moment, status
):
    told("Larkfield Limited")
    party = parties()["Larkfield Limited"]
    assert party.standing.reply_by.isoformat() == "2026-12-12"
    at(moment)
    mara = client_for(lead)

    page = mara.post(notice_of(bid, party), data={"text": "Here is our evidence"})

    assert page.status_code == status
    if status == 422:
        assert "Here is our evidence" in page.text


@pytest.mark.parametrize("replied", [False, True])
def test_a_supplier_that_let_the_time_pass_reads_that_it_is_over(
    told, parties, client_for, bid, lead, at, replied
):
    told("Larkfield Limited")
    party = parties()["Larkfield Limited"]
    if replied:
        client_for(lead).post(notice_of(bid, party), data={"text": "Here is our evidence"})
    at(datetime(2026, 12, 13, 0, 0, tzinfo=UTC))

    page = client_for(lead).get(notice_of(bid, party)).text

    assert page.count("the time for it ended with 12 December 2026") == (not replied)
    assert page.count("The council will decide") == 1


def test_the_supplier_is_shown_nothing_before_it_is_told_and_others_nothing_ever(
    record, parties, client_for, bid, lead, told
):
    party = parties()["Cloudbase Ltd"]
    mara, other = client_for(lead), client_for(Role.BID_LEAD)
    before = mara.get(notice_of(bid, party))
    told("Cloudbase Ltd")

    assert before.status_code == 404
    assert mara.get(notice_of(bid, parties()["Larkfield Limited"])).status_code == 404
    assert mara.get(notice_of(bid, party)).status_code == 200
    assert other.get(notice_of(bid, party)).status_code == 404
    assert other.post(notice_of(bid, party), data={"text": "Hello"}).status_code == 404
    assert "A notice about Cloudbase Ltd" in mara.get(f"/evaluation/my-bids/{bid.token}/after").text


def test_who_may_not_submit_reads_the_notice_and_cannot_reply(told, parties, client_for, bid, lead):
    told("Cloudbase Ltd")
    reader = client_for(make_person(Role.SUPPLIER_READER, bid.supplier))

    page = reader.get(notice_of(bid, parties()["Cloudbase Ltd"]))
    refused = reader.post(notice_of(bid, parties()["Cloudbase Ltd"]), data={"text": "Hello"})

    assert "A bid lead or certifier of your company sends the reply." in page.text
    assert refused.status_code == 403


def test_another_authority_and_an_evaluator_find_nothing(parties, client_for, bid, evaluator):
    party = parties()["Cloudbase Ltd"]
    pages = [
        f"/evaluation/tenders/{bid.tender.token}/exclusions",
        f"/evaluation/bids/{bid.token}/exclusions/{party.token}",
        f"/evaluation/bids/{bid.token}/exclusions/add",
    ]

    assert [client_for(Role.OFFICER).get(page).status_code for page in pages] == [404, 404, 404]
    assert [client_for(evaluator).get(page).status_code for page in pages] == [403, 403, 403]


def test_a_step_recorded_meanwhile_is_shown_before_another_is_taken(record, parties):
    record("Cloudbase Ltd", "checked", GOOD_CHECK)

    page = record("Cloudbase Ltd", "checked", FOUND, based_on=0)
    again = record("Cloudbase Ltd", "checked", FOUND, based_on=1)

    assert page.status_code == 422
    assert "A colleague recorded something about this party" in page.text
    assert again.status_code == 302


@pytest.mark.parametrize("based_on", ["", "x", "-1", "9" * 40, "١"])
def test_a_form_that_does_not_say_what_it_is_based_on_records_nothing(record, parties, based_on):
    page = record("Cloudbase Ltd", "checked", GOOD_CHECK | {"based_on": based_on})

    assert page.status_code == 422
    assert parties()["Cloudbase Ltd"].version == 0


def test_an_unknown_step_or_party_is_not_found(as_officer, parties, bid):
    party = parties()["Cloudbase Ltd"]
    address = f"/evaluation/bids/{bid.token}/exclusions"

    assert as_officer.get(f"{address}/{party.token}/pardoned").status_code == 404
    assert as_officer.get(f"{address}/{'x' * 22}").status_code == 404
    assert (
        as_officer.get(f"{address}/{party.token}/notified").location == f"{address}/{party.token}"
    )


def test_an_officer_adds_a_connected_person_and_strikes_out_who_is_no_party(
    as_officer, bid, parties, record
):
    address = f"/evaluation/bids/{bid.token}/exclusions/add"
    wrong = as_officer.post(address, data={"name": " ", "role": "supplier", "found_in": "a dream"})
    as_officer.post(
        address,
        data={"name": "Dana Price", "role": "connected-person", "found_in": "Companies House"},
    )
    record("Dana Price", "struck", {"text": "She left the company in 2019, see filings"})

    assert wrong.status_code == 422
    assert parties()["Dana Price"].standing.state is State.STRUCK
    assert len(parties()) == 3


def test_whom_an_admitted_bid_names_can_be_listed_later(parties, as_officer, bid):
    tender = bid.tender
    db.session.execute(ExclusionParty.__table__.delete())
    db.session.commit()
    page = as_officer.get(f"/evaluation/tenders/{tender.token}/exclusions")

    as_officer.post(f"/evaluation/tenders/{tender.token}/exclusions")
    as_officer.post(f"/evaluation/tenders/{tender.token}/exclusions")

    assert "Named in the bids and not on the list yet" in page.text
    assert sorted(parties()) == ["Cloudbase Ltd", "Larkfield Limited"]


def test_names_and_words_are_stored_sealed_and_the_record_holds_hashes(record, parties):
    record("Cloudbase Ltd", "checked", FOUND)

    stored = [row.sealed_name for row in db.session.scalars(select(ExclusionParty))]
    stored += [row.sealed_text for row in db.session.scalars(select(ExclusionEvent))]
    entries = db.session.scalars(
        select(AuditEntry.details).where(AuditEntry.action.like("exclusion.%"))
    ).all()
    assert all(b"Cloudbase" not in text and b"bribery" not in text for text in stored)
    assert len(entries) == 3
    assert all("Cloudbase" not in text and "bribery" not in text for text in entries)


def test_what_was_recorded_cannot_be_changed(record, parties):
    record("Cloudbase Ltd", "checked", FOUND)

    with pytest.raises(Exception, match="exclusion_event"):
        db.session.execute(ExclusionEvent.__table__.update().values(outcome="nothing"))
    db.session.rollback()


def test_the_overview_takes_few_statements_however_many_parties(
    as_officer, bid, parties, record, statements_counted
):
    address = f"/evaluation/tenders/{bid.tender.token}/exclusions"

    def statements():
        with statements_counted() as counted:
            as_officer.get(address)
        return len(counted)

    few = statements()
    by = viewer_of(make_person(Role.OFFICER, bid.tender.authority))
    for number in range(20):
        exclusions.add_party(bid, f"Company {number}", "subcontractor", "Companies House", by=by)
        record(f"Company {number}", "checked", GOOD_CHECK)

    assert statements() == few
    assert few <= 15


def test_the_draft_of_a_notice_says_what_was_found(record, parties, as_officer, bid):
    record("Cloudbase Ltd", "checked", FOUND)
    party = parties()["Cloudbase Ltd"]

    page = as_officer.get(f"/evaluation/bids/{bid.token}/exclusions/{party.token}/notice")

    assert "We looked at Cloudbase Ltd (intended subcontractor of your bid)" in page.text
    assert "theft, fraud, bribery" in page.text
    assert "You may put another in its place." in page.text


@pytest.mark.parametrize("days", [0, -5])
def test_a_supplier_has_a_day_at_least_to_reply(record, parties, days):
    record("Cloudbase Ltd", "checked", FOUND)

    page = record(
        "Cloudbase Ltd", "notice", {"text": REASON} | day(OPENS_AT + timedelta(days=days), "due_on")
    )

    assert page.status_code == 422
    assert "Enter a day after today" in page.text
    assert db.session.scalars(select(Message).where(Message.kind.like("%exclusion%"))).all() == []


def test_what_waits_is_named_beside_the_bid_until_it_is_answered(
    told, parties, client_for, bid, lead
):
    told("Cloudbase Ltd")
    mara = client_for(lead)
    waits = "A notice from the council: reply until the end of 12 December 2026"
    before = mara.get("/opportunities").text

    mara.post(notice_of(bid, parties()["Cloudbase Ltd"]), data={"text": "No comment"})

    assert waits in before
    assert waits not in mara.get("/opportunities").text


def test_nothing_is_recommended_while_a_check_is_not_finished(as_officer, bid, parties, officer):
    page = as_officer.get(f"/evaluation/tenders/{bid.tender.token}/recommendation")

    assert "2 checks for grounds to exclude not finished" in page.text
    by, chosen = viewer_of(officer), {bid.token: "successful"}
    read = deciding(by, bid.tender).sha256
    with pytest.raises(NotReady):
        service.recommend(bid.tender, chosen, REASON, read=read, by=by)


def test_a_disregarded_tender_needs_no_mark_and_cannot_be_successful(
    told, record, client_for, bid, lead, parties, officer, evaluated
):
    record("Larkfield Limited", "checked", GOOD_CHECK)
    told("Cloudbase Ltd")
    client_for(lead).post(notice_of(bid, parties()["Cloudbase Ltd"]), data={"text": "No comment"})
    record("Cloudbase Ltd", "decided", {"decision": "must-disregard", "text": REASON})

    assert evaluated(bid).unmarked == ()
    with pytest.raises(CannotRecommend, match="because it"):
        recommend(bid.tender, officer, {bid.token: True})
    assert recommend(bid.tender, officer, {}).outcomes == {}


def test_the_reply_of_a_bid_from_another_portal_is_entered_by_the_officer(
    told, record, parties, bid, as_officer, at, client_for, officer
):
    told("Cloudbase Ltd")
    reply = {"text": "They settled it in May.", "replacement": "Vaultline Ltd"}
    here = record("Cloudbase Ltd", "reply", reply | day(OPENS_AT, "done_on"))
    bid.brought_by_id = officer.id
    db.session.commit()
    at(OPENS_AT + timedelta(days=20))
    later = client_for(officer)

    late = record(
        "Cloudbase Ltd",
        "reply",
        reply | day(OPENS_AT + timedelta(days=11), "done_on"),
        by=later,
    )
    taken = record("Cloudbase Ltd", "reply", reply | day(OPENS_AT, "done_on"), by=later)

    assert here.status_code == 404
    assert late.status_code == 422
    assert taken.status_code == 302
    assert parties()["Cloudbase Ltd"].steps[-1].words == {
        "text": "They settled it in May.",
        "name": "Vaultline Ltd",
    }
