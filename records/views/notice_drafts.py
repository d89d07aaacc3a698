"""Drafts of notices: what to paste into each form, and what is still missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses.queries.contracts import ContractSeen, contracts_of
from foundation import clock
from records.notice_values import values_for
from records.open_guide import shipped_notice_forms
from records.queries import notices as recorded
from records.queries.results import results_of
from records.rules.notice_forms import Filled, NoticeForm, as_csv, as_text, filled, form_for
from records.views.blueprint import pages
from records.views.open_data import HUB
from tenders.models import Tender
from tenders.notices import shipped_notices
from tenders.queries import facts_of, tender_for, works_on
from tenders.rules.lifecycle import Stage

DRAFTS = HUB + "/notices"
# The notice whose words follow from the ratings of a contract.
OF_PERFORMANCE = "UK9"


def _page(name: str) -> Callable[[Tender], str]:
    return lambda tender: url_for("records.open_data_page", tender=tender.token, page=name)


def _of_tenders(endpoint: str, **more: Any) -> Callable[[Tender], str]:
    return lambda tender: url_for(f"tenders.{endpoint}", tender=tender.token, **more)


# Where a missing value is entered, by the place its box names: the page, and its name.
PLACES: Mapping[str, tuple[str, Callable[[Tender], str]]] = {
    "details": ("Details for notices", _page("details")),
    "award": ("Details of the award", _page("award")),
    "facts": ("Facts about the contract", _of_tenders("facts")),
    "outcome": ("Start with the outcome", _of_tenders("outcome")),
    "conflicts": ("Conflicts of interest", _of_tenders("planning_sheet", topic="conflicts")),
    "risks": ("Risks", _of_tenders("risks_known")),
    "duties": ("Duties", _of_tenders("planning_sheet", topic="duties")),
    "timetable": ("Timetable", _of_tenders("planning_sheet", topic="timetable")),
    "lots": ("Lots", _of_tenders("lots")),
    "publish": ("Title, closing time and weights", _of_tenders("edit")),
}


@pages.get(DRAFTS)
@requires(Permission.TENDER_EDIT)
def notice_drafts(tender: str) -> ResponseReturnValue:
    found = tender_for(signed_in_user(), tender, to=Permission.TENDER_EDIT)
    kinds = {recorded.kind_of(one) for one in recorded.notices_of(found) if not one.struck_at}
    return render_template(
        "records/notice_drafts.html",
        tender=found,
        forms=[(form, title_of(form)) for form in _forms(found)],
        kinds=shipped_notices().kinds,
        recorded=kinds,
    )


@pages.get(DRAFTS + "/<string:kind>")
@requires(Permission.TENDER_EDIT)
def notice_draft(tender: str, kind: str) -> ResponseReturnValue:
    found, form, boxes = _draft(tender, kind)
    measured = _contracts(found) if kind == OF_PERFORMANCE else []
    return render_template(
        "records/notice_draft.html",
        tender=found,
        form=form,
        title=title_of(form),
        law=shipped_notices().kinds[form.kind].law,
        boxes=[(box, _place(found, box)) for box in boxes],
        missing=[(box, _place(found, box)) for box in boxes if box.is_missing],
        measured=measured,
        waits_for_results=not results_of(found) and any(b.box.after_results for b in boxes),
    )


@pages.get(DRAFTS + "/<string:kind>/draft.txt")
@requires(Permission.TENDER_EDIT)
def notice_draft_text(tender: str, kind: str) -> ResponseReturnValue:
    found, form, boxes = _draft(tender, kind)
    return _file(as_text(title_of(form), boxes), f"{form.kind}-{found.token}.txt", "text/plain")


@pages.get(DRAFTS + "/<string:kind>/draft.csv")
@requires(Permission.TENDER_EDIT)
def notice_draft_csv(tender: str, kind: str) -> ResponseReturnValue:
    found, form, boxes = _draft(tender, kind)
    return _file(as_csv(boxes), f"{form.kind}-{found.token}.csv", "text/csv")


def address_of_draft(viewer: Viewer, tender: Tender, kind: str) -> str:
    """Return the address of a draft, for pages of earlier stations; empty where there is none."""
    offered = any(one.kind == kind for one in _forms(tender))
    if not offered or not works_on(viewer, tender):
        return ""
    if not viewer.may(Permission.TENDER_EDIT, tender_id=tender.id):
        return ""
    return url_for("records.notice_draft", tender=tender.token, kind=kind)


def _draft(token: str, kind: str) -> tuple[Tender, NoticeForm, list[Filled]]:
    """Return the draft of a notice. Raises NoResultFound for a kind that is not offered."""
    found = tender_for(signed_in_user(), token, to=Permission.TENDER_EDIT)
    form = next((one for one in _forms(found) if one.kind == kind), None)
    if form is None:
        raise NoResultFound
    values = values_for(found, clock.london(clock.now()).date(), _contracts(found))
    return found, form, filled(form, values, has_results=bool(results_of(found)))


def _contracts(tender: Tender) -> list[ContractSeen]:
    """Return the contracts of the tender that the viewer may read."""
    return [one for one in contracts_of(signed_in_user()) if one.tender.id == tender.id]


def _forms(tender: Tender) -> list[NoticeForm]:
    """Return the forms that may be relevant, as they are above or below the threshold.

    The end without an award is offered once a tender is cancelled, a direct award where the facts
    say so; whether there are bids changes nothing.
    """
    facts = facts_of(tender)
    above, direct = facts.get("above_threshold") != "no", facts.get("procedure") == "direct"
    cancelled = tender.stage is Stage.CANCELLED
    found = (
        form_for(shipped_notice_forms(), kind, above_threshold=above)
        for kind in dict.fromkeys(form.kind for form in shipped_notice_forms())
        if (kind != "UK12" or cancelled) and (kind != "UK5" or direct)
    )
    return [form for form in found if form is not None]


def title_of(form: NoticeForm) -> str:
    return f"{form.kind} {form.title or shipped_notices().kinds[form.kind].title}"


def _place(tender: Tender, filled_box: Filled) -> tuple[str, str] | None:
    """Return name and address of the page where a missing value is entered."""
    known = PLACES.get(filled_box.box.place)
    return None if known is None else (known[0], known[1](tender))


def _file(text: str, name: str, kind: str) -> Response:
    return Response(
        text, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
