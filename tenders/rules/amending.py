"""What an amendment changes of a questionnaire, and which answers have to be confirmed again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from question_bank.rules.differences import Change, State, differences
from question_bank.rules.editions import Edition
from question_bank.rules.questions import Asked, Bank, Part, Schema
from tenders.rules.amended_facts import FactChange, fact_changes
from tenders.rules.questionnaire import AskedQuestion, Questionnaire, Section

NONE = "none"


@dataclass(frozen=True)
class PartChange:
    """One part that is asked in another way, is new, or is asked no longer.

    ``to_confirm``: whether an answer given before has to be confirmed again.
    """

    part: Part
    state: State
    before: Part | None
    after: Part | None
    changes: tuple[Change, ...] = ()
    to_confirm: bool = False


@dataclass(frozen=True)
class QuestionChange:
    """A question that is new, gone or different. ``marking``: sentences about weight and class."""

    id: str
    title: str
    state: State
    marking: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    parts: tuple[PartChange, ...] = ()


@dataclass(frozen=True)
class Changes:
    """Everything two texts of a tender differ in, in the order of what is asked."""

    questions: tuple[QuestionChange, ...] = ()
    sections: tuple[str, ...] = ()
    facts: tuple[FactChange, ...] = ()
    # Until when questions can be asked, before and now, as published; None where that stayed.
    asking: tuple[str, str] | None = None

    def __bool__(self) -> bool:
        return bool(self.questions or self.sections or self.facts or self.asking)

    @property
    def to_confirm(self) -> tuple[str, ...]:
        """Return the parts whose earlier answers have to be confirmed again.

        A part that is new has none, unless it was asked and answered before an earlier amendment.
        """
        return tuple(
            change.part.id
            for question in self.questions
            for change in question.parts
            if change.to_confirm
        )

    def part(self, part_id: str) -> PartChange | None:
        return next(
            (c for question in self.questions for c in question.parts if c.part.id == part_id), None
        )


def changes_between(before: Questionnaire, after: Questionnaire) -> Changes:
    """Return what ``after`` asks that ``before`` did not, asks in another way, or leaves out.

    Both hold the plain form of their questions with the parts that are asked, and no others.
    """
    return Changes(
        tuple(_questions(before, after)),
        tuple(_sections(before, after)),
        tuple(fact_changes(before, after)),
        _asking(before, after),
    )


def asked_in_another_way(before: Part, after: Part) -> bool:
    """Return whether what is asked changed, so that an answer to one may not answer the other.

    Words, kind, options, limits, whether it must be answered, when it is asked, its class and its
    columns count; what an answer earns, proposes or leads to does not.
    """
    return _what_is_asked(before) != _what_is_asked(after)


def _what_is_asked(part: Part) -> tuple[Any, ...]:
    return (
        *_how_it_is_asked(part),
        part.ask,
        part.evidence,
        part.assessed,
        part.shown_when,
        part.rows_at_least,
        part.rows_at_most,
        part.fixed_rows,
        _columns(part.schema),
    )


def _how_it_is_asked(asked: Asked) -> tuple[Any, ...]:
    return (
        asked.kind,
        asked.label,
        asked.hint,
        asked.required,
        tuple((option.value, option.label, option.hint) for option in asked.options),
        asked.characters,
        asked.words,
        asked.unit,
        asked.at_least,
        asked.at_most,
        asked.decimals,
    )


def _columns(schema: Schema | None) -> tuple[Any, ...]:
    if schema is None:
        return ()
    columns = tuple((column.id, *_how_it_is_asked(column)) for column in schema.columns)
    return (schema.title, schema.row_name, schema.unique, columns)


def _questions(before: Questionnaire, after: Questionnaire) -> Iterator[QuestionChange]:
    old = {asked.id: asked for asked in before.questions}
    new = {asked.id: asked for asked in after.questions}
    things = {
        thing.id: thing.changes
        for thing in differences(_edition(before.bank), _edition(after.bank)).of("questions")
    }
    for name, asked in new.items():
        if name not in old:
            parts = tuple(_added(part) for part in asked.question.parts)
            yield QuestionChange(name, asked.question.title, State.ADDED, parts=parts)
        else:
            found = _changed(old[name], asked, things.get(name, ()), before, after)
            if found.marking or found.changes or found.parts:
                yield found
    for name, asked in old.items():
        if name not in new:
            parts = tuple(_removed(part) for part in asked.question.parts)
            yield QuestionChange(name, asked.question.title, State.RETIRED, parts=parts)


def _edition(bank: Bank) -> Edition:
    """Return the bank as something that can be compared: nothing but its questions is looked at."""
    return Edition(bank.version, "", "", {}, False, bank, {}, {})


def _changed(
    old: AskedQuestion,
    new: AskedQuestion,
    changes: tuple[Change, ...],
    before: Questionnaire,
    after: Questionnaire,
) -> QuestionChange:
    return QuestionChange(
        new.id,
        new.question.title,
        State.CHANGED,
        tuple(_marking(old, new, before, after)),
        # Parts that came or went are told as parts.
        tuple(change for change in changes if change.place[0] != "parts"),
        tuple(_parts(old, new, changes)),
    )


def _parts(
    old: AskedQuestion, new: AskedQuestion, changes: tuple[Change, ...]
) -> Iterator[PartChange]:
    earlier = {part.id: part for part in old.question.parts}
    now = {part.id for part in new.question.parts}
    other_class = old.assessed_as is not new.assessed_as
    for part in new.question.parts:
        before = earlier.get(part.id)
        if before is None:
            yield _added(part)
            continue
        mine = tuple(c for c in changes if c.part == part.id and len(c.place) > 2)
        to_confirm = other_class or asked_in_another_way(before, part)
        if mine or to_confirm:
            yield PartChange(part, State.CHANGED, before, part, mine, to_confirm)
    for part in earlier.values():
        if part.id not in now:
            yield _removed(part)


def _added(part: Part) -> PartChange:
    return PartChange(part, State.ADDED, None, part, to_confirm=True)


def _removed(part: Part) -> PartChange:
    return PartChange(part, State.RETIRED, part, None)


def _marking(
    old: AskedQuestion, new: AskedQuestion, before: Questionnaire, after: Questionnaire
) -> Iterator[str]:
    shares = [_shown(asked.share_of_quality.quantize(Decimal("0.01"))) for asked in (old, new)]
    if shares[0] != shares[1]:
        yield f"It counts for {shares[1]}% of quality now, not {shares[0]}%"
    if old.assessed_as is not new.assessed_as:
        yield f"It is {new.in_words} now, not {old.in_words}"
    if old.threshold != new.threshold:
        yield f"Its least mark is {new.threshold or NONE} now, not {old.threshold or NONE}"
    here, there = (q.section_of(new.id) for q in (before, after))
    if here.id != there.id:
        yield f"It stands in the section ‘{there.title}’ now, not in ‘{here.title}’"


def _sections(before: Questionnaire, after: Questionnaire) -> Iterator[str]:
    old: Mapping[str, Section] = {section.id: section for section in before.sections}
    new = {section.id: section for section in after.sections}
    for name, section in new.items():
        if name not in old:
            yield f"‘{section.title}’ is new, with {_shown(section.weight)}% of quality"
            continue
        if old[name].title != section.title:
            yield f"‘{old[name].title}’ is called ‘{section.title}’ now"
        if old[name].weight != section.weight:
            yield (
                f"‘{section.title}’ counts for {_shown(section.weight)}% of quality now, not "
                f"{_shown(old[name].weight)}%"
            )
    for name, section in old.items():
        if name not in new:
            yield f"‘{section.title}’ is gone; it counted for {_shown(section.weight)}% of quality"


def _asking(before: Questionnaire, after: Questionnaire) -> tuple[str, str] | None:
    old, new = (
        str((q.terms.get("bidding") or {}).get("questions_until") or "") for q in (before, after)
    )
    return None if old == new else (old, new)


def _shown(weight: Decimal) -> str:
    return f"{weight.normalize():f}"


def with_kept_texts(new: Mapping[str, Any], frozen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the frozen form of an amended tender with everything it did not change left as it was.

    ``new`` is made from the same edition of the bank; should that not be the same text any more,
    what was published stands: the bank's rules, the clause library, and each question and part
    that is the same version as before.
    """
    before = {entry["id"]: entry for entry in frozen["bank"]["questions"]}
    questions = [_kept(entry, before.get(entry["id"])) for entry in new["bank"]["questions"]]
    return {
        **new,
        "bank": {**frozen["bank"], "questions": questions},
        "libraries": frozen["libraries"],
    }


def _kept(entry: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    if before is None or before.get("version") != entry.get("version"):
        return dict(entry)
    parts = {part["id"]: part for part in before["parts"]}
    return {**before, "parts": [parts.get(part["id"], part) for part in entry["parts"]]}


def with_plain_form(questionnaire: Questionnaire, frozen: Mapping[str, Any]) -> Questionnaire:
    """Return a planned questionnaire that says of itself what ``frozen`` does."""
    bank = replace(questionnaire.bank, raw=frozen["bank"])
    return replace(questionnaire, bank=bank, terms=frozen["terms"], libraries=frozen["libraries"])
