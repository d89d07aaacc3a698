"""Rules propose risks; a person accepts, edits or drops each, with a reason."""

import re
from datetime import UTC, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation.audit import AuditEntry
from foundation.database import db
from scoring.rules.register import Rating, RiskState
from tests.factories import make_person


@pytest.fixture
def bid(make_bid, opened):
    bid = make_bid("Rook Systems", best=False)
    opened()
    return bid


@pytest.fixture
def risk(bid, evaluated):
    """The risk R10: copies that can be reached from the live service."""
    return next(entry for entry in evaluated(bid).risks if entry.risk_id == "R10").row


def stored(bid, evaluated, risk_id="R10"):
    return next(entry for entry in evaluated(bid).risks if entry.risk_id == risk_id)


def form(**changed):
    return {
        "based_on": "0",
        "decision": "accepted",
        "why": "Legal agrees that C14 must bind the supplier",
        "cause": "copies share the account of the live service",
        "event": "they are destroyed in one attack",
        "consequence": "readings lost for good",
        "likelihood": "4",
        "impact": "5",
        "treatment": "treat",
        "actions": "Require an offline copy",
        "owner": "Head of Highways",
        "due-day": "1", "due-month": "3", "due-year": "2027",
        "residual_likelihood": "2",
        "residual_impact": "5",
        "target_likelihood": "",
        "target_impact": "",
        "review_on-day": "", "review_on-month": "", "review_on-year": "",
    } | changed  # fmt: skip


def address(risk):
    return f"/evaluation/risks/{risk.token}"


def test_the_register_shows_a_heat_map_with_a_number_and_a_word_in_each_cell(
    client_for, bid, officer
):
    page = client_for(officer).get(f"/evaluation/bids/{bid.token}/risks").text

    assert page.count('class="app-heat__count"') == 25
    assert page.count("</span> very high</td>") == 6
    assert "R10" in page


def test_a_risk_reads_as_the_chain_from_the_answer_to_the_clauses(client_for, bid, risk, officer):
    page = client_for(officer).get(address(risk)).text

    assert [words in page for words in (
        f"/evaluation/bids/{bid.token}/questions/SLP-07#part-SLP-07.f",
        "SLP-07.f:none",
        "Because there is a risk",
        "C14",
    )] == [True, True, False, True]  # fmt: skip
    kinds = [
        page.index(f'app-chain__kind">{kind}')
        for kind in ("Answer", "Rule", "Risk", "Treatment", "Clause")
    ]
    assert kinds == sorted(kinds)


def test_a_risk_is_accepted_as_edited(client_for, bid, risk, officer, evaluated):
    sent = client_for(officer).post(address(risk), data=form())

    assert sent.status_code == 302
    entry = stored(bid, evaluated)
    row = entry.shown("Rook Systems", evaluated(bid).evaluation, evaluated(bid).questionnaire)
    assert (row.state, row.cause, row.inherent, row.residual, row.target) == (
        RiskState.ACCEPTED,
        "copies share the account of the live service",
        Rating(4, 5),
        Rating(2, 5),
        None,
    )
    assert (str(row.due), row.owner, row.decided_by) == (
        "2027-03-01", "Head of Highways", "Ines Roy",
    )  # fmt: skip
    # What the rules proposed stays beside what was decided.
    assert entry.row.likelihood == risk.likelihood


def test_a_dropped_risk_stays_visible_and_no_clause_hears_of_it(
    client_for, bid, risk, officer, evaluated
):
    client_for(officer).post(address(risk), data=form(decision="dropped"))

    page = client_for(officer).get(f"/evaluation/bids/{bid.token}/risks").text
    assert "Dropped" in page
    assert "R10" not in evaluated(bid).evaluation.situation.risks


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"decision": ""}, "Select what becomes of the risk"),
        ({"why": ""}, "Enter the reason for your decision"),
        ({"why": "   "}, "Enter the reason for your decision"),
        ({"cause": ""}, "Enter the cause"),
        ({"residual_impact": ""}, "Select the residual impact too"),
        ({"likelihood": "9"}, "Select one of the options"),
        ({"due-month": "13"}, "There is a problem"),
        ({"owner": "x" * 300}, "Enter an owner of 200 characters or fewer"),
    ],
)
def test_a_decision_that_will_not_do_is_shown_back(
    changed, message, client_for, bid, risk, officer, evaluated
):
    page = client_for(officer).post(address(risk), data=form(**changed))

    assert page.status_code == 422
    assert [message in page.text, "Require an offline copy" in page.text] == [True, True]
    assert stored(bid, evaluated).state is RiskState.PROPOSED


def test_a_decision_taken_meanwhile_is_not_overwritten_unseen(client_for, risk, officer):
    client = client_for(officer)
    client.post(address(risk), data=form())

    page = client.post(address(risk), data=form(decision="dropped"))
    again = client.post(address(risk), data=form(decision="dropped", based_on="1"))

    assert "Somebody decided this risk while you were writing" in page.text
    assert again.status_code == 302


def test_a_cause_that_came_up_after_the_decision_is_pointed_out(
    client_for, bid, officer, evaluated, mark_all
):
    risk = stored(bid, evaluated, "R09").row
    client = client_for(officer)
    client.post(address(risk), data=form())
    mark_all(bid, 1)

    assert "New since the decision" in client.get(address(risk)).text


def test_an_officer_raises_a_risk_no_rule_proposes(client_for, bid, officer, evaluated):
    client = client_for(officer)
    new = f"/evaluation/bids/{bid.token}/risks/new"

    sent = client.post(new, data={"risk": "R37", "why": "The parent company is for sale"})
    again = client.post(new, data={"risk": "R37", "why": "Twice"})

    assert sent.status_code == 302
    assert "Raised by Ines Roy: The parent company is for sale" in client.get(sent.location).text
    assert "Select one of the options" in again.text
    assert "R37" in evaluated(bid).evaluation.situation.risks


def test_an_auditor_reads_the_register_and_decides_nothing(client_for, authority, risk):
    auditor = client_for(make_person(Role.AUDITOR, authority))

    assert [auditor.get(address(risk)).status_code, auditor.post(address(risk)).status_code] == [
        200, 403,
    ]  # fmt: skip


def test_an_evaluator_does_not_see_the_register(client_for, risk, evaluator):
    assert client_for(evaluator).get(address(risk)).status_code == 403


def test_a_decision_is_one_entry_in_the_bids_chain(client_for, bid, risk, officer):
    client_for(officer).post(address(risk), data=form())

    entries = db.session.scalars(
        select(AuditEntry.action).where(
            AuditEntry.subject == bid.token, AuditEntry.action.startswith("risk.")
        )
    ).all()
    assert entries == ["risk.accepted"]


def test_the_downloads_say_what_was_decided(client_for, bid, tender, risk, officer, mark_all):
    mark_all(bid, 3)
    client = client_for(officer)
    client.post(address(risk), data=form())

    register = client.get(f"/evaluation/tenders/{tender.token}/risk-register.xlsx")
    scores = client.get(f"/evaluation/tenders/{tender.token}/scores.xlsx")

    sheet = load_workbook(BytesIO(register.data))["Register"]
    headings = [cell.value for cell in sheet[1]]
    row = next(r for r in sheet.iter_rows(min_row=2, values_only=True) if r[1] == "R10")
    assert [row[headings.index(name)] for name in ("Status", "Risk owner", "Decided by")] == [
        "accepted", "Head of Highways", "Ines Roy",
    ]  # fmt: skip
    assert register.headers["Content-Disposition"] == "attachment; filename=risk-register.xlsx"
    marks = load_workbook(BytesIO(scores.data))["Marks"]
    assert {r[5] for r in marks.iter_rows(min_row=2, values_only=True)} == {3}


def test_a_new_day_in_the_past_is_refused_beside_its_field_and_an_old_one_stays(
    client_for, bid, risk, officer, evaluated, at
):
    web = client_for(officer)
    past = {"due-year": "2020", "review_on-day": "1", "review_on-month": "1",
            "review_on-year": "2020"}  # fmt: skip
    refused = web.post(address(risk), data=form(**past))
    assert web.post(address(risk), data=form()).status_code == 302
    at(datetime(2027, 9, 1, 12, tzinfo=UTC))
    web = client_for(officer)

    assert refused.status_code == 422
    assert refused.text.count("Enter today or a day in the future") == 4
    assert web.post(address(risk), data=form(based_on="1")).status_code == 302
    assert stored(bid, evaluated).number == 2


def test_the_reason_is_asked_anew_and_the_last_one_is_read_above(client_for, risk, officer):
    web = client_for(officer)
    web.post(address(risk), data=form())
    text = web.get(address(risk)).text

    assert re.findall(r'<textarea[^>]*name="why"[^>]*>([^<]*)<', text) == ["\n"]
    assert re.findall(r'id="last-reason">Last reason \([^)]*\): ([^<]*)<', text) == [
        "Legal agrees that C14 must bind the supplier"
    ]


def test_a_proposed_risk_says_when_actions_can_be_added(client_for, risk, officer):
    text = client_for(officer).get(address(risk)).text

    assert text.count("Actions and controls can be added once the risk is accepted.") == 1


def test_a_risk_by_hand_says_who_added_it_on_its_page_and_in_the_workbook(
    client_for, bid, tender, officer, evaluated
):
    web = client_for(officer)
    web.post(
        f"/evaluation/bids/{bid.token}/risks/own",
        data=form(title="Our own network is not ready", category="legal"),
    )
    row = stored(bid, evaluated, "OWN-1").row
    text = web.get(address(row)).text
    file = web.get(f"/evaluation/tenders/{tender.token}/risk-register.xlsx").data
    sheet = load_workbook(BytesIO(file))["Trace"]
    rules = {str(cell.value) for line in sheet.iter_rows() for cell in line}

    assert text.count(f'<span class="app-chain__kind">Added by {officer.name}</span>') == 1
    assert {f"Added by {officer.name}", "officer"} & rules == {f"Added by {officer.name}"}
