"""Inviting suppliers: rows looked at and then invited, messages written once, who is shown what."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation.audit import AuditEntry
from foundation.database import db
from foundation.jobs import run_due_jobs
from foundation.mail import Message
from supplier_portal import service as portal
from tenders import service
from tenders.models import SupplierInvited, Tender
from tenders.rules.inviting import read_rows
from tenders.service.inviting import INVITE, tell_invited
from tests.factories import (
    make_authority,
    make_open_tender,
    make_person,
    make_supplier,
    make_tender,
    publish,
    viewer_of,
)

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
HANDLERS = {INVITE: tell_invited}


@pytest.fixture
def officer(app, at):
    at(NOON)
    return make_person(Role.OFFICER, make_authority())


@pytest.fixture
def tender(officer):
    return make_tender(officer, title="Sensors by the river", reference="HC-900")


@pytest.fixture
def as_officer(client_for, officer):
    return client_for(officer)


def address_of(tender):
    return f"/tenders/{tender.token}/invitations"


@pytest.fixture
def look(as_officer, tender):
    def send(rows="", file=None):
        data = {"rows": rows, "then": "look"}
        if file:
            data["file"] = (io.BytesIO(file[1]), file[0])
        return as_officer.post(address_of(tender), data=data)

    return send


@pytest.fixture
def invite(as_officer, look):
    """Look at the rows, then press the button of the page."""

    def send(rows, tender_address=None):
        page = (
            look(rows)
            if tender_address is None
            else as_officer.post(tender_address, data={"rows": rows, "then": "look"})
        )
        looked_at = re.search(r'name="looked_at"[^>]*value="(\w*)"', page.text)[1]
        return as_officer.post(
            page.request.path, data={"rows": rows, "then": "invite", "looked_at": looked_at}
        )

    return send


def invited():
    return db.session.execute(
        select(SupplierInvited.email, SupplierInvited.company).order_by(SupplierInvited.email)
    ).all()


def wrong(page):
    return re.findall(r"<li>(Line \d+: [^<]*)</li>", page.text)


def letters():
    return db.session.scalars(
        select(Message).where(Message.kind == INVITE).order_by(Message.recipient)
    ).all()


def test_nobody_is_invited_before_an_officer_has_looked(look):
    page = look("mara@larkfield.example, Larkfield Sensors\nben@brightwater.example")

    assert page.status_code == 200
    assert "2 rows can be invited" in page.text
    assert invited() == []


def test_rows_that_were_looked_at_are_invited(as_officer, tender, invite):
    answer = invite("Mara@Larkfield.example, Larkfield Sensors\nBrightwater; ben@bright.example")

    assert answer.location == address_of(tender)
    assert invited() == [
        ("ben@bright.example", "Brightwater"),
        ("mara@larkfield.example", "Larkfield Sensors"),
    ]
    assert "2 addresses; 0 messages written" in as_officer.get(address_of(tender)).text


def test_what_is_wrong_is_said_by_row_and_everything_typed_stays(look):
    rows = "\n\nben@bright.example\nlarkfield.example\nben@bright.example\na@b@c.example"

    page = look(rows)

    assert page.status_code == 422
    assert wrong(page) == [
        "Line 4: no @ in “larkfield.example”",
        "Line 5: ben@bright.example stands on line 3 already",
        "Line 6: more than one @ in “a@b@c.example”: enter one address a line",
    ]
    assert f"\n{rows}</textarea>" in page.text


def test_good_rows_are_invited_when_the_officer_says_so_and_bad_ones_stay_in_the_box(invite):
    page = invite("ben@bright.example\nlarkfield.example")

    assert invited() == [("ben@bright.example", "")]
    assert "1 company is invited" in page.text
    assert wrong(page) == ["Line 1: no @ in “larkfield.example”"]
    assert "\nlarkfield.example</textarea>" in page.text


def test_rows_changed_after_they_were_looked_at_invite_nobody(as_officer, tender, look):
    page = look("ben@bright.example")
    looked_at = re.search(r'name="looked_at"[^>]*value="(\w*)"', page.text)[1]

    page = as_officer.post(
        address_of(tender),
        data={"rows": "eve@other.example", "then": "invite", "looked_at": looked_at},
    )

    assert page.status_code == 422
    assert "Look at the rows again before you invite" in page.text
    assert "\neve@other.example</textarea>" in page.text
    assert invited() == []


def test_who_is_invited_already_is_told_and_not_invited_twice(invite, look):
    invite("ben@bright.example")

    assert wrong(look("BEN@bright.example")) == ["Line 1: ben@bright.example is invited already"]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("a" * 320 + "@bright.example", "the address has 335 characters; 254 at the most"),
        ("ben@bright.example, " + "x" * 201, "the name of the company has 201 characters; 200"),
        ("ben@bright.example\x0bBcc: eve@other.example", "there is a character in it that cannot"),
        ("ben@bright.example\N{LINE SEPARATOR}Bcc: x", "there is a character in it that cannot"),
        ("ben\N{ZERO WIDTH SPACE}@bright.example", "there is a character in it that cannot"),
        ("ben@bright.example, eve@other.example", "there are two addresses in it"),
        ("ben@bright", "“ben@bright” is no address like name@company.co.uk"),
        ("be n@bright.example", "“be n@bright.example” is no address like"),
        ("@bright.example", "“@bright.example” is no address like"),
        ("ben@-bright.example", "“ben@-bright.example” is no address like"),
        ("x" * 1001, "the row has 1,001 characters; 1,000 at the most"),
    ],
)
def test_a_row_that_is_no_address_is_refused_with_why(look, row, says):
    messages = wrong(look(row))

    assert [message.startswith(f"Line 1: {says}") for message in messages] == [True]


def test_a_row_with_nul_is_shown_back_and_changes_nothing(look):
    assert look("ben@bright.example\0").status_code == 400
    assert invited() == []


def test_a_spreadsheet_is_read_into_the_box_row_by_row(look):
    book = Workbook()
    for row in (
        ("Company", "E-mail"),
        ("Larkfield, Sensors", "mara@larkfield.example"),
        ("Brightwater", "ben@bright.example\nBcc: eve@other.example"),
        ("Omniflow", 42),
    ):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)

    page = look(file=("companies.xlsx", out.getvalue()))

    assert "1 row can be invited, 2 cannot" in page.text
    assert wrong(page) == [
        "Line 3: there is a line break within the cell: an address stands on one line",
        "Line 4: no @ in “Omniflow, 42”",
    ]
    assert "Larkfield, Sensors, mara@larkfield.example" in page.text


def test_a_file_is_added_to_what_stands_in_the_box(look):
    file = ("more.csv", b'email,company\r\n"ben@bright.example","Bright, Water"\r\n')

    page = look("mara@larkfield.example", file=file)

    assert "2 rows can be invited" in page.text
    assert "ben@bright.example, Bright, Water" in page.text


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.csv", b"\n\n", "This file holds no rows"),
        ("list.pdf", b"no pdf", "list.pdf"),
        ("list.xlsx", b"PK no workbook", "list.xlsx"),
        ("list.csv", "straße@x.example".encode("latin-1"), "list.csv"),
    ],
)
def test_a_file_that_cannot_be_read_says_so_and_keeps_what_was_typed(look, name, content, says):
    page = look("mara@larkfield.example", file=(name, content))

    assert page.status_code == 422
    assert says in page.text
    assert "\nmara@larkfield.example</textarea>" in page.text


def test_nothing_typed_is_an_error(look):
    page = look("  \n")

    assert page.status_code == 422
    assert "Enter at least one e-mail address, or choose a file" in page.text


def test_the_whole_list_of_wrong_rows_is_a_file_no_spreadsheet_runs(as_officer, tender):
    rows = "\n".join(["=cmd()|'/C calc'!A0", *("nobody" for _ in range(80))])
    page = as_officer.post(address_of(tender), data={"rows": rows, "then": "look"})

    file = as_officer.post(f"{address_of(tender)}/wrong.csv", data={"rows": rows})

    assert len(wrong(page)) == 50
    assert "These are the first 50 of 81." in page.text
    read = list(csv.reader(io.StringIO(file.text.removeprefix("\ufeff"))))
    assert len(read) == 82
    assert read[1] == ["1", "no @ in “=cmd()|'/C calc'!A0”", "'=cmd()|'/C calc'!A0"]


@pytest.mark.both_databases
def test_ten_thousand_rows_are_invited_with_a_constant_number_of_statements(
    tender, officer, statements_counted
):
    few = "\n".join(f"c{n}@few.example" for n in range(3))
    many = "\n".join(
        "nobody" if n % 100 == 0 else f"c{n}@many.example, Company {n}" for n in range(10_000)
    )
    by = viewer_of(officer)

    def statements_for(rows):
        read = read_rows(rows, invited=set())
        with statements_counted() as statements:
            service.invite_suppliers(tender, rows, looked_at=service.fingerprint(read), by=by)
        return len(statements)

    assert statements_for(few) == statements_for(many)
    assert len(invited()) == 9_903


def test_messages_are_written_when_the_tender_is_published_once_for_each_address(
    tender, officer, invite
):
    rows = "\n".join(f"c{n:03}@many.example" for n in range(250))
    invite(rows)
    run_due_jobs(HANDLERS)
    assert letters() == []

    publish(tender, officer)
    run_due_jobs(HANDLERS)
    run_due_jobs(HANDLERS)
    tell_invited(tender.token, {})

    assert [letter.recipient for letter in letters()] == sorted(rows.split("\n"))
    letter = letters()[0]
    assert letter.subject == "You are invited to bid: Sensors by the river"
    assert "Bids close on" in letter.text
    assert f"/opportunities/{tender.token}" in letter.text
    assert f"/register?for={tender.token}" in letter.text


def test_who_is_invited_to_an_open_tender_is_written_to_in_the_next_minutes(
    officer, as_officer, invite
):
    tender = make_open_tender(officer)

    page = as_officer.get(invite("ben@bright.example", address_of(tender)).location)
    run_due_jobs(HANDLERS)

    assert "1 company is invited. The messages are sent in the next minutes" in page.text
    assert [letter.recipient for letter in letters()] == ["ben@bright.example"]
    assert "1 message written" in as_officer.get(address_of(tender)).text


def test_a_job_cut_short_writes_to_the_others_and_to_nobody_twice(tender, officer, invite):
    invite("\n".join(f"c{n:03}@many.example" for n in range(5)))
    publish(tender, officer)
    run_due_jobs(HANDLERS)
    rows = db.session.scalars(select(SupplierInvited)).all()
    for row in rows[:3]:
        row.written_at = None
    db.session.commit()

    tell_invited(tender.token, {})

    assert len(letters()) == 5


def test_nobody_is_written_to_once_bids_are_closed(tender, officer, invite, at):
    invite("ben@bright.example")
    publish(tender, officer)
    at(NOON + timedelta(days=31))

    run_due_jobs(HANDLERS)

    assert letters() == []


def test_after_the_closing_time_nobody_is_invited(tender, officer, client_for, at):
    publish(tender, officer)
    at(NOON + timedelta(days=31))

    page = client_for(officer).post(address_of(tender), data={"rows": "ben@bright.example"})

    assert page.status_code == 422
    assert "You cannot invite companies because the tender is closed" in page.text


def test_an_invitation_not_yet_sent_can_be_withdrawn_and_a_sent_one_not(
    tender, officer, invite, as_officer
):
    invite("ben@bright.example\nmara@larkfield.example")
    as_officer.post(f"{address_of(tender)}/withdraw", data={"email": "ben@bright.example"})
    assert invited() == [("mara@larkfield.example", "")]

    publish(tender, officer)
    run_due_jobs(HANDLERS)
    refused = as_officer.post(
        f"{address_of(tender)}/withdraw", data={"email": "mara@larkfield.example"}
    )
    unknown = as_officer.post(f"{address_of(tender)}/withdraw", data={"email": "eve@x.example"})

    assert refused.status_code == 409
    assert unknown.status_code == 404
    assert invited() == [("mara@larkfield.example", "")]


def test_another_authority_finds_nothing(tender, client_for):
    stranger = client_for(Role.OFFICER)

    for path in ("", ".csv"):
        assert stranger.get(address_of(tender) + path).status_code == 404
    assert stranger.post(address_of(tender), data={"rows": "a@b.example"}).status_code == 404
    assert stranger.get(f"/tenders/{tender.token}/who-may-bid").status_code == 404


def test_the_page_is_the_same_whether_those_invited_came_or_not(
    tender, officer, invite, as_officer
):
    invite("mara@larkfield.example\nben@bright.example")
    publish(tender, officer)
    run_due_jobs(HANDLERS)

    def shown():
        page, file = as_officer.get(address_of(tender)), as_officer.get(f"{address_of(tender)}.csv")
        return page.text.partition('id="invited"')[2].partition("</main>")[0], file.text

    as_officer.get(address_of(tender))
    before = shown()

    lead = make_person(Role.BID_LEAD, make_supplier(), email="mara@larkfield.example")
    portal.start_bid(tender, by=viewer_of(lead), arrived_at=NOON)

    assert "mara@larkfield.example" in before[0]
    assert shown() == before


def test_the_page_takes_few_statements_however_many_are_invited(
    tender, invite, as_officer, statements_counted
):
    def statements():
        with statements_counted() as counted:
            as_officer.get(address_of(tender))
        return len(counted)

    invite("ben@bright.example")
    few = statements()
    invite("\n".join(f"c{n}@many.example" for n in range(300)))

    assert statements() == few
    assert few <= 15
    assert "Page 4 of 4" in as_officer.get(f"{address_of(tender)}?page=99999999999").text
    assert "Page 1 of 4" in as_officer.get(f"{address_of(tender)}?page=-1").text


def test_the_record_holds_no_address(tender, invite):
    invite("ben@bright.example")

    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "tender.suppliers_invited")
    ).one()
    assert "bright" not in entry.details
    assert '"count":1' in entry.details


# Who may bid


@pytest.fixture
def by_invitation(tender, officer, invite, as_officer):
    """A published tender for invited companies; Mara of Larkfield is invited."""
    as_officer.post(f"/tenders/{tender.token}/who-may-bid", data={"who": "invited"})
    invite("mara@larkfield.example")
    publish(tender, officer)
    return tender


@pytest.fixture
def larkfield(app):
    return make_supplier("Larkfield Sensors")


@pytest.fixture
def mara(larkfield):
    return make_person(Role.BID_LEAD, larkfield, email="mara@larkfield.example")


def pages_of(tender):
    home = f"/opportunities/{tender.token}"
    return [home, f"{home}/clarifications", f"{home}/amendments"]


def test_a_company_that_is_not_invited_finds_no_such_tender_anywhere(by_invitation, client_for):
    other = client_for(Role.BID_LEAD)

    assert [other.get(page).status_code for page in pages_of(by_invitation)] == [404, 404, 404]
    assert other.post(f"/opportunities/{by_invitation.token}/start").status_code == 404
    assert "Sensors by the river" not in other.get("/opportunities").text


def test_everybody_of_an_invited_company_is_shown_the_tender(
    by_invitation, client_for, mara, larkfield
):
    colleague = client_for(make_person(Role.CONTRIBUTOR, larkfield))

    page = colleague.get(f"/opportunities/{by_invitation.token}")

    assert page.status_code == 200
    assert "Only companies that the council invited" in page.text
    assert "Sensors by the river" in colleague.get("/opportunities").text


def test_a_company_that_has_begun_keeps_the_tender_when_the_person_invited_leaves(
    by_invitation, client_for, mara, larkfield
):
    colleague = make_person(Role.BID_LEAD, larkfield)
    as_officer = client_for(colleague)
    portal.start_bid(by_invitation, by=viewer_of(mara), arrived_at=NOON)
    mara.active = False
    db.session.commit()

    assert as_officer.get(f"/opportunities/{by_invitation.token}").status_code == 302


def test_an_invited_person_who_left_brings_nobody_in(by_invitation, client_for, mara, larkfield):
    as_officer = client_for(make_person(Role.BID_LEAD, larkfield))
    mara.active = False
    db.session.commit()

    assert as_officer.get(f"/opportunities/{by_invitation.token}").status_code == 404


def test_who_may_bid_is_published_with_the_questions(by_invitation):
    text = db.session.scalars(
        select(Tender.questionnaire_text).where(Tender.id == by_invitation.id)
    ).one()

    assert '"by_invitation":true' in text


def test_who_may_bid_cannot_be_changed_once_published(by_invitation, as_officer):
    address = f"/tenders/{by_invitation.token}/who-may-bid"

    assert as_officer.get(address).location == address_of(by_invitation)
    assert as_officer.post(address, data={"who": "any"}).status_code == 409
    db.session.refresh(by_invitation)
    assert by_invitation.registration_open is False


def test_nothing_selected_about_who_may_bid_is_an_error(tender, as_officer):
    page = as_officer.post(f"/tenders/{tender.token}/who-may-bid", data={"who": "everyone else"})

    assert page.status_code == 422


def test_companies_are_not_invited_here_to_a_tender_on_another_portal(tender, look, as_officer):
    tender.runs_elsewhere = True
    db.session.commit()

    page = look("ben@bright.example")

    assert page.status_code == 422
    assert "invite them there" in page.text
