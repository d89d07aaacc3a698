"""How far the pages behind open data are, and what is proposed for those not begun."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from records.open_guide import shipped_sheets
from records.queries.results import winning_bids
from records.rules.drafts.answers import rows_for_everyone
from records.rules.public import proposed_assessment, proposed_text
from records.rules.sheets import SheetPage, assessment_page
from tenders.models import Tender
from tenders.planning import Sheet
from tenders.queries import questionnaire_of
from tenders.rules.outcome import state_of
from tenders.stated import statement_of


@dataclass(frozen=True)
class PageState:
    page: SheetPage
    state: str

    @property
    def is_assessment(self) -> bool:
        return self.page.page.id.startswith("assessment-")


def states_of(tender: Tender, sheets: Mapping[str, Sheet]) -> list[PageState]:
    """Return each page with how far it is; those about the award once bids are opened."""
    return [
        PageState(page, str(state_of(page.page, _values(sheets, page))))
        for page in shipped_sheets().pages.values()
        if tender.opened_at is not None or not page.after_award
    ]


def _values(sheets: Mapping[str, Sheet], page: SheetPage) -> Mapping[str, Any]:
    sheet = sheets.get(page.sheet)
    return sheet.value if sheet else {}


def proposal(tender: Tender, page: SheetPage) -> dict[str, Any]:
    """Return what a page not begun is filled with, for the officer to change."""
    if page.page.id == "text":
        return proposed_text(tender.title, statement_of(tender).values, _datasets(tender))
    for kind in shipped_sheets().assessments:
        if assessment_page(kind.id) == page.page.id:
            return proposed_assessment(kind, statement_of(tender).values)
    return {}


def _datasets(tender: Tender) -> list[Mapping[str, Any]]:
    """Return the winner's datasets that are not confidential; none before the award."""
    parts = questionnaire_of(tender).parts if tender.opened_at else {}
    return [
        row
        for bid in winning_bids(tender)
        for row in rows_for_everyone(parts, bid.answers, bid.kept_back, "T1")
    ]
