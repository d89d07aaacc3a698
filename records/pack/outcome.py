"""How a tender was decided: recommendations, letters to bidders, the way from results to award."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from accounts.models import Organisation
from foundation.database import db
from records.pack.items import Section, fields, section
from records.pack.named import with_names
from scoring.models import OutcomeLetter, Recommendation
from scoring.queries import EvaluatedBid
from scoring.queries.letters import letter_in
from scoring.queries.standstill import steps_of
from scoring.rules.letters import EXEMPTIONS, Letter
from supplier_portal.models import Bid
from tenders.models import Tender


def recommendations(tender: Tender) -> list[Section]:
    """Return every recommendation; who agreed to it is with the other decisions of two people."""
    rows = with_names(
        Recommendation,
        Recommendation.made_by_id,
        Recommendation.tender_id == tender.id,
        order=Recommendation.number,
    ).all()
    names = _bidders(tender) if rows else {}
    return [
        section(
            f"recommendation-{one.number}",
            f"Recommendation {one.number}: {'award' if one.outcomes else 'to award nothing'}",
            fields(
                outcomes=[
                    f"{names.get(token, token)}: {outcome}"
                    for token, outcome in one.outcomes.items()
                ]
                or None,
                reason=one.reason,
                why_more_than_one_supplier=one.several_because or None,
                sha256_of_what_it_rests_on=one.sha256,
                made_by=name,
                made_at=one.made_at,
            ),
        )
        for one, name in rows
    ]


def letters(found: EvaluatedBid) -> list[Section]:
    """Return every version of the letter to one bidder, with what the others are not told."""
    bid = found.opened.bid
    rows = with_names(
        OutcomeLetter,
        OutcomeLetter.written_by_id,
        OutcomeLetter.bid_id == bid.id,
        order=OutcomeLetter.number,
    )
    return [_letter(one, letter_in(one, bid), name) for one, name in rows]


def _letter(row: OutcomeLetter, letter: Letter, name: str) -> Section:
    by = "read_and_found_right_by" if row.reviewed else "written_by"
    told: dict[str, Any] = {
        by: name,
        f"{by.removesuffix('_by')}_at": row.written_at,
    }
    return section(
        f"version-{row.number}",
        f"Version {row.number}{', read and found right' if row.reviewed else ''}",
        fields(
            opening=letter.opening,
            why=letter.why,
            address=letter.address,
            withheld_from_the_others=[
                fields(
                    question=one.question,
                    passage=one.passage or "All of the explanation",
                    exemption=EXEMPTIONS[one.exemption],
                    reason=one.reason,
                )
                for one in letter.withheld
            ]
            or None,
            sha256_of_what_was_read=letter.read,
            **told,
        ),
    )


def standstill(tender: Tender) -> list[Section]:
    """Return each step between results and contract, with the notice it is about."""
    return [
        section(
            f"step-{step.event.number}",
            f"Step {step.event.number}: {step.event.kind}",
            fields(
                notice=step.notice.number if step.notice else None,
                notice_struck_out_at=step.notice.struck_at if step.notice else None,
                day=step.event.ends_on,
                reason=step.event.reason,
                recorded_by=step.by,
                recorded_at=step.event.recorded_at,
            ),
        )
        for step in steps_of(tender)
    ]


def _bidders(tender: Tender) -> dict[str, str]:
    rows = db.session.execute(
        select(Bid.token, Organisation.name)
        .join(Organisation, Organisation.id == Bid.supplier_id)
        .where(Bid.tender_id == tender.id)
    )
    return dict(rows.all())
