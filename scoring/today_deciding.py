"""What needs an officer between agreed quality and released results: prices, answers of bidders,
low prices, the recommendation, the letters, the release."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from flask import url_for
from sqlalchemy import func, select

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import clock
from foundation.database import db
from scoring.models import BidQuestion, LowPriceEvent, OutcomeLetter, Recommendation
from scoring.queries.low_hints import hints_left_in
from scoring.queries.panels import HowFar
from scoring.queries.published import Published
from scoring.rules.low_prices import Event, State, Step, standing
from scoring.rules.recommending import about
from supplier_portal.models import Bid
from tenders.models import Approval, Tender
from tenders.rules.approvals import ApprovalKind, ApprovalState
from tenders.today import Task

GOES_ON = (State.RAISED, State.TO_DECIDE)


def decided(
    viewer: Viewer,
    opened: Mapping[int, Tender],
    far: Mapping[int, HowFar],
    away: Collection[int],
    sees_order: Collection[int],
    published: Mapping[int, Published],
) -> list[Task]:
    """Return what waits for officers and for who reads letters, in six statements.

    ``sees_order``: the tenders whose bids he may all read, with their marks.
    """
    found = [*_answers(viewer, opened, away)]
    in_view = {known: one for known, one in opened.items() if known in sees_order}
    found += _low_prices(viewer, in_view)
    found += _hints(viewer, in_view, far, published)
    outcomes = _outcomes(in_view)
    for known, tender in in_view.items():
        words, endpoint, needed = _next(far[known], outcomes.get(known))
        if words and any(viewer.may(one, tender_id=known) for one in needed):
            found.append(_task(words, endpoint, tender))
    return found


def _answers(viewer: Viewer, opened: Mapping[int, Tender], away: Collection[int]) -> Iterable[Task]:
    """Return answers of bidders on which nobody has decided; the page of the first bid."""
    rows = db.session.execute(
        select(Bid.tender_id, Bid.token, func.count())
        .join(BidQuestion, BidQuestion.bid_id == Bid.id)
        .where(
            Bid.tender_id.in_([*opened]),
            Bid.id.not_in(away),
            BidQuestion.answered_at.is_not(None),
            BidQuestion.may_count.is_(None),
        )
        .group_by(Bid.tender_id, Bid.id, Bid.token)
        .order_by(Bid.id)
    )
    for tender_id, token, count in rows:
        if viewer.may(Permission.BID_QUESTION, tender_id=tender_id):
            answers = "an answer of a bidder" if count == 1 else f"{count} answers of a bidder"
            link = url_for("scoring.bid_questions", bid=token)
            yield Task(f"Decide whether {answers} may count", link, opened[tender_id])


def _low_prices(viewer: Viewer, in_view: Mapping[int, Tender]) -> list[Task]:
    """Return cases about a low price in which the next step is an officer's."""
    events: dict[tuple[int, int], list[Event]] = {}
    for tender_id, bid_id, kind, outcome, due_at in db.session.execute(
        select(
            Bid.tender_id,
            Bid.id,
            LowPriceEvent.kind,
            LowPriceEvent.outcome,
            LowPriceEvent.due_at,
        )
        .join(Bid, Bid.id == LowPriceEvent.bid_id)
        .where(Bid.tender_id.in_([*in_view]))
        .order_by(LowPriceEvent.number)
    ):
        events.setdefault((tender_id, bid_id), []).append(Event(Step(kind), outcome, due_at))
    moment, waiting = clock.now(), dict[int, int]()
    for (tender_id, _bid), known in events.items():
        if standing(known, moment).state in GOES_ON:
            waiting[tender_id] = waiting.get(tender_id, 0) + 1
    return [
        _task(
            f"Go on with {count} {'price' if count == 1 else 'prices'} that "
            f"{'seems' if count == 1 else 'seem'} abnormally low",
            "scoring.prices",
            in_view[tender_id],
        )
        for tender_id, count in waiting.items()
        if viewer.may(Permission.COMPLIANCE_DECIDE, tender_id=tender_id)
    ]


def _hints(
    viewer: Viewer,
    in_view: Mapping[int, Tender],
    far: Mapping[int, HowFar],
    published: Mapping[int, Published],
) -> list[Task]:
    """Return hints at low prices that nobody has looked into."""
    wanted = {
        known: (tender, percent)
        for known, tender in in_view.items()
        if far[known].prices_opened
        and (percent := published[known].low_percent) is not None
        and viewer.may(Permission.COMPLIANCE_DECIDE, tender_id=known)
    }
    left = hints_left_in(wanted) if wanted else {}
    return [
        _task(
            f"Look into {count} {'hint' if count == 1 else 'hints'} at a low price, or say why no "
            "case is needed",
            "scoring.prices",
            in_view[known],
        )
        for known, count in left.items()
    ]


@dataclass
class Outcome:
    """What was recommended last, and how far it got; ``letters``: of how many bids, ``read``: of
    how many somebody found right."""

    recommendation: Recommendation
    approval: tuple[ApprovalState, str] | None = None
    letters: int = 0
    read: int = 0

    @property
    def waits(self) -> bool:
        return self.approval is not None and self.approval[0] is ApprovalState.WAITING

    @property
    def is_approved(self) -> bool:
        wanted = about(self.recommendation.token, self.recommendation.sha256)
        return self.approval == (ApprovalState.GIVEN, wanted)


def _outcomes(in_view: Mapping[int, Tender]) -> dict[int, Outcome]:
    last = (
        select(func.max(Recommendation.id))
        .where(Recommendation.tender_id.in_([*in_view]))
        .group_by(Recommendation.tender_id)
    )
    found = {
        one.tender_id: Outcome(one)
        for one in db.session.scalars(select(Recommendation).where(Recommendation.id.in_(last)))
    }
    if not found:
        return found
    for tender_id, state, of in db.session.execute(
        select(Approval.tender_id, Approval.state, Approval.about)
        .where(Approval.tender_id.in_([*found]), Approval.kind == ApprovalKind.AWARD)
        .order_by(Approval.id)
    ):
        found[tender_id].approval = (state, of)
    newest = (
        select(func.max(OutcomeLetter.id))
        .where(
            OutcomeLetter.recommendation_id.in_([one.recommendation.id for one in found.values()])
        )
        .group_by(OutcomeLetter.bid_id)
    )
    for tender_id, reviewed in db.session.execute(
        select(Bid.tender_id, OutcomeLetter.reviewed)
        .join(Bid, Bid.id == OutcomeLetter.bid_id)
        .where(OutcomeLetter.id.in_(newest))
    ):
        found[tender_id].letters += 1
        found[tender_id].read += reviewed
    return found


# What to do, on which page, and the permissions of which one is enough.
Next = tuple[str, str, tuple[Permission, ...]]
NOTHING: Next = ("", "", ())
RELEASES = (Permission.RESULT_RELEASE,)


def _next(far: HowFar, outcome: Outcome | None) -> Next:
    """Return the one step between agreed quality and the release that comes now."""
    if far.waits_for_decisions:
        what = "1 requirement" if far.undecided == 1 else f"{far.undecided} requirements"
        words = f"Decide on {what}: quality is agreed, and prices are opened, only then"
        return words, "scoring.quality", (Permission.COMPLIANCE_DECIDE,)
    if far.prices_to_open and far.unchecked:
        what = "1 check" if far.unchecked == 1 else f"{far.unchecked} checks"
        words = f"Finish {what} for grounds to exclude: prices are opened only then"
        return words, "scoring.exclusions_overview", (Permission.COMPLIANCE_DECIDE,)
    if far.prices_to_open:
        return (
            "Open the prices: quality is agreed",
            "scoring.prices",
            (Permission.COMPLIANCE_DECIDE,),
        )
    if not far.to_recommend or (outcome is not None and outcome.waits):
        # What waits for a second person is told to that person (tenders.today).
        return NOTHING
    if outcome is None or not outcome.is_approved:
        words = "See what is missing for a decision, and recommend an outcome"
        return words, "scoring.results", RELEASES
    if not outcome.recommendation.outcomes:
        words = "Cancel the tender: it was agreed that nothing is awarded"
        return words, "tenders.cancel", RELEASES
    return _letters(far, outcome)


def _letters(far: HowFar, outcome: Outcome) -> Next:
    if outcome.letters < far.bids:
        return "Prepare the letters to the bidders", "scoring.letters", RELEASES
    if unread := outcome.letters - outcome.read:
        words = f"Finish and read {unread} {'letter' if unread == 1 else 'letters'} to bidders"
        return words, "scoring.letters", (*RELEASES, Permission.AWARD_APPROVE)
    return "Release the results: every letter is read", "scoring.letters", RELEASES


def _task(words: str, endpoint: str, tender: Tender) -> Task:
    return Task(words, url_for(endpoint, tender=tender.token), tender)
