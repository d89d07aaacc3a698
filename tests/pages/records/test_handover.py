"""The handover pack of a contract: one zip with everything whoever keeps it needs."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import UTC, datetime
from zipfile import ZipFile

import pytest
from sqlalchemy import update

from accounts.rules.roles import Role
from contract_clauses.loader import raw_library
from contract_clauses.queries.contracts import contract_seen
from contract_clauses.rules.obligations_steps import Step
from contract_clauses.service.obligations import decide_due
from foundation import jobs
from foundation.database import db, transaction
from records import handover_items
from records.models import MadeRecord
from tests import contracting
from tests.factories import make_authority, make_person, make_tender, publish, viewer_of
from tests.pages.scoring.conftest import (  # noqa: F401  (fixtures)
    CLOSES_AT,
    authority,
    evaluator,
    make_bid,
    officer,
    opened,
)


@pytest.fixture
def tender(officer):  # noqa: F811
    tender = make_tender(officer, closes_at=CLOSES_AT, facts=contracting.FACTS)
    publish(tender, officer, raw_library)
    return tender


@pytest.fixture
def seen(make_bid, opened, at, officer):  # noqa: F811
    bid = make_bid("Larkfield")
    opened()
    at(datetime(2026, 12, 4, 12, tzinfo=UTC))
    return contract_seen(viewer_of(officer), contracting.contract_with(bid, officer).token)


@pytest.fixture
def unpacked(app, client_for, seen, officer):  # noqa: F811
    """Ask for the pack, let the job make it, take it away; return its files and its index."""
    client, address = client_for(officer), f"/contracts/{seen.token}/handover"
    asked = client.post(address)
    jobs.run_due_jobs(app.extensions["job_handlers"])
    page = client.get(address).text
    link = next(part for part in page.split('"') if part.startswith(f"{address}/"))
    sent = client.get(link)

    assert (asked.status_code, sent.status_code) == (302, 200)
    archive = ZipFile(io.BytesIO(sent.data))
    return {name: archive.read(name) for name in archive.namelist()}, sent, link


@pytest.mark.both_databases
def test_the_pack_holds_the_contract_with_the_fingerprint_of_each_file(unpacked):
    found, sent, _link = unpacked
    index = list(csv.DictReader(io.StringIO(found["index.csv"].decode("utf-8-sig"))))

    assert list(found) == [
        "README.txt", "schedule.docx", "risk-register.xlsx", "obligations.csv", "evidence.csv",
        "calendar.ics", "indicators.csv", "assessments.csv", "outcome.csv", "events.csv",
        "contacts.csv", "index.csv", "index.html",
    ]  # fmt: skip
    assert {row["path"]: row["sha256"] for row in index} == {
        name: hashlib.sha256(data).hexdigest()
        for name, data in found.items()
        if not name.startswith("index.")
    }
    assert b"Handover pack of contract C-2026-114" in found["README.txt"]
    assert found["schedule.docx"][:2] == b"PK"
    assert found["calendar.ics"].startswith(b"BEGIN:VCALENDAR")
    assert "handover-c-2026-114" in sent.headers["Content-Disposition"]


def test_each_obligation_is_a_line_and_no_cell_is_a_formula(unpacked, seen):
    found, _sent, _link = unpacked
    rows = list(csv.reader(io.StringIO(found["obligations.csv"].decode("utf-8-sig"))))

    assert {row[0] for row in rows[1:]} == {one.what for one in seen.obligations}
    assert [cell for row in rows for cell in row if cell[:1] in ("=", "+", "@")] == []


def test_what_was_done_about_an_obligation_goes_with_the_contract(seen, officer):  # noqa: F811
    one = next(found for found in seen.obligations if found.current and found.current.due_on)
    decide_due(seen, one.current.token, Step.WAIVE, "=Not needed here", by=viewer_of(officer))

    made = handover_items.items(contract_seen(viewer_of(officer), seen.token), viewer_of(officer))
    table = b"".join(next(item for item in made if item.path == "evidence.csv").made())
    _headings, line = csv.reader(io.StringIO(table.decode("utf-8-sig")))

    assert (line[0], line[3], line[7]) == (one.what, "waive", "'=Not needed here")


def test_it_is_taken_away_by_nobody_else(unpacked, client_for, seen):
    _found, _sent, link = unpacked
    stranger = make_person(Role.OFFICER, make_authority("Thornbury"))
    evaluator_ = make_person(Role.EVALUATOR, seen.authority)

    answers = [client_for(one).get(link).status_code for one in (stranger, evaluator_)]

    assert answers == [404, 403]


def test_the_record_of_the_tender_neither_lists_it_nor_hands_it_out(
    unpacked,
    client_for,
    seen,
    officer,  # noqa: F811
):
    _found, _sent, link = unpacked
    record, client = link.rpartition("/")[2], client_for(officer)

    listed = client.get(f"/tenders/{seen.tender.token}/record")
    taken = client.get(f"/tenders/{seen.tender.token}/record/{record}")

    assert "handover" not in listed.text.partition("<main")[2]
    assert taken.status_code == 404


def test_the_page_asks_as_few_statements_of_twelve_packs_as_of_two(
    app,
    client_for,
    seen,
    officer,  # noqa: F811
    statements_counted,
):
    client, address = client_for(officer), f"/contracts/{seen.token}/handover"

    def count(packs):
        for _ in range(packs):
            client.post(address)
            # Made or not makes no difference to the list, and a pack that waits is enough.
            with transaction():
                db.session.execute(update(MadeRecord).values(failed_because="The disk was full"))
        with statements_counted() as statements:
            page = client.get(address).text
        return page.count("The disk was full"), len(statements)

    two, few = count(2)
    twelve, many = count(10)

    assert (two, twelve) == (2, 12)
    assert few == many
    assert many <= 15
