"""How a tie for the first place ends: the published steps, one after the other, each in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from foundation.errors import DomainError
from scoring.rules.prices import Method, money
from scoring.rules.ranking import Placed, shared_places
from scoring.rules.results import TOP_OF_SCALE
from scoring.rules.totals import half_up
from tenders.rules.award import TIE_WORDS, TieBreak


class LotsNotDue(DomainError):
    """Lots are recorded between bids that are not tied, or that something else tells apart."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what was compared, each bid's figure in words by key, and who is left by key."""

    kind: TieBreak
    rule: str
    figures: Mapping[str, str]
    left: tuple[str, ...]
    could_apply: bool = True


@dataclass(frozen=True, slots=True)
class TieLog:
    """A tie for the first place: who shared it, each step, and who has it in the end, if anybody.

    ``lots``: the bids lots are to be drawn between, because nothing else is left.
    """

    tied: tuple[str, ...]
    steps: tuple[Step, ...]
    winner: str = ""
    lots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tied:
    """What there is to tell the tied bids apart, beside their figures.

    ``marks``: by key the mark for the question that breaks ties. ``draws``: orders in which lots
    were drawn, the last draw last; one counts where it is between exactly the bids that are left.
    """

    marks: Mapping[str, int]
    draws: Sequence[Sequence[str]] = ()


def break_tie(method: Method, tied: Sequence[Placed], known: Tied) -> TieLog:
    """Apply the published steps to the bids that share the first place, until one is left."""
    left = list(tied)
    steps: list[Step] = []
    for kind in method.award.ties:
        if kind is TieBreak.LOTS:
            return _by_lots(method, tied, steps, left, known)
        step, left = _compare(method, kind, left, known)
        steps.append(step)
        if len(left) == 1:
            break
    winner = left[0].key if len(left) == 1 else ""
    return TieLog(tuple(one.key for one in tied), tuple(steps), winner)


def _compare(
    method: Method, kind: TieBreak, left: list[Placed], known: Tied
) -> tuple[Step, list[Placed]]:
    """Return one step, and the bids that are best in it; all of them where it cannot tell."""
    figures = {one.key: _figure(method, kind, one, known) for one in left}
    rule = TIE_WORDS[kind].format(question=method.award.tie_question)
    values = {key: value for key, (value, _) in figures.items() if value is not None}
    words = {key: text for key, (_, text) in figures.items()}
    if len(values) < len(left):
        return Step(kind, rule, words, tuple(words), could_apply=False), left
    best = max(values.values())
    kept = [one for one in left if values[one.key] == best]
    return Step(kind, rule, words, tuple(one.key for one in kept)), kept


def _figure(
    method: Method, kind: TieBreak, one: Placed, known: Tied
) -> tuple[Fraction | None, str]:
    """Return what is compared, the higher the better, and how it reads."""
    if kind is TieBreak.QUALITY and one.bid.quality is not None:
        return method.compared(one.bid.quality), str(half_up(one.bid.quality))
    if kind is TieBreak.QUESTION and one.key in known.marks:
        mark = known.marks[one.key]
        return Fraction(mark), f"{mark} of {TOP_OF_SCALE}"
    if kind is TieBreak.PRICE and one.bid.price is not None and method.prices_open:
        return -Fraction(one.bid.price), money(one.bid.price)
    return None, "not known here"


def _by_lots(
    method: Method, tied: Sequence[Placed], steps: list[Step], left: list[Placed], known: Tied
) -> TieLog:
    keys = tuple(one.key for one in left)
    drawn = next((one for one in reversed(known.draws) if set(one) == set(keys)), None)
    rule = TIE_WORDS[TieBreak.LOTS]
    everybody = tuple(one.key for one in tied)
    if drawn is None:
        return TieLog(everybody, tuple(steps), lots=keys)
    figures = {key: f"drawn as number {number}" for number, key in enumerate(drawn, start=1)}
    step = Step(TieBreak.LOTS, rule, figures, (drawn[0],))
    return TieLog(everybody, (*steps, step), winner=drawn[0])


def with_tie_broken(placed: Sequence[Placed], log: TieLog) -> tuple[Placed, ...]:
    """Return the ranking with the winner of a tie first; the others with its total come next.

    Without a winner all keep sharing the first place.
    """
    if not log.winner:
        return tuple(placed)
    first = next(one for one in placed if one.key == log.winner)
    others = [one for one in placed if one.key in log.tied and one.key != log.winner]
    rest = [one for one in placed if one.key not in log.tied]
    place = shared_places(["", *("tied" for _ in others)])[-1]
    return (
        replace(first, rank="1"),
        *(replace(one, rank=place) for one in others),
        *rest,
    )


def in_words(log: TieLog, names: Mapping[str, str]) -> list[str]:
    """Return the log as sentences, ``names`` by key."""
    said = [f"{_listed(log.tied, names)} have equal totals and share the first place."]
    for number, step in enumerate(log.steps, start=1):
        figures = ", ".join(f"{names[key]} {figure}" for key, figure in step.figures.items())
        said.append(f"Step {number}, {step.rule}: {figures}. {_outcome(step, names)}")
    if log.lots:
        said.append(
            f"Nothing else tells {_listed(log.lots, names)} apart: lots are to be drawn between "
            "them, before a witness from outside the panel."
        )
    elif not log.winner:
        said.append("Nothing more is published to end the tie: the first place stays shared.")
    return said


def _outcome(step: Step, names: Mapping[str, str]) -> str:
    if not step.could_apply:
        return "This cannot be compared here, so the tie stays."
    if len(step.left) == 1:
        return f"{names[step.left[0]]} has the first place."
    if len(step.left) == len(step.figures):
        return "These are equal, so the tie stays."
    return f"{_listed(step.left, names)} stay tied."


def _listed(keys: Sequence[str], names: Mapping[str, str]) -> str:
    found = [names[key] for key in keys]
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"


def must_be_due(log: TieLog | None, drawn: Sequence[str]) -> None:
    """Raise LotsNotDue unless lots are to be drawn, and between exactly these bids."""
    if log is None or not log.lots:
        raise LotsNotDue("You cannot record lots because no tie is left that lots would break")
    if len(drawn) != len(log.lots) or set(drawn) != set(log.lots):
        raise LotsNotDue("Enter a different place for each of the tied bids", field="order")
