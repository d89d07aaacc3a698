"""Pages that ask whoever uses them to prove again who he is, unless he did so a moment ago.

Some things must not be done by whoever finds a screen left open. The line below ``@requires`` says
that a page is one of them; what was sent is kept meanwhile, and sent again afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import ParamSpec

from flask import current_app, request
from flask.typing import ResponseReturnValue

from accounts.access import signed_in_user
from accounts.queries import Viewer
from foundation import clock

# How long a proof lasts; signing in is one.
PROOF_LASTS = timedelta(minutes=15)
# Under this name an application may hold another length; only the tests do.
LASTS = "proof_lasts"

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]


class ProofNeeded(Exception):
    """Somebody signed in for a while sent a form that not everybody at his screen may send."""


def asks_again(view: View[P]) -> View[P]:
    """Take a form only from somebody who signed in or proved himself a moment ago."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if request.method not in ("GET", "HEAD") and not has_proven(signed_in_user()):
            raise ProofNeeded
        return view(*args, **kwargs)

    guarded.asks_again = True  # type: ignore[attr-defined]
    return guarded


def has_proven(viewer: Viewer) -> bool:
    """Return whether the viewer showed a moment ago that it is he."""
    lasts: timedelta = current_app.extensions.get(LASTS, PROOF_LASTS)
    shown = [moment for moment in (viewer.proven_at, viewer.signed_in_at) if moment is not None]
    return bool(shown) and clock.now() - max(shown) < lasts
