"""What rules make of the answer to one part, kept for bids of the same run that answer the same.

Bids say the same again and again where they choose from a list, and in the columns of tables that
rules read. What a rule makes of that, truth and words, is found once and then looked up. Nothing of
a bid is kept but the cells and choices that rules read: a rule that is kept was shown nothing else,
so it cannot have found anything that depends on more. What no rule reads, such as free text, is
neither kept nor compared.

One table belongs to one run, which holds bids of one tender and made the table itself. So nobody
sees what was made of anybody else's bid: pages have none. It is bounded, and what is in it depends
on the bids and their order alone.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
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
        if found is None and len(known.found) < MOST_KEPT:
            found = known.found[key] = known.made(question, value, situation)
        return found


class _OfPart:
    """One part, what its rules read of it, and what they made of each answer so far."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.columns = tuple(sorted(_columns(part)))
        self.key = _key(part, self.columns)
        self.found: dict[Hashable, Found] = {}

    def made(self, question: Question, value: Any, situation: Situation) -> Found:
        part = self.part
        shown = self._read(value)
        alone = Situation(
            {part.id: part},
            {part.id: shown},
            situation.facts,
            situation.fact_specs,
            known=situation.known,
            questionnaire=situation.questionnaire,
        )
        found: list[Fired | NotChecked | Outcome] = []
        for outcome in part.outcomes:
            if _reads_only(outcome.when, part):
                made = of_outcome(question, outcome, alone)
                found += [] if made is None else [made]
            elif not (_adds_up(outcome.when, part) and decide(outcome.when, alone) is Truth.FALSE):
                found.append(outcome)
        return tuple(found)

    def _read(self, value: Any) -> Any:
        """Return the answer with the cells that rules read, and no others."""
        if self.part.kind not in ROWED or value is None:
            return value
        if type(value) is dict:
            return self._cells(value)
        return [self._cells(row) for row in value]

    def _cells(self, row: dict[str, Any]) -> dict[str, Any]:
        return {name: row[name] for name in self.columns if name in row}


def _columns(part: Part) -> frozenset[str]:
    """Return the columns of the part that its own rules read."""
    nodes = (node for outcome in part.outcomes for node in outcome.when.walk())
    return frozenset(name for node in nodes for of, name in columns_read(node) if of == part.id) - {
        ""
    }


def _key(part: Part, columns: Sequence[str]) -> Key | None:
    """Return what tells answers of a part apart, as far as rules read them; None: not kept."""
    if part.kind in ROWED:
        kinds = [
            asked.kind for name in columns if part.schema and (asked := part.schema.column(name))
        ]
        few = len(kinds) == len(columns) and OF_FEW_VALUES.issuperset(kinds)
        return _of_rows(columns) if few else None
    if part.kind is Kind.COMMITMENT:
        return _of_commitment
    if part.kind is Kind.CHOICES:
        return lambda value: tuple(value) if type(value) is list else _of_text(value)
    return _of_text if part.kind in OF_FEW_VALUES else None


def _of_text(value: Any) -> Hashable:
    if value is None or (type(value) is str and len(value) <= LONGEST):
        return value
    return NOT_KEPT


def _of_commitment(value: Any) -> Hashable:
    """The exception is told in the words of what rests on the answer."""
    if type(value) is not dict:
        return _of_text(value)
    exception = value.get("exception")
    if _of_text(exception) is NOT_KEPT:
        return NOT_KEPT
    return value.get("answer"), exception


def _of_rows(columns: Sequence[str]) -> Key:
    def key(value: Any) -> Hashable:
        if value is None:
            return None
        rows = [value] if type(value) is dict else value
        if type(rows) is not list or any(type(row) is not dict for row in rows):
            return NOT_KEPT
        cells = tuple([tuple([row.get(name) for name in columns]) for row in rows])
        if rows and not any(map(any, cells)):
            return NOT_KEPT  # without the cells that are left out, it would not look answered
        return cells

    return key


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
