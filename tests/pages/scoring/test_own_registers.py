"""After the results of a joint tender each authority keeps a register of risks for itself."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DatabaseError

from accounts.models import Organisation
from accounts.rules.roles import Role
from foundation import clock
from foundation.audit import AuditEntry
from foundation.database import db, transaction
from foundation.tokens import new_token
from records.exporting import exported
from records.pack.bid_decisions import risks as risks_of_the_record
from scoring import seals, service
from scoring.models import BidResult, OwnRiskDecision
from scoring.queries.own_registers import own_register
from scoring.rules.register import RiskState, Treatment
from scoring.service.own_registers import NotInOwnRegister, keep_risk
from scoring.service.risks import OwnTerms, RiskOvertaken
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid
from tenders import service as tenders
from tenders.libraries import frozen_libraries
from tenders.models import Tender
from tenders.rules.lifecycle import Stage
from tenders.service import joint
from tests.factories import make_authority, make_open_tender, make_tender, viewer_of
from tests.pages.scoring.conftest import CLOSES_AT, FACTS
from tests.taking_part import everything_at_home, guest, part, taking_part

pytestmark = pytest.mark.slow

OURS, THEIRS = "Hollowmere Council", "Ashbrook Council"
SECRET = "the heron stands at weir nine"


@pytest.fixture
def tender(officer, request):
    """A published tender of Hollowmere that Ashbrook takes part in."""
    tender = make_tender(officer, closes_at=CLOSES_AT, facts=FACTS)
    request.node.partner = taking_part(tender, officer, THEIRS)
    tenders.publish_tender(tender, by=viewer_of(officer), libraries=frozen_libraries(tender))
    return tender


@pytest.fixture
def partner(tender, request):
    """The officer of the authority that takes part."""
    return request.node.partner


@pytest.fixture
def manager(tender, partner):
    """Who keeps the register of the authority that takes part."""
    return guest(tender, partner, Role.CONTRACT_MANAGER)


@pytest.fixture
def bids(make_bid, opened):
    made = {name: make_bid(name, best=False) for name in ("Larkfield", "Rook")}
    opened()
    return made


@pytest.fixture
def decided(bids, evaluated, officer):
    """R10 of the bid that will win, accepted in the evaluation; R10 of the other, dropped."""
    for name, state in (("Larkfield", RiskState.ACCEPTED), ("Rook", RiskState.DROPPED)):
        read = evaluated(bids[name])
        risk = next(one for one in read.risks if one.risk_id == "R10")
        row = risk.shown(read.name, read.evaluation, read.questionnaire)
        terms = service.RiskTerms(
            state=state, cause=row.cause, event=row.event, consequence=row.consequence,
            likelihood=4, impact=5, why=f"Agreed by the panel for {name}", **treated(owner="Panel"),
        )  # fmt: skip
        service.decide_risk(read, risk, terms, based_on=0, by=viewer_of(officer))
    return bids


@pytest.fixture
def released(decided, tender, officer):
    """The results as released: Larkfield won."""
    with transaction():
        for name, bid in decided.items():
            bid, token = db.session.get_one(Bid, bid.id), new_token()
            key = bid_seals.opened_key(bid)
            db.session.add(
                BidResult(
                    token=token,
                    bid_id=bid.id,
                    successful=name == "Larkfield",
                    sealed_summary=seals.seal_text(seals.SUMMARY, token, key, "{}"),
                    released_at=clock.now(),
                    released_by_id=officer.id,
                )
            )
        stage(tender, Stage.DECIDED)
    return tender


def stage(tender, stage):
    db.session.get_one(Tender, tender.id).stage = stage
    db.session.flush()


def treated(**changed):
    return {
        "treatment": Treatment.TREAT, "actions": "Require an offline copy", "owner": "",
        "due": None, "review_on": None, "residual_likelihood": None, "residual_impact": None,
        "target_likelihood": None, "target_impact": None,
    } | changed  # fmt: skip


def form(**changed):
    return {
        "based_on": "0", "state": "accepted",
        "treatment": "transfer", "actions": "Insure the readings",
        "owner": "Head of Parks",
        "due-day": "1", "due-month": "3", "due-year": "2027",
        "residual_likelihood": "2", "residual_impact": "4",
        "target_likelihood": "1", "target_impact": "4",
        "review_on-day": "1", "review_on-month": "6", "review_on-year": "2027",
        "why": "Agreed with our insurer",
    } | changed  # fmt: skip


def register_of(person, tender):
    db.session.commit()
    return own_register(viewer_of(person), tender.token, to="risk:read")


def risk_of(person, tender, risk_id="R10"):
    return next(one for one in register_of(person, tender).risks if one.risk_id == risk_id)


def keep(person, tender, *, based_on=0, why="Because of us", **changed):
    risk = risk_of(person, tender)
    terms = OwnTerms(why=why, **treated(**changed))
    return keep_risk(risk, terms, based_on=based_on, by=viewer_of(person))


def page(tender, risk=None):
    place = f"/evaluation/tenders/{tender.token}/register"
    return f"{place}/{risk.token}" if risk else place


def workbook(client, tender, name="risk-register.xlsx"):
    answer = client.get(f"/evaluation/tenders/{tender.token}/{name}")
    return load_workbook(BytesIO(answer.data))


def table_of(sheet):
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def r10_in(book):
    return next(row for row in table_of(book["Register"]) if row["Risk"] == "R10")


def test_the_register_begins_as_the_evaluation_left_it_with_the_winner_alone(
    released, officer, manager
):
    for person in (officer, manager):
        register = register_of(person, released)

        assert {risk.bid.name for risk in register.risks} == {"Larkfield"}
        row = risk_of(person, released).row
        assert (row.owner, row.state, row.why) == (
            "Panel",
            RiskState.ACCEPTED,
            "Agreed by the panel for Larkfield",
        )
        assert [risk.decisions for risk in register.risks] == [()] * len(register.risks)


def test_whoever_keeps_the_register_changes_it_on_the_page(released, manager, client_for):
    web, risk = client_for(manager), risk_of(manager, released)

    answer = web.post(page(released, risk), data=form())

    assert (answer.status_code, answer.location) == (302, page(released))
    row = risk_of(manager, released).row
    assert (row.owner, row.treatment, row.actions, row.residual.score, row.target.score) == (
        "Head of Parks",
        "transfer",
        "Insure the readings",
        8,
        4,
    )
    assert (row.due.isoformat(), row.review_on.isoformat(), row.decided_by) == (
        "2027-03-01",
        "2027-06-01",
        manager.name,
    )
    # What the risk is stays what the evaluation made of it.
    assert (row.inherent.score, row.raised_on) == (20, clock.london(clock.now()).date())


def test_the_tender_and_the_risks_of_its_bids_lead_to_the_register(released, manager, client_for):
    web, bid = client_for(manager), risk_of(manager, released).bid

    shown = [web.get(f"/tenders/{released.token}"), web.get(f"/evaluation/bids/{bid.token}/risks")]

    assert [one.text.count(f'href="{page(released)}"') for one in shown] == [1, 1]
    assert f"The risk register of {THEIRS} for the contract" in shown[0].text


def test_neither_authority_sees_what_the_other_set(released, officer, manager, client_for):
    keep(officer, released, owner="Our-Owner-1", why="Our-Reason-1", actions="Our-Action-1")
    keep(manager, released, owner="Their-Owner-2", why="Their-Reason-2", actions="Their-Action-2")
    risk = risk_of(officer, released)

    def told(person):
        web = client_for(person)
        db.session.commit()
        bid = risk.bid.token
        shown = [
            web.get(place).text
            for place in (
                page(released),
                page(released, risk),
                f"/evaluation/bids/{bid}/risks",
                f"/evaluation/risks/{risk.token}",
            )
        ]
        cells = [
            str(cell)
            for name in ("risk-register.xlsx", "evaluated-risks.xlsx")
            for sheet in workbook(web, released, name)
            for row in sheet.iter_rows(values_only=True)
            for cell in row
        ]
        words = "\n".join([*shown, *cells])
        return {
            word
            for word in ("Our-Owner-1", "Our-Reason-1", "Our-Action-1",
                         "Their-Owner-2", "Their-Reason-2", "Their-Action-2")
            if word in words
        }  # fmt: skip

    assert told(officer) == {"Our-Owner-1", "Our-Reason-1", "Our-Action-1"}
    assert told(manager) == {"Their-Owner-2", "Their-Reason-2", "Their-Action-2"}


def test_one_authority_s_versions_are_counted_without_the_other_s(released, officer, manager):
    keep(officer, released, why="First")
    keep(officer, released, why="Second", based_on=1)

    theirs = keep(manager, released, why="Ours")

    assert theirs.number == 1
    assert [one.why for one in risk_of(officer, released).decisions] == ["First", "Second"]
    assert [one.why for one in risk_of(manager, released).decisions] == ["Ours"]


def test_every_version_stays_with_who_when_and_why(released, officer, client_for):
    keep(officer, released, owner="Head of Roads", why="The team moved")
    keep(officer, released, owner="Head of Water", why="It moved again", based_on=1)

    web = client_for(officer)
    shown = web.get(page(released, risk_of(officer, released))).text
    last = r10_in(workbook(web, released))["Last changes"].splitlines()

    assert [shown.count(words) for words in ("The team moved", "It moved again")] == [1, 2]
    # A row with all of them would be a page high: all stand on the sheet of changes.
    assert last[0] == "2 more on the sheet Change log"
    assert [line.partition(": ")[0] for line in last[1:]] == ["2 December 2026, Ines Roy"] * 2
    assert [line.partition(": ")[2] for line in last[1:]] == [
        "Changed in the register, 1; Owner: Panel → Head of Roads: The team moved",
        "Changed in the register, 2; Owner: Head of Roads → Head of Water: It moved again",
    ]


@pytest.mark.both_databases
@pytest.mark.parametrize("change", ["UPDATE own_risk_decision SET why = ''", None])
def test_the_database_refuses_to_change_what_an_authority_set(change, released, officer):
    keep(officer, released)
    db.session.commit()

    with pytest.raises(DatabaseError, match="never changed"):
        db.session.execute(text(change) if change else delete(OwnRiskDecision))
    db.session.rollback()


def test_a_colleague_who_was_quicker_is_told_and_nothing_is_lost(released, officer, client_for):
    keep(officer, released, why="I was first")
    risk = risk_of(officer, released)
    with pytest.raises(RiskOvertaken):
        keep(officer, released, why="I was late")

    answer = client_for(officer).post(page(released, risk), data=form(owner="Late Owner"))

    assert answer.status_code == 422
    assert "A colleague changed this risk while you were writing" in answer.text
    assert 'value="Late Owner"' in answer.text
    assert [one.why for one in risk_of(officer, released).decisions] == ["I was first"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"why": " "}, "Enter the reason for the change"),
        ({"residual_impact": ""}, "Select the residual impact too"),
        ({"treatment": ""}, "Select a treatment"),
        ({"owner": "x" * 201}, "Enter an owner of 200 characters or fewer"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(
    changed, message, released, manager, client_for
):
    risk = risk_of(manager, released)

    answer = client_for(manager).post(page(released, risk), data=form(**changed))

    assert answer.status_code == 422
    assert message in answer.text
    assert risk_of(manager, released).decisions == ()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.MODERATOR])
def test_who_may_only_read_the_risks_only_reads_the_register(role, released, partner, client_for):
    reader = guest(released, partner, role)
    web, risk = client_for(reader), risk_of(reader, released)

    assert web.get(page(released)).status_code == 200
    assert "Save in our register" not in web.get(page(released, risk)).text
    assert web.post(page(released, risk), data=form()).status_code == 403
    assert risk_of(reader, released).decisions == ()


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.CONTRACT_MANAGER])
def test_a_reviewer_and_a_contract_manager_of_a_guest_keep_it(role, released, partner, client_for):
    keeper = guest(released, partner, role)

    answer = client_for(keeper).post(
        page(released, risk_of(keeper, released)), data=form(why="We agreed")
    )

    assert answer.status_code == 302
    assert [one.why for one in risk_of(keeper, released).decisions] == ["We agreed"]


def test_roles_at_home_and_other_authorities_find_no_register(
    released, officer, partner, client_for
):
    risk = risk_of(officer, released)
    at_home = everything_at_home(viewer_of_authority(partner))
    stranger = everything_at_home(make_authority("Oakmere Council"))
    places = (page(released), page(released, risk))

    for person in (partner, at_home, stranger):
        web = client_for(person)
        assert [web.get(place).status_code for place in places] == [404, 404]
        assert web.post(places[1], data=form()).status_code == 404
    assert db.session.scalars(select(OwnRiskDecision)).all() == []


def viewer_of_authority(person):
    return db.session.get_one(Organisation, viewer_of(person).organisation_id)


def test_an_authority_that_left_finds_its_register_no_more_and_ours_goes_on(
    released, officer, partner, manager, client_for
):
    keep(manager, released, why="Theirs to keep")
    joint.leave(
        part(released, viewer_of_authority(partner)), because="No money", by=viewer_of(partner)
    )

    # His role for the tender ended with the part his authority took.
    assert client_for(manager).get(page(released)).status_code == 403
    assert client_for(officer).get(page(released)).status_code == 200
    assert "Theirs to keep" in export_of(viewer_of_authority(partner))


def test_the_page_of_a_lost_bid_s_risk_is_not_found(released, officer, evaluated, bids, client_for):
    lost = next(one for one in evaluated(bids["Rook"]).risks if one.risk_id == "R10").row

    assert client_for(officer).get(page(released, lost)).status_code == 404


def test_there_is_no_register_before_the_results(decided, tender, officer, client_for):
    web = client_for(officer)

    assert web.get(page(tender)).status_code == 404
    assert web.get(f"/evaluation/tenders/{tender.token}/evaluated-risks.xlsx").status_code == 404
    assert page(tender) not in web.get(f"/tenders/{tender.token}").text
    # Until then the register holds all bids, and each authority takes it away under its own name.
    assert {row["Supplier"] for row in table_of(workbook(web, tender)["Register"])} == {
        "Larkfield",
        "Rook",
    }


def test_a_tender_that_was_cancelled_since_has_none(released, officer, client_for):
    risk = risk_of(officer, released)
    with transaction():
        stage(released, Stage.CANCELLED)

    with pytest.raises(NotInOwnRegister, match="at the cancelled stage"):
        keep_risk(risk, OwnTerms(why="Late", **treated()), based_on=0, by=viewer_of(officer))
    assert client_for(officer).get(page(released)).status_code == 404


@pytest.mark.parametrize("person", ["officer", "manager"])
def test_each_authority_s_workbook_holds_the_winner_s_risks_and_its_own_values(
    person, released, officer, manager, client_for
):
    keep(officer, released, owner="Head of Roads", why="Ours", residual_likelihood=2,
         residual_impact=3)  # fmt: skip
    keep(manager, released, owner="Head of Parks", why="Theirs", residual_likelihood=1,
         residual_impact=2)  # fmt: skip
    who = {"officer": officer, "manager": manager}[person]
    book = workbook(client_for(who), released)
    row, summary = r10_in(book), book["Summary"]

    assert {one["Supplier"] for one in table_of(book["Register"])} == {"Larkfield"}
    assert {one["Supplier"] for one in table_of(book["Trace"])} == {"Larkfield"}
    told = (row["Risk owner"], row["Residual likelihood"], row["Reason for the decision"])
    assert (summary["A1"].value.partition(":")[0], *told) == {
        "officer": (f"Risk register of {OURS}", "Head of Roads", 2, "Ours"),
        "manager": (f"Risk register of {THEIRS}", "Head of Parks", 1, "Theirs"),
    }[person]


def test_the_evaluation_s_register_of_all_bids_stays_as_it_was_decided(
    released, officer, client_for
):
    keep(officer, released, owner="Head of Roads")

    rows = table_of(workbook(client_for(officer), released, "evaluated-risks.xlsx")["Register"])

    assert {
        (row["Supplier"], row["Status"], row["Risk owner"]) for row in rows if row["Risk"] == "R10"
    } == {("Larkfield", "accepted", "Panel"), ("Rook", "dropped", "Panel")}


def test_a_risk_nobody_decided_is_accepted_by_whoever_deals_with_it(
    released, manager, officer, client_for
):
    undecided = next(
        one for one in register_of(manager, released).risks if one.common.decision is None
    )
    client_for(manager).post(page(released, undecided), data=form())

    assert risk_of(manager, released, undecided.risk_id).row.state is RiskState.ACCEPTED
    assert risk_of(officer, released, undecided.risk_id).row.state is RiskState.PROPOSED


def test_the_change_is_recorded_with_the_authority_and_not_with_the_tender(
    released, manager, partner
):
    keep(manager, released, why=SECRET)

    [entry] = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "own_register.changed")
    )

    assert (entry.subject_kind, entry.subject) == (
        "organisation",
        viewer_of(partner).organisation_token,
    )
    told = json.loads(entry.details)
    assert (entry.actor, told["risk"], told["number"]) == (manager.token, "R10", 1)
    assert SECRET not in entry.details


def export_of(authority):
    return b"".join(exported(authority, clock.now())).decode()


def test_each_authority_exports_its_own_register_and_no_other(released, officer, manager, partner):
    keep(officer, released, why="Our-Reason-1")
    keep(manager, released, why="Their-Reason-2")
    ours = export_of(viewer_of_authority(officer))
    theirs = export_of(viewer_of_authority(partner))

    def rows(text):
        return [
            (row["why"], row["tender"], row["risk"], row["number"])
            for row in json.loads(text)["tables"]["own_risk_decision"]
        ]

    assert rows(ours) == [("Our-Reason-1", released.token, "R10", 1)]
    assert rows(theirs) == [("Their-Reason-2", released.token, "R10", 1)]
    assert ("Their-Reason-2" in ours, "Our-Reason-1" in theirs) == (False, False)


def test_the_record_of_the_tender_holds_the_leading_authority_s_register_alone(
    released, officer, manager, bids
):
    keep(officer, released, why="Our-Reason-1")
    keep(manager, released, why="Their-Reason-2")
    bid = db.session.get_one(Bid, bids["Larkfield"].id)

    told = json.dumps([section.text for section in risks_of_the_record(bid)], default=str)

    assert ("Our-Reason-1" in told, "Their-Reason-2" in told) == (True, False)


def test_a_register_takes_the_same_few_statements_however_much_was_changed(
    released, manager, client_for, statements_counted
):
    web, place = client_for(manager), page(released)
    web.get(place)
    with statements_counted() as before:
        web.get(place)
    for number, risk in enumerate(register_of(manager, released).risks[:5]):
        for version in range(2):
            keep_risk(
                risk,
                OwnTerms(why=f"{number}", **treated()),
                based_on=version,
                by=viewer_of(manager),
            )
    db.session.commit()
    with statements_counted() as after:
        web.get(place)

    assert len(after) == len(before) <= 15


class TestKeeping:
    """What an authority does about a risk of its contract beside deciding on it."""

    ACTION = {
        "based_on": "0", "what": "Their-Action-2", "owner": "", "state": "open", "words": "",
        "due-day": "", "due-month": "", "due-year": "",
    }  # fmt: skip

    def test_actions_controls_and_acceptance_are_the_authority_s_own(
        self, released, officer, manager, partner, client_for
    ):
        web, risk = client_for(manager), risk_of(manager, released)
        reviewer = guest(released, partner, Role.REVIEWER)
        place = f"/evaluation/risks/{risk.token}"
        web.post(page(released, risk), data=form())
        sent = [
            web.post(f"{place}/actions/new", data=self.ACTION),
            web.post(f"{place}/controls/new",
                     data={"based_on": "0", "kind": "in place", "words": "Their-Control-2"}),
            client_for(reviewer).post(
                f"{place}/accept",
                data={"based_on": "0", "rating": "2x4", "why": "Their-Reason-2",
                      "until-day": "1", "until-month": "5", "until-year": "2027"},
            ),
        ]  # fmt: skip
        ours, theirs = risk_of(officer, released).row, risk_of(manager, released).row
        shown = web.get(page(released, risk)).text

        assert [one.status_code for one in sent] == [302, 302, 302]
        assert {one.location.partition("#")[0] for one in sent} == {page(released, risk)}
        assert ([one.what for one in theirs.listed_actions], theirs.acceptance.why) == (
            ["Their-Action-2"],
            "Their-Reason-2",
        )
        assert (ours.listed_actions, ours.controls, ours.acceptance) == ((), (), None)
        assert [shown.count(words) > 0 for words in ("Their-Action-2", "Their-Control-2")] == [
            True, True,
        ]  # fmt: skip
        assert "Their-Action-2" not in client_for(officer).get(page(released, risk)).text
        kinds = db.session.scalars(
            select(AuditEntry.subject_kind).where(
                AuditEntry.action.in_(("risk.action_set", "risk.control_set", "risk.borne"))
            )
        ).all()
        assert kinds == ["organisation"] * 3

    def test_a_risk_is_treated_closed_and_opened_again_with_reasons(
        self, released, manager, client_for
    ):
        web, risk = client_for(manager), risk_of(manager, released)
        states = []
        for number, state in enumerate(("accepted", "treated", "closed", "accepted")):
            data = form(based_on=str(number), state=state, why=f"Now {state}")
            assert web.post(page(released, risk), data=data).status_code == 302
            states.append(str(risk_of(manager, released).row.state))

        assert states == ["accepted", "treated", "closed", "accepted"]
        changed = risk_of(manager, released).row.history[-2]
        assert (changed.why, changed.differences[0].words) == (
            "Now closed", "State: treated → closed",
        )  # fmt: skip

    def test_an_accepted_risk_is_not_closed_at_once(self, released, manager, client_for):
        web, risk = client_for(manager), risk_of(manager, released)

        answer = web.post(page(released, risk), data=form(state="closed"))

        assert (answer.status_code, "Select one of the options" in answer.text) == (422, True)
        assert risk_of(manager, released).decisions == ()

    def test_nobody_keeps_a_lost_bid_s_risk(self, released, officer, evaluated, bids, client_for):
        lost = next(one for one in evaluated(bids["Rook"]).risks if one.stands).row
        web = client_for(officer)

        read = web.get(f"/evaluation/risks/{lost.token}")
        sent = web.post(f"/evaluation/risks/{lost.token}/actions/new", data=self.ACTION)

        assert (read.status_code, "This register is history" in read.text) == (200, True)
        assert sent.status_code == 403

    def test_the_risk_of_the_evaluation_leads_to_the_register_and_back(
        self, released, manager, client_for
    ):
        web, risk = client_for(manager), risk_of(manager, released)

        assert f'href="{page(released, risk)}"' in web.get(f"/evaluation/risks/{risk.token}").text
        assert f'href="/evaluation/risks/{risk.token}#chain"' in web.get(page(released, risk)).text

    def test_known_risks_of_the_tender_stand_beside_and_no_other(
        self, released, manager, client_for
    ):
        assert "Known risks of the tender" not in client_for(manager).get(page(released)).text

    def test_the_page_of_a_risk_takes_as_many_statements_however_much_was_done(
        self, released, manager, client_for, statements_counted
    ):
        web, risk = client_for(manager), risk_of(manager, released)
        place = page(released, risk)
        web.post(place, data=form())
        web.get(place)
        with statements_counted() as before:
            web.get(place)
        for number in range(12):
            web.post(
                f"/evaluation/risks/{risk.token}/actions/new",
                data=self.ACTION | {"what": f"Step {number}"},
            )
        db.session.commit()
        with statements_counted() as after:
            web.get(place)

        assert len(after) == len(before) <= 15


class TestOneAuthority:
    """Whoever buys alone keeps one register of the contract too."""

    @pytest.fixture
    def tender(self, officer):
        return make_open_tender(officer, closes_at=CLOSES_AT, facts=FACTS)

    def test_it_keeps_the_winner_s_risks_from_the_results_on(self, released, officer, client_for):
        keep(officer, released, owner="Head of Roads", why="Ours now")
        web = client_for(officer)
        book = workbook(web, released)

        assert web.get(page(released)).status_code == 200
        assert {row["Supplier"] for row in table_of(book["Register"])} == {"Larkfield"}
        assert r10_in(book)["Risk owner"] == "Head of Roads"
        assert {
            row["Supplier"]
            for row in table_of(workbook(web, released, "evaluated-risks.xlsx")["Register"])
        } == {"Larkfield", "Rook"}
        assert page(released) in web.get(f"/tenders/{released.token}").text


def test_a_new_day_in_the_past_is_refused_and_the_last_reason_is_read_above_an_empty_box(
    released, manager, client_for
):
    web, risk = client_for(manager), risk_of(manager, released)
    place = page(released, risk)
    refused = web.post(place, data=form(**{"due-year": "2020"}))
    assert web.post(place, data=form()).status_code == 302
    text = web.get(place).text

    assert (refused.status_code, refused.text.count("Enter today or a day in the future")) == (
        422, 2,
    )  # fmt: skip
    assert text.count("): Agreed with our insurer</p>") == 1
    assert text.split('name="why"')[1].partition(">")[2].partition("<")[0].strip() == ""
