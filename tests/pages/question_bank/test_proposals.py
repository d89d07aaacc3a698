"""Those who work with a question propose other words; stewards decide, with a reason."""

import pytest
import yaml
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation.audit import AuditEntry
from foundation.database import db
from foundation.errors import DomainError
from question_bank import loader
from question_bank.models import Proposal, ProposalState
from question_bank.queries import proposals as queries
from question_bank.rules.proposals import MOST_OPEN, WHOLE, not_merged, suggested
from question_bank.rules.reading import ContentError
from question_bank.service import proposals as service
from tests.factories import make_person, viewer_of

PLACE = "levels.1"
ADDRESS = f"/bank/questions/SLP-07/propose?place={PLACE}"
TYPED = {"suggestion": "A statement without times.", "reason": "It is shorter."}
HOSTILE = "!!python/object/apply:os.system ['x']: &a [*a] {{ 7 * 7 }} \u202e ‘quote’ \"two\": - #"


@pytest.fixture
def lead(app):
    return make_person(Role.BID_LEAD, name="Tom Sadler")


@pytest.fixture
def steward(app):
    return make_person(Role.STEWARD, name="Leila Okafor")


def question(question_id="SLP-07"):
    return queries.raw_question(question_id)


def make_proposal(person, place=PLACE, suggestion="A statement without times.", reason="Shorter."):
    wanted = suggested(question(), place, suggestion, reason)
    return service.propose(wanted, edition=loader.newest_edition().version, by=viewer_of(person))


def only():
    return db.session.scalars(select(Proposal)).one()


def test_the_texts_of_a_question_can_be_chosen_from(client_for, lead):
    page = client_for(lead).get("/bank/questions/SLP-07/propose")

    assert "Propose a change to SLP-07 Disaster recovery" in page.text
    assert f"place={PLACE}" in page.text
    assert "place=parts.SLP-07.f.options.offline.label" in page.text


@pytest.mark.both_databases
@pytest.mark.parametrize("role", [Role.BID_LEAD, Role.OFFICER])
def test_a_supplier_or_an_authority_proposes_other_words(client_for, role):
    person = make_person(role)

    answer = client_for(person).post(ADDRESS, data=TYPED)

    assert answer.location == "/bank/proposals"
    proposal = only()
    assert (proposal.question_id, proposal.place, proposal.state) == (
        "SLP-07",
        PLACE,
        ProposalState.OPEN,
    )
    assert proposal.present == "A general statement without times."
    assert proposal.suggestion == TYPED["suggestion"]
    entries = select(AuditEntry.action).where(AuditEntry.subject == proposal.token)
    assert list(db.session.scalars(entries)) == ["proposal.made"]


def test_a_remark_on_a_question_as_a_whole_needs_only_words_about_it(client_for, lead):
    web = client_for(lead)

    web.post(
        f"/bank/questions/SLP-07/propose?place={WHOLE}", data={"reason": "Ask about generators."}
    )

    assert (only().place, only().suggestion, only().reason) == (WHOLE, "", "Ask about generators.")
    assert "The question as a whole" in web.get("/bank/proposals").text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"suggestion": ""}, "Enter the words you propose"),
        ({"reason": " "}, "Enter why it should change"),
        (
            {"suggestion": "A general statement without times."},
            "Change the words: these are the same",
        ),
        ({"suggestion": "x" * 421}, "Enter 420 characters or fewer: this is 421"),
        ({"reason": "x" * 2001}, "Enter 2,000 characters or fewer: this is 2,001"),
        (
            {"suggestion": "<img src=x onerror=alert(1)>"},
            "You cannot propose this: HTML is not shown; write plain words",
        ),
    ],
)
def test_what_is_not_a_proposal_is_refused_and_shown_back(client_for, lead, typed, sentence):
    page = client_for(lead).post(ADDRESS, data=TYPED | typed)

    assert page.text.count(sentence) == 2
    assert db.session.scalars(select(Proposal)).all() == []


@pytest.mark.parametrize(
    "address",
    [
        "/bank/questions/SLP-99/propose",
        "/bank/questions/SLP-07/propose?place=levels.9",
        "/bank/questions/SLP-07/propose?place=parts.SLP-07.f.options.offline.ceiling",
    ],
)
def test_what_is_no_text_of_a_question_is_not_found(client_for, lead, address):
    assert client_for(lead).get(address).status_code == 404


def test_nobody_sees_what_another_organisation_proposed(client_for, lead):
    proposal = make_proposal(lead)
    other = client_for(make_person(Role.BID_LEAD))

    assert "SLP-07" not in other.get("/bank/proposals").text
    assert other.get(f"/bank/proposals/{proposal.token}").status_code == 404


def test_stewards_see_all_and_who_proposed(client_for, lead, steward):
    proposal = make_proposal(lead)
    web = client_for(steward)

    page = web.get(f"/bank/proposals/{proposal.token}")

    assert "SLP-07" in web.get("/bank/proposals").text
    assert "Tom Sadler, Larkfield Sensors" in page.text
    assert '<del><span class="govuk-visually-hidden">(removed: </span>general <' in page.text


@pytest.mark.both_databases
def test_a_steward_decides_with_a_reason_that_the_proposer_reads(client_for, lead, steward):
    proposal = make_proposal(lead)

    answer = client_for(steward).post(
        f"/bank/proposals/{proposal.token}/decide",
        data={"decision": "accept", "reason": "Shorter indeed."},
    )

    assert answer.status_code == 302
    assert only().state is ProposalState.ACCEPTED
    page = client_for(lead).get(f"/bank/proposals/{proposal.token}").text
    assert "Shorter indeed." in page
    assert "Leila Okafor" not in page
    entries = select(AuditEntry.action).where(AuditEntry.subject == proposal.token)
    assert list(db.session.scalars(entries.order_by(AuditEntry.number))) == [
        "proposal.made",
        "proposal.decided",
    ]


def test_a_decision_without_a_reason_is_not_taken(client_for, lead, steward):
    proposal = make_proposal(lead)

    page = client_for(steward).post(
        f"/bank/proposals/{proposal.token}/decide", data={"decision": "decline", "reason": ""}
    )

    assert "Enter the reason for the decision" in page.text
    assert only().state is ProposalState.OPEN


def test_a_proposal_is_decided_once(lead, steward):
    proposal = make_proposal(lead)
    service.decide(proposal, accept=False, reason="No.", by=viewer_of(steward))

    with pytest.raises(DomainError) as error:
        service.decide(proposal, accept=True, reason="Yes.", by=viewer_of(steward))

    assert str(error.value) == ("You cannot decide this proposal because it is declined already")


def test_an_organisation_can_have_only_so_many_waiting(lead):
    for number in range(MOST_OPEN):
        make_proposal(lead, suggestion=f"A statement, {number}.")

    with pytest.raises(DomainError) as error:
        make_proposal(lead, suggestion="One more.")

    assert str(error.value) == (
        "You cannot propose more because 50 proposals of your organisation are waiting for a "
        "decision"
    )


def test_accepted_proposals_are_exported_ready_to_be_merged(client_for, lead, steward, at):
    proposal = make_proposal(lead)
    declined = make_proposal(lead, suggestion="Nothing.")
    service.decide(proposal, accept=True, reason="Yes.", by=viewer_of(steward))
    service.decide(declined, accept=False, reason="No.", by=viewer_of(steward))

    answer = client_for(steward).get("/bank/proposals/accepted.yml")

    document = yaml.safe_load(answer.text)
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="accepted-proposals.yml"'
    )
    (entry,) = document["proposals"]
    del entry["decided_on"]
    assert entry == {
        "file": "question_bank/content/questions/SLP-07-disaster-recovery.yml",
        "question": "SLP-07",
        "place": "levels.1",
        "written_for": loader.newest_edition().version,
        "from": "A general statement without times.",
        "to": "A statement without times.",
        "why": "Shorter.",
        "proposed_by": "Tom Sadler, Larkfield Sensors",
        "decided_by": "Leila Okafor",
        "decision": "Yes.",
    }


def test_hostile_words_stay_words_on_the_page_and_in_the_export(client_for, lead, steward):
    proposal = make_proposal(lead, suggestion=HOSTILE, reason="<script>alert(1)</script>")
    service.decide(proposal, accept=True, reason="{{ config }}", by=viewer_of(steward))
    web = client_for(steward)

    page = web.get(f"/bank/proposals/{proposal.token}").text
    text = web.get("/bank/proposals/accepted.yml").text

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "{{ config }}" in page
    assert yaml.safe_load(text)["proposals"][0]["to"] == HOSTILE
    assert not_merged(yaml.safe_load(text), {"SLP-07": question()}) == [
        "SLP-07, levels.1: the accepted proposal is not merged yet"
    ]


def test_whether_an_accepted_proposal_is_merged_is_seen_in_the_content():
    entry = {"question": "SLP-07", "place": PLACE, "from": "Old words.", "to": "New  words."}
    document = {"format": "supplier-assurance-proposals/1", "proposals": [entry]}

    def said(now):
        return not_merged(document, {"SLP-07": {"levels": {"1": now}}})

    assert said("New words.") == []
    assert said("Old words.") == ["SLP-07, levels.1: the accepted proposal is not merged yet"]
    assert said("Others.") == [
        "SLP-07, levels.1: these are neither the old words nor those accepted"
    ]
    assert not_merged(document, {}) == [
        "SLP-07, levels.1: there is no such text; the proposal needs another place"
    ]


def test_a_file_that_is_no_export_is_refused():
    with pytest.raises(ContentError):
        not_merged({"proposals": []}, {})
    with pytest.raises(ContentError):
        not_merged(["x"], {})


def test_a_steward_is_told_that_the_place_changed_since(client_for, lead, steward):
    wanted = suggested(question(), PLACE, "Other words.", "Why.")
    since = type(wanted)(wanted.question, wanted.place, "Words of old.", "Other words.", "Why.")
    proposal = service.propose(since, edition="2026.11", by=viewer_of(lead))

    page = client_for(steward).get(f"/bank/proposals/{proposal.token}").text

    assert "This place has changed since." in page


def test_the_list_asks_few_questions_of_the_database(client_for, lead, steward, statements_counted):
    for number in range(20):
        make_proposal(lead, suggestion=f"A statement, {number}.")
    web = client_for(steward)

    with statements_counted() as statements:
        web.get("/bank/proposals")

    assert len(statements) <= 5
