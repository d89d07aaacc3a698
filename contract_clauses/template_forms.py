"""The forms of an authority's Word templates."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField

from contract_clauses.models import WordTemplate
from contract_clauses.rules.templating import (
    LIMITS_IN_WORDS,
    LONGEST_REASON,
    STYLES,
    TABLE_STYLES,
)
from foundation.fields import (
    FileField,
    Form,
    SelectField,
    TextAreaField,
    TextField,
    required,
)

OURS = "Ours, added to the document"


class UploadForm(Form):
    title = TextField(
        "What your people call it",
        [required("Enter what your people call this template")],
        hint="For example: contract schedules 2027.",
    )
    file = FileField(
        "Template",
        [required("Select the template")],
        hint=LIMITS_IN_WORDS,
        accept=".docx",
    )


class ChooseForm(Form):
    """``based_on``: the number of the choice that was shown."""

    based_on = HiddenField()
    reason = TextAreaField(
        "Why",
        [required("Enter why")],
        hint="It is kept with your name.",
        most_characters=LONGEST_REASON,
        rows=3,
    )

    @property
    def number(self) -> int:
        text = self.based_on.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1

    def rebase(self, number: int) -> None:
        self.based_on.data, self.based_on.raw_data = str(number), [str(number)]


def style_form(template: WordTemplate, *, sent: bool) -> Any:
    """Return the form with a list of the template's styles for each of ours."""
    fields: dict[str, Any] = {}
    for ours, use in (*STYLES.items(), *TABLE_STYLES.items()):
        kind = "table" if ours in TABLE_STYLES else "paragraph"
        theirs = [(one[0], one[1]) for one in template.findings["styles"] if one[2] == kind]
        fields[f"style_{ours}"] = SelectField(use, choices=[("", OURS), *theirs])
    made = type("StyleForm", (Form,), fields)
    data = {f"style_{ours}": style for ours, style in template.styles.items()}
    return made(data=data) if sent else made(formdata=None, data=data)


def chosen_styles(form: Any) -> dict[str, str]:
    return {ours: form[f"style_{ours}"].data or "" for ours in (*STYLES, *TABLE_STYLES)}
