"""Keeping a company's standing answers: written in its profile, or kept from a bid."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from accounts.queries import Viewer
from foundation import audit
from foundation.database import db, transaction
from foundation.errors import DomainError
from question_bank.loader import newest_edition
from question_bank.rules.answers import read_answer
from question_bank.rules.questions import Part
from supplier_portal import queries, seals
from supplier_portal.models import Bid, StandingAnswer
from supplier_portal.queries.profile import standing_answers
from supplier_portal.rules.carrying import may_be_carried
from supplier_portal.service.answers import Change, WrongAnswer
from tenders.queries import questionnaire_of


class ProfileChanged(DomainError):
    """A colleague changed the profile meanwhile."""


def keep_standing(
    changes: Mapping[str, Change], *, by: Viewer, arrived_at: datetime
) -> frozenset[str]:
    """Save standing answers to parts of the newest edition; return those that were written.

    Each change names the version its page showed, 0 for none; None takes an answer out. Raises
    WrongAnswer and ProfileChanged, saving nothing.
    """
    edition = newest_edition()
    wanted = {
        part_id: (version, _read(edition.bank.parts.get(part_id), part_id, value))
        for part_id, (version, value) in changes.items()
    }
    with transaction():
        standing = standing_answers(by.organisation_id)
        writing = {}
        for part_id, (version, value) in wanted.items():
            stands = standing.get(part_id)
            if value == (stands.value if stands else None):
                continue
            if stands is not None and version != stands.version:
                raise ProfileChanged(
                    f"{stands.author} saved another standing answer while you were writing: open "
                    "the question again in a new tab and compare both",
                    field=part_id,
                )
            writing[part_id] = value
        _write(writing, edition=edition.version, from_bid=None, by=by, arrived_at=arrived_at)
    return frozenset(writing)


def keep_from_bid(bid: Bid, part_ids: Collection[str], *, by: Viewer, arrived_at: datetime) -> int:
    """Keep answers of ``bid`` as standing answers, in place of those before; return how many.

    Only answers to the shared bank's questions that can be true again in another bid are kept.
    """
    with transaction():
        answers = queries.answers_of(bid)
        keepable = parts_to_keep(bid)
        chosen = {
            part_id: answers[part_id]
            for part_id in part_ids
            if part_id in answers and part_id in keepable
        }
        _write(
            chosen,
            edition=questionnaire_of(bid.tender).bank.version,
            from_bid=bid,
            by=by,
            arrived_at=arrived_at,
        )
    return len(chosen)


def parts_to_keep(bid: Bid) -> Mapping[str, Part]:
    """Return the parts of a bid whose answers can stand in the profile.

    A question an authority added for itself is asked nowhere else, so its answer is not kept.
    """
    shared = newest_edition().bank.parts
    return {
        part.id: part
        for part in questionnaire_of(bid.tender).parts.values()
        if part.id in shared and may_be_carried(part)
    }


def _read(part: Part | None, part_id: str, value: Any) -> Any:
    if part is None or not may_be_carried(part):
        raise DomainError(
            f"You cannot keep a standing answer to {part_id[:40]} because it is answered afresh "
            "in every bid"
        )
    read = read_answer(part, value)
    if read.problems:
        raise WrongAnswer(part_id, read.problems)
    return read.value


def _write(
    values: Mapping[str, Any],
    *,
    edition: str,
    from_bid: Bid | None,
    by: Viewer,
    arrived_at: datetime,
) -> None:
    if not values:
        return
    key = seals.company_key_to_write(by.organisation_id)
    rows = {
        row.part_id: row
        for row in db.session.scalars(
            select(StandingAnswer)
            .where(
                StandingAnswer.supplier_id == by.organisation_id,
                StandingAnswer.part_id.in_(values),
            )
            .with_for_update()
        )
    }
    for part_id, value in values.items():
        row = rows.get(part_id)
        if row is None:
            row = StandingAnswer(supplier_id=by.organisation_id, part_id=part_id, version=0)
            db.session.add(row)
        row.version += 1
        row.sealed = seals.seal_company(
            f"standing:{part_id}:{row.version}", key, {"value": value, "edition": edition}
        )
        row.from_bid_id = from_bid.id if from_bid else None
        row.kept_at = arrived_at
        row.kept_by_id = by.person_id
    audit.record(
        "profile.answers_kept",
        actor=by.person_token,
        subject=("organisation", by.organisation_token),
        parts=sorted(values),
    )
