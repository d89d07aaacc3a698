"""Telling somebody that his password is being guessed: by mail, once a day at the most."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update

from accounts import queries
from accounts.service.signing_in import GUESSED
from foundation import audit, clock, mail
from foundation.audit import SYSTEM
from foundation.database import db, transaction
from foundation.jobs import Job

TOLD = "sign_in.guesses_told"


def tell_of_guesses(job: str, payload: Mapping[str, Any]) -> None:
    """Write to whom an address belongs that wrong passwords were entered for it; job handler.

    It names no page but the one to sign in at, as text: whoever gets used to following links out
    of such letters follows a forged one as well.
    """
    with transaction():
        person = queries.person_by_email(payload.get("email", ""))
        # The address is kept no longer than it is needed, also where nobody has it.
        db.session.execute(
            update(Job).where(Job.kind == GUESSED, Job.subject == job).values(payload={})
        )
        if person is None or not person.active or not person.password_hash:
            return
        day = clock.london(clock.now()).date()
        subject = "Wrong passwords were entered for your account"
        if mail.post(GUESSED, f"{person.token}:{day:%Y%m%d}", [person.email], subject, letter()):
            audit.record(TOLD, actor=SYSTEM, subject=("person", person.token))


def letter() -> str:
    """Return what the message says; nothing of how often, from where, or of any tender."""
    return (
        "Several wrong passwords were entered for your account, one after the other. Nobody got "
        "in with them, and your account is not locked.\n\n"
        "If it was you, you need not do anything.\n\n"
        "If it was not you: your password still keeps them out. If you use it elsewhere too, or "
        "somebody may know it, choose a new one. Open the service as you always do, not from a "
        "message, and follow “Choose a new password”. It is at "
        f"{mail.link('accounts.sign_in')}\n\n"
        "You get at most one such message a day. We never ask for your password or for a "
        "one-time code by e-mail.\n"
    )
