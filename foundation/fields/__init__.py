"""Form fields in GOV.UK markup that two stations share.

templates/foundation/fields.html shows them.

Every field takes whatever a browser, or somebody without one, may post: a wrong value becomes an
error at the field, never a fault. The text that was typed stays in ``typed`` and is shown again.
"""

from foundation.fields.base import (
    FileField,
    OurField,
    PasswordField,
    TextAreaField,
    TextField,
    required,
)
from foundation.fields.choices import CheckboxesField, Choice, RadiosField, SelectField
from foundation.fields.numbers import MoneyField, NumberField, decimal_from
from foundation.fields.parts import DateField, DateTimeField, DurationField, PartsField
from foundation.forms import Form

__all__ = [
    "CheckboxesField",
    "Choice",
    "DateField",
    "DateTimeField",
    "DurationField",
    "FileField",
    "Form",
    "MoneyField",
    "NumberField",
    "OurField",
    "PartsField",
    "PasswordField",
    "RadiosField",
    "SelectField",
    "TextAreaField",
    "TextField",
    "decimal_from",
    "required",
]
