"""Fields for choosing: radios, checkboxes, a drop-down list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from wtforms import ValidationError

from foundation.fields.base import OurField


@dataclass(frozen=True)
class Choice:
    """One option of radios, checkboxes or a select."""

    value: str
    label: str
    hint: str = ""


class RadiosField(OurField):
    """One of ``choices``; None if none is chosen."""

    shape = "radios"

    def __init__(
        self,
        *args: Any,
        choices: Iterable[Choice | tuple[str, str]] = (),
        inline: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.choices = choices_from(choices)
        self.inline = inline

    @property
    def focus_id(self) -> str:
        return f"{self.id}-0" if self.choices else str(self.id)

    def read(self, text: str) -> str | None:
        return text or None

    def pre_validate(self, form: Any) -> None:
        if self.data is not None and self.data not in {choice.value for choice in self.choices}:
            raise ValidationError("Select one of the options")


class SelectField(RadiosField):
    """A drop-down list; an empty first option stands for no choice."""

    shape = "select"

    @property
    def focus_id(self) -> str:
        return str(self.id)


class CheckboxesField(RadiosField):
    """Any number of ``choices``, as a list in their order."""

    shape = "checkboxes"

    def process_formdata(self, valuelist: list[Any]) -> None:
        sent = {str(value) for value in valuelist if value}
        known = [choice.value for choice in self.choices if choice.value in sent]
        self.unknown = len(sent) - len(known)
        self.data = known

    def pre_validate(self, form: Any) -> None:
        if getattr(self, "unknown", 0):
            raise ValidationError("Select from the options")


def choices_from(choices: Iterable[Choice | tuple[str, str]]) -> list[Choice]:
    return [item if isinstance(item, Choice) else Choice(*item) for item in choices]
