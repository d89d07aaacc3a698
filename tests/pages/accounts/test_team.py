"""The team of a company: roles given and taken, people taken out, the last bid lead."""

from __future__ import annotations

import contextlib
import threading

import pytest
from sqlalchemy import func, select

from accounts import queries, service
from accounts.models import Membership, Person, SignInSession
from accounts.rules.roles import Role
from accounts.service import LastLead
from accounts.service.team import NotYoursToChange
from foundation.audit import AuditEntry
from foundation.database import db
from tests.factories import make_person, make_supplier, viewer_of


@pytest.fixture
def client(as_lead):
    return as_lead


@pytest.fixture
def colleague(company):
    return make_person(Role.CONTRIBUTOR, company, name="Tomas Reed", email="tomas@example.test")


def roles_of(person):
    rows = db.session.execute(
        select(Membership.role, Membership.tender_id).where(Membership.person_id == person.id)
    )
    return {tuple(row) for row in rows}


def test_everybody_of_the_company_reads_who_belongs_to_it_and_what_each_may_do(
    client_for, lead, colleague
):
    page = client_for(colleague).get("/team").text

    assert "Mara Voss" in page
    assert "tomas@example.test" in page
    assert "Answers questions, adds evidence and asks the council questions" in page
    assert "Invite colleagues" not in page
    assert "Change what" not in page


def test_nobody_sees_the_people_of_another_company(client, lead, client_for):
    stranger = make_person(Role.BID_LEAD, make_supplier("Oakmere Data"), name="Una Fell")

    assert "Una Fell" not in client.get("/team").text
    for page in (f"/team/{stranger.token}", f"/team/{stranger.token}/take-out"):
        assert client.get(page).status_code == 404
        assert client.post(page, data={"roles": ["contributor"]}).status_code == 404
    assert roles_of(stranger) == {(Role.BID_LEAD, None)}


@pytest.mark.both_databases
def test_a_bid_lead_gives_and_takes_roles(client, colleague):
    page = client.get(f"/team/{colleague.token}").text
    assert 'value="contributor" checked' in page

    saved = client.post(f"/team/{colleague.token}", data={"roles": ["certifier", "bid-lead"]})

    assert saved.location == "/team"
    assert roles_of(colleague) == {(Role.BID_LEAD, None), (Role.CERTIFIER, None)}
    assert "Bid lead and Certifier for every tender" in client.get("/team").text
    actions = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.action.startswith("membership."))
    ).all()
    assert sorted(actions) == ["membership.added", "membership.added", "membership.ended"]


def test_a_role_taken_is_gone_at_the_next_request(client, client_for, company, colleague):
    theirs = client_for(colleague)
    client.post(f"/team/{colleague.token}", data={"roles": ["bid-lead"]})
    assert theirs.get("/team/invite").status_code == 200

    client.post(f"/team/{colleague.token}", data={"roles": ["contributor"]})

    assert theirs.get("/team/invite").status_code == 403


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ([], "Select at least one role, or take Tomas Reed out of the team"),
        (["officer"], "Select from the options"),
    ],
    ids=["none", "of an authority"],
)
def test_roles_that_cannot_be_held_are_refused(client, colleague, sent, message):
    refused = client.post(f"/team/{colleague.token}", data={"roles": sent})

    assert refused.status_code == 422
    assert message in refused.text
    assert roles_of(colleague) == {(Role.CONTRIBUTOR, None)}


@pytest.mark.parametrize(("page", "sent"), [("", {"roles": ["certifier"]}), ("/take-out", {})])
def test_the_last_bid_lead_can_be_neither_taken_out_nor_made_something_else(
    client, lead, colleague, page, sent
):
    refused = client.post(f"/team/{lead.token}{page}", data=sent)

    assert refused.status_code == 422
    assert "Mara Voss is the last bid lead" in refused.text
    assert roles_of(lead) == {(Role.BID_LEAD, None)}


def test_a_bid_lead_for_one_tender_or_who_may_not_sign_in_is_no_bid_lead_to_rely_on(
    client, lead, company
):
    make_person(Role.BID_LEAD, company, tender_id=7)
    gone = make_person(Role.BID_LEAD, company)
    gone.active = False
    db.session.commit()

    assert client.post(f"/team/{lead.token}/take-out").status_code == 422


@pytest.mark.both_databases
def test_who_is_taken_out_is_signed_out_at_once_and_the_name_stays(
    client, client_for, lead, colleague
):
    theirs = client_for(colleague)
    assert theirs.get("/team").status_code == 200

    shown = client.get(f"/team/{colleague.token}/take-out").text
    taken = client.post(f"/team/{colleague.token}/take-out")

    assert "Questions given to Tomas Reed are given to nobody" in shown
    assert taken.location == "/team"
    assert theirs.get("/team").location.startswith("/sign-in")
    assert roles_of(colleague) == set()
    sessions = select(SignInSession).where(SignInSession.person_id == colleague.id)
    assert db.session.scalars(sessions).all() == []
    assert db.session.get(Person, colleague.id).name == "Tomas Reed"


def test_who_is_taken_out_here_still_works_for_another_company(client, client_for, colleague):
    other = make_supplier("Oakmere Data")
    service.add_membership(colleague, other, Role.SUPPLIER_READER, actor="system")
    token = service.start_session(colleague, other)

    client.post(f"/team/{colleague.token}/take-out")

    viewer = queries.viewer_for(token, at=viewer_of(colleague).last_seen_at)
    assert viewer.organisation_name == "Oakmere Data"


def test_a_bid_lead_who_takes_himself_out_is_signed_out(client, company, lead):
    make_person(Role.BID_LEAD, company)

    assert client.post(f"/team/{lead.token}/take-out").location == "/"
    assert client.get("/").location.startswith("/sign-in")


def test_who_is_here_for_one_tender_sees_those_of_the_same_and_no_invitations(
    client_for, company, lead, invite
):
    one = make_person(Role.BID_LEAD, company, name="Ines Ward", tender_id=7)
    make_person(Role.CONTRIBUTOR, company, name="Same Tender", tender_id=7)
    make_person(Role.CONTRIBUTOR, company, name="Other Tender", tender_id=8)
    invite("new@example.test")
    client = client_for(one)

    page = client.get("/team").text

    assert "Mara Voss" in page
    assert "Same Tender" in page
    assert "Other Tender" not in page
    assert "new@example.test" not in page


@pytest.mark.parametrize("path", ["/team/invite", "/team/{lead}", "/team/{lead}/take-out"])
def test_a_bid_lead_for_one_tender_does_not_look_after_the_whole_team(
    client_for, company, lead, path
):
    client = client_for(make_person(Role.BID_LEAD, company, tender_id=7))

    assert client.get(path.format(lead=lead.token)).status_code == 404
    assert client.post(path.format(lead=lead.token)).status_code == 404


def test_who_stopped_being_bid_lead_a_moment_ago_changes_nothing(lead, colleague):
    before = viewer_of(lead)
    service.set_roles(colleague.token, {Role.BID_LEAD}, by=before)
    service.set_roles(lead.token, {Role.CONTRIBUTOR}, by=before)

    with pytest.raises(NotYoursToChange):
        service.take_out(colleague.token, by=before)


@pytest.mark.both_databases
def test_two_bid_leads_who_take_each_other_out_in_the_same_moment_leave_one(app, company, lead):
    second = make_person(Role.BID_LEAD, company)
    viewers = {person.token: viewer_of(person) for person in (lead, second)}
    tokens = list(viewers)
    begin = threading.Barrier(2)

    def take_out(whom, who):
        with app.app_context():
            begin.wait()
            with contextlib.suppress(LastLead, NotYoursToChange):
                service.take_out(whom, by=viewers[who])
            db.session.remove()

    db.session.commit()
    at_once(lambda: take_out(tokens[0], tokens[1]), lambda: take_out(tokens[1], tokens[0]))

    count = select(func.count()).select_from(Membership)
    assert db.session.scalar(count.where(Membership.organisation_id == company.id)) == 1


@pytest.mark.both_databases
def test_two_bid_leads_who_step_down_in_the_same_moment_leave_one(app, company, lead):
    second = make_person(Role.BID_LEAD, company)
    viewers = [viewer_of(person) for person in (lead, second)]
    begin = threading.Barrier(2)
    refused = []

    def step_down(viewer):
        with app.app_context():
            begin.wait()
            try:
                service.set_roles(viewer.person_token, {Role.CONTRIBUTOR}, by=viewer)
            except LastLead:
                refused.append(viewer)
            db.session.remove()

    db.session.commit()
    at_once(*(lambda viewer=viewer: step_down(viewer) for viewer in viewers))

    assert len(refused) == 1
    leads = select(func.count()).where(Membership.role == Role.BID_LEAD)
    assert db.session.scalar(leads) == 1


def at_once(*works):
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_the_page_takes_as_many_statements_for_many_people(
    client, company, lead, statements_counted
):
    with statements_counted() as few:
        client.get("/team")
    for number in range(30):
        make_person(Role.CONTRIBUTOR, company, tender_id=number or None)

    with statements_counted() as many:
        client.get("/team")

    assert len(many) <= len(few) + 1  # one for the names of tenders
    assert len(many) <= 5


def test_who_belongs_to_several_organisations_chooses_after_signing_in_and_later(
    app, client_for, colleague
):
    other = make_supplier("Oakmere Data")
    service.add_membership(colleague, other, Role.BID_LEAD, actor="system")
    client = app.test_client()

    signed_in = client.post(
        "/sign-in", data={"email": colleague.email, "password": "correct horse battery"}
    )
    assert signed_in.location == "/organisations"
    page = client.get("/organisations").text
    assert "Work for Oakmere Data" in page
    assert "Change organisation" in page
    assert client.get("/team/invite").status_code == 403

    assert client.post(f"/organisations/{other.token}").location == "/"

    assert client.get("/team/invite").status_code == 200
    again = app.test_client()
    again.post("/sign-in", data={"email": colleague.email, "password": "correct horse battery"})
    assert again.get("/team/invite").status_code == 200


def test_nobody_can_choose_an_organisation_of_others(client, client_for):
    other = make_supplier("Oakmere Data")

    assert client.post(f"/organisations/{other.token}").status_code == 404
    assert "Change organisation" not in client.get("/team").text
