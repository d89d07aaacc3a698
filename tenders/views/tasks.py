"""Tasks the service gave, for both sides: what, why, where it is dealt with, how it ended."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from tenders.given_tasks import ended_tasks_of, is_told, open_tasks_of, task_for
from tenders.models import GivenTask
from tenders.rules.tasks import days_in_words
from tenders.service.tasks import end_task
from tenders.task_forms import EndTaskForm
from tenders.tasks import days_left, kind_of, names_of, title_of
from tenders.views.base import pages

pages.add_app_template_global(title_of, "title_of_task")
pages.add_app_template_global(days_left, "days_left_of")
pages.add_app_template_filter(days_in_words, "days_away")


@pages.get("/tasks")
@requires(Permission.ACCOUNT_USE)
def tasks() -> ResponseReturnValue:
    """What the service gave the viewer's organisation to do, and what became of it."""
    viewer = signed_in_user()
    still, ended = open_tasks_of(viewer), ended_tasks_of(viewer)
    names = names_of(viewer, [*still, *ended])
    return render_template("tenders/tasks.html", still=still, ended=ended, names=names)


@pages.route("/tasks/<token:task>", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
def task(task: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = task_for(viewer, task)
    form = EndTaskForm() if _may_end(found) else None
    if form is not None and form.validate_on_submit():
        try:
            end_task(found, form.words.data or "", by=viewer)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("The task is done")
            return redirect(url_for(".task", task=task))
    return _page(found, form), 422 if form and form.errors else 200


def _may_end(task: GivenTask) -> bool:
    by_hand = bool(kind_of(task).done_by_hand)
    return task.done_at is None and by_hand and is_told(signed_in_user(), task)


def _page(task: GivenTask, form: EndTaskForm | None) -> str:
    viewer, kind = signed_in_user(), kind_of(task)
    place = kind.place(task)
    name = names_of(viewer, [task]).get(task.id)
    return render_template(
        "tenders/task.html",
        task=task,
        kind=kind,
        about=name or kind.about(viewer, task),
        link=url_for(place[0], **place[1]) if place else "",
        form=form,
    )
