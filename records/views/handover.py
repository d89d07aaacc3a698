"""The handover pack of a contract: asked for here, then taken away."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation.downloads import to_be_saved
from foundation.errors import DomainError
from records import handover
from records.record_forms import AskForm
from records.views.blueprint import pages

ADDRESS = "/contracts/<token:contract>/handover"


@pages.route(ADDRESS, methods=["GET", "POST"], endpoint="handover")
@requires(Permission.DOCUMENT_DOWNLOAD)
def handover_pack(contract: str) -> ResponseReturnValue:
    """What is in it, the packs there are, and a button that asks for one."""
    viewer = signed_in_user()
    seen = handover.contract_for(viewer, contract)
    form = AskForm()
    if form.validate_on_submit():
        try:
            handover.ask_for_pack(seen, by=viewer)
        except DomainError as error:
            form.add_error(str(error))
        else:
            flash("The pack is being made: it appears below in a minute or so")
            return redirect(url_for(".handover", contract=contract))
    page = render_template(
        "records/handover.html", seen=seen, form=form, made=handover.packs_of(seen)
    )
    return page, 422 if form.errors else 200


@pages.get(ADDRESS + "/<token:record>")
@requires(Permission.DOCUMENT_DOWNLOAD)
def handover_file(contract: str, record: str) -> ResponseReturnValue:
    made, stored = handover.pack_file(handover.contract_for(signed_in_user(), contract), record)
    return to_be_saved(stored, made.name)
