"""Saving the sheets of a tender's plan: versions, a colleague in between, the record."""

import json
from datetime import UTC, datetime

import pytest

from accounts.models import Membership
from accounts.rules.roles import Role
from foundation import audit
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db
from tenders import planning
from tenders.service.planning import SheetChanged, save_sheet
from tests.factories import make_person, make_tender, viewer_of

MOMENT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def officer(two_evaluators, app):
    return make_person(Role.OFFICER)


@pytest.fixture
def colleague(officer):
    authority = db.session.get_one(Membership, officer.id).organisation
    return make_person(Role.OFFICER, authority, name="Ada Colleague")


@pytest.fixture
def tender(officer):
    return make_tender(officer)


def test_a_tender_without_a_plan_has_no_sheets(tender):
    assert planning.sheet(tender, "timetable") is None
    assert planning.sheets(tender) == {}
    assert planning.history(tender, "timetable") == []


@pytest.mark.both_databases
def test_every_saved_version_stays_and_the_last_counts(tender, officer, at):
    by = viewer_of(officer)
    at(MOMENT)
    assert save_sheet(tender, "failure", {"fallback": "Wardens walk"}, version=0, by=by) == 1
    assert save_sheet(tender, "failure", {"fallback": "Wardens drive"}, version=1, by=by) == 2
    assert save_sheet(tender, "duties", {"lots": "no"}, version=0, by=by) == 1

    assert planning.sheet(tender, "failure") == {"fallback": "Wardens drive"}
    assert {name: found.version for name, found in planning.sheets(tender).items()} == {
        "failure": 2,
        "duties": 1,
    }
    assert [
        (found.version, found.value["fallback"], found.saved_by, found.saved_at)
        for found in planning.history(tender, "failure")
    ] == [(2, "Wardens drive", officer.name, MOMENT), (1, "Wardens walk", officer.name, MOMENT)]


def test_saving_the_same_again_makes_no_version(tender, officer):
    by = viewer_of(officer)
    save_sheet(tender, "failure", {"fallback": "Wardens walk"}, version=0, by=by)
    assert save_sheet(tender, "failure", {"fallback": "Wardens walk"}, version=0, by=by) == 1
    assert len(planning.history(tender, "failure")) == 1


def test_what_a_colleague_saved_in_between_is_not_written_over(tender, officer, colleague):
    save_sheet(tender, "failure", {"fallback": "Hers"}, version=0, by=viewer_of(colleague))

    with pytest.raises(SheetChanged) as changed:
        save_sheet(tender, "failure", {"fallback": "Mine"}, version=0, by=viewer_of(officer))

    assert str(changed.value).startswith("Ada Colleague saved this page after you opened it.")
    assert changed.value.saved.value == {"fallback": "Hers"}
    assert changed.value.saved.version == 1
    assert planning.sheet(tender, "failure") == {"fallback": "Hers"}


def test_the_record_holds_the_fingerprint_of_a_sheet_and_not_its_words(tender, officer):
    value = {"fallback": "Wardens walk"}
    save_sheet(tender, "failure", value, version=0, by=viewer_of(officer))

    entry = db.session.query(audit.AuditEntry).order_by(audit.AuditEntry.id.desc()).first()
    assert entry.action == "tender.plan_sheet_saved"
    assert json.loads(entry.details) == {
        "topic": "failure",
        "version": 1,
        "sheet": sha256_hex(canonical_json(value)),
    }


def test_two_tenders_have_plans_of_their_own(tender, officer):
    other = make_tender(officer, reference="HC-2")
    save_sheet(tender, "failure", {"fallback": "Wardens walk"}, version=0, by=viewer_of(officer))
    assert planning.sheet(other, "failure") is None
    assert planning.sheets(other) == {}
