"""The form of what an answer leads to: a highest mark, a flag with its risks and clauses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from foundation.errors import DomainError
from foundation.fields import CheckboxesField, Choice, Form, RadiosField, SelectField, TextField
from question_bank.forms.own import LEVELS, refuse_long
from question_bank.rules.own.words import SEVERITIES
from question_bank.rules.questions import Bank, Severity


class LeadsForm(Form):
    """What an answer leads to: a highest mark, a flag with its risks and clauses."""

    label = TextField("Answer as the supplier reads it")
    hint_ = TextField("Help beside it (optional)")
    ceiling = SelectField("Highest mark it leaves open")
    severity = RadiosField("Does it raise a flag?", default="")
    says = TextField(
        "What the flag says",
        hint="A neutral sentence of at most 160 characters, without a full stop. Suppliers, "
        "evaluators and the risk register show it.",
    )

    # Added by leads_form(): what can be chosen must be known before anything sent is read.
    risks: CheckboxesField
    clauses: CheckboxesField

    def values(self, entry: Mapping[str, Any], *, with_label: bool, is_outcome: bool) -> Any:
        """Return the entry with what was entered. Raises DomainError naming the field."""
        changed = {k: v for k, v in entry.items() if k not in ("ceiling", "flag")}
        if with_label:
            changed |= self._words()
            changed = {k: v for k, v in changed.items() if v != ""}
        if self.ceiling.data:
            changed["ceiling"] = int(self.ceiling.data)
        elif not is_outcome:
            raise DomainError("Select the highest mark it leaves open", field="ceiling")
        if self.severity.data in (None, "none"):
            if is_outcome and not self.ceiling.data:
                raise DomainError("Select a highest mark, a flag, or both", field="ceiling")
            return changed
        return changed | {"flag": self._flag()}

    def _words(self) -> dict[str, str]:
        label = self.label.data or ""
        if not label:
            raise DomainError("Enter the answer as the supplier reads it", field="label")
        refuse_long("label", label, "option label")
        refuse_long("hint_", self.hint_.data or "", "hint")
        return {"label": label, "hint": self.hint_.data or ""}

    def _flag(self) -> dict[str, Any]:
        if not self.says.data:
            raise DomainError("Enter what the flag says", field="says")
        refuse_long("says", self.says.data)
        if not self.risks.data:
            raise DomainError("Select at least one risk", field="risks")
        flag = {"severity": self.severity.data, "risks": self.risks.data, "says": self.says.data}
        return flag | ({"clauses": self.clauses.data} if self.clauses.data else {})


def leads_form(
    entry: Mapping[str, Any], bank: Bank, clauses: Sequence[tuple[str, str]]
) -> LeadsForm:
    """Return the form of what an answer leads to, filled with what is there."""
    fields = {
        "risks": CheckboxesField(
            "Risks it proposes",
            choices=[Choice(r.id, f"{r.id} {r.title}") for r in bank.risks.values()],
        ),
        "clauses": CheckboxesField(
            "Contract clauses expected to follow (optional)",
            choices=[Choice(name, f"{name} {title}".strip()) for name, title in clauses],
        ),
    }
    flag, ceiling = entry.get("flag") or {}, entry.get("ceiling")
    form: LeadsForm = type("FilledLeadsForm", (LeadsForm,), fields)(
        data={
            "label": entry.get("label", ""),
            "hint_": entry.get("hint", ""),
            "ceiling": "" if ceiling is None else str(ceiling),
            "severity": flag.get("severity", "none"),
            "says": flag.get("says", ""),
            "risks": flag.get("risks", []),
            "clauses": flag.get("clauses", []),
        }
    )
    form.ceiling.choices = [
        Choice("", "Select"),
        *(Choice(str(n), "5 (does not limit)" if n == 5 else str(n)) for n in LEVELS),
    ]
    form.severity.choices = [
        Choice("none", "No"),
        *(Choice(severity, *SEVERITIES[severity]) for severity in reversed(Severity)),
    ]
    return form
