"""Working offline: the workbook out, compared when it comes back, applied in one step."""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import BytesIO

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from foundation.fields import FileField, Form, required
from question_bank.rules.answers import show_answer
from question_bank.rules.questions import Part
from supplier_portal import offline, service
from supplier_portal.amending import SHOWN_TEXT, amended_since_shown
from supplier_portal.models import Bid
from supplier_portal.offline import NotTaken, Proposed
from supplier_portal.overview import Workspace, closing_of, why_closed
from supplier_portal.queries import window_of
from supplier_portal.rules.progress import counted
from supplier_portal.rules.submission import must_be_open
from supplier_portal.views.base import pages, workspace_for
from supplier_portal.word import NOTHING_LISTED, answers_document
from supplier_portal.workbook import About, NotAWorkbook, Reading

ADDRESS = "/bids/<token:bid>/workbook"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class WorkbookForm(Form):
    file = FileField(
        "Workbook",
        hint="The .xlsx file downloaded here, with your answers in it. Up to 25 MB.",
        accept=".xlsx",
        validators=[required("Select the workbook")],
    )


@pages.get(ADDRESS + ".xlsx")
@requires(Permission.ANSWER_WRITE)
def workbook_file(bid: str) -> ResponseReturnValue:
    """The questions as a workbook, with everything saved so far."""
    from supplier_portal.workbook import write  # with the library for Excel

    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    data = write(
        workspace.questionnaire,
        about(workspace.bid),
        workspace.answers,
        {part_id: answer.version for part_id, answer in workspace.saved.items()},
    )
    return download(data, EXCEL, f"answers-{workspace.bid.tender.reference}.xlsx")


@pages.get("/bids/<token:bid>/answers.docx")
@requires(Permission.BID_READ)
def answers_file(bid: str) -> ResponseReturnValue:
    """The company's own copy of its answers, to read and print."""
    workspace = workspace_for(bid)
    return download(
        answers_document(
            workspace.questionnaire,
            workspace.answers,
            asked=workspace.situation.parts.keys(),
            title=workspace.bid.tender.title,
            facts=facts_about(workspace.bid),
        ),
        WORD,
        f"answers-{workspace.bid.tender.reference}.docx",
    )


@pages.get(ADDRESS)
@requires(Permission.ANSWER_WRITE)
def work_offline(bid: str) -> ResponseReturnValue:
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    return upload_page(workspace.bid, WorkbookForm(formdata=None))


@pages.post(ADDRESS)
@requires(Permission.ANSWER_WRITE)
def compare_workbook(bid: str) -> ResponseReturnValue:
    """Show what the workbook would change. Nothing is stored."""
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    form = WorkbookForm()
    if form.validate_on_submit():
        try:
            reading = reading_for(workspace, form)
            changed = amended_since_shown(workspace.bid.tender, reading.fingerprint)
            taken = offline.without(reading, changed)
            return changes_page(
                workspace,
                offline.proposed_by(workspace, taken),
                taken,
                not_taken=offline.not_taken_from(workspace, reading),
            )
        except NotAWorkbook as error:
            form.add_error(str(error), "file")
        except DomainError as error:
            form.add_error(str(error))
    return upload_page(workspace.bid, form), 422


@pages.post(ADDRESS + "/apply")
@requires(Permission.ANSWER_WRITE)
def apply_workbook(bid: str) -> ResponseReturnValue:
    """Save the answers chosen, all in one step; show again what a colleague changed meanwhile."""
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    carried = offline.unsealed(workspace.bid, request.form.get("changes", ""))
    chosen = [part_id for part_id in request.form.getlist("apply") if part_id in carried]
    shown = request.form.get(SHOWN_TEXT, "")
    amended = sorted(set(chosen) & set(amended_since_shown(workspace.bid.tender, shown)))
    if amended:
        message = (
            f"The council amended {', '.join(amended)} after you uploaded the workbook, so nothing "
            "was applied: upload it again to see what it would change now"
        )
        left = {part_id: carried[part_id] for part_id in carried if part_id not in amended}
        return changes_page(workspace, offline.proposed(workspace, left), error=message), 409
    if not chosen:
        message = "Select at least one answer to apply"
        return changes_page(workspace, offline.proposed(workspace, carried), error=message), 422
    try:
        saved = service.save_answers(
            workspace.bid,
            {part_id: carried[part_id] for part_id in chosen},
            by=signed_in_user(),
            arrived_at=clock.arrived_at(),
        )
    except service.Conflict as conflict:
        kept = len(conflict.saved.written)
        message = (
            f"{conflict}. {counted(kept, 'answer')} {'was' if kept == 1 else 'were'} saved; "
            "choose again for what is below"
        )
        left = {clash.part_id: carried[clash.part_id] for clash in conflict.clashes}
        fresh = workspace_for(bid, to=Permission.ANSWER_WRITE)
        return changes_page(fresh, offline.proposed(fresh, left), error=message), 409
    flash(f"{counted(len(saved.written), 'answer')} saved from the workbook")
    return redirect(url_for(".task_list", bid=workspace.bid.token))


def reading_for(workspace: Workspace, form: WorkbookForm) -> Reading:
    """Return what the uploaded workbook says. Raises NotAWorkbook, also for another tender's."""
    tender = workspace.bid.tender
    # Before anything is read: what comes too late changes nothing.
    must_be_open(window_of(tender), clock.arrived_at(), "upload a workbook")
    return offline.read_as_made(form.file.data.stream, tender)


def changes_page(
    workspace: Workspace,
    changes: list[Proposed],
    reading: Reading | None = None,
    *,
    not_taken: Iterable[NotTaken] = (),
    error: str = "",
) -> str:
    return render_template(
        "supplier_portal/workbook_changes.html",
        not_taken=not_taken,
        bid=workspace.bid,
        changes=[change for change in changes if not change.is_clash],
        clashes=[change for change in changes if change.is_clash],
        carried=offline.sealed(workspace.bid, changes),
        reading=reading,
        others=reading is not None and reading.bid not in ("", workspace.bid.token),
        same=len(reading.changes) - len(changes) if reading else 0,
        error=error,
        counted=counted,
        in_words=in_words,
    )


def in_words(part: Part, value: object) -> str:
    """Return an answer in words; of a table, that there is nothing to list is an answer too."""
    return NOTHING_LISTED if value == [] and not part.fixed_rows else show_answer(part, value)


def upload_page(bid: Bid, form: WorkbookForm) -> str:
    moment = clock.arrived_at()
    return render_template(
        "supplier_portal/workbook.html",
        bid=bid,
        form=form,
        closed=why_closed(bid, moment),
        closing=closing_of(bid.tender, moment),
    )


def about(bid: Bid) -> About:
    tender, supplier = bid.tender, bid.supplier
    return About(
        title=tender.title,
        reference=tender.reference,
        authority=tender.authority.name,
        closing=clock.show_moment(tender.closes_at) if tender.closes_at else "",
        made=clock.show_moment(clock.arrived_at()),
        fingerprint=tender.questionnaire_sha256 or "",
        tender=tender.token,
        bid=bid.token,
        supplier={
            "name": supplier.legal_name,
            "company_number": supplier.company_number or "",
        },
    )


def facts_about(bid: Bid) -> Iterable[tuple[str, str]]:
    """Return what the copy in Word says about itself."""
    told = about(bid)
    return (
        ("Supplier", told.supplier["name"]),
        ("Tender", f"{told.reference}, {told.authority}"),
        ("Closing time", told.closing),
        ("Downloaded", told.made),
        ("Fingerprint of the questions", told.fingerprint),
    )


def download(data: bytes, kind: str, name: str) -> ResponseReturnValue:
    plain = re.sub(r"[^\w.-]+", "-", name)
    return send_file(
        BytesIO(data), mimetype=kind, as_attachment=True, download_name=plain, max_age=0
    )
