"""Edit a register in a spreadsheet: a file out, compared when it is back, applied in one step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import refuse, requires, signed_in_user
from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation.fields import FileField, Form, required
from scoring.actions_offline import ProposedAction
from scoring.forms import LONGEST_REASON
from scoring.queries import opened_tender
from scoring.queries.own_registers import has_own_registers
from scoring.queries.ranked import EVALUATED_AT, must_not_mark_alone
from scoring.register_carried import carried, carried_back
from scoring.register_known import kept_in
from scoring.register_offline import NEEDED, Preview, Proposed, preview_of, read_for
from scoring.rules.mark_import import Wrong
from scoring.rules.register_import import Written
from scoring.rules.register_report import Kept
from scoring.service.register_import import NotKept, import_register
from scoring.views.blueprint import pages
from scoring.views.coming_back import chosen_of, is_as_shown, preview_page
from supplier_portal.workbook import NotAWorkbook
from tenders.models import Tender

ADDRESS = "/tenders/<token:tender>/register-offline"
SAY_WHY = "Enter why these risks are changed: some rows of the file say no reason"
CHANGED = (
    "What stands here changed while you were reading. Nothing was applied: look at what the file "
    "would change now"
)


class RegisterForm(Form):
    file = FileField(
        "The register you edited",
        hint="The .xlsx file you downloaded here, with your changes in it. Up to 25 MB.",
        accept=".xlsx",
        validators=[required("Select the register you edited")],
    )


@pages.route(ADDRESS, methods=["GET", "POST"])
@requires(Permission.RISK_READ)
def register_offline(tender: str) -> ResponseReturnValue:
    """Say how it is done; of an uploaded file show what it would change. Nothing is stored."""
    viewer, found = _to_keep(tender)
    form = RegisterForm()
    if form.validate_on_submit():
        try:
            with closing(form.file.data.stream) as stream:
                read = read_for(viewer, found, stream)
            return _preview_page(found, read.written, wrong=read.wrong)
        except NotAWorkbook as error:
            form.add_error(str(error), "file")
    page = render_template(
        "scoring/register_offline.html",
        tender=found,
        form=form,
        is_contract=kept_in(found) is Kept.CONTRACT,
        may_download=viewer.may(Permission.DOCUMENT_DOWNLOAD, tender_id=found.id),
    )
    return page, 422 if form.errors else 200


@pages.post(ADDRESS + "/apply")
@requires(Permission.RISK_READ)
def apply_register(tender: str) -> ResponseReturnValue:
    """Decide the risks of a file as it has them, all of them or none."""
    viewer, found = _to_keep(tender)
    written = carried_back(viewer, found, request.form.get("rows", ""))
    preview = preview_of(viewer, found, written)
    chosen = chosen_of(preview)
    why = request.form.get("why", "").strip()
    error = _in_the_way(preview, chosen, why)
    if not error:
        try:
            import_register(found, [one.to_keep(why) for one in chosen], by=viewer)
        except NotKept as refused:
            error = str(refused)
    if error:
        return _preview_page(found, written, why=why, error=error)
    flash(f"{counted(chosen)} changed as the file has {'it' if len(chosen) == 1 else 'them'}")
    return redirect(url_for(".register_offline", tender=tender))


def _in_the_way(preview: Preview, chosen: list[Proposed | ProposedAction], why: str) -> str:
    """Return why nothing can be applied yet, in words; "" where it can."""
    if not is_as_shown(preview):
        return CHANGED
    if not chosen:
        return "There is nothing to apply: tick at least one thing"
    if not why and any(not one.says_why for one in chosen):
        return SAY_WHY
    if len(why) > LONGEST_REASON:
        return f"Shorten the reason to {LONGEST_REASON:,} characters or fewer"
    return ""


def _to_keep(token: str) -> tuple[Viewer, Tender]:
    """Return the tender to whoever may change its register where it is kept now."""
    viewer = signed_in_user()
    tender = opened_tender(viewer, token, to=Permission.RISK_READ)
    if tender.stage not in EVALUATED_AT and not has_own_registers(tender):
        raise NoResultFound
    must_not_mark_alone(viewer, tender, "change the risks of bids")
    needed = NEEDED[kept_in(tender)]
    if not viewer.may(needed, tender_id=tender.id):
        refuse(viewer, needed)
    return viewer, tender


def _preview_page(
    tender: Tender,
    written: Iterable[Written],
    *,
    wrong: tuple[Wrong, ...] = (),
    why: str = "",
    error: str = "",
) -> ResponseReturnValue:
    viewer = signed_in_user()
    preview = preview_of(viewer, tender, written, wrong)
    return preview_page(
        "scoring/register_preview.html",
        tender,
        viewer,
        preview,
        carried,
        error=error,
        why=why,
        longest=LONGEST_REASON,
        counted=counted,
        unchanged=_in_words(preview.unchanged, preview.actions_unchanged),
        stays=preview.unchanged + preview.actions_unchanged == 1,
    )


def counted(listed: Sequence[Proposed | ProposedAction]) -> str:
    """Return ‘2 risks and 1 action’."""
    actions = sum(one.is_action for one in listed)
    return _in_words(len(listed) - actions, actions) or "0 risks"


def _in_words(risks: int, actions: int) -> str:
    """Return ‘2 risks and 1 action’; "" for none."""
    said = [
        f"{number} {thing}{'' if number == 1 else 's'}"
        for number, thing in ((risks, "risk"), (actions, "action"))
        if number
    ]
    return " and ".join(said)
