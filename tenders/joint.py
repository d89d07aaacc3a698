"""Reading who buys together: the authorities that take part in a tender, or are asked to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, String, cast, func, select

from tenders.models import ParticipatingAuthority


def guest_tenders(organisation_id: ColumnElement[int]) -> ScalarSelect[Any]:
    """Return the ids of the tenders that an organisation takes part in now, joined by commas.

    An authority takes part from when it agreed until it leaves. Accounts asks for this with each
    request (app.py), so that permission is a question to one place, accounts.queries.Viewer.
    """
    return (
        select(func.aggregate_strings(cast(ParticipatingAuthority.tender_id, String), ","))
        .where(
            ParticipatingAuthority.organisation_id == organisation_id,
            ParticipatingAuthority.agreed_at.is_not(None),
            ParticipatingAuthority.left_at.is_(None),
        )
        .scalar_subquery()
    )
