"""Declaring interests: before the bids are opened, and with the bidders in view."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import current_viewer, note_attempt, refuse, requires, signed_in_user
from accounts.queries import Viewer
from accounts.rules.roles import Permission
from accounts.views.base import is_own_page
from foundation import kept_typing
from foundation.database import db
from foundation.errors import DomainError
from scoring import service
from scoring.interest_forms import NATURE_CHOICES, DecisionForm, DeclarationForm
from scoring.queries.bidders import bidders_of, fingerprint_of
from scoring.queries.declared import (
    decisions_about,
    declarations_of,
    people_declaring,
    person_declaring,
)
from scoring.queries.interest_hints import hints_for
from scoring.queries.interests import has_to_declare, standing_of
from scoring.rules.interests import BiddersChanged, InterestUnclear
from scoring.service.interests import shown_bidders
from scoring.views.blueprint import pages
from supplier_portal.queries import must_see_all
from supplier_portal.rules.barriers import KeptAway, MustDeclareFirst
from tenders.models import Tender
from tenders.queries import tender_for, works_on
from tenders.rules.lifecycle import Stage

PAGE = "/tenders/<token:tender>/interests"
DECIDES = Permission.INTEREST_DECIDE
KEPT_AWAY = "page.kept_away"


@pages.app_template_global()
def interests_page_of(tender: Tender) -> str:
    """Return where the viewer declares his interests in a tender, or "" where he need not."""
    viewer = current_viewer()
    if viewer is None or tender.published_at is None or tender.stage is Stage.CANCELLED:
        return ""
    must = works_on(viewer, tender) and has_to_declare(viewer, tender)
    return url_for("scoring.interests", tender=tender.token) if must else ""


@pages.context_processor
def asked_for_by_templates() -> dict[str, object]:
    return {"names_in": names_in}


def names_in(bid_ids: Iterable[int], names: Mapping[int, str]) -> list[str]:
    """Return the names of bids in the order of ``names``."""
    wanted = set(bid_ids)
    return [name for bid_id, name in names.items() if bid_id in wanted]


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
    viewer = current_viewer()
    if viewer is not None:
        note_attempt(viewer, KEPT_AWAY)
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


@pages.get(PAGE + "/declared")
@requires(Permission.MARK_READ)
def interests_declared(tender: str) -> ResponseReturnValue:
    """Everybody who works on the tender, and where each stands."""
    viewer = signed_in_user()
    found = _deciding(viewer, tender)
    bidders = bidders_of(found)
    people = people_declaring(found)
    return render_template(
        "scoring/interests_declared.html",
        tender=found,
        people=people,
        names={one.bid_id: one.name for one in bidders},
        hints=hints_for(found, [one.person_id for one in people], bidders),
    )


@pages.route(PAGE + "/declared/<token:person>", methods=["GET", "POST"])
@requires(Permission.MARK_READ)
def interest_of_person(tender: str, person: str) -> ResponseReturnValue:
    """What one person declared and what was decided; whoever may decides here."""
    viewer = signed_in_user()
    found = _deciding(viewer, tender)
    about = person_declaring(found, person)
    bidders = bidders_of(found)
    form = DecisionForm.of(bidders, about.stands.named)
    may_decide = (
        viewer.may(Permission.INTEREST_DECIDE, tender_id=found.id)
        and about.person_id != viewer.person_id
    )
    if form.is_submitted() and not may_decide:
        refuse(viewer, Permission.INTEREST_DECIDE)
    if form.validate_on_submit():
        bid = next((one.bid for one in bidders if one.token == form.about.data), None)
        try:
            service.decide_interest(
                found,
                about.person_id,
                bid,
                barred=form.decision.data == "barred",
                reason=form.reason.data or "",
                by=viewer,
            )
        except InterestUnclear as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"Your decision about {about.name} is saved")
            return redirect(url_for(".interests_declared", tender=tender))
    page = render_template(
        "scoring/interest_of_person.html",
        tender=found,
        person=about,
        declarations=declarations_of(found, about.person_id, bidders),
        decisions=decisions_about(found, about.person_id, bidders),
        names={one.bid_id: one.name for one in bidders},
        hints=hints_for(found, [about.person_id], bidders)[about.person_id],
        form=form,
        may_decide=may_decide,
    )
    return page, 422 if form.errors else 200


def _deciding(viewer: Viewer, token: str) -> Tender:
    """Return a tender on whose interests the viewer decides, or reads as an auditor.

    Raises NoResultFound; KeptAway for who is kept from a bid himself: what others declare names
    bidders.
    """
    found = tender_for(viewer, token, to=Permission.MARK_READ)
    if found.published_at is None or not works_on(viewer, found):
        raise NoResultFound
    if not any(viewer.may(one, tender_id=found.id) for one in (DECIDES, Permission.AUDIT_READ)):
        refuse(viewer, DECIDES)
    if found.opened_at is not None:
        must_see_all(viewer, found)
    return found


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
    found = hints_for(tender, [viewer.person_id], bidders) if bidders else {}
    return DeclarationForm.of(
        bidders,
        request.form,
        found.get(viewer.person_id, {}),
        bidders_known=tender.opened_at is not None,
    )


def _page(tender: Tender, form: DeclarationForm, viewer: Viewer) -> str:
    shown = [line.bidder for line in form.lines]
    return render_template(
        "scoring/interests.html",
        tender=tender,
        form=form,
        seen=fingerprint_of(shown),
        natures=NATURE_CHOICES,
        stands=standing_of(tender.id, viewer.person_id),
        declarations=declarations_of(tender, viewer.person_id, shown),
        decisions=decisions_about(tender, viewer.person_id, shown),
        may_decide=viewer.may(DECIDES, tender_id=tender.id),
    )
