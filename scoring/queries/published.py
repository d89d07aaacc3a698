"""What several tenders published of their evaluation: for the start page, in one statement."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import select

from foundation.canonical import sha256_hex
from foundation.database import db
from scoring.queries.exclusions import TERM
from tenders.award import TOPIC as AWARD
from tenders.evaluation import TOPIC
from tenders.models import Tender
from tenders.planned import QuestionnaireChanged
from tenders.rules.award import read_award
from tenders.rules.evaluation import NOTHING_PUBLISHED, read_rules
from tenders.rules.freezing import thaw

MOST_KNOWN = 1000


@dataclass(frozen=True, slots=True)
class Published:
    """By question how many evaluators it needs, and its least mark where it has one; whether prices
    wait for the checks for grounds to exclude; by how many percent a price is low that is looked
    into, None where nothing is hinted at."""

    needed: Mapping[str, int] = field(default_factory=dict)
    least: Mapping[str, int] = field(default_factory=dict)
    checks: bool = False
    low_percent: int | None = None


NOTHING = Published()
# By fingerprint of what was frozen, so that nothing kept can go stale.
_known: dict[str, Published] = {}


def published_in(tenders: Iterable[Tender]) -> dict[int, Published]:
    """Return what tenders published, by id: a statement for those this process has not read."""
    wanted = {one.id: one.questionnaire_sha256 or "" for one in tenders}
    unread = {sha256: known for known, sha256 in wanted.items() if sha256 not in _known and sha256}
    if len(_known) > MOST_KNOWN:
        _known.clear()
    found = {sha256: _known[sha256] for sha256 in wanted.values() if sha256 in _known}
    if unread:
        for known, text in db.session.execute(
            select(Tender.id, Tender.questionnaire_text).where(Tender.id.in_(unread.values()))
        ):
            found[wanted[known]] = _known[wanted[known]] = _read(wanted[known], text)
    return {known: found.get(sha256, NOTHING) for known, sha256 in wanted.items()}


def _read(sha256: str, text: str | None) -> Published:
    if text is None or sha256_hex(text) != sha256:
        raise QuestionnaireChanged(f"The questionnaire {sha256} was rewritten")
    questionnaire = thaw(json.loads(text))
    frozen = questionnaire.terms.get(TOPIC)
    rules = read_rules(frozen) if frozen else NOTHING_PUBLISHED
    asked = questionnaire.questions
    return Published(
        needed={
            one.id: rules.needed_for(one.share_of_quality if one.is_scored else Decimal(0))
            for one in asked
        },
        least={one.id: one.threshold for one in asked if one.is_scored and one.threshold},
        checks=bool(questionnaire.terms.get(TERM)),
        low_percent=read_award(questionnaire.terms.get(AWARD) or {}).low_percent,
    )
