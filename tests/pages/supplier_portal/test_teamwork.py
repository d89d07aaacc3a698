"""A company shares the work on a bid; the buying side sees nothing of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import clock
from foundation.audit import AuditEntry
from foundation.database import db
from supplier_portal import queries, service
from supplier_portal.models import BidComment, QuestionWork, SignOff
from tests.factories import make_person, make_supplier, viewer_of

DECLARED = {"agreed": "yes", "knows_missing": "yes", "declared_by": "Mara Voss"}
SECRET = "Our margin is 4 %: say nothing of it."


@pytest.fixture
def client(client_for, lead):
    return client_for(lead)


@pytest.fixture
def colleague(supplier):
    return make_person(Role.CONTRIBUTOR, supplier, name="Tomas Reed")


@pytest.fixture
def certifier(supplier):
    return make_person(Role.CERTIFIER, supplier, name="Ada Wren")


@pytest.fixture
def url(bid):
    return f"/bids/{bid.token}"


@pytest.fixture
def work(url):
    return f"{url}/questions/SLP-07/work"


@pytest.mark.both_databases
def test_a_question_is_given_to_a_colleague_and_the_task_list_says_so(client, url, work, colleague):
    given = client.post(f"{work}/give", data={"person": colleague.token})

    assert given.location == work
    assert "Tomas Reed answers it" in client.get(url).text
    assert f'value="{colleague.token}" selected' in client.get(work).text

    client.post(f"{work}/give", data={"person": ""})
    assert "answers it" not in client.get(url).text


def test_giving_a_question_to_nobody_in_particular_leaves_no_row_where_nobody_had_it(client, work):
    client.post(f"{work}/give", data={"person": ""})

    assert db.session.scalars(select(QuestionWork)).all() == []


def test_only_those_who_may_answer_for_this_company_can_be_given_a_question(
    client, url, work, supplier, certifier
):
    strangers = (make_person(Role.BID_LEAD, make_supplier("Oakmere Data")), certifier)

    for stranger in strangers:
        refused = client.post(f"{work}/give", data={"person": stranger.token})
        assert refused.status_code == 409
        assert "Select somebody of your company who may answer" in refused.text
    assert "answers it" not in client.get(url).text


@pytest.mark.both_databases
def test_a_question_marked_complete_says_when_it_was_changed_since(client, url, work, save):
    save({"SLP-07.a": "First words."})
    client.post(f"{work}/complete", data={"complete": "yes"})
    assert "Marked complete by Mara Voss" in client.get(url).text

    save({"SLP-07.a": "Other words."}, version=1)
    assert "Changed since Mara Voss marked it complete" in client.get(work).text

    client.post(f"{work}/complete", data={"complete": "no"})
    assert "Nobody has marked it complete" in client.get(work).text


@pytest.mark.both_databases
def test_comments_are_read_by_colleagues_in_order_and_escaped(client, client_for, work, colleague):
    client.post(f"{work}/comments", data={"text": "Who has <b>the</b> report?"})
    client_for(colleague).post(f"{work}/comments", data={"text": "I have. 🙂"})

    page = client.get(work).text

    assert page.index("Who has &lt;b&gt;the&lt;/b&gt; report?") < page.index("I have. 🙂")


def test_the_button_on_the_question_saves_what_is_typed_and_leads_to_the_work(
    client, bid, url, work
):
    typed = {"v-SLP-07.a": "0", "SLP-07.a": "Half a thought", "then": "work"}

    assert client.post(f"{url}/questions/SLP-07", data=typed).location == work
    assert queries.answers_of(bid) == {"SLP-07.a": "Half a thought"}


def test_an_empty_or_endless_comment_is_refused_at_its_box_and_kept(client, work):
    empty = client.post(f"{work}/comments", data={"text": " "})
    long = client.post(f"{work}/comments", data={"text": "word " * 500})

    assert (empty.status_code, long.status_code) == (422, 422)
    assert "Enter a comment" in empty.text
    assert "Enter 2,000 characters or fewer" in long.text
    assert "word word" in long.text


def test_a_comment_can_be_made_after_closing_but_work_is_no_longer_shared(
    client_for, lead, work, tender, at
):
    at(tender.closes_at + timedelta(minutes=1))
    client = client_for(lead)

    assert client.post(f"{work}/comments", data={"text": "Late thought"}).status_code == 302
    assert client.post(f"{work}/complete", data={"complete": "yes"}).status_code == 409


def test_no_comment_stands_readable_in_the_database_or_the_record(client, work):
    client.post(f"{work}/comments", data={"text": SECRET})

    sealed = db.session.scalars(select(BidComment.sealed)).one()
    entries = db.session.scalars(select(AuditEntry.details)).all()
    assert SECRET.encode() not in sealed
    assert not any("margin" in entry or "SLP-07" in entry for entry in entries if "bid." in entry)


def test_nothing_of_the_work_is_part_of_what_is_handed_in(client, bid, url, work):
    client.post(f"{work}/comments", data={"text": SECRET})
    submitted = client.post(f"{url}/check", data=DECLARED).location

    assert "margin" not in client.get(f"{submitted}/bid.json").text


@pytest.mark.parametrize("path", ["/questions/SLP-07/work", "/sign-off"])
def test_other_companies_and_the_buying_side_find_nothing(client_for, tender, url, path):
    stranger = make_person(Role.BID_LEAD, make_supplier("Oakmere Data"))

    assert client_for(stranger).get(url + path).status_code == 404
    assert client_for(make_person(Role.OFFICER)).get(url + path).status_code in (403, 404)


@pytest.mark.both_databases
def test_a_bid_that_needs_a_sign_off_waits_for_it(client, client_for, certifier, bid, url, save):
    client.post(f"{url}/sign-off/needed", data={"needed": "yes"})
    refused = client.post(f"{url}/check", data=DECLARED)
    assert refused.status_code == 422
    assert "a certifier of your company has not signed it off yet" in refused.text

    theirs = client_for(certifier)
    declined = theirs.post(
        f"{url}/sign-off",
        data={"decision": "no", "text": "The report is missing.", "revision": "0"},
    )
    assert declined.status_code == 302
    assert "The report is missing." in client.get(f"{url}/sign-off").text
    assert "Ada Wren declined" in client.post(f"{url}/check", data=DECLARED).text

    save({"SLP-07.a": "With the report."})
    theirs.post(f"{url}/sign-off", data={"decision": "yes", "revision": "1"})
    assert "signed these answers off" in client.get(f"{url}/sign-off").text
    assert client.post(f"{url}/check", data=DECLARED).location == f"{url}/submissions/1"


def test_a_sign_off_of_answers_changed_meanwhile_is_refused(client_for, certifier, bid, url, save):
    save({"SLP-07.a": "Saved while the certifier read."})

    refused = client_for(certifier).post(
        f"{url}/sign-off", data={"decision": "yes", "revision": "0"}
    )

    assert refused.status_code == 422
    assert "answers were saved while you read" in refused.text
    assert queries.last_sign_off(bid) is None


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({}, "Select whether you sign the bid off"),
        ({"decision": "no"}, "Enter why you do not sign the bid off"),
        ({"decision": "perhaps"}, "Select one of the options"),
    ],
)
def test_a_decision_that_says_too_little_is_refused(client_for, certifier, url, sent, message):
    refused = client_for(certifier).post(f"{url}/sign-off", data=sent | {"revision": "0"})

    assert refused.status_code == 422
    assert message in refused.text


def test_only_a_certifier_signs_off(client, url):
    refused = client.post(f"{url}/sign-off", data={"decision": "yes", "revision": "0"})

    assert refused.status_code == 403


@pytest.mark.both_databases
def test_what_a_certifier_said_is_never_changed(bid, certifier):
    by = viewer_of(certifier)
    service.sign_off(bid, agreed=True, reason="", revision=0, by=by, arrived_at=clock.now())

    with pytest.raises(Exception, match="is never changed"):
        db.session.execute(SignOff.__table__.update().values(agreed=False))
    db.session.rollback()
