"""Where a bid falls short of a minimum position: what may be done about it, and what was decided.

The clause prints the minimum until somebody decides otherwise. What may be talked about with the
bidder is what the tender said before bids came in; everything else is a question for whoever
decides whether the bid complies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract_clauses.rules.editing import DeviationOutcome
from contract_clauses.rules.issuing import Way
from contract_clauses.rules.library import Library, Minimum
from contract_clauses.rules.parts import Schedule
from contract_clauses.rules.variables import Deviation, Filled
from foundation.errors import DomainError

LONGEST_REASON = 2000
# Procedures in which bids come in once, and nothing is talked about afterwards.
ONE_STAGE = {"open": "the open procedure"}
FINAL = frozenset({DeviationOutcome.MINIMUM, DeviationOutcome.ACCEPTED})
IN_WORDS: Mapping[DeviationOutcome, str] = {
    DeviationOutcome.OPEN: "Not decided",
    DeviationOutcome.MINIMUM: "The minimum stands",
    DeviationOutcome.ACCEPTED: "The bid's figure is accepted",
    DeviationOutcome.NEGOTIATE: "To be negotiated",
    DeviationOutcome.COMPLIANCE: "Put to the compliance decision",
}
ENTERED = "An officer entered another figure"


class NotAnOutcome(DomainError):
    """A deviation cannot be settled in this way, or not by this person."""


@dataclass(frozen=True, slots=True)
class Step:
    """One decision on a deviation. ``about`` is the fingerprint of the deviation it was about."""

    outcome: DeviationOutcome
    reason: str
    by: str
    at: str
    about: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Raised:
    """A deviation of a schedule with its clause, and every decision on it, the first first."""

    deviation: Deviation
    number: int
    title: str
    value: Filled
    minimum: Minimum | None
    steps: tuple[Step, ...] = ()

    @property
    def target(self) -> str:
        return f"{self.deviation.clause}:{self.deviation.variable}"

    @property
    def last(self) -> Step | None:
        """Return the decision that counts: the last, where it was about this very deviation."""
        step = self.steps[-1] if self.steps else None
        return step if step is not None and step.about == self.deviation.about else None

    @property
    def is_overtaken(self) -> bool:
        """Return whether something was decided and the bid's value or the minimum changed since."""
        return bool(self.steps) and self.last is None and not self.is_entered

    @property
    def is_entered(self) -> bool:
        """Return whether an officer entered the value that falls short, which is a decision too."""
        return self.deviation.stands and not self._is_accepted

    @property
    def _is_accepted(self) -> bool:
        return self.last is not None and self.last.outcome is DeviationOutcome.ACCEPTED

    @property
    def outcome(self) -> DeviationOutcome:
        if self.is_entered:
            return DeviationOutcome.ACCEPTED
        return self.last.outcome if self.last else DeviationOutcome.OPEN

    @property
    def is_decided(self) -> bool:
        return self.outcome in FINAL

    @property
    def in_words(self) -> str:
        return ENTERED if self.is_entered else IN_WORDS[self.outcome]


def raised_in(
    schedule: Schedule,
    library: Library,
    steps: Mapping[tuple[str, str], tuple[Step, ...]],
) -> tuple[Raised, ...]:
    """Return the deviations of a schedule in the order in which they print."""
    found = []
    for clause in schedule.clauses:
        for value in clause.variables:
            if value.deviation is None:
                continue
            topic = library.topics.get(clause.id)
            variable = topic.variables.get(value.name) if topic else None
            found.append(
                Raised(
                    value.deviation,
                    clause.number,
                    clause.title,
                    value,
                    variable.minimum if variable else None,
                    steps.get((clause.id, value.name), ()),
                )
            )
    return tuple(found)


def ways(raised: Iterable[Raised]) -> Iterator[Way]:
    """Yield what keeps a schedule from being issued: deviations that nobody has settled."""
    for one in raised:
        if not one.is_decided:
            state = one.in_words[:1].lower() + one.in_words[1:]
            where = f"Short of the minimum in clause {one.number}, {one.title}"
            words = f"{where}: {one.deviation.label} ({state})"
            yield Way(words, "deviation", one.target)


def why_not_negotiated(facts: Mapping[str, Any]) -> str:
    """Return why a deviation may not be talked about with the bidder; empty where it may."""
    procedure = facts.get("procedure")
    if procedure in ONE_STAGE:
        return (
            f"You cannot negotiate because the tender was published as {ONE_STAGE[procedure]}: "
            "bids are assessed as they came in"
        )
    if facts.get("negotiation_allowed") == "yes":
        return ""
    if facts.get("negotiation_allowed") == "no":
        return "You cannot negotiate because the published terms of the tender do not allow it"
    return (
        "You cannot negotiate because the tender was published without saying that it may be "
        "negotiated"
    )


def cautions(minimum: Minimum | None) -> tuple[str, ...]:
    """Return what to think of before a figure below a minimum is accepted."""
    if minimum is None:
        return ()
    found = []
    if minimum.law:
        found.append(
            f"The minimum comes from the law ({minimum.law}). A contract cannot set the law aside: "
            "take legal advice before you accept less"
        )
    found.append(
        "Every bidder saw this minimum before bidding"
        + (
            ", as a figure of this tender"
            if str(minimum.value).startswith("tender.")
            else " in the published terms"
        )
        + ". To accept less from one of them treats the others unequally, unless the published "
        "terms let it be varied"
    )
    return tuple(found)


def negotiation_note(raised: Raised) -> tuple[str, ...]:
    """Return words ready to send to the bidder: what it offers, what is asked for, what follows."""
    one, given, least = _in_words(raised)
    return (
        f"Clause {raised.number}, {raised.title}: {one.label}.",
        f"Your bid offers {given} ({one.source}). The minimum published with the tender is "
        f"{least}. {one.says}.",
        f"We ask you to confirm {least}, at the price you tendered and without changing "
        "anything else in your bid.",
        "If you cannot, tell us the nearest figure you can commit to, from which day, and what "
        "protects the council until then. We make no promise to accept it.",
        f"Without an agreement the clause states {least}, as the tender documents say.",
    )


def compliance_question(raised: Raised) -> str:
    """Return the question that whoever decides on compliance has to answer."""
    one, given, least = _in_words(raised)
    return (
        f"The bid offers {given} for {one.label} ({one.source}); the published minimum is "
        f"{least}. Does the bid comply on the footing that the clause states "
        f"{least}, may {given} be accepted under the published terms, or does it fail a "
        "requirement and has to be disregarded?"
    )


def _in_words(raised: Raised) -> tuple[Deviation, str, str]:
    one = raised.deviation
    return one, one.given_in_words, one.minimum_in_words


def checked(
    raised: Raised,
    outcome: DeviationOutcome,
    reason: str,
    facts: Mapping[str, Any],
    *,
    decides_compliance: bool,
) -> str:
    """Return the reason of a decision that may be taken. Raises NotAnOutcome."""
    if raised.is_entered:
        raise NotAnOutcome(
            "You cannot decide on this because an officer entered the figure: change it there",
            field="outcome",
        )
    barred = why_not_negotiated(facts) if outcome is DeviationOutcome.NEGOTIATE else ""
    if barred:
        raise NotAnOutcome(barred, field="outcome")
    if raised.outcome is DeviationOutcome.COMPLIANCE and not decides_compliance:
        raise NotAnOutcome(
            "You cannot decide on this because it is put to those who decide on compliance",
            field="outcome",
        )
    words = reason.strip()
    if not words:
        raise NotAnOutcome("Enter the reason for your decision", field="reason")
    if len(words) > LONGEST_REASON:
        raise NotAnOutcome(f"Enter {LONGEST_REASON:,} characters or fewer", field="reason")
    return words


def taken(raised: Raised) -> str:
    """Return in words what the parties take from a deviation: for the side letter."""
    _one, given, least = _in_words(raised)
    if raised.is_entered:
        return f"The Council entered {given} in place of {least}."
    stands = f"the minimum applies: {least}"
    return {
        DeviationOutcome.MINIMUM: f"The minimum applies, as the clause states it: {least}.",
        DeviationOutcome.ACCEPTED: f"{given} is accepted in place of {least}.",
        DeviationOutcome.NEGOTIATE: f"To be negotiated. Until then {stands}.",
        DeviationOutcome.COMPLIANCE: f"Put to the compliance decision. Until then {stands}.",
        DeviationOutcome.OPEN: f"Not decided. Until then {stands}.",
    }[raised.outcome]
