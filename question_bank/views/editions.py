"""The editions of the bank: what changed, and which one an authority works with."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import current_viewer, public, requires, signed_in_user
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from question_bank import loader
from question_bank.forms.editions import STAY, MoveForm
from question_bank.queries import editions as queries
from question_bank.rules.differences import FAMILIES, Aspect, State
from question_bank.rules.editions import READERS, Edition, UnknownEdition
from question_bank.rules.places import place_in_words
from question_bank.rules.reuse import Verdict
from question_bank.rules.wording import word_marks
from question_bank.service import editions as service
from question_bank.views.base import pages

# What the templates about differences need to say a change in words.
SHOWN = {
    "ASPECTS": tuple(Aspect),
    "FAMILIES": FAMILIES,
    "State": State,
    "Verdict": Verdict,
    "place_in_words": place_in_words,
    "word_marks": word_marks,
}


@pages.get("/editions")
@public
def editions() -> ResponseReturnValue:
    viewer = current_viewer()
    edits = viewer is not None and viewer.may(Permission.BANK_EDIT)
    return render_template(
        "question_bank/editions.html",
        editions=[loader.edition(version) for version in reversed(loader.editions())],
        versions=loader.editions(),
        readers=READERS,
        ours=queries.version_of(viewer.organisation_id) if viewer and edits else None,
    )


@pages.get("/editions/compare")
@public
def compare() -> ResponseReturnValue:
    """Lead from the two lists to the page of that comparison."""
    old, new = request.args.get("from", ""), request.args.get("to", "")
    known_or_404(old)
    known_or_404(new)
    return redirect(url_for("question_bank.differences", old=old, new=new))


@pages.get("/editions/<string:old>/<string:new>")
@public
def differences(old: str, new: str) -> ResponseReturnValue:
    before, after = known_or_404(old), known_or_404(new)
    return render_template(
        "question_bank/edition_differences.html",
        old=before,
        new=after,
        found=queries.compared(old, new),
        readers=READERS,
        **SHOWN,
    )


@pages.route("/editions/ours", methods=["GET", "POST"])
@requires(Permission.BANK_EDIT)
def our_edition() -> ResponseReturnValue:
    viewer = signed_in_user()
    now = queries.version_of(viewer.organisation_id)
    later = queries.later_than(now)
    offered = request.args.get("to") or (later[0] if later else now)
    if offered != now and offered not in later:
        abort(404)
    form = MoveForm(now, offered)
    if later and form.validate_on_submit():
        try:
            _decide(form)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            return redirect(url_for("question_bank.our_edition"))
    return render_template(
        "question_bank/edition_ours.html",
        form=form,
        now=loader.edition(now),
        chosen=queries.chosen_version(viewer.organisation_id),
        later=later,
        offered=loader.edition(offered),
        found=queries.compared(now, offered),
        effects=queries.effects_on_packs(viewer.organisation_id, offered),
        readers=READERS,
        **SHOWN,
    )


def _decide(form: MoveForm) -> None:
    viewer, based_on = signed_in_user(), form.based_on.data or ""
    if form.decision.data == STAY:
        service.stay(by=viewer, based_on=based_on)
        flash(f"Your authority stays with edition {based_on}")
        return
    stayed = service.adopt(form.decision.data, by=viewer, based_on=based_on)
    left = f"; {len(stayed)} of your packs stayed where they were" if stayed else ""
    flash(f"Your authority works with edition {form.decision.data} now{left}")


def known_or_404(version: str) -> Edition:
    try:
        return loader.edition(version)
    except UnknownEdition:
        abort(404)
