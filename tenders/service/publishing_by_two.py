"""Publication by two people: one asks for exactly what is shown, another agrees and publishes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.queries import Viewer
from foundation import mail
from foundation.canonical import canonical_json, sha256_hex
from foundation.clock import show_moment
from foundation.database import transaction
from foundation.errors import DomainError
from tenders import award as awards
from tenders import notices, planning
from tenders.evaluation import evaluation_of
from tenders.libraries import Libraries
from tenders.models import Approval, Notice, Tender
from tenders.price_schedule import award_and_schedule
from tenders.rules.approvals import ApprovalKind
from tenders.rules.award import Award, advice, problems
from tenders.rules.evaluation import EvaluationRules
from tenders.rules.lifecycle import Step, stage_after
from tenders.rules.price_schedule import PriceSchedule, needs_prices
from tenders.rules.price_schedule import advice as price_advice
from tenders.rules.price_schedule import problems as price_problems
from tenders.rules.readiness import Finding, Plan, must_fix, should_consider
from tenders.service import approvals
from tenders.service.base import current_tender, written
from tenders.service.mail_of_approvals import tell_the_asker, tell_the_others
from tenders.service.publishing import NotReady, frozen_questionnaire, plan_of, publish_tender

PAGE = "tenders.publish"
PUBLISH = ApprovalKind.PUBLISH


class SeenBefore(DomainError):
    """The draft changed after the page was opened on which somebody pressed the button."""


@dataclass(frozen=True)
class Publication:
    """A draft as it would be published. ``about``: the hash of everything the page shows."""

    fingerprint: str
    about: str
    plan: Plan
    award: Award
    # The lines bidders would price; none where the formula uses no prices.
    schedule: PriceSchedule
    evaluation: EvaluationRules
    notices: tuple[Notice, ...]
    # What stops it, and what is worth a thought.
    must_fix: tuple[Finding, ...]
    should_consider: tuple[Finding, ...]


def publication_of(tender: Tender, libraries: Libraries, moment: datetime) -> Publication:
    """Return the fingerprint of what would be frozen, and the hash that two people agree on.

    The second covers what the text does not hold: the closing time, who may bid, the notices.
    """
    sheets = planning.sheets(tender)
    fingerprint = sha256_hex(frozen_questionnaire(tender, libraries, sheets))
    plan, recorded = plan_of(tender, libraries, sheets), tuple(notices.standing(tender))
    award, priced = award_and_schedule(sheets)
    marked = awards.marked_questions(tender)
    stops, unknown = notices.before_publishing(tender, moment, recorded)
    weight = tender.quality_weight
    named = tender.facts.get("price_schedule_lines")
    return Publication(
        fingerprint,
        sha256_hex(canonical_json(_shown(tender, fingerprint, recorded))),
        plan,
        award,
        priced if needs_prices(award, weight) else PriceSchedule(),
        evaluation_of(tender, sheets),
        recorded,
        (
            *must_fix(plan, moment),
            *problems(award, weight, marked),
            *price_problems(priced, award, weight),
            *stops,
        ),
        (
            *should_consider(plan, moment),
            *advice(award, weight),
            *price_advice(priced, award, weight, named),
            *unknown,
        ),
    )


def _shown(tender: Tender, fingerprint: str, recorded: tuple[Notice, ...]) -> dict[str, Any]:
    return {
        "tender": tender.token,
        "title": tender.title,
        "reference": tender.reference,
        "questionnaire": fingerprint,
        "closes_at": written(tender.closes_at),
        "questions_until": written(tender.questions_until),
        "quality_weight": tender.quality_weight,
        "procurement": tender.procurement_id,
        "lot": tender.lot_number,
        **{
            name: getattr(tender, name)
            for name in (
                "allows_qualifications",
                "last_saved_counts",
                "opens_strictly",
                "registration_open",
                "runs_elsewhere",
                "shows_count",
            )
        },
        "notices": [notice.token for notice in recorded],
    }


def ask_to_publish(
    tender: Tender,
    about: str,
    *,
    by: Viewer,
    libraries: Libraries,
    arrived_at: datetime,
    note: str = "",
) -> Approval:
    """Ask a second person to agree to what has the hash ``about``, and write to those who can.

    Raises StepNotAllowed, NotReady, SeenBefore and NotApproved.
    """
    with approvals.denials_recorded(tender, PUBLISH, by), transaction():
        draft = current_tender(tender)
        now = _publishable(draft, libraries, arrived_at)
        if now.about != about:
            raise SeenBefore(
                "You cannot ask for this because the tender changed after you opened the page: "
                "look at what would be published now"
            )
        asked = approvals.ask(draft, PUBLISH, about, by=by, note=note)
        closing = show_moment(draft.closes_at) if draft.closes_at else ""
        tell_the_others(
            asked,
            draft,
            by,
            f"{draft.reference}: a second person is needed to publish",
            f"{by.name} asks that somebody else agree to publishing “{draft.title}”. Bids would "
            f"close on {closing}.\n\nLook at what would be published, and agree or refuse: "
            f"{mail.link(PAGE, tender=draft.token)}\n",
        )
    return asked


def agree_to_publish(
    tender: Tender,
    approval: Approval,
    about: str,
    *,
    by: Viewer,
    libraries: Libraries,
    arrived_at: datetime,
    reason: str = "",
) -> None:
    """Agree as the second person, which publishes the tender at once.

    ``about`` is what the person saw. Raises StepNotAllowed, NotApproved and NotReady; then nothing
    is published, and what was asked for goes on waiting.
    """
    with approvals.denials_recorded(tender, PUBLISH, by, approval), transaction():
        draft = current_tender(tender)
        now = publication_of(draft, libraries, arrived_at)
        # What was seen, what was asked for and what there is must be one and the same.
        approvals.agree(
            approval,
            now.about if about == now.about else "",
            by=by,
            arrived_at=arrived_at,
            reason=reason,
        )
        _must_be_ready(now)
        publish_tender(draft, by=by, libraries=libraries)
        tell_the_asker(
            approval,
            f"{draft.reference} is published",
            f"{by.name} agreed, so “{draft.title}” is published.\n\n"
            f"See it: {mail.link('tenders.show', tender=draft.token)}\n",
        )


def refuse_to_publish(
    tender: Tender, approval: Approval, *, by: Viewer, arrived_at: datetime, reason: str
) -> None:
    """Refuse, with a reason, and write to whoever asked. Raises NotApproved."""
    with approvals.denials_recorded(tender, PUBLISH, by, approval), transaction():
        approvals.refuse(approval, by=by, arrived_at=arrived_at, reason=reason)
        tell_the_asker(
            approval,
            f"{tender.reference}: publishing was refused",
            f"{by.name} does not agree to publishing “{tender.title}”.\n\n"
            f"Read why: {mail.link(PAGE, tender=tender.token)}\n",
        )


def _publishable(draft: Tender, libraries: Libraries, moment: datetime) -> Publication:
    stage_after(draft.stage, Step.PUBLISH)
    now = publication_of(draft, libraries, moment)
    _must_be_ready(now)
    return now


def _must_be_ready(publication: Publication) -> None:
    if publication.must_fix:
        raise NotReady(". ".join(problem.message for problem in publication.must_fix))
