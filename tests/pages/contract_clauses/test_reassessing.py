"""The yearly assessment of a contract: asked again, answered, read beside the bid, settled."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from lxml import html
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from accounts.models import Membership, Person
from accounts.rules.roles import Role
from contract_clauses.models import ReassessmentAnswer, ReassessmentEvent
from contract_clauses.queries.contracts import contract_seen, my_contract
from contract_clauses.queries.reassess_open import reopened_of
from contract_clauses.queries.reassessing import Rounds
from contract_clauses.rules.reassessing import Given, RoundRefused, RoundState
from contract_clauses.service import reassessing as service
from contract_clauses.service.reassess_watch import watch_rounds
from foundation.audit import AuditEntry
from foundation.database import db, transaction
from foundation.mail import Message
from scoring.models import Reopening
from scoring.rules.reopening import Rule, Thing
from scoring.service.reopening import Opens, reopen_each
from tenders.models import GivenTask
from tests import contracting
from tests.beginnings import a_step
from tests.factories import make_authority, make_person, viewer_of
from tests.watching import reopened

NOON = datetime(2027, 12, 4, 12, tzinfo=UTC)
DUE = date(2028, 1, 10)


@pytest.fixture
def seen(make_bid, opened, at, officer):
    bid = make_bid("Larkfield")
    opened()
    at(datetime(2026, 12, 4, 12, tzinfo=UTC))
    made = contracting.contract_with(bid, officer)
    at(NOON)
    return contract_seen(viewer_of(officer), made.token)


@pytest.fixture
def lead(seen):
    return db.session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == seen.supplier.id)
    ).one()


@pytest.fixture
def token(seen, officer):
    return opened_round(seen, officer)


@a_step
def opened_round(seen, officer):
    return service.open_round(seen, DUE, by=viewer_of(officer)).token


def mine(seen, lead):
    return my_contract(viewer_of(lead), seen.token)


@a_step
def answer_all(seen, lead, token, **changed):
    """Answer every part: the parts of ``changed`` anew, the others as still right."""
    by = viewer_of(lead)
    for part_id, value in changed.items():
        one = Rounds(mine(seen, lead)).round(token)
        saved = one.saved.get(part_id)
        version = saved.given.version if saved else 0
        service.save_answer(
            mine(seen, lead), token, part_id, Given(version, False, value), by=by, arrived_at=NOON
        )
    asked = [again.part for again in Rounds(mine(seen, lead)).round(token).asked]
    service.still_right(mine(seen, lead), token, asked, by=by, arrived_at=NOON)


@a_step
def handed_in(seen, lead, token, **changed):
    answer_all(seen, lead, token, **changed)
    service.hand_in(mine(seen, lead), token, "", by=viewer_of(lead))


def reading(page):
    """The words of a page, as they are read one after the other."""
    return " ".join(html.fromstring(page.data).text_content().split())


def read(seen, officer, token):
    return Rounds(contract_seen(viewer_of(officer), seen.token)).round(token)


def test_a_round_asks_what_may_have_changed_and_tells_the_supplier(client_for, seen, officer, lead):
    client = client_for(officer)
    address = f"/contracts/{seen.token}/assessments"
    offered = client.get(f"{address}/open").text
    saved = client.post(
        f"{address}/open",
        data={"due_on-day": "10", "due_on-month": "1", "due_on-year": "2028"},
    )

    one = Rounds(contract_seen(viewer_of(officer), seen.token)).running
    assert saved.location == f"{address}/{one.token}"
    assert "SLP-05.e" in {again.part for again in one.asked}
    assert "SLP-07.a" not in {again.part for again in one.asked}
    assert "Certificates run out, are renewed" in offered
    # A sentence each, and no word that files are not asked for: they are.
    assert "what they cover. It names a day" in offered
    assert "Files that an answer names are among them" in offered
    told = db.session.scalars(select(Message).where(Message.kind == service.OPENED)).all()
    assert [message.recipient for message in told] == [lead.email]
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "reassessment.opened")
    ).one()
    assert set(json.loads(entry.details)) == {"reassessment", "due_on", "parts"}


def test_a_second_round_waits_for_the_first(seen, officer, token):
    with pytest.raises(RoundRefused, match="one is not settled yet"):
        service.open_round(seen, DUE, by=viewer_of(officer))


def test_a_day_that_is_past_is_refused_and_stays_typed(client_for, seen, officer):
    page = client_for(officer).post(
        f"/contracts/{seen.token}/assessments/open",
        data={"due_on-day": "10", "due_on-month": "1", "due_on-year": "2020"},
    )

    assert page.status_code == 422
    assert "Enter a day after today" in page.text
    assert 'value="2020"' in page.text


def test_what_the_supplier_saves_is_read_by_the_council_once_it_is_handed_in(
    client_for, seen, officer, lead, token
):
    address = f"/my-contracts/{seen.token}/assessments/{token}"
    client, council = client_for(lead), client_for(officer)
    changed = client.post(
        f"{address}/parts/SLP-06.f3",
        data={
            "version": "0", "still": "changed", "words": "By another company",
            "answer-day": "3", "answer-month": "11", "answer-year": "2027", "then": "list",
        },
    )  # fmt: skip
    draft = council.get(f"/contracts/{seen.token}/assessments/{token}").text
    answer_all(seen, lead, token)
    sent = client.post(address, data={"words": "All checked"})
    page = council.get(f"/contracts/{seen.token}/assessments/{token}").text

    assert (changed.status_code, sent.status_code) == (302, 302)
    assert "By another company" not in draft
    assert "3 November 2027" not in draft
    assert "3 November 2027" in page
    assert "By another company" in page
    assert "All checked" in page
    assert read(seen, officer, token).state is RoundState.HANDED_IN
    told = db.session.scalars(select(Message).where(Message.kind == service.HANDED_IN)).all()
    assert [message.recipient for message in told] == [officer.email]
    assert "3 November" not in told[0].text


def test_it_cannot_be_handed_in_while_a_part_is_left(client_for, seen, lead, token):
    page = client_for(lead).post(
        f"/my-contracts/{seen.token}/assessments/{token}", data={"words": "Nearly"}
    )

    assert page.status_code == 422
    assert "You cannot hand the assessment in because something is left" in page.text
    assert "Nearly" in page.text


def test_what_cannot_be_saved_stays_in_the_boxes(client_for, seen, lead, token):
    client = client_for(lead)
    address = f"/my-contracts/{seen.token}/assessments/{token}/parts/SLP-06.f3"
    typed = {"answer-day": "31", "answer-month": "2", "answer-year": "2027", "words": "See there"}
    wrong = client.post(address, data=typed | {"version": "0", "still": "changed"})
    unsaid = client.post(address, data=typed | {"version": "0"})
    both = client.post(address, data=typed | {"answer-day": "3", "version": "0", "still": "still"})

    assert [page.status_code for page in (wrong, unsaid, both)] == [422, 422, 422]
    assert 'value="31"' in wrong.text
    assert "See there" in wrong.text
    assert "Select whether the answer is still right" in unsaid.text
    assert "the boxes say something else" in both.text
    assert db.session.scalar(select(func.count()).select_from(ReassessmentAnswer)) == 0


@pytest.mark.parametrize(
    ("beneath", "typed"), [("SLP-06.f3", "answer-year"), ("SLP-12.c/rows/0", "row.name")]
)
def test_what_was_refused_is_offered_again_without_a_script(
    client_for, seen, lead, token, beneath, typed
):
    client = client_for(lead)
    address = f"/my-contracts/{seen.token}/assessments/{token}/parts/{beneath}"
    form = html.fromstring(client.get(address).data).xpath("//form[@data-draft]")[0]
    there = dict(form.form_values()) | {"still": "changed"}

    refused = client.post(address, data=there | {typed: "x" * 900})
    come_back = client.get(address)
    used = client.get(f"{address}?typed=use")

    assert refused.status_code == 422
    assert "You typed something here that was not saved" in come_back.text
    assert "x" * 900 not in come_back.text
    assert "x" * 900 in used.text


def test_a_colleague_who_saved_meanwhile_is_not_overwritten_unseen(client_for, seen, lead, token):
    client = client_for(lead)
    address = f"/my-contracts/{seen.token}/assessments/{token}/parts/SLP-06.f3"
    day = {"answer-day": "3", "answer-month": "11", "answer-year": "2027", "still": "changed"}
    client.post(address, data=day | {"version": "0"})

    late = client.post(address, data=day | {"answer-day": "4", "version": "0"})
    again = client.post(address, data=day | {"answer-day": "4", "version": "1"})

    assert late.status_code == 422
    assert "saved an answer to this while you were writing" in late.text
    assert 'name="version" value="1"' in late.text
    assert again.status_code == 302


def test_rows_of_a_table_are_added_changed_and_removed(client_for, seen, officer, lead, token):
    client = client_for(lead)
    address = f"/my-contracts/{seen.token}/assessments/{token}/parts/SLP-12.c/rows"
    before = len(read(seen, officer, token).before["SLP-12.c"])
    row = {
        "row.name": "Fernhill Hosting Ltd", "row.service": "Hosting", "row.data": "Counts",
        "row.personal": "no", "row.hosting": "yes", "row.country": "IE", "row.transfer": "adequacy",
        "row.flow_down": "yes", "row.replaceable": "with-notice", "row.debarred": "no",
    }  # fmt: skip
    added = client.post(f"{address}/0", data=row | {"version": "0"})
    wrong = client.post(f"{address}/0", data=row | {"row.country": "", "version": "1"})
    removed = client.post(f"{address}/1/remove", data={"version": "1"})
    page = client.get(f"/my-contracts/{seen.token}/assessments/{token}").text

    assert (added.status_code, wrong.status_code, removed.status_code) == (302, 422, 302)
    assert "Fernhill Hosting Ltd" in wrong.text
    saved = Rounds(mine(seen, lead)).round(token).saved["SLP-12.c"].given
    assert (saved.version, len(saved.value)) == (2, before)
    assert "New subcontractor: Fernhill Hosting Ltd" in page
    assert "Gone: " in page


def test_the_rules_say_what_follows_from_the_new_answers(client_for, seen, officer, lead, token):
    handed_in(seen, lead, token, **{"SLP-06.f4": "open"})

    page = client_for(officer).get(f"/contracts/{seen.token}/assessments/{token}").text

    assert "Red flags that came" in page
    assert "SLP-06.f4:" in page
    assert "(not in the register)" in page
    assert f"/register/add/{seen.bid.token}" in page


def test_sent_back_it_is_answered_again_and_settled_its_answers_stand(
    client_for, seen, officer, lead, token
):
    handed_in(seen, lead, token, **{"SLP-06.f3": "2027-11-03"})
    council = client_for(officer)
    address = f"/contracts/{seen.token}/assessments/{token}"
    without = council.post(address, data={"decision": "send-back", "words": ""})
    back = council.post(address, data={"decision": "send-back", "words": "Who tested it?"})
    supplier = client_for(lead)
    seen_back = supplier.get(f"/my-contracts/{seen.token}/assessments/{token}").text
    first = reading(supplier.get(f"/my-contracts/{seen.token}"))
    handed_in(seen, lead, token, **{"SLP-06.f3": "2027-11-05"})
    settled = council.post(address, data={"decision": "settle", "words": "Checked the report"})

    assert (without.status_code, back.status_code, settled.status_code) == (422, 302, 302)
    assert "Who tested it?" in seen_back
    assert "Sent back Yearly assessment 1, to be answered by" in first
    assert "Yearly assessment" not in reading(council.get(f"/contracts/{seen.token}"))
    rounds = Rounds(contract_seen(viewer_of(officer), seen.token))
    assert rounds.running is None
    assert rounds.standing()["SLP-06.f3"] == "2027-11-05"
    assert rounds.next_on == date(2028, 12, 4)
    with pytest.raises(RoundRefused, match="is settled"):
        service.send_back(seen, token, "Once more", by=viewer_of(officer))


def test_settling_settles_the_answers_that_were_to_be_looked_at_again(seen, officer, lead):
    overdue = Opens(Thing.ANSWER, "SLP-07.a", Rule.OBLIGATION, "x", date(2027, 12, 1))
    reopen_each(seen.bid.id, [overdue], authority_id=seen.contract.authority_id)
    token = service.open_round(seen, DUE, by=viewer_of(officer)).token
    asked = {one.part: one.because for one in read(seen, officer, token).asked}
    handed_in(seen, lead, token)
    service.settle_round(seen, token, "Read it", by=viewer_of(officer))

    assert "reopened" in asked["SLP-07.a"]
    (still,) = db.session.scalars(select(Reopening).where(Reopening.subject == "SLP-07.a")).all()
    assert still not in reopened_of(contract_seen(viewer_of(officer), seen.token))


@pytest.mark.both_databases
def test_answers_that_got_worse_open_their_risks_and_clauses_again_when_they_are_settled(
    client_for, seen, officer, lead, token
):
    handed_in(seen, lead, token, **{"SLP-06.f3": "2025-01-03"})
    before = reopened()
    address = f"/contracts/{seen.token}/assessments/{token}"
    client = client_for(officer)
    client.post(address, data={"decision": "settle", "words": "An old test: see the risk"})
    told = client.get(address).text
    first = reading(client.get(f"/contracts/{seen.token}"))
    found = reopened()
    listed = client.get(f"/evaluation/tenders/{seen.tender.token}/reopened").text

    assert before == []
    assert {one[:2] for one in found} == {
        ("risk", "R07"), ("risk", "R35"), ("clause", "C12"), ("risk", "R09"), ("clause", "C14"),
    }  # fmt: skip
    assert {day for _thing, _subject, day in found} == {"2027-12-04"}
    assert "are to be looked at again" in told
    # The first page of the contract calls them by name.
    assert "3 risks and 2 clauses to be looked at again" in first
    assert "Continuity, backup and recovery (C14)" in first
    assert "(R07)" in first
    assert "give a cause that was not known" in listed


def test_of_answers_that_did_not_get_worse_only_what_grew_old_opens_again(
    seen, officer, lead, token
):
    handed_in(seen, lead, token, **{"SLP-06.f3": "2027-11-03"})
    again = service.settle_round(seen, token, "Read it", by=viewer_of(officer))

    # The restore test of the bid is a year older now.
    assert (again, [one[:2] for one in reopened()]) == (2, [("risk", "R09"), ("clause", "C14")])


@pytest.mark.both_databases
def test_what_was_answered_and_decided_is_never_changed(seen, officer, lead, token):
    handed_in(seen, lead, token)
    for table in (ReassessmentAnswer, ReassessmentEvent):
        name = table.__tablename__
        with pytest.raises(DatabaseError), transaction():
            db.session.execute(text(f"UPDATE {name} SET sealed = sealed"))
        db.session.rollback()


def test_others_see_nothing_of_it(client_for, seen, token):
    stranger = make_person(Role.OFFICER, make_authority("Thornbury"))
    addresses = [
        f"/contracts/{seen.token}/assessments",
        f"/contracts/{seen.token}/assessments/{token}",
    ]

    answers = [client_for(stranger).get(address).status_code for address in addresses]

    assert answers == [404, 404]


def test_a_page_asks_as_few_statements_of_twelve_rounds_as_of_two(
    client_for, seen, officer, lead, token, statements_counted
):
    council, client = client_for(officer), client_for(lead)
    page, own = f"/contracts/{seen.token}/assessments", f"/my-contracts/{seen.token}/assessments"

    def settled_until(number, last):
        for _ in range(number):
            handed_in(seen, lead, last, **{"SLP-06.f3": "2027-11-03"})
            service.settle_round(seen, last, "Read it", by=viewer_of(officer))
            last = service.open_round(seen, DUE, by=viewer_of(officer)).token
        return last

    def count(running):
        found = []
        for who, address in (
            (council, page), (client, own), (client, f"{own}/{running}"),
        ):  # fmt: skip
            with statements_counted() as statements:
                assert who.get(address).status_code == 200
            found.append(len(statements))
        handed_in(seen, lead, running)
        with statements_counted() as statements:
            assert council.get(f"{page}/{running}").status_code == 200
        return [*found, len(statements)]

    running = settled_until(1, token)
    council.get(f"{page}/{running}")  # the questions are read once per process
    of_two = count(running)
    service.settle_round(seen, running, "Read it", by=viewer_of(officer))
    running = service.open_round(seen, DUE, by=viewer_of(officer)).token
    of_twelve = count(settled_until(9, running))

    assert of_two == of_twelve
    assert max(of_two) <= 15


def test_a_task_follows_the_round_from_side_to_side(seen, officer, lead, at):
    day = date(2028, 2, 15)
    at(datetime(2028, 2, 15, 12, tzinfo=UTC))
    watch_rounds(day, day)
    due = open_tasks()
    token = service.open_round(seen, date(2028, 3, 20), by=viewer_of(officer)).token
    opened_ = open_tasks()
    handed_in(seen, lead, token)
    waits = open_tasks()
    service.settle_round(seen, token, "Read it", by=viewer_of(officer))
    watch_rounds(day, day)

    assert due == [("assessment-due", seen.contract.authority_id, date(2028, 3, 1))]
    assert opened_ == [("assessment-to-answer", seen.supplier.id, date(2028, 3, 20))]
    assert waits == [("assessment-to-settle", seen.contract.authority_id, date(2028, 2, 29))]
    assert open_tasks() == []


def test_the_list_of_bids_says_which_contract_a_task_is_about(client_for, seen, lead, token):
    page = client_for(lead).get("/opportunities").text

    words = "A yearly assessment under a contract is to be answered (Contract C-2026-114 with "
    assert page.count(words) == 1


def open_tasks():
    return [
        (task.kind, task.organisation_id, task.due_on)
        for task in db.session.scalars(
            select(GivenTask).where(
                GivenTask.done_at.is_(None), GivenTask.kind.startswith("assessment-")
            )
        )
    ]
