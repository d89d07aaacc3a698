"""The whole plan of a tender on one page, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.queries.team import everybody_in
from accounts.rules.people import role_name
from accounts.rules.roles import Role
from tenders import planning, risks
from tenders.models import Tender, TenderRisk
from tenders.planning import Sheet
from tenders.planning_guide import shipped_sheets
from tenders.planning_pages import LAW, shown_beside
from tenders.rules.outcome import Row
from tenders.rules.planning.sheets import in_words


@dataclass(frozen=True)
class Chapter:
    """A sheet in words, with what is worked out from it."""

    title: str
    sheet: Sheet
    rows: tuple[Row, ...]
    beside: dict[str, Any]


@dataclass(frozen=True)
class Summary:
    chapters: tuple[Chapter, ...]
    risks: tuple[TenderRisk, ...]
    team: tuple[tuple[str, str], ...]


def summary_of(tender: Tender) -> Summary:
    sheets = planning.sheets(tender)
    return Summary(
        tuple(_chapter(tender, topic, sheets) for topic in LAW),
        tuple(risks.of_tender(tender)),
        tuple(_team(tender)),
    )


def _chapter(tender: Tender, topic: str, sheets: dict[str, Sheet]) -> Chapter:
    form = shipped_sheets()[topic]
    kept = sheets.get(topic, Sheet(topic))
    return Chapter(
        form.title, kept, in_words(form, kept.value), shown_beside(tender, topic, sheets)
    )


def _team(tender: Tender) -> list[tuple[str, str]]:
    """Return who holds a role for this very tender, and which."""
    return [
        (member.name, ", ".join(role_name(role) for role in Role if role in held))
        for member in everybody_in(tender.authority_id)
        if (held := member.roles_for(tender.id))
    ]
