"""Commands about people: `flask people add-authority …`, for those who run the service."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import click
from flask.cli import AppGroup
from sqlalchemy import func, select

from accounts.models import Membership, Organisation
from accounts.rules.roles import Role
from accounts.service import operating, providers
from foundation.database import db
from foundation.errors import DomainError

people = AppGroup("people", help="Organisations, their first people, and who leaves.")
Command = Callable[..., None]


def in_a_sentence(command: Command) -> Command:
    """Show what cannot be done as its one sentence."""

    @wraps(command)
    def careful(*args: object, **kwargs: object) -> None:
        try:
            command(*args, **kwargs)
        except DomainError as error:
            raise click.ClickException(str(error)) from None

    return careful


@people.command("add-authority")
@click.argument("name")
@click.option("--legal-name", default="", help="As a contract must say it, if it differs.")
@click.option("--administrator", default="", help="Address of who is to look after its people.")
@in_a_sentence
def add_authority(name: str, legal_name: str, administrator: str) -> None:
    """Make an authority, and invite its first administrator."""
    organisation = operating.add_authority(name, legal_name=legal_name)
    _made(organisation)
    if administrator:
        _invited(organisation, administrator, Role.ADMINISTRATOR)


@people.command("add-supplier")
@click.argument("name")
@click.option("--legal-name", default="", help="As a contract must say it, if it differs.")
@click.option("--number", default="", help="Company number, if Companies House gave it one.")
@click.option("--bid-lead", default="", help="Address of who is to lead its bids.")
@in_a_sentence
def add_supplier(name: str, legal_name: str, number: str, bid_lead: str) -> None:
    """Make a company, and invite its first bid lead; companies can also register themselves."""
    organisation = operating.add_supplier(name, legal_name=legal_name, number=number)
    _made(organisation)
    if bid_lead:
        _invited(organisation, bid_lead, Role.BID_LEAD)


@people.command("add-person")
@click.argument("organisation")
@click.argument("email")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@in_a_sentence
def add_person(organisation: str, email: str, role: str) -> None:
    """Invite somebody with EMAIL to ORGANISATION (its name or token) as ROLE."""
    _invited(operating.organisation_called(organisation), email, Role(role))


@people.command("list")
def list_organisations() -> None:
    """List organisations: token, kind, how many people, name."""
    rows = db.session.execute(
        select(Organisation, func.count(Membership.person_id.distinct()))
        .outerjoin(Membership, Membership.organisation_id == Organisation.id)
        .group_by(Organisation.id)
        .order_by(Organisation.kind, Organisation.name)
    )
    for organisation, count in rows:
        click.echo(f"{organisation.token}  {organisation.kind:9}  {count:5}  {organisation.name}")


@people.command("deactivate")
@click.argument("email")
@in_a_sentence
def deactivate(email: str) -> None:
    """Let whoever has EMAIL sign in no more; every browser is signed out at once."""
    person = operating.deactivate(email)
    click.echo(f"{person.name} can sign in no more and is signed out")


@people.command("activate")
@click.argument("email")
@in_a_sentence
def activate(email: str) -> None:
    """Let whoever has EMAIL sign in again, with the roles held before."""
    click.echo(f"{operating.activate(email).name} can sign in again")


@people.command("sign-out")
@click.argument("email")
@in_a_sentence
def sign_out(email: str) -> None:
    """Sign whoever has EMAIL out of every browser."""
    count = operating.sign_out_everywhere(email)
    click.echo(f"Signed out of {count} browser{'' if count == 1 else 's'}")


@people.command("allow-passwords")
@click.argument("authority")
@in_a_sentence
def allow_passwords(authority: str) -> None:
    """Let passwords count again for AUTHORITY (its name or token) beside its own sign-in.

    For the day its provider is down. Whoever has no password has a link sent on the sign-in page.
    """
    organisation = operating.organisation_called(authority)
    providers.allow_passwords(organisation)
    click.echo(f"Passwords count again for {organisation.name}; its administrators are told")


def _made(organisation: Organisation) -> None:
    click.echo(f"Made {organisation.kind} {organisation.name}: {organisation.token}")


def _invited(organisation: Organisation, email: str, role: Role) -> None:
    link = operating.invite_somebody(organisation, email, role)
    click.echo(f"Invited {email} to {organisation.name} as {role}. The link works once, 14 days:")
    click.echo(link)
