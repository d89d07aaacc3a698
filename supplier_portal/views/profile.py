"""A company's assurance profile: standing answers, written here or kept from a bid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from question_bank.loader import newest_edition
from question_bank.rules.answers import show_answer
from question_bank.rules.questions import Part, Question
from supplier_portal import service
from supplier_portal.forms import ConfirmForm, QuestionForm
from supplier_portal.queries import SavedAnswer
from supplier_portal.queries.profile import Standing, standing_answers
from supplier_portal.rules.carrying import may_be_carried
from supplier_portal.rules.progress import counted
from supplier_portal.views.base import pages, workspace_for
from supplier_portal.views.carried import by_question
from supplier_portal.views.typed import Typing, typing_on

PROFILE = "/profile"
QUESTION = "/profile/questions/<string:question>"
KEEP = "/bids/<token:bid>/keep-answers"


@dataclass(frozen=True)
class Line:
    """A question of the profile: how many of its reusable answers are kept, and since when."""

    question: Question
    kept: int
    of: int
    last: datetime | None


@pages.get(PROFILE)
@requires(Permission.BID_READ)
def profile() -> ResponseReturnValue:
    edition = newest_edition()
    kept = standing_answers(signed_in_user().organisation_id)
    lines = [line_of(question, kept) for question in edition.bank.questions.values()]
    return render_template(
        "supplier_portal/profile.html",
        lines=[line for line in lines if line.of],
        kept=len(kept),
        edition=edition,
        counted=counted,
    )


@pages.get(QUESTION)
@requires(Permission.BID_READ)
def profile_question(question: str) -> ResponseReturnValue:
    asked, kept = found(question), kept_by_us()
    typing = typing_on(None, typing_page(asked))
    form = QuestionForm(asked, reusable(asked), saved(kept), typing.fields)
    if typing.used:
        note_newer(form, kept)
    return profile_page(asked, form, kept, typing)


@pages.post(QUESTION)
@requires(Permission.ANSWER_WRITE)
def keep_standing(question: str) -> ResponseReturnValue:
    """Save every standing answer on the page, or none where one is wrong."""
    asked, kept = found(question), kept_by_us()
    form = QuestionForm(asked, reusable(asked), saved(kept), request.form)
    changes = form.read()
    if not form.errors:
        try:
            written = service.keep_standing(
                changes, by=signed_in_user(), arrived_at=clock.arrived_at()
            )
        except DomainError as error:
            form.message = str(error)
        else:
            flash(f"{counted(len(written), 'standing answer')} saved" if written else "Unchanged")
            return redirect(url_for(".profile"))
    return profile_page(asked, form, kept, typing_on(None, typing_page(asked))), 422


@pages.get(KEEP)
@requires(Permission.BID_READ)
def answers_to_keep(bid: str) -> ResponseReturnValue:
    """Choose which answers of a bid stand in the profile from now on."""
    workspace = workspace_for(bid)
    kept = kept_by_us()
    keepable = {
        part.id: part
        for part in service.parts_to_keep(workspace.bid).values()
        if part.id in workspace.answers
    }
    new = {
        part_id: part
        for part_id, part in keepable.items()
        if part_id not in kept or kept[part_id].value != workspace.answers[part_id]
    }
    return render_template(
        "supplier_portal/answers_to_keep.html",
        workspace=workspace,
        bid=workspace.bid,
        questions=by_question(workspace, new),
        same=len(keepable) - len(new),
        kept=kept,
        form=ConfirmForm(),
        show_answer=show_answer,
        counted=counted,
        writable=signed_in_user().may(Permission.ANSWER_WRITE, tender_id=workspace.bid.tender_id),
    )


@pages.post(KEEP)
@requires(Permission.ANSWER_WRITE)
def keep_answers(bid: str) -> ResponseReturnValue:
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    number = service.keep_from_bid(
        workspace.bid,
        request.form.getlist("part"),
        by=signed_in_user(),
        arrived_at=clock.arrived_at(),
    )
    flash(
        f"{counted(number, 'standing answer')} kept"
        if number
        else "Nothing was ticked, so nothing was kept"
    )
    return redirect(url_for(".profile"))


def kept_by_us() -> Mapping[str, Standing]:
    return standing_answers(signed_in_user().organisation_id)


def found(question_id: str) -> Question:
    """Return a question of the newest edition with reusable parts. Raises NoResultFound (a 404)."""
    question = newest_edition().bank.questions.get(question_id)
    if question is None or not reusable(question):
        raise NoResultFound
    return question


def reusable(question: Question) -> list[Part]:
    return [part for part in question.parts if may_be_carried(part)]


def saved(kept: Mapping[str, Standing]) -> dict[str, SavedAnswer]:
    return {
        part_id: SavedAnswer(stands.value, stands.version, stands.author, stands.saved_at)
        for part_id, stands in kept.items()
    }


def line_of(question: Question, kept: Mapping[str, Standing]) -> Line:
    parts = reusable(question)
    mine = [kept[part.id] for part in parts if part.id in kept]
    return Line(
        question, len(mine), len(parts), max((stands.saved_at for stands in mine), default=None)
    )


def note_newer(form: QuestionForm, kept: Mapping[str, Standing]) -> None:
    """Show what colleagues saved after this was typed: saving it replaces theirs knowingly."""
    for part_id, entry in form.entries.items():
        stands = kept.get(part_id)
        if stands is None or stands.version == form.versions.get(part_id):
            continue
        form.rebase({part_id: stands.version})
        if entry.read().value != stands.value:
            part = next(part for part in form.question.parts if part.id == part_id)
            entry.errors.append(
                f"{stands.author} saved another standing answer after you typed this: "
                f"“{show_answer(part, stands.value)}”. Save yours only if it is to replace it"
            )


def typing_page(question: Question) -> str:
    return f"profile/questions/{question.id}"


def profile_page(
    question: Question, form: QuestionForm, kept: Mapping[str, Standing], typing: Typing
) -> str:
    return render_template(
        "supplier_portal/profile_question.html",
        question=question,
        parts=reusable(question),
        form=form,
        typing=typing,
        kept=kept,
        show_answer=show_answer,
        writable=signed_in_user().may(Permission.ANSWER_WRITE),
    )
