"""Say who may open a page, once, on the line above it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import NoReturn, ParamSpec, TypeVar

from flask import abort, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from werkzeug.exceptions import NotFound

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import audit, clock
from foundation.audit import AuditEntry
from foundation.database import db

P = ParamSpec("P")
PUBLIC = "public"
NOT_FOUND = "page.not_found"
NOTED_EVERY = timedelta(minutes=1)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

__all__ = [
    "PUBLIC",
    "SignInNeeded",
    "Viewer",
    "current_viewer",
    "note_attempt",
    "for_machines",
    "public",
    "quiet",
    "requires",
    "signed_in_user",
]


class SignInNeeded(Exception):
    """A stranger opened a page for people who are signed in; views.py answers it."""


def current_viewer() -> Viewer | None:
    """Return the person using the page; None on a public page used by a stranger."""
    viewer: Viewer | None = g.get("viewer")
    return viewer


def signed_in_user() -> Viewer:
    """Return the person using the page; only call it behind ``requires``."""
    viewer = current_viewer()
    if viewer is None:
        raise RuntimeError("signed_in_user() called on a page without @requires")
    return viewer


def refuse(viewer: Viewer, permission: Permission) -> NoReturn:
    """Answer 403 and record the attempt: the one write, besides last_seen, that a GET makes."""
    audit.record_denied(
        "page.refused",
        actor=viewer.person_token,
        subject=("person", viewer.person_token),
        page=request.endpoint,
        permission=permission,
    )
    abort(403)


def note_attempt(viewer: Viewer, action: str) -> None:
    """Record that somebody tried what is not for him, once a minute at most for each ``action``.

    It names the page and nothing else: nobody can tell from it whether what was asked for exists,
    nor fill the disk with attempts.
    """
    db.session.rollback()
    recently = select(AuditEntry.id).where(
        AuditEntry.subject_kind == "person",
        AuditEntry.subject == viewer.person_token,
        AuditEntry.action == action,
        AuditEntry.happened_at > clock.now() - NOTED_EVERY,
    )
    if db.session.scalar(recently.limit(1)) is None:
        person = ("person", viewer.person_token)
        audit.record_denied(
            action, actor=viewer.person_token, subject=person, page=request.endpoint
        )


def public(view: View) -> View:
    """Open the page to everyone. Rare: every use is listed in the access test."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def quiet(view: View) -> View:
    """Mark a page that a script asks for by itself: asking for it is no sign of somebody there."""
    view.quiet = True  # type: ignore[attr-defined]
    return view


def for_machines(view: View) -> View:
    """Open an address to everyone that programs ask: who is signed in is not even looked up."""
    view.for_machines = True  # type: ignore[attr-defined]
    return public(view)


def requires(
    permission: Permission,
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Open the page to signed-in people whose role allows ``permission``.

    Says nothing about *which* tender or bid: queries do that, by looking only among the
    records this person's organisation may see (so another's record is a 404).
    """

    def decorate(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            viewer = current_viewer()
            if viewer is None:
                raise SignInNeeded
            if not viewer.may(permission):
                refuse(viewer, permission)
            try:
                return view(*args, **kwargs)
            except (NoResultFound, NotFound):
                if request.method not in SAFE:
                    note_attempt(viewer, NOT_FOUND)
                raise

        guarded.access = permission  # type: ignore[attr-defined]
        return guarded

    return decorate
