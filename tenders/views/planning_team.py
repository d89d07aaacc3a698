"""Who holds which role for a tender, and giving a colleague one for it alone."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts import queries as accounts
from accounts.access import requires, signed_in_user
from accounts.rules.people import IN_WORDS, role_name
from accounts.rules.roles import Permission, Role
from foundation.errors import DomainError
from tenders import planning, queries
from tenders.planning_forms import RolesForTenderForm
from tenders.service.team import ROLES, set_tender_roles
from tenders.views.base import pages

TEAM = "/<token:tender>/planning/team"


@pages.get(TEAM)
@requires(Permission.TENDER_EDIT)
def planning_team(tender: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.tender_for(viewer, tender, to=Permission.TENDER_EDIT)
    return render_template(
        "tenders/planning_team.html",
        tender=found,
        members=accounts.members_of(viewer),
        names=in_words,
        reasons=planning.history(found, planning.TEAM),
        roles=[IN_WORDS[role] for role in (Role.OFFICER, *ROLES)],
    )


@pages.route(TEAM + "/<token:person>", methods=["GET", "POST"])
@requires(Permission.TENDER_EDIT)
def planning_member(tender: str, person: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.tender_for(viewer, tender, to=Permission.TENDER_EDIT)
    member = accounts.member_of(viewer, person)
    held = sorted(role for role in member.roles_for(found.id) if role in ROLES)
    form = RolesForTenderForm(data={"roles": list(held), "before": " ".join(held)})
    if form.validate_on_submit():
        try:
            set_tender_roles(
                found,
                person,
                form.wanted(),
                before=form.held(),
                by=viewer,
                because=form.because.data or "",
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
            form.before.data = " ".join(held)
        else:
            flash(f"The roles of {member.name} for this tender are saved")
            return redirect(url_for(".planning_team", tender=tender))
    page = render_template(
        "tenders/planning_member.html", tender=found, member=member, form=form, names=in_words
    )
    return page, 422 if form.errors else 200


def in_words(roles: frozenset[Role]) -> str:
    return ", ".join(role_name(role) for role in Role if role in roles)
