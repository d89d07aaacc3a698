"""The marks of a workbook on their way from the page that shows them to the one that saves them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from accounts.queries import Viewer
from foundation.errors import DomainError
from scoring.rules.mark_import import Written
from supplier_portal.workbook import NotAWorkbook
from tenders.models import Tender

# What a form may carry (foundation/pages.py), less what travels beside it.
LARGEST_CARRIED = 3_500_000


class NotCarriedHere(DomainError):
    """The form carries no marks that this service put into it for this person and tender."""


def carried(viewer: Viewer, tender: Tender, written: Iterable[Written]) -> str:
    """Return the entries for a hidden field, so that nothing is stored before they are applied."""
    plain = [
        [
            one.bid, one.question_id, one.based_on, one.sheet, dict(one.places), one.mark,
            one.reason, one.feedback, one.internal_comment, dict(one.points),
        ]
        for one in written
    ]  # fmt: skip
    text = _serializer(viewer, tender).dumps(plain)
    signed = text if isinstance(text, str) else text.decode()
    if len(signed) > LARGEST_CARRIED:
        raise NotAWorkbook(
            "You cannot apply so much text at once: empty half of the reasons in a copy of the "
            "workbook and upload both, one after the other"
        )
    return signed


def carried_back(viewer: Viewer, tender: Tender, text: str) -> list[Written]:
    """Return the entries carried in a form. Raises NotCarriedHere."""
    try:
        plain: list[list[Any]] = _serializer(viewer, tender).loads(text)
    except BadData:
        raise NotCarriedHere("Upload the workbook again: the page was not complete") from None
    return [
        Written(
            bid=bid, question_id=question, based_on=number, sheet=sheet, places=places, mark=mark,
            reason=reason, feedback=feedback, internal_comment=comment, points=points,
        )
        for bid, question, number, sheet, places, mark, reason, feedback, comment, points in plain
    ]  # fmt: skip


def _serializer(viewer: Viewer, tender: Tender) -> URLSafeSerializer:
    return URLSafeSerializer(
        current_app.secret_key or "",
        salt=f"marks of {viewer.person_token} for {tender.token}",
        signer_kwargs={"digest_method": hashlib.sha256},
    )
