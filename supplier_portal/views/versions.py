"""Every version of an answer, and the way back to an earlier one."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from question_bank.rules.answers import show_answer
from question_bank.rules.questions import Kind, Part
from supplier_portal import queries, service
from supplier_portal.forms import ConfirmForm, version_sent
from supplier_portal.overview import Workspace
from supplier_portal.views.base import may_write, pages, workspace_for

ADDRESS = "/bids/<token:bid>/questions/<string:question>/<string:part>/versions"


@pages.get(ADDRESS)
@requires(Permission.BID_READ)
def versions(bid: str, question: str, part: str) -> ResponseReturnValue:
    workspace = workspace_for(bid)
    asked = part_with_versions(workspace, question, part)
    found = queries.versions_of(workspace.bid, asked.id)
    return render_template(
        "supplier_portal/versions.html",
        bid=workspace.bid,
        question_id=question,
        part=asked,
        versions=[(earlier, in_its_words(workspace, asked, earlier)) for earlier in found],
        writable=may_write(workspace.bid),
        form=ConfirmForm(),
    )


@pages.post(ADDRESS + "/<int:number>")
@requires(Permission.ANSWER_WRITE)
def restore_version(bid: str, question: str, part: str, number: int) -> ResponseReturnValue:
    """Save the words of an earlier version as the newest; nothing of the record is lost."""
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    asked = part_with_versions(workspace, question, part)
    found = queries.versions_of(workspace.bid, asked.id)
    earlier = next((version for version in found if version.version == number), None)
    if earlier is None:
        raise NoResultFound
    service.save_answers(
        workspace.bid,
        {asked.id: (version_sent(request.form), earlier.value)},
        by=signed_in_user(),
        arrived_at=clock.arrived_at(),
    )
    flash(f"Version {number} stands again")
    here = url_for(".question", bid=bid, question=question)
    return redirect(f"{here}#part-{asked.id.replace('.', '-')}")


def in_its_words(workspace: Workspace, part: Part, version: queries.SavedAnswer) -> str:
    """Return a version in words, read as its question was asked when it was saved."""
    tender = workspace.bid.tender
    return show_answer(queries.part_as_answered(tender, part, version.saved_at), version.value)


def part_with_versions(workspace: Workspace, question: str, part_id: str) -> Part:
    """Return a part that is asked and whose answer is words or figures; files stay as they are."""
    for part in workspace.parts_shown(workspace.question(question).question):
        if part.id == part_id and part.kind is not Kind.FILE:
            return part
    raise NoResultFound
