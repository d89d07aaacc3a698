"""Yearly assessments for the council: opened, read beside the answers before, settled."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from contract_clauses.queries.contracts import ContractSeen, contract_seen
from contract_clauses.queries.reassess_effects import effects_of
from contract_clauses.queries.reassessing import Round, Rounds
from contract_clauses.reassess_forms import SETTLE, DecideRoundForm, OpenRoundForm
from contract_clauses.reassess_guide import shipped_guide
from contract_clauses.rules.reassess_differences import PartSeen, seen_part
from contract_clauses.rules.reassessing import RoundState
from contract_clauses.service import reassessing as service
from contract_clauses.views.base import pages
from foundation.errors import DomainError

ADDRESS = "/contracts/<token:contract>/assessments"
ONE = ADDRESS + "/<token:assessment>"


@pages.get(ADDRESS)
@requires(Permission.CONTRACT_READ)
def reassessments(contract: str) -> ResponseReturnValue:
    seen = contract_seen(signed_in_user(), contract)
    return render_template(
        "contract_clauses/reassessments.html",
        seen=seen,
        rounds=Rounds(seen),
        may_keep=_may_keep(seen) and seen.contract.ended_on is None,
        page=".reassessment",
    )


@pages.route(ADDRESS + "/open", methods=["GET", "POST"])
@requires(Permission.CONTRACT_KEEP)
def open_reassessment(contract: str) -> ResponseReturnValue:
    """Show what a round would ask, and why, before it is opened."""
    viewer = signed_in_user()
    seen = contract_seen(viewer, contract, to=Permission.CONTRACT_KEEP)
    guide, rounds = shipped_guide(), Rounds(seen)
    form = OpenRoundForm(data={"due_on": seen.today + guide.to_answer})
    if form.validate_on_submit():
        try:
            made = service.open_round(seen, form.due_on.data, by=viewer)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("The assessment is open; the supplier was told")
            return redirect(url_for(".reassessment", contract=contract, assessment=made.token))
    page = render_template(
        "contract_clauses/reassess_open.html",
        seen=seen,
        form=form,
        rounds=rounds,
        asked=rounds.to_ask(),
        guide=guide,
    )
    return page, 422 if form.errors else 200


@pages.route(ONE, methods=["GET", "POST"])
@requires(Permission.CONTRACT_READ)
def reassessment(contract: str, assessment: str) -> ResponseReturnValue:
    """What differs, part by part, and what the rules make of it; whoever keeps it decides."""
    viewer = signed_in_user()
    seen = contract_seen(viewer, contract)
    one, form = Rounds(seen).round(assessment), DecideRoundForm()
    may_decide = _may_keep(seen) and one.state is RoundState.HANDED_IN
    if form.is_submitted():
        seen = contract_seen(viewer, contract, to=Permission.CONTRACT_KEEP)
    if form.validate_on_submit():
        try:
            words = _decide(seen, assessment, form)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(words)
            return redirect(url_for(".reassessment", contract=contract, assessment=assessment))
    page = render_template(
        "contract_clauses/reassessment.html",
        seen=seen,
        one=one,
        listed=parts_of(one),
        found=_effects(one),
        guide=shipped_guide(),
        form=form,
        may_decide=may_decide,
        may_add=viewer.may(Permission.REGISTER_KEEP, tender_id=seen.tender.id),
    )
    return page, 422 if form.errors else 200


def _decide(seen: ContractSeen, token: str, form: DecideRoundForm) -> str:
    """Do what was chosen and return it in words. Raises RoundRefused."""
    words, by = form.words.data or "", signed_in_user()
    saved = "Your decision is saved; the supplier was told"
    if form.decision.data != SETTLE:
        service.send_back(seen, token, words, by=by)
        return saved
    again = service.settle_round(seen, token, words, by=by)
    if not again:
        return saved
    what = "1 risk or clause is" if again == 1 else f"{again} risks and clauses are"
    return f"{saved}. A cause came that was not known: {what} to be looked at again"


def parts_of(one: Round) -> list[PartSeen]:
    """Return the parts of a round as both sides read them."""
    given, before = one.given, one.before
    return [
        seen_part(one.parts[again.part], again, before.get(again.part), given.get(again.part))
        for again in one.asked
    ]


def _effects(one: Round) -> object:
    viewer = signed_in_user()
    if not one.handed_in or not viewer.may(Permission.RISK_READ, tender_id=one.seen.tender.id):
        return None
    return effects_of(viewer, one, to=Permission.RISK_READ)


def _may_keep(seen: ContractSeen) -> bool:
    return signed_in_user().may(Permission.CONTRACT_KEEP, tender_id=seen.tender.id)
