"""The evaluation workbook: every mark for who may see all of them, and for nobody else."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook

from accounts.rules.roles import Role
from app import JOB_HANDLERS
from foundation.jobs import run_due_jobs
from scoring import evaluation_file, service
from tests.evaluating import agree, give
from tests.factories import make_person, viewer_of

SHEETS = [
    "About",
    "Ranking",
    "Agreed marks",
    "Scores",
    "Marks",
    "Moderation",
    "Price",
    "Sensitivity",
    "Definitions",
]
REASON = "SLP-07.f says that the second site is tested every year and shows how"


def address(tender):
    return f"/evaluation/tenders/{tender.token}/evaluation.xlsx"


def read(page):
    assert page.status_code == 200, page.text[:500]
    assert page.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return load_workbook(BytesIO(page.data))


def rows_of(book, title):
    """Return the rows of a sheet under its headings, as dictionaries."""
    heads, *rows = book[title].iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_every_mark_stands_in_it_with_who_gave_it_and_what_was_agreed(
    client_for, make_bid, opened, tender, evaluated, officer, evaluator
):
    bid, _other = make_bid("Larkfield"), make_bid("Mossgate")
    opened()
    give(evaluated(bid), "SLP-07", 3, by=viewer_of(evaluator), reason=REASON)
    service.lock_marks(tender, by=viewer_of(evaluator))
    agree(evaluated(bid), "SLP-07", 4, by=viewer_of(officer), why_moved="Tom Hale read 07.f again")

    book = read(client_for(officer).get(address(tender)))

    assert book.sheetnames == SHEETS
    given = rows_of(book, "Marks")
    assert [(one["Supplier"], one["Evaluator"], one["Mark"]) for one in given] == [
        ("Larkfield", "Ines Roy", 4),
        ("Larkfield", "Tom Hale", 3),
    ]
    assert (given[1]["Reason"], given[1]["Locked"]) == (REASON, "Yes")
    (agreed,) = rows_of(book, "Moderation")
    assert (agreed["Agreed mark"], agreed["Marks given"]) == (4, "Ines Roy 4, Tom Hale 3")
    assert (agreed["Why it moved"], agreed["Signed by"]) == ("Tom Hale read 07.f again", "Ines Roy")
    title = f"SLP-07\n{evaluated(bid).questionnaire.question('SLP-07').question.title}"
    marks = {one["Supplier"]: one[title] for one in rows_of(book, "Agreed marks")}
    assert marks == {"Larkfield": 4, "Mossgate": None}


def test_a_mark_that_is_not_locked_is_named_without_its_content(
    client_for, make_bid, opened, tender, evaluated, officer, evaluator
):
    bid = make_bid("Larkfield")
    opened()
    give(evaluated(bid), "SLP-07", 3, by=viewer_of(evaluator), reason=REASON)

    page = client_for(officer).get(address(tender))

    (given,) = rows_of(read(page), "Marks")
    assert (given["Evaluator"], given["Locked"]) == ("Tom Hale", "Not yet")
    assert (given["Mark"], given["Reason"], given["Suggested level"]) == (None, None, None)


def test_internal_comments_are_nowhere_in_it(
    client_for, make_bid, opened, tender, evaluated, officer
):
    bid = make_bid("Larkfield")
    opened()
    agree(evaluated(bid), "SLP-07", 4, by=viewer_of(officer), internal_comment="Gossamer-Anvil")

    book = read(client_for(officer).get(address(tender)))

    texts = [
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
    ]
    assert [text for text in texts if "Gossamer" in text] == []


def test_prices_are_shut_before_quality_is_agreed(client_for, make_bid, opened, tender, officer):
    make_bid("Larkfield")
    opened()

    book = read(client_for(officer).get(address(tender)))

    (said,) = list(book["Price"].iter_rows(min_row=2, values_only=True))
    assert said[0].startswith("Prices are shut.")


def test_somebody_who_still_marks_alone_is_refused(
    client_for, make_bid, opened, tender, evaluated, officer
):
    bid = make_bid("Larkfield")
    opened()
    give(evaluated(bid), "SLP-07", 3, by=viewer_of(officer))

    page = client_for(officer).get(address(tender))

    assert page.status_code == 409
    assert "your own marks are not all locked" in page.text


@pytest.mark.parametrize("role", [Role.CONTRACT_MANAGER, Role.ADMINISTRATOR], ids=str)
def test_who_may_not_read_marks_is_refused(client_for, make_bid, opened, tender, authority, role):
    make_bid("Larkfield")
    opened()

    page = client_for(make_person(role, authority)).get(address(tender))

    assert page.status_code == 403


def test_before_the_opening_there_is_none(client_for, tender, make_bid, officer):
    make_bid("Larkfield")

    assert client_for(officer).get(address(tender)).status_code == 404


def test_a_big_one_is_made_by_a_job_and_taken_away_from_its_page(
    client_for, make_bid, opened, tender, evaluated, officer, evaluator, monkeypatch
):
    bid = make_bid("Larkfield")
    opened()
    agree(evaluated(bid), "SLP-07", 4, by=viewer_of(officer))
    monkeypatch.setattr(evaluation_file, "AT_ONCE", 1)
    client = client_for(officer)
    page = f"/tenders/{tender.token}/evaluation-workbooks"

    led = client.get(address(tender))
    asked = client.post(page)
    again = client.post(page)
    waiting = client.get(page)
    run_due_jobs(JOB_HANDLERS)
    [link] = set(re.findall(rf'href="({page}/[^"]+)"', client.get(page).text))

    assert (led.status_code, led.location) == (302, page)
    assert (asked.status_code, again.status_code) == (302, 302)
    assert waiting.text.count("Being made.") == 1
    book = load_workbook(BytesIO(client.get(link).data))
    assert [one["Mark"] for one in rows_of(book, "Marks")] == [4]
    # Whoever takes it away must see all marks at that moment.
    service.allocate(tender, ["SLP-08"], [evaluator.id], by=viewer_of(officer))
    assert client_for(evaluator).get(link).status_code == 409
