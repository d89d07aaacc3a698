"""The question bank is open to everybody: to find questions and see what answers lead to."""

from __future__ import annotations

import re
from html import unescape

import pytest

from accounts.rules.roles import Role
from question_bank import loader
from question_bank.rules.search import in_order

BANK = loader.shipped_bank()
EVERYBODY = [None, Role.OFFICER, Role.BID_LEAD, Role.EVALUATOR]


@pytest.fixture
def reader(client, client_for):
    """Return a browser of somebody who holds a role, or of a stranger."""
    return lambda role: client if role is None else client_for(role)


def shown(page):
    """Return what the page says, on one line and without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def titles_found(page):
    """Return the ids of the questions a list shows, in its order."""
    return re.findall(r'<a class="govuk-link" href="/bank/questions/([A-Z]+-\d+)">', page.text)


def addresses(bank):
    yield from ("/bank/", "/bank/risks", "/bank/frameworks")
    yield from (f"/bank/questions/{question}" for question in bank.questions)
    yield from (f"/bank/risks/{risk}" for risk in bank.risks)
    yield from (f"/bank/frameworks/{framework}" for framework in bank.frameworks)


def test_a_stranger_reads_every_page_and_no_link_within_the_bank_is_dead(client):
    pages = {address: client.get(address) for address in addresses(BANK)}
    linked = {
        link.partition("#")[0].partition("?")[0]
        for page in pages.values()
        for link in re.findall(r'href="(/bank/[^"]*)"', page.text)
    }

    assert {address: page.status_code for address, page in pages.items()} == dict.fromkeys(
        pages, 200
    )
    assert {client.get(link).status_code for link in linked - set(pages)} == {200}


def test_every_link_to_a_place_on_a_page_finds_it(client):
    pages = {address: client.get(address).text for address in addresses(BANK)}
    places = {
        link for page in pages.values() for link in re.findall(r'href="(/bank/[^"?]*#[^"]+)"', page)
    }

    lost = [
        link
        for link in places
        if f'id="{link.partition("#")[2]}"' not in pages[link.partition("#")[0]]
    ]

    assert lost == []


@pytest.mark.parametrize("role", EVERYBODY)
def test_the_bank_lists_every_question_those_of_the_source_first(reader, role):
    page = reader(role).get("/bank/")

    assert titles_found(page) == [question.id for question in in_order(BANK.questions.values())]
    assert f"{len(BANK.questions)} questions in all" in shown(page)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=SLP-07.f", ["SLP-07"]),
        ("q=AIR-GAPPED", ["SLP-07"]),
        ("q=disaster+recovery+configuration", ["SLP-07"]),
        ("control=caf-4.0:A2.b", ["SLP-10"]),
        ("control=caf-3.2:A2.b", ["SLP-05", "SLP-10"]),
        ("risk=R10&q=configuration", ["SLP-07"]),
        ("clause=C14&topic=resilience", ["SLP-07"]),
        ("q=nothing-has-this-word", []),
    ],
)
def test_questions_are_found_by_words_ids_and_filters(client, query, found):
    page = client.get(f"/bank/?{query}")

    assert titles_found(page) == found
    assert f"{len(found)} question{'' if len(found) == 1 else 's'}" in shown(page)


def test_a_word_leads_to_the_part_it_was_found_in(client):
    page = client.get("/bank/?q=air-gapped")

    assert 'href="/bank/questions/SLP-07#SLP-07.f"' in page.text


def test_nothing_found_says_what_to_do(client):
    assert "No question fits. Try fewer or other words" in shown(client.get("/bank/?q=zzz"))


def test_a_filter_that_does_not_exist_is_left_out(client):
    assert len(titles_found(client.get("/bank/?control=caf-9:Z&topic=x"))) == len(BANK.questions)


def test_what_was_searched_for_stays_in_the_form(client):
    page = client.get("/bank/?q=backup+copy&topic=resilience&clause=C14").text

    assert 'value="backup copy"' in page
    assert '<option value="resilience" selected>' in page
    assert '<option value="C14" selected>' in page


def test_typed_markup_is_shown_as_typed(client):
    page = client.get("/bank/?q=%3Cscript%3Ealert(1)%3C/script%3E")

    assert "<script>alert" not in page.text
    assert "“<script>alert(1)</script>”" in unescape(page.text)


def test_a_question_says_what_each_answer_leads_to(client):
    page = shown(client.get("/bank/questions/SLP-07"))

    assert (
        "Copied to another place but reachable with the same administration 2 Red flag "
        "The copies could be destroyed in the same attack as the live service. "
        "Risk: R10 Backups destroyed with the live system "
        "Contract: C14 Continuity, backup and recovery" in page
    )


@pytest.mark.parametrize(
    "says",
    [
        "If your service stops, residents feel it",
        'Source: LOTI guide, Appendix 1, "Disaster recovery"',
        "Marked 2 or lower, it proposes R09",
        "NCSC Cyber Assessment Framework, 4.0 B5.a Resilience preparation",
        "NCSC Cyber Assessment Framework, 3.2 B5.a Resilience preparation",
        "Law it stands on: UK GDPR 32(1)(b)–(d); Civil Contingencies Act 2004",
        "Evidence that helps:",
        "How up to date the recovered data is: SLP-07.i Recovery times",
        "in a row of SLP-07.i (Recovery times)",
    ],
)
def test_a_question_says_why_how_it_is_marked_and_what_it_maps_to(client, says):
    assert says in shown(client.get("/bank/questions/SLP-07"))


def test_a_requirement_says_when_it_passes(client):
    page = shown(client.get("/bank/questions/SLP-02"))

    assert "It passes when SLP-02.a (The council owns the data) is “Yes”" in page


def test_a_question_names_the_checks_that_compare_it(client):
    page = shown(client.get("/bank/questions/SLP-12"))

    assert "X3 No subcontracting means that nobody else holds the data" in page


@pytest.mark.parametrize(
    ("role", "says"),
    [
        (None, "Sign in to propose a change."),
        (Role.BID_LEAD, "Propose a change to SLP-07"),
        (Role.OFFICER, "Propose a change to SLP-07"),
    ],
)
def test_a_question_ends_with_the_way_to_propose_a_change(reader, role, says):
    assert says in shown(reader(role).get("/bank/questions/SLP-07"))


def test_a_risk_says_which_answers_marks_and_checks_propose_it(client):
    page = shown(client.get("/bank/risks/R10"))

    assert "Because backups can be reached from the live systems" in page
    assert "SLP-07.f How copies are kept apart : “Copied to another place" in page


@pytest.mark.parametrize(
    "address", ["/bank/questions/SLP-99", "/bank/risks/R99", "/bank/frameworks/iso-9999"]
)
def test_what_is_not_in_the_bank_is_not_found(client, address):
    assert client.get(address).status_code == 404


def test_a_framework_says_what_it_is_whom_it_binds_and_where_it_is_answered(client):
    page = shown(client.get("/bank/frameworks/psti-2022"))

    assert "Devices made for businesses and councils are outside it" in page
    assert "Binds Law." in page
    assert "SLP-06.e2 Device passwords and certificates" in page


def test_both_versions_of_a_framework_say_what_became_of_an_id(client):
    older = shown(client.get("/bank/frameworks/caf-3.2"))
    newer = shown(client.get("/bank/frameworks/caf-4.0"))

    assert "A2.b Assurance SLP-05 Compliance with standards ; SLP-10" in older
    assert "A2.b Assurance A2.c Assurance In 3.2 this is assurance." in older
    assert "A2.b Understanding threat SLP-10" in newer
    assert "It followed NCSC Cyber Assessment Framework, 3.2" in newer


def test_the_bank_is_linked_for_those_signed_in_and_for_those_about_to(client, client_for):
    assert 'href="/bank/"' in client.get("/sign-in").text
    assert 'href="/bank/">' in client_for(Role.CERTIFIER).get("/bank/risks").text


def test_no_page_of_the_bank_asks_the_database_anything_about_a_stranger(
    client, statements_counted
):
    client.get("/bank/")

    with statements_counted() as statements:
        client.get("/bank/questions/SLP-07")

    assert statements == []


def test_the_crosswalk_downloads_as_a_workbook(client):
    answer = client.get("/bank/crosswalk.xlsx")

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == (
        f"attachment; filename=question-bank-crosswalk-{BANK.version}.xlsx"
    )
    assert answer.data[:2] == b"PK"
