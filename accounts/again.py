"""Pages that ask whoever uses them to prove again who he is, unless he did so a moment ago.

Some things must not be done by whoever finds a screen left open. The line below ``@requires`` says
that a page is one of them; what was sent is kept meanwhile, and sent again afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import request
from flask.typing import ResponseReturnValue

from accounts.access import SAFE, signed_in_user
from accounts.service.proving import LASTS, PROOF_LASTS, has_proven

__all__ = [
    "LASTS",
    "PROOF_LASTS",
    "ProofNeeded",
    "asks_again",
    "asks_before",
    "asks_before_or_for_a_code",
    "has_proven",
    "must_prove",
]

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]


class ProofNeeded(Exception):
    """Somebody signed in for a while did what not everybody at his screen may do."""


def asks_again(view: View[P]) -> View[P]:
    """Take a form only from somebody who signed in or proved himself a moment ago."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if request.method not in SAFE:
            must_prove()
        return view(*args, **kwargs)

    guarded.asks_again = True  # type: ignore[attr-defined]
    return guarded


def asks_before(view: View[P]) -> View[P]:
    """Ask before the form is shown too: what is typed into it is never carried along."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        must_prove()
        return view(*args, **kwargs)

    guarded.asks_again = True  # type: ignore[attr-defined]
    return guarded


def asks_before_or_for_a_code(view: View[P]) -> View[P]:
    """Ask before the form is shown, but whoever came by a provider: he shows a code in the form.

    A password is asked for together with a code, so that one code is enough for both.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if signed_in_user().provider_id is None:
            must_prove()
        return view(*args, **kwargs)

    guarded.asks_again = True  # type: ignore[attr-defined]
    return guarded


def must_prove() -> None:
    """Raise ProofNeeded, which views/proving.py answers, unless the viewer has proven himself."""
    if not has_proven(signed_in_user()):
        raise ProofNeeded
