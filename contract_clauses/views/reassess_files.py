"""Files of a yearly assessment: sent and taken out by the supplier, read by both sides."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from contract_clauses.queries.contracts import ContractSeen, contract_seen, my_contract
from contract_clauses.queries.reassess_files import file_of_round
from contract_clauses.queries.reassessing import Round, Rounds
from contract_clauses.service import reassess_files as service
from contract_clauses.views.base import pages
from contract_clauses.views.my_reassessing import PART, part_with_file
from contract_clauses.views.reassessing import ONE
from foundation import clock
from foundation.downloads import to_be_saved
from foundation.errors import DomainError
from question_bank.rules.questions import Kind
from supplier_portal.forms import EvidenceForm

MY_ONE = "/my-contracts/<token:contract>/assessments/<token:assessment>"


@pages.get(ONE + "/files/<token:file>")
@requires(Permission.CONTRACT_READ)
def assessed_file(contract: str, assessment: str, file: str) -> ResponseReturnValue:
    """Send a file that was handed in, or that stood before; never one of a draft."""
    one = Rounds(contract_seen(signed_in_user(), contract)).round(assessment)
    name, stored = file_of_round(one, file)
    return to_be_saved(stored, name)


@pages.get(MY_ONE + "/files/<token:file>")
@requires(Permission.BID_READ)
def my_assessed_file(contract: str, assessment: str, file: str) -> ResponseReturnValue:
    one = Rounds(my_contract(signed_in_user(), contract)).round(assessment)
    name, stored = file_of_round(one, file)
    return to_be_saved(stored, name)


@pages.post(PART + "/files")
@requires(Permission.OBLIGATION_SHOW)
def add_assessed_file(contract: str, assessment: str, part: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    seen, one = _of_files(contract, assessment, part)
    form = EvidenceForm()
    if form.validate_on_submit():
        try:
            service.add_file(
                seen, assessment, part, form.new_file(), by=viewer, arrived_at=clock.arrived_at()
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("File added")
            return _back(contract, assessment, part)
    return part_with_file(seen, one, part, form), 422


@pages.post(PART + "/files/<token:file>/remove")
@requires(Permission.OBLIGATION_SHOW)
def remove_assessed_file(
    contract: str, assessment: str, part: str, file: str
) -> ResponseReturnValue:
    seen, one = _of_files(contract, assessment, part)
    form = EvidenceForm(formdata=None)
    try:
        service.remove_file(
            seen, assessment, part, file, by=signed_in_user(), arrived_at=clock.arrived_at()
        )
    except DomainError as error:
        form.add_error(str(error), error.field)
        return part_with_file(seen, one, part, form), 422
    flash("File removed from this answer")
    return _back(contract, assessment, part)


def _of_files(contract: str, assessment: str, part: str) -> tuple[ContractSeen, Round]:
    seen = my_contract(signed_in_user(), contract, to=Permission.OBLIGATION_SHOW)
    one = Rounds(seen).round(assessment)
    if one.part(part).kind is not Kind.FILE or not one.is_with_supplier:
        raise NoResultFound
    return seen, one


def _back(contract: str, assessment: str, part: str) -> ResponseReturnValue:
    return redirect(
        url_for(".my_reassessed_part", contract=contract, assessment=assessment, part=part)
    )
