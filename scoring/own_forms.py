"""The form in which an authority says how it deals with a risk of a contract it shares."""

from __future__ import annotations

from foundation.fields import TextAreaField, required
from scoring.forms import LONGEST_REASON, TreatmentForm, treated_as
from scoring.queries.own_registers import OwnRisk
from scoring.service.risks import OwnTerms


class OwnRiskForm(TreatmentForm):
    why = TextAreaField(
        "Reason for the change",
        [required("Enter the reason for the change")],
        hint="What happened, or what was agreed and with whom. It stays with this version.",
        most_characters=LONGEST_REASON,
        rows=4,
    )

    @classmethod
    def for_risk(cls, risk: OwnRisk) -> OwnRiskForm:
        """Return the form filled with what counts now; the reason is asked each time."""
        return cls(data={"based_on": str(risk.number)} | treated_as(risk.row))

    @property
    def terms(self) -> OwnTerms:
        return OwnTerms(why=(self.why.data or "").strip(), **self.treated)
