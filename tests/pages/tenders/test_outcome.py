"""Start with the outcome: the officer's form, the printed page, and what suppliers are shown."""

import json
import re

import pytest

from accounts.models import Membership
from accounts.rules.roles import Role
from foundation import audit
from foundation.database import db
from supplier_portal.service import start_bid
from tenders import queries, service
from tenders.models import OutcomeStatement
from tenders.outcome_guide import shipped_guide
from tenders.stated import statement_of, version_of_page
from tests.factories import (
    make_open_tender,
    make_person,
    make_tender,
    publish,
    viewer_of,
)

GUIDE = shipped_guide()
OUTCOME = {
    "better_off": "Children at four schools",
    "change": "They breathe cleaner air on the way to school",
    "measure": "Fewer days above the limit\nFewer absences",
    "by_when-day": "31",
    "by_when-month": "3",
    "by_when-year": "2028",
}


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER)


@pytest.fixture
def colleague(officer):
    authority = db.session.get_one(Membership, officer.id).organisation
    return make_person(Role.OFFICER, authority)


@pytest.fixture
def web(client_for, officer):
    return client_for(officer)


@pytest.fixture
def supplier(client_for):
    return client_for(Role.BID_LEAD)


@pytest.fixture
def tender(officer):
    return make_tender(officer)


def address(tender, page=""):
    return f"/tenders/{tender.token}/outcome{page and '/' + page}"


def based_on(web, tender, page):
    """Return what the form of a page names as the text it was made from."""
    found = re.search(r'name="based_on"[^>]*value="(\w+)"', web.get(address(tender, page)).text)
    assert found is not None
    return found[1]


def save(web, tender, page, sent, *, on=None):
    sent = {**sent, "based_on": on or based_on(web, tender, page)}
    return web.post(address(tender, page), data=sent)


def values(tender):
    return dict(statement_of(tender).values)


def terms(tender):
    return json.loads(queries.frozen_text(tender))["terms"]


def write_outcome(web, tender, *, shown):
    save(web, tender, "outcome", OUTCOME)
    web.post(address(tender, "statement"), data={"shown": "yes" if shown else "no"})


def test_it_is_the_first_line_of_what_to_do_and_publication_does_not_need_it(web, tender, officer):
    page = web.get(f"/tenders/{tender.token}").text

    assert page.index("Start with the outcome") < page.index("Title, questions and closing time")

    publish(tender, officer)

    assert "outcome" not in terms(tender)


def test_each_page_leads_to_the_next_and_the_last_to_the_statement(web, tender):
    following = [*[page.id for page in GUIDE.pages[1:]], "statement"]

    led_to = [save(web, tender, page.id, {}).location for page in GUIDE.pages]

    assert led_to == [address(tender, page) for page in following]
    assert statement_of(tender).version == 0


def test_what_is_written_stands_in_the_form_and_on_the_statement(web, tender):
    saved = save(web, tender, "outcome", OUTCOME)

    assert (saved.status_code, saved.location) == (302, address(tender, "action"))
    assert values(tender) == {
        "better_off": "Children at four schools",
        "change": "They breathe cleaner air on the way to school",
        "measure": "Fewer days above the limit\nFewer absences",
        "by_when": "2028-03-31",
    }
    form = web.get(address(tender, "outcome")).text
    assert form.count("They breathe cleaner air on the way to school") == 1
    assert 'name="by_when-year" type="text" inputmode="numeric" value="2028"' in form
    statement = web.get(address(tender, "statement")).text
    assert "Fewer days above the limit<br>Fewer absences" in statement
    assert "31 March 2028" in statement


def test_every_field_of_every_page_keeps_what_is_entered(web, tender):
    expected = {}
    for page in GUIDE.pages:
        sent = {}
        for field in page.fields:
            value = {
                "line": "Some words",
                "text": "Some words\nand more",
                "link": "https://council.example/dpia",
                "choice": field.options[0].value if field.options else "",
                "choices": [option.value for option in field.options[:2]],
                "date": "2027-02-01",
            }[field.kind]
            expected[field.id] = value
            if field.kind == "date":
                sent |= dict(
                    zip(
                        (f"{field.id}-{part}" for part in ("day", "month", "year")),
                        ("1", "2", "2027"),
                        strict=True,
                    )
                )
            else:
                sent[field.id] = value
        save(web, tender, page.id, sent)

    assert values(tender) == expected
    assert statement_of(tender).version == len(GUIDE.pages)
    page = web.get(f"/tenders/{tender.token}").text
    assert page.count("Completed</div>") >= 1
    assert "Not begun" not in web.get(address(tender)).text


def test_a_page_can_be_emptied_again(web, tender):
    save(web, tender, "outcome", OUTCOME)

    save(web, tender, "outcome", {})

    assert values(tender) == {}


def test_the_record_names_the_page_and_the_hash_and_no_word_of_it(web, tender):
    save(web, tender, "outcome", OUTCOME)

    entry = db.session.query(audit.AuditEntry).order_by(audit.AuditEntry.id.desc()).first()
    assert entry.action == "tender.outcome_saved"
    assert sorted(json.loads(entry.details)) == ["page", "statement", "version"]
    assert (json.loads(entry.details)["page"], json.loads(entry.details)["version"]) == (
        "outcome",
        1,
    )


def test_saving_what_stands_there_already_is_no_change(web, tender):
    save(web, tender, "outcome", OUTCOME)

    save(web, tender, "outcome", OUTCOME, on="something else")

    assert statement_of(tender).version == 1


@pytest.mark.parametrize(
    ("page", "sent", "says"),
    [
        pytest.param(
            "assessments",
            {"dpia_link": "javascript:alert(1)"},
            "Enter an address that begins with https:// or http://",
            id="no web address",
        ),
        pytest.param(
            "assessments",
            {"dpia_link": "http://[half"},
            "Enter an address that begins with https:// or http://",
            id="half an address",
        ),
        pytest.param(
            "outcome",
            {"by_when-day": "31", "by_when-month": "2", "by_when-year": "2027"},
            "Enter a real date, like 31 3 2027",
            id="no such day",
        ),
        pytest.param(
            "outcome",
            {"change": "x" * 2001},
            "Enter 2,000 characters or fewer: this is 2,001",
            id="too long",
        ),
        pytest.param(
            "action", {"actor": "x" * 201}, "Enter 200 characters or fewer", id="line too long"
        ),
        pytest.param("action", {"who_acts": "cats"}, "Select one of the options", id="no option"),
        pytest.param(
            "insight", {"insight_form": "cats"}, "Select from the options", id="no such form"
        ),
    ],
)
def test_what_cannot_be_is_told_at_the_field_and_everything_typed_is_kept(
    page, sent, says, web, tender
):
    other = {"outcome": "measure", "assessments": "assessments_note"}.get(page, "")
    kept = {other: "Some words kept"} if other else {}

    refused = save(web, tender, page, sent | kept)

    assert refused.status_code == 422
    assert refused.text.count(says) == 2
    for value in [*sent.values(), *kept.values()]:
        assert value in refused.text or value == "cats"
    assert values(tender) == {}


def test_two_officers_on_two_pages_are_not_in_each_others_way(web, tender, client_for, colleague):
    other = client_for(colleague)
    mine, theirs = based_on(web, tender, "outcome"), based_on(other, tender, "action")

    save(web, tender, "outcome", OUTCOME, on=mine)
    saved = save(other, tender, "action", {"actor": "Wardens"}, on=theirs)

    assert saved.status_code == 302
    assert values(tender)["actor"] == "Wardens"
    assert values(tender)["better_off"] == "Children at four schools"


def test_two_officers_on_one_page_see_both_texts_and_neither_is_lost(
    web, tender, client_for, colleague
):
    other = client_for(colleague)
    shown_to_both = based_on(web, tender, "outcome")
    save(other, tender, "outcome", {**OUTCOME, "change": "Cleaner air"}, on=shown_to_both)

    clash = save(web, tender, "outcome", {**OUTCOME, "change": "Fresher air"}, on=shown_to_both)

    assert clash.status_code == 422
    assert "A colleague saved this page after you opened it" in clash.text
    box = re.search(r'id="colleague-change">(.*?)</div>', clash.text, re.S)[1]
    assert "Cleaner air" in box
    assert clash.text.count('id="colleague-') == 1
    assert "\nFresher air</textarea>" in clash.text
    assert values(tender)["change"] == "Cleaner air"

    again = re.search(r'name="based_on"[^>]*value="(\w+)"', clash.text)[1]
    saved = save(web, tender, "outcome", {**OUTCOME, "change": "Fresher air"}, on=again)

    assert saved.status_code == 302
    assert values(tender)["change"] == "Fresher air"


def test_a_box_left_empty_takes_what_a_colleague_saved(web, tender, client_for, colleague):
    other = client_for(colleague)
    shown_to_both = based_on(web, tender, "outcome")
    save(other, tender, "outcome", OUTCOME, on=shown_to_both)

    clash = save(web, tender, "outcome", {"baseline": "41 days"}, on=shown_to_both).text

    assert "\nThey breathe cleaner air on the way to school</textarea>" in clash
    assert "\n41 days</textarea>" in clash
    assert 'name="by_when-year" type="text" inputmode="numeric" value="2028"' in clash
    assert clash.count("You left it empty, so it stands in the box below.") == 4
    assert clash.count("Yours stands in the box below.") == 1


def test_advice_stands_on_the_page_and_the_statement_and_stops_nothing(web, tender, officer):
    save(web, tender, "outcome", {**OUTCOME, "change": "Sensors at every school"})

    says = "The outcome names technology or data: ‘Sensors’."
    assert web.get(address(tender, "outcome")).text.count(says) == 1
    statement = web.get(address(tender, "statement")).text
    assert statement.count(says) == 1
    assert statement.count("The step “Action” is empty.") == 1

    publish(tender, officer)

    assert tender.published_at is not None
    assert "Worth a thought" not in web.get(address(tender, "statement")).text


def test_the_page_before_publication_says_what_becomes_of_it(web, tender):
    def said():
        page = web.get(f"/tenders/{tender.token}/publish").text
        row = re.search(r">Outcome</dt>\s*<dd[^>]*>(.*?) <a", page, re.S)
        return row and row[1]

    untouched = said()
    save(web, tender, "outcome", OUTCOME)
    kept = said()
    web.post(address(tender, "statement"), data={"shown": "yes"})

    assert untouched == (
        "Nothing is written about it, so suppliers are shown nothing. It is not required."
    )
    assert kept == "It stays with your own people. 3 things in it may be worth a thought."
    assert said() == (
        "Suppliers will be shown it, frozen with the questions. "
        "3 things in it may be worth a thought."
    )


def test_frameworks_of_the_bank_are_linked_from_their_fields(web, tender):
    page = web.get(address(tender, "assessments")).text

    assert page.count('href="/bank/frameworks/dpia"') == 1


def test_suppliers_see_exactly_what_was_frozen(web, tender, officer, supplier):
    write_outcome(web, tender, shown=True)
    before = supplier.get(f"/opportunities/{tender.token}/outcome")

    publish(tender, officer)

    assert before.status_code == 404
    assert terms(tender)["outcome"] == [
        {
            "id": "outcome",
            "title": "Outcome",
            "principle": "",
            "rows": [
                {
                    "id": "better_off",
                    "label": "Who should be better off because you acted?",
                    "words": ["Children at four schools"],
                    "link": False,
                },
                {
                    "id": "change",
                    "label": "In what way?",
                    "words": ["They breathe cleaner air on the way to school"],
                    "link": False,
                },
                {
                    "id": "measure",
                    "label": "How will you see that it has happened?",
                    "words": ["Fewer days above the limit", "Fewer absences"],
                    "link": False,
                },
                {
                    "id": "by_when",
                    "label": "By when should the change be visible?",
                    "words": ["31 March 2028"],
                    "link": False,
                },
            ],
        }
    ]
    home = supplier.get(f"/opportunities/{tender.token}").text
    assert home.count(f'href="/opportunities/{tender.token}/outcome"') == 1
    page = supplier.get(f"/opportunities/{tender.token}/outcome")
    assert page.status_code == 200
    assert "They breathe cleaner air on the way to school" in page.text
    assert "Worth a thought" not in page.text


def test_a_supplier_with_a_bid_finds_it_from_the_task_list(web, tender, officer, client_for):
    write_outcome(web, tender, shown=True)
    publish(tender, officer)
    lead = make_person(Role.BID_LEAD)
    bid = start_bid(tender, by=viewer_of(lead), arrived_at=tender.published_at)

    page = client_for(lead).get(f"/bids/{bid.token}").text

    assert page.count(f'href="/opportunities/{tender.token}/outcome"') == 1


def test_what_is_not_shown_moves_no_frozen_text_and_no_supplier_finds_it(
    web, tender, officer, supplier
):
    without = service.frozen_questionnaire(tender, {})
    write_outcome(web, tender, shown=False)
    assert service.frozen_questionnaire(tender, {}) == without

    publish(tender, officer)

    assert queries.frozen_text(tender) == without
    assert supplier.get(f"/opportunities/{tender.token}/outcome").status_code == 404
    assert "/outcome" not in supplier.get(f"/opportunities/{tender.token}").text
    statement = web.get(address(tender, "statement")).text
    assert "Suppliers were not shown it." in statement
    assert "They breathe cleaner air on the way to school" in statement


def test_an_empty_statement_is_not_shown_even_if_chosen(web, tender, officer):
    web.post(address(tender, "statement"), data={"shown": "yes"})

    publish(tender, officer)

    assert "outcome" not in terms(tender)


def test_whether_it_is_shown_must_be_selected(web, tender):
    refused = web.post(address(tender, "statement"), data={})

    assert refused.status_code == 422
    assert refused.text.count("Select whether suppliers are shown the statement") == 2


def test_after_publication_nothing_of_it_changes(web, tender, officer):
    write_outcome(web, tender, shown=True)
    mine = based_on(web, tender, "outcome")
    publish(tender, officer)

    refused = save(web, tender, "outcome", {"change": "Something else"}, on=mine)
    hidden = web.post(address(tender, "statement"), data={"shown": "no"})

    assert (refused.status_code, hidden.status_code) == (409, 409)
    assert "Something else" in refused.text
    assert values(tender)["change"] == "They breathe cleaner air on the way to school"
    assert statement_of(tender).shown_to_suppliers is True
    assert web.get(address(tender)).location == address(tender, "statement")
    assert web.get(address(tender, "action")).location == address(tender, "statement")
    shown = web.get(address(tender, "statement")).text
    assert "Suppliers see this page." in shown
    assert "<textarea" not in shown


def test_an_amendment_keeps_what_suppliers_were_shown(web, tender, officer):
    write_outcome(web, tender, shown=True)
    publish(tender, officer)
    by, moment = viewer_of(officer), tender.published_at
    shown = terms(tender)["outcome"]

    service.prepare_amendment(tender, by=by, arrived_at=moment)
    facts = {"contract_start": "2029-01-31"}
    service.set_amendment_facts(
        tender, facts, based_on=tender.plan_sha256, by=by, arrived_at=moment
    )
    service.set_amendment_terms(
        tender,
        closes_at=tender.closes_at,
        questions_until=None,
        reason="The date was missing",
        based_on=tender.plan_sha256,
        by=by,
        arrived_at=moment,
    )
    service.publish_amendment(tender, based_on=tender.plan_sha256, by=by, arrived_at=moment)

    assert terms(tender)["amendment"]["number"] == 1
    assert terms(tender)["outcome"] == shown


@pytest.mark.parametrize("page", ["", "outcome", "statement"])
def test_another_authority_does_not_find_it(page, tender, client_for):
    assert client_for(Role.OFFICER).get(address(tender, page)).status_code == 404


@pytest.mark.parametrize("page", ["", "outcome", "statement"])
def test_suppliers_do_not_open_the_officers_pages(page, officer, supplier):
    tender = make_open_tender(officer)

    assert supplier.get(address(tender, page)).status_code == 403


def test_colleagues_who_may_only_read_read_the_statement(web, tender, officer, client_for):
    save(web, tender, "outcome", OUTCOME)
    authority = db.session.get_one(Membership, officer.id).organisation
    reader = client_for(make_person(Role.AUDITOR, authority))

    page = reader.get(address(tender, "statement"))

    assert page.status_code == 200
    assert "Show this statement to suppliers?" not in page.text
    assert reader.get(address(tender, "outcome")).status_code == 403


def test_a_page_that_is_not_there_is_not_found(web, tender):
    assert web.get(address(tender, "profit")).status_code == 404


@pytest.mark.parametrize("page", ["", "outcome", "ethics", "statement"])
def test_pages_take_few_statements_whatever_is_written(page, web, tender, statements_counted):
    def counted():
        with statements_counted() as statements:
            assert web.get(address(tender, page)).status_code == 200
        return len(statements)

    counted()
    before = counted()
    save(web, tender, "outcome", OUTCOME)

    assert counted() == before
    assert before <= 15


@pytest.mark.both_databases
def test_a_statement_is_kept_once_a_tender(web, tender):
    save(web, tender, "outcome", OUTCOME)
    save(web, tender, "action", {"actor": "Wardens"})

    assert db.session.query(OutcomeStatement).count() == 1
    outcome = GUIDE.pages[0]
    assert based_on(web, tender, "outcome") == version_of_page(outcome, values(tender))
