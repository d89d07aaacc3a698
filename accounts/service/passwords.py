"""Setting another password: with the one known so far, or by a link to one's address.

Whoever asks for a link gets one answer, and costs the same work, whether the address has an account
or not: what is so, a job finds out later. Only the SHA-256 of the secret in a link is kept.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from accounts import queries
from accounts.models import Organisation, PasswordReset, Person
from accounts.queries import Viewer
from accounts.queries.resets import open_reset
from accounts.rules.guessing import Counter
from accounts.rules.registering import checked_address
from accounts.service import guessing
from accounts.service.browsers import Here, forget_browsers
from accounts.service.people import check_new_password, hash_password
from accounts.service.proving import prove_again
from accounts.service.sign_ins import end_sign_ins_of
from accounts.service.signing_in import start_session
from foundation import audit, clock, jobs, mail
from foundation.audit import SYSTEM
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.jobs import Job
from foundation.tokens import new_token

VALID_FOR = timedelta(hours=1)
# Links one address gets in a stretch of time, and one network asks for.
MOST_TO_AN_ADDRESS = 3
MOST_FROM_A_NETWORK = 30

# The kind of the job, and of the messages.
FORGOTTEN = "password.forgotten"
LINK = "password.link"
CHANGED = "password.changed"
mail.CARRY_A_SECRET.add(LINK)


class LinkOver(DomainError):
    """Used, past its time, overtaken by another, or never there: which, nobody is told."""


def change_password(viewer: Viewer, known: str, wanted: str, *, here: Here) -> str:
    """Set another password, end every sign-in and begin a new one, whose token is returned.

    Raises NotProven, HeldBack and WeakPassword.
    """
    prove_again(viewer, known)
    about = (viewer.name, viewer.email, viewer.organisation_name)
    check_new_password(wanted, about=about, field="new_password")
    password_hash = hash_password(wanted)
    with transaction():
        person = _locked(viewer.person_id)
        organisation = db.session.get_one(Organisation, viewer.organisation_id)
        _set(person, password_hash, actor=person.token, how="changed")
        return start_session(
            person, organisation, user_agent=here.user_agent, proven_by=viewer.proven_by
        )


def ask_for_link(email: str, *, here: Here) -> None:
    """Have a link sent to an address if it has an account. Raises WrongDetails.

    Whoever asks too often gets no further message, and nobody is told of that.
    """
    address = checked_address(email)
    wanted = [Counter(("address", address), MOST_TO_AN_ADDRESS)]
    if here.network:
        wanted.append(Counter(("network", here.network), MOST_FROM_A_NETWORK))
    if guessing.may_ask("reset", wanted):
        with transaction():
            jobs.enqueue(FORGOTTEN, new_token(), {"email": address})


def send_link(job: str, payload: Mapping[str, Any]) -> None:
    """Write to an address that asked for a new password, if somebody may sign in with it."""
    with transaction():
        person = queries.person_by_email(payload.get("email", ""))
        # A worker that died after this change finds nothing to do.
        db.session.execute(
            update(Job).where(Job.kind == FORGOTTEN, Job.subject == job).values(payload={})
        )
        if person is None or not person.active or not queries.organisations_of(person):
            return
        void_links(person.id)
        secret, moment = secrets.token_urlsafe(32), clock.now()
        reset = PasswordReset(
            person_id=person.id,
            secret_hash=sha256_hex(secret),
            created_at=moment,
            expires_at=moment + VALID_FOR,
        )
        db.session.add(reset)
        mail.post(LINK, job, [person.email], "Choose a new password", _letter(secret, reset))
        audit.record("password.link_sent", actor=SYSTEM, subject=("person", person.token))


def set_password_by_link(secret: str, wanted: str) -> Person:
    """Set the password of whom the link was sent to, and sign that person out everywhere.

    Nobody is signed in by it: what else is asked for at a sign-in is asked for all the same.
    Raises LinkOver and WeakPassword.
    """
    person = open_reset(secret, clock.now())
    if person is None:
        raise LinkOver("This link can no longer be used")
    places = [one.name for one in queries.organisations_of(person)]
    check_new_password(wanted, about=(person.name, person.email, *places), field="new_password")
    password_hash = hash_password(wanted)
    with transaction():
        person = _locked(person.id)
        # Again, now that nobody else can use it at the same moment.
        if open_reset(secret, clock.now()) is None:
            raise LinkOver("This link can no longer be used")
        _set(person, password_hash, actor=person.token, how="by a link")
    return person


def void_links(person_id: int) -> None:
    """Let no link for a new password work that was sent before; call it in a transaction."""
    db.session.execute(
        update(PasswordReset)
        .where(PasswordReset.person_id == person_id, PasswordReset.used_at.is_(None))
        .values(used_at=clock.now())
    )


def _set(person: Person, password_hash: str, *, actor: str, how: str) -> None:
    person.password_hash = password_hash
    person.password_set_at = clock.now()
    end_sign_ins_of(person.id)
    forget_browsers(person.id)
    void_links(person.id)
    audit.record("password.set", actor=actor, subject=("person", person.token), how=how)
    mail.post(
        CHANGED,
        new_token(),
        [person.email],
        "Your password was changed",
        f"The password of your account was changed on {clock.show_moment(clock.now())}. Every "
        "other browser was signed out.\n\n"
        "If it was not you, choose a new one at once, and tell whoever looks after the team of "
        f"your organisation: {mail.link('accounts.forgotten_password')}\n",
    )


def _locked(person_id: int) -> Person:
    return db.session.scalars(
        select(Person)
        .where(Person.id == person_id, Person.active)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _letter(secret: str, reset: PasswordReset) -> str:
    return (
        "Somebody asked for a new password for the account with this address. Open this link to "
        f"choose one. It works once, until {clock.show_moment(reset.expires_at)}:\n\n"
        f"{mail.link('accounts.new_password', secret=secret)}\n\n"
        "If it was not you, do nothing: your password stays as it is, and without the link nobody "
        "can change it.\n"
    )
