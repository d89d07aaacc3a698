"""The forms of a plan: a sheet as its content has it, and the date a timetable begins from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from foundation import clock
from foundation.errors import DomainError
from foundation.fields import DateField, Form, RadiosField, required
from tenders.models import Tender
from tenders.outcome_forms import OutcomeForm, outcome_form
from tenders.planning import Sheet
from tenders.planning_guide import Rule
from tenders.rules.law import Force
from tenders.rules.outcome import Kind
from tenders.rules.planning.proposing import TooLate, from_notice, from_start
from tenders.rules.planning.sheets import SPARE, Asked, SheetForm, row_values
from tenders.timetabled import setting_for
from tenders.working_calendar import BANK_HOLIDAYS

# The words of the law, and ours for what is none.
FORCE = {Force.MUST: "Must", Force.MAY: "May", Force.PRACTICE: "Our practice"}
# The button that shows what follows from the dates typed, and saves nothing.
CHECK = "check"
# The dates of a timetable on which somebody has to do something.
WORKING_DAYS = (
    "planned_notice",
    "tender_notice",
    "transparency_notice",
    "participation_closes",
    "questions_until",
    "closes_at",
    "decision",
    "summaries",
    "award_notice",
    "signature",
    "contract_start",
)
ROW = re.compile(r"(?P<name>[a-z_]+)_(?P<number>[0-9]{1,3})")


def asked_of(sheet: SheetForm, values: Mapping[str, Any], sent: Iterable[str]) -> list[Asked]:
    """Return the fields of a form: with a row for everybody named in ``values`` or in the names
    ``sent``, and some to spare."""
    if not sheet.rows:
        return list(sheet.asked)
    names = {asked.field.id for asked in sheet.rows}
    found = (ROW.fullmatch(name) for name in sent)
    numbers = [int(row["number"]) for row in found if row and row["name"] in names]
    rows = max(sheet.rows_in(values) + SPARE, *numbers, 0)
    return list(sheet.with_rows(rows))


def sheet_form(
    sheet: SheetForm, asked: Iterable[Asked], values: Mapping[str, Any], version: int
) -> OutcomeForm:
    """Return the form of a sheet, which names the version it was made from."""
    return outcome_form(sheet.page(tuple(asked)), values, str(version))


def name_rules(form: OutcomeForm, rules: Mapping[str, Rule]) -> None:
    """Say at each field how strictly the rule behind it binds, what it is and where it stands."""
    for field, box in form.fields():
        rule = rules.get(field.id)
        if rule is not None:
            said = f"{FORCE[rule.force]}: {rule.says} ({rule.source})."
            box.hint = f"{box.hint} {said}".strip()


def refuse_unclear_times(form: OutcomeForm) -> None:
    """Say at its field that a time does not exist, or comes twice, because the clocks change."""
    for field, box in form.fields():
        if field.kind is Kind.MOMENT and isinstance(box.data, datetime) and not box.errors:
            try:
                clock.from_london(box.data, field=field.id)
            except DomainError as error:
                form.add_error(str(error), field.id)


def version_in(form: OutcomeForm) -> int:
    """Return the version the form was made from; one that never was where it does not say."""
    text = form.based_on.data or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def renumbered(sheet: SheetForm, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values with their rows one after the other, empty ones gone."""
    names = {asked.field.id for asked in sheet.rows}
    kept = {
        key: value
        for key, value in values.items()
        if not ((row := ROW.fullmatch(key)) and row["name"] in names)
    }
    for number, (_old, said) in enumerate(row_values(sheet, values), start=1):
        kept |= {f"{name}_{number}": value for name, value in said.items()}
    return kept


class FromForm(Form):
    """From which date a timetable is to be proposed. It changes nothing, so it is sent by GET."""

    begin = RadiosField(
        "From which date?",
        [required("Select which date you know")],
        choices=[
            ("notice", "Publish the tender notice on"),
            ("start", "The contract must start on"),
        ],
    )
    day = DateField("Date", [required("Enter the date")])

    @classmethod
    def of(cls, args: Any) -> FromForm:
        """Return the form as asked in the address, or an empty one."""
        return cls(formdata=args, meta={"csrf": False})

    def wanted(self, today: date) -> tuple[str, date] | None:
        """Return which date is known, and it; None, with a sentence, if it is past."""
        if not self.validate():
            return None
        if self.day.data < today:
            self.add_error("Enter a date that is not in the past", "day")
            return None
        return self.begin.data, self.day.data


def worked_out(
    form: FromForm, tender: Tender, values: Mapping[str, Any], sheets: Mapping[str, Sheet]
) -> Mapping[str, Any] | None:
    """Return the timetable that follows from the date asked for; None, with a sentence at the
    form, where there is none."""
    today = clock.london(clock.arrived_at()).date()
    wanted = form.wanted(today)
    if wanted is None:
        return None
    begin, day = wanted
    setting = setting_for(tender, sheets)
    if begin == "notice":
        return from_notice(day, values, setting, BANK_HOLIDAYS)
    try:
        return from_start(day, values, setting, BANK_HOLIDAYS, today)
    except TooLate as late:
        form.add_error(
            "Enter a later start: for this one the tender notice would have had to be published "
            f"by {clock.show_date(late.publish_on)}",
            "day",
        )
        return None
