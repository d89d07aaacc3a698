"""The grounds for exclusion and what is looked at, as content/exclusions.yml has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from question_bank.loader import read_yaml
from question_bank.rules.reading import ContentError
from scoring.rules.exclusions import MUST, NOTIFY_WITHIN, Found, WrongEntry

GROUNDS = Path(__file__).parent / "content" / "exclusions.yml"


@dataclass(frozen=True)
class Grounds:
    """``looked_at``, ``mandatory`` and ``discretionary`` are labels by id, in the file's order."""

    looked_at: Mapping[str, str]
    always: frozenset[str]
    mandatory: Mapping[str, str]
    discretionary: Mapping[str, str]
    sources: Mapping[str, str]
    note: str
    look_back: str
    notification: str

    def label(self, ground: str) -> str:
        return {**self.mandatory, **self.discretionary}.get(ground, "")

    def checked_ground(self, ground: str, found: Found) -> str:
        """Return the ground if it is of the kind that was found. Raises WrongEntry."""
        if found is Found.NOTHING:
            if ground:
                raise WrongEntry("Select no ground where nothing was found", field="ground")
            return ""
        wanted = self.mandatory if found in MUST else self.discretionary
        if ground not in wanted:
            kind = "schedule 6" if found in MUST else "schedule 7"
            raise WrongEntry(f"Select which ground of {kind} was found", field="ground")
        return ground

    def checked_looked_at(self, looked_at: list[str]) -> list[str]:
        """Return what was looked at; every party is looked up on the debarment list."""
        if not self.always <= set(looked_at):
            raise WrongEntry(
                "Select the debarment list: every party is looked up there", field="looked_at"
            )
        return looked_at


@cache
def shipped_grounds() -> Grounds:
    """Return the grounds of content/exclusions.yml. Raises ContentError with a remedy."""
    raw = read_yaml(GROUNDS)
    try:
        if raw["notification"]["days"] != NOTIFY_WITHIN:
            raise ContentError("exclusions.yml: the days to notify are a rule of the program too")
        return Grounds(
            looked_at=_labels(raw["looked_at"]),
            always=frozenset(entry["id"] for entry in raw["looked_at"] if entry.get("always")),
            mandatory=_labels(raw["mandatory"]),
            discretionary=_labels(raw["discretionary"]),
            sources=dict(raw["sources"]),
            note=raw["note"],
            look_back=raw["look_back"],
            notification=f"{raw['notification']['says']} ({raw['notification']['source']})",
        )
    except (KeyError, TypeError) as error:
        raise ContentError(f"exclusions.yml lacks {error}") from None


def _labels(entries: list[Mapping[str, Any]]) -> dict[str, str]:
    return {entry["id"]: entry["label"] for entry in entries}
