"""How suppliers stand, between authorities that share; and answers, by their supplier's word."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, NoResultFound

from accounts.models import Membership, Person
from accounts.queries import organisations_of
from accounts.rules.roles import Role
from contract_clauses.loader import raw_library
from foundation.audit import AuditEntry
from foundation.database import db, transaction
from foundation.mail import Message
from records.models import AnswersConsent
from records.queries.consents import AnswerRead, QuestionRead, marks_that_last
from records.queries.sharing import choices_of, shared_contract, statuses_for
from records.rules.sharing import Age, SharingRefused
from records.service import sharing as service
from scoring.models import InterestDecision
from supplier_portal.rules.confidential import Ground, Mark
from tenders.queries import questionnaire_of
from tests import contracting
from tests.factories import make_authority, make_person, make_tender, publish, viewer_of
from tests.pages.records.test_portfolio import AFTER, TODAY, certificate, contracted
from tests.pages.scoring.conftest import (  # noqa: F401  (fixtures of a tender and its bids)
    CLOSES_AT,
    authority,
    make_bid,
    officer,
    opened,
)
from tests.taking_part import guest, taking_part

CANARY = "Velvet-Harpsichord"
UNTIL = date(2027, 3, 31)


@pytest.fixture
def tender(officer):  # noqa: F811
    tender = make_tender(officer, closes_at=CLOSES_AT, facts=contracting.FACTS)
    publish(tender, officer, raw_library)
    return tender


@pytest.fixture
def contract(make_bid, opened, at, authority):  # noqa: F811
    bid = make_bid("Larkfield", text=CANARY, **{"SLP-05.a": [certificate(TODAY, "CE-77")]})
    opened()
    at(AFTER)
    return contracted(bid, authority, "C-1")


@pytest.fixture
def lead(contract):
    return db.session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == contract.supplier_id)
    ).one()


@pytest.fixture
def ashbrook(contract):
    return make_authority("Ashbrook Council")


@pytest.fixture
def neighbour(ashbrook):
    """An officer of another authority."""
    return make_person(Role.OFFICER, ashbrook, name="Nia Bell")


def chooses(authority, shares=True):  # noqa: F811
    admin = make_person(Role.ADMINISTRATOR, authority)
    based_on = len(choices_of(authority.id))
    service.choose(shares, "Agreed by the boroughs", based_on=based_on, by=viewer_of(admin))


@pytest.fixture
def both(authority, ashbrook):  # noqa: F811
    chooses(authority)
    chooses(ashbrook)


def asked(contract, neighbour):
    return service.ask(contract.token, "We look at the same sensors", by=viewer_of(neighbour))


def given(contract, neighbour, lead, until=UNTIL):
    row = asked(contract, neighbour)
    service.give(contract.token, row.token, until, "", based_on=1, by=viewer_of(lead))
    return row


def answers_page(client_for, neighbour, contract):
    return client_for(neighbour).get(f"/sharing/{contract.token}/answers")


@pytest.mark.both_databases
def test_boroughs_that_both_share_see_how_a_supplier_stands(
    client_for, contract, authority, ashbrook, neighbour  # noqa: F811
):  # fmt: skip
    viewer = viewer_of(neighbour)
    seen = [statuses_for(viewer)]
    chooses(authority)
    seen.append(statuses_for(viewer))
    chooses(ashbrook)
    (status,) = statuses_for(viewer)
    page = client_for(neighbour).get("/sharing").text
    own = client_for(neighbour).get(f"/sharing/{contract.token}")
    chooses(authority, shares=False)

    assert seen == [[], []]
    assert (status.supplier, status.authority) == ("Larkfield", "Hollowmere Council")
    assert (status.found_on, status.age) == (date(2026, 12, 3), Age.CURRENT)
    assert ("cyber-essentials", True) in [(one.scheme, one.in_date) for one in status.schemes]
    assert "Cyber Essentials: in date" in page
    assert own.status_code == 200
    for text_shown in (page, own.text):
        assert CANARY not in text_shown
        assert "CE-77" not in text_shown
    assert statuses_for(viewer) == []
    assert client_for(neighbour).get(f"/sharing/{contract.token}").status_code == 404


def test_what_was_found_ages_and_is_hidden_after_three_years(contract, both, neighbour, at):
    found = []
    for year, day in ((2027, 3), (2027, 4), (2029, 3), (2029, 4)):
        at(datetime(year, 12, day, 12, tzinfo=UTC))
        found.append([one.age for one in statuses_for(viewer_of(neighbour))])

    assert found == [[Age.CURRENT], [Age.STALE], [Age.STALE], []]
    with pytest.raises(NoResultFound):
        shared_contract(viewer_of(neighbour), contract.token)


def test_nothing_of_the_answers_is_read_before_the_supplier_agrees(
    client_for, contract, both, neighbour, lead
):
    before = answers_page(client_for, neighbour, contract)
    words = {"words": "We look at the same sensors"}
    client_for(neighbour).post(f"/sharing/{contract.token}/ask", data=words)
    waiting = answers_page(client_for, neighbour, contract)
    status = client_for(neighbour).get(f"/sharing/{contract.token}").text

    assert (before.status_code, waiting.status_code) == (404, 404)
    assert CANARY not in before.text + waiting.text + status
    assert "Waits for the supplier" in status
    told = db.session.scalars(select(Message).where(Message.kind == service.ASKED)).all()
    assert [message.recipient for message in told] == [lead.email]


@pytest.mark.both_databases
def test_the_supplier_sees_just_what_is_read_and_agrees_until_a_day(
    client_for, contract, both, neighbour, lead, at
):
    row = asked(contract, neighbour)
    client = client_for(lead)
    address = f"/my-contracts/{contract.token}/sharing/{row.token}"
    preview = client.get(address).text
    missing = client.post(address, data={"number": "1", "decision": "give", "words": "Gladly"})
    saved = client.post(
        address,
        data={
            "number": "1", "decision": "give", "words": "Gladly",
            "until-day": "31", "until-month": "3", "until-year": "2027",
        },
    )  # fmt: skip
    page = answers_page(client_for, neighbour, contract)
    at(datetime(2027, 3, 31, 12, tzinfo=UTC))
    last_day = answers_page(client_for, neighbour, contract)
    at(datetime(2027, 4, 1, 12, tzinfo=UTC))
    over = answers_page(client_for, neighbour, contract)

    assert CANARY in preview
    assert (missing.status_code, "Gladly" in missing.text) == (422, True)
    assert saved.location == f"/my-contracts/{contract.token}/sharing"
    assert read_part(page.text) == read_part(preview)
    assert (last_day.status_code, over.status_code) == (200, 404)
    assert CANARY not in over.text
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "answers.read_by_consent")
    ).all()
    assert [json.loads(entry.details)["number"] for entry in entries] == [2, 2]
    assert {entry.actor for entry in entries} == {neighbour.token}
    assert CANARY not in "".join(entry.details for entry in db.session.scalars(select(AuditEntry)))


def read_part(page):
    """Return the answers a page shows."""
    return page[page.index('<section aria-labelledby="q-') : page.rindex("</section>")]


def test_a_word_taken_back_ends_reading_at_once_and_both_see_the_history(
    client_for, contract, both, neighbour, lead
):
    row = given(contract, neighbour, lead)
    read = answers_page(client_for, neighbour, contract)
    client = client_for(lead)
    address = f"/my-contracts/{contract.token}/sharing"
    client.post(f"{address}/{row.token}", data={"number": "2", "words": "Enough"})
    after = answers_page(client_for, neighbour, contract)

    assert (read.status_code, after.status_code) == (200, 404)
    for page in (client.get(address), client_for(neighbour).get(f"/sharing/{contract.token}")):
        assert "Taken back" in page.text
        assert "Enough" in page.text
        assert "Agreed until 31 March 2027" in page.text
    again = asked(contract, neighbour)
    assert again.number == 4
    assert answers_page(client_for, neighbour, contract).status_code == 404


def test_a_refusal_shows_nothing_and_steps_must_follow_each_other(
    client_for, contract, both, neighbour, lead
):
    row = asked(contract, neighbour)
    with pytest.raises(SharingRefused, match="asked already"):
        asked(contract, neighbour)
    service.refuse(contract.token, row.token, "No", based_on=1, by=viewer_of(lead))
    with pytest.raises(SharingRefused, match="Something happened meanwhile"):
        service.give(contract.token, row.token, UNTIL, "", based_on=1, by=viewer_of(lead))
    with pytest.raises(SharingRefused, match="nobody waits"):
        service.give(contract.token, row.token, UNTIL, "", based_on=2, by=viewer_of(lead))

    assert answers_page(client_for, neighbour, contract).status_code == 404


def test_a_word_to_one_authority_is_none_to_another(client_for, contract, both, neighbour, lead):
    third = make_authority("Quarrendon Council")
    chooses(third)
    other = make_person(Role.OFFICER, third)
    given(contract, neighbour, lead)

    assert answers_page(client_for, neighbour, contract).status_code == 200
    assert answers_page(client_for, other, contract).status_code == 404


def test_answers_are_read_no_longer_once_an_authority_stops_sharing(
    client_for, contract, both, neighbour, lead, ashbrook
):
    given(contract, neighbour, lead)
    chooses(ashbrook, shares=False)

    assert answers_page(client_for, neighbour, contract).status_code == 404


def test_who_is_kept_from_a_bid_is_shown_nothing_of_it_by_another_authority_either(
    client_for, contract, both, neighbour, lead
):
    given(contract, neighbour, lead)
    with transaction():
        db.session.add(
            InterestDecision(
                tender_id=contract.tender_id, person_id=neighbour.id, bid_id=contract.bid_id,
                number=1, barred=True, reason="His brother works there",
                decided_by_id=lead.id, decided_at=AFTER,
            )
        )  # fmt: skip

    assert statuses_for(viewer_of(neighbour)) == []
    assert client_for(neighbour).get(f"/sharing/{contract.token}").status_code == 404
    assert answers_page(client_for, neighbour, contract).status_code == 404


def test_only_a_lead_of_the_company_gives_its_word(client_for, contract, both, neighbour, lead):
    row = asked(contract, neighbour)
    address = f"/my-contracts/{contract.token}/sharing/{row.token}"
    supplier = db.session.get(Membership, db.session.scalar(
        select(Membership.id).where(Membership.person_id == lead.id)
    )).organisation  # fmt: skip
    contributor = make_person(Role.CONTRIBUTOR, supplier)

    assert client_for(contributor).get(address).status_code == 403
    assert client_for(contributor).get(f"/my-contracts/{contract.token}/sharing").status_code == 200
    assert client_for(Role.BID_LEAD).get(address).status_code == 404


def test_an_administrator_chooses_and_a_choice_needs_a_reason(client_for, authority):  # noqa: F811
    client = client_for(make_person(Role.ADMINISTRATOR, authority))
    refused = client.post("/sharing/choice", data={"number": "0", "shares": "yes", "words": " "})
    saved = client.post("/sharing/choice", data={"number": "0", "shares": "yes", "words": "Agreed"})
    stale = client.post("/sharing/choice", data={"number": "0", "shares": "no", "words": "Kept"})

    assert (refused.status_code, saved.status_code) == (422, 302)
    assert (stale.status_code, "Kept" in stale.text) == (422, True)
    assert "A colleague chose meanwhile" in stale.text


@pytest.mark.both_databases
def test_what_was_said_is_never_changed(contract, both, neighbour):
    row = asked(contract, neighbour)
    with pytest.raises(DatabaseError), transaction():
        db.session.execute(
            text("UPDATE answers_consent SET given = true WHERE id = :id"), {"id": row.id}
        )
    assert db.session.get(AnswersConsent, row.id).given is None


def test_the_list_takes_as_many_statements_for_many_contracts(
    client_for, make_bid, opened, at, authority, statements_counted  # noqa: F811
):  # fmt: skip
    bids = [make_bid(f"Company {number}") for number in range(4)]
    opened()
    at(AFTER)
    other = make_authority("Ashbrook Council")
    for one in (authority, other):
        chooses(one)
    client = client_for(make_person(Role.OFFICER, other))
    counts = []
    for number, bid in enumerate(bids):
        contracted(bid, authority, f"C-{number}")
        if number in (1, 3):
            client.get("/sharing")
            with statements_counted() as statements:
                assert client.get("/sharing").status_code == 200
            counts.append(len(statements))

    assert counts[0] == counts[1] <= 15


def test_the_authority_of_the_contract_reads_who_asked_and_not_what_was_written(
    client_for,
    contract,
    both,
    neighbour,
    lead,
    officer,  # noqa: F811
):
    address = f"/contracts/{contract.token}/sharing"
    before = client_for(officer).get(address).text
    given(contract, neighbour, lead)
    after = client_for(officer).get(address).text

    assert "No authority has asked." in before
    assert "Ashbrook" in after
    assert "Given</strong> until 31 March 2027" in after
    steps = db.session.scalars(select(AnswersConsent)).all()
    assert [one.words for one in steps if one.words and one.words in after] == []
    assert client_for(neighbour).get(address).status_code == 404


def test_beside_a_shared_answer_stands_what_its_supplier_marked_confidential(app, tender):
    part = questionnaire_of(tender).parts["SLP-07.a"]
    whole = Mark("a", part.id, Ground.TRADE_SECRET, "A rival could copy it", date(2099, 3, 31))
    marks = [
        whole,
        replace(whole, passage="three places"),
        replace(whole, until=date(2026, 12, 31)),
        replace(whole, file="its token"),
    ]
    content = {"confidential": [mark.as_json() for mark in marks]}

    found = marks_that_last(content, date(2027, 1, 1))
    read = [QuestionRead("SLP-07", "Recovery", (AnswerRead(part, "Text", tuple(marks[:2])),))]
    with app.test_request_context():
        parts = app.jinja_env.get_template("records/sharing_parts.html")
        page = str(parts.module.read_answers(read))

    assert found == {part.id: marks[:2]}
    assert page.count("Marked confidential") == 2
    assert "The whole answer, until 31 March 2099" in page
    assert "“three places”, until 31 March 2099" in page


def test_whoever_takes_part_in_single_tenders_is_told_so(client_for, both):
    leading = make_person(Role.OFFICER, make_authority("Quarrendon Council"))
    together = make_tender(leading, closes_at=CLOSES_AT, facts=contracting.FACTS)
    partner = taking_part(together, leading, "Thornmere Council")
    chooses(organisations_of(partner)[0])

    page = client_for(guest(together, partner, Role.CONTRACT_MANAGER)).get("/sharing").text

    assert "You take part in single tenders" in page
    assert "No other authority shares" not in page
