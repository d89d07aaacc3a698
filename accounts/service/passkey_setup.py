"""Adding, renaming and removing one's own passkeys."""

from __future__ import annotations

import json
import secrets
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from accounts.models import Passkey, Person
from accounts.queries import Viewer
from accounts.queries.passkeys import passkey_called, passkey_of, passkeys_of
from accounts.rules.passkeys import checked_name, must_have_room
from accounts.service.browsers import NOWHERE, Here
from accounts.service.passkey_answers import made_passkey, refusal
from accounts.service.passkey_challenges import Asked, Purpose, new_challenge, place
from accounts.service.passkeys import PATIENCE, descriptors
from accounts.service.sign_ins import end_sign_ins_of
from foundation import audit, clock, mail
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.tokens import new_token

SERVICE = "Supplier Assurance"
ADDED, RENAMED, REMOVED = "passkey.added", "passkey.renamed", "passkey.removed"
# WebAuthn, 5.4.3: 64 random bytes say nothing of whom they stand for.
HANDLE_BYTES = 64


class ByProvider(DomainError):
    """Whoever signs in with the account of the council has no use for a passkey here."""


def ask_for_new(viewer: Viewer, name: str, *, here: Here = NOWHERE) -> dict[str, Any]:
    """Return what a browser needs to have a device make a passkey called ``name``.

    Raises WrongName, TooMany, NoPasskeysHere, ByProvider and HeldBack.
    """
    import webauthn
    from webauthn.helpers.structs import (
        AttestationConveyancePreference,
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    where, mine = place(), passkeys_of(viewer.person_id)
    _must_be_free(viewer, name, mine)
    handle = mine[0].user_handle if mine else secrets.token_bytes(HANDLE_BYTES)
    options = webauthn.generate_registration_options(
        rp_id=where.id,
        rp_name=SERVICE,
        user_id=handle,
        user_name=viewer.email,
        user_display_name=viewer.name,
        challenge=new_challenge(_adding(viewer, here), user_handle=handle),
        timeout=PATIENCE,
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=descriptors(mine),
    )
    question: dict[str, Any] = json.loads(webauthn.options_to_json(options))
    return question


def add_passkey(viewer: Viewer, name: str, answer: str, *, here: Here = NOWHERE) -> str:
    """Keep a passkey that a device has made, and return its name.

    Signs every other browser of the person out. Raises WrongName, TooMany, ByProvider,
    PasskeyRefused and HeldBack.
    """
    asked = _adding(viewer, here)
    _must_be_free(viewer, name, passkeys_of(viewer.person_id))
    passkey = made_passkey(asked, answer)
    try:
        with transaction():
            person = _locked(viewer.person_id)
            passkey.person_id = person.id
            passkey.name = _must_be_free(viewer, name, passkeys_of(person.id))
            is_new = passkey_called(passkey.credential_id) is None
            if is_new:
                db.session.add(passkey)
                db.session.flush()
                end_sign_ins_of(person.id, but=viewer.session_id)
                _tell(ADDED, person, passkey, "A passkey was added to your account", IS_ADDED)
    except IntegrityError:
        is_new = False
    if not is_new:
        raise refusal(asked)
    return passkey.name


def rename_passkey(viewer: Viewer, token: str, name: str) -> str:
    """Call a passkey something else, and return it. Raises NoResultFound and WrongName."""
    with transaction():
        person = _locked(viewer.person_id)
        passkey = passkey_of(person.id, token)
        others = [one.name for one in passkeys_of(person.id) if one.id != passkey.id]
        passkey.name = checked_name(name, others)
        _record(RENAMED, person, passkey)
    return passkey.name


def remove_passkey(viewer: Viewer, token: str) -> str:
    """Let a passkey count no more, and return its name. Raises NoResultFound.

    Signs every other browser of the person out.
    """
    with transaction():
        person = _locked(viewer.person_id)
        passkey = passkey_of(person.id, token)
        db.session.execute(delete(Passkey).where(Passkey.id == passkey.id))
        end_sign_ins_of(person.id, but=viewer.session_id)
        _tell(REMOVED, person, passkey, "A passkey was removed from your account", IS_REMOVED)
    return passkey.name


IS_ADDED = (
    "The passkey “{name}” was added. Whoever can unlock the device it is on can sign in as you. "
    "Every other browser was signed out."
)
IS_REMOVED = (
    "The passkey “{name}” was removed and no longer signs you in. Every other browser was signed "
    "out. Your device may still show it: delete it there too."
)


def _must_be_free(viewer: Viewer, name: str, mine: list[Passkey]) -> str:
    if viewer.provider_id is not None:
        raise ByProvider("You sign in with your council’s own account: passkeys do not count there")
    must_have_room(len(mine))
    return checked_name(name, [one.name for one in mine])


def _adding(viewer: Viewer, here: Here) -> Asked:
    return Asked(Purpose.ADD, f"sign-in {viewer.session_id}", person=viewer.person_token, here=here)


def _record(action: str, person: Person, passkey: Passkey) -> None:
    subject = ("person", person.token)
    audit.record(action, actor=person.token, subject=subject, passkey=passkey.token)


def _tell(action: str, person: Person, passkey: Passkey, subject: str, text: str) -> None:
    """Record what was done with a passkey and write to its owner."""
    _record(action, person, passkey)
    mail.post(
        action,
        new_token(),
        [person.email],
        subject,
        f"{text.format(name=passkey.name)}\n\nThis was on {clock.show_moment(clock.now())}. If you "
        "know nothing of it, look at your passkeys, remove what is not yours and choose a new "
        "password at once, and tell whoever looks after the team of your organisation: "
        f"{mail.link('accounts.passkeys')}\n",
    )


def _locked(person_id: int) -> Person:
    return db.session.get_one(Person, person_id, with_for_update=True, populate_existing=True)
