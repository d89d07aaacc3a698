"""A company accepts the terms its answers lead to, or lists what it objects to where it may."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import clock
from foundation.audit import AuditEntry
from foundation.canonical import canonical_json
from foundation.database import db
from supplier_portal import service as portal
from supplier_portal.models import Bid, BidTerms
from supplier_portal.queries import submission_of, submitted_text
from supplier_portal.queries.terms import terms_of
from tenders import service as tenders
from tests.factories import make_person, make_supplier, make_tender, viewer_of
from tests.pages.scoring.conftest import CLOSES_AT, FACTS

CANARY = "Qxyzzy thirty hours"
TYPED = {
    "clause": "C13",
    "objects_to": "Clause 13.1",
    "proposes": CANARY,
    "reason": "Our host tells us no sooner",
}


@pytest.fixture
def qualifying(tender):
    """The tender takes qualifications."""
    tender.allows_qualifications = True
    db.session.commit()
    return tender


@pytest.fixture
def company(app):
    return make_supplier("Larkfield")


@pytest.fixture
def lead(company):
    return make_person(Role.BID_LEAD, company, name="Mara Voss")


@pytest.fixture
def bid(tender, lead):
    bid = portal.start_bid(tender, by=viewer_of(lead), arrived_at=clock.now())
    save(bid, lead, {"SLP-01.g": "12h"})
    return bid


def save(bid, person, answers, version=0):
    changes = {key: (version, value) for key, value in answers.items()}
    portal.save_answers(bid, changes, by=viewer_of(person), arrived_at=clock.now())


@pytest.fixture
def ours(client_for, lead, bid):
    return client_for(lead)


def words_of(page):
    text = re.sub(r"<script.*?</script>", " ", page.text, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())


def hidden(page, name):
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page.text)
    return found[1] if found else ""


def submit(ours, bid, **more):
    page = ours.get(f"/bids/{bid.token}/check")
    sent = {name: hidden(page, name) for name in ("terms_shown", "form_key")}
    sent |= {"agreed": "yes", "declared_by": "Mara Voss", "knows_missing": "yes"} | more
    return ours.post(f"/bids/{bid.token}/check", data=sent)


def handed_in(bid, number=1):
    db.session.expire_all()
    found = db.session.get(Bid, bid.id)
    return json.loads(submitted_text(found, submission_of(found, number)))


def test_the_check_page_asks_for_the_word_with_the_declaration(ours, bid):
    refused = submit(ours, bid)

    assert refused.status_code == 422
    assert "Select whether you accept the contract terms" in words_of(refused)
    assert 'href="#terms-0"' in refused.text


def test_one_form_accepts_and_submits(ours, bid):
    sent = submit(ours, bid, terms="accept")

    said = handed_in(bid)["terms"]
    assert sent.status_code == 302
    assert (said["says"], said["by"]) == ("accept", "Mara Voss")
    assert said["set"] == handed_in(bid)["commitments"]["set"]
    receipt = words_of(ours.get(sent.location))
    assert "Mara Voss accepted the contract terms." in receipt


def test_who_does_not_accept_may_submit_and_is_told_what_may_follow(ours, bid):
    page = words_of(ours.get(f"/bids/{bid.token}/check"))
    sent = submit(ours, bid, terms="refuse")

    assert "You can submit all the same. The council may disregard the bid." in page
    assert (sent.status_code, handed_in(bid)["terms"]["says"]) == (302, "refuse")


def test_a_word_that_stands_is_not_asked_for_again(ours, bid):
    submit(ours, bid, terms="accept")
    save_again = {"SLP-01.g": "11h"}
    save(bid, make_person(Role.BID_LEAD, bid.supplier), save_again, version=1)

    page = ours.get(f"/bids/{bid.token}/check")
    again = submit(ours, bid)

    assert "Nothing in them has changed since" in words_of(page)
    assert 'name="terms"' not in page.text
    assert (again.status_code, handed_in(bid, 2)["terms"]["says"]) == (302, "accept")


def test_other_terms_are_asked_about_again_and_named(ours, bid, lead):
    submit(ours, bid, terms="accept")
    save(bid, lead, {"SLP-01.g": "72h"}, version=1)

    page = ours.get(f"/bids/{bid.token}/check")
    refused = submit(ours, bid)

    assert "Incident and breach notification (C13) now says something else." in words_of(page)
    assert 'name="terms"' in page.text
    assert refused.status_code == 422


def test_terms_that_change_under_the_reader_are_not_accepted(ours, bid, lead):
    page = ours.get(f"/bids/{bid.token}/check")
    shown = hidden(page, "terms_shown")
    save(bid, lead, {"SLP-01.g": "72h"}, version=1)

    refused = submit(ours, bid, terms="accept", terms_shown=shown)

    assert refused.status_code == 422
    assert "The contract terms changed while this page was open" in words_of(refused)
    assert hidden(refused, "terms_shown") != shown


def test_the_word_can_be_given_ahead(ours, bid):
    page = ours.get(f"/bids/{bid.token}/terms")
    data = {"terms": "accept", "terms_shown": hidden(page, "terms_shown")}
    sent = ours.post(f"/bids/{bid.token}/terms", data=data)

    assert sent.status_code == 302
    assert "Mara Voss accepted the contract terms." in words_of(ours.get(sent.location))
    assert submit(ours, bid).status_code == 302


@pytest.mark.parametrize("data", [{}, {"terms": "x"}, {"terms": "accept", "terms_shown": "0" * 64}])
def test_a_word_on_nothing_or_on_other_terms_is_refused(data, ours, bid):
    refused = ours.post(f"/bids/{bid.token}/terms", data=data)

    assert refused.status_code == 422
    assert terms_of(db.session.get(Bid, bid.id)).word is None


def test_only_who_may_submit_gives_the_word(client_for, company, bid):
    contributor = client_for(make_person(Role.CONTRIBUTOR, company))

    assert contributor.post(f"/bids/{bid.token}/terms", data={"terms": "accept"}).status_code == 403
    assert "A bid lead or certifier" in contributor.get(f"/bids/{bid.token}/terms").text


def test_a_tender_that_takes_no_qualifications_says_what_to_do_instead(ours, bid):
    words = words_of(ours.get(f"/bids/{bid.token}/terms"))
    asked = ours.get(f"/bids/{bid.token}/terms/qualifications/new")

    assert "the council may disregard it" in words
    assert "Ask the council a question" in words
    assert asked.status_code == 404


def add(ours, bid, **changed):
    page = ours.get(f"/bids/{bid.token}/terms/qualifications/new")
    data = {"version": hidden(page, "version")} | TYPED | changed
    return ours.post(f"/bids/{bid.token}/terms/qualifications/new", data=data)


def test_a_qualification_is_listed_and_handed_in(qualifying, ours, bid):
    assert add(ours, bid).status_code == 302
    listed = words_of(ours.get(f"/bids/{bid.token}/terms"))
    check = words_of(ours.get(f"/bids/{bid.token}/check"))
    sent = submit(ours, bid, terms="qualify")

    assert "Incident and breach notification (C13)" in listed
    assert CANARY in listed
    assert "We accept the contract terms with the 1 qualification we have listed" in check
    content = handed_in(bid)
    assert (sent.status_code, content["terms"]["says"]) == (302, "qualify")
    assert [entry["proposes"] for entry in content["qualifications"]] == [CANARY]


def test_what_lacks_something_is_shown_again_as_it_was_typed(qualifying, ours, bid):
    refused = add(ours, bid, reason="")

    assert refused.status_code == 422
    assert "Enter why you object" in words_of(refused)
    assert CANARY in refused.text


def test_a_qualification_changes_and_goes_and_the_word_has_to_be_given_again(qualifying, ours, bid):
    add(ours, bid)
    page = ours.get(f"/bids/{bid.token}/terms")
    ours.post(
        f"/bids/{bid.token}/terms",
        data={"terms": "qualify", "terms_shown": hidden(page, "terms_shown")},
    )
    (entry,) = terms_of(db.session.get(Bid, bid.id)).qualifications
    here = f"/bids/{bid.token}/terms/qualifications/{entry.token}"

    changed = ours.get(here)
    data = TYPED | {"proposes": "Forty hours", "version": hidden(changed, "version")}
    assert ours.post(here, data=data).status_code == 302
    db.session.expire_all()
    terms = terms_of(db.session.get(Bid, bid.id))
    assert ([e.proposes for e in terms.qualifications], terms.word) == (["Forty hours"], None)

    assert "Forty hours" in ours.get(f"{here}/remove").text
    assert ours.post(f"{here}/remove").status_code == 302
    assert ours.get(here).status_code == 404
    db.session.expire_all()
    assert terms_of(db.session.get(Bid, bid.id)).qualifications == ()


def test_two_people_who_write_at_once_lose_nothing(qualifying, ours, bid, client_for, company):
    colleague = client_for(make_person(Role.CONTRIBUTOR, company))
    page = colleague.get(f"/bids/{bid.token}/terms/qualifications/new")
    add(ours, bid)

    data = TYPED | {"version": hidden(page, "version"), "proposes": "Ninety hours"}
    clash = colleague.post(f"/bids/{bid.token}/terms/qualifications/new", data=data)
    again = colleague.post(
        f"/bids/{bid.token}/terms/qualifications/new",
        data=data | {"version": hidden(clash, "version")},
    )

    assert clash.status_code == 422
    assert "A colleague changed the qualifications while you were writing" in words_of(clash)
    assert ("Ninety hours" in clash.text, CANARY in clash.text) == (True, True)
    assert again.status_code == 302
    db.session.expire_all()
    assert [e.proposes for e in terms_of(db.session.get(Bid, bid.id)).qualifications] == [
        CANARY,
        "Ninety hours",
    ]


def test_after_closing_nothing_of_the_terms_changes(qualifying, bid, lead, client_for, at):
    at(CLOSES_AT + timedelta(seconds=1))
    ours = client_for(lead)

    refused = add(ours, bid)
    page = words_of(ours.get(f"/bids/{bid.token}/terms"))

    assert refused.status_code == 422
    assert "You cannot change the qualifications of this bid because this tender closed" in (
        words_of(refused)
    )
    assert "Add a qualification" not in page


def test_what_a_bid_says_of_the_terms_is_ciphertext(qualifying, ours, bid):
    add(ours, bid)
    kept = db.session.scalars(select(BidTerms).where(BidTerms.bid_id == bid.id)).one()
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "bid.terms_saved"))

    assert CANARY.encode() not in kept.sealed
    assert [CANARY in canonical_json(entry.details) for entry in entries] == [False]


def test_the_officer_sees_what_the_bid_says_of_the_terms_only_after_the_opening(
    qualifying, ours, bid, client_for, officer, opened
):
    add(ours, bid)
    submit(ours, bid, terms="qualify")
    buyer = client_for(officer)
    before = [
        buyer.get(address).status_code
        for address in (f"/schedules/{bid.token}", f"/evaluation/bids/{bid.token}")
    ]
    opened()
    buyer = client_for(officer)

    schedule = words_of(buyer.get(f"/schedules/{bid.token}"))
    clause = words_of(buyer.get(f"/schedules/{bid.token}/clauses/C13"))
    page = words_of(buyer.get(f"/evaluation/bids/{bid.token}"))
    assert before == [404, 404]
    assert [CANARY in words for words in (schedule, clause, page)] == [True] * 3
    assert "Mara Voss accepted the contract terms with 1 qualification." in schedule
    assert "The bid objects to it" in clause


def test_the_officer_sees_how_the_schedule_differs_from_what_the_supplier_was_shown(
    ours, bid, client_for, officer, opened
):
    submit(ours, bid, terms="accept")
    opened()
    buyer = client_for(officer)
    same = words_of(buyer.get(f"/schedules/{bid.token}"))
    buyer.post(
        f"/schedules/{bid.token}/clauses/C20",
        data={"wish": "exclude", "reason": "Published elsewhere", "based_on": "0"},
    )
    other = words_of(buyer.get(f"/schedules/{bid.token}"))

    assert "It does not: the same clauses, in the same words and with the same values." in same
    assert "Transparency and publication (C20) was there and is left out: Excluded by" in other


def test_nothing_of_the_terms_shows_to_the_buying_side_before_the_opening(
    qualifying, client_for, officer, statements_counted
):
    """Two worlds: in one a company said everything it can say; in the other there is no bid."""
    addresses = ("/tenders/", f"/tenders/{qualifying.token}")

    def seen():
        buyer, pages = client_for(officer), []
        buyer.get("/tenders/")
        for address in addresses:
            buyer.get(address)
            with statements_counted() as statements:
                page = buyer.get(address)
            links = re.findall(r'href="([^"]*)"', page.text)
            pages.append((page.status_code, words_of(page), links, len(statements)))
        return pages

    without = seen()
    lead = make_person(Role.BID_LEAD, make_supplier("Rook"))
    bid = portal.start_bid(qualifying, by=viewer_of(lead), arrived_at=clock.now())
    save(bid, lead, {"SLP-01.g": "72h"})
    supplier = client_for(lead)
    add(supplier, bid)
    submit(supplier, bid, terms="qualify")

    assert seen() == without


def test_the_word_is_no_part_of_the_content_hash(ours, bid):
    """The check page shows the hash before the word is given; the receipt must show the same."""
    page = ours.get(f"/bids/{bid.token}/check")
    before = re.findall(r'app-fingerprint">([0-9a-f]{64})<', page.text)[-1]
    sent = submit(ours, bid, terms="accept")

    assert before in ours.get(sent.location).text


def test_a_bid_handed_in_without_a_form_says_nothing_new_of_the_terms(bid, lead):
    portal.submit_bid(
        bid, by=viewer_of(lead), arrived_at=clock.now(), declared_by="Mara", knows_missing=True
    )

    assert "terms" not in handed_in(bid)


def test_a_tender_without_clauses_asks_about_none(client_for, lead):
    tender = make_tender(make_person(Role.OFFICER), closes_at=CLOSES_AT, facts=FACTS)
    officer = viewer_of(make_person(Role.OFFICER, tender.authority))
    tenders.publish_tender(tender, by=officer, libraries={})
    bid = portal.start_bid(tender, by=viewer_of(lead), arrived_at=clock.now())
    ours = client_for(lead)

    assert submit(ours, bid).status_code == 302
    assert {"terms", "commitments"} & set(handed_in(bid)) == set()


def test_what_is_objected_to_is_kept_as_it_is_typed_and_forgotten_once_saved(qualifying, ours, bid):
    here, page = f"/bids/{bid.token}/terms/qualifications/new", "terms/qualifications/new"
    ours.post(f"/bids/{bid.token}/typed/{page}", data={"objects_to": "Clause 3.2 of C01"})

    offered, used = ours.get(here), ours.get(f"{here}?typed=use")

    assert "You typed something here that was not saved" in offered.text
    assert "Clause 3.2 of C01" not in offered.text
    assert "Clause 3.2 of C01" in used.text
    clause = re.search(r'<option value="(C\d\d)"', used.text)[1]
    typed = {"clause": clause, "objects_to": "3.2", "proposes": "Other words", "reason": "Cost"}
    version = {"version": hidden(used, "version"), "typed_page": page}
    assert ours.post(here, data=typed | version).status_code == 302
    assert "You typed something here" not in ours.get(here).text


def test_of_a_bid_that_nobody_asked_no_page_says_that_it_left_the_terms_unanswered(
    client_for, officer, tender, make_bid, opened
):
    bid = make_bid("Larkfield")
    opened()
    web = client_for(officer)

    pages = [web.get(f"/evaluation/bids/{bid.token}"), web.get(f"/schedules/{bid.token}")]

    assert [page.status_code for page in pages] == [200, 200]
    for page in pages:
        assert "was shown the contract terms and not asked whether it accepts" in words_of(page)
        assert "does not say whether it accepts" not in page.text
