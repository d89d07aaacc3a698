"""Files and pasted rows in a yearly assessment: sent by the supplier, read by the council."""

from __future__ import annotations

import io
import json

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from accounts.rules.roles import Role
from contract_clauses.models import ReassessmentFile
from contract_clauses.queries.contracts import contract_seen
from contract_clauses.queries.reassess_files import file_to_scan
from contract_clauses.queries.reassessing import Rounds
from contract_clauses.service import reassessing as service
from foundation.audit import AuditEntry
from foundation.database import db, transaction
from supplier_portal.models import FileScan
from supplier_portal.rules.scanning import ScanState
from tests.factories import make_authority, make_person, viewer_of
from tests.pages.contract_clauses.test_reassessing import (  # noqa: F401
    answer_all,
    handed_in,
    lead,
    mine,
    read,
    seen,
    token,
)

# The report of the recovery test.
PART = "SLP-07.g2"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def sent(client, seen, token, *, name="restore-2027.pdf", data=PDF, **more):  # noqa: F811
    return client.post(
        f"/my-contracts/{seen.token}/assessments/{token}/parts/{PART}/files",
        data={"file": (io.BytesIO(data), name), **more},
        content_type="multipart/form-data",
    )


def saved(seen, lead, token, part=PART):  # noqa: F811
    return Rounds(mine(seen, lead)).round(token).saved[part].given


def test_a_file_sent_in_a_round_is_read_by_the_council_once_it_is_handed_in(
    client_for, seen, officer, lead, token  # noqa: F811
):  # fmt: skip
    client, council = client_for(lead), client_for(officer)
    mine_at = f"/my-contracts/{seen.token}/assessments/{token}"
    theirs_at = f"/contracts/{seen.token}/assessments/{token}"
    when = {"issued-day": "3", "issued-month": "11", "issued-year": "2027"}
    added = sent(client, seen, token, title="Restore test 2027", **when)
    (entry,) = saved(seen, lead, token).value
    own = client.get(f"{mine_at}/files/{entry['evidence']}")
    draft = council.get(f"{theirs_at}/files/{entry['evidence']}").status_code
    answer_all(seen, lead, token)
    service.hand_in(mine(seen, lead), token, "", by=viewer_of(lead))
    page, file = council.get(theirs_at).text, council.get(f"{theirs_at}/files/{entry['evidence']}")

    assert (added.status_code, draft) == (302, 404)
    assert {name: entry[name] for name in ("name", "title", "issued", "size")} == {
        "name": "restore-2027.pdf", "title": "Restore test 2027", "issued": "2027-11-03",
        "size": str(len(PDF)),
    }  # fmt: skip
    assert (own.data, file.data) == (PDF, PDF)
    assert file.headers["Content-Disposition"] == "attachment; filename=restore-2027.pdf"
    assert "New file: Restore test 2027" in page
    assert "restore-2027.pdf, dated 3 November 2027" in page
    assert f"{theirs_at}/files/{entry['evidence']}" in page
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "reassessment.file_added")
    ).all()
    assert [set(json.loads(one.details)) for one in entries] == [
        {"reassessment", "part", "file", "stored"}
    ]


def test_a_file_taken_out_leaves_the_answer_as_it_stood(client_for, seen, lead, token):  # noqa: F811
    client = client_for(lead)
    sent(client, seen, token)
    (entry,) = saved(seen, lead, token).value
    address = f"/my-contracts/{seen.token}/assessments/{token}/parts/{PART}"
    page = client.get(address).text
    removed = client.post(f"{address}/files/{entry['evidence']}/remove")
    again = client.post(f"{address}/files/{entry['evidence']}/remove")

    assert f"{address}/files/{entry['evidence']}/remove" in page
    assert (removed.status_code, again.status_code) == (302, 302)
    now = saved(seen, lead, token)
    assert (now.version, now.unchanged, now.value) == (2, True, None)


def test_that_the_earlier_answer_is_still_right_puts_the_earlier_files_back(
    client_for, seen, lead, token  # noqa: F811
):  # fmt: skip
    client = client_for(lead)
    sent(client, seen, token)
    address = f"/my-contracts/{seen.token}/assessments/{token}/parts/{PART}"
    page = client.get(address).text
    client.post(address, data={"version": "1", "still": "still", "words": ""})

    assert "Yes, it is still right: the earlier ones stand again" in page
    assert (saved(seen, lead, token).unchanged, saved(seen, lead, token).value) == (True, None)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"data": b""}, "is empty"),
        ({"name": "run.exe", "data": b"MZ\x90\x00"}, "cannot be added"),
        ({"title": "x" * 400}, "characters or fewer"),
    ],
    ids=["empty", "a program", "a long title"],
)
def test_a_file_that_cannot_be_kept_is_refused_beside_its_field(
    client_for, seen, lead, token, more, says  # noqa: F811
):  # fmt: skip
    page = sent(client_for(lead), seen, token, **more)

    assert page.status_code == 422
    assert "There is a problem" in page.text
    assert db.session.scalars(select(ReassessmentFile)).all() == []


def test_a_round_is_not_handed_in_with_a_file_the_scanner_refused(
    client_for, seen, lead, token  # noqa: F811
):  # fmt: skip
    client = client_for(lead)
    sent(client, seen, token)
    answer_all(seen, lead, token)
    (entry,) = saved(seen, lead, token).value
    row = db.session.scalars(select(ReassessmentFile)).one()
    with file_to_scan(row.stored_name).file as file:
        looked_at = file.read()
    with transaction():
        scan = db.session.scalars(
            select(FileScan).where(FileScan.stored_name == row.stored_name)
        ).one()
        scan.state, scan.detail = ScanState.REFUSED, "Eicar-Test"
    address = f"/my-contracts/{seen.token}/assessments/{token}"
    page = client.post(address, data={"words": "All there"})
    shown = client.get(f"{address}/parts/{PART}").text
    file = client.get(f"{address}/files/{entry['evidence']}")

    assert looked_at == PDF
    assert page.status_code == 422
    assert "the scanner found malicious software in restore-2027.pdf" in page.text
    assert "All there" in page.text
    assert "Remove it, and add a clean copy" in shown
    assert file.status_code == 409


def test_settled_the_file_stands_and_the_next_round_shows_it_as_the_answer_before(
    client_for, seen, officer, lead, token  # noqa: F811
):  # fmt: skip
    sent(client_for(lead), seen, token, title="Restore test 2027")
    answer_all(seen, lead, token)
    service.hand_in(mine(seen, lead), token, "", by=viewer_of(lead))
    service.settle_round(seen, token, "Read it", by=viewer_of(officer))
    again = contract_seen(viewer_of(officer), seen.token)
    following = service.open_round(again, again.today.replace(year=2028), by=viewer_of(officer))
    one = read(seen, officer, following.token)
    (entry,) = one.before[PART]
    page = client_for(lead).get(
        f"/my-contracts/{seen.token}/assessments/{following.token}/parts/{PART}"
    )
    file = client_for(officer).get(
        f"/contracts/{seen.token}/assessments/{following.token}/files/{entry['evidence']}"
    )

    assert entry["title"] == "Restore test 2027"
    assert "Restore test 2027" in page.text
    assert file.data == PDF


def test_others_read_no_file_of_a_round(client_for, seen, officer, lead, token):  # noqa: F811
    sent(client_for(lead), seen, token)
    (entry,) = saved(seen, lead, token).value
    handed_in(seen, lead, token)
    stranger = make_person(Role.OFFICER, make_authority("Thornbury"))
    address = f"/contracts/{seen.token}/assessments/{token}/files/{entry['evidence']}"
    other_side = f"/my-contracts/{seen.token}/assessments/{token}/files/{entry['evidence']}"

    assert client_for(officer).get(address).status_code == 200
    assert client_for(stranger).get(address).status_code == 404
    assert client_for(lead).get(address).status_code == 403
    assert client_for(officer).get(other_side).status_code == 403


@pytest.mark.both_databases
def test_a_file_once_sent_is_never_changed(client_for, seen, lead, token):  # noqa: F811
    sent(client_for(lead), seen, token)

    with pytest.raises(DatabaseError), transaction():
        db.session.execute(text("UPDATE reassessment_file SET part_id = 'SLP-01.d'"))
    db.session.rollback()


def test_once_handed_in_no_file_is_added(client_for, seen, lead, token):  # noqa: F811
    handed_in(seen, lead, token)

    assert sent(client_for(lead), seen, token).status_code == 404


def test_the_page_of_a_part_asks_as_few_statements_of_twelve_files_as_of_two(
    client_for, seen, lead, token, statements_counted  # noqa: F811
):  # fmt: skip
    client = client_for(lead)
    address = f"/my-contracts/{seen.token}/assessments/{token}/parts/{PART}"

    def count():
        with statements_counted() as statements:
            assert client.get(address).status_code == 200
        return len(statements)

    for number in range(2):
        sent(client, seen, token, name=f"report-{number}.pdf")
    client.get(address)  # the questions are read once per process
    of_two = count()
    for number in range(10):
        sent(client, seen, token, name=f"more-{number}.pdf")

    assert count() == of_two <= 15


HEADINGS = (
    "Legal name", "What it does for you", "What data it handles", "Handles personal data",
    "Hosts the service or its data", "Country where it works on the data",
    "What makes a transfer out of the UK lawful", "Its contract sets minimum security requirements",
    "Can you replace it without the council",
    "On the debarment list, or could be excluded from public contracts",
)  # fmt: skip


def pasted(client, seen, token, lines, then):  # noqa: F811
    return client.post(
        f"/my-contracts/{seen.token}/assessments/{token}/parts/SLP-12.c/paste",
        data={"text": lines, "then": then},
    )


def pasteable(*names):
    """Return lines as a spreadsheet puts them on the clipboard, headings first."""
    rest = (
        "Hosting", "Counts", "No", "Yes", "Ireland", "UK adequacy regulations cover the country",
        "Yes", "Yes, after telling the council in time to object", "No, we have checked",
    )  # fmt: skip
    return "\n".join("\t".join(cells) for cells in (HEADINGS, *((one, *rest) for one in names)))


@pytest.mark.both_databases
def test_rows_are_pasted_looked_at_and_added_and_the_council_sees_each(
    client_for, seen, officer, lead, token  # noqa: F811
):  # fmt: skip
    client = client_for(lead)
    rows = pasteable("Fernhill Hosting Ltd", "Oakmere Data Ltd")
    looked = pasted(client, seen, token, rows, "look")
    unsaved = Rounds(mine(seen, lead)).round(token).saved.get("SLP-12.c")
    added = pasted(client, seen, token, rows, "add")
    answer_all(seen, lead, token)
    service.hand_in(mine(seen, lead), token, "", by=viewer_of(lead))
    page = client_for(officer).get(f"/contracts/{seen.token}/assessments/{token}").text

    assert (looked.status_code, unsaved, added.status_code) == (200, None, 302)
    assert "2 rows to add" in looked.text
    assert "New subcontractor: Fernhill Hosting Ltd" in page
    assert "New subcontractor: Oakmere Data Ltd" in page


def test_a_pasted_cell_that_cannot_be_read_is_named_and_the_text_stays(
    client_for, seen, lead, token  # noqa: F811
):  # fmt: skip
    lines = pasteable("Fernhill Hosting Ltd").replace("Ireland", "Atlantis")
    page = pasted(client_for(lead), seen, token, lines, "add")

    assert page.status_code == 422
    assert "Line 2" in page.text
    assert "Fernhill Hosting Ltd\t" in page.text


def test_rows_pasted_twice_are_refused_where_the_table_names_each_once(
    client_for, seen, lead, token  # noqa: F811
):  # fmt: skip
    client, rows = client_for(lead), pasteable("Fernhill Hosting Ltd")
    first = pasted(client, seen, token, rows, "add")
    second = pasted(client, seen, token, rows, "add")

    assert (first.status_code, second.status_code) == (302, 422)
    assert saved(seen, lead, token, "SLP-12.c").version == 1
