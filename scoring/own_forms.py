"""The forms in which an authority deals with a risk of its contract, and adds one."""

from __future__ import annotations

from typing import Self

from foundation.fields import Choice, RadiosField, TextAreaField, required
from scoring.forms import LONGEST_REASON
from scoring.queries.own_registers import OwnRisk
from scoring.risk_forms import (
    HandMadeForm,
    TreatmentForm,
    offer_levels,
    states_to_choose,
    treated_as,
)
from scoring.rules.register import RiskState
from scoring.service.risks import OwnTerms


class OwnRiskForm(TreatmentForm):
    state = RadiosField("Where the risk stands", [required("Select where the risk stands")])
    why = TextAreaField(
        "Reason for the change",
        [required("Enter the reason for the change")],
        hint="What happened, or what was agreed and with whom. It stays with this version.",
        most_characters=LONGEST_REASON,
        rows=4,
    )

    @classmethod
    def for_risk(cls, risk: OwnRisk) -> Self:
        """Return the form filled with what counts now; the reason is asked each time."""
        choices: list[Choice] = states_to_choose(risk.row.state, contract=True)
        offered = [choice.value for choice in choices]
        stands = str(risk.row.state)
        now = stands if stands in offered else next(iter(offered), None)
        form = cls(data={"based_on": str(risk.number), "state": now} | treated_as(risk.row))
        form.state.choices = choices
        offer_levels(form, risk.scale)
        return form

    @property
    def becomes(self) -> RiskState:
        return RiskState(self.state.data)

    @property
    def terms(self) -> OwnTerms:
        return OwnTerms(why=(self.why.data or "").strip(), **self.treated)


class AddedForm(HandMadeForm):
    """A risk that came up under the contract."""

    why = TextAreaField(
        "Why you add it",
        [required("Enter why this risk is added")],
        hint="What happened or what you learned, and where you know it from. It stays with the "
        "risk.",
        most_characters=LONGEST_REASON,
        rows=4,
    )
