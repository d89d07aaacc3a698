"""The price schedule: which lines bidders price, designed while a tender is a draft."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from tenders import price_schedule as schedules
from tenders import queries, service
from tenders.models import Tender
from tenders.price_forms import PriceScheduleForm, form_of
from tenders.rules.lifecycle import Stage
from tenders.rules.price_schedule import PriceSchedule, read_schedule, with_ready_made
from tenders.service.planning import SheetChanged
from tenders.service.price_schedule import set_schedule
from tenders.views.base import pages

WHOLE_NUMBER = 9
READY_MADE = "ready-made"


@pages.route("/<token:tender>/prices", methods=["GET", "POST"])
@requires(Permission.TENDER_EDIT)
def price_schedule(tender: str) -> ResponseReturnValue:
    found = queries.tender_for(signed_in_user(), tender, to=Permission.TENDER_EDIT)
    rows = request.form.get("rows", "")[:WHOLE_NUMBER]
    form = form_of(schedules.sheet_of(found), posted_rows=rows)
    if form.validate_on_submit():
        saved = _save(found, form)
        if saved is not None:
            return saved
    elif found.stage is not Stage.DRAFT:
        return redirect(url_for("tenders.show", tender=tender))
    page = render_template(
        "tenders/price_schedule.html",
        form=form,
        tender=found,
        is_needed=schedules.needs_prices(found),
        rule=PriceSchedule(years=int(form.years.data or 1)).rule,
    )
    return page, 422 if form.errors else 200


@pages.get("/<token:tender>/prices/lines")
@requires(Permission.TENDER_APPROVE)
def price_lines(tender: str) -> ResponseReturnValue:
    """Show the lines as they would be published, to who asks for it and to who has to agree."""
    found = queries.tender_for(signed_in_user(), tender, to=Permission.TENDER_APPROVE)
    schedule = schedules.schedule_of(found)
    return render_template("tenders/price_lines.html", tender=found, schedule=schedule)


def _save(tender: Tender, form: PriceScheduleForm) -> ResponseReturnValue | None:
    """Save what was typed; None where a rule was broken, which then stands in the form."""
    schedule, rows = form.schedule()
    wants_more = request.form.get("then") == READY_MADE
    if wants_more:
        schedule = with_ready_made(schedule)
    try:
        set_schedule(tender, schedule, version=_version(form), by=signed_in_user())
    except service.TenderPublished:
        raise
    except SheetChanged as changed:
        form.add_error(str(changed))
        form.version.data = str(changed.saved.version)
        form.saved = read_schedule(changed.saved.value)
        return None
    except DomainError as error:
        form.add_error(str(error), _field_at(error.field, rows))
        return None
    if wants_more:
        flash("The lines are saved, those for access to data among them")
        return redirect(url_for("tenders.price_schedule", tender=tender.token))
    flash("The price schedule is saved")
    return redirect(url_for("tenders.show", tender=tender.token))


def _field_at(field: str | None, rows: list[int]) -> str | None:
    """Return the field of the row in which the n-th line was typed."""
    name, _, number = (field or "").rpartition("_")
    if not name or not number.isdigit() or int(number) > len(rows):
        return field
    return f"{name}_{rows[int(number) - 1]}"


def _version(form: PriceScheduleForm) -> int:
    """Return the version the form names; what is no number is one nobody has."""
    typed = str(form.version.data or "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < WHOLE_NUMBER else -1


@pages.app_context_processor
def what_is_priced() -> dict[str, Any]:
    """A function, so that a page that does not ask pays nothing."""
    return {"price_schedule_of": schedules.schedule_of}
