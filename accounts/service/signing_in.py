"""Signing in and out, and which organisation a sign-in is for."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.exc import NoResultFound

from accounts import queries
from accounts.models import Organisation, Person, SignInSession
from accounts.queries import Viewer
from accounts.queries.providers import (
    ShownProvider,
    closed_to_passwords,
    provider_of_organisation,
)
from accounts.rules.guessing import counters
from accounts.service import guessing
from accounts.service.browsers import NOWHERE, Here, known_browser
from accounts.service.codes import CodeNeeded, password_is_half
from accounts.service.people import password_matches, renew_hash
from foundation import audit, clock, jobs
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.tokens import new_token

SESSION_LIMIT = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=5)
USER_AGENT_LENGTH = 200

# What is counted, what is recorded, and who is said to have done it.
PASSWORD = "password"
REFUSED, HELD_BACK = "sign_in.refused", "sign_in.held_back"
STRANGER = "stranger"
# The kind of the job that tells somebody of it, and of the message.
GUESSED = "sign_in.guessed"
WAIT = (
    "You cannot sign in here until {until} because too many wrong passwords were entered. A "
    "browser you have signed in with before is not held up, nor one in which you choose "
    "a new password"
)


class SignInRefused(DomainError):
    """E-mail address and password do not belong together; never says which was wrong."""


class ProviderNeeded(DomainError):
    """The password was right and counts no more: the authority has a sign-in of its own."""

    def __init__(self, provider: ShownProvider) -> None:
        super().__init__(
            f"{provider.authority} signs in with {provider.name}: passwords no longer count there",
            field="email",
        )
        self.provider = provider


class OtherSignInNeeded(DomainError):
    """This sign-in may not act for the organisation wanted."""


def sign_in(email: str, password: str, *, here: Here = NOWHERE) -> str:
    """Return the token of a new sign-in.

    Raises SignInRefused, HeldBack, CodeNeeded, and ProviderNeeded where a password that is right
    counts for none of the person's organisations.
    """
    person = proven_person(email, password, here=here)
    closed = closed_to_passwords(person.id) if person else {}
    organisation = queries.last_organisation_of(person, but=closed) if person else None
    if closed and organisation is None:
        raise ProviderNeeded(next(iter(closed.values())))
    if person is None or organisation is None:
        raise SignInRefused("Enter the email address and password of your account", field="email")
    if password_is_half(person.id):
        raise CodeNeeded(person)
    return start_session(person, organisation, user_agent=here.user_agent)


def proven_person(email: str, password: str, *, here: Here = NOWHERE) -> Person | None:
    """Return whose email address and password these are; None for nobody, as slowly.

    Whoever has no account, none that may be used, or no password costs what a wrong password costs:
    the same statements and one comparison. Raises HeldBack.
    """
    account = email.strip().lower()
    tried = begin_try(account, here)
    person = queries.person_by_email(account)
    matches = password_matches(person.password_hash if person else "", password)
    if person is None or not matches or not person.active:
        note_refusal(account, tried)
        return None
    guessing.take_back(tried)
    renew_hash(person, password)
    return person


def begin_try(account: str, here: Here) -> guessing.Try:
    """Count a try at the password of whoever has this address. Raises HeldBack."""
    wanted = counters(
        account,
        here.network,
        known_browser(account, here),
        closing_soon=guessing.closing_soon(),
    )
    return guessing.begin(PASSWORD, wanted, WAIT, field="email")


def note_refusal(account: str, tried: guessing.Try) -> None:
    """Record that a password was wrong, whether or not anybody has this address.

    Who must wait from now on has it told to him, if there is somebody: a job finds out later, so
    that no answer is slower for an address that has an account.
    """
    if tried.is_last:
        with transaction():
            jobs.enqueue(GUESSED, new_token(), {"email": account})
    audit.record_denied(
        HELD_BACK if tried.is_last else REFUSED,
        actor=STRANGER,
        subject=("sign-in", guessing.about_hash(("account", account))),
    )


def start_session(
    person: Person,
    organisation: Organisation,
    *,
    user_agent: str = "",
    proven_by: str = "password",
    provider_id: int | None = None,
    proven_at: datetime | None = None,
) -> str:
    """Sign ``person`` in for ``organisation`` and return the token for the cookie.

    ``provider_id``: the authority's own provider that said who it is; ``proven_at``: when it was
    shown to the provider, or here by a code.
    """
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
                proven_by=proven_by,
                provider_id=provider_id,
                proven_at=proven_at,
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
    """Let this sign-in act for another organisation of the person.

    Raises NoResultFound and OtherSignInNeeded.
    """
    with transaction():
        person = db.session.get_one(Person, viewer.person_id)
        mine = {found.token: found for found in queries.organisations_of(person)}
        if organisation_token not in mine:
            raise NoResultFound
        must_suit_sign_in(viewer, mine[organisation_token])
        act_for(viewer, mine[organisation_token])


def must_suit_sign_in(viewer: Viewer, organisation: Organisation) -> None:
    """Raise OtherSignInNeeded unless the way the viewer signed in counts for ``organisation``."""
    provider = provider_of_organisation(organisation.id)
    required = provider is not None and provider.required
    if viewer.provider_id is None and not required:
        return
    if provider is not None and viewer.provider_id == provider.id:
        return
    how = f"with {provider.name}" if required and provider else "with your password"
    raise OtherSignInNeeded(
        f"To work for {organisation.name}, sign out and sign in {how}: the way you are signed in "
        "now does not count there"
    )


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
