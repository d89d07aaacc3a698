"""How far the pages behind open data are, and what is proposed for those not begun."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from records.drafting import Drafting
from records.open_guide import shipped_record_form, shipped_sheets
from records.rules.drafts.atrs import SHEET
from records.rules.drafts.chain import Element
from records.rules.public import proposed_assessment, proposed_text
from records.rules.sheets import SheetPage, assessment_page
from tenders.models import Tender
from tenders.planning import Sheet
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
    record = shipped_record_form().pages if Drafting(tender).wants_record else ()
    return [
        PageState(page, str(state_of(page.page, _values(sheets, page))))
        for page in (*shipped_sheets().pages.values(), *record)
        if tender.opened_at is not None or not page.after_award
    ]


def _values(sheets: Mapping[str, Sheet], page: SheetPage) -> Mapping[str, Any]:
    sheet = sheets.get(page.sheet)
    return sheet.value if sheet else {}


def proposal(tender: Tender, page: SheetPage) -> dict[str, Any]:
    """Return what a page not begun is filled with, for the officer to change."""
    drafting = Drafting(tender)
    if page.sheet == SHEET:
        ours = {field.id for field in page.page.fields}
        return {name: words for name, words in drafting.proposed_record.items() if name in ours}
    if page.page.id == "text":
        outcome = statement_of(tender).values
        return proposed_text(tender.title, outcome, drafting.rows("T1"))
    if page.page.id == "chain":
        return _chain(tender, drafting)
    for kind in shipped_sheets().assessments:
        if assessment_page(kind.id) == page.page.id:
            return proposed_assessment(kind, statement_of(tender).values)
    return {}


def _chain(tender: Tender, drafting: Drafting) -> dict[str, Any]:
    said = drafting.public
    proposed = {
        "chain_accountable": f"{tender.authority.name}. {said.get('ask', '')}".strip(),
        "chain_purpose": str(said.get("why", ""))[:300],
        "chain_elements": [element.id for element in drafting.elements],
        "chain_kept": str(said.get("kept", "")),
    }
    return {name: value for name, value in proposed.items() if value}


def reasons(tender: Tender) -> list[Element]:
    """Return each proposed element with the answer that speaks for it."""
    return Drafting(tender).elements
