"""The form of the prices of a bid: one box for each line of the schedule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from foundation.fields import FileField, Form, MoneyField, TextAreaField, required
from supplier_portal.rules.prices import HIGHEST, LONGEST_REASON, PLACES
from tenders.rules.price_schedule import PriceLine, PriceSchedule

UNSENT: Any = object()


class PricesForm(Form):
    """``version`` names the version the form was filled from."""

    version = HiddenField()

    def rows(self, schedule: PriceSchedule) -> Iterator[tuple[PriceLine, Any]]:
        for number, line in enumerate(schedule.lines, 1):
            yield line, self._fields[f"price_{number}"]

    def prices(self, schedule: PriceSchedule) -> dict[str, Decimal | None]:
        return {line.id: field.data for line, field in self.rows(schedule)}


class EnteredForm(PricesForm):
    """Prices that an officer enters, with the reason."""

    reason = TextAreaField(
        "Where these prices come from, and why you enter them",
        [required("Enter why you enter the prices, and where they come from")],
        hint="For example: the price schedule this company uploaded to the other portal.",
        most_characters=LONGEST_REASON,
        rows=3,
    )


class PriceWorkbookForm(Form):
    file = FileField(
        "Workbook",
        [required("Select the workbook")],
        hint="The .xlsx file downloaded here, with your prices in it. Up to 25 MB.",
        accept=".xlsx",
    )


def prices_form(
    schedule: PriceSchedule,
    prices: Mapping[str, Decimal],
    version: int,
    *,
    formdata: MultiDict[str, str] | None = UNSENT,
    base: type[PricesForm] = PricesForm,
) -> Any:
    """Return the form with a box for each line; ``formdata`` None: never what was just sent."""
    fields: dict[str, Any] = {}
    for number, line in enumerate(schedule.lines, 1):
        fields[f"price_{number}"] = MoneyField(
            f"Price for one {line.unit}, {line.id} {line.what}",
            places=PLACES,
            highest=int(HIGHEST),
            width=10,
        )
    made = type("PricesFormOfLines", (base,), fields)
    data = {"version": str(version)} | {
        f"price_{number}": prices[line.id]
        for number, line in enumerate(schedule.lines, 1)
        if line.id in prices
    }
    return made(data=data) if formdata is UNSENT else made(formdata=formdata, data=data)
