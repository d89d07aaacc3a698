"""The dates of a timetable: what each follows, what is computed from them, what is too early."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tenders.rules.law import Force, Group, Period
from tenders.rules.planning import minimum
from tenders.rules.planning.setting import Setting
from tenders.rules.working_days import last_of

DAY = timedelta(days=1)

# The dates in the order in which they come, as the sheet names them, and how a sentence does.
ORDER: Mapping[str, str] = {
    "planned_notice": "the planned procurement notice",
    "tender_notice": "the tender notice",
    "transparency_notice": "the transparency notice",
    "participation_closes": "the end of requests to participate",
    "questions_until": "the end of questions",
    "closes_at": "the closing time",
    "evaluation_until": "the end of marking",
    "moderation_until": "the end of agreeing the marks",
    "decision": "the decision",
    "summaries": "the assessment summaries",
    "award_notice": "the contract award notice",
    "signature": "the signature of the contract",
    "contract_start": "the start of the contract",
    "contract_end": "the end of the contract",
}
# These may not fall on the same day as the one before.
STRICTLY_AFTER = frozenset({"tender_notice", "closes_at", "contract_end"})
# The same thing on the tender itself.
ON_TENDER = ("questions_until", "closes_at", "decision", "contract_start", "contract_end")


@dataclass(frozen=True, slots=True)
class Problem:
    """A sentence for the field of a sheet."""

    field: str
    says: str


@dataclass(frozen=True, slots=True)
class Computed:
    """A day that follows from the others, with the rule it follows from."""

    id: str
    label: str
    day: date | None
    says: str
    source: str
    force: Force


def moment_in(sheet: Mapping[str, Any], name: str) -> datetime | None:
    """Return what a field says as a wall-clock moment; a day is its first one."""
    written = sheet.get(name)
    return datetime.fromisoformat(written) if written else None


def day_in(sheet: Mapping[str, Any], name: str) -> date | None:
    found = moment_in(sheet, name)
    return None if found is None else found.date()


def in_words(moment: date) -> str:
    if isinstance(moment, datetime) and (moment.hour, moment.minute) != (0, 0):
        return f"{moment.day} {moment:%B %Y}, {moment:%H:%M}"
    return f"{moment.day} {moment:%B %Y}"


def out_of_order(sheet: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a sentence for each date that comes before the one it follows."""
    before, earlier = "", None
    for name, words in ORDER.items():
        found = moment_in(sheet, name)
        if found is None:
            continue
        if earlier is not None and _is_wrong(name, earlier, found):
            after = "after" if name in STRICTLY_AFTER else "on or after"
            yield Problem(
                name,
                f"Enter a date for {words} {after} {ORDER[before]}, which is {in_words(earlier)}",
            )
        # The latest so far, so that one date too late is told once and not hidden.
        if earlier is None or found > earlier:
            before, earlier = name, found


def _is_wrong(name: str, earlier: datetime, found: datetime) -> bool:
    if found.date() == earlier.date() and name not in STRICTLY_AFTER:
        # On one day only what has a time of its own can be told apart.
        return False
    if name == "closes_at":
        return found <= earlier
    return found.date() < earlier.date() or (
        name in STRICTLY_AFTER and found.date() == earlier.date()
    )


def in_the_past(
    sheet: Mapping[str, Any], before: Mapping[str, Any], now: datetime
) -> Iterator[Problem]:
    """Yield a sentence for each date that is new here and past. ``now`` is a wall-clock moment.

    One that was saved when it still lay ahead has slipped: the page says so, and nothing stops.
    """
    for name, words in ORDER.items():
        found = moment_in(sheet, name)
        if found is None or sheet.get(name) == before.get(name):
            continue
        timed = name in ("questions_until", "closes_at")
        if found <= now if timed else found.date() < now.date():
            yield Problem(name, f"Enter a date for {words} that is not in the past")


def slipped(sheet: Mapping[str, Any], today: date) -> list[str]:
    """Return the dates of a draft that are past, as a sentence names them."""
    days = {words: day_in(sheet, name) for name, words in ORDER.items()}
    return [words for words, day in days.items() if day is not None and day < today]


def too_soon(
    sheet: Mapping[str, Any], setting: Setting, holidays: Container[date]
) -> Iterator[Problem]:
    """Yield a sentence for each date that comes sooner than the law allows."""
    yield from _notice(sheet, setting, day_in(sheet, "tender_notice"))
    for name, begins, closes, least in times_given(sheet, setting):
        given = minimum.days_given(begins, closes)
        if least.days and given < least.days:
            first = in_words(begins + timedelta(days=least.days))
            yield Problem(
                name,
                f"Suppliers would have {given} {'day' if given == 1 else 'days'}: at least "
                f"{least.says}. The first day possible is {first}",
            )
    yield from _signature(sheet, setting, holidays)


def times_given(
    sheet: Mapping[str, Any], setting: Setting
) -> Iterator[tuple[str, date, date, minimum.Minimum]]:
    """Yield each time that suppliers get: its field, when it begins and ends, and the shortest."""
    begins = day_in(sheet, "tender_notice")
    for name, least in (
        ("participation_closes", minimum.for_requests(setting, sheet)),
        ("closes_at", minimum.for_bids(setting, sheet)),
    ):
        closes = day_in(sheet, name)
        if begins is not None and closes is not None:
            yield name, begins, closes, least
        # Bids are written once it is known who may bid.
        begins = closes or begins


def _notice(
    sheet: Mapping[str, Any], setting: Setting, published: date | None
) -> Iterator[Problem]:
    """A planned procurement notice shortens the time for bids only if it came in its window."""
    if sheet.get("shorter") != "planned-notice" or not setting.has_time_limits:
        return
    notice = day_in(sheet, "planned_notice")
    latest = setting.law.period("planned-notice-latest", setting.day)
    earliest = setting.law.period("planned-notice-earliest", setting.day)
    if notice is None:
        yield Problem(
            "planned_notice", "Enter the day of the planned procurement notice you rely on"
        )
    elif published is not None and not (
        add(published, earliest, -1) <= notice <= add(published, latest, -1)
    ):
        yield Problem(
            "planned_notice",
            f"This notice shortens no time: it is published {latest.words} to {earliest.words} "
            "before the tender notice",
        )


def _signature(
    sheet: Mapping[str, Any], setting: Setting, holidays: Container[date]
) -> Iterator[Problem]:
    signed, ends = day_in(sheet, "signature"), standstill_ends(sheet, setting, holidays)
    if signed is not None and ends is not None and signed <= ends and setting.must_stand_still:
        period = setting.law.period("standstill", setting.day)
        yield Problem(
            "signature",
            f"The standstill of {period.words} ends on {in_words(ends)}: no contract is signed "
            "before it has ended",
        )


def standstill_ends(
    sheet: Mapping[str, Any], setting: Setting, holidays: Container[date]
) -> date | None:
    """Return the last day of the standstill; None where none begins."""
    begins = day_in(sheet, "award_notice")
    if begins is None or setting.group is Group.BELOW:
        return None
    return last_of(setting.law.period("standstill", setting.day).count, begins, holidays)


def computed(
    sheet: Mapping[str, Any], setting: Setting, holidays: Container[date]
) -> list[Computed]:
    """Return the days that follow from those of the sheet."""
    ends = standstill_ends(sheet, setting, holidays)
    name = "standstill-voluntary" if setting.may_stand_still else "standstill"
    period = setting.law.period(name, setting.day)
    signed = day_in(sheet, "signature") or (ends + DAY if ends else None)
    found = (
        []
        if setting.group is Group.BELOW
        else [
            _computed("standstill_ends", "Standstill ends, at the end of", ends, period),
            _computed(
                "sign_from", "Contract may be signed from", ends + DAY if ends else None, period
            ),
        ]
    )
    light = "-light-touch" if setting.group is Group.LIGHT_TOUCH else ""
    wanted = [("contract-details", "Contract details notice (UK7) at the latest")]
    if setting.is_large and setting.group is not Group.BELOW:
        wanted.append(("contract-copy", "Copy of the contract published at the latest"))
    for name, label in wanted:
        due = setting.law.period(name + light, setting.day)
        found.append(_computed(name, label, last_day(signed, due) if signed else None, due))
    return found


def _computed(name: str, label: str, day: date | None, period: Period) -> Computed:
    return Computed(name, label, day, f"{period.words} {period.says}", period.source, period.force)


def last_day(first: date, period: Period) -> date:
    """Return the last day of a period that begins with ``first``: that day counts already."""
    return add(first, period) - DAY


def add(day: date, period: Period, times: int = 1) -> date:
    """Return the day that a period of days or months after (or before) ``day`` ends on."""
    if period.unit == "days":
        return day + timedelta(days=period.count * times)
    months = period.count * times * (12 if period.unit == "years" else 1)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise ValueError(f"{period.words} from {day}")
