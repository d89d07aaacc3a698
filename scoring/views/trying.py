"""Trying the scoring model of a draft on made-up bids; what was kept of it, for who comes after."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from scoring.queries.trying import kept_test, kept_tests, model_of
from scoring.rules.drawn_models import curve_picture, weights_picture
from scoring.rules.tried_ready import SET_WORDS, ReadySet, ready_bids
from scoring.rules.trying import Found, Model
from scoring.service.trying import keep_trial, try_model
from scoring.trying_forms import TryingForm, scored_sections, trying_form
from scoring.views.blueprint import pages
from tenders.models import Tender
from tenders.queries import tender_for
from tenders.rules.award import FORMULAS, price_in_words
from tenders.rules.lifecycle import Stage
from tenders.service import TenderPublished

TRYING = "/tenders/<token:tender>/trying"


@pages.get(TRYING)
@requires(Permission.TENDER_READ)
def trying(tender: str) -> ResponseReturnValue:
    """Made-up bids that are ready, with what comes of them; of a published tender what was kept."""
    found = tender_for(signed_in_user(), tender, to=Permission.TENDER_READ)
    model = model_of(found)
    if not _may_try(found) or not model.scored:
        return _page(found, model, None, {})
    bids = ready_bids(model, _chosen_set())
    return _page(found, model, trying_form(model, bids), try_model(model, bids))


@pages.post(TRYING)
@requires(Permission.TENDER_EDIT)
def try_bids(tender: str) -> ResponseReturnValue:
    """Show what comes of the bids that were typed; on a second button, keep it."""
    viewer = signed_in_user()
    found = tender_for(viewer, tender, to=Permission.TENDER_EDIT)
    if found.stage is not Stage.DRAFT:
        raise TenderPublished("You cannot try this tender because it is published")
    model = model_of(found)
    form, made = trying_form(model, []), {}
    if form.validate_on_submit():
        bids = form.typed_bids(model)
        try:
            if not form.errors and request.form.get("then") == "keep":
                number = keep_trial(found, bids, form.note.data or "", by=viewer)
                flash("The trial is kept with the tender")
                return redirect(url_for("scoring.tried", tender=tender, number=number))
            made = {} if form.errors else try_model(model, bids)
        except TenderPublished:
            raise
        except DomainError as error:
            form.add_error(str(error))
    return _page(found, model, form, made), 422 if form.errors else 200


@pages.get(TRYING + "/<int:number>")
@requires(Permission.TENDER_READ)
def tried(tender: str, number: int) -> ResponseReturnValue:
    """One trial as it was kept, to read and to print."""
    found = tender_for(signed_in_user(), tender, to=Permission.TENDER_READ)
    kept = kept_test(found, number)
    return render_template(
        "scoring/trying_kept.html",
        tender=found,
        kept=kept,
        formula=FORMULAS[kept.tried["award"]["formula"]],
        **_shown(kept.found),
    )


def _may_try(tender: Tender) -> bool:
    may_edit = signed_in_user().may(Permission.TENDER_EDIT, tender_id=tender.id)
    return tender.stage is Stage.DRAFT and may_edit


def _chosen_set() -> ReadySet:
    wanted = request.args.get("set", "")
    return ReadySet(wanted) if wanted in set(ReadySet) else ReadySet.USUAL


def _page(tender: Tender, model: Model, form: TryingForm | None, found: Found) -> str:
    return render_template(
        "scoring/trying.html",
        tender=tender,
        model=model,
        form=form,
        bids=(form.bids_of(scored_sections(model), priced=model.method.uses_price) if form else []),
        chosen=_chosen_set(),
        sets=SET_WORDS,
        price=price_in_words(model.method.award, tender.quality_weight),
        formula=FORMULAS[model.method.award.formula],
        kept=kept_tests(tender),
        may_try=_may_try(tender),
        **_shown(found),
    )


def _shown(found: Any) -> dict[str, Any]:
    """Return what was found, and the pictures of it."""
    if not found:
        return {"found": None}
    return {
        "found": found,
        "weights": weights_picture(found["names"], found["swings"]),
        "price_curve": curve_picture(found["curve"]),
    }
