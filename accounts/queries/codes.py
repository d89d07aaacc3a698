"""Reading what people have set up for one-time codes; never a secret or a code."""

from __future__ import annotations

from sqlalchemy import func, select

from accounts.models import CodeGenerator, RecoveryCode
from foundation.database import db


def has_codes(person_id: int) -> bool:
    """Return whether signing in asks the person for a one-time code."""
    found = select(CodeGenerator.id).where(
        CodeGenerator.person_id == person_id, CodeGenerator.confirmed_at.is_not(None)
    )
    return db.session.scalar(found) is not None


def generator_of(person_id: int) -> CodeGenerator | None:
    """Return the generator of a person, confirmed or not."""
    return db.session.scalars(
        select(CodeGenerator)
        .where(CodeGenerator.person_id == person_id)
        .execution_options(populate_existing=True)
    ).one_or_none()


def recovery_codes_left(person_id: int) -> int:
    left = select(func.count(RecoveryCode.id)).where(
        RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(left) or 0
