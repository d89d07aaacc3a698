"""A rule that holds for a bid, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from question_bank.rules.conditions.evaluate import because
from question_bank.rules.conditions.grammar import Condition
from question_bank.rules.conditions.verdict import Reading, Situation, one_line, sources_in
from question_bank.rules.questions import Flag


class Fired(NamedTuple):
    """A rule that holds for a bid: the outcome of a part, a question's requirement, or a check."""

    rule: str
    because: Sequence[Reading]
    ceiling: int | None = None
    flag: Flag | None = None
    question: str = ""
    clarification: str = ""
    blocks_schedule: bool = False

    @property
    def words(self) -> str:
        because_of = self.because
        return because_of.words if type(because_of) is Because else one_line(because_of)

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the parts and facts it rests on, each once."""
        because_of = self.because
        return because_of.sources if type(because_of) is Because else sources_in(because_of)


class Because(Sequence[Reading]):
    """What a rule that holds rests on, put into words when somebody asks.

    Most rules that hold say that an answer is good, which nobody reads.
    """

    __slots__ = ("_found", "_situation", "_sources", "_when", "_words")

    def __init__(self, when: Condition, situation: Situation) -> None:
        self._when, self._situation = when, situation
        self._found: tuple[Reading, ...] | None = None
        self._words: str | None = None
        self._sources: tuple[str, ...] | None = None

    @property
    def found(self) -> tuple[Reading, ...]:
        if self._found is None:
            self._found = because(self._when, self._situation)
        return self._found

    @property
    def words(self) -> str:
        if self._words is None:
            self._words = one_line(self.found)
        return self._words

    @property
    def sources(self) -> tuple[str, ...]:
        if self._sources is None:
            self._sources = sources_in(self.found)
        return self._sources

    def __len__(self) -> int:
        return len(self.found)

    def __getitem__(self, place: Any) -> Any:
        return self.found[place]

    def __iter__(self) -> Iterator[Reading]:
        return iter(self.found)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self.found == tuple(other)

    def __hash__(self) -> int:
        return hash(self.found)

    def __repr__(self) -> str:
        return repr(self.found)
