"""A published plan that is being amended: what changes beside the questions travels with it.

Nothing of it counts before the amendment is published; taking it away again gives the very plan
that was published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from tenders.rules.plan.reading import FORMAT, Plan

KEY = "amendment"


@dataclass(frozen=True)
class Prepared:
    """What an amendment in preparation says beside the questions. Times are written as stored;
    ``closes_at`` is None where bids close as published."""

    published: Plan
    facts: Mapping[str, Any]
    closes_at: str | None = None
    questions_until: str | None = None
    reason: str = ""

    def with_terms(
        self, *, closes_at: str | None, questions_until: str | None, reason: str
    ) -> Prepared:
        return replace(
            self, closes_at=closes_at, questions_until=questions_until, reason=reason.strip()
        )

    def with_facts(self, facts: Mapping[str, Any]) -> Prepared:
        return replace(self, facts=dict(facts))


def begun(published: Plan, facts: Mapping[str, Any], questions_until: str | None) -> Plan:
    """Return the plan of an amendment in which nothing is changed yet."""
    prepared = Prepared(published, dict(facts), questions_until=questions_until)
    return with_prepared(published, prepared)


def prepared_in(plan: Plan) -> Prepared:
    """Return what is prepared. Raises KeyError for a plan that is no amendment."""
    return Prepared(**plan[KEY])


def with_prepared(plan: Plan, prepared: Prepared) -> Plan:
    return {**plan, KEY: asdict(prepared)}


def without_prepared(plan: Plan) -> Plan:
    """Return what would be the published plan."""
    return {name: value for name, value in plan.items() if name != KEY}


def plan_of_frozen(frozen: Mapping[str, Any], own: frozenset[str]) -> Plan:
    """Return the plan a tender was published with, where none was kept; ``own``: the questions of
    the authority among those frozen."""
    return {
        "format": FORMAT,
        "edition": frozen["bank"]["version"],
        "pack": {key: value for key, value in frozen["pack"].items() if key != "minutes"},
        "questions": [entry for entry in frozen["bank"]["questions"] if entry["id"] in own],
        "reasons": list(frozen["terms"].get("reasons") or ()),
        "triage": None,
    }
