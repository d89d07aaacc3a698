"""What a questionnaire tests of each framework, two versions of one framework side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from question_bank.rules.checks import Reach, reach_of
from question_bank.rules.crosswalk import FrameworkCoverage, coverage
from question_bank.rules.frameworks import Control, Framework
from tenders.rules.questionnaire import Questionnaire


@dataclass(frozen=True, slots=True)
class Pair:
    """One control in two versions; None where a version has none. ``note`` says what changed."""

    older: Control | None
    newer: Control | None
    older_questions: tuple[str, ...] = ()
    newer_questions: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class SideBySide:
    older: Framework
    newer: Framework
    rows: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class QuestionnaireCoverage:
    """``is_frozen``: the frameworks are those published with the tender, not today's."""

    frameworks: tuple[FrameworkCoverage, ...]
    pairs: tuple[SideBySide, ...]
    checks: tuple[Reach, ...]
    is_frozen: bool

    def of(self, framework_id: str) -> FrameworkCoverage | None:
        found = (entry for entry in self.frameworks if entry.framework.id == framework_id)
        return next(found, None)

    @property
    def checks_lacking(self) -> tuple[Reach, ...]:
        """Return the checks between answers that lack something to compare."""
        return tuple(reach for reach in self.checks if reach.lacking)


def coverage_of(
    questionnaire: Questionnaire, shipped: Mapping[str, Framework]
) -> QuestionnaireCoverage:
    """Return what the questionnaire tests.

    ``shipped`` are the frameworks of today's bank: they serve a tender that was published before
    frameworks were frozen with the questions. Which question names which control is frozen always.
    """
    frameworks = questionnaire.bank.frameworks or shipped
    questions = questionnaire.bare_questions
    covered = coverage(questions, frameworks)
    return QuestionnaireCoverage(
        frameworks=covered,
        pairs=tuple(_pairs(covered)),
        checks=tuple(reach_of(case, questions) for case in questionnaire.bank.checks),
        is_frozen=bool(questionnaire.bank.frameworks),
    )


def _pairs(covered: tuple[FrameworkCoverage, ...]) -> Iterable[SideBySide]:
    by_id = {entry.framework.id: entry for entry in covered}
    for older in covered:
        newer = by_id.get(older.framework.successor)
        if newer is not None:
            yield side_by_side(older, newer)


def side_by_side(older: FrameworkCoverage, newer: FrameworkCoverage) -> SideBySide:
    """Return every control of both versions once: what asks the same stands in one row.

    In the order of the newer version; controls it asks no more come last.
    """
    before, after = _questions(older), _questions(newer)
    became: dict[str, list[Control | None]] = {}
    for control in older.framework.controls:
        became.setdefault(older.framework.id_in_successor(control.id), []).append(control)
    rows: list[Pair] = []
    for control in newer.framework.controls:
        for old in became.pop(control.id, [None]):
            rows.append(_pair(old, control, older.framework, before, after))
    gone = (old for olds in became.values() for old in olds)
    rows.extend(_pair(old, None, older.framework, before, after) for old in gone)
    return SideBySide(older.framework, newer.framework, tuple(rows))


Testing = Mapping[str, tuple[str, ...]]


def _pair(
    old: Control | None, new: Control | None, older: Framework, before: Testing, after: Testing
) -> Pair:
    return Pair(
        older=old,
        newer=new,
        older_questions=before.get(old.id, ()) if old else (),
        newer_questions=after.get(new.id, ()) if new else (),
        note=_note(old, new, older),
    )


def _note(old: Control | None, new: Control | None, older: Framework) -> str:
    if old is None:
        return "New"
    said = older.replaced_notes.get(old.id, "")
    if new is None:
        return said or "No longer asked"
    if old.id != new.id:
        return said or "Another id for the same"
    return said or ("Renamed" if old.title != new.title else "")


def _questions(covered: FrameworkCoverage) -> Testing:
    return {control.id: questions for control, questions in covered.tested}
