"""Marking offline: a workbook of one's own out, what it would change, and all of it or nothing."""

from __future__ import annotations

import json
import re
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation.audit import AuditEntry
from foundation.database import db
from scoring import service
from scoring.models import Mark
from tests.evaluating import give
from tests.factories import make_authority, make_person, viewer_of

REASON = "SLP-07.f says that the second site is tested every year, with the report beside it"
NAMES, ENTRY = 1, 4


@pytest.fixture
def bids(make_bid, opened):
    found = [make_bid("Larkfield", text="We keep a second site."), make_bid("Mossgate")]
    opened()
    return found


@pytest.fixture
def allocated(bids, tender, officer, evaluator):
    """Give two questions to one evaluator in every bid."""
    service.allocate(tender, ["SLP-07", "SLP-08"], [evaluator.id], by=viewer_of(officer))
    return tender


@pytest.fixture
def page_of(client_for, evaluator):
    client = client_for(evaluator)

    class Page:
        address = ""

        def download(self, tender, part=1):
            answer = client.get(f"/evaluation/tenders/{tender.token}/marks-offline/{part}.xlsx")
            assert answer.status_code == 200, answer.text[:300]
            return load_workbook(BytesIO(answer.data))

        def upload(self, tender, book, by=client):
            data = BytesIO()
            book.save(data) if not isinstance(book, bytes) else data.write(book)
            data.seek(0)
            return by.post(
                f"/evaluation/tenders/{tender.token}/marks-offline",
                data={"file": (data, "marks.xlsx")},
                content_type="multipart/form-data",
            )

        def apply(self, tender, preview, **more):
            hidden = dict(re.findall(r'name="(marks|shown)" value="([^"]*)"', preview.text))
            return client.post(
                f"/evaluation/tenders/{tender.token}/marks-offline/apply", data=hidden | more
            )

    return Page()


def cells_of(book, bid):
    """Return the entry cells on the sheet of a bid by their names."""
    sheet = book[bid]
    return {
        sheet.cell(row, NAMES).value: sheet.cell(row, ENTRY)
        for row in range(1, sheet.max_row + 1)
        if "|" in str(sheet.cell(row, NAMES).value)
    }


def fill(book, bid, question, mark, reason=REASON, **more):
    cells = cells_of(book, bid)
    cells[f"{question}|mark"].value = mark
    cells[f"{question}|reason"].value = reason
    for name, text in more.items():
        cells[f"{question}|{name}"].value = text


def marks_of(person):
    return [
        (mark.question_id, mark.number, mark.mark)
        for mark in db.session.scalars(
            select(Mark).where(Mark.evaluator_id == person.id).order_by(Mark.id)
        )
    ]


def state(page):
    found = re.search(r'class="app-state-line">(.*?)</p>', page.text, re.DOTALL)
    return " ".join(re.sub("<[^>]+>", "", found[1]).split()) if found else page.text[:400]


def errors(page):
    rows = re.findall(r'<td class="govuk-table__cell[^"]*">(.*?)</td>', page.text)
    return [tuple(rows[start : start + 3]) for start in range(0, len(rows), 3)]


def test_a_filled_in_workbook_becomes_marks_once_it_is_applied(allocated, page_of, evaluator, bids):
    book = page_of.download(allocated)
    fill(book, "Larkfield", "SLP-07", 4, feedback="Well tested", met="4.1, 3.1", unmet="5.1")
    fill(book, "Mossgate", "SLP-08", 2, REASON.replace("07.f", "08.b"))

    preview = page_of.upload(allocated, book)
    before = marks_of(evaluator)
    done = page_of.apply(allocated, preview, seen="yes")

    assert state(preview) == "2 marks would change; 2 answers stay as here. Nothing is saved yet."
    assert "Apply these 2 marks" in preview.text
    assert before == []
    assert done.status_code == 302, done.text[:800]
    assert sorted(marks_of(evaluator)) == [("SLP-07", 1, 4), ("SLP-08", 1, 2)]
    mark = db.session.scalars(select(Mark).where(Mark.question_id == "SLP-07")).one()
    assert (mark.reason, mark.feedback) == (REASON, "Well tested")
    assert mark.points == {"4.1": True, "3.1": True, "5.1": False}
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "marks.imported"))
    assert [json.loads(one.details)["marks"] for one in entry] == [2]


def test_no_answer_is_said_to_stay_where_none_does(allocated, page_of, bids):
    book = page_of.download(allocated)
    for name in ("Larkfield", "Mossgate"):
        fill(book, name, "SLP-07", 4)
        fill(book, name, "SLP-08", 2, REASON.replace("07.f", "08.b"))

    preview = page_of.upload(allocated, book)

    assert state(preview) == "4 marks would change. Nothing is saved yet."


def test_nothing_but_what_is_his_is_in_the_workbook(
    allocated, page_of, bids, evaluated, officer, evaluator
):
    give(evaluated(bids[0]), "SLP-07", 1, by=viewer_of(officer), reason=f"Gossamer: {REASON}")

    book = page_of.download(allocated)

    names = {name for bid in ("Larkfield", "Mossgate") for name in cells_of(book, bid)}
    assert {name.partition("|")[0] for name in names} == {"SLP-07", "SLP-08"}
    assert "Read me" in book.sheetnames
    assert sorted(book.sheetnames) == ["Larkfield", "Mossgate", "Read me"]
    texts = [
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
    ]
    assert [text for text in texts if "Gossamer" in text or "SLP-09" in text] == []
    assert [text for text in texts if text == "We keep a second site."]


def test_marks_can_only_be_chosen_from_the_scale(allocated, page_of):
    sheet = page_of.download(allocated)["Larkfield"]

    (rule,) = sheet.data_validations.dataValidation

    assert (rule.type, rule.formula1, rule.showErrorMessage) == ("list", '"0,1,2,3,4,5"', True)
    assert len(rule.sqref.ranges) == 2


def test_what_was_downloaded_and_not_touched_changes_nothing(
    allocated, page_of, bids, evaluated, evaluator
):
    give(evaluated(bids[0]), "SLP-07", 3, by=viewer_of(evaluator), reason=REASON)

    preview = page_of.upload(allocated, page_of.download(allocated))

    assert state(preview) == "0 marks would change; 4 answers stay as here. Nothing is saved yet."
    assert '<button class="govuk-button" type="submit">Apply' not in preview.text


def test_a_mark_saved_online_meanwhile_conflicts_and_is_taken_only_when_ticked(
    allocated, page_of, bids, evaluated, evaluator
):
    bid = evaluated(bids[0])
    give(bid, "SLP-07", 3, by=viewer_of(evaluator), reason=REASON)
    book = page_of.download(allocated)
    give(bid, "SLP-07", 2, by=viewer_of(evaluator), reason=f"{REASON}, yet not in full")
    fill(book, "Larkfield", "SLP-07", 4)

    preview = page_of.upload(allocated, book)
    left = page_of.apply(allocated, preview, seen="yes")
    untouched = marks_of(evaluator)
    key = f"{bid.token}|SLP-07"
    done = page_of.apply(allocated, preview, seen="yes", take=key)

    assert state(preview).startswith(
        "0 marks would change, 1 conflicts with what you saved here; 3 answers stay as here."
    )
    assert "Saved here on 2 December 2026" in preview.text
    assert left.status_code == 422
    assert [number for _, number, _ in untouched] == [1, 2]
    assert done.status_code == 302
    assert marks_of(evaluator)[-1] == ("SLP-07", 3, 4)


def test_what_only_changed_online_stays(allocated, page_of, bids, evaluated, evaluator):
    bid = evaluated(bids[0])
    give(bid, "SLP-07", 3, by=viewer_of(evaluator), reason=REASON)
    book = page_of.download(allocated)
    give(bid, "SLP-07", 2, by=viewer_of(evaluator), reason=f"{REASON}, yet not in full")

    preview = page_of.upload(allocated, book)

    assert state(preview) == "0 marks would change; 4 answers stay as here. Nothing is saved yet."


@pytest.mark.parametrize(
    ("mark", "reason", "more", "name", "says"),
    [
        (7, REASON, {}, "mark", "Enter a mark from 0 to 5 as a whole number"),
        ("=1+1", REASON, {}, "mark", "Write this as text"),
        (3.5, REASON, {}, "mark", "Enter a mark from 0 to 5 as a whole number"),
        (None, REASON, {}, "mark", "SLP-07: Enter a mark from 0 to 5, or empty the cells below it"),
        (3, "Good", {}, "reason", "SLP-07: Enter a reason of at least 20 characters"),
        (3, "x" * 4001, {}, "reason", "SLP-07: Shorten the reason to 4,000 characters or fewer"),
        (3, REASON, {"met": "9.9"}, "met", "there is no 9.9"),
        (3, REASON, {"met": "3.1", "unmet": "3.1"}, "unmet", "Point 3.1 is named as met and as"),
    ],
    ids=["above", "formula", "half", "no mark", "short", "long", "unknown point", "both"],
)
def test_what_is_wrong_is_listed_by_sheet_and_cell_and_the_rest_can_be_applied(
    allocated, page_of, evaluator, mark, reason, more, name, says
):
    book = page_of.download(allocated)
    fill(book, "Larkfield", "SLP-07", mark, reason, **more)
    fill(book, "Mossgate", "SLP-07", 2)
    cell = cells_of(book, "Larkfield")[f"SLP-07|{name}"].coordinate

    preview = page_of.upload(allocated, book)
    page_of.apply(allocated, preview, seen="yes")

    ((sheet, where, sentence),) = errors(preview)
    assert (sheet, where) == ("Larkfield", cell)
    assert says in sentence
    assert marks_of(evaluator) == [("SLP-07", 1, 2)]


def test_a_locked_mark_is_refused(allocated, page_of, bids, evaluated, evaluator):
    for bid in bids:
        for question in ("SLP-07", "SLP-08"):
            give(evaluated(bid), question, 3, by=viewer_of(evaluator), reason=f"{bid.id} {REASON}")
    book = page_of.download(allocated)
    service.lock_marks(allocated, by=viewer_of(evaluator))
    fill(book, "Larkfield", "SLP-07", 5)

    preview = page_of.upload(allocated, book)

    ((_, _, sentence),) = errors(preview)
    assert sentence == "SLP-07: You locked this mark, so it stays as it is"
    assert len(marks_of(evaluator)) == 4


def test_all_are_saved_or_none(allocated, page_of, bids, evaluated, evaluator, officer):
    book = page_of.download(allocated)
    fill(book, "Larkfield", "SLP-07", 4)
    fill(book, "Mossgate", "SLP-07", 3, f"{REASON}, twice a year")
    preview = page_of.upload(allocated, book)
    bid = evaluated(bids[1])
    give(bid, "SLP-07", 1, by=viewer_of(evaluator), reason=f"{REASON}, but late")

    answer = page_of.apply(allocated, preview, seen="yes")

    assert answer.status_code == 422
    assert "What is saved here changed while you were reading" in answer.text
    assert marks_of(evaluator) == [("SLP-07", 1, 1)]


def test_what_seems_odd_is_said_and_has_to_be_seen(allocated, page_of, evaluator):
    book = page_of.download(allocated)
    fill(book, "Larkfield", "SLP-07", 4)
    fill(book, "Mossgate", "SLP-07", 3)

    preview = page_of.upload(allocated, book)
    unseen = page_of.apply(allocated, preview)
    nothing = marks_of(evaluator)
    page_of.apply(allocated, preview, seen="yes")

    assert "The same reason stands in another bid" in preview.text
    assert unseen.status_code == 422
    assert nothing == []
    warned = db.session.scalars(select(Mark.warned)).all()
    assert ["same-text" in words for words in warned] == [True, True]


def test_another_persons_workbook_is_refused(allocated, page_of, client_for, authority, officer):
    other = make_person(Role.EVALUATOR, authority, name="Una Reed")
    service.allocate(allocated, ["SLP-07"], [other.id], by=viewer_of(officer))
    book = page_of.download(allocated)
    fill(book, "Larkfield", "SLP-07", 4)

    answer = page_of.upload(allocated, book, by=client_for(other))

    assert answer.status_code == 422
    assert "This workbook was made for somebody else" in answer.text
    assert marks_of(other) == []


def test_a_cell_that_is_not_his_is_refused_whatever_the_file_says(
    allocated, page_of, evaluator, bids
):
    book = page_of.download(allocated)
    fill(book, "Larkfield", "SLP-07", 4)
    sheet = book["Larkfield"]
    for row in range(1, sheet.max_row + 1):
        name = str(sheet.cell(row, NAMES).value)
        if name.startswith("SLP-08|"):
            sheet.cell(row, NAMES).value = name.replace("SLP-08", "SLP-01")
    fill(book, "Larkfield", "SLP-01", 5)

    preview = page_of.upload(allocated, book)
    page_of.apply(allocated, preview, seen="yes")

    assert [one[2] for one in errors(preview)] == [
        "SLP-01 is not yours to mark in this bid, so nothing is taken"
    ]
    assert marks_of(evaluator) == [("SLP-07", 1, 4)]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no zip", b"plain words"], ids=repr)
def test_other_files_are_refused_with_what_to_do(allocated, page_of, data):
    answer = page_of.upload(allocated, data)

    assert answer.status_code == 422
    assert "There is a problem" in answer.text


def test_marks_put_into_the_form_by_somebody_else_are_refused(allocated, page_of, evaluator):
    class Forged:
        text = 'name="marks" value="WyJhIl0.forged" name="shown" value=""'

    answer = page_of.apply(allocated, Forged())

    assert answer.status_code == 409
    assert marks_of(evaluator) == []


def test_who_marks_nothing_gets_no_workbook(bids, tender, client_for, evaluator):
    client = client_for(evaluator)

    page = client.get(f"/evaluation/tenders/{tender.token}/marks-offline")
    file = client.get(f"/evaluation/tenders/{tender.token}/marks-offline/1.xlsx")

    assert "Nothing is allocated to you in this tender" in page.text
    assert file.status_code == 404


def test_another_authority_finds_neither_page_nor_file(allocated, client_for):
    other = client_for(make_person(Role.EVALUATOR, make_authority("Other Council")))
    address = f"/evaluation/tenders/{allocated.token}/marks-offline"

    assert other.get(address).status_code == 404
    assert other.get(f"{address}/1.xlsx").status_code == 404
    assert other.post(f"{address}/apply").status_code == 404
