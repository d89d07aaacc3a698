"""Where a plan contradicts the law or the tender: what stops publication, what is worth a thought.

What the law demands stops it only where the plan itself says that it is not done; a sheet that was
never begun stops nothing, because it may be kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tenders.rules.findings import Finding, Place, Urgency
from tenders.rules.law import Duty, Group
from tenders.rules.planning import conflicts, minimum
from tenders.rules.planning.dates import day_in, in_words, out_of_order, too_soon
from tenders.rules.planning.setting import Setting

Values = Mapping[str, Any]
NOTHING: Values = {}
RESERVED = "The plan reserves a contract that is not below the threshold"


@dataclass(frozen=True)
class Planned:
    """The sheets of a plan by topic, its people, and where it differs from the tender."""

    sheets: Mapping[str, Values]
    setting: Setting
    people: tuple[tuple[int, Values], ...] = ()
    differs: tuple[str, ...] = ()
    holidays: Container[date] = field(default=(), repr=False)
    lots_decided: bool = True

    def sheet(self, topic: str) -> Values:
        return self.sheets.get(topic, NOTHING)


def says_how_bids_come(planned: Planned | None) -> bool:
    """Return whether the timetable says what decides the shortest time for bids."""
    return planned is not None and bool(planned.sheet("timetable").get("shorter"))


def findings(planned: Planned, today: date, closing: date | None) -> list[Finding]:
    return [*_of_sheets(planned, today, closing), *_lots(planned)]


def _of_sheets(planned: Planned, today: date, closing: date | None) -> list[Finding]:
    if not any(planned.sheets.get(topic) for topic in ("timetable", "duties", "conflicts")):
        return list(_nothing(planned))
    return [
        *_time_for_bids(planned, today, closing),
        *_dates(planned),
        *_conflicts(planned, today),
        *_duties(planned),
        *_value(planned),
    ]


def _nothing(planned: Planned) -> Iterator[Finding]:
    if planned.setting.group in (Group.ABOVE, Group.LIGHT_TOUCH):
        duty = planned.setting.law.duties["conflicts"]
        yield _should(
            "The procurement is not planned here, nor is a conflicts assessment",
            "Plan it, or be sure that the plan and the assessment are kept elsewhere.",
            duty.source,
        )


def _lots(planned: Planned) -> Iterator[Finding]:
    if planned.setting.group is Group.ABOVE and not planned.lots_decided:
        yield Finding(
            "Nobody has decided whether the contract is divided into lots",
            Place.LOTS,
            urgency=Urgency.SHOULD,
            remedy="Divide it into lots, or write why it is not divided.",
            source=planned.setting.law.duties["lots"].source,
        )


def _time_for_bids(planned: Planned, today: date, closing: date | None) -> Iterator[Finding]:
    if closing is None or closing < today or not says_how_bids_come(planned):
        return
    sheet = planned.sheet("timetable")
    begins = max(
        today, *(day_in(sheet, name) or today for name in ("tender_notice", "participation_closes"))
    )
    least = minimum.for_bids(planned.setting, sheet)
    given = max(0, minimum.days_given(begins, closing))
    if given < least.days:
        first = in_words(begins + timedelta(days=least.days))
        yield Finding(
            f"Suppliers have {given} {'day' if given == 1 else 'days'} for their bids; the law "
            f"asks for {least.days}",
            Place.DETAILS,
            why=f"By your timetable: {least.says}.",
            remedy=f"Close on {first} or later, or correct what the timetable says about bids and "
            "documents.",
            source=least.source,
        )


def _dates(planned: Planned) -> Iterator[Finding]:
    sheet, setting = planned.sheet("timetable"), planned.setting
    sources = {
        "planned_notice": setting.law.period("planned-notice-latest", setting.day).source,
        "signature": setting.law.period("standstill", setting.day).source,
    }
    for problem in out_of_order(sheet):
        yield _should(
            f"Dates of the timetable are in the wrong order. {problem.says}",
            "Change the timetable.",
            setting.law.rules["dates"],
        )
    for problem in too_soon(sheet, setting, planned.holidays):
        if problem.field in sources:
            yield _must(problem.says, "Change the timetable.", sources[problem.field])
    if planned.differs:
        yield _should(
            f"Timetable and tender differ: {', '.join(planned.differs).lower()}",
            "Say which dates count.",
            setting.law.rules["plan"],
        )


def _conflicts(planned: Planned, today: date) -> Iterator[Finding]:
    if planned.setting.group not in (Group.ABOVE, Group.LIGHT_TOUCH):
        return
    sheet, duty = planned.sheet("conflicts"), planned.setting.law.duties["conflicts"]
    if not sheet:
        yield _should(
            "No conflicts assessment is kept here",
            "Write it before the tender notice, or be sure that it is kept elsewhere.",
            duty.source,
        )
        return
    who = conflicts.open_conflicts(planned.people)
    if who:
        yield _must(
            f"No step is written for the conflict of {', '.join(who)}",
            "Write what is done about it, or what shows that there is none.",
            planned.setting.law.rules["mitigation"],
        )
    if sheet.get("confirmed") != "yes":
        yield _should(
            "The conflicts assessment does not say yet that it is prepared",
            "Confirm it: the tender notice has to.",
            duty.source,
        )
    if conflicts.review_is_due(sheet, today):
        yield _should(
            "The conflicts assessment is due for review", "Look at it again.", duty.source
        )


def reserves_wrongly(duties: Mapping[str, Any], setting: Setting) -> bool:
    """Return whether a contract is reserved to suppliers of an area that must not be."""
    covered = setting.group in (Group.ABOVE, Group.LIGHT_TOUCH)
    return covered and duties.get("reserved") not in (None, "no")


def _duties(planned: Planned) -> Iterator[Finding]:
    sheet, group, law = planned.sheet("duties"), planned.setting.group, planned.setting.law
    if not sheet:
        return
    covered = group in (Group.ABOVE, Group.LIGHT_TOUCH)
    if reserves_wrongly(sheet, planned.setting):
        yield _must(RESERVED, "Take the reservation out.", law.rules["reserved"])
    if covered and sheet.get("npps") != "yes":
        yield _of_duty(
            "The plan says that the National Procurement Policy Statement was not looked at yet"
            if sheet.get("npps")
            else "The plan does not say whether you had regard to the National Procurement Policy "
            "Statement",
            "Read it, and note what it led to.",
            law.duties["npps"],
            is_said=bool(sheet.get("npps")),
        )
    if covered and sheet.get("engagement") == "unannounced":
        missing = not sheet.get("engagement_words")
        if missing:
            yield _of_duty(
                "The market was asked without a notice, and no reason is given",
                "Give the reason: the tender notice has to.",
                law.duties["engagement"],
                is_said=True,
            )
    if not sheet.get("small"):
        name = "small-suppliers" if covered else "small-suppliers-below"
        yield _of_duty(
            "The plan does not say what keeps small suppliers away",
            "Write what you found, and what you did about it.",
            law.duties[name],
            is_said=False,
        )


def _value(planned: Planned) -> Iterator[Finding]:
    sheet, setting = planned.sheet("duties"), planned.setting
    if setting.disagrees and not sheet.get("threshold_because"):
        yield _should(
            "The facts and the figures put the contract on different sides of the threshold",
            "Correct the value, the answer or what is bought, or write why it is right.",
            setting.threshold.source,
        )
    if setting.group is not Group.ABOVE or not setting.is_large or not sheet:
        return
    chosen, duty = sheet.get("indicators"), setting.law.duties["indicators"]
    if chosen == "not-needed":
        yield _of_duty(
            "The plan has no performance indicators because the contract is worth £5 million or "
            "less, and it is worth more",
            "Set at least three, or write why they could not fairly measure it.",
            duty,
            is_said=True,
        )
    elif chosen is None or (chosen == "not-fair" and not sheet.get("indicators_because")):
        yield _of_duty(
            "The plan does not say whether there are performance indicators, or why not",
            "Set at least three, or write why they could not fairly measure it.",
            duty,
            is_said=False,
        )


def _of_duty(message: str, remedy: str, duty: Duty, *, is_said: bool) -> Finding:
    return (_must if is_said else _should)(message, remedy, duty.source)


def _must(message: str, remedy: str, source: str) -> Finding:
    return Finding(message, Place.PLAN, remedy=remedy, source=source)


def _should(message: str, remedy: str, source: str) -> Finding:
    return Finding(message, Place.PLAN, urgency=Urgency.SHOULD, remedy=remedy, source=source)
