"""The forms about the outcome: one a page, made from the content, and whether it is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from wtforms import HiddenField, ValidationError

from foundation.fields import (
    CheckboxesField,
    Choice,
    DateField,
    DateTimeField,
    Form,
    OurField,
    RadiosField,
    TextAreaField,
    TextField,
    required,
)
from tenders.rules.outcome import Field, Kind, Page


class LineField(TextField):
    """A line of text of at most ``most`` characters."""

    def __init__(self, *args: Any, most: int, **more: Any) -> None:
        super().__init__(*args, **more)
        self.most = most

    def pre_validate(self, form: Any) -> None:
        if len(self.data or "") > self.most:
            raise ValidationError(f"Enter {self.most:,} characters or fewer")


class LinkField(LineField):
    """The address of a page, which others can follow."""

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and not _is_address(self.data):
            raise ValidationError("Enter an address that begins with https:// or http://")


def _is_address(text: str) -> bool:
    try:
        address = urlsplit(text)
    except ValueError:
        return False
    printable = text.isprintable() and not any(letter.isspace() for letter in text)
    return printable and address.scheme in ("http", "https") and bool(address.hostname)


class OutcomeForm(Form):
    """One page; its fields are added by outcome_form()."""

    page: Page
    based_on = HiddenField()

    def fields(self) -> list[tuple[Field, OurField]]:
        """Return each field of the content with its field of the form."""
        return [(field, self._fields[field.id]) for field in self.page.fields]

    def values(self) -> dict[str, Any]:
        """Return what was typed, as a statement keeps it."""
        typed = {name.id: field.data for name, field in self.fields()}
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in typed.items()
            if value
        }

    def fill_empty(self, values: Mapping[str, Any]) -> None:
        """Put what is kept into the boxes in which nothing was typed."""
        for field, box in self.fields():
            if not box.data and values.get(field.id):
                box.data = _as_data(field, values[field.id])
                box.raw_data = None


def outcome_form(page: Page, values: Mapping[str, Any], based_on: str) -> OutcomeForm:
    """Return the form of one page, filled with what is kept."""
    made = {field.id: MAKE[field.kind](field) for field in page.fields}
    form_class = type("FilledOutcomeForm", (OutcomeForm,), made)
    data = {
        field.id: _as_data(field, values[field.id]) for field in page.fields if field.id in values
    }
    form: OutcomeForm = form_class(data={**data, "based_on": based_on})
    form.page = page
    return form


def _as_data(field: Field, value: Any) -> Any:
    if field.kind is Kind.MOMENT:
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if field.kind is Kind.DATE else value


def _about(field: Field) -> dict[str, Any]:
    label = field.label if field.needed else f"{field.label} (optional)"
    return {"label": label, "hint": field.hint}


def _offered(field: Field) -> list[Choice]:
    return [Choice(option.value, option.label, option.hint) for option in field.options]


MAKE: Mapping[Kind, Callable[[Field], Any]] = {
    Kind.LINE: lambda field: LineField(**_about(field), most=field.characters),
    Kind.TEXT: lambda field: TextAreaField(
        **_about(field), rows=4, most_characters=field.characters
    ),
    Kind.CHOICE: lambda field: RadiosField(**_about(field), choices=_offered(field)),
    Kind.CHOICES: lambda field: CheckboxesField(**_about(field), choices=_offered(field)),
    Kind.LINK: lambda field: LinkField(
        **_about(field), most=field.characters, spellcheck=False, inputmode="url"
    ),
    Kind.DATE: lambda field: DateField(**_about(field)),
    Kind.MOMENT: lambda field: DateTimeField(**_about(field)),
}


class ShowingForm(Form):
    shown = RadiosField(
        "Show this statement to suppliers?",
        [required("Select whether suppliers are shown the statement")],
        hint="If you do, it is frozen with the questions when the tender is published, and stays "
        "as it is from then on.",
        choices=[
            ("yes", "Yes, all of it"),
            ("no", "No, keep it with the tender for our own people"),
        ],
    )
