"""Amendments: prepared beside what is published, and published in one step or dropped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from accounts.queries import Viewer
from foundation import clock, jobs, mail
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.tokens import new_token
from tenders import planned, queries
from tenders.followers import followers_of
from tenders.models import Amendment, Clarification, Tender
from tenders.prepared import (
    Draft,
    closing_of,
    draft_of,
    in_preparation,
    next_number,
    readiness_of,
)
from tenders.rules.approvals import ApprovalKind
from tenders.rules.extending import must_be_later, must_come_first
from tenders.rules.freezing import thaw
from tenders.rules.lifecycle import Step, stage_after, stage_at
from tenders.rules.plan.preparing import (
    Prepared,
    begun,
    prepared_in,
    with_prepared,
    without_prepared,
)
from tenders.rules.readiness import must_fix
from tenders.service import approvals
from tenders.service.base import current_tender, record, written
from tenders.service.drafts import PlanChanged, put_plan
from tenders.service.publishing import NotReady

# The job that tells everybody: however many there are, publishing takes no longer.
TELL = "tender.amended"
LONGEST_REASON = 2000
# The page of a later station about one amendment, known by name only.
EVERYBODYS_PAGE = "supplier_portal.amendment"


class NothingAmended(DomainError):
    """An amendment would change nothing."""


class ReasonMissing(DomainError):
    """An amendment says why it is made."""


def prepare_amendment(tender: Tender, *, by: Viewer, arrived_at: datetime) -> None:
    """Begin an amendment of an open tender; nothing happens if one is in preparation already.

    What is published stays as it is. Raises StepNotAllowed, also once the tender has closed.
    """
    with transaction():
        current = amendable(tender, arrived_at)
        if current.amending_since is not None:
            return
        published = planned.published_plan(current)
        until = written(current.questions_until)
        current.amending_since = clock.now()
        put_plan(current, begun(published, current.facts, until))
        record("tender.amendment_begun", current, by, questionnaire=current.questionnaire_sha256)


def drop_amendment(tender: Tender, *, by: Viewer) -> None:
    """Give up what was prepared; what is published stands. Raises NoAmendment."""
    with transaction():
        current = in_preparation(current_tender(tender))
        plan = prepared_in(planned.plan_of_draft(current)).published
        approvals.overtake(current, ApprovalKind.AMEND, by=by)
        _forget_what_led_to_it(current)
        current.amending_since = None
        put_plan(current, plan)
        record("tender.amendment_dropped", current, by)


def _forget_what_led_to_it(tender: Tender) -> None:
    db.session.execute(
        update(Clarification)
        .where(
            Clarification.tender_id == tender.id,
            Clarification.amendment_number == next_number(tender),
        )
        .values(amendment_number=None)
    )


def set_amendment_terms(
    tender: Tender,
    *,
    closes_at: datetime,
    questions_until: datetime | None,
    reason: str,
    based_on: str,
    by: Viewer,
    arrived_at: datetime,
) -> None:
    """Prepare another closing time, another end of questions, and the reason that is published.

    Raises NotLater, QuestionsTooLate, NoAmendment, PlanChanged and StepNotAllowed.
    """

    def change(current: Tender, prepared: Prepared) -> Prepared:
        published = closing_of(current)
        must_be_later(published, closes_at)
        if questions_until != current.questions_until:
            must_come_first(questions_until, closes_at)
        return prepared.with_terms(
            closes_at=written(closes_at) if closes_at != published else None,
            questions_until=written(questions_until),
            reason=reason,
        )

    _change(tender, change, "terms", based_on=based_on, by=by, arrived_at=arrived_at)


def set_amendment_facts(
    tender: Tender,
    facts: Mapping[str, Any],
    *,
    based_on: str,
    by: Viewer,
    arrived_at: datetime,
) -> None:
    """Prepare other facts about the contract, given as stored. Raises NoAmendment, PlanChanged."""
    _change(
        tender,
        lambda _current, prepared: prepared.with_facts(facts),
        "facts",
        based_on=based_on,
        by=by,
        arrived_at=arrived_at,
    )


def publish_amendment(
    tender: Tender, *, based_on: str, by: Viewer, arrived_at: datetime
) -> Amendment:
    """Make what was prepared what is asked, from now on, and have everybody told.

    The inner step: pages go through amending_by_two, which lets nobody move a closing time alone.

    Once the tender has closed nothing is amended, whenever the request came in. Raises
    StepNotAllowed, NoAmendment, PlanChanged, ReasonMissing, NothingAmended and NotReady.
    """
    with transaction():
        current = in_preparation(amendable(tender, arrived_at))
        must_stand(current, based_on)
        draft = draft_of(current)
        must_be_publishable(current, draft)
        amendment = _amendment(current, draft, by)
        db.session.add(amendment)
        _follow(current, draft)
        db.session.flush()
        record(
            "tender.amended" if draft.changes else "tender.extended",
            current,
            by,
            number=amendment.number,
            amendment=amendment.token,
            questionnaire_before=amendment.sha256_before,
            questionnaire=amendment.sha256_after,
            closed_before=written(amendment.closed_before),
            closes_at=written(amendment.closes_after),
        )
        jobs.enqueue(TELL, amendment.token)
    return amendment


def tell_of_amendment(subject: str, _payload: Mapping[str, Any]) -> None:
    """Do the job "tender.amended": write to everybody who has begun a bid, once for each amendment.

    Nobody at the authority learns whether there is anybody.
    """
    with transaction():
        found = db.session.scalars(select(Amendment).where(Amendment.token == subject)).one()
        tender = db.session.get_one(Tender, found.tender_id)
        page = mail.link(EVERYBODYS_PAGE, tender=tender.token, amendment=found.token)
        closing = clock.show_moment(found.closes_after)
        moved = found.closes_after != found.closed_before
        mail.post(
            TELL,
            found.token,
            followers_of(tender),
            f"{tender.reference} is amended",
            f"The council has published amendment {found.number} to “{tender.title}”. Bids close "
            f"{'now' if moved else 'as before'} on {closing}.\n\n"
            f"Read why, and what changed: {page}\n\n"
            "If your company has begun a bid, only answers to what changed have to be confirmed "
            "again. A bid that is submitted stands as it was handed in until you submit again.\n",
        )


def amendable(tender: Tender, arrived_at: datetime) -> Tender:
    """Return the tender as it is now. Raises StepNotAllowed unless it takes bids still."""
    current = current_tender(tender)
    for moment in (arrived_at, clock.now()):
        stage_after(stage_at(current.stage, current.closes_at, moment), Step.AMEND)
    return current


def must_stand(tender: Tender, based_on: str) -> None:
    if tender.plan_sha256 != based_on:
        raise PlanChanged(
            "A colleague changed this amendment after you opened the page: look at what is there "
            "now, and go on if it still holds"
        )


def must_be_publishable(tender: Tender, draft: Draft) -> None:
    if not draft.prepared.reason:
        raise ReasonMissing("Enter the reason for the amendment: every supplier is told")
    if draft.sha256 == tender.questionnaire_sha256 and draft.closes_at == tender.closes_at:
        raise NothingAmended("You cannot publish this amendment because it changes nothing")
    must_be_later(closing_of(tender), draft.closes_at)
    problems = must_fix(readiness_of(tender, draft), clock.now())
    if problems:
        raise NotReady(". ".join(problem.message for problem in problems))
    # What will be read by everybody from now on can be read.
    thaw(draft.frozen)


def _amendment(tender: Tender, draft: Draft, by: Viewer) -> Amendment:
    return Amendment(
        token=new_token(),
        tender_id=tender.id,
        number=next_number(tender),
        reason=draft.prepared.reason,
        text_before=queries.frozen_text(tender),
        sha256_before=tender.questionnaire_sha256,
        sha256_after=draft.sha256,
        closed_before=closing_of(tender),
        closes_after=draft.closes_at,
        affected_parts=list(draft.changes.to_confirm),
        # As late as can be: an answer that came in before was given to the earlier text.
        published_at=clock.now(),
        published_by_id=by.person_id,
    )


def _follow(tender: Tender, draft: Draft) -> None:
    """Make the tender what the amendment says."""
    plan = without_prepared(draft.plan)
    if draft.sha256 != tender.questionnaire_sha256:
        tender.questionnaire_text = draft.text
        tender.questionnaire_sha256 = draft.sha256
        tender.facts = dict(draft.prepared.facts)
        tender.questions_until = draft.questions_until
        tender.pack_id = plan["pack"]["id"]
    tender.closes_at = draft.closes_at
    tender.amending_since = None
    put_plan(tender, plan)


def _change(
    tender: Tender,
    change: Callable[[Tender, Prepared], Prepared],
    note: str,
    *,
    based_on: str,
    by: Viewer,
    arrived_at: datetime,
) -> None:
    with transaction():
        current = in_preparation(amendable(tender, arrived_at))
        must_stand(current, based_on)
        plan = planned.plan_of_draft(current)
        wanted = with_prepared(plan, change(current, prepared_in(plan)))
        if wanted != plan:
            put_plan(current, wanted)
            record("tender.plan_changed", current, by, plan=current.plan_sha256, note=note)
