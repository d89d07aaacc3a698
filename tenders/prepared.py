"""An amendment in preparation: what would be published, and how it differs from what is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from foundation import clock
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db
from foundation.errors import DomainError
from tenders import planned, queries
from tenders.joint import joint_terms
from tenders.law import shipped_law
from tenders.models import Amendment, Tender
from tenders.rules.amending import Changes, changes_between, with_kept_texts, with_plain_form
from tenders.rules.freezing import freeze
from tenders.rules.lint import conditions_in, declared
from tenders.rules.plan import Plan, problems_of
from tenders.rules.plan.preparing import Prepared, prepared_in
from tenders.rules.questionnaire import Questionnaire
from tenders.rules.readiness import Asked
from tenders.rules.readiness import Plan as Readiness


class NoAmendment(DomainError):
    """There is no amendment in preparation: it was published or dropped meanwhile."""


@dataclass(frozen=True)
class Draft:
    """An amendment as it would be published. ``text`` is the published one where it stays."""

    plan: Plan
    prepared: Prepared
    questionnaire: Questionnaire
    frozen: Mapping[str, Any]
    text: str
    changes: Changes
    closes_at: datetime
    questions_until: datetime | None

    @property
    def sha256(self) -> str:
        return sha256_hex(self.text)


def draft_of(tender: Tender) -> Draft:
    """Return the amendment in preparation as it would be published. Raises NoAmendment."""
    plan = planned.plan_of_draft(in_preparation(tender))
    prepared = prepared_in(plan)
    asked, before = planned.of_draft(tender), queries.questionnaire_of(tender)
    text = queries.frozen_text(tender) or ""
    frozen = json.loads(text)
    new = with_kept_texts(
        freeze(
            asked.questionnaire.bank,
            asked.pack,
            plan["pack"],
            terms=_terms(frozen["terms"], prepared, plan, asked.questionnaire, tender),
            libraries={},
        ),
        frozen,
    )
    after = with_plain_form(asked.questionnaire, new)
    changes = changes_between(before, after)
    if changes or _reasons(plan) != _reasons(prepared.published):
        text = canonical_json(new)
    return Draft(
        plan,
        prepared,
        after,
        new,
        text,
        changes,
        _moment(prepared.closes_at) or closing_of(tender),
        _moment(prepared.questions_until),
    )


def readiness_of(tender: Tender, draft: Draft) -> Readiness:
    """Return the amended tender as the rules of readiness see it."""
    questionnaire = draft.questionnaire
    until = draft.questions_until if draft.questions_until != tender.questions_until else None
    return Readiness(
        title=tender.title,
        reference=tender.reference,
        quality_weight=tender.quality_weight,
        closes_at=clock.london(draft.closes_at),
        facts=draft.prepared.facts,
        fact_specs=questionnaire.bank.facts,
        pack_problems=tuple(problems_of(questionnaire)),
        asked=Asked(
            questionnaire,
            shipped_law(),
            tuple(
                wanted
                for library in questionnaire.libraries.values()
                for wanted in conditions_in(library)
            ),
        ),
        questions_until=clock.london(until) if until else None,
    )


def in_preparation(tender: Tender) -> Tender:
    if tender.amending_since is None:
        raise NoAmendment(
            "There is no amendment in preparation: a colleague published or dropped it"
        )
    return tender


def _terms(
    published: Mapping[str, Any],
    prepared: Prepared,
    plan: Plan,
    questionnaire: Questionnaire,
    tender: Tender,
) -> dict[str, Any]:
    """Return the published terms as amended. They name what they follow, so that no two texts of
    a tender are ever the same, even where an amendment takes another one back."""
    bidding = {**(published.get("bidding") or {}), "questions_until": prepared.questions_until}
    bidding = {name: value for name, value in bidding.items() if value is not None}
    changed = {
        "facts": dict(prepared.facts),
        **declared(questionnaire),
        "reasons": _reasons(plan),
        "bidding": bidding,
        # Who has left since is named no more; nobody can have come.
        **{"joint": None, **joint_terms(tender)},
        "amendment": {"number": next_number(tender), "follows": tender.questionnaire_sha256},
    }
    kept = {name: value for name, value in published.items() if name not in changed}
    return {**kept, **{name: value for name, value in changed.items() if value}}


def _reasons(plan: Plan) -> list[Any]:
    return list(plan["reasons"])


def next_number(tender: Tender) -> int:
    last = db.session.scalar(
        select(func.max(Amendment.number)).where(Amendment.tender_id == tender.id)
    )
    return (last or 0) + 1


def closing_of(tender: Tender) -> datetime:
    if tender.closes_at is None:
        raise TypeError(f"Tender {tender.id} is open without a closing time")
    return tender.closes_at


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
