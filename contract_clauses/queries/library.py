"""The clause library as it is shipped, its editions, and which tenders hold an older one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import select

from accounts.queries import Viewer
from contract_clauses import loader
from contract_clauses.queries.schedules import FROZEN_AS, NoLibrary
from contract_clauses.rules.library import Library
from contract_clauses.rules.library_differences import LibraryDifferences, library_differences
from contract_clauses.rules.library_editions import EditionOpening
from contract_clauses.rules.reading import read_library
from foundation.database import db
from question_bank.rules.editions import sort_key
from tenders.libraries import frozen_libraries
from tenders.models import Tender
from tenders.queries import visible_to
from tenders.rules.lifecycle import Stage

# A tender in one of these stages is still to lead to a schedule.
UNDER_WAY = (Stage.OPEN, Stage.CLOSED, Stage.OPENED, Stage.EVALUATING, Stage.DECIDED)


@dataclass(frozen=True, slots=True)
class HoldsOlder:
    """A tender under way that was published with an earlier version of the library."""

    tender: Tender
    version: str


def library_as_planned(tender: Tender) -> Library:
    """Return the clauses that publishing a draft would freeze today. Raises NoLibrary."""
    load = frozen_libraries(tender).get(FROZEN_AS)
    if load is None:
        raise NoLibrary("You cannot see the contract terms because this tender has none")
    return _read(load)


@lru_cache(maxsize=8)
def _read(load: Callable[[], Any]) -> Library:
    """Return what is loaded, read once: known by its words (see ``tenders.libraries``)."""
    return read_library(load())


@lru_cache(maxsize=64)
def compared(old: str, new: str) -> LibraryDifferences:
    """Return what changed between two editions of the library. Raises UnknownEdition."""
    before, after = loader.library_edition(old).library, loader.library_edition(new).library
    return library_differences(before, after, loader.shipped_names())


@cache
def library_editions() -> tuple[EditionOpening, ...]:
    """Return what every edition says of itself, the newest first; its clauses are not read."""
    return tuple(loader.edition_opening(one) for one in reversed(loader.library_versions()))


def holding_older(viewer: Viewer, newest: str) -> list[HoldsOlder]:
    """Return the tenders under way that the viewer may see and that froze an earlier version."""
    tenders = list(
        db.session.scalars(
            select(Tender)
            .where(
                visible_to(viewer),
                Tender.stage.in_(UNDER_WAY),
                Tender.questionnaire_sha256.is_not(None),
            )
            .order_by(Tender.reference, Tender.id)
        )
    )
    versions = _versions({tender.id: tender.questionnaire_sha256 or "" for tender in tenders})
    found = [HoldsOlder(tender, versions.get(tender.id, "")) for tender in tenders]
    return [held for held in found if held.version and _is_older(held.version, newest)]


def _is_older(version: str, than: str) -> bool:
    try:
        return sort_key(version) < sort_key(than)
    except ValueError:  # a version of a form that was never shipped
        return True


# The fingerprint of a questionnaire → the version of the library frozen in it: both never change.
_known_versions: dict[str, str] = {}
MOST_KNOWN = 10_000


def _versions(wanted: Mapping[int, str]) -> dict[int, str]:
    """Return the version each tender froze; what was read before is not read again."""
    unknown = [number for number, sha256 in wanted.items() if sha256 not in _known_versions]
    if unknown:
        if len(_known_versions) > MOST_KNOWN:
            _known_versions.clear()
        rows = db.session.execute(
            select(Tender.questionnaire_sha256, Tender.questionnaire_text).where(
                Tender.id.in_(unknown)
            )
        )
        for sha256, text in rows:
            frozen = json.loads(text or "{}").get("libraries", {}).get(FROZEN_AS) or {}
            _known_versions[str(sha256)] = str(frozen.get("version") or "")
    return {number: _known_versions.get(sha256, "") for number, sha256 in wanted.items()}
