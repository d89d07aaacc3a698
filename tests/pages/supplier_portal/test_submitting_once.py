"""A form that is sent again is the submission it made the first time."""

from __future__ import annotations

import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from accounts.rules.roles import Role
from accounts.views import cookie_name
from foundation import clock
from foundation.audit import AuditEntry
from foundation.canonical import sha256_hex
from foundation.database import db
from foundation.mail import Message
from foundation.tokens import new_token
from supplier_portal import queries, service
from supplier_portal.models import Submission
from tests import proving
from tests.factories import make_person, viewer_of

AT_ONCE = 20
# Each with the page shown afresh.
ROUNDS = proving.size("rounds", 1)


@pytest.fixture
def colleague(supplier):
    return make_person(Role.CERTIFIER, supplier, name="Tom Ash")


@pytest.fixture
def reader(supplier):
    return make_person(Role.SUPPLIER_READER, supplier)


@pytest.fixture
def client(client_for, lead):
    return client_for(lead)


@pytest.fixture
def url(bid):
    return f"/bids/{bid.token}"


def form_on(client, url):
    """What a browser would send of the check page, filled in."""
    page = client.get(f"{url}/check").text
    key = re.search(r'<input[^>]*name="form_key"[^>]*>', page)[0]
    assert 'autocomplete="off"' in key
    return {
        "form_key": re.search(r'value="([^"]+)"', key)[1],
        "agreed": "yes",
        "knows_missing": "yes",
        "declared_by": "Mara Voss",
    }


def submissions():
    return db.session.scalar(select(func.count()).select_from(Submission))


def entries(action="bid.submitted"):
    return db.session.scalar(
        select(func.count()).select_from(AuditEntry).where(AuditEntry.action == action)
    )


def letters(kind="bid.submitted"):
    found = db.session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id))
    return list(found)


@pytest.mark.both_databases
@pytest.mark.slow
def test_twenty_people_pressing_at_once_make_one_submission_one_receipt_and_one_mail_each(
    app, client_for, lead, colleague, reader, save, url
):
    save({"SLP-07.f": "offline"})
    client = client_for(lead)
    name = cookie_name()
    cookie = client.get_cookie(name).value
    together = threading.Barrier(AT_ONCE)

    def send(form):
        browser = FlaskClient(app, app.response_class)
        browser.set_cookie(name, cookie)
        together.wait(60)
        answer = browser.post(f"{url}/check", data=form)
        return answer.status_code, answer.location

    for turn in range(1, ROUNDS + 1):
        form = form_on(client, url)
        db.session.commit()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = set(pool.map(send, [form] * AT_ONCE))

        db.session.expire_all()
        assert answers == {(302, f"{url}/submissions/{turn}")}
        assert (submissions(), entries()) == (turn, turn)
        told = sorted(letter.recipient for letter in letters())
        assert told == sorted([lead.email, colleague.email] * turn)
    proving.tell(rounds_of_twenty=ROUNDS, submissions=submissions())


@pytest.mark.both_databases
def test_a_form_sent_again_gives_the_first_receipt_whatever_was_changed_since(
    client, client_for, lead, url, save, after_closing
):
    save({"SLP-07.f": "offline"})
    form = form_on(client, url)
    first = client.post(f"{url}/check", data=form).location
    save({"SLP-07.f": "none"}, version=1)

    again = client.post(f"{url}/check", data=form | {"declared_by": "Somebody else"})
    shown = client.get(again.location).text
    after_closing()
    late = client_for(lead).post(f"{url}/check", data=form)

    assert [first, again.location, late.location] == [f"{url}/submissions/1"] * 3
    assert "That page was sent before and is version 1: nothing was handed in again" in shown
    assert "with unsent changes" in shown
    assert (submissions(), entries(), entries("bid.refused_late")) == (1, 1, 0)


def test_a_retry_after_the_answer_was_lost_says_nothing_of_having_been_sent_before(client, url):
    form = form_on(client, url)
    client.post(f"{url}/check", data=form)  # and the line was cut before the answer came

    again = client.post(f"{url}/check", data=form)

    assert again.location == f"{url}/submissions/1"
    assert "was sent before" not in client.get(again.location).text
    assert submissions() == 1


def test_a_form_of_a_withdrawn_bid_does_not_hand_it_in_again_and_says_so(client, url, bid):
    form = form_on(client, url)
    client.post(f"{url}/check", data=form)
    client.post(f"{url}/withdraw")

    again = client.post(f"{url}/check", data=form)
    shown = client.get(again.location).text

    assert "nothing was handed in again" in shown
    assert "Withdrawn. Not submitted" in shown
    assert (bid.stage, submissions()) == ("withdrawn", 1)


def test_the_page_shown_afresh_submits_a_new_version(client, url):
    client.post(f"{url}/check", data=form_on(client, url))

    again = client.post(f"{url}/check", data=form_on(client, url))

    assert again.location == f"{url}/submissions/2"


def test_a_form_refused_keeps_its_key_for_the_next_attempt(client, url):
    form = form_on(client, url)

    refused = client.post(f"{url}/check", data={"form_key": form["form_key"]})

    assert (refused.status_code, submissions()) == (422, 0)
    assert f'value="{form["form_key"]}"' in refused.text


@pytest.mark.parametrize("key", ["", "short", "x" * 23, "a" * 21 + "/"])
def test_a_key_no_page_of_ours_made_is_none(bid, lead, key):
    hand_in = {"by": viewer_of(lead), "declared_by": "Mara Voss", "knows_missing": True}

    made = [
        service.submit_bid(bid, arrived_at=clock.now(), form_key=key, **hand_in).form_key
        for _ in range(2)
    ]

    assert made == [None, None]


def test_a_key_of_one_bid_means_nothing_to_another(bid, lead, client_for):
    other = make_person(Role.BID_LEAD)
    theirs = service.start_bid(bid.tender, by=viewer_of(other), arrived_at=clock.now())
    hand_in = {"arrived_at": clock.now(), "declared_by": "N", "knows_missing": True}
    key = new_token()

    service.submit_bid(bid, by=viewer_of(lead), form_key=key, **hand_in)
    second = service.submit_bid(theirs, by=viewer_of(other), form_key=key, **hand_in)

    assert (second.bid_id, submissions()) == (theirs.id, 2)


def test_the_content_hash_shown_before_submitting_is_that_of_the_receipt(
    client, url, save, bid, colleague
):
    save({"SLP-07.a": "Überall “copies”", "SLP-07.f": "offline"})
    check, tasks = client.get(f"{url}/check").text, client.get(url).text
    shown = re.search(r"app-fingerprint\">([0-9a-f]{64})<", check)[1]
    download = client.get(f"{url}/as-it-stands.json")

    done = client.post(f"{url}/check", data=form_on(client, url)).location

    receipt = client.get(f"{done}/receipt.json").json
    assert shown in tasks
    assert receipt["content_hash"] == shown == sha256_hex(download.data)
    said = client.get(f"{done}/bid.json").json
    assert json.loads(download.text) == {
        name: value for name, value in said.items() if name not in ("number", "declared_by")
    }
    assert "The same content as version 1, which is submitted" in client.get(url).text


def test_what_the_council_would_receive_changes_with_every_answer(client, url, save):
    before = client.get(f"{url}/as-it-stands.json").data
    save({"SLP-07.f": "offline"})

    after = client.get(f"{url}/as-it-stands.json")

    assert before != after.data
    assert after.json["answers"] == {"SLP-07.f": "offline"}
    assert after.headers["Content-Disposition"] == 'attachment; filename="bid-as-it-stands.json"'


def test_nobody_else_sees_what_a_company_would_hand_in(client_for, url):
    stranger = client_for(make_person(Role.BID_LEAD))
    officer = client_for(Role.OFFICER)

    assert stranger.get(f"{url}/as-it-stands.json").status_code == 404
    assert officer.get(f"{url}/as-it-stands.json").status_code == 403


def test_every_page_of_a_bid_says_where_it_stands(client, url, save, tender):
    pages = [url, f"{url}/check", f"{url}/questions/SLP-07"]
    closing = f"Closes on {clock.show_moment(tender.closes_at)}"

    def say(words):
        return [words in client.get(page).text for page in pages]

    assert (say("Not submitted"), say(closing)) == ([True] * 3, [True] * 3)
    client.post(f"{url}/check", data=form_on(client, url))
    assert (say("Submitted "), say("unsent changes")) == ([True] * 3, [False] * 3)
    save({"SLP-07.f": "offline"})
    assert say("version 1, with unsent changes") == [True] * 3


def test_the_mail_is_the_receipt_without_its_salt_and_without_a_word_of_the_bid(
    client, url, save, bid, lead, tender
):
    save({"SLP-07.a": "Quincunx-Zephyr"})
    done = client.post(f"{url}/check", data=form_on(client, url)).location
    receipt = queries.receipt_of(bid, queries.submission_of(bid, 1))

    (letter,) = letters()

    assert letter.recipient == lead.email
    assert letter.subject == f"Receipt: your bid for {tender.reference}, version 1"
    for words in (
        f"Tender: {tender.title}, {tender.reference}",
        "Version: 1",
        f"Exactly: {receipt.arrived_at} (UTC)",
        "(UK time)",
        f"Content hash: {receipt.content_hash}",
        f"Commitment: {receipt.commitment}",
        f"Entry in the record of this bid: {receipt.audit_entry}",
        done,
    ):
        assert words in letter.text
    for word in (receipt.salt, "Quincunx", "Mara Voss"):
        assert word not in letter.text


def test_a_replaced_and_a_withdrawn_bid_are_told_of_too(client, url, bid, lead):
    client.post(f"{url}/check", data=form_on(client, url))
    client.post(f"{url}/check", data=form_on(client, url))
    client.post(f"{url}/withdraw")

    assert [letter.subject.rpartition(", ")[2] for letter in letters()] == [
        "version 1",
        "version 2",
    ]
    assert "This version replaces version 1." in letters()[1].text
    (withdrawn,) = letters("bid.withdrawn")
    last = db.session.scalars(
        select(AuditEntry.hash).where(AuditEntry.action == "bid.withdrawn")
    ).one()
    assert f"Entry in the record of this bid: {last}" in withdrawn.text
    assert (withdrawn.recipient, bid.stage) == (lead.email, "withdrawn")


def test_a_bid_refused_is_told_of_to_nobody(client, client_for, lead, url, after_closing):
    form = form_on(client, url)
    after_closing()

    refused = client_for(lead).post(f"{url}/check", data=form)

    assert (refused.status_code, letters()) == (422, [])


def test_people_who_left_or_work_on_another_tender_get_no_mail(supplier, bid, lead, app):
    gone = make_person(Role.CONTRIBUTOR, supplier)
    gone.active = False
    db.session.commit()
    make_person(Role.CONTRIBUTOR, supplier, tender_id=bid.tender_id + 1)
    here = make_person(Role.CONTRIBUTOR, supplier, tender_id=bid.tender_id)
    make_person(Role.BID_LEAD)

    service.submit_bid(
        bid, by=viewer_of(lead), arrived_at=clock.now(), declared_by="M", knows_missing=True
    )

    assert sorted(letter.recipient for letter in letters()) == sorted([lead.email, here.email])


def test_the_receipt_lists_what_was_missing_for_the_company_alone(client, url, save):
    save({"SLP-07.f": "offline"})
    done = client.post(f"{url}/check", data=form_on(client, url)).location
    at_first = client.get(done).text
    save({"SLP-07.a": "Written after submitting"})

    missing = re.findall(r"<li>([^<]+\(SLP-07\.[a-z0-9]+\))</li>", at_first)

    assert "Missing when it was handed in" in at_first
    assert any(words.endswith("(SLP-07.a)") for words in missing)
    assert not any(words.endswith("(SLP-07.f)") for words in missing)
    assert client.get(done).text.count("(SLP-07.a)") == 1
    assert "missing" not in client.get(f"{done}/receipt.json").json
