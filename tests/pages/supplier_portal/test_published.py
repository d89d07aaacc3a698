"""The commitments of all bids, published once they are opened and checked against a receipt."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import clock
from foundation.canonical import sha256_hex
from foundation.database import db
from foundation.mail import Message
from supplier_portal import service
from supplier_portal.models import Submission
from supplier_portal.service.late import hand_in_late
from tenders import service as tenders
from tests.factories import make_authority, make_open_tender, make_person, viewer_of

PROGRAM = Path(__file__).parents[3] / "tools" / "verify_receipt.py"


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER, make_authority())


@pytest.fixture
def tender(officer):
    return make_open_tender(officer, closes_at=clock.now() + timedelta(hours=2))


@pytest.fixture
def rival(tender):
    return make_person(Role.BID_LEAD)


@pytest.fixture
def submit(tender):
    def hand_in(person):
        by = viewer_of(person)
        bid = service.start_bid(tender, by=by, arrived_at=clock.now())
        return service.submit_bid(
            bid, by=by, arrived_at=clock.now(), declared_by="N", knows_missing=True
        )

    return hand_in


@pytest.fixture
def open_bids(tender, officer, at):
    def opened():
        at(tender.closes_at + timedelta(minutes=2))
        tenders.open_bids(tender, by=viewer_of(officer))
        service.note_opened(tender, by=viewer_of(officer))

    return opened


@pytest.fixture
def pages(tender):
    return [f"/opportunities/{tender.token}/commitments", f"/tenders/{tender.token}/commitments"]


def papers(client, bid, folder, number=1):
    """Save the receipt and the bid; return what the program is called with."""
    names = []
    for name in ("receipt", "bid"):
        path = folder / f"{name}.json"
        path.write_bytes(client.get(f"/bids/{bid.token}/submissions/{number}/{name}.json").data)
        names.append(str(path))
    return names


def check(*arguments):
    return subprocess.run(
        [sys.executable, "-I", str(PROGRAM), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


@pytest.mark.parametrize("bids", [0, 2], ids=["no bid", "two bids"])
def test_before_the_opening_there_is_no_list_whatever_bids_there_are(
    bids, client_for, lead, rival, officer, submit, pages, at, tender
):
    for person in (lead, rival)[:bids]:
        submit(person)

    def asked():
        browsers = [client_for(lead), client_for(officer)]
        return [
            browser.get(page + ending).status_code
            for browser, page in zip(browsers, pages, strict=True)
            for ending in ("", ".json")
        ]

    before = asked()
    at(tender.closes_at + timedelta(minutes=2))

    assert (before, asked()) == ([404] * 4, [404] * 4)


def test_bidders_and_officers_see_one_commitment_for_each_bid_in_an_order_that_tells_nothing(
    client_for, lead, rival, officer, submit, open_bids, pages, tender
):
    submit(lead)
    counted = sorted(each.commitment for each in (submit(lead), submit(rival)))
    withdrawn = viewer_of(make_person(Role.BID_LEAD))
    bid = service.start_bid(tender, by=withdrawn, arrived_at=clock.now())
    hand_in = {"by": withdrawn, "arrived_at": clock.now()}
    service.submit_bid(bid, declared_by="N", knows_missing=True, **hand_in)
    service.withdraw_bid(bid, **hand_in)
    open_bids()

    lists = [
        client_for(person).get(f"{page}.json").json["commitments"]
        for person, page in ((lead, pages[0]), (rival, pages[0]), (officer, pages[1]))
    ]

    assert lists == [counted] * 3
    shown = client_for(lead).get(pages[0]).text
    assert [shown.count(commitment) for commitment in counted] == [1, 1]
    assert shown.index(counted[0]) < shown.index(counted[1])


def test_the_list_is_reached_from_the_pages_of_both_sides(
    client_for, lead, officer, bid, submit, open_bids, pages, tender
):
    submit(lead)
    before = client_for(officer).get(f"/tenders/{tender.token}").text
    open_bids()

    assert f'href="{pages[0]}"' in client_for(lead).get(f"/bids/{bid.token}").text
    assert f'href="{pages[0]}"' in client_for(lead).get(f"/bids/{bid.token}/submissions/1").text
    assert f'href="{pages[1]}"' in client_for(officer).get(f"/tenders/{tender.token}").text
    assert pages[1] not in before


def opened_letters():
    found = select(Message).where(Message.kind == "bid.opened").order_by(Message.recipient)
    return {letter.recipient: letter.text for letter in db.session.scalars(found)}


def test_everybody_who_bid_is_told_that_the_bids_were_opened_and_where_the_list_is(
    lead, rival, officer, submit, open_bids, pages, app, tender
):
    mine, theirs = submit(lead), submit(rival)
    withdrawn = make_person(Role.BID_LEAD)
    submit(withdrawn)
    bid = service.start_bid(tender, by=viewer_of(withdrawn), arrived_at=clock.now())
    service.withdraw_bid(bid, by=viewer_of(withdrawn), arrived_at=clock.now())
    only_began = make_person(Role.BID_LEAD)
    service.start_bid(tender, by=viewer_of(only_began), arrived_at=clock.now())
    before = opened_letters()
    open_bids()

    found = opened_letters()

    assert (before, sorted(found)) == ({}, sorted([lead.email, rival.email]))
    address = app.extensions["settings"].address + pages[0]
    assert [
        (text.count(mine.commitment), text.count(theirs.commitment), text.count(address))
        for text in (found[lead.email], found[rival.email])
    ] == [(1, 0, 1), (0, 1, 1)]


def test_a_company_is_told_the_same_of_the_opening_whoever_else_bid(
    lead, rival, submit, open_bids, tender
):
    submit(lead)
    submit(rival)
    open_bids()
    mine, theirs = opened_letters().values()
    own = db.session.scalars(select(Submission.commitment)).all()
    for commitment in own:
        mine, theirs = mine.replace(commitment, "-"), theirs.replace(commitment, "-")

    assert mine == theirs


def test_a_late_bidder_is_told_of_the_opening_and_that_its_bid_is_unread(
    lead, rival, bid, submit, open_bids, tender, at
):
    submit(rival)
    submit(lead)
    only_late = make_person(Role.BID_LEAD)
    second = service.start_bid(tender, by=viewer_of(only_late), arrived_at=clock.now())
    at(tender.closes_at + timedelta(seconds=20))
    late = {
        person.email: hand_in_late(
            each,
            by=viewer_of(person),
            arrived_at=clock.now(),
            declared_by="N",
            why="The power was off in the whole street from ten to one.",
            knows_missing=True,
        )
        for person, each in ((lead, bid), (only_late, second))
    }
    open_bids()

    found = opened_letters()

    assert sorted(found) == sorted([lead.email, rival.email, only_late.email])
    assert {
        email: (text.count("was opened. Its"), text.count("late bid, version"))
        for email, text in found.items()
    } == {lead.email: (1, 1), rival.email: (1, 0), only_late.email: (0, 1)}
    assert [found[email].count(each.commitment) for email, each in late.items()] == [1, 1]


def test_officers_of_another_authority_see_no_list(client_for, lead, submit, open_bids, pages):
    submit(lead)
    open_bids()

    assert client_for(Role.OFFICER).get(pages[1]).status_code == 404


def test_the_program_finds_a_receipt_on_the_published_list(
    client_for, lead, rival, bid, submit, open_bids, pages, tmp_path
):
    submit(lead)
    submit(lead)
    submit(rival)
    open_bids()
    client = client_for(lead)
    published = tmp_path / "commitments.json"
    published.write_bytes(client.get(f"{pages[0]}.json").data)

    right = check(*papers(client, bid, tmp_path, number=2), "--published", str(published))
    replaced = check(*papers(client, bid, tmp_path, number=1), "--published", str(published))

    line = "the commitment is on the published list (one of a version replaced is not)"
    assert (right.returncode, f"yes  {line}" in right.stdout) == (0, True)
    assert (replaced.returncode, f"NO   {line}" in replaced.stdout) == (1, True)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"tender": "another"}, 1),
        ({"format": "something else"}, 1),
        ({"commitments": "abc"}, 1),
        ({"commitments": []}, 1),
        (None, 2),
    ],
    ids=["another tender", "another file", "no list", "an empty list", "not JSON"],
)
def test_the_program_is_not_taken_in_by_another_list(
    change, code, client_for, lead, bid, submit, open_bids, pages, tmp_path
):
    submit(lead)
    open_bids()
    client = client_for(lead)
    said = client.get(f"{pages[0]}.json").json
    published = tmp_path / "commitments.json"
    published.write_text("{" if change is None else json.dumps(said | change))

    checked = check("--published", str(published), *papers(client, bid, tmp_path))

    assert checked.returncode == code


def test_a_receipt_of_the_first_edition_is_still_checked(client_for, lead, bid, submit, tmp_path):
    submit(lead)
    receipt, text = papers(client_for(lead), bid, tmp_path)
    old = json.loads(Path(receipt).read_text())
    del old["files"]
    old["content_hash"] = sha256_hex(Path(text).read_bytes())
    Path(receipt).write_text(json.dumps(old))

    checked = check(receipt, text)

    assert (checked.returncode, "yes  the content hash agrees" in checked.stdout) == (0, True)


def test_a_receipt_that_lists_another_file_is_found_out(client_for, lead, bid, submit, tmp_path):
    submit(lead)
    receipt, text = papers(client_for(lead), bid, tmp_path)
    changed = json.loads(Path(receipt).read_text())
    changed["files"] = [{"token": "t", "name": "n.pdf", "sha256": "0" * 64, "size": 1}]
    Path(receipt).write_text(json.dumps(changed))

    checked = check(receipt, text)

    assert checked.returncode == 1
    assert "NO   receipt and bid list the same files" in checked.stdout


@pytest.mark.parametrize("arguments", [[], ["one"], ["a", "b", "--unknown"], ["a", "--published"]])
def test_the_program_explains_itself_when_called_wrongly(arguments):
    checked = check(*arguments)

    assert (checked.returncode, "python verify_receipt.py receipt-1.json" in checked.stdout) == (
        2,
        True,
    )
