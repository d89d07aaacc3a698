"""An authority's own clauses, seen by it alone, and those that its tenders freeze."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from accounts.queries.team import Member, everybody_in
from accounts.rules.roles import Permission, allows
from contract_clauses.loader import conventions, shipped_library
from contract_clauses.models import OwnClause, OwnClauseVersion
from contract_clauses.rules.editing import OwnClauseStatus
from contract_clauses.rules.own_clauses import as_content
from contract_clauses.rules.own_soundness import ClauseExamined, examine_clause, with_own
from contract_clauses.rules.own_writers import writers
from foundation.database import db
from question_bank.rules.questions import Bank


def own_clauses(authority_id: int) -> list[OwnClause]:
    return list(
        db.session.scalars(
            select(OwnClause)
            .where(OwnClause.authority_id == authority_id)
            .order_by(OwnClause.clause_id)
            .options(joinedload(OwnClause.changed_by))
        )
    )


def own_clause_for(authority_id: int, token: str) -> OwnClause:
    """Return an own clause of the authority. Raises NoResultFound."""
    return db.session.scalars(
        select(OwnClause).where(OwnClause.authority_id == authority_id, OwnClause.token == token)
    ).one()


def saves_of(own: OwnClause) -> list[OwnClauseVersion]:
    """Return what the clause was each time it was saved, the newest first."""
    return list(
        db.session.scalars(
            select(OwnClauseVersion)
            .where(OwnClauseVersion.own_clause_id == own.id)
            .order_by(OwnClauseVersion.number.desc())
            .options(joinedload(OwnClauseVersion.saved_by))
        )
    )


def may_agree(own: OwnClause, saves: Sequence[OwnClauseVersion]) -> list[Member]:
    """Return the reviewers of the authority who wrote nothing of this version, by name."""
    wrote = writers(saves)
    return [
        one
        for one in everybody_in(own.authority_id)
        if allows(one.roles, Permission.CLAUSE_APPROVE) and one.person_id not in wrote
    ]


def ready_clauses(authority_id: int) -> list[dict[str, Any]]:
    """Return the clauses a tender of the authority freezes, in the library's form, by id.

    While the next version of a clause is being written, the last ready one is still used.
    """
    newest = (
        select(
            OwnClauseVersion.own_clause_id.label("clause"),
            func.max(OwnClauseVersion.number).label("number"),
        )
        .where(OwnClauseVersion.status == OwnClauseStatus.READY)
        .group_by(OwnClauseVersion.own_clause_id)
        .subquery()
    )
    rows = db.session.execute(
        select(OwnClause.clause_id, OwnClauseVersion.version, OwnClauseVersion.raw)
        .join(OwnClauseVersion, OwnClauseVersion.own_clause_id == OwnClause.id)
        .join(
            newest,
            (newest.c.clause == OwnClause.id) & (newest.c.number == OwnClauseVersion.number),
        )
        .where(OwnClause.authority_id == authority_id, OwnClause.status != OwnClauseStatus.RETIRED)
        .order_by(OwnClause.clause_id)
    ).all()
    return [as_content(clause_id, version, raw) for clause_id, version, raw in rows]


def examined(own: OwnClause, bank: Bank) -> ClauseExamined:
    """Check a clause beside the shipped library and the authority's other ready clauses."""
    return examine_clause(
        own.clause_id,
        own.version,
        own.raw,
        shipped_library(),
        bank,
        ready_clauses(own.authority_id),
        conventions(),
    )


# What an authority's tenders freeze beside the shipped library, and how both are put together.
ADDED = {"clauses": (ready_clauses, with_own)}
