"""A price that seems abnormally low: what hints at it, and the steps before it may count against.

Procurement Act 2023, section 19(4) and (5): the bidder is told and gets a reasonable chance to show
that it can perform the contract for its price; if it shows that, its tender stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from types import MappingProxyType

from foundation.errors import DomainError

LEAST_REASON, LONGEST_TEXT = 20, 8000
TENTH = Decimal("0.1")


class Step(StrEnum):
    """What can be recorded, by the words that are stored."""

    RAISED = "raised"
    ASKED = "asked"
    REPLIED = "replied"
    DECIDED = "decided"
    NOT_NEEDED = "not_needed"


# After these nothing is open about a price.
SETTLED = frozenset({Step.DECIDED, Step.NOT_NEEDED})


class Decision(StrEnum):
    KEPT = "kept"
    DISREGARDED = "disregarded"


DECISIONS: Mapping[Decision, str] = MappingProxyType(
    {
        Decision.KEPT: "The tender stays in the competition",
        Decision.DISREGARDED: "It was not shown that the contract can be performed for the price: "
        "the tender may be disregarded, and is",
    }
)


class State(StrEnum):
    """Where a case stands, as pages say it."""

    NONE = "Not looked into"
    NOT_NEEDED = "Looked at, no case needed"
    RAISED = "Bidder to be asked"
    ASKED = "Bidder asked, reply awaited"
    TO_DECIDE = "To be decided"
    KEPT = "Looked into, and kept"
    DISREGARDED = "Tender disregarded"


class NotNow(DomainError):
    """A step that does not follow from where the case stands."""


class WrongEntry(DomainError):
    """Something entered cannot be so; the message names the field."""


@dataclass(frozen=True, slots=True)
class Event:
    step: Step
    outcome: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """``due_at``: until when the bidder could reply last; ``was_asked``: whether it ever was."""

    state: State
    due_at: datetime | None = None
    was_asked: bool = False


STEPS: Mapping[State, frozenset[Step]] = MappingProxyType(
    {
        State.NONE: frozenset({Step.RAISED, Step.NOT_NEEDED}),
        State.NOT_NEEDED: frozenset({Step.RAISED}),
        State.RAISED: frozenset({Step.ASKED, Step.DECIDED}),
        State.ASKED: frozenset({Step.REPLIED}),
        State.TO_DECIDE: frozenset({Step.ASKED, Step.DECIDED}),
        State.KEPT: frozenset({Step.ASKED, Step.DECIDED}),
        State.DISREGARDED: frozenset({Step.ASKED, Step.DECIDED}),
    }
)


def standing(events: Sequence[Event], moment: datetime) -> Standing:
    """Return where a case stands at ``moment``, from its events in their order."""
    state, due_at, was_asked = State.NONE, None, False
    for event in events:
        match event.step:
            case Step.NOT_NEEDED:
                state = State.NOT_NEEDED
            case Step.RAISED:
                state = State.RAISED
            case Step.ASKED:
                state, due_at, was_asked = State.ASKED, event.due_at, True
            case Step.REPLIED:
                state = State.TO_DECIDE
            case Step.DECIDED:
                kept = event.outcome == Decision.KEPT
                state = State.KEPT if kept else State.DISREGARDED
    if state is State.ASKED and due_at is not None and moment >= due_at:
        state = State.TO_DECIDE
    return Standing(state, due_at, was_asked)


def must_be_next(step: Step, stands: Standing, outcome: str = "") -> None:
    """Raise NotNow unless ``step`` follows: nobody is disregarded who was not asked."""
    if step not in STEPS[stands.state]:
        raise NotNow(f"You cannot record this now: {stands.state[0].lower()}{stands.state[1:]}")
    if step is Step.DECIDED and outcome == Decision.DISREGARDED and not stands.was_asked:
        raise NotNow(
            "You cannot disregard this tender because the bidder was not asked yet: it must get a "
            "reasonable chance to show that it can perform the contract for its price",
            field="decision",
        )


def checked_text(text: str, *, ask: str, least: int = LEAST_REASON) -> str:
    """Return ``text`` without blanks around it. Raises WrongEntry."""
    plain = text.strip()
    if not plain:
        raise WrongEntry(ask, field="text")
    if len(plain) < least:
        raise WrongEntry(f"Enter at least {least} characters", field="text")
    if len(plain) > LONGEST_TEXT:
        raise WrongEntry(
            f"Enter {LONGEST_TEXT:,} characters or fewer: this is {len(plain):,}", field="text"
        )
    return plain


def checked_decision(decision: str) -> Decision:
    if decision not in set(Decision):
        raise WrongEntry("Select what becomes of the tender", field="decision")
    return Decision(decision)


@dataclass(frozen=True, slots=True)
class Hint:
    """That a price lies below the mean or the estimate by more than was published."""

    says: str


def hints(
    prices: Mapping[str, Decimal], estimate: Decimal | None, percent: int | None
) -> dict[str, tuple[Hint, ...]]:
    """Return by bid what makes its price seem low; an indicator, which decides nothing.

    ``prices`` are all that were offered. Without a published percentage nothing is hinted at.
    """
    if percent is None or not prices:
        return {}
    mean = sum(prices.values(), Decimal(0)) / len(prices)
    measures = [("the mean of all prices", mean)] if len(prices) > 1 else []
    if estimate is not None and estimate > 0:
        measures.append(("the estimated value", estimate))
    found = {}
    for bid, price in prices.items():
        below = tuple(
            Hint(f"{_percent_below(price, measure)}% below {words}, £{_pence(measure):,}")
            for words, measure in measures
            if price * 100 < measure * (100 - percent)
        )
        if below:
            found[bid] = below
    return found


def _percent_below(price: Decimal, measure: Decimal) -> Decimal:
    return ((measure - price) * 100 / measure).quantize(TENTH, ROUND_HALF_UP)


def _pence(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def draft_letter(*, title: str, reference: str, total: str, why: str) -> str:
    """Return a letter to begin from. The officer changes it before it is sent."""
    because = f"\n\n{why}" if why else ""
    return (
        f"Your price for “{title}” ({reference}), {total} in total, seems abnormally low to us."
        f"{because}\n\n"
        "Under section 19 of the Procurement Act 2023 we tell you this, and give you the chance to "
        "show that you can perform the contract for this price. Please explain, with whatever "
        "supports it:\n\n"
        "1. how the price is made up: people, equipment, licences, hosting, travel, profit\n"
        "2. what lets you offer it, such as methods, stock or terms that others do not have\n"
        "3. how you meet your duties on pay, tax, safety and the environment at this price\n"
        "4. that nothing we ask for is left out, or charged for elsewhere\n\n"
        "You cannot change your price. We decide when we have read your reply, and disregard the "
        "tender for its price only if you do not show that you can perform the contract for it."
    )
