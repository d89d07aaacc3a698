"""The page on what a questionnaire tests: of a draft, of a published tender, for whom."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from io import BytesIO

import pytest
from openpyxl import load_workbook

from accounts.rules.roles import Role
from tests.factories import make_authority, make_open_tender, make_person, make_tender

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
CLOSES_AT = NOON + timedelta(days=9)


@pytest.fixture
def officer(app, at):
    at(NOON)
    return make_person(Role.OFFICER)


def address(tender, rest=""):
    return f"/tenders/{tender.token}/coverage{rest}"


def words(page):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.text)))


def headings(page):
    return [
        unescape(text)
        for text in re.findall(r'<h2 class="govuk-heading-m" id="[^"]+">([^<]+)<', page.text)
    ]


def test_a_draft_shows_what_it_would_test_with_links_to_its_questions(client_for, officer):
    tender = make_tender(officer)

    page = client_for(officer).get(address(tender))

    assert "The tender is a draft" in page.text
    assert f'href="/tenders/{tender.token}/questions#SLP-07"' in page.text
    assert "B5.c Backups SLP-07" in words(page)


def test_a_published_tender_shows_what_was_frozen(client_for, officer):
    tender = make_open_tender(officer, closes_at=CLOSES_AT)

    page = client_for(officer).get(address(tender))

    assert "The questions were frozen on 1 December 2026" in words(page)
    assert "The tender is a draft" not in page.text


def test_the_two_versions_of_the_assessment_framework_stand_side_by_side(client_for, officer):
    page = client_for(officer).get(address(make_tender(officer)))

    assert "A2.b Assurance A2.c Assurance" in words(page)


def test_one_framework_can_be_chosen(client_for, officer):
    tender = make_tender(officer)
    client = client_for(officer)

    one = client.get(address(tender, "?framework=cyber-essentials"))
    unknown = client.get(address(tender, "?framework=%3Cb%3E"))

    assert headings(one)[1:] == ["Checks between answers"]
    assert headings(one)[0].startswith("Cyber Essentials")
    assert len(headings(unknown)) > 8


def test_the_workbook_is_handed_out(client_for, officer):
    tender = make_open_tender(officer, closes_at=CLOSES_AT)

    answer = client_for(officer).get(address(tender, ".xlsx"))
    about = load_workbook(BytesIO(answer.data))["About"]

    assert about["A1"].value == f"What the questionnaire tests: {tender.title}"
    assert tender.questionnaire_sha256 in about["B5"].value


@pytest.mark.parametrize("rest", ["", ".xlsx"])
def test_another_authority_finds_nothing(rest, client_for, officer):
    stranger = make_person(Role.OFFICER, make_authority("Larkhaven Council"))

    assert client_for(stranger).get(address(make_tender(officer), rest)).status_code == 404


def test_the_page_takes_few_statements(client_for, officer, statements_counted):
    tender = make_open_tender(officer, closes_at=CLOSES_AT)
    client = client_for(officer)

    with statements_counted() as statements:
        client.get(address(tender))

    assert len(statements) <= 15
