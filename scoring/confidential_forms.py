"""The form of a decision on something marked confidential."""

from __future__ import annotations

from foundation.fields import Choice, RadiosField, TextAreaField, required
from scoring.forms import LONGEST_REASON, BasedOnForm
from scoring.queries.confidential import MarkToDecide
from scoring.service.confidential import GivenConfidentiality


class ConfidentialityForm(BasedOnForm):
    decision = RadiosField(
        "Do you agree that it should be kept back?",
        [required("Select whether you agree")],
        choices=[
            Choice("agree", "Yes, for the time the supplier asks"),
            Choice("disagree", "No, the reason given does not outweigh the public interest"),
        ],
    )
    reason = TextAreaField(
        "Reason for the decision",
        [required("Enter the reason for your decision")],
        hint="At least 20 characters. The supplier reads it. Weigh the harm it names against the "
        "public interest in knowing.",
        most_characters=LONGEST_REASON,
        rows=5,
    )

    @property
    def given(self) -> GivenConfidentiality:
        return GivenConfidentiality(
            agreed=self.decision.data == "agree",
            reason=self.reason.data or "",
            based_on=self.number,
        )


def as_decided(entry: MarkToDecide) -> dict[str, str]:
    """Return the decision that counts as it stands in the boxes."""
    if entry.decided is None:
        return {"based_on": "0"}
    stands = entry.decided.record
    return {
        "based_on": str(stands.number),
        "decision": "agree" if stands.agreed else "disagree",
        "reason": stands.reason,
    }
