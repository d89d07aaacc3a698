"""The supplier's way through the pages: every part answered, submitted, read at the opening."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import select

import records
from accounts.rules.roles import Role
from foundation import clock
from foundation.audit import AuditEntry
from foundation.database import db
from question_bank.rules.answers import read_answer
from question_bank.rules.questions import Kind
from supplier_portal import queries, service
from supplier_portal.overview import Workspace
from supplier_portal.rules.receipt import verify
from tenders import service as tenders
from tenders.queries import questionnaire_of
from tests.answers_made import made_answer, made_row, typed_fields
from tests.factories import make_open_tender, make_person, viewer_of

pytestmark = pytest.mark.slow

DEMONSTRATION = [
    path
    for path in sorted((Path(records.__file__).parent / "content/demonstration").glob("*.json"))
    if '"answers"' in path.read_text()
]
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER)


@pytest.fixture
def tender(officer):
    # Soon enough that whoever is signed in now still is when it closes.
    return make_open_tender(officer, closes_at=clock.now() + timedelta(hours=2))


@pytest.fixture
def client(client_for, lead):
    return client_for(lead)


@pytest.fixture
def url(bid):
    return f"/bids/{bid.token}"


def versions_on(page):
    """The versions a page's parts were based on, as its hidden fields say."""
    found = re.findall(r'name="(v-[^"]+)" value="(\d+)"', page.text)
    return dict(found)


def errors_on(page):
    """The messages of the error summary."""
    box = re.search(r'govuk-error-summary__list">(.*?)</ul>', page.text, re.S)
    return re.findall(r">([^<>\n]+)(?:</a>)?</li>", unescape(box.group(1))) if box else []


def answer_question(client, url, question, answers):
    """Answer everything a question asks, as often as its answers lead to more."""
    for _ in range(4):
        page = client.get(f"{url}/questions/{question.id}")
        versions = versions_on(page)
        typed = dict(versions)
        for part in question.parts:
            if f"v-{part.id}" in versions:
                typed |= typed_fields(part, part.id, answers.get(part.id))
        page = client.post(f"{url}/questions/{question.id}", data=typed | {"then": "next"})
        assert page.status_code == 302, errors_on(page)
        if f"/questions/{question.id}#" not in page.location:
            return


def fill(client, url, bid, questionnaire, answers):
    """Give every answer asked for through the pages, as somebody would."""
    for asked in questionnaire.questions:
        answer_question(client, url, asked.question, answers)
        for part in Workspace(bid).parts_shown(asked.question):
            here = f"{url}/questions/{asked.id}/{part.id}"
            if part.kind is Kind.TABLE:
                fill_table(client, f"{here}/rows", part, answers.get(part.id) or [])
            if part.kind is Kind.FILE and answers.get(part.id):
                sent = {"file": (io.BytesIO(PDF), "report.pdf"), "title": "Report"}
                assert client.post(f"{here}/files", data=sent).status_code == 302
        answer_question(client, url, asked.question, answers)


def fill_table(client, here, part, rows):
    key = part.schema.columns[0].id
    given = [theme for theme, _ in part.fixed_rows]
    for row in rows:
        at = given.index(row[key]) + 1 if given else 0
        page = client.get(f"{here}/{at}")
        version = re.search(r'name="version" value="(\d+)"', page.text).group(1)
        typed = {"version": version, "then": "list"}
        for column in part.schema.columns:
            typed |= typed_fields(column, f"row.{column.id}", row.get(column.id))
        page = client.post(f"{here}/{at}", data=typed)
        assert page.status_code == 302, (part.id, errors_on(page))


def differences(workspace, answers):
    """Return what is stored of the parts asked, where it is not what was given."""
    shown = [part for part in workspace.situation.parts.values() if part.kind is not Kind.FILE]
    return {
        part.id: (workspace.answers.get(part.id), answers.get(part.id))
        for part in shown
        if (workspace.answers.get(part.id) or None) != (answers.get(part.id) or None)
    }


def test_every_part_of_the_whole_questionnaire_is_answered_through_the_pages(
    client, url, bid, tender
):
    questionnaire = questionnaire_of(tender)
    answers = {part.id: made_answer(part) for part in questionnaire.parts.values()}

    fill(client, url, bid, questionnaire, answers)

    workspace = Workspace(bid)
    assert workspace.missing == []
    assert set(workspace.situation.parts) <= set(workspace.answers)
    assert differences(workspace, answers) == {}


@pytest.mark.slow
@pytest.mark.parametrize("path", DEMONSTRATION, ids=lambda path: path.stem)
def test_each_bid_of_the_demonstration_can_be_given_through_the_pages(
    client, url, bid, tender, path
):
    questionnaire = questionnaire_of(tender)
    given = json.loads(path.read_text())["answers"]
    answers = {
        part.id: read_answer(part, given.get(part.id)).value
        for part in questionnaire.parts.values()
    }

    fill(client, url, bid, questionnaire, answers)

    assert differences(Workspace(bid), answers) == {}


@pytest.mark.both_databases
def test_the_whole_way_from_the_list_of_tenders_to_the_opening(
    client_for, lead, officer, tender, at
):
    client = client_for(lead)
    assert tender.title in client.get("/opportunities").text
    start = client.post(f"/opportunities/{tender.token}/start")
    url = start.location
    client.post(
        f"{url}/questions/SLP-07",
        data={
            "v-SLP-07.f": "0",
            "SLP-07.f": "offline",
            "v-SLP-07.a": "0",
            "SLP-07.a": "Copies & <tests>",
        },
    )
    assert "Not submitted" in client.get(url).text

    done = client.post(
        f"{url}/check",
        data={"agreed": "yes", "knows_missing": "yes", "declared_by": "Mara Voss"},
    )
    receipt = client.get(done.location)
    proof = client.get(f"{done.location}/receipt.json").json
    text = client.get(f"{done.location}/bid.json").text

    assert done.location == f"{url}/submissions/1"
    assert "What this receipt proves" in receipt.text
    assert verify(proof, text)
    assert not verify(proof, text + " ")
    assert json.loads(text)["answers"] == {"SLP-07.a": "Copies & <tests>", "SLP-07.f": "offline"}

    client.post(f"{url}/questions/SLP-07", data={"v-SLP-07.f": "1", "SLP-07.f": "none"})
    assert "version 1, with unsent changes" in client.get(url).text

    at(tender.closes_at + timedelta(minutes=2))
    by = viewer_of(officer)
    tenders.open_bids(tender, by=by)
    service.note_opened(tender, by=by)
    (opened,) = queries.opened_bids(by, tender)
    # What was handed in, not what was changed afterwards.
    assert opened.answers["SLP-07.f"] == "offline"
    assert (opened.supplier_name, opened.bid.stage) == ("Larkfield Sensors", "opened")


def test_mistakes_are_shown_at_their_parts_and_nothing_typed_is_lost(client, url, bid):
    long = "word " * 10_000
    page = client.post(
        f"{url}/questions/SLP-07",
        data={
            "v-SLP-07.a": "0",
            "SLP-07.a": long,
            "v-SLP-07.f": "0",
            "SLP-07.f": "offline",
            "v-SLP-07.g": "0",
            "SLP-07.g-day": "31",
            "SLP-07.g-month": "2",
            "SLP-07.g-year": "2026",
        },
    )

    assert page.status_code == 422
    assert len(errors_on(page)) == 2
    assert long.strip() in page.text
    assert (
        'id="SLP-07-g-day" name="SLP-07.g-day" type="text" inputmode="numeric" value="31"'
        in page.text
    )
    assert queries.answers_of(bid) == {"SLP-07.f": "offline"}


def test_an_unknown_part_is_named_and_its_text_shown_back(client, url, bid):
    page = client.post(
        f"{url}/questions/SLP-07",
        data={"v-SLP-99.z": "0", "SLP-99.z": "a day's work", "v-SLP-07.f": "0", "SLP-07.f": "none"},
    )

    assert errors_on(page) == ["SLP-99.z is not asked here, so it was not saved"]
    assert "a day&#39;s work" in page.text
    assert queries.answers_of(bid) == {"SLP-07.f": "none"}


@pytest.mark.parametrize(
    "address",
    [
        "/questions/SLP-99",
        "/questions/" + "9" * 30,
        "/questions/SLP-07/SLP-99.z/files",
        "/questions/SLP-07/SLP-07.i/rows/" + "9" * 30,
        "/questions/SLP-07/SLP-07.f/rows/0",
        "/submissions/" + "9" * 30,
        "/evidence/aaaaaaaaaaaaaaaaaaaaaa",
    ],
)
def test_what_does_not_exist_is_not_found(client, url, address):
    assert client.get(url + address).status_code == 404


def test_another_suppliers_bid_does_not_exist(client_for, url):
    stranger = client_for(Role.BID_LEAD)

    assert [
        stranger.get(url).status_code,
        stranger.post(f"{url}/questions/SLP-07").status_code,
    ] == [
        404,
        404,
    ]


@pytest.mark.parametrize("text", ["half \x00 a", "a\ud800b"], ids=["NUL", "lone surrogate"])
def test_characters_nobody_can_store_are_shown_back(client, url, bid, text):
    body = b"v-SLP-07.a=0&SLP-07.f=offline&v-SLP-07.f=0&SLP-07.a=" + (
        b"half+%00+a" if "\x00" in text else b"a%ED%A0%80b"
    )

    page = client.post(
        f"{url}/questions/SLP-07", data=body, content_type="application/x-www-form-urlencoded"
    )

    assert page.status_code in (400, 302)
    stored = queries.answers_of(bid)
    assert "\x00" not in str(stored)
    assert str(stored).encode()


def test_after_the_closing_time_nothing_is_saved_and_everything_typed_is_shown_back(
    client, url, bid, after_closing
):
    after_closing()

    page = client.post(
        f"{url}/questions/SLP-07", data={"v-SLP-07.a": "0", "SLP-07.a": "a minute too late"}
    )

    assert page.status_code == 422
    assert errors_on(page)[0].startswith("You cannot save answers because this tender closed on")
    assert "a minute too late" in page.text
    assert queries.answers_of(bid) == {}


def test_after_the_closing_time_answers_can_be_read(client, url, save, after_closing):
    save({"SLP-07.a": "Nightly"})
    after_closing()

    page = client.get(f"{url}/questions/SLP-07")

    assert "Nightly" in page.text
    assert "Save and continue" not in page.text
    assert client.get(url).status_code == 200


@pytest.mark.parametrize(
    ("early", "status"),
    [(timedelta(microseconds=1), 302), (timedelta(0), 422)],
    ids=["a microsecond before", "at the closing time"],
)
def test_a_submission_counts_until_the_closing_time(client, url, tender, at, early, status):
    at(tender.closes_at - early)
    typed = {"agreed": "yes", "knows_missing": "yes", "declared_by": "Mara Voss"}

    page = client.post(f"{url}/check", data=typed)

    assert page.status_code == status


def test_what_came_too_late_is_on_record(client, url, bid, after_closing):
    after_closing()

    client.post(f"{url}/check", data={"agreed": "yes", "declared_by": "Mara Voss"})

    chain = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject == bid.token).order_by(AuditEntry.number)
    ).all()
    assert chain == ["bid.started", "bid.refused_late"]


def test_a_declaration_not_made_is_asked_for(client, url):
    page = client.post(f"{url}/check", data={"knows_missing": "yes", "declared_by": "Mara Voss"})

    assert errors_on(page) == ["Confirm the declaration to submit the bid"]


def test_nobody_submits_a_bid_with_gaps_without_being_told(client, url):
    page = client.post(f"{url}/check", data={"agreed": "yes", "declared_by": "Mara Voss"})

    (message,) = errors_on(page)
    assert message.startswith("Confirm that you want to submit although ")


def test_everything_left_out_when_submitting_is_told_at_once(client, url):
    page = client.post(f"{url}/check", data={"declared_by": " "})

    assert [message.split(" although ")[0] for message in errors_on(page)] == [
        "Confirm that you want to submit",
        "Confirm the declaration to submit the bid",
        "Enter the name of whoever makes the declaration",
    ]


def test_two_colleagues_on_one_part_see_both_texts(client_for, url, bid, save, supplier, lead):
    save({"SLP-07.a": "first"})
    save({"SLP-07.a": "from a colleague"}, version=1)

    typed = {"v-SLP-07.a": "1", "SLP-07.a": "my own words", "v-SLP-07.f": "0", "SLP-07.f": "none"}
    page = client_for(lead).post(f"{url}/questions/SLP-07", data=typed)
    again = client_for(lead).post(
        f"{url}/questions/SLP-07",
        data={"v-SLP-07.a": versions_on(page)["v-SLP-07.a"], "SLP-07.a": "both, joined"},
    )

    assert page.status_code == 409
    assert page.text.count("from a colleague") == 1
    assert "my own words" in page.text
    assert again.status_code == 302
    assert queries.answers_of(bid) == {"SLP-07.a": "both, joined", "SLP-07.f": "none"}


def test_what_was_typed_survives_a_session_that_ended(app, url):
    page = app.test_client().post(f"{url}/questions/SLP-07", data={"SLP-07.a": "an hour of work"})

    assert page.status_code == 401
    assert "an hour of work" in page.text


def test_an_answer_that_asks_for_more_leads_to_it(client, url):
    page = client.get(f"{url}/questions/SLP-12")
    assert 'id="part-SLP-12-c"' not in page.text

    page = client.post(
        f"{url}/questions/SLP-12",
        data={"v-SLP-12.a": "0", "SLP-12.a": "yes", "then": "next"},
    )

    assert page.location.startswith(f"{url}/questions/SLP-12#part-SLP-12")


def test_a_consequence_stands_beside_the_answer_once_saved(client, url, save):
    save({"SLP-07.f": "none"})

    page = client.get(f"{url}/questions/SLP-07")

    assert "There is no copy to recover from." in page.text
    assert "If you answer this, the contract will deal with it under C14" in page.text


def row_typed(tender, **cells):
    part = questionnaire_of(tender).parts["SLP-07.i"]
    row = made_row(part, 1) | cells
    typed = {"version": "0", "then": "list"}
    for column in part.schema.columns:
        typed |= typed_fields(column, f"row.{column.id}", row.get(column.id))
    return typed


ROWS = "/questions/SLP-07/SLP-07.i/rows"


def test_a_cell_of_100_kilobytes_is_refused_at_its_box(client, url, bid, tender):
    page = client.post(f"{url}{ROWS}/0", data=row_typed(tender, component="x" * 100_000))

    (message,) = errors_on(page)
    assert "characters or fewer; you have written 100,000" in message
    assert "x" * 100_000 in page.text
    assert queries.answers_of(bid) == {}


def test_a_row_entered_twice_is_named(client, url, bid, tender):
    client.post(f"{url}{ROWS}/0", data=row_typed(tender))

    page = client.post(f"{url}{ROWS}/0", data=row_typed(tender) | {"version": "1"})

    (message,) = errors_on(page)
    assert message.startswith("Row 2 repeats row 1")
    assert len(queries.answers_of(bid)["SLP-07.i"]) == 1


def test_a_row_is_changed_and_removed(client, url, bid, tender):
    client.post(f"{url}{ROWS}/0", data=row_typed(tender))
    client.post(f"{url}{ROWS}/1", data=row_typed(tender, copies="7") | {"version": "1"})
    changed = queries.answers_of(bid)["SLP-07.i"]

    asked = client.get(f"{url}{ROWS}/1/remove")
    removed = client.post(f"{url}{ROWS}/1/remove", data={"version": "2"})

    assert [row["copies"] for row in changed] == ["7"]
    assert "Remove this part of the service?" in asked.text
    assert removed.status_code == 302
    assert queries.answers_of(bid)["SLP-07.i"] == []


def test_a_row_somebody_has_just_changed_is_not_removed(client, url, bid, tender):
    client.post(f"{url}{ROWS}/0", data=row_typed(tender))
    client.post(f"{url}{ROWS}/1", data=row_typed(tender, copies="7") | {"version": "1"})

    page = client.post(f"{url}{ROWS}/1/remove", data={"version": "1"})

    assert page.status_code == 409
    assert len(queries.answers_of(bid)["SLP-07.i"]) == 1


FILES = "/questions/SLP-07/SLP-07.g2/files"


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("big.pdf", PDF + b"0" * (26 * 1024 * 1024), "big.pdf: "),
        ("virus.exe", b"MZ", "virus.exe: "),
        ("report.pdf", b"PK\x03\x04", "report.pdf: "),
        ("empty.pdf", b"", "empty.pdf: "),
    ],
    ids=["26 MB", "type not taken", "not what it says", "empty"],
)
def test_a_file_that_will_not_do_is_refused_by_name(client, url, bid, name, data, message):
    page = client.post(f"{url}{FILES}", data={"file": (io.BytesIO(data), name), "title": "Kept"})

    # The test client leaves the file open in which it put a large body.
    page.request.environ["wsgi.input"].close()
    assert page.status_code == 422
    assert errors_on(page)[0].startswith(message)
    assert 'value="Kept"' in page.text
    assert queries.answers_of(bid) == {}


def test_a_file_comes_back_as_it_was_sent(client, url, bid):
    client.post(
        f"{url}{FILES}", data={"file": (io.BytesIO(PDF), "Prüfbericht №1.pdf"), "title": "Test"}
    )
    (entry,) = queries.answers_of(bid)["SLP-07.g2"]

    back = client.get(f"{url}/evidence/{entry['evidence']}")

    assert back.data == PDF
    assert back.headers["Content-Disposition"].startswith("attachment;")
    assert entry["name"] == "Prüfbericht №1.pdf"


def test_a_file_serves_another_part_and_is_taken_out_of_one(client, url, bid):
    client.post(f"{url}{FILES}", data={"file": (io.BytesIO(PDF), "report.pdf")})
    (entry,) = queries.answers_of(bid)["SLP-07.g2"]

    other = "/questions/SLP-07/SLP-07.h2/files"
    client.post(f"{url}{other}/use", data={"evidence": entry["evidence"]})
    client.post(f"{url}{FILES}/{entry['evidence']}/remove")

    answers = queries.answers_of(bid)
    assert set(answers) == {"SLP-07.h2"}
    assert answers["SLP-07.h2"][0]["evidence"] == entry["evidence"]


def test_a_reader_sees_answers_and_cannot_change_them(client_for, supplier, url, save):
    save({"SLP-07.a": "Nightly"})
    reader = client_for(make_person(Role.SUPPLIER_READER, supplier))

    assert "Nightly" in reader.get(f"{url}/questions/SLP-07").text
    assert reader.post(f"{url}/questions/SLP-07").status_code == 403


def test_after_the_closing_time_nobody_is_offered_to_withdraw(client, url, after_closing):
    before = client.get(f"{url}/withdraw").text.count("<form method")
    after_closing()

    page = client.get(f"{url}/withdraw").text

    assert (before, page.count("<form method")) == (2, 1)
    assert page.count("You cannot withdraw this bid because this tender closed on") == 1


def test_a_bid_is_withdrawn_and_submitted_again(client, url):
    typed = {"agreed": "yes", "knows_missing": "yes", "declared_by": "Mara Voss"}
    client.post(f"{url}/check", data=typed)

    client.post(f"{url}/withdraw")
    withdrawn = client.get(url)
    again = client.post(f"{url}/check", data=typed)

    assert "Withdrawn. Not submitted" in withdrawn.text
    assert again.location == f"{url}/submissions/2"


@pytest.fixture
def full_bid(bid, save, tender):
    """A bid with every part answered, and long tables."""
    parts = questionnaire_of(tender).parts
    answers = {part.id: made_answer(part) for part in parts.values()}
    answers["SLP-13.b"] = [made_row(parts["SLP-13.b"], number) for number in range(1, 60)]
    save(answers)
    return bid


def test_a_page_takes_few_statements(client, url, full_bid, statements_counted):
    def counted(address):
        with statements_counted() as statements:
            client.get(url + address)
        return len(statements)

    assert {
        address: counted(address)
        for address in ("", "/questions/SLP-13", "/questions/SLP-08", "/check")
    } == {"": 14, "/questions/SLP-13": 8, "/questions/SLP-08": 8, "/check": 14}


def test_saving_a_question_takes_few_statements(client, url, full_bid, statements_counted):
    page = client.get(f"{url}/questions/SLP-07")
    typed = versions_on(page) | {"SLP-07.a": "Other words", "SLP-07.f": "none"}

    with statements_counted() as statements:
        client.post(f"{url}/questions/SLP-07", data=typed)

    assert len(statements) == 8


def test_the_state_of_a_bid_is_known_from_the_list(client, url, tender):
    client.post(
        f"{url}/check",
        data={"agreed": "yes", "knows_missing": "yes", "declared_by": "Mara Voss"},
    )

    assert f"Submitted {clock.show_date(clock.now())}" in client.get("/opportunities").text


def test_two_colleagues_on_one_given_row_see_both(client, client_for, url, bid, tender):
    part = questionnaire_of(tender).parts["SLP-10.b"]
    here = f"{url}/questions/SLP-10/SLP-10.b/rows/3"
    theme = part.fixed_rows[2][0]

    def typed(words):
        row = made_row(part, 1) | {"explanation": words}
        fields = {"version": "0", "then": "next"}
        for column in part.schema.columns[1:]:
            fields |= typed_fields(column, f"row.{column.id}", row[column.id])
        return fields

    first = client.post(here, data=typed("by the first"))
    page = client.post(here, data=typed("by the second"))
    version = re.search(r'name="version" value="(\d+)"', page.text).group(1)
    again = client.post(here, data=typed("by both") | {"version": version})

    assert first.location == f"{url}/questions/SLP-10/SLP-10.b/rows/4"
    assert page.status_code == 409
    assert "by the first" in page.text
    assert "by the second" in page.text
    assert again.status_code == 302
    (row,) = queries.answers_of(bid)["SLP-10.b"]
    assert (row["theme"], row["explanation"]) == (theme, "by both")


def test_every_form_of_the_portal_carries_its_token(app, client, url, full_bid):
    app.config["WTF_CSRF_ENABLED"] = True
    addresses = [
        url,
        f"{url}/questions/SLP-07",
        f"{url}{ROWS}/1",
        f"{url}{ROWS}/1/remove",
        f"{url}{FILES}",
        f"{url}/check",
        f"{url}/withdraw",
    ]

    without = [
        address
        for address in addresses
        for form in re.findall(r'<form method="post".*?</form>', client.get(address).text, re.S)
        if 'name="csrf_token"' not in form
    ]

    assert without == []


def rows_in_order(bid):
    return [row["component"] for row in queries.answers_of(bid)["SLP-07.i"]]


@pytest.fixture
def three_rows(bid, tender, save):
    part = questionnaire_of(tender).parts["SLP-07.i"]
    names = ("Gateway", "Store", "Website")
    save(
        {"SLP-07.i": [made_row(part, number) | {"component": n} for number, n in enumerate(names)]}
    )


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("button", "order"),
    [
        ("row-up:SLP-07.i:3:1", ["Gateway", "Website", "Store"]),
        ("row-down:SLP-07.i:1:1", ["Store", "Gateway", "Website"]),
        ("row-up:SLP-07.i:1:1", ["Gateway", "Store", "Website"]),
    ],
)
def test_a_row_is_moved_and_what_is_typed_is_saved_with_it(
    client, url, bid, three_rows, button, order
):
    typed = {"v-SLP-07.a": "0", "SLP-07.a": "We fail over at once.", "then": button}

    moved = client.post(f"{url}/questions/SLP-07", data=typed)

    assert moved.location == f"{url}/questions/SLP-07#part-SLP-07-i"
    assert rows_in_order(bid) == order
    assert queries.answers_of(bid)["SLP-07.a"] == "We fail over at once."


@pytest.mark.parametrize(
    "button",
    ["row-up:SLP-07.i:9:1", "row-up:SLP-07.i:x:1", "row-down:SLP-07.i", "row-up:SLP-07.a:1:1"],
)
def test_a_row_that_is_not_there_is_not_moved(client, url, bid, three_rows, button):
    page = client.post(f"{url}/questions/SLP-07", data={"then": button})

    assert page.status_code in (404, 409)
    assert rows_in_order(bid) == ["Gateway", "Store", "Website"]


def test_a_row_a_colleague_removed_meanwhile_is_not_mistaken_for_its_neighbour(
    client, url, bid, three_rows
):
    client.post(f"{url}{ROWS}/2/remove", data={"version": "1"})

    moved = client.post(f"{url}/questions/SLP-07", data={"then": "row-up:SLP-07.i:3:1"})

    assert moved.status_code == 302
    assert rows_in_order(bid) == ["Website", "Gateway"]
