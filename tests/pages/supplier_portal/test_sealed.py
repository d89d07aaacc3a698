"""Before the opening nobody on the buying side can learn what a bid says, wherever he looks."""

from __future__ import annotations

import base64
import re
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, NoResultFound

from accounts.rules.roles import Role
from foundation import clock
from foundation.audit import AuditEntry
from foundation.database import db
from foundation.keys import SealBroken
from question_bank.rules.questions import Kind
from supplier_portal import queries, seals, service
from supplier_portal.models import Answer, Bid
from tenders import service as tenders
from tenders.queries import questionnaire_of
from tenders.seals import StillSealed
from tests.answers_made import made_answer
from tests.factories import make_authority, make_open_tender, make_person, make_supplier, viewer_of

CANARY = "Quincunx-Zephyr-4711"
NEW_EACH_TIME = re.compile(r'name="csrf_token"[^>]*value="[^"]*"')
PDF = b"%PDF-1.7\n" + CANARY.encode() + b"\n%%EOF\n"


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER, make_authority())


@pytest.fixture
def tender(officer):
    return make_open_tender(officer, closes_at=clock.now() + timedelta(hours=2))


@pytest.fixture
def submitted(bid, lead, save, tender):
    save({"SLP-07.a": CANARY, "SLP-07.f": "offline"})
    part = questionnaire_of(tender).parts["SLP-07.g2"]
    new = service.NewFile(f"{CANARY}.pdf", PDF, title=CANARY)
    service.add_evidence(bid, part, new, by=viewer_of(lead), arrived_at=clock.now())
    return service.submit_bid(
        bid,
        by=viewer_of(lead),
        arrived_at=clock.now(),
        declared_by=CANARY,
        knows_missing=True,
    )


@pytest.fixture
def opened(tender, officer, submitted, at):
    at(tender.closes_at + timedelta(minutes=2))
    by = viewer_of(officer)
    tenders.open_bids(tender, by=by)
    service.note_opened(tender, by=by)
    return by


def spellings(word):
    yield word.encode()
    yield word.encode("utf-16-le")
    yield word.encode("utf-16-be")
    for shift in range(3):
        # Base64 of the word as it stands at each of three offsets, less what its neighbours touch.
        yield base64.b64encode(b"x" * shift + word.encode())[4:-4]
    yield zlib.compress(word.encode())[2:-4]


@pytest.mark.sqlite
def test_nothing_typed_stands_in_the_database_or_the_folder_of_files(
    app, bid, submitted, client_for, lead
):
    # Through the pages as well, right and wrong, so that whatever they leave behind is looked at.
    client, url = client_for(lead), f"/bids/{bid.token}/questions/SLP-07"
    saved = client.post(url, data={"v-SLP-07.d": "0", "SLP-07.d": CANARY})
    refused = client.post(url, data={"v-SLP-07.e": "0", "SLP-07.e": f"{CANARY} " * 9000})
    db.session.commit()

    files = [path for path in Path(app.instance_path).rglob("*") if path.is_file()]
    found = [
        (path.name, spelling)
        for path in files
        for spelling in spellings(CANARY)
        if spelling in path.read_bytes()
    ]

    assert (saved.status_code, refused.status_code) == (302, 422)
    assert any(path.suffix == ".db" for path in files)
    assert found == []


def test_the_audit_record_of_a_bid_holds_no_words_of_it(submitted):
    details = db.session.scalars(select(AuditEntry.details)).all()

    assert not any(CANARY in entry for entry in details)


def test_the_length_of_a_sealed_answer_does_not_tell_the_option(bid, save, tender):
    part = questionnaire_of(tender).parts["SLP-07.f"]
    lengths = set()
    for version, option in enumerate(part.options):
        save({"SLP-07.f": option.value}, version=version)
        lengths.add(len(db.session.scalars(select(Answer.sealed)).one()))

    assert len(lengths) == 1


def test_a_sealed_answer_opens_in_its_own_place_only(bid, save):
    save({"SLP-07.a": "one", "SLP-07.d": "two"})
    rows = {row.part_id: row for row in db.session.scalars(select(Answer))}
    key = seals.supplier_key(bid)

    with pytest.raises(SealBroken):
        seals.open_answer(bid, key, "SLP-07.a", 1, rows["SLP-07.d"].sealed)


def test_before_the_opening_the_queries_of_the_buying_side_find_nothing(
    bid, tender, officer, submitted, at
):
    by = viewer_of(officer)
    for moment in (clock.now(), tender.closes_at + timedelta(minutes=2)):
        at(moment)
        with pytest.raises(NoResultFound):
            queries.opened_bids(by, tender)
        with pytest.raises(NoResultFound):
            queries.opened_bid(by, bid.token)
        with pytest.raises(StillSealed):
            seals.opened_key(bid)
        with pytest.raises(NoResultFound):
            queries.my_bid(by, bid.token)


@pytest.mark.both_databases
def test_after_the_opening_the_authority_reads_what_was_handed_in(opened, bid, tender):
    (read,) = queries.opened_bids(opened, tender)
    (file,) = read.evidence

    assert (read.answers["SLP-07.a"], file.title) == (CANARY, CANARY)
    assert queries.opened_file(read, file.token)[1].read() == PDF
    assert queries.opened_bid(opened, bid.token).answers == read.answers


def test_another_authority_reads_nothing_after_the_opening(opened, bid, tender):
    stranger = viewer_of(make_person(Role.OFFICER, make_authority("Elsewhere Council")))

    with pytest.raises(NoResultFound):
        queries.opened_bids(stranger, tender)
    with pytest.raises(NoResultFound):
        queries.opened_bid(stranger, bid.token)


def test_another_supplier_reads_nothing_after_the_opening(opened, tender):
    stranger = viewer_of(make_person(Role.BID_LEAD, make_supplier("Elsewhere Limited")))

    with pytest.raises(NoResultFound):
        queries.opened_bids(stranger, tender)


def test_a_bid_taken_back_is_not_opened(bid, lead, submitted, tender, officer, at):
    service.withdraw_bid(bid, by=viewer_of(lead), arrived_at=clock.now())
    at(tender.closes_at + timedelta(minutes=2))
    tenders.open_bids(tender, by=viewer_of(officer))

    assert queries.opened_bids(viewer_of(officer), tender) == []
    # Nor is there a way to its key, whatever a query may ask for.
    assert db.session.scalar(select(Bid.key_for_tender).where(Bid.id == bid.id)) is None


def test_an_answer_to_a_part_no_longer_asked_is_not_handed_in(bid, lead, save, tender):
    save({"SLP-12.a": "yes", "SLP-12.b": "old words"})
    save({"SLP-12.a": "no"}, version=1)

    submission = service.submit_bid(
        bid, by=viewer_of(lead), arrived_at=clock.now(), declared_by="Mara", knows_missing=True
    )

    assert '"SLP-12.a":"no"' in queries.submitted_text(bid, queries.submission_of(bid, 1))
    assert "old words" not in queries.submitted_text(bid, queries.submission_of(bid, 1))
    assert submission.number == 1


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE submission SET number = 9",
        "DELETE FROM submission",
        "UPDATE answer_version SET version = 9",
        "DELETE FROM answer_version",
    ],
)
def test_what_was_handed_in_or_saved_is_never_changed(submitted, statement):
    with pytest.raises(DatabaseError):
        db.session.execute(text(statement))
    db.session.rollback()


def officers_pages(client, tender):
    pages = ["/tenders/", f"/tenders/{tender.token}"]
    return [NEW_EACH_TIME.sub("", client.get(page).text) for page in pages]


def test_a_tender_with_bids_looks_to_its_officer_as_one_without(
    client_for, officer, tender, lead, at
):
    at(clock.now())
    client = client_for(officer)
    before = officers_pages(client, tender)

    bid = service.start_bid(tender, by=viewer_of(lead), arrived_at=clock.now())
    parts = questionnaire_of(tender).parts.values()
    answers = {part.id: (0, made_answer(part)) for part in parts if part.kind is not Kind.FILE}
    service.save_answers(bid, answers, by=viewer_of(lead), arrived_at=clock.now())
    service.submit_bid(
        bid, by=viewer_of(lead), arrived_at=clock.now(), declared_by="Mara", knows_missing=True
    )

    assert officers_pages(client, tender) == before


def test_a_file_is_read_only_through_its_bid(client_for, bid, submitted, app):
    stranger = client_for(Role.BID_LEAD)
    (token,) = queries.evidence_of(bid)

    assert stranger.get(f"/bids/{bid.token}/evidence/{token}").status_code == 404
    assert queries.file_for_supplier(bid, token)[1].read() == PDF
