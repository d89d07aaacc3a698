"""Proposing a change to a question, and deciding on one."""

from __future__ import annotations

from foundation.fields import Choice, Form, RadiosField, TextAreaField, required
from question_bank.rules.proposals import LONGEST_REASON


class RemarkForm(Form):
    """What should change about a question as a whole."""

    reason = TextAreaField(
        "What should change, and why",
        [required("Enter what should change, and why")],
        most_characters=LONGEST_REASON,
    )


class ProposalForm(Form):
    """Other words for one text of a question."""

    suggestion = TextAreaField(
        "The words you propose", [required("Enter the words you propose")], rows=4
    )
    reason = TextAreaField(
        "Why it should change",
        [required("Enter why it should change")],
        most_characters=LONGEST_REASON,
        hint="Stewards of the bank read this, and later everybody who asks why the words changed.",
    )

    def __init__(self, present: str, longest: int) -> None:
        super().__init__(data={"suggestion": present})
        self.suggestion.most_characters = longest


ACCEPT, DECLINE = "accept", "decline"


class DecisionForm(Form):
    decision = RadiosField(
        "Decision",
        [required("Select whether to accept the proposal")],
        choices=[
            Choice(ACCEPT, "Accept", "It goes into the file for the next edition."),
            Choice(DECLINE, "Decline"),
        ],
    )
    reason = TextAreaField(
        "Reason",
        [required("Enter the reason for the decision")],
        most_characters=LONGEST_REASON,
        hint="Shown to those who proposed it.",
    )
