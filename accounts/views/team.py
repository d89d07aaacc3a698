"""The team of an organisation: who belongs to it, which role each holds, who is invited."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound
from werkzeug.wrappers import Response

from accounts import queries, service
from accounts.access import Viewer, requires, signed_in_user
from accounts.forms import ButtonForm, InviteForm, RolesForm
from accounts.queries import Member, tender_ids_of
from accounts.queries.providers import is_linked, provider_of_organisation
from accounts.queries.sign_ins import sign_ins_of
from accounts.rules.people import IN_WORDS, role_name, roles_of_kind
from accounts.rules.roles import OrganisationKind, Permission, Role
from accounts.service.code_setup import what_may_be_taken
from accounts.views.base import is_own_page, pages
from foundation import clock
from foundation.errors import DomainError

# Returns the title and the address of the team page of each tender; a later station knows them.
TenderLinks = Callable[[Viewer, Iterable[int]], Mapping[int, tuple[str, str]]]
UNKNOWN_TENDER = ("one tender", "")


@pages.get("/team")
@requires(Permission.TEAM_READ)
def team() -> ResponseReturnValue:
    viewer = signed_in_user()
    members = queries.members_of(viewer)
    pending = queries.pending_invitations(viewer, clock.now())
    links = tender_links(viewer, members, [one.tender_id for one in pending if one.tender_id])
    return render_template(
        "accounts/team.html",
        members=members,
        pending=pending,
        links=links,
        unknown=UNKNOWN_TENDER,
        manages=viewer.may_everywhere(Permission.TEAM_MANAGE),
        of_a_company=viewer.kind is OrganisationKind.SUPPLIER,
        roles=[IN_WORDS[role] for role in roles_of_kind(viewer.kind)],
        role_name=role_name,
        form=ButtonForm(formdata=None),
    )


@pages.route("/team/invite", methods=["GET", "POST"])
@requires(Permission.TEAM_MANAGE)
def invite() -> ResponseReturnValue:
    viewer = managing()
    form = InviteForm.of(viewer.kind)
    status = 200
    if form.validate_on_submit():
        try:
            count = service.invite(form.emails.data or "", Role(form.role.data), by=viewer)
        except DomainError as error:
            form.show(error)
            status = 422
        else:
            flash(f"{invitations_sent(count)}. Each link works once, for 14 days")
            return redirect(url_for(".team"))
    elif request.method == "POST":
        status = 422
    page = render_template(
        "accounts/invite.html",
        form=form,
        back=url_for(".team"),
        of_a_company=viewer.kind is OrganisationKind.SUPPLIER,
    )
    return page, status


@pages.route("/team/<token:person>", methods=["GET", "POST"])
@requires(Permission.TEAM_MANAGE)
def member(person: str) -> ResponseReturnValue:
    viewer = managing()
    found = queries.member_of(viewer, person)
    form = RolesForm.of(viewer.kind, found.roles)
    provider = provider_of_organisation(viewer.organisation_id)
    status = 200
    if form.validate_on_submit():
        try:
            service.set_roles(person, form.chosen, by=viewer)
        except DomainError as error:
            form.add_error(str(error), error.field)
            status = 422
        else:
            flash(f"Saved what {found.name} may do")
            return redirect(url_for(".team"))
    elif request.method == "POST":
        status = 422
    page = render_template(
        "accounts/member.html",
        member=found,
        form=form,
        links=tender_links(viewer, [found]),
        unknown=UNKNOWN_TENDER,
        role_name=role_name,
        provider=provider,
        is_linked=provider is not None and is_linked(found.person_id, provider.id),
        beside="" if found.token == viewer.person_token else what_may_be_taken(found.person_id),
        sign_ins=sign_ins_of(
            found.person_id,
            clock.now(),
            this=viewer.session_id,
            organisation_id=viewer.organisation_id,
        ),
    )
    return page, status


@pages.route("/team/<token:person>/take-out", methods=["GET", "POST"])
@requires(Permission.TEAM_MANAGE)
def take_out(person: str) -> ResponseReturnValue:
    viewer = managing()
    found = queries.member_of(viewer, person)
    form = ButtonForm()
    status = 200
    if form.validate_on_submit():
        try:
            service.take_out(person, by=viewer)
        except DomainError as error:
            form.add_error(str(error))
            status = 422
        else:
            if found.token == viewer.person_token:
                return redirect(url_for(".home"))
            flash(f"{found.name} no longer belongs to {viewer.organisation_name}")
            return redirect(url_for(".team"))
    return render_template("accounts/take_out.html", member=found, form=form), status


@pages.post("/team/<token:person>/sign-ins/<token:sign_in>/end")
@requires(Permission.TEAM_MANAGE)
def end_sign_in_of_member(person: str, sign_in: str) -> ResponseReturnValue:
    service.end_sign_in_of_member(person, sign_in, by=managing())
    flash("That browser is signed out")
    return redirect(url_for(".member", person=person))


@pages.post("/team/<token:person>/sign-ins/end")
@requires(Permission.TEAM_MANAGE)
def end_sign_ins_of_member(person: str) -> ResponseReturnValue:
    viewer = managing()
    service.end_sign_ins_of_member(person, by=viewer)
    if person == viewer.person_token:
        return redirect(url_for(".home"))
    flash("Signed out everywhere")
    return redirect(url_for(".member", person=person))


@pages.post("/team/invitations/<token:invitation>/send-again")
@requires(Permission.TEAM_MANAGE)
def send_again(invitation: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    pending = {one.token: one for one in queries.invitations_managed_by(viewer, clock.now())}
    if invitation not in pending:
        raise NoResultFound
    tender_id = pending[invitation].tender_id
    links = tender_links(viewer, (), [tender_id] if tender_id else [])
    title, _link = links.get(tender_id or 0, UNKNOWN_TENDER)
    address = service.send_again(invitation, by=viewer, tender=title)
    flash(f"Sent to {address} again. The link sent before no longer works")
    return back_to_the_team()


@pages.post("/team/invitations/<token:invitation>/withdraw")
@requires(Permission.TEAM_MANAGE)
def withdraw_invitation(invitation: str) -> ResponseReturnValue:
    address = service.withdraw_invitation(invitation, by=signed_in_user())
    flash(f"The invitation to {address} is withdrawn")
    return back_to_the_team()


def managing() -> Viewer:
    """Return the viewer if he looks after the whole team. Raises NoResultFound (a 404)."""
    viewer = signed_in_user()
    if not viewer.may_everywhere(Permission.TEAM_MANAGE):
        raise NoResultFound
    return viewer


def tender_links(
    viewer: Viewer, members: Iterable[Member], more: Iterable[int] = ()
) -> Mapping[int, tuple[str, str]]:
    """Return title and team page of every tender for which somebody holds a role."""
    held = {tender for one in members for tender in tender_ids_of(one.tender_roles)} | set(more)
    known: TenderLinks | None = current_app.extensions.get("tender_links")
    return known(viewer, held) if known is not None and held else {}


def back_to_the_team() -> Response:
    """Go where the button stood: the company's team, or that of one bid."""
    back = request.form.get("back", "")
    return redirect(back if is_own_page(back) else url_for(".team"))


def invitations_sent(count: int) -> str:
    return "1 invitation sent" if count == 1 else f"{count} invitations sent"
