"""Setting up one-time codes, their recovery codes, and doing away with both."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.exc import NoResultFound

from accounts.models import CodeGenerator, Passkey, Person, RecoveryCode
from accounts.queries import Viewer, member_of
from accounts.queries.codes import generator_of, has_codes
from accounts.queries.passkeys import has_passkeys
from accounts.rules.codes import (
    DIGITS,
    HOW_MANY,
    SECONDS,
    as_meant,
    as_shown,
    new_recovery_code,
)
from accounts.rules.guessing import Counter
from accounts.service import guessing
from accounts.service.browsers import Here, forget_browsers
from accounts.service.codes import (
    CODE,
    FIELD,
    MOST_WRONG,
    REFUSED,
    WAIT,
    WRONG,
    WrongCode,
    check_code,
    purpose,
    secret_of,
    step_shown,
)
from accounts.service.people import hash_password
from accounts.service.proving import NotProven, has_proven
from accounts.service.sign_ins import end_sign_ins_of
from accounts.service.team import locked_organisation, must_still_manage
from foundation import audit, clock, keys, mail
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.tokens import new_token

SERVICE = "Supplier Assurance"
SET_UP, SWITCHED_OFF, RENEWED = "codes.set_up", "codes.switched_off", "codes.recovery_renewed"
TAKEN_AWAY = "codes.taken_away"


class CodesAlready(DomainError):
    """One-time codes are set up: another app takes their place only after they are switched off."""


@dataclass(frozen=True)
class ToScan:
    """What an app needs to show codes: a picture to scan, or its secret to type."""

    picture: str
    secret: str


def begin_codes(viewer: Viewer) -> None:
    """Make a secret for the app of somebody who has none confirmed. Raises CodesAlready."""
    import pyotp  # here and below: few have an app for codes

    secret, data_key = pyotp.random_base32(), keys.new_data_key()
    bound_to = purpose(viewer.person_token)
    with transaction():
        person = _locked(viewer.person_id)
        if has_codes(person.id):
            raise CodesAlready("You cannot set up one-time codes because they are set up already")
        _remove(person.id)
        db.session.add(
            CodeGenerator(
                person_id=person.id,
                sealed_secret=keys.seal(secret.encode("ascii"), key=data_key, context=bound_to),
                wrapped_key=keys.wrap(data_key, purpose=bound_to),
                created_at=clock.now(),
            )
        )
        audit.record("codes.begun", actor=person.token, subject=("person", person.token))


def to_scan(viewer: Viewer) -> ToScan | None:
    """Return what the app of the viewer is given; None unless it waits for its first code."""
    generator = generator_of(viewer.person_id)
    if generator is None or generator.confirmed_at is not None:
        return None
    secret = secret_of(generator, viewer.person_token)
    import pyotp

    totp = pyotp.TOTP(secret, digits=DIGITS, interval=SECONDS)
    address = totp.provisioning_uri(name=viewer.email, issuer_name=SERVICE)
    import segno  # only this picture needs it

    picture = segno.make(address, error="m", micro=False)
    # Without a size of its own, which the page gives it: a long address makes a finer picture.
    drawn = picture.svg_inline(
        border=4, dark="#000", light="#fff", title="Picture to scan", omitsize=True
    ).replace("<svg ", '<svg role="img" ', 1)
    return ToScan(drawn, " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)))


def confirm_codes(viewer: Viewer, typed: str) -> list[str]:
    """Switch one-time codes on with a first one; return the recovery codes, never shown again.

    Raises WrongCode, HeldBack and CodesAlready.
    """
    wanted = [Counter(("first", viewer.person_token), MOST_WRONG)]
    tried = guessing.begin(CODE, wanted, WAIT, field=FIELD)
    with transaction():
        person = _locked(viewer.person_id)
        generator = generator_of(person.id)
        if generator is None or generator.confirmed_at is not None:
            raise CodesAlready("You cannot set up one-time codes twice: open the page again")
        step = step_shown(generator, person.token, as_meant(typed))
        if step is not None:
            generator.confirmed_at, generator.last_step = clock.now(), step
            shown = _new_recovery_codes(person)
            _tell(SET_UP, person, viewer.person_token, "One-time codes are set up", SWITCHED_ON)
            # Whoever signed in with the password alone has to show a code now.
            end_sign_ins_of(person.id, but=viewer.session_id)
    if step is None:
        audit.record_denied(
            REFUSED, actor=viewer.person_token, subject=("person", viewer.person_token)
        )
        raise WrongCode(WRONG, field=FIELD)
    guessing.take_back(tried)
    return shown


def renew_recovery_codes(viewer: Viewer, typed: str, *, here: Here) -> list[str]:
    """Return ten new recovery codes; those so far no longer work.

    Whoever signed in with a password must have proven himself a moment ago, which takes a code;
    whoever came by a provider types one. Raises NotProven, WrongCode and HeldBack.
    """
    if viewer.provider_id is not None:
        check_code(db.session.get_one(Person, viewer.person_id), typed, here=here)
    elif not has_proven(viewer):
        raise NotProven("Show again that it is you, and then send this")
    with transaction():
        person = _locked(viewer.person_id)
        if not has_codes(person.id):
            raise NoResultFound
        shown = _new_recovery_codes(person)
        _tell(RENEWED, person, person.token, "You have new recovery codes", NEW_ONES)
    return shown


def switch_off_codes(viewer: Viewer, typed: str, *, here: Here) -> None:
    """Let a sign-in ask for no code any more. Raises WrongCode and HeldBack."""
    check_code(db.session.get_one(Person, viewer.person_id), typed, here=here)
    with transaction():
        person = _locked(viewer.person_id)
        _remove(person.id)
        end_sign_ins_of(person.id, but=viewer.session_id)
        _tell(SWITCHED_OFF, person, person.token, "One-time codes are switched off", OFF)


def take_codes_away(token: str, *, by: Viewer) -> str:
    """Take the codes and passkeys of a colleague who lost the devices away; return his name.

    Signs the colleague out everywhere. Raises NoResultFound.
    """
    with transaction():
        locked_organisation(by.organisation_id)
        must_still_manage(by, None)
        member = member_of(by, token)
        what = what_may_be_taken(member.person_id)
        if member.person_id == by.person_id or not what:
            raise NoResultFound
        person = _locked(member.person_id)
        _remove(person.id)
        db.session.execute(delete(Passkey).where(Passkey.person_id == person.id))
        end_sign_ins_of(person.id)
        forget_browsers(person.id)
        _tell(
            TAKEN_AWAY,
            person,
            by.person_token,
            f"{what[0].upper()}{what[1:]} of your account were taken away",
            f"{by.name} of {by.organisation_name} took them away, as for a lost device, and "
            "every browser was signed out. The password alone signs in until you set them up "
            "again.",
        )
    return member.name


def what_may_be_taken(person_id: int) -> str:
    """Return what somebody has beside the password, in words; empty for nothing."""
    codes = ["one-time codes"] if has_codes(person_id) else []
    passkeys = ["passkeys"] if has_passkeys(person_id) else []
    return " and ".join(codes + passkeys)


SWITCHED_ON = (
    "From now on a sign-in asks for a code of your app besides the password. Every other browser "
    "was signed out."
)
NEW_ONES = "Ten new recovery codes were made. Those you had before no longer work."
OFF = (
    "A sign-in no longer asks for a one-time code. Your recovery codes no longer work, and every "
    "other browser was signed out."
)


def _tell(action: str, person: Person, actor: str, subject: str, text: str) -> None:
    """Record what was done to somebody's codes and write to him."""
    audit.record(action, actor=actor, subject=("person", person.token))
    mail.post(
        action,
        new_token(),
        [person.email],
        subject,
        f"{text}\n\nThis was on {clock.show_moment(clock.now())}. If you know nothing of it, "
        "choose a new password at once, and tell whoever looks after the team of your "
        "organisation: "
        f"{mail.link('accounts.forgotten_password')}\n",
    )


def _new_recovery_codes(person: Person) -> list[str]:
    codes = [new_recovery_code(secrets.choice) for _ in range(HOW_MANY)]
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    moment = clock.now()
    db.session.add_all(
        RecoveryCode(person_id=person.id, code_hash=hash_password(code), made_at=moment)
        for code in codes
    )
    return [as_shown(code) for code in codes]


def _remove(person_id: int) -> None:
    db.session.execute(delete(CodeGenerator).where(CodeGenerator.person_id == person_id))
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))


def _locked(person_id: int) -> Person:
    return db.session.get_one(Person, person_id, with_for_update=True, populate_existing=True)
