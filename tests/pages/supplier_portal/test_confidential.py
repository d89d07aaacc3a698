"""Marking answers, passages and files confidential, until the bid closes."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import clock
from foundation.audit import AuditEntry
from foundation.database import db
from supplier_portal import queries, service
from supplier_portal.models import ConfidentialMark
from supplier_portal.queries.confidential import marks_of
from tests.factories import make_person, make_supplier, viewer_of
from tests.pages.supplier_portal.test_sealed import spellings

CANARY = "Quincunx-Zephyr-4713"
TYPED = "We restore from three\nplaces. Our price is low."
MARK = {
    "place": "SLP-07.a",
    "passage": "three places.",
    "ground": "trade-secret",
    "reason": "A rival could copy how we restore",
    "until-day": "31",
    "until-month": "3",
    "until-year": "2099",
}


@pytest.fixture
def url(bid):
    return f"/bids/{bid.token}/confidential"


@pytest.fixture
def answered(save):
    save({"SLP-07.a": TYPED, "SLP-07.f": "offline"})


def marks(bid):
    return marks_of(bid, queries.answers_of(bid))


def submit(bid, lead):
    submission = service.submit_bid(
        bid,
        by=viewer_of(lead),
        arrived_at=clock.now(),
        declared_by="Mara Voss",
        knows_missing=True,
    )
    return json.loads(queries.submitted_text(bid, queries.submission_of(bid, submission.number)))


def test_a_passage_is_marked_with_a_reason_and_an_end(client_for, lead, bid, url, answered):
    client = client_for(lead)
    sent = client.post(f"{url}/new", data=MARK)
    (entry,) = marks(bid)
    page = client.get(url).text

    assert sent.status_code == 302
    assert (entry.mark.thing, entry.fits, entry.mark.part_id) == ("passage", True, "SLP-07.a")
    assert page.count("It is a trade secret: A rival could copy how we restore") == 1
    assert page.count("Until 31 March 2099") == 1


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        pytest.param({"place": ""}, "Select an answer or a file", id="nothing chosen"),
        pytest.param({"place": "SLP-01.a"}, "Select one of the options", id="not answered"),
        pytest.param({"ground": ""}, "Select why it should be kept back", id="no ground"),
        pytest.param({"reason": " "}, "Enter what harm making it public would do", id="no reason"),
        pytest.param(
            {"until-day": "", "until-month": "", "until-year": ""},
            "Enter until when it should be kept back",
            id="no end",
        ),
        pytest.param({"until-year": "2020"}, "Enter a date in the future", id="an end in the past"),
        pytest.param(
            {"passage": "four places"},
            "The passage does not occur in the saved answer: copy it from there word for word",
            id="not in the answer",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_field_with_everything_typed(
    client_for, lead, bid, url, answered, changed, message
):
    page = client_for(lead).post(f"{url}/new", data=MARK | changed)

    assert page.status_code == 422
    assert page.text.count(message) == 2
    assert page.text.count("A rival could copy how we restore") == ("reason" not in changed)
    assert marks(bid) == []


def test_without_a_passage_the_whole_answer_is_marked(client_for, lead, bid, url, answered):
    client_for(lead).post(f"{url}/new", data=MARK | {"passage": ""})

    assert [entry.mark.thing for entry in marks(bid)] == ["answer"]


def test_a_file_is_marked_as_a_whole(client_for, lead, bid, url):
    client = client_for(lead)
    client.post(
        f"/bids/{bid.token}/questions/SLP-07/SLP-07.g2/files",
        data={"file": (io.BytesIO(b"%PDF-1.7\n%%EOF\n"), "drill.pdf")},
    )
    (file,) = queries.evidence_of(bid)
    quoted = client.post(f"{url}/new", data=MARK | {"place": f"file:{file}"})
    client.post(f"{url}/new", data=MARK | {"place": f"file:{file}", "passage": ""})
    (entry,) = marks(bid)

    assert quoted.text.count("You cannot quote a passage of a file") == 2
    assert (entry.mark.thing, entry.mark.file) == ("file", file)


def test_a_mark_is_changed_and_removed(client_for, lead, bid, url, answered):
    client = client_for(lead)
    client.post(f"{url}/new", data=MARK)
    (entry,) = marks(bid)
    here = f"{url}/{entry.mark.token}"
    shown = client.get(here).text
    client.post(here, data=MARK | {"reason": "Another reason"})
    changed = [entry.mark.reason for entry in marks(bid)]
    client.post(f"{here}/remove")

    assert shown.count("A rival could copy how we restore") == 1
    assert changed == ["Another reason"]
    assert marks(bid) == []


def test_a_mark_whose_passage_left_the_answer_is_warned_of_and_not_handed_in(
    client_for, lead, bid, url, answered, save
):
    client = client_for(lead)
    client.post(f"{url}/new", data=MARK)
    save({"SLP-07.a": "We restore from two places."}, version=1)
    page, check = client.get(url).text, client.get(f"/bids/{bid.token}/check").text
    said = submit(bid, lead)

    assert page.count("The answer no longer holds this passage, so the mark is not handed in") == 1
    assert check.count("1 mark does not fit the answers any more") == 1
    assert "confidential" not in said
    assert "three places" not in json.dumps(said)


def test_the_marks_are_handed_in_with_the_bid_and_the_submission_keeps_them(
    client_for, lead, bid, url, answered
):
    client = client_for(lead)
    client.post(f"{url}/new", data=MARK)
    (entry,) = marks(bid)
    said = submit(bid, lead)
    client.post(f"{url}/{entry.mark.token}/remove")
    number = queries.last_submissions([bid])[bid.id].number
    kept = json.loads(queries.submitted_text(bid, queries.submission_of(bid, number)))

    assert said["confidential"] == [
        {
            "mark": entry.mark.token,
            "part": "SLP-07.a",
            "passage": "three places.",
            "ground": "trade-secret",
            "reason": "A rival could copy how we restore",
            "until": "2099-03-31",
        }
    ]
    assert kept["confidential"] == said["confidential"]


def test_a_mark_added_after_submitting_is_an_unsent_change(client_for, lead, bid, url, answered):
    client = client_for(lead)
    submit(bid, lead)
    client.post(f"{url}/new", data=MARK)
    last = queries.last_submissions([bid])[bid.id]

    assert last.revision + 1 == queries.my_bid(viewer_of(lead), bid.token).revision


def test_after_closing_nothing_is_marked_or_removed(
    client_for, lead, bid, url, answered, after_closing
):
    client = client_for(lead)
    client.post(f"{url}/new", data=MARK)
    (entry,) = marks(bid)
    after_closing()
    client = client_for(lead)
    late = client.post(f"{url}/new", data=MARK)
    removed = client.post(f"{url}/{entry.mark.token}/remove")
    page = client.get(url).text

    assert (late.status_code, removed.status_code) == (422, 409)
    assert len(marks(bid)) == 1
    assert page.count("Mark something confidential") == 0


def test_other_companies_and_the_buying_side_find_nothing(client_for, bid, url, answered):
    other = client_for(make_person(Role.BID_LEAD, make_supplier("Brackenbury Data")))

    assert other.get(url).status_code == 404
    assert other.post(f"{url}/new", data=MARK).status_code == 404
    for role in (Role.OFFICER, Role.EVALUATOR, Role.AUDITOR, Role.ADMINISTRATOR):
        assert client_for(role).get(url).status_code == 403


def test_a_reader_sees_the_marks_and_cannot_add_one(client_for, supplier, url, answered):
    reader = client_for(make_person(Role.SUPPLIER_READER, supplier))

    assert reader.get(url).status_code == 200
    assert reader.post(f"{url}/new", data=MARK).status_code == 403


def test_the_page_costs_as_many_statements_with_twenty_marks_as_with_one(
    client_for, lead, bid, url, answered, statements_counted
):
    client = client_for(lead)
    client.post(f"{url}/new", data=MARK)
    client.get(url)
    with statements_counted() as few:
        client.get(url)
    for _ in range(19):
        client.post(f"{url}/new", data=MARK)
    with statements_counted() as many:
        page = client.get(url)

    assert page.text.count("See the answer") == 20
    assert len(many) == len(few)
    assert len(many) <= 8


@pytest.mark.sqlite
def test_nothing_of_a_mark_stands_in_the_database(app, client_for, lead, bid, url, save):
    save({"SLP-07.a": CANARY})
    client_for(lead).post(f"{url}/new", data=MARK | {"passage": CANARY, "reason": CANARY})
    rows = len(db.session.scalars(select(ConfidentialMark)).all())
    db.session.commit()

    files = [path for path in Path(app.instance_path).rglob("*") if path.is_file()]
    found = [
        (path.name, spelling)
        for path in files
        for spelling in spellings(CANARY)
        if spelling in path.read_bytes()
    ]

    assert rows == 1
    assert any(path.suffix == ".db" for path in files)
    assert found == []
    assert not any(CANARY in entry for entry in db.session.scalars(select(AuditEntry.details)))


def test_tomorrow_is_an_end_and_today_is_none(client_for, lead, bid, url, answered):
    today = clock.london(clock.now()).date()
    client = client_for(lead)

    def until(day):
        boxes = {"until-day": day.day, "until-month": day.month, "until-year": day.year}
        return client.post(f"{url}/new", data=MARK | boxes).status_code

    assert (until(today), until(today + timedelta(days=1))) == (422, 302)
