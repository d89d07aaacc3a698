"""The pages on which an authority's administrator sets up its own sign-in (OpenID Connect)."""

from __future__ import annotations

from typing import Protocol

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts import queries
from accounts.access import Viewer, requires
from accounts.again import asks_again, asks_before
from accounts.forms import ButtonForm
from accounts.provider_forms import LeaveForm, ProviderForm
from accounts.queries.providers import is_linked, people_outside, provider_of_organisation
from accounts.rules.providers import domains_typed
from accounts.rules.roles import OrganisationKind, Permission
from accounts.service import providers as service
from accounts.service.provider_visits import Purpose, return_address
from accounts.views.base import pages
from accounts.views.by_provider import leave
from accounts.views.team import managing
from foundation.errors import DomainError


class Change(Protocol):
    def __call__(self, *, by: Viewer) -> None: ...


@pages.route("/team/sign-in", methods=["GET", "POST"])
@requires(Permission.TEAM_MANAGE)
@asks_before
def provider_settings() -> ResponseReturnValue:
    viewer = managing_an_authority()
    form = ProviderForm.of(provider_of_organisation(viewer.organisation_id))
    if form.validate_on_submit():
        try:
            service.set_up_provider(form.typed(), by=viewer)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("Saved. Now try it: sign in with it yourself")
            return redirect(url_for(".provider_settings"))
    return settings_page(viewer, form), 422 if request.method == "POST" else 200


@pages.get("/team/sign-in/try")
@requires(Permission.TEAM_MANAGE)
def try_provider() -> ResponseReturnValue:
    """Go and sign in with it, to see whether it works; nothing but that is noted."""
    viewer = managing_an_authority()
    known = service.known_provider(provider_of_organisation(viewer.organisation_id))
    return leave(known, Purpose.TRY, LeaveForm(formdata=None))


@pages.post("/team/sign-in/on")
@requires(Permission.TEAM_MANAGE)
@asks_again
def switch_provider_on() -> ResponseReturnValue:
    return _done(
        service.switch_on,
        "Switched on. Passwords no longer count for your authority",
    )


@pages.post("/team/sign-in/remove")
@requires(Permission.TEAM_MANAGE)
@asks_again
def remove_provider() -> ResponseReturnValue:
    return _done(service.remove_provider, "Taken away. Passwords count again for your authority")


@pages.post("/team/<token:person>/sign-in-link/forget")
@requires(Permission.TEAM_MANAGE)
@asks_again
def forget_link(person: str) -> ResponseReturnValue:
    """Let a colleague be linked anew by the next sign-in with a confirmed address."""
    viewer = managing_an_authority()
    found = queries.member_of(viewer, person)
    service.forget_link(found, by=viewer)
    flash(f"{found.name} is linked anew at the next sign-in")
    return redirect(url_for(".member", person=person))


def managing_an_authority() -> Viewer:
    """Return the viewer if he looks after an authority. Raises NoResultFound (a 404)."""
    viewer = managing()
    if viewer.kind is not OrganisationKind.AUTHORITY:
        raise NoResultFound
    return viewer


def settings_page(viewer: Viewer, form: ProviderForm, button: ButtonForm | None = None) -> str:
    provider = provider_of_organisation(viewer.organisation_id)
    outside = (
        people_outside(viewer.organisation_id, domains_typed(provider.domains)) if provider else []
    )
    return render_template(
        "accounts/provider_settings.html",
        form=form,
        button=button or ButtonForm(formdata=None),
        provider=provider,
        outside=outside,
        is_linked=provider is not None and is_linked(viewer.person_id, provider.id),
        return_address=return_address(viewer.organisation_token),
        is_allowed=bool(current_app.extensions["settings"].sign_in_hosts),
    )


def _done(change: Change, words: str) -> ResponseReturnValue:
    viewer = managing_an_authority()
    try:
        change(by=viewer)
    except service.NotTried as error:
        button = ButtonForm(formdata=None)
        button.add_error(str(error))
        form = ProviderForm(formdata=None, obj=provider_of_organisation(viewer.organisation_id))
        return settings_page(viewer, form, button), 422
    flash(words)
    return redirect(url_for(".provider_settings"))
