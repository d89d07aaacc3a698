"""Answers to which all evaluators gave one mark, as the chair is shown them to sign several."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from scoring.forms import LONGEST_REASON
from scoring.guarding import judged
from scoring.models import Mark
from scoring.queries.bids import EvaluatedBid, bid_in_evaluation
from scoring.queries.evaluators import marks_given
from scoring.queries.moderation import reasons_elsewhere
from scoring.queries.queue import Waiting
from scoring.rules.descriptors import Point, points_of
from scoring.rules.guards import Guard, guards_for_agreement
from scoring.rules.results import TOP_OF_SCALE
from scoring.service import GivenAgreed
from tenders.rules.questionnaire import AskedQuestion

# What stands in the names of the fields of an answer, before its key.
MARK, REASON, FEEDBACK, WHY = "mark-", "reason-", "feedback-", "why-"


@dataclass(frozen=True)
class EqualRow:
    """One answer with its mark and the words that will stand when it is signed."""

    cell: Waiting
    bid: EvaluatedBid
    asked: AskedQuestion
    marks: tuple[Mark, ...]
    # As the page showed it: somebody who was replaced since may have given another.
    mark: int
    reason: str
    feedback: str
    why: str
    odd: tuple[Guard, ...]

    @property
    def key(self) -> str:
        return self.cell.key

    @property
    def points(self) -> dict[str, bool]:
        """Return the points of which all said the same; of the others the record says nothing."""
        first, *others = [mark.points for mark in self.marks]
        return {
            key: met for key, met in first.items() if all(one.get(key) == met for one in others)
        }

    @property
    def apart(self) -> tuple[Point, ...]:
        """Return the points that one says are met and another says are not, as published."""
        listed = points_of(self.asked.question.levels)
        said = [mark.points for mark in self.marks]
        return tuple(
            point
            for points in listed.values()
            for point in points
            if len({one[point.key] for one in said if point.key in one}) > 1
        )

    def given(self, present: Iterable[str]) -> GivenAgreed:
        return GivenAgreed(
            mark=self.mark,
            reason=self.reason,
            feedback=self.feedback,
            why_not_higher="" if self.mark == TOP_OF_SCALE else self.why,
            points=self.points,
            present=[*present],
        )


def equal_rows(
    viewer: Viewer, cells: Iterable[Waiting], typed: Mapping[str, str], ticked: Collection[str] = ()
) -> list[EqualRow]:
    """Return the answers with the words typed, or those the evaluators propose.

    ``ticked``: keys of those about to be signed together; a reason that stands in two of them is
    odd in the second. Raises NoResultFound for a bid the viewer is kept away from.
    """
    listed = list(cells)
    tokens = dict.fromkeys(cell.bid.token for cell in listed)
    bids = {one: bid_in_evaluation(viewer, one, to=Permission.MARK_AGREE) for one in tokens}
    given = marks_given({cell.bid.id for cell in listed})
    elsewhere: dict[str, list[str]] = {}
    rows = []
    for cell in listed:
        if cell.question_id not in elsewhere:
            own = bids[cell.bid.token].opened.bid
            elsewhere[cell.question_id] = reasons_elsewhere(own, cell.question_id)
        by_person = given[(cell.bid.id, cell.question_id)]
        marks = tuple(by_person[one.person_id] for one, _ in cell.marks)
        row = _row(cell, bids[cell.bid.token], marks, typed, elsewhere[cell.question_id])
        rows.append(row)
        if cell.key in ticked:
            elsewhere[cell.question_id].append(row.reason)
    return rows


def _row(
    cell: Waiting,
    bid: EvaluatedBid,
    marks: tuple[Mark, ...],
    typed: Mapping[str, str],
    elsewhere: Iterable[str],
) -> EqualRow:
    asked = next(one for one in bid.questionnaire.questions if one.id == cell.question_id)
    shown = typed.get(MARK + cell.key, "")
    mark = int(shown) if shown in {str(one) for one in range(TOP_OF_SCALE + 1)} else marks[0].mark
    reason = typed.get(REASON + cell.key, proposed(one.reason for one in marks))
    feedback = proposed(one.feedback for one in marks)
    row = EqualRow(
        cell,
        bid,
        asked,
        marks,
        mark,
        reason,
        typed.get(FEEDBACK + cell.key, feedback),
        typed.get(WHY + cell.key, feedback),
        (),
    )
    about = judged(bid, asked, mark, reason, row.points, elsewhere)
    odd = guards_for_agreement(about, {one.evaluator.name: one.mark for one in marks})
    return EqualRow(cell, bid, asked, marks, mark, reason, row.feedback, row.why, odd)


def proposed(texts: Iterable[str]) -> str:
    """Return the evaluators' words one after another, each once; the longest where all are too
    long together."""
    known = list(dict.fromkeys(text.strip() for text in texts if text.strip()))
    whole = "\n\n".join(known)
    return whole if len(whole) <= LONGEST_REASON else max(known, key=len)
