"""Whether a condition can be true at all: what it asks for must go together, and be asked.

A condition is taken apart into the *ways* in which it is true, each a set of claims about single
answers. A way is open if, for every answer, there is a value that meets all claims about it, and if
every part it speaks of can be shown. What cannot be told apart in this way counts as possible, so
‘can’ may be too hopeful and ‘never’ is certain. What rests on a part that nobody is asked is
unknown, which is neither true nor false.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product

from question_bank.rules.conditions.candidates import some_value_fits
from question_bank.rules.conditions.grammar import Condition, columns_read
from question_bank.rules.questions import Asked, Kind, Part, TenderFact

# More ways than a person writes; beyond them the condition counts as possible.
MOST_WAYS = 400


@dataclass(frozen=True)
class Claim:
    """What must hold of one answer, cell or fact; ``holds`` is whether it must or must not."""

    about: str
    operator: str
    value: object = None
    holds: bool = True
    asked: Asked | None = field(default=None, compare=False)


Way = frozenset[Claim]
ANYTHING: Way = frozenset()


@dataclass(frozen=True)
class Asker:
    """The parts that are asked, and the tender's facts: what conditions may speak of."""

    parts: Mapping[str, Part]
    facts: Mapping[str, TenderFact]

    def can_hold(self, condition: Condition, within: str = "") -> bool:
        """Return whether some answers make the condition true.

        ``within`` names the part whose outcome it is, which must be shown for the outcome to count.
        """
        shown = frozenset({Claim(within, "asked")}) if within else ANYTHING
        return any(self._is_open(shown | way) for way in self._ways(condition, True))

    def _is_open(self, way: Way, entered: frozenset[str] = frozenset()) -> bool:
        """Whether the claims of a way agree, also with what shows the parts they are about."""
        if not _agree(way):
            return False
        for claim in sorted(way, key=lambda claim: claim.about):
            part = self.parts.get(claim.about.partition("/")[0])
            if part is None or part.shown_when is None or part.id in entered:
                continue
            further = entered | {part.id}
            ways = self._ways(part.shown_when, True)
            return any(self._is_open(way | more, further) for more in ways)
        return True

    def _ways(self, node: Condition, holds: bool) -> list[Way]:
        """Return the ways in which a node is true, or false; none means never."""
        if node.node == "not":
            return self._ways(node.children[0], not holds)
        if node.node in ("all", "any"):
            each = [self._ways(child, holds) for child in node.children]
            return _together(each) if (node.node == "all") == holds else _either(each)
        if node.node == "always":
            return [ANYTHING] if holds else []
        if node.node in ("missing", "answered"):
            return self._given(node, (node.node == "answered") == holds)
        if node.node in ("any_row", "every_row"):
            return self._rows(node, holds)
        if node.node in ("part", "rows", "fact"):
            return self._compared(node, holds)
        if node.node == "names":
            return self._names(node, holds)
        is_known = all(part in self.parts for part, _ in columns_read(node))
        return [ANYTHING] if is_known else []

    def _names(self, node: Condition, holds: bool) -> list[Way]:
        """A name is known to be absent only from lists that are all asked."""
        first = [item["part"] in self.parts for item in node.subject]
        second = [item["part"] in self.parts for item in node.value]
        one, every = (first, second) if holds else (second, first)
        return [ANYTHING] if any(one) and all(every) else []

    def _given(self, node: Condition, given: bool) -> list[Way]:
        """One of the parts is answered; or none of them, although one is asked."""
        asked = [part for part in node.subject if part in self.parts]
        if given:
            return [frozenset({Claim(part, "answered")}) for part in asked]
        if len(node.subject) > 1:
            return [ANYTHING] if asked else []
        return [frozenset({Claim(part, "missing")}) for part in asked]

    def _rows(self, node: Condition, holds: bool) -> list[Way]:
        part = self.parts.get(node.subject)
        if part is None:
            return []
        if holds != (node.node == "any_row"):  # true as well of a table without rows
            return [frozenset({Claim(part.id, "asked")})]
        in_one_row = _cells(node.children[0], part, holds)
        return [frozenset({Claim(part.id, "answered")})] if any(map(_agree, in_one_row)) else []

    def _compared(self, node: Condition, holds: bool) -> list[Way]:
        if node.node == "fact":
            fact = self.facts.get(node.subject)
            name = f"tender.{node.subject}"
            return [frozenset({_claim(name, node, holds, fact.spec if fact else None)})]
        part = self.parts.get(node.subject)
        if part is None:
            return []
        shown = Claim(part.id, "asked")
        if node.node == "rows":
            count = _rows_of(part)
            return [frozenset({shown, _claim(f"{part.id}/rows", node, holds, count)})]
        if node.column:
            column = part.schema.column(node.column) if part.schema else None
            about = f"{part.id}/{node.column}"
            return [frozenset({Claim(part.id, "answered"), _claim(about, node, holds, column)})]
        return [frozenset({_claim(part.id, node, holds, part)})]


def _claim(about: str, node: Condition, holds: bool, asked: Asked | None) -> Claim:
    if node.operator in ("empty", "filled"):
        return Claim(about, "missing" if (node.operator == "empty") == holds else "answered")
    value = tuple(sorted(node.value.items())) if isinstance(node.value, Mapping) else node.value
    return Claim(about, node.operator, value, holds, asked)


def _cells(node: Condition, part: Part, holds: bool) -> list[Way]:
    """Return the ways in which a condition holds of the cells of one row."""
    if node.node == "not":
        return _cells(node.children[0], part, not holds)
    if node.node in ("all", "any"):
        each = [_cells(child, part, holds) for child in node.children]
        return _together(each) if (node.node == "all") == holds else _either(each)
    column = part.schema.column(node.column) if part.schema else None
    return [frozenset({_claim(node.column, node, holds, column)})]


def _rows_of(part: Part) -> Asked:
    fewest = Decimal(part.rows_at_least if part.required else 0)
    most = Decimal(part.rows_at_most)
    return Asked(part.id, Kind.NUMBER, "", at_least=fewest, at_most=most)


def _together(each: Iterable[list[Way]]) -> list[Way]:
    found = [ANYTHING]
    for ways in each:
        if len(found) * len(ways) > MOST_WAYS:
            continue  # left out, the rest only looks more possible than it is
        found = [frozenset(one | other) for one, other in product(found, ways)]
    return found


def _either(each: Iterable[list[Way]]) -> list[Way]:
    return [way for ways in each for way in ways]


def _agree(way: Way) -> bool:
    """Whether for every answer there is a value that meets all claims about it."""
    for about in {claim.about for claim in way}:
        claims = [claim for claim in way if claim.about == about and claim.operator != "asked"]
        empty = [claim for claim in claims if claim.operator == "missing"]
        if empty and len(empty) < len(claims):
            return False
        compared = [(c.asked, (c.operator, c.value, c.holds)) for c in claims if c.asked]
        if compared and not some_value_fits(compared[0][0], [told for _, told in compared]):
            return False
    return True


def unasked(condition: Condition, asked: Mapping[str, Part]) -> tuple[str, ...]:
    """Return the parts the condition looks at that are not asked."""
    return tuple(sorted(condition.parts() - set(asked)))
