"""What officers write for the public and for notices, and publish when they decide to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from foundation.forms import Form
from records import sheet_states, shown
from records.forms import VersionForm
from records.open_guide import page_of
from records.queries.public import published_version
from records.queries.releases import stored_releases
from records.queries.results import results_of
from records.rules.sheets import PUBLIC, SheetPage
from records.service import public as service
from records.views.blueprint import pages
from tenders import planning
from tenders.models import Tender
from tenders.outcome_forms import OutcomeForm, outcome_form
from tenders.queries import tender_for
from tenders.rules.outcome import values_of

HUB = "/tenders/<token:tender>/open-data"


def own_tender(token: str, to: Permission = Permission.TENDER_EDIT) -> Tender:
    """Return a tender whose open data the viewer writes. Raises NoResultFound (a 404)."""
    return tender_for(signed_in_user(), token, to=to)


@pages.get(HUB)
@requires(Permission.TENDER_EDIT)
def open_data(tender: str) -> ResponseReturnValue:
    return hub(own_tender(tender), VersionForm())


def hub(tender: Tender, form: Form) -> str:
    sheets = planning.sheets(tender)
    current = sheets.get(PUBLIC) or planning.Sheet(PUBLIC)
    return render_template(
        "records/open_data.html",
        tender=tender,
        form=form,
        current=current,
        published=published_version(tender),
        pages=sheet_states.states_of(tender, sheets),
        releases=stored_releases(tender),
        has_results=bool(results_of(tender)),
    )


@pages.post(HUB + "/publish")
@requires(Permission.TENDER_PUBLISH)
def publish_open_page(tender: str) -> ResponseReturnValue:
    found = own_tender(tender, Permission.TENDER_PUBLISH)
    return _state(found, service.publish_page, "Everybody can read the page now")


@pages.post(HUB + "/hide")
@requires(Permission.TENDER_PUBLISH)
def hide_open_page(tender: str) -> ResponseReturnValue:
    found = own_tender(tender, Permission.TENDER_PUBLISH)
    return _state(found, service.hide_page, "The page is no longer public")


def _state(found: Tender, change: Any, done: str) -> ResponseReturnValue:
    form = VersionForm()
    if form.validate_on_submit():
        try:
            change(found, version=form.number, by=signed_in_user())
        except DomainError as error:
            form.add_error(str(error))
        else:
            flash(done)
            return redirect(url_for(".open_data", tender=found.token))
    return hub(found, form), 422


@pages.route(HUB + "/pages/<string:page>", methods=["GET", "POST"])
@requires(Permission.TENDER_EDIT)
def open_data_page(tender: str, page: str) -> ResponseReturnValue:
    found = own_tender(tender)
    asked = page_of(page)
    if asked is None or (asked.after_award and found.opened_at is None):
        raise NoResultFound
    kept = planning.latest(found, asked.sheet)
    values = values_of(asked.page, kept.value)
    offered = values or sheet_states.proposal(found, asked)
    form = outcome_form(asked.page, offered, str(kept.version))
    clash: Mapping[str, Any] = {}
    if form.validate_on_submit():
        try:
            service.save_page(
                found, asked, form.values(), version=version_in(form), by=signed_in_user()
            )
        except service.SheetChanged as changed:
            clash = _note_clash(form, asked, changed)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"“{asked.page.title}” is saved")
            return redirect(url_for(".open_data", tender=tender))
    body = render_template(
        "records/open_form.html",
        tender=found,
        page=asked,
        form=form,
        clash=clash,
        elements=sheet_states.reasons(found) if asked.page.id == "chain" else [],
        is_proposed=bool(offered) and not values and not form.is_submitted(),
    )
    return body, 422 if form.errors else 200


def version_in(form: OutcomeForm) -> int:
    written = str(form.based_on.data or "")
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 9 else 0


def _note_clash(
    form: OutcomeForm, asked: SheetPage, changed: service.SheetChanged
) -> dict[str, tuple[str, ...]]:
    """Say that a colleague was faster; return his words where they differ."""
    form.add_error(str(changed))
    form.based_on.data = str(changed.saved.version)
    form.based_on.raw_data = None
    typed = form.values()
    theirs = {row.id: row.words for row in shown.rows_of(asked, changed.saved.value)}
    return {
        field.id: theirs.get(field.id, ("Nothing",))
        for field in asked.page.fields
        if typed.get(field.id) != changed.saved.value.get(field.id)
    }
