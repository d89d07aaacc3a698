"""What is done about a risk: actions with an owner and a day, and controls that hold it down."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from accounts.queries import Viewer
from foundation import clock
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.tokens import new_token
from scoring.models import OwnRiskDecision, RiskAction, RiskControl, RiskDecision
from scoring.queries.actions import NOTHING_DEALT, Dealt, dealt_with
from scoring.queries.kept_risks import KeptRisk, Phase
from scoring.rules.actions import Action, ActionState, Control, ControlKind
from scoring.rules.register import RiskState
from scoring.service.evaluating import NotInEvaluation, bid_to_change, note
from scoring.service.own_registers import must_be_contracted, note_own
from tenders.service.base import current_tender

MOST = 50
DEALT_WITH = frozenset({RiskState.ACCEPTED, RiskState.TREATED})


class NotKept(NotInEvaluation):
    """The bid did not win, so its register is history."""


class NotToBeDealtWith(DomainError):
    """The risk is not accepted: there is nothing to do about it yet, or no longer."""


class ChangedMeanwhile(DomainError):
    """A colleague changed the action or the control while the form was open."""


@dataclass(frozen=True, kw_only=True)
class ActionTerms:
    what: str
    owner: str
    due: date | None
    state: ActionState
    words: str


@dataclass(frozen=True, kw_only=True)
class ControlTerms:
    """``clause_id``: what makes a contractual control binding; empty for one in place."""

    kind: ControlKind
    words: str
    clause_id: str
    is_taken_out: bool = False


def set_action(
    kept: KeptRisk, terms: ActionTerms, *, action: str = "", based_on: int = 0, by: Viewer
) -> RiskAction:
    """Add an action, or change one: do it, drop it, open it again. Its earlier versions stay.

    ``action``: its token. Raises NotKept, NotInOwnRegister, NotInEvaluation, NotToBeDealtWith,
    ChangedMeanwhile and DomainError.
    """
    _must_be_an_action(terms)
    with transaction():
        dealt = dealt_now(kept, by, doing="change what is done about this risk")
        known = {one.token: one for one in dealt.listed}
        _must_be_room(known, action)
        number = _next_number(known.get(action), action, based_on)
        row = RiskAction(
            risk_row_id=kept.risk.row.id,
            authority_id=by.organisation_id,
            action=action or new_token(),
            number=number,
            done_by_id=by.person_id,
            done_at=clock.now(),
            **asdict(terms),
        )
        db.session.add(row)
        db.session.flush()
        details = {"token": row.action, "number": number, "state": terms.state}
        record_kept("risk.action_set", kept, by, **details, text=_hash(terms))
    return row


def set_control(
    kept: KeptRisk, terms: ControlTerms, *, control: str = "", based_on: int = 0, by: Viewer
) -> RiskControl:
    """Add a control, change it, or take it out. Raises as set_action() does."""
    if not terms.words:
        raise DomainError("Enter what holds the risk down", field="words")
    if terms.kind is ControlKind.CONTRACTUAL and not terms.clause_id:
        raise DomainError("Select the clause that makes it binding", field="clause_id")
    with transaction():
        dealt = dealt_now(kept, by, doing="change what holds this risk down")
        known = {one.token: one for one in dealt.held_by}
        _must_be_room(known, control)
        number = _next_number(known.get(control), control, based_on)
        row = RiskControl(
            risk_row_id=kept.risk.row.id,
            authority_id=by.organisation_id,
            control=control or new_token(),
            number=number,
            done_by_id=by.person_id,
            done_at=clock.now(),
            **asdict(terms),
        )
        db.session.add(row)
        db.session.flush()
        details = {"token": row.control, "number": number, "clause": terms.clause_id}
        out = "risk.control_taken_out" if terms.is_taken_out else "risk.control_set"
        record_kept(out, kept, by, **details, text=_hash(terms))
    return row


def dealt_now(kept: KeptRisk, by: Viewer, *, doing: str) -> Dealt:
    """Return what the authority set about a risk, read within the transaction.

    Raises NotKept, NotInOwnRegister, NotInEvaluation and NotToBeDealtWith.
    """
    if kept.phase is Phase.EVALUATION:
        bid_to_change(kept.bid.opened.bid, doing=doing)
    elif kept.phase is Phase.CONTRACT:
        must_be_contracted(current_tender(kept.tender), kept.bid.opened.bid.id)
    else:
        raise NotKept(f"You cannot {doing} because this register is history: the bid did not win")
    if kept.row.state not in DEALT_WITH:
        state = kept.row.state
        raise NotToBeDealtWith(f"You cannot {doing} because it is {state}: accept it first")
    _must_be_as_read(kept, by)
    found = dealt_with(by.organisation_id, [kept.risk.row.id])
    return found.get(kept.risk.row.id, NOTHING_DEALT)


def _must_be_as_read(kept: KeptRisk, by: Viewer) -> None:
    """Raise ChangedMeanwhile where somebody decided the risk since it was read."""
    counted = select(func.count(RiskDecision.id)).where(
        RiskDecision.risk_row_id == kept.risk.row.id
    )
    if kept.phase is Phase.CONTRACT:
        counted = select(func.count(OwnRiskDecision.id)).where(
            OwnRiskDecision.risk_row_id == kept.risk.row.id,
            OwnRiskDecision.authority_id == by.organisation_id,
        )
    if db.session.scalar(counted) != kept.number:
        raise ChangedMeanwhile(
            "Somebody decided this risk while you were writing. Read it, and save again"
        )


def record_kept(action: str, kept: KeptRisk, by: Viewer, **details: Any) -> None:
    """Record with the bid what the authority that leads its tender does in the evaluation; all else
    with the authority itself, for the record of a tender is read by the one that leads it."""
    bid = kept.bid.opened.bid
    details = {"risk": kept.risk_id, **details}
    if kept.phase is Phase.EVALUATION and kept.tender.authority_id == by.organisation_id:
        note(action, bid, by, **details)
    else:
        note_own(action, bid, by, **details)


def _must_be_an_action(terms: ActionTerms) -> None:
    if not terms.what:
        raise DomainError("Enter what is to be done", field="what")
    if terms.state is not ActionState.OPEN and not terms.words:
        asked = "how it was done" if terms.state is ActionState.DONE else "why it is dropped"
        raise DomainError(f"Enter {asked}", field="words")


def _must_be_room(known: dict[str, Any], token: str) -> None:
    if not token and len(known) >= MOST:
        raise DomainError(f"You cannot list more than {MOST} for one risk")


def _next_number(last: Action | Control | None, token: str, based_on: int) -> int:
    if (last.number if last else 0) != based_on or (token and last is None):
        raise ChangedMeanwhile(
            "A colleague changed this while you were writing. Save again to let what you entered "
            "count instead"
        )
    return based_on + 1


def _hash(terms: ActionTerms | ControlTerms) -> str:
    written = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(terms).items()
    }
    return sha256_hex(canonical_json(written))
