"""Deciding on what a bid marked confidential."""

from __future__ import annotations

from collections.abc import Iterable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from scoring import queries
from scoring.confidential_forms import ConfidentialityForm, as_decided
from scoring.queries import confidential as marked
from scoring.queries.confidential import MarkToDecide
from scoring.service import DecisionOvertaken, ReasonTooShort
from scoring.service import confidential as service
from scoring.views.blueprint import pages
from supplier_portal.rules.confidential import GROUNDS_IN_WORDS
from tenders.queries import questionnaire_of
from tenders.rules.questionnaire import Questionnaire

ADDRESS = "/bids/<token:bid>/confidential"


@pages.get(ADDRESS)
@requires(Permission.MARK_READ)
def confidential(bid: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.bid_in_evaluation(viewer, bid, to=Permission.MARK_READ)
    entries = marked.marks_to_decide(found)
    return render_template(
        "scoring/confidential.html",
        bid=found,
        entries=entries,
        labels=_labels(found.questionnaire, entries),
        files={file.token: file for file in found.opened.evidence},
        grounds=GROUNDS_IN_WORDS,
        may_decide=viewer.may(Permission.COMPLIANCE_DECIDE, tender_id=found.tender.id),
    )


@pages.route(ADDRESS + "/<token:mark>", methods=["GET", "POST"])
@requires(Permission.COMPLIANCE_DECIDE)
def decide_confidential(bid: str, mark: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.bid_in_evaluation(viewer, bid, to=Permission.COMPLIANCE_DECIDE)
    entry = _entry_of(marked.marks_to_decide(found), mark)
    form = ConfidentialityForm(data=as_decided(entry))
    if form.validate_on_submit():
        try:
            service.decide_confidentiality(found, entry, form.given, by=viewer)
        except DecisionOvertaken as error:
            form.rebase(entry.number)
            form.add_error(str(error), error.field)
        except ReasonTooShort as error:
            form.add_error(str(error), error.field)
        else:
            flash("Your decision is saved. The supplier can read it")
            return redirect(url_for(".confidential", bid=bid))
    return render_template(
        "scoring/confidential_decision.html",
        bid=found,
        entry=entry,
        labels=_labels(found.questionnaire, [entry]),
        files={file.token: file for file in found.opened.evidence},
        grounds=GROUNDS_IN_WORDS,
        form=form,
    )


@pages.get("/my-bids/<token:bid>/confidential")
@requires(Permission.BID_READ)
def my_confidential(bid: str) -> ResponseReturnValue:
    """Show the supplier what its last submission marked, and what was decided so far."""
    found, entries = marked.my_marks(signed_in_user(), bid)
    return render_template(
        "scoring/my_confidential.html",
        bid=found,
        entries=entries,
        labels=_labels(questionnaire_of(found.tender), entries),
        grounds=GROUNDS_IN_WORDS,
    )


def _entry_of(entries: Iterable[MarkToDecide], token: str) -> MarkToDecide:
    for entry in entries:
        if entry.mark.token == token:
            return entry
    raise NoResultFound


def _labels(questionnaire: Questionnaire, entries: Iterable[MarkToDecide]) -> dict[str, str]:
    """Return what the parts concerned are called, by id."""
    parts = questionnaire.parts
    wanted = {entry.mark.part_id for entry in entries}
    return {part_id: parts[part_id].label for part_id in wanted if part_id in parts}
