"""A question to a bidder about its opened bid, the answer beside it, and whether it may count."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import clock
from foundation.audit import AuditEntry
from foundation.database import db
from foundation.mail import Message
from scoring import queries, service
from scoring.models import BidQuestion
from scoring.rules.bid_questions import CannotAnswer
from supplier_portal.models import Bid
from supplier_portal.queries import submission_of, submitted_text
from supplier_portal.queries.typed import typed_before
from tests.factories import make_authority, make_person, viewer_of
from tests.pages.scoring.conftest import OPENS_AT

UNTIL = OPENS_AT + timedelta(days=3)
TYPED = {
    "answer_until-day": "5",
    "answer_until-month": "12",
    "answer_until-year": "2026",
    "answer_until-time": "12:05",
}
CANARY = "Quincunx-Zephyr-4711"
REASON = "It explains what SLP-07.f already says and adds nothing"


@pytest.fixture
def bid(make_bid, opened):
    made = make_bid("Larkfield")
    opened()
    return made


@pytest.fixture
def lead(bid):
    """Somebody of the bid's company who may submit."""
    company = db.session.get_one(Bid, bid.id).supplier
    return make_person(Role.BID_LEAD, company, name="Mara Voss", email="mara@larkfield.test")


@pytest.fixture
def ask(bid, officer, evaluated):
    def asked(text="Which backup do you mean?", question_id="SLP-07"):
        return service.ask_bidder(
            evaluated(bid),
            question_id,
            text,
            UNTIL,
            by=viewer_of(officer),
            arrived_at=clock.now(),
        )

    return asked


@pytest.fixture
def answer(bid, lead):
    def answered(asked, text="The offline one.", at=None):
        return service.answer_council(
            db.session.get_one(Bid, bid.id),
            asked.token,
            text,
            by=viewer_of(lead),
            arrived_at=at or clock.now(),
        )

    return answered


def of_bid(bid, *rest):
    return "/".join([f"/evaluation/bids/{bid.token}/questions-to-bidder", *rest])


def mine(bid, *rest):
    return "/".join([f"/evaluation/my-bids/{bid.token}", *rest])


def test_before_the_opening_nobody_can_ask(client_for, officer, make_bid):
    bid = make_bid("Larkfield")
    web = client_for(officer)

    pages = [of_bid(bid), of_bid(bid, "ask"), of_bid(bid, bid.token)]

    assert [web.get(page).status_code for page in pages] == [404] * 3
    assert web.post(of_bid(bid, "ask"), data=TYPED | {"text": "Why?"}).status_code == 404
    assert db.session.scalars(select(BidQuestion)).all() == []


def test_asked_answered_decided_and_read_beside_the_bid(client_for, officer, bid, lead, at):
    council, company = client_for(officer), client_for(lead)
    before = submitted_text(db.session.get_one(Bid, bid.id), submission_of(bid, 1))

    sent = council.post(
        of_bid(bid, "ask"), data=TYPED | {"text": "Which backup?", "question": "SLP-07"}
    )
    (asked,) = db.session.scalars(select(BidQuestion))
    told = company.get(mine(bid, "after")).text
    path = mine(bid, "asked", asked.token)
    form = company.get(path)
    answered = company.post(path, data={"text": "The offline one."})
    waiting = council.get(of_bid(bid)).text
    decided = council.post(of_bid(bid, asked.token), data={"decision": "yes", "reason": REASON})

    assert (sent.status_code, sent.location) == (302, of_bid(bid))
    assert asked.answer_until == UNTIL
    assert "Waiting for your answer" in told
    assert path in told
    assert "5 December 2026, 12:05pm (UK time)" in form.text
    assert (answered.status_code, answered.location) == (302, mine(bid, "after"))
    assert "Answered: decide whether it may count" in waiting
    assert decided.status_code == 302
    mark = council.get(f"/evaluation/bids/{bid.token}/questions/SLP-07").text
    other = council.get(f"/evaluation/bids/{bid.token}/questions/SLP-05").text
    assert "Asked after opening" in mark
    assert "The offline one." in mark
    assert REASON in mark
    assert "Asked after opening" not in other
    assert "The council decided that the answer may count" in company.get(mine(bid, "after")).text
    after = submitted_text(db.session.get_one(Bid, bid.id), submission_of(bid, 1))
    assert after == before


def test_an_evaluator_reads_it_and_asks_nothing(client_for, evaluator, bid, ask):
    ask()
    web = client_for(evaluator)

    page = web.get(of_bid(bid))

    assert "Which backup do you mean?" in page.text
    assert "Ask the bidder" not in page.text
    assert web.get(of_bid(bid, "ask")).status_code == 403


def test_the_draft_of_a_check_is_filled_in_to_be_read_first(client_for, officer, make_bid, opened):
    bid = make_bid("Larkfield", best=False)
    tender = opened()
    web = client_for(officer)

    drafts = web.get(f"/evaluation/tenders/{tender.token}/clarifications-to-ask").text
    links = re.findall(rf"{of_bid(bid, 'ask')}\?check=([\w.-]+)", drafts)
    form = web.get(of_bid(bid, f"ask?check={links[0]}"))

    (draft,) = [
        entry.text
        for entry in queries.to_ask(
            queries.bid_in_evaluation(viewer_of(officer), bid.token, to="mark:read")
        )
        if entry.case.rule == links[0]
    ]
    shown = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", form.text, re.DOTALL)[1]
    assert len(draft) > 20
    assert draft.split("\n")[0].partition("'")[0][:20] in shown
    assert db.session.scalars(select(BidQuestion)).all() == []


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"text": " "}, "Enter your question"),
        ({"answer_until-year": "2025"}, "Enter a time to answer in the future"),
        ({"answer_until-time": ""}, "Enter a time, like 12:00 or 5pm"),
        (
            {"answer_until-day": "28", "answer_until-month": "3", "answer_until-year": "2027"}
            | {"answer_until-time": "1:30"},
            "Enter a time outside the hour in which the clocks change",
        ),
        ({"question": "SLP-99"}, "Select one of the options"),
    ],
    ids=["no words", "past", "no time", "a missing hour", "another question"],
)
def test_what_cannot_be_asked_stays_on_the_page(changed, says, client_for, officer, bid):
    page = client_for(officer).post(
        of_bid(bid, "ask"), data=TYPED | {"text": "Which backup?"} | changed
    )

    assert page.status_code == 422
    assert says in page.text
    assert db.session.scalars(select(BidQuestion)).all() == []


@pytest.mark.parametrize(
    ("late", "status"),
    [(-timedelta(microseconds=1), 302), (timedelta(0), 422), (timedelta(microseconds=1), 422)],
    ids=["a microsecond before", "at the very moment", "a microsecond after"],
)
def test_the_instant_an_answer_arrived_decides(late, status, client_for, bid, lead, ask, at):
    asked = ask()
    at(UNTIL - timedelta(hours=1))
    web = client_for(lead)
    at(UNTIL + late)

    page = web.post(mine(bid, "asked", asked.token), data={"text": "Our late words"})

    assert page.status_code == status
    assert (queries.one_asked_of_me(bid, asked.token).answer != "") is (status == 302)
    if status == 422:
        assert "because the time to answer ended on 5 December 2026, 12:05pm" in page.text
        assert "Our late words" in page.text


def test_a_colleague_a_moment_later_keeps_his_words(client_for, bid, lead, ask, answer):
    asked = ask()
    answer(asked, "The first answer")

    page = client_for(lead).post(mine(bid, "asked", asked.token), data={"text": "The second"})

    assert page.status_code == 422
    assert "because your company has answered this question" in page.text
    assert "The second" in page.text
    assert "The first answer" in page.text


def test_an_answer_is_decided_once_and_with_a_reason(client_for, officer, bid, ask, answer):
    asked = ask()
    web = client_for(officer)
    path = of_bid(bid, asked.token)
    data = {"decision": "no", "reason": REASON}

    too_early = web.post(path, data=data)
    answer(asked)
    short = web.post(path, data=data | {"reason": "No"})
    decided = web.post(path, data=data)
    again = web.post(path, data=data | {"decision": "yes"})

    assert [page.status_code for page in (too_early, short, decided, again)] == [
        409, 422, 302, 409,
    ]  # fmt: skip
    assert "because it is decided already" in again.text
    assert queries.one_asked_of_me(bid, asked.token).may_count is False


def test_nobody_else_finds_question_or_answer(client_for, bid, make_authority_officer, ask, answer):
    asked = ask()
    answer(asked)
    stranger = client_for(Role.BID_LEAD)
    paths = [mine(bid, "after"), mine(bid, "asked", asked.token)]

    assert [stranger.get(path).status_code for path in paths] == [404] * 2
    assert stranger.post(paths[1], data={"text": "Mine"}).status_code == 404
    assert [
        client_for(make_authority_officer).get(path).status_code
        for path in (of_bid(bid), of_bid(bid, "ask"), of_bid(bid, asked.token))
    ] == [404] * 3


@pytest.fixture
def make_authority_officer(app):
    return make_person(Role.OFFICER, make_authority("Elsewhere Council"))


def test_who_only_contributes_reads_and_does_not_answer(client_for, bid, ask):
    asked = ask()
    company = db.session.get_one(Bid, bid.id).supplier
    web = client_for(make_person(Role.CONTRIBUTOR, company))

    page = web.get(mine(bid, "asked", asked.token))

    assert "Which backup do you mean?" in page.text
    assert "Send the answer" not in page.text
    assert web.post(mine(bid, "asked", asked.token), data={"text": "x"}).status_code == 403


@pytest.mark.both_databases
def test_words_are_sealed_and_neither_mail_nor_record_holds_them(bid, ask, answer, app):
    answer(ask(CANARY), f"{CANARY} too")

    (row,) = db.session.scalars(select(BidQuestion))
    told = [text for row in db.session.scalars(select(Message)) for text in (row.text, row.subject)]
    recorded = [entry.details for entry in db.session.scalars(select(AuditEntry))]

    assert CANARY.encode() not in row.sealed_text + row.sealed_answer
    assert not any(CANARY in text for text in told + recorded)
    assert queries.one_asked_of_me(bid, row.token).text == CANARY


def test_the_company_and_the_officer_are_told(bid, lead, officer, ask, answer):
    answer(ask())

    told = {
        message.kind: (message.recipient, f"/{bid.token}/" in message.text)
        for message in db.session.scalars(select(Message).order_by(Message.id))
        if message.recipient in (lead.email, officer.email)
    }

    assert told["bid.question_asked"] == (lead.email, True)
    assert told["bid.question_answered"] == (officer.email, True)


@pytest.mark.parametrize("which", ["of the bid", "to mark", "of the company"])
def test_many_questions_take_as_many_statements_as_few(
    which, client_for, officer, lead, bid, ask, answer, statements_counted
):
    company = which == "of the company"
    web = client_for(lead if company else officer)
    path = {
        "of the bid": of_bid(bid),
        "to mark": f"/evaluation/bids/{bid.token}/questions/SLP-07",
        "of the company": mine(bid, "after"),
    }[which]
    counts = []
    for number in (1, 6):
        for _ in range(number):
            answer(ask())
        web.get(path)
        with statements_counted() as statements:
            web.get(path)
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 15


@pytest.mark.both_databases
def test_colleagues_who_answer_at_once_leave_one_answer(app, bid, lead, ask):
    asked, by = ask().token, viewer_of(lead)
    db.session.commit()
    done = []

    def send(text):
        with app.app_context():
            try:
                own = db.session.get_one(Bid, bid.id)
                service.answer_council(own, asked, text, by=by, arrived_at=clock.now())
            except CannotAnswer:
                done.append("")
            else:
                done.append(text)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=send, args=(f"Answer {number}",)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()

    (taken,) = [text for text in done if text]
    assert len(done) == 5
    assert queries.one_asked_of_me(db.session.get_one(Bid, bid.id), asked).answer == taken


def test_an_answer_is_kept_as_it_is_typed_until_it_is_sent(client_for, lead, bid, ask):
    web, asked = client_for(lead), ask().token
    here, page = mine(bid, "asked", asked), f"asked/{asked}"
    kept = web.post(f"/bids/{bid.token}/typed/{page}", data={"text": "We mean the nightly copy"})

    offered, used = web.get(here), web.get(f"{here}?typed=use")
    own = db.session.get_one(Bid, bid.id)
    refused = web.post(here, data={"text": " ", "typed_page": page})
    before = typed_before(own, page, by=viewer_of(lead)).fields
    web.post(here, data={"text": "We mean the nightly copy", "typed_page": page})

    assert (kept.status_code, refused.status_code) == (200, 422)
    assert "You typed something here that was not saved" in offered.text
    assert "We mean the nightly copy</textarea>" in used.text
    assert before == (("text", " "),)
    assert typed_before(own, page, by=viewer_of(lead)) is None


def test_the_list_of_bids_says_which_question_waits_until_it_is_answered_or_too_late(
    client_for, lead, bid, ask, answer, at
):
    web, first, second = client_for(lead), ask(), ask()
    words = f"A question from the council waits until {clock.show_moment(UNTIL)}"

    def waiting():
        page = web.get("/opportunities").text
        return re.findall(rf'href="([^"]+)">{re.escape(words)}</a>', page)

    both = waiting()
    answer(first)
    one = waiting()
    at(UNTIL)

    links = [mine(bid, "asked", asked.token) for asked in (first, second)]
    assert (both, one, waiting()) == (links, links[1:], [])
