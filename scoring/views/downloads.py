"""The scored workbook and the risk register of a tender, to take away."""

from __future__ import annotations

from dataclasses import replace

from flask import Response
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from scoring import queries
from scoring.queries import EvaluatedBid
from scoring.rules.ranking import Ranked
from scoring.rules.report import EVALUATOR, GivenMark, RequirementDecided
from scoring.views.blueprint import pages
from scoring.workbook import (
    BidForWorkbook,
    WorkbookAbout,
    parts_to_read,
    register_workbook,
    scores_workbook,
)
from tenders.joint import bought_with
from tenders.models import Tender
from tenders.queries import questionnaire_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("/tenders/<token:tender>/scores.xlsx")
@requires(Permission.DOCUMENT_DOWNLOAD)
def scores(tender: str) -> ResponseReturnValue:
    found, bids = _opened(tender)
    places = queries.ranking(bids)
    by_token = {bid.token: bid for bid in bids}
    listed = [for_workbook(by_token[place.candidate.key], place) for place in places]
    about = about_tender(found, f"Scores: {found.title}")
    return sent(scores_workbook(about, listed, questionnaire_of(found)), "scores.xlsx")


@pages.get("/tenders/<token:tender>/risk-register.xlsx")
@requires(Permission.DOCUMENT_DOWNLOAD)
def register(tender: str) -> ResponseReturnValue:
    found, bids = _opened(tender)
    rows = [
        risk.shown(bid.name, bid.evaluation, bid.questionnaire)
        for bid in bids
        for risk in bid.risks
    ]
    # Where several authorities buy together each takes away its own.
    own = signed_in_user().organisation_name if bought_with(found) else ""
    title = f"Risk register of {own}: {found.title}" if own else f"Risk register: {found.title}"
    about = replace(about_tender(found, title), kept_by=own)
    names = [bid.name for bid in bids]
    made = register_workbook(about, rows, questionnaire_of(found), names)
    return sent(made, "risk-register.xlsx")


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
            name: GivenMark(mark.mark, mark.reason, mark.feedback, mark.evaluator.name)
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
