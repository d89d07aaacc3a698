"""The questionnaire of a draft, read once per process: its own plan, or its pack as it is.

A plan names the edition of the bank its questions are taken from, so that a newer edition changes
nothing until somebody moves the draft to it. A draft without a plan follows its authority’s.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select

from foundation.canonical import sha256_hex
from foundation.database import db
from question_bank import loader
from question_bank.rules.packs import Pack, read_pack
from question_bank.rules.reading import ContentError
from tenders.models import Tender
from tenders.rules.plan import Plan, plan_from_pack, questionnaire_of_plan
from tenders.rules.questionnaire import Questionnaire


class QuestionnaireChanged(RuntimeError):
    """What is stored is no longer what its fingerprint says: somebody rewrote it."""


@dataclass(frozen=True)
class Planned:
    """A plan with what it means. Never changed: every draft that says the same shares it."""

    plan: Plan
    pack: Pack
    questionnaire: Questionnaire


def of_draft(tender: Tender) -> Planned:
    """Return what a draft asks. Raises ContentError where its pack is no longer offered."""
    if tender.plan_sha256 is not None:
        return _stored(tender.plan_sha256, tender.id)
    return of_pack(edition_of(tender.authority_id), tender.pack_id)


def plan_of_draft(tender: Tender) -> Plan:
    """Return the plan of a draft; where it has none, the one its pack makes."""
    return of_draft(tender).plan


def read(plan: Plan) -> Planned:
    """Return what a plan means. Raises ContentError where its edition lacks something it names."""
    bank = loader.edition(plan["edition"]).bank
    return Planned(
        plan, read_pack(plan["pack"], unfinished=True), questionnaire_of_plan(bank, plan)
    )


def edition_of(authority_id: int) -> str:
    """Return the version of the bank an authority works with."""
    return loader.editions()[-1]


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
