"""The evaluation workbook of a tender, for who may see the marks of all its bids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache

from accounts.queries import Viewer
from scoring.queries import evaluation_rows as reading
from scoring.queries.ranked import must_be_shown_ranking, ranking_of, safety
from scoring.rules.guards import IN_WORDS, GuardKind
from scoring.workbook.evaluation import evaluation_pieces
from scoring.workbook.evaluation_values import Evaluation, Row
from tenders.models import Tender

ODD = {str(kind): IN_WORDS[kind] for kind in GuardKind}
# Made while somebody waits; more than that is made by a job.
AT_ONCE = 20_000


def is_made_at_once(tender: Tender) -> bool:
    """Return whether the workbook is small enough to be made while somebody waits for it."""
    return reading.marks_to_write(tender) <= AT_ONCE


def workbook_of(tender: Tender, viewer: Viewer, made_at: datetime) -> Iterator[bytes]:
    """Return the workbook piece by piece, for somebody who sees all bids and all marks.

    Raises MustDeclareFirst, KeptAway and OwnMarksFirst before the first piece.
    """
    must_be_shown_ranking(viewer, tender)
    return evaluation_pieces(_evaluation(tender, viewer, made_at))


def _evaluation(tender: Tender, viewer: Viewer, made_at: datetime) -> Evaluation:
    until = reading.until_now(tender)
    found = ranking_of(tender)
    ids = reading.ids_of_bids(tender)
    # The order of the ranking, on every sheet.
    tokens = {ids[one.key]: one.key for one in found.placed}
    names = {bid_id: found.names[token] for bid_id, token in tokens.items()}
    asked = [one.id for one in found.questionnaire.questions if one.is_marked]
    titles = {one.id: one.question.title for one in found.questionnaire.questions}
    people, present = reading.people_in(tender, until)
    order = list(tokens)

    def numbers() -> Iterator[tuple[str, Mapping[str, int]]]:
        for bid_id, marks in reading.numbers_in_order(order):
            yield tokens[bid_id], marks

    def given() -> Iterator[Row]:
        for row in reading.given_in_order(order, asked, until):
            _, bid_id, question_id, person, number, mark, suggested = row[:7]
            reason, points, warned, at, is_locked = row[7:]
            yield (
                names[bid_id], question_id, titles[question_id], people[person], mark, suggested,
                reason, *reading.points_in(points), _odd(warned), at, number,
                "Yes" if is_locked else "Not yet",
            )  # fmt: skip

    def agreed() -> Iterator[Row]:
        for row, marks in reading.agreed_in_order(order, asked, until):
            bid_id, question_id, number, mark = row[:4]
            reason, moved, not_higher, feedback, points, warned = row[5:11]
            there, reopened, signed_by, at = row[11:]
            yield (
                names[bid_id], question_id, titles[question_id], mark,
                ", ".join([f"{people[person]} {given}" for person, given in marks]),
                reason, moved, not_higher, feedback, *reading.points_in(points), _odd(warned),
                ", ".join([_name(present, token) for token in reading.list_in(there)]),
                people[signed_by], at, number, reopened,
            )  # fmt: skip

    return Evaluation(
        title=tender.title,
        reference=tender.reference,
        authority=tender.authority.name,
        made_at=made_at,
        made_by=viewer.name,
        questionnaire=found.questionnaire,
        questionnaire_sha256=tender.questionnaire_sha256 or "",
        method=found.method,
        placed=found.placed,
        sections=found.sections,
        tie=found.tie,
        is_agreed=found.agreed,
        safety=safety(found),
        last_mark=until.mark,
        last_agreed=until.agreed,
        numbers=numbers,
        given=given,
        agreed=agreed,
    )


def _name(known: dict[str, str], token: str) -> str:
    if token not in known:
        known[token] = reading.name_of(token)
    return known[token]


@lru_cache(maxsize=1024)
def _odd(warned: str) -> str:
    """Return in words what somebody was warned of, as a row has it."""
    return ", ".join(ODD.get(kind, kind) for kind in reading.list_in(warned))
