"""Looking at what a browser sends back, signed by a passkey: is it what was asked, here and now?

The signatures and the form of what is sent are py_webauthn's work. What it does not look at is
looked at here: whether the question was asked and not answered before, whose the passkey is, and
whether the device counts on.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from accounts.models import Passkey
from accounts.queries.passkeys import passkey_called
from accounts.rules.passkeys import LONGEST_ANSWER, LONGEST_ID, TRANSPORTS, counts_on
from accounts.service import guessing
from accounts.service.passkey_challenges import (
    ANSWERED,
    WAIT,
    Asked,
    Purpose,
    place,
    take_challenge,
)
from foundation import audit, clock, mail
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.tokens import new_token

if TYPE_CHECKING:
    from webauthn.helpers.structs import CollectedClientData, RegistrationCredential
    from webauthn.registration.verify_registration_response import VerifiedRegistration

T = TypeVar("T")
# One sentence for everything that can be wrong: it tells nobody whether there is such a passkey,
# whose it is, or how far it got.
WRONG = (
    "This passkey was not accepted. Try again, or choose another way: your password, or your "
    "council’s own account if it signs in with one"
)
REFUSED, USED, COUNTED_BACK = "passkey.refused", "passkey.used", "passkey.counted_back"
STRANGER = "stranger"
# A device that was asked to say nothing of its make says so, or signs with the new key itself.
FORMATS = ("none", "packed")


class PasskeyRefused(DomainError):
    """What the browser sent is not a right answer to a question asked here; never says why."""


class _Wrong(Exception):
    """Something in an answer is not right."""


def used_passkey(asked: Asked, answer: str, *, person_id: int | None = None) -> Passkey:
    """Return the passkey that signed what was asked, its count noted.

    ``person_id``: whose it has to be. Raises PasskeyRefused and HeldBack.
    """
    tried = guessing.begin(ANSWERED, asked.counters, WAIT)
    try:
        passkey = _note_use(*_right_answer(asked, answer, person_id))
    except _Wrong:
        raise refusal(asked) from None
    guessing.take_back(tried)
    return passkey


def refusal(asked: Asked) -> PasskeyRefused:
    """Record that a passkey was refused, and return what is said of it."""
    about = guessing.about_hash(("network", asked.here.network))
    audit.record_denied(
        REFUSED,
        actor=asked.person or STRANGER,
        subject=("person", asked.person) if asked.person else ("sign-in", about),
        purpose=asked.purpose.value,
    )
    return PasskeyRefused(WRONG)


def made_passkey(asked: Asked, answer: str) -> Passkey:
    """Return the new passkey a browser tells of, without name and owner and in no session.

    Raises PasskeyRefused and HeldBack.
    """
    tried = guessing.begin(ANSWERED, asked.counters, WAIT)
    try:
        made, credential, user_handle = _right_making(asked, answer)
    except _Wrong:
        raise refusal(asked) from None
    guessing.take_back(tried)
    said = {str(one.value) for one in credential.response.transports or ()}
    return Passkey(
        credential_id=made.credential_id,
        user_handle=user_handle,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=" ".join(one for one in TRANSPORTS if one in said),
        may_be_copied=made.credential_device_type == "multi_device",
        is_copied=made.credential_backed_up,
        created_at=clock.now(),
    )


def _right_answer(asked: Asked, answer: str, person_id: int | None) -> tuple[Passkey, int, bool]:
    """Return the passkey that signed, what it counts now and whether it is copied. Raises _Wrong"""
    # Loaded by the first that uses a passkey, not by every start.
    import webauthn
    from webauthn.helpers import parse_authentication_credential_json

    said = _read(answer)
    credential = _tried(lambda: parse_authentication_credential_json(said))
    client_data = _client_data(credential.response.client_data_json)
    _must(take_challenge(asked, client_data.challenge) is not None)
    _must(len(credential.raw_id) <= LONGEST_ID)
    passkey = passkey_called(credential.raw_id)
    if passkey is None or person_id not in (None, passkey.person_id):
        raise _Wrong
    handle = credential.response.user_handle
    # At a sign-in nobody was asked for by name: the device has to say who it is.
    unsaid = handle is None and asked.purpose is not Purpose.SIGN_IN
    _must(unsaid or handle == passkey.user_handle)
    where = place()
    verified = _tried(
        lambda: webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=client_data.challenge,
            expected_rp_id=where.id,
            expected_origin=where.origin,
            credential_public_key=passkey.public_key,
            # Compared below, where it can be told from a wrong signature.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    )
    _must(passkey.person.active)
    return passkey, verified.new_sign_count, verified.credential_backed_up


def _note_use(found: Passkey, count: int, is_copied: bool) -> Passkey:
    """Note what the device counts now; of two answers at once with one count, one is refused."""
    with transaction():
        passkey = db.session.get(Passkey, found.id, with_for_update=True, populate_existing=True)
        if passkey is not None and counts_on(passkey.sign_count, count):
            passkey.sign_count, passkey.is_copied = count, is_copied
            passkey.last_used_at = clock.now()
            _record(USED, passkey)
            return passkey
        if passkey is not None:
            _record(COUNTED_BACK, passkey)
            _tell_of_copy(passkey)
    raise _Wrong


def _record(action: str, passkey: Passkey) -> None:
    person = passkey.person.token
    audit.record(action, actor=person, subject=("person", person), passkey=passkey.token)


def _tell_of_copy(passkey: Passkey) -> None:
    mail.post(
        COUNTED_BACK,
        new_token(),
        [passkey.person.email],
        "A passkey of your account was refused",
        f"On {clock.show_moment(clock.now())} somebody unlocked your passkey “{passkey.name}”, and "
        "its device counted fewer uses than before. It may have been copied, so it was refused and "
        "nobody got in with it.\n\nRemove it, and add a new one if it was you: "
        f"{mail.link('accounts.passkeys')}\n",
    )


def _right_making(
    asked: Asked, answer: str
) -> tuple[VerifiedRegistration, RegistrationCredential, bytes]:
    """Return what was made, as it was sent too, and for which user handle. Raises _Wrong."""
    import webauthn
    from webauthn.helpers import parse_attestation_object, parse_registration_credential_json

    said = _read(answer)
    credential = _tried(lambda: parse_registration_credential_json(said))
    client_data = _client_data(credential.response.client_data_json)
    user_handle = take_challenge(asked, client_data.challenge)
    if not user_handle:
        raise _Wrong
    where = place()
    stated = _tried(lambda: parse_attestation_object(credential.response.attestation_object))
    _must(stated.fmt in FORMATS)
    made = _tried(
        lambda: webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=client_data.challenge,
            expected_rp_id=where.id,
            expected_origin=where.origin,
            require_user_verification=True,
        )
    )
    _must(made.credential_id == credential.raw_id and len(made.credential_id) <= LONGEST_ID)
    return made, credential, user_handle


def _read(answer: str) -> dict[str, object]:
    _must(len(answer) <= LONGEST_ANSWER)
    said = _tried(lambda: json.loads(answer))
    if not isinstance(said, dict):
        raise _Wrong
    return said


def _client_data(content: bytes) -> CollectedClientData:
    from webauthn.helpers import parse_client_data_json

    said = _tried(lambda: parse_client_data_json(content))
    # Asked within a page of another site: this service is never shown there.
    _must(not said.cross_origin)
    return said


def _tried(reading: Callable[[], T]) -> T:
    """Return what is read; what strangers send makes a reader fail in ways nobody has listed."""
    try:
        return reading()
    except Exception as error:
        raise _Wrong from error


def _must(is_right: bool) -> None:
    if not is_right:
        raise _Wrong
