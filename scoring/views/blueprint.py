"""The blueprint of the evaluation's pages, and what their templates share."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from flask import Blueprint, current_app, url_for

from accounts.access import current_viewer
from accounts.rules.roles import Permission
from scoring.rules.matrix import Band
from scoring.rules.totals import HUNDREDTH
from scoring.shown import SEVERITY_TAGS, SEVERITY_WORDS
from supplier_portal.views.typed import settle_typing

pages = Blueprint("scoring", __name__, url_prefix="/evaluation", template_folder="../templates")
# What a bidder typed to the council and did not send is kept as on every page of its bid.
pages.after_request(settle_typing)

# Pages of a later station, known by name only; they exist once that station is plugged in.
SCHEDULE = "contract_clauses.schedule"
CLAUSE = "contract_clauses.clause"


def schedule_of(bid: str) -> str:
    """Return the address of a bid's contract schedule, or "" for who may not read it."""
    return url_for(SCHEDULE, bid=bid) if _leads_on(SCHEDULE) else ""


def clause_of(bid: str, clause: str) -> str:
    """Return the address of a clause in a bid's schedule, or "" for who may not read it."""
    return url_for(CLAUSE, bid=bid, clause=clause) if _leads_on(CLAUSE) else ""


def _leads_on(endpoint: str) -> bool:
    viewer = current_viewer()
    may_read = viewer is not None and viewer.may(Permission.SCHEDULE_READ)
    return may_read and endpoint in current_app.view_functions


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
        "clause_of": clause_of,
        "percent": percent,
    }
