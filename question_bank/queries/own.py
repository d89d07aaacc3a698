"""What authorities keep beside the shared bank: their questions and packs, each seen by its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from foundation.database import db
from question_bank.models import AuthorityBank, OwnPack, OwnQuestion, OwnQuestionVersion, OwnStatus


@dataclass(frozen=True)
class ReadyQuestion:
    """The newest version of an own question that may be asked; ``raw`` as the bank writes one."""

    token: str
    question_id: str
    version: int
    raw: Mapping[str, Any] = field(repr=False)

    @property
    def title(self) -> str:
        return str(self.raw["title"])


def ready_questions(authority_id: int) -> list[ReadyQuestion]:
    """Return what the authority may ask, in order of id.

    While the next version of a question is being written, the last ready one can still be asked.
    """
    newest = (
        select(OwnQuestionVersion.own_question_id, func.max(OwnQuestionVersion.version).label("n"))
        .group_by(OwnQuestionVersion.own_question_id)
        .subquery()
    )
    rows = db.session.execute(
        select(OwnQuestion.token, OwnQuestion.question_id, OwnQuestionVersion)
        .join(OwnQuestionVersion, OwnQuestionVersion.own_question_id == OwnQuestion.id)
        .join(
            newest,
            (newest.c.own_question_id == OwnQuestion.id)
            & (newest.c.n == OwnQuestionVersion.version),
        )
        .where(OwnQuestion.authority_id == authority_id, OwnQuestion.status != OwnStatus.RETIRED)
        .order_by(OwnQuestion.question_id)
    ).all()
    return [ReadyQuestion(token, name, kept.version, kept.raw) for token, name, kept in rows]


def own_packs(authority_id: int) -> list[OwnPack]:
    """Return the authority's own packs in order of title; those retired are left out."""
    kept = [pack for pack in every_pack(authority_id) if "retired" not in pack.provenance]
    return sorted(kept, key=lambda pack: (str(pack.raw["title"]).casefold(), pack.id))


def every_pack(authority_id: int) -> list[OwnPack]:
    """Return the authority's own packs, with those that are retired."""
    return list(db.session.scalars(select(OwnPack).where(OwnPack.authority_id == authority_id)))


def pack_for(authority_id: int, token: str) -> OwnPack:
    """Return a pack of the authority. Raises NoResultFound."""
    return db.session.scalars(
        select(OwnPack).where(OwnPack.authority_id == authority_id, OwnPack.token == token)
    ).one()


def every_pack_id(authority_id: int) -> list[str]:
    """Return the ids of all packs the authority ever had: they are permanent."""
    return list(
        db.session.scalars(select(OwnPack.pack_id).where(OwnPack.authority_id == authority_id))
    )


def authority_bank(authority_id: int) -> AuthorityBank | None:
    return db.session.scalars(
        select(AuthorityBank).where(AuthorityBank.authority_id == authority_id)
    ).first()


def prefix_of(authority_id: int) -> str | None:
    kept = authority_bank(authority_id)
    return kept.prefix if kept else None


def prefixes_taken() -> frozenset[str]:
    """Return how the own questions of all authorities begin."""
    return frozenset(
        prefix for prefix in db.session.scalars(select(AuthorityBank.prefix)) if prefix is not None
    )


def own_questions(authority_id: int) -> list[OwnQuestion]:
    return list(
        db.session.scalars(
            select(OwnQuestion)
            .where(OwnQuestion.authority_id == authority_id)
            .order_by(OwnQuestion.question_id)
        )
    )


def own_question_for(authority_id: int, token: str) -> OwnQuestion:
    """Return an own question of the authority. Raises NoResultFound."""
    return db.session.scalars(
        select(OwnQuestion).where(
            OwnQuestion.authority_id == authority_id, OwnQuestion.token == token
        )
    ).one()


def versions_of(own: OwnQuestion) -> list[OwnQuestionVersion]:
    """Return every version that was ready to be asked, the oldest first."""
    return list(
        db.session.scalars(
            select(OwnQuestionVersion)
            .where(OwnQuestionVersion.own_question_id == own.id)
            .order_by(OwnQuestionVersion.version)
        )
    )
