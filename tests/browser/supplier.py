"""What a supplier does with a bid, through the pages: answer everything an answer file holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from question_bank.loader import shipped_bank
from question_bank.rules.questions import Kind, Part, Question
from supplier_portal.rules.receipt import verify
from tests.browser.files import file_called
from tests.browser.filling import box, fill
from tests.browser.visitor import Visitor

# The file of this part is sent as a Word document, so that one of each sort is.
SENT_AS_WORD = "SLP-12.c2"


def start_bid(supplier: Visitor, tender_title: str) -> str:
    """From the list of tenders to the bid's task list; return its path."""
    supplier.go("/opportunities")
    supplier.follow(tender_title)
    supplier.press("Start your bid")
    assert supplier.heading() == tender_title
    return supplier.path()


def answer_everything(supplier: Visitor, bid: str, answers: Mapping[str, Any]) -> None:
    """Answer each question of the task list at ``bid`` from ``answers``."""
    supplier.go(bid)
    links = supplier.page.locator(".govuk-task-list a")
    addresses = links.evaluate_all("links => links.map((link) => link.getAttribute('href'))")
    for address in addresses:
        question = shipped_bank().questions[address.rpartition("/")[2]]
        answer_question(supplier, address, question, answers)


def answer_question(
    supplier: Visitor, address: str, question: Question, answers: Mapping[str, Any]
) -> None:
    """Fill in what is on the page and save, until saving leads to no further parts."""
    supplier.go(address)
    left = {part.id: part for part in question.parts if answers.get(part.id)}
    while True:
        here = [part for part in left.values() if is_on_page(supplier, part)]
        for part in here:
            del left[part.id]
            fill_part(supplier, part, answers[part.id])
        supplier.press("Save and come back later")
        if supplier.heading() != question.title:
            break
        assert here, f"{question.id} is not saved: {supplier.text()[:600]}"
    elsewhere = [part for part in left.values() if part.kind in (Kind.TABLE, Kind.FILE)]
    if elsewhere:
        supplier.go(address)
    for part in elsewhere:
        if supplier.page.locator(there_is(part)).count():
            (add_rows if part.kind is Kind.TABLE else add_files)(supplier, part, answers[part.id])


def is_on_page(supplier: Visitor, part: Part) -> bool:
    return box(supplier.page, f"v-{part.id}").count() > 0


def fill_part(supplier: Visitor, part: Part, value: Any) -> None:
    if part.schema is None:
        fill(supplier.page, part.id, part, value)
    else:
        closed = supplier.page.locator(f"{there_is(part)} details:not([open]) > summary")
        if closed.count():
            closed.click()
        fill_cells(supplier, part, part.id, value)


def fill_cells(supplier: Visitor, part: Part, name: str, row: Mapping[str, Any]) -> None:
    """Fill in a record, or the row of a table; a cell that is given is not on the page."""
    assert part.schema is not None
    given = part.schema.columns[0].id if part.fixed_rows else None
    for column in part.schema.columns:
        if column.id in row and column.id != given:
            fill(supplier.page, f"{name}.{column.id}", column, row[column.id])


def there_is(part: Part) -> str:
    """Return what finds the part's own section on the page of its question."""
    return f"#part-{part.id.replace('.', '-')}"


def button(supplier: Visitor, then: str) -> Any:
    return supplier.page.locator(f'button[name="then"][value="{then}"]')


def add_rows(supplier: Visitor, part: Part, rows: list[Mapping[str, Any]]) -> None:
    if part.fixed_rows:
        answer_given_rows(supplier, part, rows)
        return
    supplier.press_this(button(supplier, f"row:{part.id}:0"))
    for number, row in enumerate(rows, start=1):
        fill_cells(supplier, part, "row", row)
        supplier.press("Save" if number == len(rows) else "Save and add another")


def answer_given_rows(supplier: Visitor, part: Part, rows: list[Mapping[str, Any]]) -> None:
    assert part.schema is not None
    key = part.schema.columns[0].id
    answers = {row[key]: row for row in rows}
    supplier.press_this(button(supplier, f"row:{part.id}:1"))
    for number, (name, _title) in enumerate(part.fixed_rows, start=1):
        fill_cells(supplier, part, "row", answers[name])
        last = number == len(part.fixed_rows)
        supplier.press("Save" if last else f"Save and go to the next {part.schema.row_name}")


def add_files(supplier: Visitor, part: Part, entries: list[Mapping[str, str]]) -> None:
    supplier.press_this(button(supplier, f"files:{part.id}"))
    for entry in entries:
        name, title = entry["name"], entry.get("title", "")
        if part.id == SENT_AS_WORD:
            name = PurePath(name).with_suffix(".docx").name
        sent = {"name": name, "mimeType": "", "buffer": file_called(name, title)}
        box(supplier.page, "file").set_input_files(sent)
        box(supplier.page, "title").fill(title)
        year, month, day = entry["issued"].split("-")
        for piece, text in (("day", day), ("month", month), ("year", year)):
            box(supplier.page, f"issued-{piece}").fill(text)
        supplier.press("Add the file")
    supplier.follow("Back to the question")


def submit(supplier: Visitor, bid: str) -> None:
    """From the task list at ``bid`` to the receipt, first forgetting to declare anything."""
    supplier.go(bid)
    supplier.follow("What you are committing to")
    supplier.follow("Back to the task list")
    supplier.follow("Check and submit")
    supplier.press("Submit the bid")
    assert supplier.heading() == "Check and submit"
    assert "There is a problem" in supplier.text()
    for declared in supplier.page.locator("main form input[type=checkbox]").all():
        declared.check()
    for accepted in supplier.page.locator("main form input[name=terms][value=accept]").all():
        accepted.check()
    supplier.press("Submit the bid")
    assert supplier.heading() == "Receipt for your bid"


def keep_receipt(supplier: Visitor) -> Mapping[str, Any]:
    """On the page of the receipt: take it away with the bid, and check the one by the other."""
    receipt = json.loads(supplier.download("Download the receipt").read_bytes())
    bid = supplier.download("Download the bid as submitted").read_text(encoding="utf-8")
    assert verify(receipt, bid)
    return receipt


def has_closed(supplier: Visitor, bid: str) -> bool:
    """Return whether the bid can be read and no more be changed."""
    supplier.go(bid)
    supplier.follow("Data protection law")
    answers = supplier.page.locator("main input, main textarea")
    return answers.count() == 0 and "closed on" in supplier.text()
