"""Ending sign-ins: one's own, those of colleagues one looks after, and those long over."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import aliased

from accounts.models import (
    EmailChange,
    Guesses,
    KnownDevice,
    PasskeyChallenge,
    PasswordReset,
    SignInSession,
    WaitingForm,
)
from accounts.queries import IDLE_LIMIT, Viewer, member_of
from accounts.service.browsers import KNOWN_FOR
from accounts.service.team import locked_organisation, must_still_manage
from foundation import audit, clock
from foundation.database import db, transaction

# Counts of guesses and links that are over are of no use to anybody after this.
KEPT_AFTERWARDS = timedelta(days=30)
# The browser that could read such a form forgets its key after an hour.
WAITS_FOR = timedelta(days=1)


def end_sign_in(token: str, *, by: Viewer) -> None:
    """Sign one browser of one's own out at once. Raises NoResultFound."""
    with transaction():
        _end(SignInSession.person_id == by.person_id, SignInSession.token == token)
        _record(by.person_token, by, "one")


def end_other_sign_ins(*, by: Viewer) -> int:
    """Sign every other browser of one's own out at once; return how many."""
    with transaction():
        count = end_sign_ins_of(by.person_id, but=by.session_id)
        _record(by.person_token, by, "others")
    return count


def end_sign_in_of_member(person: str, token: str, *, by: Viewer) -> None:
    """Sign one browser of a colleague out of this organisation. Raises NoResultFound."""
    with transaction():
        locked_organisation(by.organisation_id)
        must_still_manage(by, None)
        member = member_of(by, person)
        _end(*_here(member.person_id, by), SignInSession.token == token)
        _record(member.token, by, "one")


def end_sign_ins_of_member(person: str, *, by: Viewer) -> None:
    """Sign every browser of a colleague out of this organisation. Raises NoResultFound."""
    with transaction():
        locked_organisation(by.organisation_id)
        must_still_manage(by, None)
        member = member_of(by, person)
        db.session.execute(delete(SignInSession).where(*_here(member.person_id, by)))
        _record(member.token, by, "all")


def end_sign_ins_of(person_id: int, *, but: int | None = None) -> int:
    """Sign a person out everywhere, except where ``but`` is; call it in a transaction."""
    ended = delete(SignInSession).where(SignInSession.person_id == person_id)
    if but is not None:
        ended = ended.where(SignInSession.id != but)
    return len(db.session.execute(ended.returning(SignInSession.id)).all())


def clear_what_is_over(_first: date, _last: date) -> None:
    """Remove sign-ins that are over, and links, counts and browsers of no more use.

    The last sign-in of each person stays: it tells for which organisation he worked last.
    """
    moment = clock.now()
    later = aliased(SignInSession)
    last_of_each = select(func.max(later.id)).group_by(later.person_id).scalar_subquery()
    over = (SignInSession.expires_at <= moment) | (
        SignInSession.last_seen_at <= moment - IDLE_LIMIT
    )
    with transaction():
        for removed in (
            delete(SignInSession).where(over, SignInSession.id.not_in(last_of_each)),
            delete(Guesses).where(Guesses.began_at < moment - KEPT_AFTERWARDS),
            delete(PasswordReset).where(PasswordReset.expires_at < moment - KEPT_AFTERWARDS),
            delete(EmailChange).where(EmailChange.expires_at < moment - KEPT_AFTERWARDS),
            delete(WaitingForm).where(WaitingForm.created_at < moment - WAITS_FOR),
            delete(KnownDevice).where(KnownDevice.last_used_at < moment - KNOWN_FOR),
            delete(PasskeyChallenge).where(PasskeyChallenge.created_at < moment - WAITS_FOR),
        ):
            db.session.execute(removed.execution_options(synchronize_session=False))


def _here(person_id: int, by: Viewer) -> tuple[ColumnElement[bool], ...]:
    return (
        SignInSession.person_id == person_id,
        SignInSession.organisation_id == by.organisation_id,
    )


def _end(*which: ColumnElement[bool]) -> None:
    ended = delete(SignInSession).where(*which).returning(SignInSession.id)
    if db.session.execute(ended).first() is None:
        raise NoResultFound


def _record(person: str, by: Viewer, which: str) -> None:
    audit.record(
        "person.signed_out_elsewhere",
        actor=by.person_token,
        subject=("person", person),
        which=which,
    )
