"""Say who may open a page, once, on the line above it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import NoReturn, ParamSpec, TypeVar

from flask import abort, g, request
from flask.typing import ResponseReturnValue

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import audit

P = ParamSpec("P")
PUBLIC = "public"
View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

__all__ = [
    "PUBLIC",
    "SignInNeeded",
    "Viewer",
    "current_viewer",
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


def public(view: View) -> View:
    """Open the page to everyone. Rare: every use is listed in the access test."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def quiet(view: View) -> View:
    """Mark a page that a script asks for by itself: asking for it is no sign of somebody there."""
    view.quiet = True  # type: ignore[attr-defined]
    return view


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
            return view(*args, **kwargs)

        guarded.access = permission  # type: ignore[attr-defined]
        return guarded

    return decorate
