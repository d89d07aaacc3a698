"""A register edited in a spreadsheet: what it would change, and all of it or nothing."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from accounts.rules.roles import Role
from foundation.audit import AuditEntry
from foundation.database import db
from scoring.models import RiskDecision
from scoring.rules.ratings import Rating
from scoring.rules.register import RiskState
from scoring.workbook.register_layout import fingerprint_of
from tests.factories import make_authority, make_person
from tests.pages.scoring.test_looking_at_risks import decide

pytestmark = pytest.mark.slow

WHY = "Agreed with the head of highways"


class Page:
    """The pages of one person."""

    def __init__(self, client, tender):
        self.client, self.tender = client, tender

    def address(self, end=""):
        return f"/evaluation/tenders/{self.tender.token}/{end}"

    def download(self, name="risk-register.xlsx"):
        answer = self.client.get(self.address(name))
        assert answer.status_code == 200, answer.text[:300]
        return load_workbook(BytesIO(answer.data))

    def upload(self, book):
        data = BytesIO()
        data.write(book) if isinstance(book, bytes) else book.save(data)
        data.seek(0)
        return self.client.post(
            self.address("register-offline"),
            data={"file": (data, "register.xlsx")},
            content_type="multipart/form-data",
        )

    def apply(self, preview, **more):
        hidden = dict(re.findall(r'name="(rows|shown)" value="([^"]*)"', preview.text))
        return self.client.post(self.address("register-offline/apply"), data=hidden | more)


@pytest.fixture
def bid(make_bid, opened, evaluated, officer):
    """A poor bid whose risk R10 is accepted."""
    bid = make_bid("Rook Systems", best=False)
    opened()
    decide(evaluated, bid, officer, "R10", owner="Panel")
    return bid


@pytest.fixture
def desk(client_for, officer, bid, evaluated):
    return Page(client_for(officer), evaluated(bid).tender)


def cell(book, risk, heading):
    sheet = book["Register"]
    columns = {one.value: one.column for one in sheet[1]}
    row = next(one.row for one in sheet["B"] if one.value == risk)
    return sheet.cell(row, columns[heading])


def edit(book, risk, why=WHY, **changed):
    for name, value in ({"Reason_for_the_change": why} | changed).items():
        cell(book, risk, name.replace("_", " ")).value = value


def state(page):
    found = re.search(r'class="app-state-line">(.*?)</p>', page.text, re.DOTALL)
    return " ".join(re.sub("<[^>]+>", "", found[1]).split()) if found else page.text[:400]


def to_mend(page):
    table = page.text.split('aria-label="What cannot be taken"')[1].split("</table>")[0]
    rows = re.findall(r'<td class="govuk-table__cell[^"]*"[^>]*>(.*?)</td>', table)
    return [tuple(rows[start : start + 3]) for start in range(0, len(rows), 3)]


def error(page):
    return re.search(r'govuk-error-summary__list">(.*?)</ul>', page.text, re.DOTALL)[1]


def row_of(evaluated, bid, risk_id="R10"):
    read = evaluated(bid)
    risk = next(one for one in read.risks if one.risk_id == risk_id)
    return risk, risk.shown(read.name, read.evaluation, read.questionnaire)


def decisions():
    return db.session.scalar(select(func.count(RiskDecision.id)))


def test_what_was_edited_becomes_decisions_once_it_is_applied(desk, bid, evaluated, officer):
    book = desk.download()
    edit(
        book, "R10", Risk_owner="Head of Highways", Treatment="transfer", Due=date(2027, 3, 1),
        Review_date="27 September 2027", Residual_likelihood=2, Residual_impact=5,
        Target_likelihood=1, Target_impact=5,
    )  # fmt: skip
    edit(book, "R05", Status="dropped")
    before = decisions()
    preview = desk.upload(book)
    looked = decisions()
    done = desk.apply(preview)

    assert state(preview).startswith("2 risks would change; ")
    assert state(preview).endswith("Nothing is saved yet.")
    assert done.status_code == 302, done.text[:2000]
    assert (looked - before, decisions() - before) == (0, 2)
    risk, row = row_of(evaluated, bid)
    assert (row.owner, row.treatment, row.due, row.review_on, row.residual, row.target) == (
        "Head of Highways", "transfer", date(2027, 3, 1), date(2027, 9, 27), Rating(2, 5),
        Rating(1, 5),
    )  # fmt: skip
    assert (row.why, row.state, row.inherent, risk.number) == (
        WHY, RiskState.ACCEPTED, Rating(4, 5), 2,
    )  # fmt: skip
    assert row_of(evaluated, bid, "R05")[1].state is RiskState.DROPPED
    db.session.commit()
    wanted = ("register.imported", "risk.accepted", "risk.dropped")
    last = select(AuditEntry).where(AuditEntry.action.in_(wanted)).order_by(AuditEntry.id.desc())
    noted = [one.action for one in db.session.scalars(last.limit(3))]
    assert noted[0] == "register.imported"
    assert sorted(noted[1:]) == ["risk.accepted", "risk.dropped"]


def test_a_file_as_it_was_downloaded_changes_nothing(desk):
    preview = desk.upload(desk.download())

    assert state(preview).startswith("0 risks would change; ")
    assert "Apply" not in preview.text.split("</h1>")[1].split("</main>")[0]


def test_what_the_page_of_a_register_shows_comes_back_too(desk, bid):
    shown = desk.client.get(f"/evaluation/bids/{bid.token}/risks.xlsx?owner=Panel")
    book = load_workbook(BytesIO(shown.data))
    edit(book, "R10", Risk_owner="Head of Parks")

    assert state(desk.upload(book)) == "1 risk would change. Nothing is saved yet."


def test_a_reason_is_asked_once_for_rows_that_say_none(desk, bid, evaluated):
    book = desk.download()
    edit(book, "R10", why=None, Risk_owner="Head of Parks")
    preview = desk.upload(book)
    without = desk.apply(preview, why="  ")
    done = desk.apply(preview, why="As we agreed")

    assert (without.status_code, done.status_code) == (422, 302)
    assert "Enter why these risks are changed" in error(without)
    assert row_of(evaluated, bid)[1].why == "As we agreed"


def test_what_changed_here_too_waits_for_a_tick_and_the_rest_is_left_alone(
    desk, bid, evaluated, officer
):
    book = desk.download()
    decide(evaluated, bid, officer, "R10", owner="A colleague", due=date(2027, 5, 5))
    edit(book, "R10", Risk_owner="Head of Parks", Treatment="transfer")
    preview = desk.upload(book)
    unticked = desk.apply(preview)
    token = row_of(evaluated, bid)[0].row.token
    done = desk.apply(preview, take=token)

    assert state(preview).startswith(
        "0 risks would change, 1 changed here too since the file was made; "
    )
    assert preview.text.count("Changed here too") == 1
    assert (unticked.status_code, done.status_code) == (422, 302)
    row = row_of(evaluated, bid)[1]
    # The day a colleague entered stays: nobody touched it in the file.
    assert (row.owner, row.treatment, row.due) == ("Head of Parks", "transfer", date(2027, 5, 5))


def test_what_nobody_touched_in_the_file_stays_as_it_was_decided_since(
    desk, bid, evaluated, officer
):
    book = desk.download()
    decide(evaluated, bid, officer, "R10", owner="A colleague")

    assert state(desk.upload(book)).startswith("0 risks would change; ")


def test_a_decision_made_while_the_preview_was_read_is_shown_first(desk, bid, evaluated, officer):
    book = desk.download()
    edit(book, "R10", Risk_owner="Head of Parks")
    preview = desk.upload(book)
    decide(evaluated, bid, officer, "R10", owner="A colleague")
    answer = desk.apply(preview)

    assert answer.status_code == 422
    assert "What stands here changed while you were reading" in error(answer)
    assert row_of(evaluated, bid)[1].owner == "A colleague"


@pytest.mark.parametrize(
    ("heading", "value", "says"),
    [
        ("Risk owner", "=1+1", "The cell holds a formula"),
        ("Status", "merged", "Merge it on its page"),
        ("Status", "closed", "It is accepted and cannot become closed"),
        ("Residual likelihood", 2, "Select the residual impact too"),
        ("Version", 99, "This row names a version that is not there"),
        ("Reference", "nobodyknowsthisrisk", "This reference names no risk of this register"),
    ],
)
def test_what_is_wrong_is_named_by_sheet_and_cell(desk, heading, value, says):
    book = desk.download()
    edit(book, "R10", Review_date=date(2027, 9, 1))
    wrong = cell(book, "R10", heading)
    wrong.value = value
    answer = desk.upload(book)
    ((sheet, where, sentence),) = to_mend(answer)

    assert answer.status_code == 200
    assert sheet == "Register"
    assert re.sub("^R10: ", "", sentence).startswith(says)
    # Half a rating is named where the other half is missing.
    assert where == wrong.coordinate or "impact too" in sentence


def test_a_proposed_risk_is_decided_with_what_is_changed_about_it(desk):
    book = desk.download()
    edit(book, "R05", Risk_owner="Head of Parks")
    ((sheet, where, sentence),) = to_mend(desk.upload(book))

    assert (sheet, where) == ("Register", cell(book, "R05", "Status").coordinate)
    assert sentence == "R05: Decide on it first: choose accepted or dropped in “Status”"


def test_what_is_left_cannot_be_graver_than_before_without_saying_that_it_is_meant(desk):
    book = desk.download()
    edit(book, "R10", Residual_likelihood=5, Residual_impact=5)
    ((_, _, sentence),) = to_mend(desk.upload(book))

    assert sentence.endswith("is graver than the 20 before contract terms. Lower it")


def test_columns_may_be_moved_and_rows_sorted(desk):
    book = desk.download()
    edit(book, "R10", Risk_owner="Head of Parks")
    sheet = book["Register"]
    for row in sheet.iter_rows(min_row=1):
        texts = [one.value for one in row]
        for one, text in zip(row, reversed(texts), strict=True):
            one.value = None if str(text).startswith("=") else text
            one.number_format = "General"
    answer = desk.upload(book)

    assert "Head of Parks" in answer.text


def test_a_column_that_is_gone_changes_nothing_but_the_reference_is_needed(desk):
    book = desk.download()
    cell(book, "R10", "Risk owner").value = "Head of Parks"
    book["Register"].cell(1, cell(book, "R10", "Risk owner").column).value = "Who"
    without_owner = desk.upload(book)
    other = desk.download()
    other["Register"].cell(1, cell(other, "R10", "Reference").column).value = "Ref"

    assert state(without_owner).startswith("0 risks would change; ")
    assert "The column “Reference” is gone" in error(desk.upload(other))


def test_a_risk_that_stands_twice_counts_once(desk):
    book = desk.download()
    sheet = book["Register"]
    row = cell(book, "R10", "Risk owner").row
    edit(book, "R10", Risk_owner="Head of Parks")
    copied = [one.value for one in sheet[row]]
    sheet.append(copied)
    ((_, where, sentence),) = to_mend(desk.upload(book))

    assert sentence == f"R10: This risk stands in row {row} already"
    assert where.endswith(str(sheet.max_row))


def bomb():
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 80_000_000)
    return data.getvalue()


def with_member(book, name, data):
    stream = BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(name, data)
    return stream.getvalue()


def a_million_rows(book):
    rows = "<row><c><v>1</v></c></row>" * 1_000_000
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{rows}</sheetData></worksheet>"
    )
    saved, found = BytesIO(), BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.infolist():
            is_register = one.filename == "xl/worksheets/sheet2.xml"
            new.writestr(one.filename, sheet if is_register else old.read(one.filename))
    return found.getvalue()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda _: b"", "The file is empty"),
        (lambda _: b"PK\x03\x04 nothing", "The file is damaged"),
        (lambda _: bomb(), "The file holds far more than a register holds"),
        (a_million_rows, "The file holds far more than a register holds"),
        (lambda book: with_member(book, "xl/vbaProject.bin", b"x"), "The file contains macros"),
    ],
)
def test_a_hostile_file_is_refused_in_a_sentence(desk, spoil, says):
    answer = desk.upload(spoil(desk.download()))

    assert answer.status_code == 422
    assert says in error(answer)


def test_links_to_other_files_are_never_followed(desk):
    link = b'<externalLink xmlns="http://x.test"><externalBook/></externalLink>'
    book = desk.download()
    edit(book, "R10", Risk_owner="='[http://x.test/a.xlsx]Sheet1'!A1")
    answer = desk.upload(with_member(book, "xl/externalLinks/externalLink1.xml", link))

    assert to_mend(answer)[0][2].startswith("R10: The cell holds a formula")


def told(book, label):
    return next(row[1] for row in book["Summary"].iter_rows() if row[0].value == label)


@pytest.mark.parametrize(
    ("label", "value", "says"),
    [
        ("Tender’s number in the service", "t" * 22, "the register of another tender"),
        ("Authority’s number in the service", "a" * 22, "the register of another authority"),
        ("Kept in", "contract", "This file holds the register of a contract"),
    ],
)
def test_a_file_of_another_register_is_refused(desk, label, value, says):
    book = desk.download()
    told(book, label).value = value
    forged = desk.upload(book)
    names = ("Tender’s number in the service", "Authority’s number in the service", "Kept in")
    told(book, "Fingerprint").value = fingerprint_of(*(told(book, one).value for one in names))

    assert "This is not a register of this service" in error(forged)
    assert says in error(desk.upload(book))


def test_a_file_without_its_first_sheet_is_refused(desk, client_for):
    book = desk.download()
    stranger = Page(client_for(make_person(Role.OFFICER, make_authority())), desk.tender)
    answer = stranger.upload(book)
    del book["Summary"]

    assert answer.status_code == 404
    assert "This is not a register of this service" in error(desk.upload(book))


@pytest.mark.parametrize("sent", [{}, {"rows": "x.y"}, {"rows": "W10.AAAA", "shown": ""}])
def test_a_form_that_carries_nothing_of_ours_changes_nothing(desk, sent):
    before = decisions()
    answer = desk.client.post(desk.address("register-offline/apply"), data=sent)

    assert answer.status_code < 500
    assert decisions() == before


def test_who_may_not_decide_risks_uploads_none(client_for, authority, bid, desk):
    for role in (Role.AUDITOR, Role.MODERATOR):
        theirs = Page(client_for(make_person(role, authority)), desk.tender)

        assert theirs.client.get(theirs.address("register-offline")).status_code == 403


def test_a_new_day_in_the_past_is_named_by_its_cell(desk):
    book = desk.download()
    edit(book, "R10", Due=date(2020, 1, 1))

    assert to_mend(desk.upload(book)) == [
        ("Register", cell(book, "R10", "Due").coordinate,
         "R10: Enter today or a day in the future"),
    ]  # fmt: skip
