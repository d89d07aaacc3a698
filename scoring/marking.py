"""What stands on the desk of one evaluator who marks one question of one bid."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from question_bank.rules.answers import show_answer
from question_bank.rules.kinds import is_empty
from question_bank.rules.questions import Kind
from scoring.guarding import judged
from scoring.models import AgreedMark, Mark
from scoring.queries import EvaluatedBid
from scoring.queries.own_marks import (
    OwnMarks,
    agreed_mark,
    own_mark,
    own_marks,
    own_reasons_elsewhere,
)
from scoring.rules.citing import Cite, cites_sent, cites_stored, passage
from scoring.rules.descriptors import Point, points_of
from scoring.rules.guards import Guard, guards_for_mark
from scoring.rules.own_order import Cell
from scoring.service.evaluating import EVALUATED_AT
from scoring.shown import ShownPart, shown_parts
from tenders.rules.questionnaire import AskedQuestion


@dataclass(frozen=True)
class Passage:
    """A passage that is cited, in words, for who may read the bid."""

    cite: Cite
    words: str


@dataclass(frozen=True)
class Desk:
    """One answer, what the evaluator made of it so far, and where marking goes on."""

    viewer: Viewer
    bid: EvaluatedBid
    asked: AskedQuestion
    # Question by question across bids, instead of bid by bid.
    across: bool

    @property
    def cell(self) -> Cell:
        return self.bid.opened.bid.id, self.asked.id

    @cached_property
    def work(self) -> OwnMarks:
        """Return all that the viewer marks: read when it is asked for, as few answers need it."""
        return own_marks(self.viewer, self.bid.tender)

    @cached_property
    def own(self) -> Mark | None:
        if self.cell not in self.work.given:
            return None
        return own_mark(self.viewer.person_id, *self.cell)

    @cached_property
    def agreed(self) -> AgreedMark | None:
        """Return what the panel agreed; while the viewer still marks alone it is not for him."""
        return agreed_mark(*self.cell) if self.work.sees_marks else None

    @cached_property
    def parts(self) -> list[ShownPart]:
        return shown_parts(self.bid, self.asked.question)

    @cached_property
    def points(self) -> dict[int, tuple[Point, ...]]:
        return points_of(self.asked.question.levels)

    @property
    def may_write(self) -> bool:
        return self.viewer.may(Permission.MARK_WRITE, tender_id=self.bid.tender.id)

    @property
    def is_locked(self) -> bool:
        return self.work.is_locked(self.cell)

    @property
    def may_mark(self) -> bool:
        return self.may_write and not self.why_not

    @property
    def why_not(self) -> str:
        """Return why the viewer, who may mark in general, does not mark this; empty if he does."""
        stage = self.bid.tender.stage
        if not self.asked.is_marked:
            return "The tender asks this for information: it gets no mark."
        if not self.work.is_his(self.cell):
            return (
                f"You do not mark {self.asked.id} because it is not allocated to you in this bid."
            )
        if self.is_locked:
            return "You locked your marks, so this one stays as it is."
        if stage not in EVALUATED_AT:
            return f"Marks are no longer given because the tender is at the {stage} stage."
        return ""

    @cached_property
    def texts(self) -> dict[str, str]:
        return citable(self.bid, self.parts)

    def cites_sent(self, sent: Collection[str]) -> list[Cite]:
        return cites_sent(sent, self.texts) if sent else []

    def passages(self, cites: Iterable[Cite]) -> list[Passage]:
        return passages_in(self.texts, cites)

    @property
    def own_cites(self) -> list[Cite]:
        return cites_stored(self.own.cites) if self.own else []

    def odd(self, mark: int, reason: str, points: dict[str, bool]) -> tuple[Guard, ...]:
        """Return what seems odd about a mark that is about to be saved."""
        elsewhere = own_reasons_elsewhere(self.viewer.person_id, self.bid.opened.bid, self.asked.id)
        return guards_for_mark(judged(self.bid, self.asked, mark, reason, points, elsewhere))


def citable(bid: EvaluatedBid, parts: Iterable[ShownPart]) -> dict[str, str]:
    """Return by part what a passage can be cited of: the text as the page shows it.

    A table or a file is cited as a whole, so there its text is empty.
    """
    found: dict[str, str] = {}
    for shown in parts:
        part, value = shown.part, bid.opened.answers.get(shown.part.id)
        if not shown.is_asked or is_empty(value):
            continue
        plain = not shown.rows and part.kind is not Kind.FILE
        found[part.id] = as_in_browsers(show_answer(part, value)) if plain else ""
    return found


def passages_in(texts: Mapping[str, str], cites: Iterable[Cite]) -> list[Passage]:
    return [Passage(one, passage(one, texts)) for one in cites]


def as_in_browsers(text: str) -> str:
    """Return text as a page holds it, so that places in it are counted alike."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
