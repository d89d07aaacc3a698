"""A procurement in two lots, the first bought together with a neighbouring authority."""

from __future__ import annotations

from sqlalchemy import select

from accounts.queries import Viewer
from accounts.rules.roles import Role
from foundation.database import db
from records.demonstration.calendar import Calendar
from tenders import joint
from tenders import service as tenders
from tenders.models import Procurement, Tender
from tenders.service import guests, lots
from tenders.service import joint as joining

REFERENCE = "MW-2026-P2"


def divide(calendar: Calendar, *, officer: Viewer, partner: Viewer, evaluator: Viewer) -> None:
    """Make the procurement with its lots, unless it is there."""
    known = select(Procurement.id).where(Procurement.reference == REFERENCE)
    if db.session.scalar(known) is not None:
        return
    first = _first_lot(calendar, officer)
    division = lots.Division(
        title="Flood warning along the River Wend",
        reference=REFERENCE,
        reason="Companies that make sensors and companies that run platforms are different ones "
        "here. Small companies can bid for the part they are good at.",
        most_won=1,
        how_won="the lot in which its total is further ahead of the next bid. Two companies then "
        "depend on each other less than we would on one.",
    )
    procurement = lots.create_procurement(division, by=officer, first=first)
    lots.add_lot(
        procurement,
        title="Platform that warns residents and crews of rising water",
        reference="MW-2026-028",
        like=first,
        by=officer,
    )
    _buy_together(first, officer=officer, partner=partner, evaluator=evaluator)


def _first_lot(calendar: Calendar, officer: Viewer) -> Tender:
    known = db.session.scalars(
        select(Tender).where(
            Tender.authority_id == officer.organisation_id, Tender.reference == "MW-2026-027"
        )
    ).one_or_none()
    return known or tenders.create_tender(
        tenders.Details(
            title="Water level sensors on bridges and in gullies",
            reference="MW-2026-027",
            pack_id="sensors-in-public-space",
            quality_weight=60,
            closes_at=calendar.closes_soon,
        ),
        by=officer,
    )


def _buy_together(tender: Tender, *, officer: Viewer, partner: Viewer, evaluator: Viewer) -> None:
    joining.ask_to_take_part(
        tender,
        partner.organisation_token,
        because="The Wend crosses both boroughs. We would buy forty sensors for your banks too; "
        "please name an evaluator.",
        by=officer,
    )
    (taking,) = joint.authorities_in(tender)
    joining.agree_to_take_part(
        taking, because="Director of Environment, delegated decision 41", by=partner
    )
    guests.give_role(taking, evaluator.person_token, Role.EVALUATOR, by=partner)
