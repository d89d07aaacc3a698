"""Whether an own question could stand in the bank: read and checked by the bank's own rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from question_bank.rules.integrity import problems_in
from question_bank.rules.integrity.ids import every_id
from question_bank.rules.own.ids import id_faults
from question_bank.rules.own.writing import ID
from question_bank.rules.questions import Bank, Question
from question_bank.rules.reading import ContentError, read_question
from question_bank.rules.reading.plain import each
from question_bank.rules.reading.questions import read_part

# What a new question lacks, in the words of the page where it is entered.
LACKING: Mapping[str, str] = {
    "title": "Enter the title",
    "topic": "Select the topic",
    "source": "Enter where the question comes from",
    "why": "Enter why this is asked",
    "minutes": "Enter how many minutes a supplier needs",
    "main_risk": "Select the main risk",
    "parts": "Add at least one part",
}
LACKING_IN_PART: Mapping[str, str] = {
    "label": "Enter the short name of the part",
    "ask": "Enter what is asked",
}
LONGEST_TEXT = 4_000


@dataclass(frozen=True, slots=True)
class Fault:
    """Something to put right. ``place`` is the question's id or a part's; ``key`` what is lacking
    there, if one thing is."""

    place: str
    says: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Examined:
    """What an own question is, if it can be read, and what is wrong with it."""

    question: Question | None
    faults: tuple[Fault, ...]

    def at(self, place: str) -> tuple[Fault, ...]:
        return tuple(fault for fault in self.faults if fault.place == place)


def examine(raw: Mapping[str, Any], bank: Bank, clauses: Iterable[str] = ()) -> Examined:
    """Return the question and its faults, compared with ``bank``.

    ``clauses`` are the clause topics a flag may name; any will do where none is given.
    """
    lacking = (*_too_long(raw), *_lacking(raw))
    wrong = [Fault(place, says) for place, says in id_faults(raw)]
    wrong += [_located(raw, sentence) for sentence in _unreadable_parts(raw, bank)]
    if not wrong and not any(fault.key in ("parts", "unreadable") for fault in lacking):
        question, sentences = _read(_filled(raw), bank)
        found = _compared(question, raw, bank, clauses) if question else sentences
        wrong += [_located(raw, sentence) for sentence in found]
    else:
        question = None
    # What is lacking is said once, in the words of its page.
    told = {fault.place for fault in lacking if fault.key}
    rest = [fault for fault in wrong if not (fault.place in told and "missing" in fault.says)]
    return Examined(question, tuple(dict.fromkeys((*lacking, *rest))))


def _lacking(raw: Mapping[str, Any]) -> Iterator[Fault]:
    place = str(raw.get("id"))
    for key, says in LACKING.items():
        if raw.get(key) in (None, "", 0, [], "0"):
            yield Fault(place, says, key)
    levels = raw.get("levels")
    given = levels if isinstance(levels, Mapping) else {}
    for level in range(5, -1, -1):
        if not (given.get(str(level)) or given.get(level)):
            yield Fault(place, f"Describe what earns the mark {level}", f"level_{level}")
    for part in _parts(raw):
        yield from _lacking_in(part)


def _lacking_in(part: Mapping[str, Any]) -> Iterator[Fault]:
    for key, says in LACKING_IN_PART.items():
        if not part.get(key):
            yield Fault(str(part.get("id")), says, key)
    outcomes = part.get("outcomes")
    for outcome in outcomes if isinstance(outcomes, list) else ():
        if isinstance(outcome, Mapping) and not outcome.get("when"):
            yield Fault(
                str(part.get("id")), f"Say when ‘{outcome.get('id')}’ happens: add a test", "when"
            )


def _too_long(raw: Mapping[str, Any]) -> Iterator[Fault]:
    for text in _texts(raw):
        if len(text) > LONGEST_TEXT:
            yield Fault(str(raw.get("id")), f"A text has more than {LONGEST_TEXT:,} characters")
            return


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            yield from (str(key), *_texts(entry))
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from _texts(entry)


def _unreadable_parts(raw: Mapping[str, Any], bank: Bank) -> list[str]:
    wrong: list[str] = []
    parts = [_filled_part(part) for part in raw.get("parts") or () if isinstance(part, Mapping)]
    each(parts, str(raw.get("id")), lambda p: read_part(p, bank.schemas, bank.themes), wrong)
    return wrong


def _filled(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the question with a word wherever one is lacking, so that the rest can be read."""
    filled = dict(raw)
    for key in ("title", "topic", "source", "why", "main_risk"):
        filled[key] = raw.get(key) or "?"
    filled["levels"] = raw.get("levels") or {"0": "?"}
    filled["parts"] = [_filled_part(part) for part in raw["parts"]]
    return filled


def _filled_part(part: Mapping[str, Any]) -> dict[str, Any]:
    filled = dict(part)
    for key in ("label", "ask"):
        filled[key] = part.get(key) or "?"
    outcomes = part.get("outcomes")
    if isinstance(outcomes, list):
        filled["outcomes"] = [
            dict(o) | {"when": o.get("when") or {"always": True}} if isinstance(o, Mapping) else o
            for o in outcomes
        ]
    return filled


def _read(raw: Mapping[str, Any], bank: Bank) -> tuple[Question | None, list[str]]:
    try:
        return read_question(raw, bank.schemas, bank.themes), []
    except ContentError as error:
        return None, list(error.sentences)


def _compared(
    question: Question, raw: Mapping[str, Any], bank: Bank, clauses: Iterable[str]
) -> list[str]:
    """Return what the bank's rules say of the question when it stands in the bank.

    Only the questions it names stand beside it: the rules then look at nothing else.
    """
    named = {match[1] for text in _texts(raw) if (match := ID.fullmatch(text))}
    named = (named & set(bank.questions)) - {question.id}
    beside = {name: bank.questions[name] for name in bank.questions if name in named}
    entries = [entry for entry in bank.raw["questions"] if entry["id"] in named]
    together = replace(
        bank,
        questions={**beside, question.id: question},
        checks=(),
        raw={**bank.raw, "questions": [*entries, raw]},
    )
    found = problems_in(together, {}, every_id(together, {}), clauses)
    return [
        sentence
        for sentence in found
        if is_about(question.id, sentence) and not any(told in sentence for told in TOLD_OTHERWISE)
    ]


# What is lacking is told in the words of the page where it is entered.
TOLD_OTHERWISE = ("‘?’", " ? ", "has no descriptor", "say how many minutes")


def is_about(question_id: str, sentence: str) -> bool:
    return sentence.startswith(tuple(f"{question_id}{mark}" for mark in ".:,"))


def _located(raw: Mapping[str, Any], sentence: str) -> Fault:
    """Return the fault with its place, and the sentence without it."""
    for part in sorted((str(p.get("id")) for p in _parts(raw)), key=len, reverse=True):
        for mark in (":", ","):
            if sentence.startswith(f"{part}{mark}"):
                return Fault(part, _sentence(sentence[len(part) + 1 :]))
    question_id = str(raw.get("id"))
    if sentence.startswith(question_id):
        sentence = sentence[len(question_id) :].lstrip(":,.")
    return Fault(question_id, _sentence(sentence))


def _parts(raw: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    parts = raw.get("parts")
    return [p for p in parts if isinstance(p, Mapping)] if isinstance(parts, list) else []


def _sentence(text: str) -> str:
    plain = text.strip()
    return plain[:1].upper() + plain[1:]
