"""A supplier sees what it commits to, how that would differ, and finds it again on its receipt."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from contract_clauses import queries
from contract_clauses.queries import commitments_to_hand_in
from contract_clauses.views.other_answers import options_compared
from foundation import clock
from foundation.database import db
from question_bank.rules.questions import Kind
from supplier_portal import service as portal
from supplier_portal.models import Answer, Bid
from supplier_portal.queries import answers_of, submitted_text
from tests.documents.scoring.bids import answer, full
from tests.factories import make_open_tender, make_person, make_supplier, viewer_of
from tests.pages.scoring.conftest import with_exception
from tests.work_counted import calls_counted

# What asking the rules once about a bid with every answer may cost: a third more than it does.
MOST_CALLS = 280_000


@pytest.fixture
def lead(app):
    return make_person(Role.BID_LEAD, make_supplier("Larkfield"), name="Mara Voss")


@pytest.fixture
def bid(tender, lead):
    return portal.start_bid(tender, by=viewer_of(lead), arrived_at=clock.now())


@pytest.fixture
def save(bid, lead):
    def save_answers(answers, version=0):
        return portal.save_answers(
            bid,
            {key: (version, value) for key, value in answers.items()},
            by=viewer_of(lead),
            arrived_at=clock.now(),
        )

    return save_answers


@pytest.fixture
def whole(save):
    """Every answer of the pack, the worst there is."""
    save(
        {
            part.id: with_exception(answer(part, False, "words"))
            for part in full().parts.values()
            if part.kind is not Kind.FILE
        }
    )


@pytest.fixture
def read(client_for, lead, bid):
    """Return a page of the bid, and its words without marks."""

    browser = client_for(lead)

    def page(path, **query):
        found = browser.get(f"/bids/{bid.token}/{path}", query_string=query)
        words = " ".join(unescape(re.sub(r"<[^>]*>", " ", found.text)).split())
        return found, words

    return page


def test_a_value_from_an_answer_leads_back_to_it(read, save, bid):
    save({"SLP-01.g": "12h"})
    page, words = read("commitments")

    assert (
        f'<a class="app-variable" href="/bids/{bid.token}/questions/SLP-01#part-SLP-01-g" '
        'title="From your answer SLP-01.g">12</a>'
    ) in page.text
    assert "Illustrative: a draft for legal review." in words
    assert "From your answer: Time to tell the council of an incident (SLP-01.g)" in words


def test_dated_promises_come_first_and_a_missing_date_is_flagged(read, save):
    save(
        {
            "SLP-09.d": "2032-03-31",
            "SLP-08.h": {"status": "partly"},
            "SLP-07.b": {"answer": "yes"},
        }
    )
    _, words = read("commitments")

    flagged = words.index("A gap in encryption has no date by which it is closed")
    dated, lasting = words.index("Until 31 March 2032"), words.index("Be able to recover the whole")
    assert flagged < dated < lasting


def test_what_is_below_the_minimum_shows_both_figures_and_another_answer_to_try(read, save, bid):
    save({"SLP-01.g": "72h"})
    page, words = read("commitments")

    assert "The contract would say 24" not in words
    assert re.findall(r'data-label="(?:You gave|The contract would say)">([^<]*)<', page.text) == [
        "72 hours",
        "at most 24 hours",
    ]
    assert f'href="/bids/{bid.token}/commitments/answers/SLP-01.g"' in page.text


def test_every_clause_opens_at_once_for_paper(read):
    closed, _ = read("commitments")
    opened, _ = read("commitments", open="all")

    assert closed.text.count("<details") == opened.text.count("<details")
    assert (closed.text.count(" open>"), opened.text.count("<details") > 30) == (0, True)
    assert opened.text.count(" open>") == opened.text.count("app-clause-details")


def test_the_pages_send_as_many_statements_for_one_answer_as_for_all(
    read, save, request, statements_counted
):
    def counted():
        sent = []
        for path in ("commitments", "commitments/answers/SLP-07.f", "terms", "check"):
            db.session.expunge_all()
            with statements_counted() as statements:
                read(path)
            sent.append(len(statements))
        return sent

    counted()  # the questions are read once per process
    before = counted()
    request.getfixturevalue("whole")

    assert counted() == before
    assert max(before) <= 15


def test_another_answer_is_compared_and_nothing_is_saved(read, save, bid):
    save({"SLP-01.g": "12h"})
    before = db.session.scalars(select(Answer.version).where(Answer.bid_id == bid.id)).all()

    _, words = read(
        "commitments/answers/SLP-01.g/compare", **{"answer-hours": "72", "answer-minutes": ""}
    )

    assert "Your answer now: 12 hours" in words
    assert "Incident and breach notification (C13)" in words
    assert "“24” instead of “12”" in words
    assert "you would give 72, and the contract would say the council’s minimum" in words
    after = db.session.scalars(select(Answer.version).where(Answer.bid_id == bid.id)).all()
    assert (after, answers_of(bid)) == (before, {"SLP-01.g": "12h"})


def test_the_same_answer_changes_nothing_and_says_so(read, save):
    save({"SLP-07.f": "online-replica"})

    _, words = read("commitments/answers/SLP-07.f/compare", answer="online-replica")

    assert "This is your answer now." in words


def test_another_answer_may_lead_to_other_questions(read, save):
    save({"SLP-12.a": "no"})

    _, words = read("commitments/answers/SLP-12.a/compare", answer="yes")

    assert "You would also be asked" in words
    assert "(SLP-12.c)" in words


@pytest.mark.parametrize(
    ("path", "query", "status", "says"),
    [
        ("SLP-01.g/compare", {}, 422, "Enter another answer to compare with yours"),
        ("SLP-01.g/compare", {"answer-hours": "soon"}, 422, "Enter"),
        ("SLP-07.f/compare", {"answer": "carrier pigeon"}, 422, "Select"),
        ("SLP-07.f/compare", {"answer": "'; --"}, 422, "Select"),
        ("SLP-03.a/compare", {"answer": "perhaps"}, 422, "Select"),
        ("SLP-09.d/compare", {"answer-day": "31", "answer-month": "2"}, 422, "Enter"),
        ("SLP-12.f/compare", {"answer-hours": "24"}, 200, "this part is not asked"),
        ("SLP-99.a/compare", {"answer": "yes"}, 404, "Page not found"),
        ("SLP-07.a", {}, 404, "Page not found"),
    ],
)  # fmt: skip
def test_whatever_is_in_the_address_gets_a_sentence(path, query, status, says, read, save):
    save({"SLP-12.a": "no"})
    page, words = read(f"commitments/answers/{path}", **query)

    assert (page.status_code, says in words) == (status, True)


def test_a_part_is_chosen_from_a_list(read, save):
    page, words = read("commitments/answers", part="SLP-07.f")

    assert (page.status_code, "How is your most protected" in words) == (200, True)


@pytest.mark.parametrize("part", ["", "SLP-99.z", "SLP-07.a"])
def test_a_part_that_is_none_is_not_found(part, read):
    assert read("commitments/answers", part=part)[0].status_code == 404


def test_every_option_stands_with_what_it_leads_to(read, save):
    save({"SLP-07.f": "online-replica"})
    page, words = read("commitments/answers/SLP-07.f")

    rows = re.findall(r'<th scope="row"[^>]*data-label="Answer">(.*?)<', page.text)
    assert [unescape(label) for label in rows] == [
        option.label for option in full().parts["SLP-07.f"].options
    ]
    assert words.count("Your answer now") == 2
    assert "The copies could be destroyed in the same attack as the live service" in words


def test_the_question_page_leads_to_the_comparison(read, save, bid):
    page, _ = read("questions/SLP-07")

    assert f'href="/bids/{bid.token}/commitments/answers/SLP-07.f"' in page.text


def test_a_tender_without_clauses_offers_none_of_it(client_for, lead):
    tender = make_open_tender()
    bid = portal.start_bid(tender, by=viewer_of(lead), arrived_at=clock.now())
    browser = client_for(lead)

    pages = [browser.get(f"/bids/{bid.token}{path}").text for path in ("", "/check", "/terms")]
    question = browser.get(f"/bids/{bid.token}/questions/SLP-07").text

    assert ["/commitments" in page for page in (*pages, question)] == [False] * 4
    refused = browser.get(f"/bids/{bid.token}/commitments")
    assert "You cannot see the contract terms because this tender froze none" in refused.text


def test_another_company_finds_nothing(client_for, bid):
    other = client_for(make_person(Role.BID_LEAD, make_supplier("Rook")))

    assert [
        other.get(f"/bids/{bid.token}/{path}").status_code
        for path in ("commitments", "commitments/answers/SLP-07.f", "terms")
    ] == [404] * 3


def test_it_is_handed_in_with_the_bid_and_stays_on_the_receipt(client_for, lead, bid, save, read):
    save({"SLP-01.g": "72h"})
    shown = commitments_to_hand_in(bid, answers_of(bid))
    submission = portal.submit_bid(
        bid, by=viewer_of(lead), arrived_at=clock.now(), declared_by="Mara", knows_missing=True
    )
    save({"SLP-01.g": "12h"}, version=1)

    content = json.loads(submitted_text(bid, submission))
    assert content["commitments"] == shown
    _, receipt = read("submissions/1")
    _, words = read("submissions/1/commitments")
    assert "What you were shown when you submitted" in receipt
    assert "The council’s minimum, in place of 72 in your answer SLP-01.g" in words
    assert "Your company did not say whether it accepts the terms." in words


def test_a_submission_that_does_not_exist_shows_nothing(read):
    assert read("submissions/1/commitments")[0].status_code == 404


def test_ten_options_are_compared_without_asking_every_rule_ten_times(app, bid, lead, whole):
    found = queries.my_commitments(viewer_of(lead), bid.token)
    part = max(full().parts.values(), key=lambda part: len(part.options))
    options_compared(found, part)  # what is worked out once per process
    with calls_counted() as once:
        afresh = queries.my_commitments(viewer_of(lead), bid.token)
        assert afresh.outline == found.outline

    with calls_counted() as work:
        options_compared(found, part)

    assert len(part.options) >= 10
    # Measured: 4.04 times the calls of one reading, for all options together.
    assert work.calls <= 4.2 * once.calls <= 4.2 * MOST_CALLS


def test_what_is_handed_in_asks_the_rules_once(app, bid, whole):
    answers, fresh = answers_of(bid), db.session.get(Bid, bid.id)
    commitments_to_hand_in(fresh, {**answers, "at": "first"})
    with calls_counted() as work:
        commitments_to_hand_in(fresh, {**answers, "at": "now"})

    assert work.calls <= MOST_CALLS
