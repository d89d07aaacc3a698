"""A risk that an officer of the demonstration knows of, with what is done about it."""

from __future__ import annotations

from datetime import timedelta

from accounts.queries import Viewer
from foundation import clock
from scoring.queries.bids import bids_in_evaluation
from scoring.queries.kept_risks import kept_risk
from scoring.rules.actions import ActionState, ControlKind
from scoring.rules.register import Treatment
from scoring.service.risk_actions import ActionTerms, ControlTerms, set_action, set_control
from scoring.service.risks_by_hand import OwnRiskWords, add_own_risk
from tenders.models import Tender

LAMP_POSTS = OwnRiskWords(
    title="The lamp posts cannot carry the sensors",
    category="operations",
    cause="nobody has tested the older lamp posts for the weight of a sensor",
    event="a third of the sensors cannot be fixed where the design has them",
    consequence="a late start and gaps in the readings",
    likelihood=3,
    impact=3,
    treatment=Treatment.TREAT,
    actions="Test the lamp posts before the contract begins, and agree other places",
    owner="Head of Highways",
    why="The pilot at the station had to move two of its ten sensors",
)
TEST = "Test the lamp posts of the first five streets"
HELD_BY = "The design names a second place for each sensor"


def add_one(tender: Tender, supplier: str, officer: Viewer) -> None:
    """Add the risk to the bid of a supplier, with an action and a control, unless it is there."""
    bid = next(one for one in bids_in_evaluation(officer, tender) if one.name == supplier)
    if any(risk.is_own for risk in bid.risks):
        return
    row = add_own_risk(bid, LAMP_POSTS, by=officer)
    kept = kept_risk(officer, row.token)
    due = clock.london(clock.now()).date() + timedelta(days=120)
    action = ActionTerms(
        what=TEST, owner="Street lighting team", due=due, state=ActionState.OPEN, words=""
    )
    set_action(kept, action, by=officer)
    control = ControlTerms(kind=ControlKind.IN_PLACE, words=HELD_BY, clause_id="")
    set_control(kept, control, by=officer)
