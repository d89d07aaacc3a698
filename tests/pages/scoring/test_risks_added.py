"""A risk that comes up under a contract, added by one authority to the register it alone sees."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from accounts.rules.roles import Role
from contract_clauses.queries.watching_risks import risks_kept
from foundation import clock
from foundation.audit import AuditEntry
from foundation.database import db, transaction
from records.pack.bid_decisions import risks as risks_of_the_record
from records.queries.portfolio_risks import risks_of
from scoring.models import RiskRow
from scoring.queries.register import registers_of
from scoring.rules.register import Treatment
from scoring.service.own_registers import NotInOwnRegister
from scoring.service.risks_by_hand import OwnRiskWords, add_to_register
from supplier_portal.models import Bid
from tenders.rules.lifecycle import Stage
from tests.factories import viewer_of
from tests.pages.scoring.test_own_registers import (  # noqa: F401
    bids,
    decided,
    export_of,
    form,
    guest,
    manager,
    page,
    partner,
    register_of,
    released,
    risk_of,
    stage,
    table_of,
    tender,
    viewer_of_authority,
    workbook,
)
from tests.pages.scoring.test_register_import import Page, edit

pytestmark = pytest.mark.slow

WORDS = {
    "title": "Thaw-Title-3",
    "category": "operations",
    "cause": "the depot is rebuilt in spring",
    "event": "gauges are moved without notice",
    "consequence": "readings of the wrong place",
    "likelihood": "4",
    "impact": "3",
    "treatment": "treat",
    "actions": "Tell the supplier of each move",
    "owner": "Head of Depots",
    "why": "Thaw-Reason-4",
}


@pytest.fixture
def won(released, bids):  # noqa: F811
    return db.session.get_one(Bid, bids["Larkfield"].id)


@pytest.fixture
def add(released, won, client_for):  # noqa: F811
    """Add a risk on the page, as somebody."""

    def added(person, **changed):
        place = f"/evaluation/tenders/{released.token}/register/add/{won.token}"
        return client_for(person).post(place, data=WORDS | changed)

    return added


def mine(person, tender):  # noqa: F811
    return [one for one in register_of(person, tender).risks if one.common.is_added]


def test_whoever_keeps_the_register_adds_a_risk_and_deals_with_it(
    add,
    released,  # noqa: F811
    manager,  # noqa: F811
    client_for,
):
    answer = add(manager)

    [risk] = mine(manager, released)
    assert (answer.status_code, answer.location) == (302, page(released, risk))
    row = risk.row
    assert (row.risk_id, row.title, row.category, row.inherent.score, row.owner, row.state) == (
        "ADDED-1", "Thaw-Title-3", "operations", 12, "Head of Depots", "accepted",
    )  # fmt: skip
    assert [(one.what, one.by, one.why) for one in row.history] == [
        ("Added to the register by hand", manager.name, "Thaw-Reason-4"),
        ("Accepted as it was added", manager.name, "Thaw-Reason-4"),
    ]

    web = client_for(manager)
    assert web.post(page(released, risk), data=form()).status_code == 302
    action = {"based_on": "0", "what": "Agree a list of moves", "owner": "Depots", "state": "open"}
    done = web.post(f"/evaluation/risks/{risk.token}/actions/new", data=action)
    assert (done.status_code, done.location) == (302, f"{page(released, risk)}#to-do")
    [risk] = mine(manager, released)
    assert (risk.row.residual.score, risk.row.target.score) == (8, 4)
    assert [one.what for one in risk.row.listed_actions] == ["Agree a list of moves"]
    # The page of the evaluation knows nothing of it and leads to the register.
    led = web.get(f"/evaluation/risks/{risk.token}")
    assert (led.status_code, led.location) == (302, page(released, risk))
    assert "Thaw-Title-3" in web.get(page(released)).text


def test_it_stands_in_the_workbook_and_comes_back_with_it(
    add,
    released,  # noqa: F811
    manager,  # noqa: F811
    client_for,
):
    add(manager)
    theirs = Page(client_for(manager), released)

    book = theirs.download()
    edit(book, "ADDED-1", Risk_owner="Head of Ponds")
    done = theirs.apply(theirs.upload(book))

    assert done.status_code == 302
    [risk] = mine(manager, released)
    assert (risk.row.owner, risk.number) == ("Head of Ponds", 1)


def test_nobody_of_another_authority_finds_it_anywhere(
    add,
    released,  # noqa: F811
    won,
    officer,
    manager,  # noqa: F811
    partner,  # noqa: F811
    client_for,
):
    add(manager)
    [risk] = mine(manager, released)
    db.session.commit()
    web = client_for(officer)

    token = risk.token
    places = {
        f"/evaluation/tenders/{released.token}/register/{token}": 404,
        f"/evaluation/risks/{token}": 404,
        f"/evaluation/risks/{token}/actions/new": 404,
        f"/evaluation/risks/{token}/accept": 404,
        page(released): 200,
        f"/evaluation/bids/{won.token}/risks": 200,
    }
    shown = {place: web.get(place) for place in places}

    assert {place: answer.status_code for place, answer in shown.items()} == places
    cells = [
        str(cell)
        for name in ("risk-register.xlsx", "evaluated-risks.xlsx")
        for sheet in workbook(web, released, name)
        for row in sheet.iter_rows(values_only=True)
        for cell in row
    ]
    record = json.dumps([str(one) for one in risks_of_the_record(won)])
    told = "\n".join(
        [*(answer.text for answer in shown.values()), *cells, record]
        + [export_of(viewer_of_authority(officer))]
    )
    assert [word in told for word in ("Thaw-Title-3", "Thaw-Reason-4", "ADDED-1", token)] == [
        False
    ] * 4


def test_each_authority_exports_what_it_added_and_no_other(
    add,
    released,  # noqa: F811
    officer,
    manager,  # noqa: F811
    partner,  # noqa: F811
):
    add(manager)
    add(officer, title="Frost-Title-5")
    db.session.commit()

    def added(person):
        tables = json.loads(export_of(viewer_of_authority(person)))["tables"]
        rows = [one for one in tables["risk_row"] if one["own_title"]]
        words = [one["event"] for one in tables["risk_decision"]]
        return [(one["own_title"], one["tender"]) for one in rows], words.count(WORDS["event"])

    assert added(officer) == ([("Frost-Title-5", released.token)], 1)
    assert added(partner) == ([("Thaw-Title-3", released.token)], 1)
    # Their numbers tell nothing of each other.
    assert [one.risk_id for one in mine(officer, released) + mine(manager, released)] == [
        "ADDED-1",
        "ADDED-1",
    ]


def test_it_is_recorded_with_the_authority_that_added_it_without_its_words(
    add,
    released,  # noqa: F811
    manager,  # noqa: F811
):
    add(manager)
    db.session.commit()

    [noted] = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "own_register.added")
    )
    assert (noted.subject_kind, noted.subject) == (
        "organisation",
        viewer_of(manager).organisation_token,
    )
    assert "Thaw" not in json.dumps(noted.details)


def test_it_counts_in_the_portfolio_and_the_dates_of_its_authority_alone(
    add,
    released,  # noqa: F811
    won,
    officer,
    manager,  # noqa: F811
    client_for,
):
    contracts = [(won.id, released)]
    ids = [viewer_of(person).organisation_id for person in (officer, manager)]
    before = [len(risks_of(one, contracts).get(won.id, ())) for one in ids]
    add(manager)
    add(officer)
    client_for(manager).post(page(released, mine(manager, released)[0]), data=form())
    db.session.commit()

    after = [len(risks_of(one, contracts).get(won.id, ())) for one in ids]
    kept = [
        (one.authority_id, one.review_on)
        for one in risks_kept(clock.london(clock.now()).date())
        if one.risk_id == "ADDED-1"
    ]

    assert after == [count + 1 for count in before]
    assert kept == [(ids[0], None)]


def test_evaluating_again_neither_sees_nor_counts_it(add, released, won, officer, evaluated):  # noqa: F811
    known = {one.risk_id for one in evaluated(won).risks}
    add(officer)
    [risk] = mine(officer, released)
    with transaction():
        stage(released, Stage.EVALUATING)
    db.session.commit()

    assert {one.risk_id for one in evaluated(won).risks} == known
    assert {one.risk_id for one in registers_of([won.id])[won.id]} == known
    with pytest.raises(NotInOwnRegister, match="at the evaluating stage"):
        add_to_register(risk.bid, _words(), by=viewer_of(officer))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"title": ""}, "Enter the risk in a few words"),
        ({"category": ""}, "Select a category"),
        ({"cause": ""}, "Enter the cause"),
        ({"why": " "}, "Enter why this risk is added"),
        ({"treatment": ""}, "Select a treatment"),
        ({"owner": "x" * 201}, "Enter an owner of 200 characters or fewer"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_is_missing_is_said_and_nothing_is_added(changed, message, add, released, manager):  # noqa: F811
    answer = add(manager, **changed)

    assert (answer.status_code, message in answer.text) == (422, True)
    assert mine(manager, released) == []


def test_who_may_only_read_the_register_adds_nothing(
    add,
    released,  # noqa: F811
    partner,  # noqa: F811
    client_for,
):
    reader = guest(released, partner, Role.AUDITOR)

    assert add(reader).status_code == 403
    assert "Add a risk" not in client_for(reader).get(page(released)).text


def test_there_is_no_adding_to_the_register_of_a_bid_that_lost(
    released,  # noqa: F811
    bids,  # noqa: F811
    officer,
    client_for,
):
    place = f"/evaluation/tenders/{released.token}/register/add/{bids['Rook'].token}"

    assert client_for(officer).post(place, data=WORDS).status_code == 404


@pytest.mark.both_databases
def test_the_database_holds_a_common_risk_once_for_each_bid(released, won):  # noqa: F811
    common = db.session.scalars(select(RiskRow).where(RiskRow.bid_id == won.id)).first()
    again = {
        name: getattr(common, name)
        for name in ("bid_id", "risk_id", "causes", "likelihood", "impact", "bank_version")
    }
    db.session.add(RiskRow(**again, raised_at=clock.now(), raised_because=""))

    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def _words():
    numbers = {"likelihood": 4, "impact": 3, "treatment": Treatment.TREAT}
    return OwnRiskWords(**(WORDS | numbers))
