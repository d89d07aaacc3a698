"""Declaring interests: before the bids are opened, and with the bidders in view."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.queries import Viewer
from accounts.rules.roles import Permission
from accounts.views.base import is_own_page
from foundation import kept_typing
from foundation.database import db
from foundation.errors import DomainError
from scoring import service
from scoring.interest_forms import NATURE_CHOICES, DeclarationForm
from scoring.queries.bidders import fingerprint_of
from scoring.queries.interests import has_to_declare, standing_of
from scoring.rules.interests import BiddersChanged
from scoring.service.interests import shown_bidders
from scoring.views.blueprint import pages
from supplier_portal.rules.barriers import KeptAway, MustDeclareFirst
from tenders.models import Tender
from tenders.queries import tender_for, works_on

PAGE = "/tenders/<token:tender>/interests"


@pages.app_errorhandler(MustDeclareFirst)
def lead_to_declaration(error: MustDeclareFirst) -> ResponseReturnValue:
    """Lead a reader to the declaration and back; tell a writer, with what was typed."""
    if request.method in ("GET", "HEAD"):
        wanted = request.full_path.removesuffix("?")
        return redirect(url_for("scoring.interests", tender=error.tender, back=wanted))
    return _refused(error, error.tender)


@pages.app_errorhandler(KeptAway)
def say_kept_away(error: KeptAway) -> ResponseReturnValue:
    return _refused(error, error.tender)


def _refused(error: DomainError, tender: str) -> ResponseReturnValue:
    db.session.rollback()
    page = render_template(
        "scoring/interest_refused.html",
        message=str(error),
        tender_token=tender,
        must_declare=isinstance(error, MustDeclareFirst),
        kept=kept_typing.form_sent(),
    )
    return page, 403


@pages.get(PAGE)
@requires(Permission.TENDER_READ)
def interests(tender: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = _declaring(viewer, tender)
    form = _form(found, viewer)
    form.back.data = request.args.get("back", "")
    return _page(found, form, viewer)


@pages.post(PAGE)
@requires(Permission.TENDER_READ)
def declare_interests(tender: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = _declaring(viewer, tender)
    form = _form(found, viewer)
    if form.is_whole():
        try:
            service.declare(found, form.declared, by=viewer, seen=form.seen.data or "")
        except BiddersChanged as error:
            form = _form(found, viewer)
            form.add_error(str(error))
            form.seen.data = form.seen.raw_data = None
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("Your declaration is saved")
            back = form.back.data or ""
            return redirect(back if is_own_page(back) else url_for(".interests", tender=tender))
    return _page(found, form, viewer), 422


def _declaring(viewer: Viewer, token: str) -> Tender:
    """Return a published tender that the viewer works on. Raises NoResultFound."""
    found = tender_for(viewer, token, to=Permission.TENDER_READ)
    if found.published_at is None or not works_on(viewer, found):
        raise NoResultFound
    if not has_to_declare(viewer, found):
        raise NoResultFound
    return found


def _form(tender: Tender, viewer: Viewer) -> DeclarationForm:
    bidders = shown_bidders(tender, viewer.person_id)
    return DeclarationForm.of(bidders, request.form, {}, bidders_known=tender.opened_at is not None)


def _page(tender: Tender, form: DeclarationForm, viewer: Viewer) -> str:
    return render_template(
        "scoring/interests.html",
        tender=tender,
        form=form,
        seen=fingerprint_of([line.bidder for line in form.lines]),
        natures=NATURE_CHOICES,
        stands=standing_of(tender.id, viewer.person_id),
    )
