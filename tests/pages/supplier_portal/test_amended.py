"""A bid beside an amendment: only answers to what changed wait for a word, and nothing is lost."""

from __future__ import annotations

import io
import re
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import clock, jobs
from foundation.database import db
from foundation.mail import Message
from question_bank.rules.questions import PartClass
from supplier_portal import queries, service
from supplier_portal.overview import Workspace
from supplier_portal.rules.submission import NotReady
from tenders import service as tenders
from tenders.rules import plan as plans
from tests.amendments_made import (
    ANSWERS,
    CHOICE,
    KEPT,
    NUMBER,
    QUESTION,
    STORY,
    TEXT,
    amend,
    asked_anew,
    make_amendable_tender,
)
from tests.factories import make_person, make_supplier, viewer_of

pytestmark = pytest.mark.slow

# One part in other words, one that lost the option chosen, one with fewer words, one taken out.
CHANGED = {
    "a": {"ask": "Which company tests the lamps?"},
    "b": {"options": [{"value": "monthly", "label": "Every month", "ceiling": 5},
                      {"value": "rarely", "label": "Less often", "ceiling": 2}]},
    "c": {"words": 3},
    "d": None,
}  # fmt: skip

NEW = {"kind": "short-text", "ask": "Who reads the results?", "label": "Reader"}


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER)


@pytest.fixture
def tender(officer):
    return make_amendable_tender(officer)


@pytest.fixture
def answered(bid, save):
    save(ANSWERS)
    return bid


@pytest.fixture
def change(tender, officer):
    return lambda **changed: amend(tender, officer, asked_anew(**changed))


def test_only_answers_to_what_changed_are_to_be_confirmed(answered, change):
    change(a={"ask": "Which company tests the lamps?"})

    workspace = Workspace(answered)

    assert set(workspace.to_confirm) == {TEXT}
    assert workspace.to_confirm[TEXT].before.ask == "Who tests the lamps?"
    assert workspace.answers[TEXT] == ANSWERS[TEXT]


def test_an_answer_that_no_longer_fits_is_kept_and_does_not_count(answered, change):
    change(**CHANGED)

    workspace = Workspace(answered)

    assert {name: one.fits for name, one in workspace.to_confirm.items()} == {
        TEXT: True,
        CHOICE: False,
        STORY: False,
    }
    assert {name for name in ANSWERS if name in workspace.answers} == {TEXT, NUMBER, KEPT}
    assert workspace.to_confirm[STORY].value == ANSWERS[STORY]
    assert [one.part.id for one in queries.left_behind(answered, workspace.saved)] == [NUMBER]


@pytest.mark.parametrize(
    "address",
    [
        "/bids/{bid}",
        f"/bids/{{bid}}/questions/{QUESTION}",
        "/bids/{bid}/check",
        "/bids/{bid}/amendments",
        "/bids/{bid}/workbook.xlsx",
        "/bids/{bid}/answers.docx",
        f"/bids/{{bid}}/questions/{QUESTION}/{STORY}/versions",
        "/bids/{bid}/commitments",
    ],
)
@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(CHANGED, id="options, limits and parts"),
        pytest.param(
            {
                "a": {"kind": "date"},
                "b": {"kind": "number", "options": None},
                "c": {"kind": "table", "words": None, "schema": "T11"},
                "d": {"kind": "file"},
                "e": {"kind": "record", "schema": "T11"},
            },
            id="kinds",
        ),
    ],
)
def test_every_page_of_a_bid_can_be_read_after_an_amendment(
    answered, change, client_for, lead, address, changed
):
    change(**changed)

    answer = client_for(lead).get(address.format(bid=answered.token))

    assert answer.status_code == 200


def test_a_company_confirms_an_answer_on_the_page_of_amendments(answered, change, client_for, lead):
    change(a={"ask": "Which company tests the lamps?"})
    client, path = client_for(lead), f"/bids/{answered.token}/amendments"

    page = client.get(path).text
    sent = client.post(path, data={"part": [TEXT]})

    assert "Who tests the lamps?" in page.replace("<del>", "").replace("</del>", "") or TEXT in page
    assert ANSWERS[TEXT] in page
    assert sent.status_code == 302
    assert Workspace(answered).to_confirm == {}


def test_what_no_longer_fits_cannot_be_confirmed_but_left_out(answered, change, lead):
    change(**CHANGED)
    by, now = viewer_of(lead), clock.now()

    confirmed = service.confirm_amended(answered, list(ANSWERS), by=by, arrived_at=now)
    version = Workspace(answered).to_confirm[CHOICE].version
    service.leave_out_amended(answered, CHOICE, version, by=by, arrived_at=now)

    assert confirmed == 1
    assert set(Workspace(answered).to_confirm) == {STORY}
    assert queries.versions_of(answered, CHOICE)[1].value == "yearly"


def test_saving_other_words_answers_the_question_as_it_is_now(answered, change, save):
    change(c={"words": 3})

    save({STORY: "At night"}, version=1)

    assert Workspace(answered).to_confirm == {}
    assert Workspace(answered).answers[STORY] == "At night"


def test_answers_that_wait_keep_a_bid_from_being_submitted(answered, change, lead):
    change(a={"ask": "Which company tests the lamps?"})
    submit = {"by": viewer_of(lead), "declared_by": "Mara Voss", "knows_missing": True}

    with pytest.raises(NotReady, match="Confirm or change the 1 answer to a question that was"):
        service.submit_bid(answered, arrived_at=clock.now(), **submit)

    service.confirm_amended(answered, [TEXT], by=viewer_of(lead), arrived_at=clock.now())
    assert service.submit_bid(answered, arrived_at=clock.now(), **submit).number == 1


def test_a_later_amendment_asks_again(answered, change, lead):
    change(a={"ask": "Which company tests the lamps?"})
    service.confirm_amended(answered, [TEXT], by=viewer_of(lead), arrived_at=clock.now())

    change(a={"ask": "Which engineer tests the lamps?"})

    assert Workspace(answered).to_confirm[TEXT].amendment.number == 2


def form_of(tender, shown, **typed):
    names = {"a": TEXT, "b": CHOICE, "c": STORY, "d": NUMBER, "e": KEPT}
    fields = {names[letter]: text for letter, text in typed.items()}
    versions = {f"v-{part_id}": 0 for part_id in fields}
    return {**fields, **versions, "questionnaire": shown, "then": "stay"}


def test_a_page_opened_before_the_amendment_saves_nothing_against_words_nobody_saw(
    bid, tender, change, client_for, lead
):
    shown, client = tender.questionnaire_sha256, client_for(lead)
    path = f"/bids/{bid.token}/questions/{QUESTION}"
    change(a={"ask": "Which company tests the lamps?"}, d=None)

    sent = client.post(path, data=form_of(tender, shown, a="Our team", d="12", e="A cellar"))

    assert sent.status_code == 422
    assert "The council amended HOL-01.a after you opened this page" in sent.text
    assert "Our team" in sent.text
    assert "Lamps (HOL-01.d) was taken out by amendment 1, so what you typed for it" in sent.text
    assert queries.answers_of(bid) == {KEPT: "A cellar"}
    fresh = tenders_text(tender)
    again = client.post(path, data=form_of(tender, fresh, a="Our team"))
    assert again.status_code == 302
    assert queries.answers_of(bid)[TEXT] == "Our team"


def test_what_was_typed_for_a_part_taken_out_stays_on_the_page_and_nothing_says_not_yet(
    bid, tender, change, client_for, lead
):
    shown, client = tender.questionnaire_sha256, client_for(lead)
    path = f"/bids/{bid.token}/questions/{QUESTION}"
    change(d=None)
    change(a={"ask": "Which company tests the lamps?"}, d=None)

    sent = client.post(path, data=form_of(tender, shown, d="12", e="A cellar"))
    typed = client.post(path, data={**form_of(tender, shown, d="12"), "then": "as-typed"})

    said = "Lamps (HOL-01.d) was taken out by amendment 1, so what you typed for it was not saved"
    assert re.findall(r'<a href="#taken-out">([^<]*)</a>', sent.text) == [said]
    assert '<dd class="govuk-summary-list__value app-typed">12</dd>' in sent.text
    assert "What is named above is not saved yet" not in sent.text
    assert "is not asked here" not in sent.text
    assert typed.json["notes"] == {NUMBER: said}


def test_new_required_answers_are_counted_and_led_to(answered, change, client_for, lead):
    client, path = client_for(lead), f"/bids/{answered.token}/amendments"
    change(d={"required": True})
    client.post(path, data={"part": [NUMBER]})
    db.session.expire_all()
    assert 'id="new"' not in client.get(path).text

    change(d={"required": True}, c={"words": 60}, f=NEW)
    page = client.get(path).text

    assert "1 new answer is needed since an amendment:" in page
    listed = page.partition('id="new"')[2].partition("</ul>")[0]
    here = f"/bids/{answered.token}/questions/{QUESTION}#part-HOL-01-f"
    assert re.findall(r'href="([^"]+)"', listed) == [here]


def test_answers_are_read_beside_new_words_only_where_there_are_any(
    answered, change, client_for, lead
):
    client, path = client_for(lead), f"/bids/{answered.token}/amendments"
    change(d={"required": True})
    stayed = client.get(path).text

    change(a={"ask": "Which company tests the lamps?"})
    changed = client.get(path).text

    assert "Read each beside the new words" not in stayed
    assert "The words stay; how it is answered or assessed changed." in stayed
    assert "Read each beside the new words" in changed


def test_a_long_word_in_a_reason_may_be_broken(answered, tender, officer, client_for, lead):
    amend(tender, officer, asked_anew(d=None), reason="x" * 190)

    page = client_for(lead).get(f"/bids/{answered.token}/amendments").text

    holding = re.findall(r'<ul class="([^"]*)">\s*<li><a[^>]*>[^<]*</a>: x{190}<', page)
    assert holding == ["govuk-list govuk-list--bullet app-break"]


def test_after_closing_nothing_is_said_to_need_confirming(
    answered, change, client_for, lead, after_closing
):
    change(a={"ask": "Which company tests the lamps?"}, b=CHANGED["b"])
    after_closing()
    client = client_for(lead)

    pages = [
        client.get(f"/bids/{answered.token}{rest}").text
        for rest in ("", "/amendments", f"/questions/{QUESTION}")
    ]

    for words in ("Needs confirming", "to confirm after", "to be confirmed", "To be confirmed"):
        assert [words in page for page in pages] == [False] * 3
    state = re.search(r'id="state-HOL-01">(.*?)</div>', pages[0])[1]
    assert state == "Not every required answer"


def tenders_text(tender):
    db.session.refresh(tender)
    return tender.questionnaire_sha256


def test_a_question_taken_out_says_so_and_shows_what_was_typed(
    answered, tender, officer, client_for, lead
):
    shown = tender.questionnaire_sha256
    section = "street-lighting"
    amend(tender, officer, lambda plan: plans.remove_section(plan, section))
    client, path = client_for(lead), f"/bids/{answered.token}/questions/{QUESTION}"

    page = client.get(path)
    sent = client.post(path, data=form_of(tender, shown, a="Typed for nothing"))

    assert page.status_code == sent.status_code == 404
    assert "This is not asked any more" in page.text
    assert "Typed for nothing" in sent.text
    assert client.get(f"/bids/{answered.token}").status_code == 200


def test_what_was_submitted_before_says_under_which_questions(answered, change, client_for, lead):
    service.submit_bid(
        answered,
        by=viewer_of(lead),
        arrived_at=clock.now(),
        declared_by="Mara Voss",
        knows_missing=True,
    )
    before = queries.receipt_of(answered, queries.submission_of(answered, 1)).questionnaire
    change(a={"ask": "Which company tests the lamps?"})

    page = client_for(lead).get(f"/bids/{answered.token}").text

    assert "under the questions before amendment 1" in page
    assert "confirm 1 answer and submit again" in page
    assert queries.receipt_of(answered, queries.submission_of(answered, 1)).questionnaire == before
    assert before != answered.tender.questionnaire_sha256


def test_everybody_with_a_bid_is_told_once_and_nobody_else(app, answered, tender, change, lead):
    other = make_person(Role.BID_LEAD, make_supplier("Aldermoor Lights"))
    amendment = change(a={"ask": "Which company tests the lamps?"})

    for _ in range(2):
        tenders.tell_of_amendment(amendment.token, {})
    told = db.session.scalars(select(Message).where(Message.kind == tenders.TELL)).all()

    assert [message.recipient for message in told] == [lead.email]
    assert other.email not in {message.recipient for message in told}
    assert "Our own engineers" not in told[0].text
    waiting = db.session.scalars(select(jobs.Job).where(jobs.Job.kind == tenders.TELL)).one()
    assert waiting.subject == amendment.token


def test_suppliers_read_what_changed_question_by_question(answered, change, client_for, tender):
    amendment = change(**CHANGED)
    stranger = client_for(make_person(Role.BID_LEAD, make_supplier("Aldermoor Lights")))
    path = f"/opportunities/{tender.token}"

    page = stranger.get(f"{path}/amendments/{amendment.token}").text

    assert "A supplier asked what was meant" in page
    assert "Which company" in page
    assert f"Amendment {amendment.number}," in stranger.get(path).text
    old = stranger.get(f"{path}/amendments/{amendment.token}/questionnaire.json").text
    assert "Who tests the lamps?" in old
    assert "Who tests the lamps?" not in stranger.get(f"{path}/questionnaire.json").text


def filled(data, answers):
    """The workbook with answers typed in: name of the cell → text."""
    book = load_workbook(io.BytesIO(data))
    for sheet in book:
        for row in range(1, sheet.max_row + 1):
            if sheet.cell(row, 1).value in answers:
                sheet.cell(row, 5).value = answers[sheet.cell(row, 1).value]
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_workbook_made_before_gives_what_stayed_and_names_what_did_not(
    bid, change, client_for, lead
):
    client, path = client_for(lead), f"/bids/{bid.token}/workbook"
    made = client.get(f"{path}.xlsx").data
    typed = {TEXT: "Our own engineers", KEPT: "In our archive", NUMBER: "400"}
    change(a={"ask": "Which company tests the lamps?"}, d=None)

    book = filled(made, {f"{part}:": text for part, text in typed.items()} | typed)
    compared = client.post(
        path, data={"file": (io.BytesIO(book), "a.xlsx")}, content_type="multipart/form-data"
    )

    assert compared.status_code == 200
    assert "This workbook was made before the council amended the questions" in compared.text
    assert re.findall(r'name="apply" value="([^"]+)"', compared.text) == [KEPT]
    for text in ("Our own engineers", "Asked no longer since", "Changed by"):
        assert text in compared.text


def test_a_workbook_says_of_what_was_taken_out_which_amendment_did_and_asks_for_no_mending(
    bid, change, client_for, lead
):
    client, path = client_for(lead), f"/bids/{bid.token}/workbook"
    made = client.get(f"{path}.xlsx").data
    change(d=None)
    change(a={"ask": "Which company tests the lamps?"}, d=None)

    book = filled(made, {NUMBER: "about four hundred", f"{NUMBER}:": "about four hundred"})
    compared = client.post(
        path, data={"file": (io.BytesIO(book), "a.xlsx")}, content_type="multipart/form-data"
    ).text

    assert "could not be read" not in compared
    assert re.findall(r"Asked no longer since <a [^>]*>([^<]*)</a>", compared) == ["amendment 1"]
    assert '<div class="app-typed">about four hundred</div>' in compared


def test_a_workbook_compared_before_an_amendment_applies_nothing_after_it(
    bid, tender, change, client_for, lead
):
    client, path = client_for(lead), f"/bids/{bid.token}/workbook"
    book = filled(client.get(f"{path}.xlsx").data, {f"{TEXT}:": "Us", TEXT: "Us"})
    compared = client.post(
        path, data={"file": (io.BytesIO(book), "a.xlsx")}, content_type="multipart/form-data"
    )
    carried = re.search(r'name="changes" value="([^"]*)"', compared.text)[1]
    shown = tender.questionnaire_sha256
    change(a={"ask": "Which company tests the lamps?"})

    sent = client.post(
        f"{path}/apply", data={"changes": carried, "apply": [TEXT], "questionnaire": shown}
    )

    assert sent.status_code == 409
    assert f"The council amended {TEXT} after you uploaded the workbook" in sent.text
    assert queries.answers_of(bid) == {}


@pytest.mark.parametrize("address", ["", f"/questions/{QUESTION}", "/amendments", "/check"])
def test_pages_need_no_more_statements_for_more_amended_answers(
    answered, change, client_for, lead, statements_counted, address
):
    client = client_for(lead)
    counts = []
    for changed in ({"a": {"ask": "Which company?"}}, CHANGED):
        change(**changed)
        client.get(f"/bids/{answered.token}{address}")
        with statements_counted() as statements:
            client.get(f"/bids/{answered.token}{address}")
        counts.append(len(statements))

    assert counts[0] == counts[1]
    assert counts[1] <= 18


def test_a_part_of_another_kind_is_answered_anew_beside_what_stood(
    answered, change, client_for, lead
):
    change(a={"kind": "file"}, e={"kind": "table", "schema": "T11"})
    client, path = client_for(lead), f"/bids/{answered.token}/questions/{QUESTION}"

    added = client.post(
        f"{path}/{TEXT}/files",
        data={"file": (io.BytesIO(b"Date,Lamp\n2026-01-01,7\n"), "tests.csv")},
        content_type="multipart/form-data",
    )
    row = client.get(f"{path}/{KEPT}/rows/0")

    assert added.status_code == 302
    assert row.status_code == 200
    assert [entry["name"] for entry in queries.answers_of(answered)[TEXT]] == ["tests.csv"]
    assert queries.versions_of(answered, TEXT)[1].value == ANSWERS[TEXT]
    assert set(Workspace(answered).to_confirm) == {KEPT}


@pytest.mark.parametrize("form", ["rows/0", "paste", "files"])
def test_what_a_page_of_one_part_sends_waits_for_the_new_words_too(
    bid, tender, officer, client_for, lead, form
):
    shown = tender.questionnaire_sha256
    amend(
        tender,
        officer,
        lambda plan: plans.set_weights(
            plans.set_assessment(plan, "SLP-13", PartClass.REQUIREMENT),
            questions={"SLP-12": Decimal(100)},
        ),
    )
    part = "SLP-13.f" if form == "files" else "SLP-13.b"
    path = f"/bids/{bid.token}/questions/SLP-13/{part}/{form}"

    sent = client_for(lead).post(path, data={"questionnaire": shown, "text": "Typed rows"})

    assert sent.status_code == 409
    assert "The question was amended while you were writing" in sent.text
    assert "Typed rows" in sent.text
