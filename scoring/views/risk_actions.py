"""What is done about a risk: its actions, its controls, and bearing it by name.

The same addresses serve the evaluation and the register of the contract: where a risk is dealt with
follows from the stage of its tender and from who won.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import refuse, requires, signed_in_user
from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from scoring.queries.kept_risks import NEEDED, KeptRisk, Phase, kept_risk, who_has_to_accept
from scoring.risk_action_forms import AcceptForm, ActionForm, ControlForm, TakeBackForm, TakeOutForm
from scoring.risk_links import clauses_behind, clauses_to_name
from scoring.rules.actions import Action, Control
from scoring.service.accepting import accept_risk, take_back
from scoring.service.evaluating import NotInEvaluation
from scoring.service.own_registers import NotInOwnRegister
from scoring.service.risk_actions import (
    ChangedMeanwhile,
    ControlTerms,
    set_action,
    set_control,
)
from scoring.views.blueprint import pages

RISK = "/risks/<token:risk>"


@pages.route(f"{RISK}/actions/new", methods=["GET", "POST"])
@requires(Permission.RISK_READ)
def action_add(risk: str) -> ResponseReturnValue:
    viewer, kept = _to_change(risk)
    return _action(viewer, kept, None)


@pages.route(f"{RISK}/actions/<token:action>", methods=["GET", "POST"])
@requires(Permission.RISK_READ)
def action(risk: str, action: str) -> ResponseReturnValue:
    viewer, kept = _to_change(risk)
    return _action(viewer, kept, _one(kept.row.listed_actions, action))


@pages.route(f"{RISK}/controls/new", methods=["GET", "POST"])
@requires(Permission.RISK_READ)
def control_add(risk: str) -> ResponseReturnValue:
    viewer, kept = _to_change(risk)
    return _control(viewer, kept, None)


@pages.route(f"{RISK}/controls/<token:control>", methods=["GET", "POST"])
@requires(Permission.RISK_READ)
def control(risk: str, control: str) -> ResponseReturnValue:
    viewer, kept = _to_change(risk)
    return _control(viewer, kept, _one(kept.row.controls, control))


@pages.post(f"{RISK}/controls/<token:control>/take-out")
@requires(Permission.RISK_READ)
def control_take_out(risk: str, control: str) -> ResponseReturnValue:
    viewer, kept = _to_change(risk)
    known = _one(kept.row.controls, control)
    form = TakeOutForm()
    terms = ControlTerms(
        kind=known.kind, words=known.words, clause_id=known.clause_id, is_taken_out=True
    )
    if form.validate_on_submit():
        set_control(kept, terms, control=control, based_on=form.number, by=viewer)
        flash("The control is taken out; its words stay in the history")
    return redirect(page_of(kept, "controls"))


@pages.route(f"{RISK}/accept", methods=["GET", "POST"])
@requires(Permission.RISK_READ)
def accept(risk: str) -> ResponseReturnValue:
    """Bear what is left of a risk above the appetite, as the role its scale asks for."""
    viewer, kept = _to_accept(risk)
    form = AcceptForm.of(_accepted_so_far(kept), kept.row.residual)

    def save() -> None:
        accept_risk(kept, form.terms, based_on=form.number, by=viewer)

    def show_again() -> None:
        form.show_again(_accepted_so_far(kept), kept.row.residual)

    said = f"{kept.risk_id} is accepted by you until the day you entered"
    return _page(
        "scoring/risk_accept.html",
        kept,
        form,
        save,
        said,
        "acceptance",
        show_again,
        who_has_to=who_has_to_accept(viewer, kept.tender, kept.row),
    )


@pages.route(f"{RISK}/take-back", methods=["GET", "POST"])
@requires(Permission.RISK_READ)
def take_back_acceptance(risk: str) -> ResponseReturnValue:
    viewer, kept = _to_accept(risk)
    form = TakeBackForm(data={"based_on": str(_accepted_so_far(kept))})

    def save() -> None:
        take_back(kept, (form.why.data or "").strip(), based_on=form.number, by=viewer)

    said = f"{kept.risk_id} is accepted no longer"
    return _page(
        "scoring/risk_take_back.html",
        kept,
        form,
        save,
        said,
        "acceptance",
        lambda: form.rebase(_accepted_so_far(kept)),
    )


def page_of(kept: KeptRisk, anchor: str = "") -> str:
    """Return the address of the page on which the risk is dealt with."""
    where: dict[str, Any] = {"risk": kept.token}
    endpoint = "scoring.risk"
    if kept.phase is Phase.CONTRACT:
        endpoint, where["tender"] = "scoring.own_risk", kept.tender.token
    return url_for(endpoint, **where, _anchor=anchor or None)


def _action(viewer: Viewer, kept: KeptRisk, known: Action | None) -> ResponseReturnValue:
    form = ActionForm.of(known)
    token = known.token if known else ""

    def save() -> None:
        set_action(kept, form.terms, action=token, based_on=form.number, by=viewer)

    said = "The action is saved" if known else "The action is added"
    return _page(
        "scoring/risk_action.html",
        kept,
        form,
        save,
        said,
        "to-do",
        lambda: form.rebase(known.number if known else 0),
        action=known,
    )


def _control(viewer: Viewer, kept: KeptRisk, known: Control | None) -> ResponseReturnValue:
    related = clauses_behind(kept.bid, kept.row)
    form = ControlForm.of(known, clauses_to_name(kept.bid), related)
    token = known.token if known else ""

    def save() -> None:
        set_control(kept, form.terms, control=token, based_on=form.number, by=viewer)

    said = "The control is saved" if known else "The control is added"
    return _page(
        "scoring/risk_control.html",
        kept,
        form,
        save,
        said,
        "controls",
        lambda: form.rebase(known.number if known else 0),
        control=known,
        take_out=TakeOutForm(formdata=None, data={"based_on": str(known.number)})
        if known
        else None,
    )


def _page(
    template: str,
    kept: KeptRisk,
    form: Any,
    save: Callable[[], None],
    said: str,
    anchor: str,
    show_again: Callable[[], None],
    **more: object,
) -> ResponseReturnValue:
    """Save what was sent and lead back to the risk, or show the form with what is wrong."""
    if form.validate_on_submit():
        try:
            save()
        except (NotInEvaluation, NotInOwnRegister):
            raise
        except ChangedMeanwhile as error:
            show_again()
            form.add_error(str(error))
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(said)
            return redirect(page_of(kept, anchor))
    shown = render_template(
        template, kept=kept, row=kept.row, form=form, back_to=page_of(kept), **more
    )
    return shown, 422 if form.errors else 200


def _to_change(risk: str) -> tuple[Viewer, KeptRisk]:
    viewer = signed_in_user()
    kept = kept_risk(viewer, risk)
    if not kept.may_change(viewer):
        refuse(viewer, NEEDED.get(kept.phase, Permission.RISK_DECIDE))
    return viewer, kept


def _to_accept(risk: str) -> tuple[Viewer, KeptRisk]:
    viewer = signed_in_user()
    kept = kept_risk(viewer, risk)
    if not kept.may_accept(viewer):
        refuse(viewer, Permission.RISK_ACCEPT)
    return viewer, kept


def _accepted_so_far(kept: KeptRisk) -> int:
    return kept.row.acceptance.number if kept.row.acceptance else 0


def _one(listed: tuple[Any, ...], token: str) -> Any:
    """Return the one of the list with this token. Raises NoResultFound."""
    found = next((one for one in listed if one.token == token), None)
    if found is None:
        raise NoResultFound
    return found
