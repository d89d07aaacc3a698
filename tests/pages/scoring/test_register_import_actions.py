"""Actions edited in the workbook of a register: read by id, shown by cell, set in one step."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from foundation.audit import AuditEntry
from foundation.database import db
from scoring.models import RiskAction
from tests.pages.scoring.test_register_import import (  # noqa: F401
    bid,
    desk,
    edit,
    error,
    row_of,
    state,
    to_mend,
)

pytestmark = pytest.mark.slow

FIRST = {"what": "Write a recovery plan", "owner": "Ann Grey", "state": "open"}
DUE = {"due-day": "1", "due-month": "3", "due-year": "2027"}


@pytest.fixture
def set_action(desk, bid, evaluated):  # noqa: F811
    """Set an action of R10 on its page."""

    def done(path="new", based_on=0, **changed):
        risk, _ = row_of(evaluated, bid)
        place = f"/evaluation/risks/{risk.row.token}/actions/{path}"
        answer = desk.client.post(place, data={"based_on": based_on} | FIRST | DUE | changed)
        assert answer.status_code == 302, answer.text[:2000]

    return done


@pytest.fixture
def action(set_action):
    set_action()
    db.session.commit()
    return db.session.scalars(select(RiskAction)).one().action


def cell(book, heading, what=FIRST["what"]):
    sheet = book["Actions"]
    columns = {one.value: one.column for one in sheet[1]}
    row = next(one.row for one in sheet["D"] if one.value == what)
    return sheet.cell(row, columns[heading])


def change(book, **changed):
    for name, value in changed.items():
        cell(book, name.replace("_", " ")).value = value


def last(token):
    db.session.commit()
    rows = select(RiskAction).where(RiskAction.action == token).order_by(RiskAction.number)
    found = list(db.session.scalars(rows))[-1]
    return found.number, str(found.state), found.owner, found.due, found.words


def test_what_was_edited_of_an_action_is_set_once_it_is_applied(desk, action):  # noqa: F811
    book = desk.download()
    change(book, Who_does_it="Bo Finch", Due=date(2027, 5, 4), State="done")
    cell(book, "What was said").value = "Seen on the wiki,\nversion 3"
    preview = desk.upload(book)
    looked = last(action)
    done = desk.apply(preview)

    assert state(preview).startswith("1 action would change; ")
    assert looked == (1, "open", "Ann Grey", date(2027, 3, 1), "")
    assert done.status_code == 302, done.text[:2000]
    assert last(action) == (
        2, "done", "Bo Finch", date(2027, 5, 4), "Seen on the wiki,\nversion 3",
    )  # fmt: skip
    noted = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "register.imported")
    ).one()
    assert noted.details == '{"actions":1,"risks":0}'


def test_each_change_is_shown_with_its_cell(desk, action):  # noqa: F811
    book = desk.download()
    change(book, Who_does_it="Bo Finch")
    place = cell(book, "Who does it").coordinate

    preview = desk.upload(book).text

    table = preview.split("Changes of an action for R10 of Rook Systems</caption>")[1]
    row = " ".join(table.split("<tbody")[1].split("</tbody>")[0].split())
    assert [row.count(f">{words}<") for words in ("Who does it", place, "Ann Grey")] == [1, 1, 1]
    assert row.count("<strong>Bo Finch</strong>") == 1


def test_a_file_nobody_touched_changes_nothing_whatever_was_set_since(
    desk,  # noqa: F811
    action,
    set_action,
):
    book = desk.download()
    set_action(action, 1, owner="Cy Dale")

    preview = desk.upload(book)

    assert state(preview).startswith("0 risks would change; ")
    assert last(action)[2] == "Cy Dale"


def test_what_was_changed_here_too_waits_for_a_tick(desk, action, set_action):  # noqa: F811
    book = desk.download()
    change(book, Who_does_it="Bo Finch")
    set_action(action, 1, owner="Cy Dale")
    preview = desk.upload(book)
    refused = desk.apply(preview)
    done = desk.apply(preview, take=action)

    assert "1 changed here too since the file was made" in state(preview)
    assert error(refused) == "<li>There is nothing to apply: tick at least one thing</li>"
    assert done.status_code == 302
    assert last(action)[:3] == (3, "open", "Bo Finch")


def test_a_risk_is_treated_by_the_file_that_ends_its_last_action(
    desk,  # noqa: F811
    action,
    bid,  # noqa: F811
    evaluated,
):
    book = desk.download()
    edit(book, "R10", Status="treated")
    alone = desk.upload(book)
    change(book, State="dropped", What_was_said="The depot closed")
    preview = desk.upload(book)
    done = desk.apply(preview)

    assert "cannot be treated because actions are open (1)" in alone.text
    assert state(preview).startswith("1 risk and 1 action would change; ")
    assert done.status_code == 302, done.text[:2000]
    assert (row_of(evaluated, bid)[1].state, last(action)[1]) == ("treated", "dropped")


@pytest.mark.parametrize(
    ("heading", "value", "sentence"),
    [
        ("State", "finished", "R10: Choose open, done or dropped"),
        ("State", None, "R10: State cannot be empty: choose one from the list"),
        ("State", "done", "R10: Say how it was done"),
        ("Due", "soon", "R10: Enter a date such as 27 March 2027, or leave the cell empty"),
        ("Due", date(2020, 1, 1), "R10: Enter today or a day in the future"),
        ("Who does it", "x" * 201, "R10: Shorten “Who does it” to 200 characters"),
        ("What was said", "y" * 4001, "R10: Shorten “What was said” to 4,000 characters"),
        ("Who does it", "=1+1", "R10: The cell holds a formula"),
        ("Version", "9", "This row names a version that is not there. Download the register again"),
        ("Version", "last", "R10: The version of this row was changed"),
        ("Reference", "no-such-action", "This reference names no action of this register"),
    ],
    ids=str,
)
def test_what_is_wrong_names_sheet_and_cell_and_nothing_is_set(
    heading,
    value,
    sentence,
    desk,  # noqa: F811
    action,
):
    book = desk.download()
    change(book, Who_does_it="Bo Finch")
    wrong = cell(book, heading)
    wrong.value = value
    place = wrong

    preview = desk.upload(book)

    [(sheet, where, said)] = to_mend(preview)
    if value == "done":
        place = cell(book, "What was said")
    assert (preview.status_code, sheet, where) == (200, "Actions", place.coordinate)
    assert said.startswith(sentence)
    assert last(action)[0] == 1


def test_a_new_row_is_refused_with_its_cell(desk, action):  # noqa: F811
    book = desk.download()
    sheet = book["Actions"]
    row = sheet.max_row + 1
    sheet.cell(row, 4).value = "Buy a spare gauge"

    [(named, where, said)] = to_mend(desk.upload(book))

    assert (named, where) == ("Actions", f"{cell(book, 'Reference').column_letter}{row}")
    assert said == (
        "There is no reference, so nobody can tell which action this is. Add a new one on the page "
        "of its risk"
    )


def test_an_action_twice_is_taken_once(desk, action):  # noqa: F811
    book = desk.download()
    sheet, first = book["Actions"], cell(book, "Reference").row
    row = sheet.max_row + 1
    for column in range(1, sheet.max_column + 1):
        sheet.cell(row, column).value = sheet.cell(first, column).value

    [(_, where, said)] = to_mend(desk.upload(book))

    assert where.endswith(str(row))
    assert said == f"R10: This action stands in row {first} already"


def test_a_row_of_what_is_done_as_a_whole_leads_to_the_register_once_it_is_touched(
    desk,  # noqa: F811
):
    book = desk.download()
    untouched = desk.upload(book)
    sheet = book["Actions"]
    columns = {one.value: one.column for one in sheet[1]}
    row = next(one.row for one in sheet["G"] if one.value == "as a whole")
    sheet.cell(row, columns["Who does it"]).value = "Somebody else"

    [(named, where, said)] = to_mend(desk.upload(book))

    assert "To mend" not in untouched.text
    assert (named, where) == ("Actions", f"G{row}")
    assert said.partition(": ")[2].startswith("This row is what is done about the risk as a whole.")


@pytest.mark.parametrize("gone", ["sheet", "version", "state"])
def test_without_the_sheet_or_a_column_nothing_of_it_is_taken(gone, desk, action):  # noqa: F811
    book = desk.download()
    change(book, State="done", What_was_said="Seen")
    if gone == "sheet":
        del book["Actions"]
    else:
        name = {"version": "Version", "state": "State"}[gone]
        book["Actions"].delete_cols(cell(book, name).column)

    answer = desk.upload(book)

    said = {
        "sheet": "0 risks would change",
        "version": "The column “Version” is gone, so nobody can tell which action is meant",
        "state": "1 action would change",
    }[gone]
    assert (answer.status_code, said in answer.text) == (422 if gone == "version" else 200, True)
    assert last(action)[0] == 1
