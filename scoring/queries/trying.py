"""The scoring model of a tender as it is planned, and what was tried of it and kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from accounts.models import Person
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db
from scoring.models import ModelTest
from scoring.rules.prices import Method
from scoring.rules.trying import Model
from tenders import planned
from tenders.award import award_of
from tenders.models import Tender
from tenders.queries import questionnaire_of
from tenders.rules.award import written


@dataclass(frozen=True)
class KeptTest:
    """A trial that was kept: what was tried, what came of it, and whether the plan is the same."""

    number: int
    tried: Mapping[str, Any]
    found: Mapping[str, Any]
    note: str
    saved_at: datetime
    saved_by: str
    sha256: str
    is_of_today: bool

    @property
    def names(self) -> list[str]:
        return [bid["name"] for bid in self.tried["bids"]]


def model_of(tender: Tender) -> Model:
    """Return how bids would be scored: of a draft as planned today."""
    return Model(questionnaire_of(tender), Method(award_of(tender), tender.quality_weight))


def fingerprint_of(tender: Tender) -> str:
    """Return what tells one questionnaire from another: of a draft that of its plan."""
    if tender.questionnaire_sha256 is not None:
        return tender.questionnaire_sha256
    if tender.plan_sha256 is not None:
        return tender.plan_sha256
    return sha256_hex(canonical_json(planned.plan_of_draft(tender)))


def kept_tests(tender: Tender) -> list[KeptTest]:
    """Return everything that was tried and kept, the newest first."""
    rows = db.session.execute(
        select(ModelTest, Person.name)
        .join(Person, Person.id == ModelTest.saved_by_id)
        .where(ModelTest.tender_id == tender.id)
        .order_by(ModelTest.number.desc())
    ).all()
    planned_now = _planned_now(tender) if rows else {}
    return [_kept(row, name, planned_now) for row, name in rows]


def kept_test(tender: Tender, number: int) -> KeptTest:
    """Return one of them. Raises NoResultFound."""
    for one in kept_tests(tender):
        if one.number == number:
            return one
    raise NoResultFound


def progress(tender: Tender) -> tuple[str, bool]:
    """Return what the checklist of a draft says: trying is advice and stops nothing."""
    tests = kept_tests(tender)
    if not tests:
        return "Not tried", False
    if not tests[0].is_of_today:
        return "Changed since it was tried", False
    return f"{len(tests)} {'trial' if len(tests) == 1 else 'trials'} kept", True


def _planned_now(tender: Tender) -> dict[str, Any]:
    """Return what a trial rests on: rules, weights and least marks, whatever words say."""
    model = model_of(tender)
    return {
        "award": written(model.method.award),
        "quality_weight": model.method.quality_weight,
        "least_marks": model.least,
        "shares": {one.id: format(one.share_of_quality, "f") for one in model.scored},
    }


def _kept(row: ModelTest, name: str, planned_now: Mapping[str, Any]) -> KeptTest:
    tried = json.loads(row.tried)
    return KeptTest(
        number=row.number,
        tried=tried,
        found=json.loads(row.found),
        note=row.note,
        saved_at=row.saved_at,
        saved_by=name,
        sha256=sha256_of(row.tried, row.found),
        is_of_today=all(tried[key] == value for key, value in planned_now.items()),
    )


def sha256_of(tried: str, found: str) -> str:
    """Return the fingerprint of a trial, as its audit entry has it."""
    return sha256_hex(canonical_json({"tried": tried, "found": found}))
