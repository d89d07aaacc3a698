"""Keep the questionnaire of a draft as a pack of the authority's own."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from question_bank.forms.own import PackForm
from question_bank.service.own_packs import save_pack
from tenders.views.base import pages
from tenders.views.plan_base import draft_for, draft_page


@pages.route("/<token:tender>/build/keep", methods=["GET", "POST"])
@requires(Permission.BANK_EDIT)
def keep_as_pack(tender: str) -> ResponseReturnValue:
    found, draft = draft_for(tender)
    pack = draft.plan["pack"]
    form = PackForm(data={"title": pack["title"], "suits": pack["for"]})
    if form.validate_on_submit():
        try:
            kept = save_pack(
                pack,
                draft.plan["edition"],
                by=signed_in_user(),
                title=form.title.data or "",
                suits=form.suits.data or "",
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"{kept.raw['title']} is a pack of your own now ({kept.pack_id})")
            return redirect(url_for("question_bank.own_packs"))
    return draft_page("build_keep.html", found, form=form)
