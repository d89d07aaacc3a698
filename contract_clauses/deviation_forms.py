"""The form in which somebody decides what becomes of a deviation."""

from __future__ import annotations

from contract_clauses.forms import LONGEST_REASON, BasedOnForm
from contract_clauses.rules.editing import DeviationOutcome
from foundation.fields import Choice, RadiosField, TextAreaField, required


class DeviationForm(BasedOnForm):
    outcome = RadiosField(
        "What becomes of it?",
        [required("Select what becomes of the deviation")],
        choices=[
            Choice(
                DeviationOutcome.MINIMUM,
                "The minimum stands",
                "The clause prints it, and the bidder has to meet it",
            ),
            Choice(
                DeviationOutcome.ACCEPTED,
                "The bid’s figure is accepted",
                "The clause prints it in place of the minimum",
            ),
            Choice(
                DeviationOutcome.NEGOTIATE,
                "Negotiate it with the bidder",
                "Only where the published terms allow it. The clause prints the minimum until then",
            ),
            Choice(
                DeviationOutcome.COMPLIANCE,
                "Put it to the compliance decision",
                "Whoever may decide whether a bid complies decides this too",
            ),
            Choice(DeviationOutcome.OPEN, "Nothing is decided any more"),
        ],
    )
    reason = TextAreaField(
        "Reason for the decision",
        [required("Enter the reason for your decision")],
        hint="The bidder may read it: it is printed in the side letter, and in the trace where the "
        "bid’s figure is accepted.",
        most_characters=LONGEST_REASON,
        rows=3,
    )

    def leave_out_negotiating(self) -> None:
        """Offer no choice that the page says nobody can take."""
        self.outcome.choices = [
            choice for choice in self.outcome.choices if choice.value != DeviationOutcome.NEGOTIATE
        ]
