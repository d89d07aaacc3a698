"""What the officer's pages show, and to whom."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from accounts import service as accounts
from accounts.rules.roles import Role
from foundation import clock
from foundation.tokens import new_token
from tenders import queries
from tests.factories import make_authority, make_open_tender, make_person, make_tender

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
SUPPLIERS = [Role.BID_LEAD, Role.CONTRIBUTOR, Role.CERTIFIER, Role.SUPPLIER_READER]
PAGES = ["", "/edit", "/facts", "/questions", "/questionnaire.json", "/publish"]


def without_chance(page):
    """The page without what differs from request to request."""
    return re.sub(r'value="[^"]{40,}"', "", page.text)


@pytest.mark.parametrize("place", PAGES)
def test_a_tender_of_another_authority_looks_like_one_that_does_not_exist(client_for, place):
    other = make_tender(make_person(Role.OFFICER, make_authority("Elsewhere")))
    browser = client_for(Role.OFFICER)

    theirs = browser.get(f"/tenders/{other.token}{place}")
    nobodys = browser.get(f"/tenders/{new_token()}{place}")

    assert (theirs.status_code, nobodys.status_code) == (404, 404)
    assert without_chance(theirs) == without_chance(nobodys)


@pytest.mark.parametrize("place", ["edit", "facts", "publish"])
def test_a_tender_of_another_authority_cannot_be_changed(client_for, place):
    other = make_tender(make_person(Role.OFFICER, make_authority("Elsewhere")))

    answer = client_for(Role.OFFICER).post(f"/tenders/{other.token}/{place}", data={"ai": "yes"})

    assert answer.status_code == 404
    assert other.facts == {}


@pytest.mark.parametrize("role", SUPPLIERS)
def test_a_supplier_has_no_page_of_the_officers(client_for, role):
    tender = make_open_tender()
    browser = client_for(role)

    answers = [browser.get(f"/tenders/{tender.token}{place}").status_code for place in PAGES]

    assert answers == [403] * len(PAGES)


def test_an_evaluator_reads_a_tender_but_cannot_change_it(client_for):
    authority = make_authority()
    tender = make_tender(make_person(Role.OFFICER, authority))
    browser = client_for(make_person(Role.EVALUATOR, authority))

    page = browser.get(f"/tenders/{tender.token}")

    assert page.status_code == 200
    assert "What to do before you publish" not in page.text
    assert browser.get(f"/tenders/{tender.token}/edit").status_code == 403


def test_a_role_for_one_tender_opens_that_tender_alone(client_for):
    authority = make_authority()
    officer = make_person(Role.OFFICER, authority)
    first, second = make_tender(officer, title="First one"), make_tender(officer, title="Second")
    browser = client_for(make_person(Role.EVALUATOR, authority, tender_id=first.id))

    start = browser.get("/tenders/")

    assert ("First one" in start.text, "Second" in start.text) == (True, False)
    assert browser.get(f"/tenders/{second.token}").status_code == 404


def test_an_officer_of_one_tender_cannot_change_another_he_may_only_read(client_for):
    authority = make_authority()
    officer = make_person(Role.OFFICER, authority)
    own, other = make_tender(officer), make_tender(officer)
    person = make_person(Role.EVALUATOR, authority)
    accounts.add_membership(person, authority, Role.OFFICER, actor="system", tender_id=own.id)
    browser = client_for(person)

    assert browser.get(f"/tenders/{own.token}/edit").status_code == 200
    assert browser.get(f"/tenders/{other.token}/edit").status_code == 404


def test_the_start_page_shows_what_needs_the_officer_first(client_for, at):
    at(NOON)
    officer = make_person(Role.OFFICER)
    make_open_tender(officer, title="Still open", closes_at=NOON + timedelta(days=9))
    make_open_tender(officer, title="Just closed", closes_at=NOON + timedelta(minutes=1))
    make_tender(officer, title="A draft")
    at(NOON + timedelta(minutes=2))

    page = client_for(officer).get("/tenders/").text

    titles = ("What needs you", "Just closed", "A draft", "Other tenders", "Still open")
    assert sorted(titles, key=page.index) == list(titles)
    assert "Closed on 1 December 2026, 12:01pm (UK time)" in page
    assert "Closes on 10 December 2026, 12:00 noon (UK time), in 8 days" in page


@pytest.mark.parametrize(
    ("offset", "stage"),
    [(-1, "Open"), (0, "Closed"), (1, "Closed")],
    ids=["a microsecond before", "on the moment", "a microsecond after"],
)
def test_a_tender_closes_by_the_clock_without_anybody_doing_it(client_for, at, offset, stage):
    at(NOON)
    officer = make_person(Role.OFFICER)
    tender = make_open_tender(officer, closes_at=NOON + timedelta(hours=1))
    browser = client_for(officer)
    at(tender.closes_at + timedelta(microseconds=offset))

    page = browser.get(f"/tenders/{tender.token}").text

    assert "</strong></span>\n<h1" in page
    assert f">{stage}</strong>" in page


def test_the_preview_shows_every_question_part_and_column(client_for):
    officer = make_person(Role.OFFICER)
    tender = make_tender(officer)

    page = client_for(officer).get(f"/tenders/{tender.token}/questions").text

    assert page.count('class="app-part"') == len(queries.questionnaire_of(tender).parts)
    assert "Name of the dataset" in page
    assert "This is what suppliers will see." in page


def test_after_publication_the_preview_says_that_it_is_frozen(client_for, at):
    at(NOON)
    officer = make_person(Role.OFFICER)
    tender = make_open_tender(officer)

    page = client_for(officer).get(f"/tenders/{tender.token}/questions").text

    assert "Frozen on 1 December 2026, 12:00 noon (UK time)" in page
    assert tender.questionnaire_sha256 in page


@pytest.mark.parametrize("place", ["", "/edit", "/facts", "/questions", "/publish"])
def test_a_page_takes_few_statements_however_many_tenders_there_are(
    client_for, statements_counted, place
):
    officer = make_person(Role.OFFICER)
    tenders = [make_tender(officer) for _ in range(30)]
    browser = client_for(officer)

    with statements_counted() as one:
        browser.get(f"/tenders/{tenders[0].token}{place}")
    with statements_counted() as start:
        browser.get("/tenders/")

    assert (len(one) <= 15, len(start) <= 15) == (True, True), (one, start)


def test_a_moment_before_opening_no_page_of_the_authority_knows_of_bids(client_for, at):
    at(NOON)
    officer = make_person(Role.OFFICER)
    tender = make_open_tender(officer, closes_at=NOON + timedelta(hours=1))
    browser = client_for(officer)

    before = without_chance(browser.get(f"/tenders/{tender.token}"))
    at(clock.now() + timedelta(hours=2))
    after = browser.get(f"/tenders/{tender.token}").text

    assert "bids opened" not in before.lower()
    assert "What was sent is sealed until two officers open it together." in after


def after(client, address, sent):
    """Return the page that follows what was sent."""
    return client.get(client.post(address, data=sent).location).text


def closing(day, month, year, time):
    return dict(
        zip(
            ("closes_at-day", "closes_at-month", "closes_at-year", "closes_at-time"),
            (day, month, year, time),
            strict=True,
        )
    )


def test_everything_wrong_with_a_new_tender_is_told_at_once(client_for, at):
    at(NOON)
    sent = {
        "title": "",
        "reference": "R" * 500,
        "pack_id": "slp-essential",
        "quality_weight": "60",
    } | closing("28", "3", "2027", "01:30")

    page = client_for(Role.OFFICER).post("/tenders/new", data=sent).text

    summary = page[page.index("There is a problem") :]
    assert re.findall(r'<li><a href="#[^"]+">([^<]+)', summary) == [
        "Enter the title of the tender",
        "Enter 40 characters or fewer",
        "Enter a time outside the hour in which the clocks change",
    ]


def test_a_closing_time_on_a_day_nobody_works_is_hinted_at_and_kept(client_for, at):
    at(NOON)
    officer = make_person(Role.OFFICER)
    tender, desk = make_tender(officer), client_for(officer)
    address = f"/tenders/{tender.token}/edit"
    sent = {"title": "Air", "reference": "A-1", "quality_weight": "60", "pack_id": tender.pack_id}

    holiday = after(desk, address, sent | closing("25", "12", "2026", "12:00"))
    box = desk.get(address).text
    friday = after(desk, address, sent | closing("11", "12", "2026", "12:00"))

    said = "Friday 25 December 2026 is not a working day: Christmas Day"
    assert f"The details are saved. {said}" in holiday
    assert f"You can leave this empty for now. {said}." in box
    assert "The details are saved" in friday
    assert "not a working day" not in friday


def test_a_contract_that_starts_on_a_sunday_is_hinted_at(client_for, at):
    at(NOON)
    officer = make_person(Role.OFFICER)
    tender, desk = make_tender(officer), client_for(officer)
    address = f"/tenders/{tender.token}/facts"
    sent = {"contract_start-day": "7", "contract_start-month": "3", "contract_start-year": "2027"}

    saved = after(desk, address, sent)

    assert "The facts are saved. Sunday 7 March 2027 is not a working day" in saved
    assert "Sunday 7 March 2027 is not a working day." in desk.get(address).text
