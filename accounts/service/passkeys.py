"""Signing in with a passkey: by itself, after a password, and to show again who one is.

A passkey is two proofs in one: the device, and what unlocks it. By itself it signs in for what a
password signs in for, and for nothing where an authority has a sign-in of its own.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from accounts import queries
from accounts.models import Passkey
from accounts.queries import Viewer
from accounts.queries.passkeys import has_passkeys, passkeys_of
from accounts.queries.providers import closed_to_passwords
from accounts.rules.passkeys import AFTER_PASSWORD, ALONE
from accounts.service.browsers import NOWHERE, Here
from accounts.service.passkey_answers import refusal, used_passkey
from accounts.service.passkey_challenges import (
    VALID_FOR,
    Asked,
    Purpose,
    is_possible,
    new_challenge,
    place,
)
from accounts.service.proving import note_proven
from accounts.service.second_step import first_step
from accounts.service.signing_in import start_session

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

# What a browser is given to ask a device with; milliseconds.
PATIENCE = int(VALID_FOR.total_seconds() * 1000)
# Of the record.
BY = "passkey"


def ask_to_sign_in(visit: str, *, here: Here = NOWHERE) -> dict[str, Any]:
    """Return what a browser asks any passkey of this service to sign. Raises HeldBack."""
    return _question(_signing_in(visit, here), [])


def sign_in_with_passkey(visit: str, answer: str, *, here: Here = NOWHERE) -> str:
    """Return the token of a new sign-in. Raises PasskeyRefused and HeldBack."""
    asked = _signing_in(visit, here)
    person = used_passkey(asked, answer).person
    organisation = queries.last_organisation_of(person, but=closed_to_passwords(person.id))
    if organisation is None:
        raise refusal(asked)
    return start_session(person, organisation, user_agent=here.user_agent, proven_by=ALONE)


def may_be_second_step(proof: str) -> bool:
    """Return whether whoever typed the password may go on with a passkey. Raises FirstStepOver."""
    person, provider_id = first_step(proof)
    return may_follow_password(person.id, provider_id)


def may_follow_password(person_id: int, provider_id: int | None) -> bool:
    """Return whether a passkey is offered as the second step; after a provider none is."""
    return provider_id is None and is_possible() and has_passkeys(person_id)


def ask_for_second_step(proof: str, *, here: Here = NOWHERE) -> dict[str, Any]:
    """Return what a passkey of whoever typed the password is to sign.

    Raises FirstStepOver and HeldBack.
    """
    person, _provider_id = first_step(proof)
    return _question(_second_step(proof, person.token, here), passkeys_of(person.id))


def sign_in_with_second_passkey(proof: str, answer: str, *, here: Here = NOWHERE) -> str:
    """Return the token of a new sign-in. Raises FirstStepOver, PasskeyRefused and HeldBack."""
    person, provider_id = first_step(proof)
    asked = _second_step(proof, person.token, here)
    if provider_id is not None:
        raise refusal(asked)
    used_passkey(asked, answer, person_id=person.id)
    organisation = queries.last_organisation_of(person, but=closed_to_passwords(person.id))
    if organisation is None:
        raise refusal(asked)
    return start_session(person, organisation, user_agent=here.user_agent, proven_by=AFTER_PASSWORD)


def may_prove(viewer: Viewer) -> bool:
    """Return whether the viewer may show by a passkey that it is he."""
    return may_follow_password(viewer.person_id, viewer.provider_id)


def ask_for_proof(viewer: Viewer, *, here: Here = NOWHERE) -> dict[str, Any]:
    """Return what a passkey of the viewer is to sign. Raises HeldBack."""
    return _question(_proving(viewer, here), passkeys_of(viewer.person_id))


def prove_with_passkey(viewer: Viewer, answer: str, *, here: Here = NOWHERE) -> None:
    """Note that whoever is at the screen unlocked a passkey of the viewer.

    Raises PasskeyRefused and HeldBack.
    """
    asked = _proving(viewer, here)
    if viewer.provider_id is not None:
        raise refusal(asked)
    used_passkey(asked, answer, person_id=viewer.person_id)
    note_proven(viewer, by=BY)


def descriptors(passkeys: list[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    """Return how a browser finds these passkeys."""
    from webauthn.helpers.structs import AuthenticatorTransport, PublicKeyCredentialDescriptor

    return [
        PublicKeyCredentialDescriptor(
            id=one.credential_id,
            transports=[AuthenticatorTransport(way) for way in one.transports.split()] or None,
        )
        for one in passkeys
    ]


def _question(asked: Asked, passkeys: list[Passkey]) -> dict[str, Any]:
    # Loaded with all it takes apart by the first that asks for a passkey, not by every start.
    import webauthn
    from webauthn.helpers.structs import UserVerificationRequirement

    options = webauthn.generate_authentication_options(
        rp_id=place().id,
        challenge=new_challenge(asked),
        timeout=PATIENCE,
        allow_credentials=descriptors(passkeys),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    question: dict[str, Any] = json.loads(webauthn.options_to_json(options))
    return question


def _signing_in(visit: str, here: Here) -> Asked:
    return Asked(Purpose.SIGN_IN, f"visit {visit}", here=here)


def _second_step(proof: str, person: str, here: Here) -> Asked:
    return Asked(Purpose.SECOND_STEP, f"first step {proof}", person=person, here=here)


def _proving(viewer: Viewer, here: Here) -> Asked:
    return Asked(
        Purpose.PROVE, f"sign-in {viewer.session_id}", person=viewer.person_token, here=here
    )
