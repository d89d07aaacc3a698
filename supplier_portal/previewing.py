"""A questionnaire as a supplier meets it, shown to an officer: a bid that is never saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from flask import url_for

from foundation.tokens import new_token
from question_bank.rules.questions import Part, Question
from supplier_portal.models import Bid
from supplier_portal.overview import Workspace
from supplier_portal.rules.stages import BidStage
from tenders.models import Tender
from tenders.queries import questionnaire_of
from tenders.rules.questionnaire import Questionnaire


class PreviewWorkspace(Workspace):
    """A workspace in which nothing is answered. ``libraries``: what publishing would freeze."""

    def __init__(self, tender: Tender, libraries: Mapping[str, Any]) -> None:
        # Never added to a session: it stands in the pages for the bid a supplier would start.
        super().__init__(Bid(token=new_token(), stage=BidStage.DRAFT, tender=tender), {})
        self.libraries = libraries

    @cached_property
    def questionnaire(self) -> Questionnaire:
        asked = questionnaire_of(self.bid.tender)
        return asked if asked.libraries else replace(asked, libraries=self.libraries)

    @cached_property
    def unconfirmed(self) -> Mapping[str, Any]:
        """Return the answers taken over from earlier bids: there are none in a preview."""
        return {}


@dataclass(frozen=True)
class Preview:
    """Where the links of the supplier's pages lead in a preview."""

    workspace: PreviewWorkspace

    @property
    def tender(self) -> Tender:
        return self.workspace.bid.tender

    @property
    def back(self) -> str:
        """Return the page the preview was opened from."""
        draft = self.tender.published_at is None
        page = "tenders.build" if draft else "tenders.questions"
        return url_for(page, tender=self.tender.token)

    @property
    def task_list(self) -> str:
        return url_for("supplier_portal.preview", tender=self.tender.token)

    def question(self, question_id: str) -> str:
        return url_for(
            "supplier_portal.preview_question", tender=self.tender.token, question=question_id
        )

    def waiting(self, question: Question) -> list[tuple[Part, list[str]]]:
        """Return the parts asked only after certain answers, with the parts that decide."""
        shown = self.workspace.situation.parts
        return [
            (part, sorted(part.shown_when.parts()))
            for part in question.parts
            if part.shown_when is not None and part.id not in shown
        ]
