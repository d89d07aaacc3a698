"""Checking one-time codes (RFC 6238) and recovery codes; each counts once.

A code counts in the half minute in which it is shown and in no other. Which half minute was used
last is compared and noted in one statement, so that of two who send the same code at once one is
refused. How often may be tried is counted as for passwords, more narrowly.
"""

from __future__ import annotations

import argon2
from flask import current_app
from sqlalchemy import select, update

from accounts.models import CodeGenerator, Person, RecoveryCode
from accounts.queries.codes import generator_of, has_codes, recovery_codes_left
from accounts.queries.passkeys import has_passkeys
from accounts.rules.codes import DIGITS, SECONDS, as_meant, is_one_time_code, is_recovery_code
from accounts.rules.guessing import Counter
from accounts.service import guessing
from accounts.service.browsers import NOWHERE, Here, known_browser
from accounts.service.people import HASHER, HASHES_AT_ONCE
from foundation import audit, clock, keys, mail
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.tokens import new_token

PASSWORD, CODE, RECOVERY = "password", "code", "recovery code"
# What is kept with a sign-in of how it was proven.
PROVEN_BY = {PASSWORD: PASSWORD, CODE: "password and code", RECOVERY: RECOVERY}
FIELD = "one_time_code"
# Wrong codes within a stretch of time, of one person: from everywhere, and from a browser he has
# signed in with before, which others cannot hold up.
MOST_WRONG = 5
WAIT = "You cannot enter a code until {until} because too many wrong ones were entered"
WRONG = (
    f"Enter the {DIGITS} digits the app shows now. Each code can be used once; if the right one is "
    "refused, wait for the next, and check that the telephone sets its clock by itself"
)
REFUSED = "person.code_wrong"
TAKEN = "codes.used"
USED, HELD_BACK = "codes.recovery_used", "codes.held_back"


class WrongCode(DomainError):
    """Not the code shown now, used before, or no recovery code that is left."""


class CodeNeeded(Exception):
    """The first step was right, and a second of ``person`` is wanted before the sign-in.

    ``provider_id``: it was a provider of his authority that said who it is, not a password.
    """

    def __init__(self, person: Person, *, provider_id: int | None = None) -> None:
        super().__init__("A one-time code is needed")
        self.person = person
        self.provider_id = provider_id


def are_required() -> bool:
    """Return whether everybody here has to set up one-time codes."""
    return bool(current_app.extensions["settings"].codes == "required")


def password_is_half(person_id: int) -> bool:
    """Return whether a password alone does not sign this person in.

    A passkey beside it is no reason, since it may be lost, but where codes are required: there
    nobody who has learned a password may set up codes in the place of a passkey.
    """
    return has_codes(person_id) or (are_required() and has_passkeys(person_id))


def purpose(person_token: str) -> str:
    """Return to what the data key of somebody's generator is bound."""
    return f"code-generator:{person_token}"


def check_code(person: Person, typed: str, *, here: Here = NOWHERE, field: str = FIELD) -> str:
    """Take a code of ``person`` and return which kind it was. Raises WrongCode and HeldBack."""
    tried = _begin(person, here, field)
    code = as_meant(typed)
    if is_one_time_code(code) and _take_one_time_code(person, code):
        how = CODE
    elif is_recovery_code(code) and _take_recovery_code(person, code):
        how = RECOVERY
    else:
        _refuse(person, tried)
        raise WrongCode(WRONG, field=field)
    guessing.take_back(tried)
    return how


def secret_of(generator: CodeGenerator, person_token: str) -> str:
    """Return the shared secret. Raises SealBroken and KeyMissing."""
    key = keys.unwrap(generator.wrapped_key, purpose=purpose(person_token))
    return keys.open_sealed(generator.sealed_secret, key=key, context=purpose(person_token)).decode(
        "ascii"
    )


def step_shown(generator: CodeGenerator, person_token: str, code: str) -> int | None:
    """Return the half minute of now if this is the code shown in it, else None."""
    import pyotp  # only whoever signs in with a code

    totp = pyotp.TOTP(secret_of(generator, person_token), digits=DIGITS, interval=SECONDS)
    moment = clock.now()
    if not totp.verify(code, for_time=moment, valid_window=0):
        return None
    return totp.timecode(moment)


def _begin(person: Person, here: Here, field: str) -> guessing.Try:
    known = known_browser(person.email, here)
    about = ("browser", known) if known else ("person", person.token)
    return guessing.begin(CODE, [Counter(about, MOST_WRONG)], WAIT, field=field)


def _refuse(person: Person, tried: guessing.Try) -> None:
    with transaction():
        audit.record(REFUSED, actor=person.token, subject=("person", person.token))
        if tried.is_last:
            mail.post(
                HELD_BACK,
                f"{person.token}:{tried.began_at:%Y%m%d%H%M}",
                [person.email],
                "Wrong one-time codes were entered for your account",
                f"Until {clock.show_moment(clock.now())} {MOST_WRONG} wrong one-time codes were "
                "entered for your account, by somebody who knows its password. Nobody got in "
                "with them.\n\nIf it was not you, choose a new password at once: "
                f"{mail.link('accounts.forgotten_password')}\n",
            )


def _take_one_time_code(person: Person, code: str) -> bool:
    generator = generator_of(person.id)
    if generator is None or generator.confirmed_at is None:
        return False
    step = step_shown(generator, person.token, code)
    if step is None:
        return False
    with transaction():
        taken = db.session.execute(
            update(CodeGenerator)
            .where(
                CodeGenerator.id == generator.id,
                CodeGenerator.confirmed_at.is_not(None),
                CodeGenerator.last_step.is_(None) | (CodeGenerator.last_step < step),
            )
            .values(last_step=step)
            .returning(CodeGenerator.id)
            .execution_options(synchronize_session=False)
        ).first()
        if taken is not None:
            audit.record(TAKEN, actor=person.token, subject=("person", person.token))
    return taken is not None


def _take_recovery_code(person: Person, code: str) -> bool:
    wanted = select(RecoveryCode.id, RecoveryCode.code_hash).where(
        RecoveryCode.person_id == person.id, RecoveryCode.used_at.is_(None)
    )
    found = next((row.id for row in db.session.execute(wanted).all() if _fits(row[1], code)), None)
    if found is None:
        return False
    with transaction():
        taken = db.session.execute(
            update(RecoveryCode)
            .where(RecoveryCode.id == found, RecoveryCode.used_at.is_(None))
            .values(used_at=clock.now())
            .returning(RecoveryCode.id)
            .execution_options(synchronize_session=False)
        ).first()
        if taken is None:
            return False
        left = recovery_codes_left(person.id)
        audit.record(USED, actor=person.token, subject=("person", person.token), left=left)
        mail.post(
            USED,
            new_token(),
            [person.email],
            "A recovery code of your account was used",
            f"On {clock.show_moment(clock.now())} a recovery code was used in place of a one-time "
            f"code. {left} of your recovery codes are left.\n\nIf it was not you, choose a new "
            f"password at once: {mail.link('accounts.forgotten_password')}\n",
        )
    return True


def _fits(code_hash: str, code: str) -> bool:
    with HASHES_AT_ONCE:
        try:
            return HASHER.verify(code_hash, code)
        except argon2.exceptions.VerificationError:
            return False
