"""A register that comes back from a spreadsheet: what it would change, risk by risk.

Whatever the file says, it is only about risks of the register that the viewer keeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import IO

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from scoring.actions_offline import KnownAction, ProposedAction, known_actions
from scoring.queries.own_registers import OwnRisk
from scoring.register_known import KnownRisk, kept_in, known_risks
from scoring.rules.mark_import import Wrong
from scoring.rules.register import ActionState, RiskState, Treatment
from scoring.rules.register_import import (
    RESIDUAL,
    STATE,
    Difference,
    Written,
    differences_of,
)
from scoring.rules.register_report import Kept
from scoring.rules.risk_steps import states_from
from scoring.service.register_import import ToKeep
from scoring.service.risks import OwnTerms, must_be_whole
from scoring.workbook.register_layout import NUMBER, REASON, REFERENCE
from scoring.workbook.register_reading import RegisterRead, read_register
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
class Proposed:
    """One risk that the file would change."""

    written: Written
    known: KnownRisk
    differences: tuple[Difference, ...]

    @property
    def key(self) -> str:
        return self.written.token

    @property
    def stands_at(self) -> int:
        """Return the number of what stands here."""
        return self.known.number

    @property
    def conflicts(self) -> bool:
        return any(one.is_conflict for one in self.differences)

    @property
    def says_why(self) -> bool:
        return bool(self.written.reason)

    is_action = False

    @property
    def named(self) -> str:
        return f"{self.known.row.risk_id} {self.known.row.title}, {self.known.row.bid}"

    @property
    def short(self) -> str:
        return f"{self.known.row.risk_id} of {self.known.row.bid}"

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
    changes: list[Proposed | ProposedAction] = field(default_factory=list)
    conflicts: list[Proposed | ProposedAction] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    actions_unchanged: int = 0

    def ended_of(self, risk: str) -> int:
        """Return how many open actions of a risk the file ends, by the token of its row."""
        listed = [one for one in self.changes if isinstance(one, ProposedAction)]
        return sum(one.ends for one in listed if one.known.row.token == risk)

    @property
    def needs_reason(self) -> bool:
        return any(not one.says_why for one in (*self.changes, *self.conflicts))


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
    risks = known_risks(viewer, tender, [one.token for one in entries])
    actions = {
        token: action
        for risk in risks.values()
        for token, action in known_actions(risk.kept, risk.kept.dealt).items()
    }
    # A risk is treated once nothing is left to do, so what the file says of actions comes first.
    for one in sorted(entries, key=lambda each: not each.is_action):
        known: Mapping[str, KnownAction | KnownRisk] = actions if one.is_action else risks
        thing = "action" if one.is_action else "risk"
        if one.token not in known:
            says = f"This reference names no {thing} of this register"
            found.wrong.append(Wrong(one.sheet, one.places.get(REFERENCE, ""), says))
        elif not _is_version(one.based_on, known[one.token]):
            says = "This row names a version that is not there. Download the register again"
            found.wrong.append(Wrong(one.sheet, one.places.get(NUMBER, ""), says))
        else:
            _compare(one, known[one.token], found)
    return found


def _is_version(number: int, known: KnownAction | KnownRisk) -> bool:
    return number in known.earlier if isinstance(known, KnownAction) else number <= known.number


def _compare(one: Written, known: KnownAction | KnownRisk, found: Preview) -> None:
    differences = differences_of(one, known.earlier[one.based_on], known.earlier[known.number])
    if not differences:
        if one.is_action:
            found.actions_unchanged += 1
        else:
            found.unchanged += 1
        return
    proposed: Proposed | ProposedAction
    if isinstance(known, KnownAction):
        proposed = ProposedAction(one, known, differences)
        mistake = proposed.mistake()
    else:
        proposed = Proposed(one, known, differences)
        mistake = _past_day(proposed) or _mistake(proposed, found.ended_of(known.row.token))
    if mistake is not None:
        name, says = mistake
        where = one.places.get(name, one.places.get(REASON, ""))
        found.wrong.append(Wrong(one.sheet, where, f"{known.row.risk_id}: {says}"))
    else:
        (found.conflicts if proposed.conflicts else found.changes).append(proposed)


def _past_day(proposed: Proposed) -> tuple[str, str] | None:
    today = clock.london(clock.now()).date()
    for one in proposed.differences:
        if isinstance(one.wanted, date) and one.wanted < today:
            return one.name, "Enter today or a day in the future"
    return None


def _mistake(proposed: Proposed, ended: int) -> tuple[str, str] | None:
    """Return the field that is wrong and why, where the change could not be decided. ``ended``: how
    many of its open actions the file ends."""
    row, state = proposed.known.row, _state(proposed)
    contract = isinstance(proposed.known.entry, OwnRisk)
    if state is RiskState.PROPOSED:
        return STATE, "Decide on it first: choose accepted or dropped in “Status”"
    if state is RiskState.MERGED and row.state is not RiskState.MERGED:
        return STATE, "Merge it on its page, where the other risk can be chosen"
    if state not in states_from(row.state, contract=contract):
        return STATE, f"It is {row.state} and cannot become {state}"
    if state is not row.state and state in {RiskState.TREATED, RiskState.CLOSED}:
        left = sum(one.state is ActionState.OPEN for one in row.listed_actions) - ended
        if left > 0:
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
