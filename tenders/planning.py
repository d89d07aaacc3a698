"""The sheets of a tender's plan as they are kept: the latest of each, and how it came to be.

Whoever plans writes them with service.planning; rows are only added, so every earlier version of
a sheet can be read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, select

from accounts.models import Person
from foundation.database import db
from tenders.models import PlanningSheet, Tender


class Topic(StrEnum):
    """What a plan has a sheet about."""

    TIMETABLE = "timetable"
    DUTIES = "duties"
    CONFLICTS = "conflicts"
    FAILURE = "failure"
    PUBLIC = "public"
    ATRS = "atrs"


# Why somebody holds a role for the tender: kept like the sheets, but not one people fill in.
TEAM = "team"


@dataclass(frozen=True)
class Sheet:
    """One version of a sheet; version 0, without anything in it, where nobody has begun."""

    topic: str
    value: Mapping[str, Any] = field(default_factory=dict)
    version: int = 0
    saved_at: datetime | None = None
    saved_by: str = ""


def sheet(tender: Tender, topic: str) -> dict[str, Any] | None:
    """Return what the latest version of a sheet says, by field; None where there is none."""
    found = latest(tender, topic)
    return dict(found.value) if found.version else None


def latest(tender: Tender, topic: str) -> Sheet:
    """Return the latest version of a sheet, in one statement."""
    row = db.session.execute(
        _versions(tender)
        .where(PlanningSheet.topic == topic)
        .order_by(PlanningSheet.version.desc())
        .limit(1)
    ).first()
    return Sheet(topic) if row is None else _sheet(*row)


def sheets(tender: Tender) -> dict[str, Sheet]:
    """Return the latest version of every sheet that was begun, by topic, in one statement."""
    newest = (
        select(func.max(PlanningSheet.id))
        .where(PlanningSheet.tender_id == tender.id)
        .group_by(PlanningSheet.topic)
    )
    rows = db.session.execute(_versions(tender).where(PlanningSheet.id.in_(newest)))
    return {row[0]: _sheet(*row) for row in rows}


def history(tender: Tender, topic: str) -> list[Sheet]:
    """Return every version of a sheet, the newest first."""
    rows = db.session.execute(
        _versions(tender).where(PlanningSheet.topic == topic).order_by(PlanningSheet.version.desc())
    )
    return [_sheet(*row) for row in rows]


def _versions(tender: Tender) -> Select[str, str, int, datetime, str]:
    return (
        select(
            PlanningSheet.topic,
            PlanningSheet.text,
            PlanningSheet.version,
            PlanningSheet.saved_at,
            Person.name,
        )
        .join(Person, Person.id == PlanningSheet.saved_by_id)
        .where(PlanningSheet.tender_id == tender.id)
    )


def _sheet(topic: str, text: str, version: int, saved_at: datetime, saved_by: str) -> Sheet:
    return Sheet(topic, json.loads(text), version, saved_at, saved_by)
