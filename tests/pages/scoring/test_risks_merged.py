"""Risks that belong together become one, and an officer's own risk stands beside the library's."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from accounts.models import Organisation
from foundation import clock
from foundation.audit import AuditEntry
from foundation.database import db
from records.exporting import exported
from records.pack.bid_decisions import risks as risks_of_the_record
from scoring.models import RiskDecision, RiskRow
from scoring.queries.register_rows import rows_of
from scoring.rules.register import RiskState
from supplier_portal.models import Bid
from tenders import service as tenders
from tenders.libraries import frozen_libraries
from tenders.risks import known_risks, of_tender
from tests.factories import make_tender, viewer_of
from tests.pages.scoring.conftest import CLOSES_AT, FACTS
from tests.pages.scoring.test_risks import address, form, stored

pytestmark = pytest.mark.slow

OWN = {
    "title": "Our own network is not ready",
    "category": "project",
    "cause": "the council's switches are old",
    "event": "sensors cannot join",
    "consequence": "a late start",
    "likelihood": "4",
    "impact": "3",
    "treatment": "treat",
    "actions": "Ask our network team",
    "owner": "Head of IT",
    "why": "Known from the pilot of 2025",
}


@pytest.fixture
def tender(officer):
    """A published tender with the clause library frozen into it."""
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


def decide(web, bid, evaluated, risk_id, **changed):
    entry = stored(bid, evaluated, risk_id)
    data = form(based_on=str(entry.number), **changed)
    return web.post(address(entry.row), data=data)


def rows(bid, evaluated, officer):
    read = evaluated(bid)
    found = rows_of(viewer_of(officer).organisation_id, [read])[read.token]
    return {row.risk_id: row for _, row in found}


class TestMerging:
    @pytest.fixture
    def merged(self, web, bid, evaluated):
        """R10 as a part of R09."""
        decide(web, bid, evaluated, "R09")
        sent = decide(
            web, bid, evaluated, "R10",
            decision="merged", merged_into="R09", why="One cause, one owner",
        )  # fmt: skip
        assert sent.status_code == 302
        db.session.commit()
        return bid

    def test_its_causes_move_with_it_and_stay_visible(self, merged, evaluated, officer, web):
        before = stored(merged, evaluated, "R10").own_causes(evaluated(merged).evaluation)
        whole, part = (stored(merged, evaluated, name) for name in ("R09", "R10"))
        found = rows(merged, evaluated, officer)

        assert {c.rule for c in before} <= {c.rule for c in found["R09"].causes}
        assert (found["R09"].merged, found["R10"].merged_into) == (("R10",), "R09")
        assert set(found["R10"].clauses) <= set(found["R09"].clauses)
        page = web.get(address(whole.row)).text
        assert f'href="{address(part.row)}"' in page
        assert "SLP-07.f:none" in page
        assert "Merged into" in web.get(address(part.row)).text

    def test_while_no_other_risk_is_accepted_the_page_names_those_to_accept_first(
        self, web, bid, evaluated
    ):
        hint = "To merge it, first accept the risk it is to become part of"
        place = address(stored(bid, evaluated, "R10").row)

        before = web.get(place).text
        named = before.partition(hint)[2].partition("</p>")[0]
        assert f'href="{address(stored(bid, evaluated, "R09").row)}"' in named
        assert f'href="{place}"' not in named

        decide(web, bid, evaluated, "R09")
        assert hint not in web.get(place).text

    def test_it_is_counted_once_and_clauses_still_hear_of_both(self, merged, evaluated):
        read = evaluated(merged)

        assert [one.risk_id for one in read.risks if one.state is RiskState.MERGED] == ["R10"]
        assert {one.risk_id: one.stands for one in read.risks if one.risk_id in {"R09", "R10"}} == {
            "R09": True,
            "R10": False,
        }
        assert {"R09", "R10"} <= read.evaluation.situation.risks

    def test_dropping_the_whole_drops_its_parts(self, merged, web, evaluated):
        decide(web, merged, evaluated, "R09", decision="dropped", why="Answered since")

        assert not {"R09", "R10"} & evaluated(merged).evaluation.situation.risks

    def test_deciding_it_again_takes_it_out(self, merged, web, evaluated, officer):
        decide(web, merged, evaluated, "R10", decision="accepted", why="Not the same after all")

        found = rows(merged, evaluated, officer)
        assert (found["R10"].state, found["R10"].merged_into, found["R09"].merged) == (
            RiskState.ACCEPTED, "", (),
        )  # fmt: skip
        assert [change.what for change in found["R10"].history][1:] == [
            "Merged into R09 in the evaluation",
            "Accepted in the evaluation",
        ]

    def test_new_marks_leave_both_where_they_are(self, merged, evaluated, mark_all):
        mark_all(merged, 5)

        assert {"R09", "R10"} <= {one.risk_id for one in evaluated(merged).risks}

    @pytest.mark.parametrize(
        ("changed", "message"),
        [
            ({"merged_into": ""}, "Select the risk it becomes part of"),
            ({"merged_into": "R10"}, "Select one of the options"),
            ({"merged_into": "R77"}, "Select one of the options"),
            ({"merged_into": "R09", "why": " "}, "Enter the reason for your decision"),
        ],
    )
    def test_it_needs_another_accepted_risk_and_a_reason(
        self, changed, message, web, bid, evaluated
    ):
        decide(web, bid, evaluated, "R09")
        answer = decide(web, bid, evaluated, "R10", **({"decision": "merged"} | changed))

        assert (answer.status_code, message in answer.text) == (422, True)
        assert stored(bid, evaluated).state is RiskState.PROPOSED

    def test_a_risk_the_rules_may_withdraw_takes_none_in(self, web, bid, evaluated):
        answer = decide(web, bid, evaluated, "R10", decision="merged", merged_into="R09")

        assert "Select one of the options" in answer.text
        assert stored(bid, evaluated).state is RiskState.PROPOSED


class TestOwnRisk:
    @pytest.fixture
    def own(self, web, bid):
        return web.post(f"/evaluation/bids/{bid.token}/risks/own", data=OWN)

    def test_it_is_accepted_as_its_officer_wrote_it(self, own, web, bid, evaluated, officer):
        page = web.get(own.location).text
        row = rows(bid, evaluated, officer)["OWN-1"]

        assert own.status_code == 302
        assert (row.title, row.category, row.state, row.inherent.score, row.owner) == (
            "Our own network is not ready", "project", RiskState.ACCEPTED, 12, "Head of IT",
        )  # fmt: skip
        assert row.statement == (
            "Because the council's switches are old, there is a risk that sensors cannot join, "
            "resulting in a late start."
        )
        assert "OWN-1 Our own network is not ready" in page
        assert "Raised by Ines Roy: Known from the pilot of 2025" in page

    def test_its_number_is_never_given_twice(self, own, web, bid, evaluated):
        web.post(f"/evaluation/bids/{bid.token}/risks/own", data=OWN)

        assert [one.risk_id for one in evaluated(bid).risks if one.is_own] == ["OWN-1", "OWN-2"]

    def test_every_page_and_document_that_knows_the_library_survives_it(
        self, own, web, bid, tender, evaluated, mark_all, officer
    ):
        mark_all(bid, 3)
        decide(web, bid, evaluated, "R10", decision="merged", merged_into="OWN-1")
        db.session.commit()
        answers = {
            place: web.get(place).status_code
            for place in (
                f"/evaluation/bids/{bid.token}",
                f"/evaluation/bids/{bid.token}/risks",
                f"/evaluation/tenders/{tender.token}",
                f"/schedules/{bid.token}",
                f"/schedules/{bid.token}/clauses/C14",
                f"/evaluation/tenders/{tender.token}/risk-register.xlsx",
                f"/evaluation/tenders/{tender.token}/scores.xlsx",
            )
        }
        book = load_workbook(
            BytesIO(web.get(f"/evaluation/tenders/{tender.token}/risk-register.xlsx").data)
        )
        names = {cell.value for row in book["Register"].iter_rows() for cell in row}
        record = [one for one in risks_of_the_record(db.session.get_one(Bid, bid.id))
                  if one.id == "OWN-1"]  # fmt: skip
        by = viewer_of(officer)
        export = b"".join(exported(officer_authority(by), clock.now())).decode()

        assert {place: status for place, status in answers.items() if status != 200} == {}
        assert "Our own network is not ready" in names
        assert ["Our own network is not ready" in one.text for one in record] == [True]
        assert "Known from the pilot of 2025" in export

    def test_it_outlives_what_the_rules_propose_anew(self, own, bid, evaluated, mark_all):
        mark_all(bid, 1)
        mark_all(bid, 5)

        assert stored(bid, evaluated, "OWN-1").state is RiskState.ACCEPTED

    @pytest.mark.parametrize(
        ("changed", "message"),
        [
            ({"title": ""}, "Enter the risk in a few words"),
            ({"title": "x" * 201}, "Enter a title of 200 characters or fewer"),
            ({"category": ""}, "Select a category"),
            ({"category": "weather"}, "Select one of the options"),
            ({"cause": ""}, "Enter the cause"),
            ({"why": " "}, "Enter why this bid raises the risk"),
            ({"impact": "6"}, "Select one of the options"),
            ({"treatment": ""}, "Select a treatment"),
        ],
    )
    def test_what_will_not_do_is_shown_back(self, changed, message, web, bid, evaluated):
        page = web.post(f"/evaluation/bids/{bid.token}/risks/own", data=OWN | changed)

        assert (page.status_code, message in page.text) == (422, True)
        assert [one for one in evaluated(bid).risks if one.is_own] == []

    def test_its_words_are_in_no_entry_of_the_audit_trail(self, own, bid):
        entries = db.session.scalars(
            select(AuditEntry.details).where(
                AuditEntry.subject == bid.token, AuditEntry.action == "risk.added"
            )
        ).all()

        assert [("OWN-1" in text, "network" in text) for text in entries] == [(True, False)]


def officer_authority(viewer):
    return db.session.get_one(Organisation, viewer.organisation_id)


class TestTreatedAndClosed:
    def test_a_risk_is_treated_then_closed_then_opened_again(self, web, bid, evaluated, officer):
        states = []
        for decision in ("accepted", "treated", "closed", "accepted"):
            answer = decide(web, bid, evaluated, "R10", decision=decision, why=f"Now {decision}")
            states.append((answer.status_code, str(stored(bid, evaluated).state)))

        assert states == [(302, one) for one in ("accepted", "treated", "closed", "accepted")]
        history = rows(bid, evaluated, officer)["R10"].history
        assert [change.why for change in history][1:] == [
            "Now accepted", "Now treated", "Now closed", "Now accepted",
        ]  # fmt: skip

    def test_a_proposed_risk_cannot_be_closed_at_once(self, web, bid, evaluated):
        answer = decide(web, bid, evaluated, "R10", decision="closed")

        assert (answer.status_code, "Select one of the options" in answer.text) == (422, True)

    def test_a_closed_risk_leaves_the_heat_map_and_keeps_its_clauses(self, web, bid, evaluated):
        for decision in ("accepted", "treated", "closed"):
            decide(web, bid, evaluated, "R10", decision=decision)

        assert stored(bid, evaluated).stands is False
        assert "R10" in evaluated(bid).evaluation.situation.risks

    def test_more_is_left_than_there_was_only_if_that_is_meant(self, web, bid, evaluated):
        graver = {"likelihood": "2", "impact": "4", "residual_likelihood": "3"}
        refused = decide(web, bid, evaluated, "R10", **graver)
        meant = decide(web, bid, evaluated, "R10", **graver, higher_meant="meant")

        assert refused.status_code == 422
        assert "What is left, 15, is graver than the 8 before contract terms" in refused.text
        assert meant.status_code == 302

    def test_every_change_is_told_with_before_and_after(self, web, bid, evaluated, officer):
        decide(web, bid, evaluated, "R10", owner="Parks")
        decide(web, bid, evaluated, "R10", owner="Roads", why="The team moved")

        last = rows(bid, evaluated, officer)["R10"].history[-1]
        page = web.get(address(stored(bid, evaluated).row)).text
        assert [(one.name, one.before, one.after) for one in last.differences] == [
            ("Owner", "Parks", "Roads")
        ]
        assert "<del>Parks</del> → Roads" in page


def test_a_bid_s_risk_cannot_become_a_known_risk_whatever_is_sent(
    web, bid, tender, evaluated, officer
):
    sent = {"is_known_risk": "yes", "known": "yes", "reason": "No clause can"}
    decide(web, bid, evaluated, "R10", **sent)
    web.post(f"/evaluation/bids/{bid.token}/risks/own", data=OWN | sent)
    book = load_workbook(
        BytesIO(web.get(f"/evaluation/tenders/{tender.token}/risk-register.xlsx").data)
    )
    head, *listed = book["Register"].iter_rows(values_only=True)

    assert {row[head.index("Known risk")] for row in listed} == {"no"}
    assert (known_risks(tender), of_tender(tender)) == ([], [])
    columns = {*RiskRow.__table__.columns.keys(), *RiskDecision.__table__.columns.keys()}
    assert [name for name in columns if "known" in name] == []


def test_the_register_of_a_bid_takes_as_many_statements_with_many_changes(
    web, bid, evaluated, statements_counted
):
    place = f"/evaluation/bids/{bid.token}/risks"
    web.get(place)
    with statements_counted() as before:
        web.get(place)
    for risk in list(evaluated(bid).risks)[:6]:
        for _ in range(2):
            decide(web, bid, evaluated, risk.risk_id)
    db.session.commit()
    with statements_counted() as after:
        web.get(place)

    assert len(after) == len(before) <= 15
