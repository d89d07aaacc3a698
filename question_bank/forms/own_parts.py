"""The form of one part: what every kind has, and what only some have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from foundation.errors import DomainError
from foundation.fields import (
    Choice,
    Form,
    NumberField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    required,
)
from question_bank.forms.own import class_choices, is_closed, refuse_long
from question_bank.rules.integrity.texts import LONGEST
from question_bank.rules.own import writing
from question_bank.rules.questions import CLOSED, Bank, Kind

WHOLE = {"lowest": 0, "width": 5}
# The further fields of each kind, by the key they are written under.
LIMITS: Mapping[Kind, tuple[str, ...]] = {
    Kind.COMMITMENT: ("words",),
    Kind.NARRATIVE: ("words",),
    Kind.SHORT_TEXT: ("characters",),
    Kind.NUMBER: ("unit", "at_least", "at_most", "decimals"),
    Kind.MONEY: ("at_least", "at_most"),
    Kind.RECORD: ("schema",),
    Kind.TABLE: ("schema", "rows_at_least", "rows_at_most"),
}


class PartForm(Form):
    label = TextField(
        "Short name of the part",
        [required("Enter the short name of the part")],
        hint="A few words without a question mark, for lists and documents: “Recovery time”.",
    )
    ask = TextAreaField(
        "What is asked",
        [required("Enter what is asked")],
        rows=3,
        most_characters=LONGEST["ask"],
    )
    hint_ = TextAreaField(
        "Help under the question (optional)", rows=3, most_characters=LONGEST["hint"]
    )
    class_ = RadiosField("How the answer is used", [required("Select how the answer is used")])
    required_ = RadiosField(
        "Must it be answered?", choices=[("yes", "Yes"), ("no", "No, it may be left empty")]
    )
    missing = TextField(
        "What to tell a supplier who left it empty (optional)",
        hint="Begins with Enter or Select. We write it from the short name if you do not.",
    )
    evidence = TextField(
        "Evidence that helps (optional)", hint="For example: Extract of the recovery plan."
    )

    kind: Kind

    def changed(self, part: writing.Raw, used: frozenset[str]) -> writing.Raw:
        """Return the part with what was entered. Raises DomainError naming the field."""
        for name, place in (("label", ""), ("missing", "message"), ("evidence", "")):
            refuse_long(name, self._fields[name].data or "", place)
        entered: dict[str, Any] = {
            "label": self.label.data,
            "ask": self.ask.data,
            "hint": self.hint_.data,
            "class": self.class_.data,
            "evidence": self.evidence.data,
        }
        must = self.required_.data != "no"
        messages = {k: v for k, v in (part.get("messages") or {}).items() if k != "missing"}
        if must:
            messages["missing"] = self.missing.data or self._told_when_missing()
        kept = {k: v for k, v in part.items() if k not in ("required", "messages")}
        changed = kept | entered | self._limits()
        changed |= ({} if must else {"required": False}) | (
            {"messages": messages} if messages else {}
        )
        if is_closed(self.kind):
            lines = (self._fields["new_options"].data or "").splitlines()
            changed = writing.with_new_options(changed, _labels(lines), used)
        return {key: value for key, value in changed.items() if value not in ("", None)}

    def _told_when_missing(self) -> str:
        label = self.label.data or ""
        verb = "Select" if self.kind in CLOSED or self.kind is Kind.COUNTRY else "Enter"
        return f"{verb} {label[:1].lower()}{label[1:]}"

    def _limits(self) -> dict[str, Any]:
        entered = {name: self._fields[name].data for name in LIMITS.get(self.kind, ())}
        rows = {
            key: int(entered.pop(f"rows_{key}"))
            for key in ("at_least", "at_most")
            if entered.get(f"rows_{key}") is not None
        }
        limits = {
            name: value if isinstance(value, str) or value is None else _plain(value)
            for name, value in entered.items()
            if not name.startswith("rows_")
        }
        return limits | ({"rows": rows} if rows else {})


def _plain(number: Any) -> int | str:
    return int(number) if number == int(number) else str(number)


def _labels(lines: list[str]) -> list[str]:
    labels = [line.strip() for line in lines if line.strip()]
    if any(len(label) > LONGEST["option label"] for label in labels):
        raise DomainError(
            f"Enter options of {LONGEST['option label']} characters or fewer", field="new_options"
        )
    return labels


def _extra_fields(kind: Kind, bank: Bank) -> dict[str, Any]:
    schemas = [("", "Select a table"), *((s.id, s.title) for s in bank.schemas.values())]
    every: dict[str, Callable[[], Any]] = {
        "words": lambda: NumberField(
            "Most words",
            [required("Enter the most words")] if kind is Kind.NARRATIVE else [],
            highest=2000,
            hint="Of the exception." if kind is Kind.COMMITMENT else "",
            **WHOLE,
        ),
        "characters": lambda: NumberField("Most characters", highest=2000, **WHOLE),
        "unit": lambda: TextField("Unit", hint="For example, months.", width=10),
        "at_least": lambda: NumberField("Least value (optional)", width=10, places=6),
        "at_most": lambda: NumberField("Greatest value (optional)", width=10, places=6),
        "decimals": lambda: NumberField("Decimal places", highest=6, **WHOLE),
        "schema": lambda: SelectField(
            "Columns",
            [required("Select the table whose columns are asked")],
            choices=[Choice(*pair) for pair in schemas],
            hint="The tables of the bank: what rules and contracts know how to read.",
        ),
        "rows_at_least": lambda: NumberField("Fewest rows (optional)", highest=200, **WHOLE),
        "rows_at_most": lambda: NumberField("Most rows (optional)", highest=500, **WHOLE),
    }
    fields = {name: every[name]() for name in LIMITS.get(kind, ())}
    if is_closed(kind):
        fields["new_options"] = TextAreaField(
            "Options to add",
            hint="One on each line. Afterwards you say for each what it leads to.",
            rows=5,
        )
    return fields


def part_form(part: Mapping[str, Any], bank: Bank) -> PartForm:
    """Return the form of a part, with the fields of its kind, filled with what is there."""
    kind = Kind(part["kind"])
    form_class = type("FilledPartForm", (PartForm,), _extra_fields(kind, bank))
    rows = part.get("rows") or {}
    form: PartForm = form_class(
        data=dict(part)
        | {
            "hint_": part.get("hint", ""),
            "class_": part.get("class", "scored"),
            "required_": "yes" if part.get("required", True) else "no",
            "missing": (part.get("messages") or {}).get("missing", ""),
            "rows_at_least": rows.get("at_least"),
            "rows_at_most": rows.get("at_most"),
        }
    )
    form.kind = kind
    form.class_.choices = class_choices()
    return form
