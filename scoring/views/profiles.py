"""The bids of a tender beside each other by the risks they raise."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from scoring.queries import opened_tender
from scoring.queries.profiles import ON_A_PAGE, compared_bids, may_compare
from scoring.rules.matrix import Band
from scoring.rules.register_filters import is_above, now
from scoring.views.blueprint import pages
from tenders.models import Tender

LONGEST_NUMBER = 6


@pages.app_template_global()
def may_compare_risks(tender: Tender) -> bool:
    """Return whether the page that compares the risks of bids is not kept from the viewer."""
    return may_compare(signed_in_user(), tender)


@pages.get("/tenders/<token:tender>/risk-profiles")
@requires(Permission.RISK_READ)
def profiles(tender: str) -> ResponseReturnValue:
    """For whoever may see every bid and does not mark before all marks are agreed."""
    viewer = signed_in_user()
    found = opened_tender(viewer, tender, to=Permission.RISK_READ)
    return render_template(
        "scoring/profiles.html",
        tender=found,
        shown=compared_bids(viewer, found, _page()),
        bands=list(reversed(Band)),
        most=ON_A_PAGE,
        now=now,
        is_above=is_above,
    )


def _page() -> int:
    said = request.args.get("page", "")
    fits = said.isascii() and said.isdigit() and len(said) <= LONGEST_NUMBER
    return int(said) if fits else 1
