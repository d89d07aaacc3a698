"""The questions of triage and its rules, read from content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from question_bank.rules.questions import Option, PartClass
from question_bank.rules.reading.plain import (
    ContentError,
    Raw,
    advice,
    exact,
    identifier,
    listed,
    mapping,
    names,
    needed,
    needed_line,
    needed_whole,
    one_of,
    place_of,
    refuse_unknown_keys,
    words,
)
from question_bank.rules.reading.plain import line as one_line

ALL = "all"
EFFECTS = ("pack", "add", "ask", "times", "only", "assess", "leaves_out", "facts")


@dataclass(frozen=True, slots=True)
class TriageQuestion:
    """One question to the officer; every one has options to choose from."""

    id: str
    title: str
    ask: str
    hint: str
    missing: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question to ask in addition. ``parts`` None: all; ``beside``: the section it goes into."""

    question: str
    parts: tuple[str, ...] | None
    beside: str


@dataclass(frozen=True, slots=True)
class TriageRule:
    """What some answers lead to, and why. ``when``: question → the answers that let it hold."""

    id: str
    when: Mapping[str, tuple[str, ...]]
    says: str
    source: str
    pack: str = ""
    add: str = ""
    # What the added sections count beside a base of 100; 0 for no marks.
    share: Decimal = Decimal(0)
    ask: tuple[Wanted, ...] = ()
    times: Mapping[str, Decimal] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    assess: Mapping[str, PartClass] = field(default_factory=dict)
    leaves_out: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    def holds(self, answers: Mapping[str, str]) -> bool:
        return all(answers.get(question) in wanted for question, wanted in self.when.items())


@dataclass(frozen=True, slots=True)
class Triage:
    """``packs`` stand from the least to the most demanding; ``otherwise`` names the one to begin
    with where no rule proposes another."""

    version: int
    packs: tuple[str, ...]
    otherwise: TriageRule
    questions: tuple[TriageQuestion, ...]
    rules: tuple[TriageRule, ...]

    def known(self, answers: Mapping[str, Any]) -> dict[str, str]:
        """Return the answers that can still be given; others come from an earlier version."""
        return {
            question.id: answers[question.id]
            for question in self.questions
            if answers.get(question.id) in {option.value for option in question.options}
        }


def read_triage(raw: Any) -> Triage:
    """Return the triage written in ``raw``. Raises ContentError with the place and the remedy."""
    place = "triage"
    refuse_unknown_keys(raw, ("version", "packs", "otherwise", "questions", "rules"), place)
    questions = tuple(
        _question(entry) for entry in listed(needed(raw, "questions", place), f"{place}, questions")
    )
    otherwise = _rule({"id": "otherwise", "when": {}, **mapping(raw["otherwise"], place)})
    triage = Triage(
        version=needed_whole(raw, "version", place),
        packs=names(raw, "packs", place),
        otherwise=otherwise,
        questions=questions,
        rules=tuple(_rule(entry) for entry in listed(raw.get("rules"), f"{place}, rules")),
    )
    _refuse_unknown_answers(triage)
    return triage


def _question(entry: Any) -> TriageQuestion:
    place = f"triage, {place_of(entry, 'a question')}"
    refuse_unknown_keys(entry, ("id", "title", "ask", "hint", "missing", "options"), place)
    options = listed(needed(entry, "options", place), f"{place}, options")
    return TriageQuestion(
        id=entry["id"],
        title=needed_line(entry, "title", place),
        ask=needed_line(entry, "ask", place),
        hint=one_line(entry.get("hint"), f"{place}, hint"),
        missing=needed_line(entry, "missing", place),
        options=tuple(
            Option(
                identifier(mapping(option, place), "value", place),
                needed_line(option, "label", place),
                hint=words(option, "hint", place),
            )
            for option in options
        ),
    )


def _rule(entry: Any) -> TriageRule:
    place = f"triage, {place_of(entry, 'a rule')}"
    refuse_unknown_keys(entry, ("id", "when", "says", "source", *EFFECTS), place)
    if not any(effect in entry for effect in EFFECTS):
        raise ContentError(f"{place}: write what it leads to: one of {', '.join(EFFECTS)}")
    when = mapping(entry.get("when"), f"{place}, when")
    add = mapping(entry.get("add", {}), f"{place}, add")
    return TriageRule(
        id=entry["id"],
        when={question: names(when, question, f"{place}, when") for question in when},
        says=needed_line(entry, "says", place),
        source=needed_line(entry, "source", place),
        pack=words(entry, "pack", place),
        add=words(add, "pack", f"{place}, add"),
        share=_share(add, f"{place}, add"),
        ask=tuple(
            _wanted(wanted, f"{place}, ask") for wanted in listed(entry.get("ask"), f"{place}, ask")
        ),
        times=_multipliers(mapping(entry.get("times", {}), f"{place}, times"), place),
        only=names(entry, "only", place),
        assess=_classes(mapping(entry.get("assess", {}), f"{place}, assess"), place),
        leaves_out=names(entry, "leaves_out", place),
        facts=dict(mapping(entry.get("facts", {}), f"{place}, facts")),
    )


def _wanted(entry: Any, place: str) -> Wanted:
    refuse_unknown_keys(entry, ("question", "parts", "beside"), place)
    every = entry.get("parts", ALL) == ALL
    return Wanted(
        identifier(entry, "question", place),
        None if every else names(entry, "parts", place),
        words(entry, "beside", place),
    )


def _share(entry: Raw, place: str) -> Decimal:
    share = exact(entry, "share", place) or Decimal(0)
    if not 0 <= share < 100:
        raise ContentError(f"{place}: ‘share’ is at least 0 and below 100")
    return share


def _multipliers(entry: Raw, place: str) -> dict[str, Decimal]:
    found = {question: exact(entry, question, f"{place}, times") for question in entry}
    for question, times in found.items():
        if times is None or times <= 0:
            raise ContentError(f"{place}, times: {question} needs a number above 0")
    return {question: times for question, times in found.items() if times is not None}


def _classes(entry: Raw, place: str) -> dict[str, PartClass]:
    return {
        question: one_of(PartClass, entry, question, f"{place}, assess", "a class")
        for question in entry
    }


def _refuse_unknown_answers(triage: Triage) -> None:
    """A rule that waits for an answer nobody can give would never hold, and nobody would know."""
    options = {
        question.id: {option.value for option in question.options} for question in triage.questions
    }
    wrong = []
    for rule in triage.rules:
        for question, wanted in rule.when.items():
            if question not in options:
                wrong.append(
                    f"triage, {rule.id}: there is no question ‘{question}’"
                    f"{advice(question, options)}"
                )
                continue
            wrong += [
                f"triage, {rule.id}: ‘{value}’ is no answer to ‘{question}’"
                f"{advice(value, options[question])}"
                for value in wanted
                if value not in options[question]
            ]
    if wrong:
        raise ContentError(*wrong)
