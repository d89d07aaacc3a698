"""The notices of a tender as they were recorded, beside those the law wants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import select

from accounts.models import Person
from foundation import clock
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db
from question_bank.loader import read_yaml
from tenders.law import shipped_law
from tenders.models import Amendment, Notice, Tender
from tenders.rules.findings import Finding, Urgency
from tenders.rules.notice_reading import read_notices
from tenders.rules.notices import (
    NOTIFIABLE,
    Catalogue,
    Circumstances,
    must_be_published_again,
    wanted_before_publication,
)

CONTENT = Path(__file__).parent / "content" / "notices.yml"

NOT_ABOUT_IT = (
    "it was recorded as one that does not say what this amendment says. If it does, strike the "
    "record out and record the notice again with “Yes”."
)
CHANGED_SINCE = (
    "the amendment was changed after it was recorded. Publish the notice again as the amendment is "
    "now, and record its new number."
)


@dataclass(frozen=True)
class Recorded:
    """A notice with the name of whoever recorded it, and the amendment it was published for."""

    notice: Notice
    title: str
    recorded_by: str
    amendment: int | None = None


@cache
def shipped_notices() -> Catalogue:
    """Return the kinds of content/notices.yml. Raises ContentError with a remedy."""
    return read_notices(read_yaml(CONTENT))


def standing(tender: Tender) -> list[Notice]:
    """Return the notices of a tender that are recorded and not struck out, the first first."""
    return list(
        db.session.scalars(
            select(Notice)
            .where(Notice.tender_id == tender.id, Notice.struck_at.is_(None))
            .order_by(Notice.id)
        )
    )


def recorded(tender: Tender) -> list[Recorded]:
    """Return every notice ever recorded, also struck out, the newest first."""
    kinds = shipped_notices().kinds
    numbers = {
        amendment_mark(sha256, closes_at): number
        for number, sha256, closes_at in db.session.execute(
            select(Amendment.number, Amendment.sha256_after, Amendment.closes_after).where(
                Amendment.tender_id == tender.id
            )
        )
    }
    rows = db.session.execute(
        select(Notice, Person.name)
        .join(Person, Person.id == Notice.recorded_by_id)
        .where(Notice.tender_id == tender.id)
        .order_by(Notice.id.desc())
    )
    return [
        Recorded(
            notice,
            kinds[notice.kind].in_words if notice.kind in kinds else notice.kind,
            name,
            numbers.get(notice.amendment),
        )
        for notice, name in rows
    ]


def notice_of(tender: Tender, token: str) -> Notice:
    """Return one notice of the tender. Raises NoResultFound (a 404)."""
    return db.session.scalars(
        select(Notice).where(Notice.tender_id == tender.id, Notice.token == token)
    ).one()


def before_publishing(
    tender: Tender, moment: datetime, recorded: Iterable[Notice]
) -> tuple[list[Finding], list[Finding]]:
    """Return what stops publication for want of a notice, and what is worth a thought."""
    kinds = {notice.kind for notice in recorded}
    found = wanted_before_publication(shipped_notices(), circumstances(tender, moment), kinds)
    stops = [finding for finding in found if finding.urgency is Urgency.MUST]
    return stops, [finding for finding in found if finding.urgency is not Urgency.MUST]


def progress(tender: Tender, moment: datetime) -> tuple[str, bool]:
    """Return whether the notices that must come before publication of a draft are recorded."""
    stops, unknown = before_publishing(tender, moment, standing(tender))
    if stops:
        return "Notice needed first", False
    return ("Not known whether one is needed", True) if unknown else ("Nothing missing", True)


def amendment_needs_notice(tender: Tender, moment: datetime) -> bool:
    """Return whether a change to the published tender needs its notice published again."""
    kinds = {notice.kind for notice in standing(tender)}
    return must_be_published_again(shipped_notices(), circumstances(tender, moment), kinds)


def of_amendment(tender: Tender, mark: str) -> Notice | None:
    """Return the notice that is recorded for an amendment as it is now, by its mark."""
    wanted = shipped_notices().again
    return _first(n for n in standing(tender) if n.kind == wanted and n.amendment == mark)


def not_counting(tender: Tender, mark: str) -> list[tuple[Notice, str]]:
    """Return the notices recorded since the amendment was begun that are not for it as it is now,
    each with why."""
    since, wanted = tender.amending_since, shipped_notices().again
    return [
        (notice, CHANGED_SINCE if notice.amendment else NOT_ABOUT_IT)
        for notice in standing(tender)
        if notice.kind == wanted
        and notice.amendment != mark
        and since is not None
        and notice.recorded_at >= since
    ]


def amendment_mark(sha256: str, closes_at: datetime) -> str:
    """Return the hash of what an amendment makes of the tender: what is asked, and until when."""
    return sha256_hex(canonical_json({"questionnaire": sha256, "closes_at": closes_at.isoformat()}))


def circumstances(tender: Tender, moment: datetime) -> Circumstances:
    amount = shipped_law().threshold(NOTIFIABLE, clock.london(moment).date()).amount
    return Circumstances(tender.facts, tender.registration_open, amount)


def _first(found: Iterable[Notice]) -> Notice | None:
    return next(iter(found), None)
