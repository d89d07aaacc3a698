"""What one page asks for more than once is read once.

A page that is only read changes nothing meanwhile. Whoever sends a form is answered from the
database each time, because what was read before may be what he changes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from flask import has_request_context, request

READING = ("GET", "HEAD")
KNOWN = "supplier_assurance.remembered"

Found = TypeVar("Found")


def once_a_page(what: Hashable, read: Callable[[], Found]) -> Found:
    """Return what ``read`` returns, or what it returned before for this very request.

    ``what``: everything it depends on.
    """
    if not has_request_context() or request.method not in READING:
        return read()
    known: dict[Hashable, object] = request.environ.setdefault(KNOWN, {})
    if what not in known:
        known[what] = read()
    return cast(Found, known[what])
