"""Signing in and out, and which organisation a sign-in is for."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import delete, update
from sqlalchemy.exc import NoResultFound

from accounts import queries
from accounts.models import Organisation, Person, SignInSession
from accounts.queries import Viewer
from accounts.service.people import HASHER, password_matches
from foundation import audit, clock
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError

# Checked when nobody has the e-mail address, so that the answer takes as long as for a member.
NOBODYS_HASH = HASHER.hash("a password that nobody has")

SESSION_LIMIT = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=5)
USER_AGENT_LENGTH = 120


class SignInRefused(DomainError):
    """E-mail address and password do not belong together; never says which was wrong."""


def sign_in(email: str, password: str, *, user_agent: str = "") -> str:
    """Return the token of a new sign-in session. Raises SignInRefused."""
    person = proven_person(email, password)
    organisation = queries.last_organisation_of(person) if person else None
    if person is None or organisation is None:
        raise SignInRefused("Enter the email address and password of your account", field="email")
    return start_session(person, organisation, user_agent=user_agent)


def proven_person(email: str, password: str) -> Person | None:
    """Return whose email address and password these are; None for nobody, as slowly."""
    person = queries.person_by_email(email)
    matches = password_matches(person.password_hash if person else NOBODYS_HASH, password)
    return person if person is not None and matches and person.active else None


def start_session(person: Person, organisation: Organisation, *, user_agent: str = "") -> str:
    """Sign ``person`` in for ``organisation`` and return the token for the cookie."""
    token, moment = secrets.token_urlsafe(32), clock.now()
    with transaction():
        db.session.add(
            SignInSession(
                token_hash=sha256_hex(token),
                person_id=person.id,
                organisation_id=organisation.id,
                created_at=moment,
                last_seen_at=moment,
                expires_at=moment + SESSION_LIMIT,
                user_agent=user_agent[:USER_AGENT_LENGTH],
            )
        )
        audit.record("person.signed_in", actor=person.token, subject=("person", person.token))
    return token


def sign_out(viewer: Viewer) -> None:
    with transaction():
        db.session.execute(delete(SignInSession).where(SignInSession.id == viewer.session_id))
        audit.record(
            "person.signed_out", actor=viewer.person_token, subject=("person", viewer.person_token)
        )


def note_seen(viewer: Viewer) -> None:
    """Remember that the session is in use, at most every five minutes: most GETs never write."""
    moment = clock.now()
    if moment - viewer.last_seen_at < SEEN_EVERY:
        return
    with transaction():
        db.session.execute(
            update(SignInSession)
            .where(SignInSession.id == viewer.session_id)
            .values(last_seen_at=moment)
        )


def switch_organisation(viewer: Viewer, organisation_token: str) -> None:
    """Let this sign-in act for another organisation of the person. Raises NoResultFound."""
    with transaction():
        person = db.session.get_one(Person, viewer.person_id)
        mine = {found.token: found for found in queries.organisations_of(person)}
        if organisation_token not in mine:
            raise NoResultFound
        act_for(viewer, mine[organisation_token])


def act_for(viewer: Viewer, organisation: Organisation) -> None:
    """Note in the row of this sign-in which organisation it is for; call it in a transaction."""
    db.session.execute(
        update(SignInSession)
        .where(SignInSession.id == viewer.session_id)
        .values(organisation_id=organisation.id)
    )
    audit.record(
        "person.changed_organisation",
        actor=viewer.person_token,
        subject=("person", viewer.person_token),
        organisation=organisation.token,
    )
