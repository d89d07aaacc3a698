"""Reading tenders: always those this person may see, at the stage the clock says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload

from accounts.queries import Viewer
from accounts.rules.roles import OrganisationKind, Permission
from foundation import clock
from foundation.canonical import sha256_hex
from foundation.database import db
from question_bank.loader import shipped_bank, shipped_packs
from question_bank.rules.packs import Pack
from question_bank.rules.reading import ContentError
from tenders import planned
from tenders.invited import shown_to
from tenders.models import Tender
from tenders.planned import QuestionnaireChanged
from tenders.rules.freezing import thaw
from tenders.rules.lifecycle import Stage, stage_at
from tenders.rules.questionnaire import Questionnaire, choose


def tender_for(viewer: Viewer, token: str, *, to: Permission | None = None) -> Tender:
    """Return the tender, its authority loaded with it. Raises NoResultFound (a 404).

    People of an authority find its own tenders, those who hold roles for single tenders only
    those, and what viewer.may() lets them read of others' tenders that it takes part in; suppliers
    find what is published. With ``to``, only if a role held for this very tender allows it.
    """
    tender = db.session.scalars(
        select(Tender)
        .options(joinedload(Tender.authority, innerjoin=True), joinedload(Tender.procurement))
        .where(Tender.token == token, visible_to(viewer))
    ).one()
    if to is not None and not viewer.may(to, tender_id=tender.id):
        raise NoResultFound
    return tender


def tenders_of(viewer: Viewer) -> list[Tender]:
    """Return every tender the viewer may see, the newest first."""
    found = db.session.scalars(
        select(Tender)
        .options(joinedload(Tender.authority, innerjoin=True))
        .where(visible_to(viewer))
        .order_by(Tender.id.desc())
    )
    return list(found)


def open_tenders(moment: datetime, viewer: Viewer | None = None) -> list[Tender]:
    """Return the tenders suppliers can bid for here at ``moment``, the soonest to close first.

    Those that only invited companies bid for are for a ``viewer`` of such a company.
    """
    to_whom = shown_to(viewer.organisation_id) if viewer else Tender.registration_open
    found = db.session.scalars(
        select(Tender)
        .options(joinedload(Tender.authority, innerjoin=True))
        .where(
            Tender.stage == Stage.OPEN,
            Tender.closes_at > moment,
            Tender.runs_elsewhere.is_(False),
            to_whom,
        )
        .order_by(Tender.closes_at, Tender.id)
    )
    return list(found)


def effective_stage(tender: Tender, moment: datetime) -> Stage:
    """Return the stage at ``moment``: an open tender past its closing time is closed."""
    return stage_at(tender.stage, tender.closes_at, moment)


def questionnaire_of(tender: Tender) -> Questionnaire:
    """Return what is asked: as frozen at publication; of a draft, as planned today."""
    if tender.questionnaire_sha256 is None:
        return planned.of_draft(tender).questionnaire
    return _frozen_questionnaire(tender.questionnaire_sha256, tender.id)


def pack_of(tender: Tender) -> Pack:
    """Return the pack a draft asks: its own plan's, or the shipped one as it is.

    Raises ContentError where the shipped one is no longer offered.
    """
    return planned.of_draft(tender).pack


def facts_of(tender: Tender) -> dict[str, Any]:
    """Return the tender facts as stored, with the closing date as it is in London."""
    facts = dict(tender.facts)
    if tender.closes_at is not None:
        facts["closes_at"] = clock.london(tender.closes_at).date().isoformat()
    return facts


def frozen_text(tender: Tender) -> str | None:
    """Return the canonical JSON of a published tender; None for a draft."""
    return db.session.scalars(select(Tender.questionnaire_text).where(Tender.id == tender.id)).one()


@lru_cache(maxsize=32)
def _frozen_questionnaire(sha256: str, tender_id: int) -> Questionnaire:
    """Read once per process; the fingerprint is the key, so what is kept cannot go stale."""
    text = db.session.scalars(select(Tender.questionnaire_text).where(Tender.id == tender_id)).one()
    if text is None or sha256_hex(text) != sha256:
        raise QuestionnaireChanged(f"The questionnaire of tender {tender_id} was rewritten")
    frozen: Mapping[str, Any] = json.loads(text)
    return thaw(frozen)


@cache
def shipped_questionnaire(pack_id: str) -> Questionnaire:
    """Return what a pack of the shipped bank asks. Raises ContentError if there is none."""
    pack = shipped_packs().get(pack_id)
    if pack is None:
        raise ContentError(f"There are no questions ‘{pack_id}’")
    return choose(shipped_bank(), pack)


def works_on(viewer: Viewer, tender: Tender) -> bool:
    """Return whether the viewer is of those who work with the bids of ``tender``: of its authority,
    or with a role for this very tender of an authority that takes part in it."""
    if viewer.kind is not OrganisationKind.AUTHORITY:
        return False
    here = bool(viewer.roles_for(tender.id))
    if tender.authority_id == viewer.organisation_id:
        return here or bool(viewer.roles)
    return here and tender.id in viewer.guest_tenders


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition for the tenders the viewer may find: see tender_for()."""
    if viewer.kind is OrganisationKind.SUPPLIER:
        return and_(Tender.published_at.is_not(None), shown_to(viewer.organisation_id))
    own = Tender.authority_id == viewer.organisation_id
    if not viewer.roles:
        own = and_(own, Tender.id.in_({held for held, _role in viewer.tender_roles}))
    as_guest = {
        tender_id
        for tender_id in viewer.guest_tenders
        if viewer.may(Permission.TENDER_READ, tender_id=tender_id)
    }
    return or_(own, Tender.id.in_(as_guest)) if as_guest else own
