"""What a supplier's answers, as they stand, would bind it to."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from contract_clauses import queries
from contract_clauses.queries import MyCommitments
from contract_clauses.rules.outline import sub_clause_in_words
from contract_clauses.rules.promises import in_order_of_date
from contract_clauses.rules.selection import Ground
from contract_clauses.views.base import pages
from contract_clauses.views.other_answers import can_compare
from contract_clauses.views.places import OwnPlaces
from question_bank.rules.fired import Fired


@pages.get("/bids/<token:bid>/commitments")
@requires(Permission.BID_READ)
def commitments(bid: str) -> ResponseReturnValue:
    found = queries.my_commitments(signed_in_user(), bid)
    schedule = found.schedule
    place = OwnPlaces(found.bid.token, found.questionnaire)
    dated, lasting = in_order_of_date(schedule.commitments)
    return render_template(
        "contract_clauses/commitments.html",
        bid=found.bid,
        schedule=schedule,
        place=place,
        opened=request.args.get("open") == "all",
        dated=dated,
        lasting=lasting,
        undated=undated(found),
        opening=[clause for clause in schedule.clauses if not clause.id],
        because_of_answers=of_ground(found, Ground.MET),
        in_every_contract=of_ground(found, Ground.ALWAYS),
        undecided=of_ground(found, Ground.NOT_KNOWN),
        to_try=parts_to_try(found),
        other=lambda part: url_for(".answers", bid=found.bid.token, part=part),
        can_compare=lambda part: can_compare(found.questionnaire.parts.get(part)),
    )


@pages.get("/bids/<token:bid>/submissions/<int:number>/commitments")
@requires(Permission.BID_READ)
def shown(bid: str, number: int) -> ResponseReturnValue:
    """Show what the company was shown when it submitted, as it is stored with the submission."""
    found = queries.shown_at_submission(signed_in_user(), bid, number)
    return render_template(
        "contract_clauses/shown.html",
        bid=found.bid,
        number=found.number,
        outline=found.outline,
        said=found.said,
        place=OwnPlaces(found.bid.token, found.questionnaire),
        texts=[
            (clause, [sub_clause_in_words(found.library, clause, at) for at in clause.sub_clauses])
            for clause in found.outline.clauses
        ]
        if found.outline.library_fingerprint == found.library.fingerprint
        else [(clause, []) for clause in found.outline.clauses],
    )


def undated(found: MyCommitments) -> list[Fired]:
    """Return the promises that hold a schedule back because they have no date."""
    return [case for case in found.evaluation.findings.fired if case.blocks_schedule and case.flag]


def of_ground(found: MyCommitments, ground: Ground) -> list[object]:
    return [clause for clause in found.schedule.clauses if clause.ground == ground]


def parts_to_try(found: MyCommitments) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return, question by question, the parts asked of this bid whose other answers can be
    compared: (heading, [(id, label)])."""
    asked = found.evaluation.situation.parts
    groups = []
    for question in found.questionnaire.bare_questions:
        parts = [(p.id, p.label) for p in question.parts if p.id in asked and can_compare(p)]
        if parts:
            groups.append((f"{question.id} {question.title}", parts))
    return groups
