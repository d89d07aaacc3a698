"""Officers read a schedule, fill its brackets and decide its clauses; suppliers see it coming."""

import re
from io import BytesIO

import docx
import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from contract_clauses import queries, service
from contract_clauses.models import ClauseDecision, VariableValue
from contract_clauses.rules.selection import Wish
from foundation import clock
from foundation.audit import AuditEntry
from foundation.database import db
from supplier_portal import service as portal
from tests.factories import make_authority, make_person, make_supplier, viewer_of

CANARY = "Qxyzzy our own words"


@pytest.fixture
def bid(make_bid, opened):
    bid = make_bid("Rook Systems", best=False, text=CANARY)
    opened()
    return bid


@pytest.fixture
def schedule(officer, app):
    """Read the schedule of a bid afresh, as the officer."""

    def read(bid):
        with app.test_request_context():
            return queries.scheduled_bid(viewer_of(officer), bid.token, to="schedule:read")

    return read


def address(bid, clause="", value=""):
    parts = [f"/schedules/{bid.token}"]
    parts += [f"clauses/{clause}"] if clause else []
    parts += [f"values/{value}"] if value else []
    return "/".join(parts)


def last_action(bid):
    return db.session.scalars(
        select(AuditEntry.action)
        .where(AuditEntry.subject_kind == "bid", AuditEntry.subject == bid.token)
        .order_by(AuditEntry.number.desc())
    ).first()


def test_the_schedule_lists_every_topic_and_what_is_still_empty(client_for, officer, bid):
    page = client_for(officer).get(address(bid)).text

    assert [f">C{number:02}<" in page for number in range(1, 31)] == [True] * 30
    assert "Brackets to fill" in page
    assert "start date of the contract" in page


def test_a_clause_shows_its_text_its_reasons_and_where_each_value_comes_from(
    client_for, officer, bid
):
    page = client_for(officer).get(address(bid, "C14")).text

    assert "Continuity, backup and recovery" in page
    assert f"/evaluation/bids/{bid.token}/questions/SLP-07#part-SLP-07.i" in page
    assert 'href="#value-recovery_hours"' in page
    assert "Drafting note" in page


@pytest.mark.parametrize("clause", ["C99", "SLP-01", "0", "99", "C14'"])
def test_a_clause_that_is_not_there_is_not_found(clause, client_for, officer, bid):
    assert client_for(officer).get(address(bid, clause)).status_code == 404


def test_an_officer_fills_a_bracket_with_a_reason_and_it_is_recorded(
    client_for, officer, bid, schedule
):
    form = {
        "based_on": "0",
        "value-day": "1",
        "value-month": "4",
        "value-year": "2027",
        "reason": "Agreed at the award meeting",
    }

    answer = client_for(officer).post(address(bid, "C01", "start_date"), data=form)

    assert answer.location == address(bid, "C01")
    clause = schedule(bid).schedule.clause("C01")
    value = next(entry for entry in clause.variables if entry.name == "start_date")
    assert (value.words, value.source) == ("1 April 2027", "officer")
    assert value.source_words == "Entered by Ines Roy: Agreed at the award meeting"
    assert last_action(bid) == "clause.filled"


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"value": "", "reason": "Because"}, "Enter a value for the clause"),
        ({"value": "soon", "reason": "Because"}, "Enter a number, like 1,250"),
        ({"value": "12", "reason": ""}, "Enter the reason for this value"),
        ({"value": "-1", "reason": "Because"}, "Enter a number that is 0 or more"),
    ],
)
def test_a_value_that_will_not_do_is_shown_back(form, message, client_for, officer, bid):
    page = client_for(officer).post(
        address(bid, "C13", "notify_hours"), data={"based_on": "0"} | form
    )

    assert (page.status_code, message in page.text) == (200, True)
    assert db.session.scalars(select(VariableValue)).all() == []


def test_a_value_entered_meanwhile_is_not_overwritten_unseen(client_for, officer, bid):
    form = {"based_on": "0", "value": "12", "reason": "First"}
    client = client_for(officer)
    client.post(address(bid, "C13", "notify_hours"), data=form)

    page = client.post(address(bid, "C13", "notify_hours"), data=form | {"value": "36"})

    assert "Somebody changed this while you were writing" in page.text
    again = client.post(
        address(bid, "C13", "notify_hours"), data=form | {"value": "36", "based_on": "1"}
    )
    assert again.status_code == 302
    numbers = [(entry.number, entry.value) for entry in db.session.scalars(select(VariableValue))]
    assert numbers == [(1, "12"), (2, "36")]


@pytest.mark.parametrize(
    ("clause", "name", "typed", "words"),
    [
        pytest.param("C28", "cyber_cover", "2,000,000", "£2,000,000", id="money"),
        pytest.param("C20", "registers", "a site\na register", "a site and a register", id="list"),
        pytest.param("C21", "licence", "a licence", "a licence", id="text"),
        pytest.param("C26", "api_percent", "95.5", "95.5", id="percent"),
        pytest.param(
            "C22", "permitted_countries", "France\nGB", "France and United Kingdom", id="countries"
        ),
    ],
)
def test_each_kind_of_value_is_typed_as_it_is_printed(
    clause, name, typed, words, client_for, officer, bid, schedule
):
    client = client_for(officer)
    wish = {"based_on": "0", "wish": "include", "reason": "Wanted here"}
    if schedule(bid).schedule.clause(clause) is None:
        client.post(address(bid, clause), data=wish)

    sent = client.post(
        address(bid, clause, name), data={"based_on": "0", "reason": "As agreed", "value": typed}
    )

    assert sent.status_code == 302
    printed = {value.name: value.words for value in schedule(bid).schedule.clause(clause).variables}
    assert printed[name] == words


def test_an_officer_leaves_a_clause_out_with_a_reason_and_takes_that_back(
    client_for, officer, bid, schedule
):
    client = client_for(officer)
    form = {"based_on": "0", "wish": "exclude", "reason": "The main contract covers it"}

    client.post(address(bid, "C28"), data=form)

    assert schedule(bid).schedule.clause("C28") is None
    assert "The main contract covers it" in client.get(address(bid)).text
    assert last_action(bid) == "clause.exclude"

    client.post(
        address(bid, "C28"),
        data={"based_on": "1", "wish": "rule", "reason": "The main contract changed"},
    )

    assert schedule(bid).schedule.clause("C28").ground == "always"
    assert len(db.session.scalars(select(ClauseDecision)).all()) == 2


def test_a_decision_needs_a_wish_and_a_reason(client_for, officer, bid):
    page = client_for(officer).post(address(bid, "C28"), data={"based_on": "0"}).text

    assert "Select whether the clause should be in the schedule" in page
    assert "Enter the reason for your decision" in page
    assert db.session.scalars(select(ClauseDecision)).all() == []


def test_a_clause_others_rely_on_leaves_a_bracket_when_it_goes(client_for, officer, bid, schedule):
    form = {"based_on": "0", "wish": "exclude", "reason": "Not needed"}

    client_for(officer).post(address(bid, "C13"), data=form)

    assert "C13" in {bracket.variable for bracket in schedule(bid).schedule.brackets}


def test_the_schedule_is_downloaded_as_a_word_document(client_for, officer, bid):
    answer = client_for(officer).get(f"/schedules/{bid.token}/schedule.docx")

    document = docx.Document(BytesIO(answer.data))
    assert (
        answer.headers["Content-Disposition"] == "attachment; filename=rook-systems-schedule.docx"
    )
    assert document.tables[0].cell(2, 1).text.startswith("Rook Systems Limited")


def test_the_suppliers_own_words_stay_in_annexes(officer, bid, schedule):
    drawn_up = schedule(bid).schedule

    printed = [p.text for clause in drawn_up.clauses for p in clause.paragraphs]
    assert [text for text in printed if CANARY in text] == []
    assert CANARY in str([annex.rows for annex in drawn_up.annexes])


def test_who_may_read_a_schedule_but_not_change_it_is_refused(client_for, authority, bid):
    client = client_for(make_person(Role.AUDITOR, authority))

    assert client.get(address(bid, "C28")).status_code == 200
    assert "Save the decision" not in client.get(address(bid, "C28")).text
    form = {"based_on": "0", "wish": "exclude", "reason": "Mine"}
    assert client.post(address(bid, "C28"), data=form).status_code == 403
    assert client.get(address(bid, "C13", "notify_hours")).status_code == 403


def test_a_contract_manager_is_shown_no_link_to_pages_that_would_refuse(client_for, authority, bid):
    client = client_for(make_person(Role.CONTRACT_MANAGER, authority))

    texts = [client.get(each).text for each in (address(bid), address(bid, "C14"))]

    assert [[word in text for word in ("/evaluation/", "recovery")] for text in texts] == [
        [False, True]
    ] * 2


def test_a_schedule_of_another_authority_is_not_found(client_for, bid):
    stranger = client_for(make_person(Role.OFFICER, make_authority("Other Council")))

    addresses = [address(bid), address(bid, "C14"), f"/schedules/{bid.token}/schedule.docx"]
    assert [stranger.get(each).status_code for each in addresses] == [404, 404, 404]


def test_there_is_no_schedule_before_the_bids_are_opened(client_for, officer, make_bid):
    sealed = make_bid("Rook Systems")

    addresses = [address(sealed), f"/schedules/{sealed.token}/schedule.docx"]
    assert [client_for(officer).get(each).status_code for each in addresses] == [404, 404]


def test_a_page_of_the_schedule_takes_few_statements(client_for, officer, bid, statements_counted):
    client = client_for(officer)
    client.get(address(bid))
    taken = []

    for each in (address(bid), address(bid, "C14"), f"/schedules/{bid.token}/schedule.docx"):
        with statements_counted() as statements:
            client.get(each)
        taken.append(len(statements))

    assert max(taken) <= 15, taken


@pytest.mark.both_databases
def test_decisions_are_only_ever_added(officer, make_bid, opened, app):
    bid = make_bid("Rook Systems")
    opened()
    by = viewer_of(officer)
    with app.test_request_context():
        found = queries.scheduled_bid(by, bid.token, to="schedule:read")
    decision = service.decide_clause(found, "C28", Wish.EXCLUDE, "Not needed", based_on=0, by=by)

    with pytest.raises(Exception, match="never changed"):
        db.session.execute(
            ClauseDecision.__table__.update()
            .where(ClauseDecision.id == decision.id)
            .values(reason="rewritten")
        )
    db.session.rollback()


@pytest.fixture
def lead(app):
    return make_person(Role.BID_LEAD, make_supplier("Larkfield"))


@pytest.fixture
def draft(tender, lead):
    by = viewer_of(lead)
    bid = portal.start_bid(tender, by=by, arrived_at=clock.now())
    answers = {"SLP-01.g": "72h", "SLP-07.b": {"answer": "yes"}}
    changes = {part: (0, value) for part, value in answers.items()}
    portal.save_answers(bid, changes, by=by, arrived_at=clock.now())
    return bid


def test_a_supplier_sees_what_its_answers_would_bind_it_to(client_for, lead, draft):
    page = client_for(lead).get(f"/bids/{draft.token}/commitments").text

    assert "What you are committing to" in page
    assert "Be able to recover the whole Service" in page
    assert re.findall(r'data-label="(?:You gave|The contract would say)">([^<]*)<', page) == [
        "72 hours",
        "at most 24 hours",
    ]
    assert page.count("app-clause-details") > 20


def test_a_supplier_hears_nothing_of_marks_risks_and_drafting_notes(client_for, lead, draft):
    page = client_for(lead).get(f"/bids/{draft.token}/commitments").text

    assert [word in page for word in ("risk R", "in the register", "Drafting note", "flagged")] == [
        False
    ] * 4


def test_another_supplier_finds_no_such_bid(client_for, draft):
    other = client_for(make_person(Role.BID_LEAD, make_supplier("Rook")))

    assert other.get(f"/bids/{draft.token}/commitments").status_code == 404


def test_the_suppliers_page_takes_few_statements(client_for, lead, draft, statements_counted):
    client = client_for(lead)
    client.get(f"/bids/{draft.token}/commitments")

    with statements_counted() as statements:
        client.get(f"/bids/{draft.token}/commitments")

    assert len(statements) <= 15
