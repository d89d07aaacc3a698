"""What is done about a risk: actions, controls and bearing it by name, in the evaluation."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DatabaseError

from accounts.rules.roles import Role
from foundation import clock
from foundation.audit import AuditEntry
from foundation.database import db
from scoring.models import RiskAcceptance, RiskAction, RiskControl
from scoring.queries.kept_risks import kept_risk
from scoring.rules.accepting import Standing
from scoring.rules.actions import ActionState
from scoring.service.accepting import AcceptanceTerms, accept_risk
from scoring.service.risk_actions import (
    ActionTerms,
    ChangedMeanwhile,
    NotToBeDealtWith,
    set_action,
)
from tenders import service as tenders
from tenders.libraries import frozen_libraries
from tenders.models import Tender
from tenders.rules.lifecycle import Stage
from tests.factories import make_authority, make_person, make_tender, viewer_of
from tests.pages.scoring.conftest import CLOSES_AT, FACTS
from tests.pages.scoring.test_risks import address, form, stored

pytestmark = pytest.mark.slow

DONE = {
    "based_on": "0", "what": "Ask for an offline copy", "owner": "Ana Ruiz",
    "due-day": "1", "due-month": "3", "due-year": "2027", "state": "open", "words": "",
}  # fmt: skip


@pytest.fixture
def tender(officer):
    tender = make_tender(officer, closes_at=CLOSES_AT, facts=FACTS)
    tenders.publish_tender(tender, by=viewer_of(officer), libraries=frozen_libraries(tender))
    return tender


@pytest.fixture
def bid(make_bid, opened):
    bid = make_bid("Rook Systems", best=False)
    opened()
    return bid


@pytest.fixture
def web(client_for, officer, bid):
    return client_for(officer)


@pytest.fixture
def risk(web, bid, evaluated):
    """R10, accepted: 4 × 5 before contract terms, 2 × 5 left of it, an information risk."""
    row = stored(bid, evaluated).row
    assert web.post(address(row), data=form()).status_code == 302
    db.session.commit()
    return row


@pytest.fixture
def reviewer(authority, bid):
    return make_person(Role.REVIEWER, authority, name="Rhea Dunn")


def kept(person, risk):
    db.session.commit()
    return kept_risk(viewer_of(person), risk.token)


def actions_of(person, risk):
    return kept(person, risk).row.listed_actions


def acceptance(**changed):
    until = clock.london(clock.now()).date() + timedelta(days=90)
    return {
        "based_on": "0", "rating": "2x5", "why": "The copy costs more than the data",
        "until-day": str(until.day), "until-month": str(until.month), "until-year": str(until.year),
    } | changed  # fmt: skip


class TestActions:
    def test_several_actions_each_with_who_and_when(self, web, risk, officer):
        web.post(f"{address(risk)}/actions/new", data=DONE)
        web.post(
            f"{address(risk)}/actions/new",
            data=DONE | {"what": "Test it", "owner": "", "due-day": "", "due-month": "",
                         "due-year": ""},
        )  # fmt: skip
        page = web.get(address(risk)).text

        assert [(one.what, one.owner, str(one.due), one.state) for one in
                actions_of(officer, risk)] == [
            ("Ask for an offline copy", "Ana Ruiz", "2027-03-01", ActionState.OPEN),
            ("Test it", "", "None", ActionState.OPEN),
        ]  # fmt: skip
        assert page.count(">Ask for an offline copy</a>") == 1

    def test_an_action_is_done_with_words_and_its_versions_stay(self, web, risk, officer):
        web.post(f"{address(risk)}/actions/new", data=DONE)
        [action] = actions_of(officer, risk)
        place = f"{address(risk)}/actions/{action.token}"
        silent = web.post(place, data=DONE | {"based_on": "1", "state": "done"})
        done = web.post(place, data=DONE | {"based_on": "1", "state": "done", "words": "Seen it"})

        assert (silent.status_code, "Enter how it was done" in silent.text) == (422, True)
        assert done.status_code == 302
        [action] = actions_of(officer, risk)
        assert (action.state, action.words, action.number) == (ActionState.DONE, "Seen it", 2)
        history = kept(officer, risk).row.history
        assert [change.what for change in history][-2:] == [
            "Action added", "Action done: Ask for an offline copy",
        ]  # fmt: skip
        assert [one.words for one in history[-1].differences] == ["State: open → done"]

    @pytest.mark.parametrize(
        ("changed", "message"),
        [
            ({"what": ""}, "Enter what is to be done"),
            ({"state": "dropped"}, "Enter why it is dropped"),
            ({"state": "perhaps"}, "Select one of the options"),
            ({"owner": "x" * 201}, "Enter who does it in 200 characters or fewer"),
            ({"due-month": "13"}, "There is a problem"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_stored(
        self, changed, message, web, risk, officer
    ):
        page = web.post(f"{address(risk)}/actions/new", data=DONE | changed)

        assert (page.status_code, message in page.text) == (422, True)
        assert actions_of(officer, risk) == ()

    def test_a_colleague_who_was_quicker_is_told(self, web, risk, officer):
        web.post(f"{address(risk)}/actions/new", data=DONE)
        [action] = actions_of(officer, risk)
        place = f"{address(risk)}/actions/{action.token}"
        web.post(place, data=DONE | {"based_on": "1", "owner": "First"})

        late = web.post(place, data=DONE | {"based_on": "1", "owner": "Second"})

        assert (late.status_code, 'value="Second"' in late.text) == (422, True)
        assert "A colleague changed this while you were writing" in late.text
        assert [one.owner for one in actions_of(officer, risk)] == ["First"]

    def test_a_risk_with_open_actions_is_not_called_treated(self, web, risk, officer, evaluated):
        web.post(f"{address(risk)}/actions/new", data=DONE)
        data = form(decision="treated", based_on="1")
        refused = web.post(address(risk), data=data)
        [action] = actions_of(officer, risk)
        web.post(
            f"{address(risk)}/actions/{action.token}",
            data=DONE | {"based_on": "1", "state": "dropped", "words": "Not needed"},
        )

        assert "You cannot call this risk treated because 1 action is open" in refused.text
        assert web.post(address(risk), data=data).status_code == 302

    def test_nothing_is_done_about_a_risk_nobody_accepted(self, web, bid, evaluated, officer):
        row = stored(bid, evaluated, "R09").row
        page = web.post(f"{address(row)}/actions/new", data=DONE)

        assert page.status_code == 422
        assert "because it is proposed: accept it first" in page.text
        assert f"{address(row)}/actions/new" not in web.get(address(row)).text

    def test_a_decision_in_between_is_not_overlooked(self, web, risk, officer):
        read = kept(officer, risk)
        web.post(address(risk), data=form(decision="dropped", based_on="1"))
        terms = ActionTerms(what="Copy", owner="", due=None, state=ActionState.OPEN, words="")

        with pytest.raises(ChangedMeanwhile):
            set_action(read, terms, by=viewer_of(officer))
        with pytest.raises(NotToBeDealtWith):
            set_action(kept(officer, risk), terms, by=viewer_of(officer))

    def test_others_only_read_or_find_nothing(self, risk, authority, client_for, web, officer):
        web.post(f"{address(risk)}/actions/new", data=DONE)
        auditor = client_for(make_person(Role.AUDITOR, authority))
        stranger = client_for(make_person(Role.OFFICER, make_authority("Oakmere Council")))
        new = f"{address(risk)}/actions/new"

        assert "Ask for an offline copy" in auditor.get(address(risk)).text
        assert [auditor.get(new).status_code, auditor.post(new, data=DONE).status_code] == [
            403, 403,
        ]  # fmt: skip
        assert [stranger.get(new).status_code, stranger.post(new, data=DONE).status_code] == [
            404, 404,
        ]  # fmt: skip
        assert len(actions_of(officer, risk)) == 1


class TestControls:
    def test_what_is_in_place_stands_beside_what_a_clause_brings_about(self, web, risk, officer):
        new = f"{address(risk)}/controls/new"
        web.post(new, data={"based_on": "0", "kind": "in place", "words": "Daily copies"})
        web.post(
            new,
            data={"based_on": "0", "kind": "contractual", "words": "An offline copy",
                  "clause_id": "C14"},
        )  # fmt: skip
        page = web.get(address(risk)).text

        assert [(str(one.kind), one.words, one.clause_id) for one in
                kept(officer, risk).row.controls] == [
            ("in place", "Daily copies", ""), ("contractual", "An offline copy", "C14"),
        ]  # fmt: skip
        after = page[page.index("An offline copy</a>") :]
        assert f"/schedules/{kept(officer, risk).bid.token}/clauses/C14" in after[:400]
        assert "in the schedule" in after[:600]

    @pytest.mark.parametrize(
        ("sent", "message"),
        [
            ({"kind": "contractual", "words": "Copies"},
             "Select the clause that makes it binding"),
            ({"kind": "contractual", "words": "Copies", "clause_id": "C99"},
             "Select one of the options"),
            ({"kind": "in place", "words": " "}, "Enter what holds the risk down"),
            ({"words": "Copies"}, "Select where the control comes from"),
        ],
    )  # fmt: skip
    def test_a_contractual_control_names_a_clause_there_is(self, sent, message, web, risk, officer):
        page = web.post(f"{address(risk)}/controls/new", data={"based_on": "0"} | sent)

        assert (page.status_code, message in page.text) == (422, True)
        assert kept(officer, risk).row.controls == ()

    def test_a_clause_the_risk_has_nothing_to_do_with_takes_a_tick(self, web, risk, officer):
        new = f"{address(risk)}/controls/new"
        sent = {"based_on": "0", "kind": "contractual", "words": "An open API", "clause_id": "C05"}
        refused = web.post(new, data=sent)
        kept_out = kept(officer, risk).row.controls
        saved = web.post(new, data=sent | {"all_the_same": "yes"})

        assert (refused.status_code, kept_out, saved.status_code) == (422, (), 302)
        assert "nothing to do with it: select one of" in refused.text
        assert "An open API" in refused.text
        assert [one.clause_id for one in kept(officer, risk).row.controls] == ["C05"]

    def test_a_control_is_taken_out_and_stays_in_the_history(self, web, risk, officer):
        web.post(
            f"{address(risk)}/controls/new",
            data={"based_on": "0", "kind": "in place", "words": "Daily copies"},
        )
        [control] = kept(officer, risk).row.controls
        place = f"{address(risk)}/controls/{control.token}"
        web.get(place)
        web.post(f"{place}/take-out", data={"based_on": "1"})

        row = kept(officer, risk).row
        assert row.controls == ()
        assert row.history[-1].what == "Control taken out: Daily copies"
        assert web.get(place).status_code == 404


class TestBearing:
    def test_what_is_left_above_the_appetite_is_accepted_until_a_day(self, web, risk, officer):
        asked = web.get(address(risk)).text
        sent = web.post(f"{address(risk)}/accept", data=acceptance())
        row, today = kept(officer, risk).row, clock.london(clock.now()).date()

        assert "Not accepted" in asked
        assert sent.status_code == 302
        assert (row.acceptance.role, row.acceptance.by, row.acceptance.appetite) == (
            "officer", "Ines Roy", 6,
        )  # fmt: skip
        assert row.standing(today) is Standing.ACCEPTED
        assert row.standing(today + timedelta(days=90)) is Standing.ACCEPTED
        assert row.standing(today + timedelta(days=91)) is Standing.EXPIRED
        assert "as officer" in row.history[-1].what

    def test_one_that_has_run_out_shows_as_not_accepted(self, web, risk, officer, client_for, at):
        web.post(f"{address(risk)}/accept", data=acceptance())
        at(clock.now() + timedelta(days=92))
        page = client_for(officer).get(address(risk)).text

        assert "Acceptance has run out" in page
        assert "Accept it until a day" in page

    def test_it_counts_no_more_once_more_is_left(self, web, risk, officer):
        web.post(f"{address(risk)}/accept", data=acceptance())
        web.post(
            address(risk),
            data=form(based_on="1", residual_likelihood="3", why="The copy was lost"),
        )

        today = clock.london(clock.now()).date()
        assert kept(officer, risk).row.standing(today) is Standing.GRAVER

    def test_it_is_taken_back_with_a_reason(self, web, risk, officer):
        web.post(f"{address(risk)}/accept", data=acceptance())
        silent = web.post(f"{address(risk)}/take-back", data={"based_on": "1", "why": " "})
        sent = web.post(f"{address(risk)}/take-back", data={"based_on": "1", "why": "No longer"})

        row = kept(officer, risk).row
        assert (silent.status_code, sent.status_code) == (422, 302)
        assert (row.acceptance.accepted, row.acceptance.why) == (False, "No longer")
        assert row.standing(clock.london(clock.now()).date()) is Standing.TAKEN_BACK

    def test_a_very_high_risk_is_borne_by_the_role_the_scale_names(
        self, web, risk, reviewer, client_for, officer
    ):
        web.post(address(risk), data=form(based_on="1", residual_likelihood="4", why="Untested"))
        refused = web.post(f"{address(risk)}/accept", data=acceptance(rating="4x5"))
        sent = client_for(reviewer).post(f"{address(risk)}/accept", data=acceptance(rating="4x5"))

        assert refused.status_code == 422
        assert "lets only the reviewer do so" in refused.text
        assert sent.status_code == 302
        assert kept(officer, risk).row.acceptance.role == "reviewer"

    @pytest.mark.parametrize(
        ("changed", "message"),
        [
            ({"why": ""}, "Enter why the risk is borne"),
            ({"until-day": "", "until-month": "", "until-year": ""},
             "Enter until when it is accepted"),
            ({"until-year": "2026"}, "Enter a day in the future"),
            ({"until-year": "2031"}, "then it is accepted anew"),
            ({"rating": "1x1"}, "What is left was rated anew while you were writing"),
            ({"rating": "²x5"}, "What is left was rated anew while you were writing"),
            ({"based_on": "3"}, "A colleague decided on this meanwhile"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_said_and_nobody_bears_it(self, changed, message, web, risk, officer):
        changed = {"until-month": "6"} | changed if "until-year" in changed else changed
        if changed.get("until-year") == "2026":
            changed |= {"until-month": "1"}
        page = web.post(f"{address(risk)}/accept", data=acceptance(**changed))

        assert (page.status_code, message in page.text) == (422, True)
        assert kept(officer, risk).row.acceptance is None

    @pytest.mark.parametrize(
        ("left", "message"),
        [
            (("", ""), "because nobody rated what is left of it"),
            (("1", "5"), "is within the appetite of 6: nobody has to"),
        ],
    )
    def test_there_is_nothing_to_bear_below_the_appetite(self, left, message, web, risk, officer):
        data = form(based_on="1", residual_likelihood=left[0], residual_impact=left[1], why="New")
        web.post(address(risk), data=data)
        page = web.post(f"{address(risk)}/accept", data=acceptance(rating="1x5"))

        assert (page.status_code, message in page.text) == (422, True)

    def test_who_may_not_accept_does_not(self, risk, authority, client_for):
        for role, status in ((Role.AUDITOR, 403), (Role.CONTRACT_MANAGER, 403)):
            web = client_for(make_person(role, authority))
            assert web.get(f"{address(risk)}/accept").status_code == status
            assert web.post(f"{address(risk)}/accept", data=acceptance()).status_code == status
        assert db.session.scalars(select(RiskAcceptance)).all() == []


def test_words_stay_out_of_the_audit_trail(web, risk, bid):
    web.post(f"{address(risk)}/actions/new", data=DONE)
    web.post(f"{address(risk)}/accept", data=acceptance())
    entries = db.session.execute(
        select(AuditEntry.action, AuditEntry.details)
        .where(AuditEntry.subject == bid.token, AuditEntry.action.startswith("risk."))
        .order_by(AuditEntry.id)
    ).all()

    assert [action for action, _ in entries] == ["risk.accepted", "risk.action_set", "risk.borne"]
    assert [word for _, told in entries for word in ("offline", "costs") if word in told] == []
    assert json.loads(entries[-1][1])["appetite"] == 6


@pytest.mark.both_databases
@pytest.mark.parametrize("table", [RiskAction, RiskControl, RiskAcceptance])
def test_the_database_refuses_to_change_what_was_said(table, web, risk):
    web.post(f"{address(risk)}/actions/new", data=DONE)
    web.post(
        f"{address(risk)}/controls/new",
        data={"based_on": "0", "kind": "in place", "words": "Daily copies"},
    )
    web.post(f"{address(risk)}/accept", data=acceptance())
    db.session.commit()

    for change in (text(f"UPDATE {table.__tablename__} SET number = 9"), delete(table)):
        with pytest.raises(DatabaseError, match="never changed"):
            db.session.execute(change)
        db.session.rollback()


def test_the_page_of_a_risk_takes_as_many_statements_with_many_actions(
    web, risk, statements_counted
):
    place = address(risk)
    with statements_counted() as before:
        web.get(place)
    for number in range(12):
        web.post(f"{address(risk)}/actions/new", data=DONE | {"what": f"Step {number}"})
        web.post(
            f"{address(risk)}/controls/new",
            data={"based_on": "0", "kind": "in place", "words": f"Lock {number}"},
        )
    with statements_counted() as after:
        web.get(place)

    assert len(after) == len(before) <= 15


def test_a_lost_bid_s_register_is_read_and_no_longer_changed(web, risk, officer, tender, bid):
    web.post(f"{address(risk)}/actions/new", data=DONE)
    [action] = actions_of(officer, risk)
    db.session.get_one(Tender, tender.id).stage = Stage.DECIDED
    db.session.commit()
    page = web.get(address(risk))
    places = (
        f"{address(risk)}/actions/new",
        f"{address(risk)}/actions/{action.token}",
        f"{address(risk)}/controls/new",
        f"{address(risk)}/accept",
        f"{address(risk)}/take-back",
    )

    assert page.status_code == 200
    assert "This register is history" in page.text
    assert "Save the decision" not in page.text
    assert {web.post(place, data=DONE).status_code for place in places} == {403}
    assert web.post(address(risk), data=form(based_on="1")).status_code == 409
    assert [one.number for one in actions_of(officer, risk)] == [1]


def test_accepting_is_about_what_was_read(risk, officer, web):
    read = kept(officer, risk)
    web.post(address(risk), data=form(based_on="1", residual_likelihood="3", why="Graver"))
    until = clock.london(clock.now()).date() + timedelta(days=9)
    terms = AcceptanceTerms(rating=(2, 5), until=until, why="Borne")

    with pytest.raises(ChangedMeanwhile):
        accept_risk(read, terms, based_on=0, by=viewer_of(officer))


def test_a_new_action_is_not_due_in_the_past(web, risk, officer):
    page = web.post(f"{address(risk)}/actions/new", data=DONE | {"due-year": "2020"})

    assert (page.status_code, page.text.count("Enter today or a day in the future")) == (422, 2)
    assert actions_of(officer, risk) == ()


def test_who_may_not_accept_so_grave_a_risk_is_told_who_has_to(web, risk, reviewer, client_for):
    data = form(based_on="1", residual_likelihood="4")
    assert web.post(address(risk), data=data).status_code == 302
    told = "A reviewer has to accept this risk"
    place = f"{address(risk)}/accept"
    page, accept = web.get(address(risk)).text, web.get(place).text
    theirs = client_for(reviewer)

    assert (page.count(told), page.count(f'href="{place}"')) == (1, 0)
    assert (accept.count(told), accept.count('name="until-day"')) == (1, 0)
    assert theirs.get(address(risk)).text.count(f'href="{place}"') == 1
    assert theirs.get(place).text.count('name="until-day"') == 1
