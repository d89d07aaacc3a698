"""The forms of inviting suppliers: the rows to invite, and who may bid."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField

from foundation.fields import FileField, Form, RadiosField, TextAreaField, required
from tenders.models import Tender


class RowsField(TextAreaField):
    """Rows as they were typed: line 214 stays line 214, blank lines before it and all."""

    def read(self, text: str) -> str:
        return text.replace("\r\n", "\n")

    @property
    def typed(self) -> str:
        return self.data or ""


class InviteSuppliersForm(Form):
    rows = RowsField(
        "Companies to invite",
        hint="One a line: the e-mail address, and if you like the name of the company, with a "
        "comma between them. Rows copied from a spreadsheet will do.",
        rows=10,
    )
    file = FileField(
        "Or a file with the same columns (optional)",
        hint="CSV or Excel. Its rows are added to those in the box.",
        accept=".csv,.txt,.xlsx",
    )
    # The fingerprint of what the officer was shown.
    looked_at = HiddenField()

    def put_rows(self, text: str) -> None:
        self.rows.data = text

    def add_rows(self, lines: str) -> None:
        before = self.rows.data or ""
        self.put_rows(f"{before.rstrip()}\n{lines}" if before.strip() else lines)


class WhoMayBidForm(Form):
    who = RadiosField(
        "Which companies may bid?",
        [required("Select which companies may bid")],
        choices=[
            ("any", "Any company. Who has no account registers by the link of the tender"),
            ("invited", "Only companies you invite. Nobody else is shown that there is a tender"),
        ],
    )

    @classmethod
    def of(cls, tender: Tender) -> WhoMayBidForm:
        data: dict[str, Any] = {"who": "any" if tender.registration_open else "invited"}
        return cls(data=data)
