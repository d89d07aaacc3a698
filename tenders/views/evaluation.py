"""Evaluators and questions to bidders: decided while a tender is a draft, published with it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from tenders import evaluation as evaluations
from tenders import queries, service
from tenders.evaluation_forms import EvaluationForm
from tenders.rules.lifecycle import Stage
from tenders.service.evaluation import set_evaluation
from tenders.service.planning import SheetChanged
from tenders.views.base import pages

WHOLE_NUMBER = 9


@pages.route("/<token:tender>/evaluation", methods=["GET", "POST"])
@requires(Permission.TENDER_EDIT)
def evaluation(tender: str) -> ResponseReturnValue:
    found = queries.tender_for(signed_in_user(), tender, to=Permission.TENDER_EDIT)
    form = EvaluationForm.of(evaluations.sheet_of(found))
    if form.validate_on_submit():
        try:
            set_evaluation(found, form.rules(), version=_version(form), by=signed_in_user())
        except service.TenderPublished:
            raise
        except SheetChanged as changed:
            form.add_error(str(changed))
            form.version.data = str(changed.saved.version)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("What is published about marking is saved")
            return redirect(url_for("tenders.show", tender=tender))
    elif found.stage is not Stage.DRAFT:
        return redirect(url_for("tenders.show", tender=tender))
    page = render_template("tenders/evaluation.html", form=form, tender=found)
    return page, 422 if form.errors else 200


def _version(form: EvaluationForm) -> int:
    """Return the version the form names; what is no number is one nobody has."""
    typed = str(form.version.data or "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < WHOLE_NUMBER else -1
