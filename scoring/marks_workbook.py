"""The marking workbook of one evaluator, made of what is his: in parts, where that is much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from accounts.queries import Viewer
from foundation.clock import show_moment
from scoring import queries
from scoring.marks_offline import saved_marks
from scoring.queries import EvaluatedBid
from scoring.queries.own_marks import OwnMarks
from scoring.rules.mark_import import Saved
from scoring.rules.own_order import Cell
from scoring.rules.results import SuggestedLevel
from scoring.shown import ShownPart, shown_parts
from scoring.workbook.marks_layout import AboutMarks, BidToMark, PartOfAnswer, ToMark
from tenders.models import Tender
from tenders.rules.questionnaire import AskedQuestion

# As many answers as one workbook holds before opening and filling it in becomes slow.
MOST_ANSWERS = 300
NOT_ASKED = "Not asked of this bid: its other answers hide it"


def parts_of(work: OwnMarks) -> list[list[Cell]]:
    """Return what an evaluator marks in parts of whole bids, in his own order."""
    parts: list[list[Cell]] = []
    by_bid: dict[int, list[Cell]] = {}
    for cell in work.cells:
        by_bid.setdefault(cell[0], []).append(cell)
    for cells in by_bid.values():
        if not parts or len(parts[-1]) + len(cells) > MOST_ANSWERS:
            parts.append([])
        parts[-1].extend(cells)
    return parts


def workbook_for(
    viewer: Viewer, tender: Tender, work: OwnMarks, part: int, made_at: datetime
) -> bytes:
    """Return one part of the marking workbook, counted from 1."""
    parts = parts_of(work)
    cells = parts[part - 1]
    order = list(dict.fromkeys(bid_id for bid_id, _ in cells))
    found = queries.bids_in_evaluation(viewer, tender, only=order)
    from scoring.workbook.marks import marking_workbook  # with the library for Excel

    # Nothing in it follows what the panel agreed, also once he may see that.
    bids = {bid.opened.bid.id: replace(bid, marks={}) for bid in found}
    saved = saved_marks(work, cells)
    about = AboutMarks(
        title=tender.title,
        reference=tender.reference,
        authority=tender.authority.name,
        evaluator=viewer.name,
        made=show_moment(made_at),
        part=f"{len(cells)} answers of {len(order)} bids, part {part} of {len(parts)}",
        tender=tender.token,
        person=viewer.person_token,
        questionnaire=tender.questionnaire_sha256 or "",
    )
    return marking_workbook(
        about, [_bid(bids[bid_id], cells, work, saved) for bid_id in order if bid_id in bids]
    )


def _bid(
    bid: EvaluatedBid, cells: Sequence[Cell], work: OwnMarks, saved: Mapping[Cell, Saved]
) -> BidToMark:
    own = bid.opened.bid.id
    asked = [bid.questionnaire.question(question) for bid_id, question in cells if bid_id == own]
    answers = [
        _answer(bid, one, saved.get((own, one.id)), is_locked=work.is_locked((own, one.id)))
        for one in asked
        if one is not None
    ]
    return BidToMark(bid.token, bid.name, answers)


def _answer(
    bid: EvaluatedBid, asked: AskedQuestion, saved: Saved | None, *, is_locked: bool
) -> ToMark:
    question = asked.question
    return ToMark(
        question_id=asked.id,
        title=question.title,
        parts=[
            PartOfAnswer(shown.part.id, shown.part.ask, _in_words(shown))
            for shown in shown_parts(bid, question)
        ],
        suggested=_suggested(bid.evaluation.levels[asked.id]),
        descriptors=question.levels,
        saved=saved,
        is_locked=is_locked,
    )


def _in_words(shown: ShownPart) -> str:
    if not shown.is_asked:
        return NOT_ASKED
    lines = [shown.text] if shown.text else []
    for number, row in enumerate(shown.rows, start=1):
        cells = zip(shown.headings, row, strict=True)
        lines.append(f"{number}. " + "; ".join(f"{head}: {text}" for head, text in cells if text))
    lines += [f"File: {file.title or file.name}" for file in shown.files]
    return "\n".join(lines)


def _suggested(level: SuggestedLevel) -> str:
    lines = [level.words, *(f"At most {one.ceiling}: {one.words}" for one in level.reasons)]
    if level.unread:
        lines.append(f"Not read by a rule: {', '.join(level.unread)}")
    return "\n".join(lines)
