"""The questionnaire of a draft, read once per process: its own plan, or its pack as it is.

A plan names the edition of the bank its questions are taken from, so that a newer edition changes
nothing until somebody moves the draft to it. Every draft gets one when it is made; those made
before there were plans follow the edition of their authority.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import select

from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db
from question_bank import loader
from question_bank.queries.editions import version_of
from question_bank.queries.own import own_packs, ready_questions
from question_bank.rules.packs import Pack, read_pack
from question_bank.rules.questions import Bank, Question
from question_bank.rules.reading import ContentError
from question_bank.rules.reading.questions import read_question
from tenders.models import Tender
from tenders.rules.dependencies import Dependent, broken_dependencies, every_dependent
from tenders.rules.freezing import kept_bank, plain_values
from tenders.rules.plan import Plan, plan_from_pack, problems_of, questionnaire_of_plan
from tenders.rules.plan.preparing import plan_of_frozen
from tenders.rules.questionnaire import Questionnaire


class QuestionnaireChanged(RuntimeError):
    """What is stored is no longer what its fingerprint says: somebody rewrote it."""


@dataclass(frozen=True)
class Planned:
    """A plan with what it means. Never changed: every draft that says the same shares it."""

    plan: Plan
    pack: Pack
    questionnaire: Questionnaire

    @cached_property
    def dependents(self) -> tuple[Dependent, ...]:
        return every_dependent(self.questionnaire)

    @cached_property
    def pack_text(self) -> str:
        """Return the canonical JSON of the pack, as it is frozen at publication."""
        return canonical_json(plain_values(self.plan["pack"]))

    @cached_property
    def bank_text(self) -> str:
        """Return the canonical JSON of what is kept of the bank at publication."""
        return canonical_json(plain_values(kept_bank(self.questionnaire.bank, self.pack)))

    @cached_property
    def problems(self) -> tuple[str, ...]:
        """Return what must be put right: sums, classes, what could never be asked or passed."""
        return (*problems_of(self.questionnaire), *broken_dependencies(self.questionnaire))


def of_draft(tender: Tender) -> Planned:
    """Return what a draft asks. Raises ContentError where its pack is no longer offered."""
    if tender.plan_sha256 is not None:
        return _stored(tender.plan_sha256, tender.id)
    return of_pack(version_of(tender.authority_id), tender.pack_id)


def plan_of_draft(tender: Tender) -> Plan:
    """Return the plan of a draft; where it has none, the one its pack makes."""
    return of_draft(tender).plan


def published_plan(tender: Tender) -> Plan:
    """Return the plan of what a published tender asks, from its frozen text where none was kept."""
    if tender.plan_sha256 is not None:
        return _stored(tender.plan_sha256, tender.id).plan
    text = db.session.scalars(select(Tender.questionnaire_text).where(Tender.id == tender.id)).one()
    frozen = json.loads(text or "{}")
    shipped = loader.edition(frozen["bank"]["version"]).bank.questions
    own = frozenset(q["id"] for q in frozen["bank"]["questions"] if q["id"] not in shipped)
    return plan_of_frozen(frozen, own)


def read(plan: Plan) -> Planned:
    """Return what a plan means. Raises ContentError where its edition lacks something it names."""
    bank = loader.edition(plan["edition"]).bank
    return Planned(
        plan, read_pack(plan["pack"], unfinished=True), questionnaire_of_plan(bank, plan)
    )


def plan_of_pack(authority_id: int, pack_id: str) -> Plan:
    """Return the plan a pack makes, the authority's own or one of its edition of the bank.

    Raises ContentError if there is none of this id.
    """
    own = plan_of_own_pack(authority_id, pack_id)
    return of_pack(version_of(authority_id), pack_id).plan if own is None else own


def plan_of_own_pack(authority_id: int, pack_id: str) -> Plan | None:
    """Return the plan an authority's own pack makes; None where it has no such pack."""
    for pack in own_packs(authority_id):
        if pack.pack_id == pack_id:
            own = [ready.raw for ready in ready_questions(authority_id)]
            return plan_from_pack(pack.edition, pack.raw, own)
    return None


def is_tailored(tender: Tender) -> bool:
    """Return whether somebody changed what the pack of a draft asks, or gave a reason for it."""
    if tender.plan_sha256 is None:
        return False
    plan = plan_of_draft(tender)
    edition, pack_id = plan["edition"], tender.pack_id
    if pack_id in loader.edition(edition).raw_packs:
        return plan != of_pack(edition, pack_id).plan
    return plan != plan_of_own_pack(tender.authority_id, pack_id)


def own_question(raw: Mapping[str, Any], bank: Bank) -> Question:
    """Return an own question as it would be asked beside ``bank``, read once per process."""
    return _own_question(canonical_json(plain_values(raw)), bank.version)


@lru_cache(maxsize=512)
def _own_question(text: str, edition: str) -> Question:
    bank = loader.edition(edition).bank
    return read_question(json.loads(text), bank.schemas, bank.themes)


@lru_cache(maxsize=64)
def _stored(sha256: str, tender_id: int) -> Planned:
    """The fingerprint is the key, so what is kept cannot go stale."""
    text = db.session.scalars(select(Tender.plan_text).where(Tender.id == tender_id)).one()
    if text is None or sha256_hex(text) != sha256:
        raise QuestionnaireChanged(f"The questionnaire of draft {tender_id} was rewritten")
    return read(json.loads(text))


@lru_cache(maxsize=64)
def of_pack(edition: str, pack_id: str) -> Planned:
    """Return what a shipped pack of an edition asks. Raises ContentError if there is none."""
    raw = loader.edition(edition).raw_packs.get(pack_id)
    if raw is None:
        raise ContentError(
            f"You cannot use the questions ‘{pack_id}’ because they are no longer offered",
            field="pack_id",
        )
    return read(plan_from_pack(edition, raw))
