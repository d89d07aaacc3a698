"""What the pages about open data show, put together for their templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from foundation.clock import show_date, show_moment
from records.open_guide import shipped_sheets
from records.queries import notices as recorded
from records.queries.open_data import known_of, ocid_of, where_to_bid
from records.queries.public import PublicTender
from records.queries.releases import stored_releases
from records.rules.register import day
from records.rules.sheets import SheetPage
from tenders.amended import amendments_of
from tenders.bidding import questions_end
from tenders.models import Tender
from tenders.overview import state_in_words
from tenders.queries import effective_stage, questionnaire_of
from tenders.rules.lifecycle import Stage
from tenders.rules.outcome import Guide, Row, sections_of
from tenders.stated import shown_sections

DATES = (
    ("award_date", "Award expected"),
    ("contract_start", "Contract starts"),
    ("contract_end", "Contract ends"),
    ("extension_end", "Contract ends with all extensions"),
)
ABOUT_DATA = ("collected", "personal", "personal_words", "used_for", "who_sees", "kept", "rights")


@dataclass(frozen=True)
class Line:
    """A tender in the list of an authority."""

    tender: Tender
    state: str
    what: str


def line_of(one: PublicTender, moment: datetime) -> Line:
    return Line(one.tender, state_in_words(one.tender, moment), str(one.values.get("what", "")))


def public_page(one: PublicTender, moment: datetime) -> dict[str, Any]:
    """Return all that the page about a tender shows."""
    tender = one.tender
    known = known_of(tender)
    counted = known.awarded if _is_told(tender) and "statistics" in one.shows else None
    return {
        "tender": tender,
        "state": state_in_words(tender, moment),
        "said": said_on(shipped_sheets().pages["text"], one.values),
        "about_data": ABOUT_DATA,
        "since": one.since,
        "dates": dates_of(tender),
        "amendments": amendments_of(tender),
        "outcome": shown_sections(tender) if "outcome" in one.shows else (),
        "assessments": [
            (entry, day(entry.done_on), day(entry.review_on)) for entry in one.assessments
        ],
        "notices": [
            (recorded.noticed(notice), notice)
            for notice in recorded.notices_of(tender)
            if notice.struck_at is None
        ],
        "risks": known.risks,
        "awarded": counted,
        "chain": chain_of(one) if _is_told(tender) and "chain" in one.shows else [],
        "ocid": ocid_of(tender),
        "where_to_bid": where_to_bid(tender)
        if effective_stage(tender, moment) is Stage.OPEN
        else "",
        "has_releases": bool(stored_releases(tender)),
    }


def chain_of(one: PublicTender) -> list[tuple[str, str]]:
    """Return the data chain the officer decided on: what each element is, in words."""
    said = said_on(shipped_sheets().pages["chain"], one.values)
    elements = said.pop("chain_elements", None)
    told = [(row.label, " ".join(row.words)) for row in said.values()]
    for words in elements.words if elements else ():
        kind, _, name = words.partition(": ")
        told.append((kind, name[:1].upper() + name[1:]))
    return told


def said_on(page: SheetPage, values: Mapping[str, Any]) -> dict[str, Row]:
    """Return what was said on a page in words, by field."""
    return {row.id: row for row in rows_of(page, values)}


def rows_of(page: SheetPage, values: Mapping[str, Any]) -> tuple[Row, ...]:
    (section,) = sections_of(_guide(page), values)
    return section.rows


def _guide(page: SheetPage) -> Guide:
    """Return the page as a form of its own, for the rules that put a form in words."""
    return Guide((page.page,), (), (), {}, {}, "", "")


def dates_of(tender: Tender) -> list[tuple[str, str]]:
    """Return the timetable in words, from what was published."""
    facts = questionnaire_of(tender).terms.get("facts") or tender.facts
    end = questions_end(tender)
    found = [
        ("Published", show_moment(tender.published_at) if tender.published_at else ""),
        ("Questions close", show_moment(end) if end else ""),
        ("Bids close", show_moment(tender.closes_at) if tender.closes_at else ""),
        *((label, _day(facts.get(name))) for name, label in DATES),
    ]
    return [(label, words) for label, words in found if words]


def _day(written: Any) -> str:
    found = day(str(written or ""))
    return show_date(found) if found else ""


def _is_told(tender: Tender) -> bool:
    """Return whether the award is public: its notice is recorded, as open data tells it."""
    standing = (one for one in recorded.notices_of(tender) if one.struck_at is None)
    return any(recorded.kind_of(notice) in ("UK6", "UK7") for notice in standing)
