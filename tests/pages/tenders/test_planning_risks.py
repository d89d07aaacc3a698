"""Risks seen before publication, and the team of one tender."""

import re

import pytest

from accounts import queries as accounts
from accounts.models import Membership
from accounts.rules.roles import Permission, Role
from foundation import audit
from foundation.canonical import sha256_hex
from foundation.database import db
from foundation.errors import DomainError
from foundation.mail import Message
from scoring.models import RiskRow
from tenders import queries, risks, service
from tenders.models import TenderRisk
from tenders.service.risks import RiskChanged, RiskWords, add_risk, edit_risk, remove_risk
from tenders.service.team import set_tender_roles
from tests.factories import make_authority, make_person, make_tender, publish, viewer_of

KNOWN = {
    "title": "Rules on radio bands change",
    "text": "The regulator may close the band the sensors use.",
    "is_known_risk": "yes",
    "reason": "Neither party decides, and nobody can price it today.",
}
TREATED = {
    "title": "Sensors fall from columns",
    "text": "A bracket rusts.",
    "is_known_risk": "no",
    "treatment": "Clause 12: the supplier inspects each year.",
}


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER)


@pytest.fixture
def organisation(officer):
    return db.session.get_one(Membership, officer.id).organisation


@pytest.fixture
def colleague(organisation):
    return make_person(Role.ADMINISTRATOR, organisation, name="Ada Colleague")


@pytest.fixture
def web(client_for, officer):
    return client_for(officer)


@pytest.fixture
def tender(officer):
    return make_tender(officer)


def address(tender, page="risks"):
    return f"/tenders/{tender.token}/planning/{page}"


def words(**said):
    made = {**KNOWN, "treatment": "", **said}
    return RiskWords(**{**made, "is_known_risk": made["is_known_risk"] == "yes"})


def errors(answer):
    return re.findall(r"<li><a href=\"#[^\"]+\">([^<]+)", answer.text)


# Risks


def test_a_risk_is_named_changed_and_taken_out_and_its_row_stays(web, tender):
    assert web.post(address(tender, "risks/new"), data=TREATED).status_code == 302
    (risk,) = risks.of_tender(tender)

    page = address(tender, f"risks/{risk.token}")
    web.post(page, data={**TREATED, "title": "Sensors fall", "version": "1"})
    assert "Sensors fall</h2>" in web.get(address(tender)).text

    web.post(f"{page}/remove")
    assert risks.of_tender(tender) == []
    assert db.session.query(TenderRisk).one().removed_at is not None
    assert web.get(page).status_code == 404
    actions = [e.action for e in db.session.query(audit.AuditEntry).order_by(audit.AuditEntry.id)]
    assert actions[-3:] == ["tender.risk_added", "tender.risk_changed", "tender.risk_removed"]


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (
            {},
            [
                "Enter the risk",
                "Enter what could happen",
                "Select whether the contract can address it",
            ],
        ),
        (
            {**KNOWN, "reason": ""},
            ["Enter why the contract cannot address the risk: the tender notice says it"],
        ),
        ({**TREATED, "treatment": " "}, ["Enter what the contract does about the risk"]),
        ({**KNOWN, "title": "x" * 201}, ["Enter 200 characters or fewer"]),
        ({**KNOWN, "is_known_risk": "perhaps"}, ["Select one of the options"]),
    ],
)
def test_a_risk_that_lacks_what_it_needs_is_told_at_the_field(web, tender, sent, says):
    answer = web.post(address(tender, "risks/new"), data=sent)
    assert answer.status_code == 422
    assert errors(answer) == says
    assert risks.of_tender(tender) == []


def test_known_risks_alone_are_frozen_with_the_tender_and_shown_to_suppliers(
    web, tender, officer, client_for
):
    web.post(address(tender, "risks/new"), data=KNOWN)
    web.post(address(tender, "risks/new"), data=TREATED)
    publish(tender, officer)

    frozen = queries.questionnaire_of(tender).terms["risks_known"]
    assert [dict(risk) for risk in frozen] == [
        {name: KNOWN[name] for name in ("title", "text", "reason")}
    ]
    supplier = client_for(Role.BID_LEAD).get(f"/opportunities/{tender.token}").text
    assert "Rules on radio bands change" in supplier
    assert "Sensors fall from columns" not in supplier
    assert "1 known risk published" in web.get(f"/tenders/{tender.token}").text


def test_a_tender_without_known_risks_publishes_none(web, tender, officer):
    web.post(address(tender, "risks/new"), data=TREATED)
    publish(tender, officer)
    assert "risks_known" not in queries.questionnaire_of(tender).terms


def test_after_publication_no_risk_becomes_a_known_one(web, tender, officer):
    risk = add_risk(tender, words(), by=viewer_of(officer))
    publish(tender, officer)
    by = viewer_of(officer)

    for change in (
        lambda: add_risk(tender, words(), by=by),
        lambda: edit_risk(tender, risk.token, words(title="Another"), version=1, by=by),
        lambda: remove_risk(tender, risk.token, by=by),
    ):
        with pytest.raises(service.TenderPublished):
            change()
    assert web.get(address(tender, "risks/new")).location == address(tender)
    assert web.post(address(tender, "risks/new"), data=KNOWN).status_code == 409
    assert [one.title for one in risks.of_tender(tender)] == [KNOWN["title"]]
    # What marking brings up has no place for it either.
    assert "is_known_risk" not in RiskRow.__table__.columns


def test_a_colleague_who_was_faster_is_shown_beside_what_was_typed(web, tender, officer):
    risk = add_risk(tender, words(), by=viewer_of(officer))
    edit_risk(tender, risk.token, words(title="Hers"), version=1, by=viewer_of(officer))

    page = address(tender, f"risks/{risk.token}")
    answer = web.post(page, data={**KNOWN, "title": "Mine", "version": "1"})

    assert answer.status_code == 422
    assert "What your colleague saved" in answer.text
    assert "Hers</dd>" in answer.text
    assert 'value="Mine"' in answer.text
    web.post(page, data={**KNOWN, "title": "Mine", "version": "2"})
    assert [one.title for one in risks.of_tender(tender)] == ["Mine"]
    with pytest.raises(RiskChanged):
        edit_risk(tender, risk.token, words(), version=2, by=viewer_of(officer))


def test_nobody_reaches_the_risks_of_another_tender(web, tender, officer, client_for):
    risk = add_risk(tender, words(), by=viewer_of(officer))
    other = make_tender(officer)
    page = f"/tenders/{other.token}/planning/risks/{risk.token}"
    assert web.get(page).status_code == 404
    assert web.post(f"{page}/remove").status_code == 404
    stranger = client_for(Role.OFFICER)
    assert stranger.post(address(tender, f"risks/{risk.token}/remove")).status_code == 404
    assert len(risks.of_tender(tender)) == 1


def test_there_is_an_end_to_risks(tender, officer, monkeypatch):
    monkeypatch.setattr("tenders.service.risks.MOST", 1)
    add_risk(tender, words(), by=viewer_of(officer))
    with pytest.raises(DomainError, match="You cannot name more than 1 risks"):
        add_risk(tender, words(), by=viewer_of(officer))


# The team of one tender


def member(officer, person):
    return accounts.member_of(viewer_of(officer), person.token)


def test_a_colleague_is_given_a_role_for_this_tender_alone_and_told(
    web, tender, officer, colleague
):
    other = make_tender(officer)
    page = address(tender, f"team/{colleague.token}")
    why = {"because": "She knows the sensors"}
    web.post(page, data={"roles": ["evaluator", "moderator"], "before": "", **why})

    viewer = viewer_of(colleague)
    assert viewer.may(Permission.MARK_WRITE, tender_id=tender.id)
    assert not viewer.may(Permission.MARK_WRITE, tender_id=other.id)
    assert "Evaluator, Moderator" in web.get(address(tender, "team")).text
    mails = db.session.query(Message).filter_by(kind="tender.role_given").all()
    assert len(mails) == 2

    web.post(page, data={"roles": ["moderator"], "before": "evaluator moderator", **why})
    assert member(officer, colleague).roles_for(tender.id) == {Role.MODERATOR}
    web.post(page, data={"before": "moderator", **why})
    assert member(officer, colleague).roles_for(tender.id) == frozenset()
    assert member(officer, colleague).roles == {Role.ADMINISTRATOR}


def test_a_role_a_colleague_gave_meanwhile_is_not_taken_unseen(web, tender, officer, colleague):
    by = viewer_of(officer)
    set_tender_roles(tender, colleague.token, {Role.REVIEWER}, before=set(), by=by)

    answer = web.post(
        address(tender, f"team/{colleague.token}"),
        data={"roles": ["evaluator"], "before": "", "because": "She knows the sensors"},
    )

    assert answer.status_code == 422
    assert "A colleague changed the roles of Ada Colleague" in answer.text
    assert member(officer, colleague).roles_for(tender.id) == {Role.REVIEWER}


@pytest.mark.parametrize("role", ["officer", "administrator", "bid-lead", "king"])
def test_no_other_role_can_be_given_here(web, tender, officer, colleague, role):
    page = address(tender, f"team/{colleague.token}")
    sent = {"roles": [role], "before": "", "because": "She knows the sensors"}
    assert web.post(page, data=sent).status_code == 422
    assert member(officer, colleague).roles_for(tender.id) == frozenset()


def test_people_of_other_authorities_are_no_colleagues(web, tender, officer, client_for):
    stranger = make_person(Role.EVALUATOR, make_authority("Elsewhere"))
    page = address(tender, f"team/{stranger.token}")
    assert web.get(page).status_code == 404
    assert web.post(page, data={"roles": ["evaluator"]}).status_code == 404
    by = viewer_of(officer)
    with pytest.raises(DomainError, match="works for the authority no longer"):
        set_tender_roles(tender, stranger.token, {Role.EVALUATOR}, before=set(), by=by)


def test_a_role_is_part_of_the_record_of_the_tender_and_of_the_authority(
    tender, officer, colleague, organisation
):
    by = viewer_of(officer)
    set_tender_roles(tender, colleague.token, {Role.EVALUATOR}, before=set(), by=by)
    entries = db.session.query(audit.AuditEntry).order_by(audit.AuditEntry.id).all()
    assert [entry.action for entry in entries[-2:]] == ["membership.added", "tender.role_given"]


def test_a_role_is_given_for_a_reason_that_is_kept_and_told(web, tender, officer, colleague):
    page = address(tender, f"team/{colleague.token}")
    refused = web.post(page, data={"roles": ["evaluator"], "before": ""})
    held = member(officer, colleague).roles_for(tender.id)
    why = "She calibrated the sensors of 2024"
    web.post(page, data={"roles": ["evaluator"], "before": "", "because": why})

    assert (refused.status_code, held) == (422, frozenset())
    assert "Enter why the roles change" in refused.text
    assert f"Ada Colleague, Evaluator: {why} ({officer.name}," in (
        web.get(address(tender, "team")).text
    )
    (letter,) = db.session.query(Message).filter_by(kind="tender.role_given").all()
    assert f"Why: {why}" in letter.text
    entry = db.session.query(audit.AuditEntry).filter_by(action="tender.role_given").one()
    assert f'"because":"{sha256_hex(why)}"' in entry.details
    assert why not in entry.details
