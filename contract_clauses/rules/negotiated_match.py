"""Recognise what came back: each clause by its bookmarks, else by its heading, else by likeness.

What cannot be matched is new, so that nothing is lost silently.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher

from contract_clauses.rules.negotiated_read import Document, normal, resolved
from contract_clauses.rules.negotiated_sorting import (
    TYPED_NUMBER,
    Names,
    Ours,
    Recognised,
    Section,
    Sorter,
    Theirs,
    name_of,
    ours_in,
)
from contract_clauses.rules.parts import Schedule

# How alike two texts are to be one, in the same clause and in different ones.
LIKE_HERE, LIKE_ELSEWHERE, LIKE_TITLE = 0.55, 0.75, 0.8
MOST_PAIRS = 60_000


def recognised(document: Document, schedule: Schedule, names: Names) -> Recognised:
    """Return what was read with each sub-clause matched to the one of ours it is."""
    found = Sorter(schedule, names).sorted(document)
    titles = {normal(clause.title): name_of(clause) for clause in schedule.clauses}
    _name_sections(found.sections, titles)
    for section in found.sections:
        for unit in section.units:
            unit.texts = tuple(normal(resolved(line.text, names.numbers)) for line in unit.lines)
    _match(found, ours_in(schedule))
    return found


def _name_sections(sections: Sequence[Section], titles: Mapping[str, str]) -> None:
    """Find the clause of each heading that lost its mark: by its title, by the marks under it."""
    taken = {section.clause for section in sections if section.clause}
    for section in sections:
        if section.clause:
            continue
        clause = titles.get(section.title, "") or _marked(section) or _alike(section, titles)
        if clause not in taken:
            section.clause = clause
            taken.add(clause)


def _marked(section: Section) -> str:
    """Return the clause that most of the sub-clauses under a heading belong to."""
    counted: dict[str, int] = {}
    for unit in section.units:
        if unit.place is not None:
            counted[unit.place[0]] = counted.get(unit.place[0], 0) + 1
    best = max(counted, key=lambda name: counted[name], default="")
    return best if best and counted[best] * 2 > len(section.units) else ""


def _alike(section: Section, titles: Mapping[str, str]) -> str:
    found = [
        (SequenceMatcher(None, section.title.casefold(), title.casefold()).ratio(), clause)
        for title, clause in titles.items()
        if section.title
    ]
    best, clause = max(found, default=(0.0, ""))
    return clause if best >= LIKE_TITLE else ""


def _match(found: Recognised, ours: Sequence[Ours]) -> None:
    units = [unit for section in found.sections for unit in section.units]
    left = _by_mark(units, list(ours))
    left = _by_term(units, left)
    left = _by_words(found, units, left)
    _by_likeness(found, units, left)


def _by_mark(units: Iterable[Theirs], ours: list[Ours]) -> list[Ours]:
    by_place = {(one.clause, one.key): one for one in ours if not one.term}
    for unit in units:
        if unit.place in by_place and not unit.term:
            unit.ours = by_place.pop(unit.place)
    taken = {id(unit.ours) for unit in units}
    return [one for one in ours if id(one) not in taken]


def _by_term(units: Iterable[Theirs], ours: list[Ours]) -> list[Ours]:
    by_term = {one.term: one for one in ours if one.term}
    for unit in units:
        if unit.term in by_term:
            unit.ours = by_term.pop(unit.term)
    taken = {id(unit.ours) for unit in units}
    return [one for one in ours if id(one) not in taken]


def _bare(texts: Sequence[str]) -> tuple[str, ...]:
    """Return lines without the numbers that some programs write into the text."""
    return tuple(TYPED_NUMBER.sub("", text, count=1).casefold() for text in texts)


def _by_words(found: Recognised, units: Iterable[Theirs], ours: list[Ours]) -> list[Ours]:
    """Match what says the very same, in the same clause before any other."""
    by_words: dict[tuple[str, ...], list[Ours]] = {}
    for one in ours:
        by_words.setdefault(_bare(one.texts), []).append(one)
    for unit in units:
        if unit.ours is not None:
            continue
        same = by_words.get(_bare(unit.texts), [])
        here = found.sections[unit.section].clause
        best = next((one for one in same if one.clause == here), same[0] if same else None)
        if best is not None:
            unit.ours = best
            same.remove(best)
    taken = {id(unit.ours) for unit in units}
    return [one for one in ours if id(one) not in taken]


def _by_likeness(found: Recognised, units: Iterable[Theirs], ours: list[Ours]) -> None:
    """Match what is like enough, the likest first; of too many, only within the same clause."""
    free = [unit for unit in units if unit.ours is None]
    everywhere = len(free) * len(ours) <= MOST_PAIRS
    their_words = [frozenset(" ".join(unit.texts).casefold().split()) for unit in free]
    our_words = [frozenset(" ".join(one.texts).casefold().split()) for one in ours]
    pairs = []
    for at, unit in enumerate(free):
        here = found.sections[unit.section].clause
        for place, one in enumerate(ours):
            if bool(one.term) is not bool(unit.term) or not (everywhere or one.clause == here):
                continue
            enough = LIKE_HERE if one.clause == here else LIKE_ELSEWHERE
            ratio = _ratio(their_words[at], our_words[place], enough, unit, one)
            if ratio >= enough:
                pairs.append((-ratio, at, place))
    used: set[int] = set()
    for _, at, place in sorted(pairs):
        if free[at].ours is None and place not in used:
            free[at].ours = ours[place]
            used.add(place)


def _ratio(
    theirs: frozenset[str], ours: frozenset[str], enough: float, unit: Theirs, one: Ours
) -> float:
    """Return how alike two texts are; 0 where their words alone say they are not."""
    common = 2 * len(theirs & ours)
    if common < 0.6 * enough * (len(theirs) + len(ours)):
        return 0.0
    left, right = " ".join(unit.texts).split(), " ".join(one.texts).split()
    if len(left) * len(right) > 1_000_000:
        return common / (len(theirs) + len(ours))
    return SequenceMatcher(None, left, right, autojunk=False).ratio()
