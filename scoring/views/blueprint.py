"""The blueprint of the evaluation's pages, and what their templates share."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from flask import Blueprint, current_app, url_for

from accounts.access import signed_in_user
from accounts.rules.roles import Permission
from scoring.rules.matrix import Band
from scoring.rules.totals import HUNDREDTH
from scoring.shown import SEVERITY_TAGS, SEVERITY_WORDS

pages = Blueprint("scoring", __name__, url_prefix="/evaluation", template_folder="../templates")

# A page of a later station, known by name only; it exists once that station is plugged in.
SCHEDULE = "contract_clauses.schedule"


def schedule_of(bid: str) -> str:
    """Return the address of a bid's contract schedule; "" for whoever may not read it, and while
    there is no such page."""
    exists = SCHEDULE in current_app.view_functions
    may_read = signed_in_user().may(Permission.SCHEDULE_READ)
    return url_for(SCHEDULE, bid=bid) if exists and may_read else ""


def band_class(band: Band) -> str:
    return f"app-heat--{band.replace(' ', '-')}"


def percent(share: Decimal) -> str:
    """Return "10" or "7.14": two places at most, none that say nothing."""
    return f"{share.quantize(HUNDREDTH, ROUND_HALF_UP).normalize():f}"


@pages.context_processor
def words() -> dict[str, object]:
    return {
        "severity_words": SEVERITY_WORDS,
        "severity_tags": SEVERITY_TAGS,
        "band_class": band_class,
        "schedule_of": schedule_of,
        "percent": percent,
    }
