"""Marking without a network: the workbook of one evaluator, and what a filled-in one would change.

Whatever the file says, it is only about cells that are his, in bids he is not kept away from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import IO

from sqlalchemy import select, tuple_

from accounts.queries import Viewer
from foundation.database import db
from scoring import queries
from scoring.forms import LONGEST_REASON
from scoring.guarding import judged
from scoring.models import Mark
from scoring.queries import EvaluatedBid
from scoring.queries.own_marks import OwnMarks, own_marks
from scoring.rules.descriptors import points_of
from scoring.rules.guards import Guard, guards_for_mark
from scoring.rules.mark_import import Outcome, Saved, Written, Wrong, outcome_of
from scoring.rules.own_order import Cell
from scoring.service import GivenMark
from scoring.service.evaluating import EVALUATED_AT
from scoring.service.mark_import import ToSave
from scoring.service.marks import ReasonTooShort, checked_reason
from scoring.workbook.marks_reading import MarksRead, read_marks
from supplier_portal.workbook import NotAWorkbook
from tenders.models import Tender
from tenders.queries import questionnaire_of

ENTRY_NAMES = {
    "reason": "the reason",
    "feedback": "the feedback",
    "internal_comment": "the internal comment",
}


@dataclass(frozen=True)
class Proposed:
    """One mark the workbook would change. ``stands`` is None where none is saved yet."""

    key: str
    bid: EvaluatedBid
    title: str
    written: Written
    stands: Saved | None
    saved_at: datetime | None
    odd: tuple[Guard, ...]

    @property
    def stands_at(self) -> int:
        """Return the number of what is saved here; 0 for nothing."""
        return self.stands.number if self.stands else 0

    @property
    def given(self) -> GivenMark:
        if self.written.mark is None:
            raise TypeError("A mark without a number is never proposed")
        return GivenMark(
            mark=self.written.mark,
            reason=self.written.reason,
            feedback=self.written.feedback,
            internal_comment=self.written.internal_comment,
            based_on=self.stands_at,
            points=dict(self.written.points),
            warned=[str(guard.kind) for guard in self.odd],
        )

    @property
    def to_save(self) -> ToSave:
        return ToSave(self.bid, self.written.question_id, self.given)


@dataclass
class Preview:
    """What a workbook would do: everything is one of four."""

    unchanged: int = 0
    changes: list[Proposed] = field(default_factory=list)
    conflicts: list[Proposed] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)

    @property
    def odd(self) -> list[Proposed]:
        return [one for one in (*self.changes, *self.conflicts) if one.odd]


def read_for(viewer: Viewer, tender: Tender, stream: IO[bytes]) -> MarksRead:
    """Return what an uploaded workbook says. Raises NotAWorkbook for every other file, also one of
    another tender, of somebody else, or of other questions."""
    asked = [one for one in questionnaire_of(tender).questions if one.is_marked]
    points = {
        one.id: frozenset(
            point.key for level in points_of(one.question.levels).values() for point in level
        )
        for one in asked
    }
    read = read_marks(stream, points)
    if read.tender != tender.token:
        raise NotAWorkbook("This workbook is for another tender. Download the workbook of this one")
    if read.person != viewer.person_token:
        raise NotAWorkbook(
            "This workbook was made for somebody else. Each evaluator marks alone, in a workbook "
            "of his own: download yours"
        )
    if read.questionnaire != (tender.questionnaire_sha256 or ""):
        raise NotAWorkbook(
            "This workbook holds other questions than this tender asks now. Download it again and "
            "copy your marks into it"
        )
    return read


def preview_of(
    viewer: Viewer, tender: Tender, written: Iterable[Written], wrong: Sequence[Wrong] = ()
) -> Preview:
    """Return what the entries of a workbook would change of what is saved here now."""
    return _Comparison(viewer, tender).preview(list(written), wrong)


class _Comparison:
    """Compares entries with what their evaluator saved, a handful of statements for all of them."""

    def __init__(self, viewer: Viewer, tender: Tender) -> None:
        self.viewer, self.tender = viewer, tender
        self.work: OwnMarks = own_marks(viewer, tender)
        self.ids = {token: bid_id for bid_id, token in self.work.tokens.items()}
        self.saved = _marks(self.work.given.values())
        self.found = Preview()

    def preview(self, written: list[Written], wrong: Sequence[Wrong]) -> Preview:
        self.found.wrong.extend(wrong)
        his = [one for one in written if self._is_his(one)]
        earlier = self._earlier(his)
        wanted: list[tuple[Written, Outcome]] = []
        for one in his:
            outcome = outcome_of(one, self._stands(one), earlier.get(self._cell(one)))
            if outcome is Outcome.UNCHANGED:
                self.found.unchanged += 1
            elif self._may_be_saved(one):
                wanted.append((one, outcome))
        self._propose(wanted)
        return self.found

    def _cell(self, one: Written) -> Cell:
        return self.ids.get(one.bid, 0), one.question_id

    def _stands(self, one: Written) -> Saved | None:
        mark_id = self.work.given.get(self._cell(one))
        return _saved(self.saved[mark_id]) if mark_id in self.saved else None

    def _is_his(self, one: Written) -> bool:
        if self.work.is_his(self._cell(one)):
            return True
        # Whether there is such a bid at all is not said.
        if not one.is_blank:
            says = f"{one.question_id} is not yours to mark in this bid, so nothing is taken"
            self.found.wrong.append(Wrong(one.sheet, one.places.get("mark", ""), says))
        return False

    def _earlier(self, written: list[Written]) -> dict[Cell, Saved]:
        """Return the marks a workbook was made from, where another counts by now."""
        wanted = []
        for one in written:
            stands = self._stands(one)
            if stands is not None and 0 < one.based_on < stands.number:
                wanted.append((*self._cell(one), one.based_on))
        return {
            (mark.bid_id, mark.question_id): _saved(mark)
            for mark in _numbered(self.viewer.person_id, wanted)
        }

    def _may_be_saved(self, one: Written) -> bool:
        before = len(self.found.wrong)
        if self.work.is_locked(self._cell(one)):
            self._wrong(one, "mark", "You locked this mark, so it stays as it is")
        elif self.tender.stage not in EVALUATED_AT:
            says = f"Marks are no longer given: the tender is at the {self.tender.stage} stage"
            self._wrong(one, "mark", says)
        elif one.mark is None:
            self._wrong(one, "mark", "Enter a mark from 0 to 5, or empty the cells below it")
        else:
            self._check_texts(one)
        return len(self.found.wrong) == before

    def _check_texts(self, one: Written) -> None:
        try:
            checked_reason(one.reason)
        except ReasonTooShort as error:
            self._wrong(one, "reason", str(error))
        for name, words in ENTRY_NAMES.items():
            if len(getattr(one, name)) > LONGEST_REASON:
                says = f"Shorten {words} to {LONGEST_REASON:,} characters or fewer"
                self._wrong(one, name, says)

    def _wrong(self, one: Written, name: str, says: str) -> None:
        where = one.places.get(name) or one.places.get("mark", "")
        self.found.wrong.append(Wrong(one.sheet, where, f"{one.question_id}: {says}"))

    def _propose(self, wanted: list[tuple[Written, Outcome]]) -> None:
        ids = {self.ids[one.bid] for one, _ in wanted}
        bids = {bid.token: bid for bid in _bids(self.viewer, self.tender, ids, self.work)}
        reasons = self._reasons([one for one, _ in wanted])
        for one, outcome in wanted:
            bid = bids[one.bid]
            proposed = self._proposed(one, bid, reasons[one.question_id])
            if outcome is Outcome.CHANGES:
                self.found.changes.append(proposed)
            else:
                self.found.conflicts.append(proposed)

    def _proposed(self, one: Written, bid: EvaluatedBid, reasons: Mapping[int, str]) -> Proposed:
        asked = bid.questionnaire.question(one.question_id)
        if asked is None or one.mark is None:
            raise TypeError(f"{one.question_id} is not asked, or has no mark")
        own = self._cell(one)[0]
        elsewhere = [reason for bid_id, reason in reasons.items() if bid_id != own]
        odd = guards_for_mark(judged(bid, asked, one.mark, one.reason, one.points, elsewhere))
        stands = self._stands(one)
        mark_id = self.work.given.get(self._cell(one))
        return Proposed(
            key=f"{one.bid}|{one.question_id}",
            bid=bid,
            title=asked.question.title,
            written=one,
            stands=stands,
            saved_at=self.saved[mark_id].saved_at if mark_id in self.saved else None,
            odd=odd,
        )

    def _reasons(self, written: list[Written]) -> dict[str, dict[int, str]]:
        """Return by question and bid every reason of his as it would be, saved or in the file."""
        found: dict[str, dict[int, str]] = {}
        for mark in self.saved.values():
            found.setdefault(mark.question_id, {})[mark.bid_id] = mark.reason
        for one in written:
            found.setdefault(one.question_id, {})[self.ids[one.bid]] = one.reason
        return found


def _bids(
    viewer: Viewer, tender: Tender, ids: Collection[int], work: OwnMarks
) -> list[EvaluatedBid]:
    """Return bids as their evaluator may see them: without what is agreed while he marks alone."""
    if not ids:
        return []
    found = queries.bids_in_evaluation(viewer, tender, only=sorted(ids))
    return found if work.sees_marks else [replace(bid, marks={}) for bid in found]


def _marks(ids: Iterable[int]) -> dict[int, Mark]:
    wanted, found = sorted(ids), dict[int, Mark]()
    for start in range(0, len(wanted), 5000):
        some = wanted[start : start + 5000]
        found |= {
            mark.id: mark for mark in db.session.scalars(select(Mark).where(Mark.id.in_(some)))
        }
    return found


def saved_marks(work: OwnMarks, cells: Iterable[Cell]) -> dict[Cell, Saved]:
    """Return by cell what an evaluator saved; nothing for what has no mark yet."""
    marks = _marks(work.given[cell] for cell in cells if cell in work.given)
    return {(mark.bid_id, mark.question_id): _saved(mark) for mark in marks.values()}


def _numbered(person_id: int, wanted: list[tuple[int, str, int]]) -> Iterable[Mark]:
    if not wanted:
        return ()
    return db.session.scalars(
        select(Mark).where(
            Mark.evaluator_id == person_id,
            tuple_(Mark.bid_id, Mark.question_id, Mark.number).in_(wanted),
        )
    )


def _saved(mark: Mark) -> Saved:
    return Saved(
        mark.number, mark.mark, mark.reason, mark.feedback, mark.internal_comment, mark.points
    )
