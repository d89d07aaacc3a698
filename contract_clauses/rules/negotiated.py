"""How a schedule that came back differs from the one that went out, clause by clause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from contract_clauses.rules.negotiated_figures import Figure, figures_in
from contract_clauses.rules.negotiated_match import recognised
from contract_clauses.rules.negotiated_order import out_of_order
from contract_clauses.rules.negotiated_parts import (
    NEW,
    Change,
    ClauseChange,
    Compared,
    Known,
    Unit,
    Weigh,
    from_library,
    of_all,
    without_number,
)
from contract_clauses.rules.negotiated_read import Comment, Document, Line, Tracked, normal
from contract_clauses.rules.negotiated_sorting import (
    Names,
    Ours,
    Recognised,
    Section,
    Theirs,
    name_of,
    ours_in,
)
from contract_clauses.rules.negotiated_tables import annex_changes
from contract_clauses.rules.negotiated_words import differs_in_figures, heard, spoken
from contract_clauses.rules.parts import Schedule, ScheduledClause
from contract_clauses.rules.word_differences import word_differences
from contract_clauses.rules.wording import Segment, SegmentKind


def compare(
    document: Document, schedule: Schedule, names: Names, known: Known, weigh: Weigh
) -> Compared:
    """Return how ``document`` differs from the ``schedule`` it was made from."""
    found = recognised(document, schedule, names)
    return _Comparison(found, schedule, names, known, weigh).compared()


@dataclass
class _Comparison:
    found: Recognised
    schedule: Schedule
    names: Names
    known: Known
    weigh: Weigh
    # Where each of ours is now, by clause and key.
    now: dict[tuple[str, str], Theirs] = field(default_factory=dict)

    def compared(self) -> Compared:
        for section in self.found.sections:
            for unit in section.units:
                if unit.ours is not None:
                    self.now[unit.ours.clause, unit.ours.key] = unit
        sections = {s.clause: s for s in self.found.sections if s.clause}
        ours: dict[str, list[Ours]] = {}
        for one in ours_in(self.schedule):
            ours.setdefault(one.clause, []).append(one)
        moved = self._moved_clauses()
        clauses = [
            self._clause(clause, ours[name_of(clause)], sections.get(name_of(clause)), moved)
            for clause in self.schedule.clauses
        ]
        came, went = self._around()
        return Compared(
            (*clauses, *self._new()),
            annex_changes(self.schedule, self.found.annexes),
            came,
            went,
            self.known.left(self.found.tracked_around),
            self.known.unknown(self.found.comments_around),
            self.found.pictures,
        )

    def _moved_clauses(self) -> set[str]:
        places = {name_of(clause): at for at, clause in enumerate(self.schedule.clauses)}
        order = [s.clause for s in self.found.sections if s.clause in places]
        return {order[at] for at in out_of_order([places[name] for name in order])}

    def _clause(
        self,
        clause: ScheduledClause,
        ours: Sequence[Ours],
        section: Section | None,
        moved: set[str],
    ) -> ClauseChange:
        name = name_of(clause)
        units = [*self._heading(clause, section), *self._units(name, ours, section)]
        still = any((one.clause, one.key) in self.now for one in ours)
        if section is None and not still:
            change = Change.REMOVED
        else:
            change = of_all(units, is_moved=name in moved)
        return ClauseChange(
            name,
            clause.title,
            change,
            tuple(units),
            clause.number,
            name in moved,
            tracked=self.known.left(
                one for line in (section.gone if section else ()) for one in line.tracked
            ),
        )

    def _heading(self, clause: ScheduledClause, section: Section | None) -> Iterator[Unit]:
        """Yield the heading where it says something else, or somebody commented on it."""
        line = section.heading if section else None
        gone = self.found.gone.get((name_of(clause), ""), [])
        if line is None:
            yield Unit(
                Change.REMOVED,
                is_heading=True,
                pieces=word_differences(clause.title, ""),
                tracked=self.known.left(one for was in gone for one in was.tracked),
            )
            return
        said = without_number(normal(line.text), normal(clause.title))
        tracked, comments = self._talk([line])
        if said == normal(clause.title) and not (tracked or comments):
            return
        change = Change.UNCHANGED if said == normal(clause.title) else Change.REWORDED
        yield Unit(
            change,
            is_heading=True,
            lines=(said,),
            pieces=word_differences(normal(clause.title), said),
            tracked=tracked,
            comments=comments,
        )

    def _units(self, name: str, ours: Sequence[Ours], section: Section | None) -> Iterator[Unit]:
        """Yield the sub-clauses as they now stand, those that went where they stood."""
        theirs = [
            unit
            for unit in (section.units if section else ())
            if unit.ours is None or unit.ours.clause == name
        ]
        places = {one.key: at for at, one in enumerate(ours)}
        standing = [unit for unit in theirs if unit.ours is not None]
        moved = {
            id(standing[at])
            for at in out_of_order([places[u.ours.key] for u in standing if u.ours is not None])
        }
        left = [one for one in ours if not self._is_here(one, section)]
        after = ""
        for unit in theirs:
            at = places[unit.ours.key] if unit.ours is not None else -1
            if unit.ours is not None and id(unit) not in moved:
                for one in [one for one in left if places[one.key] < at]:
                    left.remove(one)
                    yield self._went(one)
            compared = self._unit(unit, after, is_moved=id(unit) in moved)
            yield compared
            if not compared.term:
                after = compared.key or after
        for one in left:
            yield self._went(one)

    def _is_here(self, one: Ours, section: Section | None) -> bool:
        unit = self.now.get((one.clause, one.key))
        return unit is not None and section is not None and any(unit is u for u in section.units)

    def _went(self, one: Ours) -> Unit:
        """Return one of ours that is not in its clause: taken out, or now in another clause."""
        unit = self.now.get((one.clause, one.key))
        if unit is not None:
            where = self.found.sections[unit.section]
            compared = self._unit(unit, "", is_moved=True)
            change = compared.change if compared.change is not Change.UNCHANGED else Change.MOVED
            return replace(compared, change=change, moved_where=where.title or "another place")
        gone = self.found.gone.get((one.clause, one.key), [])
        tracked, comments = self._talk(gone)
        return Unit(
            Change.REMOVED,
            one.key,
            one.number,
            one.term,
            pieces=word_differences("\n".join(one.texts), ""),
            figures=tuple(self._figures(one, "")),
            tracked=tracked,
            comments=comments,
            ours=one,
        )

    def _unit(self, unit: Theirs, after: str, *, is_moved: bool = False) -> Unit:
        tracked, comments = self._talk(unit.lines)
        raw = tuple(line.text for line in unit.lines)
        one = unit.ours
        if one is None:
            text = "\n".join(unit.texts)
            return Unit(
                Change.NEW,
                term=unit.term,
                after=after,
                lines=unit.texts,
                raw=raw,
                pieces=word_differences("", text),
                tracked=tracked,
                comments=comments,
            )
        lines = tuple(
            without_number(text, one.texts[at] if at < len(one.texts) else "")
            for at, text in enumerate(unit.texts)
        )
        then, now = "\n".join(one.texts), "\n".join(lines)
        change = self._change(one, lines)
        if change is Change.UNCHANGED and is_moved:
            change = Change.MOVED
        return Unit(
            change,
            one.key,
            one.number,
            one.term,
            moved=is_moved,
            after=after,
            lines=lines,
            raw=raw,
            pieces=word_differences(then, now),
            from_library=from_library(one, now),
            figures=tuple(self._figures(one, "\n".join(raw))) if then != now else (),
            tracked=tracked,
            comments=comments,
            ours=one,
        )

    def _change(self, one: Ours, lines: tuple[str, ...]) -> Change:
        if one.texts == lines:
            return Change.UNCHANGED
        if len(one.texts) != len(lines):
            return Change.REWORDED
        same = all(
            differs_in_figures(spoken(then), heard(now, {}))
            for then, now in zip(one.lines, lines, strict=True)
        )
        return Change.NUMBER if same else Change.REWORDED

    def _figures(self, one: Ours, raw: str) -> Iterator[Figure]:
        joined = [part for line in one.lines for part in (*line, Segment(SegmentKind.WORDS, "\n"))]
        yield from figures_in(
            one.clause, spoken(joined), heard(raw, self.names.numbers), self.weigh
        )

    def _talk(self, lines: Iterable[Line]) -> tuple[tuple[Tracked, ...], tuple[Comment, ...]]:
        """Return what of it was tracked and commented on, by others than us."""
        found = list(lines)
        return (
            self.known.left(one for line in found for one in line.tracked),
            self.known.unknown(dict.fromkeys(one for line in found for one in line.comments)),
        )

    def _new(self) -> Iterator[ClauseChange]:
        """Yield the clauses that only their document has."""
        follows, number = "", 0
        for section in self.found.sections:
            if section.clause:
                follows = section.clause
                continue
            own = [unit for unit in section.units if unit.ours is None]
            if not own and not section.title:
                continue
            number += 1
            tracked, comments = self._talk([section.heading] if section.heading else [])
            heading = Unit(
                Change.NEW,
                is_heading=True,
                lines=(section.title,),
                pieces=word_differences("", section.title),
                tracked=tracked,
                comments=comments,
            )
            yield ClauseChange(
                f"{NEW}{number}",
                section.title or "Text without a heading",
                Change.NEW,
                (heading, *(self._unit(unit, "") for unit in own)),
                follows=follows,
            )

    def _around(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        theirs, ours = Counter(self.found.around), Counter(self.known.around)
        came = [line for line in dict.fromkeys(self.found.around) if theirs[line] > ours[line]]
        went = [line for line in dict.fromkeys(self.known.around) if ours[line] > theirs[line]]
        return tuple(came), tuple(went)
