"""The scored workbook and the risk register of a tender, to take away."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, abort
from flask.typing import ResponseReturnValue

from accounts.access import refuse, requires, signed_in_user
from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import clock
from scoring import queries
from scoring.queries import EvaluatedBid
from scoring.queries.own_registers import OwnRegister, has_own_registers, register_of
from scoring.queries.ranked import must_be_shown_ranking, must_not_mark_alone
from scoring.queries.register_rows import rows_of
from scoring.register_more import more_of_bids, more_of_contract
from scoring.register_shown import RegisterShown
from scoring.rules.ranking import Ranked
from scoring.rules.report import EVALUATOR, GivenMark, RequirementDecided
from scoring.views.blueprint import pages
from scoring.workbook import BidForWorkbook, WorkbookAbout, parts_to_read
from supplier_portal.queries import must_see_all
from tenders.joint import bought_with
from tenders.models import Tender
from tenders.queries import questionnaire_of

OWN_REGISTER = (
    "The risks of those who won. What was decided in the evaluation is common to authorities that "
    "buy together; treatment, actions, owner, dates and what is left of a risk are what this "
    "authority set since. The change log has both."
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("/tenders/<token:tender>/scores.xlsx")
@requires(Permission.DOCUMENT_DOWNLOAD)
def scores(tender: str) -> ResponseReturnValue:
    from scoring.workbook import scores_workbook  # with the library for Excel

    found, bids = _opened(tender)
    must_read_marks(signed_in_user(), found)
    must_be_shown_ranking(signed_in_user(), found)
    places = queries.ranking(bids)
    by_token = {bid.token: bid for bid in bids}
    listed = [for_workbook(by_token[place.candidate.key], place) for place in places]
    about = about_tender(found, f"Scores: {found.title}")
    return sent(scores_workbook(about, listed, questionnaire_of(found)), "scores.xlsx")


@pages.get("/tenders/<token:tender>/risk-register.xlsx")
@requires(Permission.DOCUMENT_DOWNLOAD)
def register(tender: str) -> ResponseReturnValue:
    """Return the register of all bids; after the results that of the contract, as the authority
    keeps it."""
    found, bids = _opened(tender)
    if has_own_registers(found):
        return _own_register(found, bids)
    _must_see_risks(found)
    # While several authorities evaluate together each takes it away under its own name.
    kept_by = signed_in_user().organisation_name if bought_with(found) else ""
    return _register(found, bids, kept_by)


@pages.get("/tenders/<token:tender>/evaluated-risks.xlsx")
@requires(Permission.DOCUMENT_DOWNLOAD)
def evaluated_risks(tender: str) -> ResponseReturnValue:
    """Return the register of all bids as the evaluation left it, once there is a contract's."""
    found, bids = _opened(tender)
    if not has_own_registers(found):
        abort(404)
    _must_see_risks(found)
    return _register(found, bids, "", "evaluated-risks.xlsx")


def must_read_marks(viewer: Viewer, tender: Tender) -> None:
    """Answer 403 to who may take files away and not read the pages of marks they are made of."""
    if not viewer.may(Permission.MARK_READ, tender_id=tender.id):
        refuse(viewer, Permission.MARK_READ)


def _must_see_risks(tender: Tender) -> None:
    must_see_all(signed_in_user(), tender)
    must_not_mark_alone(signed_in_user(), tender, "take away the risks of bids")


def _register(
    tender: Tender, bids: list[EvaluatedBid], kept_by: str, name: str = "risk-register.xlsx"
) -> Response:
    from scoring.workbook import register_workbook  # with the library for Excel

    # Once there is a contract, what each authority does stands in the register of its own.
    done_by = None if has_own_registers(tender) else signed_in_user().organisation_id
    found = rows_of(done_by, bids)
    rows = [row for bid in bids for _, row in found[bid.token]]
    of = f" of {kept_by}" if kept_by else ""
    title = f"Risk register{of}: {tender.title}"
    about = replace(about_tender(tender, title), kept_by=kept_by)
    names = [bid.name for bid in bids]
    by_bid = {bid.token: [row for _, row in found[bid.token]] for bid in bids}
    more = more_of_bids(signed_in_user(), tender, bids, by_bid)
    return sent(register_workbook(about, rows, questionnaire_of(tender), names, more), name)


def _own_register(tender: Tender, bids: list[EvaluatedBid]) -> Response:
    made = own_register_workbook(signed_in_user(), register_of(signed_in_user(), tender, bids))
    return sent(made, "risk-register.xlsx")


def own_register_workbook(
    viewer: Viewer, register: OwnRegister, shown: RegisterShown | None = None
) -> bytes:
    """Return the register of one authority for the contract: the risks of those who won.

    ``shown``: those of its rows that are wanted.
    """
    from scoring.workbook import register_workbook  # with the library for Excel

    tender = register.tender
    about = replace(
        about_tender(tender, f"Risk register of {register.authority}: {tender.title}"),
        kept_by=register.authority,
        note=OWN_REGISTER if shown is None else " ".join(filter(None, (shown.note, OWN_REGISTER))),
    )
    names = [bid.name for bid in register.winners]
    by_bid = {
        bid.token: [one.row for one in register.risks if one.bid is bid] for bid in register.winners
    }
    numbers = {risk.token: risk.number for risk in register.risks}
    more = more_of_contract(viewer, tender, register.winners, by_bid, numbers)
    rows = register.rows if shown is None else shown.rows
    return register_workbook(about, rows, questionnaire_of(tender), names, more)


def _opened(token: str) -> tuple[Tender, list[EvaluatedBid]]:
    viewer = signed_in_user()
    tender = queries.opened_tender(viewer, token, to=Permission.DOCUMENT_DOWNLOAD)
    return tender, queries.bids_in_evaluation(viewer, tender)


def about_tender(tender: Tender, title: str) -> WorkbookAbout:
    return WorkbookAbout(
        title=title,
        reference=tender.reference,
        made_at=clock.arrived_at(),
        bank_version=questionnaire_of(tender).bank.version,
        questionnaire_sha256=tender.questionnaire_sha256 or "",
    )


def for_workbook(bid: EvaluatedBid, place: Ranked) -> BidForWorkbook:
    return BidForWorkbook(
        name=bid.name,
        evaluation=bid.evaluation,
        marks=bid.numbers,
        mark_source=EVALUATOR,
        # What somebody marked has been read.
        needs_evaluator=tuple(
            part
            for part in parts_to_read(bid.evaluation)
            if (asked := bid.questionnaire.question_of_part(part)) and asked.id in bid.unmarked
        ),
        rank=place.rank,
        why_not_ranked=place.why_not,
        given={
            name: GivenMark(mark.mark, mark.reason, mark.feedback, mark.signed_by.name)
            for name, mark in bid.marks.items()
        },
        decided={
            name: RequirementDecided(entry.passed, entry.reason, entry.decided_by.name)
            for name, entry in bid.decisions.items()
        },
    )


def sent(data: bytes, name: str) -> Response:
    response = Response(data, mimetype=XLSX)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
