"""A schedule as it prints, in the page: numbers, words, references, brackets, departures."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from accounts.rules.roles import Role
from contract_clauses.printed import printed
from contract_clauses.queries.contracts import contract_seen
from contract_clauses.queries.issuing import issues_of_bid
from contract_clauses.rules.parts import Before, Departure
from contract_clauses.rules.wording import Segment, SegmentKind
from contract_clauses.word import schedule_document
from foundation import soffice
from tests import contracting
from tests.factories import make_authority, make_person, viewer_of

HIDDEN = re.compile(r'<span class="govuk-visually-hidden">[^<]*</span>')


@pytest.fixture
def bid(make_bid, opened):
    bid = make_bid("Rook Systems", best=False)
    opened()
    return bid


def address(bid, part=""):
    return f"/schedules/{bid.token}/preview" + (f"/{part}" if part else "")


def words_of(markup):
    """Return the words of some HTML as they are read."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", markup)).replace("\xa0", " ").split())


def printed_lines(page):
    """Return the lines of a page that hold clauses: headings, sub-clauses, items, meanings."""
    sections = re.findall(r'<section class="app-printed__clause".*?</section>', page, re.S)
    lines = [
        re.findall(r"<(h2|p|li)\b[^>]*>(.*?)</\1>", HIDDEN.sub("", section), re.S)
        for section in sections
    ]
    return [words_of(inside) for found in lines for _, inside in found]


def test_the_whole_schedule_is_on_one_page_and_its_references_lead_within_it(
    client_for, officer, bid
):
    page = client_for(officer).get(address(bid, "all")).text
    main = page[page.index("<main") :]

    places = set(re.findall(r' id="([^"]+)"', main))
    led_to = set(re.findall(r'href="#([^"]+)"', main))
    schedule = contracting.read(bid, officer).schedule

    assert led_to - places == set()
    assert len(re.findall(r'<section class="app-printed__clause"', main)) == len(schedule.clauses)
    assert len(re.findall(r'<section class="app-printed__annex"', main)) == len(schedule.annexes)
    assert "Draft for legal review" in main
    assert len(re.findall('<mark class="app-bracket">', main)) >= len(schedule.brackets)


def test_one_part_to_an_address_leads_on_to_the_next(client_for, officer, bid):
    client = client_for(officer)
    schedule = contracting.read(bid, officer).schedule

    seen, where = [], address(bid)
    while where:
        page = client.get(where).text
        seen.append(re.search(r"<h1[^>]*>(.*?)</h1>", page, re.S)[1])
        onward = re.search(r'rel="next" href="([^"]+)"', page)
        where = onward[1] if onward else ""

    headings = [f"{clause.number}. {clause.title}" for clause in schedule.clauses]
    headings += [f"Annex {annex.number} {annex.title}" for annex in schedule.annexes]
    assert [html.unescape(one) for one in seen[1:]] == headings


@pytest.mark.parametrize("part", ["C99", "annex-none", "ALL", "0"])
def test_a_part_there_is_not_is_not_found(client_for, officer, bid, part):
    assert client_for(officer).get(address(bid, part)).status_code == 404


def test_another_authority_finds_nothing(client_for, bid):
    stranger = client_for(make_person(Role.OFFICER, make_authority("Elsewhere")))

    assert [stranger.get(address(bid, part)).status_code for part in ("", "all")] == [404, 404]


@pytest.mark.parametrize("part", ["", "all"])
def test_the_page_takes_few_statements(client_for, officer, bid, statements_counted, part):
    client = client_for(officer)
    client.get(address(bid, part))

    with statements_counted() as counted:
        assert client.get(address(bid, part)).status_code == 200
    assert len(counted) <= 15


@pytest.mark.libreoffice
@pytest.mark.slow
def test_numbers_and_words_are_those_of_the_word_file(client_for, officer, bid):
    page = client_for(officer).get(address(bid, "all")).text
    schedule = contracting.read(bid, officer).schedule

    text = soffice.to_text(schedule_document(schedule)).replace("\xa0", " ")
    in_word = [" ".join(line.split()) for line in text.splitlines()]
    begin = in_word.index(f"1. {schedule.clauses[0].title}")
    count = len(in_word) - in_word[::-1].index(f"1. {schedule.clauses[0].title}") - 1
    first_annex = f"Annex 1 {schedule.annexes[0].title}"
    end = len(in_word) - in_word[::-1].index(first_annex) - 1
    begin = max(begin, count)
    clauses_in_word = [line for line in in_word[begin:end] if line]

    assert printed_lines(page) == clauses_in_word


def test_an_issue_is_shown_as_it_was_approved(client_for, make_bid, opened, officer, authority):
    bid = make_bid("Larkfield")
    opened()
    contracting.award_to(bid)
    contracting.settle(bid, officer)
    reviewer = make_person(Role.REVIEWER, authority, name="Ruth Okafor")
    contracting.issue(bid, officer, reviewer)
    (issue,) = issues_of_bid(bid.id)

    page = client_for(officer).get(
        f"/schedules/{bid.token}/issues/{issue.request.token}/preview/all"
    )

    assert page.status_code == 200
    assert "by Ruth Okafor" in page.text
    assert "Draft for legal review" not in page.text
    assert "app-bracket" not in page.text


def test_both_sides_of_a_contract_read_the_same_schedule_part_by_part(
    client_for, make_bid, opened, officer, at
):
    bid = make_bid("Larkfield")
    opened()
    at(datetime(2026, 12, 4, 12, tzinfo=UTC))
    seen = contract_seen(viewer_of(officer), contracting.contract_with(bid, officer).token)
    lead = make_person(Role.BID_LEAD, bid.supplier)
    council, supplier = client_for(officer), client_for(lead)

    for part in ("", "/C13", "/annex-commitments", "/all"):
        ours = council.get(f"/contracts/{seen.token}/schedule{part}")
        theirs = supplier.get(f"/my-contracts/{seen.token}/schedule{part}")
        assert (ours.status_code, theirs.status_code) == (200, 200)
        assert printed_lines(ours.text) == printed_lines(theirs.text)
        assert (part in ("/C13", "/all")) == bool(printed_lines(ours.text))
    assert supplier.get(f"/my-contracts/{seen.token}/schedule/C99").status_code == 404
    assert "/my-contracts/" not in council.get(f"/contracts/{seen.token}/schedule/all").text


def test_departures_are_shown_when_ticked_and_read_as_either_text(client_for, officer, bid):
    schedule = contracting.read(bid, officer).schedule
    clause = next(one for one in schedule.clauses if one.id == "C13")
    first = clause.paragraphs[0]
    was = Before((Segment(SegmentKind.WORDS, "The Supplier may do as it likes."),))
    changed = replace(first, departure=Departure.CHANGED, before=was)
    gone = Before((Segment(SegmentKind.WORDS, "Nobody pays."),), after=first.key)
    redrafted = replace(
        clause, paragraphs=(changed, *clause.paragraphs[1:]), taken_out=(gone,), redrafted="Why"
    )
    departing = replace(
        schedule,
        clauses=tuple(redrafted if one.id == "C13" else one for one in schedule.clauses),
    )

    plain = printed(departing, lambda part: part, part="C13").clauses[0]
    shown = printed(departing, lambda part: part, part="C13", departures=True).clauses[0]

    assert [one.line.change for one in plain.sub_clauses] == [""] * len(clause.paragraphs)
    assert read_as(shown.sub_clauses[0].line, "del") == first.text
    assert read_as(shown.sub_clauses[0].line, "ins") == was.text
    assert (shown.sub_clauses[1].line.change, shown.sub_clauses[1].number) == ("del", "")
    assert (plain.departs, shown.departs) == ("", "Why")


def read_as(line, without):
    """Return the words of a line once what is marked ``without`` is left out."""
    words = (bit.text for one in line.stretches if one.change != without for bit in one.bits)
    return "".join(words).replace("\xa0", " ")
