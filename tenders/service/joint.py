"""Buying together: authorities are asked, agree or decline, and leave or are let go."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from accounts.models import Organisation
from accounts.queries import Viewer
from accounts.rules.roles import OrganisationKind
from foundation import clock, mail
from foundation.database import db, transaction
from tenders.joint import Taking, officers_of, part_of_row
from tenders.models import ParticipatingAuthority, Tender
from tenders.rules.joint import (
    CannotTakePart,
    must_be_agreeable,
    must_be_askable,
    must_be_declinable,
    must_not_be_over,
    must_say_why,
    must_take_part,
)
from tenders.service.base import current_tender, record
from tenders.service.guests import as_now, end_roles

ASKED, ANSWERED, ENDED = "tender.asked_to_take_part", "tender.part_answered", "tender.part_ended"


def ask_to_take_part(
    tender: Tender, authority: str, *, because: str, by: Viewer
) -> ParticipatingAuthority:
    """Ask another authority, named by its token, to buy together. Raises CannotTakePart."""
    with transaction():
        current = current_tender(tender)
        organisation = db.session.scalars(
            select(Organisation).where(
                Organisation.token == authority,
                Organisation.kind == OrganisationKind.AUTHORITY,
                Organisation.id != current.authority_id,
            )
        ).one_or_none()
        if organisation is None:
            raise CannotTakePart("Select one of the other authorities", field="authority")
        row = _row_of(current, organisation)
        must_be_askable(current.stage, part_of_row(row) if row else None)
        row = row or ParticipatingAuthority(
            tender_id=current.id, organisation_id=organisation.id, organisation=organisation
        )
        row.asked_at, row.asked_by_id, row.asked_because = clock.now(), by.person_id, because
        row.agreed_at, row.agreed_by_id, row.agreed_because = None, None, ""
        row.left_at, row.left_by_id, row.left_because = None, None, ""
        row.ended_by_lead = False
        db.session.add(row)
        db.session.flush()
        record("tender.authority_asked", current, by, authority=organisation.token)
        page = mail.link("tenders.taking", participation=row.token)
        mail.post(
            ASKED,
            f"{row.token} {row.asked_at.isoformat()}",
            officers_of(organisation.id),
            f"{by.organisation_name} asks you to take part in a tender",
            f"{by.name} of {by.organisation_name} asks {organisation.name} to buy together: "
            f"“{current.title}” ({current.reference}).\n\n"
            f"Read what it is, and agree or decline: {page}\n\n"
            "Until you agree, nobody of your authority can see the tender.\n",
        )
    return row


def agree_to_take_part(taking: Taking, *, because: str, by: Viewer) -> None:
    """Take part from now on. Raises CannotTakePart, also once the tender is published."""
    with transaction():
        tender, row = as_now(taking)
        must_be_agreeable(tender.stage, part_of_row(row))
        row.agreed_at, row.agreed_by_id, row.agreed_because = clock.now(), by.person_id, because
        record("tender.authority_agreed", tender, by, authority=by.organisation_token)
        _tell_the_lead(tender, row, by, f"{by.organisation_name} takes part", row.agreed_at)


def decline_to_take_part(taking: Taking, *, because: str, by: Viewer) -> None:
    """Raises CannotTakePart, and ReasonMissing without a reason."""
    with transaction():
        tender, row = as_now(taking)
        must_be_declinable(part_of_row(row))
        _end(row, must_say_why(because, "Enter why you decline"), by)
        record("tender.authority_declined", tender, by, authority=by.organisation_token)
        _tell_the_lead(tender, row, by, f"{by.organisation_name} does not take part", row.left_at)


def leave(taking: Taking, *, because: str, by: Viewer) -> None:
    """Take part no longer; the roles its people hold for the tender end at once.

    Raises CannotTakePart, and ReasonMissing without a reason.
    """
    with transaction():
        tender, row = as_now(taking)
        must_take_part(part_of_row(row))
        _end(row, must_say_why(because, "Enter why your authority leaves"), by)
        end_roles(tender, row, by)
        record("tender.authority_left", tender, by, authority=by.organisation_token)
        _tell_the_lead(tender, row, by, f"{by.organisation_name} takes part no longer", row.left_at)


def let_go(taking: Taking, *, because: str, by: Viewer) -> None:
    """End another authority's part, or what it was asked, as the leading authority.

    Raises CannotTakePart, and ReasonMissing without a reason.
    """
    with transaction():
        tender, row = as_now(taking)
        must_not_be_over(part_of_row(row))
        _end(row, must_say_why(because, "Enter why it does not take part any more"), by)
        row.ended_by_lead = True
        end_roles(tender, row, by)
        record("tender.authority_let_go", tender, by, authority=row.organisation.token)
        mail.post(
            ENDED,
            f"{row.token} {clock.now().isoformat()}",
            officers_of(row.organisation_id),
            f"{tender.reference}: your authority does not take part any more",
            f"{by.name} of {by.organisation_name} has ended the part of {row.organisation.name} "
            f"in “{tender.title}” ({tender.reference}).\n\nThe reason:\n{row.left_because}\n",
        )


def _row_of(tender: Tender, organisation: Organisation) -> ParticipatingAuthority | None:
    return db.session.scalars(
        select(ParticipatingAuthority)
        .where(
            ParticipatingAuthority.tender_id == tender.id,
            ParticipatingAuthority.organisation_id == organisation.id,
        )
        .execution_options(populate_existing=True)
    ).one_or_none()


def _end(row: ParticipatingAuthority, because: str, by: Viewer) -> None:
    row.left_at, row.left_by_id, row.left_because = clock.now(), by.person_id, because


def _tell_the_lead(
    tender: Tender,
    row: ParticipatingAuthority,
    by: Viewer,
    what: str,
    moment: datetime | None,
) -> None:
    reason = row.left_because or row.agreed_because
    mail.post(
        ANSWERED,
        f"{row.token} {moment.isoformat() if moment else ''}",
        officers_of(tender.authority_id),
        f"{tender.reference}: {what}",
        f"{what} in “{tender.title}” ({tender.reference}): decided by {by.name}.\n"
        f"{f'{chr(10)}What was written:{chr(10)}{reason}{chr(10)}' if reason else ''}\n"
        f"Who buys together: {mail.link('tenders.joint', tender=tender.token)}\n",
    )
