"""What a browser is asked to sign with a passkey: new each time, good once, for five minutes.

Each is kept here, as a hash, with what it was asked for and by whom: a visit of a stranger, a first
step of a sign-in, or a sign-in. The first answer takes it away, whatever is in it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from flask import current_app
from sqlalchemy import delete

from accounts.models import PasskeyChallenge
from accounts.rules.guessing import MOST_FROM_A_NETWORK, MOST_FROM_ONE_PLACE, Counter
from accounts.rules.passkeys import Place, place_of
from accounts.service import guessing
from accounts.service.browsers import Here, any_known_browser
from foundation import clock
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError

VALID_FOR = timedelta(minutes=5)
ASKED, ANSWERED = "passkey asked", "passkey"
# Asking costs a row for five minutes, and people stop half-way: more of it than of wrong answers.
ASKED_FOR_EACH_WRONG = 10
WAIT = (
    "You cannot use a passkey here until {until} because it failed too often. A browser you have "
    "signed in with before is not held up by others"
)


class Purpose(StrEnum):
    SIGN_IN = "sign-in"
    # After the password.
    SECOND_STEP = "second step"
    # Show again who one is.
    PROVE = "prove"
    ADD = "add"


class NoPasskeysHere(DomainError):
    """The service is reached by a number, for which browsers make no passkeys."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked, and what for; ``bound_to`` stands for the visit or sign-in, and is secret."""

    purpose: Purpose
    bound_to: str
    # Token of the person, where it is known who it must be.
    person: str = ""
    here: Here = Here()

    @property
    def counters(self) -> list[Counter]:
        """What a wrong answer adds to: a browser used before counts alone, as for passwords."""
        known = any_known_browser(self.here.marks)
        if known:
            return [Counter(("browser", known), MOST_FROM_ONE_PLACE)]
        if self.person:
            return [Counter(("person", self.person), MOST_FROM_ONE_PLACE)]
        network = self.here.network
        return [Counter(("network", network), MOST_FROM_A_NETWORK)] if network else []


def place() -> Place:
    """Return where passkeys of this service count, as its settings say. Raises NoPasskeysHere."""
    found = place_of(current_app.extensions["settings"].address)
    if found is None:
        raise NoPasskeysHere("Passkeys cannot be used at the address of this service")
    return found


def is_possible() -> bool:
    """Return whether browsers make passkeys for the address of this service."""
    return place_of(current_app.extensions["settings"].address) is not None


def new_challenge(asked: Asked, *, user_handle: bytes = b"") -> bytes:
    """Return bytes for a browser to sign. Raises HeldBack."""
    guessing.begin(ASKED, _many(asked.counters), WAIT)
    challenge, moment = secrets.token_bytes(32), clock.now()
    with transaction():
        forget_challenges()
        db.session.add(
            PasskeyChallenge(
                challenge_hash=_hash(challenge),
                bound_hash=sha256_hex(asked.bound_to),
                purpose=asked.purpose.value,
                user_handle=user_handle,
                created_at=moment,
            )
        )
    return challenge


def take_challenge(asked: Asked, challenge: bytes) -> bytes | None:
    """Use a challenge up; return the user handle that went with it.

    None where none such was asked, for this, of this visit or sign-in, in the last five minutes, or
    where it was answered before.
    """
    with transaction():
        row = db.session.execute(
            delete(PasskeyChallenge)
            .where(PasskeyChallenge.challenge_hash == _hash(challenge))
            .returning(
                PasskeyChallenge.bound_hash,
                PasskeyChallenge.purpose,
                PasskeyChallenge.user_handle,
                PasskeyChallenge.created_at,
            )
            .execution_options(synchronize_session=False)
        ).first()
    if row is None or clock.now() - row.created_at >= VALID_FOR:
        return None
    meant = (row.bound_hash, row.purpose) == (sha256_hex(asked.bound_to), asked.purpose.value)
    return bytes(row.user_handle) if meant else None


def forget_challenges() -> None:
    """Remove what can no longer be answered; call it in a transaction."""
    db.session.execute(
        delete(PasskeyChallenge)
        .where(PasskeyChallenge.created_at <= clock.now() - VALID_FOR)
        .execution_options(synchronize_session=False)
    )


def _many(counters: Sequence[Counter]) -> list[Counter]:
    return [Counter(one.about, one.most * ASKED_FOR_EACH_WRONG) for one in counters]


def _hash(challenge: bytes) -> str:
    return sha256_hex(challenge)
