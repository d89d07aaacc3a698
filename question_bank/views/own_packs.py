"""An authority's own packs."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from question_bank.forms.own import PackForm, ReasonForm
from question_bank.queries import own as queries
from question_bank.rules.packs import read_pack
from question_bank.service import own_packs as service
from question_bank.views import own_base as base
from question_bank.views.base import pages


@pages.get("/own/packs")
@requires(Permission.BANK_EDIT)
def own_packs() -> ResponseReturnValue:
    found = queries.own_packs(signed_in_user().organisation_id)
    return render_template(
        "question_bank/own_packs.html", packs=[(pack, read_pack(pack.raw)) for pack in found]
    )


@pages.route("/own/packs/<token:pack>", methods=["GET", "POST"])
@requires(Permission.BANK_EDIT)
def rename_own_pack(pack: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.pack_for(viewer.organisation_id, pack)
    form = PackForm(data={"title": found.raw["title"], "suits": found.raw["for"]})
    if form.validate_on_submit():
        try:
            service.rename_pack(found, form.title.data or "", form.suits.data or "", by=viewer)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("Saved")
            return redirect(url_for(".own_packs"))
    return base.form_page(
        form,
        "Title of the pack",
        back=(url_for(".own_packs"), "Back to your own packs"),
        caption=found.pack_id,
    )


@pages.route("/own/packs/<token:pack>/retire", methods=["GET", "POST"])
@requires(Permission.BANK_EDIT)
def retire_own_pack(pack: str) -> ResponseReturnValue:
    viewer, form = signed_in_user(), ReasonForm()
    found = queries.pack_for(viewer.organisation_id, pack)
    if form.validate_on_submit():
        try:
            service.retire_pack(found, form.reason.data or "", by=viewer)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"{found.raw['title']} is no longer offered")
            return redirect(url_for(".own_packs"))
    return base.form_page(
        form,
        "Offer the pack no longer",
        back=(url_for(".own_packs"), "Back to your own packs"),
        caption=f"{found.pack_id} {found.raw['title']}",
        button="Offer it no longer",
        intro=["Tenders made with it keep what they ask. Its id is never used again."],
    )
