"""The history of a risk: every change with who, when and what, before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that changed, in words; empty for nothing."""

    name: str
    before: str
    after: str

    @property
    def words(self) -> str:
        return f"{self.name}: {self.before or NOTHING} → {self.after or NOTHING}"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a risk. ``day``: in London; ``what``: what was done, in a few words."""

    at: datetime
    day: date
    by: str
    what: str
    why: str = ""
    differences: tuple[Difference, ...] = ()

    @property
    def line(self) -> str:
        """Return the change on one line, as a workbook shows it."""
        said = [self.what, *(entry.words for entry in self.differences)]
        told = f"{self.day.day} {self.day:%B %Y}, {self.by}: {'; '.join(said)}"
        return f"{told}: {self.why}" if self.why else told


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Difference, ...]:
    """Return what differs, in the order of ``after``; both by name, in words."""
    return tuple(
        Difference(name, before.get(name, ""), words)
        for name, words in after.items()
        if before.get(name, "") != words
    )
