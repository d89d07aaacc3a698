"""What pages of a plan say beside the fields: what is worked out, what is wrong, what is due."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain
from typing import Any

from accounts.queries.team import everybody_in
from accounts.rules.people import role_name
from foundation import clock
from tenders import planning, risks, timetabled
from tenders.models import Tender
from tenders.planning import Sheet, Topic
from tenders.planning_guide import Rule, rule_at, shipped_sheets
from tenders.rules.law import Group
from tenders.rules.lifecycle import Stage
from tenders.rules.outcome import state_of
from tenders.rules.planning import conflicts, dates, enough, minimum, recovery
from tenders.rules.planning.dates import Problem, day_in
from tenders.rules.planning.findings import Planned, reserves_wrongly
from tenders.rules.planning.setting import Setting, duties_of, in_words
from tenders.rules.planning.sheets import Asked, row_values
from tenders.timetabled import setting_for
from tenders.working_calendar import BANK_HOLIDAYS, holidays_between

Sheets = Mapping[str, Sheet]


@dataclass(frozen=True)
class Part:
    """A line of the plan: where it is planned, how far it is, what the law says of it."""

    title: str
    endpoint: str
    values: Mapping[str, str]
    state: str
    is_done: bool
    rules: tuple[Rule, ...] = ()


# Topic → the duties that the list of the plan names, where they hold.
LAW: Mapping[str, tuple[str, ...]] = {
    Topic.DUTIES: ("npps", "lots", "small-suppliers", "small-suppliers-below", "reserved"),
    Topic.TIMETABLE: ("tender-notice", "below-notice", "transparency-notice", "equal-time"),
    Topic.CONFLICTS: ("conflicts",),
    Topic.FAILURE: (),
}
RISKS = ("known-risks",)
# What decides the shortest time for bids.
ABOUT_TIME = frozenset({"electronic", "documents", "shorter", "shorter_because"})


def today() -> date:
    return clock.london(clock.arrived_at()).date()


def parts_of_plan(tender: Tender) -> list[Part]:
    """Return the parts of the plan, in the order in which people think of them."""
    sheets = planning.sheets(tender)
    setting = setting_for(tender, sheets)
    count = len(risks.of_tender(tender))
    named = [member for member in everybody_in(tender.authority_id) if member.roles_for(tender.id)]
    return [
        *(
            replace(_sheet_part(tender, topic, sheets), rules=_named(setting, LAW[topic]))
            for topic in LAW
        ),
        Part(
            "Risks seen before publication",
            "tenders.risks_known",
            {},
            f"{count} {'risk' if count == 1 else 'risks'}" if count else "None named",
            bool(count),
            _named(setting, RISKS),
        ),
        Part(
            "Team of this tender",
            "tenders.planning_team",
            {},
            f"{len(named)} with a role" if named else "Nobody named",
            bool(named),
        ),
    ]


def _named(setting: Setting, names: tuple[str, ...]) -> tuple[Rule, ...]:
    """Return the duties of ``names`` that hold for the tender."""
    return tuple(
        Rule(duty.force, duty.says, duty.source) for duty in duties_of(setting) if duty.id in names
    )


def fields_that_apply(asked: Iterable[Asked], setting: Setting) -> list[Asked]:
    """Return the fields that make sense for the tender: of stages its procedure has, and about
    the shortest time for bids only where the law sets one."""
    stages = None if setting.procedure is None else setting.procedure.stages
    unbound = stages is not None and not setting.has_time_limits
    return [
        one
        for one in asked
        if (not one.stage or stages is None or one.stage in stages)
        and not (unbound and one.field.id in ABOUT_TIME)
    ]


def _sheet_part(tender: Tender, topic: str, sheets: Sheets) -> Part:
    form = shipped_sheets()[topic]
    kept = sheets.get(topic, Sheet(topic))
    setting = setting_for(tender, sheets)
    asked = fields_that_apply(form.asked, setting)
    state = state_of(form.page(tuple(asked)), kept.value) if kept.version else "Not begun"
    if topic == Topic.TIMETABLE and any(dates.out_of_order(kept.value)):
        state = "Dates in the wrong order"
    if topic == Topic.DUTIES and reserves_wrongly(kept.value, setting):
        state = "Must not be reserved"
    return Part(
        form.title,
        "tenders.planning_sheet",
        {"topic": topic},
        str(state) + (f", version {kept.version}" if kept.version > 1 else ""),
        state == "Completed",
    )


def progress(tender: Tender, sheets: Sheets) -> tuple[str, bool]:
    """Return how far the sheets of the plan are, for the checklist of a draft."""
    parts = [_sheet_part(tender, topic, sheets) for topic in LAW]
    done = sum(part.is_done for part in parts)
    if not any(topic in sheets for topic in LAW):
        return "Not begun", False
    return ("Completed", True) if done == len(parts) else (f"{done} of {len(parts)} sheets", False)


def planned_of(tender: Tender, sheets: Sheets) -> Planned:
    """Return the plan as the check before publication sees it."""
    values = {topic: kept.value for topic, kept in sheets.items()}
    people = row_values(shipped_sheets()[Topic.CONFLICTS], values.get(Topic.CONFLICTS, {}))
    differs = timetabled.differences(tender, values.get(Topic.TIMETABLE, {}))
    return Planned(
        values,
        setting_for(tender, sheets),
        tuple(people),
        tuple(one.label for one in differs),
        BANK_HOLIDAYS,
        lots_decided=tender.procurement_id is not None or bool(tender.undivided_because),
    )


def begun_with(tender: Tender, latest: Sheet, sheets: Sheets) -> Mapping[str, Any]:
    """Return what the form of a sheet is filled with: what was saved, else what is known."""
    if latest.version:
        return latest.value
    match latest.topic:
        case Topic.TIMETABLE:
            return timetabled.of_tender(tender)
        case Topic.CONFLICTS:
            return _people(tender)
    return {}


def _people(tender: Tender) -> dict[str, str]:
    """Return the people with a role for this tender, and the officers, as rows to fill in."""
    found = {}
    members = everybody_in(tender.authority_id)
    rows = ((one.name, one.roles_for(tender.id)) for one in members)
    for number, (name, roles) in enumerate(((n, r) for n, r in rows if r), start=1):
        found[f"name_{number}"] = name
        found[f"part_{number}"] = ", ".join(role_name(role) for role in sorted(roles))
    return found


def problems_in(
    tender: Tender, topic: str, value: Mapping[str, Any], sheets: Sheets, now: datetime
) -> Iterable[Problem]:
    """Return a sentence for each field of a sheet that cannot be saved as it stands."""
    before = sheets.get(topic, Sheet(topic)).value
    match topic:
        case Topic.TIMETABLE:
            wrong = list(dates.out_of_order(value))
            # What already happened may be written down once the tender is published.
            past = dates.in_the_past(value, before, now) if tender.stage is Stage.DRAFT else ()
            reason = _shorter(value)
            return {problem.field: problem for problem in chain(reason, wrong, past)}.values()
        case Topic.CONFLICTS:
            rows = row_values(shipped_sheets()[topic], value)
            return conflicts.problems(rows, value, now.date())
    return ()


def _shorter(value: Mapping[str, Any]) -> Iterable[Problem]:
    if value.get("shorter") not in (None, "none") and not value.get("shorter_because"):
        yield Problem("shorter_because", "Enter why the shorter time may be used")


def shown_beside(
    tender: Tender, topic: str, sheets: Sheets, unsaved: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return what stands beside the fields of a sheet: what follows from what is saved of it, or
    from what was typed or proposed and is not saved yet."""
    setting = setting_for(tender, sheets)
    sheet = sheets.get(topic, Sheet(topic))
    if unsaved is not None:
        sheet = replace(sheet, value=unsaved)
    return {
        "rules": _rules(topic, sheet.value, setting),
        "stage": tender.stage,
        **BESIDE[topic](tender, sheet, setting),
    }


def _rules(topic: str, value: Mapping[str, Any], setting: Setting) -> dict[str, Rule]:
    """Return the rule behind each field; the shortest times as worked out for this tender."""
    form = shipped_sheets()[topic]
    hold = {f"duties/{duty.id}" for duty in duties_of(setting)}
    found = {
        asked.field.id: rule_at(asked.law, setting.day)
        for asked in form.asked
        # Where it is not known which side of the threshold it is, every rule is told.
        if asked.law and (asked.law in hold or setting.group is None or "duties" not in asked.law)
    }
    if topic == Topic.TIMETABLE:
        for name, least in (
            ("closes_at", minimum.for_bids(setting, value)),
            ("participation_closes", minimum.for_requests(setting, value)),
        ):
            found[name] = Rule(least.force, least.says, least.source)
        if setting.group is Group.BELOW:
            del found["signature"]
        elif setting.may_stand_still:
            found["signature"] = rule_at("periods/standstill-voluntary", setting.day)
    return found


def _timetable(tender: Tender, sheet: Sheet, setting: Setting) -> dict[str, Any]:
    value = sheet.value
    is_draft = tender.stage is Stage.DRAFT
    return {
        "computed": dates.computed(value, setting, BANK_HOLIDAYS) if value else [],
        "given": enough.given(value, setting, BANK_HOLIDAYS),
        "not_counted": _not_counted(value, setting),
        "too_soon": list(dates.too_soon(value, setting, BANK_HOLIDAYS)),
        "slipped": dates.slipped(value, today()) if is_draft else [],
        "differences": timetabled.differences(tender, value),
        "procedure": setting.procedure,
    }


def _not_counted(value: Mapping[str, Any], setting: Setting) -> list[tuple[date, str]]:
    """Return the bank holidays that make a standstill longer than it looks."""
    begins, ends = (
        day_in(value, "award_notice"),
        dates.standstill_ends(value, setting, BANK_HOLIDAYS),
    )
    return holidays_between(begins, ends) if begins and ends else []


def is_reserved_wrongly(tender: Tender) -> bool:
    """Return whether what is planned and the facts together make a reservation unlawful."""
    sheets = planning.sheets(tender)
    duties = sheets.get(Topic.DUTIES, Sheet(Topic.DUTIES)).value
    return reserves_wrongly(duties, setting_for(tender, sheets))


def _duties(_tender: Tender, sheet: Sheet, setting: Setting) -> dict[str, Any]:
    return {
        "reserved_wrongly": reserves_wrongly(sheet.value, setting),
        "verdict": in_words(setting),
        "disagrees": setting.disagrees,
        "duties": duties_of(setting),
    }


def _conflicts(_tender: Tender, sheet: Sheet, setting: Setting) -> dict[str, Any]:
    rows = list(row_values(shipped_sheets()[Topic.CONFLICTS], sheet.value))
    return {
        "confirmation": conflicts.confirmation(sheet.value, rows, sheet.version),
        "open": conflicts.open_conflicts(rows),
        "review_due": conflicts.review_is_due(sheet.value, today()),
    }


def _failure(tender: Tender, sheet: Sheet, _setting: Setting) -> dict[str, Any]:
    found = recovery.proposal(sheet.value)
    targets = tender.facts.get("target_rto"), tender.facts.get("target_rpo")
    return {"proposal": found, "in_words": recovery.in_words, "targets": targets}


BESIDE: Mapping[str, Callable[[Tender, Sheet, Setting], dict[str, Any]]] = {
    Topic.TIMETABLE: _timetable,
    Topic.DUTIES: _duties,
    Topic.CONFLICTS: _conflicts,
    Topic.FAILURE: _failure,
}
