"""Who works on one bid: roles for this tender alone, who answers what, who has a question open."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts import service as accounts
from accounts.access import quiet, requires, signed_in_user
from accounts.forms import InviteForm, RolesForm
from accounts.queries import member_of, pending_invitations
from accounts.rules.people import role_name
from accounts.rules.roles import OrganisationKind, Permission, Role
from accounts.views.team import invitations_sent
from foundation import clock
from foundation.errors import DomainError
from foundation.fields import Choice
from supplier_portal import queries, service, sharing
from supplier_portal.forms_sharing import GiveManyForm
from supplier_portal.overview import Workspace, why_closed
from supplier_portal.rules.progress import counted
from supplier_portal.views.base import may, may_write, pages, workspace_for

TEAM = "/bids/<token:bid>/team"


@pages.get(TEAM)
@requires(Permission.BID_READ)
def team(bid: str) -> ResponseReturnValue:
    workspace = workspace_for(bid)
    return team_page(workspace, give_form(workspace))


@pages.post(TEAM + "/give")
@requires(Permission.ANSWER_WRITE)
def give_many(bid: str) -> ResponseReturnValue:
    """Give whole sections and single questions at once, all or none."""
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    form = give_form(workspace)
    if form.validate_on_submit():
        try:
            count = service.give_questions(
                workspace.bid,
                form.chosen(workspace.questionnaire),
                form.person_token,
                by=signed_in_user(),
                arrived_at=clock.arrived_at(),
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"Saved. {counted(count, 'question')} changed hands")
            return redirect(url_for(".team", bid=bid))
    return team_page(workspace, form), 422


@pages.route(TEAM + "/invite", methods=["GET", "POST"])
@requires(Permission.TEAM_MANAGE)
def invite_to_bid(bid: str) -> ResponseReturnValue:
    found = queries.my_bid(signed_in_user(), bid, to=Permission.TEAM_MANAGE)
    form = InviteForm.of(OrganisationKind.SUPPLIER)
    if form.validate_on_submit():
        try:
            count = accounts.invite(
                form.emails.data or "",
                Role(form.role.data),
                by=signed_in_user(),
                tender_id=found.tender_id,
                tender=found.tender.title,
            )
        except DomainError as error:
            form.show(error)
        else:
            flash(f"{invitations_sent(count)}. Each link works once, for 14 days")
            return redirect(url_for(".team", bid=bid))
    page = render_template(
        "accounts/invite.html",
        form=form,
        tender=found.tender.title,
        back=url_for(".team", bid=bid),
    )
    return page, 422 if request.method == "POST" else 200


@pages.route(TEAM + "/<token:person>", methods=["GET", "POST"])
@requires(Permission.TEAM_MANAGE)
def bid_member(bid: str, person: str) -> ResponseReturnValue:
    """Which roles a colleague holds for this tender alone, beside those for every tender."""
    viewer = signed_in_user()
    found = queries.my_bid(viewer, bid, to=Permission.TEAM_MANAGE)
    member = member_of(viewer, person)
    if not (member.works_on(found.tender_id) or viewer.may_everywhere(Permission.TEAM_MANAGE)):
        raise NoResultFound
    form = RolesForm.of(
        OrganisationKind.SUPPLIER,
        member.roles_for(found.tender_id),
        "What may they do on this bid?",
    )
    if form.validate_on_submit():
        try:
            accounts.set_roles(person, form.chosen, by=viewer, tender_id=found.tender_id)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"Saved what {member.name} may do on this bid")
            return redirect(url_for(".team", bid=bid))
    page = render_template("supplier_portal/bid_member.html", bid=found, member=member, form=form)
    return page, 422 if request.method == "POST" else 200


@pages.post("/bids/<token:bid>/questions/<string:question>/here")
@quiet
@requires(Permission.ANSWER_WRITE)
def here(bid: str, question: str) -> ResponseReturnValue:
    """Take note that the page of a question is open; sent by a script, so nothing is answered."""
    found = queries.my_bid(signed_in_user(), bid, to=Permission.ANSWER_WRITE)
    asked = Workspace(found, {}).question(question)
    if not why_closed(found, clock.arrived_at()):
        service.note_here(found, asked.id, by=signed_in_user(), moment=clock.now())
    return "", 204


@pages.post("/bids/<token:bid>/sign-off/ask")
@requires(Permission.BID_SUBMIT)
def ask_for_sign_off(bid: str) -> ResponseReturnValue:
    found = queries.my_bid(signed_in_user(), bid, to=Permission.BID_SUBMIT)
    asked = service.ask_for_sign_off(found, by=signed_in_user(), arrived_at=clock.arrived_at())
    flash(
        f"Asked {counted(asked, 'certifier')} by email"
        if asked
        else "The certifiers were asked about these answers already"
    )
    return redirect(url_for(".sign_off", bid=bid))


def give_form(workspace: Workspace) -> GiveManyForm:
    people = [
        Choice(colleague.token, colleague.name)
        for colleague in queries.colleagues_of(workspace.bid)
    ]
    return GiveManyForm.of(workspace.questionnaire, people)


def team_page(workspace: Workspace, form: GiveManyForm) -> str:
    bid, viewer = workspace.bid, signed_in_user()
    manages = may(bid, Permission.TEAM_MANAGE)
    return render_template(
        "supplier_portal/team.html",
        bid=bid,
        workspace=workspace,
        team=sharing.bid_team(workspace, viewer),
        pending=pending_invitations(viewer, clock.now(), tender_id=bid.tender_id),
        manages=manages,
        manages_company=viewer.may_everywhere(Permission.TEAM_MANAGE),
        writable=may_write(bid),
        form=form,
        role_name=role_name,
        counted=counted,
    )
