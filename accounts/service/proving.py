"""Proving again who one is, before something that must not be done at a screen left open."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app
from sqlalchemy import select, update

from accounts.models import Person, SignInSession
from accounts.queries import Viewer
from accounts.rules.guessing import Counter
from accounts.service import guessing
from accounts.service.browsers import NOWHERE, Here
from accounts.service.codes import check_code
from accounts.service.people import password_matches
from foundation import audit, clock
from foundation.database import db, transaction
from foundation.errors import DomainError

# How long a proof lasts; signing in is one.
PROOF_LASTS = timedelta(minutes=15)
# Under this name an application may hold another length; only the tests do.
LASTS = "proof_lasts"
AGAIN = "password again"
WRONG = "person.password_wrong"
MOST_WRONG = 10
WAIT = "You cannot go on because a wrong password was entered too often: wait until {until}"


class NotProven(DomainError):
    """The password typed is not that of the person signed in."""


def has_proven(viewer: Viewer) -> bool:
    """Return whether the viewer showed a moment ago that it is he.

    Signing in with a password is a proof. A provider lets people in again for hours without asking
    them anything: there it counts when they last showed it who they are.
    """
    lasts: timedelta = current_app.extensions.get(LASTS, PROOF_LASTS)
    moments = [viewer.proven_at, viewer.signed_in_at if viewer.provider_id is None else None]
    shown = [moment for moment in moments if moment is not None]
    return bool(shown) and clock.now() - max(shown) < lasts


def prove_again(viewer: Viewer, password: str, *, field: str = "password") -> None:
    """Check that whoever is at the screen knows the password. Raises NotProven and HeldBack.

    Every failure is recorded. After ten in a stretch of time no password is right until it ends;
    signing in is not touched by it. Whoever signed in by a provider has no password that counts:
    he must have proven himself a moment ago.
    """
    if viewer.provider_id is not None:
        if not has_proven(viewer):
            raise NotProven("Show again that it is you, and then send this", field=field)
        return
    wanted = [Counter(("person", viewer.person_token), MOST_WRONG)]
    tried = guessing.begin(AGAIN, wanted, WAIT, field=field)
    stored = db.session.scalar(
        select(Person.password_hash).where(Person.id == viewer.person_id, Person.active)
    )
    if not password_matches(stored or "", password):
        subject = ("person", viewer.person_token)
        audit.record_denied(WRONG, actor=viewer.person_token, subject=subject)
        raise NotProven("Enter the password of your account", field=field)
    guessing.take_back(tried)


def prove_for_a_while(viewer: Viewer, password: str, code: str, *, here: Here = NOWHERE) -> None:
    """Note that whoever is at the screen has shown who he is, with a code too if he has an app.

    Whoever signed in by a provider shows it with a code alone. Raises NotProven, WrongCode and
    HeldBack.
    """
    if viewer.provider_id is None:
        prove_again(viewer, password)
    elif not viewer.has_codes:
        raise NotProven("Sign in again to show that it is you")
    if viewer.has_codes:
        check_code(db.session.get_one(Person, viewer.person_id), code, here=here)
    note_proven(viewer)


def note_proven(viewer: Viewer, **how: str) -> None:
    """Note that whoever is at the screen has shown just now who he is; ``how``: for the record."""
    with transaction():
        db.session.execute(
            update(SignInSession)
            .where(SignInSession.id == viewer.session_id)
            .values(proven_at=clock.now())
        )
        subject = ("person", viewer.person_token)
        audit.record("person.proven_again", actor=viewer.person_token, subject=subject, **how)
