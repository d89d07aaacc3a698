"""The form that asks for the last saved version to count."""

from __future__ import annotations

from foundation.fields import CheckboxesField, TextField
from foundation.forms import Form


class ClosingForm(Form):
    agreed = CheckboxesField(
        "Declaration",
        choices=[
            (
                "yes",
                "Whatever is saved last and complete at the closing time is true and complete to "
                "the best of my knowledge, and I may submit it for the company",
            )
        ],
    )
    declared_by = TextField("Your full name", autocomplete="name", width=20)
