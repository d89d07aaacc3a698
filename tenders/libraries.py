"""What later stations freeze with a tender's questions: shipped content, and an authority's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from flask import current_app

from foundation.canonical import canonical_json, canonical_object, sha256_hex
from tenders.models import Tender
from tenders.rules.drafting_notes import CLAUSES, without_notes
from tenders.rules.freezing import plain_values
from tenders.rules.lint import Wanted, conditions_in

# Name → what returns the raw form of a later station's content (the clause library).
Libraries = Mapping[str, Callable[[], Any]]


# Name → what an authority adds to the shipped content: from its id, plain values or nothing; and
# how they are put together.
Added = Callable[[int], list[Any]]
Put = Callable[[Any, list[Any]], Any]


def frozen_libraries(tender: Tender) -> Libraries:
    """Return what later stations want frozen with ``tender``, as app.py registered it.

    What is shipped does not change while a process runs, so each is loaded once. What the
    tender's authority adds is asked for each time, and known by its own words: nothing that was
    kept for one authority is ever taken for another, nor an earlier version for a later one.
    """
    registered: Libraries = current_app.extensions["frozen_libraries"]
    adding: Mapping[str, tuple[Added, Put]] = current_app.extensions.get(
        "added_to_frozen_libraries", {}
    )
    found: dict[str, Callable[[], Any]] = {name: _once(load) for name, load in registered.items()}
    for name, (added, put) in adding.items():
        own = added(tender.authority_id)
        if own and name in found:
            found[name] = _WithOwn(found[name], put, sha256_hex(canonical_json(own)), own)
    return found


@dataclass(frozen=True, slots=True)
class _WithOwn:
    """A shipped library with what an authority adds, equal to another only with the same words."""

    shipped: Callable[[], Any]
    put: Put
    sha256: str
    own: list[Any] = field(compare=False)

    def __call__(self) -> Any:
        return self.put(self.shipped(), self.own)


def loaded(libraries: Libraries) -> dict[str, Any]:
    """Return each library by its name, as plain values."""
    return {name: load() for name, load in libraries.items()}


def written(libraries: Libraries) -> str:
    """Return the canonical JSON of all libraries by their names: what a tender freezes.

    Drafting notes stay with the authorities, because suppliers read what is frozen.
    """
    return canonical_object({name: _written(load) for name, load in libraries.items()})


def wanted_by(libraries: Libraries) -> tuple[Wanted, ...]:
    """Return what waits for answers in the libraries."""
    return _wanted(tuple(libraries.values()))


# What a loader returns does not change while a process runs: see frozen_libraries().


@dataclass(frozen=True, slots=True)
class ClausesFrozen:
    """The clauses that publishing freezes: their version, how many, and the authority's own."""

    version: str
    count: int
    own: tuple[str, ...]


def clauses_of(libraries: Libraries) -> ClausesFrozen | None:
    """Return what is frozen of clauses, for whoever agrees to it; None where there are none."""
    load = libraries.get(CLAUSES)
    if load is None:
        return None
    library = load()
    own = load.own if isinstance(load, _WithOwn) else ()
    return ClausesFrozen(
        str(library.get("version") or ""),
        len(library.get("clauses") or ()),
        tuple(f"{one['id']} {one['title']}, version {one['version']}" for one in own),
    )


@lru_cache(maxsize=32)
def _written(load: Callable[[], Any]) -> str:
    return canonical_json(plain_values(without_notes(load())))


@lru_cache(maxsize=32)
def _wanted(loads: tuple[Callable[[], Any], ...]) -> tuple[Wanted, ...]:
    return tuple(wanted for load in loads for wanted in conditions_in(load()))


@cache
def _once(load: Callable[[], Any]) -> Callable[[], Any]:
    return cache(load)
