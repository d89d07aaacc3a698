"""Using another e-mail address: a link to the new one, and word to the old."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from accounts import queries
from accounts.models import EmailChange, Person
from accounts.queries import Viewer
from accounts.queries.resets import open_change
from accounts.rules.guessing import Counter
from accounts.rules.registering import WrongDetails, checked_address
from accounts.service import guessing
from accounts.service.passwords import LinkOver, void_links
from accounts.service.proving import prove_again
from foundation import audit, clock, mail
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.tokens import new_token

VALID_FOR = timedelta(hours=1)
MOST_ASKED = 5
LINK = "address.link"
TAKEN = "address.taken"
CHANGED = "address.changed"
mail.CARRY_A_SECRET.add(LINK)
WAIT = "You cannot ask for another message until {until} because several were sent already"


def ask_to_change_address(viewer: Viewer, email: str, password: str) -> None:
    """Write to the address somebody wants to use. Raises NotProven, HeldBack and WrongDetails.

    Whether somebody else has an account with it, only that letter box is told.
    """
    address = checked_address(email)
    if address == viewer.email:
        raise WrongDetails("Enter another address: this is the one you use now", field="email")
    prove_again(viewer, password)
    guessing.begin(
        "address", [Counter(("person", viewer.person_token), MOST_ASKED)], WAIT, field="email"
    )
    with transaction():
        secret, moment = secrets.token_urlsafe(32), clock.now()
        _void(viewer.person_id)
        change = EmailChange(
            person_id=viewer.person_id,
            email=address,
            secret_hash=sha256_hex(secret),
            created_at=moment,
            expires_at=moment + VALID_FOR,
        )
        db.session.add(change)
        if queries.person_by_email(address):
            mail.post(TAKEN, new_token(), [address], "You have an account", _taken())
        else:
            mail.post(LINK, new_token(), [address], "Confirm your address", _link(secret, change))
        audit.record(
            "person.address_asked", actor=viewer.person_token, subject=_subject(viewer.person_token)
        )


def change_address(viewer: Viewer, secret: str) -> str:
    """Use the address the link was sent to from now on, and return it. Raises LinkOver."""
    try:
        with transaction():
            change = open_change(secret, viewer.person_id, clock.now())
            if change is None or queries.person_by_email(change.email):
                raise LinkOver("This link can no longer be used")
            person = db.session.scalars(
                select(Person).where(Person.id == viewer.person_id).with_for_update()
            ).one()
            before, person.email = person.email, change.email
            _void(person.id)
            void_links(person.id)
            audit.record(
                "person.address_changed", actor=person.token, subject=_subject(person.token)
            )
            for address in (before, person.email):
                mail.post(CHANGED, new_token(), [address], "Your address was changed", _changed())
            return person.email
    except IntegrityError:
        # Somebody made an account with it in the same moment.
        raise LinkOver("This link can no longer be used") from None


def _void(person_id: int) -> None:
    db.session.execute(
        update(EmailChange)
        .where(EmailChange.person_id == person_id, EmailChange.used_at.is_(None))
        .values(used_at=clock.now())
    )


def _subject(person: str) -> tuple[str, str]:
    return ("person", person)


def _link(secret: str, change: EmailChange) -> str:
    return (
        "Somebody wants to use this address to sign in. Open this link, in a browser in which you "
        f"are signed in, to confirm it. It works once, until {clock.show_moment(change.expires_at)}"
        f":\n\n{mail.link('accounts.confirm_address', secret=secret)}\n\n"
        "If it was not you, do nothing.\n"
    )


def _taken() -> str:
    return (
        "Somebody wants to sign in with this address instead of another. It has an account "
        "already, so nothing was changed.\n\n"
        "If it was you and you want to use the account of this address, sign in with it: "
        f"{mail.link('accounts.sign_in')}\n"
    )


def _changed() -> str:
    return (
        "The address of an account was changed on "
        f"{clock.show_moment(clock.now())}. Sign in with the new one from now on; messages go "
        "there too.\n\n"
        "If it was not you, tell whoever looks after the team of your organisation at once.\n"
    )
