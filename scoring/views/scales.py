"""The scale by which an authority rates risks: how it stands, what another one would change."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import refuse, requires, signed_in_user
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from scoring.queries.scales import Rated, rated_with, scale_at, scales_of
from scoring.rules.matrix import LEVELS, STANDARD, Scale
from scoring.rules.scales import moved_cells, read_stored, scale_in_words, what_changes
from scoring.scale_forms import ScaleForm
from scoring.service.scales import ScaleOvertaken, must_hold_together, set_scale
from scoring.views.blueprint import pages


@pages.route("/risk-scale", methods=["GET", "POST"])
@requires(Permission.TENDER_READ)
def risk_scale() -> ResponseReturnValue:
    """Show the scale to everybody of the authority; who may set it looks first at what changes."""
    viewer = signed_in_user()
    stored = scales_of(viewer.organisation_id)
    now = scale_at(viewer.organisation_id)
    may_set = viewer.may_everywhere(Permission.SCALE_SET)
    form = ScaleForm.of(now, len(stored))
    if form.is_submitted() and not may_set:
        refuse(viewer, Permission.SCALE_SET)
    shown: dict[str, Any] = {}
    if form.validate_on_submit():
        try:
            must_hold_together(form.scale)
            if request.form.get("step") == "set" and form.is_looked_at:
                why = (form.why.data or "").strip()
                set_scale(form.scale, why, based_on=form.number, by=viewer)
                flash("The scale counts for every tender whose bids are opened from now on")
                return redirect(url_for("scoring.risk_scale"))
            shown = _preview(now, form, rated_with(viewer.organisation_id))
        except ScaleOvertaken as error:
            form.rebase(len(stored))
            form.add_error(str(error))
            shown = _preview(now, form, rated_with(viewer.organisation_id))
        except DomainError as error:
            form.add_error(str(error), error.field)
            if form.is_looked_at:
                shown = _preview(now, form, rated_with(viewer.organisation_id))
    page = render_template(
        "scoring/risk_scale.html",
        authority=viewer.organisation_name,
        scale=now,
        in_words=scale_in_words(now),
        versions=_versions(stored),
        levels=LEVELS,
        form=form,
        may_set=may_set,
        **shown,
    )
    return page, 422 if form.errors else 200


def _preview(now: Scale, form: Any, rated: Rated) -> dict[str, Any]:
    form.look()
    return {
        "changes": what_changes(now, form.scale),
        "moved": moved_cells(now, form.scale),
        "another": form.scale,
        "rated": rated,
    }


def _versions(stored: list[Any]) -> list[tuple[Any, tuple[Any, ...]]]:
    """Return every scale with what it changed, the last first."""
    scales = [read_stored(row.text) for row in stored]
    before = (*scales, STANDARD)[1:]
    return [
        (row, what_changes(old, scale))
        for row, scale, old in zip(stored, scales, before, strict=True)
    ]
