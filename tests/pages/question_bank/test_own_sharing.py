"""A library taken out by one authority, brought in by another: previewed, chosen, never silent."""

from __future__ import annotations

import html
import io
import json
import re

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation.audit import AuditEntry
from foundation.canonical import canonical_json, fingerprint
from foundation.database import db
from question_bank import library_file
from question_bank.loader import newest_edition
from question_bank.models import OwnQuestion
from question_bank.queries import own as queries
from question_bank.rules.sharing import plain_library
from question_bank.service import own as own_service
from question_bank.service import own_packs, sharing
from tests.factories import make_authority, make_person, viewer_of

BRING_IN = "/bank/own/bring-in"


def an_officer(name, prefix):
    person = make_person(Role.OFFICER, make_authority(name))
    viewer = viewer_of(person)
    own_service.choose_prefix(prefix, by=viewer, bank=newest_edition().bank)
    return person, viewer


@pytest.fixture
def hollowmere(app):
    return an_officer("Hollowmere Council", "HOL")


@pytest.fixture
def elsewhere(app):
    return an_officer("Elsewhere Council", "ELS")


def a_ready_question(by, copied="SLP-14", title="Privacy of sensors"):
    bank = newest_edition().bank
    raw = next(q for q in bank.raw["questions"] if q["id"] == copied)
    own = own_service.create_question(title, "sensors", by=by, copied=raw, edition="2026.11")
    own_service.mark_ready(own, by=by, bank=bank, clauses=())
    return own


def a_pack(by, question):
    raw = {
        "id": "draft",
        "version": 1,
        "title": "Street sensors",
        "for": "Sensors in streets.",
        "sections": [
            {
                "id": "all",
                "title": "All",
                "weight": 100,
                "questions": [{"id": "SLP-01", "weight": 60}, {"id": question, "weight": 40}],
            }
        ],
    }
    return own_packs.save_pack(raw, newest_edition().version, by=by)


def library_by(by, questions=(), packs=()):
    edition = newest_edition()
    return sharing.library_of(by=by, edition=edition, questions=questions, packs=packs)


def preview_of(client, data, name="library.json"):
    return client.post(BRING_IN, data={"file": (io.BytesIO(data), name)})


def large_file(client, megabytes):
    """Send a large file as a body of bytes: the test client would leave a file of its own open."""
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.json"\r\n\r\n{'
    body = head + b" " * megabytes * 1024 * 1024 + b"\r\n--x--\r\n"
    return client.post(BRING_IN, data=body, content_type="multipart/form-data; boundary=x")


def confirmed(client, page, **choices):
    hidden = dict(re.findall(r'name="(library|expected)" value="([^"]*)"', page.text))
    data = {name: html.unescape(value) for name, value in hidden.items()}
    return client.post(f"{BRING_IN}/confirm", data=data | choices)


@pytest.mark.both_databases
@pytest.mark.parametrize("form", ["json", "yaml"])
def test_what_is_taken_out_and_brought_in_is_the_same_but_for_who_took_it_out(
    client_for, hollowmere, elsewhere, form
):
    (officer, by), (other, them) = hollowmere, elsewhere
    pack = a_pack(by, a_ready_question(by).question_id)
    sent = client_for(officer).post("/bank/own/share", data={"packs": [pack.pack_id], "form": form})
    browser = client_for(other)

    page = preview_of(browser, sent.data, f"library.{form}")
    assert queries.own_questions(them.organisation_id) == []
    done = confirmed(browser, page, choice_0="take", choice_1="take")

    assert (done.status_code, done.location) == (302, "/bank/own/")
    before = plain_library(library_by(by, packs=[pack.pack_id]))
    after = plain_library(library_by(them, packs=[pack.pack_id]))
    assert after["authority"]["name"] == "Elsewhere Council"
    assert after["entries"] == before["entries"]
    (own,) = queries.ready_questions(them.organisation_id)
    assert own.question_id == "HOL-01"


def test_bringing_in_is_recorded_with_where_it_came_from(client_for, hollowmere, elsewhere):
    (_officer, by), (other, them) = hollowmere, elsewhere
    a_ready_question(by)
    browser = client_for(other)

    page = preview_of(browser, library_file.as_json(library_by(by, ["HOL-01"])).encode())
    confirmed(browser, page, choice_0="take")

    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "library.imported")
    ).one()
    details = json.loads(entry.details)
    assert details["from_authority"] == by.organisation_token
    assert details["entries"] == [{"id": "HOL-01", "as": "HOL-01", "version": 1}]
    own = db.session.scalars(
        select(OwnQuestion).where(OwnQuestion.authority_id == them.organisation_id)
    ).one()
    assert own.provenance["authority"] == "Hollowmere Council"


def changed_library(by, **changes):
    """The library of HOL-01 with other words under the same id, signed as if rightly taken out."""
    plain = plain_library(library_by(by, ["HOL-01"]))
    (entry,) = plain["entries"]
    entry["content"] = entry["content"] | changes
    entry["version"] = entry["content"]["version"]
    entry["sha256"] = fingerprint(entry["content"])
    return canonical_json(plain).encode()


@pytest.mark.parametrize(
    ("changes", "standing", "offered"),
    [
        ({}, "Same as yours", ["keep"]),
        ({"version": 2, "title": "Newer"}, "Newer version", ["keep", "take", "rename"]),
        ({"title": "Other words"}, "Conflicts with yours", ["keep", "rename"]),
        ({"main_risk": "R99"}, "Cannot be used here", ["keep"]),
    ],
)
def test_each_entry_says_how_it_stands_and_only_what_is_safe_is_offered(
    client_for, hollowmere, elsewhere, changes, standing, offered
):
    (_officer, by), (other, _them) = hollowmere, elsewhere
    a_ready_question(by)
    browser = client_for(other)
    confirmed(browser, preview_of(browser, changed_library(by)), choice_0="take")

    page = preview_of(browser, changed_library(by, **changes))

    tag = re.search(r'<strong class="govuk-tag govuk-tag--\w+">([^<]+)</strong>', page.text)
    assert tag[1] == standing
    assert re.findall(r'name="choice_0" type="radio" value="(\w+)"', page.text) == offered


def test_a_newer_version_is_kept_beside_the_older_one(client_for, hollowmere, elsewhere):
    (_officer, by), (other, them) = hollowmere, elsewhere
    a_ready_question(by)
    browser = client_for(other)
    confirmed(browser, preview_of(browser, changed_library(by)), choice_0="take")

    newer = preview_of(browser, changed_library(by, version=2, title="Newer"))
    confirmed(browser, newer, choice_0="take")

    (own,) = queries.own_questions(them.organisation_id)
    assert [(kept.version, kept.raw["title"]) for kept in queries.versions_of(own)] == [
        (1, "Privacy of sensors"),
        (2, "Newer"),
    ]


def test_a_question_taken_under_a_new_id_is_ones_own_and_its_pack_asks_it(
    client_for, hollowmere, elsewhere
):
    (_officer, by), (other, them) = hollowmere, elsewhere
    pack = a_pack(by, a_ready_question(by).question_id)
    browser = client_for(other)
    data = library_file.as_json(library_by(by, packs=[pack.pack_id])).encode()

    refused = confirmed(browser, preview_of(browser, data), choice_0="rename", choice_1="take")
    assert "Select a new id for hol-street-sensors too" in refused.text
    confirmed(browser, preview_of(browser, data), choice_0="rename", choice_1="rename")

    (own,) = queries.own_questions(them.organisation_id)
    (kept,) = queries.own_packs(them.organisation_id)
    assert (own.question_id, own.raw["parts"][0]["id"][:7]) == ("ELS-01", "ELS-01.")
    assert kept.pack_id == "els-street-sensors"
    assert [q["id"] for q in kept.raw["sections"][0]["questions"]] == ["SLP-01", "ELS-01"]


def test_a_pack_is_not_taken_without_a_question_it_asks(client_for, hollowmere, elsewhere):
    (_officer, by), (other, them) = hollowmere, elsewhere
    pack = a_pack(by, a_ready_question(by).question_id)
    browser = client_for(other)
    data = library_file.as_json(library_by(by, packs=[pack.pack_id])).encode()

    refused = confirmed(browser, preview_of(browser, data), choice_0="keep", choice_1="take")

    assert refused.status_code == 422
    assert queries.own_packs(them.organisation_id) == []


def test_what_is_confirmed_is_what_was_previewed(client_for, hollowmere, elsewhere):
    (_officer, by), (other, them) = hollowmere, elsewhere
    a_ready_question(by)
    browser = client_for(other)
    data = library_file.as_json(library_by(by, ["HOL-01"])).encode()
    page = preview_of(browser, data)
    confirmed(browser, preview_of(browser, data), choice_0="take")

    again = confirmed(browser, page, choice_0="take")

    assert again.status_code == 422
    assert len(queries.own_questions(them.organisation_id)) == 1


def test_a_page_that_carries_a_changed_file_confirms_nothing(client_for, hollowmere, elsewhere):
    (_officer, by), (other, them) = hollowmere, elsewhere
    a_ready_question(by)
    browser = client_for(other)
    page = preview_of(browser, library_file.as_json(library_by(by, ["HOL-01"])).encode())
    expected = re.search(r'name="expected" value="([^"]*)"', page.text)[1]

    answer = browser.post(
        f"{BRING_IN}/confirm", data={"library": "eyJ9", "expected": expected, "choice_0": "take"}
    )

    assert answer.status_code == 409
    assert queries.own_questions(them.organisation_id) == []


def test_an_authority_does_not_bring_in_an_id_that_begins_like_its_own(
    client_for, hollowmere, elsewhere
):
    (officer, _by), (_other, them) = hollowmere, elsewhere
    a_ready_question(them)
    plain = plain_library(library_by(them, ["ELS-01"]))
    text = json.dumps(plain).replace("ELS-01", "HOL-07")
    plain = json.loads(text)
    plain["entries"][0]["sha256"] = fingerprint(plain["entries"][0]["content"])

    page = preview_of(client_for(officer), canonical_json(plain).encode())

    assert "Its id begins like your own, and another authority wrote it" in page.text


@pytest.mark.slow
def test_a_file_of_fifty_megabytes_is_refused_as_too_large(client_for, hollowmere):
    (officer, _by) = hollowmere

    answer = large_file(client_for(officer), 50)

    assert answer.status_code == 413


def test_a_file_of_more_than_two_megabytes_is_refused_in_words(client_for, hollowmere):
    (officer, _by) = hollowmere

    answer = large_file(client_for(officer), 3)

    assert answer.status_code == 422
    assert "it is larger than the 2 MB that a library may have" in answer.text
