"""What drafts for the public are made of: the winner's answers that are not confidential.

Everything here is empty before results are released, whatever bids there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from question_bank.rules.answers import show_answer
from question_bank.rules.kinds import is_empty
from question_bank.rules.questions import Asked
from records.open_guide import shipped_record_form, shipped_sheets
from records.queries.open_data import known_of, plan_asked
from records.queries.results import WinningBid, winning_bids
from records.rules.drafts.answers import Row, rows_for_everyone, words_for_everyone
from records.rules.drafts.atrs import SHEET, RecordLine, lines, proposals
from records.rules.drafts.chain import Element, proposed_elements
from records.rules.drafts.datasets import dataset_rows
from records.rules.public import published_assessments
from records.rules.sheets import PUBLIC
from tenders import planning
from tenders.models import Tender
from tenders.queries import facts_of, questionnaire_of
from tenders.stated import statement_of

ALGORITHMIC = "ALG-"


@dataclass(frozen=True)
class Drafting:
    """One tender as its drafts see it."""

    tender: Tender

    @cached_property
    def winners(self) -> list[WinningBid]:
        return winning_bids(self.tender)

    def rows(self, schema: str) -> list[Row]:
        """Return the rows of a table, of every winner, without what stays confidential."""
        parts = questionnaire_of(self.tender).parts
        return [
            row
            for bid in self.winners
            for row in rows_for_everyone(parts, bid.answers, bid.kept_back, schema)
        ]

    @cached_property
    def elements(self) -> list[Element]:
        return proposed_elements(*(self.rows(schema) for schema in ("T9", "T1", "T8", "T10")))

    @cached_property
    def public(self) -> Mapping[str, Any]:
        """Return what the public is told, as it is saved, published or not."""
        return planning.sheet(self.tender, PUBLIC) or {}

    @cached_property
    def datasets(self) -> list[dict[str, str]]:
        links = [one.link for one in self._assessments if one.kind == "dpia"]
        about = {
            "publisher": self.tender.authority.name,
            "contact": str(self.public.get("ask", "")),
            "reference": self.tender.reference,
            "assessment": links[0] if links else "",
        }
        return dataset_rows(self.rows("T1"), self.rows("T3"), about)

    @property
    def wants_record(self) -> bool:
        """Return whether an algorithmic record may be due: by the questions, or by the facts."""
        asked = questionnaire_of(self.tender).questions
        return facts_of(self.tender).get("ai") == "yes" or any(
            one.id.startswith(ALGORITHMIC) for one in asked
        )

    @cached_property
    def proposed_record(self) -> dict[str, str]:
        return proposals(shipped_record_form(), self._words_of)

    def record_lines(self) -> list[RecordLine]:
        saved = planning.sheet(self.tender, SHEET) or {}
        return lines(shipped_record_form(), saved, self.proposed_record)

    def _words_of(self, source: str) -> str:
        kind, _, name = source.partition(":")
        read: Mapping[str, Callable[[str], str]] = {
            "part": self._answer,
            "table": self._column,
            "known": lambda wanted: self._known.get(wanted, ""),
        }
        return read[kind](name)

    def _answer(self, part_id: str) -> str:
        parts = questionnaire_of(self.tender).parts
        said = (
            words_for_everyone(parts, bid.answers, bid.kept_back, part_id) for bid in self.winners
        )
        return "\n".join(filter(None, said))

    def _column(self, name: str) -> str:
        schema_id, _, column_id = name.partition(".")
        column = self._columns.get((schema_id, column_id))
        if column is None:
            return ""
        cells = (row.get(column_id) for row in self.rows(schema_id))
        shown = (show_answer(column, cell) for cell in cells if not is_empty(cell))
        return "\n".join(dict.fromkeys(shown))

    @cached_property
    def _columns(self) -> Mapping[tuple[str, str], Asked]:
        return {
            (part.schema.id, column.id): column
            for part in questionnaire_of(self.tender).parts.values()
            if part.schema is not None
            for column in part.schema.columns
        }

    @property
    def _assessments(self) -> list[Any]:
        return published_assessments(shipped_sheets().assessments, self.public)

    @cached_property
    def _known(self) -> dict[str, str]:
        known = known_of(self.tender)
        won = [one.party for one in known.awarded.winners] if known.awarded else []
        outcome = statement_of(self.tender).values
        told = {
            name: str(self.public.get(name, ""))
            for name in ("what", "why", "used_for", "collected", "ask", "more")
        }
        return {
            **told,
            **{name: str(outcome.get(name, "")) for name in ("action", "data_why_not")},
            "sharing": str(outcome.get("sharing_agreement_link", "")),
            "title": self.tender.title,
            "authority": self.tender.authority.legal_name,
            "procedure": plan_asked(known).procedure_words,
            "supplier_involved": "Yes" if won else "",
            "supplier_role": "Provides and runs the solution under the contract" if won else "",
            "winner": "\n".join(one.legal_name for one in won),
            "winner_number": "\n".join(one.company_number for one in won if one.company_number),
            "assessments": "\n".join(
                f"{one.title}: {one.link}".rstrip(": ") for one in self._assessments
            ),
            "risks": known.risks,
        }
