"""Find questions by words, topic, control, risk and clause. Made once of a bank, asked often."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from question_bank.rules.consequences import clauses_of, risks_of
from question_bank.rules.crosswalk import controls_of
from question_bank.rules.questions import Asked, Bank, Part, Question

# The questions of the source come first; those added to them follow, each family in its order.
FIRST = "SLP-"
BETWEEN = ":"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; "" for whatever they leave open."""

    words: str = ""
    topic: str = ""
    # A control with its framework, whose id carries the version: ``caf-4.0:A2.b``.
    control: str = ""
    risk: str = ""
    clause: str = ""

    @property
    def is_open(self) -> bool:
        return self == Wanted()

    @property
    def has_filters(self) -> bool:
        return bool(self.topic or self.control or self.risk or self.clause)


@dataclass(frozen=True, slots=True)
class Found:
    """A question that fits; ``parts`` are those of its parts that the words were found in."""

    question: Question
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    question: Question
    text: str
    parts: tuple[tuple[Part, str], ...]
    controls: frozenset[str]
    risks: frozenset[str]
    clauses: frozenset[str]


@dataclass(frozen=True, slots=True)
class Index:
    entries: tuple[Entry, ...]

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(sorted({entry.question.topic for entry in self.entries}))

    @property
    def risks(self) -> tuple[str, ...]:
        return tuple(sorted({risk for entry in self.entries for risk in entry.risks}))

    @property
    def clauses(self) -> tuple[str, ...]:
        return tuple(sorted({clause for entry in self.entries for clause in entry.clauses}))

    @property
    def controls(self) -> frozenset[str]:
        return frozenset(control for entry in self.entries for control in entry.controls)


def index_of(bank: Bank) -> Index:
    return Index(tuple(_entry(question, bank) for question in in_order(bank.questions.values())))


def in_order(questions: Iterable[Question]) -> list[Question]:
    return sorted(questions, key=lambda question: not question.id.startswith(FIRST))


def _entry(question: Question, bank: Bank) -> Entry:
    parts = tuple((part, _plain(_part_texts(part))) for part in question.parts)
    own = (
        question.id,
        question.title,
        question.topic.replace("-", " "),
        question.why,
        question.guidance,
        question.source,
        *question.law,
        *question.levels.values(),
        *(f"{covered.id} {covered.ask}" for covered in question.covered_by),
    )
    return Entry(
        question=question,
        text=" ".join((_plain(own), *(text for _, text in parts))),
        parts=parts,
        controls=frozenset(
            f"{framework.id}{BETWEEN}{mapped.control.id}"
            for framework, controls in controls_of(question, bank.frameworks)
            for mapped in controls
        ),
        risks=risks_of(question),
        clauses=clauses_of(question),
    )


def _part_texts(part: Part) -> Iterator[str]:
    yield from _asked_texts(part)
    yield from (part.ask, part.evidence)
    if part.schema:
        yield part.schema.title
        for column in part.schema.columns:
            yield from _asked_texts(column)
    yield from (title for _, title in part.fixed_rows)


def _asked_texts(asked: Asked) -> Iterator[str]:
    yield from (asked.id, asked.label, asked.hint)
    yield from (option.label for option in asked.options)


def _plain(texts: Iterable[str]) -> str:
    return " ".join(" ".join(texts).casefold().split())


def find(index: Index, wanted: Wanted) -> tuple[Found, ...]:
    """Return the questions that fit everything wanted; every word must be found in a question."""
    words = wanted.words.casefold().split()
    return tuple(
        Found(entry.question, _parts_with(entry, words))
        for entry in index.entries
        if all(word in entry.text for word in words) and _fits(entry, wanted)
    )


def _fits(entry: Entry, wanted: Wanted) -> bool:
    asked = (
        (wanted.topic, frozenset((entry.question.topic,))),
        (wanted.control, entry.controls),
        (wanted.risk, entry.risks),
        (wanted.clause, entry.clauses),
    )
    return all(value in have for value, have in asked if value)


def _parts_with(entry: Entry, words: list[str]) -> tuple[Part, ...]:
    if not words:
        return ()
    return tuple(part for part, text in entry.parts if all(word in text for word in words))
