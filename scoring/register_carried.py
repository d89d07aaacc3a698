"""The rows of an edited register on their way from the page that shows to the one that saves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from accounts.queries import Viewer
from scoring.marks_carried import LARGEST_CARRIED, NotCarriedHere
from scoring.rules.action_import import DUE as ACTION_DUE
from scoring.rules.register_import import DUE, REVIEW, Value, Written
from supplier_portal.workbook import NotAWorkbook
from tenders.models import Tender

DAYS = (DUE, REVIEW, ACTION_DUE)


def carried(viewer: Viewer, tender: Tender, written: Iterable[Written]) -> str:
    """Return the rows for a hidden field, so that nothing is stored before they are applied."""
    plain = [
        [
            one.token, one.based_on, {name: _out(value) for name, value in one.values.items()},
            one.reason, one.sheet, dict(one.places),
        ]
        for one in written
    ]  # fmt: skip
    text = _serializer(viewer, tender).dumps(plain)
    signed = text if isinstance(text, str) else text.decode()
    if len(signed) > LARGEST_CARRIED:
        raise NotAWorkbook(
            "You cannot apply so much at once: take half of the rows out of a copy of the file and "
            "upload both, one after the other"
        )
    return signed


def carried_back(viewer: Viewer, tender: Tender, text: str) -> list[Written]:
    """Return the rows carried in a form. Raises NotCarriedHere."""
    try:
        plain: list[list[Any]] = _serializer(viewer, tender).loads(text)
    except BadData:
        raise NotCarriedHere("Upload the workbook again: the page was not complete") from None
    return [
        Written(
            token=token,
            based_on=number,
            values={name: _back(name, value) for name, value in values.items()},
            reason=reason,
            sheet=sheet,
            places=places,
        )
        for token, number, values, reason, sheet, places in plain
    ]


def _out(value: Value) -> str | int | None:
    return value.isoformat() if isinstance(value, date) else value


def _back(name: str, value: Any) -> Value:
    if name in DAYS and value is not None:
        return date.fromisoformat(value)
    found: Value = value
    return found


def _serializer(viewer: Viewer, tender: Tender) -> URLSafeSerializer:
    return URLSafeSerializer(
        current_app.secret_key or "",
        salt=f"register of {viewer.organisation_token} by {viewer.person_token} for {tender.token}",
        signer_kwargs={"digest_method": hashlib.sha256},
    )
