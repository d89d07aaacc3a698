"""Drafting notes beside a frozen library, which holds none: suppliers download what is frozen.

Both kept places never change: the editions of the shipped library, and each version of a clause of
an authority's own.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import select

from contract_clauses import loader
from contract_clauses.models import OwnClause, OwnClauseVersion
from contract_clauses.rules.editing import OwnClauseStatus
from contract_clauses.rules.library import ClauseTopic, Library
from foundation.database import db
from question_bank.rules.editions import UnknownEdition


def with_notes(library: Library, authority_id: int) -> Library:
    """Return a frozen library with the drafting notes of its very versions, for authorities.

    A library that was frozen with its notes keeps them. The fingerprint stays that of what was
    frozen. One statement where an authority's own clauses are in it, else none.
    """
    bare = {name: topic for name, topic in library.topics.items() if not topic.note}
    if not bare:
        return library
    shipped = _shipped(library.version)
    notes = {
        name: shipped[name].note
        for name, topic in bare.items()
        if name in shipped and shipped[name].version == topic.version
    }
    own = {(name, topic.version) for name, topic in bare.items() if name not in shipped}
    notes |= _of_own(own, authority_id)
    topics = {
        name: replace(topic, note=notes.get(name, topic.note))
        for name, topic in library.topics.items()
    }
    return replace(library, topics=topics)


def _shipped(version: str) -> dict[str, ClauseTopic]:
    shipped = loader.shipped_library()
    if shipped.version != version:
        try:
            shipped = loader.library_edition(version).library
        except UnknownEdition:
            return {}
    return dict(shipped.topics)


def _of_own(wanted: Collection[tuple[str, int]], authority_id: int) -> dict[str, str]:
    if not wanted:
        return {}
    rows = db.session.execute(
        select(OwnClause.clause_id, OwnClauseVersion.version, OwnClauseVersion.raw)
        .join(OwnClauseVersion, OwnClauseVersion.own_clause_id == OwnClause.id)
        .where(
            OwnClause.authority_id == authority_id,
            OwnClause.clause_id.in_({name for name, _ in wanted}),
            OwnClauseVersion.status == OwnClauseStatus.READY,
        )
        .order_by(OwnClauseVersion.number)
    )
    return {
        name: str(raw.get("note") or "") for name, version, raw in rows if (name, version) in wanted
    }
