"""What the law makes of a procurement: its procedure, its kind, and the side of the threshold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from tenders.rules.law import Duty, Group, Law, Procedure, Threshold

# Kind of contract, as the sheet of duties has it → the threshold that counts for it.
THRESHOLDS: Mapping[str, str] = {
    "goods-services": "sub-central",
    "works": "works",
    "concession": "works",
    "light-touch": "light-touch",
}
CALL_OFF = "framework-call-off"
BELOW_PROCEDURE = "below-threshold"


@dataclass(frozen=True, slots=True)
class Setting:
    """``said_above``: the officer's own word; None where it was not given. ``kind`` is empty where
    nobody said it; the figure for goods and services is then taken."""

    procedure: Procedure | None
    kind: str
    value: Decimal | None
    said_above: bool | None
    law: Law
    day: date

    @property
    def threshold(self) -> Threshold:
        return self.law.threshold(THRESHOLDS.get(self.kind, "sub-central"), self.day)

    @property
    def computed_above(self) -> bool | None:
        """Whether the value reaches the threshold; None where there is no value."""
        return None if self.value is None else self.value >= self.threshold.amount

    @property
    def is_above(self) -> bool | None:
        """The officer's word counts before the figures; None where neither is known."""
        return self.computed_above if self.said_above is None else self.said_above

    @property
    def disagrees(self) -> bool:
        return None not in (self.said_above, self.computed_above) and (
            self.said_above != self.computed_above
        )

    @property
    def group(self) -> Group | None:
        """Which duties hold; None where it is not known on which side of the threshold it is."""
        if self.is_above is None:
            return None
        if not self.is_above:
            return Group.BELOW
        return Group.LIGHT_TOUCH if self.kind == "light-touch" else Group.ABOVE

    @property
    def is_large(self) -> bool:
        """Whether it is worth more than the amount from which indicators are published."""
        amount = self.law.amount("performance-indicators", self.day).amount
        return self.value is not None and self.value > amount

    @property
    def is_notifiable(self) -> bool:
        """Whether a contract below the threshold is large enough for notices."""
        figure = self.law.threshold("notifiable", self.day).amount
        return self.value is not None and self.value >= figure

    @property
    def has_time_limits(self) -> bool:
        return (
            self.procedure is not None
            and self.procedure.time_limits
            and self.group not in (Group.BELOW, Group.LIGHT_TOUCH)
        )

    @property
    def must_stand_still(self) -> bool:
        return (
            self.procedure is not None and self.procedure.standstill and self.group is Group.ABOVE
        )

    @property
    def may_stand_still(self) -> bool:
        """Whether a standstill is the authority's own choice; none is due below the threshold."""
        by_procedure = self.procedure is not None and not self.procedure.standstill
        return self.group is Group.LIGHT_TOUCH or (by_procedure and self.group is not Group.BELOW)


def duties_of(setting: Setting) -> list[Duty]:
    """Return the duties that hold for it: of its group, and of stages its procedure has.

    Where it is not known on which side of the threshold it is, none.
    """
    stages = {stage for procedure in setting.law.procedures.values() for stage in procedure.stages}
    return [
        duty
        for duty in setting.law.duties.values()
        if setting.group in duty.applies
        and duty.since <= setting.day
        and _may_apply(duty, setting)
        and (
            duty.id not in stages
            or setting.procedure is None
            or duty.id in setting.procedure.stages
        )
    ]


def _may_apply(duty: Duty, setting: Setting) -> bool:
    """Return whether a duty of some procedures or values can hold for this one; not known: yes."""
    if duty.id == "framework" and setting.procedure is not None:
        return setting.procedure.id == CALL_OFF
    return duty.id != "indicators" or setting.value is None or setting.is_large


def setting_of(facts: Mapping[str, Any], duties: Mapping[str, Any], law: Law, day: date) -> Setting:
    """Return what the facts and the sheet of duties say of a tender."""
    said = facts.get("above_threshold")
    return Setting(
        procedure=law.procedures.get(facts.get("procedure") or ""),
        kind=str(duties.get("kind") or ""),
        value=amount_in(facts.get("value")),
        said_above=None if said not in ("yes", "no") else said == "yes",
        law=law,
        day=day,
    )


def amount_in(value: Any) -> Decimal | None:
    try:
        return None if value in (None, "") else Decimal(str(value))
    except InvalidOperation:
        return None


def in_words(setting: Setting) -> list[str]:
    """Return, in sentences, on which side of the threshold it is and what follows."""
    figure = setting.threshold
    if setting.value is None:
        said = [f"No value is entered among the facts. {figure.label}: {figure.words} with VAT."]
    else:
        side = "At or above" if setting.computed_above else "Below"
        said = [
            f"{side} the threshold: £{setting.value:,.2f} with VAT beside {figure.words} "
            f"({figure.label.lower()}).".replace(".00 with", " with")
        ]
        said += _of_value(setting)
    if not setting.kind:
        said.append("Say below what is bought: works and light touch services have other figures.")
    return said


def _of_value(setting: Setting) -> list[str]:
    said = []
    if setting.is_large:
        amount = setting.law.amount("performance-indicators", setting.day)
        said.append(
            f"More than {amount.words}: at least three performance indicators and a copy of the "
            "contract must be published."
        )
    if setting.computed_above is False:
        figure = setting.law.threshold("notifiable", setting.day)
        said.append(
            f"{figure.words} or more: notices must be published below the threshold too."
            if setting.is_notifiable
            else f"Less than {figure.words}: no notice needs to be published."
        )
    return said
