"""What the pages that build a questionnaire share: the draft, its page, saving with a lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from tenders import planned, queries, service
from tenders.models import Tender
from tenders.planned import Planned
from tenders.rules.lifecycle import Stage
from tenders.rules.plan import Entry, Plan, PlanError

Change = Callable[[Plan], Plan]


class TellsErrors(Protocol):
    """A form that can show a sentence at a field, or above the form."""

    def add_error(self, message: str, field: str | None = None) -> None: ...


def draft_for(token: str) -> tuple[Tender, Planned]:
    """Return the draft and what it asks; of an open tender that is being amended what it would
    ask. Somebody who only looks is led away from what is published. Raises NoResultFound (a 404),
    TenderPublished."""
    viewer = signed_in_user()
    tender = queries.tender_for(viewer, token, to=Permission.TENDER_EDIT)
    amends = tender.amending_since is not None and viewer.may(
        Permission.TENDER_AMEND, tender_id=tender.id
    )
    is_open = queries.effective_stage(tender, clock.arrived_at()) is Stage.OPEN
    if tender.stage is not Stage.DRAFT and not (amends and is_open):
        if request.method == "GET":
            abort(redirect(url_for("tenders.questions", tender=token)))
        raise service.TenderPublished(
            "You cannot change this tender because it is published: what was asked is frozen"
        )
    return tender, planned.of_draft(tender)


def draft_alone(token: str) -> tuple[Tender, Planned]:
    """Return a draft; an amendment, which keeps its edition and its set of questions, is led back
    to where it is built. Raises NoResultFound and TenderPublished."""
    tender, draft = draft_for(token)
    if tender.amending_since is not None:
        abort(redirect(url_for("tenders.build", tender=token)))
    return tender, draft


def draft_page(template: str, tender: Tender, **shown: Any) -> ResponseReturnValue:
    """Show a page whose form names the plan it was made from."""
    return render_template(
        f"tenders/{template}", tender=tender, based_on=tender.plan_sha256 or "", **shown
    )


def save(tender: Tender, change: Change, note: str, form: TellsErrors) -> bool:
    """Change the plan as a form says; where it cannot be, say why at the form and return False."""
    try:
        _change(tender, change, note)
    except service.TenderPublished:
        raise
    except DomainError as error:
        form.add_error(str(error), error.field)
        return False
    return True


def press_button(tender: Tender, change: Change, note: str) -> bool:
    """Change the plan as a button says; where it cannot be, the next page says why."""
    try:
        _change(tender, change, note)
    except service.TenderPublished:
        raise
    except DomainError as error:
        flash(str(error))
        return False
    return True


def _change(tender: Tender, change: Change, note: str) -> None:
    based_on = request.form.get("based_on", "")
    service.change_plan(tender, change, by=signed_in_user(), based_on=based_on, note=note)


def found_or_404(find: Callable[[Plan, str], Entry], plan: Plan, name: str) -> Entry:
    """Return an entry of the plan. Raises NoResultFound where it is not in it."""
    try:
        return find(plan, name)
    except PlanError as error:
        raise NoResultFound from error
