"""The forms about the opening: how the bids are opened, and taking or checking a part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from accounts.queries import Member, Viewer
from foundation.fields import (
    Choice,
    Form,
    PasswordField,
    RadiosField,
    SelectField,
    TextField,
    required,
)
from tenders.models import Tender
from tenders.rules.opening import Custodian
from tenders.service.opening import Opening

NOBODY = Choice("", "Select an officer")


class OpeningForm(Form):
    strictly = RadiosField(
        "Who can open the bids?",
        [required("Select who can open the bids")],
        choices=[
            Choice(
                "no",
                "Any two officers of this tender together",
                "Each signs in and enters the password again, within 15 minutes of each other.",
            ),
            Choice(
                "yes",
                "Two of three named officers, each with a part of the key",
                "Each takes a part before you publish, and nobody else can open the bids. If two "
                "of the three parts are lost, the bids can never be opened, and the tender has "
                "to be run again.",
            ),
        ],
    )
    custodian_1 = SelectField("First officer with a part")
    custodian_2 = SelectField("Second officer with a part")
    custodian_3 = SelectField("Third officer with a part")
    shows_count = RadiosField(
        "May officers see before the opening how many bids are handed in?",
        [required("Select whether officers may see how many bids there are")],
        choices=[
            Choice("no", "No, nothing tells whether there is a bid"),
            Choice("yes", "Yes, their number. Suppliers are told so before they bid"),
        ],
    )

    @classmethod
    def of(
        cls, tender: Tender, officers: Sequence[Member], custodians: Sequence[Custodian]
    ) -> OpeningForm:
        """Return the form with ``officers`` to choose from, filled with what is decided so far."""
        held = {f"custodian_{one.number}": str(one.person_id) for one in custodians}
        tokens = {str(member.person_id): member.token for member in officers}
        form = cls(
            data={
                "strictly": "yes" if tender.opens_strictly else "no",
                "shows_count": "yes" if tender.shows_count else "no",
                **{name: tokens.get(person, "") for name, person in held.items()},
            }
        )
        for choose in form.custodians:
            choose.choices = [NOBODY, *(Choice(one.token, one.name) for one in officers)]
        form.people = {member.token: member.person_id for member in officers}
        return form

    people: dict[str, int]

    @property
    def custodians(self) -> list[SelectField]:
        return [self.custodian_1, self.custodian_2, self.custodian_3]

    def opening(self) -> Opening:
        return Opening(
            strictly=self.strictly.data == "yes",
            shows_count=self.shows_count.data == "yes",
            custodians=tuple(self.people.get(one.data or "") for one in self.custodians),
        )


class TakePartForm(Form):
    password = PasswordField(
        "Your password",
        [required("Enter the password of your account")],
        hint="Enter it again, so that nobody takes your part at a screen you left.",
        autocomplete="current-password",
    )

    @classmethod
    def of(cls, viewer: Viewer, **more: Any) -> TakePartForm:
        """Return the form; whoever signed in by a provider has no password that counts."""
        form = cls(**more)
        if viewer.provider_id is not None:
            del form.password
        return form

    @property
    def typed_password(self) -> str:
        return str(self.password.data or "") if "password" in self else ""


class CheckPartForm(Form):
    opening_part = TextField(
        "Your part",
        [required("Enter your part")],
        hint="Eight groups of four letters and digits. Spaces and small letters do not matter.",
        autocomplete="off",
        spellcheck=False,
    )
