"""The form for one supplier on the Central Digital Platform."""

from __future__ import annotations

from typing import Any

from foundation.fields import (
    CheckboxesField,
    Choice,
    DateField,
    FileField,
    Form,
    RadiosField,
    TextField,
    required,
)
from foundation.uploads import LIMITS_OF_A_BID
from supplier_portal.rules.platform import IN_WORDS, OnPlatform, PlatformRole
from supplier_portal.service import NewFile

CONFIRMED = "confirmed"


class OnPlatformForm(Form):
    role = RadiosField(
        "Who this is",
        [required("Select who this is")],
        choices=[Choice(role.value, words) for role, words in IN_WORDS.items()],
    )
    name = TextField("Name, as registered on the platform", [required("Enter the name")], width=30)
    ppon = TextField(
        "Identifier on the platform (PPON)",
        hint="Like ABCD-1234-EFGH. Leave it empty if the supplier is not registered yet.",
        width=20,
        spellcheck=False,
    )
    share_code = TextField(
        "Share code",
        hint="The code under which the platform gives out what was shared for this tender. With "
        "it, nothing it covers has to be written here again.",
        width=20,
        spellcheck=False,
    )
    shared_on = DateField("When it was shared", hint="For example, 27 3 2026")
    confirmed = CheckboxesField(
        "Confirmation",
        choices=[
            Choice(
                CONFIRMED,
                "It is registered on the platform, its information there is up to date, and it "
                "has been shared for this tender",
                "Regulation 6 of the Procurement Regulations 2024",
            )
        ],
    )

    def __init__(self, entry: OnPlatform | None, **more: Any) -> None:
        values = (
            {
                "role": entry.role.value,
                "name": entry.name,
                "ppon": entry.ppon,
                "share_code": entry.share_code,
                "shared_on": entry.shared_on,
                "confirmed": [CONFIRMED] if entry.confirmed else [],
            }
            if entry
            else {}
        )
        super().__init__(data=values, **more)

    def entry(self) -> OnPlatform:
        return OnPlatform(
            role=PlatformRole(self.role.data),
            name=self.name.data or "",
            ppon=self.ppon.data or "",
            share_code=self.share_code.data or "",
            shared_on=self.shared_on.data,
            confirmed=CONFIRMED in (self.confirmed.data or []),
        )


class PlatformFileForm(Form):
    pdf = FileField(
        "PDF of what was shared (optional)",
        hint=f"As the platform made it. {LIMITS_OF_A_BID}",
        accept=".pdf",
        validators=[required("Select the PDF")],
    )

    def new_file(self) -> NewFile:
        sent = self.pdf.data
        return NewFile(sent.filename, sent.stream, title="Shared on the Central Digital Platform")
