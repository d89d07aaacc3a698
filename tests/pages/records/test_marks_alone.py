"""The record and the export tell nobody the marks of others before his own are locked."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from sqlalchemy import select

from accounts.models import Organisation
from accounts.rules.roles import Role
from app import JOB_HANDLERS
from foundation import clock
from foundation.database import db, transaction
from foundation.jobs import run_due_jobs
from records import making
from records.exporting import exported
from records.models import MadeRecord
from records.rules.kinds import RecordKind
from scoring import service
from scoring.queries.ranked import OwnMarksFirst
from tenders.rules.lifecycle import Stage
from tests.evaluating import agree, give
from tests.factories import make_person, viewer_of

AGREED = "The panel found SLP-08.a to be met and heard of the copper heron"
UNLOCKED = "SLP-07.a is met in part, says the amber lantern"


@pytest.fixture
def bid(make_bid, opened, evaluated, officer):
    made = make_bid("Ash", best=False)
    opened()
    agree(evaluated(made), "SLP-08", 1, by=viewer_of(officer), reason=AGREED)
    return made


@pytest.fixture
def alone(authority, tender, bid, evaluated):
    """An officer who marks too: one mark is given, and nothing is locked."""
    person = make_person(Role.OFFICER, authority, name="Ada Hill")
    more = {"feedback": UNLOCKED, "internal_comment": UNLOCKED}
    give(evaluated(bid), "SLP-07", 2, by=viewer_of(person), reason=UNLOCKED, **more)
    return person


def made_by(officer, tender):
    by = viewer_of(officer)
    rows = [making.ask_for_record(tender, RecordKind.AUDIT, by=by), making.ask_for_export(by=by)]
    run_due_jobs(JOB_HANDLERS)
    return [row.token for row in rows]


def read_all(reader):
    with reader:
        return reader.read()


def test_an_officer_who_marks_alone_asks_for_and_takes_away_neither(
    client_for, tender, alone, officer
):
    tokens = made_by(officer, tender)
    client, record = client_for(alone), f"/tenders/{tender.token}/record"

    answers = [
        client.get(record),
        client.post(record, data={"kind": "audit"}),
        client.post("/records/export"),
        *(client.get(f"/records/files/{token}") for token in tokens),
    ]
    service.lock_marks(tender, by=viewer_of(alone))
    locked = [client.get(record), *(client.get(f"/records/files/{token}") for token in tokens)]

    assert [answer.status_code for answer in answers] == [409] * 5
    assert [
        f"because your own marks in {tender.reference} are not all locked" in answer.text
        for answer in answers
    ] == [True] * 5
    assert len(db.session.scalars(select(MadeRecord)).all()) == 2
    assert [answer.status_code for answer in locked] == [200] * 3


def test_what_would_be_refused_is_no_link_and_says_why(client_for, tender, alone, officer):
    record, export = made_by(officer, tender)
    pages = (f"/tenders/{tender.token}", f"/tenders/{tender.token}/retention", "/records/export")
    client, desk = client_for(alone), client_for(officer)
    links = [f"{pages[0]}/record", *(f"/records/files/{one}" for one in (record, export))]
    row = db.session.scalars(select(MadeRecord).where(MadeRecord.token == export)).one()
    told = (
        row.sha256,
        f"{(row.size + 1023) // 1024:,} KB",
        "Make the export",
        f"{pages[0]}/record",
        *links,
    )

    def look(web):
        texts = [web.get(page).text for page in pages]
        waits = "are not all locked" in texts[0], "are not all locked" in texts[2]
        return {one for text in texts for one in told if one in text}, waits

    alone_before = look(client)
    service.lock_marks(tender, by=viewer_of(alone))
    open_to_all = {*told} - {links[1]}

    assert alone_before == (set(), (True, True))
    assert look(client) == look(desk) == (open_to_all, (False, False))


def test_what_was_asked_for_before_a_question_was_given_is_not_made(
    tender, bid, officer, authority
):
    ada = make_person(Role.OFFICER, authority, name="Ada Hill")
    by = viewer_of(ada)
    rows = [making.ask_for_record(tender, RecordKind.AUDIT, by=by), making.ask_for_export(by=by)]
    service.allocate(tender, ["SLP-07"], [ada.id], by=viewer_of(officer))

    run_due_jobs(JOB_HANDLERS)

    assert [row.made_at for row in rows] == [None, None]
    assert ["not all locked" in row.failed_because for row in rows] == [True, True]
    with pytest.raises(OwnMarksFirst):
        making.ask_for_export(by=by)


def test_until_the_evaluation_is_over_a_mark_that_is_not_locked_is_told_to_nobody(
    tender, bid, alone, officer
):
    def told():
        token = made_by(officer, tender)[0]
        _, stored = making.made_file(viewer_of(officer), token)
        with zipfile.ZipFile(io.BytesIO(read_all(stored))) as archive:
            files = {name: archive.read(name).decode("utf-8", "ignore") for name in
                     archive.namelist() if name.endswith((".txt", ".json"))}  # fmt: skip
        authority = db.session.get_one(Organisation, tender.authority_id)
        export = b"".join(exported(authority, clock.now())).decode()
        marks = next(text for name, text in files.items() if name.endswith("/marks.txt"))
        return (
            sum(UNLOCKED in text for text in files.values()),
            "Ada Hill" in marks,
            UNLOCKED in export,
            AGREED in marks and AGREED in export,
            len(json.loads(export)["tables"]["mark"]),
        )

    before = told()
    service.lock_marks(tender, by=viewer_of(alone))
    locked = told()

    assert before == (0, True, False, True, 1)
    assert (locked[0] > 0, locked[1:]) == (True, (True, True, True, 2))


def test_after_the_evaluation_the_record_holds_every_mark_as_it_was_given(
    client_for, tender, alone
):
    with transaction():
        tender.stage = Stage.DECIDED

    authority = db.session.get_one(Organisation, tender.authority_id)
    export = b"".join(exported(authority, clock.now())).decode()

    assert UNLOCKED in export
    assert client_for(alone).get(f"/tenders/{tender.token}/record").status_code == 200
