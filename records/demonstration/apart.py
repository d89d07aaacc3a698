"""The demonstration and real bids never share a database: everybody knows its password."""

from __future__ import annotations

from sqlalchemy import inspect, select

from accounts.models import Organisation, Person
from foundation.database import db
from foundation.errors import DomainError
from records.demonstration.people import PEOPLE


class NotApart(DomainError):
    """A database that holds both, or would."""


def must_hold_nothing_else() -> None:
    """Raise NotApart if the database holds organisations that are not the demonstration's."""
    own = {person.organisation for person in PEOPLE}
    other = db.session.scalars(select(Organisation.name).where(Organisation.name.not_in(own)))
    if other.first() is not None:
        raise NotApart(
            "You cannot build the demonstration because this database holds other organisations: "
            "set DATABASE_URL or ASSURANCE_INSTANCE_FOLDER to another place"
        )


def must_not_hold_the_demonstration() -> None:
    """Raise NotApart if somebody of the demonstration could sign in; for the start of a service
    that is not the demonstration. A database without tables holds nobody."""
    if not inspect(db.engine).has_table(Person.__tablename__):
        return
    emails = [person.email for person in PEOPLE]
    if db.session.scalars(select(Person.id).where(Person.email.in_(emails))).first() is not None:
        raise NotApart(
            "The database holds the demonstration, whose password everybody knows: set "
            "ASSURANCE_DEMONSTRATION=1, or DATABASE_URL or ASSURANCE_INSTANCE_FOLDER to another "
            "place"
        )
