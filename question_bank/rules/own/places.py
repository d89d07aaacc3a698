"""Where an own question has conditions: at a part, at an outcome, at the question itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_bank.rules.own.writing import leads_of, part_of, with_leads, with_part

PASS_WHEN = "pass_when"
Raw = dict[str, Any]


def is_shown_when(place: str) -> bool:
    return place != PASS_WHEN and ":" not in place


def heading(place: str) -> str:
    if place == PASS_WHEN:
        return "When a bid passes this question"
    if is_shown_when(place):
        return f"When {place} is asked"
    return f"When “{place.partition(':')[2]}” happens"


def condition_at(raw: Mapping[str, Any], place: str) -> Mapping[str, Any] | None:
    """Return the condition that stands there, or None. Raises NotThere."""
    if place == PASS_WHEN:
        return raw.get(PASS_WHEN)
    part_id, colon, name = place.partition(":")
    part = part_of(raw, part_id)
    if not colon:
        return part.get("shown_when")
    return leads_of(part, name).get("when")


def with_condition(raw: Mapping[str, Any], place: str, condition: Raw) -> Raw:
    """Return the question with another condition there; an empty one takes it away."""
    if place == PASS_WHEN:
        kept = {key: value for key, value in raw.items() if key != PASS_WHEN}
        return kept | ({PASS_WHEN: condition} if condition else {})
    part_id, colon, name = place.partition(":")

    def shown(part: Raw) -> Raw:
        kept = {key: value for key, value in part.items() if key != "shown_when"}
        return kept | ({"shown_when": condition} if condition else {})

    def happens(part: Raw) -> Raw:
        return with_leads(part, name, lambda outcome: outcome | {"when": condition})

    return with_part(raw, part_id, happens if colon else shown)
