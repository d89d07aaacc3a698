"""Publication: what is asked is frozen with everything the tender is run by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.queries import Viewer
from foundation import clock
from foundation.canonical import sha256_hex
from foundation.database import transaction
from foundation.errors import DomainError
from tenders import planned, planning, queries
from tenders.award import award_terms
from tenders.evaluation import evaluation_terms
from tenders.joint import joint_terms
from tenders.law import shipped_law
from tenders.libraries import Libraries, wanted_by
from tenders.libraries import written as written_libraries
from tenders.lots import lot_terms
from tenders.models import Tender
from tenders.planning import Sheet
from tenders.planning_pages import planned_of
from tenders.price_schedule import award_and_schedule, price_terms
from tenders.rules.deadline import DEADLINE
from tenders.rules.exclusions import exclusion_terms
from tenders.rules.freezing import frozen_text
from tenders.rules.lateness import LATE_RULE
from tenders.rules.lifecycle import Step, stage_after
from tenders.rules.lint import declared
from tenders.rules.plan import problems_of
from tenders.rules.readiness import Asked, Plan, must_fix
from tenders.service.base import current_tender, record, written
from tenders.service.bidding import bidding_terms
from tenders.service.inviting import write_to_invited
from tenders.service.opening import opening_missing, opening_terms
from tenders.service.outcome import outcome_terms
from tenders.service.risks import risk_terms


class NotReady(DomainError):
    """A draft still lacks what publication needs."""


def plan_of(
    tender: Tender,
    libraries: Libraries | None = None,
    sheets: Mapping[str, Sheet] | None = None,
) -> Plan:
    """Return the draft as the rules of readiness see it.

    With ``libraries`` also what later stations would make of the answers is looked at. ``sheets``:
    the latest of its plan, by topic, where somebody has read them already.
    """
    questionnaire = queries.questionnaire_of(tender)
    return Plan(
        title=tender.title,
        reference=tender.reference,
        quality_weight=tender.quality_weight,
        closes_at=clock.london(tender.closes_at) if tender.closes_at else None,
        facts=tender.facts,
        fact_specs=questionnaire.bank.facts,
        pack_problems=tuple(problems_of(questionnaire)),
        asked=Asked(questionnaire, shipped_law(), wanted_by(libraries or {})),
        questions_until=(clock.london(tender.questions_until) if tender.questions_until else None),
        opening_missing=opening_missing(tender),
        planned=planned_of(tender, planning.sheets(tender) if sheets is None else sheets),
    )


def publish_tender(tender: Tender, *, by: Viewer, libraries: Libraries) -> None:
    """Freeze what is asked and open the tender to suppliers until it closes.

    The inner step: one person can take it, so pages never do. They go through publishing_by_two,
    which calls this once a second person has agreed; tests and the demonstration call it directly.

    Raises StepNotAllowed for a tender no longer a draft, NotReady for one that lacks something.
    """
    with transaction():
        draft = current_tender(tender)
        stage = stage_after(draft.stage, Step.PUBLISH)
        moment = clock.now()
        sheets = planning.sheets(draft)
        problems = must_fix(plan_of(draft, sheets=sheets), moment)
        if problems:
            raise NotReady(". ".join(problem.message for problem in problems))
        text = frozen_questionnaire(draft, libraries, sheets)
        draft.stage = stage
        draft.questionnaire_text = text
        draft.questionnaire_sha256 = sha256_hex(text)
        draft.published_at = moment
        draft.published_by_id = by.person_id
        record(
            "tender.published",
            draft,
            by,
            questionnaire=draft.questionnaire_sha256,
            closes_at=written(draft.closes_at),
        )
        write_to_invited(draft)


def frozen_questionnaire(
    tender: Tender, libraries: Libraries, sheets: Mapping[str, Sheet] | None = None
) -> str:
    """Return the canonical JSON of everything ``tender`` would be run by if published now."""
    sheets = planning.sheets(tender) if sheets is None else sheets
    asked = planned.of_draft(tender)
    reasons = asked.plan["reasons"]
    return frozen_text(
        bank=asked.bank_text,
        pack=asked.pack_text,
        terms={**published_terms(tender, sheets), **({"reasons": reasons} if reasons else {})},
        libraries=written_libraries(libraries),
    )


def published_terms(tender: Tender, sheets: Mapping[str, Sheet]) -> dict[str, Any]:
    """Return the rules of marking, in words, with the facts that rules compare answers with."""
    award, schedule = award_and_schedule(sheets)
    return {
        "quality_weight": tender.quality_weight,
        "scale": "0–5",
        "formula": "score of a question = weight × mark ÷ 5; score of a section = sum of its "
        "questions; quality = sum of section × section weight ÷ 100",
        "total": "total = quality × its weight + points for price × its weight, in percent",
        "deadline": DEADLINE,
        **award_terms(tender, award),
        **price_terms(tender, award, schedule),
        **evaluation_terms(tender, sheets),
        "late_bids": LATE_RULE,
        "facts": dict(tender.facts),
        **declared(queries.questionnaire_of(tender)),
        **bidding_terms(tender),
        **outcome_terms(tender),
        **exclusion_terms(tender.facts),
        **risk_terms(tender),
        **lot_terms(tender),
        **joint_terms(tender),
        **opening_terms(tender),
    }
