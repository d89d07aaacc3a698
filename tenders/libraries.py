"""What later stations freeze with a tender's questions, read once per process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from flask import current_app

# Name → what returns the raw form of a later station's content (the clause library).
Libraries = Mapping[str, Callable[[], Any]]


def frozen_libraries() -> Libraries:
    """Return what later stations want frozen, as app.py registered it.

    What is shipped does not change while a process runs, so each is loaded once.
    """
    registered: Libraries = current_app.extensions["frozen_libraries"]
    return {name: _once(load) for name, load in registered.items()}


def loaded(libraries: Libraries) -> dict[str, Any]:
    """Return each library by its name, as plain values."""
    return {name: load() for name, load in libraries.items()}


@cache
def _once(load: Callable[[], Any]) -> Callable[[], Any]:
    return cache(load)
