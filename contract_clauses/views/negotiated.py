"""Schedules that came back: taking one in, reading it, deciding clause by clause."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from contract_clauses import service
from contract_clauses.models import NegotiatedDecision
from contract_clauses.negotiated_forms import CameBackForm, VerdictForm
from contract_clauses.queries import ScheduledBid
from contract_clauses.queries.negotiated import (
    Negotiated,
    file_of,
    kept_of,
    risks_held_down,
    versions_of,
)
from contract_clauses.queries.negotiated_risks import LookedAt, reopened_by
from contract_clauses.rules.negotiated_parts import Change, ClauseChange, Compared
from contract_clauses.rules.negotiated_pieces import (
    Piece,
    open_in,
    piece_of,
    pieces_of,
    with_only,
)
from contract_clauses.rules.negotiated_taking import Asked
from contract_clauses.rules.own_clauses import is_own_id
from contract_clauses.service.negotiated import LOOSENS, CameBack, comparison, take_in
from contract_clauses.service.negotiated_deciding import (
    asked_of,
    barred,
    decide_negotiated,
    goes_into,
    is_accepted,
    taken,
)
from contract_clauses.views.base import pages, schedule_of_result
from contract_clauses.views.spoiling import flash_saved
from contract_clauses.word.reading_names import names_in
from foundation import clock
from foundation.downloads import to_be_saved
from foundation.errors import DomainError
from foundation.pages import in_words

ADDRESS = "/schedules/<token:bid>/negotiated"
ONE = ADDRESS + "/<token:version>"


@dataclass(frozen=True)
class RiskHeld:
    """A risk of the register that a clause holds down, with its page for those who may read it;
    ``looked``: that it was reopened for this file, and what came of it."""

    words: str
    address: str
    looked: LookedAt | None = None

    @property
    def is_open(self) -> bool:
        return self.looked is not None and self.looked.settled is None


@dataclass(frozen=True)
class Shown:
    """A piece of a clause, and what was decided on it by itself."""

    piece: Piece
    decision: NegotiatedDecision | None
    accepted: bool


@pages.get(ADDRESS)
@requires(Permission.SCHEDULE_READ)
def negotiated(bid: str) -> ResponseReturnValue:
    """The files that came back, and the form for the next."""
    return _list(schedule_of_result(bid, Permission.SCHEDULE_READ))


@pages.post(ADDRESS)
@requires(Permission.SCHEDULE_EDIT)
def take_in_negotiated(bid: str) -> ResponseReturnValue:
    found = schedule_of_result(bid, Permission.SCHEDULE_EDIT)
    form = CameBackForm()
    if form.validate_on_submit():
        sent = form.file.data
        new = CameBack(sent.filename or "", sent.stream, form.remark.data or "", clock.arrived_at())
        try:
            row = take_in(found, new, by=signed_in_user())
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("Read and compared: decide on each clause that came back otherwise")
            return redirect(url_for(".negotiated_version", bid=bid, version=row.token))
    return _list(schedule_of_result(bid, Permission.SCHEDULE_EDIT), form), 422


@pages.get(ONE)
@requires(Permission.SCHEDULE_READ)
def negotiated_version(bid: str, version: str) -> ResponseReturnValue:
    """What one file says otherwise, clause by clause."""
    found = schedule_of_result(bid, Permission.SCHEDULE_READ)
    versions = versions_of(found)
    seen = _one(versions, version)
    kept = kept_of(found, seen.row)
    compared = comparison(found, kept)
    return render_template(
        "contract_clauses/negotiated_version.html",
        bid=found,
        one=seen,
        kept=kept,
        compared=compared,
        counts=_counts(compared),
        open=open_in(compared, seen.decisions),
        pieces={change.name: _pieces(seen, change) for change in compared.to_decide},
        own={change.name: _is_own(found, change) for change in compared.to_decide},
        risks=_risks(found, seen),
        barred=barred(found),
        is_latest=seen is versions[0],
        latest=versions[0],
        may_decide=_may_edit(found),
    )


@pages.route(ONE + "/clauses/<string:clause>", methods=["GET", "POST"], defaults={"piece": ""})
@pages.route(ONE + "/clauses/<string:clause>/<string:piece>", methods=["GET", "POST"])
@requires(Permission.SCHEDULE_EDIT)
def decide_on_negotiated(bid: str, version: str, clause: str, piece: str) -> ResponseReturnValue:
    """Accept one clause as it came back, or one sub-clause of it; or leave the draft as it is."""
    found = schedule_of_result(bid, Permission.SCHEDULE_EDIT)
    seen = _one(versions_of(found), version)
    kept = kept_of(found, seen.row)
    change = comparison(found, kept).clause(clause)
    if change is None or not change.differs or (piece and piece_of(change, piece) is None):
        abort(404)
    number, asked = seen.last_number(clause), asked_of(seen, change, piece)
    form = VerdictForm(data={"based_on": str(number)})
    form.speak_of(piece=bool(piece), rest=asked.only is not None)
    if form.validate_on_submit():
        try:
            by = signed_in_user()
            decide_negotiated(found, version, clause, form.verdict, by=by, piece=piece)
        except service.Overtaken as error:
            form.rebase(number)
            form.add_error(str(error))
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash_saved(found, _saved(found, change, piece, form))
            address = url_for(".negotiated_version", bid=bid, version=version)
            return redirect(f"{address}#clause-{clause}")
    page = render_template(
        "contract_clauses/negotiated_clause.html",
        bid=found,
        one=seen,
        change=change,
        shown=change if asked.only is None else with_only(change, asked.only),
        piece=piece,
        pieces=_pieces(seen, change),
        decision=_decision(seen, clause, piece),
        does=taken(found, change, names_in(kept.base), asked),
        into=found.library.topics.get(goes_into(change, found)),
        own=_is_own(found, change),
        loosens=change.change in LOOSENS,
        risks=_risks(found, seen),
        barred=barred(found),
        form=form,
        may_edit=_may_edit(found),
        may_decide=_may_edit(found) and _is_open(seen, asked, clause, piece),
    )
    return page, 422 if form.errors else 200


@pages.get(ONE + "/file")
@requires(Permission.SCHEDULE_READ)
def negotiated_file(bid: str, version: str) -> ResponseReturnValue:
    found = schedule_of_result(bid, Permission.SCHEDULE_READ)
    seen = _one(versions_of(found), version)
    return to_be_saved(file_of(found, seen), seen.name)


def _one(versions: tuple[Negotiated, ...], token: str) -> Negotiated:
    found = next((one for one in versions if one.token == token), None)
    if found is None:
        raise NoResultFound
    return found


def _may_edit(found: ScheduledBid) -> bool:
    may = signed_in_user().may(Permission.SCHEDULE_EDIT, tender_id=found.tender.id)
    return may and found.tender.stage in service.DRAFTED_AT


def _list(found: ScheduledBid, form: CameBackForm | None = None) -> str:
    return render_template(
        "contract_clauses/negotiated.html",
        bid=found,
        versions=versions_of(found),
        barred=barred(found),
        form=form or CameBackForm(formdata=None),
        submitted=form,
        may_edit=_may_edit(found),
    )


def _counts(compared: Compared) -> list[tuple[Change, int, int]]:
    """Return how many clauses, and sub-clauses, each class has."""
    parts = dict.fromkeys(Change, 0)
    for clause in compared.clauses:
        for change, number in clause.counts.items():
            parts[change] += number
    return [(change, compared.counts.get(change, 0), parts[change]) for change in Change]


def _pieces(seen: Negotiated, change: ClauseChange) -> list[Shown]:
    """Return what of a clause is decided on by itself, with the decision on it."""
    return [
        Shown(one, seen.decisions.get(one.name), is_accepted(seen, one))
        for one in pieces_of(change)
    ]


def _decision(seen: Negotiated, clause: str, piece: str) -> NegotiatedDecision | None:
    if piece:
        return seen.decisions.get(f"{clause}:{piece}") or seen.decisions.get(clause)
    return seen.decisions.get(clause)


def _is_open(seen: Negotiated, asked: Asked, clause: str, piece: str) -> bool:
    last = _decision(seen, clause, piece)
    return asked.only != frozenset() and not (last and last.accepted)


def _is_own(found: ScheduledBid, change: ClauseChange) -> bool:
    """Return whether a clause is of the authority's own, so that its text is not the library's."""
    return is_own_id(goes_into(change, found))


def _saved(found: ScheduledBid, change: ClauseChange, piece: str, form: VerdictForm) -> str:
    what = f"a part of “{change.title}”" if piece else f"“{change.title}”"
    said = f"Your decision on {what} is saved"
    held = _risks(found, None).get(change.name)
    if not (form.verdict.accepted and held and change.change in LOOSENS):
        return said
    return f"{said}. To be looked at again: {in_words([risk.words for risk in held])}"


def _risks(found: ScheduledBid, seen: Negotiated | None) -> dict[str, list[RiskHeld]]:
    """Return the risks each clause holds down, for those who may read the register."""
    if not signed_in_user().may(Permission.RISK_READ, tender_id=found.tender.id):
        return {}
    rows = {risk.risk_id: risk.row.token for risk in found.evaluated.risks}
    titles = found.evaluated.questionnaire.bank.risks
    looked = reopened_by(seen.row) if seen else {}
    return {
        clause: [
            RiskHeld(
                f"{risk} {titles[risk].title}" if risk in titles else risk,
                url_for("scoring.risk", risk=rows[risk]),
                looked.get(clause, {}).get(risk),
            )
            for risk in held
        ]
        for clause, held in risks_held_down(found).items()
    }
