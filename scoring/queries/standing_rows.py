"""Where bids stand, worked out from the rows that decide it: what the projection is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from foundation.database import db
from scoring.models import (
    AgreedMark,
    BidStanding,
    ExclusionEvent,
    ExclusionParty,
    LowPriceEvent,
    RequirementDecision,
)
from scoring.queries.bids import evaluation_of
from scoring.queries.exclusions import today
from scoring.rules.exclusions import DISREGARDING, Event, Kind, standing
from scoring.rules.low_prices import Decision
from scoring.rules.requirements import is_below_least_mark, with_least_marks
from scoring.rules.results import Requirement, RequirementResult
from scoring.rules.standing import as_marked, undecided, why_unranked
from scoring.rules.totals import exact_quality, exact_sections, exact_text
from supplier_portal.queries import every_opened_bid
from tenders.models import Tender
from tenders.queries import facts_of, questionnaire_of
from tenders.rules.questionnaire import Questionnaire

EXCLUDED = "tender disregarded, exclusion"
TOO_LOW = "tender disregarded, abnormally low price"
# What was decided of a price that seems abnormally low, where the bid is out.
OUT_FOR_ITS_PRICE = frozenset({Decision.DISREGARDED})

# What the answers of a bid lead to by themselves: {"SLP-02": "not met"}, those met left out.
Found = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Worked:
    """The columns of a standing that follow from other rows; the price comes from elsewhere."""

    requirements: Mapping[str, str]
    marks: Mapping[str, int]
    quality: str | None
    sections: Mapping[str, str]
    unmarked: int
    why_unranked: str
    disregarded: bool
    last_agreed_id: int

    def columns(self) -> dict[str, Any]:
        return {
            "requirements": dict(self.requirements),
            "marks": dict(self.marks),
            "quality": self.quality,
            "sections": dict(self.sections),
            "unmarked": self.unmarked,
            "why_unranked": self.why_unranked,
            "disregarded": self.disregarded,
            "last_agreed_id": self.last_agreed_id,
        }

    def differences(self, row: BidStanding) -> list[str]:
        """Return the columns in which a stored row is not what follows from the others."""
        return [name for name, value in self.columns().items() if getattr(row, name) != value]


def found_from(requirements: Iterable[RequirementResult]) -> dict[str, str]:
    """Return what is kept of what the answers lead to: what is met needs nobody."""
    return {
        entry.question_id: str(entry.result)
        for entry in requirements
        if entry.result is not Requirement.MET
    }


def examined(tender: Tender) -> dict[int, Found]:
    """Return by id of bid what the answers of every opened bid lead to. Opens each of them."""
    questionnaire, facts = questionnaire_of(tender), facts_of(tender)
    return {
        opened.bid.id: found_from(evaluation_of(opened, questionnaire, facts, {}).requirements)
        for opened in every_opened_bid(tender)
    }


def worked_out(tender: Tender, found: Mapping[int, Found]) -> dict[int, Worked]:
    """Return where bids stand, by id. Four statements, however many bids."""
    ids = list(found)
    questionnaire = questionnaire_of(tender)
    marks, decisions = _marks(ids), _decisions(ids)
    excluded, too_low = _excluded(ids), _too_low(ids)
    return {
        bid_id: _worked(
            questionnaire,
            found[bid_id],
            marks.get(bid_id, {}),
            decisions.get(bid_id, {}),
            EXCLUDED if bid_id in excluded else TOO_LOW if bid_id in too_low else "",
        )
        for bid_id in ids
    }


def requirements_undecided(tender: Tender) -> dict[int, tuple[str, ...]]:
    """Return by id of bid the requirements that wait for an officer; bids that wait for none, or
    whose tender is disregarded, are left out. Three statements at most, and no answer is opened."""
    rows = db.session.execute(
        select(BidStanding.bid_id, BidStanding.why_unranked, BidStanding.requirements).where(
            BidStanding.tender_id == tender.id, BidStanding.why_unranked != ""
        )
    )
    found = {bid_id: listed for bid_id, why, listed in rows if may_wait(why)}
    return undecided_among(tender, found)


def may_wait(why_unranked: str) -> bool:
    """Return whether a requirement may wait for an officer: it is then why a bid has no rank, and
    one that is out waits for nothing."""
    return why_unranked not in ("", EXCLUDED, TOO_LOW)


def undecided_among(tender: Tender, found: Mapping[int, Found]) -> dict[int, tuple[str, ...]]:
    """Return the same of bids that may wait, by what their answers lead to."""
    if not found:
        return {}
    ids, questionnaire = [*found], questionnaire_of(tender)
    least = [one.id for one in questionnaire.questions if one.threshold is not None]
    marks = _marks(ids, least) if least else {}
    decisions, waiting = _decisions(ids), {}
    for bid_id in ids:
        known = marks.get(bid_id, {})
        results = with_least_marks(questionnaire, _results(found[bid_id]), _numbers(known))
        decided = _decided(questionnaire, known, decisions.get(bid_id, {}))
        waiting[bid_id] = tuple(entry.question_id for entry in undecided(results, decided))
    return {bid_id: listed for bid_id, listed in waiting.items() if listed}


def count_undecided(least: Mapping[int, Mapping[str, int]]) -> dict[int, int]:
    """Return of several tenders, by id, how many requirements wait for an officer; ``least``: their
    least marks by question. Five statements, however many tenders."""
    rows = db.session.execute(
        select(BidStanding.bid_id, BidStanding.tender_id, BidStanding.requirements).where(
            BidStanding.tender_id.in_([*least])
        )
    ).all()
    ids = [row.bid_id for row in rows]
    questions = sorted({question for one in least.values() for question in one})
    marks, decisions = _marks(ids, questions), _decisions(ids)
    out = _excluded(ids) | _too_low(ids)
    left = dict.fromkeys(least, 0)
    for bid_id, tender_id, found in rows:
        if bid_id not in out:
            below = {
                question: at
                for question, (mark, at, _id) in marks.get(bid_id, {}).items()
                if mark < least[tender_id].get(question, 0)
            }
            decided = {
                question
                for question, (_passed, at) in decisions.get(bid_id, {}).items()
                if question not in below or at >= below[question]
            }
            left[tender_id] += len((found.keys() | below.keys()) - decided)
    return left


# What counts of a question: the mark or the decision, when it was signed or taken, a mark's id.
_Mark = tuple[int, datetime, int]
_Marks = dict[str, _Mark]
_Decisions = dict[str, tuple[bool, datetime]]


def _worked(
    questionnaire: Questionnaire, found: Found, marks: _Marks, decisions: _Decisions, out: str
) -> Worked:
    numbers = _numbers(marks)
    decided = _decided(questionnaire, marks, decisions)
    stands = as_marked(questionnaire, _results(found), numbers)
    sections = exact_sections(questionnaire, numbers)
    quality = exact_quality(questionnaire, sections)
    to_mark = {asked.id for asked in questionnaire.questions if asked.is_marked}
    return Worked(
        requirements=found,
        marks=numbers,
        quality=None if quality is None else exact_text(quality),
        sections={name: exact_text(score) for name, score in sections.items()},
        unmarked=0 if out == EXCLUDED else len(to_mark - numbers.keys()),
        why_unranked=out or why_unranked(stands, decided),
        disregarded=bool(out) or not all(decided.values()),
        # Marks are only added, so that the newest is among those that count.
        last_agreed_id=max((mark_id for *_, mark_id in marks.values()), default=0),
    )


def _numbers(marks: _Marks) -> dict[str, int]:
    return {question_id: mark for question_id, (mark, *_) in sorted(marks.items())}


def _results(found: Found) -> list[RequirementResult]:
    return [RequirementResult(name, Requirement(word)) for name, word in found.items()]


def _decided(questionnaire: Questionnaire, marks: _Marks, decisions: _Decisions) -> dict[str, bool]:
    return {
        question_id: passed
        for question_id, (passed, at) in decisions.items()
        if not _is_overtaken(questionnaire, question_id, at, marks.get(question_id))
    }


def _is_overtaken(
    questionnaire: Questionnaire, question_id: str, at: datetime, mark: _Mark | None
) -> bool:
    """A decision from before a mark fell below the least mark did not know of it."""
    asked = questionnaire.question(question_id)
    if asked is None or mark is None:
        return False
    return is_below_least_mark(asked, mark[0]) and at < mark[1]


def _marks(bid_ids: list[int], question_ids: list[str] | None = None) -> dict[int, _Marks]:
    """Return the marks that count; ``question_ids``: of these alone."""
    wanted = (
        select(
            AgreedMark.bid_id,
            AgreedMark.question_id,
            AgreedMark.mark,
            AgreedMark.signed_at,
            AgreedMark.id,
        )
        .where(AgreedMark.bid_id.in_(bid_ids))
        .order_by(AgreedMark.number)
    )
    if question_ids is not None:
        wanted = wanted.where(AgreedMark.question_id.in_(question_ids))
    rows = db.session.execute(wanted)
    found: dict[int, _Marks] = {}
    for bid_id, question_id, mark, at, mark_id in rows:
        found.setdefault(bid_id, {})[question_id] = (mark, at, mark_id)
    return found


def _decisions(bid_ids: list[int]) -> dict[int, _Decisions]:
    rows = db.session.execute(
        select(
            RequirementDecision.bid_id,
            RequirementDecision.question_id,
            RequirementDecision.passed,
            RequirementDecision.decided_at,
        )
        .where(RequirementDecision.bid_id.in_(bid_ids))
        .order_by(RequirementDecision.number)
    )
    found: dict[int, _Decisions] = {}
    for bid_id, question_id, passed, at in rows:
        found.setdefault(bid_id, {})[question_id] = (passed, at)
    return found


def _excluded(bid_ids: list[int]) -> frozenset[int]:
    """Return the bids whose tender was disregarded because of a party."""
    rows = db.session.execute(
        select(
            ExclusionParty.bid_id,
            ExclusionEvent.party_id,
            ExclusionEvent.kind,
            ExclusionEvent.outcome,
            ExclusionEvent.done_on,
            ExclusionEvent.due_on,
        )
        .join(ExclusionEvent, ExclusionEvent.party_id == ExclusionParty.id)
        .where(ExclusionParty.bid_id.in_(bid_ids))
        .order_by(ExclusionEvent.party_id, ExclusionEvent.number)
    )
    events: dict[tuple[int, int], list[Event]] = {}
    for bid_id, party_id, kind, outcome, done_on, due_on in rows:
        known = events.setdefault((bid_id, party_id), [])
        known.append(Event(Kind(kind), outcome, done_on, due_on))
    day = today()
    return frozenset(
        bid_id
        for (bid_id, _), known in events.items()
        if standing(known, day).decision in DISREGARDING
    )


def _too_low(bid_ids: list[int]) -> frozenset[int]:
    """Return the bids of which somebody decided that the price was not shown to be possible."""
    rows = db.session.execute(
        select(LowPriceEvent.bid_id, LowPriceEvent.outcome)
        .where(LowPriceEvent.bid_id.in_(bid_ids), LowPriceEvent.kind == "decided")
        .order_by(LowPriceEvent.number)
    )
    last = dict(rows.all())
    return frozenset(bid_id for bid_id, outcome in last.items() if outcome in OUT_FOR_ITS_PRICE)
