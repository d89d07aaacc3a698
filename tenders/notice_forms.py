"""The forms about notices: to record one, and to strike out a wrong record."""

from __future__ import annotations

from typing import Any

from foundation.fields import (
    Choice,
    DateField,
    Form,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    required,
)
from tenders.notices import shipped_notices
from tenders.rules.notices import LONGEST_REASON, NoticeTyped


class NoticeForm(Form):
    kind = SelectField("Notice", [required("Select which notice it is")])
    number = TextField(
        "Number of the notice",
        [required("Enter the number of the notice")],
        hint="As the central digital platform shows it, such as 012345-2026.",
        width=20,
        spellcheck=False,
    )
    published_on = DateField(
        "When it was published", [required("Enter the day on which it was published")]
    )
    ocid = TextField(
        "Identifier of the procurement (optional)",
        hint="Such as ocds-h6vhtk-012345. All notices of one procurement have the same.",
        width=30,
        spellcheck=False,
    )
    address = TextField(
        "Address of the notice (optional)", hint="Beginning with https://", spellcheck=False
    )
    for_amendment = RadiosField(
        "Does it say what the amendment in preparation says?",
        choices=[Choice("yes", "Yes"), Choice("no", "No")],
        inline=True,
    )

    @classmethod
    def of(cls, *, amending: bool) -> NoticeForm:
        """Return the form; whether a notice is about an amendment is asked while there is one."""
        form = cls()
        kinds = shipped_notices().kinds.values()
        form.kind.choices = [
            Choice("", "Select"),
            *(Choice(kind.id, kind.in_words) for kind in kinds),
        ]
        if not amending:
            del form.for_amendment
        return form

    def notice(self) -> NoticeTyped:
        return NoticeTyped(
            self.kind.data or "",
            self.number.data or "",
            self.published_on.data,
            self.ocid.data or "",
            self.address.data or "",
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """Want the word on the amendment for the notice that is published again with one: one
        recorded without it would count for none, and its number is taken."""
        valid = bool(super().validate(extra_validators))
        unsaid = "for_amendment" in self and not (
            self.for_amendment.data or self.for_amendment.errors
        )
        if unsaid and self.kind.data == shipped_notices().again:
            message = "Select whether it says what the amendment in preparation says"
            self.add_error(message, "for_amendment")
            return False
        return valid

    @property
    def is_for_amendment(self) -> bool:
        return "for_amendment" in self and self.for_amendment.data == "yes"


class StrikeForm(Form):
    reason = TextAreaField(
        "Why it is struck out",
        [required("Enter why it is struck out")],
        hint="The record stays readable, with your reason.",
        most_characters=LONGEST_REASON,
        rows=3,
    )
