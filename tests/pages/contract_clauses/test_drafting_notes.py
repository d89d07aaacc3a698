"""Drafting notes are for authorities: nothing a supplier downloads of a tender holds one."""

from __future__ import annotations

import json

import pytest

from accounts.rules.roles import Role
from contract_clauses.loader import raw_library, shipped_library
from contract_clauses.models import OwnClause, OwnClauseVersion
from contract_clauses.queries.own_clauses import ready_clauses
from contract_clauses.queries.schedules import library_of
from contract_clauses.rules.editing import OwnClauseStatus
from contract_clauses.rules.own_clauses import blank_clause
from foundation import clock
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db, transaction
from tenders import service as tenders
from tenders.libraries import frozen_libraries
from tenders.queries import frozen_text, questionnaire_of
from tests.amendments_made import amend, asked_anew, make_amendable_tender
from tests.factories import make_tender, viewer_of
from tests.pages.scoring.conftest import CLOSES_AT

NOTE = "Never tell the supplier how many keys are lost."
OWN = blank_clause("Keys to cabinets") | {
    "purpose": "Get the keys of street cabinets back.",
    "note": NOTE,
    "text": [
        {"text": "The Supplier must return all keys.", "depths": ["short", "standard", "enhanced"]}
    ],
}


def notes_in(text):
    clauses = json.loads(text)["libraries"]["clauses"]["clauses"]
    return [clause["note"] for clause in clauses if "note" in clause]


def published(officer):
    tender = make_tender(officer, closes_at=CLOSES_AT)
    tenders.publish_tender(tender, by=viewer_of(officer), libraries=frozen_libraries(tender))
    return tender


@pytest.fixture
def with_notes(monkeypatch):
    """Freeze as the service did before it left drafting notes out."""
    monkeypatch.setattr("tenders.libraries.without_notes", lambda library: library)
    monkeypatch.setattr(
        "tests.pages.contract_clauses.test_drafting_notes.frozen_libraries", _notes_and_all
    )
    monkeypatch.setattr("tests.amendments_made.frozen_libraries", _notes_and_all)


def _notes_and_all(tender):
    # A loader of its own: what was frozen of the shipped one is kept without notes.
    return {"clauses": lambda: raw_library()}


@pytest.fixture
def supplier(client_for):
    return client_for(Role.BID_LEAD)


def downloads(client, tender):
    return client.get(f"/opportunities/{tender.token}/questionnaire.json")


def test_what_a_tender_freezes_and_a_supplier_downloads_holds_no_drafting_note(officer, supplier):
    tender = published(officer)

    sent = downloads(supplier, tender)

    assert notes_in(sent.text) == []
    assert sha256_hex(sent.data) == tender.questionnaire_sha256
    page = supplier.get(f"/opportunities/{tender.token}/fixed").text
    assert ("letter for letter" in page, "left out of the file" in page) == (True, False)


@pytest.mark.usefixtures("with_notes")
def test_an_older_tender_that_froze_its_notes_leaves_them_out_for_suppliers_alone(
    officer, supplier, client_for
):
    tender = published(officer)

    sent = downloads(supplier, tender)

    assert notes_in(sent.text) == []
    left = json.loads(frozen_text(tender))
    for clause in left["libraries"]["clauses"]["clauses"]:
        clause.pop("note", None)
    assert sent.text == canonical_json(left)
    # The council still has the very text, which gives the hash.
    ours = client_for(officer).get(f"/tenders/{tender.token}/questionnaire.json")
    assert sha256_hex(ours.data) == tender.questionnaire_sha256
    assert len(notes_in(ours.text)) == len(shipped_library().topics)
    for path in ("", "/fixed"):
        page = supplier.get(f"/opportunities/{tender.token}{path}").text
        assert "for councils alone" in page
    assert "letter for letter" not in page


@pytest.mark.usefixtures("with_notes")
def test_the_text_before_an_amendment_leaves_them_out_too(officer, supplier):
    tender = make_amendable_tender(officer)
    amendment = amend(tender, officer, asked_anew(a={"ask": "Who tests every lamp?"}))

    path = f"/opportunities/{tender.token}/amendments/{amendment.token}/questionnaire.json"

    assert (notes_in(supplier.get(path).text), notes_in(downloads(supplier, tender).text)) == (
        [],
        [],
    )


def test_the_council_goes_on_reading_the_notes_of_the_version_that_was_frozen(officer):
    tender = published(officer)

    library = library_of(tender, questionnaire_of(tender))

    assert {name: topic.note for name, topic in library.topics.items()} == {
        name: topic.note for name, topic in shipped_library().topics.items()
    }


def keep_ready(own, officer, version, note):
    """Keep a version of the clause as one that tenders freeze."""
    with transaction():
        save = OwnClauseVersion(
            own_clause_id=own.id,
            number=version,
            version=version,
            status=OwnClauseStatus.READY,
            raw=OWN | {"note": note},
            words="Ready",
            saved_at=clock.now(),
            saved_by_id=officer.id,
        )
        db.session.add(save)


@pytest.fixture
def own(officer):
    with transaction():
        own = OwnClause(
            authority_id=viewer_of(officer).organisation_id,
            clause_id="HOL-C01",
            version=1,
            status=OwnClauseStatus.READY,
            raw=OWN,
            changed_at=clock.now(),
            changed_by_id=officer.id,
        )
        db.session.add(own)
    return own


def test_the_note_of_an_own_clause_stays_with_its_authority_and_its_version(officer, own, supplier):
    keep_ready(own, officer, 1, NOTE)
    tender = published(officer)
    keep_ready(own, officer, 2, "Another note")

    sent = downloads(supplier, tender)

    frozen = json.loads(sent.text)["libraries"]["clauses"]["clauses"]
    assert ([one["id"] for one in frozen][-1], NOTE in sent.text) == ("HOL-C01", False)
    assert library_of(tender, questionnaire_of(tender)).topics["HOL-C01"].note == NOTE
    # The authority's own page of the clause has the note as ever.
    assert [one["note"] for one in ready_clauses(viewer_of(officer).organisation_id)] == [
        "Another note"
    ]
