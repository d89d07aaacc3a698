"""What a recommendation report says, read from the record: who did what, when, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from accounts.queries import Viewer
from foundation import clock
from foundation.clock import show_moment
from foundation.database import db
from scoring.models import (
    AgreedMark,
    Mark,
    QualityAgreed,
)
from scoring.queries.bids import EvaluatedBid
from scoring.queries.deciding import Deciding, total_label
from scoring.queries.ranked import safety
from scoring.queries.reporting_people import Block, Rows, compliance, people
from scoring.queries.reporting_steps import (
    exclusion_decisions,
    low_prices,
    prices_opened,
    questions_asked,
)
from scoring.rules.prices import money
from scoring.rules.ranking import Placed
from scoring.rules.safety_words import safe_in_words
from scoring.rules.ties import in_words as tie_in_words
from scoring.rules.totals import half_up
from supplier_portal.queries import must_see_all
from tenders.rules.award import in_words as award_in_words


@dataclass(frozen=True)
class Chapter:
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Report:
    """``cover``: label and what it says; ``chapters`` in their order."""

    title: str
    cover: Rows
    chapters: Sequence[Chapter]


def report_of(viewer: Viewer, now: Deciding) -> Report:
    """Return the report on the record as it stands, with the newest recommendation.

    Raises KeptAway.
    """
    must_see_all(viewer, now.tender)
    return Report(
        f"Recommendation: {now.tender.title}",
        list(_cover(now)),
        [
            Chapter("Recommendation", list(_recommendation(now))),
            Chapter("Process followed", list(_process(now))),
            Chapter("People and interests", list(people(now.tender))),
            Chapter("Requirements and exclusions", [*compliance(now), *exclusion_decisions(now)]),
            Chapter("Questions to bidders", list(questions_asked(now))),
            Chapter("Marks", list(_marks(now))),
            Chapter("Moderation", list(_moderation(now))),
            Chapter("Price, ranking and ties", [*_ranking(now), *low_prices(now)]),
            Chapter("How safe the result is", list(_safety(now))),
            Chapter("What this report rests on", list(_rests(now))),
        ],
    )


def _cover(now: Deciding) -> Iterator[tuple[str, str]]:
    tender, made = now.tender, now.recommendation
    yield "Authority", tender.authority.name
    yield "Tender", f"{tender.title}\n{tender.reference}"
    if made is None:
        yield "Recommendation", "None is made yet"
    else:
        yield "Recommendation", f"Number {made.number}, of {show_moment(made.made_at)}"
        yield "Made by", made.made_by.name
    yield "Agreed to", _agreed(now)
    yield "Prepared", show_moment(clock.now())
    yield "Questionnaire", _grouped(tender.questionnaire_sha256 or "")
    yield "The record", _grouped(now.sha256)


def _agreed(now: Deciding) -> str:
    if not now.is_approved or now.asked is None or now.asked.approval.decided_at is None:
        return "Not yet"
    when = show_moment(now.asked.approval.decided_at)
    since = "" if now.is_current else ". The record changed afterwards"
    return f"By {now.asked.decided_by}, {when}{since}"


def _recommendation(now: Deciding) -> Iterator[Block]:
    made, names = now.recommendation, now.ranked.names
    if made is None:
        yield Block(["Nothing is recommended yet. The chapters below tell how the record stands."])
        return
    if now.awards_nothing:
        yield Block(["It is recommended to award nothing."])
    else:
        winners = [name for key, name in names.items() if now.successful(key)]
        yield Block([f"It is recommended to award the contract to {' and '.join(winners)}."])
        rows = [["Bid", "Rank", "Result"]]
        rows += [
            [
                place.name,
                place.rank or "None",
                "Successful" if now.successful(place.key) else "Not successful",
            ]
            for place in now.places
        ]
        yield Block(rows=rows)
        if not now.follows_ranking:
            yield Block(
                [
                    "The ranking in this service does not decide alone: price, or another lot, is "
                    "decided outside it."
                ]
            )
    yield Block([f"Reason: {made.reason}"])
    if made.several_because:
        yield Block([f"Why it goes to more than one supplier: {made.several_because}"])


def _process(now: Deciding) -> Iterator[Block]:
    tender = now.tender
    rows = [["Step", "When"]]
    first_mark = db.session.scalar(
        select(func.min(Mark.saved_at)).where(Mark.bid_id.in_(_ids(now)))
    )
    agreed_at = db.session.scalar(
        select(func.max(QualityAgreed.agreed_at)).where(QualityAgreed.tender_id == tender.id)
    )
    for label, moment in (
        ("Published", tender.published_at),
        ("Closed to bids", tender.closes_at),
        ("Bids opened", tender.opened_at),
        ("First mark given", first_mark),
        ("Quality of every bid agreed", agreed_at),
    ):
        if moment is not None:
            rows.append([label, show_moment(moment)])
    rows += prices_opened(tender)
    if now.recommendation is not None:
        rows.append(["Recommended", show_moment(now.recommendation.made_at)])
    yield Block([f"{len(now.bids)} {'bid was' if len(now.bids) == 1 else 'bids were'} opened."])
    yield Block(rows=rows)
    method = now.ranked.method
    yield Block(
        [
            f"{label}: {words}"
            for label, words in award_in_words(method.award, method.quality_weight)
        ]
    )


def _marks(now: Deciding) -> Iterator[Block]:
    sections = [one for one in now.ranked.questionnaire.sections if one.questions]
    rows = [["Section", "Weight", *(bid.name for bid in now.bids)]]
    by_bid = {
        bid.token: {one.section_id: one for one in bid.stood.quality.sections} for bid in now.bids
    }
    for section in sections:
        scores = (by_bid[bid.token].get(section.id) for bid in now.bids)
        shown = ["–" if one is None or one.score is None else f"{one.score}" for one in scores]
        rows.append([section.title, f"{section.weight.normalize():f}%", *shown])
    totals = [bid.stood.quality.total for bid in now.bids]
    rows.append(["Quality of 100", "", *("–" if one is None else f"{one}" for one in totals)])
    yield Block(rows=rows)
    for bid in now.bids:
        rows = [["Question", "Agreed mark", "Why", "Why not higher"]]
        rows += [
            [question_id, str(mark.mark), mark.reason, mark.why_not_higher]
            for question_id, mark in sorted(bid.marks.items())
        ]
        yield Block([bid.name])
        yield Block(rows=rows)


def _moderation(now: Deciding) -> Iterator[Block]:
    marks = [(bid, mark) for bid in now.bids for mark in bid.marks.values()]
    alone = _given_alone([mark for _, mark in marks])
    moved = [(bid, mark) for bid, mark in marks if alone[mark.id] - {mark.mark}]
    again = _taken_up_again(now.bids)
    yield Block(
        [
            f"{len(marks)} marks are agreed, each signed by a chair. "
            f"{len(moved)} {'is' if len(moved) == 1 else 'are'} not what every evaluator gave "
            f"alone; {again} were taken up again. Marks given alone are kept as they were."
        ]
    )
    rows = [["Bid", "Question", "Agreed", "Why it moved"]]
    rows += [[bid.name, mark.question_id, str(mark.mark), mark.why_moved] for bid, mark in moved]
    if len(rows) > 1:
        yield Block(rows=rows)


def _given_alone(agreed: Sequence[AgreedMark]) -> dict[int, set[int]]:
    """Return by id of agreed mark which marks evaluators had given alone."""
    on_table = {number for mark in agreed for number in mark.considered}
    given = dict(db.session.execute(select(Mark.id, Mark.mark).where(Mark.id.in_(on_table))).all())
    return {mark.id: {given[number] for number in mark.considered} for mark in agreed}


def _taken_up_again(bids: Sequence[EvaluatedBid]) -> int:
    found = select(func.count(AgreedMark.id)).where(
        AgreedMark.bid_id.in_([bid.opened.bid.id for bid in bids]), AgreedMark.number > 1
    )
    return db.session.scalar(found) or 0


def _ranking(now: Deciding) -> Iterator[Block]:
    ranked = now.ranked
    uses_price = ranked.method.uses_price
    head = ["Rank", "Bid", "Quality"]
    yield Block(
        rows=[
            [*head, *(["Price", "Points for price"] if uses_price else []), total_label(ranked)],
            *(_ranked_row(one, uses_price=uses_price) for one in ranked.placed),
        ]
    )
    if ranked.tie is not None:
        yield Block(tie_in_words(ranked.tie, ranked.names))
    else:
        yield Block(["No bids are tied for the first place."])


def _ranked_row(one: Placed, *, uses_price: bool) -> list[str]:
    price = "–" if one.bid.price is None else money(one.bid.price)
    return [
        one.rank or f"Not ranked: {one.why_not}",
        one.bid.name,
        "–" if one.bid.quality is None else f"{half_up(one.bid.quality)}",
        *([price, "–" if one.points is None else f"{half_up(one.points)}"] if uses_price else []),
        "–" if one.total is None else f"{half_up(one.total)}",
    ]


def _safety(now: Deciding) -> Iterator[Block]:
    found = safety(now.ranked)
    if found is None:
        yield Block(
            ["There is no single first place that follows from the ranking, so nothing is told."]
        )
        return
    yield Block(safe_in_words(now.ranked.method, found, now.ranked.names))


def _rests(now: Deciding) -> Iterator[Block]:
    yield Block(
        [
            "The SHA-256 below is made from the questionnaire, every bid as handed in, every "
            "agreed mark with its explanation, every decision, the ranking and the prices. It "
            "changes when any of them does; an approval then no longer holds.",
            f"The record as it is: {_grouped(now.sha256)}",
        ]
    )
    if now.recommendation is not None:
        yield Block([f"The record as recommended: {_grouped(now.recommendation.sha256)}"])


def _ids(now: Deciding) -> list[int]:
    return [bid.opened.bid.id for bid in now.bids]


def _grouped(sha256: str) -> str:
    """Return a hash in groups of eight, so that two people can compare it aloud."""
    return " ".join(sha256[start : start + 8] for start in range(0, len(sha256), 8))
