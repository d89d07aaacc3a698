"""The forms of the record: what is made of it, what is withheld, how long it is kept."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import HiddenField

from foundation.fields import (
    CheckboxesField,
    Choice,
    DateField,
    Form,
    RadiosField,
    TextAreaField,
    TextField,
    required,
)
from records.exemptions import exemptions
from records.making import fingerprint_of
from records.rules.kinds import RecordKind
from records.rules.retention import LONGEST_REASON as LONGEST_RETENTION_REASON
from records.rules.retention import Kept
from records.rules.withholding import LONGEST_REASON
from records.withheld import Proposal


class MakeForm(Form):
    kind = RadiosField(
        "What do you need?",
        [required("Select what you need")],
        choices=[
            ("audit", "The whole record, for auditors"),
            ("public", "What can be given out on request, without what is withheld"),
        ],
    )

    looked = CheckboxesField("Before anything is given out")

    def prepare(self, undecided: Sequence[Proposal]) -> None:
        """Ask for a tick on what nobody has decided whether to withhold."""
        if not undecided:
            del self.looked
            return
        count = len(undecided)
        words = "this 1 and give it out" if count == 1 else f"these {count} and give them out"
        fingerprint = fingerprint_of(undecided)
        self.looked.choices = [Choice(fingerprint, f"I have looked at {words}")]
        sent = self.looked.raw_data or []
        # A tick on an earlier list is none: what came up since has not been looked at.
        self.looked.process_formdata([one for one in sent if one == fingerprint])
        self.looked.unknown = 0

    @property
    def chosen(self) -> RecordKind:
        return RecordKind(self.kind.data)


class WithholdForm(Form):
    item = TextField(
        "What is withheld: its place in the record",
        [required("Enter the place of what is withheld")],
        hint="A place such as plan/conflicts, or a whole branch such as bids/larkfield-1a2b3c4d.",
    )
    exemption = RadiosField("By which exemption", [required("Select by which exemption")])
    reason = TextAreaField(
        "Why, as whoever asked for the record will read it",
        [required("Enter why it is withheld")],
        hint="For a qualified exemption say how the public interest was weighed. Do not repeat "
        "what is withheld.",
        most_characters=LONGEST_REASON,
        rows=4,
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.exemption.choices = [
            Choice(one.id, one.title, hint=f"{one.when} {one.test}")
            for one in exemptions().values()
        ]


class LiftForm(Form):
    reason = TextAreaField(
        "Why it is given out after all",
        [required("Enter why it is given out after all")],
        most_characters=LONGEST_REASON,
        rows=3,
    )


class RetentionForm(Form):
    counted_from = DateField(
        "The day the contract was entered into",
        [required("Enter the day the contract was entered into")],
        hint="If it was awarded and not entered into, the day of the award: the law asks for three "
        "years from either. If the procurement was ended, the day of the termination notice: the "
        "law asks to keep the record until then, and here three years are counted, so that a late "
        "challenge finds it.",
    )
    own_until = DateField(
        "Your council’s own date, if its schedule keeps longer (optional)",
        hint="The later of the two counts.",
    )
    reason = TextAreaField(
        "What the date rests on",
        [required("Enter what the date rests on")],
        hint="Such as the contract, the notice, or the line of your retention schedule.",
        most_characters=LONGEST_RETENTION_REASON,
        rows=3,
    )

    @property
    def kept(self) -> Kept:
        return Kept(self.counted_from.data, self.own_until.data, self.reason.data or "")


class DestroyForm(Form):
    """The decision of the second person on destroying what the bids say."""

    decision = RadiosField(
        "What do you decide?",
        [required("Select what you decide")],
        choices=[
            ("agree", "Destroy what the bids say, for good"),
            ("refuse", "Refuse: it is kept"),
            ("take-back", "Take my own request back"),
        ],
    )
    refusal = TextAreaField(
        "Why you refuse (only if you refuse)", most_characters=LONGEST_REASON, rows=3
    )
    # The request the page showed.
    approval = HiddenField()


class AskForm(Form):
    """A button, and the token that shows the press came from our page."""
