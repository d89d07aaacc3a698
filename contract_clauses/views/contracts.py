"""The contracts of an authority: the list, one contract, recording it, and what happens to it."""

from __future__ import annotations

from datetime import date

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import current_viewer, requires, signed_in_user
from accounts.rules.roles import Permission
from contract_clauses.again_named import named_again
from contract_clauses.bids_to_read import bids_to_read
from contract_clauses.contract_forms import ContractForm, change_form
from contract_clauses.obligations_shown import next_due
from contract_clauses.queries.contracts import (
    ContractSeen,
    after_award,
    contract_seen,
    contracts_of,
)
from contract_clauses.queries.obligation_history import file_shown, files_of
from contract_clauses.queries.obligations import obligations_of
from contract_clauses.queries.reassessing import Rounds
from contract_clauses.queries.recording import keepers, published_of, signed_on
from contract_clauses.rules.contracts import EventKind
from contract_clauses.rules.obligations import DueState
from contract_clauses.service import contracts as service
from contract_clauses.tabs import tabs_of
from contract_clauses.views.base import pages
from contract_clauses.views.issuing import issue_as_word
from foundation.clock import show_date
from foundation.downloads import to_be_saved
from foundation.errors import DomainError
from scoring.queries import bid_in_evaluation
from tenders.models import Tender
from tenders.rules.lifecycle import Stage

CHANGES = {
    "live": (EventKind.LIVE, "Record when the service went live"),
    "extension": (EventKind.EXTENDED, "Take up an extension"),
    "manager": (EventKind.MANAGER, "Name another contract manager"),
    "end": (EventKind.ENDED, "Record that the contract has ended"),
}


pages.add_app_template_global(bids_to_read, "bids_to_read")


@pages.app_template_global()
def pages_of_contract(seen: ContractSeen) -> list[tuple[str, str, str]]:
    """Return (label, endpoint, address) of the pages that stand above each page of a contract."""
    return tabs_of(signed_in_user(), seen)


@pages.app_template_global()
def contracts_of_tender(tender: Tender) -> list[tuple[str, str]]:
    """Return (words, address) of the contracts after a tender, or of what leads to them."""
    viewer = current_viewer()
    if viewer is None or tender.stage is not Stage.AWARDED:
        return []
    if not viewer.may(Permission.CONTRACT_READ, tender_id=tender.id):
        return []
    found = []
    for bid, supplier, contract in after_award(viewer, tender):
        if contract is not None:
            words, address = (
                f"Contract {contract.reference}",
                url_for("contract_clauses.contract", contract=contract.token),
            )
        elif viewer.may(Permission.SCHEDULE_READ, tender_id=tender.id):
            words = "The issue of the schedule, and the contract"
            address = url_for("contract_clauses.issue", bid=bid.token)
        else:
            continue
        found.append((f"{words} with {supplier.name}", address))
    return found


@pages.app_template_filter("iso_day")
def day_in_words(text: str) -> str:
    """Show a day kept as "2026-12-04"."""
    return show_date(date.fromisoformat(text))


@pages.get("/contracts")
@requires(Permission.CONTRACT_READ)
def contracts() -> ResponseReturnValue:
    found = contracts_of(signed_in_user())
    readable = [one for one in found if one.tender.content_destroyed_at is None]
    return render_template(
        "contract_clauses/contracts.html",
        contracts=found,
        obligations=obligations_of(readable) if readable else {},
        shown=DueState.SHOWN,
    )


@pages.route("/schedules/<token:bid>/contract", methods=["GET", "POST"])
@requires(Permission.CONTRACT_KEEP)
def record_contract(bid: str) -> ResponseReturnValue:
    """Record the contract of the viewer's own authority with a successful bid."""
    viewer = signed_in_user()
    found = bid_in_evaluation(viewer, bid, to=Permission.CONTRACT_KEEP)
    tender, own = found.tender, found.opened.bid
    service.must_be_recordable(tender, own, viewer.organisation_id)
    said, people = published_of(tender), keepers(viewer.organisation_id, own)
    form = ContractForm(
        data={
            "signed_on": signed_on(tender),
            "starts_on": said.starts_on,
            "ends_on": said.ends_on,
            "latest_end": said.latest_end or said.ends_on,
            "manager": people[0].token if len(people) == 1 else "",
        }
    )
    form.offer(people)
    if form.validate_on_submit():
        try:
            made = service.record_contract(tender, own, form.new_contract, by=viewer)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("The contract is recorded; the supplier was told")
            return redirect(url_for(".contract", contract=made.token))
    page = render_template("contract_clauses/contract_record.html", bid=found, form=form, said=said)
    return page, 422 if form.errors else 200


@pages.get("/contracts/<token:contract>")
@requires(Permission.CONTRACT_READ)
def contract(contract: str) -> ResponseReturnValue:
    seen = contract_seen(signed_in_user(), contract)
    return render_template(
        "contract_clauses/contract.html",
        seen=seen,
        next_due=next_due(seen.obligations),
        assessment=Rounds(seen).running,
        named_again=named_again,
        details=seen.events[0].details if seen.events else {},
        changes=CHANGES,
        may_keep=_may_keep(seen),
        may_read_schedule=_may(seen, Permission.SCHEDULE_READ),
    )


@pages.route("/contracts/<token:contract>/change/<string:what>", methods=["GET", "POST"])
@requires(Permission.CONTRACT_KEEP)
def change_contract(contract: str, what: str) -> ResponseReturnValue:
    if what not in CHANGES:
        abort(404)
    viewer = signed_in_user()
    seen = contract_seen(viewer, contract, to=Permission.CONTRACT_KEEP)
    kind, heading = CHANGES[what]
    people = keepers(seen.contract.authority_id, seen.bid)
    form = change_form(kind, people)
    if form.validate_on_submit():
        try:
            _change(seen, kind, form)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("Recorded")
            return redirect(url_for(".contract", contract=contract))
    page = render_template(
        "contract_clauses/contract_change.html", seen=seen, form=form, heading=heading, kind=kind
    )
    return page, 422 if form.errors else 200


@pages.get("/contracts/<token:contract>/events")
@requires(Permission.CONTRACT_READ)
def contract_events(contract: str) -> ResponseReturnValue:
    seen = contract_seen(signed_in_user(), contract)
    return render_template("contract_clauses/contract_events.html", seen=seen)


@pages.get("/contracts/<token:contract>/schedule.docx")
@requires(Permission.DOCUMENT_DOWNLOAD)
def contract_document(contract: str) -> ResponseReturnValue:
    seen = contract_seen(signed_in_user(), contract, to=Permission.DOCUMENT_DOWNLOAD)
    return schedule_as_word(seen)


@pages.get("/contracts/<token:contract>/evidence")
@requires(Permission.CONTRACT_READ)
def contract_evidence(contract: str) -> ResponseReturnValue:
    """Every file that was shown, by what it was shown for."""
    seen = contract_seen(signed_in_user(), contract)
    files = files_of(seen, [due.row.id for one in seen.obligations for due in one.dues])
    return render_template(
        "contract_clauses/contract_evidence.html",
        seen=seen,
        shown=[
            (one, due, files[due.row.id])
            for one in seen.obligations
            for due in one.dues
            if due.row.id in files
        ],
    )


@pages.get("/contracts/<token:contract>/evidence/<token:file>")
@requires(Permission.CONTRACT_READ)
def shown_file(contract: str, file: str) -> ResponseReturnValue:
    about, stored = file_shown(contract_seen(signed_in_user(), contract), file)
    return to_be_saved(stored, about.name)


def schedule_as_word(seen: ContractSeen) -> Response:
    """Return the schedule that counts, for either side."""
    issue, schedule = seen.issue, seen.schedule
    if issue is None or schedule is None:
        abort(404)
    return issue_as_word(issue, schedule, seen.supplier.name)


def _change(seen: ContractSeen, kind: EventKind, form: object) -> None:
    viewer = signed_in_user()
    words = form.words.data or ""  # type: ignore[attr-defined]
    if kind is EventKind.MANAGER:
        service.name_manager(seen, form.manager.data or "", words, by=viewer)  # type: ignore[attr-defined]
        return
    done = {
        EventKind.LIVE: service.go_live,
        EventKind.EXTENDED: service.extend,
        EventKind.ENDED: service.end_contract,
    }[kind]
    done(seen, form.day.data, words, by=viewer)  # type: ignore[attr-defined]


def _may(seen: ContractSeen, permission: Permission) -> bool:
    return signed_in_user().may(permission, tender_id=seen.tender.id)


def _may_keep(seen: ContractSeen) -> bool:
    return _may(seen, Permission.CONTRACT_KEEP)
