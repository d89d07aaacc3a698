"""The yearly assessment of a contract: what may have changed, and how a round stands.

A round asks again only what a rule of content/reassessing.yml names, what was reopened because
something it rests on ran out, and what a risk that is still open rests on. Everything else of the
bid stands as it was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from contract_clauses.rules.obligations_due import months_after
from foundation.errors import DomainError
from question_bank.rules.answers import what_is_missing
from question_bank.rules.kinds import is_empty
from question_bank.rules.questions import Part
from question_bank.rules.reading.plain import listed, mapping, needed_words

LONGEST_WORDS = 2000
REOPENED, RISK, LED_TO = "reopened", "risk", "led-to"
LATEST = timedelta(days=366)


class Step(StrEnum):
    HANDED_IN = "handed in"
    SENT_BACK = "sent back"
    SETTLED = "settled"


class RoundState(StrEnum):
    OPEN = "To be answered"
    SENT_BACK = "Sent back"
    HANDED_IN = "Handed in"
    SETTLED = "Settled"


class RoundRefused(DomainError):
    """A step of a yearly assessment cannot be taken now, or lacks words."""


@dataclass(frozen=True, slots=True)
class AgeRule:
    """Which parts may have changed, and why."""

    id: str
    because: str
    kinds: frozenset[str] = frozenset()
    schemas: frozenset[str] = frozenset()
    column_kinds: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()

    def names(self, part: Part, value: Any) -> bool:
        """Return whether it names a part; by the kind of a column only where the answer fills it
        in: without a day in it nothing can have come since."""
        if part.id in self.parts or part.kind in self.kinds:
            return True
        if part.schema is None:
            return False
        return part.schema.id in self.schemas or any(
            not is_empty(row.get(column.id))
            for column in part.schema.columns
            if column.kind in self.column_kinds
            for row in _rows(value)
        )


@dataclass(frozen=True, slots=True)
class Guide:
    """What is asked again, and how often. ``announced``: how long before a round is due it is a
    task; ``to_answer``: how long the supplier has if nobody says otherwise; ``to_settle``: how long
    the council has."""

    version: int
    months: int
    announced: timedelta
    to_answer: timedelta
    to_settle: timedelta
    rules: tuple[AgeRule, ...]

    def words(self, because: str) -> str:
        """Return a reason as pages say it."""
        kind, _, subject = because.partition(":")
        if kind == RISK:
            return f"Risk {subject} rests on it and is still open"
        if kind == REOPENED:
            return "Something it rests on ran out, and it was to be looked at again"
        if kind == LED_TO:
            return "Another answer of this round leads to it"
        return next((rule.because for rule in self.rules if rule.id == kind), "It may have changed")


def _rows(value: Any) -> list[Mapping[str, Any]]:
    found = value if isinstance(value, list) else [value]
    return [row for row in found if isinstance(row, Mapping)]


def read_guide(raw: Any) -> Guide:
    """Return the guide of content/reassessing.yml. Raises ContentError."""
    here = "reassessing.yml"
    top = mapping(raw, here)
    return Guide(
        int(top["version"]),
        int(top["again_after_months"]),
        timedelta(days=int(top["announced_days"])),
        timedelta(days=int(top["days_to_answer"])),
        timedelta(days=int(top["days_to_settle"])),
        tuple(_rule(mapping(one, here), here) for one in listed(top.get("rules"), here)),
    )


def _rule(raw: Mapping[str, Any], here: str) -> AgeRule:
    sets = {
        name: frozenset(str(one) for one in listed(raw.get(name), here))
        for name in ("kinds", "schemas", "column_kinds", "parts")
    }
    return AgeRule(needed_words(raw, "id", here), needed_words(raw, "because", here), **sets)


@dataclass(frozen=True, slots=True)
class Again:
    """A part that is asked again, with the ids of the reasons."""

    part: str
    because: tuple[str, ...]


def asked_again(
    guide: Guide,
    shown: Iterable[Part],
    answers: Mapping[str, Any],
    risks: Mapping[str, Collection[str]],
    reopened: Collection[str],
) -> tuple[Again, ...]:
    """Return what a round asks, in the order of the questionnaire.

    ``shown``: the parts asked of this bid; ``answers``: as they stand; ``risks``: what each risk
    still open rests on; ``reopened``: the parts that are to be looked at again.
    """
    found = []
    for part in shown:
        because = [rule.id for rule in guide.rules if rule.names(part, answers.get(part.id))]
        because += [REOPENED] if part.id in reopened else []
        because += [f"{RISK}:{risk}" for risk in sorted(risks) if part.id in risks[risk]]
        if because:
            found.append(Again(part.id, tuple(because)))
    return tuple(found)


def with_led_to(
    asked: Sequence[Again], before: Collection[str], now: Mapping[str, Part]
) -> tuple[Again, ...]:
    """Return what a round asks as its answers stand: what a new answer leads to comes in, and what
    is asked no longer goes. ``before``: the parts shown as the bid stood; ``now``: those shown."""
    known = {one.part for one in asked}
    led = [
        Again(part_id, (LED_TO,))
        for part_id, part in now.items()
        if part_id not in before and part_id not in known
    ]
    order = {part_id: number for number, part_id in enumerate(now)}
    still = [one for one in asked if one.part in now]
    return tuple(sorted((*still, *led), key=lambda one: order[one.part]))


@dataclass(frozen=True, slots=True)
class Given:
    """What the supplier says of one part in a round."""

    version: int
    unchanged: bool
    value: Any
    words: str = ""


def state_of(steps: Sequence[Step]) -> RoundState:
    """Return how a round stands after its steps."""
    if not steps:
        return RoundState.OPEN
    return {
        Step.HANDED_IN: RoundState.HANDED_IN,
        Step.SENT_BACK: RoundState.SENT_BACK,
        Step.SETTLED: RoundState.SETTLED,
    }[steps[-1]]


def next_round_on(
    starts_on: date, live_on: date | None, settled: Sequence[date], months: int
) -> date:
    """Return the day a round falls due: so many months after the last one, or after the service
    went live, or the contract started."""
    last = max(settled, default=None) or live_on or starts_on
    return months_after(last, months)


def checked_due(day: date, today: date) -> date:
    if day <= today:
        raise RoundRefused("Enter a day after today", field="due_on")
    if day > today + LATEST:
        raise RoundRefused("Enter a day within a year", field="due_on")
    return day


def checked_words(text: str, *, needed: str = "") -> str:
    """Return what somebody wrote. ``needed``: what to ask for where there must be words."""
    words = text.strip()
    if needed and not words:
        raise RoundRefused(needed, field="words")
    if len(words) > LONGEST_WORDS:
        raise RoundRefused(f"Enter {LONGEST_WORDS:,} characters or fewer", field="words")
    return words


def not_answered(
    asked: Iterable[Again], given: Mapping[str, Given], parts: Mapping[str, Part]
) -> Iterator[tuple[Part, str]]:
    """Yield each part that keeps a round from being handed in, with why."""
    for one in asked:
        part, answer = parts[one.part], given.get(one.part)
        if answer is None:
            yield part, "not looked at yet"
        elif not answer.unchanged:
            missing = what_is_missing(part, answer.value)
            if missing is not None:
                yield part, missing.message


def merged(before: Mapping[str, Any], given: Mapping[str, Given]) -> dict[str, Any]:
    """Return the answers as they stand with those of a round; one left empty is no answer."""
    now = dict(before)
    for part_id, one in given.items():
        if one.unchanged:
            continue
        now.pop(part_id, None)
        # An empty table says “none”, which is an answer.
        if not is_empty(one.value) or isinstance(one.value, list):
            now[part_id] = one.value
    return now


def is_same(one: Any, other: Any) -> bool:
    """Return whether two stored values say the same; nothing is nothing however it is kept."""
    return one == other or (is_empty(one) and is_empty(other))
