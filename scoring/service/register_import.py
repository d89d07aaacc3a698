"""A register that came back from a spreadsheet: every change in it is a decision, or none is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from accounts.queries import Viewer
from foundation import audit
from foundation.database import transaction
from foundation.errors import DomainError
from scoring.queries.bids import EvaluatedBid
from scoring.queries.kept_risks import KeptRisk
from scoring.queries.own_registers import OwnRisk
from scoring.queries.register import RiskInRegister
from scoring.rules.register import RegisterRow, RiskState
from scoring.service.evaluating import NotInEvaluation
from scoring.service.own_registers import NotInOwnRegister, keep_risk
from scoring.service.risk_actions import ActionTerms, set_action
from scoring.service.risks import OwnTerms, RiskTerms, decide_risk
from tenders.models import Tender
from tenders.service.base import current_tender, record


class NotKept(DomainError):
    """One of the changes cannot be made, so none was."""


@dataclass(frozen=True)
class ToKeep:
    """One risk of a file as it is about to be decided; ``row``: as it stands."""

    bid: EvaluatedBid
    entry: RiskInRegister | OwnRisk
    row: RegisterRow
    state: RiskState
    terms: OwnTerms
    based_on: int

    @property
    def is_own(self) -> bool:
        return isinstance(self.entry, OwnRisk)


@dataclass(frozen=True)
class ActionToKeep:
    """One action of a file as it is about to be set."""

    kept: KeptRisk
    token: str
    terms: ActionTerms
    based_on: int

    @property
    def row(self) -> RegisterRow:
        return self.kept.row


def import_register(tender: Tender, wanted: Sequence[ToKeep | ActionToKeep], *, by: Viewer) -> None:
    """Decide risks and set actions as a file has them, each by the rules of every other.

    Actions come first: a risk is treated or closed once nothing is left to do.

    Raises NotKept, which says which of them cannot be decided and why, and NotInEvaluation or
    NotInOwnRegister.
    """
    with transaction():
        for one in sorted(wanted, key=lambda each: isinstance(each, ToKeep)):
            try:
                _keep(one, by)
            except (NotInEvaluation, NotInOwnRegister):
                raise
            except DomainError as error:
                named = f"{one.row.risk_id} of {one.row.bid}"
                raise NotKept(f"Nothing was saved. {named}: {error}") from error
        _record(current_tender(tender), wanted, by)


def _keep(one: ToKeep | ActionToKeep, by: Viewer) -> None:
    if isinstance(one, ActionToKeep):
        set_action(one.kept, one.terms, action=one.token, based_on=one.based_on, by=by)
    else:
        _decide(one, by)


def _decide(one: ToKeep, by: Viewer) -> None:
    if isinstance(one.entry, OwnRisk):
        keep_risk(one.entry, one.terms, state=one.state, based_on=one.based_on, by=by)
        return
    row = one.row
    terms = RiskTerms(
        **asdict(one.terms),
        state=one.state,
        cause=row.cause,
        event=row.event,
        consequence=row.consequence,
        likelihood=row.inherent.likelihood,
        impact=row.inherent.impact,
        merged_into=row.merged_into if one.state is RiskState.MERGED else "",
    )
    decide_risk(one.bid, one.entry, terms, based_on=one.based_on, by=by)


def _record(tender: Tender, wanted: Sequence[ToKeep | ActionToKeep], by: Viewer) -> None:
    """Record with the tender what was decided in its evaluation; all else with the authority, for
    the record of a tender is read by the one that leads it."""
    own = any(_is_own(one) for one in wanted)
    actions = sum(isinstance(one, ActionToKeep) for one in wanted)
    counted = {"risks": len(wanted) - actions} | ({"actions": actions} if actions else {})
    if not own and tender.authority_id == by.organisation_id:
        record("register.imported", tender, by, **counted)
        return
    audit.record(
        "register.imported",
        actor=by.person_token,
        subject=("organisation", by.organisation_token),
        tender=tender.token,
        **counted,
    )


def _is_own(one: ToKeep | ActionToKeep) -> bool:
    return one.kept.own is not None if isinstance(one, ActionToKeep) else one.is_own
