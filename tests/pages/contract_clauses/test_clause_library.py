"""Everybody can read the clause library; officers see which of their tenders hold an older one."""

from __future__ import annotations

import pytest

from accounts.rules.roles import Role
from contract_clauses import loader
from contract_clauses.rules.clause_differences import NOTE, ClauseChange, Said, shown_change
from tenders import service as tenders
from tests.factories import make_authority, make_person, make_tender, viewer_of
from tests.pages.scoring.conftest import CLOSES_AT


@pytest.mark.parametrize("depth", ["", "short", "standard", "enhanced", "deep", "\x00"])
def test_every_depth_of_a_clause_has_an_address(app, depth):
    page = app.test_client().get("/clauses/C14", query_string={"depth": depth})

    assert page.status_code in (200, 400)


@pytest.mark.parametrize("clause", loader.shipped_library().topics)
def test_the_page_of_a_clause_shows_all_its_sub_clauses(app, clause):
    topic = loader.shipped_library().topics[clause]
    for depth in topic.depths:
        page = app.test_client().get(f"/clauses/{clause}?depth={depth}")
        assert page.status_code == 200
        assert page.text.count("Obligation. ") == sum(
            1 for place in topic.places(depth) if topic.text[place].obligation
        )


def test_a_clause_shows_the_values_of_the_depth_that_is_shown(app):
    client = app.test_client()
    short, enhanced = (
        client.get(f"/clauses/C28?depth={depth}").text for depth in ("short", "enhanced")
    )

    cap = "Most the Supplier pays for the data and security events of a Contract Year"
    assert (f"{cap}, for a small purchase" in short, f"{cap}</dt>" in short) == (True, False)
    assert (f"{cap}, for a small purchase" in enhanced, f"{cap}</dt>" in enhanced) == (False, True)
    assert "From the council’s default, £5,000,000." in enhanced


def test_the_list_of_versions_reads_no_clauses(app):
    loader.library_edition.cache_clear()

    assert app.test_client().get("/clauses/changes").status_code == 200
    assert loader.library_edition.cache_info().currsize == 0


def test_the_library_lists_every_clause(app):
    page = app.test_client().get("/clauses").text

    for topic in loader.shipped_library().topics.values():
        assert f'href="/clauses/{topic.id}"' in page


@pytest.mark.parametrize(
    "address", ["/clauses/C99", "/clauses/changes/2026.11/none", "/clauses/changes/compare?from=x"]
)
def test_what_is_not_there_is_a_404(app, address):
    assert app.test_client().get(address).status_code == 404


def test_officers_see_which_of_their_tenders_hold_an_older_library(client_for, officer):
    old = loader.library_edition("2026.12").library.raw
    for reference, load in (("OLD-1", lambda: old), ("NEW-1", loader.raw_library)):
        tender = make_tender(officer, closes_at=CLOSES_AT, reference=reference)
        tenders.publish_tender(tender, by=viewer_of(officer), libraries={"clauses": load})

    page = client_for(officer).get("/clauses/changes").text

    assert ("OLD-1" in page, "NEW-1" in page) == (True, False)
    # What is told to authors names keys: as code, not in raw backticks.
    assert ("<code>working_days_before</code>" in page, "`" in page) == (True, False)
    stranger = make_person(Role.OFFICER, make_authority("Otherby Council"))
    supplier = make_person(Role.BID_LEAD)
    for person in (stranger, supplier):
        assert "OLD-1" not in client_for(person).get("/clauses/changes").text


def test_whether_a_date_is_there_is_said_without_a_day(app):
    seen = app.test_client().get("/clauses/C29").text

    assert seen.count("2000-01-01") == 0
    # Nine of the reasons, and the sub-clause that goes with them.
    assert seen.count("is filled in") == 10


def test_drafting_notes_are_for_people_of_authorities_alone(app, client_for, officer):
    note = "Drafting note"
    supplier = client_for(make_person(Role.BID_LEAD))
    versions = loader.library_versions()
    changes = [
        f"/clauses/changes/{old}/{new}" for old, new in zip(versions, versions[1:], strict=False)
    ]
    for address in ["/clauses/C14", *changes]:
        for client in (app.test_client(), supplier):
            seen = client.get(address)
            assert (seen.status_code, seen.text.count(note)) == (200, 0)

    assert client_for(officer).get("/clauses/C14").text.count(note) == 1


def test_a_change_of_a_drafting_note_alone_shows_only_to_who_reads_notes():
    change = ClauseChange("C14", "Title", 1, 2, (Said(NOTE, "Old", "New"),), ())

    assert [shown_change(change, notes=notes) for notes in (True, False)] == [True, False]
