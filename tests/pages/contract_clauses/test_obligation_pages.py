"""What is due under a contract: shown by the supplier, decided by the council, both in words."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from html import escape, unescape
from io import BytesIO

import pytest
from icalendar import Calendar
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from accounts.models import Membership, Person
from accounts.rules.roles import Role
from contract_clauses import tabs
from contract_clauses.loader import raw_library
from contract_clauses.models import ObligationEvent, ObligationFile
from contract_clauses.obligations_shown import Filters, register
from contract_clauses.queries.contracts import contract_seen, my_contract
from contract_clauses.queries.obligation_history import file_to_scan
from contract_clauses.rules.obligations import Bound, DueState, Origin
from contract_clauses.rules.obligations_by_hand import ByHand
from contract_clauses.rules.obligations_due import Timing, is_triggered
from contract_clauses.rules.obligations_steps import Step, StepRefused
from contract_clauses.service import contracts as keeping
from contract_clauses.service import obligations as service
from contract_clauses.service.evidence import NewEvidence, show_evidence
from contract_clauses.service.watching_contracts import watch_contracts
from contract_clauses.today import contracts as contracts_today
from contract_clauses.waiting import under_contracts
from foundation import clock
from foundation.audit import AuditEntry
from foundation.database import db, transaction
from foundation.mail import Message
from supplier_portal.models import Bid
from supplier_portal.queries import my_bids
from supplier_portal.waiting import waiting_at
from tests import contracting
from tests.factories import make_person, make_tender, publish, viewer_of
from tests.pages.scoring.conftest import CLOSES_AT

SECRET = "the heron stands at weir nine"
LIVE = date(2027, 4, 5)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def tender(officer):
    tender = make_tender(officer, closes_at=CLOSES_AT, facts=contracting.FACTS)
    publish(tender, officer, raw_library)
    return tender


@pytest.fixture
def bid(make_bid, opened, at):
    bid = make_bid("Larkfield")
    opened()
    at(datetime(2026, 12, 4, 12, tzinfo=UTC))
    return bid


@pytest.fixture
def seen(bid, officer, at):
    """A contract that is live since 5 April 2027, two days later."""
    found = contracting.contract_with(bid, officer)
    at(datetime(2027, 4, 7, 12, tzinfo=UTC))
    contracting.live(found, LIVE, officer)
    return again(found, officer)


@pytest.fixture
def lead(seen):
    return db.session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == seen.supplier.id)
    ).one()


def again(seen, person):
    return contract_seen(viewer_of(person), seen.token)


def pick(seen, timing, bound=Bound.SUPPLIER):
    """Return the obligation with such a time that comes round soonest."""
    return min(
        (
            one
            for one in seen.obligations
            if one.wording.time.timing is timing and one.bound is bound and one.current
        ),
        key=lambda one: one.wording.time.count,
    )


def page_of(seen, one, rest="", mine=False):
    return f"/{'my-' if mine else ''}contracts/{seen.token}/obligations/{one.token}{rest}"


def show(seen, one, lead, words=SECRET, new=None):
    mine = my_contract(viewer_of(lead), seen.token)
    show_evidence(mine, one.current.token, words, new, by=viewer_of(lead), arrived_at=clock.now())


def decide(seen, one, step, officer, words="Looked at it", due_on=None):
    service.decide_due(seen, one.current.token, step, words, by=viewer_of(officer), due_on=due_on)


@pytest.mark.both_databases
def test_evidence_goes_to_and_fro_until_it_is_confirmed(client_for, seen, lead, officer):
    one = pick(seen, Timing.BEFORE)
    theirs, ours = client_for(lead), client_for(officer)
    due = one.current.token

    shown = theirs.post(
        page_of(seen, one, f"/due/{due}", mine=True),
        data={"words": SECRET, "file": (BytesIO(PDF), "plan.pdf"), "title": "Exit Plan"},
    )
    reading = [
        client.get(page_of(seen, one, mine=client is theirs)).text for client in (ours, theirs)
    ]
    back = ours.post(
        page_of(seen, one, f"/due/{due}"), data={"step": "send back", "words": "Page 4 is missing"}
    )
    theirs.post(page_of(seen, one, f"/due/{due}", mine=True), data={"words": "With page 4"})
    confirmed = ours.post(
        page_of(seen, one, f"/due/{due}"), data={"step": "confirm", "words": "Complete now"}
    )

    assert (shown.status_code, back.status_code, confirmed.status_code) == (302, 302, 302)
    # What was shown is read before the form that decides about it, and the form that adds to it.
    for page, form in zip(reading, ('id="decide"', ">Show more<"), strict=True):
        assert page.index('id="history"') < page.index("Exit Plan") < page.index(form)
        assert page.count('id="history"') == 1
    for client, mine in ((theirs, True), (ours, False)):
        page = client.get(page_of(seen, one, mine=mine)).text
        for words in (SECRET, "Page 4 is missing", "With page 4", "Complete now", "Exit Plan"):
            assert words in page
    states = db.session.scalars(select(ObligationEvent.state).order_by(ObligationEvent.id)).all()
    assert states == [
        DueState.SHOWN, DueState.SENT_BACK, DueState.SHOWN, DueState.CONFIRMED,
    ]  # fmt: skip


def test_the_file_is_stored_sealed_scanned_and_handed_to_both_sides_alone(
    client_for, seen, lead, officer
):
    one = pick(seen, Timing.BEFORE)
    show(seen, one, lead, "", NewEvidence("plan.pdf", PDF, "Velvet Plan", None, date(2028, 1, 1)))
    file = db.session.scalars(select(ObligationFile)).one()

    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "obligation.shown"))
    assert "words" not in entry.one().details
    assert "A file, without words" in client_for(officer).get(page_of(seen, one)).text
    assert b"Velvet" not in file.sealed_about
    scanned = file_to_scan(file.stored_name)
    with scanned.file as content:
        assert b"".join(iter(lambda: content.read(1000), b"")) == PDF
    assert scanned.subject == ("contract", seen.token)
    addresses = {
        client_for(officer): f"/contracts/{seen.token}/evidence/{file.token}",
        client_for(lead): f"/my-contracts/{seen.token}/files/{file.token}",
    }
    assert [client.get(page).data for client, page in addresses.items()] == [PDF, PDF]
    assert "Velvet Plan" in client_for(officer).get(f"/contracts/{seen.token}/evidence").text


def test_a_file_that_cannot_be_taken_costs_no_typed_word(client_for, seen, lead):
    one = pick(seen, Timing.BEFORE)
    page = page_of(seen, one, f"/due/{one.current.token}", mine=True)

    refused = client_for(lead).post(
        page, data={"words": SECRET, "file": (BytesIO(b"MZ not a pdf"), "plan.exe")}
    )
    silent = client_for(lead).post(page, data={"words": " "})

    assert refused.status_code == 422
    assert SECRET in refused.text
    assert "this kind of file cannot be taken" in refused.text
    assert silent.status_code == 422
    assert "Say what you show, or add a file" in silent.text
    assert db.session.scalars(select(ObligationEvent)).all() == []


def test_mails_and_the_record_tell_nothing_of_what_was_shown(seen, lead, officer):
    one = pick(seen, Timing.BEFORE)
    show(seen, one, lead)
    decide(seen, one, Step.SEND_BACK, officer, "Velvet-Harpsichord")

    kinds = ("obligation.shown", "obligation.answered")
    mails = db.session.scalars(
        select(Message).where(Message.kind.in_(kinds)).order_by(Message.id)
    ).all()
    entries = db.session.scalars(select(AuditEntry)).all()
    rows = db.session.scalars(select(ObligationEvent)).all()
    assert [(mail.kind, mail.recipient) for mail in mails] == [
        ("obligation.shown", officer.email), ("obligation.answered", lead.email),
    ]  # fmt: skip
    for word in (SECRET, "Velvet", one.what):
        assert not any(word in mail.text + mail.subject for mail in mails)
        assert not any(word in entry.details for entry in entries)
        assert not any(word.encode() in row.sealed_words for row in rows)


@pytest.mark.both_databases
def test_what_was_done_is_never_changed(seen, lead):
    show(seen, pick(seen, Timing.BEFORE), lead, "", NewEvidence("plan.pdf", PDF))

    for table in ("obligation_event", "obligation_file"):
        with pytest.raises(DatabaseError), transaction():
            db.session.execute(text(f"DELETE FROM {table}"))


def test_put_off_it_keeps_its_new_day(client_for, seen, officer):
    one = pick(seen, Timing.BEFORE)
    client, page = client_for(officer), page_of(seen, one, f"/due/{one.current.token}")
    later = {"due_on-day": "1", "due_on-month": "6", "due_on-year": "2027"}

    without = client.post(page, data={"step": "put off", "words": "The site is late"})
    done = client.post(page, data={"step": "put off", "words": "The site is late"} | later)

    assert (without.status_code, done.status_code) == (422, 302)
    assert "Enter the day it is put off to" in without.text
    assert "The site is late" in without.text
    now = again(seen, officer)
    put_off = next(each for each in now.obligations if each.token == one.token)
    assert put_off.current.due_on == date(2027, 6, 1)
    keeping.go_live(now, date(2027, 4, 6), "", by=viewer_of(officer))
    after = next(each for each in again(seen, officer).obligations if each.token == one.token)
    assert after.current.due_on == date(2027, 6, 1)


def test_waived_it_need_not_be_done(seen, officer, lead):
    one = pick(seen, Timing.BEFORE)
    decide(seen, one, Step.WAIVE, officer, "Not needed here")

    with pytest.raises(StepRefused, match="because it is waived"):
        show(seen, one, lead)


def test_what_recurs_is_due_again_once_it_is_confirmed(seen, officer):
    one = pick(seen, Timing.EVERY_MONTHS)
    first = one.dues[0].due_on
    decide(seen, one, Step.CONFIRM, officer)

    now = next(each for each in again(seen, officer).obligations if each.token == one.token)
    assert [due.row.number for due in now.dues] == [1, 2]
    assert now.current.due_on > first


def test_what_recurs_comes_round_though_nobody_did_it(seen, officer, at):
    one = pick(seen, Timing.EVERY_MONTHS)
    assert len(one.dues) == 1
    # Two rounds are missed: of years, everything else that is late would be opened again as well.
    day = one.current.due_on + timedelta(days=62 * one.wording.time.count)
    at(datetime.combine(day, time(12), UTC))

    watch_contracts(day, day)
    once = next(each for each in again(seen, officer).obligations if each.token == one.token)
    watch_contracts(day, day)
    twice = next(each for each in again(seen, officer).obligations if each.token == one.token)

    assert len(once.dues) > 2
    assert once.dues[-1].due_on >= day > once.dues[-2].due_on
    assert [due.token for due in twice.dues] == [due.token for due in once.dues]


def test_what_waits_for_something_gets_its_day_once_it_happened(client_for, seen, officer):
    one = next(
        each for each in seen.obligations
        if is_triggered(each.wording.time) and each.wording.time.timing is Timing.HOURS
    )  # fmt: skip
    client, page = client_for(officer), page_of(seen, one, "/happened")
    day = {"happened_on-day": "6", "happened_on-month": "4", "happened_on-year": "2027"}
    ahead = day | {"happened_on-day": "9"}

    refused = client.post(page, data=ahead | {"words": "An incident"})
    done = client.post(page, data=day | {"words": "An incident"})

    assert (refused.status_code, done.status_code) == (422, 302)
    now = next(each for each in again(seen, officer).obligations if each.token == one.token)
    assert now.current.due_on > date(2027, 4, 6)
    assert "An incident" in client.get(page_of(seen, one)).text
    other = pick(seen, Timing.BEFORE)
    with pytest.raises(StepRefused, match="falls due by itself"):
        service.say_it_happened(seen, other.token, date(2027, 4, 6), "x", by=viewer_of(officer))


def test_one_is_added_by_hand_and_ended_with_the_reason(client_for, seen, officer, lead):
    client = client_for(officer)
    day = {"due_on-day": "1", "due_on-month": "5", "due_on-year": "2027"}
    form = {
        "what": "Send the list of sites", "bound": "supplier", "evidence": "List",
        "place": "Main contract, clause 3", "why": "Agreed at signature", "every_months": "",
    } | day  # fmt: skip
    address = f"/contracts/{seen.token}/obligations/add"

    odd = client.post(address, data=form | {"what": "", "every_months": "many"})
    saved = client.post(address, data=form)

    assert (odd.status_code, saved.status_code) == (422, 302)
    added = next(one for one in again(seen, officer).obligations if one.origin is Origin.BY_HAND)
    assert added.current.due_on == date(2027, 5, 1)
    theirs = client_for(lead).get(page_of(seen, added, mine=True)).text
    assert "Agreed at signature" in theirs
    assert "Main contract, clause 3" in theirs
    ended = client.post(page_of(seen, added, "/end"), data={"words": "Sent with the bid"})
    assert ended.status_code == 302
    now = next(one for one in again(seen, officer).obligations if one.token == added.token)
    assert (now.is_ended, now.state_in_words) == (True, "Ended")
    stated = pick(seen, Timing.BEFORE)
    refused = client.post(page_of(seen, stated, "/end"), data={"words": "No more"})
    assert "it ends with a new issue" in refused.text


def test_filters_stand_in_the_address(client_for, seen, officer, lead):
    one = pick(seen, Timing.BEFORE)
    show(seen, one, lead)
    client, address = client_for(officer), f"/contracts/{seen.token}/obligations"

    shown = client.get(f"{address}?state=shown").text
    clause = client.get(f"{address}?clause=C06&who=supplier").text
    odd = client.get(f"{address}?state=odd&clause=C99&who=nobody&x=1")

    total = len(seen.obligations)
    assert f"1 of {total} are like that" in shown
    assert one.what in shown
    assert "Give the Council an Exit Plan for approval" in clause
    assert "Train everyone with access" not in clause
    assert odd.status_code == 200
    assert f"of {total} are like that" not in odd.text


def test_the_pages_of_the_register_hold_each_obligation_once_in_its_order(
    client_for, seen, officer, lead
):
    for client, address in (
        (client_for(officer), f"/contracts/{seen.token}/obligations"),
        (client_for(lead), f"/my-contracts/{seen.token}/obligations"),
    ):
        listed, pages, link = [], [], f"{address}?who=supplier"
        while link:
            page = client.get(unescape(link)).text
            pages.append(re.findall(rf'href="{address}/([\w-]{{22}})"', page))
            listed += pages[-1]
            link = next(iter(re.findall(r'href="([^"]+)" rel="next"', page)), "")
        back = re.findall(r'href="([^"]+)" rel="prev"', page)[0]

        wanted = [one for one in seen.obligations if one.bound is not Bound.COUNCIL]
        assert sorted(listed) == sorted(one.token for one in wanted)
        assert {len(found) for found in pages[:-1]} == {20}
        assert (
            re.findall(rf'href="{address}/([\w-]{{22}})"', client.get(unescape(back)).text)
            == (pages[-2])
        )


def test_a_page_goes_on_after_what_stood_there_and_begins_anew_after_what_is_gone(seen):
    kept = register(seen.obligations, Filters(), most=5)
    onwards = register(seen.obligations, Filters(), kept.after or "", most=5)
    gone = register(seen.obligations, Filters(), "nothing", most=5)

    assert (kept.first, kept.last, kept.before) == (1, 5, None)
    assert (onwards.first, onwards.last, onwards.before) == (6, 10, "")
    assert gone == kept
    assert kept.counts["happens"] + kept.counts["throughout"] == sum(
        not one.has_days for one in seen.obligations
    )


def test_the_chain_leads_from_the_answer_to_the_clause_to_the_obligation(
    client_for, seen, officer, lead
):
    one = next(each for each in seen.obligations if each.parts)
    part = one.parts[0]

    ours = client_for(officer).get(page_of(seen, one)).text
    theirs = client_for(lead).get(page_of(seen, one, mine=True)).text
    schedule = client_for(officer).get(f"/contracts/{seen.token}/schedule/{one.clause_id}").text

    question = part.partition(".")[0]
    assert f"/bids/{seen.bid.token}/questions/{question}" in theirs
    assert f"#part-{part}" in ours
    assert f"/contracts/{seen.token}/schedule/{one.clause_id}" in ours
    assert page_of(seen, one) in schedule


def test_a_supplier_sees_no_risk_of_the_councils(client_for, seen, lead):
    risky = [one for one in seen.obligations if one.risks]
    for one in risky[:3]:
        assert (
            'app-chain__kind">Risk' not in client_for(lead).get(page_of(seen, one, mine=True)).text
        )


def test_a_contract_manager_reads_of_an_answer_what_the_schedule_holds(
    client_for, seen, authority, statements_counted
):
    clauses = {clause.id: clause for clause in seen.schedule.clauses}
    one, value = next(
        (one, value)
        for one in seen.obligations
        if one.clause_id in clauses
        for value in clauses[one.clause_id].variables
        if value.source_id in one.parts and value.words
    )
    client = client_for(make_person(Role.CONTRACT_MANAGER, authority))

    with statements_counted() as statements:
        page = client.get(page_of(seen, one)).text

    assert f"In the schedule: {escape(value.words)}" in page
    assert f"#part-{value.source_id}" not in page
    assert len(statements) <= 15


def test_the_calendar_names_each_day_once_and_for_ever(client_for, seen, officer, lead):
    def events(client, address):
        return {
            str(event["uid"]): event
            for event in Calendar.from_ical(client.get(address).data).walk("VEVENT")
        }

    ours = events(client_for(officer), f"/contracts/{seen.token}/obligations.ics")
    theirs = events(client_for(lead), f"/my-contracts/{seen.token}/obligations.ics")
    dated = {
        due.token: due for one in seen.obligations for due in one.dues if due.due_on is not None
    }

    assert {uid.partition("@")[0] for uid in ours} == set(dated)
    assert set(ours) == set(theirs)
    for uid, event in ours.items():
        assert event["dtstart"].dt == dated[uid.partition("@")[0]].due_on
    one = pick(seen, Timing.BEFORE)
    decide(seen, one, Step.PUT_OFF, officer, due_on=date(2027, 6, 1))
    later = events(client_for(officer), f"/contracts/{seen.token}/obligations.ics")
    assert set(later) == set(ours)
    moved = next(uid for uid in later if uid.startswith(one.current.token))
    assert later[moved]["dtstart"].dt == date(2027, 6, 1)


def test_only_its_own_company_finds_a_contract(client_for, seen, lead, make_bid):
    mine = [
        f"/my-contracts/{seen.token}{rest}"
        for rest in ("", "/obligations", "/obligations.ics", "/schedule.docx")
    ]
    other = make_person(Role.BID_LEAD)

    assert {client_for(lead).get(page).status_code for page in mine} == {200}
    assert {client_for(other).get(page).status_code for page in mine} == {404}
    assert "C-2026-114" in client_for(lead).get("/my-contracts").text
    assert "C-2026-114" not in client_for(other).get("/my-contracts").text


def test_who_only_reads_for_the_company_shows_nothing(client_for, seen):
    reader = make_person(Role.SUPPLIER_READER, seen.supplier)
    one = pick(seen, Timing.BEFORE)
    client = client_for(reader)

    refused = client.post(
        page_of(seen, one, f"/due/{one.current.token}", mine=True), data={"words": "x"}
    )

    assert refused.status_code == 403
    assert "Show evidence" not in client.get(page_of(seen, one, mine=True)).text


def test_nobody_decides_for_the_council_without_the_permission(client_for, seen, authority):
    auditor = make_person(Role.AUDITOR, authority)
    one = pick(seen, Timing.BEFORE)

    refused = client_for(auditor).post(
        page_of(seen, one, f"/due/{one.current.token}"), data={"step": "confirm", "words": "x"}
    )

    assert refused.status_code == 403
    assert client_for(auditor).get(page_of(seen, one)).status_code == 200


def test_the_start_pages_say_what_waits(app, seen, officer, lead):
    one = pick(seen, Timing.BEFORE)
    show(seen, one, lead)
    with app.test_request_context():
        tasks = contracts_today(viewer_of(officer), [seen.tender], clock.now())
    assert [task.words for task in tasks] == [
        "Evidence waits to be confirmed in contract C-2026-114: 1"
    ]
    decide(seen, one, Step.SEND_BACK, officer)

    bid = db.session.get_one(Bid, seen.bid.id)
    with app.test_request_context():
        waiting = under_contracts(viewer_of(lead), [bid], clock.now())[bid.id]
    assert [one.words for one in waiting] == ["Contract C-2026-114: 1 sent back by the council"]


def test_before_there_is_a_contract_the_start_page_leads_to_it(app, bid, officer):
    contracting.award_to(bid)
    contracting.settle(bid, officer)
    tender = db.session.get_one(Bid, bid.id).tender

    def words(person):
        with app.test_request_context():
            return [t.words for t in contracts_today(viewer_of(person), [tender], clock.now())]

    reviewer = contracting.reviewer_for(bid)
    assert words(officer) == ["Have the contract schedule issued"]
    contracting.ask(bid, officer)
    assert words(reviewer) == ["A contract schedule waits for somebody to approve it"]
    contracting.approve(bid, reviewer)
    assert words(officer) == ["Record the contract"]
    contracting.record(bid, officer)
    assert words(officer) == []


def test_the_pages_of_one_obligation_ask_few_statements_however_often_it_was_due(
    client_for, seen, officer, lead, statements_counted
):
    one = pick(seen, Timing.EVERY_MONTHS)
    pages = {
        client_for(officer): page_of(seen, one), client_for(lead): page_of(seen, one, mine=True)
    }  # fmt: skip

    def count():
        found = []
        for client, page in pages.items():
            with statements_counted() as statements:
                assert client.get(page).status_code == 200
            found.append(len(statements))
        return found

    show(seen, one, lead, "One", NewEvidence("plan.pdf", PDF))
    few = count()
    for _ in range(3):
        now = next(each for each in again(seen, officer).obligations if each.token == one.token)
        show(seen, now, lead, "More", NewEvidence("plan.pdf", PDF + b" "))
        decide(again(seen, officer), now, Step.CONFIRM, officer)
    assert count() == few
    assert max(few) <= 15


def test_something_can_be_shown_though_nothing_is_due(client_for, seen, lead, officer):
    one = next(each for each in seen.obligations if not each.dues and each.bound is Bound.SUPPLIER)
    theirs, ours = client_for(lead), client_for(officer)

    def renewed(number):
        page = theirs.get(page_of(seen, one, mine=True)).text
        sent = theirs.post(
            page_of(seen, one, "/evidence", mine=True), data={"words": f"No {number}"}
        )
        now = next(each for each in again(seen, officer).obligations if each.token == one.token)
        listed = ours.get(f"/contracts/{seen.token}/obligations?state=shown").text
        decide(again(seen, officer), now, Step.CONFIRM, officer)
        return "Nothing is due now" in page, sent.status_code, one.token in listed

    assert [renewed(1), renewed(2)] == [(True, 302, True)] * 2
    now = next(each for each in again(seen, officer).obligations if each.token == one.token)
    assert [(due.row.number, due.due_on, due.state) for due in now.dues] == [
        (1, None, DueState.CONFIRMED), (2, None, DueState.CONFIRMED),
    ]  # fmt: skip
    assert now.has_days == one.has_days
    page = ours.get(page_of(seen, one)).text
    assert page.index("No 2") < page.index("No 1")


def test_what_is_due_is_shown_at_its_time_and_what_is_not_the_suppliers_not_at_all(
    client_for, seen, lead
):
    client = client_for(lead)
    recurring, theirs = pick(seen, Timing.EVERY_MONTHS), [
        one for one in seen.obligations if one.bound is Bound.COUNCIL
    ][0]  # fmt: skip

    answers = [
        client.post(page_of(seen, one, "/evidence", mine=True), data={"words": SECRET})
        for one in (recurring, theirs)
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert "show it there" in answers[0].text
    assert SECRET in answers[0].text
    assert "the council has to do it" in answers[1].text


def test_every_tab_names_a_page_there_is(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}

    assert {tab.endpoint for tab in (*tabs.TABS, *tabs.TABS_OF_SUPPLIER)} - endpoints == set()


def test_by_hand_it_may_be_the_councils_own(seen, officer, lead):
    new = ByHand("Open the depot", Bound.COUNCIL, "Log", "Agreed", "", date(2027, 5, 1))
    added = service.add_by_hand(seen, new, by=viewer_of(officer))
    one = next(each for each in again(seen, officer).obligations if each.token == added.token)

    with pytest.raises(StepRefused, match="the council has to do it"):
        show(seen, one, lead)
    decide(again(seen, officer), one, Step.CONFIRM, officer)


def test_what_has_run_out_is_shown_only_on_a_second_word_and_the_council_sees_it(
    client_for, seen, lead, officer
):
    one = pick(seen, Timing.BEFORE)
    page = page_of(seen, one, f"/due/{one.current.token}", mine=True)
    client = client_for(lead)
    assert "I know, and show it all the same" not in client.get(page_of(seen, one, mine=True)).text

    def send(**more):
        day = {"valid_to-day": "6", "valid_to-month": "4", "valid_to-year": "2027"}
        file = {"file": (BytesIO(PDF), "plan.pdf"), "title": "Old Plan"}
        return client.post(page, data={"words": SECRET} | day | file | more)

    asked = send()
    assert asked.status_code == 422
    assert "The last day you entered is past" in asked.text
    assert "I know, and show it all the same" in asked.text
    assert SECRET in asked.text
    assert db.session.scalars(select(ObligationFile)).all() == []
    assert send(**{"valid_to-day": "7"}).status_code == 302

    assert "Had run out when shown" not in client_for(officer).get(page_of(seen, one)).text
    assert send(ran_out="all-the-same").status_code == 302
    for shown in (page_of(seen, one), f"/contracts/{seen.token}/evidence"):
        assert client_for(officer).get(shown).text.count("Had run out when shown") == 1


def test_the_list_of_bids_begins_with_what_is_overdue_as_the_contract_counts_it(
    app, client_for, seen, lead, at
):
    at(datetime(2028, 4, 20, 12, tzinfo=UTC))
    bids = my_bids(viewer_of(lead))
    with app.test_request_context():
        waiting = waiting_at(viewer_of(lead), bids, clock.now())[bids[0].id]
    mine = my_contract(viewer_of(lead), seen.token)
    late = [one for one in mine.obligations if one.is_overdue and one.bound is not Bound.COUNCIL]

    assert late
    assert waiting[0].words == f"Contract {seen.reference}: {len(late)} overdue"
    assert waiting[0].words in client_for(lead).get("/opportunities").text
    assert (
        f"{len(late)} of your obligations are overdue"
        in client_for(lead).get(f"/my-contracts/{seen.token}").text
    )
