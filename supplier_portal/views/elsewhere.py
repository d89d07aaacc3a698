"""A tender run on another portal: its documents out, and the bidders' workbooks in."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from foundation.uploads import shown_name
from supplier_portal import service
from supplier_portal.bringing import read_from, states_of
from supplier_portal.bringing_forms import UploadForm
from supplier_portal.marking_scheme import questionnaire_document
from supplier_portal.queries import bringing as queries
from supplier_portal.rules.progress import counted
from supplier_portal.views.base import pages
from supplier_portal.views.workbook import EXCEL, WORD, download
from supplier_portal.workbook import About, NotAWorkbook
from tenders.models import Tender
from tenders.queries import effective_stage, questionnaire_of, tender_for
from tenders.rules.lifecycle import Stage

ADDRESS = "/tenders/<token:tender>/elsewhere"
# A tender has a handful of bids; more are brought in several goes.
MOST_AT_ONCE = 30


@pages.get(ADDRESS)
@requires(Permission.BID_BRING)
def elsewhere(tender: str) -> ResponseReturnValue:
    found = tender_for(signed_in_user(), tender, to=Permission.BID_BRING)
    return elsewhere_page(found, UploadForm(formdata=None))


@pages.get(ADDRESS + "/workbook.xlsx")
@requires(Permission.TENDER_READ)
def blank_workbook(tender: str) -> ResponseReturnValue:
    """The questions for bidders of another portal to answer: the same workbook as here, empty."""
    from supplier_portal.workbook import write  # with the library for Excel

    found = tender_for(signed_in_user(), tender)
    data = write(questionnaire_of(found), about(found), {}, {})
    return download(data, EXCEL, f"questions-{found.reference}.xlsx")


@pages.get(ADDRESS + "/questionnaire.docx")
@requires(Permission.TENDER_READ)
def questionnaire_file(tender: str) -> ResponseReturnValue:
    """What is asked and how it is marked, to be published with the tender on another portal."""
    found = tender_for(signed_in_user(), tender)
    questionnaire, told = questionnaire_of(found), about(found)
    data = questionnaire_document(
        questionnaire,
        title=found.title,
        facts=(
            ("Tender", f"{told.reference}, {told.authority}"),
            ("Closing time", told.closing or "Not set"),
            ("Downloaded", told.made),
            ("Fingerprint of the questions", told.fingerprint or "Draft: not published"),
        ),
        rules=rules_in_words(found),
    )
    return download(data, WORD, f"questions-{found.reference}.docx")


@pages.post(ADDRESS)
@requires(Permission.BID_BRING)
def bring(tender: str) -> ResponseReturnValue:
    """Make a bid of each workbook; one that cannot be taken hinders none of the others."""
    found = tender_for(signed_in_user(), tender, to=Permission.BID_BRING)
    form = UploadForm()
    try:
        service.must_take(found, clock.arrived_at())
    except DomainError as error:
        form.add_error(str(error))
        return elsewhere_page(found, form), 422
    if not form.validate_on_submit():
        return elsewhere_page(found, form), 422
    files = form.files.files
    if len(files) > MOST_AT_ONCE:
        form.add_error(f"Select at most {MOST_AT_ONCE} workbooks at once", "files")
        return elsewhere_page(found, form), 422
    refused = [sentence for sentence in (why_refused(found, file) for file in files) if sentence]
    if len(refused) < len(files):
        flash(f"{counted(len(files) - len(refused), 'bid')} brought in. Complete each one below")
    for sentence in refused:
        form.add_error(sentence, "files")
    if refused:
        return elsewhere_page(found, form), 422
    return redirect(url_for(".elsewhere", tender=tender))


def why_refused(tender: Tender, file: FileStorage) -> str:
    """Make a bid of a workbook; return why it cannot be taken, with its name, or nothing."""
    try:
        service.bring_bid(
            tender, read_from(tender, file), by=signed_in_user(), arrived_at=clock.arrived_at()
        )
    except (DomainError, NotAWorkbook) as error:
        return f"{shown_name(file.filename or '')}: {error}"
    return ""


def elsewhere_page(tender: Tender, form: UploadForm) -> str:
    bids = queries.brought_bids(tender)
    return render_template(
        "supplier_portal/elsewhere.html",
        tender=tender,
        form=form,
        stage=effective_stage(tender, clock.arrived_at()),
        Stage=Stage,
        bids=bids,
        states=states_of(bids, opened=tender.opened_at is not None),
        counted=counted,
    )


def about(tender: Tender) -> About:
    return About(
        title=tender.title,
        reference=tender.reference,
        authority=tender.authority.name,
        closing=clock.show_moment(tender.closes_at) if tender.closes_at else "",
        made=clock.show_moment(clock.arrived_at()),
        fingerprint=tender.questionnaire_sha256 or "",
        tender=tender.token,
        supplier={"name": "", "company_number": ""},
    )


def rules_in_words(tender: Tender) -> list[tuple[str, str]]:
    """Return how marks become a score, as published."""
    return [
        (
            "Quality and price",
            f"{tender.quality_weight}% quality, {100 - tender.quality_weight}% price",
        ),
        ("Marks", "0 to 5 for each question; the table under it says what earns each"),
        (
            "Score",
            "weight × mark ÷ 5 for each question; a section is the sum of its questions; quality "
            "is the sum of its sections, each × its weight ÷ 100",
        ),
        ("Rounding", "once, half up, to 2 places"),
        (
            "Late bids",
            "A bid that comes at or after the closing time is late: whether it is considered is "
            "decided under the rules of the tender",
        ),
        (
            "How to answer",
            "In the workbook that comes with these questions: enter the company on its first "
            "sheet, answer in the yellow cells, and send it with your files through the portal on "
            "which this tender is published",
        ),
    ]
