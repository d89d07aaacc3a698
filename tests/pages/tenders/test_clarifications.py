"""Questions about a tender: asked by one, answered to all, and nobody is told who asked."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from accounts.rules.roles import Role
from foundation import clock
from foundation.audit import AuditEntry
from foundation.database import db
from foundation.mail import Message
from supplier_portal import service as portal
from tenders import clarified, service
from tenders.models import Clarification
from tenders.rules.clarifications import ClarificationState, ClarificationStepNotAllowed
from tests.factories import make_authority, make_open_tender, make_person, make_supplier, viewer_of

WORDS = "Which formats does the present archive use?"


@pytest.fixture
def authority(app):
    return make_authority()


@pytest.fixture
def officer(authority):
    return make_person(Role.OFFICER, authority, email="officer@hollowmere.test")


@pytest.fixture
def tender(officer):
    return make_open_tender(officer)


@pytest.fixture
def asker(app):
    supplier = make_supplier("Larkfield Sensors")
    return make_person(Role.CONTRIBUTOR, supplier, email="asker@larkfield.test")


@pytest.fixture
def bidder(tender):
    """A company with a bid and no question, and its reader."""
    company = make_supplier("Rook Telemetry")
    lead = make_person(Role.BID_LEAD, company, email="lead@rook.test")
    make_person(Role.SUPPLIER_READER, company, email="reader@rook.test")
    portal.start_bid(tender, by=viewer_of(lead), arrived_at=clock.now())
    return lead


@pytest.fixture
def ask(tender, asker):
    def asked(text=WORDS, question_id="", *, by=None):
        return service.ask_clarification(
            tender, question_id, text, by=viewer_of(by or asker), arrived_at=clock.now()
        )

    return asked


@pytest.fixture
def prepare(tender, officer):
    def prepared(asked, text="Which formats does the archive use?", answer="CSV and Parquet."):
        service.prepare_answer(
            tender,
            asked.token,
            text,
            answer,
            no_name=False,
            based_on=service.version_of_answer(asked.published_text, asked.answer),
            by=viewer_of(officer),
        )
        return asked

    return prepared


@pytest.fixture
def publish(tender, officer):
    def published(*asked):
        return service.publish_clarifications(
            tender,
            [entry.token for entry in asked],
            by=viewer_of(officer),
            arrived_at=clock.now(),
        )

    return published


def address(tender, *rest):
    return "/".join([f"/opportunities/{tender.token}/questions-and-answers", *rest])


def inbox(tender, *rest):
    return "/".join([f"/tenders/{tender.token}/clarifications", *rest])


def plain(text):
    """Return a page without what is random in every answer: tokens."""
    random = r'name="csrf_token" value="[^"]*"|(?<=[/"])[A-Za-z0-9_-]{22}(?=[/"?#])'
    return re.sub(random, "", text)


def messages(kind):
    found = db.session.scalars(
        select(Message).where(Message.kind == kind).order_by(Message.recipient)
    )
    return [(message.recipient, message.subject, message.text) for message in found]


def test_a_supplier_asks_before_it_has_a_bid_and_sees_its_question_waiting(
    client_for, tender, asker
):
    web = client_for(asker)

    form = web.get(address(tender, "ask?question=SLP-05"))
    sent = web.post(address(tender, "ask"), data={"question": "SLP-05", "text": WORDS})
    page = web.get(sent.location)

    assert '<option value="SLP-05" selected>' in form.text
    assert (sent.status_code, sent.location) == (302, address(tender))
    assert WORDS in page.text
    assert "Waiting for an answer" in page.text
    (asked,) = db.session.scalars(select(Clarification))
    assert (asked.question_id, asked.state) == ("SLP-05", ClarificationState.ASKED)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"text": " "}, "Enter your question"),
        ({"text": "x" * 2001}, "Enter 2,000 characters or fewer"),
        ({"text": WORDS, "question": "SLP-99"}, "Select one of the options"),
        (
            {"text": "We at Larkfield Sensors use another format. May we?"},
            "Take out your company’s name, or confirm that you want it sent",
        ),
    ],
    ids=["nothing", "too long", "another question", "own name"],
)
def test_what_cannot_be_sent_stays_on_the_page(data, says, client_for, tender, asker):
    page = client_for(asker).post(address(tender, "ask"), data=data)

    assert page.status_code == 422
    assert says in page.text
    assert data["text"].strip() in page.text
    assert db.session.scalars(select(Clarification)).all() == []


def test_a_supplier_may_send_its_name_if_it_confirms(client_for, tender, asker):
    data = {"text": "Larkfield Sensors asks", "as_it_is": "yes"}

    assert client_for(asker).post(address(tender, "ask"), data=data).status_code == 302


@pytest.mark.parametrize(
    ("late", "status"),
    [(-timedelta(microseconds=1), 302), (timedelta(0), 422), (timedelta(microseconds=1), 422)],
    ids=["a microsecond before", "at the very moment", "a microsecond after"],
)
def test_the_instant_a_question_arrived_decides(late, status, client_for, tender, asker, at):
    web = client_for(asker)
    moment = clock.now()
    with db.session.no_autoflush:
        tender.questions_until = moment + timedelta(hours=1)
        db.session.commit()
    at(moment + timedelta(hours=1) + late)

    page = web.post(address(tender, "ask"), data={"text": WORDS})

    assert page.status_code == status
    assert len(db.session.scalars(select(Clarification)).all()) == (status == 302)
    if status == 422:
        assert "because the time for questions ended on" in page.text
        assert WORDS in page.text


def test_a_closed_tender_says_until_when_suppliers_could_ask(client_for, tender, officer, at):
    path = f"/tenders/{tender.token}/clarifications"
    before = client_for(officer).get(path).text
    at(tender.closes_at + timedelta(minutes=1))
    after = client_for(officer).get(path).text

    assert ["Suppliers can ask until" in page for page in (before, after)] == [True, False]
    assert ["Suppliers could ask until" in page for page in (before, after)] == [False, True]


def test_an_answer_that_is_ready_is_read_as_it_will_be_published_and_chosen_by_hand(
    client_for, tender, officer, ask, prepare
):
    ready = prepare(ask(), "Which formats does the archive use now?", "CSV and nothing else.")
    ask("Another?")

    page = client_for(officer).get(f"/tenders/{tender.token}/clarifications").text
    boxes = re.findall(r'<input[^>]*name="clarification"[^>]*>', page)

    assert [ready.token in box for box in boxes] == [True]
    assert ["checked" in box for box in boxes] == [False]
    assert page.count("As it will be published") == 1
    assert "Which formats does the archive use now?" in page
    assert "CSV and nothing else." in page


def test_a_company_withdraws_its_own_question_while_it_waits(
    client_for, tender, asker, ask, prepare, publish
):
    first, second = ask(), ask("Another?")
    publish(prepare(second))
    web = client_for(asker)
    stranger = client_for(Role.BID_LEAD)
    path = address(tender, first.token, "withdraw")

    strange = stranger.post(path)
    withdrawn = web.post(path)
    again = web.post(path)
    published = web.post(address(tender, second.token, "withdraw"))

    assert [page.status_code for page in (strange, withdrawn, again, published)] == [
        404, 302, 409, 409,
    ]  # fmt: skip
    assert "because it is published already" in published.text
    assert clarified.inbox_of(tender, ClarificationState.ASKED) == []


def test_everybody_reads_the_answers_numbered_dated_and_newest_first(
    client_for, tender, asker, bidder, ask, prepare, publish
):
    publish(prepare(ask(question_id="SLP-05"), "Which formats?", "CSV."))
    publish(prepare(ask("Where?"), "Where is it?", "Here."))
    web = client_for(bidder)

    page = web.get(address(tender)).text
    about = web.get(address(tender) + "?question=SLP-05").text
    nothing = web.get(address(tender) + "?question=%3Cb%3E").text

    assert re.findall(r'id="number-(\d+)"', page) == ["2", "1"]
    assert re.findall(r'id="number-(\d+)"', about) == ["1"]
    assert re.findall(r'id="number-(\d+)"', nothing) == ["2", "1"]
    assert "Published" in page
    assert WORDS not in page


def test_an_officer_answers_and_publishes_several_at_one_moment(
    client_for, tender, officer, bidder, asker, ask
):
    tokens = [ask().token, ask("Where?").token]
    web = client_for(officer)
    for token in tokens:
        path = inbox(tender, token)
        based_on = re.search(r'name="based_on"[^>]*value="(\w+)"', web.get(path).text)[1]
        data = {"published_text": "What?", "answer": "That.", "based_on": based_on, "then": "save"}
        assert web.post(path, data=data).location == inbox(tender)
    assert clarified.published_in(tender) == []

    done = web.post(inbox(tender), data={"clarification": tokens})

    published = clarified.published_in(tender)
    assert (done.status_code, done.location) == (302, inbox(tender))
    assert [entry.number for entry in published] == [2, 1]
    assert len({entry.published_at for entry in published}) == 1
    told = messages("clarification.published")
    assert [recipient for recipient, *_ in told] == [
        "asker@larkfield.test", "lead@rook.test", "reader@rook.test",
    ]  # fmt: skip
    assert len({(subject, text) for _, subject, text in told}) == 1
    assert "numbers 1 to 2" in told[0][2]
    assert address(tender) in told[0][2]


def test_one_question_is_answered_and_published_in_one_go(client_for, tender, officer, ask):
    path = inbox(tender, ask().token)
    web = client_for(officer)
    based_on = re.search(r'name="based_on"[^>]*value="(\w+)"', web.get(path).text)[1]
    data = {"published_text": "What?", "answer": "That.", "based_on": based_on, "then": "publish"}

    page = web.get(web.post(path, data=data).location)

    assert "Number 1 is published to everybody" in page.text
    assert [entry.answer for entry in clarified.published_in(tender)] == ["That."]


def test_a_question_without_an_answer_is_not_published(client_for, tender, officer, ask):
    web = client_for(officer)

    none = web.post(inbox(tender), data={})
    unprepared = web.post(inbox(tender), data={"clarification": [ask().token]})

    assert (none.status_code, unprepared.status_code) == (422, 422)
    assert "Select at least one answer to publish" in none.text
    assert "because its answer is not prepared" in unprepared.text
    assert clarified.published_in(tender) == []


def test_after_bids_close_nothing_more_is_published(client_for, tender, officer, ask, prepare, at):
    asked = prepare(ask())
    at(tender.closes_at)
    web = client_for(officer)

    refused = web.post(inbox(tender), data={"clarification": [asked.token]})

    assert refused.status_code == 422
    assert "because bidding is closed" in refused.text
    assert "Publish the selected" not in web.get(inbox(tender)).text


def test_a_colleagues_answer_is_not_written_over_unseen(client_for, tender, officer, ask, prepare):
    asked = ask()
    web = client_for(officer)
    path = inbox(tender, asked.token)
    stale = re.search(r'name="based_on"[^>]*value="(\w+)"', web.get(path).text)[1]
    prepare(asked, "Question of a colleague", "Answer of a colleague")

    data = {"published_text": "Mine?", "answer": "My words.", "based_on": stale}
    clash = web.post(path, data=data)
    again = re.search(r'name="based_on"[^>]*value="(\w+)"', clash.text)[1]
    saved = web.post(path, data=data | {"based_on": again})

    assert clash.status_code == 422
    assert "My words." in clash.text
    assert "Answer of a colleague" in clash.text
    assert saved.status_code == 302
    assert clarified.in_inbox(tender, asked.token).answer == "My words."


def test_a_declined_question_tells_the_asker_alone_why(
    client_for, tender, officer, asker, bidder, ask
):
    asked = ask()

    done = client_for(officer).post(
        inbox(tender, asked.token, "decline"), data={"reason": "Answered under number 1."}
    )

    assert done.status_code == 302
    assert "Answered under number 1." in client_for(asker).get(address(tender)).text
    assert "Answered under number 1." not in client_for(bidder).get(address(tender)).text
    (told,) = messages("clarification.declined")
    assert told[0] == "asker@larkfield.test"
    assert "Answered under" not in told[2]
    with pytest.raises(ClarificationStepNotAllowed):
        service.withdraw_clarification(tender, asked.token, by=viewer_of(asker))


def test_an_answer_may_not_name_a_company_whoever_asked(client_for, tender, officer, ask):
    make_supplier("Rook Telemetry", "Rook Telemetry Limited")
    web = client_for(officer)
    path = inbox(tender, ask().token)
    based_on = re.search(r'name="based_on"[^>]*value="(\w+)"', web.get(path).text)[1]

    def save(answer, **more):
        data = {"published_text": "What?", "answer": answer, "based_on": based_on} | more
        return web.post(path, data=data)

    asked = save("As Larkfield Sensors says")
    other = save("As Rook Telemetry says")
    certain = save("As Rook Telemetry Limited says", no_name="yes")
    confirmed = save("A rook telemetry is a device", no_name="yes")

    says = "this text contains a name that would tell who asked"
    assert [page.status_code for page in (asked, other, certain, confirmed)] == [
        422, 422, 422, 302,
    ]  # fmt: skip
    assert [says in page.text for page in (asked, other, certain)] == [True] * 3
    # Whoever types a name learns nothing from it: the asker's leads to what any other leads to.
    assert plain(asked.text).replace("Larkfield Sensors", "…") == plain(other.text).replace(
        "Rook Telemetry", "…"
    )


def everything_seen(client_for, tender, officer, third):
    """Return what the buying side and another supplier see of a tender, pages and messages."""
    buying, other = client_for(officer), client_for(third)
    (token,) = db.session.scalars(select(Clarification.token))
    paths = [f"/tenders/{tender.token}", "/tenders/", inbox(tender), inbox(tender, token)]
    seen = [plain(buying.get(path).text) for path in paths]
    seen += [plain(buying.get(inbox(tender, token, "decline")).text)]
    seen += [plain(other.get(path).text) for path in (address(tender), "/opportunities")]
    mail = db.session.execute(
        select(Message.kind, Message.recipient, Message.subject, Message.text).order_by(Message.id)
    )
    own = [row for row in mail if row.recipient.endswith(("@hollowmere.test", "@rook.test"))]
    seen += [plain("\n".join(map(str, row))) for row in own]
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.subject == tender.token).order_by(AuditEntry.id)
    )
    seen += [f"{entry.action} {entry.actor}" for entry in entries]
    return seen


def test_whoever_asked_everybody_else_sees_the_same(client_for, tender, officer, bidder, at):
    """The same question from either of two companies: what others see is the same to the byte."""
    at(clock.now())
    worlds = []
    for name in ("Larkfield Sensors", "Quillon Networks"):
        db.session.execute(Message.__table__.delete())
        db.session.execute(Clarification.__table__.delete())
        db.session.commit()
        person = make_person(Role.CONTRIBUTOR, make_supplier(name))
        service.ask_clarification(
            tender, "SLP-05", WORDS, by=viewer_of(person), arrived_at=clock.now()
        )
        worlds.append(everything_seen(client_for, tender, officer, bidder))

    assert worlds[0] == worlds[1]
    assert any(WORDS in page for page in worlds[0])


def test_the_record_of_the_tender_does_not_say_who_asked(tender, asker, ask, prepare, publish):
    publish(prepare(ask()))

    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.subject == tender.token))
    told = [(entry.action, entry.actor, entry.details) for entry in entries]

    assert [action for action, *_ in told][-2:] == [
        "clarification.prepared", "clarification.published",
    ]  # fmt: skip
    assert not any(asker.token in str(entry) for entry in told)
    assert not any("archive" in details for *_, details in told)


def test_the_buying_side_reads_no_column_that_names_the_asker(
    client_for, tender, officer, ask, statements_counted
):
    ask()
    web = client_for(officer)

    with statements_counted() as statements:
        web.get(inbox(tender))

    read = [statement for statement in statements if "FROM clarification" in statement]
    assert len(read) == 2
    assert not any("asked_by" in statement or "asked_for" in statement for statement in read)


def test_who_only_reads_the_tender_sees_what_is_published_and_nothing_waiting(
    client_for, authority, tender, ask, prepare, publish
):
    publish(prepare(ask(), "Published question?", "Published answer."))
    ask("A question that waits")
    web = client_for(make_person(Role.EVALUATOR, authority))

    page = web.get(inbox(tender)).text

    assert "Published answer." in page
    assert "A question that waits" not in page
    assert web.post(inbox(tender)).status_code == 403


def test_another_authority_finds_nothing(client_for, tender, ask):
    token = ask().token
    web = client_for(Role.OFFICER)

    paths = [inbox(tender), inbox(tender, token), inbox(tender, token, "decline")]

    assert [web.get(path).status_code for path in paths] == [404] * 3
    assert web.post(inbox(tender), data={"clarification": token}).status_code == 404


def test_a_question_of_another_tender_is_not_found_here(officer, tender, ask, asker):
    other = make_open_tender(officer)
    asked = service.ask_clarification(other, "", WORDS, by=viewer_of(asker), arrived_at=clock.now())

    with pytest.raises(NoResultFound):
        clarified.in_inbox(tender, asked.token)
    with pytest.raises(NoResultFound):
        service.publish_clarifications(
            tender, [asked.token], by=viewer_of(officer), arrived_at=clock.now()
        )


@pytest.mark.both_databases
def test_officers_who_publish_at_once_never_give_one_number_twice(
    app, tender, officer, ask, prepare
):
    asked = [prepare(ask(f"Question {number}?")).token for number in range(6)]
    by, failures = viewer_of(officer), []
    db.session.commit()

    def publish_one(token):
        with app.app_context():
            try:
                service.publish_clarifications(
                    db.session.merge(tender, load=False), [token], by=by, arrived_at=clock.now()
                )
            except Exception as error:  # noqa: BLE001
                failures.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=publish_one, args=(token,)) for token in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()

    assert failures == []
    assert [entry.number for entry in clarified.published_in(tender)] == [6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize("who", ["officer", "supplier"])
def test_many_questions_take_as_many_statements_as_few(
    who, client_for, tender, officer, asker, ask, prepare, publish, statements_counted
):
    web = client_for(officer if who == "officer" else asker)
    path = inbox(tender) if who == "officer" else address(tender)
    counts = []
    for number in (2, 12):
        publish(*[prepare(ask(f"Question {number}.{each}")) for each in range(number)])
        ask(f"Waiting {number}")
        web.get(path)
        with statements_counted() as statements:
            web.get(path)
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 8


def test_the_task_list_tells_of_answers_since_the_last_save(
    client_for, tender, bidder, ask, prepare, publish, at
):
    web = client_for(bidder)
    bid = portal.start_bid(tender, by=viewer_of(bidder), arrived_at=clock.now())
    before = web.get(f"/bids/{bid.token}").text
    portal.save_answers(
        bid, {"SLP-07.a": (0, "words")}, by=viewer_of(bidder), arrived_at=clock.now()
    )
    at(clock.now() + timedelta(minutes=5))
    publish(prepare(ask()))

    after = web.get(f"/bids/{bid.token}").text
    question = web.get(f"/bids/{bid.token}/questions/SLP-07").text

    assert "published" not in before.partition('id="your-bid"')[2]
    assert "(1 published, 1 since you last saved)" in after
    assert f"{address(tender, 'ask')}?question=SLP-07" in question


@pytest.fixture
def desk(client_for, officer):
    return client_for(officer)


def test_a_question_that_changes_what_is_asked_begins_an_amendment_and_its_answer_names_it(
    tender, officer, ask, prepare, desk, client_for, bidder
):
    asked = ask(question_id="SLP-01")
    here = f"/tenders/{tender.token}"

    begun = desk.post(f"{here}/clarifications/{asked.token}/change")
    preview = desk.get(f"{here}/amendment").text
    prepare(asked)
    service.publish_clarifications(
        tender, [asked.token], by=viewer_of(officer), arrived_at=clock.now()
    )
    portal_page = f"/opportunities/{tender.token}/questions-and-answers"
    meanwhile = client_for(bidder).get(portal_page).text
    amendment = amend(tender, officer, reason="The question could be read in two ways", later=7)
    named = client_for(bidder).get(portal_page).text
    officers = desk.get(f"{here}/clarifications").text

    assert begun.location == f"{here}/amendment"
    assert "Questions from suppliers that led to it" in preview
    assert WORDS in preview
    assert "amendment" not in meanwhile.split("Published to everybody")[1].lower()
    assert f"/opportunities/{tender.token}/amendments/{amendment.token}" in named
    assert "It led to" in named
    assert f"{here}/amendments/{amendment.token}" in officers


def amend(tender, officer, *, reason, later):
    """Publish the amendment in preparation, with a closing time so many days later."""
    by = viewer_of(officer)
    service.set_amendment_terms(
        tender,
        closes_at=tender.closes_at + timedelta(days=later),
        questions_until=None,
        reason=reason,
        based_on=tender.plan_sha256,
        by=by,
        arrived_at=clock.now(),
    )
    return service.publish_amendment(
        tender, based_on=tender.plan_sha256, by=by, arrived_at=clock.now()
    )


def test_an_amendment_that_is_dropped_forgets_the_question(tender, officer, ask, desk):
    asked = ask()
    desk.post(f"/tenders/{tender.token}/clarifications/{asked.token}/change")

    service.drop_amendment(tender, by=viewer_of(officer))

    db.session.expire_all()
    assert db.session.get_one(Clarification, asked.id).amendment_number is None


def test_only_who_may_amend_says_that_a_question_changes_something(
    tender, ask, client_for, authority, at
):
    asked = ask()
    change = f"/tenders/{tender.token}/clarifications/{asked.token}/change"

    assert client_for(make_person(Role.REVIEWER, authority)).post(change).status_code == 403
    assert client_for(Role.OFFICER).post(change).status_code == 404
    officer = make_person(Role.OFFICER, authority)
    at(tender.closes_at)
    assert client_for(officer).post(change).status_code == 409


def test_one_answer_answers_several_questions_and_only_the_second_asker_is_told(
    tender, ask, prepare, publish, desk, client_for, asker, bidder
):
    rival = make_person(Role.BID_LEAD, make_supplier("Aldermoor"), email="lead@aldermoor.test")
    first, second = ask(), ask("Which formats will you take?", by=rival)
    prepare(first)
    publish(first)
    before = plain(client_for(bidder).get(address(tender)).text)

    nothing = desk.post(inbox(tender, second.token, "merge"), data={"number": ""})
    unknown = desk.post(inbox(tender, second.token, "merge"), data={"number": "7"})
    merged = desk.post(inbox(tender, second.token, "merge"), data={"number": "1"})
    again = desk.post(inbox(tender, second.token, "merge"), data={"number": "1"})
    officers = desk.get(inbox(tender)).text
    own = client_for(rival).get(address(tender)).text

    assert (nothing.status_code, unknown.status_code, again.status_code) == (422, 422, 422)
    assert "a published answer answers it already" in again.text
    assert merged.location == inbox(tender)
    assert "Answered by number 1" in officers
    assert "Answered by number 1" in own
    assert plain(client_for(bidder).get(address(tender)).text) == before
    assert "Answered by number 1" not in client_for(asker).get(address(tender)).text
    assert [recipient for recipient, _subject, _text in messages("clarification.merged")] == [
        "lead@aldermoor.test"
    ]


def test_what_is_merged_is_neither_published_declined_nor_withdrawn_afterwards(
    tender, officer, asker, ask, prepare, publish, desk
):
    publish(prepare(ask()))
    second = ask("Which formats will you take?")
    desk.post(inbox(tender, second.token, "merge"), data={"number": "1"})
    by = viewer_of(officer)

    for step in (
        lambda: service.decline_clarification(tender, second.token, "No", by=by),
        lambda: service.withdraw_clarification(tender, second.token, by=viewer_of(asker)),
        lambda: prepare(second),
    ):
        with pytest.raises(ClarificationStepNotAllowed, match="a published answer answers it"):
            step()
