"""Who marks which question of which bid, as it follows from what was given, declined and taken."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from foundation.errors import DomainError


class AllocationKind(StrEnum):
    GIVEN = "given"
    # The evaluator cannot take it, and says why; it stays his until the chair decides.
    DECLINED = "declined"
    # The chair leaves it with him all the same.
    KEPT = "kept"
    TAKEN = "taken"


class Ground(StrEnum):
    """Why an evaluator declines what was given to him."""

    INTEREST = "interest"
    EXPERTISE = "expertise"
    WORKLOAD = "workload"


GROUNDS: Mapping[Ground, str] = MappingProxyType(
    {
        Ground.INTEREST: "I have an interest that somebody could hold against the council",
        Ground.EXPERTISE: "I do not know enough about the subject",
        Ground.WORKLOAD: "I cannot do it in the time there is",
    }
)


class NotAllocated(DomainError):
    """Somebody wants to mark what was not given to him."""


@dataclass(frozen=True, slots=True)
class Given:
    """One event; ``bid_id`` None is every bid of the tender."""

    question_id: str
    person_id: int
    bid_id: int | None
    kind: AllocationKind
    reason: str = ""
    ground: str = ""


@dataclass(frozen=True)
class Allocation:
    """Where the events lead: by (question, bid or None) the people who mark, in the order given.

    A question taken from somebody in one bid stays his in the others.
    """

    everywhere: dict[str, list[int]] = field(default_factory=dict)
    here: dict[tuple[str, int], dict[int, bool]] = field(default_factory=dict)
    # What somebody declined and nobody decided on: (question, person, bid) → ground and reason.
    declined: dict[tuple[str, int, int | None], tuple[str, str]] = field(default_factory=dict)

    def people_for(self, question_id: str, bid_id: int) -> tuple[int, ...]:
        """Return who marks a question of a bid: those of every bid, then those of this one."""
        changed = self.here.get((question_id, bid_id), {})
        usual = [one for one in self.everywhere.get(question_id, ()) if changed.get(one, True)]
        more = [one for one, stands in changed.items() if stands and one not in usual]
        return (*usual, *more)

    def marks(self, person_id: int, question_id: str, bid_id: int) -> bool:
        return person_id in self.people_for(question_id, bid_id)

    def cells_of(self, person_id: int, bid_ids: Iterable[int]) -> Iterator[tuple[int, str]]:
        """Yield (bid, question) for everything somebody marks, bid by bid."""
        usual, changed = self._usual(person_id), self._changed(person_id)
        for bid_id in bid_ids:
            own = changed.get(bid_id)
            for question_id in usual if own is None else _with(usual, own):
                yield bid_id, question_id

    def count_of(self, person_id: int, bid_ids: Collection[int]) -> int:
        """Return how many answers somebody marks, without going from bid to bid."""
        usual, changed = self._usual(person_id), self._changed(person_id)
        here = [changed[bid_id] for bid_id in set(bid_ids) & changed.keys()]
        return len(usual) * (len(bid_ids) - len(here)) + sum(len(_with(usual, own)) for own in here)

    def _usual(self, person_id: int) -> list[str]:
        return sorted(question for question, them in self.everywhere.items() if person_id in them)

    def _changed(self, person_id: int) -> dict[int, dict[str, bool]]:
        changed: dict[int, dict[str, bool]] = {}
        for (question_id, bid_id), people in self.here.items():
            if person_id in people:
                changed.setdefault(bid_id, {})[question_id] = people[person_id]
        return changed

    @property
    def people(self) -> frozenset[int]:
        """Return everybody who marks anything."""
        found = {one for people in self.everywhere.values() for one in people}
        for people in self.here.values():
            found |= {one for one, stands in people.items() if stands}
        return frozenset(found)


def _with(usual: Iterable[str], changed: Mapping[str, bool]) -> list[str]:
    """Return the usual questions as they are changed in one bid, in order."""
    left = {question_id for question_id in usual if changed.get(question_id, True)}
    return sorted(left | {question_id for question_id, stands in changed.items() if stands})


def allocation_from(events: Iterable[Given]) -> Allocation:
    """Return where the events lead, in the order they happened."""
    made = Allocation()
    for event in events:
        declined = (event.question_id, event.person_id, event.bid_id)
        made.declined.pop(declined, None)
        if event.kind is AllocationKind.DECLINED:
            made.declined[declined] = (event.ground, event.reason)
        elif event.kind is not AllocationKind.KEPT:
            _follow(made, event)
    return made


def _follow(made: Allocation, event: Given) -> None:
    stands = event.kind is AllocationKind.GIVEN
    if event.bid_id is not None:
        made.here.setdefault((event.question_id, event.bid_id), {})[event.person_id] = stands
        return
    people = made.everywhere.setdefault(event.question_id, [])
    if stands and event.person_id not in people:
        people.append(event.person_id)
    if not stands and event.person_id in people:
        people.remove(event.person_id)


@dataclass(frozen=True, slots=True)
class Lack:
    """A question with fewer evaluators than it needs."""

    question_id: str
    needed: int
    people: int


def lacking(stands: Allocation, needed: Mapping[str, int]) -> tuple[Lack, ...]:
    """Return the questions, of those ``needed`` says how many evaluators they need, that have
    fewer in every bid. Who stands in for somebody in one bid alone is not counted."""
    found = ((one, least, len(stands.everywhere.get(one, ()))) for one, least in needed.items())
    return tuple(Lack(one, least, has) for one, least, has in found if has < least)
