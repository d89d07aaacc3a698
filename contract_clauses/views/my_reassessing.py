"""The supplier's side of a yearly assessment: part by part, saved as it goes, then handed in."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import flask
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from contract_clauses.queries.contracts import ContractSeen, my_contract
from contract_clauses.queries.reassess_files import named_files
from contract_clauses.queries.reassessing import Round, Rounds
from contract_clauses.reassess_forms import HandInForm, PartForm
from contract_clauses.reassess_guide import shipped_guide
from contract_clauses.rules.reassessing import RoundRefused
from contract_clauses.service import reassessing as service
from contract_clauses.views.base import pages
from contract_clauses.views.reassessing import parts_of
from foundation import clock
from foundation.errors import DomainError
from question_bank.rules.answers import show_answer
from question_bank.rules.kinds.rows import cells_in_words
from question_bank.rules.questions import Kind
from supplier_portal import service as portal
from supplier_portal.forms import EvidenceForm
from supplier_portal.views.files import shown_date
from supplier_portal.views.row_cards import row_cards
from supplier_portal.views.typed import Typing, settle_for, typing_on

ADDRESS = "/my-contracts/<token:contract>/assessments"
ONE = ADDRESS + "/<token:assessment>"
PART = ONE + "/parts/<string:part>"


@pages.get(ADDRESS)
@requires(Permission.BID_READ)
def my_reassessments(contract: str) -> ResponseReturnValue:
    seen = my_contract(signed_in_user(), contract)
    return render_template(
        "contract_clauses/reassessments.html",
        seen=seen,
        rounds=Rounds(seen),
        may_keep=False,
        page=".my_reassessment",
    )


@pages.get(ONE)
@requires(Permission.BID_READ)
def my_reassessment(contract: str, assessment: str) -> ResponseReturnValue:
    return _page(*_round(contract, assessment, Permission.BID_READ), HandInForm(formdata=None))


@pages.post(ONE + "/still-right")
@requires(Permission.OBLIGATION_SHOW)
def say_still_right(contract: str, assessment: str) -> ResponseReturnValue:
    """Say of several parts at once that nothing changed."""
    seen, one = _round(contract, assessment, Permission.OBLIGATION_SHOW)
    try:
        done = service.still_right(
            seen,
            assessment,
            request.form.getlist("parts"),
            by=signed_in_user(),
            arrived_at=clock.arrived_at(),
        )
    except DomainError as error:
        form = HandInForm(formdata=None)
        form.add_error(str(error))
        return _page(seen, one, form, request.form.getlist("parts")), 422
    flash(f"{done} saved as still right" if done else "Nothing was selected, so nothing changed")
    return redirect(url_for(".my_reassessment", contract=contract, assessment=assessment))


@pages.post(ONE)
@requires(Permission.OBLIGATION_SHOW)
def hand_in_reassessment(contract: str, assessment: str) -> ResponseReturnValue:
    seen, one = _round(contract, assessment, Permission.OBLIGATION_SHOW)
    form = HandInForm()
    if form.validate_on_submit():
        try:
            service.hand_in(seen, assessment, form.words.data or "", by=signed_in_user())
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("Handed in; the council was told")
            return redirect(url_for(".my_reassessment", contract=contract, assessment=assessment))
    return _page(seen, one, form), 422


@pages.get(PART)
@requires(Permission.BID_READ)
def my_reassessed_part(contract: str, assessment: str, part: str) -> ResponseReturnValue:
    seen, one = _round(contract, assessment, Permission.BID_READ)
    typing = typing_on(seen.bid, typing_page(assessment, part))
    saved = one.saved.get(part)
    form = PartForm(
        one.part(part), one.before.get(part), saved.given if saved else None, typing.fields
    )
    return _part_page(seen, one, part, form, typing)


@pages.post(PART)
@requires(Permission.OBLIGATION_SHOW)
def save_reassessed_part(contract: str, assessment: str, part: str) -> ResponseReturnValue:
    """Save a draft of one part; what cannot be saved stays on the page as it was typed."""
    viewer = signed_in_user()
    seen, one = _round(contract, assessment, Permission.OBLIGATION_SHOW)
    # Once it is handed in the page has no boxes that could show what was typed.
    service.must_be_with_supplier(one)
    form = PartForm(one.part(part), one.before.get(part), None, request.form)
    given = form.read(table_of(one, part))
    if given is not None:
        try:
            service.save_answer(
                seen, assessment, part, given, by=viewer, arrived_at=clock.arrived_at()
            )
        except service.Overtaken as error:
            form.message, form.version = str(error), error.version
            seen, one = _round(contract, assessment, Permission.OBLIGATION_SHOW)
        except RoundRefused:
            raise
        except DomainError as error:
            form.message = str(error)
        else:
            portal.forget_typed(seen.bid, typing_page(assessment, part), by=viewer)
            flash("Draft saved")
            return _after(one, part)
    typing = typing_on(seen.bid, typing_page(assessment, part))
    return _part_page(seen, one, part, form, typing), 422


def table_of(one: Round, part: str) -> Any:
    """Return how a part stands now: as saved in this round, else as before."""
    saved = one.saved.get(part)
    return saved.given.value if saved else one.before.get(part)


def part_with_file(seen: ContractSeen, one: Round, part: str, file_form: EvidenceForm) -> str:
    """Return the page of a part as it stands saved, with what is wrong with a file beside it."""
    typing, saved = typing_on(seen.bid, typing_page(one.token, part)), one.saved.get(part)
    given = saved.given if saved else None
    form = PartForm(one.part(part), one.before.get(part), given, typing.fields)
    return _part_page(seen, one, part, form, typing, file_form)


@pages.after_request
def settle_assessed(response: flask.Response) -> flask.Response:
    """Keep what a page of an assessment did not take, also where no script runs."""
    contract = (request.view_args or {}).get("contract")
    if not contract or "assessment" not in (request.view_args or {}):
        return response
    return settle_for(
        lambda: my_contract(signed_in_user(), contract, to=Permission.OBLIGATION_SHOW).bid, response
    )


def typing_page(assessment: str, part: str, row: int | None = None) -> str:
    """Return the name under which the typing on a page is kept."""
    return f"assessments/{assessment}/{part}" + ("" if row is None else f"/rows/{row}")


def _round(contract: str, token: str, to: Permission) -> tuple[ContractSeen, Round]:
    seen = my_contract(signed_in_user(), contract, to=to)
    return seen, Rounds(seen).round(token)


def _after(one: Round, part: str) -> Response:
    """Go on to the next part that is not looked at, or back to the list."""
    contract = one.seen.token
    left = [again.part for again in one.asked if again.part not in one.saved]
    following = [other for other in left if other != part]
    if request.form.get("then") == "next" and following:
        return redirect(
            url_for(
                ".my_reassessed_part",
                contract=contract,
                assessment=one.token,
                part=following[0],
            )
        )
    return redirect(url_for(".my_reassessment", contract=contract, assessment=one.token))


def _page(seen: ContractSeen, one: Round, form: HandInForm, ticked: Collection[str] = ()) -> str:
    return render_template(
        "contract_clauses/my_reassessment.html",
        seen=seen,
        one=one,
        listed=parts_of(one),
        guide=shipped_guide(),
        form=form,
        ticked=ticked,
        writable=one.is_with_supplier and _may_write(seen),
    )


def _part_page(
    seen: ContractSeen,
    one: Round,
    part: str,
    form: PartForm,
    typing: Typing,
    file_form: EvidenceForm | None = None,
) -> str:
    asked = one.part(part)
    is_table, is_file = asked.kind is Kind.TABLE, asked.kind is Kind.FILE
    stands = (one.before.get(part), table_of(one, part)) if is_file else (None, None)
    before, files = named_files(one, *stands)
    again = next(again for again in one.asked if again.part == part)
    return render_template(
        "contract_clauses/my_reassess_part.html",
        seen=seen,
        one=one,
        part=asked,
        because=[shipped_guide().words(reason) for reason in again.because],
        form=form,
        saved=one.saved.get(part),
        cards=row_cards(asked, table_of(one, part) or []) if is_table else [],
        files_before=before,
        files=files,
        file_form=file_form or EvidenceForm(formdata=None),
        shown_date=shown_date,
        writable=one.is_with_supplier and _may_write(seen),
        typing=typing,
        show_answer=show_answer,
        cells_in_words=cells_in_words,
    )


def _may_write(seen: ContractSeen) -> bool:
    return signed_in_user().may(Permission.OBLIGATION_SHOW, tender_id=seen.tender.id)
