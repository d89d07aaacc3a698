"""Whose rows the export takes: an authority's own, and of bids what it may read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from contract_clauses.rules.reassessing import Step
from foundation.database import Base, db
from records.export_tables import tables
from supplier_portal.rules.stages import BidStage
from tenders.rules.lifecycle import Stage
from tests.owned_rows import add, authority_with_rows, tender_with_rows

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
# What companies said and what was made of it; everything else an authority owns is its own work.
OF_A_BID = frozenset(
    {
        "agreed_mark",
        "bid",
        "bid_question",
        "bid_result",
        "brought_bid",
        "clause_decision",
        "clause_event",
        "clause_redraft",
        "confidentiality_decision",
        "deviation_decision",
        "evidence",
        "exclusion_event",
        "exclusion_party",
        "interest_in_bid",
        "issued_schedule",
        "low_price_event",
        "mark",
        "negotiated_decision",
        "negotiated_schedule",
        "outage_met",
        "outcome_letter",
        "price_offer",
        "requirement_decision",
        "risk_decision",
        "risk_row",
        "submission",
        "variable_value",
    }
)
OF_A_LATE_BID = frozenset({"late_submission", "late_decision"})
# A chain is told by the names of what it is about, and these rows are told from people's.
OTHERWISE = frozenset({"audit_entry", "organisation"})


@pytest.fixture
def authorities(app, at):
    at(NOON)
    return {"ours": authority_with_rows(), "theirs": authority_with_rows()}


@pytest.fixture
def ours(authorities):
    """Tenders of ours: the bid can be read, is not opened, was withdrawn; and one of theirs."""
    own, read = authorities["ours"], {"opened_at": NOON}
    return {
        "read": tender_with_rows(own, Stage.AWARDED, BidStage.OPENED, **read),
        "sealed": tender_with_rows(own, Stage.CLOSED, BidStage.SUBMITTED),
        "withdrawn": tender_with_rows(own, Stage.AWARDED, BidStage.WITHDRAWN, **read),
        "theirs": tender_with_rows(authorities["theirs"], Stage.AWARDED, BidStage.OPENED, **read),
    }


def taken(name, authority):
    """Return the numbers of the rows that the export takes from a table for the authority."""
    [(table, how)] = [one for one in tables() if one[0].name == name]
    found = select(table.c.id).where(how.scope(table, authority.ids["organisation"]))
    return sorted(db.session.scalars(found))


def test_of_every_table_an_authority_takes_its_own_rows_and_of_bids_those_it_may_read(
    authorities, ours
):
    wrong = []
    for table, _how in tables():
        if table.name in OF_A_BID:
            places = ["read"]
        elif table.name in OF_A_LATE_BID:
            places = ["read", "withdrawn"]
        else:
            places = ["read", "sealed", "withdrawn"]
        rows = sorted({ours[place].ids[table.name] for place in places})
        if table.name not in OTHERWISE and taken(table.name, authorities["ours"]) != rows:
            wrong.append(table.name)

    assert wrong == []
    own = authorities["ours"].ids["organisation"]
    assert taken("organisation", authorities["ours"]) == [own, *ours["read"].supplier]


def test_of_a_joint_tender_each_takes_the_risks_it_added_and_its_leader_those_of_all(
    authorities, ours
):
    own, other = (authorities[name].ids["organisation"] for name in ("ours", "theirs"))
    of_the_leader = [ours["theirs"].ids["risk_row"], add("risk_row", ours["theirs"])]
    decided = ours["read"].ids["risk_decision"]
    common = ours["read"].ids["risk_row"]
    # Ours take part in a tender of theirs, and they in one of ours.
    added = add("risk_row", ours["theirs"], authority_id=own)
    of_theirs = add("risk_row", ours["read"], authority_id=other)
    add("risk_decision", ours["read"])
    decided_of_ours = add("risk_decision", ours["theirs"], risk_row_id=added)

    assert taken("risk_row", authorities["ours"]) == [common, added]
    assert taken("risk_row", authorities["theirs"]) == [*of_the_leader, of_theirs]
    assert taken("risk_decision", authorities["ours"]) == [decided, decided_of_ours]


def test_while_bids_are_evaluated_marks_are_taken_once_their_giver_has_locked_them(authorities):
    own, read = authorities["ours"], {"opened_at": NOON}
    for stage in (Stage.OPENED, Stage.EVALUATING):
        tender = tender_with_rows(own, stage, BidStage.OPENED, **read)
        other = tender_with_rows(own, stage, BidStage.OPENED, **read)
        giver, first = tender.ids["person"], tender.ids["mark"]
        locked = add("mark", tender, number=2)
        later = add("mark", tender, number=3)
        colleague = add("person", tender)
        of_another = add("mark", tender, number=4, evaluator_id=colleague)
        mine = {first, locked, later, of_another}
        given = {"person_id": giver, "number": 2}

        assert mine & {*taken("mark", own)} == set()
        add("mark_lock", other, **given, last_mark_id=later)
        assert mine & {*taken("mark", own)} == set()
        add("mark_lock", tender, **given, last_mark_id=locked)
        assert mine & {*taken("mark", own)} == {first, locked}

    decided = tender_with_rows(own, Stage.DECIDED, BidStage.OPENED, **read)
    assert decided.ids["mark"] in taken("mark", own)


@pytest.mark.parametrize(
    ("name", "moment"), [("reassessment_answer", "answered_at"), ("reassessment_file", "added_at")]
)
def test_what_a_supplier_wrote_after_it_last_handed_in_is_its_draft(
    authorities, ours, name, moment
):
    place = ours["read"]
    kept, later = taken(name, authorities["ours"]), NOON + timedelta(hours=2)
    draft = add(name, place, **{moment: NOON + timedelta(hours=1)}, **_second(name))
    # Sent back is not handed in, and another round is not this one.
    add("reassessment_event", place, number=2, step=Step.SENT_BACK, done_at=later)
    add("reassessment_event", ours["sealed"], number=2, step=Step.HANDED_IN, done_at=later)

    assert draft not in taken(name, authorities["ours"]) == kept
    add("reassessment_event", place, number=3, step=Step.HANDED_IN, done_at=later)
    assert taken(name, authorities["ours"]) == sorted([*kept, draft])


def _second(name):
    return {"version": 2} if name == "reassessment_answer" else {}


def test_the_chains_taken_are_those_of_its_tenders_and_its_own(authorities, ours):
    def token(table, owned):
        known = Base.metadata.tables[table].c
        return db.session.scalar(select(known.token).where(known.id == owned.ids[table]))

    def entry(kind, subject):
        return add("audit_entry", authorities["ours"], subject_kind=kind, subject=subject)

    own, theirs = authorities["ours"], authorities["theirs"]
    tender = entry("tender", token("tender", ours["sealed"]))
    itself = entry("organisation", token("organisation", own))
    # A bid's chain is given with the record of its tender, whatever bears the tender's name.
    entry("bid", token("bid", ours["read"]))
    entry("something", token("tender", ours["read"]))
    entry("tender", token("tender", ours["theirs"]))
    entry("tender", "a tender there is not")
    entry("organisation", token("organisation", theirs))

    assert taken("audit_entry", own) == [tender, itself]
