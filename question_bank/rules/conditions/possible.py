"""Whether a condition could ever hold, given which parts are asked and which answers they offer.

Answers are taken as free of one another, so ‘could’ may be too hopeful and ‘never’ is certain.
"""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.rules.conditions.grammar import Condition, columns_read
from question_bank.rules.questions import CLOSED, COMMITMENT_ANSWERS, Kind, Part


def could_be_true(condition: Condition, asked: Mapping[str, Part]) -> bool:
    """Return whether some answers to the parts ``asked`` make the condition true.

    What rests on a part that nobody is asked is unknown, which is neither true nor false.
    """
    return _possible(condition, asked)[0]


def _possible(node: Condition, asked: Mapping[str, Part]) -> tuple[bool, bool]:
    """Return whether the node could be true, and whether it could be false."""
    if node.node in ("all", "any", "not"):
        children = [_possible(child, asked) for child in node.children]
        true, false = [child[0] for child in children], [child[1] for child in children]
        return {
            "all": (all(true), any(false)),
            "any": (any(true), all(false)),
            "not": (any(false), any(true)),
        }[node.node]
    if node.node == "always":
        return True, False
    if node.node in ("missing", "answered"):
        known = any(part in asked for part in node.subject)
        return known, known
    return _comparison(node, asked)


def _comparison(node: Condition, asked: Mapping[str, Part]) -> tuple[bool, bool]:
    if node.node == "names":
        return _names(node, asked)
    if not all(part in asked for part, _ in columns_read(node)):
        return False, False
    if node.node == "part" and not node.column:
        return _offered(node, asked[node.subject])
    return True, True


def _names(node: Condition, asked: Mapping[str, Part]) -> tuple[bool, bool]:
    """A name is known to be absent only from lists that are all asked."""
    first = {item["part"] in asked for item in node.subject}
    second = {item["part"] in asked for item in node.value}
    return any(first) and all(second), all(first) and any(second)


def _offered(node: Condition, part: Part) -> tuple[bool, bool]:
    """An answer that is not among those offered is never given."""
    if part.kind not in CLOSED or node.operator not in ("is", "is_not", "in", "not_in"):
        return True, True
    offered = (
        set(COMMITMENT_ANSWERS)
        if part.kind is Kind.COMMITMENT
        else {option.value for option in part.options}
    )
    wanted = node.value if isinstance(node.value, list | tuple) else [node.value]
    some, others = bool(offered & set(wanted)), bool(offered - set(wanted))
    return (some, others) if node.operator in ("is", "in") else (others, some)


def unasked(condition: Condition, asked: Mapping[str, Part]) -> tuple[str, ...]:
    """Return the parts the condition looks at that are not asked."""
    return tuple(sorted(condition.parts() - set(asked)))
