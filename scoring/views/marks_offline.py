"""Mark offline: a workbook of one's own out, compared when it comes back, applied in one step."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.fields import FileField, Form, required
from scoring import queries
from scoring.marks_carried import carried, carried_back
from scoring.marks_offline import preview_of, read_for
from scoring.marks_workbook import MOST_ANSWERS, parts_of, workbook_for
from scoring.queries.own_marks import own_marks
from scoring.rules.mark_import import Written, Wrong
from scoring.service.evaluating import EVALUATED_AT
from scoring.service.mark_import import NotApplied, import_marks
from scoring.views.blueprint import pages
from scoring.views.coming_back import chosen_of, is_as_shown, preview_page
from scoring.views.downloads import XLSX
from supplier_portal.workbook import NotAWorkbook
from tenders.models import Tender

ADDRESS = "/tenders/<token:tender>/marks-offline"
LOOK_AGAIN = "Select that you have seen what seems odd, or change the marks in the workbook"


class MarksForm(Form):
    file = FileField(
        "Your marking workbook",
        hint="The .xlsx file you downloaded here, with your marks in it. Up to 25 MB.",
        accept=".xlsx",
        validators=[required("Select your marking workbook")],
    )


@pages.route(ADDRESS, methods=["GET", "POST"])
@requires(Permission.MARK_WRITE)
def marks_offline(tender: str) -> ResponseReturnValue:
    """Say how it is done; of an uploaded workbook show what it would change. Nothing is stored."""
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, tender, to=Permission.MARK_WRITE)
    form = MarksForm()
    if form.validate_on_submit():
        try:
            read = read_for(viewer, found, form.file.data.stream)
            return _preview_page(found, read.written, wrong=read.wrong)
        except NotAWorkbook as error:
            form.add_error(str(error), "file")
    work = own_marks(viewer, found)
    page = render_template(
        "scoring/marks_offline.html",
        tender=found,
        form=form,
        work=work,
        parts=[len(part) for part in parts_of(work)],
        most=MOST_ANSWERS,
        is_open=found.stage in EVALUATED_AT,
    )
    return page, 422 if form.errors else 200


@pages.get(ADDRESS + "/<int:workbook>.xlsx")
@requires(Permission.MARK_WRITE)
def marking_workbook_file(tender: str, workbook: int) -> ResponseReturnValue:
    """Send a part of what the viewer marks as a workbook; nothing of anybody else."""
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, tender, to=Permission.MARK_WRITE)
    work = own_marks(viewer, found)
    if not 1 <= workbook <= len(parts_of(work)):
        abort(404)
    data = workbook_for(viewer, found, work, workbook, clock.arrived_at())
    name = f"marks-{found.reference}-{workbook}.xlsx"
    return send_file(
        BytesIO(data), mimetype=XLSX, as_attachment=True, download_name=name, max_age=0
    )


@pages.post(ADDRESS + "/apply")
@requires(Permission.MARK_WRITE)
def apply_marks(tender: str) -> ResponseReturnValue:
    """Save the marks of a workbook, all of them or none."""
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, tender, to=Permission.MARK_WRITE)
    written = carried_back(viewer, found, request.form.get("marks", ""))
    preview = preview_of(viewer, found, written)
    chosen, as_shown = chosen_of(preview), is_as_shown(preview)
    if not chosen or not as_shown:
        message = (
            "There is nothing to apply: tick at least one mark"
            if as_shown
            else "What is saved here changed while you were reading. Nothing was applied: look at "
            "what the workbook would change now"
        )
        return _preview_page(found, written, error=message)
    if any(one.odd for one in chosen) and request.form.get("seen") != "yes":
        return _preview_page(found, written, error=LOOK_AGAIN)
    try:
        saved = import_marks(found, [one.to_save for one in chosen], by=viewer)
    except NotApplied as error:
        return _preview_page(found, written, error=str(error))
    flash(f"{_counted(saved)} saved from the workbook")
    following = own_marks(viewer, found).unmarked
    return redirect(url_for(".marks_offline" if following else ".lock", tender=tender))


def _preview_page(
    tender: Tender, written: Iterable[Written], *, wrong: tuple[Wrong, ...] = (), error: str = ""
) -> ResponseReturnValue:
    viewer = signed_in_user()
    preview = preview_of(viewer, tender, written, wrong)
    return preview_page(
        "scoring/marks_preview.html",
        tender,
        viewer,
        preview,
        carried,
        error=error,
        counted=_counted,
    )


def _counted(number: int) -> str:
    return f"{number} mark{'' if number == 1 else 's'}"
