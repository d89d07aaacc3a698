"""The form in which an authority sets its matrix and its appetite."""

from __future__ import annotations

from typing import Any, Self, cast

from wtforms import HiddenField

from accounts.rules.roles import Role
from foundation.canonical import canonical_json, sha256_hex
from foundation.fields import (
    CheckboxesField,
    Choice,
    NumberField,
    OurField,
    TextAreaField,
    TextField,
    required,
)
from scoring.forms import LONGEST_REASON, BasedOnForm
from scoring.rules.matrix import CATEGORIES, HIGHEST_SCORE, LEVELS, MAY_BE_NAMED, Band, Scale
from scoring.rules.scales import scale_as_data

LONGEST_WORDS = 200
ENDS = ("low_end", "medium_end", "high_end")


class _Words(TextField):
    def read(self, text: str) -> str | None:
        said = " ".join(text.split())
        if len(said) > LONGEST_WORDS:
            raise ValueError(f"Enter {LONGEST_WORDS} characters or fewer")
        return said or None


def _named(band: Band) -> str:
    return f"accept_{band.replace(' ', '_')}"


class _ScaleForm(BasedOnForm):
    """What every scale form has beside the fields added below, one for each level and band."""

    # The hash of the scale whose changes were shown: only what was looked at is set.
    looked_at = HiddenField()
    why = TextAreaField(
        "Reason for the change",
        hint="Who decided it, and where. Needed to set the scale.",
        most_characters=LONGEST_REASON,
        rows=3,
    )

    @classmethod
    def of(cls, scale: Scale, number: int) -> Self:
        """Return the form filled with the scale that counts."""
        data: dict[str, Any] = {"based_on": str(number), "otherwise": scale.otherwise}
        for level in LEVELS:
            data[f"likelihood_{level}"] = scale.likelihood_words[level]
            data[f"impact_{level}"] = scale.impact_words[level]
        data |= dict(zip(ENDS, scale.ends, strict=True))
        data |= {f"appetite_{name}": scale.appetite_for(name) for name in CATEGORIES}
        for band, roles in zip(Band, scale.acceptors, strict=True):
            data[_named(band)] = [str(role) for role in MAY_BE_NAMED if role in roles]
        return cls(data=data)

    @property
    def scale(self) -> Scale:
        """Return what was entered; only of a form that is valid."""
        low, medium, high = (int(self[name].data) for name in ENDS)
        return Scale(
            likelihood=tuple(self[f"likelihood_{level}"].data for level in LEVELS),
            impact=tuple(self[f"impact_{level}"].data for level in LEVELS),
            ends=(low, medium, high),
            appetite=tuple((name, int(self[f"appetite_{name}"].data)) for name in CATEGORIES),
            otherwise=int(self["otherwise"].data),
            acceptors=tuple(
                frozenset(Role(role) for role in self[_named(band)].data or ()) for band in Band
            ),
        )

    @property
    def is_looked_at(self) -> bool:
        return bool(self.looked_at.data == self._hash)

    def look(self) -> None:
        """Let the scale as entered be set by the next sending."""
        self.looked_at.data = self._hash
        self.looked_at.raw_data = [self._hash]

    @property
    def _hash(self) -> str:
        return sha256_hex(canonical_json(scale_as_data(self.scale)))

    def fields_of(self, kind: str) -> list[OurField]:
        """Return the fields of a part of the page, in their order."""
        names = {
            "likelihood": [f"likelihood_{level}" for level in LEVELS],
            "impact": [f"impact_{level}" for level in LEVELS],
            "ends": list(ENDS),
            "appetite": [*(f"appetite_{name}" for name in CATEGORIES), "otherwise"],
            "acceptors": [_named(band) for band in Band],
        }[kind]
        return [cast(OurField, self[name]) for name in names]


def _score(label: str, missing: str) -> NumberField:
    return NumberField(label, [required(missing)], lowest=1, highest=HIGHEST_SCORE)


def _made() -> type[_ScaleForm]:
    """Return the form with a field for each level, band and category."""
    fields: dict[str, Any] = {}
    for level in LEVELS:
        for kind in ("likelihood", "impact"):
            words = f"Enter what {kind} {level} means"
            fields[f"{kind}_{level}"] = _Words(f"{kind.capitalize()} {level}", [required(words)])
    for name, band in zip(ENDS, Band, strict=False):
        fields[name] = _score(
            f"Highest score that is {band}", f"Enter the highest score that is {band}"
        )
    for name in CATEGORIES:
        fields[f"appetite_{name}"] = _score(
            f"{name.capitalize()} risks", f"Enter the appetite for {name} risks"
        )
    fields["otherwise"] = _score("Any other risk", "Enter the appetite for any other risk")
    for band in Band:
        fields[_named(band)] = CheckboxesField(
            f"Who may accept a {band} risk above the appetite",
            [required(f"Select who may accept a {band} risk")],
            choices=[Choice(str(role), role.capitalize()) for role in MAY_BE_NAMED],
        )
    return type("ScaleForm", (_ScaleForm,), fields)


ScaleForm = _made()
