"""A tender run on another portal: documents out, bids in, opened as any other."""

from __future__ import annotations

import hashlib
import io
import json
import re
import secrets
from datetime import timedelta

import pytest
from docx import Document
from openpyxl import load_workbook
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from accounts.models import Membership
from accounts.rules.roles import Role
from foundation import audit, clock
from foundation.database import db, transaction
from supplier_portal import queries, service
from supplier_portal.bringing import read_from
from supplier_portal.models import Bid, Submission
from supplier_portal.queries.bringing import brought_bids
from supplier_portal.rules.bringing import CannotBring
from supplier_portal.rules.stages import BidStage
from supplier_portal.rules.submission import NotOpen
from supplier_portal.workbook import About, write
from tenders.queries import questionnaire_of
from tests.documents.supplier_portal.workbooks import rezipped
from tests.factories import make_open_tender, make_person, make_tender, viewer_of
from tests.opening import be_ready, make_strict, open_by_two
from tests.two_people import colleague_of

pytestmark = [pytest.mark.both_databases, pytest.mark.slow]

MOST_READ_AT_ONCE = 512 * 1024
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER)


@pytest.fixture
def tender(officer):
    tender = make_open_tender(officer, closes_at=clock.now() + timedelta(hours=2))
    with transaction():
        tender.runs_elsewhere = True
    return tender


@pytest.fixture
def client(client_for, officer):
    return client_for(officer)


@pytest.fixture
def workbook(tender):
    """A bidder's workbook with these answers, as it came back."""

    def make(answers=None, *, company="Brindle Hosting Ltd", number="07654321", **about):
        told = {
            "fingerprint": tender.questionnaire_sha256,
            "tender": tender.token,
            **about,
        }
        return write(
            questionnaire_of(tender),
            About(
                "Streets",
                tender.reference,
                "Hollowmere",
                "",
                "",
                supplier={"name": company, "company_number": number},
                **told,
            ),
            answers or {"SLP-07.f": "offline"},
            {},
        )

    return make


@pytest.fixture
def closed(tender, at):
    at(tender.closes_at + timedelta(minutes=2))


@pytest.fixture
def bring(client, tender):
    def send(*books):
        # Encoded here: the test client would leave the temporary file of a large form open.
        files = [FileStorage(io.BytesIO(data), name) for name, data in books]
        boundary, body = encode_multipart({"files": files})
        return client.post(
            f"/tenders/{tender.token}/elsewhere",
            data=body,
            content_type=f"multipart/form-data; boundary={boundary}",
        )

    return send


@pytest.fixture
def brought(bring, workbook, closed, tender):
    """A bid brought in, not yet completed."""
    assert bring(("brindle.xlsx", workbook())).status_code == 302
    return db.session.scalars(select(Bid).where(Bid.tender_id == tender.id)).one()


@pytest.fixture
def told(client, brought, tender):
    received = clock.london(tender.closes_at - timedelta(minutes=30))
    sent = client.post(f"/brought/{brought.token}", data=recorded(received))
    assert sent.status_code == 302
    return brought


def summary_of(page):
    listed = re.search(r'error-summary__list">(.*?)</ul>', page.text, re.S)[1]
    return re.findall(r"<li>(?:<a[^>]*>)?(.*?)(?:</a>)?</li>", listed)


def recorded(received):
    return {
        "company": "Brindle Hosting Ltd",
        "company_number": "07654321",
        "declared_by": "Ines Brindle",
        "received_at-day": str(received.day),
        "received_at-month": str(received.month),
        "received_at-year": str(received.year),
        "received_at-time": f"{received:%H:%M}",
    }


def test_the_questions_and_their_marking_scheme_go_out_as_word(client, tender):
    sent = client.get(f"/tenders/{tender.token}/elsewhere/questionnaire.docx")

    document = Document(io.BytesIO(sent.data))
    texts = [paragraph.text for paragraph in document.paragraphs]
    tables = [[cell.text for cell in table.columns[0].cells] for table in document.tables]
    asked = questionnaire_of(tender)
    assert [text for text in texts if text.startswith("SLP-07 ")] == ["SLP-07 Disaster recovery"]
    assert all(f"{part.id} {part.label}" in texts for part in asked.parts.values())
    assert tables.count(["Mark", "5", "4", "3", "2", "1", "0"]) == sum(
        entry.is_marked for entry in asked.questions
    )
    assert tender.questionnaire_sha256 in {
        cell.text for row in document.tables[0].rows for cell in row.cells
    }


def test_a_blank_workbook_goes_out_that_asks_what_is_frozen(client, tender):
    sent = client.get(f"/tenders/{tender.token}/elsewhere/workbook.xlsx")

    read_me = load_workbook(io.BytesIO(sent.data)).worksheets[0]
    facts = {row[0].value: row[2].value for row in read_me.iter_rows(max_col=3) if row[0].value}
    assert (facts["fingerprint"], facts["tender"], facts["bid"]) == (
        tender.questionnaire_sha256,
        tender.token,
        None,
    )


def test_a_draft_can_be_looked_at_in_word_and_says_that_it_is_one(client_for):
    officer = make_person(Role.OFFICER)
    draft = make_tender(officer)

    sent = client_for(officer).get(f"/tenders/{draft.token}/elsewhere/questionnaire.docx")

    facts = Document(io.BytesIO(sent.data)).tables[0]
    assert [row.cells[1].text for row in facts.rows][-1] == "Draft: not published"


def test_suppliers_cannot_start_a_bid_here(tender):
    lead = viewer_of(make_person(Role.BID_LEAD))

    with pytest.raises(NotOpen, match="taken on another portal"):
        service.start_bid(tender, by=lead, arrived_at=clock.now())


def test_workbooks_are_brought_in_each_for_itself(bring, workbook, closed, tender):
    sent = bring(
        ("brindle.xlsx", workbook()),
        ("other.xlsx", workbook(company="Other Ltd", tender="another")),
        ("notes.xlsx", b"not a workbook"),
        ("again.xlsx", workbook(company="BRINDLE  hosting ltd")),
        ("larkmead.xlsx", workbook(company="Larkmead Systems Ltd")),
    )

    assert sent.status_code == 422
    refused = re.findall(r'<a href="#files">([^:]+): ', sent.text)
    assert refused == ["other.xlsx", "notes.xlsx", "again.xlsx"]
    assert [entry.bid.supplier.legal_name for entry in brought_to(tender)] == [
        "Brindle Hosting Ltd",
        "Larkmead Systems Ltd",
    ]


def brought_to(tender):
    return brought_bids(tender)


def test_a_workbook_of_other_questions_is_refused(bring, workbook, closed, tender):
    sent = bring(("old.xlsx", workbook(fingerprint="0" * 64)))

    assert sent.status_code == 422
    assert "old.xlsx: this workbook holds other questions than this tender asks" in sent.text
    assert brought_to(tender) == []


def test_nothing_can_be_brought_in_before_the_closing_time(bring, workbook, tender):
    sent = bring(("brindle.xlsx", workbook()))

    assert sent.status_code == 422
    assert summary_of(sent) == [
        "You cannot bring in bids because bids can still change until the tender closes"
    ]
    assert brought_to(tender) == []


def test_nothing_can_be_brought_in_where_bids_are_taken_here(bring, workbook, closed, tender):
    with transaction():
        tender.runs_elsewhere = False

    sent = bring(("brindle.xlsx", workbook()))

    assert sent.status_code == 422
    assert summary_of(sent) == ["You cannot bring in bids because this tender takes its bids here"]


def test_what_could_not_be_read_is_listed_and_handed_in_with_the_bid(
    client, bring, workbook, closed, tender, officer
):
    book = load_workbook(io.BytesIO(workbook()))
    for sheet in book:
        for row in sheet.iter_rows(max_col=5):
            if row[0].value == "SLP-07.g":
                row[4].value, place = "sometime", (sheet.title, row[4].coordinate)
    data = io.BytesIO()
    book.save(data)
    assert bring(("brindle.xlsx", data.getvalue())).status_code == 302
    bid = brought_to(tender)[0].bid
    page = client.get(f"/brought/{bid.token}")
    received = clock.london(tender.closes_at - timedelta(minutes=30))
    client.post(f"/brought/{bid.token}", data=recorded(received))

    client.post(f"/brought/{bid.token}/hand-in")

    assert f"{place[0]} {place[1]}" in page.text
    text = queries.submitted_text(bid, queries.submission_of(bid, 1))
    noted = json.loads(text)["brought"]["not_read"]
    assert [(one["sheet"], one["cell"], one["part"]) for one in noted] == [(*place, "SLP-07.g")]


def test_rows_the_bidder_did_not_finish_come_as_they_are_and_hinder_nobody(
    client, client_for, bring, workbook, closed, tender, officer
):
    rows = [{"component": "Cameras", "rto": "4h"}, {"rpo": "1h"}]

    assert bring(("brindle.xlsx", workbook({"SLP-07.i": rows}))).status_code == 302

    bid = brought_to(tender)[0].bid
    assert brought_to(tender)[0].how.not_read == ()
    assert queries.answers_of(bid) == {"SLP-07.i": rows}
    received = clock.london(tender.closes_at - timedelta(minutes=30))
    client.post(f"/brought/{bid.token}", data=recorded(received))
    assert client.post(f"/brought/{bid.token}/hand-in").status_code == 302
    open_by_two(client_for, officer, tender)
    assert queries.opened_bids(viewer_of(officer), tender)[0].answers == {"SLP-07.i": rows}
    read = [f"tenders/{tender.token}", f"bids/{bid.token}", f"bids/{bid.token}/questions/SLP-07"]
    read += [f"bids/{bid.token}/risks", f"bids/{bid.token}/controls"]
    assert [client.get(f"/evaluation/{page}").status_code for page in read] == [200] * len(read)


class InPieces(io.BytesIO):
    """A large file that breaks when somebody takes more than a piece of it into memory."""

    def read(self, size=-1, /):
        data = super().read(size)
        assert len(data) <= MOST_READ_AT_ONCE
        return data


def test_a_large_workbook_is_kept_piece_by_piece_with_the_hash_of_what_came(
    workbook, closed, tender, officer
):
    picture = secrets.token_bytes(4 * MOST_READ_AT_ONCE)
    data = rezipped(workbook(), {"xl/media/image1.png": picture})
    stream = InPieces(data)

    bid = service.bring_bid(
        tender,
        read_from(tender, FileStorage(stream, "brindle.xlsx")),
        by=viewer_of(officer),
        arrived_at=clock.now(),
    )

    how = brought_to(tender)[0].how
    kept = queries.evidence_of(bid)[how.evidence]
    assert how.sha256 == kept.sha256 == hashlib.sha256(data).hexdigest()
    assert (kept.name, kept.size) == ("brindle.xlsx", len(data))


def test_a_bid_is_handed_in_at_the_time_the_other_portal_received_it(client, told, tender):
    sent = client.post(f"/brought/{told.token}/hand-in")

    submission = db.session.scalars(select(Submission)).one()
    expected = (tender.closes_at - timedelta(minutes=30)).replace(second=0, microsecond=0)
    assert sent.status_code == 302
    assert submission.arrived_at == expected
    content = json.loads(queries.submitted_text(told, submission))
    assert (content["answers"], content["declared_by"]) == ({"SLP-07.f": "offline"}, "Ines Brindle")
    assert content["supplier"]["company_number"] == "07654321"


@pytest.mark.parametrize("when", ["before publication", "at closing"])
def test_a_time_at_which_no_bid_can_have_come_is_refused(client, brought, tender, when):
    soon = tender.closes_at + timedelta(minutes=1)
    moment = soon if when == "at closing" else tender.published_at - timedelta(days=1)

    sent = client.post(f"/brought/{brought.token}", data=recorded(clock.london(moment)))

    assert sent.status_code == 422
    assert queries_of(brought).received_at is None


def queries_of(bid):
    return brought_to(bid.tender)[0].how


def test_a_workbook_without_a_company_takes_its_files_name_until_somebody_puts_it_right(
    client, bring, workbook, closed, tender
):
    bring(("answers of brindle.xlsx", workbook(company="")))
    bid = brought_to(tender)[0].bid
    assert bid.supplier.legal_name == "answers of brindle"

    received = clock.london(tender.closes_at - timedelta(minutes=30))
    client.post(f"/brought/{bid.token}", data=recorded(received))

    assert brought_to(tender)[0].bid.supplier.legal_name == "Brindle Hosting Ltd"


def test_the_bids_are_not_opened_while_one_would_be_left_behind(
    client, client_for, told, tender, officer
):
    refused = be_ready(client, tender)
    assert refused.status_code == 422
    assert "the bid of Brindle Hosting Ltd is not handed in" in refused.text

    client.post(f"/brought/{told.token}/hand-in")

    ready, opened = open_by_two(client_for, officer, tender)
    assert (ready.status_code, opened.status_code) == (302, 302)


def test_what_was_typed_and_not_read_is_shown_to_the_evaluator(
    client, client_for, bring, workbook, closed, tender, officer
):
    book = load_workbook(io.BytesIO(workbook()))
    for sheet in book:
        for row in sheet.iter_rows(max_col=5):
            if row[0].value == "SLP-07.g":
                row[4].value = "sometime in spring"
    data = io.BytesIO()
    book.save(data)
    bring(("brindle.xlsx", data.getvalue()))
    bid = brought_to(tender)[0].bid
    received = clock.london(tender.closes_at - timedelta(minutes=30))
    client.post(f"/brought/{bid.token}", data=recorded(received))
    client.post(f"/brought/{bid.token}/hand-in")
    open_by_two(client_for, officer, tender)

    page = client.get(f"/evaluation/bids/{bid.token}/questions/SLP-07")

    assert "SLP-07.g: “sometime in spring”" in page.text


def test_a_file_may_belong_to_the_bid_as_a_whole(client, told, tender):
    client.post(
        f"/brought/{told.token}/files",
        data={
            "file-part": "bid",
            "file-title": "Cover letter",
            "file-file": (io.BytesIO(PDF), "letter.pdf"),
        },
        content_type="multipart/form-data",
    )
    client.post(f"/brought/{told.token}/hand-in")

    content = json.loads(queries.submitted_text(told, queries.submission_of(told, 1)))
    assert [(file["title"], file["part"]) for file in content["brought"]["files"]] == [
        ("Cover letter", "")
    ]
    assert "Cover letter" in [file["title"] for file in content["evidence"]]


def test_a_bid_that_came_too_late_elsewhere_is_not_taken(client, brought, tender):
    received = clock.london(tender.closes_at + timedelta(minutes=1))

    sent = client.post(f"/brought/{brought.token}", data=recorded(received))

    assert sent.status_code == 422
    assert 'value="Ines Brindle"' in sent.text
    assert "You cannot bring in a bid that came at or after the closing time" in sent.text


def test_nothing_is_handed_in_before_the_other_portals_record_is_entered(brought, officer):
    with pytest.raises(CannotBring, match="Enter what the other portal recorded"):
        service.hand_in_brought(brought, by=viewer_of(officer), arrived_at=clock.now())


def test_files_that_came_with_the_workbook_answer_their_parts(client, told, tender):
    sent = client.post(
        f"/brought/{told.token}/files",
        data={
            "file-part": "SLP-07.g2",
            "file-title": "Recovery test",
            "file-file": (io.BytesIO(PDF), "test.pdf"),
        },
        content_type="multipart/form-data",
    )
    client.post(f"/brought/{told.token}/hand-in")

    content = json.loads(queries.submitted_text(told, queries.submission_of(told, 1)))
    assert sent.status_code == 302
    assert [file["title"] for file in content["evidence"]] == [
        "Workbook as it came",
        "Recovery test",
    ]
    assert [entry["title"] for entry in content["answers"]["SLP-07.g2"]] == ["Recovery test"]


def test_a_file_without_a_part_is_asked_for_one(client, told):
    sent = client.post(
        f"/brought/{told.token}/files",
        data={"file-part": "", "file-file": (io.BytesIO(PDF), "test.pdf")},
        content_type="multipart/form-data",
    )

    assert sent.status_code == 422
    assert "Select what the file belongs to" in sent.text


def test_another_workbook_of_the_same_bidder_takes_the_place_of_the_first(client, told, workbook):
    client.post(f"/brought/{told.token}/hand-in")
    other = workbook({"SLP-07.a": "Nightly"})

    sent = client.post(
        f"/brought/{told.token}/workbook",
        data={"workbook-file": (io.BytesIO(other), "second.xlsx")},
        content_type="multipart/form-data",
    )
    page = client.get(f"/brought/{told.token}")
    client.post(f"/brought/{told.token}/hand-in")

    assert sent.status_code == 302
    assert "Changed since it was handed in: hand it in again" in page.text
    second = json.loads(queries.submitted_text(told, queries.submission_of(told, 2)))
    assert second["answers"] == {"SLP-07.a": "Nightly"}
    assert second["brought"]["workbook"] == "second.xlsx"


def test_a_workbook_of_another_bidder_does_not(client, told, workbook):
    sent = client.post(
        f"/brought/{told.token}/workbook",
        data={"workbook-file": (io.BytesIO(workbook(company="Other Ltd")), "second.xlsx")},
        content_type="multipart/form-data",
    )

    assert sent.status_code == 422
    assert "This workbook is of Other Ltd" in sent.text
    assert queries.answers_of(told) == {"SLP-07.f": "offline"}


def test_a_bid_here_by_mistake_is_taken_out_and_may_come_again(
    client, brought, bring, workbook, tender
):
    client.post(f"/brought/{brought.token}/leave-out")

    assert brought_to(tender) == []
    assert bring(("brindle.xlsx", workbook())).status_code == 302


def test_a_bid_handed_in_is_not_taken_out(client, told):
    client.post(f"/brought/{told.token}/hand-in")

    assert client.post(f"/brought/{told.token}/leave-out").status_code == 409


@pytest.mark.parametrize("strictly", [False, True])
def test_bids_brought_in_are_opened_and_read_as_any_other(
    strictly, client, client_for, told, tender, officer
):
    second, third = colleague_of(officer), colleague_of(officer)
    parts = make_strict(tender, [officer, second, third]) if strictly else ("", "")
    client.post(f"/brought/{told.token}/hand-in")

    open_by_two(client_for, officer, tender, parts, second)

    opened = queries.opened_bids(viewer_of(officer), tender)
    assert [(bid.supplier_name, bid.answers) for bid in opened] == [
        ("Brindle Hosting Ltd", {"SLP-07.f": "offline"})
    ]
    assert db.session.get(Bid, told.id).stage is BidStage.OPENED
    assert client.post(f"/brought/{told.token}/hand-in").status_code == 409


def test_before_the_opening_the_page_shows_no_word_of_the_answers(
    client, bring, workbook, closed, tender
):
    bring(("brindle.xlsx", workbook({"SLP-07.a": "canary-in-the-answer"})))
    bid = brought_to(tender)[0].bid

    pages = [client.get(f"/brought/{bid.token}"), client.get(f"/tenders/{tender.token}/elsewhere")]

    assert ["canary" in page.text for page in pages] == [False, False]


def test_the_company_gets_no_account_by_it(brought):
    members = db.session.scalar(
        select(func.count(Membership.id)).where(Membership.organisation_id == brought.supplier_id)
    )

    assert members == 0


def test_only_officers_of_the_authority_find_a_bid_brought_in(client_for, brought):
    statuses = [
        client_for(role).get(f"/brought/{brought.token}").status_code
        for role in (Role.OFFICER, Role.EVALUATOR, Role.BID_LEAD)
    ]

    assert statuses == [404, 403, 403]


def test_each_step_is_in_the_record_of_the_bid(client, told):
    client.post(f"/brought/{told.token}/hand-in")

    entries = db.session.scalars(
        select(audit.AuditEntry.action)
        .where(audit.AuditEntry.subject == told.token)
        .order_by(audit.AuditEntry.number)
    ).all()
    assert entries == ["evidence.added", "bid.brought", "bid.brought_details", "bid.submitted"]


def test_the_list_takes_the_same_statements_for_one_bid_and_for_five(
    client, bring, workbook, closed, tender, statements_counted
):
    bring(("one.xlsx", workbook()))
    with statements_counted() as for_one:
        client.get(f"/tenders/{tender.token}/elsewhere")
    bring(*((f"{n}.xlsx", workbook(company=f"Company {n} Ltd")) for n in range(4)))

    with statements_counted() as for_five:
        client.get(f"/tenders/{tender.token}/elsewhere")

    assert len(for_five) == len(for_one) <= 15


def test_the_tenders_page_leads_to_bringing_the_bids_in(client, tender, closed):
    page = client.get(f"/tenders/{tender.token}")

    button = re.search(r'<a href="([^"]+)" role="button"[^>]*>([^<]+)</a>', page.text)
    assert button.groups() == (f"/tenders/{tender.token}/elsewhere", "Bring the bids in")
