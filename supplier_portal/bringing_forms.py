"""The forms for bids brought in from another portal."""

from __future__ import annotations

from typing import Any

from foundation import clock
from foundation.fields import (
    Choice,
    DateTimeField,
    FileField,
    Form,
    SelectField,
    TextField,
    required,
)
from foundation.uploads import ACCEPT, LIMITS_OF_A_BID
from question_bank.rules.questions import Kind
from supplier_portal.models import Bid
from supplier_portal.overview import Workspace
from supplier_portal.rules.bringing import Brought
from supplier_portal.service import NewFile

WHOLE_BID = "bid"


class UploadForm(Form):
    files = FileField(
        "Workbooks of the bidders",
        hint="The .xlsx files the bidders sent, up to 25 MB in all.",
        accept=".xlsx",
        several=True,
        validators=[required("Select at least one workbook")],
    )


class WorkbookForm(Form):
    file = FileField(
        "Another workbook of this bidder",
        hint="Its answers take the place of those here. Files added stay.",
        accept=".xlsx",
        validators=[required("Select the workbook")],
    )

    def __init__(self, **more: Any) -> None:
        super().__init__(prefix="workbook", **more)


class TellForm(Form):
    """What the other portal recorded of a bid."""

    company = TextField(
        "Legal name of the company", [required("Enter the legal name of the company")], width=30
    )
    company_number = TextField("Company number (optional)", width=10, spellcheck=False)
    declared_by = TextField(
        "Who signed the bid for the company",
        [required("Enter who signed the bid for the company")],
        width=30,
    )
    received_at = DateTimeField(
        "When the other portal received it",
        [required("Enter when the other portal received the bid")],
        hint="London time, as that portal’s record says. It must be before the closing time.",
    )

    def __init__(self, bid: Bid, how: Brought, **more: Any) -> None:
        received = clock.london(how.received_at).replace(tzinfo=None) if how.received_at else None
        super().__init__(
            data={
                "company": bid.supplier.legal_name,
                "company_number": bid.supplier.company_number or "",
                "declared_by": how.declared_by,
                "received_at": received,
            },
            **more,
        )


class BroughtFileForm(Form):
    """A file that came beside the workbook, for the part it answers or supports."""

    part = SelectField("What it belongs to", [required("Select what the file belongs to")])
    title = TextField("What it is", hint="For example: ISO 27001 certificate.", width=30)
    file = FileField(
        "File",
        hint=LIMITS_OF_A_BID,
        accept=ACCEPT,
        validators=[required("Select the file")],
    )

    def __init__(self, workspace: Workspace, **more: Any) -> None:
        super().__init__(prefix="file", **more)
        self.part.choices = [
            Choice("", "Select one"),
            Choice(WHOLE_BID, "The bid as a whole"),
            *(
                Choice(part.id, f"{part.id} {part.label}")
                for part in workspace.questionnaire.parts.values()
                if part.kind is Kind.FILE or part.evidence
            ),
        ]

    def new_file(self) -> NewFile:
        sent = self.file.data
        return NewFile(name=sent.filename, data=sent.stream, title=self.title.data or "")
