"""The second step of a sign-in: a one-time code or a passkey, after the first was right.

That it was right is kept for ten minutes in a signed value that the browser holds in a cookie of
its own. It is good for nothing else, and over once the password changes.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import select

from accounts import queries
from accounts.models import Organisation, Person, SignInProvider
from accounts.queries.providers import closed_to_passwords
from accounts.rules.providers import AND_CODE
from accounts.service.browsers import NOWHERE, Here
from accounts.service.codes import PROVEN_BY, check_code
from accounts.service.signing_in import start_session
from foundation import clock
from foundation.canonical import sha256_hex
from foundation.database import db
from foundation.errors import DomainError

VALID_FOR = timedelta(minutes=10)


class FirstStepOver(DomainError):
    """The password was typed too long ago, in another browser, or is another now."""


def proof_of_first_step(person: Person, *, provider_id: int | None = None) -> str:
    """Return what says that the password of ``person`` was typed just now.

    ``provider_id``: that this provider of his authority said who it is.
    """
    said = [person.token, _mark(person), clock.now().timestamp(), provider_id]
    return _serializer().dumps(said)


def sign_in_with_code(proof: str, typed: str, *, here: Here = NOWHERE) -> str:
    """Return the token of a new sign-in. Raises FirstStepOver, WrongCode and HeldBack."""
    person, provider_id = first_step(proof)
    how = check_code(person, typed, here=here)
    organisation = _organisation_for(person, provider_id)
    if organisation is None:
        raise FirstStepOver("You cannot sign in because you no longer belong to an organisation")
    return start_session(
        person,
        organisation,
        user_agent=here.user_agent,
        proven_by=PROVEN_BY[how] if provider_id is None else AND_CODE,
        provider_id=provider_id,
        proven_at=clock.now() if provider_id is not None else None,
    )


def first_step(proof: str) -> tuple[Person, int | None]:
    """Return who did the first step in this browser, and by which provider if by one.

    Raises FirstStepOver.
    """
    over = FirstStepOver("Sign in again: more than 10 minutes have passed, or something changed")
    try:
        token, mark, typed_at, provider_id = _serializer().loads(proof)
        is_late = clock.now() - datetime.fromtimestamp(typed_at, UTC) >= VALID_FOR
    except (BadData, ValueError, TypeError):
        raise over from None
    person = db.session.scalars(select(Person).where(Person.token == token, Person.active)).first()
    if is_late or person is None or mark != _mark(person):
        raise over
    return person, provider_id


def _organisation_for(person: Person, provider_id: int | None) -> Organisation | None:
    """Return for whom the sign-in is: a provider's authority, or where a password counts."""
    if provider_id is None:
        return queries.last_organisation_of(person, but=closed_to_passwords(person.id))
    provider = db.session.get(SignInProvider, provider_id)
    is_on = provider is not None and provider.switched_on_at is not None
    mine = queries.organisations_of(person) if provider is not None and is_on else []
    return next((one for one in mine if provider and one.id == provider.organisation_id), None)


def _mark(person: Person) -> str:
    """Return what changes with the password and gives nothing of it away."""
    return sha256_hex(f"first step:{person.password_hash}")[:32]


def _serializer() -> URLSafeSerializer:
    # The last one signs; what an earlier one signed opens too.
    earlier = current_app.config.get("SECRET_KEY_FALLBACKS") or ()
    return URLSafeSerializer(
        [*earlier, current_app.secret_key or ""],
        salt="first step of a sign-in",
        signer_kwargs={"digest_method": hashlib.sha256},
    )
