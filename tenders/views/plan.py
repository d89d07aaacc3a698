"""The questionnaire of a draft: sections, questions, weights, classes and thresholds."""

from __future__ import annotations

from decimal import Decimal

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires
from accounts.rules.roles import Permission
from question_bank import loader
from tenders import building, planned
from tenders.forms import SectionForm, StartAgainForm, pack_choices
from tenders.rules import plan as plans
from tenders.rules.plan import Plan
from tenders.views.base import pages
from tenders.views.plan_base import (
    draft_alone,
    draft_for,
    draft_page,
    found_or_404,
    press_button,
    save,
)
from tenders.views.plan_weights import WeightsForm

# A page of a later station, known by name only; it exists once its station is plugged in.
PREVIEW = "supplier_portal.preview"
BUILD = "/<token:tender>/build"


@pages.get(BUILD)
@requires(Permission.TENDER_EDIT)
def build(tender: str) -> ResponseReturnValue:
    found, draft = draft_for(tender)
    # An amendment keeps the edition that was published; the preview shows what suppliers see now.
    amends = found.amending_since is not None
    has_preview = PREVIEW in current_app.view_functions and not amends
    return draft_page(
        "build.html",
        found,
        overview=building.overview(draft),
        newer_own=building.newer_own(draft, found.authority_id),
        edition=None if amends else building.other_edition(found, draft),
        preview=url_for(PREVIEW, tender=tender) if has_preview else "",
    )


@pages.post(f"{BUILD}/move")
@requires(Permission.TENDER_EDIT)
def move(tender: str) -> ResponseReturnValue:
    """Move what a button names, such as ``up:question:SLP-01``, and come back to it."""
    found, _ = draft_for(tender)
    way, _, what = request.form.get("move", "").partition(":")
    kind, _, name = what.partition(":")
    by = {"up": -1, "down": 1}.get(way, 0)

    def change(plan: Plan) -> Plan:
        if kind == "section":
            return plans.move_section(plan, name, by)
        return plans.move_question(plan, name, by=by)

    press_button(found, change, "order")
    return redirect(url_for(".build", tender=tender) + f"#{kind}-{name}")


@pages.route(f"{BUILD}/sections/new", methods=["GET", "POST"])
@requires(Permission.TENDER_EDIT)
def add_section(tender: str) -> ResponseReturnValue:
    found, _ = draft_for(tender)
    form = SectionForm()

    def change(plan: Plan) -> Plan:
        new = plans.add_section(plan, form.title.data, weight=form.weight.data or Decimal(0))
        section = plans.sections_of(new)[-1]["id"]
        return plans.add_reason(new, f"section:{section}", form.reason.data or "")

    if form.validate_on_submit() and save(found, change, "section added", form):
        flash(f"{form.title.data} is added. Now add its questions")
        section = plans.sections_of(planned.plan_of_draft(found))[-1]["id"]
        return redirect(url_for(".add_questions", tender=tender, section=section))
    return draft_page("build_section.html", found, form=form, section=None)


@pages.route(f"{BUILD}/sections/<string:section>", methods=["GET", "POST"])
@requires(Permission.TENDER_EDIT)
def section(tender: str, section: str) -> ResponseReturnValue:
    found, draft = draft_for(tender)
    kept = found_or_404(plans.section_in, draft.plan, section)
    about = f"section:{section}"
    form = SectionForm(
        data={
            "title": kept["title"],
            "weight": plans.weight_of(kept),
            "reason": building.own_reason(draft.plan, about),
        }
    )

    def change(plan: Plan) -> Plan:
        new = plans.rename_section(plan, section, form.title.data)
        new = plans.set_weights(new, sections={section: form.weight.data or Decimal(0)})
        return plans.add_reason(new, about, form.reason.data or "")

    if form.validate_on_submit() and save(found, change, "section changed", form):
        flash("The section is saved")
        return redirect(url_for(".build", tender=tender) + f"#section-{section}")
    return draft_page(
        "build_section.html",
        found,
        form=form,
        section=kept,
        reasons=building.reasons_in_words(draft.plan, about),
    )


@pages.route(f"{BUILD}/sections/<string:section>/remove", methods=["GET", "POST"])
@requires(Permission.TENDER_EDIT)
def remove_section(tender: str, section: str) -> ResponseReturnValue:
    found, draft = draft_for(tender)
    kept = found_or_404(plans.section_in, draft.plan, section)
    if request.method == "POST":
        press_button(found, lambda plan: plans.remove_section(plan, section), "section removed")
        return redirect(url_for(".build", tender=tender))
    return draft_page(
        "build_remove_section.html",
        found,
        section=kept,
        lines=next(b.lines for b in building.overview(draft).blocks if b.section.id == section),
        dependents=building.read_elsewhere(draft, [entry["id"] for entry in kept["questions"]]),
    )


@pages.route(f"{BUILD}/weights", methods=["GET", "POST"])
@requires(Permission.TENDER_EDIT)
def weights(tender: str) -> ResponseReturnValue:
    """Set every weight on one page; a button shares what is left among the empty ones."""
    found, draft = draft_for(tender)
    form = WeightsForm(building.overview(draft), request.form if request.form else None)
    if request.method == "POST" and form.is_readable():
        share = request.form.get("share", "")
        if share:
            form.share_out(share)
        elif form.is_complete() and save(found, form.change, "weights", form):
            flash(". ".join(["The weights are saved", *form.consequences()]))
            return redirect(url_for(".build", tender=tender))
    return draft_page("build_weights.html", found, form=form)


@pages.route(f"{BUILD}/start-again", methods=["GET", "POST"])
@requires(Permission.TENDER_EDIT)
def start_again(tender: str) -> ResponseReturnValue:
    """Replace everything made so far by a pack as it is."""
    found, _ = draft_alone(tender)
    form = StartAgainForm(data={"pack_id": found.pack_id})
    form.pack_id.choices = pack_choices(found.authority_id)

    def change(_plan: Plan) -> Plan:
        return planned.plan_of_pack(found.authority_id, form.pack_id.data)

    if form.validate_on_submit() and save(found, change, "started again", form):
        flash("The questionnaire is the set of questions you chose")
        return redirect(url_for(".build", tender=tender))
    return draft_page("build_start_again.html", found, form=form)


@pages.route(f"{BUILD}/edition", methods=["GET", "POST"])
@requires(Permission.TENDER_EDIT)
def edition(tender: str) -> ResponseReturnValue:
    """Show what another edition of the bank changes here, and move to it on request."""
    found, draft = draft_alone(tender)
    other = building.other_edition(found, draft)
    if other is None:
        return redirect(url_for(".build", tender=tender))
    if request.method == "POST":
        bank = loader.edition(other.version).bank
        moved = press_button(
            found,
            lambda plan: plans.move_to_edition(plan, other.version, bank),
            f"edition {other.version}",
        )
        if moved:
            flash(f"The questions are those of edition {other.version} now")
        return redirect(url_for(".build", tender=tender))
    return draft_page("build_edition.html", found, other=other, here=draft.plan["edition"])
