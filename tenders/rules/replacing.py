"""What changes when one questionnaire takes the place of another, before anybody agrees to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tenders.rules.questionnaire import AskedQuestion, Questionnaire


@dataclass(frozen=True)
class Replacement:
    """Sentences about each question; what is not named stays as it is."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def replacement(before: Questionnaire, after: Questionnaire) -> Replacement:
    """Return which questions come, go or are asked in another way. Sections only order them."""
    old = {asked.id: asked for asked in before.questions}
    new = {asked.id: asked for asked in after.questions}
    return Replacement(
        added=tuple(_title(asked) for name, asked in new.items() if name not in old),
        removed=tuple(_title(asked) for name, asked in old.items() if name not in new),
        changed=tuple(
            f"{_title(asked)}: {'; '.join(changes)}"
            for name, asked in new.items()
            if name in old and (changes := list(_changes(old[name], asked)))
        ),
    )


def _title(asked: AskedQuestion) -> str:
    return f"{asked.id} {asked.question.title}"


def _changes(old: AskedQuestion, new: AskedQuestion) -> Iterator[str]:
    shares = [asked.share_of_quality.quantize(Decimal("0.01")) for asked in (old, new)]
    if shares[0] != shares[1]:
        yield f"{_shown(shares[1])}% of quality instead of {_shown(shares[0])}%"
    parts = [len(asked.question.parts) for asked in (old, new)]
    if {part.id for part in old.question.parts} != {part.id for part in new.question.parts}:
        yield f"{parts[1]} parts instead of {parts[0]}"
    if old.assessed_as is not new.assessed_as:
        yield f"{new.assessed_as} instead of {old.assessed_as}"
    if old.threshold != new.threshold:
        yield f"least mark {new.threshold or 'none'} instead of {old.threshold or 'none'}"


def _shown(weight: Decimal) -> str:
    return f"{weight.normalize():f}"


def kept_reasons(plan: Mapping[str, Any], after: Questionnaire) -> list[dict[str, str]]:
    """Return the reasons people gave that still are about something asked."""
    known = {"pack"}
    known |= {f"section:{section.id}" for section in after.sections}
    known |= {f"question:{asked.id}" for asked in after.questions}
    return [
        reason
        for reason in plan["reasons"]
        if reason["by"] != "triage" and reason["about"] in known
    ]
