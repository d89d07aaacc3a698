"""Trying the scoring model before publication, and keeping what came of it as evidence."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from accounts.queries import Viewer
from foundation import clock
from foundation.canonical import canonical_json
from foundation.database import db, transaction
from scoring.models import ModelTest
from scoring.queries.trying import fingerprint_of, model_of, sha256_of
from scoring.rules.tried_curves import curve
from scoring.rules.tried_flaws import could_fail, third_bid
from scoring.rules.tried_ties import ties
from scoring.rules.trying import (
    Found,
    Model,
    TriedBid,
    flaws,
    must_be_clear,
    ranked,
    swings,
    swings_in_words,
    tried,
)
from tenders.models import Tender
from tenders.service.base import current_draft, record


def try_model(model: Model, bids: Sequence[TriedBid]) -> Found:
    """Return everything that is found about made-up bids. Raises TriedUnclear."""
    must_be_clear(model, bids)
    moved = swings(model, bids)
    return {
        "names": [bid.name for bid in bids],
        "ranked": ranked(model, bids),
        "swings": moved,
        "swings_in_words": swings_in_words(moved, model.method.quality_weight),
        "curve": curve(model, bids),
        "flaws": flaws(model),
        "third": third_bid(model, bids),
        "could_fail": could_fail(model),
        "ties": ties(model),
    }


def keep_trial(tender: Tender, bids: Sequence[TriedBid], note: str, *, by: Viewer) -> int:
    """Keep a trial of the draft as it is planned now; return its number.

    Raises TriedUnclear, TenderPublished.
    """
    with transaction():
        draft = current_draft(tender)
        model = model_of(draft)
        what = canonical_json(tried(model, bids, fingerprint_of(draft)))
        found = canonical_json(try_model(model, bids))
        last = db.session.scalar(
            select(func.max(ModelTest.number)).where(ModelTest.tender_id == draft.id)
        )
        number = (last or 0) + 1
        db.session.add(
            ModelTest(
                tender_id=draft.id,
                number=number,
                tried=what,
                found=found,
                note=note.strip(),
                saved_at=clock.now(),
                saved_by_id=by.person_id,
            )
        )
        record("tender.model_tried", draft, by, number=number, sha256=sha256_of(what, found))
        return number
