"""A whole timetable worked out from one date: the tender notice, or the start of the contract."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from tenders.rules.law import Group
from tenders.rules.planning import minimum
from tenders.rules.planning.dates import standstill_ends
from tenders.rules.planning.setting import Setting
from tenders.rules.working_days import after, on_or_after

NOON = time(12)
# Bids of a procurement for which the law sets no time: what a small supplier needs.
UNBOUND_DAYS = 25
# So far back a timetable is looked for that ends on the day wanted.
LONGEST = 800
CONDITIONS = ("electronic", "documents", "shorter", "shorter_because", "planned_notice")


class TooLate(ValueError):
    """The contract could not start on the day wanted. ``publish_on``: when the notice was due."""

    def __init__(self, publish_on: date) -> None:
        super().__init__(publish_on.isoformat())
        self.publish_on = publish_on


def from_notice(
    published: date, sheet: Mapping[str, Any], setting: Setting, holidays: Container[date]
) -> dict[str, str]:
    """Return the sheet with every date that follows from publishing on ``published``.

    What the sheet says about bids, documents and shorter times counts; its dates are replaced,
    apart from the planned procurement notice and the end of the contract.
    """
    found = {name: sheet[name] for name in CONDITIONS if sheet.get(name)}
    begins = published
    if setting.procedure is not None and "transparency-notice" in setting.procedure.stages:
        found["transparency_notice"] = published.isoformat()
    else:
        found["tender_notice"] = published.isoformat()
    if setting.procedure is not None and "participation" in setting.procedure.stages:
        days = minimum.for_requests(setting, sheet).days or UNBOUND_DAYS
        begins = on_or_after(published + timedelta(days=days), holidays)
        found["participation_closes"] = begins.isoformat()
    closing = _closing(begins, sheet, setting, holidays)
    if closing is not None:
        found["closes_at"] = _at_noon(closing)
        found["questions_until"] = _at_noon(_last_question(begins, closing, setting, holidays))
        begins = closing
    return found | _after_bids(begins, sheet, setting, holidays)


def _closing(
    begins: date, sheet: Mapping[str, Any], setting: Setting, holidays: Container[date]
) -> date | None:
    """Return the day on which bids close; None in a direct award, for which nobody bids."""
    if setting.procedure is not None and "tendering" not in setting.procedure.stages:
        return None
    days = minimum.for_bids(setting, sheet).days or UNBOUND_DAYS
    return on_or_after(begins + timedelta(days=days), holidays)


def _last_question(
    begins: date, closing: date, setting: Setting, holidays: Container[date]
) -> date:
    """Return the day on which questions end: early enough to use the answers, if that can be."""
    law, day = setting.law, setting.day
    last = closing - timedelta(days=law.time_limit("using-answers", day).days)
    first = begins + timedelta(days=law.time_limit("asking", day).days)
    wanted = max(last, min(first, closing - timedelta(days=1)))
    while wanted > begins and on_or_after(wanted, holidays) != wanted:
        wanted -= timedelta(days=1)
    return wanted


def _after_bids(
    closing: date, sheet: Mapping[str, Any], setting: Setting, holidays: Container[date]
) -> dict[str, str]:
    def later(name: str, day: date) -> date:
        return after(setting.law.period(name, setting.day).count, day, holidays)

    marked = later("reading-bids", closing)
    agreed = later("moderation", marked)
    decided = later("approving-award", agreed)
    found = {
        "evaluation_until": marked,
        "moderation_until": agreed,
        "decision": decided,
    }
    told = decided
    if setting.group is not Group.BELOW:
        if setting.procedure is None or "summaries" in setting.procedure.stages:
            told = found["summaries"] = later("writing-summaries", decided)
        told = found["award_notice"] = after(1, told, holidays)
    ends = standstill_ends({"award_notice": told.isoformat()}, setting, holidays)
    found["signature"] = after(1, ends or told, holidays)
    found["contract_start"] = later("mobilising", found["signature"])
    written = {name: day.isoformat() for name, day in found.items()}
    return written | _kept_end(sheet, found["contract_start"])


def _kept_end(sheet: Mapping[str, Any], start: date) -> dict[str, str]:
    end = str(sheet.get("contract_end") or "")
    return {"contract_end": end} if end and date.fromisoformat(end) > start else {}


def from_start(
    start: date,
    sheet: Mapping[str, Any],
    setting: Setting,
    holidays: Container[date],
    today: date,
) -> dict[str, str]:
    """Return the timetable with the latest notice from which the contract can start in time.

    Raises TooLate where that notice would have had to be published before ``today``.
    """
    for days in range(LONGEST):
        published = start - timedelta(days=days)
        if on_or_after(published, holidays) != published:
            continue
        found = from_notice(published, sheet, setting, holidays)
        if date.fromisoformat(found["contract_start"]) <= start:
            if published < today:
                raise TooLate(published)
            return found | {"contract_start": start.isoformat()} | _kept_end(sheet, start)
    raise TooLate(start - timedelta(days=LONGEST))


def _at_noon(day: date) -> str:
    return datetime.combine(day, NOON).isoformat()
