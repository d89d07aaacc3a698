"""What rules make of the answer to one part, kept for bids of the same run that answer the same.

Bids say the same again and again where they choose from a list, and in the columns of tables that
rules read. What a rule makes of that, truth and words, is found once and then looked up. Nothing of
a bid is kept but the cells and choices that rules read: a rule that is kept was shown nothing else,
so it cannot have found anything that depends on more. Of free text no more is kept, or compared,
than whether there is any. A rule that reads more, or other parts, is decided for each bid.

One table belongs to one run, which holds bids of one tender and made the table itself. So nobody
sees what was made of anybody else's bid: pages have none. It is bounded, and what is in it depends
on the bids and their order alone.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any

from question_bank.rules.conditions.deciding import decide
from question_bank.rules.conditions.grammar import Condition, columns_read
from question_bank.rules.conditions.verdict import Situation, Truth
from question_bank.rules.fired import Fired
from question_bank.rules.held import NotChecked, of_outcome
from question_bank.rules.questions import ROWED, Kind, Outcome, Part, Question

# Different answers that are kept of one part, and the longest text of one.
MOST_KEPT, LONGEST = 200, 200
# Answers and cells that are one short text, of which there are few.
OF_FEW_VALUES = frozenset(
    {Kind.CHOICE, Kind.COUNTRY, Kind.NUMBER, Kind.MONEY, Kind.DURATION, Kind.DATE}
)
# Stands for the text of a cell of which is told only whether there is any.
SOME_TEXT = "…"

# What holds, what lacks a fact, and what is to be decided for each bid because it reads more.
Found = Sequence[Fired | NotChecked | Outcome]
# What is compared of an answer; an answer that is not kept has none.
Key = Callable[[Any], Hashable]
NOT_KEPT = object()


class Remembered:
    """What was found in one run, on these facts of its tender."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self._facts = facts
        self._of_part: dict[str, _OfPart] = {}

    def of_part(self, question: Question, part: Part, situation: Situation) -> Found | None:
        """Return what the rules of a part make of the answer, rules still to be decided in place.

        None where nothing is kept: then they are decided as of any bid.
        """
        known = self._of_part.get(part.id)
        if known is None:
            known = self._of_part[part.id] = _OfPart(part)
        if known.key is None or known.part is not part or situation.facts is not self._facts:
            return None
        value = situation.answers.get(part.id)
        key = known.key(value)
        if key is NOT_KEPT:
            return None
        found = known.found.get(key)
        if found is not None:
            known.met_again += 1
            return found
        return known.kept(key, question, value, situation)


class _OfPart:
    """One part, what its rules read of it, and what they made of each answer so far."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.cells = _Cells(part)
        self.key = self.cells.key if part.kind in ROWED else _KEYS.get(part.kind)
        self.found: dict[Hashable, Found] = {}
        self.met_again = 0
        # Each outcome, whether it can be kept, and whether it can be left out where it is false.
        self._outcomes = [
            (one, told and _reads_only(one.when, part), told and _adds_up(one.when, part))
            for one in part.outcomes
            for told in [self.cells.tell_all(one.when)]
        ]

    def kept(
        self, key: Hashable, question: Question, value: Any, situation: Situation
    ) -> Found | None:
        if len(self.found) < MOST_KEPT:
            found = self.found[key] = self._made(question, value, situation)
            return found
        if self.met_again < MOST_KEPT:  # hardly a bid answers as another did: not worth the looking
            self.key = None
            self.found.clear()
        return None

    def _made(self, question: Question, value: Any, situation: Situation) -> Found:
        part = self.part
        alone = Situation(
            {part.id: part},
            {part.id: self.cells.shown(value) if part.kind in ROWED else value},
            situation.facts,
            situation.fact_specs,
            known=situation.known,
            questionnaire=situation.questionnaire,
        )
        found: list[Fired | NotChecked | Outcome] = []
        for outcome, reads_only, adds_up in self._outcomes:
            if reads_only:
                made = of_outcome(question, outcome, alone)
                found += [] if made is None else [made]
            elif not (adds_up and decide(outcome.when, alone) is Truth.FALSE):
                found.append(outcome)
        return tuple(found)


class _Cells:
    """What rules read of the rows of a table, or of a record: cells of few values as they are, of
    others whether there is any text. A rule that quotes such text is told nothing of it."""

    def __init__(self, part: Part) -> None:
        self._part = part
        columns = part.schema.columns if part.schema is not None else ()
        self._few = frozenset(column.id for column in columns if column.kind in OF_FEW_VALUES)
        read = {
            name
            for outcome in part.outcomes
            if self.tell_all(outcome.when)
            for name in _columns(outcome.when, part)
        }
        self._as_they_are = tuple(sorted(read & self._few))
        self._if_any = tuple(sorted(read - self._few))

    def tell_all(self, condition: Condition) -> bool:
        """Whether the condition is told all that it and its words depend on in this part.

        What holds without ‘not’ quotes only what is so, and of an empty cell that it is empty.
        """
        others = _columns(condition, self._part) - self._few
        nodes = list(condition.walk())
        return not others or (
            not any(node.node in ("not", "names", "coverage") for node in nodes)
            and all(node.operator == "empty" for node in nodes if node.column in others)
        )

    def key(self, value: Any) -> Hashable:
        if value is None:
            return None
        rows = [value] if type(value) is dict else value
        if type(rows) is not list or any(type(row) is not dict for row in rows):
            return NOT_KEPT
        cells = tuple(
            [
                (*map(row.get, self._as_they_are), *[bool(row.get(name)) for name in self._if_any])
                for row in rows
            ]
        )
        if rows and not any(map(any, cells)):
            return NOT_KEPT  # without the cells that are left out, it would not look answered
        return cells

    def shown(self, value: Any) -> Any:
        """Return the answer with the cells that rules are told, and no others."""
        if value is None or type(value) is dict:
            return value and dict(self._told(value))
        return [dict(self._told(row)) for row in value]

    def _told(self, row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        for name in self._as_they_are:
            if name in row:
                yield name, row[name]
        for name in self._if_any:
            if row.get(name):
                yield name, SOME_TEXT


def _columns(condition: Condition, part: Part) -> frozenset[str]:
    """Return the columns of the part that a condition reads."""
    read = (pair for node in condition.walk() for pair in columns_read(node))
    return frozenset(name for of, name in read if of == part.id and name)


def _of_text(value: Any) -> Hashable:
    if value is None or (type(value) is str and len(value) <= LONGEST):
        return value
    return NOT_KEPT


def _of_choices(value: Any) -> Hashable:
    return tuple(value) if type(value) is list else _of_text(value)


def _of_commitment(value: Any) -> Hashable:
    """The exception is told in the words of what rests on the answer."""
    if type(value) is not dict:
        return _of_text(value)
    exception = value.get("exception")
    return NOT_KEPT if _of_text(exception) is NOT_KEPT else (value.get("answer"), exception)


_KEYS: Mapping[Kind, Key] = {
    Kind.COMMITMENT: _of_commitment,
    Kind.CHOICES: _of_choices,
    **dict.fromkeys(OF_FEW_VALUES, _of_text),
}


def _reads_only(condition: Condition, part: Part) -> bool:
    """Whether a condition and its words read what is kept of the part, and tender facts alone."""
    for node in condition.walk():
        if node.node in ("names", "coverage", "flag", "risk", "mark"):
            return False
        if node.node in ("missing", "answered") and part.kind in ROWED:
            return False  # quotes all cells of a record
        if any(of != part.id for of, _ in columns_read(node)):
            return False
    return True


def _adds_up(condition: Condition, part: Part) -> bool:
    """Whether what is false by this part alone is false whatever other parts say.

    Not where one node looks at this part and others together: they could make it true.
    """
    return all(
        part.id not in read or len(read) == 1
        for node in condition.walk()
        for read in [{of for of, _ in columns_read(node)}]
    )
