"""Who works on one bid: roles for it alone, questions given at once, leavers, who is at work."""

from __future__ import annotations

import re
from datetime import UTC, timedelta

import pytest
from sqlalchemy import select

from accounts import service as accounts
from accounts.models import Invitation, Membership
from accounts.rules.roles import Role
from foundation import clock
from foundation.audit import AuditEntry
from foundation.database import db
from foundation.mail import Message
from supplier_portal import queries, service
from supplier_portal.models import Presence
from tenders.queries import questionnaire_of
from tests.factories import make_open_tender, make_person, make_supplier, viewer_of


@pytest.fixture
def client(client_for, lead):
    return client_for(lead)


@pytest.fixture
def colleague(supplier):
    return make_person(Role.CONTRIBUTOR, supplier, name="Tomas Reed", email="tomas@example.test")


@pytest.fixture
def url(bid):
    return f"/bids/{bid.token}"


@pytest.fixture
def here(url):
    return f"{url}/questions/SLP-07/here"


def mail_to(address):
    return db.session.scalars(
        select(Message).where(Message.recipient == address).order_by(Message.id)
    ).all()


def sections_of(tender):
    return questionnaire_of(tender).sections


def words(page):
    """The text of a page, tags left out and white space made one."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


# The team of the bid


def test_the_page_says_who_works_on_the_bid_and_how_far_each_is(client, url, colleague, bid, lead):
    service.give_questions(
        bid, ["SLP-07"], colleague.token, by=viewer_of(lead), arrived_at=clock.now()
    )

    page = words(client.get(f"{url}/team"))

    assert "Tomas Reed Contributor for every tender Answers 1 question, 0 with every" in page
    assert "Mara Voss (you) Bid lead for every tender Was given no question" in page
    assert f"{len(questionnaire_of(bid.tender).questions) - 1} questions given to nobody" in page
    assert "Who works on this bid" in client.get(url).text


@pytest.mark.both_databases
def test_a_role_for_one_tender_opens_that_bid_and_no_other(
    client, client_for, url, supplier, bid, lead
):
    other = service.start_bid(make_open_tender(), by=viewer_of(lead), arrived_at=clock.now())
    helper = make_person(Role.SUPPLIER_READER, supplier, name="Ines Ward", tender_id=999)
    theirs = client_for(helper)
    assert theirs.get(url).status_code == 404
    assert "Give Ines Ward a role on this bid" in client.get(f"{url}/team").text

    client.post(f"{url}/team/{helper.token}", data={"roles": ["contributor"]})

    assert theirs.get(url).status_code == 200
    assert theirs.get(f"/bids/{other.token}").status_code == 404
    assert "Contributor on this bid only" in words(client.get(f"{url}/team"))
    assert f'<a class="govuk-link" href="{url}/team">' in client.get("/team").text

    client.post(f"{url}/team/{helper.token}", data={"other": "nothing selected"})
    assert theirs.get(url).status_code == 404


def test_who_loses_the_only_role_with_one_tender_is_gone_at_once(
    client, client_for, url, supplier, tender
):
    helper = make_person(Role.CONTRIBUTOR, supplier, name="Ines Ward", tender_id=tender.id)
    theirs = client_for(helper)
    assert theirs.get(url).status_code == 200

    client.post(f"{url}/team/{helper.token}", data={"other": "nothing selected"})

    assert theirs.get(url).location.startswith("/sign-in")
    assert "Saved what Ines Ward may do on this bid" in client.get(f"{url}/team").text
    assert "Ines Ward" not in client.get("/team").text


def test_the_team_of_another_company_is_not_found(client, client_for, url, colleague):
    stranger = make_person(Role.BID_LEAD, make_supplier("Oakmere Data"))
    theirs = client_for(stranger)

    for path in ("/team", "/team/invite", f"/team/{colleague.token}"):
        assert theirs.get(url + path).status_code == 404
    assert theirs.post(f"{url}/team/give", data={"person": stranger.token}).status_code == 404
    assert client.get(f"{url}/team/{stranger.token}").status_code == 404


def test_who_looks_after_the_team_of_another_tender_changes_nothing_here(
    client_for, supplier, colleague, url, tender
):
    elsewhere = make_person(Role.BID_LEAD, supplier, tender_id=tender.id + 1)
    both = make_person(Role.BID_LEAD, supplier, tender_id=tender.id + 1)
    accounts.add_membership(
        both, supplier, Role.SUPPLIER_READER, actor="system", tender_id=tender.id
    )

    for person in (elsewhere, both):
        client = client_for(person)
        assert client.get(f"{url}/team/invite").status_code == 404
        assert client.get(f"{url}/team/{colleague.token}").status_code == 404


def test_people_are_invited_to_one_bid_only(client, app, url, bid, tender, supplier):
    sent = client.post(
        f"{url}/team/invite", data={"emails": "new@example.test", "role": "contributor"}
    )
    assert sent.location == f"{url}/team"
    assert "new@example.test" in client.get(f"{url}/team").text
    (message,) = mail_to("new@example.test")
    assert f"on the bid for “{tender.title}” only, as contributor" in message.text

    newcomer = app.test_client()
    link = re.search(r"/invitations/\S+", message.text).group()
    newcomer.post(link, data={"name": "Nora Quill", "password": "a long enough password"})

    assert newcomer.get(url).status_code == 200
    held = select(Membership.tender_id).where(Membership.organisation_id == supplier.id)
    assert sorted(db.session.scalars(held), key=str) == [tender.id, None]


def test_a_bid_lead_for_this_tender_invites_to_it_and_sends_again(
    client_for, supplier, url, tender, at
):
    lead_here = make_person(Role.BID_LEAD, supplier, name="Ines Ward", tender_id=tender.id)
    client = client_for(lead_here)
    sent = {"emails": "new@example.test", "role": "supplier-reader"}
    assert client.post(f"{url}/team/invite", data=sent).status_code == 302
    assert client.post(f"{url}/team/invite", data=sent).status_code == 422
    token = db.session.scalars(select(Invitation.token)).one()
    at(clock.now() + timedelta(minutes=1))

    again = client.post(f"/team/invitations/{token}/send-again", data={"back": f"{url}/team"})

    assert again.location == f"{url}/team"
    first, second = mail_to("new@example.test")
    assert first.text != second.text
    assert f"“{tender.title}” only" in second.text
    gone = client.post(
        f"/team/invitations/{token}/withdraw", data={"back": "https://elsewhere.test"}
    )
    assert gone.location == "/team"
    assert "The invitation to new@example.test is withdrawn" in client.get("/team").text
    assert "new@example.test" not in client.get(f"{url}/team").text


# Giving questions


@pytest.mark.both_databases
def test_a_section_and_single_questions_are_given_at_once_and_one_mail_names_them(
    client, url, tender, bid, colleague
):
    section, *others = sections_of(tender)
    single = others[-1].questions[-1]
    wanted = {asked.id for asked in section.questions} | {single.id}

    given = client.post(
        f"{url}/team/give",
        data={"sections": section.id, "questions": single.id, "person": colleague.token},
    )

    assert given.location == f"{url}/team"
    work = queries.work_on(bid)
    assert {one for one in work if work[one].given_to == "Tomas Reed"} == wanted
    (message,) = mail_to(colleague.email)
    assert message.kind == "bid.questions_given"
    assert f"{single.id}, {single.question.title}" in message.text
    assert f"{url}/questions/{single.id}\n" in message.text


def test_what_somebody_has_already_is_not_written_to_him_again(client, url, colleague):
    for _ in range(2):
        client.post(f"{url}/team/give", data={"questions": "SLP-07", "person": colleague.token})

    assert len(mail_to(colleague.email)) == 1
    client.post(f"{url}/team/give", data={"questions": "SLP-07", "person": "nobody"})
    client.post(f"{url}/team/give", data={"questions": "SLP-07", "person": colleague.token})
    assert len(mail_to(colleague.email)) == 2


def test_nobody_gets_mail_about_what_he_took_himself(client, url, lead):
    client.post(f"{url}/questions/SLP-07/work/give", data={"person": lead.token})

    assert mail_to(lead.email) == []


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"person": "nobody"}, "Select at least one section or question"),
        ({"questions": "SLP-07"}, "Select who answers them"),
        ({"questions": "SLP-99", "person": "nobody"}, "Select from the options"),
        ({"questions": "SLP-07", "person": "somebody"}, "Select one of the options"),
    ],
    ids=["nothing", "nobody", "no such question", "no such person"],
)
def test_what_cannot_be_given_is_refused_at_its_field(client, url, bid, sent, message):
    refused = client.post(f"{url}/team/give", data=sent)

    assert refused.status_code == 422
    assert message in refused.text
    assert queries.work_on(bid) == {}


def test_nothing_is_given_after_closing(client_for, lead, url, colleague, after_closing):
    after_closing()
    client = client_for(lead)

    refused = client.post(
        f"{url}/team/give", data={"questions": "SLP-07", "person": colleague.token}
    )

    assert refused.status_code == 422
    assert "Give questions to a colleague" not in refused.text


def test_one_s_own_questions_are_shown_alone(client, client_for, url, tender, colleague):
    last = sections_of(tender)[-1]
    client.post(f"{url}/team/give", data={"sections": last.id, "person": colleague.token})
    theirs = client_for(colleague)

    page = theirs.get(f"{url}?whose=mine")

    shown = re.findall(r'id="state-([^"]+)"', page.text)
    assert shown == [asked.id for asked in last.questions]
    assert f"{len(sections_of(tender))}. {last.title}" in page.text
    assert f"{url}?whose=mine" in theirs.get(url).text
    assert "No question is given to you" in client.get(f"{url}?whose=mine").text
    assert f"{url}?whose=mine" not in client.get(url).text


# Leavers


@pytest.mark.both_databases
@pytest.mark.parametrize("how", ["taken out", "made a reader"])
def test_the_questions_of_who_can_no_longer_answer_are_given_to_nobody_and_say_so(
    client, url, colleague, save, lead, bid, how
):
    client.post(f"{url}/team/give", data={"questions": "SLP-07", "person": colleague.token})
    save({"SLP-07.a": "Words of a leaver."}, by=colleague)

    if how == "taken out":
        accounts.take_out(colleague.token, by=viewer_of(lead))
    else:
        accounts.set_roles(colleague.token, {Role.SUPPLIER_READER}, by=viewer_of(lead))

    said = "Tomas Reed had it and can no longer answer: it is given to nobody"
    assert said in client.get(url).text
    assert said in client.get(f"{url}/team").text
    work = client.get(f"{url}/questions/SLP-07/work").text
    assert "Tomas Reed had this question and can no longer answer" in work
    assert queries.saved_answers(bid)["SLP-07.a"].author == "Tomas Reed"


# Who is at work


def two_minutes_past_two():
    """Of tomorrow, in London: the tender is published by then, whatever the time of this run."""
    tomorrow = clock.london(clock.now()) + timedelta(days=1)
    return tomorrow.replace(hour=14, minute=2).astimezone(UTC)


@pytest.mark.both_databases
def test_colleagues_see_who_has_a_question_open(client_for, lead, url, here, colleague, at):
    at(two_minutes_past_two())
    client, theirs = client_for(lead), client_for(colleague)
    for _ in range(2):
        assert theirs.post(here).status_code == 204

    said = "Tomas Reed has this question open (2:02pm)"
    for path in ("", "/questions/SLP-07", "/questions/SLP-07/work"):
        assert said in client.get(url + path).text
        assert said not in theirs.get(url + path).text
    assert said not in client.get(f"{url}/questions/SLP-08").text
    assert len(db.session.scalars(select(Presence)).all()) == 1


def test_a_page_not_heard_of_for_three_minutes_is_not_open(
    client_for, lead, url, here, colleague, at
):
    client_for(colleague).post(here)
    client = client_for(lead)
    moment = clock.now()

    at(moment + timedelta(minutes=2, seconds=50))
    assert "has this question open" in client.get(url).text
    at(moment + timedelta(minutes=3, seconds=1))
    assert "has this question open" not in client.get(url).text


def test_without_script_saving_an_answer_tells_for_ten_minutes(
    client_for, lead, url, colleague, save, at
):
    moment = at(two_minutes_past_two())
    save({"SLP-07.a": "Words."}, by=colleague, arrived_at=moment)
    client, theirs = client_for(lead), client_for(colleague)

    said = "Tomas Reed saved an answer here at 2:02pm"
    assert said in client.get(f"{url}/questions/SLP-07").text
    assert said in client.get(url).text
    assert said not in theirs.get(url).text
    at(moment + timedelta(minutes=10))
    assert said not in client.get(url).text


def test_looking_at_a_question_writes_nothing_down(client, url):
    client.get(f"{url}/questions/SLP-07")

    assert db.session.scalars(select(Presence)).all() == []


def test_being_here_leaves_no_trace_in_the_record_and_keeps_no_sign_in_alive(
    client_for, lead, here, at
):
    client = client_for(lead)
    entries = len(db.session.scalars(select(AuditEntry)).all())
    begun = clock.now()

    for hours in (1, 2, 3):
        at(begun + timedelta(hours=hours))
        assert client.post(here).status_code == 204
    assert len(db.session.scalars(select(AuditEntry)).all()) == entries
    at(begun + timedelta(hours=4, minutes=1))
    assert client.post(here).status_code == 401


def test_being_here_takes_few_statements(client, here, statements_counted):
    with statements_counted() as statements:
        client.post(here)

    assert len(statements) <= 4


def test_who_only_reads_is_never_at_work_and_after_closing_nobody_is(
    client_for, lead, supplier, here, after_closing
):
    assert client_for(make_person(Role.SUPPLIER_READER, supplier)).post(here).status_code == 403
    after_closing()

    assert client_for(lead).post(here).status_code == 204
    assert db.session.scalars(select(Presence)).all() == []


@pytest.mark.parametrize("question", ["SLP-99", "%00"])
def test_a_question_that_is_not_asked_has_nobody_at_it(client, url, question):
    assert client.post(f"{url}/questions/{question}/here").status_code in (400, 404)


def test_other_companies_are_never_here(client_for, here):
    stranger = make_person(Role.BID_LEAD, make_supplier("Oakmere Data"))

    assert client_for(stranger).post(here).status_code == 404


def test_who_was_taken_out_has_nothing_open(client, url, here, colleague, client_for, lead):
    client_for(colleague).post(here)
    accounts.take_out(colleague.token, by=viewer_of(lead))

    assert "has this question open" not in client.get(url).text


# Mail about comments and signing off


def test_who_answers_a_question_hears_of_a_comment_but_not_what_it_says(
    client, client_for, url, colleague
):
    client.post(f"{url}/questions/SLP-07/work/give", data={"person": colleague.token})
    before = len(mail_to(colleague.email))

    client.post(f"{url}/questions/SLP-07/work/comments", data={"text": "Our margin is 4 %."})
    client_for(colleague).post(f"{url}/questions/SLP-07/work/comments", data={"text": "I see."})

    (message,) = mail_to(colleague.email)[before:]
    assert message.subject.startswith("A comment on SLP-07")
    assert "margin" not in message.text
    assert f"{url}/questions/SLP-07/work#comments" in message.text


def test_nobody_hears_of_a_comment_on_a_question_nobody_has(client, url, colleague):
    client.post(f"{url}/questions/SLP-07/work/comments", data={"text": "Whose is it?"})

    assert db.session.scalars(select(Message)).all() == []


@pytest.mark.both_databases
def test_certifiers_are_asked_once_about_the_same_answers(client, url, supplier, save):
    certifier = make_person(Role.CERTIFIER, supplier, name="Ada Wren")
    assert "Ada Wren may sign the bid off" in client.get(f"{url}/sign-off").text

    asked = client.post(f"{url}/sign-off/ask")
    assert "Asked 1 certifier by email" in client.get(asked.location).text
    assert "Ada Wren was asked by e-mail about these answers" in client.get(f"{url}/sign-off").text
    client.post(f"{url}/sign-off/ask")
    assert len(mail_to(certifier.email)) == 1

    save({"SLP-07.a": "Other words."})
    assert "Ask for sign-off" in client.get(f"{url}/sign-off").text
    client.post(f"{url}/sign-off/ask")
    assert len(mail_to(certifier.email)) == 2


def test_nobody_can_be_asked_where_nobody_else_certifies(client, url, supplier, lead):
    assert "Nobody in your company is certifier" in client.get(f"{url}/sign-off").text
    refused = client.post(f"{url}/sign-off/ask")
    assert refused.status_code == 409
    assert "because nobody in your company is certifier" in refused.text

    accounts.add_membership(lead, supplier, Role.CERTIFIER, actor="system")

    assert "because nobody else in your company" in client.post(f"{url}/sign-off/ask").text
    assert mail_to(lead.email) == []


def test_who_only_answers_asks_for_no_sign_off(client_for, colleague, url):
    assert client_for(colleague).post(f"{url}/sign-off/ask").status_code == 403


@pytest.mark.parametrize(
    ("decision", "subject", "state"),
    [
        ("yes", "signed off", "signed off by Ada Wren"),
        ("no", "not signed off", "Ada Wren declined to sign it off"),
    ],
)
def test_the_bid_lead_hears_what_the_certifier_decided(
    client, client_for, url, supplier, lead, decision, subject, state
):
    client.post(f"{url}/sign-off/needed", data={"needed": "yes"})
    assert "(required, not signed off yet)" in client.get(url).text
    certifier = make_person(Role.CERTIFIER, supplier, name="Ada Wren")

    client_for(certifier).post(
        f"{url}/sign-off", data={"decision": decision, "text": "A secret reason.", "revision": "0"}
    )

    (message,) = mail_to(lead.email)
    assert message.subject.endswith(f": {subject}")
    assert "secret" not in message.text
    assert f"(required, {state})" in client.get(url).text
    assert state in client.get(f"{url}/check").text


def test_a_sign_off_is_said_to_be_overtaken_once_answers_change(
    client, client_for, url, supplier, save
):
    certifier = make_person(Role.CERTIFIER, supplier, name="Ada Wren")
    client_for(certifier).post(f"{url}/sign-off", data={"decision": "yes", "revision": "0"})

    save({"SLP-07.a": "Other words."})

    assert "(answers were changed after Ada Wren signed it off)" in client.get(url).text


def test_the_team_page_takes_as_many_statements_whatever_the_work(
    client, url, supplier, tender, colleague, statements_counted
):
    client.get(f"{url}/team")
    with statements_counted() as few:
        client.get(f"{url}/team")
    for _ in range(10):
        make_person(Role.CONTRIBUTOR, supplier, tender_id=tender.id)
    everything = [section.id for section in sections_of(tender)]
    client.post(f"{url}/team/give", data={"sections": everything, "person": colleague.token})

    with statements_counted() as many:
        client.get(f"{url}/team")

    assert len(many) == len(few)
    assert len(many) <= 12
