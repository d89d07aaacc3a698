"""A contract after award: recorded, read by those who keep it, and what happens to it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, NoResultFound

from accounts.models import Membership, Person
from accounts.rules.roles import Role
from contract_clauses import service as drafting
from contract_clauses.loader import raw_library
from contract_clauses.models import Contract, Obligation
from contract_clauses.queries.contracts import contract_seen, contracts_of
from contract_clauses.queries.recording import emails_of, keepers
from contract_clauses.rules.contracts import ContractUnclear, State
from contract_clauses.rules.obligations import Bound, Origin
from contract_clauses.rules.obligations_by_hand import ByHand
from contract_clauses.rules.obligations_due import Timing
from contract_clauses.service import contracts as service
from contract_clauses.service.contracts import NotRecorded
from contract_clauses.service.obligations import add_by_hand
from foundation.audit import AuditEntry
from foundation.database import db, transaction
from foundation.mail import Message
from scoring.models import InterestDecision
from scoring.rules.interests import Nature
from scoring.service import Connection, Declared, declare
from tenders.rules.lifecycle import Stage
from tests import contracting
from tests.factories import make_authority, make_person, make_tender, publish, viewer_of
from tests.pages.scoring.conftest import CLOSES_AT
from tests.taking_part import guest, taking_part


@pytest.fixture
def partner(request):
    return request.node.partner


@pytest.fixture
def tender(officer, request):
    """A tender of Hollowmere that Ashbrook takes part in."""
    tender = make_tender(officer, closes_at=CLOSES_AT, facts=contracting.FACTS)
    request.node.partner = taking_part(tender, officer, "Ashbrook Council")
    publish(tender, officer, raw_library)
    return tender


@pytest.fixture
def bid(make_bid, opened, at):
    bid = make_bid("Larkfield")
    opened()
    at(datetime(2026, 12, 4, 12, tzinfo=UTC))
    return bid


@pytest.fixture
def ready(bid, officer):
    contracting.award_to(bid)
    contracting.settle(bid, officer)
    contracting.issue(bid, officer)
    return bid


@pytest.fixture
def seen(bid, officer):
    return contracting.contract_with(bid, officer)


def day(name, value):
    return {
        f"{name}-day": str(value.day), f"{name}-month": str(value.month),
        f"{name}-year": str(value.year),
    }  # fmt: skip


def form(officer, **changed):
    return {
        "reference": "C-2026-114", "value": "220000", "manager": officer.token, "words": "",
        **day("signed_on", contracting.SIGNED), **day("starts_on", contracting.STARTS),
        **day("ends_on", contracting.ENDS), **day("latest_end", contracting.LATEST),
    } | changed  # fmt: skip


def test_a_contract_is_recorded_with_every_obligation_of_its_schedule(client_for, ready, officer):
    client = client_for(officer)
    offered = client.get(f"/schedules/{ready.token}/contract").text

    saved = client.post(f"/schedules/{ready.token}/contract", data=form(officer))

    # The days the tender gave are there already.
    assert 'name="starts_on-year" ' in offered or 'value="2027"' in offered
    seen = contracts_of(viewer_of(officer))[0]
    assert saved.location == f"/contracts/{seen.token}"
    assert (seen.reference, seen.state) == ("C-2026-114", State.SIGNED)
    assert [one.place for one in seen.obligations if one.origin is Origin.CLAUSE] == [
        duty.place for duty in seen.schedule.duties
    ]
    assert len(seen.obligations) == len(seen.schedule.duties) + len(seen.schedule.commitments)
    page = client.get(saved.location).text
    assert "Contract C-2026-114 with Larkfield" in page
    assert "£220,000.00" in page
    told = db.session.scalars(select(Message).where(Message.kind == "contract.recorded")).all()
    assert [message.recipient for message in told] == [lead_of(seen).email]
    assert "C-2026" not in told[0].text


def lead_of(seen):
    return db.session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == seen.supplier.id)
    ).one()


def test_what_does_not_fit_keeps_all_that_was_typed(client_for, ready, officer):
    client = client_for(officer)
    early = day("ends_on", date(2027, 1, 1))

    refused = client.post(f"/schedules/{ready.token}/contract", data=form(officer, **early))
    differs = client.post(f"/schedules/{ready.token}/contract", data=form(officer, value="300000"))
    odd = client.post(
        f"/schedules/{ready.token}/contract", data=form(officer, **{"ends_on-year": "99999999"})
    )

    assert (refused.status_code, differs.status_code, odd.status_code) == (422, 422, 422)
    assert "Enter a day after the one it starts on" in refused.text
    assert 'value="C-2026-114"' in refused.text
    assert "the tender estimated £240,000.00 with all extensions" in differs.text
    assert db.session.scalars(select(Contract)).all() == []


def test_it_waits_for_the_award_and_the_issue_and_is_recorded_once(ready, bid, officer):
    contracting.record(ready, officer)
    with pytest.raises(NotRecorded, match="recorded already"):
        contracting.record(ready, officer)


def test_before_the_award_there_is_no_contract(client_for, bid, officer):
    contracting.award_to(bid, stage=Stage.STANDSTILL)

    with pytest.raises(NotRecorded, match="award is not recorded"):
        contracting.record(bid, officer)
    page = client_for(officer).get(f"/schedules/{bid.token}/contract")
    assert page.status_code == 409
    assert "because the award is not recorded yet" in page.text


def test_without_an_issue_there_is_no_contract(bid, officer):
    contracting.award_to(bid)

    with pytest.raises(NotRecorded, match="schedule is not issued"):
        contracting.record(bid, officer)


def test_go_live_gives_its_day_to_all_that_waits_for_it(seen, officer, at, client_for):
    waiting = [one for one in seen.obligations if one.waits_for == "go-live"]
    assert {one.wording.time.timing for one in waiting} == {
        Timing.BEFORE, Timing.BEFORE_AND_EVERY_MONTHS, Timing.EVERY_MONTHS, Timing.WORKING_DAYS,
        Timing.MONTHS,
    }  # fmt: skip
    at(datetime(2027, 4, 6, 9, tzinfo=UTC))
    live = date(2027, 4, 5)

    saved = client_for(officer).post(
        f"/contracts/{seen.token}/change/live", data={**day("day", live), "words": ""}
    )

    now = contract_seen(viewer_of(officer), seen.token)
    assert saved.status_code == 302
    assert (now.state, now.contract.live_on) == (State.LIVE, live)
    assert [one for one in now.obligations if one.waits_for == "go-live"] == []
    before = [one for one in now.obligations if one.wording.time.timing is Timing.BEFORE]
    assert {one.current.due_on for one in before} == {live}
    assert all(one.is_overdue for one in before)


def test_another_day_dates_again_what_nobody_put_off(seen, officer, at):
    at(datetime(2027, 4, 6, 9, tzinfo=UTC))
    service.go_live(seen, date(2027, 4, 5), "", by=viewer_of(officer))
    service.go_live(seen, date(2027, 4, 1), "It was earlier", by=viewer_of(officer))

    now = contract_seen(viewer_of(officer), seen.token)
    before = [one for one in now.obligations if one.wording.time.timing is Timing.BEFORE]
    assert {one.current.due_on for one in before} == {date(2027, 4, 1)}
    assert [event.kind for event in now.events] == ["signed", "gone live", "gone live"]


def test_an_extension_moves_what_is_counted_from_the_end(seen, officer):
    def final_copy(found):
        return next(one for one in found.obligations if "Final Copy" in one.what)

    first = final_copy(seen).current.due_on
    service.extend(seen, date(2031, 2, 28), "First extension", by=viewer_of(officer))
    now = contract_seen(viewer_of(officer), seen.token)

    assert now.contract.ends_on == date(2031, 2, 28)
    assert final_copy(now).current.due_on.year - first.year == 1
    with pytest.raises(ContractUnclear, match="section 74"):
        service.extend(now, date(2033, 1, 1), "", by=viewer_of(officer))


def test_a_contract_ends_with_the_reason(client_for, seen, officer):
    client = client_for(officer)
    ended = day("day", date(2026, 12, 4))

    silent = client.post(f"/contracts/{seen.token}/change/end", data=ended | {"words": ""})
    done = client.post(f"/contracts/{seen.token}/change/end", data=ended | {"words": "Both agreed"})
    again = client.post(f"/contracts/{seen.token}/change/end", data=ended | {"words": "Again"})

    assert (silent.status_code, done.status_code, again.status_code) == (422, 302, 422)
    assert contract_seen(viewer_of(officer), seen.token).state is State.ENDED
    assert "Both agreed" in client.get(f"/contracts/{seen.token}/events").text
    assert client.get(f"/contracts/{seen.token}/change/nothing").status_code == 404


def test_another_manager_is_one_who_may_keep_it(client_for, seen, officer, authority):
    manager = make_person(Role.CONTRACT_MANAGER, authority, name="Noor Aziz")
    reviewer = make_person(Role.REVIEWER, authority)
    client, page = client_for(officer), f"/contracts/{seen.token}/change/manager"

    refused = client.post(page, data={"manager": reviewer.token, "words": ""})
    done = client.post(page, data={"manager": manager.token, "words": ""})

    assert (refused.status_code, done.status_code) == (422, 302)
    assert "Noor Aziz" in client.get("/contracts").text


def test_who_stepped_back_from_the_bid_keeps_no_contract_of_it_and_is_told_nothing(
    client_for, seen, officer, authority
):
    manager = make_person(Role.CONTRACT_MANAGER, authority, name="Noor Aziz")
    other = make_person(Role.CONTRACT_MANAGER, authority, name="Pat Quill")
    client, page = client_for(officer), f"/contracts/{seen.token}/change/manager"
    client.post(page, data={"manager": manager.token, "words": ""})
    named = emails_of(keepers(authority.id, seen.bid), first=manager.id)
    away = Connection(Nature.FAMILY, "My sister works there")
    declare(seen.tender, Declared(True, "", {seen.bid.id: away}), by=viewer_of(manager))
    offered = client.get(page).text
    refused = client.post(page, data={"manager": manager.token, "words": ""})
    left = emails_of(keepers(authority.id, seen.bid), first=manager.id)

    assert named == [manager.email]
    assert ("Noor Aziz" in offered, "Pat Quill" in offered) == (False, True)
    assert refused.status_code == 422
    assert left == [one.email for one in sorted((officer, other), key=lambda one: one.name)]


@pytest.mark.both_databases
def test_events_are_never_changed(seen):
    for statement in ("UPDATE contract_event SET words = 'x'", "DELETE FROM contract_event"):
        with pytest.raises(DatabaseError), transaction():
            db.session.execute(text(statement))


def test_a_later_issue_ends_what_it_no_longer_has_and_keeps_the_rest(seen, officer):
    by = viewer_of(officer)
    found = contracting.read(seen.bid, officer)
    stands = found.values.get(("C06", "return_days"))
    before = {one.token: one for one in seen.obligations}
    drafting.fill_variable(
        found, "C06", "return_days", "7", "As agreed",
        based_on=stands.number if stands else 0, by=by,
    )  # fmt: skip

    contracting.issue(seen.bid, officer)

    now = contract_seen(by, seen.token)
    ended = [one for one in now.obligations if one.is_ended]
    added = [one for one in now.obligations if one.token not in before]
    assert [one.wording.when for one in ended] == ["Within 10 Working Days"]
    assert [one.wording.when for one in added] == ["Within 7 Working Days"]
    assert now.issue.version == 2
    assert (now.events[-1].kind, now.events[-1].details["came"]) == (
        "new issue of the schedule", 1,
    )  # fmt: skip


def test_each_authority_keeps_its_own_contract(client_for, seen, officer, partner, tender):
    theirs = guest(tender, partner, Role.CONTRACT_MANAGER)
    client = client_for(theirs)

    assert client.get(f"/contracts/{seen.token}").status_code == 404
    assert client.get("/contracts").status_code == 200
    assert contracts_of(viewer_of(theirs)) == []
    own = contracting.record(seen.bid, theirs, reference="ASH-9")
    assert [one.reference for one in contracts_of(viewer_of(theirs))] == ["ASH-9"]
    assert [one.reference for one in contracts_of(viewer_of(officer))] == ["C-2026-114"]
    assert client_for(officer).get(f"/contracts/{own.token}").status_code == 404


def test_strangers_and_suppliers_find_nothing(client_for, seen):
    stranger = make_person(Role.OFFICER, make_authority())
    addresses = [
        f"/contracts/{seen.token}{rest}"
        for rest in (
            "", "/obligations", "/obligations.ics", "/schedule", "/schedule.docx", "/evidence",
            "/events", "/obligations/add", "/change/live",
            f"/obligations/{seen.obligations[0].token}",
        )
    ]  # fmt: skip

    assert {client_for(stranger).get(page).status_code for page in addresses} == {404}
    lead = client_for(lead_of(seen))
    assert {lead.get(page).status_code for page in addresses} == {403}


def test_who_is_kept_from_the_bid_sees_nothing_of_the_contract(seen, authority, tender):
    manager = make_person(Role.CONTRACT_MANAGER, authority)
    assert len(contracts_of(viewer_of(manager))) == 1
    keep_away(manager, tender)

    assert contracts_of(viewer_of(manager)) == []
    with pytest.raises(NoResultFound):
        contract_seen(viewer_of(manager), seen.token)


def keep_away(person, tender):
    with transaction():
        db.session.add(
            InterestDecision(
                tender_id=tender.id,
                person_id=person.id,
                number=1,
                barred=True,
                reason="His brother works there",
                decided_by_id=tender.created_by_id,
                decided_at=datetime(2028, 1, 2, tzinfo=UTC),
            )
        )


def test_the_pages_ask_the_same_few_statements_however_many_contracts(
    client_for, seen, officer, make_bid, statements_counted
):
    client = client_for(officer)
    pages = (
        "/contracts", f"/contracts/{seen.token}", f"/contracts/{seen.token}/obligations",
        f"/contracts/{seen.token}/schedule", f"/contracts/{seen.token}/evidence",
        f"/contracts/{seen.token}/obligations.ics",
    )  # fmt: skip
    few = counted(client, pages, statements_counted)
    more_obligations(seen)
    many = counted(client, pages, statements_counted)

    assert few == many
    assert max(few) <= 15


def counted(client, pages, statements_counted):
    found = []
    for page in pages:
        with statements_counted() as statements:
            assert client.get(page).status_code == 200
        found.append(len(statements))
    return found


def more_obligations(seen):
    person = seen.events[0].done_by
    for number in range(10):
        new = ByHand(f"Send list {number}", Bound.SUPPLIER, "List", "Agreed", "", date(2027, 5, 1))
        add_by_hand(seen, new, by=viewer_of(person))


def test_the_record_of_a_contract_holds_no_words_of_the_schedule(seen):
    whats = [one.what for one in seen.obligations]
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.subject_kind == "contract")
    ).all()

    assert [entry.action for entry in entries] == ["contract.recorded"]
    assert not any(what in entry.details for what in whats for entry in entries)
    rows = db.session.scalars(select(Obligation)).all()
    assert not any(what.encode() in row.sealed_words for row in rows for what in whats[:20])
