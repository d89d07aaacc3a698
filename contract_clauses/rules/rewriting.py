"""From what somebody typed into the form of a clause to a redraft of it, and back.

A sub-clause is typed as text, each item of its list on a line that begins with "- "; variables and
references stand in braces, as in the library.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from contract_clauses.rules.library import ClauseTopic, Depth, Obligation, SubClause
from contract_clauses.rules.redrafting import OWN, Added, Redraft, Words, key_of

ITEM = "- "
LONGEST_SUB_CLAUSE = 5000
LONGEST_CLAUSE = 60_000
MOST_ADDED = 40
MOST_ITEMS = 26
LONGEST_DUTY = 300
LARGEST_COUNT = 1000
# What Word and XML have no character for, and what turns the direction of the words around it.
UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069\ufeff]"
)
COUNTED = (
    "every_months",
    "before_and_every_months",
    "within_working_days",
    "within_days",
    "within_months",
    "within_hours",
    "working_days_before",
    "days_before",
    "months_before",
)
TIMINGS = ("", *COUNTED, "before")
WHO = ("", "supplier", "council")


@dataclass(frozen=True, slots=True)
class TypedDuty:
    """An obligation of a sub-clause somebody added, as typed; all empty for none."""

    who: str = ""
    what: str = ""
    evidence: str = ""
    timing: str = ""
    count: str = ""

    def __bool__(self) -> bool:
        return any((self.who, self.what, self.evidence, self.timing, self.count))


@dataclass(frozen=True, slots=True)
class Typed:
    """The form of one clause. Keys are those of rules.redrafting.Written."""

    depth: Depth
    words: Mapping[str, str] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()
    # Key and what it follows, in the order in which they were added.
    added: tuple[tuple[str, str], ...] = ()
    duties: Mapping[str, TypedDuty] = field(default_factory=dict)


def as_typed(sub_clause: SubClause | Words) -> str:
    """Return a sub-clause as it stands in its box."""
    return "\n".join([sub_clause.text, *(f"{ITEM}{item}" for item in sub_clause.items)])


def words_typed(text: str) -> Words:
    """Return what was typed; a line that begins with no dash goes on from the line before."""
    lead: list[str] = []
    items: list[list[str]] = []
    for line in text.splitlines():
        if line.lstrip().startswith("-"):
            items.append([line.lstrip().removeprefix("-")])
        else:
            (items[-1] if items else lead).append(line)
    return Words(_one_line(lead), tuple(item for item in map(_one_line, items) if item))


def _one_line(lines: list[str]) -> str:
    return " ".join(" ".join(lines).split())


def form_of(topic: ClauseTopic, depth: Depth, redraft: Redraft | None) -> Typed:
    """Return the form as it stands before anything is typed; ``depth``: of the schedule."""
    redraft = redraft or Redraft()
    words = {key_of(at): as_typed(sub_clause) for at, sub_clause in enumerate(topic.text)}
    words |= {key: as_typed(changed) for key, changed in redraft.changed.items() if key in words}
    words |= {added.key: as_typed(added.words) for added in redraft.added}
    duties = {added.key: _duty_typed(added.obligation) for added in redraft.added}
    return Typed(
        redraft.depth or depth,
        words,
        redraft.removed,
        tuple((added.key, added.after) for added in redraft.added),
        duties,
    )


def _duty_typed(obligation: Obligation | None) -> TypedDuty:
    if obligation is None:
        return TypedDuty()
    count = str(obligation.at) if obligation.timing in COUNTED else ""
    return TypedDuty(obligation.who, obligation.what, obligation.evidence, obligation.timing, count)


def redraft_of(topic: ClauseTopic, depth: Depth, typed: Typed) -> Redraft:
    """Return what was typed as a redraft; what says what the library says is no change.

    A sub-clause somebody added and took out again is gone; what followed it follows the one before.
    """
    library = {key_of(place): sub_clause for place, sub_clause in enumerate(topic.text)}
    changed = {}
    for key, sub_clause in library.items():
        words = words_typed(typed.words.get(key, as_typed(sub_clause)))
        if words != Words(sub_clause.text, sub_clause.items) and words.text:
            changed[key] = words
    dropped = {key: after for key, after in typed.added if key in typed.removed}
    return Redraft(
        depth=None if typed.depth is depth else typed.depth,
        changed=changed,
        removed=frozenset(typed.removed & library.keys()),
        added=tuple(
            Added(
                key,
                _still_there(after, dropped),
                words_typed(typed.words.get(key, "")),
                _obligation(typed.duties.get(key)),
            )
            for key, after in typed.added
            if key not in typed.removed
        ),
    )


def shown(topic: ClauseTopic, depth: Depth, typed: Typed) -> Redraft:
    """Return the same for the form: what was added and is ticked to go is still there."""
    own = frozenset(key for key, _ in typed.added)
    return redraft_of(topic, depth, replace(typed, removed=typed.removed - own))


def _still_there(after: str, dropped: Mapping[str, str]) -> str:
    seen: set[str] = set()
    while after in dropped and after not in seen:
        seen.add(after)
        after = dropped[after]
    return after


def _obligation(typed: TypedDuty | None) -> Obligation | None:
    if not typed:
        return None
    at: int | str | None = None
    if typed.timing in COUNTED and typed.count.isascii() and typed.count.isdigit():
        at = int(typed.count)
    elif typed.timing == "before":
        at = "go-live"
    return Obligation(typed.who, typed.what, typed.evidence, typed.timing, at)


def next_key(taken: set[str]) -> str:
    """Return a key for a sub-clause to add that no other has, or had."""
    numbers = [int(key[len(OWN) :]) for key in taken if is_own(key)]
    return f"{OWN}{max(numbers, default=0) + 1}"


def is_own(key: str) -> bool:
    digits = key.removeprefix(OWN)
    return key.startswith(OWN) and digits.isascii() and digits.isdigit() and len(digits) < 5


def mistakes(typed: Typed, keys: frozenset[str]) -> dict[str, list[str]]:
    """Return what cannot be saved, by key of the sub-clause; "" for the clause as a whole.

    ``keys``: of the library's sub-clauses that this depth has.
    """
    found: dict[str, list[str]] = {}
    own = {key for key, _ in typed.added}
    for key in sorted((keys | own) - typed.removed):
        wrong = [*_wrong_words(typed.words.get(key, ""))]
        wrong += _wrong_duty(typed.duties.get(key)) if key in own else ()
        if wrong:
            found[key] = wrong
    if len(own) > MOST_ADDED:
        found[""] = [f"Add {MOST_ADDED} sub-clauses or fewer to one clause"]
    if sum(map(len, typed.words.values())) > LONGEST_CLAUSE:
        found.setdefault("", []).append(f"Enter {LONGEST_CLAUSE:,} characters or fewer in all")
    if not (keys | own) - typed.removed:
        found.setdefault("", []).append(
            "You cannot take out every sub-clause: leave the whole clause out instead"
        )
    return found


def _wrong_words(text: str) -> Iterator[str]:
    words = words_typed(text)
    if not words.text:
        yield "Enter the words of the sub-clause, or tick to take it out"
    if len(text) > LONGEST_SUB_CLAUSE:
        yield f"Enter {LONGEST_SUB_CLAUSE:,} characters or fewer"
    if UNPRINTABLE.search(text):
        yield "Take out the character that cannot be printed"
    if len(words.items) > MOST_ITEMS:
        yield f"Enter {MOST_ITEMS} items or fewer in a list"


def _wrong_duty(typed: TypedDuty | None) -> Iterator[str]:
    if not typed:
        return
    if typed.who not in WHO[1:]:
        yield "Select who has to do it"
    if not typed.what:
        yield "Enter what has to be done"
    if max(len(typed.what), len(typed.evidence)) > LONGEST_DUTY:
        yield f"Enter {LONGEST_DUTY} characters or fewer in what has to be done and shown"
    if UNPRINTABLE.search(typed.what + typed.evidence):
        yield "Take out the character that cannot be printed"
    if typed.timing not in TIMINGS:
        yield "Select by when it has to be done"
    if typed.timing in COUNTED and not _is_count(typed.count):
        yield f"Enter the number of months, days or hours, from 1 to {LARGEST_COUNT:,}"


def _is_count(text: str) -> bool:
    digits = text.isascii() and text.isdigit() and len(text) < 6
    return digits and 1 <= int(text) <= LARGEST_COUNT
