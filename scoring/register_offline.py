"""A register that comes back from a spreadsheet: what it would change, risk by risk.

Whatever the file says, it is only about risks of the register that the viewer keeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import IO

from sqlalchemy import select

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import clock
from foundation.database import db
from foundation.errors import DomainError
from scoring.models import RiskRow
from scoring.queries import EvaluatedBid, bids_in_evaluation
from scoring.queries.own_registers import OwnRisk, own_register
from scoring.queries.ranked import EVALUATED_AT
from scoring.queries.register import RiskInRegister, decided
from scoring.queries.register_rows import rows_of
from scoring.queries.scales import scale_of
from scoring.rules.mark_import import Wrong
from scoring.rules.register import ActionState, RegisterRow, RiskState, Treatment
from scoring.rules.register_import import (
    RESIDUAL,
    STATE,
    Difference,
    Value,
    Written,
    differences_of,
    values_of,
)
from scoring.rules.register_report import Kept
from scoring.rules.risk_steps import states_from
from scoring.service.register_import import ToKeep
from scoring.service.risks import OwnTerms, must_be_whole
from scoring.workbook.register_layout import REASON
from scoring.workbook.register_reading import RegisterRead, read_register
from supplier_portal.models import Bid
from supplier_portal.workbook import NotAWorkbook
from tenders.models import Tender

OTHER_KEPT = {
    Kept.EVALUATION: "This file was made while bids were evaluated. The register of the contract "
    "goes on from there: download it and copy your changes into it",
    Kept.CONTRACT: "This file holds the register of a contract, and the bids are evaluated again. "
    "Download the register of the bids",
}
NEEDED = {Kept.EVALUATION: Permission.RISK_DECIDE, Kept.CONTRACT: Permission.REGISTER_KEEP}
# Given where a row has no reason of its own, while it is only looked at.
UNSAID = "–"


@dataclass(frozen=True)
class KnownRisk:
    """A risk as it stands now, with its decisions so that what stood earlier can be told."""

    bid: EvaluatedBid
    entry: RiskInRegister | OwnRisk
    row: RegisterRow
    earlier: tuple[Mapping[str, Value], ...]

    @property
    def number(self) -> int:
        return len(self.earlier) - 1


@dataclass(frozen=True)
class Proposed:
    """One risk that the file would change."""

    written: Written
    known: KnownRisk
    differences: tuple[Difference, ...]

    @property
    def key(self) -> str:
        return self.written.token

    @property
    def conflicts(self) -> bool:
        return any(one.is_conflict for one in self.differences)

    @property
    def says_why(self) -> bool:
        return bool(self.written.reason)

    def to_keep(self, why: str) -> ToKeep:
        """Return the decision it comes to; ``why`` counts where the row says none."""
        return ToKeep(
            self.known.bid,
            self.known.entry,
            self.known.row,
            _state(self),
            _terms(self, self.written.reason or why),
            self.known.number,
        )


@dataclass
class Preview:
    """What a file would do: each risk in it is one of four."""

    unchanged: int = 0
    changes: list[Proposed] = field(default_factory=list)
    conflicts: list[Proposed] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)

    @property
    def needs_reason(self) -> bool:
        return any(not one.says_why for one in (*self.changes, *self.conflicts))


def kept_in(tender: Tender) -> Kept:
    """Return where the risks of a tender are dealt with now."""
    return Kept.EVALUATION if tender.stage in EVALUATED_AT else Kept.CONTRACT


def read_for(viewer: Viewer, tender: Tender, stream: IO[bytes]) -> RegisterRead:
    """Return what an uploaded file says. Raises NotAWorkbook for every other file, also one of
    another tender, another authority, or another stage."""
    read = read_register(stream)
    if read.tender != tender.token:
        raise NotAWorkbook("This file is the register of another tender. Download that of this one")
    if read.authority != viewer.organisation_token:
        raise NotAWorkbook(
            "This file is the register of another authority. Each keeps its own: download yours"
        )
    if read.kept != kept_in(tender):
        raise NotAWorkbook(OTHER_KEPT[Kept(read.kept)])
    return read


def preview_of(
    viewer: Viewer, tender: Tender, written: Iterable[Written], wrong: Sequence[Wrong] = ()
) -> Preview:
    """Return what the rows of a file would change of the register as it stands now."""
    entries, found = list(written), Preview(wrong=list(wrong))
    known = _known(viewer, tender, [one.token for one in entries])
    for one in entries:
        if one.token not in known:
            place = one.places.get(REASON, "")
            says = "This reference names no risk of this register"
            found.wrong.append(Wrong(one.sheet, place, says))
        elif one.based_on > known[one.token].number:
            says = "This row names a version that is not there. Download the register again"
            found.wrong.append(Wrong(one.sheet, one.places.get(REASON, ""), says))
        else:
            _compare(one, known[one.token], found)
    return found


def _compare(one: Written, risk: KnownRisk, found: Preview) -> None:
    differences = differences_of(one, risk.earlier[one.based_on], risk.earlier[-1])
    if not differences:
        found.unchanged += 1
        return
    proposed = Proposed(one, risk, differences)
    mistake = _past_day(proposed) or _mistake(proposed)
    if mistake is not None:
        name, says = mistake
        where = one.places.get(name, one.places.get(REASON, ""))
        found.wrong.append(Wrong(one.sheet, where, f"{risk.row.risk_id}: {says}"))
    else:
        (found.conflicts if proposed.conflicts else found.changes).append(proposed)


def _past_day(proposed: Proposed) -> tuple[str, str] | None:
    today = clock.london(clock.now()).date()
    for one in proposed.differences:
        if isinstance(one.wanted, date) and one.wanted < today:
            return one.name, "Enter today or a day in the future"
    return None


def _mistake(proposed: Proposed) -> tuple[str, str] | None:
    """Return the field that is wrong and why, where the change could not be decided."""
    row, state = proposed.known.row, _state(proposed)
    contract = isinstance(proposed.known.entry, OwnRisk)
    if state is RiskState.PROPOSED:
        return STATE, "Decide on it first: choose accepted or dropped in “Status”"
    if state is RiskState.MERGED and row.state is not RiskState.MERGED:
        return STATE, "Merge it on its page, where the other risk can be chosen"
    if state not in states_from(row.state, contract=contract):
        return STATE, f"It is {row.state} and cannot become {state}"
    if state is not row.state and state in {RiskState.TREATED, RiskState.CLOSED}:
        left = sum(one.state is ActionState.OPEN for one in row.listed_actions)
        if left:
            return STATE, f"It cannot be {state} because actions are open ({left})"
    try:
        must_be_whole(_terms(proposed, proposed.written.reason or UNSAID), row.inherent)
    except DomainError as error:
        name = error.field if error.field in proposed.written.places else RESIDUAL[0]
        return name or RESIDUAL[0], _short(str(error))
    return None


def _short(sentence: str) -> str:
    """Return a sentence without what only a page can do: nothing can be ticked in a cell."""
    return sentence.partition(", or tick that it is meant")[0]


def _state(proposed: Proposed) -> RiskState:
    wanted = next((d.wanted for d in proposed.differences if d.name == STATE), None)
    return proposed.known.row.state if wanted is None else RiskState(str(wanted))


def _terms(proposed: Proposed, why: str) -> OwnTerms:
    values = dict(proposed.known.earlier[-1]) | {
        one.name: one.wanted for one in proposed.differences
    }
    del values[STATE]
    rated_anew = any(one.name in RESIDUAL for one in proposed.differences)
    return OwnTerms(
        **{**values, "treatment": Treatment(str(values["treatment"]))},  # type: ignore[arg-type]
        actions=proposed.known.row.actions,
        why=why,
        # What is graver already was said to be meant.
        higher_meant=not rated_anew,
    )


def _known(viewer: Viewer, tender: Tender, tokens: Sequence[str]) -> dict[str, KnownRisk]:
    if kept_in(tender) is Kept.CONTRACT:
        register = own_register(viewer, tender.token, to=Permission.REGISTER_KEEP)
        return {risk.token: _of_contract(risk) for risk in register.risks}
    ids = _bids_of(tender, tokens)
    bids = bids_in_evaluation(viewer, tender, only=ids) if ids else []
    rows = rows_of(viewer.organisation_id, bids)
    scale = scale_of(tender)
    found = {}
    for bid in bids:
        for risk, row in rows[bid.token]:
            first = risk.proposed(bid.name, bid.evaluation, bid.questionnaire, scale)
            earlier = [values_of(first)]
            earlier += [values_of(decided(first, one)) for one in risk.decisions]
            found[row.token] = KnownRisk(bid, risk, row, tuple(earlier))
    return found


def _of_contract(risk: OwnRisk) -> KnownRisk:
    return KnownRisk(risk.bid, risk, risk.row, tuple(values_of(one) for one in risk.versions))


def _bids_of(tender: Tender, tokens: Sequence[str]) -> list[int]:
    found: set[int] = set()
    for start in range(0, len(tokens), 5000):
        some = tokens[start : start + 5000]
        found |= set(
            db.session.scalars(
                select(RiskRow.bid_id)
                .join(Bid, Bid.id == RiskRow.bid_id)
                .where(RiskRow.token.in_(some), Bid.tender_id == tender.id)
            )
        )
    return sorted(found)
