"""Who outside the authority is told when something about a tender is published.

A later station knows who that is and registers it (app.py). For messages alone: no page of the
buying side may show the list, its length or anything that follows from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flask import current_app

from tenders.models import Tender

FOLLOWERS = "followers_of_a_tender"


def followers_of(tender: Tender) -> list[str]:
    """Return the e-mail addresses, each once, sorted."""
    registered: Iterable[Callable[[Tender], list[str]]] = current_app.extensions[FOLLOWERS]
    return sorted({address for find in registered for address in find(tender)})
