"""Whether everything that was handed in still opens and is what its receipt names."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import undefer

from foundation.canonical import sha256_hex
from foundation.database import db
from foundation.keys import KeyMissing, SealBroken
from supplier_portal import seals
from supplier_portal.models import Bid, Submission
from supplier_portal.rules.receipt import commitment, content_hash

ROWS_AT_ONCE = 100
DESTROYED = "destroyed"


def that_do_not_open() -> Iterator[str]:
    """Yield a sentence for each submission whose text or salt is not what was committed to.

    Reads the suppliers' own copies, so that it holds before and after the opening and says
    nothing of what stands in them.
    """
    rows = db.session.execute(
        select(Submission, Bid)
        .join(Bid, Bid.id == Submission.bid_id)
        .where(Bid.key_for_supplier != DESTROYED)
        .order_by(Submission.id)
        .options(undefer(Submission.sealed))
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    for submission, bid in rows:
        try:
            key = seals.supplier_key(bid)
            text = seals.open_submission(bid, key, submission)
            salt = seals.open_salt(bid, key, submission)
        except (KeyMissing, SealBroken) as error:
            yield f"submission {submission.id}: {error}"
            continue
        if commitment(salt, text) != submission.commitment or not _is_content(text, submission):
            yield f"submission {submission.id}: it is not what its receipt names"


def _is_content(text: str, submission: Submission) -> bool:
    # Receipts of the first editions give the hash of the whole text.
    return submission.content_hash in (content_hash(text), sha256_hex(text))
