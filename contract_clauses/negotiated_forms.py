"""The forms of a schedule that came back: the file, and the decision on one clause of it."""

from __future__ import annotations

from contract_clauses.forms import BasedOnForm
from contract_clauses.service.negotiated import LONGEST_REMARK
from contract_clauses.service.negotiated_deciding import LONGEST_REASON, Verdict
from foundation.fields import (
    CheckboxesField,
    Choice,
    FileField,
    Form,
    RadiosField,
    TextAreaField,
    required,
)
from foundation.uploads import TOGETHER_IN_WORDS

ACCEPT, REFUSE, ALL_THE_SAME = "accept", "refuse", "all-the-same"


class CameBackForm(Form):
    file = FileField(
        "The schedule as it came back",
        [required("Choose the file that came back")],
        hint="A Word file (.docx) of up to 25 MB, with or without tracked changes, as the other "
        f"side sent it. All that came back for one bid comes to {TOGETHER_IN_WORDS}.",
        accept=".docx",
    )
    remark = TextAreaField(
        "Remark (optional)",
        hint="For example, who sent it and when.",
        most_characters=LONGEST_REMARK,
        rows=2,
    )


class VerdictForm(BasedOnForm):
    decision = RadiosField(
        "What do you decide?",
        [required("Select what you decide")],
        choices=[
            Choice(ACCEPT, "Accept it: the draft takes over the negotiated words"),
            Choice(REFUSE, "Do not accept it: the draft stays as it is"),
        ],
    )
    all_the_same = CheckboxesField(
        "The published procedure does not allow it (only if you accept)",
        choices=[Choice(ALL_THE_SAME, "I accept it all the same, and say in the reason why")],
    )
    reason = TextAreaField(
        "Reason for the decision",
        [required("Enter the reason for your decision")],
        hint="It is kept with your name, and printed with the clause where it changes the draft.",
        most_characters=LONGEST_REASON,
        rows=3,
    )

    def speak_of(self, *, piece: bool, rest: bool) -> None:
        """Say in the choices what is decided on: one sub-clause, or what is left of a clause."""
        if piece:
            words = ("Accept this part alone: the draft takes it over", "Do not accept this part")
        elif rest:
            words = (
                "Accept everything that is not decided by itself",
                "Accept nothing of what is not decided by itself",
            )
        else:
            return
        keep = "the draft stays as it is"
        self.decision.choices = [
            Choice(ACCEPT, words[0]),
            Choice(REFUSE, f"{words[1]}: {keep}"),
        ]

    @property
    def verdict(self) -> Verdict:
        return Verdict(
            accepted=self.decision.data == ACCEPT,
            reason=self.reason.data or "",
            all_the_same=ALL_THE_SAME in (self.all_the_same.data or ()),
            based_on=self.number,
        )
