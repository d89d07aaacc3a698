"""The forms for contract schedules that a job makes."""

from __future__ import annotations

from collections.abc import Iterable

from contract_clauses.queries.issuing import Issue
from foundation.fields import CheckboxesField, Choice, Form, RadiosField, required

BESIDE = (
    Choice("notes", "Drafting notes", "As comments beside each clause"),
    Choice("departures", "What departs from the clause library", "As tracked changes"),
)
DRAFT = "draft"


class SchedulesForm(Form):
    beside = CheckboxesField("What to show beside the clauses", choices=BESIDE)


class PdfForm(Form):
    """Which version to print: the draft as it stands, or an issue by its token."""

    version = RadiosField(
        "Which version do you want as PDF?", validators=[required("Select which version you want")]
    )

    def offer(self, issues: Iterable[Issue], *, draft: bool) -> None:
        issued = [Choice(one.request.token, f"Version {one.version}, as issued") for one in issues]
        drafts = [Choice(DRAFT, "The draft as it stands now")] if draft else []
        self.version.choices = [*reversed(issued), *drafts]

    @property
    def issue(self) -> str:
        """Return the token of the issue that was chosen, nothing for the draft."""
        return "" if self.version.data == DRAFT else self.version.data or ""
