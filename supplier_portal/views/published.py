"""The commitments of all bids, for those who bid and those who bought, once the bids are opened."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation.canonical import canonical_json
from supplier_portal import queries
from supplier_portal.rules.receipt import PUBLISHED_FORMAT
from supplier_portal.views.base import download, pages
from tenders.models import Tender
from tenders.queries import tender_for


@pages.get("/opportunities/<token:tender>/commitments")
@requires(Permission.TENDER_BROWSE)
def published(tender: str) -> ResponseReturnValue:
    found = tender_for(signed_in_user(), tender)
    return published_page(found, back="supplier_portal.tender_home", file=".published_file")


@pages.get("/opportunities/<token:tender>/commitments.json")
@requires(Permission.TENDER_BROWSE)
def published_file(tender: str) -> ResponseReturnValue:
    return commitments_file(tender_for(signed_in_user(), tender))


@pages.get("/tenders/<token:tender>/commitments")
@requires(Permission.TENDER_READ)
def commitments_published(tender: str) -> ResponseReturnValue:
    found = tender_for(signed_in_user(), tender, to=Permission.TENDER_READ)
    return published_page(found, back="tenders.show", file=".commitments_published_file")


@pages.get("/tenders/<token:tender>/commitments.json")
@requires(Permission.TENDER_READ)
def commitments_published_file(tender: str) -> ResponseReturnValue:
    return commitments_file(tender_for(signed_in_user(), tender, to=Permission.TENDER_READ))


def published_page(tender: Tender, *, back: str, file: str) -> str:
    return render_template(
        "supplier_portal/published.html",
        tender=tender,
        commitments=queries.published_commitments(tender),
        late=queries.published_late(tender),
        back=url_for(back, tender=tender.token),
        file=url_for(file, tender=tender.token),
    )


def commitments_file(tender: Tender) -> ResponseReturnValue:
    commitments = queries.published_commitments(tender)
    text = canonical_json(
        {
            "format": PUBLISHED_FORMAT,
            "tender": tender.token,
            "reference": tender.reference,
            "opened_at": f"{tender.opened_at:%Y-%m-%dT%H:%M:%S.%fZ}",
            "commitments": commitments,
            "late": queries.published_late(tender),
        }
    )
    return download(text, "commitments.json")
