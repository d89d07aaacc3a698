"""What is typed is kept beside the questions of a bid too, and on the pages of no bid at all."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import DDL, select
from sqlalchemy.exc import IntegrityError

from accounts.rules.roles import Role
from foundation import clock
from foundation.database import db
from supplier_portal import service
from supplier_portal.models import TypedDraft
from supplier_portal.queries.typed import typed_before
from supplier_portal.rules.library import DocumentFacts, DocumentKind
from supplier_portal.service.library import add_document
from tests.factories import make_authority, make_person, make_supplier, viewer_of

# Page as it is kept → its address, and what is typed on it. {bid} and {tender} are tokens.
OF_A_BID = {
    "confidential/new": ("/bids/{bid}/confidential/new", {"reason": "A rival could copy it"}),
    "platform/0": ("/bids/{bid}/platform/0", {"name": "Larkfield", "share_code": "Q7"}),
}
OF_THE_COMPANY = {
    "ask/{tender}": (
        "/opportunities/{tender}/questions-and-answers/ask",
        {"text": "May we visit?"},
    ),
    "library/new/policy": ("/library/new?kind=policy", {"title": "Security policy"}),
    "library/new/certificate": ("/library/new?kind=certificate", {"title": "ISO 27001, renewed"}),
    "library/{document}/facts": ("/library/{document}/facts", {"title": "Another title"}),
    "library/{document}/newer": ("/library/{document}/newer", {"title": "The newer one"}),
    "profile/questions/SLP-07": (
        "/profile/questions/SLP-07",
        {"SLP-07.a": "Copies every night", "v-SLP-07.a": "0"},
    ),
}
PAGES = OF_A_BID | OF_THE_COMPANY


@pytest.fixture
def client(client_for, lead):
    return client_for(lead)


@pytest.fixture
def document(lead):
    facts = DocumentFacts("Security policy", DocumentKind.POLICY)
    return add_document(facts, by=viewer_of(lead))


@pytest.fixture
def place(bid, tender, document, save):
    """Return a page's name and address with the tokens of this company filled in, and its draft."""
    save({"SLP-07.a": "Nightly copies"})
    tokens = {"bid": bid.token, "tender": tender.token, "document": document.token}

    def of(page):
        here, typed = PAGES[page]
        name, base = page.format(**tokens), f"/bids/{bid.token}" if page in OF_A_BID else ""
        return f"{base}/typed/{name}", here.format(**tokens), typed, name

    return of


def drafts():
    return db.session.scalars(select(TypedDraft.page).order_by(TypedDraft.page)).all()


def stands(page, name, text):
    """Whether ``text`` stands in the box called ``name``."""
    box = rf'name="{re.escape(name)}"[^>]*(?:value="|>\s*){re.escape(text)}'
    return re.search(box, unescape(page.text)) is not None


@pytest.mark.parametrize("where", PAGES)
def test_a_form_is_kept_as_typed_offered_used_and_thrown_away(client, place, where):
    keep, here, typed, name = place(where)
    use = f"{here}{'&' if '?' in here else '?'}typed=use"
    first = client.get(here)

    kept = client.post(keep, data=typed | {"csrf_token": "x", "password": "y"})
    offered, used = client.get(here), client.get(use)

    assert f'data-draft="{keep}"' in first.text
    assert kept.json["said"] == f"Kept as you type, {kept.json['at']}. Not saved yet"
    assert f'href="{use.replace("&", "&amp;")}"' in offered.text
    assert (f'data-draft="{keep}"' in offered.text, f'data-draft="{keep}"' in used.text) == (
        False,
        True,
    )
    for box, text in typed.items():
        assert stands(used, box, text), box
    thrown = client.post(f"{keep}/throw-away", data={"back": here})
    assert (thrown.location, drafts()) == (here, [])


@pytest.mark.parametrize("where", PAGES)
def test_a_form_not_taken_is_kept_without_javascript(client, place, where):
    _keep, here, typed, name = place(where)
    first = client.get(here)
    wrong = typed | {box: "" for box in typed if box in ("title",)}

    refused = client.post(here, data=wrong | {"typed_page": name, "SLP-07.zz": "stray"})

    assert f'name="typed_page" value="{name}"' in first.text
    assert (refused.status_code, drafts()) == (
        (422, [name]) if not where.startswith("ask") else (302, [])
    )


@pytest.mark.parametrize(
    ("where", "whole"),
    [
        ("ask/{tender}", {"text": "May we visit?"}),
        ("library/new/policy", {"title": "Security policy", "kind": "policy"}),
        ("library/{document}/facts", {"title": "Another title", "kind": "policy"}),
        ("library/{document}/newer", {"title": "The newer one", "kind": "policy"}),
        ("profile/questions/SLP-07", {"SLP-07.a": "Copies", "v-SLP-07.a": "0"}),
        ("platform/0", {"name": "Larkfield", "role": "bidder", "version": "0"}),
        (
            "confidential/new",
            {
                "place": "SLP-07.a",
                "ground": "trade-secret",
                "reason": "A rival could copy how we restore",
                "until-day": "31",
                "until-month": "3",
                "until-year": "2099",
            },
        ),
    ],
)
def test_what_was_kept_is_gone_once_it_is_saved(client, place, where, whole):
    keep, here, typed, name = place(where)
    client.post(keep, data=typed)

    saved = client.post(here, data=whole | {"typed_page": name})

    assert (saved.status_code, drafts()) == (302, [])


def test_an_answer_goes_out_as_it_is_though_nothing_can_be_kept_or_forgotten(
    app, client, place, caplog
):
    _keep, here, typed, name = place("platform/0")
    app.config["TESTING"] = False
    with db.engine.begin() as connection:
        connection.execute(DDL("ALTER TABLE typed_draft RENAME TO out_of_reach"))

    refused = client.post(here, data=typed | {"typed_page": name, "name": ""})
    whole = {"name": "Larkfield", "role": "bidder", "version": "0"}
    saved = client.post(here, data=whole | {"typed_page": name})

    # A fault of ours in place of the page would say that nothing was saved, or lose the words.
    assert (refused.status_code, saved.status_code) == (422, 302)
    assert stands(refused, "share_code", typed["share_code"])
    assert [one.message for one in caplog.records if one.exc_info] == [
        "What was typed on a page could not be kept or forgotten"
    ] * 2


def test_what_belongs_to_the_company_is_sealed_and_seen_by_its_author_alone(
    client, client_for, supplier, lead
):
    page = "profile/questions/SLP-07"
    client.post(f"/typed/{page}", data={"SLP-07.a": "Copies", "v-SLP-07.a": "0", "csrf_token": "x"})
    colleague = make_person(Role.CONTRIBUTOR, supplier, name="Ada Hill")
    stranger = make_person(Role.BID_LEAD, make_supplier("Another"))

    mine = typed_before(None, page, by=viewer_of(lead))

    assert mine.fields == (("SLP-07.a", "Copies"), ("v-SLP-07.a", "0"))
    assert b"Copies" not in db.session.scalars(select(TypedDraft.sealed)).one()
    assert [typed_before(None, page, by=viewer_of(who)) for who in (colleague, stranger)] == [
        None,
        None,
    ]
    assert "Copies" not in client_for(colleague).get(f"/{page}?typed=use").text


def test_the_buying_side_keeps_nothing_under_the_key_of_a_company(client_for):
    officer = make_person(Role.OFFICER, make_authority())

    assert client_for(officer).post("/typed/ask/x", data={"text": "y"}).status_code == 403


def test_throwing_away_leads_nowhere_else(client):
    thrown = client.post("/typed/ask/x/throw-away", data={"back": "https://elsewhere.test/"})

    assert thrown.location == "/opportunities"


@pytest.mark.both_databases
def test_a_person_keeps_one_draft_of_a_page_of_the_company_and_of_each_bid(bid, lead):
    by = viewer_of(lead)
    for owner in (None, bid, None, bid):
        service.keep_typed(owner, "ask/x", [("text", "one")], by=by, at=clock.now())

    rows = db.session.execute(select(TypedDraft.bid_id, TypedDraft.supplier_id)).all()

    assert {tuple(row) for row in rows} == {(bid.id, None), (None, by.organisation_id)}
    assert len(rows) == 2


@pytest.mark.both_databases
@pytest.mark.parametrize("owners", [(True, True), (False, False), (None, True)])
def test_a_draft_belongs_to_a_bid_or_a_company_once(bid, lead, owners):
    by, at = viewer_of(lead), clock.now()
    service.keep_typed(None, "ask/x", [("text", "one")], by=by, at=at)
    of_bid, of_company = owners
    other = "ask/x" if of_bid is None else "ask/y"

    db.session.add(
        TypedDraft(
            bid_id=bid.id if of_bid else None,
            supplier_id=by.organisation_id if of_company else None,
            person_id=by.person_id,
            page=other,
            sealed=b"x",
            saved_at=at,
        )
    )
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_a_standing_answer_saved_meanwhile_is_shown_beside_what_was_typed(
    client, client_for, supplier, kept_by_ada
):
    client.post("/typed/profile/questions/SLP-07", data={"SLP-07.a": "Mine", "v-SLP-07.a": "0"})
    kept_by_ada()

    used = client.get("/profile/questions/SLP-07?typed=use")

    assert "Ada Hill saved another standing answer after you typed this: “Hers”" in unescape(
        used.text
    )
    assert stands(used, "v-SLP-07.a", "1")


@pytest.fixture
def kept_by_ada(client_for, supplier):
    def keep():
        ada = make_person(Role.CONTRIBUTOR, supplier, name="Ada Hill")
        sent = {"SLP-07.a": "Hers", "v-SLP-07.a": "0"}
        assert client_for(ada).post("/profile/questions/SLP-07", data=sent).status_code == 302

    return keep


def test_a_list_changed_meanwhile_is_looked_at_before_what_was_typed_is_saved(client, bid):
    url, entry = f"/bids/{bid.token}/platform/0", {"role": "bidder", "name": "Larkfield"}
    client.post(f"/bids/{bid.token}/typed/platform/0", data=entry | {"version": "0"})
    client.post(url, data=entry | {"version": "0"})

    used = client.get(f"{url}?typed=use")

    assert "The list was changed after you typed this" in used.text
    assert stands(used, "version", "1")
