"""What later stations freeze with a tender's questions, read once per process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any

from flask import current_app

from foundation.canonical import canonical_json, canonical_object
from tenders.rules.lint import Wanted, conditions_in
from tenders.rules.questionnaire import plain_values

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


def written(libraries: Libraries) -> str:
    """Return the canonical JSON of all libraries by their names."""
    return canonical_object({name: _written(load) for name, load in libraries.items()})


def wanted_by(libraries: Libraries) -> tuple[Wanted, ...]:
    """Return what waits for answers in the libraries."""
    return _wanted(tuple(libraries.values()))


# Like _once(): what a loader returns does not change while a process runs.


@lru_cache(maxsize=8)
def _written(load: Callable[[], Any]) -> str:
    return canonical_json(plain_values(load()))


@lru_cache(maxsize=8)
def _wanted(loads: tuple[Callable[[], Any], ...]) -> tuple[Wanted, ...]:
    return tuple(wanted for load in loads for wanted in conditions_in(load()))


@cache
def _once(load: Callable[[], Any]) -> Callable[[], Any]:
    return cache(load)
