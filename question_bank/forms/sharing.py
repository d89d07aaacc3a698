"""The forms of sharing: what to take out, a file to bring in, a choice for each entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from foundation.fields import CheckboxesField, Choice, FileField, Form, RadiosField, required
from question_bank.rules.sharing import EntryKind
from question_bank.rules.taking import Previewed, Taking

TAKINGS: Mapping[Taking, str] = {
    Taking.TAKE: "Take it",
    Taking.KEEP: "Leave it; keep what we have",
    Taking.RENAME: "Take it under a new id of our own",
}


class ShareForm(Form):
    """What to take out; filled by share_form()."""

    questions: CheckboxesField
    packs: CheckboxesField
    form = RadiosField(
        "Form of the file",
        choices=[("json", "JSON"), ("yaml", "YAML, easier to read")],
        default="json",
    )


def share_form(questions: Sequence[tuple[str, str]], packs: Sequence[tuple[str, str]]) -> ShareForm:
    fields: dict[str, Any] = {}
    if questions:
        fields["questions"] = CheckboxesField(
            "Questions", choices=[Choice(*pair) for pair in questions]
        )
    if packs:
        fields["packs"] = CheckboxesField(
            "Packs",
            hint="The own questions that a pack asks go with it.",
            choices=[Choice(*pair) for pair in packs],
        )
    made: ShareForm = type("FilledShareForm", (ShareForm,), fields)()
    return made


class BringInForm(Form):
    file = FileField(
        "Library file",
        [required("Select a file")],
        hint="A JSON or YAML file of up to 2 MB that another authority took out of this service.",
        accept=".json,.yaml,.yml",
    )


class ChoicesForm(Form):
    """What to do with each entry; filled by choices_form()."""

    previews: Sequence[Previewed]

    def chosen(self) -> dict[tuple[str, str], Taking]:
        return {
            preview.entry.key: Taking(self._fields[f"choice_{number}"].data or Taking.KEEP)
            for number, preview in enumerate(self.previews)
        }

    def field_of(self, number: int) -> Any:
        return self._fields[f"choice_{number}"]


def choices_form(previews: Sequence[Previewed], *, fresh: bool) -> ChoicesForm:
    """Return the form of choices; ``fresh``: nothing of the request is an answer to it."""
    fields = {
        f"choice_{number}": RadiosField(
            f"What to do with {_name(preview)}",
            default=preview.possible[0].value,
            choices=[Choice(taking.value, TAKINGS[taking]) for taking in preview.possible],
        )
        for number, preview in enumerate(previews)
    }
    form_class = type("FilledChoicesForm", (ChoicesForm,), fields)
    form: ChoicesForm = form_class(formdata=None) if fresh else form_class()
    form.previews = previews
    return form


def _name(preview: Previewed) -> str:
    kind = "the pack " if preview.entry.kind is EntryKind.PACK else ""
    return f"{kind}{preview.entry.id}"
