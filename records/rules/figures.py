"""Figures and identifiers that officers type for notices: how each must look."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from foundation.errors import DomainError
from supplier_portal.rules.platform import PPON

# Pounds and pence without signs.
FIGURE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
COUNT = re.compile(r"[0-9]{1,5}")
CPV = re.compile(r"[0-9]{8}(-[0-9])?")
FORMS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "value_net": (FIGURE, "Enter an amount in pounds, for example 412000 or 412000.50"),
    "contract_value": (FIGURE, "Enter an amount in pounds, for example 412000 or 412000.50"),
    "sme_bids": (COUNT, "Enter a whole number, for example 3"),
    "vcse_bids": (COUNT, "Enter a whole number, for example 3"),
    "cpv": (CPV, "Enter the eight digits of the code, for example 38344000"),
    "authority_ppon": (PPON, "Enter the identifier as the platform shows it, like ABCD-1234-EFGH"),
}


class WrongFigure(DomainError):
    """A figure or an identifier does not look as it must; the message names the field."""


def check_figures(values: Mapping[str, Any]) -> None:
    """Raise WrongFigure for the first field that does not look as it must."""
    for name, (form, message) in FORMS.items():
        written = str(values.get(name, ""))
        if written and not form.fullmatch(written):
            raise WrongFigure(message, field=name)


def pounds(written: Any) -> str:
    """Return an amount as people write it; as it was typed where it is none."""
    text = str(written or "")
    if not FIGURE.fullmatch(text):
        return text
    return f"£{Decimal(text):,}"
