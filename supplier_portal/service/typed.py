"""Keeping what people type before they save it: no answer, no version, nothing handed in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, Table, delete, insert, update
from sqlalchemy.exc import IntegrityError

from accounts.queries import Viewer
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.kept_typing import NOT_KEPT
from supplier_portal import seals
from supplier_portal.models import Bid, TypedDraft

# Beside tokens and passwords: which button was pressed, and how the page stood to a draft.
NOT_TYPED = NOT_KEPT | {"then", "typed_page", "typed_here"}
# Two hundred long rows pasted from a spreadsheet fit.
LONGEST = 500_000
PAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,119}")

_TABLE = cast("Table", TypedDraft.__table__)


class NotKept(DomainError):
    """What was typed cannot be kept as it is typed; it can still be saved."""


def keep_typed(
    bid: Bid | None,
    page: str,
    fields: Iterable[tuple[str, str]],
    *,
    by: Viewer,
    at: datetime,
    key: bytes | None = None,
) -> None:
    """Keep what ``by`` typed on ``page`` in place of what was kept of it before.

    Sealed under the key of the bid, without one of the company, and written to no record: it is
    nobody's answer yet. ``key``: the bid's, where its supplier's copy is not for ``by``. Raises
    NotKept.
    """
    kept = [(name, text) for name, text in fields if name not in NOT_TYPED]
    if not PAGE.fullmatch(page):
        raise NotKept("What you type on this page is not kept: save it")
    if sum(len(name) + len(text) for name, text in kept) > LONGEST:
        raise NotKept(f"More than {LONGEST:,} characters are not kept as you type: save them")
    sealed = seals.seal_typed(bid, key or _key(bid, by), page, by.person_id, kept)
    try:
        _write(bid, page, sealed, by, at)
    except IntegrityError:
        # The same person's other window was faster by less than a statement.
        _write(bid, page, sealed, by, at)


def forget_typed(bid: Bid | None, page: str, *, by: Viewer) -> None:
    """Forget what ``by`` typed on ``page``: it was saved, or thrown away."""
    with transaction():
        db.session.execute(delete(_TABLE).where(*_whose(bid, page, by)))


def _write(bid: Bid | None, page: str, sealed: bytes, by: Viewer, at: datetime) -> None:
    with transaction():
        renewed = db.session.execute(
            update(_TABLE)
            .where(*_whose(bid, page, by))
            .values(sealed=sealed, saved_at=at)
            .returning(_TABLE.c.id)
        ).first()
        if renewed is None:
            db.session.execute(
                insert(_TABLE).values(
                    bid_id=bid.id if bid else None,
                    supplier_id=None if bid else by.organisation_id,
                    person_id=by.person_id,
                    page=page,
                    sealed=sealed,
                    saved_at=at,
                )
            )


def _key(bid: Bid | None, by: Viewer) -> bytes:
    if bid is not None:
        return seals.supplier_key(bid)
    with transaction():
        return seals.company_key_to_write(by.organisation_id)


def _whose(bid: Bid | None, page: str, by: Viewer) -> tuple[ColumnElement[bool], ...]:
    of = _TABLE.c.supplier_id == by.organisation_id if bid is None else _TABLE.c.bid_id == bid.id
    return (
        of,
        _TABLE.c.person_id == by.person_id,
        _TABLE.c.page == page,
    )
